//! Customers, services, invoices and conversions, on both engines.

use domain::cast::{self, ACME, ADA, ANA, MAYA, NOW};
use domain::conversion::{ConversionSettings, LeadTrace, Traces};
use domain::customer::BillingPeriod;
use domain::invoice::{InvoiceFilter, InvoiceNumber, Issue, Payment};
use domain::quote::{Quantity, Sold};
use domain::{
    AccountId, AccountKind, Address, Billing, ChoiceList, Conversion, ConversionDraft, ConversionId, ConversionKind, Customer, CustomerId,
    CustomerState, DAY_MS, EmailAddress, Invoice, InvoiceId, InvoiceKind, InvoiceLine, InvoiceState, Lead, LeadId, Named, Opportunity, OpportunityId,
    Period, Phone, QuoteLineId, Reach, Role, Scope, Service, ServiceId, Share, Timestamp, WhenWon,
};
use store::accounts::NewAccount;
use store::catalog::{NewLeadType, NewStatus};
use store::contacts::NewContact;
use store::customers::CustomersOf;
use store::leads::NewLead;
use store::people::NewUser;
use store::{Sql, Store, StoreError, Tx, both_engines};

fn account(id: AccountId, name: &str) -> NewAccount {
    NewAccount {
        id,
        name: name.to_owned(),
        kinds: Vec::new(),
        primary_rep: None,
        website: String::new(),
        domains: Vec::new(),
        locations: Vec::new(),
        import: None,
        now: NOW,
    }
}

/// What a lead of the cast refers to.
async fn furnish(tx: &mut Tx) {
    let wanted = cast::catalog();
    tx.accounts().add(&account(ACME, "Acme")).await.unwrap();
    for person in &wanted.people {
        // Who works for a distributor would need the firm.
        let role = if person.role.is_internal() { person.role } else { Role::Rep };
        let email = EmailAddress::parse(&person.email).unwrap();
        let new = NewUser { email, name: person.name.clone(), role, password_hash: String::new(), account: None, at: NOW };
        tx.people().add(new).await.unwrap();
    }
    for lead_type in &wanted.types {
        tx.catalog().add_lead_type(&NewLeadType { name: lead_type.name.clone(), ..NewLeadType::default() }).await.unwrap();
    }
    for status in &wanted.statuses {
        let (lead_type, state, is_default) = (status.lead_type, status.state, status.is_default);
        let new = NewStatus { lead_type, name: status.name.clone(), state, tone: "grey".to_owned(), due_days: None, is_default };
        tx.catalog().add_status(&new).await.unwrap();
    }
    let contact = NewContact {
        id: cast::lead().contact,
        full_name: "Jo Field".to_owned(),
        job_title: String::new(),
        account: Some(ACME),
        phones: Vec::new(),
        emails: Vec::new(),
        import: None,
        now: NOW,
    };
    tx.contacts().add(&contact).await.unwrap();
}

/// Leads 1 and 2 of Acme, each with the deal of its number.
async fn begin(store: &Store) -> Tx {
    let mut tx = store.begin().await.unwrap();
    furnish(&mut tx).await;
    let stage = tx.catalog().add_choice(ChoiceList::Stage, "01-Suspect", true).await.unwrap();
    let leads = [1, 2].map(|id| NewLead { lead: Lead { id: LeadId(id), ..cast::lead() }, import: None, import_key: None });
    tx.leads().add_many(&leads).await.unwrap();
    let deals = [1, 2].map(|id| Opportunity {
        id: OpportunityId(id),
        version: 1,
        lead: LeadId(id),
        account: ACME,
        name: format!("Deal {id}"),
        stage,
        amount_minor: None,
        currency: "GBP".to_owned(),
        probability: None,
        close_at: None,
        follow_up_at: None,
        created_at: NOW,
        updated_at: NOW,
    });
    tx.opportunities().add_many(&deals).await.unwrap();
    tx
}

fn today() -> Timestamp {
    NOW.start_of_day()
}

fn customer(id: i64) -> Customer {
    Customer { id: CustomerId(id), number: Customer::given_number(CustomerId(id)), ..Customer::of_lead(&cast::lead(), today(), NOW) }
}

fn service(id: i64, customer: i64) -> Service {
    let sold =
        Sold { text: format!("Service {id}\nmore"), price_minor: 1000, tax: Share::try_from(2000).unwrap(), period: Period::Month, ..Sold::blank() };
    Service { id: ServiceId(id), sold, ..Service::blank(CustomerId(customer), "GBP", today(), NOW) }
}

/// Of customer 1, of one line for 12.00.
fn invoice(id: i64, kind: InvoiceKind, number: InvoiceNumber) -> Invoice {
    let customer = customer(1);
    let of = Issue { kind, customer: &customer, currency: "GBP", today: today(), due_days: 14, by: Some(MAYA), now: NOW };
    let period = BillingPeriod { from: today(), until: Some(today().plus_ms(29 * DAY_MS)) };
    Invoice { id: InvoiceId(id), number, ..Invoice::issue(of, vec![InvoiceLine::of(&service(1, 1), period)]) }
}

async fn add_invoice(tx: &mut Tx, id: i64, kind: InvoiceKind) -> Invoice {
    let number = tx.invoices().take_number(kind, 2025).await.unwrap();
    let one = invoice(id, kind, number);
    tx.invoices().add(&one, one.totals().unwrap().all).await.unwrap();
    one
}

fn conversion(id: i64, lead: i64) -> Conversion {
    let traces = Traces {
        lead: Some(LeadTrace::of(&cast::lead())),
        quotes: Vec::new(),
        deals: Vec::new(),
        account_kinds: vec![AccountKind::Prospect],
        customer: None,
    };
    Conversion {
        id: ConversionId(id),
        kind: ConversionKind::ActiveWithInvoice,
        lead: LeadId(lead),
        customer: Some(CustomerId(1)),
        customer_name: "C-00001 Acme".to_owned(),
        invoice: None,
        invoice_name: String::new(),
        services: vec![ServiceId(1)],
        by: MAYA,
        at: NOW,
        undone_at: None,
        undone_by: None,
        traces,
    }
}

both_engines!(a_customer_reads_back_as_it_was_added_and_changed, |store| async move {
    let mut tx = begin(&store).await;
    let partner = tx.catalog().add_choice(ChoiceList::Partner, "Vendor House", false).await.unwrap();
    let location = tx.catalog().add_choice(ChoiceList::Location, "Leeds", false).await.unwrap();
    let category = tx.catalog().add_choice(ChoiceList::Category, "Prospect", false).await.unwrap();
    let one = Customer {
        emails: vec![EmailAddress::parse("jo@acme.example").unwrap()],
        phones: vec![Phone { raw: "0161 1".to_owned(), e164: None }],
        partner: Some(partner),
        location: Some(location),
        category: Some(category),
        address: Address { street: "1 High St".to_owned(), state: "Yorks".to_owned(), ..Address::default() },
        tax_id: "GB 1".to_owned(),
        born_on: Timestamp::parse_day("1961-04-05"),
        ..customer(1)
    };
    tx.customers().add(&one).await.unwrap();
    tx.customers().hold(one.id).await.unwrap();
    tx.customers().hold_account(ACME).await.unwrap();
    assert_eq!(tx.customers().find(one.id).await.unwrap().as_ref(), Some(&one));
    assert_eq!(tx.customers().find_by_number("c-00001").await.unwrap().as_ref(), Some(&one));
    assert_eq!(tx.customers().find_of_account(ACME).await.unwrap().as_ref(), Some(&one));
    assert_eq!(tx.customers().find_of_account(AccountId(99)).await.unwrap(), None);
    for (choice, list) in [(partner, ChoiceList::Partner), (location, ChoiceList::Location), (category, ChoiceList::Category)] {
        assert_eq!(tx.catalog().uses_of_choice(choice, list).await.unwrap(), 1);
    }
    for billing in Billing::ALL {
        for state in CustomerState::ALL {
            let other = Customer { billing, state, number: "K-7".to_owned(), name: "Other".to_owned(), partner: None, ..one.clone() };
            assert!(tx.customers().change(&other, 1).await.unwrap());
            assert_eq!(tx.customers().find(one.id).await.unwrap(), Some(other));
        }
    }
    assert!(!tx.customers().change(&one, 7).await.unwrap(), "somebody was faster");
    tx.customers().remove(one.id).await.unwrap();
    assert_eq!(tx.customers().find(one.id).await.unwrap(), None);
});

both_engines!(two_customers_have_no_number_together, |store| async move {
    let mut tx = begin(&store).await;
    tx.customers().add(&Customer { number: "K-7".to_owned(), ..customer(1) }).await.unwrap();
    let second = tx.customers().add(&Customer { number: "k-7".to_owned(), ..customer(2) }).await;
    assert!(matches!(second, Err(StoreError::Conflict { .. })), "{second:?}");
});

both_engines!(customers_are_found_by_words_and_state, |store| async move {
    let mut tx = begin(&store).await;
    tx.customers().add(&Customer { name: "Field & Sons".to_owned(), ..customer(1) }).await.unwrap();
    tx.customers().add(&Customer { state: CustomerState::Inactive, name: "Other".to_owned(), ..customer(2) }).await.unwrap();
    tx.customer_services().add(&[(service(1, 1), None), (Service { end: Some(today().plus_ms(-1)), ..service(2, 1) }, None)]).await.unwrap();
    tx.customer_services().add(&[(Service { stopped_on: Some(today()), ..service(3, 1) }, None)]).await.unwrap();
    add_invoice(&mut tx, 1, InvoiceKind::Invoice).await;
    let mut found = async |words: &[&str], state, before| {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let of = CustomersOf { words: &words, state, before, today: today(), limit: 10 };
        tx.customers().list(of).await.unwrap().into_iter().map(|row| (row.id.0, row.service_count, row.open_count)).collect::<Vec<_>>()
    };
    assert_eq!(found(&[], None, None).await, [(2, 0, 0), (1, 1, 1)]);
    assert_eq!(found(&["sons"], None, None).await, [(1, 1, 1)]);
    assert_eq!(found(&["acme", "00002"], None, None).await, [(2, 0, 0)], "by account and number");
    assert_eq!(found(&["acme"], Some(CustomerState::Active), None).await.len(), 1);
    assert_eq!(found(&[], None, Some(CustomerId(2))).await.len(), 1);
    assert!(found(&["nobody"], None, None).await.is_empty());
});

both_engines!(services_read_back_and_are_due_by_day, |store| async move {
    let mut tx = begin(&store).await;
    tx.customers().add(&customer(1)).await.unwrap();
    tx.customers().add(&customer(2)).await.unwrap();
    let full = Service {
        quote_line: Some(QuoteLineId(7)),
        sold: Sold {
            quantity: Quantity::try_from(1500).unwrap(),
            unit: "seat".to_owned(),
            discount: Share::try_from(1250).unwrap(),
            ..service(1, 1).sold
        },
        end: Some(today().plus_ms(90 * DAY_MS)),
        stopped_on: Some(today().plus_ms(60 * DAY_MS)),
        billed_from: Some(today()),
        ..service(1, 1)
    };
    tx.customer_services()
        .add(&[(full.clone(), Some(today())), (service(2, 2), Some(today().plus_ms(DAY_MS))), (service(3, 1), None)])
        .await
        .unwrap();
    tx.customer_services().add(&[]).await.unwrap();
    assert_eq!(tx.customer_services().find(ServiceId(1)).await.unwrap().as_ref(), Some(&full));
    assert_eq!(tx.customer_services().of_customer(CustomerId(1)).await.unwrap(), [full.clone(), service(3, 1)]);
    assert_eq!(tx.customer_services().count_of(CustomerId(1)).await.unwrap(), 2);
    assert!(tx.customer_services().list_due(today().plus_ms(-1), CustomerId(0), 10).await.unwrap().is_empty());
    assert_eq!(tx.customer_services().list_due(today(), CustomerId(0), 10).await.unwrap(), [CustomerId(1)]);
    assert_eq!(tx.customer_services().list_due(today().plus_ms(DAY_MS), CustomerId(0), 10).await.unwrap(), [CustomerId(1), CustomerId(2)]);
    assert_eq!(tx.customer_services().list_due(today().plus_ms(DAY_MS), CustomerId(1), 10).await.unwrap(), [CustomerId(2)], "after the first");
    tx.customer_services().change_due(ServiceId(3), Some(today())).await.unwrap();
    assert_eq!(
        tx.customer_services().list_due(today().plus_ms(DAY_MS), CustomerId(0), 2).await.unwrap(),
        [CustomerId(1), CustomerId(2)],
        "each once"
    );
    tx.customer_services().change_due(ServiceId(3), None).await.unwrap();
    tx.customer_services().change_due(ServiceId(2), None).await.unwrap();
    for period in Period::ALL {
        let other = Service { sold: Sold { period, text: "Other".to_owned(), ..full.sold.clone() }, end: None, stopped_on: None, ..full.clone() };
        assert!(tx.customer_services().change(&other, None, 1).await.unwrap());
        assert_eq!(tx.customer_services().find(ServiceId(1)).await.unwrap(), Some(other));
    }
    assert!(!tx.customer_services().change(&full, None, 9).await.unwrap(), "somebody was faster");
    assert!(tx.customer_services().list_due(today().plus_ms(DAY_MS), CustomerId(0), 10).await.unwrap().is_empty());
});

both_engines!(an_invoice_reads_back_with_lines_and_payments, |store| async move {
    let mut tx = begin(&store).await;
    tx.customers().add(&customer(1)).await.unwrap();
    tx.customer_services().add(&[(service(1, 1), None)]).await.unwrap();
    let mut one = add_invoice(&mut tx, 1, InvoiceKind::Proforma).await;
    tx.invoices().hold(one.id).await.unwrap();
    assert_eq!(tx.invoices().find(one.id).await.unwrap().as_ref(), Some(&one));
    assert_eq!(tx.invoices().find(InvoiceId(9)).await.unwrap(), None);
    let payment = Payment { amount_minor: 500, paid_on: today(), note: "Cash".to_owned() };
    tx.invoices().add_payment(one.id, 1, &payment).await.unwrap();
    one.payments.push(payment);
    (one.version, one.sent_to, one.sent_at, one.updated_at) = (2, "jo@acme.example".to_owned(), Some(NOW), NOW.plus_ms(1));
    assert!(tx.invoices().change(&one, 1).await.unwrap());
    assert!(!tx.invoices().change(&one, 1).await.unwrap(), "somebody was faster");
    assert_eq!(tx.invoices().find(one.id).await.unwrap().as_ref(), Some(&one));
    let number = tx.invoices().take_number(InvoiceKind::Invoice, 2025).await.unwrap();
    let made = Invoice { id: InvoiceId(2), number, ..one.turned_into(InvoiceKind::Invoice, today(), None, NOW) };
    tx.invoices().add(&made, made.totals().unwrap().all).await.unwrap();
    assert_eq!(tx.invoices().find(made.id).await.unwrap().as_ref(), Some(&made));
    let became = Some(Named { id: made.id, name: "INV-2025-00001".to_owned() });
    assert_eq!(tx.invoices().find(one.id).await.unwrap().unwrap().became, became);
    tx.invoices().add_link("abc", one.id).await.unwrap();
    assert_eq!((tx.invoices().find_link("abc").await.unwrap(), tx.invoices().find_link("x").await.unwrap()), (Some(one.id), None));
    assert_eq!(tx.invoices().count_of_customer(CustomerId(1), None).await.unwrap(), 2);
    assert_eq!(tx.invoices().count_of_customer(CustomerId(1), Some(made.id)).await.unwrap(), 1);
});

both_engines!(invoices_are_listed_by_kind_state_and_customer, |store| async move {
    let mut tx = begin(&store).await;
    tx.customers().add(&customer(1)).await.unwrap();
    tx.customer_services().add(&[(service(1, 1), None)]).await.unwrap();
    for id in 1..=3 {
        add_invoice(&mut tx, id, InvoiceKind::Invoice).await;
    }
    add_invoice(&mut tx, 4, InvoiceKind::CreditNote).await;
    let paid = Payment { amount_minor: 1200, paid_on: today(), note: String::new() };
    let second = tx.invoices().find(InvoiceId(2)).await.unwrap().unwrap();
    assert!(tx.invoices().change(&Invoice { version: 2, payments: vec![paid], ..second }, 1).await.unwrap());
    let third = tx.invoices().find(InvoiceId(3)).await.unwrap().unwrap();
    assert!(tx.invoices().change(&Invoice { version: 2, cancelled_at: Some(NOW), reason: "Twice".to_owned(), ..third }, 1).await.unwrap());
    let mut found = async |filter: InvoiceFilter, before| {
        let rows = tx.invoices().list(filter, before, 10).await.unwrap();
        rows.into_iter().map(|row| (row.id.0, row.state())).collect::<Vec<_>>()
    };
    let all = InvoiceFilter::default();
    let states = [(4, InvoiceState::Issued), (3, InvoiceState::Cancelled), (2, InvoiceState::Paid), (1, InvoiceState::Open)];
    assert_eq!(found(all, None).await, states);
    for one in states {
        assert_eq!(found(InvoiceFilter { state: Some(one.1), ..all }, None).await, [one]);
    }
    assert_eq!(found(InvoiceFilter { kind: Some(InvoiceKind::Invoice), ..all }, Some(InvoiceId(3))).await, states[2..]);
    assert!(found(InvoiceFilter { customer: Some(CustomerId(2)), ..all }, None).await.is_empty());
});

both_engines!(numbers_have_no_gaps, |store| async move {
    let mut tx = begin(&store).await;
    tx.customers().add(&customer(1)).await.unwrap();
    tx.customer_services().add(&[(service(1, 1), None)]).await.unwrap();
    let first = add_invoice(&mut tx, 1, InvoiceKind::Invoice).await;
    tx.save().await.unwrap();
    // One that is not saved takes no number.
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.invoices().take_number(InvoiceKind::Invoice, 2025).await.unwrap().number, 2);
    drop(tx);
    let mut tx = store.begin().await.unwrap();
    let second = add_invoice(&mut tx, 2, InvoiceKind::Invoice).await;
    assert_eq!((first.number.number, second.number.number), (1, 2));
    tx.invoices().hold_series(InvoiceKind::Invoice, 2025).await.unwrap();
    tx.invoices().hold_series(InvoiceKind::Invoice, 2026).await.unwrap();
    assert_eq!(tx.invoices().take_number(InvoiceKind::Invoice, 2026).await.unwrap().number, 1, "each year begins anew");
    assert_eq!(tx.invoices().take_number(InvoiceKind::Proforma, 2025).await.unwrap().number, 1);
    assert!(!tx.invoices().is_last(first.number).await.unwrap() && tx.invoices().is_last(second.number).await.unwrap());
    tx.invoices().note_billed(second.id, &[(ServiceId(1), today())]).await.unwrap();
    tx.invoices().note_billed(second.id, &[]).await.unwrap();
    tx.invoices().add_link("abc", second.id).await.unwrap();
    assert!(!tx.invoices().remove_last(first.id, first.number).await.unwrap());
    assert!(tx.invoices().remove_last(second.id, second.number).await.unwrap());
    assert_eq!(tx.invoices().find(second.id).await.unwrap(), None);
    assert_eq!(add_invoice(&mut tx, 3, InvoiceKind::Invoice).await.number.number, 2, "its number is given out again");
});

both_engines!(fifty_who_take_numbers_at_once_leave_no_gap, |store| async move {
    begin(&store).await.save().await.unwrap();
    let takers = (0..50).map(|at| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut tx = store.begin().await.unwrap();
            let number = tx.invoices().take_number(InvoiceKind::Invoice, 2025).await.unwrap().number;
            if at % 5 == 0 {
                return None;
            }
            tx.save().await.unwrap();
            Some(number)
        })
    });
    let mut taken = Vec::new();
    for taker in takers.collect::<Vec<_>>() {
        taken.extend(taker.await.unwrap());
    }
    taken.sort_unstable();
    assert_eq!(taken, (1..=40).collect::<Vec<_>>());
});

both_engines!(no_period_is_billed_twice, |store| async move {
    let mut tx = begin(&store).await;
    tx.customers().add(&customer(1)).await.unwrap();
    tx.customer_services().add(&[(service(1, 1), None)]).await.unwrap();
    let one = add_invoice(&mut tx, 1, InvoiceKind::Invoice).await;
    tx.invoices().note_billed(one.id, &[(ServiceId(1), today())]).await.unwrap();
    assert_eq!(tx.invoices().count_billed(&[ServiceId(1), ServiceId(2)], None).await.unwrap(), 1);
    assert_eq!(tx.invoices().count_billed(&[ServiceId(1)], Some(one.id)).await.unwrap(), 0);
    assert_eq!(tx.invoices().count_billed(&[], None).await.unwrap(), 0);
    let again = tx.invoices().note_billed(one.id, &[(ServiceId(1), today())]).await;
    assert!(matches!(again, Err(StoreError::Conflict { .. })), "{again:?}");
});

both_engines!(removed_services_leave_the_lines_of_invoices, |store| async move {
    let mut tx = begin(&store).await;
    tx.customers().add(&customer(1)).await.unwrap();
    tx.customer_services().add(&[(service(1, 1), None)]).await.unwrap();
    let one = add_invoice(&mut tx, 1, InvoiceKind::Invoice).await;
    tx.invoices().note_billed(one.id, &[(ServiceId(1), today())]).await.unwrap();
    tx.customer_services().remove(&[ServiceId(1)]).await.unwrap();
    let left = tx.invoices().find(one.id).await.unwrap().unwrap();
    assert_eq!((left.lines[0].service, &left.lines[0].sold), (None, &one.lines[0].sold));
    assert!(tx.customer_services().of_customer(CustomerId(1)).await.unwrap().is_empty());
});

both_engines!(a_lead_is_converted_once, |store| async move {
    let mut tx = begin(&store).await;
    tx.customers().add(&customer(1)).await.unwrap();
    let one = conversion(1, 1);
    tx.conversions().add(&one).await.unwrap();
    assert_eq!(tx.conversions().find(one.id).await.unwrap().as_ref(), Some(&one));
    assert_eq!(tx.conversions().find_of_lead(LeadId(1)).await.unwrap().as_ref(), Some(&one));
    assert_eq!(tx.conversions().find_of_lead(LeadId(2)).await.unwrap(), None);
    assert!(tx.conversions().note_undone(one.id, (ADA, NOW.plus_ms(5)), one.customer, None).await.unwrap());
    assert!(!tx.conversions().note_undone(one.id, (ADA, NOW), None, None).await.unwrap(), "it was before");
    let undone = Conversion { undone_at: Some(NOW.plus_ms(5)), undone_by: Some(ADA), ..one };
    assert_eq!(tx.conversions().find(undone.id).await.unwrap(), Some(undone));
    for kind in ConversionKind::ALL {
        let id = ConversionId(tx.take_numbers("conversion", 1).await.unwrap() + 1);
        tx.conversions().add(&Conversion { id, kind, ..conversion(1, 1) }).await.unwrap();
        assert!(tx.conversions().note_undone(id, (ADA, NOW), None, None).await.unwrap(), "taken back, it can be converted again");
    }
    tx.conversions().forget_customer(CustomerId(1)).await.unwrap();
    tx.customers().remove(CustomerId(1)).await.unwrap();
    assert_eq!(tx.conversions().find(ConversionId(1)).await.unwrap().unwrap().customer, None);
});

both_engines!(a_second_conversion_of_a_lead_is_refused, |store| async move {
    let mut tx = begin(&store).await;
    tx.customers().add(&customer(1)).await.unwrap();
    tx.conversions().add(&conversion(1, 1)).await.unwrap();
    let second = tx.conversions().add(&conversion(2, 1)).await;
    assert!(matches!(second, Err(StoreError::Conflict { .. })), "{second:?}");
});

both_engines!(the_leads_of_a_customer_are_those_within_a_scope, |store| async move {
    let mut tx = begin(&store).await;
    tx.customers().add(&customer(1)).await.unwrap();
    for id in [1, 2] {
        tx.conversions().add(&conversion(id, id)).await.unwrap();
    }
    tx.run(Sql::new("update lead set owner_id = $1 where id = 2").bind(ANA)).await.unwrap();
    let hers = Scope::Any(vec![Reach::Owner(ANA)]);
    for (scope, leads) in [(&Scope::All, vec![2, 1]), (&hers, vec![2]), (&Scope::Any(Vec::new()), vec![])] {
        let found = tx.conversions().leads_of(CustomerId(1), scope).await.unwrap();
        assert_eq!(found.iter().map(|lead| lead.id.0).collect::<Vec<_>>(), leads, "{scope:?}");
    }
    assert_eq!(tx.conversions().count_later(CustomerId(1), ConversionId(1)).await.unwrap(), 1);
    tx.run(Sql::new("update lead set deleted_at = 1 where id = 2")).await.unwrap();
    assert_eq!(tx.conversions().leads_of(CustomerId(1), &Scope::All).await.unwrap().len(), 1);
});

both_engines!(a_draft_is_each_persons_own, |store| async move {
    let mut tx = begin(&store).await;
    let draft = ConversionDraft { version: 1, ..ConversionDraft::begin(&cast::lead(), ConversionKind::Active, None, today(), NOW) };
    tx.conversions().keep_draft(&draft, MAYA, NOW).await.unwrap();
    tx.conversions().keep_draft(&ConversionDraft { version: 4, ..draft.clone() }, ANA, NOW).await.unwrap();
    let other = ConversionDraft { version: 2, keep_taxes: true, ..draft };
    tx.conversions().keep_draft(&other, MAYA, NOW.plus_ms(1)).await.unwrap();
    assert_eq!(tx.conversions().find_draft(LeadId(1), MAYA).await.unwrap(), Some(other));
    tx.conversions().remove_drafts(LeadId(1), Some(MAYA)).await.unwrap();
    assert_eq!(tx.conversions().find_draft(LeadId(1), MAYA).await.unwrap(), None);
    assert!(tx.conversions().find_draft(LeadId(1), ANA).await.unwrap().is_some());
    tx.conversions().remove_drafts(LeadId(1), None).await.unwrap();
    assert_eq!(tx.conversions().find_draft(LeadId(1), ANA).await.unwrap(), None);
});

both_engines!(how_leads_are_converted_reads_back, |store| async move {
    let mut tx = begin(&store).await;
    assert_eq!(tx.conversions().settings().await.unwrap(), ConversionSettings::default());
    let won = cast::status(cast::SALES, "Won");
    let settings = ConversionSettings {
        offered: vec![ConversionKind::Active],
        default: ConversionKind::Active,
        won: vec![won],
        when_won: vec![(cast::SALES, WhenWon::Open), (cast::RENEWAL, WhenWon::Convert)],
        due_days: 30,
    };
    for wanted in [settings.clone(), ConversionSettings { won: Vec::new(), when_won: Vec::new(), ..settings.clone() }, settings] {
        tx.conversions().change_settings(&wanted).await.unwrap();
        assert_eq!(tx.conversions().settings().await.unwrap(), wanted);
    }
    assert!(tx.catalog().remove_status(won).await.unwrap(), "a status that is gone is forgotten");
    assert!(tx.conversions().settings().await.unwrap().won.is_empty());
});

both_engines!(a_merge_takes_the_customer_along, |store| async move {
    let mut tx = begin(&store).await;
    tx.accounts().add(&account(AccountId(2), "Acme Ltd")).await.unwrap();
    tx.customers().add(&customer(1)).await.unwrap();
    let way = store::account_merges::Way { from: ACME, to: AccountId(2) };
    assert!(tx.account_merges().count(ACME).await.unwrap().contains(&(domain::account_merge::Moving::Customer, 1)));
    let blank = domain::Account::blank(ACME, NOW);
    let facts = domain::account_merge::MergeFacts { before: blank.clone(), after: blank.clone(), other: blank, rules: Vec::new() };
    tx.account_merges().add(domain::MergeId(1), way, ADA, NOW, &facts).await.unwrap();
    tx.account_merges().take_along(domain::MergeId(1), way, NOW).await.unwrap();
    assert_eq!(tx.customers().find_of_account(AccountId(2)).await.unwrap().map(|one| one.id), Some(CustomerId(1)));
    let back = store::account_merges::Way { from: AccountId(2), to: ACME };
    tx.account_merges().take_back(domain::MergeId(1), back, NOW).await.unwrap();
    assert_eq!(tx.customers().find_of_account(ACME).await.unwrap().map(|one| one.id), Some(CustomerId(1)));
});
