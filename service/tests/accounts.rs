//! Accounts and the opportunities around them, on both engines, with a clock that stands still.

use domain::lead_filter::Cursor;
use domain::{AccountFilter, AccountId, AccountKind, Actor, EmailAddress, EventKind, FormValues, LeadId, OpportunityId, Role, Scope, Timestamp};
use service::seed::seed_defaults;
use service::{Clock, Ctx, ServiceError, accounts, leads, opportunities};
use store::people::NewUser;
use store::{Store, both_engines};

macro_rules! assert_error {
    ($result:expr, $pattern:pat) => {
        let result = $result;
        assert!(matches!(result, Err($pattern)), "{result:?}");
    };
}

/// Nobody in a site with its defaults, at 24 November 2025, 16:00.
async fn site(store: &Store) -> Ctx {
    let ctx = Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000)));
    seed_defaults(&ctx).await.unwrap();
    ctx
}

async fn person(ctx: &Ctx, name: &str, role: Role) -> Ctx {
    let mut tx = ctx.store.begin().await.unwrap();
    let email = EmailAddress::parse(&format!("{}@house.test", name.to_lowercase().replace(' ', "."))).unwrap();
    let new = NewUser { email, name: name.to_owned(), role, password_hash: String::new(), account: None, at: ctx.now() };
    let id = tx.people().add(new).await.unwrap();
    let actor: Actor = tx.people().load_actor(id).await.unwrap().expect("just added");
    tx.save().await.unwrap();
    ctx.acting_as(actor)
}

fn form(query: &str) -> FormValues {
    FormValues::decode(query.as_bytes())
}

fn error_at<T: std::fmt::Debug>(result: Result<T, ServiceError>, field: &str) -> String {
    match result {
        Err(ServiceError::Invalid(errors)) => errors.get(field).unwrap_or_else(|| panic!("no error at {field}: {errors:?}")).to_owned(),
        other => panic!("not invalid: {other:?}"),
    }
}

async fn kinds_of_events(ctx: &Ctx, id: AccountId) -> Vec<EventKind> {
    accounts::account_timeline(ctx, id).await.unwrap().into_iter().map(|event| event.kind).collect()
}

both_engines!(outsiders_and_strangers_are_refused, |store| async move {
    let ctx = site(&store).await;
    let maya = person(&ctx, "Maya Lind", Role::Rep).await;
    let account = accounts::add_account(&maya, &form("name=Acme")).await.unwrap();
    let outsider = person(&ctx, "Dora Dist", Role::Distributor).await;
    assert_error!(accounts::find_account(&outsider, account.id).await, ServiceError::Forbidden(_));
    assert_error!(accounts::list_accounts(&outsider, &AccountFilter::default(), None).await, ServiceError::Forbidden(_));
    assert_error!(accounts::suggest_accounts(&outsider, "a").await, ServiceError::Forbidden(_));
    assert_error!(accounts::add_account(&outsider, &form("name=B")).await, ServiceError::Forbidden(_));
    assert_error!(accounts::change_account(&outsider, account.id, &form("name=B")).await, ServiceError::Forbidden(_));
    assert_error!(accounts::account_timeline(&outsider, account.id).await, ServiceError::Forbidden(_));
    assert_error!(accounts::account_contacts(&outsider, account.id).await, ServiceError::Forbidden(_));
    assert_error!(accounts::account_opportunities(&outsider, account.id).await, ServiceError::Forbidden(_));
    assert_error!(accounts::find_account(&ctx, account.id).await, ServiceError::SignInRequired);
    assert_error!(accounts::add_account(&ctx, &form("name=B")).await, ServiceError::SignInRequired);
    let absent = AccountId(99);
    assert_error!(accounts::find_account(&maya, absent).await, ServiceError::NotFound);
    assert_error!(accounts::change_account(&maya, absent, &form("name=B")).await, ServiceError::NotFound);
    assert_error!(accounts::account_timeline(&maya, absent).await, ServiceError::NotFound);
});

both_engines!(the_rep_who_adds_an_account_is_its_primary_rep_unless_another_is_chosen, |store| async move {
    let ctx = site(&store).await;
    let maya = person(&ctx, "Maya Lind", Role::Rep).await;
    let ines = person(&ctx, "Ines Intake", Role::Intake).await;
    let maya_id = maya.actor().unwrap().id;
    let partner = accounts::add_account(&maya, &form("name=Referrals+Ltd&kind=&kind=referral_partner&primary_rep=")).await.unwrap();
    assert_eq!((partner.primary_rep, &partner.kinds), (Some(maya_id), &vec![AccountKind::ReferralPartner]));
    assert_eq!(accounts::find_account(&ines, partner.id).await.unwrap(), partner);
    let by_intake = accounts::add_account(&ines, &form("name=Acme")).await.unwrap();
    assert_eq!((by_intake.primary_rep, by_intake.kinds), (None, vec![AccountKind::Prospect]));
    let chosen = accounts::add_account(&ines, &form(&format!("name=Beta&primary_rep={maya_id}"))).await.unwrap();
    assert_eq!(chosen.primary_rep, Some(maya_id));
    assert_eq!(kinds_of_events(&maya, partner.id).await, [EventKind::RecordAdded { name: "Referrals Ltd".to_owned() }]);
    let mine = accounts::list_accounts(&maya, &AccountFilter::from_query("rep=me"), None).await.unwrap();
    assert_eq!(mine.items.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["Beta", "Referrals Ltd"]);
    let nobody_s = accounts::list_accounts(&maya, &AccountFilter::from_query("rep=none"), None).await.unwrap();
    assert_eq!(nobody_s.items.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["Acme"]);
    let suggested = accounts::suggest_accounts(&ines, "REF").await.unwrap();
    assert_eq!((suggested.len(), suggested[0].id), (1, partner.id));
});

both_engines!(what_is_wrong_is_said_at_its_field, |store| async move {
    let maya = person(&site(&store).await, "Maya Lind", Role::Rep).await;
    assert_eq!(error_at(accounts::add_account(&maya, &form("website=a.example")).await, "name"), "Enter a name");
    let account = accounts::add_account(&maya, &form("name=Acme")).await.unwrap();
    let wrong = accounts::change_account(&maya, account.id, &form("domains=acme&version=1")).await;
    assert_eq!(error_at(wrong, "domains"), "Enter domains like harbour-dental.example; “acme” is not one");
    error_at(accounts::change_account(&maya, account.id, &form("name=B&version=first")).await, "version");
    assert_eq!(accounts::find_account(&maya, account.id).await.unwrap(), account);
});

both_engines!(a_change_is_recorded_and_nothing_changed_is_not, |store| async move {
    let maya = person(&site(&store).await, "Maya Lind", Role::Rep).await;
    let account = accounts::add_account(&maya, &form("name=Acme&domains=acme.example&city=Leeds&location_name=Works")).await.unwrap();
    let same = accounts::change_account(&maya, account.id, &form("name=Acme&domains=ACME.example&version=1")).await.unwrap();
    assert_eq!((&same, kinds_of_events(&maya, account.id).await.len()), (&account, 1));
    maya.clock.advance_ms(60_000);
    let changed = accounts::change_account(&maya, account.id, &form("website=acme.example&kind=vendor&primary_rep=&version=1")).await.unwrap();
    assert_eq!((changed.version, changed.updated_at, changed.primary_rep), (2, maya.now(), None));
    assert_eq!((&changed.locations, &changed.domains), (&account.locations, &account.domains));
    assert_eq!(accounts::find_account(&maya, account.id).await.unwrap(), changed);
    let events = accounts::account_timeline(&maya, account.id).await.unwrap();
    assert_eq!((events.len(), events[0].version, events[0].actor), (2, 2, maya.actor.as_ref().map(|actor| actor.id)));
    assert_eq!(events[0].kind.sentence(), "changed Kinds, Primary rep, Website of Acme");
});

both_engines!(two_people_who_change_different_fields_both_get_their_way, |store| async move {
    let ctx = site(&store).await;
    let (maya, ana) = (person(&ctx, "Maya Lind", Role::Rep).await, person(&ctx, "Ana Reyes", Role::Rep).await);
    let account = accounts::add_account(&maya, &form("name=Acme&website=old.example")).await.unwrap();
    accounts::change_account(&ana, account.id, &form("name=Acme&website=new.example&version=1")).await.unwrap();
    // Maya's form, opened before, still carries the old website.
    let merged = accounts::change_account(&maya, account.id, &form("name=Acme+Tools&website=https://old.example&version=1")).await.unwrap();
    assert_eq!((merged.name.as_str(), merged.website.as_str(), merged.version), ("Acme Tools", "https://new.example", 3));
    let clash = accounts::change_account(&maya, account.id, &form("website=third.example&version=1")).await;
    let Err(ServiceError::Refused(sentence)) = clash else { panic!("{clash:?}") };
    let expected = "Ana Reyes changed this account at 24 Nov 2025, 16:00 UTC: Website (now “https://new.example”). Look at it again, then save";
    assert_eq!(sentence, expected);
    assert_eq!(accounts::find_account(&maya, account.id).await.unwrap(), merged);
    let looked = accounts::change_account(&maya, account.id, &form("website=third.example&version=3")).await.unwrap();
    assert_eq!(looked.website, "https://third.example");
});

both_engines!(pages_of_accounts_follow_one_another, |store| async move {
    let maya = person(&site(&store).await, "Maya Lind", Role::Rep).await;
    for number in 0..accounts::PAGE_SIZE + 3 {
        accounts::add_account(&maya, &form(&format!("name=Same+{}", number % 4))).await.unwrap();
    }
    let first = accounts::list_accounts(&maya, &AccountFilter::default(), None).await.unwrap();
    let after = first.next_cursor.as_deref().and_then(Cursor::parse);
    let second = accounts::list_accounts(&maya, &AccountFilter::default(), after).await.unwrap();
    assert_eq!((first.items.len(), second.items.len(), second.next_cursor), (accounts::PAGE_SIZE, 3, None));
    let mut ids: Vec<i64> = first.items.iter().chain(&second.items).map(|row| row.id.0).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), accounts::PAGE_SIZE + 3);
});

async fn lead_of(ctx: &Ctx, query: &str) -> (LeadId, OpportunityId, AccountId) {
    let lead = leads::add(ctx, &form(query)).await.unwrap();
    let mut tx = ctx.store.read().await.unwrap();
    let found = tx.leads().find_visible(lead, &Scope::All).await.unwrap().expect("the lead");
    let deals = tx.opportunities().of_lead(lead).await.unwrap();
    (lead, deals[0].id, found.account.id)
}

both_engines!(an_opportunity_is_changed_by_whoever_may_edit_its_lead, |store| async move {
    let ctx = site(&store).await;
    let (maya, ben) = (person(&ctx, "Maya Lind", Role::Rep).await, person(&ctx, "Ben Ode", Role::Rep).await);
    let outsider = person(&ctx, "Dora Dist", Role::Distributor).await;
    let (lead, deal, account) = lead_of(&maya, "full_name=Ana+Reyes&company=Harbour").await;
    let changed = opportunities::change_opportunity(&maya, deal, &form("name=Network&amount=12,500&probability=40&close=2026-01-31&version=1")).await;
    let changed = changed.unwrap();
    assert_eq!((changed.version, changed.amount_minor, changed.probability), (2, Some(1_250_000), Some(40)));
    assert_eq!(opportunities::find_opportunity(&maya, deal).await.unwrap(), changed);
    assert_eq!(opportunities::lead_opportunities(&maya, lead).await.unwrap(), [changed]);
    let timeline = store.read().await.unwrap().events().of_lead(lead, None, 10).await.unwrap();
    assert_eq!(timeline[0].kind.sentence(), "changed Name, Amount, Probability to win, Expected close of Network");

    for stranger in [&ben, &outsider] {
        assert_error!(opportunities::find_opportunity(stranger, deal).await, ServiceError::NotFound);
        assert_error!(opportunities::lead_opportunities(stranger, lead).await, ServiceError::NotFound);
        assert_error!(opportunities::change_opportunity(stranger, deal, &form("amount=1")).await, ServiceError::NotFound);
        assert_error!(opportunities::add_opportunity(stranger, lead, &form("name=B")).await, ServiceError::NotFound);
    }
    assert_error!(opportunities::change_opportunity(&ctx, deal, &form("amount=1")).await, ServiceError::SignInRequired);
    assert_error!(opportunities::find_opportunity(&maya, OpportunityId(99)).await, ServiceError::NotFound);
    assert_eq!(accounts::account_opportunities(&maya, account).await.unwrap().len(), 1);
    assert_eq!(accounts::account_opportunities(&ben, account).await.unwrap().len(), 0);
});

both_engines!(an_opportunity_is_added_at_the_first_stage, |store| async move {
    let maya = person(&site(&store).await, "Maya Lind", Role::Rep).await;
    let (lead, first, account) = lead_of(&maya, "full_name=Ana+Reyes&company=Harbour").await;
    let added = opportunities::add_opportunity(&maya, lead, &form("name=Interim&stage=&follow_up=2026-02-01")).await.unwrap();
    let stage = store.catalog().await.unwrap().choice_name(added.stage);
    assert_eq!((stage.as_str(), added.account, added.version), ("01-Suspect", account, 1));
    let deals = opportunities::lead_opportunities(&maya, lead).await.unwrap();
    assert_eq!(deals.iter().map(|deal| deal.id).collect::<Vec<_>>(), [first, added.id]);
    assert_eq!(error_at(opportunities::add_opportunity(&maya, lead, &form("amount=1")).await, "name"), "Enter a name");
    let wrong = opportunities::change_opportunity(&maya, first, &form("stage=Dreaming&probability=140")).await;
    assert_eq!(error_at(wrong, "stage"), "Choose a stage from the list");
});

both_engines!(opportunities_of_closed_and_of_others_leads_stand_still, |store| async move {
    let ctx = site(&store).await;
    let admin = person(&ctx, "Ada Admin", Role::Administrator).await;
    let maya = person(&ctx, "Maya Lind", Role::Rep).await;
    let group = {
        let mut tx = store.begin().await.unwrap();
        let group = tx.people().add_group("North", "", None).await.unwrap();
        let ids: Vec<_> = [&admin, &maya].iter().map(|ctx| ctx.actor().unwrap().id).collect();
        tx.people().change_members(group, &ids).await.unwrap();
        tx.save().await.unwrap();
        group
    };
    let mut member = maya.actor().unwrap().clone();
    member.groups = vec![group];
    let maya = maya.acting_as(member);
    let owner = admin.actor().unwrap().id;
    let (lead, deal, _) = lead_of(&admin, &format!("full_name=Ana&company=Harbour&owner={owner}&group={group}")).await;
    assert_eq!(opportunities::lead_opportunities(&maya, lead).await.unwrap().len(), 1);
    assert_error!(opportunities::change_opportunity(&maya, deal, &form("amount=1")).await, ServiceError::Forbidden(_));
    assert_error!(opportunities::add_opportunity(&maya, lead, &form("name=B")).await, ServiceError::Forbidden(_));
    leads::act(&admin, lead, domain::LeadAction::Cancel, &form("")).await.unwrap();
    let closed = opportunities::change_opportunity(&admin, deal, &form("amount=1")).await;
    assert!(matches!(&closed, Err(ServiceError::Forbidden(sentence)) if sentence.contains("reopen")), "{closed:?}");
});
