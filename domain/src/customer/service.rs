//! What a customer has: a service with its price, from one day to another, and which periods of it are due.

use serde::{Deserialize, Serialize};

use crate::key_dates::months_after;
use crate::product::{Period, set};
use crate::quote::{Amounts, Priced, Sold, TooLarge};
use crate::task::parse_day;
use crate::{CustomerId, DAY_MS, FieldErrors, FormValues, QuoteLineId, ServiceId, Share, Timestamp};

/// Most services of one customer.
pub const SERVICES_MOST: i64 = 500;
/// Most periods that are looked through: a hundred years of months.
const PERIODS_MOST: i64 = 1200;

/// How far a service is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceState {
    /// It begins on a later day.
    Planned,
    Active,
    /// Its last day is over.
    Ended,
    /// Somebody stopped it before that.
    Stopped,
}

impl ServiceState {
    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            ServiceState::Planned => "Planned",
            ServiceState::Active => "Active",
            ServiceState::Ended => "Ended",
            ServiceState::Stopped => "Stopped",
        }
    }

    /// The word that programs read.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            ServiceState::Planned => "planned",
            ServiceState::Active => "active",
            ServiceState::Ended => "ended",
            ServiceState::Stopped => "stopped",
        }
    }

    /// The tone of the style sheet in which it is told.
    #[must_use]
    pub fn tone(self) -> &'static str {
        match self {
            ServiceState::Planned => "blue",
            ServiceState::Active => "green",
            ServiceState::Ended => "grey",
            ServiceState::Stopped => "red",
        }
    }
}

/// What one line of an invoice is for. Both days are within it, as their starts in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillingPeriod {
    pub from: Timestamp,
    /// The last day; `None` for what is paid once.
    pub until: Option<Timestamp>,
}

/// Something that a customer has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    pub id: ServiceId,
    /// Grows by one with each change.
    pub version: i64,
    pub customer: CustomerId,
    /// The line of a quote that it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote_line: Option<QuoteLineId>,
    pub currency: String,
    pub sold: Sold,
    /// Its first day, as its start in UTC.
    pub start: Timestamp,
    /// Its last day; `None` while none is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Timestamp>,
    /// The first day on which it is stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped_on: Option<Timestamp>,
    /// The first day of the period that was billed, or passed over, last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billed_from: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Service {
    /// One that nobody has filled in yet.
    #[must_use]
    pub fn blank(customer: CustomerId, currency: &str, start: Timestamp, now: Timestamp) -> Self {
        Self {
            id: ServiceId(0),
            version: 1,
            customer,
            quote_line: None,
            currency: currency.to_owned(),
            sold: Sold::blank(),
            start,
            end: None,
            stopped_on: None,
            billed_from: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// Takes over the fields that were sent: those of [`Sold::fill`], `start` and `end` (days; an empty end for none).
    pub fn fill(&mut self, form: &FormValues, errors: &mut FieldErrors) {
        self.sold.fill(form, &self.currency, errors);
        fill_days(&mut self.start, &mut self.end, form, errors);
    }

    /// How far it is on a day.
    #[must_use]
    pub fn state_on(&self, today: Timestamp) -> ServiceState {
        if self.stopped_on.is_some_and(|stopped| stopped <= today) {
            ServiceState::Stopped
        } else if self.end.is_some_and(|end| end < today) {
            ServiceState::Ended
        } else if self.start > today {
            ServiceState::Planned
        } else {
            ServiceState::Active
        }
    }

    /// Its last day, also where it was stopped before; `None` while it goes on.
    #[must_use]
    pub fn last_day(&self) -> Option<Timestamp> {
        let stopped = self.stopped_on.map(|stopped| stopped.plus_ms(-DAY_MS));
        [self.end, stopped].into_iter().flatten().min()
    }

    /// The next period to be billed, whenever that is; `None` where all of it was. Periods are counted from its first day, so one that began on a 31st
    /// goes on with the last day of a short month and comes back to the 31st. A period that its last day cuts short is billed whole.
    #[must_use]
    pub fn next_period(&self) -> Option<BillingPeriod> {
        let last = self.last_day();
        let fits = |from: Timestamp| last.is_none_or(|last| from <= last);
        let months = match self.sold.period {
            Period::Once => {
                let is_open = self.billed_from.is_none() && fits(self.start);
                return is_open.then_some(BillingPeriod { from: self.start, until: None });
            }
            Period::Month => 1,
            Period::Quarter => 3,
            Period::Year => 12,
        };
        let begins = |count: i64| months_after(self.start, count * months);
        let is_next = |from: &Timestamp| self.billed_from.is_none_or(|billed| *from > billed);
        let (count, from) = (0..PERIODS_MOST / months).map_while(|count| Some((count, begins(count)?))).find(|(_, from)| is_next(from))?;
        if !fits(from) {
            return None;
        }
        let whole = begins(count + 1)?.plus_ms(-DAY_MS);
        Some(BillingPeriod { from, until: Some(last.map_or(whole, |last| last.min(whole))) })
    }

    /// The periods that are due by a day: each on its first day. At most `most` of them.
    #[must_use]
    pub fn due_on(&self, today: Timestamp, most: usize) -> Vec<BillingPeriod> {
        let mut due = Vec::new();
        let mut one = self.clone();
        while let Some(period) = one.next_period().filter(|period| period.from <= today && due.len() < most) {
            due.push(period);
            one.billed_from = Some(period.from);
        }
        due
    }

    /// Passes over the periods that ended before a day, as when its customer becomes active: who is inactive is not billed. One that is under way is
    /// billed whole, and what is paid once does not end.
    pub fn pass_ended(&mut self, today: Timestamp) {
        while let Some(period) = self.next_period().filter(|period| period.until.is_some_and(|until| until < today)) {
            self.billed_from = Some(period.from);
        }
    }

    /// What it comes to, for one period.
    ///
    /// # Errors
    /// [`TooLarge`] for more than can be held.
    pub fn amounts(&self) -> Result<Amounts, TooLarge> {
        self.sold.amounts(&self.currency)
    }
}

impl Priced for Service {
    fn amounts(&self, currency: &str) -> Result<Amounts, TooLarge> {
        self.sold.amounts(currency)
    }

    fn tax(&self) -> Share {
        self.sold.tax
    }

    fn period(&self) -> Period {
        self.sold.period
    }
}

/// Takes over `start` and `end`, of which the first cannot be after the second.
pub(crate) fn fill_days(start: &mut Timestamp, end: &mut Option<Timestamp>, form: &FormValues, errors: &mut FieldErrors) {
    if let Some(text) = form.find("start") {
        set(start, errors.take("start", parse_day(text.trim())));
    }
    if let Some(text) = form.find("end").map(str::trim) {
        set(end, if text.is_empty() { Some(None) } else { errors.take("end", parse_day(text)).map(Some) });
    }
    if let Some(end) = end.filter(|end| *end < *start) {
        errors.add("end", format!("It starts on {}, so it cannot end on {} already", start.readable_day(), end.readable_day()));
    }
}
