//! What a lead is, from its number alone.

use std::ops::Range;
use std::sync::Arc;

use domain::account::{AccountLocation, Address};
use domain::scoring::{Happened, ScoreFacts};
use domain::{
    AccountId, AccountKind, Attempt, Catalog, ChoiceId, ChoiceList, ContactId, EmailAddress, FieldErrors, FormValues, HOUR_MS, Lead, LeadId,
    LeadState, LeadTypeId, LifeCycle, Named, Opportunity, OpportunityId, Phone, ScoreBook, Timestamp, UserId,
};
use store::accounts::NewAccount;
use store::contacts::NewContact;
use store::events::NewEvent;
use store::leads::NewLead;

use super::Plan;
use super::cast::{self, Cast};
use super::dice::Dice;
use super::office_time::OfficeTime;
use super::story;
use super::words::{CALL_OPENINGS, LOCATIONS, NORTHERN_TOWNS, PARTNERS, SIZES, SOUTHERN_TOWNS, STREETS, TAGS, Town, WISHES};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::leads::{blank, first_opportunity};

/// How far back the first lead lies: a year and a half.
const DAYS: i64 = 548;
/// One lead in so many comes from a person who came before.
const RETURNS_EVERY: u64 = 10;
/// One lead in so many brings a new company.
const COMPANY_EVERY: u64 = 3;
/// Leads among which the reps who sign in own a good share; of all others they own one in two hundred.
const SHOWN: u64 = 400;
/// Above so many leads only some have more than the bare steps in their history.
const LIVELY: u64 = 20_000;

const PERSON: u64 = 1;
const COMPANY: u64 = 2;
const LEAD: u64 = 3;
const RETURN: u64 = 4;

/// Accounts that so many leads bring.
pub(super) fn account_count(leads: u64) -> u64 {
    leads.div_ceil(COMPANY_EVERY)
}

/// Contacts that so many leads bring.
pub(super) fn contact_count(leads: u64) -> u64 {
    leads - leads / RETURNS_EVERY
}

/// Rows for one transaction.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub accounts: Vec<NewAccount>,
    pub contacts: Vec<NewContact>,
    pub leads: Vec<NewLead>,
    pub opportunities: Vec<Opportunity>,
    /// Still without their numbers.
    pub attempts: Vec<Attempt>,
    pub events: Vec<NewEvent>,
}

/// Makes leads.
#[derive(Debug)]
pub(super) struct Maker {
    plan: Plan,
    pub(super) cast: Cast,
    pub(super) catalog: Arc<Catalog>,
    pub(super) time: OfficeTime,
    /// A blank lead of each type, with how often it comes.
    blanks: Vec<(Lead, u64)>,
    stages: Vec<ChoiceId>,
    offerings: Vec<ChoiceId>,
    pub(super) lost_reasons: Vec<ChoiceId>,
    priorities: Vec<ChoiceId>,
    importances: Vec<ChoiceId>,
    sources: Vec<(ChoiceId, u64)>,
    scores: Arc<ScoreBook>,
}

/// A company by its number.
struct Company {
    name: String,
    is_customer: bool,
    /// 0 north, 1 south.
    region: usize,
    town: &'static Town,
    address: Address,
    rep: UserId,
}

/// A person by the number of the lead they first came with.
struct Person {
    full_name: String,
    company: u64,
    phones: Vec<Phone>,
    emails: Vec<EmailAddress>,
}

impl Maker {
    pub(super) fn new(ctx: &Ctx, plan: &Plan, cast: Cast, catalog: Arc<Catalog>, scores: Arc<ScoreBook>) -> Result<Self> {
        let whole = |id: LeadTypeId| LifeCycle::ALL.into_iter().all(|state| catalog.default_status(id, state).is_some());
        let mut blanks = Vec::new();
        for (lead_type, weight) in catalog.offered_types().filter(|lead_type| whole(lead_type.id)).zip([82, 8, 10]) {
            let chosen = FormValues(vec![("type".to_owned(), lead_type.id.to_string())]);
            blanks.push((blank(ctx, &chosen, &catalog, &mut FieldErrors::default())?, weight));
        }
        let offered = |list| catalog.offered(list).map(|choice| choice.id).collect::<Vec<_>>();
        let (stages, offerings, lost_reasons) = (offered(ChoiceList::Stage), offered(ChoiceList::Offering), offered(ChoiceList::LostReason));
        let sources: Vec<_> = offered(ChoiceList::Source).into_iter().zip([12, 14, 12, 8, 40, 14]).collect();
        if blanks.is_empty() || stages.is_empty() || offerings.is_empty() || lost_reasons.is_empty() || sources.is_empty() {
            return Err(ServiceError::Refused(
                "The lists or pipelines of this database were emptied; demo data needs them. Start with a new database".to_owned(),
            ));
        }
        let (priorities, importances) = (offered(ChoiceList::Priority), offered(ChoiceList::Importance));
        let time = OfficeTime::before(plan.now, DAYS);
        Ok(Self { plan: plan.clone(), cast, catalog, time, blanks, stages, offerings, lost_reasons, priorities, importances, sources, scores })
    }

    /// The leads with these numbers, counted from 0, and what comes with them.
    pub(super) fn batch(&self, numbers: Range<u64>, catalog: &Catalog) -> Result<Batch> {
        let mut batch = Batch::default();
        let companies = account_count(numbers.start)..account_count(numbers.end);
        for number in companies {
            batch.accounts.push(self.account(number));
        }
        for number in numbers {
            let lead = self.lead(number, &mut batch, catalog)?;
            batch.opportunities.push(self.opportunity(number, &lead, catalog)?);
            batch.leads.push(NewLead { lead, import: None, import_key: None });
        }
        Ok(batch)
    }

    /// The score of a lead whose contact has done nothing yet.
    pub(super) fn score(&self, lead: &Lead) -> i64 {
        self.scores.score(&ScoreFacts::from(lead), &Happened::new()).unwrap_or_default()
    }

    /// The moment everything ends at.
    pub(super) fn now(&self) -> Timestamp {
        self.plan.now
    }

    fn moment(&self, number: u64) -> Timestamp {
        let jitter = Dice::of(LEAD, number).share();
        self.time.at((number as f64 + jitter) / self.plan.leads as f64)
    }

    fn company(&self, number: u64) -> Company {
        let mut dice = Dice::of(COMPANY, number);
        let region = dice.below(2) as usize;
        let town = dice.pick(if region == 0 { &NORTHERN_TOWNS[..] } else { &SOUTHERN_TOWNS[..] });
        let letter = |dice: &mut Dice| char::from(b'A' + dice.below(20) as u8);
        let postcode = format!("{}{} {}{}{}", town.1, 1 + dice.below(20), 1 + dice.below(9), letter(&mut dice), letter(&mut dice));
        Company {
            name: cast::company(number),
            is_customer: dice.chance(40),
            region,
            town,
            address: Address {
                street: format!("{} {}", 1 + dice.below(180), dice.pick(&STREETS)),
                city: town.0.to_owned(),
                postcode,
                state: String::new(),
                country: "United Kingdom".to_owned(),
            },
            rep: self.rep(&mut dice, region, number * COMPANY_EVERY),
        }
    }

    fn rep(&self, dice: &mut Dice, region: usize, number: u64) -> UserId {
        let (signs_in, others) = self.cast.reps[region].split_first().expect("every region has reps");
        let per_mille = if number < SHOWN { 155 } else { 10 };
        if dice.below(1000) < per_mille { *signs_in } else { *dice.pick(others) }
    }

    fn account(&self, number: u64) -> NewAccount {
        let company = self.company(number);
        let domain = cast::domain_of(&company.name);
        NewAccount {
            id: AccountId(self.plan.first_account + number as i64),
            kinds: vec![if company.is_customer { AccountKind::Customer } else { AccountKind::Prospect }],
            primary_rep: Some(company.rep),
            website: format!("https://{domain}"),
            domains: vec![domain],
            locations: vec![AccountLocation { name: "Head office".to_owned(), address: company.address }],
            name: company.name,
            import: None,
            now: self.moment(number * COMPANY_EVERY),
        }
    }

    /// The lead with which the person of this one came first.
    fn first_of(number: u64) -> u64 {
        if number % RETURNS_EVERY != RETURNS_EVERY - 1 {
            return number;
        }
        let earlier = Dice::of(RETURN, number).below(number);
        if earlier % RETURNS_EVERY == RETURNS_EVERY - 1 { earlier - 1 } else { earlier }
    }

    fn person(&self, number: u64) -> Result<(Person, Company)> {
        let mut dice = Dice::of(PERSON, number);
        let (first, last) = cast::person(&mut dice);
        let newest = number / COMPANY_EVERY;
        let company_number = if number.is_multiple_of(COMPANY_EVERY) { newest } else { dice.below(newest + 1) };
        let company = self.company(company_number);
        let mut phones = Vec::new();
        for share in [90, 15] {
            if dice.chance(share) {
                phones.push(phone(&mut dice, company.town.2));
            }
        }
        let emails = if phones.is_empty() || dice.chance(92) { vec![cast::email(&mut dice, first, last, &company.name)?] } else { Vec::new() };
        phones.dedup();
        Ok((Person { full_name: format!("{first} {last}"), company: company_number, phones, emails }, company))
    }

    fn lead(&self, number: u64, batch: &mut Batch, catalog: &Catalog) -> Result<Lead> {
        let first = Self::first_of(number);
        let (person, company) = self.person(first)?;
        let mut dice = Dice::of(LEAD, number);
        dice.share();
        let created_at = self.moment(number);
        let mut lead = dice.weighted(&self.blanks).clone();
        lead.id = LeadId(self.plan.first_lead + number as i64);
        lead.account = Named { id: AccountId(self.plan.first_account + person.company as i64), name: company.name };
        lead.contact = ContactId(self.plan.first_contact + contact_count(first) as i64);
        lead.created_at = created_at;
        lead.full_name = person.full_name;
        lead.phones = person.phones;
        lead.emails = person.emails;
        lead.address = company.address;
        if first == number {
            batch.contacts.push(contact(&lead, &mut dice));
        }
        self.put_wishes(&mut lead, company.town, &mut dice, catalog);
        if number % 7 == 3 {
            lead.tags = vec![TAGS[(number / 7) as usize % TAGS.len()].to_owned()];
        }
        let age_days = (self.plan.now.0 - created_at.0) / (24 * HOUR_MS);
        let state = state(&mut dice, age_days, company.is_customer);
        self.put_people(&mut lead, number, company.region, state, &mut dice);
        let is_lively = self.plan.leads <= LIVELY || dice.chance(25);
        story::live(self, &mut lead, state, is_lively, &mut dice, story::Told { events: &mut batch.events, attempts: &mut batch.attempts });
        Ok(lead)
    }

    /// What they want, and what it is worth.
    fn put_wishes(&self, lead: &mut Lead, town: &Town, dice: &mut Dice, catalog: &Catalog) {
        for _ in 0..1 + dice.below(10) / 5 + dice.below(10) / 8 {
            let offering = *dice.pick(&self.offerings);
            if !lead.offerings.contains(&offering) {
                lead.offerings.push(offering);
            }
        }
        lead.offerings.sort_unstable();
        let source = *dice.weighted(&self.sources);
        lead.source = Some(source);
        let offering = catalog.choice_name(lead.offerings[0]);
        let wish = dice.pick(&WISHES).replace("{offering}", &offering).replace("{town}", town.0);
        let opening = if self.is_web(source, catalog) { "" } else { *dice.pick(&CALL_OPENINGS) };
        lead.message = format!("{opening}{wish} {}", dice.pick(&SIZES)).trim_end().to_owned();
        if !dice.chance(14) {
            let whole = 400.0 * (dice.share() * dice.share() * 5.5).exp();
            lead.target_amount_minor = (whole / 50.0).round() as i64 * 5000;
        }
        if !self.priorities.is_empty() && dice.chance(45) {
            lead.priority = Some(self.priorities[triangular(dice, self.priorities.len())]);
        }
        if !self.importances.is_empty() && dice.chance(45) {
            lead.importance = Some(self.importances[triangular(dice, self.importances.len())]);
        }
        if dice.chance(55) {
            let location = if LOCATIONS.contains(&town.0) { town.0 } else { *dice.pick(&LOCATIONS) };
            lead.location = catalog.choice_named(ChoiceList::Location, location).map(|choice| choice.id);
        }
        if dice.chance(12) {
            let partner = *dice.pick(&PARTNERS);
            lead.partner = catalog.choice_named(ChoiceList::Partner, partner).map(|choice| choice.id);
        }
    }

    /// Who took it down, who has it.
    fn put_people(&self, lead: &mut Lead, number: u64, region: usize, state: LifeCycle, dice: &mut Dice) {
        let rep = self.rep(dice, region, number);
        lead.group = Some(self.cast.groups[region]);
        let is_web = lead.source.is_some_and(|source| self.is_web(source, &self.catalog));
        lead.created_by = if is_web { None } else { Some(if dice.chance(60) { self.cast.intake } else { rep }) };
        if state == LifeCycle::Pending && dice.chance(30) {
            lead.group = match dice.below(8) {
                0..4 => lead.group,
                4..6 => Some(self.cast.intake_group),
                _ => None,
            };
            return;
        }
        lead.owner = Some(rep);
        if dice.chance(7) {
            lead.distributor = Some(*dice.pick(&self.cast.distributors));
        }
        if dice.chance(9) {
            let helper = *dice.pick(&self.cast.reps[region]);
            lead.team = if helper == rep { Vec::new() } else { vec![helper] };
        }
    }

    pub(super) fn is_web(&self, source: ChoiceId, catalog: &Catalog) -> bool {
        catalog.choice(source).is_some_and(|choice| choice.name == "Web")
    }

    fn opportunity(&self, number: u64, lead: &Lead, catalog: &Catalog) -> Result<Opportunity> {
        let mut opportunity = first_opportunity(lead, OpportunityId(self.plan.first_opportunity + number as i64), catalog)?;
        let last = self.stages.len() - 1;
        opportunity.stage = self.stages[match lead.state {
            LeadState::Pending => 0,
            LeadState::InProgress => (1 + number as usize % 4).min(last),
            LeadState::Won { .. } => last.saturating_sub(1),
            LeadState::Lost { .. } | LeadState::Cancelled { .. } => last,
        }];
        if lead.state.life_cycle().is_open() {
            let usual = self.plan.now.plus_ms((number % 21) as i64 * 24 * HOUR_MS);
            opportunity.follow_up_at = Some(lead.handover.touch_by.unwrap_or(usual));
        } else {
            opportunity.close_at = lead.state.closed_at();
        }
        Ok(opportunity)
    }
}

fn contact(lead: &Lead, dice: &mut Dice) -> NewContact {
    const TITLES: [(&str, u64); 9] = [
        ("", 50),
        ("Office manager", 12),
        ("Owner", 10),
        ("IT manager", 8),
        ("Managing director", 6),
        ("Operations manager", 5),
        ("Practice manager", 4),
        ("Finance director", 3),
        ("Buyer", 2),
    ];
    NewContact {
        id: lead.contact,
        full_name: lead.full_name.clone(),
        job_title: (*dice.weighted(&TITLES)).to_owned(),
        account: Some(lead.account.id),
        phones: lead.phones.clone(),
        emails: lead.emails.clone(),
        import: None,
        now: lead.created_at,
    }
}

/// A number of a range kept for drama. All are valid in the numbering plan, so the plan need not be asked a million times.
fn phone(dice: &mut Dice, beginning: &str) -> Phone {
    let raw = format!("{beginning}{:03}", dice.below(1000));
    let digits: String = raw.chars().filter(char::is_ascii_digit).collect();
    Phone { e164: Some(format!("+44{}", &digits[1..])), raw }
}

/// An index, most often one near the middle.
fn triangular(dice: &mut Dice, len: usize) -> usize {
    (((dice.share() + dice.share()) / 2.0 * len as f64) as usize).min(len - 1)
}

/// Where a lead of this age stands: old ones are mostly closed, and only customers were won.
fn state(dice: &mut Dice, age_days: i64, is_customer: bool) -> LifeCycle {
    // Percent pending, in progress, cancelled; the rest is won or lost.
    let (pending, in_progress, cancelled) = match age_days {
        ..5 => (74, 22, 1),
        5..30 => (32, 44, 4),
        30..120 => (18, 40, 6),
        120..300 => (9, 30, 8),
        _ => (5, 15, 9),
    };
    match dice.below(100) {
        throw if throw < pending => LifeCycle::Pending,
        throw if throw < pending + in_progress => LifeCycle::InProgress,
        throw if throw < pending + in_progress + cancelled => LifeCycle::Cancelled,
        _ if is_customer && dice.chance(82) => LifeCycle::Won,
        _ => LifeCycle::Lost,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_one_that_the_numbering_plan_knows() {
        let is_unknown = |town: &&Town| {
            let made = phone(&mut Dice::of(9, 9), town.2);
            crate::phone::parse(&made.raw, "GB") != Ok(made)
        };
        let unknown: Vec<&str> = NORTHERN_TOWNS.iter().chain(&SOUTHERN_TOWNS).filter(is_unknown).map(|town| town.2).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }

    #[test]
    fn who_returns_came_before() {
        for number in 0..1000 {
            let first = Maker::first_of(number);
            assert!(first <= number && Maker::first_of(first) == first);
        }
        assert_eq!((contact_count(9), contact_count(10), contact_count(1000)), (9, 9, 900));
    }
}
