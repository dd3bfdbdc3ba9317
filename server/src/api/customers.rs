//! Customers: made of leads, listed, read. People of the house see them.

use axum::Json;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use domain::conversion::Made;
use domain::customer::{CustomerFilter, CustomerPage, CustomerRow};
use domain::{ConversionKind, Customer, CustomerId, CustomerState, EmailAddress, FieldErrors, FormValues, Phone, Service, Timestamp, TokenScope};
use serde::Serialize;
use serde_json::Value;
use service::ServiceError;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::SchemaType;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use super::caller::{Api, Failure};
use super::leads;
use super::lists::{self, Page, PageParams, any_text, parameter};
use super::sent::{self, Sent};
use super::{schema, versions};
use crate::problem::Problem;

/// A customer in a list.
#[derive(Serialize, ToSchema)]
#[schema(as = CustomerRow)]
struct CustomerRowJson {
    number: i64,
    /// What people call it, such as `C-00042`.
    reference: String,
    name: String,
    /// Number of the account.
    account: i64,
    /// `active` or `inactive`.
    state: &'static str,
    #[schema(format = Date)]
    since: String,
    /// Services that are neither ended nor stopped.
    service_count: i64,
    /// Invoices that are open.
    open_invoice_count: i64,
}

impl From<CustomerRow> for CustomerRowJson {
    fn from(row: CustomerRow) -> Self {
        Self {
            number: row.id.0,
            reference: row.number,
            name: row.name,
            account: row.account.id.0,
            state: row.state.key(),
            since: row.since.day(),
            service_count: row.service_count,
            open_invoice_count: row.open_count,
        }
    }
}

/// An account that buys.
#[derive(Serialize, ToSchema)]
#[schema(as = Customer)]
struct CustomerJson {
    number: i64,
    /// Grows by one with each change; also the `ETag`.
    version: i64,
    /// What people call it, such as `C-00042`.
    reference: String,
    /// As it stands on invoices.
    name: String,
    /// Number of the account.
    account: i64,
    /// `active` or `inactive`.
    state: &'static str,
    /// `recurring`, `prepaid` or `unbilled`.
    billing: &'static str,
    emails: Vec<String>,
    phones: Vec<String>,
    street: String,
    city: String,
    postcode: String,
    address_state: String,
    country: String,
    #[schema(format = Date)]
    since: String,
    tax_id: String,
    /// Of a person, where it is known.
    #[schema(format = Date)]
    born_on: Option<String>,
    services: Vec<ServiceJson>,
    /// Numbers of the leads that they came from, as far as the caller may know of them.
    leads: Vec<i64>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
}

impl CustomerJson {
    fn new(page: CustomerPage) -> Self {
        let CustomerPage { customer, services, leads, today, .. } = page;
        let Customer { address, .. } = customer.clone();
        Self {
            number: customer.id.0,
            version: customer.version,
            account: customer.account.id.0,
            state: customer.state.key(),
            billing: customer.billing.key(),
            emails: customer.emails.iter().map(EmailAddress::as_str).map(str::to_owned).collect(),
            phones: customer.phones.iter().map(Phone::display).map(str::to_owned).collect(),
            street: address.street,
            city: address.city,
            postcode: address.postcode,
            address_state: address.state,
            country: address.country,
            since: customer.since.day(),
            born_on: customer.born_on.map(domain::Timestamp::day),
            services: services.into_iter().map(|service| ServiceJson::new(service, today)).collect(),
            leads: leads.into_iter().map(|lead| lead.id.0).collect(),
            created_at: customer.created_at.rfc3339(),
            updated_at: customer.updated_at.rfc3339(),
            reference: customer.number,
            name: customer.name,
            tax_id: customer.tax_id,
        }
    }
}

/// Something that a customer has.
#[derive(Serialize, ToSchema)]
#[schema(as = Service)]
struct ServiceJson {
    number: i64,
    /// `planned`, `active`, `ended` or `stopped`.
    state: &'static str,
    /// The first line of it is its title.
    text: String,
    /// With up to three decimals.
    quantity: String,
    unit: String,
    currency: String,
    /// For one, without tax and before the discount, in the currency's smallest unit.
    price_minor: i64,
    /// Percent, with up to two decimals.
    discount: String,
    /// Percent, with up to two decimals.
    tax: String,
    /// `once`, `month`, `quarter` or `year`.
    period: &'static str,
    /// What one period comes to without tax, rounded half up.
    net_minor: i64,
    tax_minor: i64,
    /// The first day.
    #[schema(format = Date)]
    start: String,
    /// The last day; `null` while it goes on.
    #[schema(format = Date)]
    end: Option<String>,
    /// The first day of the period that was billed last.
    #[schema(format = Date)]
    billed_from: Option<String>,
}

impl ServiceJson {
    fn new(service: Service, today: Timestamp) -> Self {
        let amounts = service.amounts().unwrap_or_default();
        Self {
            number: service.id.0,
            state: service.state_on(today).key(),
            quantity: service.sold.quantity.plain(),
            price_minor: service.sold.price_minor,
            discount: service.sold.discount.plain(),
            tax: service.sold.tax.plain(),
            period: service.sold.period.key(),
            net_minor: amounts.net_minor,
            tax_minor: amounts.tax_minor,
            start: service.start.day(),
            end: service.last_day().map(Timestamp::day),
            billed_from: service.billed_from.map(Timestamp::day),
            text: service.sold.text,
            unit: service.sold.unit,
            currency: service.currency,
        }
    }
}

/// What the list takes.
struct CustomerListParams;

impl IntoParams for CustomerListParams {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut parameters = vec![
            parameter("q", "Words in number, name, account and e-mail addresses", any_text()),
            parameter("state", "active or inactive", any_text()),
        ];
        parameters.extend(PageParams::into_params(place));
        parameters
    }
}

/// A page of customers
///
/// The newest first.
#[utoipa::path(get, path = "/api/v1/customers", tag = "customers", operation_id = "list_customers", params(CustomerListParams),
    responses((status = 200, description = "The page", body = Page<CustomerRowJson>)))]
pub async fn list(api: Api, RawQuery(query): RawQuery) -> Response {
    api.run(TokenScope::Read, async {
        let values = FormValues::decode(query.unwrap_or_default().as_bytes());
        let state = match values.find("state") {
            None => None,
            Some(key) => Some(CustomerState::from_key(key).ok_or_else(|| FieldErrors::at("state", "Send active or inactive"))?),
        };
        let filter = CustomerFilter { query: values.get("q").trim().to_owned(), state };
        let before = lists::cursor(&values)?.map(|cursor| CustomerId(cursor.id));
        let found = service::customers::list(&api.ctx, &filter, before, lists::limit(&values)?).await?;
        let items: Vec<CustomerRowJson> = found.items.into_iter().map(CustomerRowJson::from).collect();
        Ok(Json(Page { items, next_cursor: found.next_cursor }).into_response())
    })
    .await
}

/// One customer
#[utoipa::path(get, path = "/api/v1/customers/{number}", tag = "customers", operation_id = "find_customer",
    params(("number" = i64, Path, description = "Number of the customer")),
    responses((status = 200, description = "The customer", body = CustomerJson, headers(("etag" = String, description = "Its version")))))]
pub async fn find(api: Api, Path(number): Path<String>) -> Response {
    api.run(TokenScope::Read, async {
        let id: CustomerId = number.parse().map_err(|_| Problem::not_found())?;
        let page = match service::customers::find(&api.ctx, id).await {
            // Whoever reads no customers learns of none.
            Err(ServiceError::Forbidden(_)) => return Err(Problem::not_found().into()),
            found => found?,
        };
        let version = page.customer.version;
        Ok(versions::answer(StatusCode::OK, &CustomerJson::new(page), version))
    })
    .await
}

/// What a conversion made.
#[derive(Serialize, ToSchema)]
#[schema(as = Converted)]
struct ConvertedJson {
    /// Number of the conversion.
    conversion: i64,
    customer: NamedJson,
    /// Numbers of the services.
    services: Vec<i64>,
    /// `null` where none was made.
    #[schema(required = true)]
    invoice: Option<NamedJson>,
}

/// A record and what people call it.
#[derive(Serialize, ToSchema)]
#[schema(as = NumberAndName)]
struct NamedJson {
    number: i64,
    name: String,
}

impl ConvertedJson {
    fn new(made: Made) -> Self {
        Self {
            conversion: made.conversion.0,
            customer: NamedJson { number: made.customer.id.0, name: made.customer.name },
            services: made.services.into_iter().map(|service| service.0).collect(),
            invoice: made.invoice.map(|invoice| NamedJson { number: invoice.id.0, name: invoice.name }),
        }
    }
}

/// Makes a customer of a lead
///
/// The lead is won, and the customer, its services and, by the `kind`, an invoice are made: all of it, or nothing.
#[utoipa::path(post, path = "/api/v1/leads/{number}/actions/convert", tag = "customers", operation_id = "convert_lead",
    params(("number" = i64, Path, description = "Number of the lead"),
        ("idempotency-key" = Option<String>, Header, description = "Sending the same key and body again makes nothing")),
    request_body = Option<ConvertBody>,
    responses((status = 200, description = "What was made", body = ConvertedJson)))]
pub async fn convert(api: Api, Path(number): Path<String>, sent: Sent) -> Response {
    api.run(TokenScope::Write, async {
        let id = leads::read_number(&number)?;
        let values = sent::fields(&sent.object()?, read_field)?;
        let made = service::conversion::convert_at_once(&api.ctx, id, &values, sent.once(&api)?.as_ref()).await;
        let made = sent::at_names(made, name_in_json).map_err(Failure::from)?;
        Ok(Json(ConvertedJson::new(made)).into_response())
    })
    .await
}

/// What a new customer has, by its name in JSON and in the form.
const FIELDS: [(&str, &str); 11] = [
    ("reference", "number"),
    ("name", "name"),
    ("billing", "billing"),
    ("tax_id", "tax_id"),
    ("since", "since"),
    ("born_on", "born_on"),
    ("street", "street"),
    ("city", "city"),
    ("postcode", "postcode"),
    ("address_state", "state"),
    ("country", "country"),
];

fn name_in_json(field: &str) -> &str {
    FIELDS.iter().find(|(_, form)| *form == field).map_or(field, |(json, _)| json)
}

fn read_field(values: &mut FormValues, key: &str, value: &Value) -> Result<(), String> {
    let mut put = |name: &str, text: String| values.0.push((name.to_owned(), text));
    match key {
        "kind" => put("kind", value.as_str().ok_or("Send active_with_invoice, inactive_with_proforma or active")?.to_owned()),
        "quotes" => {
            let wrong = || "Send a list of numbers of quotes".to_owned();
            // An empty list is a wish, too: a conversion without quotes.
            put("quote", String::new());
            for quote in value.as_array().ok_or_else(wrong)? {
                put("quote", quote.as_i64().ok_or_else(wrong)?.to_string());
            }
        }
        "customer" => put("customer", if value.is_string() { sent::text(value)? } else { sent::number(value)? }),
        "keep_taxes" => put("keep_taxes", i64::from(value.as_bool().ok_or("Send true or false")?).to_string()),
        "emails" | "phones" => put(key, sent::list(value)?.join(", ")),
        key => match FIELDS.iter().find(|(json, _)| *json == key) {
            Some((_, form)) => put(form, sent::text(value)?),
            None => return Err(sent::no_such_field(key)),
        },
    }
    Ok(())
}

/// What a conversion takes.
struct ConvertBody;

impl PartialSchema for ConvertBody {
    fn schema() -> RefOr<Schema> {
        let number = || ObjectBuilder::new().schema_type(Type::Integer).build();
        let kinds = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(ConversionKind::ALL.map(ConversionKind::key)));
        let customer = SchemaType::from_iter([Type::String, Type::Integer, Type::Null]);
        let customer =
            ObjectBuilder::new().schema_type(customer).description(Some("An existing customer, by reference or number, instead of a new one"));
        let yes_or_no = ObjectBuilder::new().schema_type(Type::Boolean).description(Some("Keeps rates of tax that changed since they were quoted"));
        let quotes = utoipa::openapi::ArrayBuilder::new().items(number()).description(Some("Numbers of quotes; left out: those that were accepted"));
        schema::only_these()
            .property("kind", kinds.description(Some("What the lead becomes; left out: what the site has chosen")))
            .property("quotes", quotes)
            .property("customer", customer)
            .property("keep_taxes", yes_or_no)
            .property("reference", schema::line("Of a new customer: its number, which no other has; left out: the next one"))
            .property("name", schema::name("Of a new customer: as it stands on invoices"))
            .property("billing", schema::name("Of a new customer: recurring, prepaid or unbilled"))
            .property("emails", schema::texts("Of a new customer; invoices go to the first"))
            .property("phones", schema::texts("Of a new customer"))
            .property("tax_id", schema::line("Of a new customer: by which authorities know it"))
            .property("since", schema::day("Of a new customer"))
            .property("born_on", schema::day("Of a new customer who is a person"))
            .property("street", schema::line("Of a new customer"))
            .property("city", schema::line("Of a new customer"))
            .property("postcode", schema::line("Of a new customer"))
            .property("address_state", schema::line("Of a new customer"))
            .property("country", schema::line("Of a new customer"))
            .into()
    }
}

impl ToSchema for ConvertBody {}
