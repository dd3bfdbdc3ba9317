//! What can be done with a registration: each step from some states, with what has to be said with it.

use serde::{Deserialize, Serialize};

use super::{DealRegistration, PROTECTED_DAYS_MAX, Protection, RegistrationState};
use crate::task::parse_day;
use crate::text::{note, required_line};
use crate::{DAY_MS, FieldErrors, FormValues, PartStep, SiteZone, Timestamp};

/// Something that is done with a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegistrationStep {
    /// The vendor is told of it.
    Submit,
    /// The vendor wants to know more.
    Return,
    Approve,
    Reject,
    Extend,
}

impl RegistrationStep {
    /// Every step.
    pub const ALL: [RegistrationStep; 5] =
        [RegistrationStep::Submit, RegistrationStep::Approve, RegistrationStep::Return, RegistrationStep::Reject, RegistrationStep::Extend];

    /// The word used in addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            RegistrationStep::Submit => "submit",
            RegistrationStep::Return => "return",
            RegistrationStep::Approve => "approve",
            RegistrationStep::Reject => "reject",
            RegistrationStep::Extend => "extend",
        }
    }

    /// What is pressed for it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            RegistrationStep::Submit => "Submit to the vendor",
            RegistrationStep::Return => "Note that it was returned",
            RegistrationStep::Approve => "Note the approval",
            RegistrationStep::Reject => "Note the rejection",
            RegistrationStep::Extend => "Note an extension",
        }
    }

    /// Reads [`RegistrationStep::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.key() == key)
    }

    /// Whether it can be done with one that is so far. What is protected is rejected only by who settles duplicates, see
    /// [`RegistrationStep::is_settling`].
    #[must_use]
    pub fn fits(self, state: RegistrationState) -> bool {
        use RegistrationState::{Approved, Expired, Extended, Rejected, Returned, Submitted, ToRegister};
        match self {
            RegistrationStep::Submit => matches!(state, ToRegister | Returned | Rejected | Expired),
            RegistrationStep::Return | RegistrationStep::Approve => state == Submitted,
            RegistrationStep::Reject => matches!(state, Submitted | Approved | Extended),
            RegistrationStep::Extend => matches!(state, Approved | Extended),
        }
    }

    /// Whether it takes a protection away, so that another registration of the same account can have it.
    #[must_use]
    pub fn is_settling(self, state: RegistrationState) -> bool {
        self == RegistrationStep::Reject && state.is_protected()
    }

    /// How the history tells of it.
    #[must_use]
    pub fn told(self) -> PartStep {
        match self {
            RegistrationStep::Submit => PartStep::Submitted,
            RegistrationStep::Return => PartStep::Returned,
            RegistrationStep::Approve => PartStep::Approved,
            RegistrationStep::Reject => PartStep::Rejected,
            RegistrationStep::Extend => PartStep::Extended,
        }
    }

    /// That it was done, in a word or two.
    #[must_use]
    pub fn done(self) -> &'static str {
        match self {
            RegistrationStep::Submit => "Submitted",
            RegistrationStep::Return => "Noted that it was returned",
            RegistrationStep::Approve => "Noted that it was approved",
            RegistrationStep::Reject => "Noted that it was rejected",
            RegistrationStep::Extend => "Noted that it was extended",
        }
    }
}

impl DealRegistration {
    /// The registration after a step that [fits](RegistrationStep::fits). Fields: `reference` and `until` (a day) of an approval, `until` of an
    /// extension, `reason` of a return and a rejection.
    ///
    /// # Errors
    /// At the fields.
    pub fn after(&self, step: RegistrationStep, form: &FormValues, now: Timestamp, zone: &SiteZone) -> Result<Self, FieldErrors> {
        let today = zone.at(now).today();
        let mut errors = FieldErrors::default();
        let mut after = self.clone();
        after.version += 1;
        after.updated_at = now;
        after.reason = String::new();
        match step {
            RegistrationStep::Submit => {
                after.state = RegistrationState::Submitted;
                after.submitted_at = Some(now);
                (after.decided_at, after.protection) = (None, None);
                after.reference = String::new();
            }
            RegistrationStep::Approve => {
                let reference = errors.take("reference", required_line(form.get("reference"), "what the vendor calls it"));
                let until = errors.take("until", parse_until(form.get("until"), today, today));
                after.state = RegistrationState::Approved;
                after.reference = reference.unwrap_or_default();
                after.protection = until.map(|until| Protection { from: today, until });
            }
            RegistrationStep::Extend => {
                let before = self.protection.unwrap_or(Protection { from: today, until: today });
                let until = errors.take("until", parse_until(form.get("until"), before.until.plus_ms(DAY_MS), today));
                after.state = RegistrationState::Extended;
                after.protection = until.map(|until| Protection { until, ..before });
            }
            RegistrationStep::Return | RegistrationStep::Reject => {
                after.state = if step == RegistrationStep::Return { RegistrationState::Returned } else { RegistrationState::Rejected };
                after.reason = errors.take("reason", parse_reason(form.get("reason"))).unwrap_or_default();
                after.protection = None;
            }
        }
        if step != RegistrationStep::Submit {
            after.decided_at = Some(now);
        }
        errors.into_result()?;
        after.look_at = after.next_look(now, zone);
        Ok(after)
    }
}

/// The last day of a protection: `first` or later, and not for ever.
fn parse_until(text: &str, first: Timestamp, today: Timestamp) -> Result<Timestamp, String> {
    let until = parse_day(text.trim())?;
    if until < first {
        return Err(format!("Enter {} or a later day", first.readable_day()));
    }
    if until > today.plus_ms(PROTECTED_DAYS_MAX * DAY_MS) {
        return Err("Enter a day within two years".to_owned());
    }
    Ok(until)
}

fn parse_reason(text: &str) -> Result<String, String> {
    let reason = note(text).map_err(|error| error.to_string())?;
    if reason.is_empty() { Err("Enter the reason".to_owned()) } else { Ok(reason) }
}
