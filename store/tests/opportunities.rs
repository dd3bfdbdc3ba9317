//! Opportunities of leads, on both engines.

use std::collections::BTreeMap;

use domain::{
    AccountId, Address, ChoiceId, ChoiceList, ContactId, EmailAddress, GroupId, Latest, Lead, LeadId, LeadState, LifeCycle, Named, Opportunity,
    OpportunityId, Reach, Role, Scope, Timestamp, UserId,
};
use store::accounts::NewAccount;
use store::catalog::{NewLeadType, NewStatus};
use store::contacts::NewContact;
use store::leads::NewLead;
use store::opportunities::Of;
use store::people::NewUser;
use store::{Sql, Store, Tx, both_engines};

const NOW: Timestamp = Timestamp(1_764_000_000_000);
const ACME: AccountId = AccountId(1);

/// A person, the account Acme with a contact, and three of its leads: owned by the person, helped by them, of nobody.
async fn furnished(store: &Store) -> (Tx, UserId, ChoiceId) {
    let mut tx = store.begin().await.expect("a transaction");
    let email = EmailAddress::parse("maya@house.test").unwrap();
    let maya = NewUser { email, name: "Maya Lind".to_owned(), role: Role::Rep, password_hash: String::new(), account: None, at: NOW };
    let maya = tx.people().add(maya).await.unwrap();
    let stage = tx.catalog().add_choice(ChoiceList::Stage, "01-Suspect", true).await.unwrap();
    let lead_type = tx.catalog().add_lead_type(&NewLeadType { name: "Sales".to_owned(), ..NewLeadType::default() }).await.unwrap();
    let status =
        NewStatus { lead_type, name: "New".to_owned(), state: LifeCycle::Pending, tone: "grey".to_owned(), due_days: None, is_default: true };
    let status = tx.catalog().add_status(&status).await.unwrap();
    let acme = NewAccount {
        id: ACME,
        name: "Acme".to_owned(),
        kinds: Vec::new(),
        primary_rep: None,
        website: String::new(),
        domains: Vec::new(),
        locations: Vec::new(),
        import: None,
        now: NOW,
    };
    tx.accounts().add(&acme).await.unwrap();
    let contact = ContactId(1);
    let ana = NewContact {
        id: contact,
        full_name: "Ana Reyes".to_owned(),
        job_title: String::new(),
        account: Some(ACME),
        phones: Vec::new(),
        emails: Vec::new(),
        import: None,
        now: NOW,
    };
    tx.contacts().add(&ana).await.unwrap();
    let lead = |id: i64, owner: Option<UserId>, team: Vec<UserId>| Lead {
        id: LeadId(id),
        version: 1,
        handover: domain::Handover::default(),
        full_name: "Ana Reyes".to_owned(),
        account: Named { id: ACME, name: "Acme".to_owned() },
        contact,
        phones: Vec::new(),
        emails: Vec::new(),
        contact_email: String::new(),
        contact_phone: String::new(),
        lead_type,
        status,
        status_since: NOW,
        reopen_status: None,
        state: LeadState::Pending,
        category: None,
        source: None,
        partner: None,
        location: None,
        priority: None,
        importance: None,
        owner,
        group: None,
        distributor: None,
        probability: None,
        target_amount_minor: 0,
        currency: "GBP".to_owned(),
        score: 0,
        expected_at: None,
        address: Address::default(),
        message: String::new(),
        offerings: Vec::new(),
        tags: Vec::new(),
        team,
        extra: BTreeMap::new(),
        latest: Latest::default(),
        custom: std::collections::BTreeMap::new(),
        created_by: None,
        created_at: NOW,
        updated_at: NOW,
        deleted_at: None,
    };
    let leads = [lead(1, Some(maya), vec![]), lead(2, None, vec![maya]), lead(3, None, vec![])];
    let leads: Vec<NewLead> = leads.into_iter().map(|lead| NewLead { lead, import: None, import_key: None }).collect();
    tx.leads().add_many(&leads).await.unwrap();
    (tx, maya, stage)
}

fn opportunity(id: i64, lead: i64, stage: ChoiceId) -> Opportunity {
    Opportunity {
        id: OpportunityId(id),
        version: 1,
        lead: LeadId(lead),
        account: ACME,
        name: format!("Deal {id}"),
        stage,
        amount_minor: None,
        currency: "GBP".to_owned(),
        probability: None,
        close_at: None,
        follow_up_at: None,
        created_at: NOW,
        updated_at: NOW,
    }
}

fn ids(opportunities: &[Opportunity]) -> Vec<i64> {
    opportunities.iter().map(|opportunity| opportunity.id.0).collect()
}

both_engines!(an_opportunity_is_found_as_it_was_added_and_changed, |store| async move {
    let (mut tx, _, stage) = furnished(&store).await;
    let mut deal = Opportunity {
        amount_minor: Some(1_250_050),
        probability: Some(40),
        close_at: Some(NOW.plus_ms(5)),
        follow_up_at: Some(NOW.plus_ms(6)),
        ..opportunity(1, 1, stage)
    };
    tx.opportunities().add(&deal).await.unwrap();
    assert_eq!(tx.opportunities().find(deal.id).await.unwrap().as_ref(), Some(&deal));
    assert_eq!(tx.opportunities().find(OpportunityId(9)).await.unwrap(), None);
    deal = Opportunity {
        version: 2,
        name: "Network".to_owned(),
        amount_minor: None,
        probability: None,
        close_at: None,
        updated_at: NOW.plus_ms(9),
        ..deal
    };
    assert!(tx.opportunities().change(&deal, 1).await.unwrap());
    assert!(!tx.opportunities().change(&deal, 1).await.unwrap());
    assert_eq!(tx.opportunities().find(deal.id).await.unwrap(), Some(deal));
});

both_engines!(a_lead_has_its_own_opportunities, |store| async move {
    let (mut tx, _, stage) = furnished(&store).await;
    tx.opportunities().add_many(&[opportunity(1, 1, stage), opportunity(2, 2, stage), opportunity(3, 1, stage)]).await.unwrap();
    tx.opportunities().add_many(&[]).await.unwrap();
    assert_eq!(ids(&tx.opportunities().of_lead(LeadId(1)).await.unwrap()), [1, 3]);
    assert_eq!(ids(&tx.opportunities().of_lead(LeadId(3)).await.unwrap()), [0_i64; 0]);
});

both_engines!(an_account_shows_the_opportunities_of_leads_in_scope, |store| async move {
    let (mut tx, maya, stage) = furnished(&store).await;
    tx.opportunities().add_many(&[opportunity(1, 1, stage), opportunity(2, 2, stage), opportunity(3, 3, stage)]).await.unwrap();
    let scopes = [
        (Scope::All, vec![3, 2, 1]),
        (Scope::Any(vec![Reach::Owner(maya)]), vec![1]),
        (Scope::Any(vec![Reach::Team(maya)]), vec![2]),
        (Scope::Any(vec![Reach::Unclaimed]), vec![3, 2]),
        (Scope::Any(vec![]), vec![]),
    ];
    for (scope, expected) in scopes {
        assert_eq!(ids(&tx.opportunities().of_account(ACME, &scope).await.unwrap()), expected, "{scope:?}");
    }
    tx.run(Sql::new("update lead set deleted_at = 1 where id = 1")).await.unwrap();
    assert_eq!(ids(&tx.opportunities().of_account(ACME, &Scope::All).await.unwrap()), [3, 2]);
    assert_eq!(ids(&tx.opportunities().of_account(AccountId(2), &Scope::All).await.unwrap()), [0_i64; 0]);
});

/// All pages of a list, of so many each.
async fn walk(tx: &mut Tx, of: Of, scope: &Scope, limit: i64) -> Vec<i64> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = tx.opportunities().list(of, scope, after, limit).await.unwrap();
        assert!(page.len() as i64 <= limit);
        let Some(last) = page.last() else { return found };
        after = Some((last.lead, last.id));
        found.extend(ids(&page));
    }
}

both_engines!(a_list_goes_from_the_newest_lead_on_and_shows_what_is_in_scope, |store| async move {
    let (mut tx, maya, stage) = furnished(&store).await;
    let deals = [opportunity(1, 1, stage), opportunity(2, 2, stage), opportunity(3, 3, stage), opportunity(4, 1, stage)];
    tx.opportunities().add_many(&deals).await.unwrap();
    let scopes = [
        (Scope::All, vec![3, 2, 4, 1]),
        (Scope::Any(vec![Reach::Owner(maya)]), vec![4, 1]),
        (Scope::Any(vec![Reach::Team(maya)]), vec![2]),
        (Scope::Any(vec![Reach::Unclaimed]), vec![3, 2]),
        (Scope::Any(vec![Reach::Owner(maya), Reach::Team(maya), Reach::Unclaimed]), vec![3, 2, 4, 1]),
        (Scope::Any(vec![Reach::Group(GroupId(1)), Reach::CreatedBy(maya), Reach::Distributor(ACME)]), vec![]),
        (Scope::Any(vec![]), vec![]),
    ];
    for (scope, expected) in &scopes {
        for of in [Of::Everyone, Of::Account(ACME)] {
            for limit in [1, 2, 3, 9] {
                assert_eq!(walk(&mut tx, of, scope, limit).await, *expected, "{of:?}, {scope:?}, {limit} a page");
            }
        }
        assert_eq!(walk(&mut tx, Of::Account(AccountId(2)), scope, 9).await, [0_i64; 0]);
    }
    assert_eq!(walk(&mut tx, Of::Lead(LeadId(1)), &Scope::All, 1).await, [4, 1]);
    tx.run(Sql::new("update lead set deleted_at = 1 where id = 1")).await.unwrap();
    assert_eq!(walk(&mut tx, Of::Everyone, &Scope::All, 1).await, [3, 2]);
    assert_eq!(walk(&mut tx, Of::Account(ACME), &Scope::Any(vec![Reach::Owner(maya), Reach::Team(maya)]), 9).await, [2]);
});

both_engines!(a_page_of_opportunities_is_one_statement, |store| async move {
    let (mut tx, maya, stage) = furnished(&store).await;
    tx.opportunities().add_many(&[opportunity(1, 1, stage), opportunity(2, 2, stage)]).await.unwrap();
    let scope = Scope::Any(vec![Reach::Owner(maya), Reach::Team(maya)]);
    for of in [Of::Everyone, Of::Account(ACME), Of::Lead(LeadId(1))] {
        let before = store.statements();
        tx.opportunities().list(of, &scope, None, 50).await.unwrap();
        assert_eq!(store.statements() - before, 1, "{of:?}");
    }
});
