//! Which tickets are listed.

use serde::{Deserialize, Serialize};

use crate::task::Whose;
use crate::{Actor, FormValues, LeadId, TaskFilter, UserId};

/// How far the listed tickets are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketsShown {
    #[default]
    Open,
    Closed,
    All,
}

impl TicketsShown {
    /// Each of them, as offered.
    pub const ALL: [TicketsShown; 3] = [TicketsShown::Open, TicketsShown::Closed, TicketsShown::All];

    /// The word used in addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            TicketsShown::Open => "open",
            TicketsShown::Closed => "closed",
            TicketsShown::All => "all",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            TicketsShown::Open => "Open",
            TicketsShown::Closed => "Closed",
            TicketsShown::All => "All",
        }
    }

    /// Reads [`TicketsShown::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shown| shown.key() == key)
    }
}

/// Which tickets to list; the default is one's own that are open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TicketFilter {
    /// Those of one lead; whosever they are, where [`TicketFilter::whose`] names nobody.
    pub lead: Option<LeadId>,
    pub shown: TicketsShown,
    pub whose: Whose,
}

impl TicketFilter {
    /// Those of a lead, whosever they are.
    #[must_use]
    pub fn of_lead(lead: LeadId, shown: TicketsShown) -> Self {
        Self { lead: Some(lead), shown, whose: Whose::Mine }
    }

    /// Reads a query string. What makes no sense is left out.
    #[must_use]
    pub fn from_query(query: &str) -> Self {
        let values = FormValues::decode(query.trim_start_matches('?').as_bytes());
        Self {
            lead: values.get("lead").parse().ok(),
            shown: TicketsShown::from_key(values.get("state")).unwrap_or_default(),
            whose: TaskFilter::from_query(query).whose,
        }
    }

    /// The canonical query string; empty for one's own that are open.
    #[must_use]
    pub fn to_query(self) -> String {
        let person = match self.whose {
            Whose::Mine => None,
            Whose::Person(user) => Some(user.to_string()),
            Whose::Everyone => Some(TaskFilter::EVERYONE.to_owned()),
        };
        let shown = (self.shown != TicketsShown::default()).then(|| self.shown.key().to_owned());
        let terms = [("lead", self.lead.map(|lead| lead.to_string())), ("state", shown), ("person", person)];
        let terms = terms.into_iter().filter_map(|(name, value)| value.map(|value| (name.to_owned(), value)));
        FormValues(terms.collect()).encode()
    }

    /// Whose tickets they are: a person's, or everybody's with `None`. Of a lead they are everybody's; else who leads nobody sees their own.
    #[must_use]
    pub fn person(self, actor: &Actor) -> Option<UserId> {
        match (self.lead, self.whose) {
            (Some(_), Whose::Person(user)) => Some(user),
            (Some(_), _) => None,
            (None, whose) => TaskFilter { whose, done: false }.person(actor),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cast::{self, ADA, ANA, MAYA};

    #[test]
    fn an_address_says_which_tickets() {
        for query in ["", "lead=7", "lead=7&state=all", "state=closed&person=all", "lead=7&state=closed&person=3"] {
            assert_eq!(TicketFilter::from_query(query).to_query(), query);
        }
        assert_eq!(TicketFilter::from_query("?lead=x&state=moon&person=me&state=open"), TicketFilter::default());
        assert_eq!(TicketFilter::of_lead(LeadId(7), TicketsShown::All).to_query(), "lead=7&state=all");
    }

    #[test]
    fn of_a_lead_they_are_everybody_s_else_who_leads_nobody_sees_their_own() {
        let person = |query: &str, user| TicketFilter::from_query(query).person(&cast::actor(user));
        assert_eq!((person("", MAYA), person("person=all", MAYA), person("person=all", ADA)), (Some(MAYA), Some(MAYA), None));
        assert_eq!(person(&format!("person={ANA}"), ADA), Some(ANA));
        assert_eq!((person("lead=7", MAYA), person(&format!("lead=7&person={ANA}"), MAYA)), (None, Some(ANA)));
    }
}
