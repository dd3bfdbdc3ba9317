use proptest::prelude::*;

use super::*;
use crate::cast::{self, MAYA, NOW};
use crate::customer::Customer;
use crate::invoice::{Invoice, Issue, Payment};
use crate::lead::ActionInput;
use crate::quote::{ForDeal, Quantity, Sold};
use crate::{
    AccountKind, ChoiceId, DAY_MS, FieldErrors, FormValues, LeadAction, LeadState, Opportunity, OpportunityId, Period, Product, ProductId, Quote,
    QuoteId, QuoteLine, QuoteLineId, QuoteState, Share,
};

fn form(text: &str) -> FormValues {
    FormValues::decode(text.as_bytes())
}

fn today() -> Timestamp {
    NOW.start_of_day()
}

fn share(points: i64) -> Share {
    Share::try_from(points).expect("a share")
}

fn line(id: i64, price_minor: i64) -> QuoteLine {
    QuoteLine { id: QuoteLineId(id), text: format!("Line {id}"), price_minor, ..QuoteLine::blank() }
}

fn quote(id: i64, currency: &str, lines: Vec<QuoteLine>) -> Quote {
    let opportunity = Named { id: OpportunityId(1), name: "Deal".to_owned() };
    let deal = ForDeal { lead: LeadId(1), opportunity, currency: currency.to_owned() };
    let blank = Quote::blank(deal, today().plus_ms(10 * DAY_MS), MAYA, NOW);
    Quote { id: QuoteId(id), reference: format!("Q-{id}"), state: QuoteState::Sent, lines, ..blank }
}

fn draft() -> ConversionDraft {
    ConversionDraft::begin(&cast::lead(), ConversionKind::ActiveWithInvoice, None, today(), NOW)
}

fn chosen(quotes: &[Quote]) -> ConversionDraft {
    let mut draft = draft();
    draft.choose(quotes, "GBP", today());
    draft
}

fn problems(draft: &ConversionDraft, quotes: &[Quote], products: &[Product]) -> FieldErrors {
    let mut errors = FieldErrors::default();
    draft.check(quotes, products, &ConversionKind::ALL, today(), &mut errors);
    errors
}

#[test]
fn services_are_the_lines_of_the_quotes_and_stay_as_they_were_edited() {
    let (one, two) = (quote(1, "GBP", vec![line(1, 100), line(2, 200)]), quote(2, "GBP", vec![line(3, 300)]));
    let mut draft = chosen(&[one.clone(), two.clone()]);
    let texts = |draft: &ConversionDraft| draft.services.iter().map(|service| service.sold.text.clone()).collect::<Vec<_>>();
    assert_eq!(texts(&draft), ["Line 1", "Line 2", "Line 3"]);
    let mut errors = FieldErrors::default();
    assert!(draft.change_service(1, &form("text=Edited&price=5"), &mut errors) && draft.remove_service(2) && !draft.remove_service(2));
    draft.add_service(&form("text=Free&price=7"), today(), &mut errors);
    assert!(errors.is_empty() && !draft.change_service(99, &form("text=X"), &mut errors));
    draft.choose(&[one.clone(), two.clone()], "GBP", today());
    assert_eq!(texts(&draft), ["Edited", "Line 3", "Free"], "what was edited and removed stays so");
    draft.choose(std::slice::from_ref(&two), "GBP", today());
    assert_eq!(texts(&draft), ["Line 3", "Free"]);
    draft.choose(&[one.clone(), two], "GBP", today());
    assert_eq!(texts(&draft), ["Line 1", "Line 2", "Line 3", "Free"], "chosen anew, it begins anew");
    let keys: std::collections::BTreeSet<_> = draft.services.iter().map(|service| service.key).collect();
    assert_eq!(keys.len(), 4);
    let revised = Quote { revision: 2, lines: vec![line(1, 150)], ..one };
    assert!(problems(&draft, std::slice::from_ref(&revised), &[]).get("quotes").is_some());
    draft.choose(std::slice::from_ref(&revised), "GBP", today());
    assert_eq!(draft.services[0].sold.price_minor, 150, "a revision's lines are those of now");
}

#[test]
fn without_quotes_and_services_it_is_in_the_lead_s_currency_again() {
    let euros = quote(1, "EUR", vec![line(1, 100)]);
    let mut draft = chosen(std::slice::from_ref(&euros));
    assert_eq!(draft.currency, "EUR");
    draft.add_service(&form("text=Free&price=7"), today(), &mut FieldErrors::default());
    draft.choose(&[], "GBP", today());
    assert_eq!(draft.currency, "EUR", "what was added is in euros");
    draft.remove_service(draft.services[0].key);
    draft.choose(&[], "GBP", today());
    assert_eq!(draft.currency, "GBP");
}

#[test]
fn many_quotes_are_no_way_round_the_most_services() {
    let quotes: Vec<Quote> = (0..2).map(|nth| quote(nth + 1, "GBP", (0..60).map(|id| line(nth * 60 + id + 1, 1)).collect())).collect();
    assert!(problems(&chosen(&quotes), &quotes, &[]).get("services").is_some_and(|sentence| sentence.contains("more than 100 services")));
    assert!(problems(&chosen(&quotes[..1]), &quotes[..1], &[]).is_empty());
}

#[test]
fn quotes_that_cannot_be_chosen_are_named() {
    let good = quote(1, "GBP", vec![line(1, 100)]);
    for (quote, part) in [
        (Quote { state: QuoteState::New, ..good.clone() }, "was not sent yet"),
        (Quote { state: QuoteState::Denied, ..good.clone() }, "was denied"),
        (Quote { state: QuoteState::Expired, ..good.clone() }, "was valid until"),
        (Quote { valid_until: today().plus_ms(-DAY_MS), ..good.clone() }, "was valid until"),
    ] {
        let errors = problems(&chosen(std::slice::from_ref(&quote)), &[quote], &[]);
        assert!(errors.get("quotes").is_some_and(|sentence| sentence.contains(part)), "{part}: {errors:?}");
    }
    for state in [QuoteState::Sent, QuoteState::OnReview, QuoteState::Accepted] {
        let quote = Quote { state, ..good.clone() };
        assert!(problems(&chosen(std::slice::from_ref(&quote)), &[quote], &[]).is_empty());
    }
    let euro = quote(2, "EUR", vec![line(2, 100)]);
    let errors = problems(&chosen(&[good.clone(), euro.clone()]), &[good, euro], &[]);
    assert_eq!(errors.get("quotes"), Some("Q-1 is in GBP and Q-2 in EUR; choose quotes in one currency"));
}

#[test]
fn what_would_make_no_sense_is_a_problem_at_its_field() {
    let mut empty = draft();
    assert!(problems(&empty, &[], &[]).get("kind").is_some(), "nothing to bill");
    empty.kind = ConversionKind::Active;
    assert!(problems(&empty, &[], &[]).is_empty());
    let free = quote(1, "GBP", vec![line(1, 0)]);
    let mut draft = chosen(std::slice::from_ref(&free));
    draft.kind = ConversionKind::InactiveWithProforma;
    assert!(problems(&draft, std::slice::from_ref(&free), &[]).get("kind").is_some_and(|sentence| sentence.contains("nothing to pay")));
    let large = quote(1, "GBP", vec![line(1, 60_000_000_000_000), line(2, 60_000_000_000_000)]);
    assert!(problems(&chosen(std::slice::from_ref(&large)), &[large], &[]).get("services").is_some(), "too much together");
    let mut off = FieldErrors::default();
    draft.check(&[free], &[], &[ConversionKind::Active], today(), &mut off);
    assert!(off.get("kind").is_some_and(|sentence| sentence.contains("switched off")));
    let mut backwards = chosen(&[quote(1, "GBP", vec![line(1, 100)])]);
    let mut errors = FieldErrors::default();
    backwards.change_service(1, &form("text=X&start=2025-12-01&end=2025-11-30"), &mut errors);
    assert!(errors.get("end").is_some());
    backwards.services[0].end = Some(today().plus_ms(-DAY_MS));
    backwards.services[0].start = today();
    assert!(problems(&backwards, &[quote(1, "GBP", vec![line(1, 100)])], &[]).get("services").is_some());
}

#[test]
fn a_rate_that_changed_is_kept_or_taken_over() {
    let product = Product { id: ProductId(5), tax: share(2000), ..Product::blank("GBP", NOW) };
    let listed = QuoteLine { product: Some(ProductId(5)), listed_tax: Some(share(1900)), tax: share(1900), ..line(1, 100) };
    let quote = quote(1, "GBP", vec![listed]);
    let mut draft = chosen(std::slice::from_ref(&quote));
    let products = [product];
    assert!(problems(&draft, std::slice::from_ref(&quote), &products).get("keep_taxes").is_some());
    let mut kept = draft.clone();
    kept.take_fields(&form("keep_taxes=1"), None, &mut FieldErrors::default());
    assert!(problems(&kept, std::slice::from_ref(&quote), &products).is_empty());
    draft.take_over_taxes(&products);
    assert_eq!(draft.services[0].sold.tax, share(2000));
    assert!(problems(&draft, &[quote], &products).is_empty());
}

#[test]
fn what_was_typed_is_kept_as_it_is() {
    let mut draft = draft();
    let mut errors = FieldErrors::default();
    draft.take_fields(&form("name=&emails=nonsense&kind=active&unknown=1"), Some(Some(CustomerId(4))), &mut errors);
    assert!(errors.is_empty());
    assert_eq!((draft.fields.get("name"), draft.fields.get("emails"), draft.fields.find("unknown")), ("", "nonsense", None));
    assert_eq!((draft.kind, draft.customer), (ConversionKind::Active, Some(CustomerId(4))));
    draft.take_fields(&form("kind=x"), None, &mut errors);
    assert!(errors.get("kind").is_some());
    let text = serde_json::to_string(&draft).expect("it is written");
    assert_eq!(serde_json::from_str::<ConversionDraft>(&text).expect("it is read"), draft);
}

#[test]
fn the_first_invoice_bills_the_first_period_of_each() {
    let service =
        |period, start| crate::Service { sold: Sold { period, ..Sold::blank() }, ..crate::Service::blank(CustomerId(1), "GBP", start, NOW) };
    let lines = first_lines(&[service(Period::Once, today()), service(Period::Month, today().plus_ms(10 * DAY_MS))]);
    assert_eq!(lines.len(), 2);
    assert_eq!((lines[0].of.until, lines[1].of.from), (None, today().plus_ms(10 * DAY_MS)));
}

#[test]
fn settings_are_read_with_a_default_that_is_offered() {
    let catalog = cast::catalog();
    let filled = |text: &str| {
        let (mut settings, mut errors) = (ConversionSettings::default(), FieldErrors::default());
        settings.fill(&form(text), &catalog, &mut errors);
        errors.into_result().map(|()| settings)
    };
    let won = cast::status(cast::SALES, "Won");
    let settings = filled(&format!("kind=&kind=active&default=active&due_days=30&won_1={won}&won_2=&then_1=nothing&then_2=open")).unwrap();
    assert_eq!((settings.offered.as_slice(), settings.default, settings.due_days), (&[ConversionKind::Active][..], ConversionKind::Active, 30));
    assert_eq!((settings.won_status(cast::SALES, &catalog), settings.won_status(cast::RENEWAL, &catalog)), (Some(won), None));
    assert_eq!((settings.when_won(cast::SALES), settings.when_won(cast::RENEWAL)), (WhenWon::Nothing, WhenWon::Open));
    assert_eq!(settings.changes_since(&ConversionSettings::default(), &catalog).len(), 5);
    for (text, field) in [
        ("kind=", "kind"),
        ("kind=&kind=active", "default"),
        ("default=x", "default"),
        ("due_days=366", "due_days"),
        ("won_1=1", "won_1"),
        ("then_1=", "then_1"),
    ] {
        assert!(filled(text).is_err_and(|errors| errors.get(field).is_some()), "{text}");
    }
}

#[test]
fn words_read_back() {
    for kind in ConversionKind::ALL {
        assert_eq!(ConversionKind::from_key(kind.key()), Some(kind));
    }
    for way in WhenWon::ALL {
        assert_eq!(WhenWon::from_key(way.key()), Some(way));
    }
    assert_eq!(ConversionKind::InactiveWithProforma.state_after(None), CustomerState::Inactive);
    assert_eq!(ConversionKind::InactiveWithProforma.state_after(Some(CustomerState::Active)), CustomerState::Active);
    assert_eq!(ConversionKind::Active.state_after(Some(CustomerState::Inactive)), CustomerState::Active);
}

fn invoice() -> Invoice {
    let customer = Customer::of_lead(&cast::lead(), today(), NOW);
    let of = Issue { kind: InvoiceKind::Invoice, customer: &customer, currency: "GBP", today: today(), due_days: 14, by: None, now: NOW };
    let mut issued = Invoice::issue(of, Vec::new());
    let service = crate::Service::blank(CustomerId(1), "GBP", today(), NOW);
    issued.lines = first_lines(&[crate::Service { sold: Sold { price_minor: 100, quantity: Quantity::ONE, ..Sold::blank() }, ..service }]);
    issued
}

fn conversion(customer: Option<CustomerState>) -> Conversion {
    let traces = Traces { lead: None, quotes: Vec::new(), deals: Vec::new(), account_kinds: vec![AccountKind::Prospect], customer };
    Conversion {
        id: ConversionId(1),
        kind: ConversionKind::ActiveWithInvoice,
        lead: LeadId(1),
        customer: Some(CustomerId(1)),
        customer_name: "C-00001 Acme".to_owned(),
        invoice: None,
        invoice_name: String::new(),
        services: Vec::new(),
        by: MAYA,
        at: NOW,
        undone_at: None,
        undone_by: None,
        traces,
    }
}

fn facts() -> UndoFacts {
    UndoFacts {
        lead: Lead { state: LeadState::Won { at: NOW }, ..cast::lead() },
        customer_state: Some(CustomerState::Active),
        invoice: Some(invoice()),
        is_last_number: true,
        other_invoices: 0,
        other_services: 0,
        billed_since: 0,
        later_conversions: 0,
    }
}

#[test]
fn a_conversion_is_taken_back_for_a_day_while_nothing_was_built_upon_it() {
    let one = conversion(None);
    assert_eq!(one.undo_plan(&facts(), NOW), Ok(UndoPlan { invoice: InvoiceUndo::Remove, customer: CustomerUndo::Remove }));
    assert!(one.undo_plan(&facts(), NOW.plus_ms(UNDO_WITHIN_MS)).is_ok() && one.undo_plan(&facts(), NOW.plus_ms(UNDO_WITHIN_MS + 1)).is_err());
    let not_last = UndoFacts { is_last_number: false, ..facts() };
    assert_eq!(one.undo_plan(&not_last, NOW), Ok(UndoPlan { invoice: InvoiceUndo::Cancel, customer: CustomerUndo::Keep }));
    let without = UndoFacts { invoice: None, ..facts() };
    assert_eq!(one.undo_plan(&without, NOW), Ok(UndoPlan { invoice: InvoiceUndo::Nothing, customer: CustomerUndo::Remove }));
    let payment = Payment { amount_minor: 1, paid_on: today(), note: String::new() };
    for (facts, part) in [
        (UndoFacts { invoice: Some(Invoice { sent_at: Some(NOW), ..invoice() }), ..facts() }, "sent"),
        (UndoFacts { invoice: Some(Invoice { payments: vec![payment], ..invoice() }), ..facts() }, "paid"),
        (UndoFacts { invoice: Some(Invoice { cancelled_at: Some(NOW), ..invoice() }), ..facts() }, "cancelled"),
        (UndoFacts { lead: cast::lead(), ..facts() }, "reopened"),
        (UndoFacts { billed_since: 1, ..facts() }, "billed since"),
        (UndoFacts { later_conversions: 1, ..facts() }, "Another lead"),
        (UndoFacts { other_invoices: 1, ..facts() }, "another invoice"),
        (UndoFacts { other_services: 1, ..facts() }, "another service"),
    ] {
        assert!(one.undo_plan(&facts, NOW).is_err_and(|sentence| sentence.contains(part)), "{part}");
    }
    let undone = Conversion { undone_at: Some(NOW), ..one };
    assert!(undone.undo_plan(&facts(), NOW).is_err());
}

#[test]
fn an_existing_customer_becomes_again_what_it_was() {
    let one = conversion(Some(CustomerState::Inactive));
    let used = UndoFacts { other_invoices: 4, other_services: 2, ..facts() };
    assert_eq!(one.undo_plan(&used, NOW).map(|plan| plan.customer), Ok(CustomerUndo::Restore(CustomerState::Inactive)));
    let changed = UndoFacts { customer_state: Some(CustomerState::Inactive), ..used };
    assert_eq!(one.undo_plan(&changed, NOW).map(|plan| plan.customer), Ok(CustomerUndo::Restore(CustomerState::Inactive)));
}

fn any_kinds() -> impl Strategy<Value = Vec<AccountKind>> {
    proptest::sample::subsequence(AccountKind::ALL.to_vec(), 0..=5)
}

proptest! {
    #[test]
    fn taking_back_restores_every_row(
        begun in any::<bool>(),
        states in proptest::collection::vec(proptest::sample::select(vec![QuoteState::Sent, QuoteState::OnReview, QuoteState::Accepted]), 0..4),
        stage in (1_i64..4, 1_i64..4),
        amount in (proptest::option::of(0_i64..100), proptest::option::of(0_i64..100)),
        kinds in any_kinds(),
    ) {
        let catalog = cast::catalog();
        let mut lead = cast::lead();
        let input = ActionInput { actor: MAYA, now: NOW, reason: None };
        if begun {
            lead.act(LeadAction::Start, input, &catalog).unwrap();
        }
        let before = lead.clone();
        let trace = LeadTrace::of(&before);
        lead.act(LeadAction::Win, ActionInput { now: NOW.plus_ms(5), ..input }, &catalog).unwrap();
        prop_assert!(lead != before);
        trace.restore(&mut lead);
        prop_assert_eq!(lead, before);

        for state in states {
            let before = Quote { state, answered_at: (state == QuoteState::Accepted).then_some(NOW), ..quote(1, "GBP", vec![line(1, 1)]) };
            let trace = QuoteTrace::of(&before);
            let accepted = Quote { state: QuoteState::Accepted, answered_at: Some(NOW.plus_ms(9)), answered_by: "Jo".to_owned(), ..before.clone() };
            let mut restored = accepted.clone();
            prop_assert!(trace.restore(&mut restored));
            prop_assert_eq!(restored, before);
            let mut denied = Quote { state: QuoteState::Denied, ..accepted };
            let as_it_is = denied.clone();
            prop_assert!(!trace.restore(&mut denied));
            prop_assert_eq!(denied, as_it_is);
        }

        let deal = |stage: i64, amount_minor| Opportunity {
            id: OpportunityId(1),
            version: 1,
            lead: LeadId(1),
            account: cast::ACME,
            name: "Deal".to_owned(),
            stage: ChoiceId(stage),
            amount_minor,
            currency: "GBP".to_owned(),
            probability: None,
            close_at: None,
            follow_up_at: None,
            created_at: NOW,
            updated_at: NOW,
        };
        let (before, after) = (deal(stage.0, amount.0), deal(stage.1, amount.1));
        match DealTrace::between(&before, &after) {
            None => prop_assert_eq!(before, after),
            Some(trace) => {
                let mut restored = after;
                prop_assert!(trace.restore(&mut restored));
                prop_assert_eq!(&restored, &before);
                prop_assert!(!trace.restore(&mut deal(9, None)), "somebody changed it since");
            }
        }

        let traces = Traces { account_kinds: kinds.clone(), ..conversion(None).traces };
        let after = kinds_of_customer(&kinds);
        prop_assert!(after.contains(&AccountKind::Customer) && !after.contains(&AccountKind::Prospect));
        prop_assert_eq!(traces.account_kinds_again(&after), kinds);
    }

    #[test]
    fn totals_of_a_draft_are_the_sums_of_its_services(prices in proptest::collection::vec((0_i64..1_000_000, 1_i64..5_000, 0_i64..2_500), 0..20)) {
        let lines = (1..).zip(&prices).map(|(id, (price, quantity, tax))| QuoteLine {
            quantity: Quantity::try_from(*quantity).unwrap(),
            tax: share(*tax),
            ..line(id, *price)
        });
        let quote = quote(1, "GBP", lines.collect());
        let draft = chosen(std::slice::from_ref(&quote));
        prop_assert_eq!(draft.totals(), quote.totals(), "what was offered is what the customer has");
        let sum: i64 = draft.services.iter().map(|service| service.sold.amounts("GBP").unwrap().total()).sum();
        prop_assert_eq!(draft.totals().unwrap().all.total(), sum);
    }
}
