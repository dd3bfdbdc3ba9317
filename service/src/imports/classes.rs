//! What a row says of how its lead is qualified: its class with what belongs to that, an appointment that was arranged, and what is known of
//! budget and the rest. A class that lacks what it needs is not given: the lead comes in without one, and the row's word is kept.

use domain::lead_class::{Confidence, Timescale};
use domain::text::{TextError, line, note};
use domain::{Answer, Appointment, AppointmentKind, Catalog, Dimension, InviteState, Lead, LeadClass, LeadId, Qualification, Timestamp, UserId};
use store::Tx;

use super::cells::squash;
use crate::clocks::Classes;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::notices::message_id;

/// A column that says something of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClassColumn {
    Class,
    TimescaleFrom,
    TimescaleTo,
    Horizon,
    Notes,
    Agenda,
    AppointmentKind,
    AppointmentAt,
    Invite,
    Answer(Dimension),
}

impl ClassColumn {
    /// Every one, in the order in which forms offer them.
    pub const ALL: [ClassColumn; 14] = [
        ClassColumn::Class,
        ClassColumn::TimescaleFrom,
        ClassColumn::TimescaleTo,
        ClassColumn::Horizon,
        ClassColumn::AppointmentKind,
        ClassColumn::AppointmentAt,
        ClassColumn::Invite,
        ClassColumn::Notes,
        ClassColumn::Agenda,
        ClassColumn::Answer(Dimension::Budget),
        ClassColumn::Answer(Dimension::Authority),
        ClassColumn::Answer(Dimension::Need),
        ClassColumn::Answer(Dimension::Timescale),
        ClassColumn::Answer(Dimension::Action),
    ];

    /// Its name in a mapping file.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            ClassColumn::Class => "class",
            ClassColumn::TimescaleFrom => "timescale_from",
            ClassColumn::TimescaleTo => "timescale_to",
            ClassColumn::Horizon => "horizon",
            ClassColumn::Notes => "lead_notes",
            ClassColumn::Agenda => "agenda",
            ClassColumn::AppointmentKind => "appointment_kind",
            ClassColumn::AppointmentAt => "appointment_at",
            ClassColumn::Invite => "invite",
            ClassColumn::Answer(Dimension::Budget) => "bant_budget",
            ClassColumn::Answer(Dimension::Authority) => "bant_authority",
            ClassColumn::Answer(Dimension::Need) => "bant_need",
            ClassColumn::Answer(Dimension::Timescale) => "bant_timescale",
            ClassColumn::Answer(Dimension::Action) => "bant_action",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn title(self, catalog: &Catalog) -> String {
        let label = match self {
            ClassColumn::Class => "Class (AQL, OQL, RQL)",
            ClassColumn::TimescaleFrom => "Timescale, first day",
            ClassColumn::TimescaleTo => "Timescale, last day",
            ClassColumn::Horizon => "Horizon of the project",
            ClassColumn::Notes => "Lead notes",
            ClassColumn::Agenda => "Agenda",
            ClassColumn::AppointmentKind => "Kind of appointment",
            ClassColumn::AppointmentAt => "Time of the appointment",
            ClassColumn::Invite => "Answer to the invite",
            ClassColumn::Answer(dimension) => return format!("Qualified by: {}", dimension.label(catalog)),
        };
        label.to_owned()
    }

    /// Whether it holds days or moments.
    pub(super) fn is_moment(self) -> bool {
        matches!(self, ClassColumn::TimescaleFrom | ClassColumn::TimescaleTo | ClassColumn::Horizon | ClassColumn::AppointmentAt)
    }
}

/// The class that a word means.
pub(super) fn class_in(cell: &str) -> Option<LeadClass> {
    let word = squash(cell);
    LeadClass::ALL.into_iter().find(|class| word == class.key() || word == squash(class.name()))
}

/// The kind of appointment that a word means.
pub(super) fn kind_in(cell: &str) -> Option<AppointmentKind> {
    let word = squash(cell);
    let is_it = |kind: &AppointmentKind| word == squash(kind.key()) || word == squash(kind.label());
    AppointmentKind::ALL.into_iter().find(is_it).or(match word.as_str() {
        "meeting" | "videocall" | "onlinemeeting" | "virtual" => Some(AppointmentKind::VirtualMeeting),
        "demo" | "webdemo" | "demonstration" => Some(AppointmentKind::WebDemonstration),
        "call" | "phone" | "phonecall" | "telephonecall" => Some(AppointmentKind::Telephone),
        _ => None,
    })
}

/// What a row says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Qualified {
    /// With its column.
    class: Option<(usize, LeadClass)>,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    horizon: Option<Timestamp>,
    notes: String,
    agenda: String,
    kind: Option<AppointmentKind>,
    at: Option<Timestamp>,
    is_accepted: bool,
    answers: Vec<(Dimension, String)>,
}

impl Qualified {
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub(super) fn class(&self) -> Option<LeadClass> {
        self.class.map(|(_, class)| class)
    }

    /// Takes a cell in. `at` is the moment that it tells, where its column holds moments.
    ///
    /// # Errors
    /// The reason why the row is refused.
    pub(super) fn put(&mut self, which: ClassColumn, column: usize, cell: &str, at: Option<Timestamp>) -> std::result::Result<(), String> {
        let said = |error: TextError| error.to_string();
        let day = at.map(Timestamp::start_of_day);
        match which {
            ClassColumn::Class => {
                let class = class_in(cell).ok_or_else(|| format!("“{cell}” is none of AQL, OQL and RQL"))?;
                self.class = Some((column, class));
            }
            ClassColumn::TimescaleFrom => self.from = day,
            ClassColumn::TimescaleTo => self.to = day,
            ClassColumn::Horizon => self.horizon = day,
            ClassColumn::Notes => self.notes = note(cell).map_err(said)?,
            ClassColumn::Agenda => self.agenda = note(cell).map_err(said)?,
            ClassColumn::AppointmentKind => {
                let kinds = AppointmentKind::ALL.map(AppointmentKind::label).join(", ");
                self.kind = Some(kind_in(cell).ok_or_else(|| format!("“{cell}” is none of: {kinds}"))?);
            }
            ClassColumn::AppointmentAt => self.at = at,
            ClassColumn::Invite => {
                let word = squash(&line(cell).map_err(said)?);
                self.is_accepted = matches!(word.as_str(), "accepted" | "inviteaccepted" | "yes" | "confirmed");
            }
            ClassColumn::Answer(dimension) => self.answers.push((dimension, note(cell).map_err(said)?)),
        }
        Ok(())
    }

    /// Takes the class away where it lacks what it needs; gives its column and a remark then.
    pub(super) fn settle(&mut self) -> Option<(usize, LeadClass, String)> {
        let (column, class) = self.class?;
        let lacking = self.qualification(LeadId(0), Timestamp(0)).lacking(self.appointment().as_ref())?;
        self.class = None;
        Some((column, class, format!("{lacking}, so the lead comes in without a class")))
    }

    fn qualification(&self, lead: LeadId, now: Timestamp) -> Qualification {
        Qualification {
            version: 1,
            class: self.class(),
            timescale: self.from.zip(self.to).filter(|(from, to)| from <= to).map(|(from, to)| Timescale { from, to }),
            horizon: self.horizon,
            notes: self.notes.clone(),
            agenda: self.agenda.clone(),
            updated_at: now,
            ..Qualification::blank(lead)
        }
    }

    /// What was arranged, where both its kind and its time are said.
    fn appointment(&self) -> Option<Appointment> {
        let (kind, at) = self.kind.zip(self.at)?;
        let invite = if self.is_accepted { InviteState::Accepted } else { InviteState::None };
        Some(Appointment { kind, at, invite, ..Appointment::blank(LeadId(0), String::new(), None, None, Timestamp(0)) })
    }
}

/// Writes what rows say of their leads, which are there; gives the classes.
pub(super) async fn write(ctx: &Ctx, tx: &mut Tx, rows: &[(&Qualified, &Lead)], by: Option<UserId>, now: Timestamp) -> Result<Classes> {
    let rows: Vec<&(&Qualified, &Lead)> = rows.iter().filter(|(said, _)| !said.is_empty()).collect();
    if rows.is_empty() {
        return Ok(Classes::new());
    }
    let qualifications: Vec<Qualification> = rows.iter().map(|(said, lead)| said.qualification(lead.id, now)).collect();
    tx.lead_classes().add_many(&qualifications).await?;
    let answer = |(dimension, text): &(Dimension, String)| Answer {
        dimension: *dimension,
        text: text.clone(),
        evidence: String::new(),
        confidence: Confidence::Medium,
        by,
        at: now,
    };
    let answers: Vec<(LeadId, Answer)> =
        rows.iter().flat_map(|(said, lead)| said.answers.iter().map(move |said| (lead.id, said))).map(|(lead, said)| (lead, answer(said))).collect();
    tx.lead_classes().add_answers(&answers).await?;
    let mut appointments: Vec<Appointment> = Vec::new();
    for (said, lead) in rows.iter().copied() {
        let Some(arranged) = said.appointment() else { continue };
        appointments.push(Appointment {
            lead: lead.id,
            uid: message_id(ctx),
            organizer: lead.owner.or(by),
            answered_at: said.is_accepted.then_some(now),
            created_by: by,
            created_at: now,
            updated_at: now,
            ..arranged
        });
    }
    if !appointments.is_empty() {
        let first = tx.take_numbers("appointment", appointments.len() as i64).await?;
        for (appointment, id) in appointments.iter_mut().zip(first..) {
            appointment.id = domain::AppointmentId(id);
        }
        tx.appointments().add_many(&appointments).await?;
    }
    Ok(rows.iter().filter_map(|(said, lead)| Some((lead.id, said.class()?))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Timestamp {
        Timestamp::parse_day(text).expect("a day")
    }

    fn said(cells: &[(ClassColumn, &str)]) -> Qualified {
        let mut qualified = Qualified::default();
        for (column, (which, cell)) in cells.iter().enumerate() {
            let at = which.is_moment().then(|| day(cell));
            qualified.put(*which, column, cell, at).expect("a good cell");
        }
        qualified
    }

    #[test]
    fn a_class_that_has_what_it_needs_is_given() {
        let mut aql = said(&[
            (ClassColumn::Class, "aql"),
            (ClassColumn::AppointmentKind, "Web demo"),
            (ClassColumn::AppointmentAt, "2025-12-01"),
            (ClassColumn::Invite, "Accepted"),
        ]);
        assert_eq!((aql.settle(), aql.class()), (None, Some(LeadClass::Aql)));
        let mut oql = said(&[
            (ClassColumn::Class, "Opportunity qualified lead"),
            (ClassColumn::TimescaleFrom, "2025-12-01"),
            (ClassColumn::TimescaleTo, "2025-12-20"),
        ]);
        assert_eq!((oql.settle(), oql.class()), (None, Some(LeadClass::Oql)));
        let mut rql = said(&[(ClassColumn::Class, "RQL"), (ClassColumn::Horizon, "2026-12-01")]);
        assert_eq!((rql.settle(), rql.class()), (None, Some(LeadClass::Rql)));
    }

    #[test]
    fn a_class_that_lacks_something_is_taken_away_and_said() {
        let mut sent = said(&[
            (ClassColumn::Class, "AQL"),
            (ClassColumn::AppointmentKind, "call"),
            (ClassColumn::AppointmentAt, "2025-12-01"),
            (ClassColumn::Invite, "sent"),
        ]);
        let (column, class, remark) = sent.settle().expect("it lacks an answer");
        assert_eq!((column, class, sent.class()), (0, LeadClass::Aql, None));
        assert_eq!(remark, "An AQL needs an invite that was accepted, so the lead comes in without a class");
        let mut backwards =
            said(&[(ClassColumn::TimescaleFrom, "2025-12-20"), (ClassColumn::TimescaleTo, "2025-12-01"), (ClassColumn::Class, "OQL")]);
        assert_eq!(backwards.settle().map(|(column, _, _)| column), Some(2));
        assert!(Qualified::default().settle().is_none() && Qualified::default().is_empty());
    }

    #[test]
    fn words_that_mean_nothing_refuse_the_row() {
        let mut qualified = Qualified::default();
        assert!(qualified.put(ClassColumn::Class, 0, "MQL", None).unwrap_err().contains("“MQL” is none of AQL, OQL and RQL"));
        assert!(qualified.put(ClassColumn::AppointmentKind, 0, "walk", None).unwrap_err().contains("Telephone appointment"));
        assert!(qualified.is_empty());
    }
}
