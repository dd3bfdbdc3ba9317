//! The rules of routing: the order of the steps, groups' ways, the fallback, coverage and specialists. Each change is a new
//! version of the book. A form is read into a [`Draft`], which is saved here, or tried on past leads by [`crate::routing`].
//!
//! To add a form: a variant of [`RuleForm`] with its address, and what it changes in [`read_draft`].

use domain::event::TextChange;
use domain::match_key::name_key;
use domain::routing::{CoverBy, Coverage, Fallback, Receiver, Rule, RuleBook, RuleChange, RuleKind, Settings, Specialist, Step, Way};
use domain::text::{TextError, required_line};
use domain::{Action, Catalog, ChoiceId, ChoiceList, EventKind, FieldErrors, FormValues, GroupId, TerritoryId, UserId};
use store::Tx;

use super::{finish, hold, territories};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::form_parts::{is_ticked, only_differences, only_fields, parse_ids};
use crate::matching::email_domain::company_domains;

/// As the audit names them.
const COVERAGE: &str = "the coverage";
const SPECIALISTS: &str = "the specialists";

/// Begins a change of the rules: nobody else configures until it is saved.
pub(super) async fn begin_rules(ctx: &Ctx) -> Result<(Tx, Catalog, RuleBook)> {
    ctx.require(Action::Configure)?;
    hold_rules(ctx).await
}

/// The same for what is not only an administrator's.
pub(super) async fn hold_rules(ctx: &Ctx) -> Result<(Tx, Catalog, RuleBook)> {
    let (mut tx, catalog) = hold(ctx).await?;
    let version = tx.routing().version().await?;
    let book = tx.routing().load(version).await?;
    Ok((tx, catalog, book))
}

/// A form about the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleForm {
    /// Switches a step on or off. Field: `on`.
    Step(Step),
    /// Moves a step up or down. Field: `direction`; at the end it stays.
    StepOrder(Step),
    /// Changes how a group gives leads to its people. Field: `way`.
    Way(GroupId),
    /// Changes who gets what no rule fits. Fields: `to`, see [`Receiver::key`], and `copies` (several).
    Fallback,
    /// Says who looks after something. Fields: `by`, see [`CoverBy`]; `what`: an account's number or name, a company's name, a
    /// domain, or a country and a postcode; `person`.
    NewCoverage,
    /// Nobody in particular looks after something any more.
    EndCoverage(i64),
    /// Names the specialist for an offering. Fields: `offering`, `to`, see [`Receiver::key`].
    NewSpecialist,
    /// An offering has no specialist any more.
    EndSpecialist(i64),
    /// See [`super::add_territory`].
    NewTerritory,
    /// See [`super::change_territory`].
    Territory(TerritoryId),
    /// See [`super::remove_territory`].
    EndTerritory(TerritoryId),
}

impl RuleForm {
    /// The form that is posted to an address, in its parts below `/admin`.
    #[must_use]
    pub fn at(parts: &[&str]) -> Option<Self> {
        Some(match parts {
            ["rules", "steps", key] => RuleForm::Step(Step::from_key(key)?),
            ["rules", "steps", key, "move"] => RuleForm::StepOrder(Step::from_key(key)?),
            ["rules", "groups", group] => RuleForm::Way(group.parse().ok()?),
            ["rules", "fallback"] => RuleForm::Fallback,
            ["rules", "coverage"] => RuleForm::NewCoverage,
            ["rules", "coverage", number, "remove"] => RuleForm::EndCoverage(number.parse().ok()?),
            ["rules", "specialists"] => RuleForm::NewSpecialist,
            ["rules", "specialists", number, "remove"] => RuleForm::EndSpecialist(number.parse().ok()?),
            ["territories"] => RuleForm::NewTerritory,
            ["territories", number] => RuleForm::Territory(number.parse().ok()?),
            ["territories", number, "remove"] => RuleForm::EndTerritory(number.parse().ok()?),
            _ => return None,
        })
    }

    /// Where it is posted to.
    #[must_use]
    pub fn address(self) -> String {
        match self {
            RuleForm::Step(step) => format!("/admin/rules/steps/{}", step.key()),
            RuleForm::StepOrder(step) => format!("/admin/rules/steps/{}/move", step.key()),
            RuleForm::Way(group) => format!("/admin/rules/groups/{group}"),
            RuleForm::Fallback => "/admin/rules/fallback".to_owned(),
            RuleForm::NewCoverage => "/admin/rules/coverage".to_owned(),
            RuleForm::EndCoverage(number) => format!("/admin/rules/coverage/{number}/remove"),
            RuleForm::NewSpecialist => "/admin/rules/specialists".to_owned(),
            RuleForm::EndSpecialist(number) => format!("/admin/rules/specialists/{number}/remove"),
            RuleForm::NewTerritory => "/admin/territories".to_owned(),
            RuleForm::Territory(id) => format!("/admin/territories/{id}"),
            RuleForm::EndTerritory(id) => format!("/admin/territories/{id}/remove"),
        }
    }
}

/// What a form would change, read and checked; nothing is written yet.
pub(crate) struct Draft {
    pub change: RuleChange,
    /// What is changed, as the audit names it.
    name: &'static str,
    changes: Vec<TextChange>,
}

impl Draft {
    fn of_settings(settings: Settings, changes: Vec<TextChange>) -> Self {
        Self { change: RuleChange::Put(Rule::Settings(settings)), name: "the rules of routing", changes }
    }

    pub(super) fn of_territory(change: RuleChange, changes: Vec<TextChange>) -> Self {
        Self { change, name: "the territories", changes }
    }

    /// What people read of it: "the domain acme.com: Maya Lind".
    pub(crate) fn words(&self) -> String {
        let words = |TextChange { what, old, new }: &TextChange| match (old.as_str(), new.as_str()) {
            ("", new) => format!("{what}: {new}"),
            (old, "") => format!("{what}: no longer {old}"),
            (old, new) => format!("{what}: {new} instead of {old}"),
        };
        self.changes.iter().map(words).collect::<Vec<_>>().join("; ")
    }
}

/// Reads a form about the rules; `None` when it changes nothing.
///
/// # Errors
/// [`ServiceError::NotFound`]; [`ServiceError::Invalid`] at the fields.
pub(crate) async fn read_draft(tx: &mut Tx, form: RuleForm, values: &FormValues, (book, catalog): (&RuleBook, &Catalog)) -> Result<Option<Draft>> {
    match form {
        RuleForm::Step(step) => step_draft(step, values, book),
        RuleForm::StepOrder(step) => order_draft(step, values, book),
        RuleForm::Way(group) => way_draft(group, values, book, catalog),
        RuleForm::Fallback => fallback_draft(values, book, catalog),
        RuleForm::NewCoverage => coverage_draft(tx, values, book, catalog).await.map(Some),
        RuleForm::EndCoverage(number) => end_of_coverage(number, values, book, catalog).map(Some),
        RuleForm::NewSpecialist => specialist_draft(values, book, catalog).map(Some),
        RuleForm::EndSpecialist(number) => end_of_specialist(number, values, book, catalog).map(Some),
        RuleForm::NewTerritory => territories::draft(None, values, book, catalog),
        RuleForm::Territory(id) => territories::draft(Some(id), values, book, catalog),
        RuleForm::EndTerritory(id) => territories::end_draft(id, values, book).map(Some),
    }
}

/// Changes the rules as a form wishes.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::NotFound`]; [`ServiceError::Invalid`] at the fields.
pub async fn change_rules(ctx: &Ctx, form: RuleForm, values: &FormValues) -> Result<()> {
    match form {
        RuleForm::NewTerritory => return territories::add_territory(ctx, values).await.map(|_| ()),
        RuleForm::Territory(id) => return territories::change_territory(ctx, id, values).await,
        RuleForm::EndTerritory(id) => return territories::remove_territory(ctx, id, values).await,
        _ => {}
    }
    let (mut tx, catalog, book) = begin_rules(ctx).await?;
    let Some(Draft { mut change, name, changes }) = read_draft(&mut tx, form, values, (&book, &catalog)).await? else { return Ok(()) };
    match &mut change {
        RuleChange::Put(Rule::Coverage(cover)) => cover.number = tx.routing().take_number(RuleKind::Coverage).await?,
        RuleChange::Put(Rule::Specialist(specialist)) => specialist.number = tx.routing().take_number(RuleKind::Specialist).await?,
        _ => {}
    }
    let version = tx.routing().begin_version().await?;
    match &change {
        RuleChange::Put(rule) => tx.routing().put(version, rule).await?,
        RuleChange::End(kind, number) => {
            tx.routing().end(version, *kind, *number).await?;
        }
    }
    finish(ctx, tx, 0, EventKind::RecordChanged { name: name.to_owned(), changes }).await
}

fn step_draft(step: Step, form: &FormValues, book: &RuleBook) -> Result<Option<Draft>> {
    only_fields(form, &["on"])?;
    let mut settings = book.settings.clone();
    let setting = settings.steps.iter_mut().find(|setting| setting.step == step).ok_or(ServiceError::NotFound)?;
    let is_on = is_ticked(form, "on").unwrap_or(setting.is_on);
    if setting.is_on == is_on {
        return Ok(None);
    }
    let word = |is_on| if is_on { "on" } else { "off" }.to_owned();
    let changes = only_differences([(step.label(), word(setting.is_on), word(is_on))]);
    setting.is_on = is_on;
    Ok(Some(Draft::of_settings(settings, changes)))
}

fn order_draft(step: Step, form: &FormValues, book: &RuleBook) -> Result<Option<Draft>> {
    only_fields(form, &["direction"])?;
    let mut settings = book.settings.clone();
    let at = settings.steps.iter().position(|setting| setting.step == step).ok_or(ServiceError::NotFound)?;
    let other = match form.get("direction") {
        "up" => at.checked_sub(1),
        "down" => Some(at + 1),
        _ => return Err(FieldErrors::at("direction", "Choose up or down").into()),
    };
    let Some(other) = other.filter(|other| *other < settings.steps.len()) else { return Ok(None) };
    let order = |settings: &Settings| settings.steps.iter().map(|setting| setting.step.label()).collect::<Vec<_>>().join(", ");
    let old = order(&settings);
    settings.steps.swap(at, other);
    let changes = only_differences([("Order", old, order(&settings))]);
    Ok(Some(Draft::of_settings(settings, changes)))
}

fn way_draft(id: GroupId, form: &FormValues, book: &RuleBook, catalog: &Catalog) -> Result<Option<Draft>> {
    only_fields(form, &["way"])?;
    let group = catalog.group(id).ok_or(ServiceError::NotFound)?;
    let way = Way::from_key(form.get("way")).ok_or_else(|| FieldErrors::at("way", "Choose from the list"))?;
    let mut settings = book.settings.clone();
    let old = settings.way_of(id);
    if old == way {
        return Ok(None);
    }
    settings.ways.retain(|(known, _)| *known != id);
    settings.ways.push((id, way));
    settings.ways.sort_unstable_by_key(|(known, _)| *known);
    let changes = only_differences([(group.name.as_str(), old.label().to_owned(), way.label().to_owned())]);
    Ok(Some(Draft::of_settings(settings, changes)))
}

fn fallback_draft(form: &FormValues, book: &RuleBook, catalog: &Catalog) -> Result<Option<Draft>> {
    only_fields(form, &["to", "copies"])?;
    let mut settings = book.settings.clone();
    let old = settings.fallback.clone();
    let mut errors = FieldErrors::default();
    if let Some(text) = form.find("to") {
        let kept = old.to;
        let to = if text.is_empty() { Ok(None) } else { receiver(text, kept, catalog).map(Some) };
        settings.fallback.to = errors.take("to", to).flatten();
    }
    if let Some(copies) = parse_ids::<UserId>(&mut errors, form, "copies") {
        if !copies.iter().all(|user| old.copies.contains(user) || is_possible(*user, catalog)) {
            errors.add("copies", "Choose somebody of the house who can sign in");
        }
        settings.fallback.copies = copies;
    }
    errors.into_result()?;
    if settings.fallback == old {
        return Ok(None);
    }
    let to = |fallback: &Fallback| fallback.to.map_or_else(String::new, |to| receiver_name(to, catalog));
    let copies = |fallback: &Fallback| fallback.copies.iter().map(|user| catalog.person_name(*user)).collect::<Vec<_>>().join(", ");
    let new = &settings.fallback;
    let changes = only_differences([("Fallback", to(&old), to(new)), ("Copies", copies(&old), copies(new))]);
    Ok(Some(Draft::of_settings(settings, changes)))
}

async fn coverage_draft(tx: &mut Tx, form: &FormValues, book: &RuleBook, catalog: &Catalog) -> Result<Draft> {
    only_fields(form, &["by", "what", "person"])?;
    let mut errors = FieldErrors::default();
    let by = errors.take("by", CoverBy::from_key(form.get("by")).ok_or("Choose from the list"));
    let what = errors.take("what", required_line(form.get("what"), "what is looked after").map_err(|error: TextError| error.to_string()));
    let person = form.get("person").parse().ok().filter(|user| is_possible(*user, catalog));
    let person = errors.take("person", person.ok_or("Choose somebody of the house who can sign in"));
    let (Some(by), Some(what), Some(person)) = (by, what, person) else { return Err(errors.into()) };
    let cover = read_cover(tx, by, &what, person).await?.map_err(|error| FieldErrors::at("what", error))?;
    if let Some(known) = book.coverage.iter().find(|known| known.by == by && known.key == cover.key) {
        let name = catalog.person_name(known.person);
        return Err(FieldErrors::at("what", format!("{name} looks after it already; remove that first")).into());
    }
    let changes = vec![TextChange { what: by.in_words(&cover.what), old: String::new(), new: catalog.person_name(person) }];
    Ok(Draft { change: RuleChange::Put(Rule::Coverage(cover)), name: COVERAGE, changes })
}

/// What is looked after, as it is compared; else what is wrong with what was typed.
async fn read_cover(tx: &mut Tx, by: CoverBy, what: &str, person: UserId) -> Result<std::result::Result<Coverage, &'static str>> {
    Ok(match by {
        CoverBy::Account => {
            let number = what.trim_start_matches(['#', ' ']).parse().ok().map(domain::AccountId);
            let id = match number {
                Some(number) => Some(number),
                None => tx.accounts().find_by_name(what).await?,
            };
            let found = match id {
                Some(id) => tx.accounts().find(id).await?,
                None => None,
            };
            let cover = found.map(|account| Coverage::of_account(account.id, &account.name, person));
            cover.ok_or("There is no such account; enter its number or its whole name")
        }
        CoverBy::Name if name_key(what).is_empty() => Err("Enter the name of a company"),
        CoverBy::Name => Ok(Coverage::of_name(what, person)),
        CoverBy::Domain => {
            let domain = what.trim_start_matches('@').to_lowercase();
            let is_own = company_domains(&domain).first() == Some(&domain);
            if is_own {
                Ok(Coverage::of_domain(&domain, person))
            } else {
                Err("Enter a company’s own domain, like acme.com; mail services that anybody may use have none")
            }
        }
        CoverBy::Location => Coverage::of_location(what, person).ok_or("Enter a country and a postcode, like GB, LS11 5QD"),
    })
}

fn end_of_coverage(number: i64, form: &FormValues, book: &RuleBook, catalog: &Catalog) -> Result<Draft> {
    only_fields(form, &[])?;
    let cover = book.coverage.iter().find(|cover| cover.number == number).ok_or(ServiceError::NotFound)?;
    let changes = vec![TextChange { what: cover.by.in_words(&cover.what), old: catalog.person_name(cover.person), new: String::new() }];
    Ok(Draft { change: RuleChange::End(RuleKind::Coverage, number), name: COVERAGE, changes })
}

fn specialist_draft(form: &FormValues, book: &RuleBook, catalog: &Catalog) -> Result<Draft> {
    only_fields(form, &["offering", "to"])?;
    let mut errors = FieldErrors::default();
    let offered = |id: &ChoiceId| catalog.offered(ChoiceList::Offering).any(|choice| choice.id == *id);
    let offering = errors.take("offering", form.get("offering").parse().ok().filter(offered).ok_or("Choose an offering from the list"));
    let to = errors.take("to", receiver(form.get("to"), None, catalog));
    if let Some(known) = offering.and_then(|offering| book.specialists.iter().find(|known| known.offering == offering)) {
        errors.add("offering", format!("{} is the specialist already; remove that first", receiver_name(known.to, catalog)));
    }
    errors.clone().into_result()?;
    let (Some(offering), Some(to)) = (offering, to) else { return Err(errors.into()) };
    let changes = vec![TextChange { what: catalog.choice_name(offering), old: String::new(), new: receiver_name(to, catalog) }];
    Ok(Draft { change: RuleChange::Put(Rule::Specialist(Specialist { number: 0, offering, to })), name: SPECIALISTS, changes })
}

fn end_of_specialist(number: i64, form: &FormValues, book: &RuleBook, catalog: &Catalog) -> Result<Draft> {
    only_fields(form, &[])?;
    let known = book.specialists.iter().find(|known| known.number == number).ok_or(ServiceError::NotFound)?;
    let changes = vec![TextChange { what: catalog.choice_name(known.offering), old: receiver_name(known.to, catalog), new: String::new() }];
    Ok(Draft { change: RuleChange::End(RuleKind::Specialist, number), name: SPECIALISTS, changes })
}

pub(super) fn is_possible(user: UserId, catalog: &Catalog) -> bool {
    catalog.possible_owners().any(|person| person.id == user)
}

/// Who may get leads; `kept` stays allowed.
fn receiver(text: &str, kept: Option<Receiver>, catalog: &Catalog) -> std::result::Result<Receiver, &'static str> {
    let may = |to: &Receiver| match to {
        _ if kept == Some(*to) => true,
        Receiver::Person(user) => is_possible(*user, catalog),
        Receiver::Group(group) => catalog.group(*group).is_some_and(|group| !group.retired),
    };
    Receiver::from_key(text).filter(may).ok_or("Choose a person or a group from the list")
}

fn receiver_name(to: Receiver, catalog: &Catalog) -> String {
    match to {
        Receiver::Person(user) => catalog.person_name(user),
        Receiver::Group(group) => catalog.group(group).map_or_else(String::new, |group| group.name.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_found_at_its_address() {
        for form in [
            RuleForm::Step(Step::Specialist),
            RuleForm::StepOrder(Step::Territory),
            RuleForm::Way(GroupId(3)),
            RuleForm::Fallback,
            RuleForm::NewCoverage,
            RuleForm::EndCoverage(4),
            RuleForm::NewSpecialist,
            RuleForm::EndSpecialist(5),
            RuleForm::NewTerritory,
            RuleForm::Territory(TerritoryId(6)),
            RuleForm::EndTerritory(TerritoryId(7)),
        ] {
            let address = form.address();
            let parts: Vec<&str> = address.trim_start_matches("/admin/").split('/').collect();
            assert_eq!(RuleForm::at(&parts), Some(form), "{address}");
        }
        assert_eq!(RuleForm::at(&["rules", "steps", "fallback"]), None);
        assert_eq!(RuleForm::at(&["rules", "coverage", "x", "remove"]), None);
    }
}
