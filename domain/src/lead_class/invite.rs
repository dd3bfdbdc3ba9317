//! An invite: what calendars are told of an appointment (iCalendar, RFC 5545 and 5546), and what stands in the mail beside it.

use super::{Appointment, InviteState};
use crate::ics::{escaped, moment, push_line, quoted};
use crate::{Mailbox, SiteZone, Timestamp};

/// What an invite says beside its appointment.
#[derive(Clone, Copy, Debug)]
pub struct Invite<'a> {
    pub appointment: &'a Appointment,
    /// Who is invited.
    pub attendee: &'a Mailbox,
    /// Who invites, by name and their own address.
    pub organizer: &'a Mailbox,
    /// The address that answers go to, where this program reads them.
    pub answers_to: &'a str,
    pub site: &'a str,
    pub agenda: &'a str,
    /// The private address at which it is answered, too.
    pub link: &'a str,
    pub zone: &'a SiteZone,
    pub now: Timestamp,
}

impl Invite<'_> {
    /// Whether it takes the appointment back.
    fn is_cancelled(&self) -> bool {
        self.appointment.ended_at.is_some()
    }

    fn title(&self) -> String {
        format!("{}: {} and {}", self.appointment.kind.label(), self.attendee.name, self.organizer.name)
    }

    /// What stands at the head of the mail.
    #[must_use]
    pub fn subject(&self) -> String {
        let Appointment { sequence, kind, .. } = self.appointment;
        let what = match (self.is_cancelled(), *sequence) {
            (true, _) => "Cancelled",
            (false, 0) => "Invitation",
            (false, _) => "Changed invitation",
        };
        format!("{what}: {} on {}", kind.label(), self.zone.readable(self.appointment.at))
    }

    /// What stands in the mail.
    #[must_use]
    pub fn body(&self) -> String {
        let Self { appointment, attendee, organizer, site, agenda, link, zone, .. } = self;
        let begin = if self.is_cancelled() {
            format!("{} of {site} has to cancel {}.", organizer.name, appointment.kind.words())
        } else {
            format!("{} of {site} invites you to {}.", organizer.name, appointment.kind.words())
        };
        let when = format!("When: {}, {} minutes", zone.readable(appointment.at), appointment.minutes);
        let place = if appointment.place.is_empty() { String::new() } else { format!("Where: {}", appointment.place) };
        let about = if agenda.is_empty() { String::new() } else { format!("About:\n{agenda}") };
        let answer = if self.is_cancelled() { String::new() } else { format!("Answer in your calendar, or here without an account: {link}") };
        let write = format!("Write to {} with any question.", organizer.email);
        let facts = [when, place].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n");
        let parts = [format!("Hello {},", attendee.name), begin, facts, about, answer, write];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
    }

    /// What calendars are told: a request that they keep the appointment, or that they forget it.
    #[must_use]
    pub fn calendar(&self) -> String {
        let Self { appointment, attendee, organizer, answers_to, agenda, link, .. } = self;
        let (method, status) = if self.is_cancelled() { ("CANCEL", "CANCELLED") } else { ("REQUEST", "CONFIRMED") };
        let said = match appointment.invite {
            InviteState::Accepted => "ACCEPTED",
            InviteState::Tentative => "TENTATIVE",
            InviteState::Declined => "DECLINED",
            InviteState::None | InviteState::Sent => "NEEDS-ACTION",
        };
        let description = [*agenda, *link].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
        let mut lines = vec![
            "BEGIN:VCALENDAR".to_owned(),
            "VERSION:2.0".to_owned(),
            "PRODID:-//Leadwright//Appointments//EN".to_owned(),
            "CALSCALE:GREGORIAN".to_owned(),
            format!("METHOD:{method}"),
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}", appointment.uid),
            format!("DTSTAMP:{}", moment(self.now)),
            format!("SEQUENCE:{}", appointment.sequence),
            format!("DTSTART:{}", moment(appointment.at)),
            format!("DTEND:{}", moment(appointment.ends())),
            format!("SUMMARY:{}", escaped(&self.title())),
            format!("DESCRIPTION:{}", escaped(&description)),
        ];
        if !appointment.place.is_empty() {
            lines.push(format!("LOCATION:{}", escaped(&appointment.place)));
        }
        lines.extend([
            format!("ORGANIZER;CN={}:mailto:{}", quoted(&organizer.name), address(answers_to)),
            format!(
                "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={said};RSVP=TRUE;CN={}:mailto:{}",
                quoted(&attendee.name),
                address(&attendee.email)
            ),
            format!("STATUS:{status}"),
            "TRANSP:OPAQUE".to_owned(),
            "END:VEVENT".to_owned(),
            "END:VCALENDAR".to_owned(),
        ]);
        let mut text = String::new();
        for line in lines {
            push_line(&mut text, &line);
        }
        text
    }
}

/// An address as part of a line.
fn address(email: &str) -> String {
    email.chars().filter(|letter| !letter.is_control() && !letter.is_whitespace()).collect()
}
