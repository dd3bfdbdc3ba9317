//! Suppliers of leads, on both engines: their private addresses, what they sent, and problems that they are told of.

use domain::cast::{self, ACME, MAYA, NOW};
use domain::supplier::{ClassScore, SupplierLink};
use domain::{
    ChoiceId, ChoiceList, ClockPolicyId, EmailAddress, Lead, LeadClass, LeadId, LeadProblem, LeadProblemId, LifeCycle, ProblemReason, Qualification,
    Role,
};
use store::accounts::NewAccount;
use store::catalog::{NewLeadType, NewStatus};
use store::clocks::NewClock;
use store::contacts::NewContact;
use store::leads::NewLead;
use store::people::NewUser;
use store::{Sql, Store, Tx, both_engines};

/// A house with five leads: all but the fourth are a partner's.
async fn begin(store: &Store) -> (Tx, ChoiceId) {
    let mut tx = store.begin().await.unwrap();
    let wanted = cast::catalog();
    let account = NewAccount {
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
    tx.accounts().add(&account).await.unwrap();
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
    let partner = tx.catalog().add_choice(ChoiceList::Partner, "Northwind", false).await.unwrap();
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
    let leads = [1, 2, 3, 4, 5].map(|id| {
        let lead = Lead { id: LeadId(id), partner: (id != 4).then_some(partner), owner: Some(MAYA), ..cast::lead() };
        NewLead { lead, import: None, import_key: None }
    });
    tx.leads().add_many(&leads).await.unwrap();
    (tx, partner)
}

fn problem(id: i64, lead: i64) -> LeadProblem {
    LeadProblem {
        id: LeadProblemId(id),
        lead: LeadId(lead),
        partner: None,
        reason: ProblemReason::Other,
        words: "They moved".to_owned(),
        flagged_by: MAYA,
        flagged_at: NOW,
        told_at: None,
        settled_at: None,
    }
}

both_engines!(a_private_address_opens_the_leads_of_its_partner_until_it_is_revoked, |store| async move {
    let (mut tx, partner) = begin(&store).await;
    assert_eq!(tx.suppliers().link_of(ACME).await.unwrap(), None);
    assert!(!tx.suppliers().has_link(partner).await.unwrap() && !tx.suppliers().remove_link(ACME).await.unwrap());
    let link = SupplierLink { partner, made_by: MAYA, made_at: NOW };
    tx.suppliers().set_link(ACME, link, "a").await.unwrap();
    let opened = tx.suppliers().open("a").await.unwrap().expect("it opens");
    assert_eq!((opened.name.as_str(), opened.partner), ("Acme", partner));
    let again = SupplierLink { made_at: NOW.plus_ms(1), ..link };
    tx.suppliers().set_link(ACME, again, "b").await.unwrap();
    assert_eq!(tx.suppliers().open("a").await.unwrap(), None, "the one before opens nothing");
    assert_eq!(tx.suppliers().link_of(ACME).await.unwrap(), Some(again));
    assert!(tx.suppliers().has_link(partner).await.unwrap());
    tx.run(Sql::new("update account set deleted_at = 1 where id = $1").bind(ACME)).await.unwrap();
    assert_eq!(tx.suppliers().open("b").await.unwrap(), None, "nor does that of an account that is gone");
    assert!(!tx.suppliers().has_link(partner).await.unwrap());
    tx.run(Sql::new("update account set deleted_at = null where id = $1").bind(ACME)).await.unwrap();
    assert!(tx.suppliers().remove_link(ACME).await.unwrap());
    assert_eq!(tx.suppliers().open("b").await.unwrap(), None);
});

both_engines!(a_partner_has_its_own_leads_page_by_page, |store| async move {
    let (mut tx, partner) = begin(&store).await;
    tx.run(Sql::new("update lead set deleted_at = 1 where id = 2")).await.unwrap();
    let oql = Qualification { version: 1, class: Some(LeadClass::Oql), ..Qualification::blank(LeadId(3)) };
    tx.lead_classes().add_many(&[oql]).await.unwrap();
    let first = tx.suppliers().list_leads(partner, None, 2).await.unwrap();
    assert_eq!(first.iter().map(|lead| (lead.id.0, lead.class)).collect::<Vec<_>>(), [(5, None), (3, Some(LeadClass::Oql))]);
    let lead = &first[0];
    assert_eq!((lead.full_name.as_str(), lead.company.as_str(), lead.owner, lead.state), ("Jo Field", "Acme", Some(MAYA), LifeCycle::Pending));
    assert_eq!((lead.activity_at, lead.contacted_at, lead.closed_at, lead.lost_reason), (None, None, None, None));
    let second = tx.suppliers().list_leads(partner, Some(LeadId(3)), 2).await.unwrap();
    assert_eq!(second.iter().map(|lead| lead.id.0).collect::<Vec<_>>(), [1]);
    assert!(tx.suppliers().list_leads(ChoiceId(999), None, 2).await.unwrap().is_empty());
});

both_engines!(what_became_of_the_newest_leads_is_counted, |store| async move {
    let (mut tx, partner) = begin(&store).await;
    let reason = tx.catalog().add_choice(ChoiceList::LostReason, "Price", false).await.unwrap();
    let aql = Qualification { version: 1, class: Some(LeadClass::Aql), ..Qualification::blank(LeadId(5)) };
    tx.lead_classes().add_many(&[aql]).await.unwrap();
    let lost = Sql::new("update lead set state = 'lost', closed_at = 1, lost_reason_id = $1 where id = 3");
    tx.run(lost.bind(reason)).await.unwrap();
    tx.suppliers().add_problem(&LeadProblem { told_at: Some(NOW), partner: Some(partner), ..problem(1, 5) }).await.unwrap();
    tx.suppliers().add_problem(&LeadProblem { told_at: Some(NOW), partner: Some(partner), ..problem(2, 5) }).await.unwrap();
    tx.suppliers().add_problem(&LeadProblem { partner: Some(partner), ..problem(3, 1) }).await.unwrap();
    let before = tx.catalog().add_choice(ChoiceList::Partner, "Southwind", false).await.unwrap();
    tx.suppliers().add_problem(&LeadProblem { told_at: Some(NOW), partner: Some(before), ..problem(4, 2) }).await.unwrap();
    let found = tx.suppliers().outcomes(partner, 100).await.unwrap();
    assert_eq!(
        ClassScore::of(&found.outcomes),
        [
            ClassScore { class: Some(LeadClass::Aql), leads: 1, open: 1, problems: 1, ..ClassScore::default() },
            ClassScore { class: None, leads: 3, open: 2, lost: 1, ..ClassScore::default() },
        ],
        "a problem that nobody was told of does not count, nor one that another partner was told of, and a lead counts once"
    );
    assert_eq!(found.reasons.into_iter().collect::<Vec<_>>(), [(reason, 1)]);
    let newest = tx.suppliers().outcomes(partner, 1).await.unwrap();
    assert_eq!(newest.outcomes.iter().map(|outcome| outcome.leads).sum::<i64>(), 1);
});

both_engines!(problems_of_leads_read_back, |store| async move {
    let (mut tx, partner) = begin(&store).await;
    for (nth, reason) in ProblemReason::ALL.into_iter().enumerate() {
        tx.suppliers().add_problem(&LeadProblem { reason, partner: Some(partner), ..problem(nth as i64 + 1, 1) }).await.unwrap();
    }
    assert_eq!(tx.suppliers().problems_of(&[LeadId(1), LeadId(2)], 100).await.unwrap().len(), ProblemReason::ALL.len());
    assert_eq!(tx.suppliers().problems_of(&[LeadId(1)], 2).await.unwrap().len(), 2);
    assert!(tx.suppliers().problems_of(&[], 100).await.unwrap().is_empty());
    let settled = LeadProblem {
        reason: ProblemReason::WrongPerson,
        told_at: Some(NOW),
        settled_at: Some(NOW.plus_ms(1)),
        partner: Some(partner),
        ..problem(1, 1)
    };
    tx.suppliers().change_problem(&settled).await.unwrap();
    assert_eq!(tx.suppliers().find_problem(settled.id).await.unwrap(), Some(settled));
    assert_eq!(tx.suppliers().find_problem(LeadProblemId(99)).await.unwrap(), None);
});

both_engines!(clocks_that_run_are_found_for_several_leads, |store| async move {
    let (mut tx, _) = begin(&store).await;
    let (review, problem) = (ClockPolicyId(1), ClockPolicyId(4));
    let clock = |lead: i64, policy, ms: i64| NewClock { lead: LeadId(lead), policy, started_at: NOW.plus_ms(ms), look_at: None };
    tx.clocks().start(&[clock(1, problem, 0), clock(1, problem, 9), clock(2, problem, 3), clock(3, review, 0)]).await.unwrap();
    tx.clocks().end_all(LeadId(2), NOW.plus_ms(5)).await.unwrap();
    let leads = [LeadId(1), LeadId(2), LeadId(3)];
    assert_eq!(tx.suppliers().running(&leads, &[problem]).await.unwrap(), [(LeadId(1), problem, NOW)]);
    assert!(tx.suppliers().running(&leads, &[]).await.unwrap().is_empty());
});
