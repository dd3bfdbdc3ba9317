//! What people see of a contact: what it did, what each of it counts, and how it stands towards the threshold.

use domain::contact_event::{Found, Proposal};
use domain::lead_filter::Cursor;
use domain::standing::{Standing, by_kind, tenths};
use domain::{
    Action, Address, Catalog, Contact, ContactEvent, ContactId, EmailAddress, Finding, LeadId, Page, Phone, Scope, Sought, Target, Timestamp, can,
};
use store::Tx;
use store::contact_events::Qualification;

use super::{EXPLAINED_BY, rep_of, threshold_now, weighing};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::matching;

/// Events on one page.
pub const PAGE_SIZE: usize = 25;

/// An event as people see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownEvent {
    pub event: ContactEvent,
    /// What people call its kind.
    pub label: String,
    /// What it counts now. Unit: tenths of a point.
    pub tenths: i64,
}

/// A lead that the contact became, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Became {
    pub lead: LeadId,
    /// "with 52 points, by version 3 of the threshold".
    pub how: String,
    pub at: Timestamp,
}

/// A contact before it is a lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactStanding {
    pub standing: Standing,
    /// Latest first.
    pub events: Page<ShownEvent>,
    /// Whether this person may make it a lead now.
    pub may_pull: bool,
    /// Accounts that it may belong to, where a person has to decide that.
    pub proposals: Vec<Proposal>,
    /// Newest first; those that this person may see.
    pub became: Vec<Became>,
}

/// How a contact stands, with a page of what it did, before a cursor.
///
/// # Errors
/// [`ServiceError::NotFound`]; [`ServiceError::Forbidden`] but for people of the house.
pub async fn of_contact(ctx: &Ctx, id: ContactId, before: Option<Cursor>) -> Result<ContactStanding> {
    let actor = ctx.require(Action::ReadAccounts)?;
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.read().await?;
    let contact = tx.contacts().find(id).await?.ok_or(ServiceError::NotFound)?;
    let weighing = weighing(&mut tx).await?;
    let now = ctx.now();
    let latest = tx.contact_events().of_contact(id, None, EXPLAINED_BY).await?;
    let before = before.and_then(|cursor| Some((Timestamp(cursor.value.parse().ok()?), cursor.id)));
    let rows = match before {
        Some(before) => tx.contact_events().of_contact(id, Some(before), PAGE_SIZE as i64 + 1).await?,
        None => latest.iter().take(PAGE_SIZE + 1).cloned().collect(),
    };
    let sums = tx.contact_events().counted(&[id]).await?.remove(&id).unwrap_or_default();
    let open = tx.contact_events().open_leads(&[id]).await?.remove(&id);
    let lead = match open {
        Some(lead) => tx.leads().find_visible(lead, &Scope::of(actor)).await?.map(|lead| lead.id),
        None => None,
    };
    let became = became(&mut tx, id, &Scope::of(actor), &catalog).await?;
    let wanted = threshold_now(ctx, &mut tx, &catalog).await?.map(|threshold| (threshold.id, threshold.points));
    let rep = rep_of(&mut tx, &contact).await?;
    let kinds = by_kind(&latest, &weighing, now);
    let standing = Standing { wanted, kinds, lead, has_open_lead: open.is_some(), ..Standing::of(sums.rank, sums.fresh, now, weighing.half_life) };
    let proposals = proposals(&mut tx, &contact, &latest, &catalog.site.region).await?;
    let events = Page::forwards(rows, PAGE_SIZE, |event| Cursor { value: event.at.0.to_string(), id: event.id.0 });
    let shown = |event: ContactEvent| ShownEvent { label: weighing.label(&event.kind), tenths: tenths(&event, &weighing, now), event };
    Ok(ContactStanding {
        standing,
        events: Page { items: events.items.into_iter().map(shown).collect(), next_cursor: events.next_cursor, previous_cursor: None },
        may_pull: open.is_none() && can(actor, Action::PullContact, Target::ContactOf(rep)),
        proposals,
        became,
    })
}

async fn became(tx: &mut Tx, id: ContactId, scope: &Scope, catalog: &Catalog) -> Result<Vec<Became>> {
    let mut became = Vec::new();
    for Qualification { lead, threshold, pulled_by, points, at, .. } in tx.contact_events().qualifications(id).await? {
        let how = match (threshold, pulled_by) {
            (Some(version), _) => format!("with {points} points, by version {version} of the threshold"),
            (None, Some(by)) => format!("with {points} points, taken before the threshold by {}", catalog.person_name(by)),
            (None, None) => format!("with {points} points"),
        };
        if tx.leads().find_visible(lead, scope).await?.is_some() {
            became.push(Became { lead, how, at });
        }
    }
    Ok(became)
}

/// Accounts that the contact may belong to. For one without an account they are looked for anew, so that an account which came later, or
/// has another domain since, is proposed too; it is never taken silently. For one with an account, what speaks against it.
async fn proposals(tx: &mut Tx, contact: &Contact, events: &[ContactEvent], region: &str) -> Result<Vec<Proposal>> {
    let stored = |is_open: &dyn Fn(&Finding) -> bool| {
        events.iter().find(|event| is_open(&event.finding)).map(|event| event.finding.proposals.clone()).unwrap_or_default()
    };
    if let Some(own) = &contact.account {
        let is_theirs = |finding: &Finding| finding.proposals.iter().any(|one| one.account.id == own.id);
        return Ok(stored(&|finding| finding.found == Found::Contradicted && !is_theirs(finding)));
    }
    let company = events.iter().find(|event| !event.company.is_empty()).map(|event| event.company.clone());
    let sought = Sought {
        company: company.unwrap_or_default(),
        email: contact.emails.iter().map(EmailAddress::domain).collect::<Vec<_>>().join(", "),
        phone: contact.phones.iter().map(Phone::display).collect::<Vec<_>>().join(", "),
        address: Address::default(),
    };
    let found = Finding::judge(None, &matching::search(tx, region, &sought).await?, false).proposals;
    Ok(if found.is_empty() { stored(&|finding| !finding.proposals.is_empty()) } else { found })
}
