//! Finding any record by typing: leads by the words they are searched by, accounts and contacts by how their names begin.
//! Each part is one look into an index, so that it keeps up with the typing.

use domain::found::{Found, FoundKind};
use domain::lead_filter::sought;
use domain::{Action, LeadFilter, LeadId, LeadRow, LeadView, Scope, Target};
use store::leads::{From, Resolved};

use crate::ctx::Ctx;
use crate::error::Result;

/// Records of each kind.
const OF_EACH: i64 = 6;

/// Records that fit what was typed, within what the person may know of; a lead also by its number.
///
/// # Errors
/// [`crate::ServiceError::SignInRequired`]; what the store reports.
pub async fn find(ctx: &Ctx, text: &str) -> Result<Vec<Found>> {
    let actor = ctx.actor()?;
    let filter = LeadFilter::from_query("view=all");
    let text = sought(text);
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let catalog = ctx.catalog().await?;
    let resolved = |filter: &LeadFilter| Resolved::new(filter, &catalog, actor, ctx.now());
    let scope = Scope::of(actor);
    let mut tx = ctx.store.read().await?;
    let mut found = Vec::new();
    if let Ok(number) = text.trim_start_matches(['#', ' ']).parse() {
        let rows = tx.leads().among(&resolved(&filter), &scope, &[LeadId(number)]).await?;
        found.extend(rows.into_iter().map(lead));
    }
    let by_words = LeadFilter { view: LeadView::All, query: text.clone(), ..LeadFilter::default() };
    let rows = tx.leads().list(&resolved(&by_words), &scope, &From::Start, OF_EACH).await?.rows;
    found.extend(rows.into_iter().filter(|row| !found.iter().any(|known| known.number == row.id.0)).map(lead).collect::<Vec<_>>());
    if domain::can(actor, Action::ReadAccounts, Target::Site) {
        let accounts = tx.accounts().suggest(&text, OF_EACH).await?;
        found.extend(accounts.into_iter().map(|account| Found {
            kind: FoundKind::Account,
            number: account.id.0,
            name: account.name,
            note: String::new(),
        }));
        let contacts = tx.contacts().suggest(&text, OF_EACH).await?;
        found.extend(contacts.into_iter().map(|contact| Found {
            kind: FoundKind::Contact,
            number: contact.id.0,
            name: contact.full_name,
            note: contact.account.map_or_else(String::new, |account| account.name),
        }));
    }
    Ok(found)
}

fn lead(row: LeadRow) -> Found {
    Found { kind: FoundKind::Lead, number: row.id.0, name: row.full_name, note: row.account.name }
}
