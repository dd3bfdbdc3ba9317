//! Every page that is opened without naming a record, and who finds it in the palette. What the rail leads to is offered once.
//!
//! To add a page: its line here.

use domain::{Action, Actor, Target, can};

use crate::routes;

/// A page that the palette leads to.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The heading it stands under.
    pub group: &'static str,
    pub label: &'static str,
    pub href: &'static str,
    may: fn(&Actor) -> bool,
}

impl Place {
    /// Whether the page has something for this person.
    #[must_use]
    pub fn is_for(&self, actor: &Actor) -> bool {
        (self.may)(actor)
    }
}

const fn go(label: &'static str, href: &'static str, may: fn(&Actor) -> bool) -> Place {
    Place { group: "Go to", label, href, may }
}

const fn setting(label: &'static str, href: &'static str) -> Place {
    Place { group: "Settings", label, href, may: configures }
}

fn everybody(_: &Actor) -> bool {
    true
}

fn house(actor: &Actor) -> bool {
    actor.role.is_internal()
}

fn distributors(actor: &Actor) -> bool {
    !house(actor)
}

fn imports(actor: &Actor) -> bool {
    can(actor, Action::ImportLeads, Target::Site)
}

fn configures(actor: &Actor) -> bool {
    can(actor, Action::Configure, Target::Site)
}

/// All of them, in the order of the palette.
pub const PLACES: [Place; 50] = [
    go("My day", routes::MY_DAY, everybody),
    go("Leads", "/leads", everybody),
    go("Add a lead", "/leads/new", house),
    go("Board", routes::BOARD, everybody),
    go("Radar", routes::RADAR, everybody),
    go("Tasks", routes::TASKS, everybody),
    go("Calendar of tasks", routes::TASK_CALENDAR, everybody),
    go("Tickets", routes::TICKETS, everybody),
    go("Notices", routes::NOTICES, everybody),
    go("Material", routes::MATERIAL, house),
    go("Quotes", routes::QUOTES, house),
    go("Products", routes::PRODUCTS, house),
    go("Customers", routes::CUSTOMERS, house),
    go("Invoices", routes::INVOICES, house),
    go("Intake", "/intake", house),
    go("Refer", routes::REFER, house),
    go("Accounts", "/accounts", house),
    go("Add an account", "/accounts/new", house),
    go("Accounts that may be here twice", "/accounts/duplicates", house),
    go("Contacts", "/contacts", house),
    go("Add a contact", "/contacts/new", house),
    go("What makes a contact a lead", routes::THRESHOLDS, house),
    go("Territories and distributors", routes::TERRITORIES, house),
    go("Your standing", routes::STANDING, distributors),
    go("How we work", routes::REPS, house),
    go("Import", "/import", imports),
    go("Your profile", "/me", everybody),
    go("API tokens", "/admin/tokens", everybody),
    setting("Settings", "/admin"),
    setting("People", "/admin/users"),
    setting("Groups", "/admin/groups"),
    setting("Territories", "/admin/territories"),
    setting("Routing", "/admin/rules"),
    setting("Lead types", "/admin/types"),
    setting("Lists", "/admin/lists"),
    setting("Ladders", "/admin/ladders"),
    setting("Contact events", "/admin/event-kinds"),
    setting("Scores", "/admin/scoring"),
    setting("Site", "/admin/site"),
    setting("Clocks", "/admin/clocks"),
    setting("Playbook", "/admin/playbook"),
    setting("Mail templates", "/admin/templates"),
    setting("Registration form", "/admin/registration"),
    setting("Message templates", "/admin/messages"),
    setting("Nurture plans", "/admin/nurture"),
    setting("Outbox", "/admin/outbox"),
    setting("Incoming mail", "/admin/mail-in"),
    setting("Roles", "/admin/roles"),
    setting("Audit", "/admin/audit"),
    setting("Webhooks", "/admin/webhooks"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::admin::SECTIONS;

    #[test]
    fn settings_are_called_as_on_their_own_page() {
        for section in SECTIONS {
            let place = PLACES.iter().find(|place| place.href == section.href);
            assert_eq!(place.map(|place| place.label), Some(section.name), "{}", section.href);
        }
    }

    #[test]
    fn every_place_stands_once() {
        for (nth, place) in PLACES.iter().enumerate() {
            assert_eq!(PLACES.iter().position(|other| other.href == place.href), Some(nth), "{}", place.href);
        }
    }
}
