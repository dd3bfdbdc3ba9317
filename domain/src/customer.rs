//! Customers: accounts that buy, see [`Customer`], and the [services](Service) that they have. See docs/conversion.md.

mod service;
#[cfg(test)]
mod tests;
mod view;

use serde::{Deserialize, Serialize};

pub(crate) use service::fill_days;
pub use service::{BillingPeriod, SERVICES_MOST, Service, ServiceState};
pub use view::{CustomerFilter, CustomerLead, CustomerPage, CustomerRow};

use crate::event::TextChange;
use crate::product::set;
use crate::record_form::keep_as_typed;
use crate::task::parse_day;
use crate::text::{EmailAddress, Phone, TextError, fold, line, required_line, split_list};
use crate::{AccountId, Address, Catalog, ChoiceId, ChoiceList, CustomerId, FieldErrors, FormValues, Lead, Named, Timestamp};

/// Longest number of a customer that is typed, in characters.
const NUMBER_MAX: usize = 40;
/// Form fields of the address, in the order of [`Address`].
const ADDRESS_FIELDS: [&str; 5] = ["street", "city", "postcode", "state", "country"];

/// Whether a customer has what they bought, or has yet to pay for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustomerState {
    #[default]
    Active,
    Inactive,
}

impl CustomerState {
    /// Both, as offered.
    pub const ALL: [CustomerState; 2] = [CustomerState::Active, CustomerState::Inactive];

    /// The word stored and used in addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            CustomerState::Active => "active",
            CustomerState::Inactive => "inactive",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            CustomerState::Active => "Active",
            CustomerState::Inactive => "Inactive",
        }
    }

    /// The tone of the style sheet in which it is told.
    #[must_use]
    pub fn tone(self) -> &'static str {
        match self {
            CustomerState::Active => "green",
            CustomerState::Inactive => "grey",
        }
    }

    /// Reads [`CustomerState::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// How a customer is billed for what recurs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Billing {
    /// Each period by itself, on its first day.
    #[default]
    Recurring,
    /// When somebody asks for it.
    Prepaid,
    /// Not from here.
    Unbilled,
}

impl Billing {
    /// Every way, as offered.
    pub const ALL: [Billing; 3] = [Billing::Recurring, Billing::Prepaid, Billing::Unbilled];

    /// The word stored and used in forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Billing::Recurring => "recurring",
            Billing::Prepaid => "prepaid",
            Billing::Unbilled => "unbilled",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Billing::Recurring => "Each period by itself",
            Billing::Prepaid => "Prepaid, by hand",
            Billing::Unbilled => "Not billed here",
        }
    }

    /// Reads [`Billing::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|billing| billing.key() == key)
    }
}

/// An account that buys. An account is one customer at most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    pub id: CustomerId,
    /// Grows by one with each change.
    pub version: i64,
    /// What people call it: given out, `C-00042`, or typed. No two customers have the same, whatever its case.
    pub number: String,
    pub account: Named<AccountId>,
    pub state: CustomerState,
    /// As it stands on invoices: the person's, or the company's.
    pub name: String,
    pub billing: Billing,
    /// The first is the one to which invoices go.
    pub emails: Vec<EmailAddress>,
    pub phones: Vec<Phone>,
    /// An entry of [`ChoiceList::Partner`], as of the lists of that name.
    pub partner: Option<ChoiceId>,
    pub location: Option<ChoiceId>,
    pub category: Option<ChoiceId>,
    pub address: Address,
    /// Since which day they are a customer, as its start in UTC.
    pub since: Timestamp,
    /// By which authorities know them, such as a number for taxes; may be empty.
    pub tax_id: String,
    /// On which day a person was born, as its start in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub born_on: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Customer {
    /// What a lead knows of who becomes a customer, still without number.
    #[must_use]
    pub fn of_lead(lead: &Lead, today: Timestamp, now: Timestamp) -> Self {
        let mut emails = lead.emails.clone();
        let mut phones = lead.phones.clone();
        let (email, phone) = (lead.email().map(str::to_owned), lead.phone().map(str::to_owned));
        emails.sort_by_key(|known| Some(known.as_str()) != email.as_deref());
        phones.sort_by_key(|known| Some(known.display()) != phone.as_deref());
        Self {
            id: CustomerId(0),
            version: 1,
            number: String::new(),
            account: lead.account.clone(),
            state: CustomerState::Active,
            name: if lead.account.name.is_empty() { lead.full_name.clone() } else { lead.account.name.clone() },
            billing: Billing::default(),
            emails,
            phones,
            partner: lead.partner,
            location: lead.location,
            category: lead.category,
            address: lead.address.clone(),
            since: today,
            tax_id: String::new(),
            born_on: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// What one is called whose number nobody typed.
    #[must_use]
    pub fn given_number(id: CustomerId) -> String {
        format!("C-{:05}", id.0)
    }

    /// Number and name: `C-00042 Acme`.
    #[must_use]
    pub fn title(&self) -> String {
        format!("{} {}", self.number, self.name)
    }

    /// Takes over the fields that were sent: `number` (empty for the next one), `name`, `billing`, `emails` and `phones` (comma separated), `partner`,
    /// `location`, `category`, `street`, `city`, `postcode`, `state`, `country`, `since` (a day), `tax_id` and `born_on` (a day before that; empty where
    /// it is not known). Phone numbers are read by `phone`, which knows numbering plans. Whether the number is free is for who can look.
    pub fn fill(&mut self, form: &FormValues, catalog: &Catalog, phone: &dyn Fn(&str) -> Result<Phone, TextError>, errors: &mut FieldErrors) {
        if let Some(text) = form.find("number") {
            set(&mut self.number, errors.take("number", parse_number(text)));
        }
        if form.find("name").is_some() || self.name.is_empty() {
            set(&mut self.name, errors.take("name", required_line(form.get("name"), "a name")));
        }
        if let Some(text) = form.find("billing") {
            set(&mut self.billing, errors.take("billing", Billing::from_key(text).ok_or("Choose how they are billed")));
        }
        if let Some(text) = form.find("emails") {
            let typed: Result<Vec<EmailAddress>, TextError> = split_list(text).iter().map(|part| EmailAddress::parse(part)).collect();
            set(&mut self.emails, errors.take("emails", typed));
        }
        if let Some(text) = form.find("phones") {
            let typed: Result<Vec<Phone>, TextError> = split_list(text).iter().map(|part| phone(part)).collect();
            if let Some(phones) = errors.take("phones", typed) {
                let known = std::mem::take(&mut self.phones);
                self.phones = keep_as_typed(phones, &known);
            }
        }
        for (field, list, place) in [
            ("partner", ChoiceList::Partner, &mut self.partner),
            ("location", ChoiceList::Location, &mut self.location),
            ("category", ChoiceList::Category, &mut self.category),
        ] {
            if let Some(text) = form.find(field) {
                set(place, errors.take(field, parse_choice(text, *place, list, catalog)));
            }
        }
        let Address { street, city, postcode, state, country } = &mut self.address;
        for (field, place) in ADDRESS_FIELDS.into_iter().zip([street, city, postcode, state, country]) {
            if let Some(text) = form.find(field) {
                set(place, errors.take(field, line(text)));
            }
        }
        if let Some(text) = form.find("since") {
            set(&mut self.since, errors.take("since", parse_day(text.trim())));
        }
        if let Some(text) = form.find("tax_id") {
            set(&mut self.tax_id, errors.take("tax_id", line(text)));
        }
        if let Some(text) = form.find("born_on") {
            set(&mut self.born_on, errors.take("born_on", parse_born_on(text, self.since)));
        }
    }

    /// What [`Customer::fill`] reads, as it stands in a form.
    #[must_use]
    pub fn typed(&self) -> FormValues {
        let choice = |id: Option<ChoiceId>| id.map_or_else(String::new, |id| id.to_string());
        let join = |parts: Vec<&str>| parts.join(", ");
        let Address { street, city, postcode, state, country } = self.address.clone();
        let fields = [
            ("number", self.number.clone()),
            ("name", self.name.clone()),
            ("billing", self.billing.key().to_owned()),
            ("emails", join(self.emails.iter().map(EmailAddress::as_str).collect())),
            ("phones", join(self.phones.iter().map(|phone| phone.raw.as_str()).collect())),
            ("partner", choice(self.partner)),
            ("location", choice(self.location)),
            ("category", choice(self.category)),
            ("street", street),
            ("city", city),
            ("postcode", postcode),
            ("state", state),
            ("country", country),
            ("since", self.since.day()),
            ("tax_id", self.tax_id.clone()),
            ("born_on", self.born_on.map_or_else(String::new, Timestamp::day)),
        ];
        FormValues(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// To whom an invoice goes, in lines: name, and address where one is known.
    #[must_use]
    pub fn address_lines(&self) -> Vec<String> {
        let Address { street, city, postcode, state, country } = &self.address;
        let place = [postcode, city].into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" ");
        let mut lines = vec![self.name.clone(), street.clone(), place, state.clone(), country.clone()];
        lines.retain(|line| !line.is_empty());
        lines
    }

    /// What a search looks through besides the account's name: number, name and e-mail addresses, lower case.
    #[must_use]
    pub fn search_text(&self) -> String {
        let emails = self.emails.iter().map(EmailAddress::as_str).collect::<Vec<_>>().join(" ");
        fold(&format!("{} {} {emails}", self.number, self.name))
    }

    /// What is another than before, in words.
    #[must_use]
    pub fn changes_since(&self, before: &Self, catalog: &Catalog) -> Vec<TextChange> {
        let choice = |id: Option<ChoiceId>| id.map_or_else(String::new, |id| catalog.choice_name(id));
        let words = |one: &Self| {
            [
                ("Number", one.number.clone()),
                ("State", one.state.label().to_owned()),
                ("Name", one.name.clone()),
                ("Billing", one.billing.label().to_owned()),
                ("E-mail", one.emails.iter().map(EmailAddress::as_str).collect::<Vec<_>>().join(", ")),
                ("Phone", one.phones.iter().map(Phone::display).collect::<Vec<_>>().join(", ")),
                ("Partner", choice(one.partner)),
                ("Location", choice(one.location)),
                ("Category", choice(one.category)),
                ("Address", one.address.one_line()),
                ("Customer since", one.since.readable_day()),
                ("Identification", one.tax_id.clone()),
                ("Birth date", one.born_on.map_or_else(String::new, Timestamp::readable_day)),
            ]
        };
        let pairs = words(before).into_iter().zip(words(self));
        pairs.filter(|(old, new)| old != new).map(|((what, old), (_, new))| TextChange { what: what.to_owned(), old, new }).collect()
    }
}

/// A number that is typed; empty for the next one.
fn parse_number(text: &str) -> Result<String, String> {
    let text = line(text).map_err(|error| error.to_string())?;
    if text.chars().count() > NUMBER_MAX {
        return Err(format!("Use at most {NUMBER_MAX} characters"));
    }
    Ok(text)
}

/// A day before they became a customer; empty for none.
fn parse_born_on(text: &str, since: Timestamp) -> Result<Option<Timestamp>, String> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let day = parse_day(text.trim())?;
    if day < since { Ok(Some(day)) } else { Err(format!("Enter a day before {}, since when they are a customer", since.readable_day())) }
}

/// An entry on offer, or the one that stands there already; empty for none.
fn parse_choice(text: &str, known: Option<ChoiceId>, list: ChoiceList, catalog: &Catalog) -> Result<Option<ChoiceId>, &'static str> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let wanted: Option<ChoiceId> = text.trim().parse().ok();
    let is_offered = |id: &ChoiceId| Some(*id) == known || catalog.offered(list).any(|choice| choice.id == *id);
    wanted.filter(is_offered).map(Some).ok_or("Choose from the list")
}
