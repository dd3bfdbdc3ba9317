//! Forms of accounts, contacts and opportunities: what was typed becomes the record, field by field.
//!
//! A field that was not sent stays as it is. A group of check boxes sends a hidden empty value besides, or an emptied
//! group could not be told from one that is not part of the form. To add a field: its lines in `fill` and in the table of
//! fields.

use crate::account::AccountLocation;
use crate::free_mail::is_free_mail;
use crate::record_change::Field;
use crate::text::{EmailAddress, Phone, TextError, line, required_line, split_list};
use crate::{
    Account, AccountId, AccountKind, Address, Catalog, ChoiceId, ChoiceList, Contact, ContactId, FieldErrors, FieldValue, FormValues, LeadField,
    Opportunity, SiteZone, Timestamp, UserId, money,
};

/// Most places of one account.
const LOCATIONS_MAX: usize = 50;
/// Form fields of a place, in the order of [`AccountLocation`].
const LOCATION_FIELDS: [&str; 6] = ["location_name", "street", "city", "postcode", "state", "country"];

impl Account {
    /// An account that nobody has filled in yet.
    #[must_use]
    pub fn blank(id: AccountId, now: Timestamp) -> Self {
        Self {
            id,
            version: 1,
            name: String::new(),
            kinds: Vec::new(),
            primary_rep: None,
            website: String::new(),
            domains: Vec::new(),
            locations: Vec::new(),
            confirmed: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// Takes over the fields that were sent: `name`, `kind` (several), `primary_rep`, `website`, `domains`, and places as
    /// `location_name`, `street`, `city`, `postcode`, `state`, `country`, the nth of each belonging together.
    pub fn fill(&mut self, form: &FormValues, catalog: &Catalog, errors: &mut FieldErrors) {
        if form.find("name").is_some() || self.name.is_empty() {
            set(&mut self.name, errors.take("name", required_line(form.get("name"), "a name")));
        }
        if form.find("kind").is_some() {
            set(&mut self.kinds, errors.take("kind", parse_kinds(form)));
        }
        if let Some(text) = form.find("primary_rep") {
            let person = parse_person(text, self.primary_rep, catalog);
            set(&mut self.primary_rep, errors.take("primary_rep", person));
        }
        if let Some(text) = form.find("website") {
            set(&mut self.website, errors.take("website", parse_website(text)));
        }
        if let Some(text) = form.find("domains") {
            set(&mut self.domains, errors.take("domains", parse_domains(text)));
        }
        if LOCATION_FIELDS.iter().any(|name| form.find(name).is_some()) {
            set(&mut self.locations, parse_locations(form, errors));
        }
    }

    /// What can be changed about an account.
    pub const FIELDS: [Field<Self>; 6] = [
        Field { label: "Name", show: |a, _| a.name.clone(), is_same: |a, b| a.name == b.name, copy: |from, to| to.name.clone_from(&from.name) },
        Field {
            label: "Kinds",
            show: |a, _| join(a.kinds.iter().map(|kind| kind.label().to_owned())),
            is_same: |a, b| a.kinds == b.kinds,
            copy: |from, to| to.kinds.clone_from(&from.kinds),
        },
        Field {
            label: "Primary rep",
            show: |a, catalog| a.primary_rep.map_or_else(String::new, |id| catalog.person_name(id)),
            is_same: |a, b| a.primary_rep == b.primary_rep,
            copy: |from, to| to.primary_rep = from.primary_rep,
        },
        Field {
            label: "Website",
            show: |a, _| a.website.clone(),
            is_same: |a, b| a.website == b.website,
            copy: |from, to| to.website.clone_from(&from.website),
        },
        Field {
            label: "E-mail domains",
            show: |a, _| a.domains.join(", "),
            is_same: |a, b| a.domains == b.domains,
            copy: |from, to| to.domains.clone_from(&from.domains),
        },
        Field {
            label: "Locations",
            show: |a, _| a.locations.iter().map(show_location).collect::<Vec<_>>().join("; "),
            is_same: |a, b| a.locations == b.locations,
            copy: |from, to| to.locations.clone_from(&from.locations),
        },
    ];
}

impl Contact {
    /// A contact that nobody has filled in yet.
    #[must_use]
    pub fn blank(id: ContactId, now: Timestamp) -> Self {
        Self {
            id,
            version: 1,
            full_name: String::new(),
            job_title: String::new(),
            account: None,
            phones: Vec::new(),
            emails: Vec::new(),
            created_at: now,
            updated_at: now,
        }
    }

    /// Takes over the fields that were sent: `full_name`, `job_title`, `phones` and `emails` (comma separated). Phone
    /// numbers are read by `phone`, which knows numbering plans. The account is another record, so whoever can look it up
    /// sets it.
    pub fn fill(&mut self, form: &FormValues, phone: &dyn Fn(&str) -> Result<Phone, TextError>, errors: &mut FieldErrors) {
        if form.find("full_name").is_some() || self.full_name.is_empty() {
            set(&mut self.full_name, errors.take("full_name", required_line(form.get("full_name"), "a name")));
        }
        if let Some(text) = form.find("job_title") {
            set(&mut self.job_title, errors.take("job_title", line(text)));
        }
        if let Some(text) = form.find("phones") {
            let typed: Result<Vec<Phone>, TextError> = split_list(text).iter().map(|part| phone(part)).collect();
            if let Some(phones) = errors.take("phones", typed) {
                let known = std::mem::take(&mut self.phones);
                self.phones = keep_as_typed(phones, &known);
            }
        }
        if let Some(text) = form.find("emails") {
            let typed: Result<Vec<EmailAddress>, TextError> = split_list(text).iter().map(|part| EmailAddress::parse(part)).collect();
            set(&mut self.emails, errors.take("emails", typed));
        }
    }

    /// What can be changed about a contact.
    pub const FIELDS: [Field<Self>; 5] = [
        Field {
            label: "Full name",
            show: |c, _| c.full_name.clone(),
            is_same: |a, b| a.full_name == b.full_name,
            copy: |from, to| to.full_name.clone_from(&from.full_name),
        },
        Field {
            label: "Job title",
            show: |c, _| c.job_title.clone(),
            is_same: |a, b| a.job_title == b.job_title,
            copy: |from, to| to.job_title.clone_from(&from.job_title),
        },
        Field {
            label: "Account",
            show: |c, _| c.account.as_ref().map_or_else(String::new, |account| account.name.clone()),
            is_same: |a, b| a.account.as_ref().map(|account| account.id) == b.account.as_ref().map(|account| account.id),
            copy: |from, to| to.account.clone_from(&from.account),
        },
        Field {
            label: "Phone numbers",
            show: |c, _| join(c.phones.iter().map(|phone| phone.display().to_owned())),
            is_same: |a, b| a.phones == b.phones,
            copy: |from, to| to.phones.clone_from(&from.phones),
        },
        Field {
            label: "E-mail addresses",
            show: |c, _| join(c.emails.iter().map(|email| email.as_str().to_owned())),
            is_same: |a, b| a.emails == b.emails,
            copy: |from, to| to.emails.clone_from(&from.emails),
        },
    ];
}

impl Opportunity {
    /// Takes over the fields that were sent: `name`, `stage`, `amount`, `probability`, `close` and `follow_up` (days).
    pub fn fill(&mut self, form: &FormValues, catalog: &Catalog, errors: &mut FieldErrors) {
        if form.find("name").is_some() || self.name.is_empty() {
            set(&mut self.name, errors.take("name", required_line(form.get("name"), "a name")));
        }
        if let Some(text) = form.find("stage") {
            set(&mut self.stage, errors.take("stage", parse_stage(text, catalog)));
        }
        if let Some(text) = form.find("amount") {
            set(&mut self.amount_minor, errors.take("amount", parse_amount(text, &self.currency)));
        }
        if let Some(text) = form.find("probability") {
            set(&mut self.probability, errors.take("probability", parse_percent(text)));
        }
        if let Some(text) = form.find("close") {
            let day = parse_day(text, self.close_at, &catalog.site.zone);
            set(&mut self.close_at, errors.take("close", day));
        }
        if let Some(text) = form.find("follow_up") {
            let day = parse_day(text, self.follow_up_at, &catalog.site.zone);
            set(&mut self.follow_up_at, errors.take("follow_up", day));
        }
    }

    /// What can be changed about an opportunity.
    pub const FIELDS: [Field<Self>; 6] = [
        Field { label: "Name", show: |o, _| o.name.clone(), is_same: |a, b| a.name == b.name, copy: |from, to| to.name.clone_from(&from.name) },
        Field {
            label: "Stage",
            show: |o, catalog| catalog.choice_name(o.stage),
            is_same: |a, b| a.stage == b.stage,
            copy: |from, to| to.stage = from.stage,
        },
        Field {
            label: "Amount",
            show: |o, _| o.amount_minor.map_or_else(String::new, |minor| money::display(minor, &o.currency)),
            is_same: |a, b| a.amount_minor == b.amount_minor,
            copy: |from, to| to.amount_minor = from.amount_minor,
        },
        Field {
            label: "Probability to win",
            show: |o, _| o.probability.map_or_else(String::new, |percent| format!("{percent} %")),
            is_same: |a, b| a.probability == b.probability,
            copy: |from, to| to.probability = from.probability,
        },
        Field {
            label: "Expected close",
            show: |o, catalog| o.close_at.map_or_else(String::new, |at| catalog.site.zone.local_due(at).day()),
            is_same: |a, b| a.close_at == b.close_at,
            copy: |from, to| to.close_at = from.close_at,
        },
        Field {
            label: "Next follow-up",
            show: |o, catalog| o.follow_up_at.map_or_else(String::new, |at| catalog.site.zone.local_due(at).day()),
            is_same: |a, b| a.follow_up_at == b.follow_up_at,
            copy: |from, to| to.follow_up_at = from.follow_up_at,
        },
    ];
}

fn set<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

fn short(text: &str) -> String {
    text.trim().chars().take(80).collect()
}

fn show_location(location: &AccountLocation) -> String {
    let address = location.address.one_line();
    match (location.name.is_empty(), address.is_empty()) {
        (false, false) => format!("{}: {address}", location.name),
        (false, true) => location.name.clone(),
        (true, _) => address,
    }
}

fn parse_kinds(form: &FormValues) -> Result<Vec<AccountKind>, String> {
    let mut chosen = Vec::new();
    for key in form.all("kind").map(str::trim).filter(|key| !key.is_empty()) {
        chosen.push(AccountKind::from_key(key).ok_or_else(|| format!("“{}” is no kind of account; choose from the list", short(key)))?);
    }
    Ok(AccountKind::ALL.into_iter().filter(|kind| chosen.contains(kind)).collect())
}

/// A person by number, e-mail address or name. Whoever is there already stays, even when they have left since.
fn parse_person(text: &str, present: Option<UserId>, catalog: &Catalog) -> Result<Option<UserId>, String> {
    if present.is_some() && text.parse().ok() == present {
        return Ok(present);
    }
    match LeadField::Owner.parse(&[text], &catalog.site.currency, catalog, &|text| Err(TextError::NotAPhone(text.to_owned())))? {
        FieldValue::Person(person) => Ok(person),
        _ => Ok(None),
    }
}

/// A web address with its scheme, so that it is a safe link wherever it is shown; empty for none.
pub(crate) fn parse_website(text: &str) -> Result<String, String> {
    let text = line(text).map_err(|error| error.to_string())?;
    if text.is_empty() {
        return Ok(text);
    }
    let refused = || format!("Enter a web address like harbour-dental.example; “{}” is not one", short(&text));
    let (scheme, rest) = text.split_once("://").unwrap_or(("https", &text));
    let scheme = scheme.to_ascii_lowercase();
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, port)| if port.parse::<u16>().is_ok() { name } else { "" });
    let is_web = ["http", "https"].contains(&scheme.as_str()) && parse_domain(name).is_some();
    let is_plain = !rest.contains(|c: char| c.is_whitespace() || "<>\"'`\\".contains(c));
    if is_web && is_plain { Ok(format!("{scheme}://{rest}")) } else { Err(refused()) }
}

fn parse_domains(text: &str) -> Result<Vec<String>, String> {
    let mut domains = Vec::new();
    for part in split_list(text) {
        let domain = parse_domain(part.trim_start_matches('@'));
        let domain = domain.ok_or_else(|| format!("Enter domains like harbour-dental.example; “{}” is not one", short(&part)))?;
        if is_free_mail(&domain) {
            return Err(format!("Anybody can have an address at {domain}; enter domains that only this company has"));
        }
        if !domains.contains(&domain) {
            domains.push(domain);
        }
    }
    domains.sort();
    Ok(domains)
}

/// What may stand behind the `@` of an e-mail address, lower case.
fn parse_domain(text: &str) -> Option<String> {
    if text.contains('@') {
        return None;
    }
    EmailAddress::parse(&format!("x@{text}")).ok().map(|address| address.domain())
}

fn parse_locations(form: &FormValues, errors: &mut FieldErrors) -> Option<Vec<AccountLocation>> {
    let columns = LOCATION_FIELDS.map(|name| form.all(name).collect::<Vec<_>>());
    let count = columns.iter().map(Vec::len).max().unwrap_or_default();
    if count > LOCATIONS_MAX {
        errors.add("location_name", format!("Enter at most {LOCATIONS_MAX} locations"));
        return None;
    }
    let mut locations = Vec::new();
    let mut stands = true;
    for nth in 0..count {
        let mut part = |column: usize| {
            let typed = line(columns[column].get(nth).copied().unwrap_or_default());
            typed
                .map_err(|error| {
                    errors.add(LOCATION_FIELDS[column], format!("Location {}: {error}", nth + 1));
                    stands = false;
                })
                .unwrap_or_default()
        };
        let name = part(0);
        let address = Address { street: part(1), city: part(2), postcode: part(3), state: part(4), country: part(5) };
        if !name.is_empty() || address != Address::default() {
            locations.push(AccountLocation { name, address });
        }
    }
    stands.then_some(locations)
}

/// Numbers that are known already keep the text first typed, although the form shows their international form.
pub(crate) fn keep_as_typed(phones: Vec<Phone>, known: &[Phone]) -> Vec<Phone> {
    let mut kept: Vec<Phone> = Vec::new();
    for phone in phones {
        if !kept.iter().any(|seen| seen.display() == phone.display()) {
            kept.push(known.iter().find(|old| old.display() == phone.display()).cloned().unwrap_or(phone));
        }
    }
    kept
}

/// A stage by number or by name.
fn parse_stage(text: &str, catalog: &Catalog) -> Result<ChoiceId, String> {
    let by_id = text.parse().ok().and_then(|id| catalog.choice(id)).filter(|choice| choice.list == ChoiceList::Stage);
    let stage = by_id.or_else(|| catalog.choice_named(ChoiceList::Stage, text));
    stage.map(|stage| stage.id).ok_or_else(|| "Choose a stage from the list".to_owned())
}

fn parse_amount(text: &str, currency: &str) -> Result<Option<i64>, &'static str> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    money::parse_minor(text, currency).map(Some).ok_or("Enter an amount like 12,500 or 99.50")
}

fn parse_percent(text: &str) -> Result<Option<i64>, &'static str> {
    let text = text.trim().trim_end_matches('%').trim_end();
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().ok().filter(|percent| (0..=100).contains(percent)).map(Some).ok_or("Enter a whole number from 0 to 100")
}

/// A day. The day that is there already keeps its hour.
fn parse_day(text: &str, present: Option<Timestamp>, zone: &SiteZone) -> Result<Option<Timestamp>, &'static str> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    if present.is_some_and(|at| zone.local_due(at).day() == text.trim()) {
        return Ok(present);
    }
    Timestamp::parse_day(text).map(Some).ok_or("Enter a date like 2026-11-24")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Choice, Person, Site};
    use crate::{LeadId, OpportunityId, Role};

    fn catalog() -> Catalog {
        let site = Site::default();
        let person = |id, role, disabled| Person { id: UserId(id), name: format!("P{id}"), email: format!("p{id}@a.example"), role, disabled };
        let people = vec![person(1, Role::Rep, false), person(2, Role::Rep, true), person(3, Role::Distributor, false)];
        let stage = Choice {
            id: ChoiceId(7),
            list: ChoiceList::Stage,
            name: "01-Suspect".to_owned(),
            position: 1,
            is_default: true,
            asks_referrer: false,
            is_goods: false,
            retired: false,
        };
        let source = Choice { id: ChoiceId(8), list: ChoiceList::Source, name: "Web".to_owned(), ..stage.clone() };
        Catalog { site, types: vec![], statuses: vec![], choices: vec![stage, source], fields: vec![], groups: vec![], people }
    }

    fn filled(form: &str) -> (Account, FieldErrors) {
        let mut account = Account { primary_rep: Some(UserId(2)), ..Account::blank(AccountId(1), Timestamp(0)) };
        let mut errors = FieldErrors::default();
        account.fill(&FormValues::decode(form.as_bytes()), &catalog(), &mut errors);
        (account, errors)
    }

    #[test]
    fn an_account_takes_what_was_sent_and_keeps_the_rest() {
        let (account, errors) =
            filled("name=Harbour++Dental&kind=&kind=vendor&kind=customer&website=Harbour.example/a&domains=@Harbour.example,b.example");
        assert_eq!(errors, FieldErrors::default());
        assert_eq!(account.name, "Harbour Dental");
        assert_eq!(account.kinds, [AccountKind::Customer, AccountKind::Vendor]);
        assert_eq!(account.website, "https://Harbour.example/a");
        assert_eq!(account.domains, ["b.example", "harbour.example"]);
        assert_eq!(account.primary_rep, Some(UserId(2)));
    }

    #[test]
    fn places_are_read_in_step() {
        let (account, _) = filled("name=A&location_name=Quay&location_name=&location_name=Mill&city=Leeds&city=&city=York&postcode=LS1");
        assert_eq!(account.locations.iter().map(show_location).collect::<Vec<_>>(), ["Quay: Leeds, LS1", "Mill: York"]);
    }

    #[test]
    fn each_wrong_field_says_so() {
        let (_, errors) = filled("name=+&kind=friend&primary_rep=3&website=javascript:alert(1)&domains=localhost&city=a%00b");
        assert_eq!(errors.0.keys().map(String::as_str).collect::<Vec<_>>(), ["city", "domains", "kind", "name", "primary_rep", "website"]);
        assert_eq!(errors.get("city"), Some("Location 1: Remove the characters that cannot be shown"));
    }

    #[test]
    fn a_mail_service_is_no_company_s_domain() {
        let (account, errors) = filled("name=A&domains=a.example, Mail.Yahoo.co.uk");
        assert_eq!(errors.get("domains"), Some("Anybody can have an address at mail.yahoo.co.uk; enter domains that only this company has"));
        assert_eq!(account.domains, Vec::<String>::new());
    }

    #[test]
    fn a_rep_who_left_stays_until_someone_else_is_chosen() {
        assert_eq!(filled("name=A&primary_rep=2").0.primary_rep, Some(UserId(2)));
        assert_eq!(filled("name=A&primary_rep=p1@a.example").0.primary_rep, Some(UserId(1)));
        assert_eq!(filled("name=A&primary_rep=").0.primary_rep, None);
    }

    #[test]
    fn web_addresses_become_safe_links() {
        for text in ["a.example", "http://a.example", "HTTPS://a.example:8443/x?y#z", "www.a.example"] {
            assert!(parse_website(text).is_ok_and(|url| url.starts_with("http")), "{text}");
        }
        for text in
            ["javascript:alert(1)", "javascript://a.example/%0aalert(1)", "ftp://a.example", "a", "a.example/<b>", "user@a.example", "data:a.example"]
        {
            assert!(parse_website(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_known_number_keeps_the_text_first_typed() {
        let phone = |text: &str| Ok(Phone { raw: text.to_owned(), e164: Some("+441".to_owned()) });
        let known = Phone { raw: "01".to_owned(), e164: Some("+441".to_owned()) };
        let mut contact = Contact { phones: vec![known.clone()], ..Contact::blank(ContactId(1), Timestamp(0)) };
        let mut errors = FieldErrors::default();
        contact.fill(&FormValues::decode(b"full_name=Ana&phones=%2B441, 0044 1&emails=ana"), &phone, &mut errors);
        assert_eq!(contact.phones, [known]);
        assert!(errors.get("emails").is_some());
    }

    #[test]
    fn an_opportunity_reads_amounts_days_and_stages() {
        let mut opportunity = Opportunity {
            id: OpportunityId(1),
            version: 1,
            lead: LeadId(1),
            account: AccountId(1),
            name: "Network".to_owned(),
            stage: ChoiceId(7),
            amount_minor: None,
            currency: "GBP".to_owned(),
            probability: Some(10),
            close_at: None,
            follow_up_at: Some(Timestamp(5)),
            created_at: Timestamp(0),
            updated_at: Timestamp(0),
        };
        let mut errors = FieldErrors::default();
        let form = FormValues::decode(b"amount=12,500.50&probability=&close=2026-11-24&follow_up=1970-01-01&stage=01-suspect");
        opportunity.fill(&form, &catalog(), &mut errors);
        assert_eq!(errors, FieldErrors::default());
        assert_eq!((opportunity.amount_minor, opportunity.probability), (Some(1_250_050), None));
        assert_eq!(opportunity.close_at.map(Timestamp::day).as_deref(), Some("2026-11-24"));
        assert_eq!(opportunity.follow_up_at, Some(Timestamp(5)));
        let mut west = catalog();
        west.site.zone = SiteZone::new(&[(0, -300)]);
        opportunity.fill(&FormValues::decode(b"follow_up=1969-12-31"), &west, &mut errors);
        assert_eq!(opportunity.follow_up_at, Some(Timestamp(5)), "its day by the site's clocks");
        opportunity.fill(&FormValues::decode(b"name=&stage=8&amount=x&probability=101&close=soon"), &catalog(), &mut errors);
        assert_eq!(errors.0.len(), 5);
    }
}
