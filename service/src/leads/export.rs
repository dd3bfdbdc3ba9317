//! A list of leads as a CSV file, piece by piece, so that a million of them pass through without filling the memory.

use domain::{Catalog, ChoiceId, Lead, LeadFilter, money};

use super::list::{PageOf, list_whole};
use crate::catalog::catalog_for;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::spreadsheet::{MARK, neutral};

/// Leads in one piece.
const PIECE: i64 = 200;
const HEADINGS: [&str; 23] = [
    "Number",
    "Full name",
    "Company",
    "Phone numbers",
    "E-mail addresses",
    "Type",
    "Status",
    "State",
    "Owner",
    "Group",
    "Source",
    "Category",
    "Interested in",
    "Tags",
    "Score",
    "Amount",
    "Currency",
    "City",
    "Postcode",
    "Country",
    "Message",
    "Created",
    "Updated",
];

/// A piece of the file.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Whole lines of CSV.
    pub text: String,
    /// What to ask the next piece with; `None` at the end.
    pub next: Option<String>,
}

/// The piece of a list's file after a cursor; the first one has the headings. The columns are those that every list can
/// show, then the fields that an administrator added; leads that the person may not know of are not in it.
///
/// # Errors
/// As [`super::list`].
pub async fn export(ctx: &Ctx, filter: &LeadFilter, after: Option<String>) -> Result<Piece> {
    let is_first = after.is_none();
    let found = list_whole(ctx, filter, &PageOf { after, before: None, limit: Some(PIECE) }).await?;
    let catalog = catalog_for(ctx).await?;
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let broken = |error: csv::Error| ServiceError::Internal(Box::new(error));
    if is_first {
        let own = catalog.fields.iter().map(|field| field.name.as_str());
        writer.write_record(HEADINGS.into_iter().chain(own).map(neutral)).map_err(broken)?;
    }
    for lead in &found.leads {
        let own = own_cells(lead, &catalog);
        writer.write_record(cells(lead, &catalog).iter().chain(&own).map(|cell| neutral(cell))).map_err(broken)?;
    }
    let lines = writer.into_inner().map_err(|error| ServiceError::Internal(Box::new(error.into_error())))?;
    let mark = if is_first { MARK } else { "" };
    Ok(Piece { text: format!("{mark}{}", String::from_utf8_lossy(&lines)), next: found.next })
}

/// Values of the fields that an administrator added, retired ones too, in their order.
fn own_cells(lead: &Lead, catalog: &Catalog) -> Vec<String> {
    catalog.fields.iter().map(|field| lead.custom.get(&field.id).cloned().unwrap_or_default()).collect()
}

fn cells(lead: &Lead, catalog: &Catalog) -> [String; HEADINGS.len()] {
    let choice = |id: Option<ChoiceId>| id.map_or_else(String::new, |id| catalog.choice_name(id));
    let join = |parts: Vec<String>| parts.join(", ");
    [
        lead.id.to_string(),
        lead.full_name.clone(),
        lead.account.name.clone(),
        join(lead.phones.iter().map(|phone| phone.display().to_owned()).collect()),
        join(lead.emails.iter().map(|email| email.as_str().to_owned()).collect()),
        catalog.lead_type(lead.lead_type).map_or_else(String::new, |lead_type| lead_type.name.clone()),
        catalog.status(lead.status).map_or_else(String::new, |status| status.name.clone()),
        lead.state.life_cycle().label().to_owned(),
        lead.owner.map_or_else(String::new, |id| catalog.person_name(id)),
        lead.group.and_then(|id| catalog.group(id)).map_or_else(String::new, |group| group.name.clone()),
        choice(lead.source),
        choice(lead.category),
        join(lead.offerings.iter().map(|id| catalog.choice_name(*id)).collect()),
        join(lead.tags.clone()),
        lead.score.to_string(),
        money::plain(lead.target_amount_minor, &lead.currency),
        lead.currency.clone(),
        lead.address.city.clone(),
        lead.address.postcode.clone(),
        lead.address.country.clone(),
        lead.message.clone(),
        lead.created_at.rfc3339(),
        lead.updated_at.rfc3339(),
    ]
}
