//! Who has which lead open, in this process. Two servers on one database do not know of each other's people.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::UserId;

/// People who look at one lead, each once, in the order in which they came.
pub type People = Arc<[(UserId, Arc<str>)]>;

#[derive(Debug)]
struct Look {
    connection: u64,
    user: UserId,
    name: Arc<str>,
}

/// Everybody's open leads.
#[derive(Debug, Default)]
pub struct Presence(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    connections: u64,
    by_lead: HashMap<i64, Vec<Look>>,
}

impl Presence {
    /// Notes that someone opened a lead; gives the number to leave with, and who is there now.
    pub fn enter(&self, lead: i64, user: UserId, name: &str) -> (u64, People) {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.connections += 1;
        let connection = inner.connections;
        let looks = inner.by_lead.entry(lead).or_default();
        looks.push(Look { connection, user, name: name.into() });
        (connection, people(looks))
    }

    /// Notes that they closed it; gives who is left.
    pub fn leave(&self, lead: i64, connection: u64) -> People {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(looks) = inner.by_lead.get_mut(&lead) else { return Arc::new([]) };
        looks.retain(|look| look.connection != connection);
        let left = people(looks);
        if looks.is_empty() {
            inner.by_lead.remove(&lead);
        }
        left
    }

    /// Who has a lead open.
    pub fn of(&self, lead: i64) -> People {
        let inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.by_lead.get(&lead).map_or_else(|| Arc::new([]) as People, |looks| people(looks))
    }
}

fn people(looks: &[Look]) -> People {
    let mut people: Vec<(UserId, Arc<str>)> = Vec::with_capacity(looks.len());
    for look in looks {
        if people.iter().all(|(user, _)| *user != look.user) {
            people.push((look.user, Arc::clone(&look.name)));
        }
    }
    people.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_with_two_tabs_is_there_once_and_until_the_last_is_closed() {
        let presence = Presence::default();
        let names = |people: &People| people.iter().map(|(_, name)| name.to_string()).collect::<Vec<_>>();
        let (first, _) = presence.enter(1042, UserId(1), "Maya King");
        let (second, people) = presence.enter(1042, UserId(1), "Maya King");
        assert_eq!(names(&people), ["Maya King"]);
        let (third, people) = presence.enter(1042, UserId(2), "Ben Ode");
        assert_eq!(names(&people), ["Maya King", "Ben Ode"]);
        assert_eq!(names(&presence.leave(1042, first)), ["Maya King", "Ben Ode"]);
        assert_eq!(names(&presence.leave(1042, second)), ["Ben Ode"]);
        assert!(presence.leave(1042, third).is_empty());
        assert!(presence.of(1042).is_empty());
    }
}
