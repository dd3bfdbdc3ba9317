//! Leads as people work them, on both engines, with a clock that stands still.

use domain::event::{Arrival, Subject};
use domain::lead_filter::Facet;
use domain::lead_views::{Counters, Total};
use domain::{
    AccountKind, Actor, ChoiceList, EmailAddress, EventKind, FormValues, GroupId, Lead, LeadAction, LeadCell, LeadField, LeadFilter, LeadId,
    LeadState, LeadView, LifeCycle, ListView, Role, Timestamp, UserId,
};
use service::leads::{self, PageOf};
use service::seed::seed_defaults;
use service::{Clock, Ctx, ServiceError, accounts, contacts};
use store::events::NewEvent;
use store::people::NewUser;
use store::{Engine, Sql, Store, both_engines};

macro_rules! assert_error {
    ($result:expr, $pattern:pat) => {
        let result = $result;
        assert!(matches!(result, Err($pattern)), "{result:?}");
    };
}

/// Two regions with their people, and those who belong to none.
struct House {
    /// Nobody in particular.
    public: Ctx,
    /// Reps in the North.
    maya: Ctx,
    noor: Ctx,
    /// Rep in the South.
    ana: Ctx,
    /// Manages the North.
    martin: Ctx,
    ines: Ctx,
    ada: Ctx,
    dora: Ctx,
}

/// A site with its defaults, at 24 November 2025, 16:00.
async fn house(store: &Store) -> House {
    let public = Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000)));
    seed_defaults(&public).await.unwrap();
    let maya = add_person(&public, "Maya Lind", Role::Rep).await;
    let noor = add_person(&public, "Noor Haddad", Role::Rep).await;
    let ana = add_person(&public, "Ana Reyes", Role::Rep).await;
    let martin = add_person(&public, "Martin North", Role::Manager).await;
    let ines = add_person(&public, "Ines Intake", Role::Intake).await;
    let ada = add_person(&public, "Ada Admin", Role::Administrator).await;
    let dora = add_person(&public, "Dora Dist", Role::Distributor).await;
    let mut tx = store.begin().await.unwrap();
    let north = tx.people().add_group("North", "", Some(martin)).await.unwrap();
    let south = tx.people().add_group("South", "", None).await.unwrap();
    tx.people().change_members(north, &[maya, noor]).await.unwrap();
    tx.people().change_members(south, &[ana]).await.unwrap();
    // As the people's own service does, so that the catalog in memory is read again.
    let kind = EventKind::RecordAdded { name: "the house".to_owned() };
    let event =
        NewEvent { at: public.now(), actor: None, subject: Subject::Catalog, subject_id: 0, lead: None, version: 0, kind, before: None, after: None };
    tx.events().record(event).await.unwrap();
    tx.save().await.unwrap();
    House {
        maya: signed_in(&public, maya).await,
        noor: signed_in(&public, noor).await,
        ana: signed_in(&public, ana).await,
        martin: signed_in(&public, martin).await,
        ines: signed_in(&public, ines).await,
        ada: signed_in(&public, ada).await,
        dora: signed_in(&public, dora).await,
        public,
    }
}

async fn add_person(ctx: &Ctx, name: &str, role: Role) -> UserId {
    let mut tx = ctx.store.begin().await.unwrap();
    let email = EmailAddress::parse(&format!("{}@house.test", name.to_lowercase().replace(' ', "."))).unwrap();
    let new = NewUser { email, name: name.to_owned(), role, password_hash: String::new(), account: None, at: ctx.now() };
    let id = tx.people().add(new).await.unwrap();
    tx.save().await.unwrap();
    id
}

async fn signed_in(ctx: &Ctx, id: UserId) -> Ctx {
    let actor: Actor = ctx.store.read().await.unwrap().people().load_actor(id).await.unwrap().expect("just added");
    ctx.acting_as(actor)
}

fn id_of(ctx: &Ctx) -> UserId {
    ctx.actor().unwrap().id
}

fn form(query: &str) -> FormValues {
    FormValues::decode(query.as_bytes())
}

async fn add(ctx: &Ctx, query: &str) -> LeadId {
    leads::add(ctx, &form(query)).await.unwrap()
}

async fn change(ctx: &Ctx, id: LeadId, query: &str) -> Result<leads::Changed, ServiceError> {
    leads::change(ctx, id, &form(query)).await
}

async fn act(ctx: &Ctx, id: LeadId, action: LeadAction) {
    leads::act(ctx, id, action, &form("reason=Price")).await.unwrap();
}

/// The lead whole, whoever may see it.
async fn lead(ctx: &Ctx, id: LeadId) -> Lead {
    ctx.store.read().await.unwrap().leads().find_visible(id, &domain::Scope::All).await.unwrap().expect("the lead")
}

async fn kinds(ctx: &Ctx, id: LeadId) -> Vec<EventKind> {
    leads::find(ctx, id).await.unwrap().timeline.into_iter().map(|event| event.kind).collect()
}

async fn status_name(ctx: &Ctx, id: LeadId) -> String {
    let status = lead(ctx, id).await.status;
    ctx.store.catalog().await.unwrap().status(status).unwrap().name.clone()
}

async fn choice_names(ctx: &Ctx, ids: impl IntoIterator<Item = Option<domain::ChoiceId>>) -> Vec<String> {
    let catalog = ctx.store.catalog().await.unwrap();
    ids.into_iter().map(|id| id.map_or_else(String::new, |id| catalog.choice_name(id))).collect()
}

async fn group(ctx: &Ctx, name: &str) -> GroupId {
    ctx.store.catalog().await.unwrap().groups.iter().find(|group| group.name == name).unwrap().id
}

fn error_at<T: std::fmt::Debug>(result: Result<T, ServiceError>, field: &str) -> String {
    match result {
        Err(ServiceError::Invalid(errors)) => errors.get(field).unwrap_or_else(|| panic!("no error at {field}: {errors:?}")).to_owned(),
        other => panic!("not invalid: {other:?}"),
    }
}

fn sentence<T: std::fmt::Debug>(result: Result<T, ServiceError>) -> String {
    match result {
        Err(ServiceError::Refused(sentence) | ServiceError::Forbidden(sentence)) => sentence,
        other => panic!("not refused: {other:?}"),
    }
}

// Adding.

both_engines!(a_new_lead_has_the_defaults_of_its_type, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=+Jo++Field+&company=Acme").await;
    let found = leads::find(&house.maya, id).await.unwrap();
    let new = &found.lead;
    assert_eq!((new.full_name.as_str(), new.account.name.as_str(), new.version, &new.state), ("Jo Field", "Acme", 1, &LeadState::Pending));
    assert_eq!((new.owner, new.group, new.created_by), (Some(id_of(&house.maya)), Some(group(&house.maya, "North").await), new.owner));
    assert_eq!((new.currency.as_str(), new.created_at, new.status_since), ("GBP", house.maya.now(), house.maya.now()));
    assert_eq!(status_name(&house.maya, id).await, "New enquiry");
    assert_eq!(choice_names(&house.maya, [new.category, new.priority, new.importance, new.source]).await, ["Prospect", "Normal", "Medium", ""]);
    assert_eq!(kinds(&house.maya, id).await, [EventKind::LeadAdded { by: Arrival::ByHand }]);
    let renewal = add(&house.maya, "full_name=Jo&type=renewal&priority=").await;
    assert_eq!(status_name(&house.maya, renewal).await, "New");
    let renewal = lead(&house.maya, renewal).await;
    assert_eq!(choice_names(&house.maya, [renewal.category, renewal.priority]).await, ["Customer", "Normal"]);
});

both_engines!(who_adds_a_lead_owns_it_unless_they_take_it_down_for_others, |store| async move {
    let house = house(&store).await;
    let by_intake = add(&house.ines, "full_name=Jo").await;
    let by_manager = add(&house.martin, "full_name=Jo").await;
    let for_nobody = add(&house.maya, "full_name=Jo&owner=").await;
    let for_ana = add(&house.maya, "full_name=Jo&owner=ana.reyes%40house.test&group=South").await;
    assert_eq!((lead(&house.ada, by_intake).await.owner, lead(&house.ada, by_intake).await.group), (None, None));
    assert_eq!(lead(&house.ada, by_manager).await.owner, Some(id_of(&house.martin)));
    assert_eq!((lead(&house.ada, for_nobody).await.owner, lead(&house.ada, for_nobody).await.group), (None, Some(group(&house.ada, "North").await)));
    let for_ana = lead(&house.ada, for_ana).await;
    assert_eq!((for_ana.owner, for_ana.group), (Some(id_of(&house.ana)), Some(group(&house.ada, "South").await)));
});

both_engines!(a_known_company_is_not_made_a_second_account, |store| async move {
    let house = house(&store).await;
    let first = add(&house.maya, "full_name=Jo&company=Acme").await;
    let again = add(&house.ana, "full_name=Zoe&company=+ACME+").await;
    let private = add(&house.ines, "full_name=Jo+Field").await;
    let (first, again, private) = (lead(&house.ada, first).await, lead(&house.ada, again).await, lead(&house.ada, private).await);
    assert_eq!(first.account, again.account);
    assert_ne!(first.contact, again.contact);
    let account = accounts::find_account(&house.ada, first.account.id).await.unwrap();
    assert_eq!((account.kinds, account.primary_rep), (vec![AccountKind::Prospect], Some(id_of(&house.maya))));
    assert_eq!(accounts::account_timeline(&house.ada, first.account.id).await.unwrap().len(), 1);
    let own = accounts::find_account(&house.ada, private.account.id).await.unwrap();
    assert_eq!((own.name.as_str(), own.primary_rep), ("Jo Field", None));
});

both_engines!(a_new_company_that_two_name_at_once_is_one_account, |store| async move {
    let house = house(&store).await;
    let (one, two) = tokio::join!(add(&house.maya, "full_name=Jo&company=Acme"), add(&house.ana, "full_name=Zoe&company=acme"));
    assert_eq!(lead(&house.ada, one).await.account, lead(&house.ada, two).await.account);
});

both_engines!(a_renamed_company_s_leads_are_found_by_its_new_name, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo+Field&company=Acme").await;
    let account = lead(&house.ada, id).await.account.id;
    accounts::change_account(&house.ada, account, &FormValues::decode(b"version=1&name=Harbour+Dental")).await.unwrap();
    let found = async |query: &str| {
        let filter = LeadFilter { query: query.to_owned(), ..LeadFilter::default() };
        leads::list(&house.maya, &filter, &PageOf::default()).await.unwrap().rows.len()
    };
    assert_eq!((found("jo harb").await, found("acme").await), (1, 0));
});

both_engines!(a_contact_is_known_by_their_address_at_the_same_company, |store| async move {
    let house = house(&store).await;
    let first = add(&house.maya, "full_name=Jo&company=Acme&emails=jo%40acme.test&phones=0161+496+0123").await;
    let again = add(&house.maya, "full_name=Jo+F&company=acme&emails=JO%40acme.test,+field%40acme.test&phones=%2B441614960123,020+7946+0102").await;
    let elsewhere = add(&house.maya, "full_name=Jo&company=Other&emails=jo%40acme.test").await;
    let (first, again, elsewhere) = (lead(&house.ada, first).await, lead(&house.ada, again).await, lead(&house.ada, elsewhere).await);
    assert_eq!(first.contact, again.contact);
    assert_ne!(first.contact, elsewhere.contact);
    let contact = contacts::find_contact(&house.ada, first.contact).await.unwrap();
    assert_eq!(contact.phones.iter().map(domain::Phone::display).collect::<Vec<_>>(), ["+441614960123", "+442079460102"]);
    assert_eq!(contact.emails.iter().map(EmailAddress::as_str).collect::<Vec<_>>(), ["jo@acme.test", "field@acme.test"]);
    assert_eq!((&again.phones, &first.emails, again.full_name.as_str()), (&contact.phones, &contact.emails, "Jo F"));
    let found = leads::list(&house.maya, &LeadFilter::from_query("q=020+7946+0102"), &PageOf::default()).await.unwrap();
    assert_eq!(found.rows.len(), 2);
});

both_engines!(a_lead_comes_with_an_opportunity_at_the_first_stage, |store| async move {
    let house = house(&store).await;
    let query = "full_name=Jo&company=Acme&target_amount=12,500&probability=40&expected=2026-02-28&offerings=Training&offerings=Managed+IT";
    let id = add(&house.maya, query).await;
    let found = leads::find(&house.maya, id).await.unwrap();
    let [deal] = found.opportunities.as_slice() else { panic!("{:?}", found.opportunities) };
    assert_eq!(choice_names(&house.maya, [Some(deal.stage)]).await, ["01-Suspect"]);
    assert_eq!((deal.lead, deal.account, deal.name.as_str()), (id, found.lead.account.id, "Acme – Managed IT"));
    assert_eq!((deal.amount_minor, deal.probability, deal.close_at), (Some(1_250_000), Some(40), Timestamp::parse_day("2026-02-28")));
    let plain = add(&house.maya, "full_name=Jo&company=Acme").await;
    let deal = leads::find(&house.maya, plain).await.unwrap().opportunities.remove(0);
    assert_eq!((deal.name.as_str(), deal.amount_minor), ("Acme – enquiry", None));
});

both_engines!(numbers_are_understood_and_kept_as_typed, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo&phones=0161+496+0123,+%2B1+(212)+555-0142;+123").await;
    let phones = lead(&house.maya, id).await.phones;
    let read: Vec<_> = phones.iter().map(|phone| (phone.raw.as_str(), phone.e164.as_deref())).collect();
    assert_eq!(read, [("0161 496 0123", Some("+441614960123")), ("+1 (212) 555-0142", Some("+12125550142")), ("123", None)]);
});

both_engines!(what_is_wrong_with_a_new_lead_is_said_at_its_fields, |store| async move {
    let house = house(&store).await;
    let wrong =
        leads::add(&house.maya, &form("type=Gift&phones=call+me&emails=jo&score=high&owner=Dora+Dist&source=Moon&status=1&company=%00")).await;
    let Err(ServiceError::Invalid(errors)) = wrong else { panic!("{wrong:?}") };
    let fields: Vec<&str> = errors.0.keys().map(String::as_str).collect();
    assert_eq!(fields, ["company", "emails", "full_name", "owner", "phones", "score", "source", "type"]);
    assert_eq!(error_at(leads::add(&house.maya, &form("full_name=+")).await, "full_name"), "Enter a name");
    let catalog = store.catalog().await.unwrap();
    let won = catalog.statuses.iter().find(|status| status.state == LifeCycle::Won).unwrap().id;
    let wrong = leads::add(&house.maya, &form(&format!("full_name=Jo&status={won}"))).await;
    assert_eq!(error_at(wrong, "status"), "A new lead cannot start as “Won”");
    let rows =
        store.read().await.unwrap().row(Sql::new("select (select count(*) from lead) + (select count(*) from account) as made")).await.unwrap();
    assert_eq!(rows.unwrap().int("made").unwrap(), 0);
});

both_engines!(a_new_lead_may_start_in_any_open_status, |store| async move {
    let house = house(&store).await;
    let catalog = store.catalog().await.unwrap();
    let proposal = catalog.statuses.iter().find(|status| status.name == "Proposal").unwrap().id;
    let id = add(&house.maya, &format!("full_name=Jo&status={proposal}")).await;
    assert_eq!((lead(&house.maya, id).await.state, status_name(&house.maya, id).await.as_str()), (LeadState::InProgress, "Proposal"));
});

both_engines!(only_people_of_the_house_add_leads, |store| async move {
    let house = house(&store).await;
    assert_error!(leads::add(&house.dora, &form("full_name=Jo")).await, ServiceError::Forbidden(_));
    assert_error!(leads::add(&house.public, &form("full_name=Jo")).await, ServiceError::SignInRequired);
});

// Changing.

both_engines!(a_change_is_saved_with_its_history, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo&company=Acme").await;
    house.maya.clock.advance_ms(60_000);
    let changed = change(&house.maya, id, "version=1&score=70&city=+Hull+&owner=Noor+Haddad").await.unwrap();
    assert_eq!(changed.lead.version, 2);
    let shown: Vec<_> = changed.changes.iter().map(|change| (change.field, change.old.as_str(), change.new.as_str())).collect();
    assert_eq!(shown, [(LeadField::Owner, "Maya Lind", "Noor Haddad"), (LeadField::Score, "0", "70"), (LeadField::City, "", "Hull")]);
    let now = lead(&house.maya, id).await;
    assert_eq!((now.version, now.score, now.address.city.as_str(), now.updated_at), (2, 70, "Hull", house.maya.now()));
    assert_eq!(kinds(&house.maya, id).await[0], EventKind::FieldsChanged { changes: changed.changes });
});

both_engines!(a_change_takes_few_statements, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo&company=Acme&tags=vip").await;
    let token = service::tokens::cli_add_token(&house.public, "maya.lind@house.test", "test", domain::TokenScope::Write, None).await.unwrap();
    service::tokens::find_caller(&house.public, &token).await.unwrap();
    let before = store.statements();
    let caller = service::tokens::find_caller(&house.public, &token).await.unwrap().expect("a caller");
    assert_eq!(store.statements() - before, 1);
    let maya = Ctx { catalog_version: Some(caller.catalog_version), ..house.public.acting_as(caller.actor) };
    maya.catalog().await.unwrap();
    let before = store.statements();
    let changed = change(&maya, id, "version=1&score=70").await.unwrap();
    // The transaction's two; the lead, its contact's numbers and its parts; its row, the event's number, the event. Other
    // processes wait and are told on Postgres.
    assert_eq!(store.statements() - before, if store.engine() == Engine::Postgres { 10 } else { 8 });
    assert_eq!(changed.lead, lead(&maya, id).await);
    let changed = change(&maya, id, "version=2&phones=0161+496+0123&offerings=Training&offerings=Managed+IT&tags=z,+a").await.unwrap();
    assert_eq!(changed.lead, lead(&maya, id).await);
});

both_engines!(a_list_reads_each_lead_once, |store| async move {
    let house = house(&store).await;
    for name in ["Jo", "Ann", "Kim"] {
        add(&house.maya, &format!("full_name={name}&company=Acme&tags=vip&city=Leeds")).await;
    }
    let ada = Ctx { catalog_version: Some(1), ..house.ada.clone() };
    ada.catalog().await.unwrap();
    let page = PageOf { limit: Some(2), ..PageOf::default() };
    let before = store.statements();
    let whole = leads::list_whole(&ada, &LeadFilter::from_query("view=all"), &page).await.unwrap();
    // The transaction's two; the page, its contacts' numbers and its leads' parts.
    assert_eq!(store.statements() - before, 5);
    for found in &whole.leads {
        assert_eq!(*found, lead(&ada, found.id).await);
    }
    let shown = |query: &str| ListView::from_query(query);
    let before = store.statements();
    let plain = leads::list_shown(&ada, &shown("view=all"), &page).await.unwrap();
    // The page, and how many there are.
    assert_eq!(store.statements() - before, 2);
    let before = store.statements();
    let mut more = leads::list_shown(&ada, &shown("view=all&columns=number,city"), &page).await.unwrap();
    // As for whole leads, and how many there are.
    assert_eq!(store.statements() - before, 6);
    assert_eq!(more.rows[0].cells, [LeadCell::Text("Leeds".to_owned())]);
    more.rows.iter_mut().for_each(|row| row.cells.clear());
    assert_eq!((more.rows, &more.next, more.total), (plain.rows, &plain.next, plain.total));
    assert_eq!(more.next, whole.next);
});

/// Every field of a lead as its form sends it.
fn whole_form(lead: &Lead) -> String {
    let mut out = form_urlencoded(&[("version".to_owned(), lead.version.to_string())]);
    for field in LeadField::ALL {
        let values = field.value(lead).typed(&lead.currency);
        out.push_str(&format!("&{}_sent=1", field.key()));
        for value in values {
            out.push('&');
            out.push_str(&form_urlencoded(&[(field.key().to_owned(), value)]));
        }
    }
    out
}

fn form_urlencoded(pairs: &[(String, String)]) -> String {
    let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    pairs.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&")
}

both_engines!(a_form_sent_back_as_it_was_read_changes_nothing, |store| async move {
    let house = house(&store).await;
    let query = "full_name=Jo&company=Acme&phones=0161+496+0123,123&emails=jo%40acme.test&team=Ana+Reyes&team=Noor+Haddad&offerings=Training\
                 &offerings=Managed+IT&target_amount=99.50&probability=0&expected=2026-02-28&message=One%0D%0Atwo&source=Web&street=1+Quay";
    let id = add(&house.maya, query).await;
    let before = lead(&house.maya, id).await;
    let changed = change(&house.maya, id, &whole_form(&before)).await.unwrap();
    assert_eq!((changed.lead.version, changed.changes), (1, vec![]));
    assert_eq!((lead(&house.maya, id).await, kinds(&house.maya, id).await.len()), (before, 1));
});

both_engines!(two_people_change_different_fields_and_both_survive, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo&city=Hull&team=Noor+Haddad").await;
    let read = lead(&house.maya, id).await;
    let hers = whole_form(&Lead { score: 80, ..read.clone() });
    let mut other = read.clone();
    other.address.city = "Leeds".to_owned();
    change(&house.noor, id, &whole_form(&other)).await.unwrap();
    let changed = change(&house.maya, id, &hers).await.unwrap();
    assert_eq!(changed.changes.iter().map(|change| change.field).collect::<Vec<_>>(), [LeadField::Score]);
    let now = lead(&house.maya, id).await;
    assert_eq!((now.version, now.score, now.address.city.as_str()), (3, 80, "Leeds"));
});

both_engines!(at_the_same_moment_too, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo&team=Noor+Haddad").await;
    let (one, two) = tokio::join!(change(&house.maya, id, "version=1&score=80"), change(&house.noor, id, "version=1&city=Leeds"));
    assert!(one.is_ok() && two.is_ok(), "{one:?} {two:?}");
    let now = lead(&house.maya, id).await;
    assert_eq!((now.version, now.score, now.address.city.as_str()), (3, 80, "Leeds"));
});

both_engines!(two_people_who_change_the_same_field_see_both_values, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo&city=Hull&team=Noor+Haddad").await;
    house.maya.clock.advance_ms(60_000);
    change(&house.noor, id, "version=1&city=Leeds").await.unwrap();
    let before = lead(&house.maya, id).await;
    let result = change(&house.maya, id, "version=1&city=York&score=80").await;
    let Err(ServiceError::Conflict(conflicts)) = result else { panic!("{result:?}") };
    let [conflict] = conflicts.as_slice() else { panic!("{conflicts:?}") };
    assert_eq!((conflict.change.field, conflict.change.old.as_str(), conflict.change.new.as_str()), (LeadField::City, "Leeds", "York"));
    assert_eq!((conflict.by.as_str(), conflict.at, conflict.version), ("Noor Haddad", house.maya.now(), 2));
    assert_eq!(conflict.theirs, ["Leeds"]);
    assert_eq!(lead(&house.maya, id).await, before, "nothing is saved, the score neither");
    change(&house.maya, id, "version=2&city=York&score=80").await.unwrap();
    let now = lead(&house.maya, id).await;
    assert_eq!((now.address.city.as_str(), now.score), ("York", 80));
});

both_engines!(the_same_value_and_one_s_own_earlier_change_are_no_conflict, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo&city=Hull&team=Noor+Haddad").await;
    change(&house.noor, id, "version=1&city=Leeds").await.unwrap();
    assert_eq!(change(&house.maya, id, "version=1&city=Leeds").await.unwrap().changes, []);
    change(&house.maya, id, "version=2&score=1").await.unwrap();
    change(&house.maya, id, "version=2&score=2").await.unwrap();
    assert_eq!(lead(&house.maya, id).await.score, 2);
});

both_engines!(what_an_action_changed_meanwhile_is_seen_too, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo&owner=").await;
    let read = lead(&house.maya, id).await;
    act(&house.noor, id, LeadAction::Accept).await;
    act(&house.noor, id, LeadAction::Start).await;
    let martin = format!("version=1&owner={}", id_of(&house.martin));
    let result = change(&house.martin, id, &martin).await;
    let Err(ServiceError::Conflict(conflicts)) = result else { panic!("{result:?}") };
    assert_eq!(
        (conflicts[0].change.field, conflicts[0].change.old.as_str(), conflicts[0].by.as_str()),
        (LeadField::Owner, "Noor Haddad", "Noor Haddad")
    );
    // Owner and status are sent as they were read, so they stay as they are now.
    change(&house.martin, id, &whole_form(&Lead { score: 5, ..read })).await.unwrap();
    let now = lead(&house.maya, id).await;
    assert_eq!((now.owner, now.state, now.score), (Some(id_of(&house.noor)), LeadState::InProgress, 5));
});

both_engines!(a_status_of_another_state_is_refused_at_its_field, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo").await;
    let catalog = store.catalog().await.unwrap();
    let status = |name: &str| catalog.statuses.iter().find(|status| status.name == name).unwrap().id;
    let result = change(&house.maya, id, &format!("version=1&status={}&score=5", status("Qualification"))).await;
    assert_eq!(error_at(result, "status"), "“Qualification” is another state; use “Start work”");
    assert_eq!(lead(&house.maya, id).await.score, 0);
    change(&house.maya, id, &format!("version=1&status={}", status("Contacting"))).await.unwrap();
    assert_eq!(status_name(&house.maya, id).await, "Contacting");
});

both_engines!(a_closed_lead_is_not_changed, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo").await;
    act(&house.maya, id, LeadAction::Win).await;
    let before = lead(&house.maya, id).await;
    assert_eq!(sentence(change(&house.maya, id, "version=2&score=5").await), "This lead is closed; reopen it to change it");
    assert_eq!(lead(&house.maya, id).await, before);
});

both_engines!(a_change_is_refused_with_a_sentence_or_as_unknown, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo").await;
    assert_eq!(sentence(change(&house.noor, id, "score=5").await), "Only its owner, its team and managers can change this lead");
    assert_error!(change(&house.ana, id, "score=5").await, ServiceError::NotFound);
    assert_error!(change(&house.dora, id, "score=5").await, ServiceError::NotFound);
    assert_error!(change(&house.ada, LeadId(99), "score=5").await, ServiceError::NotFound);
    assert_error!(change(&house.public, id, "score=5").await, ServiceError::SignInRequired);
    error_at(change(&house.maya, id, "version=first&score=5").await, "version");
    assert_eq!(error_at(change(&house.maya, id, "full_name=&score=5").await, "full_name"), "Enter a name");
    assert_eq!(lead(&house.maya, id).await.version, 1);
});

both_engines!(being_assigned_gives_the_right_to_edit, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo").await;
    change(&house.maya, id, "team=Noor+Haddad").await.unwrap();
    change(&house.noor, id, "score=5").await.unwrap();
    change(&house.martin, id, "owner=Ana+Reyes").await.unwrap();
    change(&house.ana, id, "score=6").await.unwrap();
    assert_error!(change(&house.maya, id, "score=7").await, ServiceError::Forbidden(_));
    assert!(leads::find(&house.ana, id).await.unwrap().rights.edit);
    assert!(!leads::find(&house.maya, id).await.unwrap().rights.edit);
});

both_engines!(the_person_of_a_lead_is_a_contact_with_other_leads, |store| async move {
    let house = house(&store).await;
    let first = add(&house.maya, "full_name=Jo&company=Acme&emails=jo%40acme.test&phones=123").await;
    let other = add(&house.maya, "full_name=Jo&company=Acme&emails=jo%40acme.test").await;
    let changed = change(&house.maya, first, "version=1&full_name=Joan&phones=0161+496+0123&emails=joan%40acme.test").await.unwrap();
    assert_eq!(changed.lead.version, 2);
    let (first, other) = (lead(&house.maya, first).await, lead(&house.maya, other).await);
    assert_eq!((first.version, other.phones, other.emails), (2, first.phones.clone(), first.emails.clone()));
    let contact = contacts::find_contact(&house.maya, first.contact).await.unwrap();
    assert_eq!((contact.full_name.as_str(), &contact.phones), ("Joan", &first.phones));
    let history = contacts::contact_timeline(&house.maya, first.contact).await.unwrap();
    assert_eq!((history[0].version, history[0].actor), (contact.version, Some(id_of(&house.maya))));
    for query in ["joan", "0161+496"] {
        let rows = leads::list(&house.maya, &LeadFilter::from_query(&format!("q={query}")), &PageOf::default()).await.unwrap().rows;
        assert_eq!(rows.iter().map(|row| row.phone.as_str()).collect::<Vec<_>>(), ["+441614960123"; 2], "{query}");
    }
});

// Actions.

both_engines!(of_two_who_accept_at_once_exactly_one_gets_it, |store| async move {
    let house = house(&store).await;
    for round in 0..5 {
        let id = add(&house.maya, "full_name=Jo&owner=").await;
        let nothing = FormValues::default();
        let (one, two) =
            tokio::join!(leads::act(&house.maya, id, LeadAction::Accept, &nothing), leads::act(&house.noor, id, LeadAction::Accept, &nothing));
        let winner = if one.is_ok() { &house.maya } else { &house.noor };
        assert!(one.is_ok() != two.is_ok(), "round {round}: {one:?} {two:?}");
        sentence(one.and(two));
        let now = lead(&house.ada, id).await;
        assert_eq!((now.owner, now.version, kinds(&house.maya, id).await.len()), (Some(id_of(winner)), 2, 2));
    }
});

both_engines!(an_action_is_recorded_with_its_statuses_and_reason, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo").await;
    act(&house.maya, id, LeadAction::Start).await;
    house.maya.clock.advance_ms(60_000);
    leads::act(&house.maya, id, LeadAction::Lose, &form("reason=no+BUDGET")).await.unwrap();
    let lost = lead(&house.maya, id).await;
    assert_eq!((lost.state.closed_at(), lost.updated_at), (Some(house.maya.now()), house.maya.now()));
    assert_eq!(choice_names(&house.maya, [lost.state.lost_reason()]).await, ["No budget"]);
    let moved = |action, from: &str, to: &str, reason: &str| EventKind::LeadMoved {
        action,
        from: from.to_owned(),
        to: to.to_owned(),
        reason: reason.to_owned(),
    };
    let timeline = kinds(&house.maya, id).await;
    assert_eq!(
        timeline[..2],
        [moved(LeadAction::Lose, "Qualification", "Lost", "No budget"), moved(LeadAction::Start, "New enquiry", "Qualification", "")]
    );
    act(&house.maya, id, LeadAction::Reopen).await;
    assert_eq!((status_name(&house.maya, id).await.as_str(), lead(&house.maya, id).await.state), ("Qualification", LeadState::InProgress));
    let reason = store.catalog().await.unwrap().choice_named(ChoiceList::LostReason, "Price").unwrap().id;
    leads::act(&house.maya, id, LeadAction::Lose, &form(&format!("reason={reason}"))).await.unwrap();
    assert_eq!(lead(&house.maya, id).await.state.lost_reason(), Some(reason));
});

both_engines!(losing_needs_a_reason_from_the_list, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo").await;
    let mut tx = store.begin().await.unwrap();
    tx.run(Sql::new("update choice set retired_at = 1 where name = 'Price'")).await.unwrap();
    tx.take_numbers("catalog", 1).await.unwrap();
    tx.save().await.unwrap();
    let lose = async |query: &str| error_at(leads::act(&house.maya, id, LeadAction::Lose, &form(query)).await, "reason");
    assert_eq!(lose("").await, "Choose why the lead was lost");
    assert_eq!(lose("reason=Moon").await, "Choose a reason from the list");
    assert_eq!(lose("reason=Web").await, "Choose a reason from the list");
    assert_eq!(lose("reason=Price").await, "Choose a reason from the list");
    assert_eq!(lead(&house.maya, id).await.version, 1);
});

both_engines!(an_action_that_does_not_fit_is_refused_with_its_sentence, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo").await;
    let refused = async |action| sentence(leads::act(&house.maya, id, action, &form("reason=Price")).await);
    assert_eq!(refused(LeadAction::Accept).await, "This lead already has an owner");
    assert_eq!(refused(LeadAction::Reopen).await, "This lead is open already");
    assert_eq!(refused(LeadAction::Restore).await, "This lead is not deleted");
    act(&house.maya, id, LeadAction::Win).await;
    for action in [LeadAction::Start, LeadAction::Win, LeadAction::Lose, LeadAction::Cancel] {
        assert_eq!(refused(action).await, "This lead is closed; reopen it first");
    }
    act(&house.maya, id, LeadAction::Delete).await;
    assert_eq!(refused(LeadAction::Reopen).await, "This lead is deleted; restore it first");
    act(&house.maya, id, LeadAction::Restore).await;
    assert_eq!(lead(&house.maya, id).await.state.life_cycle(), LifeCycle::Won);
});

both_engines!(an_action_is_for_those_who_work_the_lead, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo").await;
    let nothing = FormValues::default();
    assert_eq!(sentence(leads::act(&house.noor, id, LeadAction::Win, &nothing).await), "Only its owner, its team and managers can change this lead");
    let deleting = leads::act(&house.noor, id, LeadAction::Delete, &nothing).await;
    assert_eq!(sentence(deleting), "Only its owner, a manager of its group or an administrator can do this");
    assert_error!(leads::act(&house.ana, id, LeadAction::Win, &nothing).await, ServiceError::NotFound);
    assert_error!(leads::act(&house.ada, LeadId(99), LeadAction::Win, &nothing).await, ServiceError::NotFound);
    assert_error!(leads::act(&house.public, id, LeadAction::Win, &nothing).await, ServiceError::SignInRequired);
    assert_eq!(lead(&house.maya, id).await.version, 1);
    leads::act(&house.martin, id, LeadAction::Win, &nothing).await.unwrap();
});

both_engines!(the_page_offers_the_actions_that_may_be_done, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo&owner=").await;
    let offered = async |ctx: &Ctx| leads::find(ctx, id).await.unwrap().rights.actions;
    use LeadAction::{Accept, Cancel, Delete, Lose, Reopen, Restore, Start, Win};
    assert_eq!(offered(&house.noor).await, [Accept, Start, Win, Lose, Cancel]);
    act(&house.maya, id, LeadAction::Accept).await;
    assert_eq!(offered(&house.maya).await, [Start, Win, Lose, Cancel, Delete]);
    assert_eq!(offered(&house.noor).await, []);
    act(&house.maya, id, LeadAction::Win).await;
    assert_eq!(offered(&house.maya).await, [Reopen, Delete]);
    act(&house.maya, id, LeadAction::Delete).await;
    assert_eq!(offered(&house.martin).await, [Restore]);
});

// Comments and notes.

both_engines!(comments_and_notes_stay_possible_on_closed_leads, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo").await;
    act(&house.maya, id, LeadAction::Win).await;
    leads::comment(&house.noor, id, &form("text=+Called%0D%0Atwice+&icon=phone&tone=green")).await.unwrap();
    leads::comment(&house.noor, id, &form("text=Hm&icon=skull&tone=black")).await.unwrap();
    leads::share_note(&house.maya, id, &form("text=Likes+tea")).await.unwrap();
    let comment = |icon: &str, tone: &str, text: &str| EventKind::Commented { icon: icon.to_owned(), tone: tone.to_owned(), text: text.to_owned() };
    assert_eq!(
        kinds(&house.maya, id).await[..3],
        [EventKind::NoteShared { text: "Likes tea".to_owned() }, comment("comment", "grey", "Hm"), comment("phone", "green", "Called\ntwice")]
    );
    assert_eq!(lead(&house.maya, id).await.version, 5);
});

both_engines!(a_comment_needs_words_and_a_lead_that_is_there, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo").await;
    assert_eq!(error_at(leads::comment(&house.maya, id, &form("text=+%0A")).await, "text"), "Write a comment first");
    assert_eq!(error_at(leads::share_note(&house.maya, id, &form("")).await, "text"), "Write a note first");
    let long = format!("text={}", "x".repeat(10_001));
    assert_eq!(error_at(leads::comment(&house.maya, id, &form(&long)).await, "text"), "Use at most 10000 characters");
    assert_error!(leads::comment(&house.public, id, &form("text=Hm")).await, ServiceError::SignInRequired);
    assert_error!(leads::comment(&house.ada, LeadId(99), &form("text=Hm")).await, ServiceError::NotFound);
    act(&house.maya, id, LeadAction::Delete).await;
    assert_eq!(sentence(leads::comment(&house.maya, id, &form("text=Hm")).await), "This lead is deleted; restore it first");
});

// Who sees what.

async fn seen(ctx: &Ctx, query: &str) -> Vec<LeadId> {
    let listing = leads::list(ctx, &LeadFilter::from_query(query), &PageOf::default()).await.unwrap();
    listing.rows.iter().map(|row| row.id).collect()
}

both_engines!(a_rep_sees_their_own_their_group_s_and_unclaimed_leads, |store| async move {
    let house = house(&store).await;
    let own = add(&house.maya, "full_name=Jo").await;
    let of_group = add(&house.noor, "full_name=Jo").await;
    let unclaimed = add(&house.ines, "full_name=Jo").await;
    let of_south = add(&house.ana, "full_name=Jo").await;
    let waiting_in_south = add(&house.ana, "full_name=Jo&owner=").await;
    let helped = add(&house.ana, "full_name=Jo&team=Maya+Lind").await;
    assert_eq!(seen(&house.maya, "view=all").await, [helped, unclaimed, of_group, own]);
    assert_eq!(seen(&house.maya, "").await, [own]);
    assert_eq!(seen(&house.maya, "view=group").await, [of_group, own]);
    assert_eq!(seen(&house.maya, "view=unassigned").await, [unclaimed]);
    assert_eq!(seen(&house.martin, "view=all").await, [unclaimed, of_group, own]);
    assert_eq!(seen(&house.ines, "view=all").await, [unclaimed]);
    assert_eq!(seen(&house.dora, "view=all").await, []);
    assert_eq!(seen(&house.ada, "view=all").await, [helped, waiting_in_south, of_south, unclaimed, of_group, own]);
    assert_error!(leads::list(&house.public, &LeadFilter::default(), &PageOf::default()).await, ServiceError::SignInRequired);
});

both_engines!(another_region_s_rep_finds_no_such_lead, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo").await;
    let before = lead(&house.ada, id).await;
    assert_error!(leads::find(&house.ana, id).await, ServiceError::NotFound);
    assert_error!(leads::older_events(&house.ana, id, domain::EventId(9)).await, ServiceError::NotFound);
    assert_error!(change(&house.ana, id, "version=1&score=5").await, ServiceError::NotFound);
    for action in LeadAction::ALL {
        assert_error!(leads::act(&house.ana, id, action, &form("reason=Price")).await, ServiceError::NotFound);
    }
    assert_error!(leads::comment(&house.ana, id, &form("text=Hm")).await, ServiceError::NotFound);
    assert_error!(leads::share_note(&house.ana, id, &form("text=Hm")).await, ServiceError::NotFound);
    assert_error!(leads::neighbours(&house.ana, &LeadFilter::default(), id).await, ServiceError::NotFound);
    assert_eq!(leads::rows_among(&house.ana, &ListView::from_query("view=all"), &[id]).await.unwrap(), []);
    assert_eq!((lead(&house.ada, id).await, kinds(&house.ada, id).await.len()), (before, 1));
});

both_engines!(a_list_is_read_page_by_page, |store| async move {
    let house = house(&store).await;
    let mut ids = Vec::new();
    for _ in 0..7 {
        ids.insert(0, add(&house.maya, "full_name=Jo").await);
    }
    let filter = LeadFilter::default();
    let page = |after: Option<String>, before: Option<String>| PageOf { after, before, limit: Some(3) };
    let first = leads::list(&house.maya, &filter, &page(None, None)).await.unwrap();
    let second = leads::list(&house.maya, &filter, &page(first.next.clone(), None)).await.unwrap();
    let third = leads::list(&house.maya, &filter, &page(second.next.clone(), None)).await.unwrap();
    let back = leads::list(&house.maya, &filter, &page(None, second.previous.clone())).await.unwrap();
    let numbers = |rows: &[domain::LeadRow]| rows.iter().map(|row| row.id).collect::<Vec<_>>();
    assert_eq!((numbers(&first.rows), numbers(&second.rows), numbers(&third.rows)), (ids[..3].to_vec(), ids[3..6].to_vec(), ids[6..].to_vec()));
    assert_eq!((first.previous, third.next, back.previous, numbers(&back.rows)), (None, None, None, ids[..3].to_vec()));
    assert_eq!((first.total, third.total), (Total::Exactly(7), Total::Exactly(7)));
    let odd = leads::list(&house.maya, &filter, &PageOf { after: Some("nonsense".to_owned()), before: None, limit: Some(-5) }).await.unwrap();
    assert_eq!(numbers(&odd.rows), ids[..1]);
    let deleted = LeadFilter { view: LeadView::Deleted, ..filter };
    assert_eq!(leads::list(&house.maya, &deleted, &PageOf::default()).await.unwrap().total, Total::Exactly(0));
});

both_engines!(a_list_shows_the_columns_that_it_asks_for, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo&city=Hull&tags=hot,vip").await;
    let columns = "columns=name,city,tags,last_contacted,last_comment,last_activity,days_in_status";
    let cells = async |ctx: &Ctx| leads::list_shown(ctx, &ListView::from_query(columns), &PageOf::default()).await.unwrap().rows[0].cells.clone();
    let text = |text: &str| LeadCell::Text(text.to_owned());
    let days = |days| LeadCell::Days { days, tone: String::new() };
    assert_eq!(cells(&house.maya).await, [text("Hull"), text("hot, vip"), text(""), text(""), text(""), days(0)]);
    let rang = house.maya.now();
    leads::comment(&house.maya, id, &form("text=Rings%0Aback&icon=phone")).await.unwrap();
    house.maya.clock.advance_ms(2 * domain::DAY_MS);
    let noted = house.maya.now();
    leads::share_note(&house.maya, id, &form("text=Wants+two")).await.unwrap();
    let said = LeadCell::Said { at: noted, text: "Wants two".to_owned() };
    assert_eq!(cells(&house.maya).await, [text("Hull"), text("hot, vip"), LeadCell::At(rang), said, LeadCell::At(noted), days(2)]);
    let rows = leads::rows_among(&house.maya, &ListView::from_query(columns), &[id]).await.unwrap();
    assert_eq!(rows[0].cells, cells(&house.maya).await);
    assert_eq!(leads::list_shown(&house.maya, &ListView::default(), &PageOf::default()).await.unwrap().rows[0].cells, []);
});

both_engines!(a_list_is_gathered_in_groups, |store| async move {
    let house = house(&store).await;
    for (query, times) in [("source=Web&target_amount=100", 12), ("source=Other&target_amount=50", 1), ("target_amount=1", 2)] {
        for _ in 0..times {
            add(&house.maya, &format!("full_name=Jo&{query}")).await;
        }
    }
    add(&house.ana, "full_name=Elsewhere&source=Web").await;
    let list = ListView::from_query("source=Web&source=Other&source=none&group_by=source&sort=-amount");
    let found = leads::grouped(&house.maya, &list).await.unwrap();
    let shown: Vec<_> = found.groups.iter().map(|group| (group.name.as_str(), group.count, group.amount_minor, group.rows.len())).collect();
    assert_eq!(shown, [("Web", 12, Some(120_000), 10), ("Other", 1, Some(5_000), 1), ("None", 2, Some(200), 2)]);
    assert_eq!((found.count, found.amount_minor, found.is_whole), (15, Some(125_200), true));
    assert_eq!(found.groups[0].query, "source=Web&sort=-amount");
    assert_eq!(found.groups[2].query, "source=none&sort=-amount");
    let statuses = leads::grouped(&house.maya, &ListView::from_query("group_by=status")).await.unwrap();
    assert_eq!(statuses.groups.iter().map(|group| group.count).collect::<Vec<_>>(), [15]);
    assert_error!(leads::grouped(&house.maya, &ListView::default()).await, ServiceError::NotFound);
});

both_engines!(an_open_list_is_kept_in_step, |store| async move {
    let house = house(&store).await;
    let (one, two) = (add(&house.maya, "full_name=Jo&score=50").await, add(&house.maya, "full_name=Jo").await);
    let filter = LeadFilter::from_query("score_from=10");
    let rows = leads::rows_among(&house.maya, &ListView::default().with_filter(filter), &[two, one, LeadId(99)]).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [one]);
});

both_engines!(a_lead_knows_its_neighbours_in_the_list, |store| async move {
    let house = house(&store).await;
    let low = add(&house.maya, "full_name=Jo&score=10").await;
    let high = add(&house.maya, "full_name=Jo&score=90").await;
    let middle = add(&house.maya, "full_name=Jo&score=50").await;
    add(&house.ana, "full_name=Jo&score=60").await;
    let filter = LeadFilter::from_query("view=all&sort=-score");
    let around = async |id| leads::neighbours(&house.maya, &filter, id).await.map(|found| (found.previous, found.next)).unwrap();
    assert_eq!(around(high).await, (None, Some(middle)));
    assert_eq!(around(middle).await, (Some(high), Some(low)));
    assert_eq!(around(low).await, (Some(middle), None));
    assert_error!(leads::neighbours(&house.maya, &filter, LeadId(99)).await, ServiceError::NotFound);
});

both_engines!(counters_count_open_leads, |store| async move {
    let house = house(&store).await;
    for query in ["full_name=Jo", "full_name=Jo", "full_name=Jo&owner="] {
        add(&house.maya, query).await;
    }
    let won = add(&house.maya, "full_name=Jo").await;
    act(&house.maya, won, LeadAction::Win).await;
    add(&house.ines, "full_name=Jo").await;
    assert_eq!(leads::counters(&house.maya).await.unwrap(), Counters { mine: 2, unassigned: 2 });
    assert_eq!(leads::counters(&house.ana).await.unwrap(), Counters { mine: 0, unassigned: 1 });
    assert_eq!(leads::counters(&house.dora).await.unwrap(), Counters { mine: 0, unassigned: 0 });
    let me = LeadFilter { facets: vec![(Facet::Owner, "me".to_owned())], ..LeadFilter::from_query("view=all") };
    assert_eq!(leads::list(&house.maya, &me, &PageOf::default()).await.unwrap().total, Total::Exactly(3));
});

// Finding by typing.

both_engines!(a_record_is_found_by_what_is_typed, |store| async move {
    use domain::found::FoundKind;
    let house = house(&store).await;
    let jo = add(&house.maya, "full_name=Jo+Field&company=Fieldworks").await;
    let of_south = add(&house.ana, "full_name=Joan+South&company=Southworks").await;
    let found = async |ctx: &Ctx, text: &str| {
        let found = service::find::find(ctx, text).await.unwrap();
        found.into_iter().map(|one| (one.kind, one.name, one.note)).collect::<Vec<_>>()
    };
    let lead = (FoundKind::Lead, "Jo Field".to_owned(), "Fieldworks".to_owned());
    let account = (FoundKind::Account, "Fieldworks".to_owned(), String::new());
    let contact = (FoundKind::Contact, "Jo Field".to_owned(), "Fieldworks".to_owned());
    assert_eq!(found(&house.maya, " FIELD ").await, [lead.clone(), account]);
    assert_eq!(found(&house.maya, "jo field").await, [lead.clone(), contact]);
    assert_eq!(found(&house.maya, &format!("#{jo}")).await, std::slice::from_ref(&lead));
    assert_eq!(found(&house.maya, &format!("# {of_south}")).await, []);
    assert_eq!(found(&house.dora, "jo").await, []);
    assert_eq!((found(&house.maya, " ").await, found(&house.maya, "%_'\"").await), (vec![], vec![]));
    assert_error!(service::find::find(&house.public, "jo").await, ServiceError::SignInRequired);
});

// The board.

/// Each column's status with the leads in it.
async fn columns(ctx: &Ctx, query: &str) -> Vec<(String, Vec<LeadId>)> {
    let board = leads::board(ctx, &LeadFilter::from_query(query), None).await.unwrap();
    let catalog = ctx.store.catalog().await.unwrap();
    let name = |id| catalog.status(id).unwrap().name.clone();
    board.columns.into_iter().map(|column| (name(column.status), column.page.cards.into_iter().map(|card| card.row.id).collect())).collect()
}

both_engines!(the_board_has_a_column_for_each_status_of_a_pipeline, |store| async move {
    let house = house(&store).await;
    let new = add(&house.maya, "full_name=Jo&target_amount=100").await;
    let (started, won) = (add(&house.maya, "full_name=Jo&target_amount=250").await, add(&house.maya, "full_name=Jo").await);
    let renewal = add(&house.maya, "full_name=Jo&type=Renewal").await;
    let of_south = add(&house.ana, "full_name=Jo").await;
    act(&house.maya, started, LeadAction::Start).await;
    act(&house.maya, won, LeadAction::Win).await;
    let column = |name: &str, ids: &[LeadId]| (name.to_owned(), ids.to_vec());
    let empty = |name: &str| column(name, &[]);
    let sales = columns(&house.maya, "").await;
    let expected = [
        column("New enquiry", &[new]),
        empty("Contacting"),
        column("Qualification", &[started]),
        empty("Proposal"),
        empty("Negotiation"),
        column("Won", &[won]),
        empty("Lost"),
        empty("Cancelled"),
    ];
    assert_eq!(sales, expected);
    assert_eq!(columns(&house.maya, "type=Renewal").await[0], column("New", &[renewal]));
    assert_eq!(columns(&house.maya, "state=in_progress&view=all").await.len(), 3);
    assert_eq!(columns(&house.maya, "view=won").await, [column("Won", &[won])]);
    assert_eq!(columns(&house.ada, "view=all&status=New+enquiry").await, [column("New enquiry", &[of_south, new])]);
    let board = leads::board(&house.maya, &LeadFilter::default(), None).await.unwrap();
    assert_eq!((board.columns[2].tally.count, board.columns[2].tally.amount_minor), (Total::Exactly(1), 25_000));
    assert_error!(leads::board(&house.public, &LeadFilter::default(), None).await, ServiceError::SignInRequired);
});

both_engines!(a_card_may_be_moved_by_who_works_its_lead, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo").await;
    let may_move = async |ctx: &Ctx| {
        let board = leads::board(ctx, &LeadFilter::from_query("view=won"), Some(id)).await.unwrap();
        board.asked.map(|card| card.may_move)
    };
    assert_eq!(may_move(&house.maya).await, Some(true));
    assert_eq!(may_move(&house.martin).await, Some(true));
    assert_eq!(may_move(&house.noor).await, Some(false));
    assert_eq!(may_move(&house.ana).await, None);
    change(&house.maya, id, "version=1&team_sent=1&team=Noor+Haddad").await.unwrap();
    assert_eq!(may_move(&house.noor).await, Some(true));
});

both_engines!(a_long_column_comes_in_pages, |store| async move {
    let house = house(&store).await;
    let mut ids = Vec::new();
    for _ in 0..23 {
        ids.insert(0, add(&house.maya, "full_name=Jo&target_amount=10").await);
    }
    let filter = LeadFilter::default();
    let mut board = leads::board(&house.maya, &filter, None).await.unwrap();
    let first = board.columns.remove(0);
    let numbers = |cards: &[domain::board::BoardCard]| cards.iter().map(|card| card.row.id).collect::<Vec<_>>();
    assert_eq!((numbers(&first.page.cards), first.tally.count, first.tally.amount_minor), (ids[..20].to_vec(), Total::Exactly(23), 23_000));
    let next = first.page.next.expect("three more");
    let second = leads::board_page(&house.maya, &filter, first.status, &next).await.unwrap();
    assert_eq!((numbers(&second.cards), second.next), (ids[20..].to_vec(), None));
    assert_error!(leads::board_page(&house.maya, &filter, first.status, "nonsense").await, ServiceError::NotFound);
    let other = leads::board(&house.maya, &LeadFilter::from_query("type=Renewal"), None).await.unwrap().columns[0].status;
    assert_error!(leads::board_page(&house.maya, &filter, other, &next).await, ServiceError::NotFound);
});

both_engines!(an_open_board_is_kept_in_step, |store| async move {
    let house = house(&store).await;
    let (stays, leaves) = (add(&house.maya, "full_name=Jo&target_amount=10").await, add(&house.maya, "full_name=Jo").await);
    let renewal = add(&house.maya, "full_name=Jo&type=Renewal").await;
    act(&house.maya, stays, LeadAction::Start).await;
    change(&house.maya, leaves, "version=1&owner=ana.reyes%40house.test").await.unwrap();
    let news = leads::board_news(&house.maya, &LeadFilter::default(), &[stays, leaves, renewal, LeadId(99)]).await.unwrap();
    assert_eq!(news.cards.iter().map(|card| card.row.id).collect::<Vec<_>>(), [stays]);
    let counts: Vec<_> = news.tallies.iter().map(|(_, tally)| (tally.count, tally.amount_minor)).collect();
    assert_eq!((counts.len(), counts[0], counts[2]), (8, (Total::Exactly(0), 0), (Total::Exactly(1), 1000)));
});

both_engines!(a_long_timeline_comes_in_pages, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo").await;
    for number in 0..52 {
        leads::comment(&house.maya, id, &form(&format!("text={number}"))).await.unwrap();
    }
    let found = leads::find(&house.maya, id).await.unwrap();
    assert_eq!((found.timeline.len(), found.has_older), (50, true));
    let older = leads::older_events(&house.maya, id, found.timeline[49].id).await.unwrap();
    assert_eq!(older.iter().map(|event| event.version).collect::<Vec<_>>(), [3, 2, 1]);
});
