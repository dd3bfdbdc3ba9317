//! Suppliers of leads, on both engines, with a clock that stands still: problems that they are told of, and what they read at their address.

use std::sync::Arc;

use domain::clock::ClockState;
use domain::supplier::{Progress, SupplierPage, SupplierView};
use domain::{
    AccountId, Actor, ChoiceId, ChoiceList, DAY_MS, EmailAddress, FormValues, LeadAction, LeadClass, LeadId, LeadProblemId, ProblemReason,
    ProblemStep, Role, Timestamp, UserId,
};
use service::once::Once;
use service::{Clock, Ctx, MailSite, ServiceError, accounts, classes, configuration, deals, leads, people, suppliers};
use store::people::NewUser;
use store::{Store, both_engines};

/// 24 November 2025, a Monday, 16:00 in London.
const NOW: Timestamp = Timestamp(1_764_000_000_000);

struct House {
    /// The program itself, and strangers.
    public: Ctx,
    ada: Ctx,
    /// Reps of the North, which Martin manages.
    maya: Ctx,
    noor: Ctx,
    martin: Ctx,
    /// A rep of no group.
    ana: Ctx,
    /// The supplier Northwind, as an account and as leads name it.
    account: AccountId,
    partner: ChoiceId,
    /// Maya's, of the North, sent by Northwind.
    lead: LeadId,
}

async fn house(store: &Store) -> House {
    let mail = MailSite { public_url: "https://leads.test".to_owned(), sender: "leads@leads.test".to_owned(), has_server: true };
    let public = Ctx { mail: Arc::new(mail), ..Ctx::anonymous(store.clone(), Clock::fixed(NOW)) };
    service::seed::seed_defaults(&public).await.unwrap();
    let mut ids = Vec::new();
    for (name, role) in [("ada", Role::Administrator), ("maya", Role::Rep), ("noor", Role::Rep), ("martin", Role::Manager), ("ana", Role::Rep)] {
        ids.push(person(&public, name, role).await.id);
    }
    let ada = public.acting_as(actor(store, ids[0]).await);
    people::add_group(&ada, &form(&format!("name=North&manager={}&members={}&members={}", ids[3], ids[1], ids[2]))).await.unwrap();
    let account = accounts::add_account(&ada, &form("name=Northwind+Ltd&kind=referral_partner")).await.unwrap().id;
    let partner = configuration::add_choice(&ada, ChoiceList::Partner, &form("name=Northwind")).await.unwrap();
    let mut signed_in = Vec::new();
    for id in ids {
        signed_in.push(public.acting_as(actor(store, id).await));
    }
    let [ada, maya, noor, martin, ana] = signed_in.try_into().expect("five people");
    let group = martin.actor().unwrap().managed_groups[0];
    let new = format!("full_name=Jo+Field&company=Acme&partner={partner}&owner={}&group={group}", id_of(&maya));
    let lead = leads::add(&martin, &form(&new)).await.unwrap();
    House { public, ada, maya, noor, martin, ana, account, partner, lead }
}

async fn actor(store: &Store, id: UserId) -> Actor {
    store.read().await.unwrap().people().load_actor(id).await.unwrap().unwrap()
}

async fn person(ctx: &Ctx, name: &str, role: Role) -> Actor {
    let mut tx = ctx.store.begin().await.unwrap();
    let email = EmailAddress::parse(&format!("{name}@house.test")).unwrap();
    let new = NewUser { email, name: name.to_owned(), role, password_hash: String::new(), account: None, at: ctx.now() };
    let id = tx.people().add(new).await.unwrap();
    let actor = tx.people().load_actor(id).await.unwrap().unwrap();
    tx.save().await.unwrap();
    actor
}

fn form(text: &str) -> FormValues {
    FormValues::decode(text.as_bytes())
}

fn id_of(ctx: &Ctx) -> UserId {
    ctx.actor().unwrap().id
}

fn error_at<T: std::fmt::Debug>(result: Result<T, ServiceError>, field: &str) -> String {
    match result {
        Err(ServiceError::Invalid(errors)) => errors.get(field).unwrap_or_else(|| panic!("no error at {field}: {errors:?}")).to_owned(),
        other => panic!("not invalid: {other:?}"),
    }
}

fn refusal<T: std::fmt::Debug>(result: Result<T, ServiceError>) -> String {
    match result {
        Err(ServiceError::Refused(sentence) | ServiceError::Forbidden(sentence)) => sentence,
        other => panic!("not refused: {other:?}"),
    }
}

fn is_absent<T: std::fmt::Debug>(result: Result<T, ServiceError>) -> bool {
    matches!(result, Err(ServiceError::NotFound))
}

async fn view(house: &House) -> SupplierView {
    deals::view(&house.maya, house.lead).await.unwrap().1
}

async fn flag(ctx: &Ctx, lead: LeadId, text: &str) -> Result<domain::LeadProblem, ServiceError> {
    suppliers::flag_once(ctx, lead, &form(text), None).await
}

/// What is secret in a fresh address of Northwind.
async fn token(house: &House) -> String {
    let address = suppliers::make_link(&house.martin, house.account, &form(&format!("partner={}", house.partner))).await.unwrap();
    address.strip_prefix("https://leads.test/suppliers/").expect("an address of ours").to_owned()
}

async fn page(house: &House, token: &str) -> SupplierPage {
    suppliers::open(&house.public, token, None).await.unwrap()
}

/// How the clock of the problem stands.
async fn clock(house: &House) -> Option<ClockState> {
    let found = leads::find(&house.ada, house.lead).await.unwrap().clocks;
    found.faces.iter().find(|face| face.name == "Tell the supplier of the problem").map(|face| face.state(found.now))
}

both_engines!(a_problem_is_told_within_the_week_and_both_sides_see_what_is_left, |store| async move {
    let house = house(&store).await;
    let token = token(&house).await;
    assert_eq!(error_at(flag(&house.maya, house.lead, "reason=").await, "reason"), "Choose from the list");
    assert_eq!(error_at(flag(&house.maya, house.lead, "reason=duplicate&tell=never").await, "tell"), "Choose from the list");
    let noted = flag(&house.maya, house.lead, "reason=wrong_person&words=He+left+in+May&tell=later").await.unwrap();
    let shown = view(&house).await;
    assert_eq!((shown.due_at, shown.has_link, shown.partner), (Some(NOW.plus_ms(7 * DAY_MS)), true, Some(house.partner)));
    assert_eq!(clock(&house).await, Some(ClockState::Running));
    let lead = page(&house, &token).await.leads.remove(0);
    assert_eq!(lead.to_be_told.as_deref(), Some("1 Dec 2025, 7 days left"));
    assert!(lead.problems.is_empty(), "what it is they read when they are told");
    assert!(refusal(flag(&house.maya, house.lead, "reason=duplicate").await).starts_with("A problem waits to be told already"));

    house.public.clock.advance_ms(2 * DAY_MS);
    assert_eq!(page(&house, &token).await.leads[0].to_be_told.as_deref(), Some("1 Dec 2025, 5 days left"));
    suppliers::step_problem(&house.maya, noted.id, ProblemStep::Tell).await.unwrap();
    suppliers::step_problem(&house.maya, noted.id, ProblemStep::Tell).await.unwrap();
    let lead = page(&house, &token).await.leads.remove(0);
    assert_eq!(lead.to_be_told, None);
    let [told] = &lead.problems[..] else { panic!("not one: {lead:?}") };
    assert_eq!((told.reason, told.words.as_str(), told.told_on.as_str()), (ProblemReason::WrongPerson, "He left in May", "26 Nov 2025"));
    assert_eq!((clock(&house).await, view(&house).await.due_at), (Some(ClockState::MetInTime), None));
    suppliers::step_problem(&house.martin, noted.id, ProblemStep::Settle).await.unwrap();
    assert!(page(&house, &token).await.leads[0].problems[0].is_settled);
});

both_engines!(a_problem_is_told_at_once_or_taken_back_untold, |store| async move {
    let house = house(&store).await;
    let token = token(&house).await;
    let once = Once { key: "form:1:a".to_owned(), digest: "d".to_owned() };
    let now = form("reason=duplicate&words=&tell=now");
    let told = suppliers::flag_once(&house.maya, house.lead, &now, Some(&once)).await.unwrap();
    assert_eq!(suppliers::flag_once(&house.maya, house.lead, &now, Some(&once)).await.unwrap().id, told.id, "sent twice it is one");
    assert_eq!((told.told_at, clock(&house).await), (Some(NOW), Some(ClockState::MetInTime)));
    house.public.clock.advance_ms(DAY_MS);
    let noted = flag(&house.maya, house.lead, "reason=no_interest&tell=later").await.unwrap();
    assert_eq!(clock(&house).await, Some(ClockState::Running));
    suppliers::step_problem(&house.maya, noted.id, ProblemStep::Settle).await.unwrap();
    assert_eq!((clock(&house).await, view(&house).await.due_at), (Some(ClockState::MetInTime), None));
    assert!(refusal(suppliers::step_problem(&house.maya, noted.id, ProblemStep::Tell).await).starts_with("It was taken back"));
    assert_eq!(page(&house, &token).await.leads[0].problems.len(), 1);

    // A comment that warns begins the same week, and says nothing to the supplier.
    house.public.clock.advance_ms(DAY_MS);
    leads::comment(&house.maya, house.lead, &form("text=Rude+on+the+phone&icon=warning")).await.unwrap();
    let read = page(&house, &token).await;
    assert!(read.leads[0].to_be_told.is_some() && !format!("{read:?}").contains("Rude"), "{read:?}");
});

both_engines!(who_becomes_the_partner_of_a_lead_reads_nothing_that_was_for_another, |store| async move {
    let house = house(&store).await;
    let northwind = token(&house).await;
    flag(&house.maya, house.lead, "reason=other&words=You+called+them+twice&tell=now").await.unwrap();
    let waits = flag(&house.maya, house.lead, "reason=duplicate&words=Of+lead+7&tell=later").await.unwrap();
    let other = configuration::add_choice(&house.ada, ChoiceList::Partner, &form("name=Southwind")).await.unwrap();
    let account = accounts::add_account(&house.ada, &form("name=Southwind+Ltd&kind=referral_partner")).await.unwrap().id;
    let address = suppliers::make_link(&house.martin, account, &form(&format!("partner={other}"))).await.unwrap();
    let southwind = address.strip_prefix("https://leads.test/suppliers/").expect("an address of ours").to_owned();
    leads::change(&house.maya, house.lead, &form(&format!("partner={other}"))).await.unwrap();

    let read = page(&house, &southwind).await;
    assert_eq!((read.leads.len(), &read.leads[0].problems[..], read.leads[0].to_be_told.as_deref()), (1, &[][..], None), "{read:?}");
    assert_eq!(read.scores[0].problems, 0);
    let told = refusal(suppliers::step_problem(&house.maya, waits.id, ProblemStep::Tell).await);
    assert!(told.starts_with("This lead has another partner since"), "{told}");
    suppliers::step_problem(&house.maya, waits.id, ProblemStep::Settle).await.unwrap();
    flag(&house.maya, house.lead, "reason=duplicate&words=Of+lead+7").await.unwrap();
    let read = page(&house, &southwind).await;
    assert_eq!(read.leads[0].problems.iter().map(|one| one.words.as_str()).collect::<Vec<_>>(), ["Of lead 7"]);
    assert_eq!(read.scores[0].problems, 1);
    assert!(page(&house, &northwind).await.leads.is_empty());
    leads::change(&house.maya, house.lead, &form(&format!("partner={}", house.partner))).await.unwrap();
    let read = page(&house, &northwind).await;
    assert_eq!(read.leads[0].problems.iter().map(|one| one.words.as_str()).collect::<Vec<_>>(), ["You called them twice"]);
});

both_engines!(who_may_work_a_lead_with_a_supplier_flags_its_problems, |store| async move {
    let house = house(&store).await;
    let own = leads::add(&house.maya, &form("full_name=Kim+Ross&company=Bolt")).await.unwrap();
    assert!(refusal(flag(&house.maya, own, "reason=duplicate").await).contains("nobody to tell"));
    assert!(refusal(flag(&house.noor, house.lead, "reason=duplicate").await).starts_with("Only its owner"));
    assert!(is_absent(flag(&house.ana, house.lead, "reason=duplicate").await));
    let noted = flag(&house.maya, house.lead, "reason=duplicate&tell=later").await.unwrap();
    assert!(refusal(suppliers::step_problem(&house.noor, noted.id, ProblemStep::Tell).await).starts_with("Only its owner"));
    assert!(is_absent(suppliers::step_problem(&house.ana, noted.id, ProblemStep::Tell).await));
    assert!(is_absent(suppliers::step_problem(&house.maya, LeadProblemId(99), ProblemStep::Tell).await));
});

both_engines!(managers_make_and_revoke_the_address, |store| async move {
    let house = house(&store).await;
    let partner = form(&format!("partner={}", house.partner));
    assert!(matches!(suppliers::make_link(&house.maya, house.account, &partner).await, Err(ServiceError::Forbidden(_))));
    assert!(matches!(suppliers::find_link(&house.maya, house.account).await, Err(ServiceError::Forbidden(_))));
    assert!(matches!(suppliers::revoke_link(&house.maya, house.account).await, Err(ServiceError::Forbidden(_))));
    assert_eq!(error_at(suppliers::make_link(&house.martin, house.account, &form("partner=")).await, "partner"), "Choose a partner from the list");
    assert!(is_absent(suppliers::make_link(&house.martin, AccountId(999), &partner).await));
    assert_eq!(suppliers::find_link(&house.martin, house.account).await.unwrap(), None);
    assert!(is_absent(suppliers::revoke_link(&house.martin, house.account).await));

    let first = token(&house).await;
    let link = suppliers::find_link(&house.ada, house.account).await.unwrap().expect("an address");
    assert_eq!((link.partner, link.made_by, link.made_at), (house.partner, id_of(&house.martin), NOW));
    assert_eq!(page(&house, &first).await.supplier, "Northwind Ltd");
    let second = token(&house).await;
    assert!(is_absent(suppliers::open(&house.public, &first, None).await), "another takes its place");
    for wrong in ["", "none", &second[..30], &"a".repeat(10_000)] {
        assert!(is_absent(suppliers::open(&house.public, wrong, None).await), "{wrong}");
    }
    suppliers::revoke_link(&house.ada, house.account).await.unwrap();
    assert!(is_absent(suppliers::open(&house.public, &second, None).await));
});

both_engines!(a_supplier_reads_of_its_own_leads_and_of_nothing_else, |store| async move {
    let house = house(&store).await;
    let token = token(&house).await;
    leads::add(&house.maya, &form("full_name=Kim+Ross&company=Bolt")).await.unwrap();
    let lead = page(&house, &token).await.leads.remove(0);
    assert_eq!((lead.number, lead.full_name.as_str(), lead.company.as_str()), (house.lead, "Jo Field", "Acme"));
    assert_eq!((lead.sent_on.as_str(), lead.progress, lead.who.as_deref()), ("24 Nov 2025", Progress::Received, Some("maya")));
    leads::comment(&house.maya, house.lead, &form("text=Called+a+secretary&icon=phone")).await.unwrap();
    classes::change_class(&house.maya, house.lead, &form("class=rql&horizon=2026-11-24&notes=Inside+only")).await.unwrap();
    let read = page(&house, &token).await;
    assert_eq!((read.leads.len(), read.leads[0].progress, read.leads[0].class), (1, Progress::Contacted, Some(LeadClass::Rql)));
    assert_eq!((read.scores.len(), read.scores[0].label(), read.scores[0].open), (1, "RQL", 1));
    let catalog = house.public.catalog().await.unwrap();
    let reason = catalog.offered(ChoiceList::LostReason).next().expect("a reason");
    leads::act(&house.maya, house.lead, LeadAction::Lose, &form(&format!("reason={}", reason.id))).await.unwrap();
    let read = page(&house, &token).await;
    assert_eq!((read.leads[0].progress, read.leads[0].lost_because.as_deref()), (Progress::Lost, Some(reason.name.as_str())));
    assert_eq!((read.reasons, read.scores[0].win_rate()), (vec![(reason.name.clone(), 1)], Some(0)));
    let all = format!("{:?}", page(&house, &token).await);
    for inside in ["Kim Ross", "Bolt", "secretary", "Inside only", "martin"] {
        assert!(!all.contains(inside), "{inside}: {all}");
    }
    leads::act(&house.ada, house.lead, LeadAction::Delete, &form("")).await.unwrap();
    assert!(page(&house, &token).await.leads.is_empty());
});

both_engines!(leads_come_page_by_page, |store| async move {
    let house = house(&store).await;
    let token = token(&house).await;
    for nth in 0..50 {
        leads::add(&house.maya, &form(&format!("full_name=Lead+{nth}&company=Acme&partner={}", house.partner))).await.unwrap();
    }
    let first = page(&house, &token).await;
    assert_eq!((first.leads.len(), first.leads[0].full_name.as_str(), first.scores[0].leads), (50, "Lead 49", 51));
    let second = suppliers::open(&house.public, &token, first.next).await.unwrap();
    assert_eq!((second.leads.len(), second.leads[0].number, second.next), (1, house.lead, None));
    assert!(second.scores.is_empty() && second.counted.is_none(), "the scorecard stands on the first page");
});
