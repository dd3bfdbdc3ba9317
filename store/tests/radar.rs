//! Leads that wait to be touched, on both engines: who sees which of them, and of whom others have to be told.

use domain::cast::{self, ACME, ADA, ANA, DORA, INES, MARTIN, MAYA, NORTH, NORTHWIND, NOW, SOUTH};
use domain::radar::{RadarCount, SOON_MS, only_theirs};
use domain::{DAY_MS, EmailAddress, GroupId, HOUR_MS, Handover, Lead, LeadId, Scope, UserId};
use store::accounts::NewAccount;
use store::catalog::{NewLeadType, NewStatus};
use store::contacts::NewContact;
use store::leads::{NewLead, RadarOf};
use store::people::NewUser;
use store::{Engine, Store, Tx, both_engines};

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

/// What the leads of the cast refer to.
async fn furnish(store: &Store) {
    let wanted = cast::catalog();
    let mut tx = store.begin().await.unwrap();
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
    tx.save().await.unwrap();
}

/// A lead that has to be touched so many hours from now.
fn waiting(id: i64, owner: Option<UserId>, group: Option<GroupId>, hours: i64) -> Lead {
    let handover = Handover::begun(NOW.plus_ms(-10 * DAY_MS), Some(INES), Some(NOW.plus_ms(hours * HOUR_MS)), 24);
    Lead { id: LeadId(id), owner, group, handover, ..cast::lead() }
}

async fn add_leads(store: &Store) {
    furnish(store).await;
    let leads = [
        waiting(1, Some(MAYA), Some(NORTH), -2),
        waiting(2, Some(ANA), Some(SOUTH), -5),
        waiting(3, None, Some(NORTH), -1),
        Lead { distributor: Some(NORTHWIND), ..waiting(4, Some(MAYA), Some(NORTH), 3) },
        waiting(5, Some(MAYA), Some(NORTH), 30),
        Lead { deleted_at: Some(NOW), ..waiting(6, Some(MAYA), Some(NORTH), -9) },
        Lead { handover: waiting(7, None, None, -9).handover.over(), ..waiting(7, Some(MAYA), Some(NORTH), -9) },
        waiting(8, Some(MARTIN), Some(NORTH), -2),
    ];
    let mut tx = store.begin().await.unwrap();
    let new = leads.into_iter().map(|lead| NewLead { lead, import: None, import_key: None }).collect::<Vec<_>>();
    tx.leads().add_many(&new).await.unwrap();
    tx.save().await.unwrap();
}

/// What somebody's radar shows, read in pages of two.
async fn shown(tx: &mut Tx, user: UserId) -> Vec<i64> {
    let actor = cast::actor(user);
    let scope = Scope::of(&actor);
    let of = RadarOf { scope: &scope, only: only_theirs(&actor), until: NOW.plus_ms(SOON_MS) };
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let rows = tx.leads().on_radar(of, after, 2).await.unwrap();
        let Some(last) = rows.last() else { return found };
        after = Some((last.handover.touch_by.expect("it waits"), last.id));
        found.extend(rows.iter().map(|row| row.id.0));
    }
}

both_engines!(everybody_sees_what_is_within_their_sight_the_longest_overdue_first, |store| async move {
    add_leads(&store).await;
    let mut tx = store.read().await.unwrap();
    let wanted: [(UserId, &[i64]); 6] =
        [(ADA, &[2, 1, 8, 3, 4]), (MARTIN, &[1, 8, 3, 4]), (MAYA, &[1, 3, 4]), (ANA, &[2]), (DORA, &[4]), (INES, &[])];
    for (user, numbers) in wanted {
        assert_eq!(shown(&mut tx, user).await, numbers, "{user}");
    }
    let of = RadarOf { scope: &Scope::All, only: None, until: NOW.plus_ms(SOON_MS) };
    let rows = tx.leads().on_radar(of, None, 50).await.unwrap();
    let delegated = rows.last().expect("five");
    assert_eq!((delegated.account.name.as_str(), delegated.distributor.as_ref().map(|firm| firm.name.as_str())), ("Acme", Some("Northwind")));
    assert_eq!((delegated.handover, delegated.owner), (waiting(4, None, None, 3).handover, Some(MAYA)));
    assert!(tx.leads().on_radar(RadarOf { scope: &Scope::Any(Vec::new()), ..of }, None, 50).await.unwrap().is_empty());
});

both_engines!(each_person_s_are_counted, |store| async move {
    add_leads(&store).await;
    let mut tx = store.read().await.unwrap();
    let count = |owner, passed, soon| RadarCount { owner, passed, soon };
    let scope = Scope::of(&cast::actor(MARTIN));
    let of = RadarOf { scope: &scope, only: None, until: NOW.plus_ms(SOON_MS) };
    let counts = tx.leads().count_radar(of, NOW, 100).await.unwrap();
    assert_eq!(counts, [count(Some(MAYA), 1, 1), count(None, 1, 0), count(Some(MARTIN), 1, 0)]);
    let first = tx.leads().count_radar(RadarOf { scope: &Scope::All, ..of }, NOW, 2).await.unwrap();
    assert_eq!(first, [count(Some(ANA), 1, 0), count(Some(MAYA), 1, 0)]);
});

both_engines!(the_radar_walks_its_index, |store| async move {
    add_leads(&store).await;
    let mut tx = store.read().await.unwrap();
    if tx.engine() != Engine::Sqlite {
        return;
    }
    for user in [ADA, MARTIN, MAYA, DORA] {
        let actor = cast::actor(user);
        let scope = Scope::of(&actor);
        let of = RadarOf { scope: &scope, only: only_theirs(&actor), until: NOW };
        let plan = tx.leads().explain_radar(of, 50).await.unwrap();
        assert!(plan.iter().any(|step| step.starts_with("SEARCH l USING INDEX lead_touch_by")), "{user}: {plan:?}");
        assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE") || step.starts_with("SCAN")), "{user}: {plan:?}");
    }
});

both_engines!(others_are_told_when_it_is_time_and_a_touch_ends_it, |store| async move {
    add_leads(&store).await;
    let mut tx = store.begin().await.unwrap();
    let early = NOW.plus_ms(-10 * HOUR_MS);
    assert!(tx.leads().list_escalations(early, 10).await.unwrap().is_empty());
    assert_eq!(tx.leads().list_escalations(NOW, 10).await.unwrap(), [LeadId(2)], "the longest overdue is Ana's");
    let read = tx.leads().find_visible(LeadId(2), &Scope::All).await.unwrap().expect("there");
    let told = Lead { version: 2, handover: read.handover.told(1, NOW, 24), ..read.clone() };
    assert!(tx.leads().change(&told, &read).await.unwrap());
    let of_maya = NOW.plus_ms(40 * HOUR_MS);
    assert_eq!(tx.leads().list_escalations(of_maya, 10).await.unwrap(), [LeadId(1), LeadId(4), LeadId(5)], "then all of Maya's");
    assert_eq!(tx.leads().list_escalations(of_maya, 2).await.unwrap(), [LeadId(1), LeadId(4)]);
    tx.leads().end_waiting(LeadId(1)).await.unwrap();
    let later = NOW.plus_ms(HOUR_MS);
    for id in [LeadId(7), LeadId(8)] {
        tx.leads().wait_until(id, later).await.unwrap();
    }
    assert_eq!(tx.leads().list_escalations(NOW, 10).await.unwrap(), [LeadId(3)]);
    let handover = |lead: Option<Lead>| lead.expect("there").handover;
    let touched = handover(tx.leads().find_visible(LeadId(1), &Scope::All).await.unwrap());
    assert_eq!((touched.touch_by, touched.escalate_at, touched.by), (None, None, Some(INES)));
    let over = handover(tx.leads().find_visible(LeadId(7), &Scope::All).await.unwrap());
    assert_eq!(over.touch_by, None, "what does not wait has no deadline");
    let moved = handover(tx.leads().find_visible(LeadId(8), &Scope::All).await.unwrap());
    assert_eq!((moved.touch_by, moved.escalate_at, moved.level), (Some(later), Some(later), 0));
    let again = handover(tx.leads().find_visible(LeadId(2), &Scope::All).await.unwrap());
    assert_eq!((again.level, again.escalate_at), (1, Some(NOW.plus_ms(DAY_MS))));
    assert_eq!(tx.leads().people_of_firm(NORTHWIND).await.unwrap(), [DORA]);
    assert!(tx.leads().people_of_firm(ACME).await.unwrap().is_empty());
});
