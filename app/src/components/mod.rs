//! Parts that know nothing about pages: each takes values and signals.

#[cfg(not(feature = "ssr"))]
mod carry_over;
mod chip;
mod due;
mod icon;
mod logo;
mod long_work;
mod menu;
mod person;
mod problem;
mod score;
mod status_chip;
mod time_ago;
mod toasts;

#[cfg(not(feature = "ssr"))]
pub use carry_over::carry_over;
pub use chip::FilterChip;
pub use due::Due;
pub use icon::Icon;
pub use logo::logo;
pub use long_work::{look_again_soon, pace_words};
#[cfg(not(feature = "ssr"))]
pub use menu::close_menus_in;
pub use menu::{Menu, MenuLink};
pub use person::{Avatar, PersonName, person_parts};
pub use problem::{Empty, NotFound, Problem};
pub use score::{Score, score_class_and_parts, signed};
pub use status_chip::{StatusChip, status_class_and_parts};
pub use time_ago::{TimeAgo, told};
pub use toasts::ToastList;
