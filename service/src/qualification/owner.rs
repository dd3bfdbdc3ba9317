//! Whose a lead becomes that a contact was taken for. Those that pass the threshold are given to somebody by the rules of routing.

use domain::{Catalog, Lead, UserId};

/// Gives the lead to the account's rep, else to the one who took the contact, in a group of theirs; who cannot own leads gets none, and
/// the rules decide.
pub(super) fn give(lead: &mut Lead, rep: Option<UserId>, taker: Option<UserId>, catalog: &Catalog) {
    let is_possible = |user: &UserId| catalog.possible_owners().any(|person| person.id == *user);
    lead.owner = rep.filter(is_possible).or_else(|| taker.filter(is_possible));
    if let Some(owner) = lead.owner {
        lead.group = catalog.groups.iter().find(|group| !group.retired && group.members.contains(&owner)).map(|group| group.id);
    }
}

#[cfg(test)]
mod tests {
    use domain::cast::{self, ANA, MAYA, NORTH, SOUTH};

    use super::*;

    #[test]
    fn a_lead_goes_to_the_account_s_rep_or_to_who_took_the_contact() {
        let mut catalog = cast::catalog();
        let given = |catalog: &Catalog, rep, taker| {
            let mut lead = cast::lead();
            (lead.owner, lead.group) = (None, Some(SOUTH));
            give(&mut lead, rep, taker, catalog);
            (lead.owner, lead.group)
        };
        assert_eq!(given(&catalog, Some(MAYA), Some(ANA)), (Some(MAYA), Some(NORTH)));
        assert_eq!(given(&catalog, None, Some(MAYA)), (Some(MAYA), Some(NORTH)));
        assert_eq!(given(&catalog, None, None), (None, Some(SOUTH)));
        for person in &mut catalog.people {
            person.disabled |= person.id == MAYA;
        }
        assert_eq!(given(&catalog, Some(MAYA), None), (None, Some(SOUTH)), "who is gone gets nothing");
        assert_eq!(given(&catalog, Some(MAYA), Some(ANA)).0, Some(ANA));
    }
}
