//! Which tasks are listed, and under which heading each stands.

use super::{Due, weekday};
use crate::{Actor, DAY_MS, FormValues, Role, SiteZone, Timestamp, UserId};

/// Whose tasks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Whose {
    #[default]
    Mine,
    Person(UserId),
    /// Everybody's, as far as one may see them.
    Everyone,
}

/// Which tasks to list; the default is one's own that are open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TaskFilter {
    pub whose: Whose,
    /// Those that are done instead of those that are open.
    pub done: bool,
}

impl TaskFilter {
    /// [`Whose::Everyone`] in addresses.
    pub const EVERYONE: &'static str = "all";

    /// Reads a query string. What makes no sense is left out.
    #[must_use]
    pub fn from_query(query: &str) -> Self {
        let values = FormValues::decode(query.trim_start_matches('?').as_bytes());
        let whose = match values.get("person") {
            Self::EVERYONE => Whose::Everyone,
            text => text.parse().map_or(Whose::Mine, Whose::Person),
        };
        Self { whose, done: values.get("done") == "1" }
    }

    /// The canonical query string; empty for one's own that are open.
    #[must_use]
    pub fn to_query(self) -> String {
        let person = match self.whose {
            Whose::Mine => None,
            Whose::Person(user) => Some(user.to_string()),
            Whose::Everyone => Some(Self::EVERYONE.to_owned()),
        };
        let terms = [("person", person), ("done", self.done.then(|| "1".to_owned()))];
        let terms = terms.into_iter().filter_map(|(name, value)| value.map(|value| (name.to_owned(), value)));
        FormValues(terms.collect()).encode()
    }

    /// Whose tasks they are: a person's, or everybody's with `None`. Who leads nobody sees their own.
    #[must_use]
    pub fn person(self, actor: &Actor) -> Option<UserId> {
        match self.whose {
            Whose::Person(user) if Self::may_choose(actor) => Some(user),
            Whose::Everyone if Self::may_choose(actor) => None,
            _ => Some(actor.id),
        }
    }

    /// Whether a person may look at the tasks of others.
    #[must_use]
    pub fn may_choose(actor: &Actor) -> bool {
        matches!(actor.role, Role::Manager | Role::Administrator)
    }
}

/// A heading of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DueGroup {
    Overdue,
    Today,
    /// Until Sunday.
    ThisWeek,
    Later,
    Undated,
}

impl DueGroup {
    /// All of them, in their order.
    pub const ALL: [DueGroup; 5] = [DueGroup::Overdue, DueGroup::Today, DueGroup::ThisWeek, DueGroup::Later, DueGroup::Undated];

    /// The word used in ids.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            DueGroup::Overdue => "overdue",
            DueGroup::Today => "today",
            DueGroup::ThisWeek => "week",
            DueGroup::Later => "later",
            DueGroup::Undated => "undated",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            DueGroup::Overdue => "Overdue",
            DueGroup::Today => "Today",
            DueGroup::ThisWeek => "This week",
            DueGroup::Later => "Later",
            DueGroup::Undated => "Without a day",
        }
    }

    /// Where something that is due then stands now, by the site's clocks.
    #[must_use]
    pub fn of(due: Option<Due>, now: Timestamp, zone: &SiteZone) -> Self {
        let Some(due) = due else { return DueGroup::Undated };
        let today = zone.at(now).today();
        let sunday = today.plus_ms((6 - weekday(today)) * DAY_MS);
        match due.at {
            at if at < now => DueGroup::Overdue,
            at if at <= zone.end_of(today) => DueGroup::Today,
            at if at <= zone.end_of(sunday) => DueGroup::ThisWeek,
            _ => DueGroup::Later,
        }
    }
}
