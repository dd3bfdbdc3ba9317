//! Deals that are registered with vendors, on both engines, with a clock that stands still.

use std::sync::Arc;

use domain::deal_registration::RegistrationsView;
use domain::{
    AccountId, Actor, DealRegistration, DealRegistrationId, EmailAddress, EventKind, FormValues, HOUR_MS, LeadAction, LeadId, NoticeKind, PartKind,
    PartStep, RegistrationState, RegistrationStep, Role, Timestamp, UserId,
};
use service::once::Once;
use service::{Clock, Ctx, MailSite, ServiceError, accounts, deals, leads, notices, people};
use store::people::NewUser;
use store::{Store, both_engines};

/// 24 November 2025, a Monday, 16:00 in London.
const NOW: Timestamp = Timestamp(1_764_000_000_000);

struct House {
    /// The program itself.
    public: Ctx,
    ada: Ctx,
    /// Reps of the North, which Martin manages.
    maya: Ctx,
    noor: Ctx,
    martin: Ctx,
    /// A rep of no group.
    ana: Ctx,
    /// Maya's, of the North; of Acme.
    lead: LeadId,
    vendor: AccountId,
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
    let vendor = accounts::add_account(&ada, &form("name=Vendor+House&kind=vendor")).await.unwrap().id;
    let mut signed_in = Vec::new();
    for id in ids {
        signed_in.push(public.acting_as(actor(store, id).await));
    }
    let [ada, maya, noor, martin, ana] = signed_in.try_into().expect("five people");
    let lead = of_acme(&martin, id_of(&maya)).await;
    House { public, ada, maya, noor, martin, ana, lead, vendor }
}

/// A lead of Acme in the North.
async fn of_acme(martin: &Ctx, owner: UserId) -> LeadId {
    let group = martin.actor().unwrap().managed_groups[0];
    leads::add(martin, &form(&format!("full_name=Jo+Field&company=Acme&owner={owner}&group={group}"))).await.unwrap()
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

async fn view(ctx: &Ctx, lead: LeadId) -> RegistrationsView {
    deals::view(ctx, lead).await.unwrap().0
}

/// A lead's deal is to be registered.
async fn add(house: &House, ctx: &Ctx, lead: LeadId) -> DealRegistrationId {
    deals::add_once(ctx, lead, &form(&format!("vendor={}&note=Ask+for+Vera", house.vendor)), None).await.unwrap()
}

async fn step(ctx: &Ctx, id: DealRegistrationId, step: RegistrationStep, text: &str) -> Result<DealRegistration, ServiceError> {
    deals::step(ctx, id, step, &form(text)).await
}

/// Registered and protected until 22 February.
async fn approved(house: &House) -> DealRegistrationId {
    let id = add(house, &house.maya, house.lead).await;
    step(&house.maya, id, RegistrationStep::Submit, "").await.unwrap();
    step(&house.maya, id, RegistrationStep::Approve, "reference=D-17&until=2026-02-22").await.unwrap();
    id
}

/// What became of registrations of a lead, newest first.
async fn steps(house: &House, lead: LeadId) -> Vec<PartStep> {
    let timeline = leads::find(&house.ada, lead).await.unwrap().timeline;
    let told = |kind: EventKind| match kind {
        EventKind::Part { part: PartKind::Registration, step, .. } => Some(step),
        _ => None,
    };
    timeline.into_iter().filter_map(|event| told(event.kind)).collect()
}

/// It is so much o'clock on a day.
fn wait_until(house: &House, day: &str, hour: i64) {
    let at = Timestamp::parse_day(day).expect("a day").plus_ms(hour * HOUR_MS);
    house.public.clock.advance_ms(at.0 - house.public.now().0);
}

both_engines!(a_vendor_that_is_not_in_the_list_is_chosen_by_its_name, |store| async move {
    let house = house(&store).await;
    for nth in 1..=200 {
        accounts::add_account(&house.ada, &form(&format!("name=Firm+{nth:03}&kind=vendor"))).await.unwrap();
    }
    accounts::add_account(&house.ada, &form("name=Vendor+of+none&kind=prospect")).await.unwrap();
    let shown = view(&house.maya, house.lead).await;
    assert!(shown.has_more_vendors && shown.vendors.len() == 200 && shown.vendors.iter().all(|one| one.id != house.vendor), "{shown:?}");
    let found = deals::suggest_vendors(&house.maya, " vend").await.unwrap();
    assert_eq!(found.iter().map(|one| one.id).collect::<Vec<_>>(), [house.vendor]);
    let add_with = async |text: &str| deals::add_once(&house.maya, house.lead, &form(text), None).await;
    assert_eq!(error_at(add_with("vendor=Vendor+of+none").await, "vendor"), "There is no vendor “Vendor of none”; choose an account that is one");
    add_with("vendor=+vendor++HOUSE").await.unwrap();
    let by_name = &view(&house.maya, house.lead).await.registrations[0];
    assert_eq!(by_name.vendor.id, house.vendor);
    assert!(refusal(add_with(&format!("vendor={}", house.vendor)).await).contains("already"), "a number names it too");
});

both_engines!(a_deal_is_registered_step_by_step, |store| async move {
    let house = house(&store).await;
    let shown = view(&house.maya, house.lead).await;
    assert_eq!((shown.registrations.len(), shown.vendors.len(), shown.may_add, shown.may_settle), (0, 1, true, false));
    let add_with = async |text: &str, once: Option<&Once>| deals::add_once(&house.maya, house.lead, &form(text), once).await;
    assert!(error_at(add_with("vendor=", None).await, "vendor").starts_with("Choose a vendor from the list"));
    assert_eq!(error_at(add_with(&format!("vendor={}&opportunity=999", house.vendor), None).await, "opportunity"), "Choose a deal from the list");
    let once = Once { key: "form:1:a".to_owned(), digest: "d".to_owned() };
    let wish = format!("vendor={}&note=Ask+for+Vera", house.vendor);
    let id = add_with(&wish, Some(&once)).await.unwrap();
    assert_eq!(add_with(&wish, Some(&once)).await.unwrap(), id, "sent twice it is one");
    assert!(refusal(add_with(&wish, None).await).contains("is on the list with Vendor House already"));

    assert!(refusal(step(&house.maya, id, RegistrationStep::Approve, "reference=D&until=2026-02-22").await).starts_with("It is to register now"));
    let submitted = step(&house.maya, id, RegistrationStep::Submit, "version=1").await.unwrap();
    assert_eq!((submitted.state, submitted.submitted_at, submitted.note.as_str()), (RegistrationState::Submitted, Some(NOW), "Ask for Vera"));
    assert!(refusal(step(&house.maya, id, RegistrationStep::Return, "version=1&reason=Who").await).starts_with("Somebody changed this meanwhile"));
    assert_eq!(error_at(step(&house.maya, id, RegistrationStep::Return, "reason=").await, "reason"), "Enter the reason");
    step(&house.maya, id, RegistrationStep::Return, "reason=Who+decides?").await.unwrap();
    step(&house.martin, id, RegistrationStep::Submit, "").await.unwrap();
    assert_eq!(error_at(step(&house.maya, id, RegistrationStep::Approve, "until=2026-02-22").await, "reference"), "Enter what the vendor calls it");
    step(&house.maya, id, RegistrationStep::Approve, "reference=D-17&until=2026-02-22").await.unwrap();
    step(&house.maya, id, RegistrationStep::Extend, "until=2026-05-01").await.unwrap();
    let shown = view(&house.ada, house.lead).await;
    let [one] = &shown.registrations[..] else { panic!("not one: {shown:?}") };
    assert_eq!((one.state, one.reference.as_str(), one.vendor.id), (RegistrationState::Extended, "D-17", house.vendor));
    assert_eq!(one.left_words(shown.today).as_deref(), Some("protected until 1 May 2026, 158 days left"));
    assert_eq!(
        steps(&house, house.lead).await,
        [PartStep::Extended, PartStep::Approved, PartStep::Submitted, PartStep::Returned, PartStep::Submitted, PartStep::Added]
    );
});

both_engines!(who_may_work_the_lead_registers_its_deal, |store| async move {
    let house = house(&store).await;
    let wish = form(&format!("vendor={}", house.vendor));
    assert!(refusal(deals::add_once(&house.noor, house.lead, &wish, None).await).starts_with("Only its owner"));
    assert!(is_absent(deals::add_once(&house.ana, house.lead, &wish, None).await) && is_absent(deals::view(&house.ana, house.lead).await));
    let id = add(&house, &house.maya, house.lead).await;
    assert!(refusal(step(&house.noor, id, RegistrationStep::Submit, "").await).starts_with("Only its owner"));
    assert!(is_absent(step(&house.ana, id, RegistrationStep::Submit, "").await));
    assert!(is_absent(step(&house.maya, DealRegistrationId(99), RegistrationStep::Submit, "").await));
    let seen = view(&house.noor, house.lead).await;
    assert_eq!((seen.registrations.len(), seen.vendors.len(), seen.may_add, seen.may_change), (1, 0, false, false));
    assert!(matches!(deals::view(&house.public, house.lead).await, Err(ServiceError::SignInRequired)));

    // What is under way goes on when the lead is won; nothing new is begun.
    step(&house.maya, id, RegistrationStep::Submit, "").await.unwrap();
    leads::act(&house.maya, house.lead, LeadAction::Win, &form("")).await.unwrap();
    assert!(refusal(deals::add_once(&house.maya, house.lead, &wish, None).await).starts_with("This lead is closed"));
    step(&house.maya, id, RegistrationStep::Approve, "reference=D-17&until=2026-02-22").await.unwrap();
});

both_engines!(the_first_registration_wins_until_a_manager_settles_it, |store| async move {
    let house = house(&store).await;
    let other = of_acme(&house.martin, id_of(&house.noor)).await;
    let ana_s = leads::add(&house.ana, &form("full_name=Kim+Ross&company=Acme")).await.unwrap();
    let second = add(&house, &house.noor, other).await;
    let third = add(&house, &house.ana, ana_s).await;
    let first = approved(&house).await;
    let told = refusal(step(&house.noor, second, RegistrationStep::Submit, "").await);
    assert!(told.contains(&format!("for lead {} first, on 24 Nov 2025", house.lead)), "{told}");
    let told = refusal(step(&house.ana, third, RegistrationStep::Submit, "").await);
    assert!(told.contains("for another lead first"), "she does not see it: {told}");
    assert_eq!(steps(&house, other).await, [PartStep::Added]);

    assert!(refusal(step(&house.maya, first, RegistrationStep::Reject, "reason=Ours").await).starts_with("Only managers and administrators"));
    step(&house.martin, first, RegistrationStep::Reject, "reason=Noor+was+asked+first").await.unwrap();
    step(&house.noor, second, RegistrationStep::Submit, "").await.unwrap();
    step(&house.noor, second, RegistrationStep::Approve, "reference=D-18&until=2025-11-24").await.unwrap();
    assert!(refusal(step(&house.maya, first, RegistrationStep::Submit, "").await).contains("The first registration wins"));
    // On the day after its last it holds nothing any more, whether that was noted or not.
    wait_until(&house, "2025-11-25", 0);
    assert_eq!(step(&house.maya, first, RegistrationStep::Submit, "").await.unwrap().state, RegistrationState::Submitted);
    assert!(refusal(step(&house.noor, second, RegistrationStep::Extend, "until=2026-02-22").await).starts_with("It is expired now"));
});

/// What somebody was told of registrations, newest first.
async fn told(ctx: &Ctx) -> Vec<(NoticeKind, Option<LeadId>)> {
    let rows = notices::list(ctx, None).await.unwrap().items;
    let of_deals = rows.into_iter().filter(|row| matches!(row.kind, NoticeKind::RegistrationEnding | NoticeKind::RegistrationEnded));
    of_deals.map(|row| (row.kind, row.lead)).collect()
}

both_engines!(somebody_is_reminded_before_a_protection_ends_and_when_it_has, |store| async move {
    let house = house(&store).await;
    let id = approved(&house).await;
    let (ending, ended) = ((NoticeKind::RegistrationEnding, Some(house.lead)), (NoticeKind::RegistrationEnded, Some(house.lead)));
    assert!(!deals::work(&house.public).await.unwrap(), "nothing ends yet");
    wait_until(&house, "2026-02-08", 8);
    assert!(deals::work(&house.public).await.unwrap() && !deals::work(&house.public).await.unwrap(), "once");
    assert_eq!(told(&house.maya).await, [ending]);
    wait_until(&house, "2026-02-19", 9);
    assert!(deals::work(&house.public).await.unwrap());
    assert_eq!(told(&house.maya).await, [ending, ending]);
    wait_until(&house, "2026-02-23", 0);
    assert!(deals::work(&house.public).await.unwrap() && !deals::work(&house.public).await.unwrap());
    assert_eq!(told(&house.maya).await, [ended, ending, ending]);
    assert!(told(&house.martin).await.is_empty() && told(&house.noor).await.is_empty());
    let shown = view(&house.maya, house.lead).await;
    assert_eq!((shown.registrations[0].state, shown.registrations[0].look_at), (RegistrationState::Expired, None));
    assert_eq!(steps(&house, house.lead).await[0], PartStep::Expired);
    step(&house.maya, id, RegistrationStep::Submit, "").await.unwrap();
});

both_engines!(of_a_lead_without_an_owner_its_manager_hears_and_of_a_deleted_one_nobody, |store| async move {
    let house = house(&store).await;
    approved(&house).await;
    leads::change(&house.martin, house.lead, &form("owner=")).await.unwrap();
    wait_until(&house, "2026-02-08", 8);
    assert!(deals::work(&house.public).await.unwrap());
    assert_eq!((told(&house.maya).await.len(), told(&house.martin).await.len()), (0, 1));
    leads::act(&house.ada, house.lead, LeadAction::Delete, &form("")).await.unwrap();
    wait_until(&house, "2026-02-23", 0);
    assert!(deals::work(&house.public).await.unwrap() && !deals::work(&house.public).await.unwrap());
    assert_eq!(told(&house.martin).await.len(), 1);
});
