use proptest::prelude::*;

use super::*;
use crate::cast::{self, MAYA, NOW};
use crate::quote::Quantity;
use crate::{FieldErrors, FormValues};

fn form(text: &str) -> FormValues {
    FormValues::decode(text.as_bytes())
}

fn today() -> Timestamp {
    NOW.start_of_day()
}

fn customer() -> Customer {
    Customer { id: CustomerId(3), number: "C-00003".to_owned(), ..Customer::of_lead(&cast::lead(), today(), NOW) }
}

fn line(price_minor: i64, tax: i64) -> InvoiceLine {
    let sold = Sold { text: "Seat".to_owned(), price_minor, tax: Share::try_from(tax).expect("a share"), ..Sold::blank() };
    InvoiceLine { service: None, sold, of: BillingPeriod { from: today(), until: Some(today().plus_ms(29 * DAY_MS)) } }
}

fn invoice(lines: Vec<InvoiceLine>) -> Invoice {
    let customer = customer();
    let of = Issue { kind: InvoiceKind::Invoice, customer: &customer, currency: "GBP", today: today(), due_days: 14, by: Some(MAYA), now: NOW };
    let issued = Invoice::issue(of, lines);
    Invoice { id: InvoiceId(9), number: InvoiceNumber { number: 7, ..issued.number }, ..issued }
}

fn paid(amount_minor: i64) -> Payment {
    Payment { amount_minor, paid_on: today(), note: String::new() }
}

#[test]
fn an_invoice_is_open_until_it_is_paid_or_cancelled() {
    let one = invoice(vec![line(1000, 2000)]);
    assert_eq!((one.name().as_str(), one.total_words().as_str(), one.left_minor()), ("INV-2025-00007", "£12.00", 1200));
    assert_eq!((one.state(), one.due_on), (InvoiceState::Open, today().plus_ms(14 * DAY_MS)));
    assert!(!one.is_overdue(one.due_on) && one.is_overdue(one.due_on.plus_ms(DAY_MS)));
    let half = Invoice { payments: vec![paid(500)], ..one.clone() };
    assert_eq!((half.state(), half.left_minor()), (InvoiceState::Open, 700));
    let whole = Invoice { payments: vec![paid(500), paid(700)], ..one.clone() };
    assert_eq!((whole.state(), whole.left_minor(), whole.is_overdue(today().plus_ms(99 * DAY_MS))), (InvoiceState::Paid, 0, false));
    let cancelled = Invoice { cancelled_at: Some(NOW), ..whole };
    assert_eq!(cancelled.state(), InvoiceState::Cancelled);
    assert_eq!(Invoice { kind: InvoiceKind::CreditNote, ..one }.state(), InvoiceState::Issued);
}

#[test]
fn a_payment_is_no_more_than_what_is_left_and_not_of_tomorrow() {
    let one = Invoice { payments: vec![paid(200)], ..invoice(vec![line(1000, 2000)]) };
    let read = |text: &str| {
        let mut errors = FieldErrors::default();
        Payment::read(&form(text), &one, today(), &mut errors).ok_or(errors)
    };
    assert_eq!(read("note=Cash").map(|payment| (payment.amount_minor, payment.paid_on)), Ok((1000, today())));
    assert_eq!(read("amount=2.50&paid_on=2025-11-01").map(|payment| payment.amount_minor), Ok(250));
    for (text, field) in
        [("amount=10.01", "amount"), ("amount=0", "amount"), ("amount=x", "amount"), ("paid_on=2025-11-25", "paid_on"), ("paid_on=x", "paid_on")]
    {
        assert!(read(text).is_err_and(|errors| errors.get(field).is_some()), "{text}");
    }
}

#[test]
fn the_customer_reads_what_stands_on_it_and_nothing_else() {
    let seat = InvoiceLine { service: Some(ServiceId(4)), ..line(1000, 2000) };
    let one = Invoice {
        payments: vec![Payment { note: "Bank".to_owned(), ..paid(500) }],
        made_of: Some(Named { id: InvoiceId(8), name: "PRO-2025-00003".to_owned() }),
        reason: "Twice".to_owned(),
        sent_to: "jo@field.example".to_owned(),
        ..invoice(vec![seat])
    };
    let shown = one.clone().for_public();
    assert_eq!((shown.name(), shown.total_words(), shown.left_minor(), &shown.to), (one.name(), one.total_words(), one.left_minor(), &one.to));
    assert_eq!((shown.payments.as_slice(), shown.lines.as_slice()), (&[paid(500)][..], &[line(1000, 2000)][..]));
    assert_eq!(shown.made_of.map(|of| (of.id, of.name)), Some((InvoiceId(0), "PRO-2025-00003".to_owned())));
    assert_eq!((shown.reason.as_str(), shown.sent_to.as_str(), shown.created_by, shown.version), ("", "", None, 0));
}

#[test]
fn what_is_made_of_an_invoice_names_it() {
    let proforma = Invoice { kind: InvoiceKind::Proforma, payments: vec![paid(1200)], ..invoice(vec![line(1000, 2000)]) };
    let made = proforma.turned_into(InvoiceKind::Invoice, today(), Some(MAYA), NOW);
    assert_eq!((made.kind, made.number.kind, made.number.number, made.id), (InvoiceKind::Invoice, InvoiceKind::Invoice, 0, InvoiceId(0)));
    assert_eq!((made.state(), &made.lines), (InvoiceState::Paid, &proforma.lines));
    assert_eq!(made.made_of.map(|of| of.id), Some(InvoiceId(9)));
    let cancelled = Invoice { kind: InvoiceKind::Invoice, cancelled_at: Some(NOW), reason: "Twice".to_owned(), ..proforma };
    let note = cancelled.turned_into(InvoiceKind::CreditNote, today(), Some(MAYA), NOW);
    assert_eq!((note.state(), note.reason.as_str(), note.paid_minor()), (InvoiceState::Issued, "Twice", 0));
    assert_eq!(note.totals(), cancelled.totals());
}

#[test]
fn payments_are_removed_while_nothing_was_built_upon_them() {
    let one = Invoice { payments: vec![paid(1200)], ..invoice(vec![line(1000, 2000)]) };
    let other = Some(Named { id: InvoiceId(8), name: "PRO-2025-00001".to_owned() });
    assert_eq!(one.why_payments_stay(), None);
    for (built, said) in [
        (Invoice { became: other.clone(), ..one.clone() }, "became PRO-2025-00001"),
        (Invoice { made_of: other, ..one.clone() }, "because PRO-2025-00001 was paid"),
        (Invoice { cancelled_at: Some(NOW), ..one }, "was cancelled"),
    ] {
        assert!(built.why_payments_stay().is_some_and(|sentence| sentence.contains(said)), "{said}");
    }
}

#[test]
fn words_read_back() {
    for kind in InvoiceKind::ALL {
        assert_eq!(InvoiceKind::from_key(kind.key()), Some(kind));
    }
    for state in InvoiceState::ALL {
        assert_eq!(InvoiceState::from_key(state.key()), Some(state));
    }
    let filter = InvoiceFilter { kind: Some(InvoiceKind::Proforma), state: Some(InvoiceState::Open), customer: Some(CustomerId(7)) };
    assert_eq!(InvoiceFilter::from_query(&filter.to_query()), filter);
    assert_eq!(InvoiceFilter::from_query("kind=x&state=&customer=y"), InvoiceFilter::default());
}

fn any_line() -> impl Strategy<Value = InvoiceLine> {
    (1_i64..=2_000_000, 0_i64..=5_000_000, 0_i64..=10_000, 0_i64..=2_500).prop_map(|(quantity, price_minor, discount, tax)| {
        let mut one = line(price_minor, tax);
        one.sold.quantity = Quantity::try_from(quantity).expect("a quantity");
        one.sold.discount = Share::try_from(discount).expect("a share");
        one
    })
}

proptest! {
    #[test]
    fn totals_are_the_sums_of_what_is_shown(lines in proptest::collection::vec(any_line(), 0..40)) {
        let one = invoice(lines);
        let totals = one.totals().unwrap();
        let shown: Vec<Amounts> = one.lines.iter().map(|line| line.amounts("GBP").unwrap()).collect();
        prop_assert_eq!(totals.all.net_minor, shown.iter().map(|amounts| amounts.net_minor).sum::<i64>());
        prop_assert_eq!(totals.all.tax_minor, shown.iter().map(|amounts| amounts.tax_minor).sum::<i64>());
        prop_assert_eq!(totals.all.total(), totals.taxes.iter().map(|(_, amounts)| amounts.total()).sum::<i64>());
        prop_assert_eq!(one.left_minor(), totals.all.total());
        let note = one.turned_into(InvoiceKind::CreditNote, today(), None, NOW);
        prop_assert_eq!(note.totals().unwrap(), totals);
    }

    #[test]
    fn payments_up_to_the_total_leave_nothing(lines in proptest::collection::vec(any_line(), 1..10), parts in 1_i64..6) {
        let mut one = invoice(lines);
        let total = one.totals().unwrap().all.total();
        for _ in 0..parts {
            let part = (total / parts).min(one.left_minor());
            if part > 0 {
                one.payments.push(paid(part));
            }
        }
        let left = one.left_minor();
        prop_assert_eq!(one.paid_minor() + left, total);
        if left > 0 {
            let rest = Payment::read(&form(""), &one, today(), &mut FieldErrors::default()).unwrap();
            one.payments.push(rest);
        }
        prop_assert_eq!((one.state(), one.left_minor()), (InvoiceState::Paid, 0));
    }
}
