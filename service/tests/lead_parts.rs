//! What hangs on leads, on both engines, with a clock that stands still: key dates, notes on offerings, competitors, help and documents.

use std::sync::Arc;

use domain::lead_parts::{DocumentKind, HelpState, HelpStep, SIZE_MOST};
use domain::{
    Actor, ChoiceId, ChoiceList, DocumentId, EmailAddress, EventKind, FormValues, HelpRequestId, LeadAction, LeadId, PartKind, PartStep, Role,
    Timestamp, UserId,
};
use service::leads::parts::{self, Upload};
use service::leads::{self, find};
use service::once::Once;
use service::{Clock, Ctx, MailSite, ServiceError, accounts, configuration, notices, outbox, people};
use store::people::NewUser;
use store::{Store, both_engines};

struct House {
    ada: Ctx,
    /// Reps of the North, which Martin manages.
    maya: Ctx,
    noor: Ctx,
    martin: Ctx,
    /// A rep of no group.
    ana: Ctx,
    /// Of the distributor Northwind.
    dina: Ctx,
    /// Maya's, of the North, interested in Training and Managed IT.
    lead: LeadId,
}

/// It is Monday, 24 November 2025, 16:00.
async fn house(store: &Store) -> House {
    let mail = MailSite { public_url: "https://leads.test".to_owned(), sender: "leadwright@leads.test".to_owned(), has_server: true };
    let public = Ctx { mail: Arc::new(mail), ..Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000))) };
    service::seed::seed_defaults(&public).await.unwrap();
    let ada = person(&public, "ada", Role::Administrator, None).await;
    let firm = accounts::add_account(&public.acting_as(ada.clone()), &form("name=Northwind&kind=distributor")).await.unwrap().id;
    let mut ids = vec![ada.id];
    for (name, role) in [("maya", Role::Rep), ("noor", Role::Rep), ("martin", Role::Manager), ("ana", Role::Rep)] {
        ids.push(person(&public, name, role, None).await.id);
    }
    ids.push(person(&public, "dina", Role::Distributor, Some(firm)).await.id);
    let ada = public.acting_as(ada);
    people::add_group(&ada, &form(&format!("name=North&manager={}&members={}&members={}", ids[3], ids[1], ids[2]))).await.unwrap();
    let mut signed_in = Vec::new();
    for id in ids {
        let actor = store.read().await.unwrap().people().load_actor(id).await.unwrap().unwrap();
        signed_in.push(public.acting_as(actor));
    }
    let [ada, maya, noor, martin, ana, dina] = signed_in.try_into().expect("six people");
    let group = martin.actor().unwrap().managed_groups[0];
    let new = format!("full_name=Jo&company=Acme&owner={}&group={group}&offerings=Training&offerings=Managed+IT", id_of(&maya));
    let lead = leads::add(&martin, &form(&new)).await.unwrap();
    House { ada, maya, noor, martin, ana, dina, lead }
}

async fn person(ctx: &Ctx, name: &str, role: Role, account: Option<domain::AccountId>) -> Actor {
    let mut tx = ctx.store.begin().await.unwrap();
    let email = EmailAddress::parse(&format!("{name}@house.test")).unwrap();
    let new = NewUser { email, name: name.to_owned(), role, password_hash: String::new(), account, at: ctx.now() };
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

async fn offering(ctx: &Ctx, name: &str) -> ChoiceId {
    ctx.store.catalog().await.unwrap().choice_named(ChoiceList::Offering, name).unwrap().id
}

/// What became of the parts of a lead, newest first.
async fn steps(ctx: &Ctx, lead: LeadId) -> Vec<(PartKind, PartStep, String)> {
    let timeline = find(ctx, lead).await.unwrap().timeline;
    let step = |kind| if let EventKind::Part { part, step, name, .. } = kind { Some((part, step, name)) } else { None };
    timeline.into_iter().filter_map(|event| step(event.kind)).collect()
}

async fn told(ctx: &Ctx) -> Vec<String> {
    notices::list(ctx, None).await.unwrap().items.into_iter().map(|notice| notice.words).collect()
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

both_engines!(the_expected_completion_is_typed_as_a_date_or_an_estimate, |store| async move {
    let house = house(&store).await;
    let change = async |ctx: &Ctx, text: &str| leads::change_expected(ctx, house.lead, &form(text)).await;
    let lead = change(&house.maya, "was=&estimate=3&unit=week").await.unwrap();
    assert_eq!(lead.expected_at, Timestamp::parse_day("2025-12-15"));
    let event = find(&house.maya, house.lead).await.unwrap().timeline.remove(0);
    let EventKind::FieldsChanged { changes } = event.kind else { panic!("{:?}", event.kind) };
    assert_eq!((changes[0].old.as_str(), changes[0].new.as_str()), ("", "2025-12-15"));

    let as_read = lead.expected_at.unwrap().0;
    let moved = change(&house.noor, &format!("was={as_read}&expected=2025-12-16&time=14:30")).await;
    assert!(refusal(moved).starts_with("Only its owner"), "Noor sees it and does not work it");
    let moved = change(&house.martin, &format!("was={as_read}&expected=2025-12-16&time=14:30")).await.unwrap();
    assert_eq!(moved.expected_at.map(Timestamp::rfc3339).as_deref(), Some("2025-12-16T14:30:00.000Z"));
    assert!(refusal(change(&house.maya, &format!("was={as_read}&estimate=4&unit=week")).await).contains("16 Dec 2025, 14:30"));
    assert_eq!(error_at(change(&house.maya, "expected=2025-11-20&time=").await, "expected"), "It began on 24 Nov 2025; this is before");
    assert_eq!(error_at(change(&house.maya, "estimate=99999999999&unit=year").await, "estimate"), "Enter at most 100 years");
    assert!(is_absent(change(&house.ana, "estimate=3&unit=week").await) && is_absent(change(&house.dina, "estimate=3&unit=week").await));
    assert_eq!(change(&house.maya, "expected=&time=").await.unwrap().expected_at, None);
    leads::act(&house.maya, house.lead, LeadAction::Win, &form("")).await.unwrap();
    assert_eq!(refusal(change(&house.maya, "estimate=3&unit=week").await), "This lead is closed; reopen it to change it");
});

both_engines!(each_offering_has_a_note_that_nobody_overwrites_unseen, |store| async move {
    let house = house(&store).await;
    let (training, managed) = (offering(&house.ada, "Training").await, offering(&house.ada, "Managed IT").await);
    parts::change_offering_note(&house.maya, house.lead, training, &form("was=&note=In+the+evenings")).await.unwrap();
    let notes = parts::load(&house.noor, house.lead).await.unwrap().notes;
    assert_eq!((notes.len(), notes[0].offering, notes[0].note.as_str()), (1, training, "In the evenings"));
    let late = parts::change_offering_note(&house.martin, house.lead, training, &form("was=&note=At+noon")).await;
    assert!(refusal(late).contains("In the evenings"));
    let as_read = notes[0].changed_at.0;
    parts::change_offering_note(&house.martin, house.lead, training, &form(&format!("was={as_read}&note=At+noon"))).await.unwrap();
    parts::change_offering_note(&house.martin, house.lead, managed, &form("note=Ten+seats")).await.unwrap();
    parts::change_offering_note(&house.maya, house.lead, managed, &form("note=")).await.unwrap();
    let told: Vec<_> = steps(&house.maya, house.lead).await.into_iter().map(|(_, step, name)| (step, name)).collect();
    let [it, lessons] = ["Managed IT", "Training"].map(str::to_owned);
    assert_eq!(told, [(PartStep::Removed, it.clone()), (PartStep::Added, it), (PartStep::Changed, lessons.clone()), (PartStep::Added, lessons)]);

    // A note waits until its offering is there again.
    leads::change(&house.maya, house.lead, &form(&format!("offerings_sent=1&offerings={managed}"))).await.unwrap();
    assert!(parts::load(&house.maya, house.lead).await.unwrap().notes.is_empty());
    let gone = parts::change_offering_note(&house.maya, house.lead, training, &form("note=Never")).await;
    assert_eq!(error_at(gone, "note"), "This lead is not interested in that any more");
    leads::change(&house.maya, house.lead, &form(&format!("offerings_sent=1&offerings={managed}&offerings={training}"))).await.unwrap();
    assert_eq!(parts::load(&house.maya, house.lead).await.unwrap().notes[0].note, "At noon");
    assert!(is_absent(parts::change_offering_note(&house.ana, house.lead, training, &form("note=Mine")).await));
    let long = format!("note={}", "a".repeat(200_000));
    assert!(!error_at(parts::change_offering_note(&house.maya, house.lead, training, &form(&long)).await, "note").is_empty());
});

both_engines!(an_offering_that_is_a_good_is_told_from_a_service, |store| async move {
    let house = house(&store).await;
    let phone = configuration::add_choice(&house.ada, ChoiceList::Offering, &form("name=Desk+phone&is_goods=1")).await.unwrap();
    let firm = configuration::add_choice(&house.ada, ChoiceList::Competitor, &form("name=Globex&is_goods=1")).await.unwrap();
    let catalog = store.catalog().await.unwrap();
    assert!(catalog.choice(phone).unwrap().is_goods && !catalog.choice(firm).unwrap().is_goods);
    configuration::change_choice(&house.ada, ChoiceList::Offering, phone, &form("is_goods=")).await.unwrap();
    assert!(!store.catalog().await.unwrap().choice(phone).unwrap().is_goods);
});

both_engines!(competitors_come_from_a_list_and_go_and_come_back, |store| async move {
    let house = house(&store).await;
    let globex = configuration::add_choice(&house.ada, ChoiceList::Competitor, &form("name=Globex")).await.unwrap();
    let add = async |ctx: &Ctx, text: &str| parts::add_competitor(ctx, house.lead, &form(text)).await;
    assert_eq!(error_at(add(&house.maya, "competitor=").await, "competitor"), "Choose a competitor from the list");
    let source = store.catalog().await.unwrap().choice_named(ChoiceList::Source, "Web").unwrap().id;
    assert_eq!(error_at(add(&house.maya, &format!("competitor={source}")).await, "competitor"), "Choose a competitor from the list");
    assert_eq!(error_at(add(&house.maya, &format!("competitor={globex}&strength=huge")).await, "strength"), "Choose from the list");
    add(&house.maya, &format!("competitor={globex}&strength=stronger&note=Cheaper")).await.unwrap();
    assert_eq!(error_at(add(&house.martin, &format!("competitor={globex}")).await, "competitor"), "It stands here already; change it there");
    parts::change_competitor(&house.martin, house.lead, globex, &form("strength=weaker")).await.unwrap();
    let present = parts::load(&house.noor, house.lead).await.unwrap().competitors;
    assert_eq!((present.len(), present[0].strength.key(), present[0].note.as_str()), (1, "weaker", "Cheaper"));
    assert!(refusal(parts::remove_competitor(&house.noor, house.lead, globex).await).starts_with("Only its owner"));
    parts::remove_competitor(&house.maya, house.lead, globex).await.unwrap();
    parts::remove_competitor(&house.maya, house.lead, globex).await.unwrap();
    assert!(parts::load(&house.maya, house.lead).await.unwrap().competitors.is_empty());
    assert!(is_absent(parts::change_competitor(&house.maya, house.lead, globex, &form("strength=even")).await));
    parts::restore_competitor(&house.maya, house.lead, globex).await.unwrap();
    assert_eq!(parts::load(&house.maya, house.lead).await.unwrap().competitors, present);
    let told: Vec<_> = steps(&house.maya, house.lead).await.into_iter().map(|(_, step, _)| step).collect();
    assert_eq!(told, [PartStep::Restored, PartStep::Removed, PartStep::Changed, PartStep::Added]);
    let used = configuration::remove_choice(&house.ada, ChoiceList::Competitor, globex, &form("")).await;
    assert!(refusal(used).contains("Retire it"));
    assert!(is_absent(parts::remove_competitor(&house.ana, house.lead, globex).await));
});

both_engines!(help_is_asked_of_people_and_of_addresses_outside, |store| async move {
    let house = house(&store).await;
    let ask = async |ctx: &Ctx, text: &str| parts::ask_for_help(ctx, house.lead, &form(text), None).await;
    let noor = id_of(&house.noor);
    let id = ask(&house.maya, &format!("from=marketing&title=A+leaflet&person={noor}&due=2025-12-01")).await.unwrap();
    assert!(told(&house.noor).await.iter().any(|words| words.contains("Help with Jo")));
    let unseen = ask(&house.maya, &format!("from=marketing&title=A+leaflet&person={}", id_of(&house.ana))).await;
    assert_eq!(error_at(unseen, "person"), "They do not see this lead; put them on its team first");
    assert_eq!(error_at(ask(&house.maya, &format!("from=vendor&title=A&person={}", id_of(&house.maya))).await, "person"), "Ask somebody else");
    assert_eq!(error_at(ask(&house.maya, "from=vendor&title=A&address=a@b.example&due=2025-11-23").await, "due"), "This day is over already");
    assert!(is_absent(ask(&house.ana, "from=vendor&title=A&address=a@b.example").await));

    let once = Once { key: "once".to_owned(), digest: "same".to_owned() };
    let outside = form("from=vendor&title=A+price&details=For+ten&address=help@vendor.example");
    let first = parts::ask_for_help(&house.maya, house.lead, &outside, Some(&once)).await.unwrap();
    assert_eq!(parts::ask_for_help(&house.maya, house.lead, &outside, Some(&once)).await.unwrap(), first);
    let mails = outbox::list(&house.ada, None).await.unwrap().items;
    let mails: Vec<_> = mails.into_iter().filter(|mail| mail.subject.starts_with("A price (#")).collect();
    assert_eq!(mails.len(), 1, "one mail, though it was sent twice");
    let body = outbox::find(&house.ada, mails[0].id).await.unwrap().body;
    assert!(body.contains("For ten") && body.contains("maya@house.test") && !body.contains("Acme"), "{body}");

    let step = async |ctx: &Ctx, step: HelpStep, text: &str| parts::step_help(ctx, id, step, &form(text)).await;
    assert_eq!(error_at(step(&house.noor, HelpStep::Answer, "answer=").await, "answer"), "Write the answer");
    assert_eq!(step(&house.noor, HelpStep::Answer, "answer=Here+it+is").await.unwrap().state, HelpState::Answered);
    assert!(told(&house.maya).await.iter().any(|words| words.starts_with("Answered: help with Jo")));
    step(&house.maya, HelpStep::Close, "").await.unwrap();
    assert_eq!(refusal(step(&house.noor, HelpStep::Answer, "answer=More").await), "This request is closed; reopen it to answer");
    assert_eq!(step(&house.martin, HelpStep::Reopen, "").await.unwrap().state, HelpState::Answered);
    assert!(is_absent(step(&house.ana, HelpStep::Close, "").await) && is_absent(step(&house.dina, HelpStep::Close, "").await));
    let vendors = parts::step_help(&house.noor, first, HelpStep::Close, &form("")).await;
    assert!(refusal(vendors).starts_with("Only who asked"), "Noor sees it, and it is not hers");
    assert!(is_absent(parts::step_help(&house.maya, HelpRequestId(999), HelpStep::Close, &form("")).await));
    let help = parts::load(&house.maya, house.lead).await.unwrap().help;
    assert_eq!(help.iter().map(|request| request.id).collect::<Vec<_>>(), [first, id], "what waits comes first");
    leads::act(&house.maya, house.lead, LeadAction::Win, &form("")).await.unwrap();
    assert_eq!(refusal(ask(&house.maya, "from=vendor&title=A&address=a@b.example").await), "This lead is closed; reopen it to ask for help");
});

both_engines!(documents_are_kept_as_they_came_for_who_sees_the_lead, |store| async move {
    let house = house(&store).await;
    let add =
        async |ctx: &Ctx, name: &str, bytes: &[u8]| parts::add_document(ctx, house.lead, Upload { name, for_customer: false, bytes }, None).await;
    let pdf = b"%PDF-1.7\0\xff and more";
    let id = add(&house.maya, "C:\\offers\\offer.pdf", pdf).await.unwrap();
    let (document, bytes) = parts::document_content(&house.noor, id).await.unwrap();
    assert_eq!((document.name.as_str(), document.kind, document.size, bytes.as_slice()), ("offer.pdf", DocumentKind::Pdf, 19, &pdf[..]));
    assert!(error_at(add(&house.maya, "offer.pdf", b"<script>").await, "document").contains("something else"));
    assert_eq!(error_at(add(&house.maya, "", b"").await, "document"), "Choose a file");
    assert!(error_at(add(&house.maya, "a.txt", &vec![b'a'; SIZE_MOST + 1]).await, "document").contains("10 MB"));
    assert!(is_absent(add(&house.ana, "a.txt", b"a").await) && is_absent(parts::require_add_document(&house.dina, house.lead).await));
    assert!(is_absent(parts::document_content(&house.ana, id).await) && is_absent(parts::document_content(&house.ada, DocumentId(99)).await));

    assert!(refusal(parts::remove_document(&house.noor, id).await).starts_with("Only who added"));
    assert!(parts::change_document(&house.martin, id, &form("for_customer=1")).await.unwrap().for_customer);
    parts::remove_document(&house.maya, id).await.unwrap();
    assert!(is_absent(parts::document_content(&house.maya, id).await) && parts::load(&house.maya, house.lead).await.unwrap().documents.is_empty());
    assert!(is_absent(parts::change_document(&house.maya, id, &form("for_customer=")).await));
    parts::restore_document(&house.maya, id).await.unwrap();
    let documents = parts::load(&house.maya, house.lead).await.unwrap().documents;
    assert_eq!((documents.len(), documents[0].for_customer), (1, true));
    let told: Vec<_> = steps(&house.maya, house.lead).await.into_iter().map(|(_, step, _)| step).collect();
    assert_eq!(told, [PartStep::Restored, PartStep::Removed, PartStep::Changed, PartStep::Added]);
});

both_engines!(a_won_lead_shows_the_account_and_still_takes_documents, |store| async move {
    let house = house(&store).await;
    assert_eq!(parts::load(&house.maya, house.lead).await.unwrap().account, None);
    leads::act(&house.maya, house.lead, LeadAction::Win, &form("")).await.unwrap();
    let account = parts::load(&house.maya, house.lead).await.unwrap().account.expect("the account");
    assert_eq!(account.name, "Acme");
    parts::add_document(&house.maya, house.lead, Upload { name: "contract.txt", for_customer: true, bytes: b"signed" }, None).await.unwrap();
    assert!(is_absent(parts::load(&house.ana, house.lead).await));
});
