//! Quotes: what is offered for a deal, line by line, until a day. What a line comes to is in `line` and `totals`, what can be done with a quote and
//! when in `step`, what the customer is shown in `paper`. See docs/quotes.md.

mod line;
mod paper;
mod settings;
mod sold;
mod step;
#[cfg(test)]
mod tests;
mod totals;
mod view;

use serde::{Deserialize, Serialize};

pub use line::{LINES_MOST, Quantity, QuoteLine, StaleTax};
pub use paper::{PublicQuote, QuotePaper, ROUNDING, hindrance};
pub use settings::{NumberPattern, QuoteSettings, VALID_DAYS, VALID_DAYS_MOST};
pub use sold::Sold;
pub use step::{QuoteState, QuoteStep};
pub use totals::{Amounts, Priced, TooLarge, Totals, amounts_of};
pub use view::{QuotePage, QuoteRow, QuotesView, SentRevision};

use crate::event::TextChange;
use crate::product::set;
use crate::task::parse_day;
use crate::text::note;
use crate::{DAY_MS, FieldErrors, FormValues, LeadId, Named, OpportunityId, Product, QuoteId, Timestamp, UserId, money};

/// Most quotes of one lead.
pub const QUOTES_MOST: i64 = 100;

/// What is offered for a deal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    pub id: QuoteId,
    /// Grows by one with each change.
    pub version: i64,
    pub lead: LeadId,
    pub opportunity: Named<OpportunityId>,
    /// What people call it, by the [pattern](NumberPattern) that held when it was made. Stays with each revision.
    pub reference: String,
    /// Counts from 1; grows when one that was sent is revised.
    pub revision: i64,
    /// As it was written last; see [`Quote::state_on`].
    pub state: QuoteState,
    /// That of its deal.
    pub currency: String,
    /// The last day on which it can be accepted, as its start in UTC.
    pub valid_until: Timestamp,
    /// What the customer reads above the lines.
    pub note: String,
    /// What only people of the house read.
    pub memo: String,
    /// Why it was denied; empty otherwise.
    pub reason: String,
    /// To whom it was sent last; empty before.
    pub sent_to: String,
    pub sent_at: Option<Timestamp>,
    /// Who answered at the private address, as they wrote their name; empty for an answer that somebody of the house noted.
    pub answered_by: String,
    pub answered_at: Option<Timestamp>,
    /// In their order.
    pub lines: Vec<QuoteLine>,
    pub created_by: UserId,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// The deal for which a quote is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForDeal {
    pub lead: LeadId,
    pub opportunity: Named<OpportunityId>,
    pub currency: String,
}

impl Quote {
    /// A new one without lines, still without its number.
    #[must_use]
    pub fn blank(deal: ForDeal, valid_until: Timestamp, by: UserId, now: Timestamp) -> Self {
        Self {
            id: QuoteId(0),
            version: 1,
            lead: deal.lead,
            opportunity: deal.opportunity,
            reference: String::new(),
            revision: 1,
            state: QuoteState::New,
            currency: deal.currency,
            valid_until,
            note: String::new(),
            memo: String::new(),
            reason: String::new(),
            sent_to: String::new(),
            sent_at: None,
            answered_by: String::new(),
            answered_at: None,
            lines: Vec::new(),
            created_by: by,
            created_at: now,
            updated_at: now,
        }
    }

    /// Takes over the fields that were sent: `valid_until` (a day, today or later), `note` and `memo`.
    pub fn fill(&mut self, form: &FormValues, today: Timestamp, errors: &mut FieldErrors) {
        if let Some(text) = form.find("valid_until") {
            set(&mut self.valid_until, errors.take("valid_until", parse_valid_until(text, today)));
        }
        if let Some(text) = form.find("note") {
            set(&mut self.note, errors.take("note", note(text)));
        }
        self.fill_memo(form, errors);
    }

    /// Takes over the field `memo`, if it was sent; it can be changed whatever became of the quote.
    pub fn fill_memo(&mut self, form: &FormValues, errors: &mut FieldErrors) {
        if let Some(text) = form.find("memo") {
            set(&mut self.memo, errors.take("memo", note(text)));
        }
    }

    /// Its state on a day, given as its start in UTC: what nobody answered until a day before has expired, whether that was noted or not.
    #[must_use]
    pub fn state_on(&self, today: Timestamp) -> QuoteState {
        if self.state.is_awaited() && self.valid_until < today { QuoteState::Expired } else { self.state }
    }

    /// What it comes to.
    ///
    /// # Errors
    /// [`TooLarge`] for more than can be held.
    pub fn totals(&self) -> Result<Totals, TooLarge> {
        Totals::of(&self.lines, &self.currency)
    }

    /// What people call it, with the revision where there was more than one.
    #[must_use]
    pub fn name(&self) -> String {
        name_of(&self.reference, self.revision)
    }

    /// Lines whose product is taxed otherwise now than when the line was made.
    #[must_use]
    pub fn stale_taxes(&self, products: &[Product]) -> Vec<StaleTax> {
        self.lines.iter().filter_map(|line| line.stale_tax(products)).collect()
    }

    /// Gives those lines the rate that holds now.
    pub fn take_over_taxes(&mut self, products: &[Product]) {
        for line in &mut self.lines {
            if let Some(stale) = line.stale_tax(products) {
                (line.tax, line.listed_tax) = (stale.now, Some(stale.now));
            }
        }
    }

    /// Moves a line one place up or down; at the end it stays. `false` when there is no such line.
    pub fn move_line(&mut self, line: crate::QuoteLineId, is_up: bool) -> bool {
        let Some(at) = self.lines.iter().position(|one| one.id == line) else { return false };
        let other = if is_up { at.checked_sub(1) } else { Some(at + 1).filter(|other| *other < self.lines.len()) };
        if let Some(other) = other {
            self.lines.swap(at, other);
        }
        true
    }

    /// Puts a line at a place, counted from 1; beyond the end it is the last. `false` when there is no such line.
    pub fn put_line(&mut self, line: crate::QuoteLineId, place: usize) -> bool {
        let Some(at) = self.lines.iter().position(|one| one.id == line) else { return false };
        let moved = self.lines.remove(at);
        self.lines.insert(place.saturating_sub(1).min(self.lines.len()), moved);
        true
    }

    /// What is another than before, in words; of the memo only that it is, because events go to other programs and it stays in the house.
    #[must_use]
    pub fn changes_since(&self, before: &Self) -> Vec<TextChange> {
        let mut changes: Vec<TextChange> = [
            ("Valid until", before.valid_until.readable_day(), self.valid_until.readable_day()),
            ("Note", before.note.clone(), self.note.clone()),
            ("Reason", before.reason.clone(), self.reason.clone()),
            ("Total", before.total_words(), self.total_words()),
        ]
        .into_iter()
        .filter(|(_, old, new)| old != new)
        .map(|(what, old, new)| TextChange { what: what.to_owned(), old, new })
        .collect();
        if self.memo != before.memo {
            changes.push(TextChange { what: "Memo".to_owned(), old: String::new(), new: "changed".to_owned() });
        }
        let words = |line: Option<&QuoteLine>| line.map_or_else(String::new, |line| line.words(&self.currency));
        for old in &before.lines {
            let new = self.lines.iter().find(|line| line.id == old.id);
            if new != Some(old) {
                changes.push(TextChange { what: "Line".to_owned(), old: words(Some(old)), new: words(new) });
            }
        }
        for new in self.lines.iter().filter(|line| before.lines.iter().all(|old| old.id != line.id)) {
            changes.push(TextChange { what: "Line".to_owned(), old: String::new(), new: words(Some(new)) });
        }
        let order = |one: &Self, other: &Self| -> Vec<_> {
            one.lines.iter().map(|line| line.id).filter(|id| other.lines.iter().any(|line| line.id == *id)).collect()
        };
        if order(self, before) != order(before, self) {
            let names = |one: &Self| one.lines.iter().map(QuoteLine::title).collect::<Vec<_>>().join(", ");
            changes.push(TextChange { what: "Order".to_owned(), old: names(before), new: names(self) });
        }
        changes
    }

    /// What it comes to with tax, in words; empty for more than it can hold.
    #[must_use]
    pub fn total_words(&self) -> String {
        self.totals().map_or_else(|_| String::new(), |totals| money::exact(totals.all.total(), &self.currency))
    }
}

/// A quote by its reference, with the revision where there was more than one.
#[must_use]
pub fn name_of(reference: &str, revision: i64) -> String {
    if revision > 1 { format!("{reference}, revision {revision}") } else { reference.to_owned() }
}

/// The last day of a quote: today or later, and not for ever.
fn parse_valid_until(text: &str, today: Timestamp) -> Result<Timestamp, String> {
    let until = parse_day(text.trim())?;
    if until < today {
        return Err(format!("Enter {} or a later day", today.readable_day()));
    }
    if until > today.plus_ms(VALID_DAYS_MOST * DAY_MS) {
        return Err("Enter a day within a year".to_owned());
    }
    Ok(until)
}
