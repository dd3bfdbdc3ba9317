//! What some contacts of the demonstration did, and the threshold that was agreed. Too little for anybody to reach it.

use domain::contact_event::Found;
use domain::threshold::{Answer, Said, field_managers};
use domain::{Catalog, ContactEvent, ContactEventId, ContactId, DAY_MS, Finding, HOUR_MS, Threshold, ThresholdId, ThresholdState, UserId, Weighing};
use store::Tx;
use store::contact_events::NewContactEvent;

use super::Plan;
use crate::contact_events::count_anew;
use crate::error::Result;

/// Points of the agreed threshold.
const POINTS: i64 = 50;
/// How long ago it was agreed. Unit: days.
const AGREED_DAYS_AGO: i64 = 60;
/// Contacts who did something, at most.
const CONTACTS: u64 = 24;

/// Kind, days ago, and the sender's words.
const DONE: [(&str, i64, &str); 8] = [
    ("email_opened", 2, "Newsletter, autumn"),
    ("email_clicked", 2, "Newsletter, autumn: price list"),
    ("page_visited", 5, "/managed-wireless"),
    ("downloaded", 6, "Buyer's guide to structured cabling"),
    ("attended", 19, "Open day"),
    ("form_filled", 24, "Call me back"),
    ("page_visited", 31, "/contact"),
    ("called", 40, "Asked for opening hours"),
];

/// Who did something.
pub(super) fn contacts(plan: &Plan, contacts: u64) -> Vec<ContactId> {
    (0..CONTACTS.min(contacts)).map(|contact| ContactId(plan.first_contact + contact as i64)).collect()
}

/// Adds them once.
pub(super) async fn add(tx: &mut Tx, plan: &Plan, contacts: u64, sender: UserId, catalog: &Catalog) -> Result<()> {
    if !tx.thresholds().list(1).await?.is_empty() {
        return Ok(());
    }
    let agreed_at = plan.now.plus_ms(-AGREED_DAYS_AGO * DAY_MS);
    let managers = field_managers(catalog);
    let Some(proposed_by) = managers.first().copied() else { return Ok(()) };
    let said = |nth: i64| Said { accepts: true, reason: String::new(), at: agreed_at.plus_ms(nth * HOUR_MS) };
    let threshold = Threshold {
        id: ThresholdId(0),
        points: POINTS,
        from: agreed_at.start_of_day(),
        note: "Two good conversations, or one and some reading".to_owned(),
        proposed_by,
        proposed_at: agreed_at,
        state: ThresholdState::Agreed,
        closed_at: Some(agreed_at.plus_ms(managers.len() as i64 * HOUR_MS)),
        answers: managers.iter().zip(0..).map(|(user, nth)| Answer { user: *user, said: Some(said(nth)) }).collect(),
    };
    tx.thresholds().add(&threshold).await?;

    let first = tx.contact_events().take_turn(CONTACTS as usize * DONE.len()).await?;
    let mut events = Vec::new();
    for contact in 0..CONTACTS.min(contacts) {
        // The first has done most, each other one thing less than the one before, then it begins anew.
        let left_out = contact as usize % DONE.len();
        for (kind, days_ago, detail) in DONE.into_iter().skip(left_out).step_by(1 + contact as usize / DONE.len()) {
            let id = first + events.len() as i64;
            let event = ContactEvent {
                id: ContactEventId(id),
                contact: ContactId(plan.first_contact + contact as i64),
                kind: kind.to_owned(),
                at: plan.now.plus_ms(-days_ago * DAY_MS - contact as i64 * HOUR_MS),
                detail: detail.to_owned(),
                company: String::new(),
                finding: Finding { found: Found::Known, proposals: Vec::new() },
            };
            events.push(NewContactEvent { event, sender, sender_key: format!("demo-{id}"), received_at: plan.now });
        }
    }
    tx.contact_events().add_many(&events).await?;
    count_anew(tx, &Weighing::standard()).await
}
