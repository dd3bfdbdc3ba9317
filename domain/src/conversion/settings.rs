//! How the site converts leads.

use serde::{Deserialize, Serialize};

use super::ConversionKind;
use crate::event::TextChange;
use crate::invoice::{DUE_DAYS, DUE_DAYS_MOST};
use crate::product::set;
use crate::{Catalog, FieldErrors, FormValues, LeadTypeId, LifeCycle, StatusId};

/// How the site converts leads (S3-14).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversionSettings {
    /// The kinds that are offered; never none.
    pub offered: Vec<ConversionKind>,
    /// The one that is chosen at first, and in conversions of many; one that is offered.
    pub default: ConversionKind,
    /// The status that a converted lead comes to, at most one for each type; without one it is the pipeline's first for won leads.
    pub won: Vec<StatusId>,
    /// How long customers have to pay. Unit: days, 0 to 365.
    pub due_days: i64,
}

impl Default for ConversionSettings {
    fn default() -> Self {
        Self { offered: ConversionKind::ALL.to_vec(), default: ConversionKind::default(), won: Vec::new(), due_days: DUE_DAYS }
    }
}

impl ConversionSettings {
    /// The status that a lead of a type comes to, where one is chosen and still there.
    #[must_use]
    pub fn won_status(&self, lead_type: LeadTypeId, catalog: &Catalog) -> Option<StatusId> {
        won_statuses(lead_type, catalog).find(|id| self.won.contains(id))
    }

    /// Takes over the fields that were sent: `kind` (those that are offered, several), `default`, `due_days`, and `won_7`, the status for leads of the type
    /// 7 (a number, or empty for the first).
    pub fn fill(&mut self, form: &FormValues, catalog: &Catalog, errors: &mut FieldErrors) {
        if form.find("kind").is_some() {
            let offered: Vec<_> = ConversionKind::ALL.into_iter().filter(|kind| form.all("kind").any(|key| key == kind.key())).collect();
            set(&mut self.offered, errors.take("kind", if offered.is_empty() { Err("Leave one at least") } else { Ok(offered) }));
        }
        if let Some(key) = form.find("default") {
            set(&mut self.default, errors.take("default", ConversionKind::from_key(key).ok_or("Choose one")));
        }
        if !self.offered.contains(&self.default) {
            errors.add("default", "Choose one that is offered");
        }
        if let Some(text) = form.find("due_days") {
            let days = text.trim().parse().ok().filter(|days| (0..=DUE_DAYS_MOST).contains(days));
            set(&mut self.due_days, errors.take("due_days", days.ok_or("Enter a number of days from 0 to 365")));
        }
        for lead_type in &catalog.types {
            let field = format!("won_{}", lead_type.id);
            let Some(text) = form.find(&field).map(str::trim) else { continue };
            let wanted: Option<StatusId> = text.parse().ok();
            let found = won_statuses(lead_type.id, catalog).find(|id| Some(*id) == wanted);
            let status = if text.is_empty() { Ok(None) } else { found.map(Some).ok_or("Choose a status for won leads from the list") };
            if let Some(status) = errors.take(&field, status) {
                self.won.retain(|id| catalog.status(*id).is_some_and(|one| one.lead_type != lead_type.id));
                self.won.extend(status);
            }
        }
        self.won.sort_unstable();
    }

    /// What is another than before, in words.
    #[must_use]
    pub fn changes_since(&self, before: &Self, catalog: &Catalog) -> Vec<TextChange> {
        let words = |one: &Self| {
            let status = |id: &StatusId| {
                let status = catalog.status(*id)?;
                let lead_type = catalog.lead_type(status.lead_type).map_or("", |lead_type| lead_type.name.as_str());
                Some(format!("{lead_type}: {}", status.name))
            };
            [
                ("Conversions", one.offered.iter().map(|kind| kind.label()).collect::<Vec<_>>().join(", ")),
                ("At first", one.default.label().to_owned()),
                ("Status when won", one.won.iter().filter_map(status).collect::<Vec<_>>().join(", ")),
                ("Days to pay", one.due_days.to_string()),
            ]
        };
        let pairs = words(before).into_iter().zip(words(self));
        pairs.filter(|(old, new)| old != new).map(|((what, old), (_, new))| TextChange { what: what.to_owned(), old, new }).collect()
    }
}

/// The statuses of won leads of a type that are not retired.
fn won_statuses(lead_type: LeadTypeId, catalog: &Catalog) -> impl Iterator<Item = StatusId> + '_ {
    let is_won = move |status: &&crate::catalog::Status| status.lead_type == lead_type && status.state == LifeCycle::Won && !status.retired;
    catalog.statuses.iter().filter(is_won).map(|status| status.id)
}
