//! Deal registrations: a vendor is told of a deal, and protects it for some time from others who come with the same account. What can be
//! done with one, and when, is in `step`. See docs/deal-registration.md.

mod step;
#[cfg(test)]
mod tests;
mod view;

use serde::{Deserialize, Serialize};

pub use step::RegistrationStep;
pub use view::RegistrationsView;

use crate::countdown::days_left;
use crate::event::TextChange;
use crate::text::note;
use crate::{AccountId, DAY_MS, DealRegistrationId, FieldErrors, FormValues, HOUR_MS, LeadId, Named, OpportunityId, SiteZone, Timestamp, UserId};

/// How long a deal is protected where nobody says otherwise. Unit: days.
pub const USUAL_DAYS: i64 = 90;
/// Longest time that a deal can be protected from today on. Unit: days.
pub const PROTECTED_DAYS_MAX: i64 = 730;
/// How long before the end somebody is reminded. Unit: days.
pub const REMIND_DAYS: [i64; 2] = [14, 3];

/// The hour of the day at which somebody is reminded, by the site's clocks.
const REMINDED_AT: i64 = 8;

/// How far a registration is. A deal that nobody wants to register has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegistrationState {
    ToRegister,
    Submitted,
    /// The vendor wants to know more.
    Returned,
    Approved,
    Rejected,
    /// It was protected, and is no longer.
    Expired,
    /// It is protected for longer than it was at first.
    Extended,
}

impl RegistrationState {
    /// Every state.
    pub const ALL: [RegistrationState; 7] = [
        RegistrationState::ToRegister,
        RegistrationState::Submitted,
        RegistrationState::Returned,
        RegistrationState::Approved,
        RegistrationState::Rejected,
        RegistrationState::Expired,
        RegistrationState::Extended,
    ];

    /// The word stored.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            RegistrationState::ToRegister => "to_register",
            RegistrationState::Submitted => "submitted",
            RegistrationState::Returned => "returned",
            RegistrationState::Approved => "approved",
            RegistrationState::Rejected => "rejected",
            RegistrationState::Expired => "expired",
            RegistrationState::Extended => "extended",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            RegistrationState::ToRegister => "To register",
            RegistrationState::Submitted => "Submitted",
            RegistrationState::Returned => "Returned",
            RegistrationState::Approved => "Approved",
            RegistrationState::Rejected => "Rejected",
            RegistrationState::Expired => "Expired",
            RegistrationState::Extended => "Extended",
        }
    }

    /// Reads [`RegistrationState::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }

    /// The tone of the style sheet in which it is told.
    #[must_use]
    pub fn tone(self) -> &'static str {
        match self {
            RegistrationState::ToRegister | RegistrationState::Returned => "amber",
            RegistrationState::Submitted => "blue",
            RegistrationState::Approved | RegistrationState::Extended => "green",
            RegistrationState::Rejected => "red",
            RegistrationState::Expired => "grey",
        }
    }

    /// Whether the vendor protects the deal.
    #[must_use]
    pub fn is_protected(self) -> bool {
        matches!(self, RegistrationState::Approved | RegistrationState::Extended)
    }
}

/// For which days a deal is protected, each as its start in UTC. Both count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Protection {
    pub from: Timestamp,
    pub until: Timestamp,
}

/// A deal that is registered with a vendor, or is to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DealRegistration {
    pub id: DealRegistrationId,
    /// Grows by one with each change.
    pub version: i64,
    pub lead: LeadId,
    pub opportunity: Named<OpportunityId>,
    pub vendor: Named<AccountId>,
    /// As it was written last; see [`DealRegistration::state_on`].
    pub state: RegistrationState,
    /// What the vendor calls it; empty until it is approved.
    pub reference: String,
    pub note: String,
    /// Why it was returned or rejected; empty otherwise.
    pub reason: String,
    /// When it was submitted last.
    pub submitted_at: Option<Timestamp>,
    /// When the vendor answered last.
    pub decided_at: Option<Timestamp>,
    /// There while it is protected, and for one that has expired.
    pub protection: Option<Protection>,
    /// When somebody is to be reminded that it ends, or when it has ended.
    pub look_at: Option<Timestamp>,
    pub created_by: UserId,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl DealRegistration {
    /// One that is to be registered, still without its number.
    #[must_use]
    pub fn blank(lead: LeadId, opportunity: Named<OpportunityId>, vendor: Named<AccountId>, by: UserId, now: Timestamp) -> Self {
        Self {
            id: DealRegistrationId(0),
            version: 1,
            lead,
            opportunity,
            vendor,
            state: RegistrationState::ToRegister,
            reference: String::new(),
            note: String::new(),
            reason: String::new(),
            submitted_at: None,
            decided_at: None,
            protection: None,
            look_at: None,
            created_by: by,
            created_at: now,
            updated_at: now,
        }
    }

    /// Takes over the field `note`, if it was sent.
    pub fn fill(&mut self, form: &FormValues, errors: &mut FieldErrors) {
        if let Some(text) = form.find("note") {
            self.note = errors.take("note", note(text)).unwrap_or_default();
        }
    }

    /// How far it is on a day, given as its start in UTC: what was protected until a day before has expired, whether that was noted or not.
    #[must_use]
    pub fn state_on(&self, today: Timestamp) -> RegistrationState {
        let is_over = self.protection.is_some_and(|protection| protection.until < today);
        if self.state.is_protected() && is_over { RegistrationState::Expired } else { self.state }
    }

    /// When somebody is to be reminded next after a moment that its protection ends, or else when it ends; `None` for one that is not protected.
    #[must_use]
    pub fn next_look(&self, after: Timestamp, zone: &SiteZone) -> Option<Timestamp> {
        let until = self.protection.filter(|_| self.state.is_protected())?.until;
        let reminders = REMIND_DAYS.map(|days| zone.first_showing(until.plus_ms(REMINDED_AT * HOUR_MS - days * DAY_MS)));
        let end = zone.start_of(until.plus_ms(DAY_MS));
        Some(reminders.into_iter().find(|at| *at > after).unwrap_or(end))
    }

    /// Until when it is protected and how many days that is, in words; `None` for one that is not protected on that day.
    #[must_use]
    pub fn left_words(&self, today: Timestamp) -> Option<String> {
        let until = self.protection.filter(|_| self.state_on(today).is_protected())?.until;
        Some(format!("protected until {}, {}", until.readable_day(), days_left(until, today)))
    }

    /// What is another than before, in words.
    #[must_use]
    pub fn changes_since(&self, before: &Self) -> Vec<TextChange> {
        let until = |one: &Self| one.protection.map_or_else(String::new, |protection| protection.until.readable_day());
        [
            ("Reference", before.reference.clone(), self.reference.clone()),
            ("Protected until", until(before), until(self)),
            ("Reason", before.reason.clone(), self.reason.clone()),
            ("Note", before.note.clone(), self.note.clone()),
        ]
        .into_iter()
        .filter(|(_, old, new)| old != new)
        .map(|(what, old, new)| TextChange { what: what.to_owned(), old, new })
        .collect()
    }
}
