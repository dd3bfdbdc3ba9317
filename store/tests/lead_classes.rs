//! Classes of leads with what qualifies them, and appointments with their invites, on both engines.

use std::collections::BTreeMap;

use domain::cast::{self, ACME, ANA, MAYA, NOW};
use domain::lead_class::{Confidence, Timescale};
use domain::{
    Addressees, Answer, Appointment, AppointmentId, AppointmentKind, ChoiceId, ChoiceList, DAY_MS, Dimension, EmailAddress, InviteState, Lead,
    LeadClass, LeadId, Mailbox, Opportunity, OpportunityId, Qualification, Role, Timestamp,
};
use store::accounts::NewAccount;
use store::catalog::{NewLeadType, NewStatus};
use store::contacts::NewContact;
use store::leads::NewLead;
use store::outbox::NewMail;
use store::people::NewUser;
use store::{Store, Tx, both_engines};

/// What a lead of the cast refers to.
async fn furnish(tx: &mut Tx) {
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
    tx.people().add_group("North", "", None).await.unwrap();
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

/// A house with leads 1 and 2.
async fn begin(store: &Store) -> Tx {
    let mut tx = store.begin().await.unwrap();
    furnish(&mut tx).await;
    let leads = [1, 2].map(|id| NewLead { lead: Lead { id: LeadId(id), ..cast::lead() }, import: None, import_key: None });
    tx.leads().add_many(&leads).await.unwrap();
    tx
}

fn day(text: &str) -> Timestamp {
    Timestamp::parse_day(text).expect("a day")
}

both_engines!(what_is_known_of_a_lead_reads_back_as_it_was_changed, |store| async move {
    let mut tx = begin(&store).await;
    assert_eq!(tx.lead_classes().find(LeadId(1)).await.unwrap(), None);
    let oql = Qualification {
        version: 1,
        class: Some(LeadClass::Oql),
        timescale: Some(Timescale { from: day("2025-12-01"), to: day("2025-12-20") }),
        account_manager: Some(ANA),
        notes: "Two\nlines".to_owned(),
        updated_at: NOW,
        ..Qualification::blank(LeadId(1))
    };
    assert!(tx.lead_classes().save(&oql, 0).await.unwrap());
    assert!(!tx.lead_classes().save(&oql, 0).await.unwrap(), "somebody was faster");
    assert_eq!(tx.lead_classes().find(LeadId(1)).await.unwrap(), Some(oql.clone()));
    let rql = Qualification {
        version: 2,
        class: Some(LeadClass::Rql),
        timescale: None,
        horizon: Some(day("2026-11-24")),
        account_manager: None,
        agenda: "A tour".to_owned(),
        ..oql.clone()
    };
    assert!(tx.lead_classes().save(&rql, 1).await.unwrap());
    assert!(!tx.lead_classes().save(&rql, 1).await.unwrap());
    assert_eq!(tx.lead_classes().find(LeadId(1)).await.unwrap(), Some(rql));
    tx.lead_classes().add_many(&[Qualification { version: 1, ..Qualification::blank(LeadId(2)) }]).await.unwrap();
    let classes = tx.lead_classes().classes_of(&[LeadId(1), LeadId(2), LeadId(3)]).await.unwrap();
    assert_eq!(classes, BTreeMap::from([(LeadId(1), LeadClass::Rql)]));
    assert!(tx.lead_classes().classes_of(&[]).await.unwrap().is_empty());
    tx.lead_classes().add_many(&[]).await.unwrap();
});

both_engines!(each_dimension_has_one_answer, |store| async move {
    let mut tx = begin(&store).await;
    let answer = |dimension, text: &str| Answer {
        dimension,
        text: text.to_owned(),
        evidence: "A mail".to_owned(),
        confidence: Confidence::High,
        by: Some(MAYA),
        at: NOW,
    };
    let (budget, action) = (answer(Dimension::Budget, "Funded"), Answer { by: None, ..answer(Dimension::Action, "A call") });
    let all = [(LeadId(1), action.clone()), (LeadId(1), budget.clone()), (LeadId(2), budget.clone())];
    tx.lead_classes().add_answers(&all).await.unwrap();
    assert_eq!(tx.lead_classes().answers(LeadId(1)).await.unwrap(), [budget, action.clone()], "in the order of the letters");
    let cut = Answer {
        text: "Cut".to_owned(),
        evidence: String::new(),
        confidence: Confidence::Low,
        by: Some(ANA),
        at: NOW.plus_ms(1),
        ..all[1].1.clone()
    };
    tx.lead_classes().set_answer(LeadId(1), &cut).await.unwrap();
    assert_eq!(tx.lead_classes().answers(LeadId(1)).await.unwrap(), [cut, action.clone()]);
    tx.lead_classes().remove_answer(LeadId(1), Dimension::Budget).await.unwrap();
    assert_eq!(tx.lead_classes().answers(LeadId(1)).await.unwrap(), [action]);
    assert_eq!(tx.lead_classes().answers(LeadId(2)).await.unwrap().len(), 1, "another's stays");
});

both_engines!(interim_opportunities_are_those_that_were_linked, |store| async move {
    let mut tx = begin(&store).await;
    let stage = tx.catalog().add_choice(ChoiceList::Stage, "01-Suspect", true).await.unwrap();
    let deals = [opportunity(1, stage), opportunity(2, stage), opportunity(3, stage)];
    tx.opportunities().add_many(&deals).await.unwrap();
    for id in [3, 2] {
        tx.lead_classes().add_interim(LeadId(1), OpportunityId(id)).await.unwrap();
    }
    assert_eq!(tx.lead_classes().interim_of(LeadId(1)).await.unwrap(), [OpportunityId(2), OpportunityId(3)]);
    assert!(tx.lead_classes().interim_of(LeadId(2)).await.unwrap().is_empty());
});

fn opportunity(id: i64, stage: ChoiceId) -> Opportunity {
    Opportunity {
        id: OpportunityId(id),
        version: 1,
        lead: LeadId(1),
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

fn appointment(id: i64, lead: i64) -> Appointment {
    let blank = Appointment::blank(LeadId(lead), format!("{id}@leads.test"), Some(MAYA), Some(MAYA), NOW);
    Appointment { id: AppointmentId(id), kind: AppointmentKind::Telephone, at: NOW.plus_ms(DAY_MS), place: "0161 496 0123".to_owned(), ..blank }
}

both_engines!(an_appointment_is_found_by_its_lead_its_name_and_its_links, |store| async move {
    let mut tx = begin(&store).await;
    let (one, other) = (appointment(1, 1), Appointment { organizer: None, created_by: None, ..appointment(2, 2) });
    tx.appointments().add_many(&[one.clone(), other.clone()]).await.unwrap();
    assert_eq!(tx.appointments().present(LeadId(1)).await.unwrap(), Some(one.clone()));
    assert_eq!(tx.appointments().find(AppointmentId(2)).await.unwrap(), Some(other));
    assert_eq!(tx.appointments().find_by_uid("1@leads.test").await.unwrap(), Some(one.clone()));
    assert_eq!(tx.appointments().find_by_uid("3@leads.test").await.unwrap(), None);
    for digest in ["aa", "bb"] {
        tx.appointments().add_link(digest, one.id).await.unwrap();
        assert_eq!(tx.appointments().find_by_link(digest).await.unwrap(), Some(one.clone()), "{digest}");
    }
    assert_eq!(tx.appointments().find_by_link("cc").await.unwrap(), None);

    let sent = Appointment {
        version: 2,
        kind: AppointmentKind::WebDemonstration,
        at: NOW.plus_ms(2 * DAY_MS),
        minutes: 60,
        place: String::new(),
        sequence: 1,
        invite: InviteState::Tentative,
        attendee: Some(Mailbox { name: "Jo".to_owned(), email: "jo@acme.test".to_owned() }),
        organizer: Some(ANA),
        sent_at: Some(NOW.plus_ms(1)),
        answered_at: Some(NOW.plus_ms(2)),
        updated_at: NOW.plus_ms(3),
        ..one.clone()
    };
    assert!(tx.appointments().change(&sent, 1).await.unwrap());
    assert!(!tx.appointments().change(&sent, 1).await.unwrap(), "somebody was faster");
    assert_eq!(tx.appointments().present(LeadId(1)).await.unwrap(), Some(sent.clone()));
    let over = Appointment { version: 3, ended_at: Some(NOW.plus_ms(4)), ..sent };
    assert!(tx.appointments().change(&over, 2).await.unwrap());
    assert_eq!(tx.appointments().present(LeadId(1)).await.unwrap(), None);
    assert_eq!(tx.appointments().find_by_uid("1@leads.test").await.unwrap(), Some(over), "an answer still finds it");
    tx.appointments().add_many(&[appointment(3, 1)]).await.unwrap();
    assert_eq!(tx.appointments().present(LeadId(1)).await.unwrap().map(|next| next.id), Some(AppointmentId(3)));
});

both_engines!(a_lead_has_one_appointment_to_come, |store| async move {
    let mut tx = begin(&store).await;
    tx.appointments().add_many(&[appointment(1, 1)]).await.unwrap();
    assert!(tx.appointments().add_many(&[appointment(2, 1)]).await.is_err());
});

both_engines!(a_mail_may_say_something_to_calendars, |store| async move {
    let mut tx = begin(&store).await;
    let to = Mailbox { name: "Jo".to_owned(), email: "jo@acme.test".to_owned() };
    let mail = |id: &str| NewMail {
        message_id: format!("{id}@leads.test"),
        lead: Some(LeadId(1)),
        user: None,
        recipient: to.clone(),
        addressees: Addressees { to: vec![to.clone()], copies: Vec::new() },
        subject: id.to_owned(),
        body: "Hello".to_owned(),
        at: NOW,
    };
    tx.outbox().queue(vec![mail("plain")]).await.unwrap();
    tx.appointments().queue_mail(mail("invite"), "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\n").await.unwrap();
    let due = tx.outbox().take_due(NOW, NOW.plus_ms(1), 10).await.unwrap();
    let said: Vec<(&str, Option<&str>)> = due.iter().map(|mail| (mail.subject.as_str(), mail.calendar.as_deref())).collect();
    assert_eq!(said, [("plain", None), ("invite", Some("BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\n"))]);
});
