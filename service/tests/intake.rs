//! Phone intake on both engines, with a clock that stands still.

use domain::intake::{CallerSaid, Requirement, Settled};
use domain::lead_views::LeadDetail;
use domain::{AccountId, AccountKind, Actor, Catalog, ChoiceList, EmailAddress, EventKind, FormValues, LeadId, Role, Strength, Timestamp, UserId};
use service::configuration::RuleForm;
use service::intake::{Taken, beside, find_callers, save, save_once};
use service::once::{self, Once};
use service::{Clock, Ctx, ServiceError, accounts, configuration, contacts, leads, outbox, people, reach, routing};
use store::people::NewUser;
use store::{Store, both_engines};

/// 24 November 2025, 16:00 in London.
const NOW: Timestamp = Timestamp(1_764_000_000_000);

struct House {
    ada: Ctx,
    /// Rep of the North, which Martin manages.
    maya: Ctx,
    martin: UserId,
    /// Rep of no group.
    ben: Ctx,
    ina: Ctx,
    dina: Ctx,
    catalog: std::sync::Arc<Catalog>,
}

async fn house(store: &Store) -> House {
    let public = Ctx::anonymous(store.clone(), Clock::fixed(NOW));
    service::seed::seed_defaults(&public).await.unwrap();
    let mut actors: Vec<Actor> = Vec::new();
    for (name, role) in [
        ("ada", Role::Administrator),
        ("maya", Role::Rep),
        ("martin", Role::Manager),
        ("ben", Role::Rep),
        ("ina", Role::Intake),
        ("dina", Role::Distributor),
    ] {
        let mut tx = store.begin().await.unwrap();
        let email = EmailAddress::parse(&format!("{name}@house.test")).unwrap();
        let account = (role == Role::Distributor).then_some(AccountId(1));
        let at = public.now();
        let id = tx.people().add(NewUser { email, name: name.to_owned(), role, password_hash: String::new(), account, at }).await.unwrap();
        actors.push(tx.people().load_actor(id).await.unwrap().unwrap());
        tx.save().await.unwrap();
    }
    let as_actor = |index: usize| public.acting_as(actors[index].clone());
    let ada = as_actor(0);
    people::add_group(&ada, &form(&format!("name=North&manager={}&members={}", actors[2].id, actors[1].id))).await.unwrap();
    for (nth, actor) in actors[..5].iter().enumerate() {
        reach::change_of(&ada, actor.id, &form(&format!("extension=20{nth}&voicemail=80{nth}"))).await.unwrap();
    }
    let posts = format!("intake_owner={}&first_deputy={}&further_deputy_1={}", actors[0].id, actors[2].id, actors[3].id);
    configuration::change_posts(&ada, &form(&posts)).await.unwrap();
    let catalog = store.catalog().await.unwrap();
    let martin = actors[2].id;
    House { maya: as_actor(1), ben: as_actor(3), ina: as_actor(4), dina: as_actor(5), martin, ada, catalog }
}

fn form(text: &str) -> FormValues {
    FormValues::decode(text.as_bytes())
}

fn id_of(ctx: &Ctx) -> UserId {
    ctx.actor().unwrap().id
}

impl House {
    fn choice(&self, list: ChoiceList, name: &str) -> String {
        self.catalog.choice_named(list, name).unwrap().id.to_string()
    }

    /// A whole call of somebody new; what `more` says counts first.
    fn call(&self, more: &str) -> FormValues {
        let (offering, source) = (self.choice(ChoiceList::Offering, "Managed Wireless"), self.choice(ChoiceList::Source, "Web"));
        let whole = format!(
            "{more}&customer=no&company=Harbour+Dental&full_name=Ana+Reyes&phone=0161+496+0123&email=ana@harbour.test\
             &offerings={offering}&message=Two+surgeries&source={source}"
        );
        form(&whole)
    }

    /// Harbour Dental, a customer of Maya's, with Ana Reyes.
    async fn customer(&self) -> (AccountId, domain::ContactId) {
        let new = format!("name=Harbour+Dental+Ltd&kind=customer&primary_rep={}&domains=harbour.test", id_of(&self.maya));
        let account = accounts::add_account(&self.ada, &form(&new)).await.unwrap().id;
        let new = format!("full_name=Ana+Reyes&account={account}&phones=0161+496+0123&emails=ana@harbour.test");
        (account, contacts::add_contact(&self.ada, &form(&new)).await.unwrap().id)
    }

    async fn lead(&self, taken: &Taken) -> LeadDetail {
        leads::find(&self.ada, taken.lead).await.unwrap()
    }

    /// Why the lead is whose it is.
    async fn why(&self, lead: LeadId) -> String {
        let timeline = leads::find(&self.ada, lead).await.unwrap().timeline;
        match &timeline.last().unwrap().kind {
            EventKind::LeadAdded { by: domain::event::Arrival::Phone { why } } => why.clone(),
            other => panic!("not a call: {other:?}"),
        }
    }
}

/// The error at a field; panics when there is none.
fn error_at<T: std::fmt::Debug>(result: Result<T, ServiceError>, field: &str) -> String {
    match result {
        Err(ServiceError::Invalid(errors)) => errors.get(field).unwrap_or_else(|| panic!("no error at {field}: {errors:?}")).to_owned(),
        other => panic!("not invalid: {other:?}"),
    }
}

both_engines!(a_new_caller_becomes_account_contact_lead_and_opportunity, |store| async move {
    let house = house(&store).await;
    let taken = save(&house.ina, &house.call("")).await.unwrap();
    assert_eq!((taken.is_visible, taken.owner), (true, Some(id_of(&house.ada))), "the intake owner's, while nobody else is in charge");
    let LeadDetail { lead, opportunities, call, .. } = house.lead(&taken).await;
    assert_eq!((lead.full_name.as_str(), lead.account.name.as_str(), lead.message.as_str()), ("Ana Reyes", "Harbour Dental", "Two surgeries"));
    assert_eq!((lead.phone(), lead.email()), (Some("+441614960123"), Some("ana@harbour.test")));
    assert_eq!((lead.offerings.len(), lead.source.is_some(), lead.created_by), (1, true, Some(id_of(&house.ina))));
    let call = call.unwrap();
    assert_eq!((call.needs_help_now, call.referrer.is_none(), call.missing.as_slice()), (false, true, &[][..]));
    let [opportunity] = &opportunities[..] else { panic!("not one: {opportunities:?}") };
    assert_eq!(house.catalog.choice_name(opportunity.stage), "01-Suspect");
    assert_eq!(opportunity.follow_up_at.map(Timestamp::rfc3339).as_deref(), Some("2025-11-24T23:59:59.999Z"), "the end of the day");
    let account = accounts::find_account(&house.ada, lead.account.id).await.unwrap();
    assert_eq!((account.kinds.as_slice(), account.primary_rep, account.confirmed), (&[AccountKind::Prospect][..], None, None));
    assert_eq!(house.why(taken.lead).await, "Went to ada, who is the intake owner and gets what no rule fits.");
    // A rep who takes the call of somebody new takes the lead.
    let other = house.call("company=Quay+Foods&full_name=Jo+Field&phone=0161+496+0199&email=jo@quay.test");
    let taken = save(&house.maya, &other).await.unwrap();
    let lead = house.lead(&taken).await;
    assert_eq!((lead.lead.owner, lead.primary_rep), (Some(id_of(&house.maya)), Some(id_of(&house.maya))));
    let until = lead.opportunities[0].follow_up_at;
    assert!(until.is_some() && lead.lead.handover.touch_by == until, "she too has until the end of the day");
    assert_eq!(lead.lead.group.and_then(|id| house.catalog.group(id)).map(|group| group.manager), Some(Some(house.martin)), "her manager sees it");
});

both_engines!(an_existing_customer_goes_to_their_primary_rep, |store| async move {
    let house = house(&store).await;
    let (account, contact) = house.customer().await;
    // The caller's name is corrected, and calls from another number.
    let chosen = format!(
        "customer=yes&caller={account}:{contact}&facts_of={account}:{contact}&confirmed=1&company=Harbour+Dental+plc&full_name=Ana+Reyes-Holt&phone=07700+900123"
    );
    let taken = save(&house.ina, &house.call(&chosen)).await.unwrap();
    assert_eq!(taken.owner, Some(id_of(&house.maya)));
    assert_eq!(house.why(taken.lead).await, "Went to maya, who is the salesperson of the customer Harbour Dental plc.");
    let lead = house.lead(&taken).await.lead;
    assert_eq!((lead.account.id, lead.contact, lead.full_name.as_str()), (account, contact, "Ana Reyes-Holt"));
    let stored = accounts::find_account(&house.ada, account).await.unwrap();
    assert_eq!(
        (stored.name.as_str(), stored.confirmed.map(|confirmed| (confirmed.at, confirmed.by))),
        ("Harbour Dental plc", Some((NOW, id_of(&house.ina))))
    );
    assert_eq!(stored.kinds, [AccountKind::Customer]);
    let stored = contacts::find_contact(&house.ada, contact).await.unwrap();
    assert_eq!(stored.full_name, "Ana Reyes-Holt");
    let numbers: Vec<&str> = stored.phones.iter().map(domain::Phone::display).collect();
    assert_eq!(numbers, ["07700 900123", "+441614960123"], "the new number is the preferred one, and none is lost");
    let sentences: Vec<String> = accounts::account_timeline(&house.ada, account).await.unwrap().iter().map(|event| event.kind.sentence()).collect();
    assert_eq!(sentences[0], "changed Name, Facts of Harbour Dental plc");
    // Somebody else there, whose name was not on record, and an absent rep with a deputy.
    reach::change_own(&house.maya, &form(&format!("absent_from=2025-11-01&deputy={}", id_of(&house.ben)))).await.unwrap();
    let other = format!("customer=yes&caller_choice={account}&confirmed=1&full_name=Bo+Park&phone=0161+496+0177&email=bo@harbour.test");
    let taken = save(&house.ina, &house.call(&other)).await.unwrap();
    assert_eq!(taken.owner, Some(id_of(&house.ben)));
    assert_eq!(
        house.why(taken.lead).await,
        "Went to ben, who stands in for maya (absent). maya is the salesperson of the customer Harbour Dental plc."
    );
    let lead = house.lead(&taken).await.lead;
    assert_eq!(
        (lead.account.id, lead.contact == contact, lead.account.name.as_str()),
        (account, false, "Harbour Dental plc"),
        "typed, but no correction"
    );
    assert!(!taken.is_visible || lead.created_by == Some(id_of(&house.ina)));
});

both_engines!(a_customer_s_rep_counts_before_the_territory_and_why_says_so, |store| async move {
    let house = house(&store).await;
    let (maya, place) = (id_of(&house.maya), "country=GB&postcode=LS11+5QD");
    configuration::add_territory(&house.ada, &form(&format!("name=Yorkshire&manager={}&places=GB,+LS*", house.martin))).await.unwrap();
    let new = form(&format!("name=Quay+Foods&kind=customer&primary_rep={maya}&{place}"));
    let customer = accounts::add_account(&house.ada, &new).await.unwrap().id;
    let taken = save(&house.ina, &house.call(&format!("customer=yes&confirmed=1&caller={customer}"))).await.unwrap();
    assert_eq!(taken.owner, Some(maya));
    let why = routing::why(&house.maya, taken.lead).await.unwrap().expect("a decision");
    assert_eq!((why.sentence.as_str(), why.steps.len()), ("Went to maya, who is the salesperson of the customer Quay Foods.", 1));
    assert_eq!(house.why(taken.lead).await, why.sentence, "the timeline says it too");
    assert_eq!(house.lead(&taken).await.routing, Some(why), "and so does the lead's page");
    // Whoever is no customer, and nobody's, is where they are.
    let prospect = accounts::add_account(&house.ada, &form(&format!("name=Pier&{place}"))).await.unwrap().id;
    let taken = save(&house.ina, &house.call(&format!("caller={prospect}"))).await.unwrap();
    assert_eq!(taken.owner, Some(house.martin));
    assert_eq!(house.why(taken.lead).await, "Went to martin, who manages the territory Yorkshire.");
    let covered = form(&format!("by=account&what={prospect}&person={}", id_of(&house.ben)));
    configuration::change_rules(&house.ada, RuleForm::NewCoverage, &covered).await.unwrap();
    let taken = save(&house.ina, &house.call(&format!("caller={prospect}"))).await.unwrap();
    assert_eq!(taken.owner, Some(id_of(&house.ben)));
    assert_eq!(house.why(taken.lead).await, "Went to ben, who looks after the account Pier.");
    // Whoever answers has the lead, whatever the rules say.
    let taken = save(&house.ina, &house.call(&format!("caller={prospect}&try={maya}:answered"))).await.unwrap();
    assert_eq!((taken.owner, routing::why(&house.maya, taken.lead).await.unwrap()), (Some(maya), None));
});

both_engines!(what_no_rule_fits_goes_to_the_fallback_and_its_copies_hear_of_it, |store| async move {
    let house = house(&store).await;
    let (north, ben) = (house.catalog.groups[0].id, id_of(&house.ben));
    configuration::change_rules(&house.ada, RuleForm::Fallback, &form(&format!("to=group-{north}&copies=&copies={ben}"))).await.unwrap();
    let taken = save(&house.ina, &house.call("")).await.unwrap();
    let lead = house.lead(&taken).await.lead;
    assert_eq!((lead.owner, lead.group, lead.team.as_slice()), (None, Some(north), &[ben][..]));
    let why = routing::why(&house.ben, taken.lead).await.unwrap().expect("a decision");
    assert_eq!(why.sentence, "Waits for the group North, which gets what no rule fits. One of them has to accept it.");
    assert_eq!((why.copies.as_slice(), house.why(taken.lead).await), (&[ben][..], why.sentence.clone()));
    let mails = outbox::list(&house.ada, None).await.unwrap().items;
    let told: Vec<_> = mails.iter().rev().map(|mail| (mail.recipient.email.as_str(), mail.subject.as_str())).collect();
    let subject = "A lead waits: Ana Reyes, Harbour Dental (#1)";
    assert_eq!(told, [("maya@house.test", subject), ("ben@house.test", subject)]);
    let copy = outbox::find(&house.ada, mails[0].id).await.unwrap();
    let names = |mailboxes: &[domain::Mailbox]| mailboxes.iter().map(|mailbox| mailbox.email.clone()).collect::<Vec<_>>();
    assert_eq!((names(&copy.addressees.to), names(&copy.addressees.copies)), (vec!["maya@house.test".to_owned()], vec!["ben@house.test".to_owned()]));
    // To a person; and to the one who took the call, who knows.
    for (to, told) in [(&house.ada, &["ada@house.test", "ben@house.test"][..]), (&house.ina, &["ben@house.test"][..])] {
        let before = outbox::list(&house.ada, None).await.unwrap().items.len();
        configuration::change_rules(&house.ada, RuleForm::Fallback, &form(&format!("to=person-{}", id_of(to)))).await.unwrap();
        let taken = save(&house.ina, &house.call("caller=new")).await.unwrap();
        assert_eq!(taken.owner, Some(id_of(to)));
        let mails = outbox::list(&house.ada, None).await.unwrap().items;
        let new: Vec<_> = mails[..mails.len() - before].iter().rev().map(|mail| mail.recipient.email.as_str()).collect();
        assert_eq!(new, told);
    }
    // Routed again a call's lead ends at the intake owner still, and its copy hears of a change only.
    configuration::change_rules(&house.ada, RuleForm::Fallback, &form("to=")).await.unwrap();
    let before = outbox::list(&house.ada, None).await.unwrap().items.len();
    for _ in 0..2 {
        let why = routing::route_again(&house.ada, taken.lead).await.unwrap();
        assert_eq!(why.sentence, "Went to ada, who is the intake owner and gets what no rule fits.");
    }
    assert_eq!(outbox::list(&house.ada, None).await.unwrap().items.len(), before + 1, "ada did it herself");
});

both_engines!(who_answers_gets_the_lead_and_each_try_is_kept, |store| async move {
    let house = house(&store).await;
    let (account, contact) = house.customer().await;
    let (maya, ben) = (id_of(&house.maya), id_of(&house.ben));
    let tries = format!("customer=yes&confirmed=1&caller={account}:{contact}&try={maya}:no_answer&try={}:declined&try={ben}:answered", house.martin);
    let taken = save(&house.ina, &house.call(&tries)).await.unwrap();
    assert_eq!(taken.owner, Some(ben));
    assert_eq!(house.why(taken.lead).await, "ben answered the call");
    let timeline = house.lead(&taken).await.timeline;
    let sentences: Vec<String> = timeline.iter().map(|event| event.kind.sentence()).collect();
    assert_eq!(
        sentences,
        [
            "tried to put the call through to ben: answered",
            "tried to put the call through to martin: declined",
            "tried to put the call through to maya: no answer",
            "took the call",
        ]
    );
    // Without script, and to somebody who is here no longer.
    let other = house.call(&format!("company=Quay+Foods&full_name=Jo&phone=0161+496+0199&email=jo@quay.test&try_{ben}=answered&try_{maya}="));
    assert_eq!(save(&house.ina, &other).await.unwrap().owner, Some(ben));
    people::change_person(&house.ada, ben, &form("disabled=1")).await.unwrap();
    let gone = house.call(&format!("company=Pier+Foods&full_name=Al&phone=0161+496+0188&email=al@pier.test&try={ben}:answered"));
    error_at(save(&house.ina, &gone).await, "tries");
});

both_engines!(an_urgent_call_is_given_to_the_last_rung_unasked, |store| async move {
    let house = house(&store).await;
    let ben = id_of(&house.ben);
    let urgent = |company: &str, more: &str| {
        house.call(&format!("company={company}&full_name=Jo&phone=0161+496+0100&email=jo@{company}.test&needs_help_now=1&caller=new&{more}"))
    };
    // The intake owner could be reached: they are in charge.
    let taken = save(&house.ina, &urgent("Quay", "")).await.unwrap();
    assert_eq!(taken.owner, Some(id_of(&house.ada)));
    reach::change_of(&house.ada, id_of(&house.ada), &form("availability=away")).await.unwrap();
    let tried = format!("try={}:no_answer", house.martin);
    let taken = save(&house.ina, &urgent("Pier", &tried)).await.unwrap();
    assert_eq!(taken.owner, Some(ben), "the intake owner is away, the first deputy does not answer");
    assert_eq!(house.why(taken.lead).await, "Nobody answered; the last rung of the ladder gives the lead to ben");
    assert!(house.lead(&taken).await.call.unwrap().needs_help_now);
    reach::change_of(&house.ada, house.martin, &form("availability=busy")).await.unwrap();
    let taken = save(&house.ina, &urgent("Dock", "")).await.unwrap();
    assert_eq!((taken.owner, taken.is_visible), (Some(ben), true), "who took it down sees it");
});

both_engines!(the_same_call_twice_is_one_lead, |store| async move {
    let house = house(&store).await;
    let call = house.call("once=abc");
    let key = |values: &FormValues| -> Option<Once> { once::of_form(&house.ina, "intake", values) };
    let first = save_once(&house.ina, &call, key(&call).as_ref()).await.unwrap();
    let again = save_once(&house.ina, &call, key(&call).as_ref()).await.unwrap();
    assert_eq!(first, again, "though the account that it made would match now");
    let other = house.call("once=abc&message=Else");
    error_at(save_once(&house.ina, &other, key(&other).as_ref()).await, "");
});

both_engines!(two_accounts_that_both_match_are_shown_and_one_is_chosen, |store| async move {
    let house = house(&store).await;
    let (first, _) = house.customer().await;
    let second = accounts::add_account(&house.ada, &form("name=Harbour+Dental+GmbH&domains=harbour.test")).await.unwrap().id;
    let call = house.call("customer=yes");
    assert_eq!(error_at(save(&house.ina, &call).await, "caller"), "We may know this caller: choose who it is, or “None of these”");
    let found = find_callers(&house.ina, &CallerSaid::of(&call), None).await.unwrap();
    let accounts_found: Vec<_> = found.iter().map(|caller| caller.account.id).collect();
    assert!(accounts_found.contains(&first) && accounts_found.contains(&second), "{found:?}");
    assert!(found.iter().any(|caller| caller.strength >= Some(Strength::Likely) && !caller.reasons.is_empty()));
    let chosen = house.call(&format!("customer=yes&confirmed=1&caller_choice={second}"));
    let taken = save(&house.ina, &chosen).await.unwrap();
    assert_eq!(house.lead(&taken).await.lead.account.id, second);
    // None of them: a third, though one bears the very name.
    let third = save(&house.ina, &house.call("company=Harbour+Dental+Ltd&caller_choice=new")).await.unwrap();
    let account = house.lead(&third).await.lead.account;
    assert_eq!((account.id == first || account.id == second, account.name.as_str()), (false, "Harbour Dental Ltd"));
    for gone in ["caller=99999", &format!("caller={second}:99999")] {
        error_at(save(&house.ina, &house.call(gone)).await, "caller");
    }
});

both_engines!(callers_are_found_by_number_and_by_name, |store| async move {
    let house = house(&store).await;
    let (account, contact) = house.customer().await;
    let by = async |said: &str, within| find_callers(&house.ina, &CallerSaid::of(&form(said)), within).await.unwrap();
    let found = by("phone=0161+496+0123", None).await;
    let caller = &found[0];
    assert_eq!(
        (caller.account.id, caller.primary_rep, caller.contact.as_ref().map(|contact| contact.id)),
        (account, Some(id_of(&house.maya)), Some(contact))
    );
    let facts = caller.contact.clone().unwrap();
    assert_eq!((facts.full_name.as_str(), facts.phone.as_str(), facts.email.as_str()), ("Ana Reyes", "+441614960123", "ana@harbour.test"));
    let found = by("full_name=ana", None).await;
    assert_eq!((found.len(), found[0].strength, found[0].contact.as_ref().map(|contact| contact.id)), (1, None, Some(contact)));
    assert_eq!(by("full_name=rey", Some(account)).await.len(), 1, "a later word, within the account");
    assert_eq!(by("full_name=a", None).await, []);
    assert_eq!(by("", None).await, []);
});

both_engines!(an_impossible_number_is_kept_as_typed_and_still_tells_who_calls, |store| async move {
    let house = house(&store).await;
    let of = |number: &str| format!("company=Quay+Foods&full_name=Jo+Field&email=jo@quay.test&phone={number}");
    let taken = save(&house.ina, &house.call(&of("07700+900123"))).await.unwrap();
    let lead = house.lead(&taken).await.lead;
    let numbers: Vec<_> = lead.phones.iter().map(|phone| (phone.raw.as_str(), phone.note())).collect();
    assert_eq!(numbers, [("07700 900123", Some("“07700 900123” is kept as typed: it fits no country’s numbers".to_owned()))]);
    // The next time the number alone says who it is, however it is written.
    let found = find_callers(&house.ina, &CallerSaid::of(&form("phone=(07700)+900-123")), None).await.unwrap();
    assert_eq!((found[0].account.id, found[0].contact.as_ref().map(|contact| contact.id)), (lead.account.id, Some(lead.contact)));
    // And the number does not come to it twice.
    let again = format!("customer=yes&caller={}:{}&confirmed=1&{}", lead.account.id, lead.contact, of("07700-900-123"));
    save(&house.ina, &house.call(&again)).await.unwrap();
    assert_eq!(contacts::find_contact(&house.ada, lead.contact).await.unwrap().phones, lead.phones);
});

both_engines!(a_referral_needs_its_partner_whose_rep_is_in_charge, |store| async move {
    let house = house(&store).await;
    let partner = accounts::add_account(&house.ben, &form("name=Northwind&kind=referral_partner")).await.unwrap();
    assert_eq!(partner.primary_rep, Some(id_of(&house.ben)), "a rep who adds a partner becomes its primary rep");
    let source = house.choice(ChoiceList::Source, "Referral Partner");
    let referred = |more: &str| house.call(&format!("source={source}&{more}"));
    assert_eq!(error_at(save(&house.ina, &referred("")).await, "referrer"), "Ask who referred them");
    assert!(error_at(save(&house.ina, &referred("referrer=Nobody+Ltd")).await, "referrer").contains("no account “Nobody Ltd”"));
    let taken = save(&house.ina, &referred("referrer=northwind")).await.unwrap();
    assert_eq!(taken.owner, Some(id_of(&house.ben)));
    assert_eq!(house.why(taken.lead).await, "ben is the primary rep of who referred them");
    assert_eq!(house.lead(&taken).await.call.unwrap().referrer.map(|referrer| referrer.id), Some(partner.id));
    let settled = Settled::of(&referred(&format!("referrer=x&referrer_id={}", partner.id)));
    let shown = beside(&house.ina, &settled).await.unwrap();
    assert_eq!((shown.assigned, shown.referrer.map(|referrer| referrer.account.name).as_deref()), (Some(id_of(&house.ben)), Some("Northwind")));
    assert_eq!(shown.rungs[0].standing[0].user, id_of(&house.ben), "the ladder begins with who looks after the partner");
    // Which sources ask is the administrator's to say.
    let other = house.catalog.choice_named(ChoiceList::Source, "Other").unwrap().id;
    configuration::change_choice(&house.ada, ChoiceList::Source, other, &form("asks_referrer=&asks_referrer=1")).await.unwrap();
    let unsaid = house.call(&format!("source={other}&company=Pier&full_name=Al&phone=0161+496+0188&email=al@pier.test"));
    error_at(save(&house.ina, &unsaid).await, "referrer");
});

both_engines!(the_ladder_follows_what_is_settled, |store| async move {
    let house = house(&store).await;
    let (account, contact) = house.customer().await;
    let (maya, ada) = (id_of(&house.maya), id_of(&house.ada));
    let settled = Settled { caller: format!("{account}:{contact}"), ..Settled::default() };
    let shown = beside(&house.ina, &settled).await.unwrap();
    assert_eq!((shown.ladder.as_str(), shown.assigned, shown.rungs[0].standing[0].user), ("Live transfer", Some(maya), maya));
    assert_eq!(shown.caller.and_then(|caller| caller.contact).map(|contact| contact.email).as_deref(), Some("ana@harbour.test"));
    let after = Settled { tries: format!("{maya}:no_answer"), ..settled.clone() };
    let rungs = beside(&house.ina, &after).await.unwrap().rungs;
    assert_eq!((rungs[0].waits.as_deref(), &rungs[1].waits), (Some("Nobody here can be reached"), &None));
    let urgent = beside(&house.ina, &Settled { needs_help_now: true, ..settled }).await.unwrap();
    assert_eq!((urgent.ladder.as_str(), urgent.rungs[0].standing[0].user), ("Immediate help", ada));
    let odd = Settled { caller: "9999:1".to_owned(), referrer: "nobody".to_owned(), tries: "x,7:,:".to_owned(), needs_help_now: false };
    let shown = beside(&house.ina, &odd).await.unwrap();
    assert_eq!((shown.caller, shown.referrer, shown.assigned), (None, None, None));
});

both_engines!(what_is_missing_is_asked_or_said_on_the_lead, |store| async move {
    let house = house(&store).await;
    let half = "customer=&company=&email=&message=&phone=0161+496+0123&full_name=Jo";
    let result = save(&house.ina, &form(half)).await;
    assert_eq!(error_at(result, "customer"), "Ask whether they are a customer");
    for (field, said) in [("company", "Ask for the company"), ("email", "Ask for an e-mail address"), ("offerings", "Choose what they want")] {
        assert_eq!(error_at(save(&house.ina, &form(half)).await, field), said);
    }
    let taken = save(&house.ina, &form(&format!("{half}&incomplete=1"))).await.unwrap();
    let detail = house.lead(&taken).await;
    let missing = detail.call.clone().unwrap().still_missing(&detail.lead);
    let all = [Requirement::Customer, Requirement::Company, Requirement::Email, Requirement::Offering, Requirement::Notes, Requirement::Source];
    assert_eq!(missing, all);
    assert_eq!((detail.lead.full_name.as_str(), detail.lead.account.name.as_str()), ("Jo", "Jo"));
    leads::change(&house.ada, taken.lead, &form("emails=jo@quay.test")).await.unwrap();
    let detail = house.lead(&taken).await;
    assert!(!detail.call.unwrap().still_missing(&detail.lead).contains(&Requirement::Email), "somebody filled it in");
    // A number alone will do, nothing at all will not.
    let taken = save(&house.ina, &form("phone=0161+496+0155&incomplete=1")).await.unwrap();
    assert_eq!(house.lead(&taken).await.lead.full_name, "+441614960155");
    error_at(save(&house.ina, &form("message=Hello&incomplete=1")).await, "phone");
    for (wrong, field) in [
        ("phone=call+me", "phone"),
        ("email=ana@@harbour", "email"),
        ("source=999999", "source"),
        ("offerings=x", "offerings"),
        ("company=a%00b", "company"),
    ] {
        error_at(save(&house.ina, &form(&format!("full_name=Jo&{wrong}&incomplete=1"))).await, field);
    }
});

both_engines!(outside_people_take_no_calls, |store| async move {
    let house = house(&store).await;
    assert!(matches!(save(&house.dina, &house.call("")).await, Err(ServiceError::Forbidden(_))));
    assert!(matches!(find_callers(&house.dina, &CallerSaid::default(), None).await, Err(ServiceError::Forbidden(_))));
    assert!(matches!(beside(&house.dina, &Settled::default()).await, Err(ServiceError::Forbidden(_))));
    let public = Ctx::anonymous(store.clone(), Clock::fixed(NOW));
    assert!(matches!(save(&public, &house.call("")).await, Err(ServiceError::SignInRequired)));
    assert!(accounts::list_accounts(&house.ada, &domain::AccountFilter::default(), None).await.unwrap().items.is_empty(), "nothing was made");
});

both_engines!(every_call_is_copied_whoever_gets_the_lead, |store| async move {
    let house = house(&store).await;
    let told = async || {
        let mails = outbox::list(&house.ada, None).await.unwrap().items;
        let mut told: Vec<String> = mails.into_iter().map(|mail| mail.recipient.email).collect();
        told.sort_unstable();
        told
    };
    let copies = format!("people=&people={}&people={}&addresses=Desk@firm.test%0D%0A+desk@firm.test%0D%0A", house.martin, id_of(&house.ina));
    configuration::change_call_copies(&house.ada, &form(&copies)).await.unwrap();
    // Somebody answered: it is theirs without any rule. Who took the call knows of it.
    let taken = save(&house.ina, &house.call(&format!("try={}:answered", id_of(&house.ben)))).await.unwrap();
    assert_eq!(taken.owner, Some(id_of(&house.ben)));
    assert_eq!(told().await, ["Desk@firm.test", "ben@house.test", "martin@house.test"]);
    // A rep takes a call down for themselves: only the copies go out, and say whose it is.
    let own = format!("full_name=Jo+Field&company=Quay+Tools&phone=0161+496+0155&email=jo@quay.test&try={}:answered", id_of(&house.maya));
    let taken = save(&house.maya, &house.call(&own)).await.unwrap();
    assert_eq!(taken.owner, Some(id_of(&house.maya)));
    let mails = outbox::list(&house.ada, None).await.unwrap().items;
    assert_eq!(mails.len(), 6, "martin, ina and the desk");
    let body = outbox::find(&house.ada, mails[0].id).await.unwrap().body;
    assert!(body.starts_with("Hello maya,\n"), "{body}");
    // The list empties again, and a lead that is no call is not copied.
    leads::add(&house.ina, &form(&format!("full_name=Kim&owner={}", house.martin))).await.unwrap();
    assert_eq!(told().await.len(), 7);
    configuration::change_call_copies(&house.ada, &form("people=&addresses=")).await.unwrap();
    let other = "full_name=Al+Field&company=Pier+Tools&phone=0161+496+0156&email=al@pier.test";
    save(&house.maya, &house.call(other)).await.unwrap();
    assert_eq!(told().await.len(), 7);
});
