//! Climbing a ladder: who stands on each rung now, and whether they are to be tried.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{Alternate, Channel, Condition, Ladder, Post, Posts, Rung};
use crate::catalog::{Group, Person};
use crate::intake::InCharge;
use crate::reach::stand_in;
use crate::{Availability, Catalog, Hindrance, Phone, Reachability, Role, SiteTime, UserId};

/// What climbing has to know of the house.
#[derive(Clone, Copy, Debug)]
pub struct House<'a> {
    pub catalog: &'a Catalog,
    /// Of everybody who ever said anything.
    pub reach: &'a HashMap<UserId, Reachability>,
    pub posts: &'a Posts,
    pub time: SiteTime,
}

/// What climbing has to know of the call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Call {
    /// Whose account the caller is.
    pub assigned: Option<UserId>,
    /// Who was tried in this call and did not answer.
    pub unanswered: Vec<UserId>,
}

/// A rung as the one who takes the call sees it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RungShown {
    /// See [`Rung::id`].
    pub id: i64,
    /// Who stands on it, in the order in which they are tried.
    pub standing: Vec<Standing>,
    /// Why it is not to be tried now, as a sentence; `None` when it is.
    pub waits: Option<String>,
    /// Who gets the lead without an answer, where the rung gives it away.
    pub receiver: Option<UserId>,
}

/// Somebody on a rung.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Standing {
    pub user: UserId,
    pub name: String,
    /// As what they stand there: `Sales manager`.
    pub post: String,
    /// Whose calls they take, by name, while that person is absent.
    pub stands_in_for: Option<String>,
    /// What they say of themselves.
    pub availability: Availability,
    /// The rung's channels that they have, with what to dial.
    pub numbers: Vec<(Channel, String)>,
    /// Why they are not to be called now, in words; `None` when they are.
    pub hindrance: Option<String>,
    /// Whether they are inactive or absent: then nothing is given to them.
    pub is_gone: bool,
}

impl Standing {
    /// Whether somebody would answer.
    fn would_answer(&self) -> bool {
        self.hindrance.is_none() && self.numbers.iter().any(|(channel, _)| *channel != Channel::Voicemail)
    }

    /// Whether there is something to try: a call, or a message.
    #[must_use]
    pub fn may_try(&self) -> bool {
        let leaves_message = !self.is_gone && self.numbers.iter().any(|(channel, _)| *channel == Channel::Voicemail);
        self.would_answer() || leaves_message
    }
}

/// How a ladder looks now, for this call.
#[must_use]
pub fn climb(ladder: &Ladder, house: House<'_>, call: &Call) -> Vec<RungShown> {
    let mut shown: Vec<RungShown> = Vec::new();
    for rung in &ladder.rungs {
        let standing = house.standing(rung, call);
        let waits = match first_who_answers(&shown) {
            Some(name) if rung.condition == Condition::IfUnavailableAbove => Some(format!("First try {name} above, who can be reached")),
            _ if standing.is_empty() => Some(house.vacancy(rung, call)),
            _ if !standing.iter().any(Standing::may_try) => Some("Nobody here can be reached".to_owned()),
            _ => None,
        };
        let receiver = if rung.assigns { receiver(&standing) } else { None };
        shown.push(RungShown { id: rung.id, standing, waits, receiver });
    }
    shown
}

fn first_who_answers(above: &[RungShown]) -> Option<&str> {
    above.iter().flat_map(|rung| &rung.standing).find(|standing| standing.would_answer()).map(|standing| standing.name.as_str())
}

/// Who gets the lead of a call that nobody answered, where a rung of the ladder gives it away; nobody while somebody above
/// that rung can still be tried.
#[must_use]
pub fn without_answer(ladder: &Ladder, shown: &[RungShown]) -> Option<UserId> {
    let (at, rung) = ladder.rungs.iter().enumerate().find(|(_, rung)| rung.assigns)?;
    let is_open = rung.condition == Condition::Always || first_who_answers(shown.get(..at)?).is_none();
    shown.get(at).filter(|_| is_open)?.receiver
}

/// Who gets the lead though nobody answered: the first who can be reached, else the first who is not gone.
fn receiver(standing: &[Standing]) -> Option<UserId> {
    let free = standing.iter().find(|standing| standing.hindrance.is_none());
    free.or_else(|| standing.iter().find(|standing| !standing.is_gone)).map(|standing| standing.user)
}

/// Other reps shown at most.
const OTHERS_SHOWN: usize = 5;

impl House<'_> {
    fn reach_of(&self, user: UserId) -> Reachability {
        self.reach.get(&user).cloned().unwrap_or_default()
    }

    fn hindrance(&self, user: UserId) -> Option<Hindrance> {
        let is_active = self.catalog.person(user).is_some_and(|person| !person.disabled && person.role.is_internal());
        self.reach_of(user).hindrance(is_active, self.time)
    }

    fn is_gone(&self, user: UserId) -> bool {
        self.hindrance(user).is_some_and(Hindrance::is_gone)
    }

    /// Who takes the calls of somebody who is gone.
    fn stand_in(&self, user: UserId) -> Option<UserId> {
        stand_in(user, |asked| (self.is_gone(asked), self.reach_of(asked).deputy))
    }

    /// Somebody as they are in charge now, with their deputy while they are absent; `None` where nothing may be given to either.
    #[must_use]
    pub fn in_charge(&self, user: UserId) -> Option<InCharge> {
        if !self.is_gone(user) {
            return Some(InCharge::in_person(user));
        }
        let is_here = self.catalog.possible_owners().any(|person| person.id == user);
        let receives = self.stand_in(user).or_else(|| is_here.then_some(user))?;
        Some(InCharge { wanted: user, receives })
    }

    fn standing(&self, rung: &Rung, call: &Call) -> Vec<Standing> {
        let mut found: Vec<Standing> = Vec::new();
        for alternate in &rung.alternates {
            for user in self.people_of(*alternate, rung, call) {
                let standing = self.stand(user, *alternate, rung, call);
                if !found.iter().any(|other| other.user == standing.user) {
                    found.push(standing);
                }
            }
        }
        found
    }

    fn people_of(&self, alternate: Alternate, rung: &Rung, call: &Call) -> Vec<UserId> {
        match alternate {
            Alternate::AssignedRep => call.assigned.into_iter().collect(),
            Alternate::SalesManager => self.managers(call.assigned),
            Alternate::OtherRep => self.other_reps(rung, call),
            Alternate::Post(post) => self.posts.holders(post).to_vec(),
            Alternate::Person(user) => vec![user],
        }
    }

    /// Managers of the assigned rep's groups, else of the group that gets what comes in by itself, else all of them.
    fn managers(&self, assigned: Option<UserId>) -> Vec<UserId> {
        let groups = || self.catalog.groups.iter().filter(|group| !group.retired);
        let of_rep = groups().filter(|group| assigned.is_some_and(|rep| group.members.contains(&rep)));
        let mut found: Vec<UserId> = of_rep.filter_map(|group| group.manager).filter(|manager| Some(*manager) != assigned).collect();
        if found.is_empty() {
            found.extend(groups().filter(|group| self.catalog.site.intake_group == Some(group.id)).filter_map(|group| group.manager));
        }
        if found.is_empty() {
            let managers = self.catalog.people.iter().filter(|person| person.role == Role::Manager && !person.disabled);
            found.extend(managers.map(|person| person.id));
        }
        found
    }

    fn other_reps(&self, rung: &Rung, call: &Call) -> Vec<UserId> {
        let groups = &self.catalog.groups;
        let is_near = |rep: UserId| {
            let together = |group: &&Group| call.assigned.is_some_and(|assigned| group.members.contains(&assigned));
            groups.iter().filter(together).any(|group| group.members.contains(&rep))
        };
        let fits = |person: &&Person| {
            let has_number = !self.numbers(person.id, rung).is_empty();
            person.role == Role::Rep && Some(person.id) != call.assigned && has_number && self.hindrance(person.id).is_none()
        };
        let mut reps: Vec<UserId> = self.catalog.people.iter().filter(fits).map(|person| person.id).collect();
        // Who did not answer comes last, so that there is always a next one.
        reps.sort_by_key(|rep| (call.unanswered.contains(rep), !is_near(*rep)));
        reps.truncate(OTHERS_SHOWN);
        reps
    }

    fn numbers(&self, user: UserId, rung: &Rung) -> Vec<(Channel, String)> {
        let numbers = self.reach_of(user).numbers;
        let phone = |phone: Option<Phone>| phone.map(|phone| phone.display().to_owned());
        let all = [(Channel::Extension, numbers.extension), (Channel::Mobile, phone(numbers.mobile)), (Channel::Voicemail, phone(numbers.voicemail))];
        all.into_iter().filter(|(channel, _)| rung.channels.contains(channel)).filter_map(|(channel, number)| Some((channel, number?))).collect()
    }

    fn stand(&self, wanted: UserId, alternate: Alternate, rung: &Rung, call: &Call) -> Standing {
        let stand_in = if self.is_gone(wanted) { self.stand_in(wanted) } else { None };
        let user = stand_in.unwrap_or(wanted);
        let (numbers, hindrance) = (self.numbers(user, rung), self.hindrance(user));
        let words = match hindrance {
            Some(hindrance) => Some(hindrance.words(self.time)),
            None if numbers.is_empty() => Some("has no number for it".to_owned()),
            None if call.unanswered.contains(&user) => Some("did not answer".to_owned()),
            None => None,
        };
        Standing {
            user,
            name: self.catalog.person_name(user),
            post: match alternate {
                Alternate::Post(Post::FurtherDeputy) => "Further deputy".to_owned(),
                other => other.label(self.catalog),
            },
            stands_in_for: stand_in.map(|_| self.catalog.person_name(wanted)),
            availability: self.reach_of(user).availability,
            numbers,
            hindrance: words,
            is_gone: hindrance.is_some_and(Hindrance::is_gone),
        }
    }

    /// Why nobody stands on a rung.
    fn vacancy(&self, rung: &Rung, call: &Call) -> String {
        let why = |alternate: &Alternate| match alternate {
            Alternate::AssignedRep if call.assigned.is_none() => "No rep is assigned".to_owned(),
            Alternate::OtherRep => "No other rep can be reached".to_owned(),
            Alternate::Post(post) => format!("{}: nobody yet", post.label()),
            other => format!("{}: nobody", other.label(self.catalog)),
        };
        rung.alternates.iter().map(why).collect::<Vec<_>>().join("; ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cast::{self, ADA, ANA, INES, MARTIN, MAYA};
    use crate::ladder::LadderKind;
    use crate::{Absence, Numbers};

    /// The cast, each with an extension of 200 and their number, a mobile and a voicemail.
    struct Setting {
        catalog: Catalog,
        reach: HashMap<UserId, Reachability>,
        posts: Posts,
    }

    fn setting() -> Setting {
        let phone = |raw: String| Some(Phone { raw, e164: None });
        let numbers = |id: i64| Numbers {
            extension: Some((200 + id).to_string()),
            mobile: phone(format!("0770090000{id}")),
            voicemail: phone((800 + id).to_string()),
        };
        let reach = |id: i64| Reachability { numbers: numbers(id), ..Reachability::default() };
        let catalog = cast::catalog();
        let reach = catalog.people.iter().map(|person| (person.id, reach(person.id.0))).collect();
        let posts = Posts { intake_owner: Some(MARTIN), first_deputy: Some(ADA), further_deputies: vec![ANA, INES] };
        Setting { catalog, reach, posts }
    }

    impl Setting {
        fn house(&self) -> House<'_> {
            House { catalog: &self.catalog, reach: &self.reach, posts: &self.posts, time: SiteTime { now: cast::NOW, ahead_ms: 0 } }
        }

        fn says(mut self, user: UserId, availability: Availability) -> Self {
            let reach = self.reach.get_mut(&user).expect("of the cast");
            (reach.availability, reach.since) = (availability, Some(cast::NOW));
            self
        }

        fn absent(mut self, user: UserId, deputy: Option<UserId>) -> Self {
            let reach = self.reach.get_mut(&user).expect("of the cast");
            (reach.absence, reach.deputy) = (Some(Absence { from: cast::NOW.start_of_day(), until: None }), deputy);
            self
        }

        fn inactive(mut self, user: UserId) -> Self {
            self.catalog.people.iter_mut().filter(|person| person.id == user).for_each(|person| person.disabled = true);
            self
        }

        /// The rungs that are open, by number, each with those who may be tried there.
        fn open(&self, kind: LadderKind, assigned: Option<UserId>, unanswered: &[UserId]) -> Vec<(usize, Vec<UserId>)> {
            let shown = climb(&Ladder::standard(kind), self.house(), &Call { assigned, unanswered: unanswered.to_vec() });
            let open = shown.iter().zip(1..).filter(|(rung, _)| rung.waits.is_none());
            let tried = |rung: &RungShown| rung.standing.iter().filter(|standing| standing.may_try()).map(|standing| standing.user).collect();
            open.map(|(rung, number)| (number, tried(rung))).collect()
        }

        fn receiver(&self) -> Option<UserId> {
            climb(&Ladder::standard(LadderKind::Urgent), self.house(), &Call::default()).last().and_then(|rung| rung.receiver)
        }
    }

    const TRANSFER: LadderKind = LadderKind::Transfer;
    const URGENT: LadderKind = LadderKind::Urgent;

    #[test]
    fn a_call_goes_to_the_assigned_rep_first() {
        assert_eq!(setting().open(TRANSFER, Some(MAYA), &[]), [(1, vec![MAYA])]);
    }

    #[test]
    fn then_to_the_manager_or_another_rep_then_to_a_voicemail() {
        let busy = || setting().says(MAYA, Availability::Busy);
        assert_eq!(busy().open(TRANSFER, Some(MAYA), &[]), [(2, vec![MARTIN, ANA])]);
        let without_manager = || busy().says(MARTIN, Availability::Away);
        assert_eq!(without_manager().open(TRANSFER, Some(MAYA), &[]), [(2, vec![ANA])]);
        let nobody = without_manager().says(ANA, Availability::Busy);
        assert_eq!(nobody.open(TRANSFER, Some(MAYA), &[]), [(3, vec![MARTIN])], "a message can be left for who is away");
    }

    #[test]
    fn the_order_on_a_rung_is_the_administrator_s() {
        let mut ladder = Ladder::standard(TRANSFER);
        ladder.rungs[1].alternates.reverse();
        let shown = climb(&ladder, setting().house(), &Call { assigned: Some(MAYA), unanswered: Vec::new() });
        let order: Vec<_> = shown[1].standing.iter().map(|standing| (standing.user, standing.post.as_str())).collect();
        assert_eq!(order, [(ANA, "Another available rep"), (MARTIN, "Sales manager")]);
        assert_eq!(shown[1].waits.as_deref(), Some("First try Maya Lind above, who can be reached"));
    }

    #[test]
    fn who_did_not_answer_counts_as_unavailable() {
        assert_eq!(setting().open(TRANSFER, Some(MAYA), &[MAYA]), [(2, vec![MARTIN, ANA])]);
        assert_eq!(setting().open(TRANSFER, Some(MAYA), &[MAYA, MARTIN]), [(2, vec![ANA])]);
        assert_eq!(setting().open(TRANSFER, Some(MAYA), &[MAYA, MARTIN, ANA]), [(3, vec![MARTIN])]);
        assert_eq!(setting().open(URGENT, None, &[MARTIN]), [(2, vec![ADA])]);
        assert_eq!(setting().open(URGENT, None, &[MARTIN, ADA]), [(3, vec![ANA, INES])]);
    }

    #[test]
    fn without_an_assigned_rep_the_next_rung_is_the_first() {
        let shown = climb(&Ladder::standard(TRANSFER), setting().house(), &Call::default());
        assert_eq!(shown[0].waits.as_deref(), Some("No rep is assigned"));
        let on_second: Vec<_> = shown[1].standing.iter().map(|standing| standing.user).collect();
        assert_eq!((on_second, &shown[1].waits), (vec![MARTIN, ANA, MAYA], &None));
    }

    #[test]
    fn a_deputy_stands_in_for_who_is_absent() {
        let shown = |setting: &Setting| climb(&Ladder::standard(TRANSFER), setting.house(), &Call { assigned: Some(MAYA), unanswered: Vec::new() });
        let first = shown(&setting().absent(MAYA, Some(ANA))).remove(0).standing.remove(0);
        assert_eq!((first.user, first.stands_in_for.as_deref(), first.hindrance), (ANA, Some("Maya Lind"), None));
        // A deputy's deputy, and two who name each other.
        let first = shown(&setting().absent(MAYA, Some(ANA)).absent(ANA, Some(INES))).remove(0).standing.remove(0);
        assert_eq!(first.user, INES);
        let first = shown(&setting().absent(MAYA, Some(ANA)).absent(ANA, Some(MAYA))).remove(0).standing.remove(0);
        assert_eq!((first.user, first.hindrance.as_deref(), first.may_try()), (MAYA, Some("absent"), false));
    }

    #[test]
    fn absent_and_inactive_people_are_left_no_message() {
        for gone in [setting().absent(MARTIN, None), setting().inactive(MARTIN)] {
            let gone = gone.says(MAYA, Availability::Busy).says(ANA, Availability::Busy);
            assert_eq!(gone.open(TRANSFER, Some(MAYA), &[]), []);
        }
    }

    #[test]
    fn who_has_no_number_is_not_called() {
        let mut setting = setting();
        setting.reach.get_mut(&MAYA).expect("Maya").numbers = Numbers::default();
        let shown = climb(&Ladder::standard(TRANSFER), setting.house(), &Call { assigned: Some(MAYA), unanswered: Vec::new() });
        assert_eq!(shown[0].standing[0].hindrance.as_deref(), Some("has no number for it"));
        assert_eq!((shown[0].waits.as_deref(), &shown[1].waits), (Some("Nobody here can be reached"), &None));
        let numbers: Vec<_> = shown[1].standing[0].numbers.iter().map(|(channel, number)| (*channel, number.as_str())).collect();
        assert_eq!(numbers, [(Channel::Extension, "205"), (Channel::Mobile, "07700900005")]);
    }

    #[test]
    fn an_urgent_lead_goes_to_one_of_the_last_whoever_answers() {
        for (setting, receiver) in [
            (setting(), Some(ANA)),
            (setting().says(ANA, Availability::Busy), Some(INES)),
            (setting().says(ANA, Availability::Busy).says(INES, Availability::Away), Some(ANA)),
            (setting().absent(ANA, None), Some(INES)),
            (setting().absent(ANA, None).says(INES, Availability::Busy), Some(INES)),
            (setting().absent(ANA, Some(MAYA)).inactive(INES), Some(MAYA)),
            (setting().absent(ANA, None).inactive(INES), None),
        ] {
            assert_eq!(setting.receiver(), receiver);
        }
    }

    #[test]
    fn the_last_rung_waits_while_somebody_above_can_be_tried() {
        let ladder = Ladder::standard(URGENT);
        let gets = |setting: &Setting, unanswered: &[UserId]| {
            let shown = climb(&ladder, setting.house(), &Call { assigned: None, unanswered: unanswered.to_vec() });
            without_answer(&ladder, &shown)
        };
        assert_eq!(gets(&setting(), &[]), None);
        assert_eq!(gets(&setting(), &[MARTIN]), None);
        assert_eq!(gets(&setting(), &[MARTIN, ADA]), Some(ANA));
        assert_eq!(gets(&setting().says(MARTIN, Availability::Away).says(ADA, Availability::Busy), &[]), Some(ANA), "unasked");
        let transfer = Ladder::standard(TRANSFER);
        assert_eq!(without_answer(&transfer, &climb(&transfer, setting().house(), &Call::default())), None, "no rung gives it away");
        assert_eq!(without_answer(&ladder, &[]), None);
    }

    #[test]
    fn who_is_absent_is_in_charge_through_their_deputy() {
        let of = |setting: &Setting, user| setting.house().in_charge(user).map(|found| (found.wanted, found.receives));
        assert_eq!(of(&setting().says(MAYA, Availability::Away), MAYA), Some((MAYA, MAYA)), "away for now");
        assert_eq!(of(&setting().absent(MAYA, Some(ANA)), MAYA), Some((MAYA, ANA)));
        assert_eq!(of(&setting().absent(MAYA, None), MAYA), Some((MAYA, MAYA)), "without a deputy it waits for them");
        assert_eq!(of(&setting().inactive(MAYA), MAYA), None);
        assert_eq!(of(&setting(), cast::DORA), None, "an outside person");
    }

    #[test]
    fn a_post_that_nobody_holds_is_said() {
        let setting = Setting { posts: Posts::default(), ..setting() };
        let shown = climb(&Ladder::standard(URGENT), setting.house(), &Call::default());
        let waits: Vec<_> = shown.iter().map(|rung| rung.waits.clone().unwrap_or_default()).collect();
        assert_eq!(waits, ["Intake owner: nobody yet", "First deputy: nobody yet", "Further deputies: nobody yet"]);
    }
}
