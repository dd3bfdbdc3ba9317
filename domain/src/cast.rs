//! One named cast for the tests of every crate: people, groups, lists, two pipelines and a lead to start from. Numbers are
//! those that a fresh database gives when it is filled in this order.

use std::collections::BTreeMap;

use crate::account::Address;
use crate::catalog::{Choice, Group, LeadType, Person, Site, Status};
use crate::{
    AccountId, Actor, Catalog, ChoiceId, ChoiceList, ContactId, GroupId, Handover, Latest, Lead, LeadId, LeadState, LeadTypeId, LifeCycle, Named,
    Role, StatusId, Timestamp, UserId,
};

/// 24 November 2025, 16:00.
pub const NOW: Timestamp = Timestamp(1_764_000_000_000);

/// Administrator.
pub const ADA: UserId = UserId(1);
/// Rep in the South.
pub const ANA: UserId = UserId(2);
/// Works for the distributor [`NORTHWIND`].
pub const DORA: UserId = UserId(3);
/// Takes calls.
pub const INES: UserId = UserId(4);
/// Manages the North.
pub const MARTIN: UserId = UserId(5);
/// Rep in the North.
pub const MAYA: UserId = UserId(6);

pub const NORTH: GroupId = GroupId(1);
pub const SOUTH: GroupId = GroupId(2);

pub const ACME: AccountId = AccountId(1);
/// The distributor.
pub const NORTHWIND: AccountId = AccountId(2);

/// The usual type of lead.
pub const SALES: LeadTypeId = LeadTypeId(1);
/// A type whose pipeline has no status for a cancelled lead.
pub const RENEWAL: LeadTypeId = LeadTypeId(2);

const PEOPLE: [(&str, Role); 6] = [
    ("Ada Admin", Role::Administrator),
    ("Ana Reyes", Role::Rep),
    ("Dora Dist", Role::Distributor),
    ("Ines Intake", Role::Intake),
    ("Martin North", Role::Manager),
    ("Maya Lind", Role::Rep),
];

const CHOICES: [(ChoiceList, &[&str]); 9] = [
    (ChoiceList::Category, &["Prospect", "Customer"]),
    (ChoiceList::Importance, &["Low", "High"]),
    (ChoiceList::Location, &["Leeds"]),
    (ChoiceList::LostReason, &["Price", "No budget"]),
    (ChoiceList::Offering, &["Managed IT", "Cloud", "Training"]),
    (ChoiceList::Partner, &["Vendor House"]),
    (ChoiceList::Priority, &["Normal", "Urgent"]),
    (ChoiceList::Source, &["Web", "Referral"]),
    (ChoiceList::Stage, &["01-Suspect", "02-Prospect"]),
];

/// Type, name, state, positions in this list (from 1) to which a plain edit may move.
type Step = (LeadTypeId, &'static str, LifeCycle, &'static [i64]);

const STATUSES: [Step; 12] = [
    (SALES, "New enquiry", LifeCycle::Pending, &[]),
    (SALES, "Contacting", LifeCycle::Pending, &[]),
    (SALES, "Qualification", LifeCycle::InProgress, &[4]),
    (SALES, "Proposal", LifeCycle::InProgress, &[3, 5]),
    (SALES, "Negotiation", LifeCycle::InProgress, &[]),
    (SALES, "Won", LifeCycle::Won, &[]),
    (SALES, "Lost", LifeCycle::Lost, &[]),
    (SALES, "Cancelled", LifeCycle::Cancelled, &[]),
    (RENEWAL, "New", LifeCycle::Pending, &[]),
    (RENEWAL, "Nurture", LifeCycle::InProgress, &[]),
    (RENEWAL, "Won", LifeCycle::Won, &[]),
    (RENEWAL, "Lost", LifeCycle::Lost, &[]),
];

/// The catalog of the cast.
#[must_use]
pub fn catalog() -> Catalog {
    let lead_type = |id: LeadTypeId, name: &str| LeadType {
        id,
        name: name.to_owned(),
        position: id.0,
        default_category: None,
        default_priority: None,
        default_importance: None,
        default_probability: None,
        retired: false,
    };
    let group = |id, name: &str, manager, members| Group { id, name: name.to_owned(), region: String::new(), manager, members, retired: false };
    Catalog {
        site: Site::default(),
        types: vec![lead_type(SALES, "Sales enquiry"), lead_type(RENEWAL, "Renewal")],
        statuses: statuses(),
        choices: choices(),
        fields: Vec::new(),
        groups: vec![group(NORTH, "North", Some(MARTIN), vec![MAYA]), group(SOUTH, "South", None, vec![ANA])],
        people: PEOPLE.iter().zip(1..).map(|((name, role), id)| person(UserId(id), name, *role)).collect(),
    }
}

fn person(id: UserId, name: &str, role: Role) -> Person {
    let email = format!("{}@house.test", name.to_lowercase().replace(' ', "."));
    Person { id, name: name.to_owned(), email, role, disabled: false }
}

fn statuses() -> Vec<Status> {
    let first_of_state = |index: usize| !STATUSES[..index].iter().any(|earlier| (earlier.0, earlier.2) == (STATUSES[index].0, STATUSES[index].2));
    let position = |index: usize| STATUSES[..=index].iter().filter(|step| step.0 == STATUSES[index].0).count();
    let status = |(index, (lead_type, name, state, moves)): (usize, &Step)| Status {
        id: StatusId(index as i64 + 1),
        lead_type: *lead_type,
        name: (*name).to_owned(),
        state: *state,
        position: position(index) as i64,
        tone: "grey".to_owned(),
        due_days: None,
        is_default: first_of_state(index),
        moves: moves.iter().map(|id| StatusId(*id)).collect(),
        retired: false,
    };
    STATUSES.iter().enumerate().map(status).collect()
}

fn choices() -> Vec<Choice> {
    let of_list = |(list, names): &(ChoiceList, &[&str])| {
        let list = *list;
        names.iter().zip(1..).map(move |(name, position)| (list, (*name).to_owned(), position)).collect::<Vec<_>>()
    };
    let all = CHOICES.iter().flat_map(of_list).zip(1..);
    all.map(|((list, name, position), id)| Choice {
        id: ChoiceId(id),
        list,
        name,
        position,
        is_default: false,
        asks_referrer: false,
        is_goods: false,
        retired: false,
    })
    .collect()
}

/// A status by its name and type.
///
/// # Panics
/// When the cast has no such status.
#[must_use]
pub fn status(lead_type: LeadTypeId, name: &str) -> StatusId {
    let found = statuses().into_iter().find(|status| status.lead_type == lead_type && status.name == name);
    found.expect("a status of the cast").id
}

/// A choice by its name.
///
/// # Panics
/// When the cast has no such choice.
#[must_use]
pub fn choice(list: ChoiceList, name: &str) -> ChoiceId {
    catalog().choice_named(list, name).expect("a choice of the cast").id
}

/// A person of the cast, signed in.
///
/// # Panics
/// When the cast has no such person.
#[must_use]
pub fn actor(id: UserId) -> Actor {
    let catalog = catalog();
    let person = catalog.person(id).expect("a person of the cast").clone();
    let groups_where = |is_theirs: &dyn Fn(&Group) -> bool| catalog.groups.iter().filter(|group| is_theirs(group)).map(|group| group.id).collect();
    Actor {
        id,
        name: person.name,
        email: person.email,
        role: person.role,
        groups: groups_where(&|group| group.members.contains(&id)),
        managed_groups: groups_where(&|group| group.manager == Some(id)),
        account: (id == DORA).then_some(NORTHWIND),
    }
}

/// A new enquiry from Jo Field of Acme that nobody owns.
#[must_use]
pub fn lead() -> Lead {
    Lead {
        id: LeadId(1),
        version: 1,
        full_name: "Jo Field".to_owned(),
        account: Named { id: ACME, name: "Acme".to_owned() },
        contact: ContactId(1),
        phones: Vec::new(),
        emails: Vec::new(),
        contact_email: String::new(),
        contact_phone: String::new(),
        lead_type: SALES,
        status: status(SALES, "New enquiry"),
        status_since: NOW,
        reopen_status: None,
        state: LeadState::Pending,
        category: None,
        source: None,
        partner: None,
        location: None,
        priority: None,
        importance: None,
        owner: None,
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
        team: Vec::new(),
        extra: BTreeMap::new(),
        latest: Latest::default(),
        handover: Handover::default(),
        custom: BTreeMap::new(),
        created_by: None,
        created_at: NOW,
        updated_at: NOW,
        deleted_at: None,
    }
}
