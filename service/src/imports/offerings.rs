//! Importing a price list: its products become offerings, what else it says stands in the history of the lists.

use std::collections::HashMap;

use domain::event::TextChange;
use domain::text::required_line;
use domain::{AuditArea, ChoiceId, ChoiceList, EventKind};

use super::Job;
use super::cells::squash;
use super::companies::label;
use super::lists::{catalog_event, choice_added, record};
use super::report::{ImportReport, Verdict};
use crate::error::{Result, ServiceError};

struct Product {
    row: u64,
    name: String,
    facts: Vec<TextChange>,
}

pub(super) async fn import(mut job: Job<'_>) -> Result<ImportReport> {
    let name = job.opened.headings.iter().position(|heading| ["product", "offering"].contains(&squash(heading).as_str())).unwrap_or(0);
    let labels: Vec<String> = job.opened.headings.iter().map(|heading| label(heading)).collect();
    let catalog = job.ctx.store.catalog().await?;
    let of_list = catalog.choices.iter().filter(|choice| choice.list == ChoiceList::Offering);
    let mut known: HashMap<String, String> = of_list.map(|choice| (squash(&choice.name), choice.name.clone())).collect();
    job.begin().await?;
    let before = job.tally.counts;
    let mut rows = job.opened.read(job.from, move |row, cells| {
        let facts = labels.iter().zip(cells).enumerate().filter(|(column, (_, cell))| *column != name && !cell.is_empty());
        Ok(Product {
            row: row.number,
            name: required_line(cells[name], "a product").map_err(|error| error.to_string())?,
            facts: facts.map(|(_, (label, cell))| TextChange { what: label.clone(), old: String::new(), new: (*cell).to_owned() }).collect(),
        })
    });
    while let Some(read) = rows.recv().await {
        let read = read.map_err(ServiceError::Refused)?;
        job.refuse(&read)?;
        job.tally.counts.rows = i64::try_from(read.last).unwrap_or(i64::MAX);
        let mut tx = job.ctx.store.begin().await?;
        let mut events = Vec::new();
        for product in read.rows {
            let verdict = match known.get(&squash(&product.name)) {
                Some(there) => Verdict::Skipped(format!("already there as “{there}”")),
                None => {
                    known.insert(squash(&product.name), product.name.clone());
                    let id = if job.is_dry { ChoiceId(0) } else { tx.catalog().add_choice(ChoiceList::Offering, &product.name, false).await? };
                    events.push(choice_added(job.ctx, id, ChoiceList::Offering, &product.name));
                    events.push(catalog_event(job.ctx, id.0, EventKind::RecordChanged { name: product.name.clone(), changes: product.facts }));
                    Verdict::Created
                }
            };
            job.tally.count(product.row, &product.name, verdict);
        }
        if let Some(run) = job.run {
            if !events.is_empty() {
                record(job.ctx, &mut tx, AuditArea::Configuration, &events).await?;
            }
            tx.imports().advance(run, job.tally.counts, None).await?;
            tx.save().await?;
        }
        job.tell(read.bytes, before);
    }
    job.finish().await
}
