//! A lead as other programs see it: names instead of internal ids. What is read and what is sent, with their description.

use std::collections::BTreeMap;

use domain::clock::ClockFace;
use domain::field::FieldKind;
use domain::lead_filter::{Bound, Facet, LeadView, SortKey};
use domain::{
    Catalog, ChoiceId, ClockFaces, CustomField, CustomKind, FieldErrors, FormValues, Lead, LeadClass, LeadField, LeadTypeId, LifeCycle, Timestamp,
    UserId,
};
use serde::Serialize;
use serde_json::{Map, Value};
use service::leads::referral::Referrers;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::{ArrayBuilder, ObjectBuilder, RefOr, Schema, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use super::lists::{PageParams, any_text, parameter};
use super::schema;
use super::sent;

/// The account of a record.
#[derive(Serialize, ToSchema)]
pub struct AccountName {
    pub number: i64,
    pub name: String,
}

/// A lead. Names stand for what is configured.
#[derive(Serialize, ToSchema)]
#[schema(as = Lead)]
pub struct LeadJson {
    number: i64,
    /// Grows by one with each change; also the `ETag`.
    version: i64,
    full_name: String,
    account: AccountName,
    phones: Vec<String>,
    emails: Vec<String>,
    contact_phone: String,
    contact_email: String,
    #[serde(rename = "type")]
    lead_type: Option<String>,
    status: Option<String>,
    /// `pending`, `in_progress`, `won`, `lost` or `cancelled`; follows from the status.
    state: &'static str,
    category: Option<String>,
    /// E-mail address; a name for people of a distributor.
    owner: Option<String>,
    group: Option<String>,
    team: Vec<String>,
    source: Option<String>,
    /// E-mail address of who of the house referred it; a name for people of a distributor.
    referrer: Option<String>,
    /// The account that the caller named as who referred them, of a lead that came by phone; for people of the house.
    referring_account: Option<AccountName>,
    partner: Option<String>,
    location: Option<String>,
    offerings: Vec<String>,
    tags: Vec<String>,
    priority: Option<String>,
    importance: Option<String>,
    /// Percent.
    probability: Option<i64>,
    /// In the currency's smallest unit.
    target_amount_minor: i64,
    currency: String,
    score: i64,
    /// The day it is expected to be won.
    #[schema(format = Date)]
    expected: Option<String>,
    street: String,
    city: String,
    postcode: String,
    province: String,
    country: String,
    message: String,
    /// What came with it and had no home: imported columns, names in a link that are in no list.
    extra: BTreeMap<String, String>,
    /// Fields that an administrator added, by their names; those of the lead's type are all there, empty ones as `null`.
    #[schema(value_type = Object)]
    custom: Map<String, Value>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
    #[schema(format = DateTime)]
    deleted_at: Option<String>,
    /// What has to be done with it by when, the earliest due first; of one lead alone, left out in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    clocks: Option<Vec<ClockJson>>,
}

/// A clock of a lead.
#[derive(Serialize, ToSchema)]
#[schema(as = Clock)]
struct ClockJson {
    /// What is to be done, as a request.
    name: String,
    /// `running`, `near` (its aim or three quarters of its time have passed), `overdue`, `met_in_time`, `met_late` or `ended`.
    state: &'static str,
    #[schema(format = DateTime)]
    started_at: String,
    #[schema(format = DateTime)]
    due_at: String,
    #[schema(format = DateTime)]
    met_at: Option<String>,
    #[schema(format = DateTime)]
    ended_at: Option<String>,
}

impl ClockJson {
    fn new(face: ClockFace, now: Timestamp) -> Self {
        Self {
            state: face.state(now).key(),
            started_at: face.started_at.rfc3339(),
            due_at: face.due_at.rfc3339(),
            met_at: face.met_at.map(Timestamp::rfc3339),
            ended_at: face.ended_at.map(Timestamp::rfc3339),
            name: face.name,
        }
    }
}

impl LeadJson {
    /// The same with its clocks.
    #[must_use]
    pub fn with_clocks(self, clocks: ClockFaces) -> Self {
        let now = clocks.now;
        Self { clocks: Some(clocks.faces.into_iter().map(|face| ClockJson::new(face, now)).collect()), ..self }
    }

    /// The lead in the words of the catalog, with who referred it.
    pub fn new(lead: Lead, referrers: &Referrers, catalog: &Catalog) -> Self {
        let choice = |id: Option<ChoiceId>| id.map(|id| catalog.choice_name(id));
        let custom = custom(&lead, catalog);
        Self {
            custom,
            number: lead.id.0,
            version: lead.version,
            full_name: lead.full_name,
            account: AccountName { number: lead.account.id.0, name: lead.account.name },
            phones: lead.phones.iter().map(|phone| phone.display().to_owned()).collect(),
            emails: lead.emails.into_iter().map(String::from).collect(),
            contact_phone: lead.contact_phone,
            contact_email: lead.contact_email,
            lead_type: catalog.lead_type(lead.lead_type).map(|lead_type| lead_type.name.clone()),
            status: catalog.status(lead.status).map(|status| status.name.clone()),
            state: lead.state.life_cycle().key(),
            category: choice(lead.category),
            owner: lead.owner.and_then(|id| person(id, catalog)),
            group: lead.group.and_then(|id| catalog.group(id)).map(|group| group.name.clone()),
            team: lead.team.iter().filter_map(|id| person(*id, catalog)).collect(),
            source: choice(lead.source),
            referrer: referrers.people.get(&lead.id).and_then(|id| person(*id, catalog)),
            referring_account: referrers.accounts.get(&lead.id).map(|named| AccountName { number: named.id.0, name: named.name.clone() }),
            partner: choice(lead.partner),
            location: choice(lead.location),
            offerings: lead.offerings.iter().map(|id| catalog.choice_name(*id)).collect(),
            tags: lead.tags,
            priority: choice(lead.priority),
            importance: choice(lead.importance),
            probability: lead.probability,
            target_amount_minor: lead.target_amount_minor,
            currency: lead.currency,
            score: lead.score,
            expected: lead.expected_at.map(domain::Timestamp::day),
            street: lead.address.street,
            city: lead.address.city,
            postcode: lead.address.postcode,
            province: lead.address.state,
            country: lead.address.country,
            message: lead.message,
            extra: lead.extra,
            created_at: lead.created_at.rfc3339(),
            updated_at: lead.updated_at.rfc3339(),
            deleted_at: lead.deleted_at.map(domain::Timestamp::rfc3339),
            clocks: None,
        }
    }
}

/// Values of the fields that an administrator added.
fn custom(lead: &Lead, catalog: &Catalog) -> Map<String, Value> {
    let is_shown = |field: &&CustomField| field.is_of(lead.lead_type) && (!field.retired || lead.custom.contains_key(&field.id));
    let value = |field: &CustomField| match (field.kind, lead.custom.get(&field.id)) {
        (_, None) => Value::Null,
        (CustomKind::YesNo, Some(text)) => Value::Bool(text == "yes"),
        (CustomKind::Number, Some(text)) => text.parse().map_or_else(|_| Value::String(text.clone()), Value::Number),
        (_, Some(text)) => Value::String(text.clone()),
    };
    catalog.fields.iter().filter(is_shown).map(|field| (field.name.clone(), value(field))).collect()
}

/// A person's e-mail address. People of a distributor learn names only, see the catalog.
pub fn person(id: UserId, catalog: &Catalog) -> Option<String> {
    catalog.person(id).map(|person| if person.email.is_empty() { person.name.clone() } else { person.email.clone() })
}

/// What a change of a lead may send: every editable field, see [`read_fields`].
pub struct LeadChange;

impl PartialSchema for LeadChange {
    fn schema() -> RefOr<Schema> {
        properties().into()
    }
}

impl ToSchema for LeadChange {}

/// What a new lead may send.
pub struct NewLead;

impl PartialSchema for NewLead {
    fn schema() -> RefOr<Schema> {
        properties()
            .property("company", schema::line("The account's name; without one it bears the person's"))
            .property("type", schema::line("Name of the lead type; the first where it is left out"))
            .required("full_name")
            .into()
    }
}

impl ToSchema for NewLead {}

/// The name in JSON of what a form calls otherwise.
pub fn name_in_json(form: &str) -> &str {
    match LeadField::from_key(form) {
        Some(field) => name_of(field),
        None => form,
    }
}

/// A field's name in JSON, where it is another than in forms.
fn name_of(field: LeadField) -> &'static str {
    match field {
        LeadField::TargetAmount => "target_amount_minor",
        // The word is the life cycle's, as in the lead that is read.
        LeadField::State => "province",
        field => field.key(),
    }
}

fn properties() -> ObjectBuilder {
    let own = ObjectBuilder::new().schema_type(Type::Object).description(Some("Fields that an administrator added, by their names"));
    LeadField::ALL.into_iter().fold(schema::only_these().property("custom", own), |object, field| object.property(name_of(field), property(field)))
}

fn property(field: LeadField) -> Schema {
    match field.kind() {
        FieldKind::Line if field == LeadField::FullName => schema::name(field.label()),
        FieldKind::Line | FieldKind::Choice(_) | FieldKind::Group => schema::line(field.label()),
        FieldKind::Person => schema::line("E-mail address or name of the person"),
        FieldKind::Note => schema::note(field.label()),
        FieldKind::Status => schema::name("Name of a status in the lead's pipeline, of its present state"),
        FieldKind::Phones | FieldKind::Emails | FieldKind::Tags | FieldKind::People | FieldKind::Choices(_) => schema::texts(field.label()),
        FieldKind::Number { least, most, optional } => schema::number(field.label(), least, most, optional),
        FieldKind::Money => schema::minor("Target amount in the currency's smallest unit"),
        FieldKind::Day => schema::day(field.label()),
        // Not among all fields: they are sent together, as `custom`.
        FieldKind::Custom => schema::line(field.label()),
    }
}

/// How a lead's fields are read: which pipeline its status is of, and what its amounts are in.
pub struct LeadContext<'c> {
    pub catalog: &'c Catalog,
    pub lead_type: LeadTypeId,
    pub currency: &'c str,
}

/// The fields of a lead as a form would send them. What is not in `others` nor a field is an error there, as is a value of
/// the wrong kind.
///
/// # Errors
/// The sentence at each field.
pub fn read_fields(object: &Map<String, Value>, others: &[&str], context: &LeadContext) -> Result<FormValues, FieldErrors> {
    sent::fields(object, |values, key, value| {
        if others.contains(&key) {
            values.0.push((key.to_owned(), sent::text(value)?));
            return Ok(());
        }
        // Its own word is the life cycle's here, which follows from the status.
        if key == "state" {
            return Err("The state follows from the status; use an action to change it".to_owned());
        }
        if key == "custom" {
            return read_custom(values, value, context);
        }
        let field = LeadField::ALL.into_iter().find(|field| name_of(*field) == key).ok_or_else(|| sent::no_such_field(key))?;
        let name = field.key().to_owned();
        let text = match field.kind() {
            // Each on its own, and a word that there is a list even when it is empty.
            FieldKind::Choices(_) | FieldKind::People => {
                let texts = sent::list(value)?;
                values.0.push((format!("{name}_sent"), String::new()));
                values.0.extend(texts.into_iter().map(|text| (name.clone(), text)));
                return Ok(());
            }
            FieldKind::Phones | FieldKind::Emails | FieldKind::Tags => sent::list(value)?.join(", "),
            FieldKind::Number { .. } => sent::number(value)?,
            FieldKind::Money => sent::minor(value, context.currency)?,
            FieldKind::Status => status(value, context)?,
            _ => sent::text(value)?,
        };
        values.0.push((name, text));
        Ok(())
    })
}

/// `{name: value}` of fields that an administrator added; a name that is not there stays as it is.
fn read_custom(values: &mut FormValues, value: &Value, context: &LeadContext) -> Result<(), String> {
    let Value::Object(sent) = value else { return Err("Send an object of names and values".to_owned()) };
    for (name, value) in sent {
        let folded = domain::text::fold(name);
        let field = context.catalog.fields_of(context.lead_type).find(|field| domain::text::fold(&field.name) == folded);
        let field = field.ok_or_else(|| format!("Leads of this type have no field “{}”", name.chars().take(80).collect::<String>()))?;
        let text = match value {
            Value::Bool(flag) => if *flag { "yes" } else { "no" }.to_owned(),
            Value::Number(number) => number.to_string(),
            other => sent::text(other)?,
        };
        values.0.push((LeadField::Custom(field.id).form_name().into_owned(), text));
    }
    Ok(())
}

fn status(value: &Value, context: &LeadContext) -> Result<String, String> {
    let name = domain::text::fold(&sent::text(value)?);
    let found = context.catalog.pipeline(context.lead_type).find(|status| domain::text::fold(&status.name) == name);
    found.map(|status| status.id.to_string()).ok_or_else(|| "Name a status of this lead's pipeline".to_owned())
}

/// What the list takes: the same words as the page's address.
pub struct LeadListParams;

impl IntoParams for LeadListParams {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let words = |words: Vec<&'static str>| words.join(", ");
        let mut parameters = vec![
            parameter("view", &format!("One of {}", words(LeadView::ALL.map(LeadView::key).to_vec())), any_text()),
            parameter("q", "Words that must all begin a word of the name, company, e-mail addresses or phone numbers", any_text()),
        ];
        for facet in Facet::ALL {
            let description = match facet {
                Facet::State => format!("Any of {}", words(LifeCycle::ALL.map(LifeCycle::key).to_vec())),
                Facet::Class => format!("Any of {}, or “none”", words(LeadClass::ALL.map(LeadClass::key).to_vec())),
                Facet::Owner => "E-mail address, “me” or “none”; several mean any of them".to_owned(),
                facet => format!("{} by name; several mean any of them", facet.label()),
            };
            parameters.push(parameter(facet.key(), &description, ArrayBuilder::new().items(any_text()).build()));
        }
        for bound in Bound::ALL {
            let takes = if bound.is_day() {
                "a day of the site's clocks, YYYY-MM-DD, or counted from today, “today”, “today-7”"
            } else {
                "a whole number"
            };
            parameters.push(parameter(bound.key(), &format!("{}: {takes}", bound.label()), any_text()));
        }
        let sort = format!("One of {}; “-” before it for descending", words(SortKey::ALL.map(SortKey::key).to_vec()));
        parameters.push(parameter("sort", &sort, ObjectBuilder::new().schema_type(Type::String).build()));
        parameters.extend(PageParams::into_params(place));
        parameters
    }
}

#[cfg(test)]
mod tests {
    use domain::cast;
    use serde_json::json;

    use super::*;

    fn read(value: &Value) -> Result<FormValues, FieldErrors> {
        let catalog = cast::catalog();
        let context = LeadContext { catalog: &catalog, lead_type: cast::SALES, currency: "GBP" };
        read_fields(value.as_object().expect("an object"), &["company"], &context)
    }

    #[test]
    fn a_body_reads_like_a_form() {
        let values = read(&json!({
            "full_name": "Jo Field", "company": "Acme", "phones": ["0161 496 0123", "020 7946 0018"], "offerings": ["Cloud", "Training"],
            "team": [], "score": 40, "probability": null, "target_amount_minor": 1_250_050, "province": "Yorkshire"
        }));
        let mut pairs = values.expect("a form").0;
        pairs.sort();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            pairs,
            [
                pair("company", "Acme"),
                pair("full_name", "Jo Field"),
                pair("offerings", "Cloud"),
                pair("offerings", "Training"),
                pair("offerings_sent", ""),
                pair("phones", "0161 496 0123, 020 7946 0018"),
                pair("probability", ""),
                pair("score", "40"),
                pair("state", "Yorkshire"),
                pair("target_amount", "12500.50"),
                pair("team_sent", ""),
            ]
        );
    }

    #[test]
    fn what_makes_no_sense_is_named_at_its_field() {
        let body = json!({
            "full_name": ["Jo"], "phones": "0161", "target_amount_minor": 1.5, "status": "Nowhere", "state": "won", "colour": "red",
            "target_amount": "5", "company": { "name": "Acme" }, "score": "40", "city": 5
        });
        let errors = read(&body).expect_err("refused");
        let named: Vec<&str> = errors.0.keys().map(String::as_str).collect();
        let expected = ["city", "colour", "company", "full_name", "phones", "score", "state", "status", "target_amount", "target_amount_minor"];
        assert_eq!(named, expected);
        assert_eq!(errors.get("colour"), Some("There is no field “colour”"));
    }
}
