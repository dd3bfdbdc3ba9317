use proptest::prelude::*;

use super::*;
use crate::cast::{self, MAYA, NOW};
use crate::product::Period;
use crate::{ChoiceId, ChoiceList, ProductId, QuoteLineId, Share};

fn form(text: &str) -> FormValues {
    FormValues::decode(text.as_bytes())
}

fn today() -> Timestamp {
    NOW.start_of_day()
}

fn share(percent: &str) -> Share {
    Share::parse(percent).expect("a percentage")
}

fn line(id: i64, quantity: &str, price_minor: i64) -> QuoteLine {
    let quantity = Quantity::parse(quantity).expect("a quantity");
    QuoteLine { id: QuoteLineId(id), text: format!("Line {id}"), quantity, price_minor, ..QuoteLine::blank() }
}

fn quote(lines: Vec<QuoteLine>) -> Quote {
    let deal = ForDeal { lead: LeadId(1), opportunity: Named { id: OpportunityId(1), name: "Clinic".to_owned() }, currency: "GBP".to_owned() };
    let blank = Quote::blank(deal, today().plus_ms(10 * DAY_MS), MAYA, NOW);
    Quote { id: QuoteId(7), reference: "Q-2025-7".to_owned(), lines, ..blank }
}

fn product(tax: &str, currency: &str) -> Product {
    let mut product = Product::blank(currency, NOW);
    (product.id, product.name, product.price_minor, product.tax) = (ProductId(3), "Seat".to_owned(), 1250, share(tax));
    product
}

fn paper(reference: &str, revision: i64) -> QuotePaper {
    QuotePaper {
        site: String::new(),
        sender: String::new(),
        footer: String::new(),
        reference: reference.to_owned(),
        revision,
        date: today(),
        valid_until: today(),
        currency: "GBP".to_owned(),
        customer: Vec::new(),
        deal: String::new(),
        by: String::new(),
        by_email: String::new(),
        note: String::new(),
        lines: Vec::new(),
    }
}

#[test]
fn each_line_is_rounded_half_up_and_so_is_its_tax() {
    let half = line(1, "0.5", 67);
    assert_eq!(half.amounts("GBP"), Ok(Amounts { net_minor: 34, tax_minor: 0 }), "33.5 becomes 34");
    let off = QuoteLine { discount: share("12.5"), tax: share("7.7"), ..line(2, "3", 999) };
    // 2997 less an eighth is 2622.375; 7.7 % of 2622 is 201.894.
    assert_eq!(off.amounts("GBP"), Ok(Amounts { net_minor: 2622, tax_minor: 202 }));
    let free = QuoteLine { discount: Share::WHOLE, tax: share("20"), ..line(3, "5", 999) };
    assert_eq!(free.amounts("GBP"), Ok(Amounts::default()));
}

#[test]
fn totals_are_by_period_and_by_rate() {
    let seats = QuoteLine { period: Period::Month, tax: share("20"), ..line(1, "10", 1250) };
    let books = QuoteLine { tax: share("5"), ..line(2, "2", 1000) };
    let work = QuoteLine { tax: share("20"), ..line(3, "1.5", 8000) };
    let totals = quote(vec![seats, books, work]).totals().unwrap();
    assert_eq!(totals.all, Amounts { net_minor: 26_500, tax_minor: 5_000 });
    let once = Amounts { net_minor: 14_000, tax_minor: 2_500 };
    let month = Amounts { net_minor: 12_500, tax_minor: 2_500 };
    assert_eq!(totals.periods, [(Period::Once, once), (Period::Month, month)]);
    assert_eq!(totals.taxes[0], (share("5"), Amounts { net_minor: 2_000, tax_minor: 100 }));
}

#[test]
fn a_total_that_overflows_is_an_error_and_no_other_number() {
    let most = QuoteLine { quantity: Quantity::MOST, price_minor: i64::MAX, tax: Share::WHOLE, ..line(1, "1", 0) };
    assert_eq!(most.amounts("GBP"), Err(TooLarge));
    let large = line(1, "1", 100_000_000_000_000);
    assert!(large.amounts("GBP").is_ok(), "a thousand billion is the most");
    assert_eq!(QuoteLine { tax: share("0.01"), ..large.clone() }.amounts("GBP"), Err(TooLarge), "with tax it is more");
    assert_eq!(quote(vec![large.clone(), line(2, "1", 1)]).totals(), Err(TooLarge));
    let mut errors = FieldErrors::default();
    large.clone().fill(&form("quantity=2"), "GBP", &mut errors);
    assert!(errors.get("price").is_some_and(|sentence| sentence.contains("more than can be held")), "{errors:?}");
}

#[test]
fn a_line_says_what_is_wrong_at_its_fields() {
    let mut errors = FieldErrors::default();
    QuoteLine::blank().fill(&form("text=&quantity=0&price=x&discount=101&tax=-1&period=day"), "GBP", &mut errors);
    for field in ["text", "quantity", "price", "discount", "tax", "period"] {
        assert!(errors.get(field).is_some(), "{field}");
    }
    let mut errors = FieldErrors::default();
    QuoteLine::blank().fill(&form(&format!("text={}", "x".repeat(201))), "GBP", &mut errors);
    assert!(errors.get("text").is_some_and(|sentence| sentence.contains("first line")));
}

#[test]
fn a_product_in_another_currency_is_refused_with_what_to_do() {
    let refused = QuoteLine::of(&product("20", "EUR"), None, "GBP").unwrap_err();
    assert_eq!(refused, "“Seat” is priced in EUR, and this quote is in GBP. Add a line without a product, with a price in GBP");
    let gone = Product { removed_at: Some(NOW), ..product("20", "GBP") };
    assert!(QuoteLine::of(&gone, None, "GBP").unwrap_err().contains("not offered any more"));
}

#[test]
fn a_line_takes_what_its_product_says_for_the_partner() {
    let mut seat = product("20", "GBP");
    seat.prices = vec![crate::PartnerPrice { partner: ChoiceId(5), price_minor: 900 }];
    seat.description = "One person".to_owned();
    let of = QuoteLine::of(&seat, Some(ChoiceId(5)), "GBP").unwrap();
    assert_eq!((of.price_minor, of.tax, of.title(), of.details()), (900, share("20"), "Seat", "One person"));
    assert_eq!(of.words("GBP"), "1 × Seat at £9.00, 20 % tax");
}

#[test]
fn a_rate_that_changed_since_is_seen_and_taken_over() {
    let listed = QuoteLine { id: QuoteLineId(1), ..QuoteLine::of(&product("20", "GBP"), None, "GBP").unwrap() };
    let mut of = quote(vec![listed, line(2, "1", 100)]);
    assert!(of.stale_taxes(&[product("20", "GBP")]).is_empty());
    let now = [product("19", "GBP")];
    let stale = of.stale_taxes(&now);
    assert_eq!((stale.len(), stale[0].then, stale[0].now), (1, share("20"), share("19")));
    of.take_over_taxes(&now);
    assert_eq!(of.lines[0].tax, share("19"));
    assert!(of.stale_taxes(&now).is_empty());
    // A rate that somebody typed is no rate that changed.
    of.lines[0].tax = share("0");
    assert!(of.stale_taxes(&now).is_empty());
    assert!(of.stale_taxes(&[]).is_empty(), "a product that is gone says nothing");
}

#[test]
fn what_can_be_done_follows_from_the_state() {
    use QuoteState::{Accepted, Denied, Expired, New, OnReview, Sent};
    use QuoteStep::{Accept, Deny, Review, Revise, Send};
    let steps = |state| QuoteStep::ALL.into_iter().filter(|step: &QuoteStep| step.fits(state)).collect::<Vec<_>>();
    assert_eq!(steps(New), [Send]);
    assert_eq!(steps(Sent), [Send, Review, Accept, Deny, Revise]);
    assert_eq!(steps(OnReview), [Send, Accept, Deny, Revise]);
    assert!(steps(Accepted).is_empty());
    assert_eq!(steps(Denied), [Revise]);
    assert_eq!(steps(Expired), [Revise]);
    for state in QuoteState::ALL {
        assert_eq!(QuoteState::from_key(state.key()), Some(state));
    }
    for step in QuoteStep::ALL {
        assert_eq!(QuoteStep::from_key(step.key()), Some(step));
    }
}

#[test]
fn a_quote_goes_through_its_states() {
    let later = today().plus_ms(30 * DAY_MS);
    let empty = quote(Vec::new()).after(QuoteStep::Send, &form(""), later, NOW).unwrap_err();
    assert!(empty.get("").is_some_and(|sentence| sentence.contains("Add a line")));
    let sent = quote(vec![line(1, "1", 100)]).after(QuoteStep::Send, &form(""), later, NOW).unwrap();
    assert_eq!((sent.state, sent.version, sent.sent_at), (QuoteState::Sent, 2, Some(NOW)));
    let denied = sent.after(QuoteStep::Deny, &form("reason=Too+dear"), later, NOW).unwrap();
    assert_eq!((denied.state, denied.reason.as_str()), (QuoteState::Denied, "Too dear"));
    let again = denied.after(QuoteStep::Revise, &form(""), later, NOW).unwrap();
    assert_eq!((again.state, again.revision, again.reason.as_str(), again.valid_until), (QuoteState::New, 2, "", later));
    assert_eq!(again.name(), "Q-2025-7, revision 2");
    assert_eq!(again.lines, sent.lines);
}

#[test]
fn a_quote_is_over_when_its_last_day_is() {
    let sent = Quote { state: QuoteState::Sent, ..quote(Vec::new()) };
    assert_eq!(sent.state_on(sent.valid_until), QuoteState::Sent);
    assert_eq!(sent.state_on(sent.valid_until.plus_ms(DAY_MS)), QuoteState::Expired);
    let accepted = Quote { state: QuoteState::Accepted, ..sent.clone() };
    assert_eq!(accepted.state_on(sent.valid_until.plus_ms(DAY_MS)), QuoteState::Accepted);
    assert!(hindrance(QuoteState::Expired, false, today()).is_some_and(|sentence| sentence.contains("was valid until 24 Nov 2025")));
    assert!(hindrance(QuoteState::Sent, true, today()).is_some_and(|sentence| sentence.contains("newer version")));
    assert_eq!(hindrance(QuoteState::OnReview, false, today()), None);
}

#[test]
fn a_quote_is_valid_from_today_to_a_year() {
    let filled = |text: &str| {
        let (mut one, mut errors) = (quote(Vec::new()), FieldErrors::default());
        one.fill(&form(&format!("valid_until={text}")), today(), &mut errors);
        errors.into_result().map(|()| one.valid_until)
    };
    assert_eq!(filled("2025-11-24"), Ok(today()));
    for text in ["2025-11-23", "2027-01-01", "soon", ""] {
        assert!(filled(text).is_err(), "{text}");
    }
}

#[test]
fn lines_move_by_one_and_stay_at_the_ends() {
    let mut of = quote(vec![line(1, "1", 1), line(2, "1", 2), line(3, "1", 3)]);
    let order = |of: &Quote| of.lines.iter().map(|line| line.id.0).collect::<Vec<_>>();
    assert!(of.move_line(QuoteLineId(3), true));
    assert_eq!(order(&of), [1, 3, 2]);
    assert!(of.move_line(QuoteLineId(1), true) && of.move_line(QuoteLineId(2), false));
    assert_eq!(order(&of), [1, 3, 2]);
    assert!(!of.move_line(QuoteLineId(9), true));
}

#[test]
fn the_history_says_which_lines_are_others() {
    let before = quote(vec![line(1, "1", 100), line(2, "2", 100)]);
    let mut after = before.clone();
    after.lines.swap(0, 1);
    let told = |after: &Quote| after.changes_since(&before).into_iter().map(|change| change.what).collect::<Vec<_>>();
    assert_eq!(told(&after), ["Order"]);
    after.lines[0].quantity = Quantity::ONE;
    after.lines.push(line(3, "1", 5));
    assert_eq!(told(&after), ["Total", "Line", "Line", "Order"]);
    assert_eq!(told(&Quote { lines: vec![line(1, "1", 100)], ..before.clone() }), ["Total", "Line"]);
    assert!(told(&before).is_empty());
    let noted = Quote { memo: "Careful".to_owned(), ..before.clone() };
    let memo = TextChange { what: "Memo".to_owned(), old: String::new(), new: "changed".to_owned() };
    assert_eq!(noted.changes_since(&before), std::slice::from_ref(&memo), "what it says stays in the house");
    assert_eq!(before.changes_since(&noted), [memo]);
}

#[test]
fn the_customer_reads_nothing_of_what_a_line_was_made_of() {
    let made = QuoteLine::of(&product("20", "GBP"), None, "GBP").expect("a line");
    assert!(made.product.is_some() && made.listed_tax.is_some());
    let shown = QuotePaper { lines: vec![QuoteLine { id: QuoteLineId(5), ..made.clone() }], ..paper("Q-2025-7", 1) }.for_public();
    assert_eq!(shown.lines, [QuoteLine { product: None, listed_tax: None, ..made }]);
}

#[test]
fn a_pattern_names_each_quote() {
    let name = |pattern: &str| NumberPattern::parse(pattern).map(|pattern| pattern.name(42, today()));
    assert_eq!(name("Q-{year}-{number}").as_deref(), Ok("Q-2025-42"));
    assert_eq!(name("{number:6}").as_deref(), Ok("000042"));
    assert_eq!(name("Offer {number} of {year}").as_deref(), Ok("Offer 42 of 2025"));
    for pattern in ["", "Q", "{year}", "{number", "{number}{number}", "{month}{number}", "{number:0}", "{number:99}", "{year:2}{number}"] {
        assert!(name(pattern).is_err(), "{pattern}");
    }
    assert_eq!(NumberPattern::default().name(1, today()), "Q-2025-1");
}

#[test]
fn settings_take_stages_on_offer_only() {
    let catalog = cast::catalog();
    let stage = catalog.offered(ChoiceList::Stage).next().expect("a stage").id;
    let (mut settings, mut errors) = (QuoteSettings::default(), FieldErrors::default());
    settings.fill(&form(&format!("stage_accepted={stage}&stage_denied=&valid_days=14&sender=1+High+St")), &catalog, &mut errors);
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!((settings.stage_of(QuoteState::Accepted), settings.stage_of(QuoteState::Denied)), (Some(stage), None));
    assert_eq!(settings.changes_since(&QuoteSettings::default(), &catalog).len(), 3);
    settings.fill(&form("stage_sent=9999&valid_days=0&pattern=Q"), &catalog, &mut errors);
    for field in ["stage_sent", "valid_days", "pattern"] {
        assert!(errors.get(field).is_some(), "{field}");
    }
}

#[test]
fn the_file_of_a_quote_has_a_plain_name() {
    assert_eq!(paper("Q-2025-7", 2).file_name(), "Q-2025-7-revision-2.pdf");
    assert_eq!(paper("../Ä\"", 1).file_name(), "quote.pdf");
}

fn any_line() -> impl Strategy<Value = QuoteLine> {
    let period = proptest::sample::select(Period::ALL.to_vec());
    (1_i64..=2_000_000, 0_i64..=5_000_000, 0_i64..=10_000, 0_i64..=2_500, period).prop_map(|(quantity, price_minor, discount, tax, period)| {
        QuoteLine {
            quantity: Quantity::try_from(quantity).expect("a quantity"),
            price_minor,
            discount: Share::try_from(discount).expect("a share"),
            tax: Share::try_from(tax).expect("a share"),
            period,
            ..QuoteLine::blank()
        }
    })
}

proptest! {
    #[test]
    fn totals_are_the_sums_of_what_the_lines_say(lines in proptest::collection::vec(any_line(), 0..30)) {
        let totals = Totals::of(&lines, "GBP").unwrap();
        let each: Vec<Amounts> = lines.iter().map(|line| line.amounts("GBP").unwrap()).collect();
        prop_assert_eq!(totals.all.net_minor, each.iter().map(|one| one.net_minor).sum::<i64>());
        prop_assert_eq!(totals.all.total(), each.iter().map(|one| one.total()).sum::<i64>());
        let nets = |sums: Vec<Amounts>| (sums.iter().map(|one| one.net_minor).sum::<i64>(), sums.iter().map(|one| one.tax_minor).sum::<i64>());
        let all = (totals.all.net_minor, totals.all.tax_minor);
        prop_assert_eq!(nets(totals.periods.iter().map(|(_, sum)| *sum).collect()), all);
        prop_assert_eq!(nets(totals.taxes.iter().map(|(_, sum)| *sum).collect()), all);
    }

    #[test]
    fn the_order_of_lines_changes_no_total(lines in proptest::collection::vec(any_line(), 0..20), turn in 0_usize..20) {
        let mut other = lines.clone();
        if !other.is_empty() {
            other.rotate_left(turn % lines.len());
        }
        prop_assert_eq!(Totals::of(&lines, "GBP"), Totals::of(&other, "GBP"));
    }

    #[test]
    fn no_line_is_more_than_half_a_minor_unit_off(line in any_line()) {
        let amounts = line.amounts("GBP").unwrap();
        let left = 10_000 - line.discount.basis_points();
        let exact = i128::from(line.price_minor) * i128::from(line.quantity.thousandths()) * i128::from(left);
        let off = i128::from(amounts.net_minor) * 10_000_000 - exact;
        prop_assert!((-5_000_000 < off) && (off <= 5_000_000), "{}", off);
        let tax_off = i128::from(amounts.tax_minor) * 10_000 - i128::from(amounts.net_minor) * i128::from(line.tax.basis_points());
        prop_assert!((-5_000 < tax_off) && (tax_off <= 5_000), "{}", tax_off);
    }

    #[test]
    fn no_line_panics(quantity in 1_i64..=1_000_000_000, price in 0_i64..=i64::MAX, discount in 0_i64..=10_000, tax in 0_i64..=10_000) {
        let line = QuoteLine {
            quantity: Quantity::try_from(quantity).expect("a quantity"),
            price_minor: price,
            discount: Share::try_from(discount).expect("a share"),
            tax: Share::try_from(tax).expect("a share"),
            ..QuoteLine::blank()
        };
        if let Ok(amounts) = line.amounts("KWD") {
            prop_assert!(amounts.net_minor >= 0 && amounts.tax_minor >= 0 && amounts.total() <= 1_000_000_000_000_000);
        }
        let many = vec![line; LINES_MOST];
        let _ = Totals::of(&many, "KWD");
    }

    #[test]
    fn a_quantity_reads_back(thousandths in 1_i64..=1_000_000_000) {
        let quantity = Quantity::try_from(thousandths).expect("a quantity");
        prop_assert_eq!(Quantity::parse(&quantity.plain()), Ok(quantity));
    }
}
