//! Who may get leads, as options of forms.

use domain::UserId;
use domain::routing::Receiver;

use crate::context::catalog_now;
use crate::form::Options;

/// People of the house who can sign in, and those who stand there already.
#[must_use]
pub fn people(already: &[UserId]) -> Options {
    let catalog = catalog_now();
    let may = |person: &&domain::catalog::Person| already.contains(&person.id) || (person.role.is_internal() && !person.disabled);
    catalog.people.iter().filter(may).map(|person| (person.id.to_string(), person.name.clone())).collect()
}

/// The same people and the groups in use, see [`Receiver::key`].
#[must_use]
pub fn receivers(already: Option<Receiver>) -> Options {
    let catalog = catalog_now();
    let known = |group| already == Some(Receiver::Group(group));
    let groups = catalog.groups.iter().filter(|group| !group.retired || known(group.id));
    let groups = groups.map(|group| (Receiver::Group(group.id).key(), format!("Group {}", group.name)));
    let person = match already {
        Some(Receiver::Person(user)) => Some(user),
        _ => None,
    };
    let persons = people(person.as_slice()).into_iter().map(|(id, name)| (format!("person-{id}"), name));
    persons.chain(groups).collect()
}

/// A receiver's name.
#[must_use]
pub fn receiver_name(to: Receiver) -> String {
    let catalog = catalog_now();
    match to {
        Receiver::Person(user) => catalog.person_name(user),
        Receiver::Group(group) => catalog.group(group).map_or_else(String::new, |group| format!("Group {}", group.name)),
    }
}

/// The options behind an empty one.
#[must_use]
pub fn with_nobody(label: &str, options: Options) -> Options {
    std::iter::once((String::new(), label.to_owned())).chain(options).collect()
}
