//! Invoices: list, read. People of the house see them.

use axum::Json;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use domain::invoice::{InvoiceFilter, InvoiceRow, Payment};
use domain::quote::Priced as _;
use domain::{CustomerId, FieldErrors, FormValues, Invoice, InvoiceId, InvoiceKind, InvoiceLine, InvoiceState, Timestamp, TokenScope};
use serde::Serialize;
use service::ServiceError;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::{Object, Type};
use utoipa::{IntoParams, ToSchema};

use super::caller::Api;
use super::lists::{self, Page, PageParams, any_text, parameter};
use super::versions;
use crate::problem::Problem;

/// An invoice in a list.
#[derive(Serialize, ToSchema)]
#[schema(as = InvoiceRow)]
struct InvoiceRowJson {
    number: i64,
    /// What people call it, such as `INV-2026-00007`.
    reference: String,
    /// `invoice`, `proforma` or `credit_note`.
    kind: &'static str,
    /// `open`, `paid`, `cancelled` or `issued`.
    state: &'static str,
    /// Number of the customer.
    customer: i64,
    currency: String,
    /// What it comes to without tax, in the currency's smallest unit.
    net_minor: i64,
    tax_minor: i64,
    total_minor: i64,
    paid_minor: i64,
    #[schema(format = Date)]
    issued_on: String,
    #[schema(format = Date)]
    due_on: String,
}

impl From<InvoiceRow> for InvoiceRowJson {
    fn from(row: InvoiceRow) -> Self {
        Self {
            number: row.id.0,
            reference: row.number.to_string(),
            kind: row.kind.key(),
            state: row.state().key(),
            customer: row.customer.id.0,
            net_minor: row.amounts.net_minor,
            tax_minor: row.amounts.tax_minor,
            total_minor: row.amounts.total(),
            paid_minor: row.paid_minor,
            issued_on: row.issued_on.day(),
            due_on: row.due_on.day(),
            currency: row.currency,
        }
    }
}

/// What a customer is billed.
#[derive(Serialize, ToSchema)]
#[schema(as = Invoice)]
struct InvoiceJson {
    number: i64,
    /// Grows by one with each change; also the `ETag`.
    version: i64,
    /// What people call it, such as `INV-2026-00007`.
    reference: String,
    /// `invoice`, `proforma` or `credit_note`.
    kind: &'static str,
    /// `open`, `paid`, `cancelled` or `issued`.
    state: &'static str,
    /// Number of the customer.
    customer: i64,
    /// To whom, in lines.
    to: Vec<String>,
    currency: String,
    /// What it comes to without tax, in the currency's smallest unit.
    net_minor: i64,
    tax_minor: i64,
    total_minor: i64,
    paid_minor: i64,
    #[schema(format = Date)]
    issued_on: String,
    #[schema(format = Date)]
    due_on: String,
    lines: Vec<InvoiceLineJson>,
    payments: Vec<PaymentJson>,
    /// Number of the proforma that it was, or of the invoice that it cancels.
    made_of: Option<i64>,
    /// Number of the invoice that it became, or of its credit note.
    became: Option<i64>,
    /// Why it was cancelled; empty otherwise.
    reason: String,
    #[schema(format = DateTime)]
    sent_at: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
}

/// A line of an invoice.
#[derive(Serialize, ToSchema)]
#[schema(as = InvoiceLine)]
struct InvoiceLineJson {
    /// Number of the service.
    service: Option<i64>,
    /// The first line of it is its title.
    text: String,
    /// With up to three decimals.
    quantity: String,
    unit: String,
    /// For one, without tax and before the discount, in the currency's smallest unit.
    price_minor: i64,
    /// Percent, with up to two decimals.
    discount: String,
    /// Percent, with up to two decimals.
    tax: String,
    /// The first day that it is for.
    #[schema(format = Date)]
    from: String,
    /// The last one; `null` for what is paid once.
    #[schema(format = Date)]
    until: Option<String>,
    /// What it comes to without tax, rounded half up.
    net_minor: i64,
    tax_minor: i64,
}

/// Money that came in.
#[derive(Serialize, ToSchema)]
#[schema(as = Payment)]
struct PaymentJson {
    amount_minor: i64,
    #[schema(format = Date)]
    paid_on: String,
    note: String,
}

impl InvoiceLineJson {
    fn new(line: InvoiceLine, currency: &str) -> Self {
        let amounts = line.amounts(currency).unwrap_or_default();
        Self {
            service: line.service.map(|service| service.0),
            quantity: line.sold.quantity.plain(),
            price_minor: line.sold.price_minor,
            discount: line.sold.discount.plain(),
            tax: line.sold.tax.plain(),
            from: line.of.from.day(),
            until: line.of.until.map(Timestamp::day),
            net_minor: amounts.net_minor,
            tax_minor: amounts.tax_minor,
            text: line.sold.text,
            unit: line.sold.unit,
        }
    }
}

impl From<Payment> for PaymentJson {
    fn from(payment: Payment) -> Self {
        Self { amount_minor: payment.amount_minor, paid_on: payment.paid_on.day(), note: payment.note }
    }
}

impl InvoiceJson {
    fn new(invoice: Invoice) -> Self {
        let all = invoice.totals().map(|totals| totals.all).unwrap_or_default();
        Self {
            number: invoice.id.0,
            version: invoice.version,
            reference: invoice.name(),
            kind: invoice.kind.key(),
            state: invoice.state().key(),
            customer: invoice.customer.id.0,
            net_minor: all.net_minor,
            tax_minor: all.tax_minor,
            total_minor: all.total(),
            paid_minor: invoice.paid_minor(),
            issued_on: invoice.issued_on.day(),
            due_on: invoice.due_on.day(),
            made_of: invoice.made_of.as_ref().map(|of| of.id.0),
            became: invoice.became.as_ref().map(|of| of.id.0),
            sent_at: invoice.sent_at.map(Timestamp::rfc3339),
            created_at: invoice.created_at.rfc3339(),
            updated_at: invoice.updated_at.rfc3339(),
            lines: invoice.lines.into_iter().map(|line| InvoiceLineJson::new(line, &invoice.currency)).collect(),
            payments: invoice.payments.into_iter().map(PaymentJson::from).collect(),
            to: invoice.to,
            currency: invoice.currency,
            reason: invoice.reason,
        }
    }
}

/// What the list takes.
struct InvoiceListParams;

impl IntoParams for InvoiceListParams {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut parameters = vec![
            parameter("customer", "Number of a customer", Object::with_type(Type::Integer)),
            parameter("kind", "One of invoice, proforma, credit_note", any_text()),
            parameter("state", "One of open, paid, cancelled, issued", any_text()),
        ];
        parameters.extend(PageParams::into_params(place));
        parameters
    }
}

/// A page of invoices, proformas and credit notes
///
/// The newest first.
#[utoipa::path(get, path = "/api/v1/invoices", tag = "invoices", operation_id = "list_invoices", params(InvoiceListParams),
    responses((status = 200, description = "The page", body = Page<InvoiceRowJson>)))]
pub async fn list(api: Api, RawQuery(query): RawQuery) -> Response {
    api.run(TokenScope::Read, async {
        let values = FormValues::decode(query.unwrap_or_default().as_bytes());
        let kind = match values.find("kind") {
            None => None,
            Some(key) => Some(InvoiceKind::from_key(key).ok_or_else(|| FieldErrors::at("kind", "Send invoice, proforma or credit_note"))?),
        };
        let state = match values.find("state") {
            None => None,
            Some(key) => Some(InvoiceState::from_key(key).ok_or_else(|| FieldErrors::at("state", "Send open, paid, cancelled or issued"))?),
        };
        let filter = InvoiceFilter { kind, state, customer: lists::number(&values, "customer")?.map(CustomerId) };
        let before = lists::cursor(&values)?.map(|cursor| InvoiceId(cursor.id));
        let found = service::invoices::list(&api.ctx, filter, before, lists::limit(&values)?).await?;
        let items: Vec<InvoiceRowJson> = found.items.into_iter().map(InvoiceRowJson::from).collect();
        Ok(Json(Page { items, next_cursor: found.next_cursor }).into_response())
    })
    .await
}

/// One invoice
#[utoipa::path(get, path = "/api/v1/invoices/{number}", tag = "invoices", operation_id = "find_invoice",
    params(("number" = i64, Path, description = "Number of the invoice")),
    responses((status = 200, description = "The invoice", body = InvoiceJson, headers(("etag" = String, description = "Its version")))))]
pub async fn find(api: Api, Path(number): Path<String>) -> Response {
    api.run(TokenScope::Read, async {
        let id: InvoiceId = number.parse().map_err(|_| Problem::not_found())?;
        let invoice = match service::invoices::find(&api.ctx, id).await {
            // Whoever reads no invoices learns of none.
            Err(ServiceError::Forbidden(_)) => return Err(Problem::not_found().into()),
            found => found?.invoice,
        };
        let version = invoice.version;
        Ok(versions::answer(StatusCode::OK, &InvoiceJson::new(invoice), version))
    })
    .await
}
