//! Plans that send series of messages, and who is on one, on both engines.

use domain::cast::{self, ACME, DORA, MAYA, NORTHWIND, NOW};
use domain::{
    EmailAddress, Lead, LeadId, MessageTemplate, MessageTemplateId, Nurture, NurtureId, NurturePlan, NurturePlanId, NurtureState, NurtureStep,
    Timestamp, Wording,
};
use store::accounts::NewAccount;
use store::catalog::{NewLeadType, NewStatus};
use store::contacts::NewContact;
use store::leads::NewLead;
use store::people::NewUser;
use store::{Store, Tx, both_engines};

fn account(id: domain::AccountId, name: &str) -> NewAccount {
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

/// What leads of the cast refer to.
async fn furnish(tx: &mut Tx) {
    let wanted = cast::catalog();
    tx.accounts().add_many(&[account(ACME, "Acme"), account(NORTHWIND, "Northwind")]).await.unwrap();
    for person in &wanted.people {
        let email = EmailAddress::parse(&person.email).unwrap();
        let firm = (person.id == DORA).then_some(NORTHWIND);
        let new = NewUser { email, name: person.name.clone(), role: person.role, password_hash: String::new(), account: firm, at: NOW };
        tx.people().add(new).await.unwrap();
    }
    for group in &wanted.groups {
        tx.people().add_group(&group.name, "", group.manager).await.unwrap();
    }
    for lead_type in &wanted.types {
        tx.catalog().add_lead_type(&NewLeadType { name: lead_type.name.clone(), ..NewLeadType::default() }).await.unwrap();
    }
    for status in &wanted.statuses {
        let (lead_type, state, is_default) = (status.lead_type, status.state, status.is_default);
        let new = NewStatus { lead_type, name: status.name.clone(), state, tone: "grey".to_owned(), due_days: None, is_default };
        tx.catalog().add_status(&new).await.unwrap();
    }
    let lead = cast::lead();
    let contact = NewContact {
        id: lead.contact,
        full_name: lead.full_name,
        job_title: String::new(),
        account: Some(ACME),
        phones: Vec::new(),
        emails: Vec::new(),
        import: None,
        now: NOW,
    };
    tx.contacts().add(&contact).await.unwrap();
}

fn plan(id: i64, name: &str, days: &[i64]) -> NurturePlan {
    let steps = days.iter().map(|days| NurtureStep { after_days: *days, template: MessageTemplateId(1) }).collect();
    NurturePlan { id: NurturePlanId(id), name: name.to_owned(), steps, removed_at: None }
}

fn on(id: i64, lead: i64, next_at: Option<i64>) -> Nurture {
    Nurture {
        id: NurtureId(id),
        lead: LeadId(lead),
        plan: NurturePlanId(1),
        state: if next_at.is_some() { NurtureState::Running } else { NurtureState::Paused },
        step: 0,
        next_at: next_at.map(Timestamp),
        last_at: None,
        started_by: MAYA,
        started_at: NOW,
        ended_at: None,
    }
}

/// A house with leads 1 to 3, a template and two plans.
async fn begin(store: &Store) -> Tx {
    let mut tx = store.begin().await.unwrap();
    furnish(&mut tx).await;
    let leads = [1, 2, 3].map(|id| NewLead { lead: Lead { id: LeadId(id), ..cast::lead() }, import: None, import_key: None });
    tx.leads().add_many(&leads).await.unwrap();
    let wording = Wording { subject: "Hello".to_owned(), body: "Text".to_owned() };
    let template = MessageTemplate { id: MessageTemplateId(1), name: "Intro".to_owned(), wording, removed_at: None };
    tx.messages().add_template(&template).await.unwrap();
    tx.nurture().put_plan(&plan(1, "slow", &[0, 30, 60])).await.unwrap();
    tx.nurture().put_plan(&plan(2, "Fast", &[0])).await.unwrap();
    tx
}

both_engines!(a_plan_reads_back_with_its_steps_in_order, |store| async move {
    let mut tx = begin(&store).await;
    assert_eq!(tx.nurture().list_plans().await.unwrap(), [plan(2, "Fast", &[0]), plan(1, "slow", &[0, 30, 60])]);
    let changed = NurturePlan { removed_at: Some(Timestamp(5)), ..plan(1, "Slower", &[90, 1]) };
    tx.nurture().put_plan(&changed).await.unwrap();
    assert_eq!(tx.nurture().find_plan(NurturePlanId(1)).await.unwrap(), Some(changed));
    assert_eq!(tx.nurture().list_plans().await.unwrap().len(), 1);
    assert_eq!(tx.nurture().find_plan(NurturePlanId(9)).await.unwrap(), None);
});

both_engines!(who_is_due_is_found_the_longest_first, |store| async move {
    let mut tx = begin(&store).await;
    for one in [on(1, 1, Some(50)), on(2, 2, Some(20)), on(3, 3, None)] {
        tx.nurture().add(&one).await.unwrap();
    }
    let due = async |tx: &mut Tx, now: i64, limit: i64| {
        tx.nurture().list_due(Timestamp(now), limit).await.unwrap().into_iter().map(|one| one.id.0).collect::<Vec<_>>()
    };
    assert_eq!(due(&mut tx, 19, 9).await, Vec::<i64>::new());
    assert_eq!((due(&mut tx, 50, 9).await, due(&mut tx, 50, 1).await), (vec![2, 1], vec![2]));
    assert_eq!(tx.nurture().find(NurtureId(3)).await.unwrap(), Some(on(3, 3, None)));
    let line = tx.nurture().line(LeadId(2)).await.unwrap().expect("it is on a plan");
    assert_eq!((line.plan.as_str(), line.state, line.next_at, line.last_at), ("slow", NurtureState::Running, Some(Timestamp(20)), None));
    let ended = Nurture { step: 2, last_at: Some(Timestamp(20)), ..on(2, 2, Some(20)) }.ended(NurtureState::Stopped, Timestamp(21));
    tx.nurture().change(&ended).await.unwrap();
    assert_eq!(tx.nurture().latest(LeadId(2)).await.unwrap(), Some(ended));
    assert_eq!(due(&mut tx, 50, 9).await, [1]);
    assert_eq!(tx.nurture().line(LeadId(2)).await.unwrap(), None);
    // Once one is over another may begin, and that is the latest.
    tx.nurture().add(&on(4, 2, Some(99))).await.unwrap();
    assert_eq!(tx.nurture().latest(LeadId(2)).await.unwrap().map(|one| one.id), Some(NurtureId(4)));
    assert_eq!(tx.nurture().find(NurtureId(9)).await.unwrap(), None);
    assert!(tx.nurture().add(&on(5, 1, Some(1))).await.is_err(), "a lead is on one plan at a time");
});
