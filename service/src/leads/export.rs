//! A list of leads as a file, piece by piece, so that a million of them pass through without filling the memory.

use domain::{Catalog, ChoiceId, CustomField, CustomKind, FormValues, Lead, LeadColumn, LeadFilter, LeadId, ListView, Scope, money};

use super::cells;
use super::list::{PageOf, list_whole};
use crate::catalog::catalog_for;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::spreadsheet::{MARK, neutral};

/// Leads in one piece.
const PIECE: i64 = 200;
/// Leads that can be chosen one by one.
const CHOSEN_MAX: usize = 5000;
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
/// Headings of columns that hold numbers.
const NUMBERS: [&str; 4] = ["Number", "Score", "Amount", "Days in status"];

/// Which leads a file holds, and what of them.
#[derive(Clone, Debug)]
pub struct Export {
    filter: LeadFilter,
    /// Leads named one by one, in place of the list.
    chosen: Option<Vec<LeadId>>,
    /// `None` for all that every list can show.
    columns: Option<Vec<LeadColumn>>,
}

/// What stands over a column of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    pub text: String,
    /// Whether a spreadsheet counts with what is below.
    pub is_number: bool,
}

impl Heading {
    fn of(text: &str) -> Self {
        Self { text: text.to_owned(), is_number: NUMBERS.contains(&text) }
    }

    fn of_field(field: &CustomField) -> Self {
        Self { text: field.name.clone(), is_number: matches!(field.kind, CustomKind::Number | CustomKind::Money) }
    }
}

/// Some leads of a file, a text for each heading.
#[derive(Clone, Debug)]
pub struct Lines {
    pub lines: Vec<Vec<String>>,
    /// What to ask the next ones with; `None` at the end.
    pub next: Option<String>,
}

/// A piece of a CSV file.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Whole lines of CSV.
    pub text: String,
    /// What to ask the next piece with; `None` at the end.
    pub next: Option<String>,
}

impl Export {
    /// Reads an address: the list's terms; `columns` for those columns alone; `leads=1,2` for those leads in place of the
    /// list's.
    #[must_use]
    pub fn parse(values: &FormValues) -> Self {
        let list = ListView::parse(values);
        let columns = values.find("columns").map(|_| list.shown().to_vec());
        let chosen = values.find("leads").map(|text| text.split(',').filter_map(|number| number.parse().ok()).take(CHOSEN_MAX).collect());
        Self { filter: list.filter, chosen, columns }
    }

    /// The file's first line: with no columns chosen, everything and the fields that an administrator added.
    ///
    /// # Errors
    /// As [`super::list`].
    pub async fn headings(&self, ctx: &Ctx) -> Result<Vec<Heading>> {
        let catalog = catalog_for(ctx).await?;
        let Some(columns) = self.known_columns(&catalog) else {
            let known = HEADINGS.into_iter().map(Heading::of);
            return Ok(known.chain(catalog.fields.iter().map(Heading::of_field)).collect());
        };
        let heading = |column: LeadColumn| match column {
            LeadColumn::Number => Heading::of(HEADINGS[0]),
            LeadColumn::Custom(id) => catalog.field(id).map_or_else(|| Heading::of(column.label()), Heading::of_field),
            column => Heading::of(column.label()),
        };
        Ok(columns.into_iter().map(heading).collect())
    }

    /// The chosen columns but for those of own fields that were removed.
    fn known_columns(&self, catalog: &Catalog) -> Option<Vec<LeadColumn>> {
        let mut list = ListView { columns: self.columns.clone()?, ..ListView::default() };
        list.forget_removed_columns(catalog);
        Some(list.shown().to_vec())
    }

    /// The lines after a cursor. Leads that the person may not know of are not among them.
    ///
    /// # Errors
    /// As [`super::list`].
    pub async fn lines(&self, ctx: &Ctx, after: Option<String>) -> Result<Lines> {
        let (leads, next) = match &self.chosen {
            None => {
                let found = list_whole(ctx, &self.filter, &PageOf { after, before: None, limit: Some(PIECE) }).await?;
                (found.leads, found.next)
            }
            Some(chosen) => (self.chosen_leads(ctx, chosen).await?, None),
        };
        let catalog = catalog_for(ctx).await?;
        let columns = self.known_columns(&catalog);
        let ids: Vec<LeadId> = leads.iter().map(|lead| lead.id).collect();
        let classes = cells::classes(ctx, &ids, columns.as_deref().unwrap_or_default()).await?;
        let class = |lead: &Lead| classes.get(&lead.id).copied();
        let cells = |lead: &Lead| match &columns {
            None => everything(lead, &catalog).into_iter().chain(own_cells(lead, &catalog)).collect(),
            Some(columns) => columns.iter().map(|column| cells::text(*column, lead, class(lead), &catalog, ctx.now())).collect(),
        };
        Ok(Lines { lines: leads.iter().map(cells).collect(), next })
    }

    async fn chosen_leads(&self, ctx: &Ctx, chosen: &[LeadId]) -> Result<Vec<Lead>> {
        let scope = Scope::of(ctx.actor()?);
        let mut found = Vec::new();
        let mut tx = ctx.store.read().await?;
        for ids in chosen.chunks(PIECE as usize) {
            let leads = tx.leads().find_many(ids).await?;
            found.extend(leads.into_iter().filter(|lead| lead.deleted_at.is_none() && scope.includes(&lead.audience())));
        }
        Ok(found)
    }

    /// The lines after a cursor as CSV, the first ones under the headings.
    ///
    /// # Errors
    /// As [`super::list`].
    pub async fn csv(&self, ctx: &Ctx, after: Option<String>) -> Result<Piece> {
        let is_first = after.is_none();
        let found = self.lines(ctx, after).await?;
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        let broken = |error: csv::Error| ServiceError::Internal(Box::new(error));
        if is_first {
            writer.write_record(self.headings(ctx).await?.iter().map(|heading| neutral(&heading.text))).map_err(broken)?;
        }
        for line in &found.lines {
            writer.write_record(line.iter().map(|cell| neutral(cell))).map_err(broken)?;
        }
        let lines = writer.into_inner().map_err(|error| ServiceError::Internal(Box::new(error.into_error())))?;
        let mark = if is_first { MARK } else { "" };
        Ok(Piece { text: format!("{mark}{}", String::from_utf8_lossy(&lines)), next: found.next })
    }
}

/// Values of the fields that an administrator added, retired ones too, in their order.
fn own_cells(lead: &Lead, catalog: &Catalog) -> Vec<String> {
    catalog.fields.iter().map(|field| lead.custom.get(&field.id).cloned().unwrap_or_default()).collect()
}

fn everything(lead: &Lead, catalog: &Catalog) -> [String; HEADINGS.len()] {
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
