//! Signing in, people and groups.
//!
//! Signing in answers alike whether an address is registered or not, in text and in time, and slows guessing down.
//! Everything else is for administrators, but for one's own password.

mod command_line;
mod groups;
mod guessing;
mod passwords;
mod person;
mod secrets;
mod sessions;
mod set_up;
mod sign_in;

pub use command_line::{cli_add_user, cli_set_password};
pub use groups::{add_group, change_group, list_groups};
pub use passwords::{PASSWORD_MAX, PASSWORD_MIN, change_password, hash_password, set_password};
pub use person::{PersonDetails, add_person, change_person, list_people};
pub(crate) use secrets::{hex, new_token, random, token_hash};
pub use sessions::{Known, SESSION_IDLE_MS, SESSION_LONGEST_MS, session, session_actor, sign_out};
pub use set_up::{set_up, setup_is_open};
pub use sign_in::{SignIn, SignedIn, sign_in};

use domain::{AuditArea, EventKind, UserId};
use store::Tx;

use crate::audit::{self, Changed};
use crate::ctx::Ctx;
use crate::error::Result;

async fn record(tx: &mut Tx, ctx: &Ctx, actor: Option<UserId>, subject_id: i64, version: i64, kind: EventKind) -> Result<()> {
    audit::catalog_changed(ctx, tx, Changed { area: AuditArea::People, actor, subject_id, version }, kind).await
}
