//! What the firm of the demonstration sells, and how it makes its quotes.

use domain::quote::{QuoteSettings, QuoteState};
use domain::{Catalog, ChoiceList, Period, Product, ProductId, ProductKind, Share, Timestamp};
use store::Tx;

use crate::error::Result;

/// Name, code, what it is, unit, price in minor units, period.
const PRODUCTS: [(&str, &str, ProductKind, &str, i64, Period); 7] = [
    ("Managed IT, per seat", "MIT-1", ProductKind::Service, "seat", 3_250, Period::Month),
    ("Managed back-up, per terabyte", "MBU-1", ProductKind::Service, "TB", 1_490, Period::Month),
    ("Managed wireless access point", "MWL-1", ProductKind::Service, "access point", 1_850, Period::Month),
    ("Security review", "SEC-1", ProductKind::Service, "", 185_000, Period::Once),
    ("Structured cabling", "CAB-1", ProductKind::Service, "outlet", 9_600, Period::Once),
    ("Installation and set-up", "INS-1", ProductKind::Service, "hour", 8_500, Period::Once),
    ("Rack server", "SRV-2", ProductKind::Goods, "piece", 324_000, Period::Once),
];
/// What all of them are taxed. Unit: hundredths of a percent.
const TAX: i64 = 2_000;

/// Where deals move when their quotes come to a state.
const STAGES: [(QuoteState, &str); 3] =
    [(QuoteState::Sent, "04-Proposal"), (QuoteState::OnReview, "05-Negotiation"), (QuoteState::Accepted, "06-Won")];

/// Adds them to a database that has none.
pub(super) async fn add(tx: &mut Tx, catalog: &Catalog, now: Timestamp) -> Result<()> {
    let first = tx.take_numbers("product", PRODUCTS.len() as i64).await?;
    for ((name, code, kind, unit, price_minor, period), id) in PRODUCTS.into_iter().zip(first..) {
        let product = Product {
            id: ProductId(id),
            name: name.to_owned(),
            code: code.to_owned(),
            kind,
            unit: unit.to_owned(),
            price_minor,
            tax: Share::try_from(TAX).unwrap_or_default(),
            period,
            ..Product::blank(&catalog.site.currency, now)
        };
        tx.products().add(&product).await?;
    }
    let sender = "12 Wharf Street\nLeeds LS1 1AA\n0113 496 0100".to_owned();
    let footer = "Payment within 14 days of the invoice.".to_owned();
    let stage = |(state, name)| catalog.choice_named(ChoiceList::Stage, name).map(|stage| (state, stage.id));
    let stages = STAGES.into_iter().filter_map(stage).collect();
    tx.quotes().change_settings(&QuoteSettings { sender, footer, stages, ..QuoteSettings::default() }).await?;
    Ok(())
}
