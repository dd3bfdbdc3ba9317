//! Deals that are registered with vendors, on both engines.

use domain::account_merge::Moving;
use domain::cast::{self, ACME, MAYA, NOW};
use domain::deal_registration::Protection;
use domain::{
    AccountId, AccountKind, ChoiceList, DAY_MS, DealRegistration, DealRegistrationId, EmailAddress, Lead, LeadId, Named, Opportunity, OpportunityId,
    RegistrationState, Role, Timestamp,
};
use store::accounts::NewAccount;
use store::catalog::{NewLeadType, NewStatus};
use store::contacts::NewContact;
use store::leads::NewLead;
use store::people::NewUser;
use store::{Sql, Store, Tx, both_engines};

const VENDOR: AccountId = AccountId(900);

fn account(id: AccountId, name: &str, kinds: Vec<AccountKind>) -> NewAccount {
    NewAccount {
        id,
        name: name.to_owned(),
        kinds,
        primary_rep: None,
        website: String::new(),
        domains: Vec::new(),
        locations: Vec::new(),
        import: None,
        now: NOW,
    }
}

/// What a lead of the cast refers to, and a vendor.
async fn furnish(tx: &mut Tx) {
    let wanted = cast::catalog();
    tx.accounts().add(&account(ACME, "Acme", Vec::new())).await.unwrap();
    tx.accounts().add(&account(VENDOR, "Vendor House", vec![AccountKind::Vendor])).await.unwrap();
    for person in &wanted.people {
        // Who works for a distributor would need the firm.
        let role = if person.role.is_internal() { person.role } else { Role::Rep };
        let email = EmailAddress::parse(&person.email).unwrap();
        let new = NewUser { email, name: person.name.clone(), role, password_hash: String::new(), account: None, at: NOW };
        tx.people().add(new).await.unwrap();
    }
    for lead_type in &wanted.types {
        tx.catalog().add_lead_type(&NewLeadType { name: lead_type.name.clone(), ..NewLeadType::default() }).await.unwrap();
    }
    for status in &wanted.statuses {
        let (lead_type, state, is_default) = (status.lead_type, status.state, status.is_default);
        let new = NewStatus { lead_type, name: status.name.clone(), state, tone: "grey".to_owned(), due_days: None, is_default };
        tx.catalog().add_status(&new).await.unwrap();
    }
    let contact = NewContact {
        id: cast::lead().contact,
        full_name: "Jo Field".to_owned(),
        job_title: String::new(),
        account: Some(ACME),
        phones: Vec::new(),
        emails: Vec::new(),
        import: None,
        now: NOW,
    };
    tx.contacts().add(&contact).await.unwrap();
}

/// Leads 1 and 2 of Acme, each with the deal of its number.
async fn begin(store: &Store) -> Tx {
    let mut tx = store.begin().await.unwrap();
    furnish(&mut tx).await;
    let stage = tx.catalog().add_choice(ChoiceList::Stage, "01-Suspect", true).await.unwrap();
    let leads = [1, 2].map(|id| NewLead { lead: Lead { id: LeadId(id), ..cast::lead() }, import: None, import_key: None });
    tx.leads().add_many(&leads).await.unwrap();
    let deals = [1, 2].map(|id| Opportunity {
        id: OpportunityId(id),
        version: 1,
        lead: LeadId(id),
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
    });
    tx.opportunities().add_many(&deals).await.unwrap();
    tx
}

fn registration(id: i64) -> DealRegistration {
    let opportunity = Named { id: OpportunityId(id), name: format!("Deal {id}") };
    let vendor = Named { id: VENDOR, name: "Vendor House".to_owned() };
    DealRegistration { id: DealRegistrationId(id), ..DealRegistration::blank(LeadId(id), opportunity, vendor, MAYA, NOW) }
}

fn today() -> Timestamp {
    NOW.start_of_day()
}

both_engines!(a_registration_reads_back_as_it_was_added_and_changed, |store| async move {
    let mut tx = begin(&store).await;
    let one = DealRegistration { note: "Two\nlines".to_owned(), ..registration(1) };
    tx.deal_registrations().add(&one).await.unwrap();
    assert_eq!(tx.deal_registrations().find(one.id).await.unwrap().as_ref(), Some(&one));
    assert_eq!(tx.deal_registrations().find(DealRegistrationId(9)).await.unwrap(), None);
    let approved = DealRegistration {
        version: 2,
        state: RegistrationState::Approved,
        reference: "D-17".to_owned(),
        reason: "Odd".to_owned(),
        submitted_at: Some(NOW),
        decided_at: Some(NOW.plus_ms(1)),
        protection: Some(Protection { from: today(), until: today().plus_ms(90 * DAY_MS) }),
        look_at: Some(NOW.plus_ms(2)),
        updated_at: NOW.plus_ms(3),
        ..one.clone()
    };
    assert!(tx.deal_registrations().change(&approved, 1).await.unwrap());
    assert!(!tx.deal_registrations().change(&approved, 1).await.unwrap(), "somebody was faster");
    assert_eq!(tx.deal_registrations().of_lead(LeadId(1), 10).await.unwrap(), [approved]);
    assert!(tx.deal_registrations().of_lead(LeadId(2), 10).await.unwrap().is_empty());
    for state in RegistrationState::ALL {
        let changed = DealRegistration { version: 2, state, ..one.clone() };
        assert!(tx.deal_registrations().change(&changed, 2).await.unwrap(), "{state:?}");
    }
});

both_engines!(what_holds_an_account_with_a_vendor_is_found, |store| async move {
    let mut tx = begin(&store).await;
    let first = DealRegistration { state: RegistrationState::Submitted, submitted_at: Some(NOW), ..registration(1) };
    let second = registration(2);
    tx.deal_registrations().add(&first).await.unwrap();
    tx.deal_registrations().add(&second).await.unwrap();
    tx.deal_registrations().hold_first().await.unwrap();
    let rival = tx.deal_registrations().first_rival(&second, today()).await.unwrap().expect("a rival");
    assert_eq!((rival.id, rival.lead, rival.submitted_at), (first.id, LeadId(1), NOW));
    assert_eq!(tx.deal_registrations().first_rival(&first, today()).await.unwrap(), None, "the other was not submitted");
    let with_another = DealRegistration { vendor: Named { id: ACME, name: "Acme".to_owned() }, ..second.clone() };
    assert_eq!(tx.deal_registrations().first_rival(&with_another, today()).await.unwrap(), None);

    let until = |days: i64| Some(Protection { from: today(), until: today().plus_ms(days * DAY_MS) });
    for (state, protection, holds) in [
        (RegistrationState::Approved, until(0), true),
        (RegistrationState::Extended, until(5), true),
        (RegistrationState::Approved, until(-1), false),
        (RegistrationState::Expired, until(-1), false),
        (RegistrationState::Returned, None, false),
        (RegistrationState::Rejected, None, false),
    ] {
        let changed = DealRegistration { state, protection, ..first.clone() };
        assert!(tx.deal_registrations().change(&changed, 1).await.unwrap());
        assert_eq!(tx.deal_registrations().first_rival(&second, today()).await.unwrap().is_some(), holds, "{state:?} {protection:?}");
    }
    assert!(tx.deal_registrations().change(&first, 1).await.unwrap());
    tx.run(Sql::new("update lead set deleted_at = 1 where id = 1")).await.unwrap();
    assert_eq!(tx.deal_registrations().first_rival(&second, today()).await.unwrap(), None, "a deleted lead holds nothing");
});

both_engines!(what_ends_is_listed_when_its_time_has_come, |store| async move {
    let mut tx = begin(&store).await;
    for (id, after) in [(1, 5), (2, 3)] {
        tx.deal_registrations().add(&DealRegistration { look_at: Some(NOW.plus_ms(after)), ..registration(id) }).await.unwrap();
    }
    let mut listed = async |ms: i64, limit: i64| {
        let found = tx.deal_registrations().list_to_look_at(NOW.plus_ms(ms), limit).await.unwrap();
        found.into_iter().map(|one| (one.id.0, one.lead.0)).collect::<Vec<_>>()
    };
    assert!(listed(2, 10).await.is_empty());
    assert_eq!(listed(3, 10).await, [(2, 2)]);
    assert_eq!(listed(9, 10).await, [(2, 2), (1, 1)]);
    assert_eq!(listed(9, 1).await, [(2, 2)]);
});

both_engines!(vendors_are_accounts_that_are_and_take_their_deals_along, |store| async move {
    let mut tx = begin(&store).await;
    assert_eq!(tx.deal_registrations().vendors(10).await.unwrap(), [Named { id: VENDOR, name: "Vendor House".to_owned() }]);
    assert!(tx.deal_registrations().vendors(0).await.unwrap().is_empty());
    tx.deal_registrations().add(&registration(1)).await.unwrap();
    assert_eq!(tx.account_merges().count(VENDOR).await.unwrap(), [(Moving::Registration, 1)]);
    tx.run(Sql::new("update account set deleted_at = 1 where id = $1").bind(VENDOR)).await.unwrap();
    assert!(tx.deal_registrations().vendors(10).await.unwrap().is_empty());
});
