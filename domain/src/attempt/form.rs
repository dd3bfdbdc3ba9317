//! What somebody enters of an attempt.

use super::{AttemptChannel, AttemptOutcome, VoicemailPoint};
use crate::task::parse_time;
use crate::text::{EmailAddress, Phone, line, note};
use crate::{FieldErrors, FormValues, Lead, SiteZone, Timestamp};

/// What was entered, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptForm {
    pub channel: AttemptChannel,
    pub outcome: AttemptOutcome,
    pub to: String,
    pub note: String,
    pub said: Vec<VoicemailPoint>,
    /// When to call back, where that was said of a voicemail.
    pub call_back_at: Option<Timestamp>,
}

impl AttemptForm {
    /// Reads `channel`, `outcome` (one that the channel has), `to` (else the number or address that the lead prefers), `note`; and of a voicemail
    /// `said` (several) and `call_back`, a day, with `call_back_time`. `None` when something is wrong, which is then in `errors`.
    #[must_use]
    pub fn read(form: &FormValues, lead: &Lead, zone: &SiteZone, now: Timestamp, errors: &mut FieldErrors) -> Option<Self> {
        let channel = errors.take("channel", AttemptChannel::from_key(form.get("channel")).ok_or("Choose how you tried to reach them"));
        let outcome = AttemptOutcome::from_key(form.get("outcome"));
        let outcome = outcome.filter(|outcome| channel.is_none_or(|channel| channel.outcomes().contains(outcome)));
        let outcome = errors.take("outcome", outcome.ok_or("Choose how it went"));
        let to = errors.take("to", line(form.get("to")));
        let note = errors.take("note", note(form.get("note")));
        let is_voicemail = outcome == Some(AttemptOutcome::Voicemail);
        let said = if is_voicemail { errors.take("said", read_said(form)) } else { Some(Vec::new()) };
        let call_back_at = if is_voicemail { read_call_back(form, zone, now, errors) } else { None };
        let (channel, outcome, to, note, said) = (channel?, outcome?, to?, note?, said?);
        let to = tried(channel, to, lead);
        errors.is_empty().then_some(Self { channel, outcome, to, note, said, call_back_at })
    }
}

/// The number or address that was tried: the lead's as the lead has it, however it was typed; the preferred one where none was.
fn tried(channel: AttemptChannel, typed: String, lead: &Lead) -> String {
    let of_lead = match channel {
        AttemptChannel::Call if typed.is_empty() => lead.phone(),
        AttemptChannel::Email if typed.is_empty() => lead.email(),
        AttemptChannel::Call => lead.phones.iter().find(|phone| phone.raw == typed).map(Phone::display),
        AttemptChannel::Email => lead.emails.iter().find(|email| email.folded() == typed.to_lowercase()).map(EmailAddress::as_str),
        AttemptChannel::Social | AttemptChannel::Visit => None,
    };
    of_lead.map(str::to_owned).unwrap_or(typed)
}

fn read_said(form: &FormValues) -> Result<Vec<VoicemailPoint>, &'static str> {
    let ticked = form.all("said").filter(|key| !key.is_empty());
    let mut said = ticked.map(|key| VoicemailPoint::from_key(key).ok_or("Choose from the list")).collect::<Result<Vec<_>, _>>()?;
    said.sort_unstable();
    said.dedup();
    Ok(said)
}

/// The day without a time is nine o'clock of it.
fn read_call_back(form: &FormValues, zone: &SiteZone, now: Timestamp, errors: &mut FieldErrors) -> Option<Timestamp> {
    let (day, time) = (form.get("call_back").trim(), form.get("call_back_time").trim());
    if day.is_empty() {
        if !time.is_empty() {
            errors.add("call_back", "Enter the day too");
        }
        return None;
    }
    let minutes = if time.is_empty() { Some(9 * 60) } else { errors.take("call_back_time", parse_time(time)) };
    let day = errors.take("call_back", Timestamp::parse_day(day).ok_or("Enter a date like 2026-11-24"));
    let at = zone.first_showing(day?.plus_ms(minutes? * 60_000));
    if at <= now {
        errors.add("call_back", "This time is over already");
    }
    Some(at)
}
