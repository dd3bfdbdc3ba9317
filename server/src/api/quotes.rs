//! Quotes: list, read. They are seen by people of the house who see their lead, and are nothing to others.

use axum::Json;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use domain::quote::QuoteRow;
use domain::{Catalog, FieldErrors, FormValues, LeadId, Quote, QuoteId, QuoteLine, QuoteState, Timestamp, TokenScope};
use serde::Serialize;
use service::ServiceError;
use service::quotes::Wanted;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::{Object, Type};
use utoipa::{IntoParams, ToSchema};

use super::caller::{Api, Failure};
use super::lead_json::person;
use super::lists::{self, Page, PageParams, any_text, parameter};
use super::versions;
use crate::problem::Problem;

/// What was offered for a deal, in a list.
#[derive(Serialize, ToSchema)]
#[schema(as = QuoteRow)]
struct QuoteRowJson {
    number: i64,
    /// Number of the lead.
    lead: i64,
    /// Number of the opportunity.
    opportunity: i64,
    /// What people call it.
    reference: String,
    revision: i64,
    /// `new`, `sent`, `on_review`, `accepted`, `denied` or `expired`.
    state: &'static str,
    currency: String,
    /// What it comes to without tax, in the currency's smallest unit; what recurs with one period.
    net_minor: i64,
    tax_minor: i64,
    total_minor: i64,
    /// The last day on which it can be accepted.
    #[schema(format = Date)]
    valid_until: String,
    #[schema(format = DateTime)]
    updated_at: String,
}

impl QuoteRowJson {
    fn new(row: QuoteRow, today: Timestamp) -> Self {
        Self {
            number: row.id.0,
            lead: row.lead.0,
            opportunity: row.opportunity.id.0,
            state: row.state_on(today).key(),
            reference: row.reference,
            revision: row.revision,
            currency: row.currency,
            net_minor: row.amounts.net_minor,
            tax_minor: row.amounts.tax_minor,
            total_minor: row.amounts.total(),
            valid_until: row.valid_until.day(),
            updated_at: row.updated_at.rfc3339(),
        }
    }
}

/// What was offered for a deal.
#[derive(Serialize, ToSchema)]
#[schema(as = Quote)]
struct QuoteJson {
    number: i64,
    /// Grows by one with each change; also the `ETag`.
    version: i64,
    /// Number of the lead.
    lead: i64,
    /// Number of the opportunity.
    opportunity: i64,
    /// What people call it.
    reference: String,
    revision: i64,
    /// `new`, `sent`, `on_review`, `accepted`, `denied` or `expired`.
    state: &'static str,
    currency: String,
    /// What it comes to without tax, in the currency's smallest unit; what recurs with one period.
    net_minor: i64,
    tax_minor: i64,
    total_minor: i64,
    /// The last day on which it can be accepted.
    #[schema(format = Date)]
    valid_until: String,
    /// What the customer reads.
    note: String,
    /// What only people of the house read.
    memo: String,
    /// Why it was denied; empty otherwise.
    reason: String,
    lines: Vec<LineJson>,
    #[schema(format = DateTime)]
    sent_at: Option<String>,
    /// Who answered at the private address, as they wrote their name; empty otherwise.
    answered_by: String,
    #[schema(format = DateTime)]
    answered_at: Option<String>,
    /// E-mail address of who made it.
    created_by: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
}

/// A line of a quote.
#[derive(Serialize, ToSchema)]
#[schema(as = QuoteLine)]
struct LineJson {
    /// Number of the product; `null` for a free one.
    product: Option<i64>,
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
    /// `once`, `month`, `quarter` or `year`.
    period: &'static str,
    /// What it comes to without tax, rounded half up.
    net_minor: i64,
    tax_minor: i64,
}

impl LineJson {
    fn new(line: QuoteLine, currency: &str) -> Self {
        let amounts = line.amounts(currency).unwrap_or_default();
        Self {
            product: line.product.map(|product| product.0),
            quantity: line.quantity.plain(),
            price_minor: line.price_minor,
            discount: line.discount.plain(),
            tax: line.tax.plain(),
            period: line.period.key(),
            net_minor: amounts.net_minor,
            tax_minor: amounts.tax_minor,
            text: line.text,
            unit: line.unit,
        }
    }
}

impl QuoteJson {
    fn new(quote: Quote, today: Timestamp, catalog: &Catalog) -> Self {
        let all = quote.totals().map(|totals| totals.all).unwrap_or_default();
        Self {
            number: quote.id.0,
            version: quote.version,
            lead: quote.lead.0,
            opportunity: quote.opportunity.id.0,
            state: quote.state_on(today).key(),
            net_minor: all.net_minor,
            tax_minor: all.tax_minor,
            total_minor: all.total(),
            valid_until: quote.valid_until.day(),
            sent_at: quote.sent_at.map(Timestamp::rfc3339),
            answered_at: quote.answered_at.map(Timestamp::rfc3339),
            created_by: person(quote.created_by, catalog),
            created_at: quote.created_at.rfc3339(),
            updated_at: quote.updated_at.rfc3339(),
            lines: quote.lines.into_iter().map(|line| LineJson::new(line, &quote.currency)).collect(),
            reference: quote.reference,
            revision: quote.revision,
            currency: quote.currency,
            note: quote.note,
            memo: quote.memo,
            reason: quote.reason,
            answered_by: quote.answered_by,
        }
    }
}

/// What the list takes.
struct QuoteListParams;

impl IntoParams for QuoteListParams {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut parameters = vec![
            parameter("lead", "Number of a lead", Object::with_type(Type::Integer)),
            parameter("state", "One of new, sent, on_review, accepted, denied, expired", any_text()),
        ];
        parameters.extend(PageParams::into_params(place));
        parameters
    }
}

/// A page of quotes
///
/// The newest first.
#[utoipa::path(get, path = "/api/v1/quotes", tag = "quotes", operation_id = "list_quotes", params(QuoteListParams),
    responses((status = 200, description = "The page", body = Page<QuoteRowJson>)))]
pub async fn list(api: Api, RawQuery(query): RawQuery) -> Response {
    api.run(TokenScope::Read, async {
        let values = FormValues::decode(query.unwrap_or_default().as_bytes());
        let state = match values.find("state") {
            None => None,
            Some(key) => {
                Some(QuoteState::from_key(key).ok_or_else(|| FieldErrors::at("state", "Send new, sent, on_review, accepted, denied or expired"))?)
            }
        };
        let before = lists::cursor(&values)?.map(|cursor| QuoteId(cursor.id));
        let wanted = Wanted { lead: lists::number(&values, "lead")?.map(LeadId), state, before };
        let found = service::quotes::list(&api.ctx, wanted, lists::limit(&values)?).await?;
        let today = today(&api).await?;
        let items: Vec<QuoteRowJson> = found.items.into_iter().map(|row| QuoteRowJson::new(row, today)).collect();
        Ok(Json(Page { items, next_cursor: found.next_cursor }).into_response())
    })
    .await
}

/// One quote
#[utoipa::path(get, path = "/api/v1/quotes/{number}", tag = "quotes", operation_id = "find_quote",
    params(("number" = i64, Path, description = "Number of the quote")),
    responses((status = 200, description = "The quote", body = QuoteJson, headers(("etag" = String, description = "Its version")))))]
pub async fn find(api: Api, Path(number): Path<String>) -> Response {
    api.run(TokenScope::Read, async {
        let id: QuoteId = number.parse().map_err(|_| Problem::not_found())?;
        let quote = match service::quotes::find(&api.ctx, id).await {
            // Whoever reads no quotes learns of none.
            Err(ServiceError::Forbidden(_)) => return Err(Problem::not_found().into()),
            found => found?.quote,
        };
        let catalog = service::catalog::catalog_for(&api.ctx).await?;
        let (version, today) = (quote.version, today(&api).await?);
        Ok(versions::answer(StatusCode::OK, &QuoteJson::new(quote, today, &catalog), version))
    })
    .await
}

async fn today(api: &Api) -> Result<Timestamp, Failure> {
    Ok(api.ctx.catalog().await?.site.zone.at(api.ctx.now()).today())
}
