//! Leads on both engines: writing them, and the list compared with a plain filter in Rust over the same leads; and what goes along
//! with leads: events, submissions of the public form, and the catalog that every request reads.

mod alongside;
mod audiences;
mod board;
mod events;
mod generated;
mod groups;
mod list;
mod long_lists;
mod plain_filter;
mod searching;
mod walks;
mod writing;

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::cast::{self, ACME, ADA, ANA, DORA, INES, MAYA, NORTH, NORTHWIND, NOW, SALES};
use domain::{Catalog, ChoiceList, ContactId, DAY_MS, EmailAddress, Handover, Latest, Lead, LeadId, LeadState, Phone, Scope};
use store::accounts::NewAccount;
use store::catalog::{NewLeadType, NewStatus};
use store::contacts::NewContact;
use store::leads::NewLead;
use store::people::NewUser;
use store::{Store, Tx};

/// Puts the cast into an empty database.
async fn furnish(store: &Store) -> Arc<Catalog> {
    let wanted = cast::catalog();
    let mut tx = store.begin().await.expect("a transaction");
    for account in [ACME, NORTHWIND] {
        tx.accounts().add(&account_named(account, if account == ACME { "Acme" } else { "Northwind" })).await.unwrap();
    }
    for person in &wanted.people {
        let email = EmailAddress::parse(&person.email).unwrap();
        let account = (person.id == DORA).then_some(NORTHWIND);
        let new = NewUser { email, name: person.name.clone(), role: person.role, password_hash: String::new(), account, at: NOW };
        assert_eq!(tx.people().add(new).await.unwrap(), person.id);
    }
    for group in &wanted.groups {
        let id = tx.people().add_group(&group.name, &group.region, group.manager).await.unwrap();
        tx.people().change_members(id, &group.members).await.unwrap();
    }
    for choice in &wanted.choices {
        tx.catalog().add_choice(choice.list, &choice.name, choice.is_default).await.unwrap();
    }
    for lead_type in &wanted.types {
        tx.catalog().add_lead_type(&NewLeadType { name: lead_type.name.clone(), ..NewLeadType::default() }).await.unwrap();
    }
    for status in &wanted.statuses {
        let new = NewStatus {
            lead_type: status.lead_type,
            name: status.name.clone(),
            state: status.state,
            tone: status.tone.clone(),
            due_days: status.due_days,
            is_default: status.is_default,
        };
        tx.catalog().add_status(&new).await.unwrap();
    }
    for status in &wanted.statuses {
        for to in &status.moves {
            tx.catalog().add_status_move(status.id, *to).await.unwrap();
        }
    }
    tx.contacts().add(&contact_of(&cast::lead())).await.unwrap();
    tx.save().await.unwrap();
    let catalog = store.catalog().await.unwrap();
    // The clocks of its time zone are worked out when it is read.
    let mut wanted = wanted;
    wanted.site.zone.clone_from(&catalog.site.zone);
    assert_eq!(*catalog, wanted);
    catalog
}

fn account_named(id: domain::AccountId, name: &str) -> NewAccount {
    NewAccount {
        id,
        name: name.to_owned(),
        kinds: Vec::new(),
        primary_rep: None,
        website: String::new(),
        domains: Vec::new(),
        locations: Vec::new(),
        import: None,
        now: NOW,
    }
}

fn contact_of(lead: &Lead) -> NewContact {
    NewContact {
        id: lead.contact,
        full_name: lead.full_name.clone(),
        job_title: String::new(),
        account: Some(lead.account.id),
        phones: lead.phones.clone(),
        emails: lead.emails.clone(),
        import: None,
        now: lead.created_at,
    }
}

fn new_lead(lead: &Lead) -> NewLead {
    NewLead { lead: lead.clone(), import: None, import_key: None }
}

async fn find(tx: &mut Tx, id: LeadId) -> Option<Lead> {
    tx.leads().find_visible(id, &Scope::All).await.unwrap()
}

fn phone(raw: &str, e164: Option<&str>) -> Phone {
    Phone { raw: raw.to_owned(), e164: e164.map(str::to_owned) }
}

fn email(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

/// Lead 7 with something in every column, of contact 7.
fn full_lead() -> Lead {
    let choice = |list, name| Some(cast::choice(list, name));
    Lead {
        id: LeadId(7),
        full_name: "Zoë Field".to_owned(),
        contact: ContactId(7),
        phones: vec![phone("0161 496 0123", Some("+441614960123")), phone("ext 12", None)],
        emails: vec![email("Zoe@acme.test"), email("field@acme.test")],
        contact_email: "field@acme.test".to_owned(),
        contact_phone: "ext 12".to_owned(),
        status: cast::status(SALES, "Lost"),
        status_since: NOW.plus_ms(3),
        reopen_status: Some(cast::status(SALES, "Proposal")),
        state: LeadState::Lost { at: NOW.plus_ms(3), reason: cast::choice(ChoiceList::LostReason, "Price") },
        category: choice(ChoiceList::Category, "Customer"),
        source: choice(ChoiceList::Source, "Web"),
        partner: choice(ChoiceList::Partner, "Vendor House"),
        location: choice(ChoiceList::Location, "Leeds"),
        priority: choice(ChoiceList::Priority, "Urgent"),
        importance: choice(ChoiceList::Importance, "High"),
        owner: Some(MAYA),
        group: Some(NORTH),
        distributor: Some(NORTHWIND),
        probability: Some(40),
        target_amount_minor: 1_250_050,
        currency: "EUR".to_owned(),
        score: -7,
        expected_at: Some(NOW.plus_ms(DAY_MS)),
        address: domain::Address {
            street: "1 Quay".to_owned(),
            city: "Hull".to_owned(),
            postcode: "HU1 1AA".to_owned(),
            state: "Yorkshire".to_owned(),
            country: "GB".to_owned(),
        },
        message: "First line\nsecond line".to_owned(),
        offerings: vec![cast::choice(ChoiceList::Offering, "Managed IT"), cast::choice(ChoiceList::Offering, "Training")],
        tags: vec!["trade fair".to_owned(), "vip".to_owned()],
        team: vec![ADA, ANA],
        extra: BTreeMap::from([("Fax".to_owned(), "“none”".to_owned())]),
        latest: Latest {
            contacted_at: Some(NOW.plus_ms(1)),
            commented_at: Some(NOW.plus_ms(2)),
            comment: "Rings back".to_owned(),
            activity_at: Some(NOW.plus_ms(3)),
            awaiting_since: Some(NOW.plus_ms(8)),
        },
        handover: Handover { at: Some(NOW.plus_ms(5)), by: Some(INES), touch_by: Some(NOW.plus_ms(6)), level: 2, escalate_at: Some(NOW.plus_ms(7)) },
        created_by: Some(INES),
        deleted_at: Some(NOW.plus_ms(4)),
        ..cast::lead()
    }
}

async fn add(tx: &mut Tx, lead: &Lead) {
    tx.contacts().add(&contact_of(lead)).await.unwrap();
    tx.leads().add_many(&[new_lead(lead)]).await.unwrap();
}

async fn add_all(tx: &mut Tx, leads: &[Lead]) {
    tx.contacts().add_many(&leads.iter().map(contact_of).collect::<Vec<_>>()).await.unwrap();
    tx.leads().add_many(&leads.iter().map(new_lead).collect::<Vec<_>>()).await.unwrap();
    tx.lead_classes().add_many(&generated::qualified(leads)).await.unwrap();
}
