//! What somebody has chosen and typed in the wizard so far. It is kept with each step, so that going back, loading again and a lost connection lose
//! nothing.

use serde::{Deserialize, Serialize};

use super::ConversionKind;
use crate::customer::Customer;
use crate::product::Period;
use crate::quote::{Amounts, Priced, QuoteRow, Sold, StaleTax, TooLarge, Totals, name_of};
use crate::{
    CustomerId, FieldErrors, FormValues, Lead, LeadId, Product, ProductId, Quote, QuoteId, QuoteLine, QuoteLineId, QuoteState, Share, Timestamp,
};

/// Most services of one conversion.
pub const DRAFT_SERVICES_MOST: usize = 100;

/// A quote that was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenQuote {
    pub id: QuoteId,
    /// The one that was looked at: services are its lines.
    pub revision: i64,
}

/// A service that the customer is to have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftService {
    /// Tells it from the others of its draft.
    pub key: i64,
    /// The quote that it comes from, and the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<(QuoteId, QuoteLineId)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<ProductId>,
    /// As [`QuoteLine::listed_tax`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed_tax: Option<Share>,
    pub sold: Sold,
    pub start: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Timestamp>,
}

impl DraftService {
    fn of(key: i64, quote: QuoteId, line: &QuoteLine, today: Timestamp) -> Self {
        Self { key, of: Some((quote, line.id)), product: line.product, listed_tax: line.listed_tax, sold: line.sold(), start: today, end: None }
    }

    /// How its product is taxed now, where that is another rate than when it was quoted.
    fn stale_tax(&self, products: &[Product]) -> Option<StaleTax> {
        let then = self.listed_tax?;
        let now = products.iter().find(|product| Some(product.id) == self.product)?.tax;
        let line = self.of.map_or(QuoteLineId(0), |(_, line)| line);
        (now != then).then(|| StaleTax { line, title: self.sold.title().to_owned(), then, now })
    }
}

impl Priced for DraftService {
    fn amounts(&self, currency: &str) -> Result<Amounts, TooLarge> {
        self.sold.amounts(currency)
    }

    fn tax(&self) -> Share {
        self.sold.tax
    }

    fn period(&self) -> Period {
        self.sold.period
    }
}

/// What somebody has chosen and typed for a lead so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversionDraft {
    pub lead: LeadId,
    /// Grows by one with each change; 0 while nothing was kept.
    pub version: i64,
    pub kind: ConversionKind,
    pub quotes: Vec<ChosenQuote>,
    /// An existing customer instead of a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// What [`Customer::fill`] reads, as it was typed last, whether it can be read or not.
    pub fields: FormValues,
    /// That of the quotes; the lead's while none is chosen.
    pub currency: String,
    pub services: Vec<DraftService>,
    /// Lines of the chosen quotes that are not to become services.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<QuoteLineId>,
    /// Whether rates of tax that changed since are to stay as they were quoted.
    #[serde(default)]
    pub keep_taxes: bool,
}

impl ConversionDraft {
    /// What it begins with: what the lead knows, and the customer that its account is already.
    #[must_use]
    pub fn begin(lead: &Lead, kind: ConversionKind, customer: Option<CustomerId>, today: Timestamp, now: Timestamp) -> Self {
        Self {
            lead: lead.id,
            version: 0,
            kind,
            quotes: Vec::new(),
            customer,
            fields: Customer::of_lead(lead, today, now).typed(),
            currency: lead.currency.clone(),
            services: Vec::new(),
            removed: Vec::new(),
            keep_taxes: false,
        }
    }

    /// Takes these quotes, which have passed [`check_quotes`], instead of those that were chosen. Services of a quote that stays are left as they were
    /// edited; those of one that was revised since are its lines of now. `currency` is the lead's, which counts where no service stands in another.
    pub fn choose(&mut self, quotes: &[Quote], currency: &str, today: Timestamp) {
        let stays = |id: QuoteId| {
            let known = self.quotes.iter().find(|chosen| chosen.id == id);
            known.is_some_and(|known| quotes.iter().any(|quote| quote.id == id && quote.revision == known.revision))
        };
        let kept_lines: Vec<QuoteLineId> =
            quotes.iter().filter(|quote| stays(quote.id)).flat_map(|quote| quote.lines.iter().map(|line| line.id)).collect();
        let mut services: Vec<DraftService> = Vec::new();
        for quote in quotes {
            if stays(quote.id) {
                services.extend(self.services.iter().filter(|one| one.of.is_some_and(|(of, _)| of == quote.id)).cloned());
            } else {
                services.extend(quote.lines.iter().map(|line| DraftService::of(0, quote.id, line, today)));
            }
        }
        services.extend(self.services.iter().filter(|one| one.of.is_none()).cloned());
        for (key, service) in (self.next_key()..).zip(services.iter_mut().filter(|one| one.key == 0)) {
            service.key = key;
        }
        self.services = services;
        self.removed.retain(|line| kept_lines.contains(line));
        self.quotes = quotes.iter().map(|quote| ChosenQuote { id: quote.id, revision: quote.revision }).collect();
        if let Some(first) = quotes.first() {
            self.currency.clone_from(&first.currency);
        } else if self.services.is_empty() {
            currency.clone_into(&mut self.currency);
        }
    }

    /// Takes over the fields of a new customer that were sent, as they were typed, and `customer`, the number of an existing one, or empty, where it was
    /// sent and read as `chosen`; `kind` and `keep_taxes` likewise.
    pub fn take_fields(&mut self, form: &FormValues, chosen: Option<Option<CustomerId>>, errors: &mut FieldErrors) {
        for (name, value) in &mut self.fields.0 {
            if let Some(typed) = form.find(name) {
                typed.clone_into(value);
            }
        }
        if let Some(chosen) = chosen {
            self.customer = chosen;
        }
        if let Some(kind) = form.find("kind") {
            let kind = errors.take("kind", ConversionKind::from_key(kind).ok_or("Choose what the lead becomes"));
            self.kind = kind.unwrap_or(self.kind);
        }
        if let Some(keep) = form.find("keep_taxes") {
            self.keep_taxes = keep == "1";
        }
    }

    /// Adds a service at the end, see [`DraftService`]. Fields: those of [`Sold::fill`], `start`, `end`.
    pub fn add_service(&mut self, form: &FormValues, today: Timestamp, errors: &mut FieldErrors) {
        if self.services.len() >= DRAFT_SERVICES_MOST {
            errors.add("", format!("At most {DRAFT_SERVICES_MOST} services can be made at once; add others on the customer’s page"));
            return;
        }
        let mut service =
            DraftService { key: self.next_key(), of: None, product: None, listed_tax: None, sold: Sold::blank(), start: today, end: None };
        fill_service(&mut service, form, &self.currency, errors);
        self.services.push(service);
    }

    /// Changes the service of this key with the fields that were sent; `false` when there is none.
    pub fn change_service(&mut self, key: i64, form: &FormValues, errors: &mut FieldErrors) -> bool {
        let currency = self.currency.clone();
        let Some(service) = self.services.iter_mut().find(|one| one.key == key) else { return false };
        fill_service(service, form, &currency, errors);
        true
    }

    /// Removes the service of this key; `false` when there is none.
    pub fn remove_service(&mut self, key: i64) -> bool {
        let Some(at) = self.services.iter().position(|one| one.key == key) else { return false };
        let removed = self.services.remove(at);
        self.removed.extend(removed.of.map(|(_, line)| line));
        true
    }

    /// Services whose product is taxed otherwise now than when it was quoted.
    #[must_use]
    pub fn stale_taxes(&self, products: &[Product]) -> Vec<StaleTax> {
        self.services.iter().filter_map(|service| service.stale_tax(products)).collect()
    }

    /// Gives those services the rate that holds now.
    pub fn take_over_taxes(&mut self, products: &[Product]) {
        for service in &mut self.services {
            if let Some(stale) = service.stale_tax(products) {
                (service.sold.tax, service.listed_tax) = (stale.now, Some(stale.now));
            }
        }
    }

    /// What the services come to, what recurs with one period.
    ///
    /// # Errors
    /// [`TooLarge`] for more than can be held.
    pub fn totals(&self) -> Result<Totals, TooLarge> {
        Totals::of(&self.services, &self.currency)
    }

    /// What has to be settled before it can be done: at `quotes`, `kind`, `services` and `keep_taxes`. `quotes` are those that were chosen, as they
    /// are now; `products` those of the services.
    pub fn check(&self, quotes: &[Quote], products: &[Product], offered: &[ConversionKind], today: Timestamp, errors: &mut FieldErrors) {
        for chosen in &self.quotes {
            match quotes.iter().find(|quote| quote.id == chosen.id) {
                None => errors.add("quotes", "One of the quotes is not there any more; choose again"),
                Some(quote) if quote.revision != chosen.revision => {
                    errors.add("quotes", format!("{} was revised since you chose it; choose again", quote.reference));
                }
                Some(_) => {}
            }
        }
        check_quotes(quotes, today, errors);
        if !offered.contains(&self.kind) {
            errors.add("kind", format!("“{}” is switched off; choose another", self.kind.label()));
        }
        if self.services.len() > DRAFT_SERVICES_MOST {
            errors
                .add("services", format!("These are more than {DRAFT_SERVICES_MOST} services, and no more can be made at once; choose fewer quotes"));
        }
        match self.totals() {
            Err(TooLarge) => errors.add("services", TooLarge.to_string()),
            Ok(_) if self.kind.paper().is_some() && self.services.is_empty() => {
                errors.add("kind", "There is nothing to bill yet. Choose a quote, add a service, or convert without an invoice");
            }
            Ok(totals) if self.kind == ConversionKind::InactiveWithProforma && totals.all.total() == 0 => {
                errors.add("kind", "There is nothing to pay, so nothing would make them active; choose another");
            }
            Ok(_) => {}
        }
        for service in &self.services {
            if let Some(end) = service.end.filter(|end| *end < service.start) {
                let title = service.sold.title();
                let (start, end) = (service.start.readable_day(), end.readable_day());
                errors.add("services", format!("“{title}” starts on {start}, so it cannot end on {end} already"));
            }
        }
        if let (false, Some(first)) = (self.keep_taxes, self.stale_taxes(products).first()) {
            let (now, then) = (first.now.display(), first.then.display());
            let title = &first.title;
            errors.add(
                "keep_taxes",
                format!("“{title}” is taxed {now} now, and was {then} when it was quoted. Take over the rates of today, or keep it as it is"),
            );
        }
    }

    fn next_key(&self) -> i64 {
        self.services.iter().map(|one| one.key).max().unwrap_or(0) + 1
    }
}

fn fill_service(service: &mut DraftService, form: &FormValues, currency: &str, errors: &mut FieldErrors) {
    service.sold.fill(form, currency, errors);
    crate::customer::fill_days(&mut service.start, &mut service.end, form, errors);
}

/// Refuses quotes that cannot be chosen, at `quotes`: in their states, and in more than one currency.
pub fn check_quotes(quotes: &[Quote], today: Timestamp, errors: &mut FieldErrors) {
    for quote in quotes {
        if let Some(sentence) = why_not(&quote.name(), quote.state_on(today), quote.valid_until) {
            errors.add("quotes", sentence);
        }
    }
    let Some(first) = quotes.first() else { return };
    if let Some(other) = quotes.iter().find(|quote| quote.currency != first.currency) {
        let (one, two) = (first.name(), other.name());
        let (here, there) = (&first.currency, &other.currency);
        errors.add("quotes", format!("{one} is in {here} and {two} in {there}; choose quotes in one currency"));
    }
}

/// Why a quote of a list cannot be chosen: only what was sent, is looked into or was accepted can.
#[must_use]
pub fn why_not_chosen(quote: &QuoteRow, today: Timestamp) -> Option<String> {
    why_not(&name_of(&quote.reference, quote.revision), quote.state_on(today), quote.valid_until)
}

fn why_not(name: &str, state: QuoteState, valid_until: Timestamp) -> Option<String> {
    match state {
        QuoteState::Sent | QuoteState::OnReview | QuoteState::Accepted => None,
        QuoteState::New => Some(format!("{name} was not sent yet; send it first")),
        QuoteState::Denied => Some(format!("{name} was denied; make a new revision and send it")),
        QuoteState::Expired => Some(format!("{name} was valid until {}; make a new revision and send it", valid_until.readable_day())),
    }
}
