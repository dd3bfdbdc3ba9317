//! Accounts that are one: merged, and taken back, on both engines, with a clock that stands still.

use domain::account_merge::UNDO_DAYS;
use domain::{
    Account, AccountFilter, AccountId, AccountKind, Actor, DAY_MS, EmailAddress, EventKind, FormValues, Lead, LeadFilter, LeadId, LeadView, MergeId,
    Role, Scope, Sought, Timestamp,
};
use service::configuration::RuleForm;
use service::seed::seed_defaults;
use service::{Clock, Ctx, ServiceError, accounts, configuration, contacts, distributors, leads, matching, merging, routing};
use store::leads::NewLead;
use store::people::NewUser;
use store::{Sql, Store, both_engines};

macro_rules! assert_error {
    ($result:expr, $pattern:pat) => {
        let result = $result;
        assert!(matches!(result, Err($pattern)), "{result:?}");
    };
}

/// Nobody in a site with its defaults.
async fn site(store: &Store) -> Ctx {
    let ctx = Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000)));
    seed_defaults(&ctx).await.unwrap();
    ctx
}

async fn person_of(ctx: &Ctx, name: &str, role: Role, account: Option<AccountId>) -> Ctx {
    let mut tx = ctx.store.begin().await.unwrap();
    let email = EmailAddress::parse(&format!("{name}@house.test")).unwrap();
    let new = NewUser { email, name: name.to_owned(), role, password_hash: String::new(), account, at: ctx.now() };
    let id = tx.people().add(new).await.unwrap();
    let actor: Actor = tx.people().load_actor(id).await.unwrap().expect("just added");
    tx.save().await.unwrap();
    ctx.acting_as(actor)
}

async fn person(ctx: &Ctx, name: &str, role: Role) -> Ctx {
    person_of(ctx, name, role, None).await
}

fn form(query: &str) -> FormValues {
    FormValues::decode(query.as_bytes())
}

async fn account(ctx: &Ctx, query: &str) -> Account {
    accounts::add_account(ctx, &form(query)).await.unwrap()
}

async fn merge(ctx: &Ctx, kept: &Account, other: &Account, query: &str) -> Result<MergeId, ServiceError> {
    let sent = form(&format!("version={}&other_version={}&{query}", kept.version, other.version));
    merging::merge(ctx, kept.id, other.id, &sent).await
}

async fn lead_of(ctx: &Ctx, id: LeadId) -> Lead {
    ctx.store.read().await.unwrap().leads().find_visible(id, &Scope::All).await.unwrap().expect("the lead")
}

async fn found_by(ctx: &Ctx, query: &str) -> Vec<LeadId> {
    let filter = LeadFilter { view: LeadView::All, query: query.to_owned(), ..LeadFilter::default() };
    let rows = leads::list(ctx, &filter, &leads::PageOf::default()).await.unwrap().rows;
    rows.into_iter().map(|row| row.id).collect()
}

both_engines!(all_of_one_account_goes_into_the_other_and_comes_back, |store| async move {
    let ada = person(&site(&store).await, "ada", Role::Administrator).await;
    let kept = account(&ada, "name=Harbour+Dental&kind=vendor&domains=harbour.example").await;
    let other = account(&ada, "name=Quayside+Ltd&kind=customer&domains=quayside.example&website=quayside.example").await;
    let lead = leads::add(&ada, &form("full_name=Jo+Field&company=Quayside+Ltd&emails=jo@quayside.example")).await.unwrap();
    let before = lead_of(&ada, lead).await;
    let contact = before.contact;
    assert_eq!(before.account.id, other.id);

    let preview = merging::preview(&ada, kept.id, other.id).await.unwrap();
    assert_eq!(preview.moving, ["1 contact", "1 lead", "1 opportunity"]);
    assert_eq!((&preview.kept, &preview.other, preview.refused), (&kept, &other, None));
    let id = merge(&ada, &kept, &other, "name=kept&website=other").await.unwrap();

    let merged = accounts::find_account(&ada, kept.id).await.unwrap();
    assert_eq!((merged.name.as_str(), merged.website.as_str(), merged.version), ("Harbour Dental", "https://quayside.example", 2));
    assert_eq!(merged.kinds, [AccountKind::Customer, AccountKind::Vendor]);
    assert_eq!(merged.domains, ["harbour.example", "quayside.example"]);
    assert_eq!(contacts::find_contact(&ada, contact).await.unwrap().account.unwrap().id, kept.id);
    let moved = lead_of(&ada, lead).await;
    assert_eq!((moved.account.id, moved.version), (kept.id, before.version + 1));
    assert_eq!((found_by(&ada, "harbour field").await, found_by(&ada, "quayside ltd").await), (vec![lead], vec![]));
    assert_eq!(accounts::account_opportunities(&ada, kept.id).await.unwrap().len(), 1);

    // The other is nowhere but in what it went into.
    assert_error!(accounts::find_account(&ada, other.id).await, ServiceError::NotFound);
    assert_error!(accounts::change_account(&ada, other.id, &form("name=B")).await, ServiceError::NotFound);
    let listed = accounts::list_accounts(&ada, &AccountFilter::default(), None).await.unwrap();
    assert_eq!(listed.items.iter().map(|row| row.id).collect::<Vec<_>>(), [kept.id]);
    assert!(accounts::suggest_accounts(&ada, "quay").await.unwrap().is_empty());
    let sought = Sought { company: "Quayside".to_owned(), email: "x@quayside.example".to_owned(), ..Sought::default() };
    let matches = matching::find(&ada, &sought).await.unwrap();
    assert_eq!(matches.iter().map(|found| found.account).collect::<Vec<_>>(), [kept.id]);
    assert_eq!(merging::went_into(&ada, other.id).await.unwrap(), Some(kept.id));
    assert_eq!(merging::went_into(&ada, kept.id).await.unwrap(), None);

    // Both histories are on the kept one's page, and the lead's says it.
    let sentences = |events: Vec<domain::Event>| events.into_iter().map(|event| event.kind.sentence()).collect::<Vec<_>>();
    let history = sentences(accounts::account_timeline(&ada, kept.id).await.unwrap());
    let expected = [
        "merged Quayside Ltd into Harbour Dental",
        "changed Kinds, Website, E-mail domains of Harbour Dental",
        "added Quayside Ltd",
        "added Harbour Dental",
    ];
    assert_eq!(history, expected);
    let of_lead = store.read().await.unwrap().events().of_lead(lead, None, 10).await.unwrap();
    assert_eq!((of_lead[0].kind.sentence().as_str(), of_lead[0].version), ("changed Account of Jo Field", moved.version));
    let notes = merging::merges_into(&ada, kept.id).await.unwrap();
    assert_eq!((notes.len(), notes[0].id, &notes[0].other.name, notes[0].may_undo), (1, id, &other.name, true));

    let undone = merging::undo(&ada, id).await.unwrap();
    assert_eq!((undone.account, undone.other, undone.stays.len()), (kept.id, other.id, 0));
    let back = accounts::find_account(&ada, kept.id).await.unwrap();
    assert_eq!((&back.name, &back.website, &back.kinds, &back.domains), (&kept.name, &kept.website, &kept.kinds, &kept.domains));
    let there = accounts::find_account(&ada, other.id).await.unwrap();
    assert_eq!((&there.name, &there.website, &there.kinds, &there.domains), (&other.name, &other.website, &other.kinds, &other.domains));
    assert_eq!((lead_of(&ada, lead).await.account.id, found_by(&ada, "quayside ltd").await), (other.id, vec![lead]));
    assert_eq!(contacts::find_contact(&ada, contact).await.unwrap().account.unwrap().id, other.id);
    assert_eq!(accounts::account_opportunities(&ada, other.id).await.unwrap().len(), 1);
    assert_eq!(merging::went_into(&ada, other.id).await.unwrap(), None);
    assert!(merging::merges_into(&ada, kept.id).await.unwrap().is_empty());
    let history = sentences(accounts::account_timeline(&ada, other.id).await.unwrap());
    let expected = ["took back the merge of Quayside Ltd into Harbour Dental", "merged Quayside Ltd into Harbour Dental", "added Quayside Ltd"];
    assert_eq!(history, expected);
    assert_error!(merging::undo(&ada, id).await, ServiceError::Refused(_));
});

both_engines!(whoever_looks_after_both_may_merge_and_managers, |store| async move {
    let ctx = site(&store).await;
    let (maya, ben) = (person(&ctx, "maya", Role::Rep).await, person(&ctx, "ben", Role::Rep).await);
    let (ina, mona) = (person(&ctx, "ina", Role::Intake).await, person(&ctx, "mona", Role::Manager).await);
    let dina = person(&ctx, "dina", Role::Distributor).await;
    let (hers, hers_too, his) = (account(&maya, "name=Acme").await, account(&maya, "name=Acme+Ltd").await, account(&ben, "name=Acme+Inc").await);
    for refused in [&ben, &ina, &dina] {
        assert_error!(merge(refused, &hers, &his, "").await, ServiceError::Forbidden(_));
    }
    assert!(merging::preview(&ben, hers.id, his.id).await.unwrap().refused.is_some());
    assert_error!(merging::preview(&dina, hers.id, his.id).await, ServiceError::Forbidden(_));
    assert_error!(merge(&ctx, &hers, &hers_too, "").await, ServiceError::SignInRequired);
    let id = merge(&maya, &hers, &hers_too, "").await.unwrap();
    assert_error!(merging::undo(&ben, id).await, ServiceError::Forbidden(_));
    assert!(!merging::merges_into(&ben, hers.id).await.unwrap()[0].may_undo);
    let hers = accounts::find_account(&mona, hers.id).await.unwrap();
    merge(&mona, &hers, &his, "").await.unwrap();
    assert_error!(merging::undo(&mona, MergeId(99)).await, ServiceError::NotFound);
});

both_engines!(what_cannot_be_merged_says_why_and_changes_nothing, |store| async move {
    let ada = person(&site(&store).await, "ada", Role::Administrator).await;
    let (kept, other) = (account(&ada, "name=Acme").await, account(&ada, "name=Acme+Ltd").await);
    assert_error!(merge(&ada, &kept, &kept, "").await, ServiceError::NotFound);
    let absent = Account { id: AccountId(99), ..other.clone() };
    assert_error!(merge(&ada, &kept, &absent, "").await, ServiceError::NotFound);
    assert_error!(merging::merge(&ada, kept.id, other.id, &form("")).await, ServiceError::Refused(_));
    let wrong = merge(&ada, &kept, &other, "name=both").await;
    assert!(matches!(&wrong, Err(ServiceError::Invalid(errors)) if errors.get("name") == Some("Choose one of the two")), "{wrong:?}");
    // Somebody changed one of them after the page was shown.
    accounts::change_account(&ada, other.id, &form("website=acme.example&version=1")).await.unwrap();
    let Err(ServiceError::Refused(sentence)) = merge(&ada, &kept, &other, "").await else { panic!("it was changed") };
    assert_eq!(sentence, "Acme Ltd was changed since this page was shown. Look at both again, then merge");
    assert_eq!(accounts::find_account(&ada, kept.id).await.unwrap(), kept);
});

both_engines!(what_was_changed_since_stays_and_after_thirty_days_all_does, |store| async move {
    let ada = person(&site(&store).await, "ada", Role::Administrator).await;
    let (kept, other) = (account(&ada, "name=Acme&domains=a.example").await, account(&ada, "name=Acme+Ltd&domains=b.example").await);
    let third = account(&ada, "name=Brew").await;
    let stays = leads::add(&ada, &form("full_name=Jo+Field&company=Acme+Ltd")).await.unwrap();
    let goes = leads::add(&ada, &form("full_name=Al+Moss&company=Acme+Ltd")).await.unwrap();
    let id = merge(&ada, &kept, &other, "name=other").await.unwrap();
    accounts::change_account(&ada, kept.id, &form("name=Acme+Group&version=2")).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    tx.run(Sql::new("update lead set account_id = $1 where id = $2").bind(third.id).bind(stays)).await.unwrap();
    tx.save().await.unwrap();

    ada.clock.advance_ms(UNDO_DAYS * DAY_MS + 1);
    assert!(!merging::merges_into(&ada, kept.id).await.unwrap()[0].may_undo);
    let Err(ServiceError::Refused(sentence)) = merging::undo(&ada, id).await else { panic!("it is too late") };
    assert_eq!(sentence, "A merge can be taken back for 30 days; this one is of 24 Nov 2025");
    ada.clock.advance_ms(-1);
    let undone = merging::undo(&ada, id).await.unwrap();
    assert_eq!(undone.stays, ["Name"]);
    let back = accounts::find_account(&ada, kept.id).await.unwrap();
    assert_eq!((back.name.as_str(), back.domains), ("Acme Group", kept.domains));
    assert_eq!((lead_of(&ada, stays).await.account.id, lead_of(&ada, goes).await.account.id), (third.id, other.id));
});

both_engines!(merges_in_a_row_are_taken_back_from_the_last, |store| async move {
    let ada = person(&site(&store).await, "ada", Role::Administrator).await;
    let (one, two, three) = (account(&ada, "name=A+Ltd").await, account(&ada, "name=B+Ltd").await, account(&ada, "name=C+Ltd").await);
    let lead = leads::add(&ada, &form("full_name=Jo+Field&company=C+Ltd")).await.unwrap();
    let first = merge(&ada, &two, &three, "").await.unwrap();
    let two = accounts::find_account(&ada, two.id).await.unwrap();
    let second = merge(&ada, &one, &two, "").await.unwrap();
    assert_eq!(merging::went_into(&ada, three.id).await.unwrap(), Some(one.id));
    let history = accounts::account_timeline(&ada, one.id).await.unwrap();
    let added = history.iter().filter(|event| matches!(event.kind, EventKind::RecordAdded { .. })).count();
    let merged = history.iter().filter(|event| matches!(event.kind, EventKind::AccountsMerged { .. })).count();
    assert_eq!((added, merged), (3, 2), "{history:?}");
    let Err(ServiceError::Refused(sentence)) = merging::undo(&ada, first).await else { panic!("its account is gone") };
    assert_eq!(sentence, "B Ltd is itself gone into another account; take that back first");
    merging::undo(&ada, second).await.unwrap();
    assert_eq!(lead_of(&ada, lead).await.account.id, two.id);
    merging::undo(&ada, first).await.unwrap();
    assert_eq!(lead_of(&ada, lead).await.account.id, three.id);
});

both_engines!(many_leads_go_along_in_few_statements, |store| async move {
    let ctx = site(&store).await;
    let ada = person(&ctx, "ada", Role::Administrator).await;
    let kept = account(&ada, "name=Northwind&kind=distributor").await;
    let other = account(&ada, "name=Southwind&kind=distributor").await;
    let dina = person_of(&ctx, "dina", Role::Distributor, Some(other.id)).await;
    let first = leads::add(&ada, &form("full_name=Jo+Field&company=Southwind")).await.unwrap();
    let elsewhere = leads::add(&ada, &form("full_name=Al+Moss&company=Brew")).await.unwrap();
    let (model, another) = (lead_of(&ada, first).await, lead_of(&ada, elsewhere).await);
    let mut tx = store.begin().await.unwrap();
    let from = tx.take_numbers("lead", 1201).await.unwrap();
    let copy = |id: i64| NewLead { lead: Lead { id: LeadId(id), ..model.clone() }, import: None, import_key: None };
    let mut all: Vec<NewLead> = (from..from + 1200).map(copy).collect();
    let delegated = LeadId(from + 1200);
    let to_them = Lead { id: delegated, distributor: Some(other.id), ..another };
    all.push(NewLead { lead: to_them, import: None, import_key: None });
    tx.leads().add_many(&all).await.unwrap();
    let call = Sql::new("insert into lead_call (lead_id, needs_help_now, referrer_id, missing) values ($1, false, $2, '')");
    tx.run(call.bind(elsewhere).bind(other.id)).await.unwrap();
    let id_of = |ctx: &Ctx| ctx.actor.as_ref().expect("somebody").id;
    let answer = Sql::new(
        "insert into delegation (lead_id, number, distributor_id, quarter, note, delegated_by_id, delegated_at, state, reason)
         values ($1, 1, $2, '2026-Q4', '', $3, 0, 'accepted', '')",
    );
    tx.run(answer.bind(delegated).bind(other.id).bind(id_of(&ada))).await.unwrap();
    tx.save().await.unwrap();
    let preview = merging::preview(&ada, kept.id, other.id).await.unwrap();
    let expected = [
        "1 contact",
        "1201 leads",
        "1 opportunity",
        "1 lead that is delegated to it",
        "1 answer to a delegation",
        "1 lead that it referred",
        "1 person who signs in for it",
    ];
    let answered = async || store.read().await.unwrap().delegations().newest(delegated).await.unwrap().expect("an answer").distributor.id;
    assert_eq!(preview.moving, expected);

    let before = store.statements();
    let id = merge(&ada, &kept, &other, "").await.unwrap();
    assert!(store.statements() - before < 200, "{}", store.statements() - before);
    let last = LeadId(from + 1199);
    assert_eq!(lead_of(&ada, last).await.account.id, kept.id);
    let lead = lead_of(&ada, delegated).await;
    assert_eq!(lead.distributor, Some(kept.id));
    assert_eq!(answered().await, kept.id);
    let actor = store.read().await.unwrap().people().load_actor(id_of(&dina)).await.unwrap().unwrap();
    assert_eq!(actor.account, Some(kept.id));
    // Whoever saw the delegated lead before hears that it went, who sees it now that it came.
    let event = store.read().await.unwrap().events().live_after(domain::EventId(0), 100_000).await.unwrap();
    let event = event.into_iter().rfind(|event| event.lead == Some(delegated)).expect("its event");
    assert_eq!(event.before.and_then(|audience| audience.distributor), Some(other.id));
    assert_eq!(event.after.and_then(|audience| audience.distributor), Some(kept.id));

    merging::undo(&ada, id).await.unwrap();
    assert_eq!(lead_of(&ada, last).await.account.id, other.id);
    assert_eq!(lead_of(&ada, delegated).await.distributor, Some(other.id));
    assert_eq!(answered().await, other.id);
    let actor = store.read().await.unwrap().people().load_actor(id_of(&dina)).await.unwrap().unwrap();
    assert_eq!(actor.account, Some(other.id));
});

both_engines!(rules_that_name_the_other_name_the_kept_one, |store| async move {
    let ctx = site(&store).await;
    let (ada, maya) = (person(&ctx, "ada", Role::Administrator).await, person(&ctx, "maya", Role::Rep).await);
    let maya = maya.actor().unwrap().id;
    let (kept, other) = (account(&ada, "name=Acme").await, account(&ada, "name=Brew").await);
    configuration::change_rules(&ada, RuleForm::NewCoverage, &form(&format!("by=account&what={}&person={maya}", other.id))).await.unwrap();
    let covered = async || routing::rules(&ada, "").await.unwrap().coverage.into_iter().map(|cover| (cover.key, cover.what)).collect::<Vec<_>>();
    assert_eq!(covered().await, [(other.id.to_string(), "Brew".to_owned())]);
    assert_eq!(merging::preview(&ada, kept.id, other.id).await.unwrap().moving, ["1 rule of routing"]);
    let id = merge(&ada, &kept, &other, "").await.unwrap();
    assert_eq!(covered().await, [(kept.id.to_string(), "Acme".to_owned())]);
    merging::undo(&ada, id).await.unwrap();
    assert_eq!(covered().await, [(other.id.to_string(), "Brew".to_owned())]);
    // Where the kept one is covered itself, that counts.
    configuration::change_rules(&ada, RuleForm::NewCoverage, &form(&format!("by=account&what={}&person={maya}", kept.id))).await.unwrap();
    let (kept, other) = (accounts::find_account(&ada, kept.id).await.unwrap(), accounts::find_account(&ada, other.id).await.unwrap());
    let id = merge(&ada, &kept, &other, "").await.unwrap();
    assert_eq!(covered().await, [(kept.id.to_string(), "Acme".to_owned())]);
    merging::undo(&ada, id).await.unwrap();
    assert_eq!(covered().await.len(), 2);
});

both_engines!(the_mark_of_a_call_centre_goes_along_and_comes_back, |store| async move {
    let ada = person(&site(&store).await, "ada", Role::Administrator).await;
    let kept = account(&ada, "name=Northwind&kind=distributor").await;
    let other = account(&ada, "name=Southwind&kind=distributor").await;
    let marked = async || ada.store.read().await.unwrap().delegations().call_centres().await.unwrap();
    distributors::mark_call_centre(&ada, other.id, &form("on=1")).await.unwrap();
    ada.clock.advance_ms(1000);
    let preview = merging::preview(&ada, kept.id, other.id).await.unwrap();
    assert_eq!(preview.moving, ["the mark of a central call centre"]);
    let id = merge(&ada, &kept, &other, "name=kept").await.unwrap();
    assert_eq!(marked().await, [kept.id]);
    merging::undo(&ada, id).await.unwrap();
    assert_eq!(marked().await, [other.id]);

    // What somebody says of the kept one since is theirs.
    let now = async |id| accounts::find_account(&ada, id).await.unwrap();
    let id = merge(&ada, &now(kept.id).await, &now(other.id).await, "name=kept").await.unwrap();
    distributors::mark_call_centre(&ada, kept.id, &form("on=")).await.unwrap();
    ada.clock.advance_ms(1000);
    distributors::mark_call_centre(&ada, kept.id, &form("on=1")).await.unwrap();
    merging::undo(&ada, id).await.unwrap();
    assert_eq!(marked().await, [kept.id]);

    // Each keeps its own, so there is nothing to go along.
    distributors::mark_call_centre(&ada, other.id, &form("on=1")).await.unwrap();
    assert!(merging::preview(&ada, kept.id, other.id).await.unwrap().moving.is_empty());
    let id = merge(&ada, &now(kept.id).await, &now(other.id).await, "name=kept").await.unwrap();
    merging::undo(&ada, id).await.unwrap();
    assert_eq!(marked().await, [kept.id, other.id]);
});
