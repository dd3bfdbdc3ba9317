//! The board: `/leads/board`. The list's leads as cards, a column for each status of one pipeline. A card is moved by
//! dragging (`drag`), in the dialog behind "Move to…" (`move_dialog`, also without script) and by others (`follow`); each
//! way posts the same forms as the lead page.

mod board_page;
mod card;
mod column;
#[cfg(feature = "hydrate")]
mod drag;
mod follow;
mod menus;
mod move_dialog;
mod server_fns;
mod state;
#[cfg(feature = "hydrate")]
mod steps;
mod zones;

pub use board_page::BoardPage;
