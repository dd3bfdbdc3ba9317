//! How the site makes its quotes.

use serde::{Deserialize, Serialize};

use super::QuoteState;
use crate::event::TextChange;
use crate::product::set;
use crate::text::{line, note};
use crate::{Catalog, ChoiceId, ChoiceList, FieldErrors, FormValues, Timestamp};

/// How long a quote is valid where nobody says otherwise (S3-11). Unit: days.
pub const VALID_DAYS: i64 = 10;
/// Longest time that a quote can be valid. Unit: days.
pub const VALID_DAYS_MOST: i64 = 365;
/// Longest pattern, in characters.
const PATTERN_MAX: usize = 40;
/// Most digits to which a number is filled up.
const DIGITS_MOST: usize = 9;

/// How quotes are called: a text with `{number}` in it, and with `{year}` if one likes. `{number:5}` fills up with zeros.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NumberPattern(String);

impl NumberPattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// The sentence for its field.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = line(text).map_err(|error| error.to_string())?;
        if text.chars().count() > PATTERN_MAX {
            return Err(format!("Use at most {PATTERN_MAX} characters"));
        }
        let mut numbers = 0;
        let mut rest = text.as_str();
        while let Some((_, behind)) = rest.split_once('{') {
            let (part, behind) = behind.split_once('}').ok_or("Close each brace, as in {number}")?;
            match part.split_once(':').unwrap_or((part, "1")) {
                ("year", "1") if part == "year" => {}
                ("number", digits) if digits.parse().is_ok_and(|digits: usize| (1..=DIGITS_MOST).contains(&digits)) => numbers += 1,
                _ => return Err(format!("{{{part}}} is not known; use {{number}}, {{number:5}} and {{year}}")),
            }
            rest = behind;
        }
        if numbers != 1 {
            return Err("Put {number} into it once, so that no two quotes have one name".to_owned());
        }
        Ok(Self(text))
    }

    /// As it was typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What a quote of this number is called that is made on a day.
    #[must_use]
    pub fn name(&self, number: i64, today: Timestamp) -> String {
        let mut name = String::new();
        let mut rest = self.0.as_str();
        while let Some((before, behind)) = rest.split_once('{') {
            let (part, behind) = behind.split_once('}').unwrap_or((behind, ""));
            name.push_str(before);
            match part.split_once(':') {
                None if part == "year" => name.push_str(&today.day()[..4]),
                None => name.push_str(&number.to_string()),
                Some((_, digits)) => name.push_str(&format!("{number:0width$}", width = digits.parse().unwrap_or(1))),
            }
            rest = behind;
        }
        name.push_str(rest);
        name
    }
}

impl Default for NumberPattern {
    fn default() -> Self {
        Self("Q-{year}-{number}".to_owned())
    }
}

impl TryFrom<String> for NumberPattern {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

impl From<NumberPattern> for String {
    fn from(pattern: NumberPattern) -> Self {
        pattern.0
    }
}

/// How the site makes its quotes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteSettings {
    pub pattern: NumberPattern,
    /// Unit: days, 1 to 365.
    pub valid_days: i64,
    /// The firm's address as it stands on a quote, in lines; may be empty.
    pub sender: String,
    /// What stands at the end of each quote: terms, bank, register; may be empty.
    pub footer: String,
    /// The stage to which a deal moves when a quote comes to a state. A state without one moves nothing.
    pub stages: Vec<(QuoteState, ChoiceId)>,
}

impl Default for QuoteSettings {
    fn default() -> Self {
        Self { pattern: NumberPattern::default(), valid_days: VALID_DAYS, sender: String::new(), footer: String::new(), stages: Vec::new() }
    }
}

impl QuoteSettings {
    /// The stage to which a deal moves when its quote comes to a state.
    #[must_use]
    pub fn stage_of(&self, state: QuoteState) -> Option<ChoiceId> {
        self.stages.iter().find(|(of, _)| *of == state).map(|(_, stage)| *stage)
    }

    /// Takes over the fields that were sent: `pattern`, `valid_days`, `sender`, `footer`, and `stage_sent`, `stage_accepted` and so on for each state
    /// (a number, or empty for none).
    pub fn fill(&mut self, form: &FormValues, catalog: &Catalog, errors: &mut FieldErrors) {
        if let Some(text) = form.find("pattern") {
            set(&mut self.pattern, errors.take("pattern", NumberPattern::parse(text)));
        }
        if let Some(text) = form.find("valid_days") {
            let days = text.trim().parse().ok().filter(|days| (1..=VALID_DAYS_MOST).contains(days));
            set(&mut self.valid_days, errors.take("valid_days", days.ok_or("Enter a number of days from 1 to 365")));
        }
        if let Some(text) = form.find("sender") {
            set(&mut self.sender, errors.take("sender", note(text)));
        }
        if let Some(text) = form.find("footer") {
            set(&mut self.footer, errors.take("footer", note(text)));
        }
        for state in QuoteState::ALL {
            let field = format!("stage_{}", state.key());
            let Some(text) = form.find(&field).map(str::trim) else { continue };
            let known = self.stage_of(state);
            let stage = if text.is_empty() { Ok(None) } else { find_stage(text, known, catalog).map(Some) };
            if let Some(stage) = errors.take(&field, stage) {
                self.stages.retain(|(of, _)| *of != state);
                self.stages.extend(stage.map(|stage| (state, stage)));
            }
        }
        self.stages.sort_unstable();
    }

    /// What is another than before, in words.
    #[must_use]
    pub fn changes_since(&self, before: &Self, catalog: &Catalog) -> Vec<TextChange> {
        let stages = |one: &Self| {
            let words = |(state, stage): &(QuoteState, ChoiceId)| format!("{}: {}", state.label(), catalog.choice_name(*stage));
            one.stages.iter().map(words).collect::<Vec<_>>().join(", ")
        };
        [
            ("Numbers", before.pattern.0.clone(), self.pattern.0.clone()),
            ("Days valid", before.valid_days.to_string(), self.valid_days.to_string()),
            ("Address", before.sender.clone(), self.sender.clone()),
            ("Last lines", before.footer.clone(), self.footer.clone()),
            ("Stages", stages(before), stages(self)),
        ]
        .into_iter()
        .filter(|(_, old, new)| old != new)
        .map(|(what, old, new)| TextChange { what: what.to_owned(), old, new })
        .collect()
    }
}

/// A stage on offer, or the one that stands there already.
fn find_stage(text: &str, known: Option<ChoiceId>, catalog: &Catalog) -> Result<ChoiceId, &'static str> {
    let wanted: Option<ChoiceId> = text.parse().ok();
    let is_offered = |id: &ChoiceId| Some(*id) == known || catalog.offered(ChoiceList::Stage).any(|stage| stage.id == *id);
    wanted.filter(is_offered).ok_or("Choose a stage from the list")
}
