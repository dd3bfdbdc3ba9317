//! Every address that a form can be posted to, and who may post there at all. What is not in this list is not found, so
//! that the tests that go through it miss no form.

use domain::{FieldErrors, FormValues, Role};

/// Who may post a form at all. What they may do to which record is the service's to judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Anyone,
    /// Whoever is signed in.
    Everybody,
    /// People of the house: not distributors.
    House,
    /// Who may import.
    Importers,
    /// Who agrees on what qualifies.
    Managers,
    Administrators,
}

impl Who {
    /// Whether people of a role may.
    #[must_use]
    pub fn includes(self, role: Role) -> bool {
        match self {
            Who::Anyone | Who::Everybody => true,
            Who::House => role != Role::Distributor,
            Who::Importers | Who::Managers => matches!(role, Role::Manager | Role::Administrator),
            Who::Administrators => role == Role::Administrator,
        }
    }
}

/// A form's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Door {
    /// `*` stands for a number or a word.
    pub address: &'static str,
    pub who: Who,
    /// Those of [`GUARDED`] that the form has.
    pub takes: &'static [&'static str],
}

/// Fields that decide about rights, or that only the server sets. One that a form does not have is refused, so that nobody
/// takes it for done.
pub const GUARDED: [&str; 12] =
    ["created_at", "created_by", "deleted_at", "id", "if_version", "import", "number", "owner", "role", "score", "updated_at", "version"];

const fn door(address: &'static str, who: Who, takes: &'static [&'static str]) -> Door {
    Door { address, who, takes }
}

/// All of them, but for the four that take files.
pub const DOORS: [Door; 213] = [
    door("/login", Who::Anyone, &[]),
    door("/logout", Who::Anyone, &[]),
    door("/setup", Who::Anyone, &[]),
    door("/register", Who::Anyone, &[]),
    door("/leads/bulk", Who::Everybody, &["owner"]),
    door("/leads/bulk/*/stop", Who::Everybody, &[]),
    door("/leads/bulk/*/undo", Who::Everybody, &[]),
    door("/leads/views", Who::Everybody, &[]),
    door("/leads/views/*", Who::Everybody, &[]),
    door("/leads/views/*/delete", Who::Everybody, &[]),
    door("/leads/views/*/restore", Who::Everybody, &[]),
    door("/leads/views/*/first", Who::Everybody, &[]),
    door("/leads/views/*/take", Who::Everybody, &[]),
    door("/intake", Who::House, &[]),
    door("/refer", Who::House, &[]),
    door("/leads/new", Who::House, &["owner", "score"]),
    door("/leads/*/edit", Who::Everybody, &["owner", "score", "version"]),
    door("/leads/*/comment", Who::Everybody, &[]),
    door("/leads/*/opportunities", Who::Everybody, &[]),
    door("/leads/*/tasks", Who::Everybody, &[]),
    door("/leads/*/attempts/*", Who::Everybody, &[]),
    door("/leads/*/actions/*", Who::Everybody, &["version"]),
    door("/leads/*/route", Who::Everybody, &[]),
    door("/leads/*/delegate", Who::Everybody, &[]),
    door("/leads/*/delegation/accept", Who::Everybody, &[]),
    door("/leads/*/delegation/decline", Who::Everybody, &[]),
    door("/leads/*/delegation/take-back", Who::Everybody, &[]),
    door("/territories/*/distributor", Who::House, &[]),
    door("/distributors/*/call-centre", Who::Managers, &[]),
    door("/leads/*/take-back", Who::Everybody, &[]),
    door("/leads/*/nudge", Who::Everybody, &[]),
    door("/leads/*/score", Who::Everybody, &[]),
    door("/leads/*/dates", Who::Everybody, &[]),
    door("/leads/*/offerings/*/note", Who::Everybody, &[]),
    door("/leads/*/competitors", Who::Everybody, &[]),
    door("/leads/*/competitors/*", Who::Everybody, &[]),
    door("/leads/*/competitors/*/remove", Who::Everybody, &[]),
    door("/leads/*/competitors/*/restore", Who::Everybody, &[]),
    door("/leads/*/help", Who::Everybody, &[]),
    door("/help-requests/*/*", Who::Everybody, &[]),
    door("/documents/*", Who::Everybody, &[]),
    door("/documents/*/remove", Who::Everybody, &[]),
    door("/documents/*/restore", Who::Everybody, &[]),
    door("/leads/*/class", Who::Everybody, &["version"]),
    door("/leads/*/answers/*", Who::Everybody, &[]),
    door("/leads/*/appointment", Who::Everybody, &["version"]),
    door("/leads/*/appointment/invite", Who::Everybody, &[]),
    door("/leads/*/appointment/answer", Who::Everybody, &[]),
    door("/leads/*/appointment/cancel", Who::Everybody, &["version"]),
    door("/leads/*/interim", Who::Everybody, &[]),
    door("/invites/*", Who::Anyone, &[]),
    door("/leads/*/messages", Who::Everybody, &[]),
    door("/leads/*/unsubscribe", Who::Everybody, &[]),
    door("/unsubscribe/*", Who::Anyone, &[]),
    door("/leads/*/nurture", Who::Everybody, &[]),
    door("/leads/*/nurture/*", Who::Everybody, &[]),
    door("/material/*", Who::Administrators, &[]),
    door("/material/*/remove", Who::Administrators, &[]),
    door("/material/*/restore", Who::Administrators, &[]),
    door("/leads/*/registrations", Who::Everybody, &[]),
    door("/registrations/*/*", Who::Everybody, &["version"]),
    door("/products", Who::Managers, &[]),
    door("/products/settings", Who::Managers, &[]),
    door("/products/*", Who::Managers, &["version"]),
    door("/products/*/remove", Who::Managers, &[]),
    door("/products/*/restore", Who::Managers, &[]),
    door("/leads/*/quotes", Who::Everybody, &[]),
    door("/quotes/*", Who::Everybody, &["version"]),
    door("/quotes/*/taxes", Who::Everybody, &["version"]),
    door("/quotes/*/remove", Who::Everybody, &["version"]),
    door("/quotes/*/steps/*", Who::Everybody, &["version"]),
    door("/quotes/*/lines", Who::Everybody, &["version"]),
    door("/quotes/*/lines/*", Who::Everybody, &["version"]),
    door("/quotes/*/lines/*/move", Who::Everybody, &["version"]),
    door("/quotes/*/lines/*/remove", Who::Everybody, &["version"]),
    door("/q/*", Who::Anyone, &[]),
    door("/leads/*/convert/quotes", Who::Everybody, &["version"]),
    door("/leads/*/convert/customer", Who::Everybody, &["number", "version"]),
    door("/leads/*/convert/services", Who::Everybody, &["version"]),
    door("/leads/*/convert/services/*", Who::Everybody, &["version"]),
    door("/leads/*/convert/services/*/remove", Who::Everybody, &["version"]),
    door("/leads/*/convert/taxes", Who::Everybody, &["version"]),
    door("/leads/*/convert/discard", Who::Everybody, &["version"]),
    door("/leads/*/convert/finish", Who::Everybody, &["version"]),
    door("/conversions/*/undo", Who::Everybody, &[]),
    door("/customers/settings", Who::Managers, &[]),
    door("/customers/*", Who::House, &["number", "version"]),
    door("/customers/*/states/*", Who::House, &["version"]),
    door("/customers/*/services", Who::House, &[]),
    door("/customers/*/bill", Who::House, &[]),
    door("/customers/*/opportunities", Who::House, &[]),
    door("/services/*", Who::House, &["version"]),
    door("/services/*/stop", Who::House, &["version"]),
    door("/services/*/resume", Who::House, &[]),
    door("/invoices/*/send", Who::House, &["version"]),
    door("/invoices/*/payments", Who::Managers, &["version"]),
    door("/invoices/*/payments/*/remove", Who::Managers, &["version"]),
    door("/invoices/*/cancel", Who::Managers, &["version"]),
    door("/leads/*/problems", Who::Everybody, &[]),
    door("/problems/*/*", Who::Everybody, &[]),
    door("/accounts/*/supplier", Who::Managers, &[]),
    door("/accounts/*/supplier/revoke", Who::Managers, &[]),
    door("/opportunities/*", Who::Everybody, &["version"]),
    door("/tasks", Who::House, &[]),
    door("/tasks/*", Who::Everybody, &["version"]),
    door("/tasks/*/done", Who::Everybody, &[]),
    door("/tasks/*/reopen", Who::Everybody, &[]),
    door("/tasks/*/remove", Who::Everybody, &[]),
    door("/tasks/*/restore", Who::Everybody, &[]),
    door("/tickets", Who::Everybody, &[]),
    door("/tickets/*", Who::Everybody, &["version"]),
    door("/tickets/*/close", Who::Everybody, &[]),
    door("/tickets/*/reopen", Who::Everybody, &[]),
    door("/tickets/*/remove", Who::Everybody, &[]),
    door("/tickets/*/restore", Who::Everybody, &[]),
    door("/accounts/new", Who::House, &[]),
    door("/accounts/*/edit", Who::House, &["version"]),
    door("/accounts/*/merge/*", Who::House, &["version"]),
    door("/accounts/merges/*/undo", Who::House, &[]),
    door("/accounts/duplicates/*/*/dismiss", Who::House, &[]),
    door("/accounts/duplicates/*/*/restore", Who::House, &[]),
    door("/contacts/new", Who::House, &[]),
    door("/contacts/*/edit", Who::House, &["version"]),
    door("/contacts/*/pull", Who::House, &[]),
    door("/thresholds", Who::Managers, &[]),
    door("/thresholds/*/accept", Who::House, &[]),
    door("/thresholds/*/decline", Who::House, &[]),
    door("/thresholds/*/withdraw", Who::Managers, &[]),
    door("/import/*/columns", Who::Importers, &[]),
    door("/import/*/*", Who::Importers, &[]),
    door("/me/password", Who::Everybody, &[]),
    door("/me/reach", Who::House, &["version"]),
    door("/me/availability/*", Who::House, &[]),
    door("/notices/read", Who::Everybody, &[]),
    door("/me/notices", Who::Everybody, &[]),
    door("/me/digest", Who::House, &[]),
    door("/me/calendar", Who::Everybody, &[]),
    door("/me/calendar/revoke", Who::Everybody, &[]),
    door("/admin/users", Who::Administrators, &["role"]),
    door("/admin/users/*", Who::Administrators, &["role", "version"]),
    door("/admin/users/*/reach", Who::Administrators, &["version"]),
    door("/admin/users/*/password", Who::Administrators, &[]),
    door("/admin/tokens", Who::Everybody, &[]),
    door("/admin/tokens/*/revoke", Who::Everybody, &[]),
    door("/admin/webhooks", Who::Administrators, &[]),
    door("/admin/webhooks/*", Who::Administrators, &[]),
    door("/admin/webhooks/*/delete", Who::Administrators, &[]),
    door("/admin/webhooks/deliveries/*/replay", Who::Administrators, &[]),
    door("/admin/groups", Who::Administrators, &[]),
    door("/admin/groups/*", Who::Administrators, &[]),
    door("/admin/types", Who::Administrators, &[]),
    door("/admin/types/*", Who::Administrators, &[]),
    door("/admin/types/*/move", Who::Administrators, &[]),
    door("/admin/types/*/fields", Who::Administrators, &[]),
    door("/admin/types/*/fields/*", Who::Administrators, &[]),
    door("/admin/types/*/fields/*/move", Who::Administrators, &[]),
    door("/admin/types/*/fields/*/remove", Who::Administrators, &[]),
    door("/admin/types/*/statuses", Who::Administrators, &[]),
    door("/admin/types/*/statuses/*", Who::Administrators, &[]),
    door("/admin/types/*/statuses/*/move", Who::Administrators, &[]),
    door("/admin/types/*/statuses/*/remove", Who::Administrators, &[]),
    door("/admin/lists/*", Who::Administrators, &[]),
    door("/admin/lists/*/*", Who::Administrators, &[]),
    door("/admin/lists/*/*/move", Who::Administrators, &[]),
    door("/admin/lists/*/*/remove", Who::Administrators, &[]),
    door("/admin/ladders/copies", Who::Administrators, &[]),
    door("/admin/ladders/posts", Who::Administrators, &[]),
    door("/admin/ladders/*", Who::Administrators, &[]),
    door("/admin/ladders/*/rungs", Who::Administrators, &[]),
    door("/admin/ladders/*/rungs/*", Who::Administrators, &[]),
    door("/admin/ladders/*/rungs/*/move", Who::Administrators, &[]),
    door("/admin/ladders/*/rungs/*/remove", Who::Administrators, &[]),
    door("/admin/territories", Who::Administrators, &[]),
    door("/admin/territories/*", Who::Administrators, &[]),
    door("/admin/territories/*/remove", Who::Administrators, &[]),
    door("/admin/rules/steps/*", Who::Administrators, &[]),
    door("/admin/rules/steps/*/move", Who::Administrators, &[]),
    door("/admin/rules/groups/*", Who::Administrators, &[]),
    door("/admin/rules/fallback", Who::Administrators, &[]),
    door("/admin/rules/coverage", Who::Administrators, &[]),
    door("/admin/rules/coverage/*/remove", Who::Administrators, &[]),
    door("/admin/rules/specialists", Who::Administrators, &[]),
    door("/admin/rules/specialists/*/remove", Who::Administrators, &[]),
    door("/admin/rules/trials", Who::Administrators, &[]),
    door("/admin/rules/trials/*/stop", Who::Administrators, &[]),
    door("/admin/templates/*", Who::Administrators, &[]),
    door("/admin/templates/*/reset", Who::Administrators, &[]),
    door("/admin/registration", Who::Administrators, &[]),
    door("/admin/messages", Who::Administrators, &[]),
    door("/admin/messages/*", Who::Administrators, &[]),
    door("/admin/messages/*/remove", Who::Administrators, &[]),
    door("/admin/messages/*/restore", Who::Administrators, &[]),
    door("/admin/nurture", Who::Administrators, &[]),
    door("/admin/nurture/*", Who::Administrators, &[]),
    door("/admin/nurture/*/remove", Who::Administrators, &[]),
    door("/admin/nurture/*/restore", Who::Administrators, &[]),
    door("/admin/outbox/*/send", Who::Administrators, &[]),
    door("/admin/event-kinds", Who::Administrators, &[]),
    door("/admin/event-kinds/half-life", Who::Administrators, &[]),
    door("/admin/event-kinds/*", Who::Administrators, &[]),
    door("/admin/scoring/rules", Who::Administrators, &[]),
    door("/admin/scoring/rules/*", Who::Administrators, &[]),
    door("/admin/scoring/model", Who::Administrators, &[]),
    door("/admin/scoring/train", Who::Administrators, &[]),
    door("/admin/playbook/cadence", Who::Administrators, &[]),
    door("/admin/playbook/texts/*", Who::Administrators, &[]),
    door("/admin/playbook/texts/*/reset", Who::Administrators, &[]),
    door("/admin/clocks", Who::Administrators, &[]),
    door("/admin/clocks/policies", Who::Administrators, &[]),
    door("/admin/clocks/*", Who::Administrators, &[]),
    door("/admin/clocks/hours/*", Who::Administrators, &[]),
    door("/admin/site", Who::Administrators, &[]),
    door("/admin/site/logo/remove", Who::Administrators, &[]),
];

/// The door at an address.
#[must_use]
pub fn find(parts: &[&str]) -> Option<Door> {
    let is_it = |door: &Door| {
        let mut wanted = door.address.trim_start_matches('/').split('/');
        parts.iter().all(|part| wanted.next().is_some_and(|word| word == "*" || word == *part)) && wanted.next().is_none()
    };
    DOORS.into_iter().find(is_it)
}

impl Door {
    /// Refuses guarded fields that the form does not have.
    ///
    /// # Errors
    /// A sentence for the whole form.
    pub fn refuse_foreign(&self, values: &FormValues) -> Result<(), FieldErrors> {
        let foreign = values.0.iter().map(|(name, _)| name.as_str()).find(|name| GUARDED.contains(name) && !self.takes.contains(name));
        foreign.map_or(Ok(()), |name| Err(FieldErrors::at("", format!("This form has no field “{name}”; nothing was changed"))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_door_is_found_by_its_address() {
        let address = |parts: &[&str]| find(parts).map(|door| door.address);
        assert_eq!(address(&["leads", "7", "edit"]), Some("/leads/*/edit"));
        assert_eq!(address(&["leads", "views", "7"]), Some("/leads/views/*"));
        assert_eq!(address(&["import", "7", "columns"]), Some("/import/*/columns"));
        assert_eq!(address(&["leads", "7"]), None);
        assert_eq!(address(&["leads", "7", "edit", "more"]), None);
    }

    #[test]
    fn a_lead_s_form_takes_all_of_its_fields() {
        for field in domain::LeadField::ALL {
            let sent = FormValues(vec![(field.key().to_owned(), String::new())]);
            for parts in [&["leads", "new"][..], &["leads", "7", "edit"]] {
                assert_eq!(find(parts).unwrap().refuse_foreign(&sent), Ok(()));
            }
        }
    }

    #[test]
    fn every_door_stands_once() {
        for (nth, door) in DOORS.iter().enumerate() {
            assert_eq!(DOORS.iter().position(|other| other.address == door.address), Some(nth), "{}", door.address);
        }
    }
}
