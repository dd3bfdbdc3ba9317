//! How some leads of the demonstration are qualified: one in five of those that somebody works on.

use domain::lead_class::{Confidence, Timescale};
use domain::{
    Answer, Appointment, AppointmentId, AppointmentKind, DAY_MS, Dimension, HOUR_MS, InviteState, Lead, LeadClass, LeadId, LifeCycle, Qualification,
    Timestamp,
};
use store::Tx;

use crate::clocks::Classes;
use crate::error::Result;

/// What is known of each, from where, and how surely.
static ANSWERS: [(Dimension, &str, &str, Confidence); 3] = [
    (Dimension::Budget, "Signed off for this year", "Their head of finance said so on the phone", Confidence::High),
    (Dimension::Need, "Their contract ends soon, and support has been slow", "", Confidence::High),
    (Dimension::Action, "A demonstration for those who will use it", "", Confidence::Medium),
];

/// Writes it for leads that are there; gives the classes.
pub(super) async fn add(tx: &mut Tx, leads: &[&Lead], now: Timestamp) -> Result<Classes> {
    let today = now.start_of_day();
    let classed: Vec<(&Lead, LeadClass)> = leads.iter().filter_map(|lead| Some((*lead, class_of(lead)?))).collect();
    let qualifications: Vec<Qualification> = classed.iter().map(|(lead, class)| qualification(lead, *class, today, now)).collect();
    tx.lead_classes().add_many(&qualifications).await?;
    let known = classed.iter().filter(|(_, class)| *class != LeadClass::Rql);
    let answers: Vec<(LeadId, Answer)> = known.flat_map(|(lead, _)| ANSWERS.iter().map(move |said| (lead.id, answer(lead, said, now)))).collect();
    tx.lead_classes().add_answers(&answers).await?;
    let mut appointments: Vec<Appointment> =
        classed.iter().filter(|(_, class)| *class == LeadClass::Aql).map(|(lead, _)| appointment(lead, today, now)).collect();
    if !appointments.is_empty() {
        let first = tx.take_numbers("appointment", appointments.len() as i64).await?;
        for (appointment, id) in appointments.iter_mut().zip(first..) {
            appointment.id = AppointmentId(id);
        }
        tx.appointments().add_many(&appointments).await?;
    }
    Ok(classed.into_iter().map(|(lead, class)| (lead.id, class)).collect())
}

fn class_of(lead: &Lead) -> Option<LeadClass> {
    let is_worked_on = lead.state.life_cycle() == LifeCycle::InProgress && lead.owner.is_some();
    match lead.id.0 % 15 {
        0 if is_worked_on => Some(LeadClass::Aql),
        5 if is_worked_on => Some(LeadClass::Oql),
        10 if is_worked_on => Some(LeadClass::Rql),
        _ => None,
    }
}

fn qualification(lead: &Lead, class: LeadClass, today: Timestamp, now: Timestamp) -> Qualification {
    let timescale = Timescale { from: today.plus_ms(7 * DAY_MS), to: today.plus_ms(21 * DAY_MS) };
    Qualification {
        version: 1,
        class: Some(class),
        timescale: (class == LeadClass::Oql).then_some(timescale),
        horizon: (class == LeadClass::Rql).then_some(today.plus_ms(270 * DAY_MS)),
        agenda: if class == LeadClass::Rql { String::new() } else { "What they use today\nA short tour\nPrices and next steps".to_owned() },
        updated_at: now,
        ..Qualification::blank(lead.id)
    }
}

fn answer(lead: &Lead, said: &(Dimension, &str, &str, Confidence), now: Timestamp) -> Answer {
    let (dimension, text, evidence, confidence) = *said;
    Answer { dimension, text: text.to_owned(), evidence: evidence.to_owned(), confidence, by: lead.owner, at: now }
}

/// On one of the next days, in the morning.
fn appointment(lead: &Lead, today: Timestamp, now: Timestamp) -> Appointment {
    let uid = format!("demonstration-{}@leadwright.invalid", lead.id);
    Appointment {
        kind: AppointmentKind::ALL[usize::try_from(lead.id.0 / 15).unwrap_or(0) % AppointmentKind::ALL.len()],
        at: today.plus_ms((2 + lead.id.0 / 15 % 9) * DAY_MS + 10 * HOUR_MS),
        invite: InviteState::Accepted,
        answered_at: Some(now),
        ..Appointment::blank(lead.id, uid, lead.owner, lead.owner, now)
    }
}
