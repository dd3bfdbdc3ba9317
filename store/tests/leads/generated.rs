//! Leads in numbers, the same each time.

use domain::cast::{MARTIN, SOUTH};
use domain::{ChoiceId, LeadClass, LifeCycle, Qualification};

use super::*;

/// Numbers that look thrown but are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % most as u64) as i64
    }

    fn one_of<T: Clone>(&mut self, values: &[T]) -> T {
        values[self.below(values.len() as i64) as usize].clone()
    }
}

const NAMES: [&str; 8] = ["Jo Field", "jo field", "Zoë Adams", "Émile Roy", "adam O'Neil", "Ärne Berg", "Łukasz Adamski", "Jo-Ann Roy"];
const PHONES: [(&str, Option<&str>); 4] = [
    ("0161 496 0101", Some("+441614960101")),
    ("+44 20 7946 0102", Some("+442079460102")),
    ("+1 212 555 0142", Some("+12125550142")),
    ("ext 4711", None),
];
const EMAILS: [&str; 4] = ["Jo.Field@acme.test", "zoe@acme.test", "roy@harbour.example", "berg@acme.test"];

/// Leads that repeat each value often, so that sorts have ties, spread over the last ten days.
pub(crate) fn generated(count: i64, catalog: &Catalog) -> Vec<Lead> {
    let mut dice = Dice(42);
    (1..=count).map(|id| generated_lead(id, count, catalog, &mut dice)).collect()
}

/// Of what class such a lead is: two in five are of none.
pub(crate) fn class_of(id: LeadId) -> Option<LeadClass> {
    match id.0 % 5 {
        1 => Some(LeadClass::Aql),
        2 => Some(LeadClass::Oql),
        3 => Some(LeadClass::Rql),
        _ => None,
    }
}

/// How they are qualified. Of those without a class every second one has a row all the same, and the others were never looked at.
pub(crate) fn qualified(leads: &[Lead]) -> Vec<Qualification> {
    let of_lead = |lead: &Lead| Qualification { version: 1, class: class_of(lead.id), ..Qualification::blank(lead.id) };
    leads.iter().filter(|lead| lead.id.0 % 5 != 0).map(of_lead).collect()
}

fn generated_lead(id: i64, count: i64, catalog: &Catalog, dice: &mut Dice) -> Lead {
    let created_at = NOW.plus_ms(-10 * DAY_MS + 10 * DAY_MS * id / count);
    let status = dice.one_of(&catalog.statuses);
    let at = created_at;
    let state = match status.state {
        LifeCycle::Pending => LeadState::Pending,
        LifeCycle::InProgress => LeadState::InProgress,
        LifeCycle::Won => LeadState::Won { at },
        LifeCycle::Lost => LeadState::Lost { at, reason: cast::choice(ChoiceList::LostReason, "Price") },
        LifeCycle::Cancelled => LeadState::Cancelled { at },
    };
    let mut some_of = |list| catalog.offered(list).filter(|_| dice.below(3) == 0).map(|choice| choice.id).collect::<Vec<ChoiceId>>();
    let (offerings, sources, categories) = (some_of(ChoiceList::Offering), some_of(ChoiceList::Source), some_of(ChoiceList::Category));
    let (raw, e164) = dice.one_of(&PHONES);
    Lead {
        id: LeadId(id),
        full_name: dice.one_of(&NAMES).to_owned(),
        contact: ContactId(id + 1),
        phones: if dice.below(3) == 0 { Vec::new() } else { vec![phone(raw, e164)] },
        emails: if dice.below(3) == 0 { Vec::new() } else { vec![email(dice.one_of(&EMAILS))] },
        lead_type: status.lead_type,
        status: status.id,
        state,
        owner: dice.one_of(&[None, None, Some(MAYA), Some(ANA), Some(MARTIN)]),
        group: dice.one_of(&[None, Some(NORTH), Some(SOUTH)]),
        team: if dice.below(4) == 0 { vec![dice.one_of(&[MAYA, ANA])] } else { Vec::new() },
        distributor: dice.one_of(&[None, None, None, Some(NORTHWIND)]),
        created_by: dice.one_of(&[None, Some(INES)]),
        source: sources.first().copied(),
        category: categories.first().copied(),
        offerings,
        tags: if dice.below(3) == 0 { vec![dice.one_of(&["trade fair", "vip"]).to_owned()] } else { Vec::new() },
        score: dice.below(7) * 100 - 300,
        target_amount_minor: dice.below(5) * 12_550,
        address: domain::Address { city: dice.one_of(&["Hull", "Leeds", ""]).to_owned(), ..domain::Address::default() },
        created_at,
        updated_at: NOW.plus_ms(-dice.below(20) * 7_200_000),
        expected_at: (id % 3 != 0).then(|| NOW.start_of_day().plus_ms((id % 7 - 3) * DAY_MS)),
        latest: Latest { activity_at: (id % 4 != 0).then(|| NOW.plus_ms(-(id % 11) * DAY_MS)), ..Latest::default() },
        deleted_at: (dice.below(8) == 0).then_some(NOW),
        ..cast::lead()
    }
}

/// Mostly alike leads, so that each condition below is met by more than the list would gather and sort.
pub(crate) fn alike(count: i64) -> Vec<Lead> {
    let mut dice = Dice(7);
    let choice = cast::choice;
    (1..=count)
        .map(|id| {
            let is_odd = id % 14 == 0;
            Lead {
                id: LeadId(id),
                full_name: dice.one_of(&NAMES).to_owned(),
                owner: is_odd.then_some(MAYA),
                group: (id % 28 == 0).then_some(NORTH),
                team: if is_odd { vec![] } else { vec![MAYA] },
                distributor: (!is_odd).then_some(NORTHWIND),
                source: Some(choice(ChoiceList::Source, if is_odd { "Referral" } else { "Web" })),
                offerings: vec![choice(ChoiceList::Offering, "Cloud")],
                score: dice.below(9),
                target_amount_minor: dice.below(4) * 10_000,
                created_at: NOW.plus_ms(-3 * DAY_MS + 3 * DAY_MS * id / count),
                updated_at: NOW.plus_ms(-dice.below(5000)),
                expected_at: Some(NOW.start_of_day().plus_ms(id % 5 * DAY_MS)),
                latest: Latest { activity_at: Some(NOW.plus_ms(-(id % 5) * DAY_MS)), ..Latest::default() },
                deleted_at: (id % 100 == 0).then_some(NOW),
                ..cast::lead()
            }
        })
        .collect()
}
