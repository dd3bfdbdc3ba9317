//! How the site converts leads.

use serde::{Deserialize, Serialize};

use super::{ConversionKind, WhenWon};
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
    /// What follows when a lead of a type is won by hand, by type; nothing for those that are not named.
    pub when_won: Vec<(LeadTypeId, WhenWon)>,
    /// How long customers have to pay. Unit: days, 0 to 365.
    pub due_days: i64,
}

impl Default for ConversionSettings {
    fn default() -> Self {
        Self { offered: ConversionKind::ALL.to_vec(), default: ConversionKind::default(), won: Vec::new(), when_won: Vec::new(), due_days: DUE_DAYS }
    }
}

impl ConversionSettings {
    /// The status that a lead of a type comes to, where one is chosen and still there.
    #[must_use]
    pub fn won_status(&self, lead_type: LeadTypeId, catalog: &Catalog) -> Option<StatusId> {
        won_statuses(lead_type, catalog).find(|id| self.won.contains(id))
    }

    /// What follows when a lead of a type is won by hand.
    #[must_use]
    pub fn when_won(&self, lead_type: LeadTypeId) -> WhenWon {
        self.when_won.iter().find(|(of, _)| *of == lead_type).map_or(WhenWon::Nothing, |(_, what)| *what)
    }

    /// Takes over the fields that were sent: `kind` (those that are offered, several, and an empty one, so that none at all is sent too), `default`,
    /// `due_days`; and for leads of the type 7 `won_7`, their status (a number, or empty for the first), and `then_7`, what follows when they are won by hand.
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
            self.fill_won(lead_type.id, form, catalog, errors);
            self.fill_when_won(lead_type.id, form, errors);
        }
        self.won.sort_unstable();
        self.when_won.sort_unstable_by_key(|(of, _)| *of);
    }

    fn fill_won(&mut self, lead_type: LeadTypeId, form: &FormValues, catalog: &Catalog, errors: &mut FieldErrors) {
        let field = format!("won_{lead_type}");
        let Some(text) = form.find(&field).map(str::trim) else { return };
        let wanted: Option<StatusId> = text.parse().ok();
        let found = won_statuses(lead_type, catalog).find(|id| Some(*id) == wanted);
        let status = if text.is_empty() { Ok(None) } else { found.map(Some).ok_or("Choose a status for won leads from the list") };
        if let Some(status) = errors.take(&field, status) {
            self.won.retain(|id| catalog.status(*id).is_some_and(|one| one.lead_type != lead_type));
            self.won.extend(status);
        }
    }

    fn fill_when_won(&mut self, lead_type: LeadTypeId, form: &FormValues, errors: &mut FieldErrors) {
        let field = format!("then_{lead_type}");
        let Some(key) = form.find(&field) else { return };
        if let Some(what) = errors.take(&field, WhenWon::from_key(key).ok_or("Choose what follows")) {
            self.when_won.retain(|(of, _)| *of != lead_type);
            self.when_won.extend((what != WhenWon::Nothing).then_some((lead_type, what)));
        }
    }

    /// What is another than before, in words.
    #[must_use]
    pub fn changes_since(&self, before: &Self, catalog: &Catalog) -> Vec<TextChange> {
        let words = |one: &Self| {
            let type_name = |id: LeadTypeId| catalog.lead_type(id).map_or("", |lead_type| lead_type.name.as_str());
            let status = |id: &StatusId| {
                let status = catalog.status(*id)?;
                Some(format!("{}: {}", type_name(status.lead_type), status.name))
            };
            let then = |(of, what): &(LeadTypeId, WhenWon)| format!("{}: {}", type_name(*of), what.label());
            [
                ("Conversions", one.offered.iter().map(|kind| kind.label()).collect::<Vec<_>>().join(", ")),
                ("At first", one.default.label().to_owned()),
                ("Status when won", one.won.iter().filter_map(status).collect::<Vec<_>>().join(", ")),
                ("When won by hand", one.when_won.iter().map(then).collect::<Vec<_>>().join(", ")),
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
