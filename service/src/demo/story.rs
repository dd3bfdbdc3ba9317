//! What happened to a lead: how it arrived, who took it on, what was said, and how it ended. The lead is left as the
//! last event says.

use domain::event::{Arrival, Subject};
use domain::lead::ActionInput;
use domain::radar::{WITHIN_HOURS, next_level};
use domain::{
    Attempt, AttemptChannel, AttemptId, AttemptOutcome, Audience, EventKind, FieldChange, FieldValue, HOUR_MS, Handover, Lead, LeadAction, LeadField,
    LeadState, LifeCycle, Timestamp, UserId,
};
use store::events::NewEvent;

use super::dice::Dice;
use super::lead::Maker;
use super::words::{ATTEMPT_NOTES, COMMENTS, NOTES};

/// What attempts are thrown for, so that they change nothing else of a story.
const ATTEMPTS: u64 = 5;

/// Where a history is written to.
pub(super) struct Told<'a> {
    pub events: &'a mut Vec<NewEvent>,
    pub attempts: &'a mut Vec<Attempt>,
}

/// Writes a lead's history. `end` is the state it is in today; a lively one has more than the bare steps.
pub(super) fn live(maker: &Maker, lead: &mut Lead, end: LifeCycle, is_lively: bool, dice: &mut Dice, told: Told<'_>) {
    let owner = lead.owner;
    let mut story = Story { maker, at: lead.created_at, lead, told };
    story.arrive(dice);
    let Some(owner) = owner else {
        if is_lively && dice.chance(40) {
            story.comment(maker.cast.intake, dice);
        }
        story.end(dice);
        return;
    };
    if end == LifeCycle::Pending && story.is_forgotten(owner) {
        story.wait();
        return story.end(dice);
    }
    if is_lively && dice.chance(35) {
        story.talk(owner, dice);
    }
    let started = match end {
        LifeCycle::Pending => false,
        LifeCycle::InProgress | LifeCycle::Won => true,
        LifeCycle::Lost | LifeCycle::Cancelled => dice.chance(60),
    };
    if started {
        story.pass(3.0 + 40.0 * dice.share());
        story.act(LeadAction::Start, owner, dice);
        story.advance(owner, dice);
    }
    if is_lively {
        story.try_to_reach(owner);
        for _ in 0..dice.below(3) {
            story.talk(owner, dice);
        }
    }
    let closing = match end {
        LifeCycle::Won => LeadAction::Win,
        LifeCycle::Lost => LeadAction::Lose,
        LifeCycle::Cancelled => LeadAction::Cancel,
        LifeCycle::Pending | LifeCycle::InProgress => return story.end(dice),
    };
    story.pass(8.0 + 500.0 * dice.share() * dice.share());
    story.act(closing, owner, dice);
    story.end(dice);
}

struct Story<'a> {
    maker: &'a Maker,
    lead: &'a mut Lead,
    at: Timestamp,
    told: Told<'a>,
}

impl Story<'_> {
    /// The lead comes in; where intake took it down, its owner is found a little later.
    fn arrive(&mut self, dice: &mut Dice) {
        let by = if self.lead.created_by.is_none() { Arrival::Registration } else { Arrival::Demo };
        let owner = self.lead.owner.take();
        let arrived_owned = owner.is_some() && owner == self.lead.created_by;
        if arrived_owned {
            self.lead.owner = owner;
        }
        self.lead.version = 0;
        self.lead.status_since = self.at;
        self.record(self.lead.created_by, EventKind::LeadAdded { by }, None);
        if let (Some(owner), false) = (owner, arrived_owned) {
            let before = self.lead.audience();
            self.pass(0.3 + 5.0 * dice.share());
            self.lead.owner = Some(owner);
            let new = self.maker.catalog.person_name(owner);
            let changes = vec![FieldChange { field: LeadField::Owner, old: String::new(), new }];
            self.record(Some(self.maker.cast.intake), EventKind::FieldsChanged { changes }, Some(before));
        }
    }

    fn pass(&mut self, hours: f64) {
        self.at = self.maker.time.later(self.at, hours);
    }

    /// Every second lead that was given to somebody and has not begun waits for them to touch it.
    fn is_forgotten(&self, owner: UserId) -> bool {
        let is_given = self.lead.created_by != Some(owner) && self.lead.distributor.is_none();
        is_given && self.lead.id.0 % 2 == 0
    }

    /// Nobody touches it: its deadline passed two days ago, passed this day, or is to come. Nothing falls due within hours after the end of
    /// the story, so that whoever looks at it then sees it as it was told.
    fn wait(&mut self) {
        let (now, given) = (self.maker.now(), self.at);
        let turn = usize::try_from((self.lead.id.0 / 2).rem_euclid(3)).unwrap_or(0);
        let due = |nth: usize| now.plus_ms([-50, -20, 6][(turn + nth) % 3] * HOUR_MS);
        let follow_up_at = (0..3).map(due).find(|at| at.plus_ms(-WITHIN_HOURS * HOUR_MS) > given);
        self.lead.handover = Handover::begun(given, Some(self.maker.cast.intake), follow_up_at, WITHIN_HOURS);
        while let Some(at) = self.lead.handover.escalate_at.filter(|at| *at <= now) {
            let Some((level, people)) = next_level(self.lead, &[], &self.maker.catalog) else { return };
            self.at = at;
            self.lead.handover = self.lead.handover.told(level, at, WITHIN_HOURS);
            let told = people.into_iter().map(|user| self.maker.catalog.person_name(user)).collect();
            self.record(None, EventKind::Escalated { since: given, level, told }, None);
        }
    }

    /// One thing that somebody said or corrected.
    fn talk(&mut self, by: UserId, dice: &mut Dice) {
        self.pass(1.0 + 30.0 * dice.share());
        match dice.below(10) {
            0..5 => self.comment(by, dice),
            5..7 => self.record(Some(by), EventKind::NoteShared { text: (*dice.pick(&NOTES)).to_owned() }, None),
            _ => self.correct(by, dice),
        }
    }

    fn comment(&mut self, by: UserId, dice: &mut Dice) {
        let (icon, tone, text) = *dice.pick(&COMMENTS);
        let kind = EventKind::Commented { icon: icon.to_owned(), tone: tone.to_owned(), text: text.to_owned(), done_at: None };
        self.record(Some(by), kind, None);
    }

    /// Up to four attempts to reach them, by what is known of them. The last of several reached them.
    fn try_to_reach(&mut self, by: UserId) {
        let mut dice = Dice::of(ATTEMPTS, self.lead.id.0.unsigned_abs());
        let count = dice.below(6).saturating_sub(1);
        for nth in 0..count {
            self.pass(0.5 + 6.0 * dice.share());
            let (phone, email) = (self.lead.phone().map(str::to_owned), self.lead.email().map(str::to_owned));
            let (channel, to) = match (phone, email) {
                (Some(phone), _) if dice.chance(70) => (AttemptChannel::Call, phone),
                (_, Some(email)) if dice.chance(70) => (AttemptChannel::Email, email),
                _ => (AttemptChannel::Social, String::new()),
            };
            let outcome = match channel {
                _ if nth > 0 && nth + 1 == count => AttemptOutcome::Reached,
                AttemptChannel::Call => {
                    *dice.weighted(&[(AttemptOutcome::NoAnswer, 5), (AttemptOutcome::Voicemail, 3), (AttemptOutcome::Blocked, 2)])
                }
                _ => AttemptOutcome::NoAnswer,
            };
            let notes: Vec<&str> = ATTEMPT_NOTES.iter().filter(|(of, _)| *of == outcome).map(|(_, note)| *note).collect();
            let note = if notes.is_empty() || dice.chance(40) { String::new() } else { (*dice.pick(&notes)).to_owned() };
            let attempt = Attempt {
                id: AttemptId(0),
                lead: self.lead.id,
                by,
                channel,
                outcome,
                at: self.at,
                entered_at: self.at,
                to,
                note,
                said: Vec::new(),
                call_back_at: None,
                task: None,
            };
            self.record(Some(by), attempt.happening(), None);
            self.told.attempts.push(attempt);
        }
    }

    /// A field gets a better value.
    fn correct(&mut self, by: UserId, dice: &mut Dice) {
        let (field, value) = match dice.below(3) {
            0 => (LeadField::Probability, FieldValue::Number(Some(10 + 5 * dice.below(17) as i64))),
            1 => (
                LeadField::TargetAmount,
                FieldValue::Money((self.lead.target_amount_minor + 50_000) * (80 + dice.below(60) as i64) / 100 / 5000 * 5000),
            ),
            _ => (LeadField::Expected, FieldValue::Day(Timestamp::parse_day(&self.at.plus_ms(dice.below(60) as i64 * domain::DAY_MS).day()))),
        };
        let old = field.value(self.lead).display(&self.lead.currency, &self.maker.catalog);
        self.lead.set(field, value);
        let new = field.value(self.lead).display(&self.lead.currency, &self.maker.catalog);
        if old != new {
            self.record(Some(by), EventKind::FieldsChanged { changes: vec![FieldChange { field, old, new }] }, None);
        }
    }

    fn act(&mut self, action: LeadAction, by: UserId, dice: &mut Dice) {
        let catalog = &self.maker.catalog;
        let reason = *dice.pick(&self.maker.lost_reasons);
        let name = |id| catalog.status(id).map_or_else(String::new, |status| status.name.clone());
        let from = name(self.lead.status);
        let input = ActionInput { actor: by, now: self.at, reason: Some(reason) };
        if self.lead.act(action, input, catalog).is_err() {
            return;
        }
        let reason = if action == LeadAction::Lose { catalog.choice_name(reason) } else { String::new() };
        let kind = EventKind::LeadMoved { action, from, to: name(self.lead.status), reason };
        self.record(Some(by), kind, None);
    }

    /// On to a later status of the same state.
    fn advance(&mut self, by: UserId, dice: &mut Dice) {
        let catalog = &self.maker.catalog;
        let statuses: Vec<_> =
            catalog.pipeline(self.lead.lead_type).filter(|status| status.state == LifeCycle::InProgress).map(|status| status.id).collect();
        let to = *dice.pick(&statuses);
        if to == self.lead.status {
            return;
        }
        let old = FieldValue::Status(self.lead.status).display("", catalog);
        self.at = self.maker.time.later(self.at, 4.0 + 60.0 * dice.share());
        if self.lead.change_status(to, self.at, catalog).is_ok() {
            let new = FieldValue::Status(to).display("", catalog);
            self.record(Some(by), EventKind::FieldsChanged { changes: vec![FieldChange { field: LeadField::Status, old, new }] }, None);
        }
    }

    /// Score and probability as they are today.
    fn end(&mut self, dice: &mut Dice) {
        self.lead.score = self.maker.score(self.lead);
        if self.lead.probability.is_none() && self.lead.state == LeadState::InProgress {
            self.lead.probability = Some(20 + 5 * dice.below(13) as i64);
        }
        self.lead.updated_at = self.at;
    }

    fn record(&mut self, actor: Option<UserId>, kind: EventKind, before: Option<Audience>) {
        self.lead.version += 1;
        self.lead.latest.take_in(&kind, self.at);
        self.told.events.push(NewEvent {
            at: self.at,
            actor,
            subject: Subject::Lead,
            subject_id: self.lead.id.0,
            lead: Some(self.lead.id),
            version: self.lead.version,
            kind,
            before,
            after: Some(self.lead.audience()),
        });
    }
}
