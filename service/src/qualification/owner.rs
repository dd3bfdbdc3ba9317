//! To whom a lead goes that a contact became, where its account has a rep. For others the rules decide.

use domain::{Catalog, Lead, UserId};

/// Gives the lead to the account's rep, in a group of theirs; else to nobody: the rules decide, and the group that gets what comes in by itself takes what no rule fits.
pub(super) fn give(lead: &mut Lead, rep: Option<UserId>, catalog: &Catalog) {
    lead.owner = rep.filter(|rep| catalog.possible_owners().any(|person| person.id == *rep));
    lead.group = match lead.owner {
        Some(owner) => catalog.groups.iter().find(|group| !group.retired && group.members.contains(&owner)).map(|group| group.id),
        None => catalog.site.intake_group,
    };
}

#[cfg(test)]
mod tests {
    use domain::cast::{self, MAYA, NORTH, SOUTH};

    use super::*;

    #[test]
    fn a_lead_goes_to_the_account_s_rep_or_to_the_intake_group() {
        let mut catalog = cast::catalog();
        catalog.site.intake_group = Some(SOUTH);
        let given = |catalog: &Catalog, rep| {
            let mut lead = cast::lead();
            give(&mut lead, rep, catalog);
            (lead.owner, lead.group)
        };
        assert_eq!(given(&catalog, Some(MAYA)), (Some(MAYA), Some(NORTH)));
        assert_eq!(given(&catalog, None), (None, Some(SOUTH)));
        for person in &mut catalog.people {
            person.disabled |= person.id == MAYA;
        }
        assert_eq!(given(&catalog, Some(MAYA)), (None, Some(SOUTH)), "who is gone gets nothing");
    }
}
