//! What one person is told of an event. Pure.

use domain::Scope;
use domain::event::{LiveChange, LiveEvent, Subject};

/// What a person with this scope is told; `None` when they must not even notice.
///
/// A lead that moves into someone's reach appears for them, one that moves out of it goes away, and so it is with
/// deleting and restoring. Accounts, contacts, opportunities and who can be reached are for people of the house; what is configured concerns
/// everybody.
#[must_use]
pub fn judge(scope: &Scope, is_internal: bool, event: &LiveEvent) -> Option<LiveChange> {
    match event.subject {
        Subject::Lead => judge_lead(scope, event),
        Subject::Account | Subject::Contact | Subject::Person => is_internal.then(|| plain(event)),
        Subject::Opportunity => {
            // Without its lead's audience only those who see every lead may know.
            let is_visible = event.after.as_ref().map_or(*scope == Scope::All, |audience| scope.includes(audience));
            (is_internal && is_visible).then(|| plain(event))
        }
        Subject::Catalog => Some(plain(event)),
    }
}

fn plain(event: &LiveEvent) -> LiveChange {
    if event.is_addition { LiveChange::Created } else { LiveChange::Changed }
}

fn judge_lead(scope: &Scope, event: &LiveEvent) -> Option<LiveChange> {
    let Some(after) = &event.after else { return (*scope == Scope::All).then(|| plain(event)) };
    let before = event.before.as_ref().unwrap_or(after);
    let (mut was, mut is) = (scope.includes(before) && !event.is_addition, scope.includes(after));
    // Comments on a deleted lead reach those who look at deleted leads; deleting and restoring move it out and in.
    if before.deleted != after.deleted {
        was &= !before.deleted;
        is &= !after.deleted;
    }
    match (was, is) {
        (true, true) => Some(LiveChange::Changed),
        (false, true) => Some(LiveChange::Created),
        (true, false) => Some(LiveChange::Removed),
        (false, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use domain::{AccountId, Audience, EventId, GroupId, Reach, UserId};

    use super::*;

    fn event(before: Option<Audience>, after: Option<Audience>) -> LiveEvent {
        LiveEvent { id: EventId(1), subject: Subject::Lead, number: 7, lead: None, version: 2, is_addition: false, before, after }
    }

    fn owned_by(user: i64) -> Audience {
        Audience { owner: Some(UserId(user)), ..Audience::default() }
    }

    fn maya() -> Scope {
        Scope::Any(vec![Reach::Owner(UserId(1)), Reach::Unclaimed])
    }

    #[test]
    fn a_lead_that_changes_hands_appears_and_goes_away() {
        assert_eq!(judge(&maya(), true, &event(None, Some(owned_by(1)))), Some(LiveChange::Changed));
        assert_eq!(judge(&maya(), true, &event(Some(owned_by(2)), Some(owned_by(1)))), Some(LiveChange::Created));
        assert_eq!(judge(&maya(), true, &event(Some(owned_by(1)), Some(owned_by(2)))), Some(LiveChange::Removed));
        assert_eq!(judge(&maya(), true, &event(Some(owned_by(3)), Some(owned_by(2)))), None);
        assert_eq!(judge(&Scope::All, true, &event(Some(owned_by(3)), Some(owned_by(2)))), Some(LiveChange::Changed));
    }

    #[test]
    fn a_new_lead_is_created_for_who_may_see_it() {
        let new = |after| LiveEvent { is_addition: true, ..event(None, Some(after)) };
        assert_eq!(judge(&maya(), true, &new(owned_by(1))), Some(LiveChange::Created));
        assert_eq!(judge(&maya(), true, &new(owned_by(2))), None);
    }

    #[test]
    fn deleting_removes_and_restoring_creates() {
        let deleted = |user| Audience { deleted: true, ..owned_by(user) };
        assert_eq!(judge(&maya(), true, &event(Some(owned_by(1)), Some(deleted(1)))), Some(LiveChange::Removed));
        assert_eq!(judge(&maya(), true, &event(Some(deleted(1)), Some(owned_by(1)))), Some(LiveChange::Created));
        assert_eq!(judge(&maya(), true, &event(Some(owned_by(2)), Some(deleted(2)))), None);
        assert_eq!(judge(&maya(), true, &event(None, Some(deleted(1)))), Some(LiveChange::Changed));
    }

    #[test]
    fn a_distributor_hears_of_their_leads_and_of_no_account() {
        let scope = Scope::Any(vec![Reach::Distributor(AccountId(5))]);
        let theirs = Audience { distributor: Some(AccountId(5)), group: Some(GroupId(1)), ..Audience::default() };
        assert_eq!(judge(&scope, false, &event(None, Some(theirs.clone()))), Some(LiveChange::Changed));
        for subject in [Subject::Account, Subject::Contact, Subject::Opportunity, Subject::Person] {
            assert_eq!(judge(&scope, false, &LiveEvent { subject, ..event(None, Some(theirs.clone())) }), None);
        }
        assert_eq!(judge(&scope, false, &LiveEvent { subject: Subject::Catalog, ..event(None, None) }), Some(LiveChange::Changed));
    }

    #[test]
    fn an_opportunity_follows_its_lead() {
        let of = |after| LiveEvent { subject: Subject::Opportunity, is_addition: true, ..event(None, after) };
        assert_eq!(judge(&maya(), true, &of(Some(owned_by(1)))), Some(LiveChange::Created));
        assert_eq!(judge(&maya(), true, &of(Some(owned_by(2)))), None);
        assert_eq!(judge(&maya(), true, &of(None)), None);
        assert_eq!(judge(&Scope::All, true, &of(None)), Some(LiveChange::Created));
    }

    #[test]
    fn a_lead_event_without_audience_is_for_administrators() {
        assert_eq!(judge(&maya(), true, &event(None, None)), None);
        assert_eq!(judge(&Scope::All, true, &event(None, None)), Some(LiveChange::Changed));
    }
}
