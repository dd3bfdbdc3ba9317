//! Making customers of leads, their services and invoices, on both engines, with a clock that stands still.

use std::sync::Arc;

use domain::bulk::BulkState;
use domain::conversion::Made;
use domain::customer::CustomerFilter;
use domain::invoice::InvoiceFilter;
use domain::{
    AccountId, AccountKind, Actor, ConversionKind, CustomerId, CustomerState, DAY_MS, EmailAddress, EventKind, FormValues, HOUR_MS, InvoiceId,
    InvoiceKind, InvoiceState, LeadAction, LeadId, LifeCycle, Named, PartKind, PartStep, QuoteId, QuoteState, QuoteStep, Role, ServiceState,
    Timestamp, UserId,
};
use service::leads::{Followed, bulk};
use service::once::Once;
use service::{
    Clock, Ctx, MailSite, ServiceError, accounts, configuration, conversion, customers, invoices, leads, opportunities, outbox, people, products,
    quotes,
};
use store::people::NewUser;
use store::{Sql, Store, both_engines};

/// 24 November 2025, a Monday, 16:00 in London.
const NOW: Timestamp = Timestamp(1_764_000_000_000);

struct House {
    /// The program itself, and strangers.
    public: Ctx,
    ada: Ctx,
    /// A rep of the North, which Martin manages.
    maya: Ctx,
    martin: Ctx,
    /// A rep of no group.
    ana: Ctx,
    /// Works for a distributor.
    dora: Ctx,
    /// Maya's, of the North; of Acme.
    lead: LeadId,
}

async fn house(store: &Store) -> House {
    let mail = MailSite { public_url: "https://leads.test".to_owned(), sender: "leads@leads.test".to_owned(), has_server: true };
    let public = Ctx { mail: Arc::new(mail), ..Ctx::anonymous(store.clone(), Clock::fixed(NOW)) };
    service::seed::seed_defaults(&public).await.unwrap();
    let mut ids = Vec::new();
    for (name, role) in [("ada", Role::Administrator), ("maya", Role::Rep), ("martin", Role::Manager), ("ana", Role::Rep)] {
        ids.push(person(&public, name, role, None).await.id);
    }
    let ada = public.acting_as(actor(store, ids[0]).await);
    people::add_group(&ada, &form(&format!("name=North&manager={}&members={}", ids[2], ids[1]))).await.unwrap();
    let firm = accounts::add_account(&ada, &form("name=Northwind&kind=distributor")).await.unwrap().id;
    ids.push(person(&public, "dora", Role::Distributor, Some(firm)).await.id);
    let mut signed_in = Vec::new();
    for id in ids {
        signed_in.push(public.acting_as(actor(store, id).await));
    }
    let [ada, maya, martin, ana, dora] = signed_in.try_into().expect("five people");
    let group = martin.actor().unwrap().managed_groups[0];
    let new = format!("full_name=Jo+Field&company=Acme&emails=jo@field.example&city=Leeds&owner={}&group={group}", id_of(&maya));
    let lead = leads::add(&martin, &form(&new)).await.unwrap();
    House { public, ada, maya, martin, ana, dora, lead }
}

async fn actor(store: &Store, id: UserId) -> Actor {
    store.read().await.unwrap().people().load_actor(id).await.unwrap().unwrap()
}

async fn person(ctx: &Ctx, name: &str, role: Role, account: Option<AccountId>) -> Actor {
    let mut tx = ctx.store.begin().await.unwrap();
    let email = EmailAddress::parse(&format!("{name}@house.test")).unwrap();
    let new = NewUser { email, name: name.to_owned(), role, password_hash: String::new(), account, at: ctx.now() };
    let id = tx.people().add(new).await.unwrap();
    let actor = tx.people().load_actor(id).await.unwrap().unwrap();
    tx.save().await.unwrap();
    actor
}

fn form(text: &str) -> FormValues {
    FormValues::decode(text.as_bytes())
}

fn id_of(ctx: &Ctx) -> UserId {
    ctx.actor().unwrap().id
}

fn error_at<T: std::fmt::Debug>(result: Result<T, ServiceError>, field: &str) -> String {
    match result {
        Err(ServiceError::Invalid(errors)) => errors.get(field).unwrap_or_else(|| panic!("no error at {field}: {errors:?}")).to_owned(),
        other => panic!("not invalid: {other:?}"),
    }
}

fn refusal<T: std::fmt::Debug>(result: Result<T, ServiceError>) -> String {
    match result {
        Err(ServiceError::Refused(sentence) | ServiceError::Forbidden(sentence)) => sentence,
        other => panic!("not refused: {other:?}"),
    }
}

fn is_absent<T: std::fmt::Debug>(result: Result<T, ServiceError>) -> bool {
    matches!(result, Err(ServiceError::NotFound))
}

impl House {
    /// A quote of Maya's that was sent: 2 × 10.00 with 20 % tax once, and 5.00 a month without tax. It comes to 29.00.
    async fn sent_quote(&self, lead: LeadId) -> QuoteId {
        let id = quotes::add_once(&self.martin, lead, &form(""), None).await.unwrap();
        for line in ["text=Work&quantity=2&price=10&tax=20", "text=Care&price=5&period=month"] {
            quotes::add_line(&self.martin, id, &form(line)).await.unwrap();
        }
        let lead = leads::find_alone(&self.martin, lead).await.unwrap();
        quotes::send(&self.martin, id, &form(&format!("to={}", lead.email().unwrap()))).await.unwrap();
        id
    }

    /// Another open lead of the house's.
    async fn another(&self, company: &str) -> LeadId {
        let group = self.martin.actor().unwrap().managed_groups[0];
        let email = format!("al@{}.example", company.to_lowercase().replace('_', ""));
        let new = format!("full_name=Al+Hill&company={company}&emails={email}&owner={}&group={group}", id_of(&self.maya));
        leads::add(&self.martin, &form(&new)).await.unwrap()
    }

    /// Maya's lead, converted at once with a quote that was sent.
    async fn converted(&self, kind: ConversionKind) -> Made {
        let quote = self.sent_quote(self.lead).await;
        conversion::convert_at_once(&self.maya, self.lead, &form(&format!("kind={}&quote={quote}", kind.key())), None).await.unwrap()
    }

    async fn invoice(&self, id: InvoiceId) -> domain::invoice::InvoicePage {
        invoices::find(&self.martin, id).await.unwrap()
    }

    async fn customer(&self, id: CustomerId) -> domain::customer::CustomerPage {
        customers::find(&self.maya, id).await.unwrap()
    }

    fn later(&self, ms: i64) {
        self.public.clock.advance_ms(ms);
    }
}

/// All that a conversion may change, as text, without what only grows.
async fn rows(store: &Store) -> Vec<String> {
    let mut all = Vec::new();
    let mut tx = store.read().await.unwrap();
    for text in [
        "select id, status_id, status_since, reopen_status_id, handed_over_at, touch_by, owner_id from lead order by id",
        "select id, state, reason, answered_by, answered_at, look_at, net_minor from quote order by id",
        "select id, stage_id, amount_minor from opportunity order by id",
        "select account_id, kind from account_kind order by account_id, kind",
        "select id, number, state from customer order by id",
        "select id, customer_id, text from customer_service order by id",
        "select id, kind, number from invoice order by id",
        "select invoice_id, position from invoice_line order by invoice_id, position",
        "select service_id, from_on from service_billing order by service_id, from_on",
        "select kind, year, last from invoice_series where last > 0 order by kind",
    ] {
        all.extend(tx.rows(Sql::new(text)).await.unwrap().iter().map(|row| format!("{text}: {}", row.all_text())));
    }
    all
}

both_engines!(a_lead_becomes_a_customer_in_three_steps, |store| async move {
    let house = house(&store).await;
    let quote = house.sent_quote(house.lead).await;
    let page = conversion::page(&house.maya, house.lead).await.unwrap();
    assert_eq!((page.quotes.len(), page.quotes[0].why_not.as_deref(), page.draft.services.len()), (1, None, 0));
    assert_eq!(
        (page.draft.fields.get("name"), page.draft.fields.get("emails"), page.draft.fields.get("city")),
        ("Acme", "jo@field.example", "Leeds")
    );
    assert!(page.preview.problems.get("kind").is_some(), "nothing to bill yet");
    conversion::choose_quotes(&house.maya, house.lead, &form(&format!("quote={quote}"))).await.unwrap();
    // What cannot be read is kept as it was typed.
    let typed = form("kind=active_with_invoice&customer=&name=Acme+Ltd&emails=nonsense&tax_id=GB+7");
    assert!(error_at(conversion::keep_customer(&house.maya, house.lead, &typed).await, "emails").contains("nonsense"));
    let page = conversion::page(&house.maya, house.lead).await.unwrap();
    assert_eq!((page.draft.fields.get("emails"), page.draft.fields.get("tax_id")), ("nonsense", "GB 7"));
    conversion::keep_customer(&house.maya, house.lead, &form("emails=more+nonsense&back=1")).await.unwrap();
    conversion::keep_customer(&house.maya, house.lead, &form("emails=office@acme.example&born_on=1961-04-05")).await.unwrap();
    conversion::change_service(&house.maya, house.lead, 1, &form("price=12.50")).await.unwrap();
    conversion::change_service(&house.maya, house.lead, 2, &form("start=2025-12-01&end=2026-11-30")).await.unwrap();
    conversion::add_service(&house.maya, house.lead, &form("text=Extra&price=1")).await.unwrap();
    conversion::add_service(&house.maya, house.lead, &form("text=Wrong&price=9")).await.unwrap();
    conversion::remove_service(&house.maya, house.lead, 4).await.unwrap();
    let page = conversion::page(&house.maya, house.lead).await.unwrap();
    assert!(page.preview.problems.is_empty(), "{:?}", page.preview.problems);
    let told = page.preview.sentences.join(" ");
    for part in
        ["Acme Ltd becomes a new customer, active.", "3 services are made.", "An invoice for £36.00", "is noted as accepted", "The lead is won"]
    {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert_eq!(page.preview.totals.all.total(), 3600);
    // Martin's own draft begins anew.
    assert!(conversion::page(&house.martin, house.lead).await.unwrap().draft.services.is_empty());
    let made = conversion::convert(&house.maya, house.lead, &form(""), None).await.unwrap();
    assert_eq!((made.services.len(), made.customer.name.as_str()), (3, "C-00001 Acme Ltd"));
    let invoice = house.invoice(made.invoice.unwrap().id).await;
    assert_eq!((invoice.invoice.name().as_str(), invoice.totals.all.total()), ("INV-2025-00001", 3600));
    assert_eq!(invoice.invoice.lines[1].period_words(), "1 Dec 2025 to 31 Dec 2025");
    assert_eq!(invoice.invoice.to[0], "Acme Ltd");
    let customer = house.customer(made.customer.id).await;
    assert_eq!((customer.customer.state, customer.customer.tax_id.as_str(), customer.leads.len()), (CustomerState::Active, "GB 7", 1));
    assert_eq!(customer.customer.born_on.map(Timestamp::day).as_deref(), Some("1961-04-05"));
    assert_eq!(
        customer.services.iter().map(|service| service.state_on(customer.today)).collect::<Vec<_>>(),
        [ServiceState::Active, ServiceState::Planned, ServiceState::Active]
    );
    let lead = leads::find(&house.maya, house.lead).await.unwrap();
    assert_eq!((lead.lead.state.life_cycle(), lead.rights.edit), (LifeCycle::Won, false));
    assert!(!lead.rights.actions.contains(&LeadAction::Reopen), "{:?}", lead.rights.actions);
    assert!(lead.timeline.iter().any(|event| matches!(&event.kind, EventKind::Part { part: PartKind::Customer, step: PartStep::Converted, .. })));
    assert_eq!(lead.opportunities[0].amount_minor, Some(2500), "the deal follows its quote");
    assert_eq!(quotes::find(&house.maya, quote).await.unwrap().quote.state, QuoteState::Accepted);
    let account = accounts::find_account(&house.maya, lead.lead.account.id).await.unwrap();
    assert_eq!(account.kinds, [AccountKind::Customer]);
    let converted = conversion::find(&house.maya, house.lead).await.unwrap().unwrap();
    assert!(converted.may_undo && converted.conversion.customer.is_some());
    let refused = refusal(leads::act(&house.maya, house.lead, LeadAction::Reopen, &form("")).await);
    assert!(refused.contains("C-00001 Acme Ltd"), "{refused}");
    let refused = refusal(conversion::add_service(&house.maya, house.lead, &form("text=Late&price=1")).await);
    assert!(refused.contains("maya has converted this lead already, into C-00001 Acme Ltd"), "{refused}");
});

both_engines!(the_same_submission_twice_makes_one_customer, |store| async move {
    let house = house(&store).await;
    let quote = house.sent_quote(house.lead).await;
    let once = Once { key: "k".to_owned(), digest: "d".to_owned() };
    let wish = form(&format!("quote={quote}"));
    let (one, two) = tokio::join!(
        conversion::convert_at_once(&house.maya, house.lead, &wish, Some(&once)),
        conversion::convert_at_once(&house.maya, house.lead, &wish, Some(&once)),
    );
    let three = conversion::convert_at_once(&house.maya, house.lead, &wish, Some(&once)).await.unwrap();
    assert_eq!((one.unwrap(), two.unwrap()), (three.clone(), three));
    assert_eq!(customers::list(&house.maya, &CustomerFilter::default(), None, 10).await.unwrap().items.len(), 1);
    assert_eq!(invoices::list(&house.maya, InvoiceFilter::default(), None, 10).await.unwrap().items.len(), 1);
});

both_engines!(of_two_at_once_one_converts_and_the_other_is_told_who, |store| async move {
    let house = house(&store).await;
    let quote = house.sent_quote(house.lead).await;
    let wish = form(&format!("quote={quote}"));
    let (maya, martin) = (house.maya.clone(), house.martin.clone());
    let (lead, other) = (house.lead, wish.clone());
    let first = tokio::spawn(async move { conversion::convert_at_once(&maya, lead, &wish, None).await });
    let second = tokio::spawn(async move { conversion::convert_at_once(&martin, lead, &other, None).await });
    let (first, second) = (first.await.unwrap(), second.await.unwrap());
    let (name, told) = match (first, second) {
        (Ok(_), second) => ("maya", refusal(second)),
        (first, Ok(_)) => ("martin", refusal(first)),
        both => panic!("nobody converted it: {both:?}"),
    };
    assert!(told.starts_with(&format!("{name} has converted this lead already")), "{told}");
    assert_eq!(customers::list(&house.maya, &CustomerFilter::default(), None, 10).await.unwrap().items.len(), 1);
});

/// Leads with a quote that was sent, three of each company.
async fn leads_with_quotes(house: &House, count: i64) -> Vec<(LeadId, QuoteId)> {
    let mut all = Vec::new();
    for at in 0..count {
        let lead = house.another(&format!("Company{}", at / 3)).await;
        all.push((lead, house.sent_quote(lead).await));
    }
    all
}

/// A request's surroundings: what is configured is known with who asks, and needs no connection of its own.
async fn request(ctx: &Ctx) -> Ctx {
    let ctx = Ctx { catalog_version: Some(1), ..ctx.clone() };
    ctx.catalog().await.unwrap();
    ctx.clock_book().await.unwrap();
    ctx.score_book().await.unwrap();
    ctx
}

async fn numbers(house: &House) -> Vec<i64> {
    let rows = invoices::list(&house.martin, InvoiceFilter::default(), None, 50).await.unwrap().items;
    rows.iter().rev().map(|row| row.number.number).collect()
}

both_engines!(many_at_once_have_numbers_without_gaps, |store| async move {
    let house = house(&store).await;
    let mut wishes = Vec::new();
    for (lead, quote) in leads_with_quotes(&house, 12).await {
        let ctx = request(&house.martin).await;
        // Nobody waits for who waits for them, so nobody is told to try again.
        wishes.push(tokio::spawn(async move { conversion::convert_at_once(&ctx, lead, &form(&format!("quote={quote}")), None).await.unwrap() }));
    }
    for wish in wishes {
        wish.await.unwrap();
    }
    assert_eq!(numbers(&house).await, (1..=12).collect::<Vec<_>>());
    assert_eq!(customers::list(&house.martin, &CustomerFilter::default(), None, 50).await.unwrap().items.len(), 4, "an account is one customer");
});

both_engines!(cut_off_in_the_middle_a_lead_is_converted_whole_or_not_at_all, |store| async move {
    let house = house(&store).await;
    let all = leads_with_quotes(&house, 12).await;
    let mut wishes = Vec::new();
    for (lead, quote) in all.clone() {
        let ctx = request(&house.martin).await;
        wishes.push(tokio::spawn(async move { conversion::convert_at_once(&ctx, lead, &form(&format!("quote={quote}")), None).await }));
    }
    for (at, wish) in wishes.into_iter().enumerate() {
        for _ in 0..at * 40 {
            tokio::task::yield_now().await;
        }
        wish.abort();
        let _ = wish.await;
    }
    let mut whole = 0;
    for (lead, quote) in &all {
        let page = leads::find(&house.martin, *lead).await.unwrap();
        let found = conversion::find(&house.martin, *lead).await.unwrap();
        let state = quotes::find(&house.martin, *quote).await.unwrap().quote.state;
        let expected = if found.is_some() { (LifeCycle::Won, QuoteState::Accepted) } else { (LifeCycle::Pending, QuoteState::Sent) };
        assert_eq!((page.lead.state.life_cycle(), state), expected);
        whole += i64::from(found.is_some());
    }
    assert_eq!(numbers(&house).await, (1..=whole).collect::<Vec<_>>());
    for (lead, quote) in &all {
        let again = conversion::convert_at_once(&house.martin, *lead, &form(&format!("quote={quote}")), None).await;
        assert!(matches!(again, Ok(_) | Err(ServiceError::Refused(_))), "{again:?}");
    }
    assert_eq!(numbers(&house).await, (1..=12).collect::<Vec<_>>());
});

both_engines!(many_and_single_conversions_at_once_keep_nobody_waiting_for_ever, |store| async move {
    let house = house(&store).await;
    let all = leads_with_quotes(&house, 9).await;
    let mut chosen = Vec::new();
    for (lead, quote) in &all[..6] {
        quotes::note_step(&house.martin, *quote, QuoteStep::Accept, &form("")).await.unwrap();
        chosen.push(format!("{lead}:{}", leads::find_alone(&house.martin, *lead).await.unwrap().version));
    }
    let ctx = request(&house.martin).await;
    let requested = ctx.clone();
    let many = tokio::spawn(async move { bulk::begin(&ctx, &form(&format!("what=convert&chosen={}", chosen.join(",")))).await.unwrap() });
    let singles = all[4..].iter().map(|(lead, quote)| {
        let (ctx, lead, quote) = (requested.clone(), *lead, *quote);
        tokio::spawn(async move { conversion::convert_at_once(&ctx, lead, &form(&format!("quote={quote}")), None).await })
    });
    for single in singles.collect::<Vec<_>>() {
        let made = single.await.unwrap();
        assert!(matches!(made, Ok(_) | Err(ServiceError::Refused(_))), "{made:?}");
    }
    many.await.unwrap();
    while bulk::work(&house.public).await.unwrap() {}
    assert_eq!(numbers(&house).await, (1..=9).collect::<Vec<_>>());
});

both_engines!(a_lead_that_was_closed_meanwhile_is_refused_and_one_that_was_won_is_not, |store| async move {
    let house = house(&store).await;
    let quote = house.sent_quote(house.lead).await;
    conversion::choose_quotes(&house.maya, house.lead, &form(&format!("quote={quote}"))).await.unwrap();
    let before = rows(&store).await;
    leads::act(&house.martin, house.lead, LeadAction::Cancel, &form("")).await.unwrap();
    let refused = refusal(conversion::convert(&house.maya, house.lead, &form(""), None).await);
    assert!(refused.contains("cancelled; reopen it"), "{refused}");
    assert!(conversion::page(&house.maya, house.lead).await.unwrap().hindrance.is_some());
    leads::act(&house.martin, house.lead, LeadAction::Reopen, &form("")).await.unwrap();
    assert_eq!(rows(&store).await.len(), before.len(), "nothing was made");
    leads::act(&house.martin, house.lead, LeadAction::Win, &form("")).await.unwrap();
    let won = rows(&store).await;
    let made = conversion::convert(&house.maya, house.lead, &form(""), None).await.unwrap();
    assert_eq!(made.services.len(), 2, "the draft is still there");
    conversion::undo(&house.maya, made.conversion).await.unwrap();
    assert_eq!(rows(&store).await, won, "it stays won");
});

both_engines!(a_win_goes_on_as_the_type_of_the_lead_has_it, |store| async move {
    let house = house(&store).await;
    let lead_type = leads::find_alone(&house.maya, house.lead).await.unwrap().lead_type;
    let field = format!("then_{lead_type}");
    let says = async |then: &str| conversion::change_settings(&house.martin, &form(&format!("{field}={then}"))).await;
    let win = async |lead| leads::act(&house.maya, lead, LeadAction::Win, &form("")).await.unwrap();
    let is_won = async |lead| leads::find_alone(&house.maya, lead).await.unwrap().state.life_cycle() == LifeCycle::Won;
    assert_eq!(win(house.another("Plain").await).await, Followed::Nothing);
    assert!(error_at(says("later").await, &field).contains("Choose"));

    says("open").await.unwrap();
    let opened = house.another("Opened").await;
    assert_eq!(win(opened).await, Followed::Conversion);
    assert!(is_won(opened).await && conversion::find(&house.maya, opened).await.unwrap().is_none());
    assert_eq!(conversion::page(&house.maya, opened).await.unwrap().draft.fields.get("name"), "Opened");

    says("convert").await.unwrap();
    let bare = house.another("Bare").await;
    assert_eq!(win(bare).await, Followed::Conversion, "there is nothing to bill");
    assert!(is_won(bare).await && conversion::find(&house.maya, bare).await.unwrap().is_none());
    refusal(leads::act(&house.maya, bare, LeadAction::Win, &form("")).await);
    let quote = house.sent_quote(house.lead).await;
    quotes::note_step(&house.maya, quote, QuoteStep::Accept, &form("")).await.unwrap();
    let before = rows(&store).await;
    let Followed::Customer(made) = win(house.lead).await else { panic!("it was not converted") };
    assert_eq!((made.services.len(), made.customer.name.as_str(), is_won(house.lead).await), (2, "C-00001 Acme", true));
    assert_eq!(house.invoice(made.invoice.unwrap().id).await.totals.all.total(), 2900);
    conversion::undo(&house.maya, made.conversion).await.unwrap();
    assert_eq!(rows(&store).await, before, "it was won by being converted");

    // What somebody has typed already is not passed over.
    conversion::keep_customer(&house.maya, house.lead, &form("tax_id=GB+9&back=1")).await.unwrap();
    assert_eq!(win(house.lead).await, Followed::Conversion);
    assert_eq!(conversion::page(&house.maya, house.lead).await.unwrap().draft.fields.get("tax_id"), "GB 9");
});

both_engines!(what_cannot_be_is_refused_at_its_field, |store| async move {
    let house = house(&store).await;
    let good = house.sent_quote(house.lead).await;
    let wish = |more: &str| form(&format!("quote={good}{more}"));
    let before = rows(&store).await;
    let at_once = async |more: &str| conversion::convert_at_once(&house.maya, house.lead, &wish(more), None).await;
    for (more, field, part) in [
        ("&kind=nothing", "kind", "Choose"),
        ("&name=", "name", "Enter"),
        ("&emails=nobody", "emails", "nobody"),
        ("&customer=C-77", "customer", "no customer"),
        ("&since=soon", "since", "date"),
        ("&quote=999", "quotes", "not of this lead"),
        ("&quote=x", "quotes", "Choose"),
    ] {
        let told = error_at(at_once(more).await, field);
        assert!(told.contains(part), "{more}: {told}");
    }
    let none = conversion::convert_at_once(&house.maya, house.lead, &form("kind=active_with_invoice"), None).await;
    assert!(error_at(none, "kind").contains("nothing to bill"));
    let unsent = quotes::add_once(&house.maya, house.lead, &form(""), None).await.unwrap();
    assert!(error_at(at_once(&format!("&quote={unsent}")).await, "quotes").contains("not sent yet"));
    // An expired quote.
    house.later(20 * DAY_MS);
    assert!(error_at(at_once("").await, "quotes").contains("was valid until"));
    house.later(-20 * DAY_MS);
    // Start and end.
    conversion::choose_quotes(&house.maya, house.lead, &wish("")).await.unwrap();
    let backwards = conversion::change_service(&house.maya, house.lead, 1, &form("start=2025-12-02&end=2025-12-01")).await;
    assert!(error_at(backwards, "end").contains("cannot end"));
    // Too much.
    let large = conversion::change_service(&house.maya, house.lead, 1, &form("price=1000000000000&quantity=9")).await;
    assert!(error_at(large, "price").contains("more than"));
    conversion::change_service(&house.maya, house.lead, 1, &form("price=600000000000&quantity=1&tax=0")).await.unwrap();
    let together = conversion::change_service(&house.maya, house.lead, 2, &form("price=600000000000&tax=0")).await;
    assert!(error_at(together, "price").contains("more than"));
    let after: Vec<String> = rows(&store).await.into_iter().filter(|row| !row.contains("from quote")).collect();
    let before: Vec<String> = before.into_iter().filter(|row| !row.contains("from quote")).collect();
    assert_eq!(after, before, "nothing was made");
});

both_engines!(quotes_in_two_currencies_are_refused, |store| async move {
    let house = house(&store).await;
    let pounds = house.sent_quote(house.lead).await;
    let deal = opportunities::add_opportunity(&house.maya, house.lead, &form("name=Paris")).await.unwrap();
    // A deal of before the lead's currency was another.
    let mut tx = store.begin().await.unwrap();
    tx.run(Sql::new("update opportunity set currency = 'EUR' where id = $1").bind(deal.id)).await.unwrap();
    tx.save().await.unwrap();
    let euros = quotes::add_once(&house.maya, house.lead, &form(&format!("opportunity={}", deal.id)), None).await.unwrap();
    quotes::add_line(&house.maya, euros, &form("text=Work&price=10")).await.unwrap();
    quotes::send(&house.maya, euros, &form("to=jo@field.example")).await.unwrap();
    let both = form(&format!("quote={pounds}&quote={euros}"));
    assert!(error_at(conversion::choose_quotes(&house.maya, house.lead, &both).await, "quotes").contains("choose quotes in one currency"));
    assert!(error_at(conversion::convert_at_once(&house.maya, house.lead, &both, None).await, "quotes").contains("EUR"));
    conversion::add_service(&house.maya, house.lead, &form("text=Own&price=1")).await.unwrap();
    let other = conversion::choose_quotes(&house.maya, house.lead, &form(&format!("quote={euros}"))).await;
    assert!(error_at(other, "quotes").contains("remove them first"));
});

both_engines!(a_rate_of_tax_that_changed_since_is_asked_about, |store| async move {
    let house = house(&store).await;
    let product = products::add(&house.martin, &form("name=Seat&price=10&tax=20&period=month"), None).await.unwrap();
    let quote = quotes::add_once(&house.maya, house.lead, &form(""), None).await.unwrap();
    quotes::add_line(&house.maya, quote, &form(&format!("product={product}"))).await.unwrap();
    quotes::send(&house.maya, quote, &form("to=jo@field.example")).await.unwrap();
    products::change(&house.martin, product, &form("tax=25")).await.unwrap();
    let wish = format!("quote={quote}");
    conversion::choose_quotes(&house.maya, house.lead, &form(&wish)).await.unwrap();
    let asked = conversion::convert(&house.maya, house.lead, &form(""), None).await;
    assert!(error_at(asked, "keep_taxes").contains("is taxed 25 % now"));
    assert_eq!(conversion::page(&house.maya, house.lead).await.unwrap().stale_taxes.len(), 1);
    let kept = conversion::convert(&house.maya, house.lead, &form("keep_taxes=1"), None).await.unwrap();
    assert_eq!(house.invoice(kept.invoice.unwrap().id).await.totals.all.total(), 1200);
    conversion::undo(&house.maya, kept.conversion).await.unwrap();
    conversion::choose_quotes(&house.maya, house.lead, &form(&wish)).await.unwrap();
    conversion::take_over_taxes(&house.maya, house.lead).await.unwrap();
    let made = conversion::convert(&house.maya, house.lead, &form(""), None).await.unwrap();
    assert_eq!(house.invoice(made.invoice.unwrap().id).await.totals.all.total(), 1250);
});

both_engines!(a_customer_number_is_typed_once_and_an_account_is_one_customer, |store| async move {
    let house = house(&store).await;
    let made = house.converted(ConversionKind::Active).await;
    customers::change(&house.maya, made.customer.id, &form("number=C-00002&version=1")).await.unwrap();
    assert!(refusal(customers::change(&house.maya, made.customer.id, &form("number=X&version=1")).await).contains("Somebody changed"));
    let other = house.another("Hill").await;
    let taken = conversion::convert_at_once(&house.maya, other, &form("kind=active&number=c-00002"), None).await;
    assert!(error_at(taken, "number").contains("another customer’s number"));
    let hill = conversion::convert_at_once(&house.maya, other, &form("kind=active"), None).await.unwrap();
    assert_eq!(hill.customer.name, "C-00003 Hill", "a number that was typed is passed over");
    // Another lead of Acme is the same customer.
    let again = house.another("Acme").await;
    assert_eq!(conversion::page(&house.maya, again).await.unwrap().draft.customer, Some(made.customer.id));
    let wrong = conversion::convert_at_once(&house.maya, again, &form("kind=active&customer=C-00003"), None).await;
    assert!(error_at(wrong, "customer").contains("is customer C-00002 already"));
    let new = conversion::convert_at_once(&house.maya, again, &form("kind=active&customer="), None).await;
    assert!(error_at(new, "customer").contains("already"));
    let same = conversion::convert_at_once(&house.maya, again, &form("kind=active&customer=c-00002"), None).await.unwrap();
    assert_eq!(same.customer.id, made.customer.id);
    assert_eq!(house.customer(made.customer.id).await.leads.len(), 2);
    assert!(refusal(conversion::undo(&house.maya, made.conversion).await).contains("Another lead became the same customer"));
    conversion::undo(&house.maya, same.conversion).await.unwrap();
    assert_eq!(house.customer(made.customer.id).await.leads.len(), 1);
    conversion::undo(&house.maya, made.conversion).await.unwrap();
    assert!(is_absent(customers::find(&house.maya, made.customer.id).await));
});

both_engines!(taking_back_restores_every_row, |store| async move {
    for kind in ConversionKind::ALL {
        let house = House { lead: LeadId(0), ..house_once(&store, kind).await };
        let lead = house.another(kind.key()).await;
        let quote = house.sent_quote(lead).await;
        quotes::note_step(&house.maya, quote, QuoteStep::Review, &form("")).await.unwrap();
        let before = rows(&store).await;
        let made = conversion::convert_at_once(&house.maya, lead, &form(&format!("kind={}&quote={quote}", kind.key())), None).await.unwrap();
        assert_ne!(rows(&store).await, before);
        assert_eq!(conversion::undo(&house.maya, made.conversion).await.unwrap(), lead);
        assert_eq!(rows(&store).await, before, "{kind:?}");
        assert!(refusal(conversion::undo(&house.maya, made.conversion).await).contains("taken back already"));
        assert!(conversion::find(&house.maya, lead).await.unwrap().is_none());
        // It can be converted again, under the same numbers.
        conversion::convert_at_once(&house.maya, lead, &form(&format!("kind={}&quote={quote}", kind.key())), None).await.unwrap();
    }
});

/// The house for each of several rounds.
async fn house_once(store: &Store, kind: ConversionKind) -> House {
    if kind == ConversionKind::ALL[0] {
        return house(store).await;
    }
    let public = Ctx {
        mail: Arc::new(MailSite { public_url: "https://leads.test".to_owned(), ..MailSite::default() }),
        ..Ctx::anonymous(store.clone(), Clock::fixed(NOW))
    };
    let who = async |id| public.acting_as(actor(store, UserId(id)).await);
    let [ada, maya, martin, ana, dora] = [who(1).await, who(2).await, who(3).await, who(4).await, who(5).await];
    House { public: public.clone(), ada, maya, martin, ana, dora, lead: LeadId(1) }
}

both_engines!(what_was_paid_sent_or_is_old_is_not_taken_back, |store| async move {
    let house = house(&store).await;
    let made = house.converted(ConversionKind::ActiveWithInvoice).await;
    let invoice = made.invoice.clone().unwrap().id;
    house.later(24 * HOUR_MS + 1);
    assert!(refusal(conversion::undo(&house.maya, made.conversion).await).contains("24 hours"));
    house.later(-24 * HOUR_MS - 1);
    invoices::pay(&house.martin, invoice, &form("amount=1"), None).await.unwrap();
    assert!(refusal(conversion::undo(&house.maya, made.conversion).await).contains("paid"));
    let other = house.another("Hill").await;
    let quote = house.sent_quote(other).await;
    let second = conversion::convert_at_once(&house.maya, other, &form(&format!("quote={quote}")), None).await.unwrap();
    invoices::send(&house.maya, second.invoice.unwrap().id, &form("to=al@hill.example")).await.unwrap();
    let converted = conversion::find(&house.maya, other).await.unwrap().unwrap();
    assert!(!converted.may_undo && converted.why_not_undone.contains("sent"), "{converted:?}");
    assert!(refusal(conversion::undo(&house.maya, second.conversion).await).contains("sent"));
});

both_engines!(an_invoice_with_later_numbers_is_cancelled_and_leaves_no_gap, |store| async move {
    let house = house(&store).await;
    let made = house.converted(ConversionKind::ActiveWithInvoice).await;
    let invoice = made.invoice.clone().unwrap().id;
    let other = house.another("Hill").await;
    let quote = house.sent_quote(other).await;
    conversion::convert_at_once(&house.maya, other, &form(&format!("quote={quote}")), None).await.unwrap();
    conversion::undo(&house.maya, made.conversion).await.unwrap();
    let page = house.invoice(invoice).await;
    assert_eq!((page.invoice.state(), page.invoice.became.map(|note| note.name)), (InvoiceState::Cancelled, Some("CRN-2025-00001".to_owned())));
    let customer = house.customer(made.customer.id).await;
    assert_eq!((customer.customer.state, customer.services.len(), customer.leads.len()), (CustomerState::Inactive, 0, 0));
    let lead = leads::find(&house.maya, house.lead).await.unwrap();
    assert!(lead.lead.state.life_cycle().is_open());
    // Converted anew, it is the same customer.
    let again = conversion::convert_at_once(&house.maya, house.lead, &form(""), None).await;
    assert!(error_at(again, "kind").contains("nothing to bill"), "the quote is sent again, not accepted");
});

both_engines!(a_paid_proforma_makes_the_customer_active_and_an_invoice, |store| async move {
    let house = house(&store).await;
    let made = house.converted(ConversionKind::InactiveWithProforma).await;
    let proforma = made.invoice.unwrap().id;
    assert_eq!(house.customer(made.customer.id).await.customer.state, CustomerState::Inactive);
    assert!(!invoices::work(&house.public).await.unwrap(), "who is inactive is not billed");
    assert!(refusal(invoices::pay(&house.maya, proforma, &form(""), None).await).contains("Only a manager"));
    assert!(error_at(invoices::pay(&house.martin, proforma, &form("amount=30"), None).await, "amount").contains("Only £29.00 is left"));
    assert_eq!(invoices::pay(&house.martin, proforma, &form("amount=9&note=Cash"), None).await.unwrap(), None);
    let once = Once { key: "p".to_owned(), digest: "d".to_owned() };
    let stale = invoices::pay(&house.martin, proforma, &form("version=1"), None).await;
    assert!(refusal(stale).contains("Somebody changed"));
    let invoice = invoices::pay(&house.martin, proforma, &form("version=2"), Some(&once)).await.unwrap().unwrap();
    assert_eq!(invoices::pay(&house.martin, proforma, &form("version=2"), Some(&once)).await.unwrap(), Some(invoice), "the same twice");
    let page = house.invoice(invoice).await;
    assert_eq!((page.invoice.kind, page.invoice.state(), page.invoice.payments.len()), (InvoiceKind::Invoice, InvoiceState::Paid, 2));
    assert_eq!(page.invoice.made_of.map(|of| of.id), Some(proforma));
    assert_eq!(house.invoice(proforma).await.invoice.became.map(|of| of.id), Some(invoice));
    assert_eq!(house.customer(made.customer.id).await.customer.state, CustomerState::Active);
    assert!(refusal(invoices::cancel(&house.martin, proforma, &form("")).await).contains("cancel that instead"));
    assert!(refusal(invoices::pay(&house.martin, invoice, &form(""), None).await).contains("nothing to pay"));
    // The second month is billed, the first not once more.
    house.later(31 * DAY_MS);
    assert!(invoices::work(&house.public).await.unwrap());
    let customer = house.customer(made.customer.id).await;
    assert_eq!(customer.invoices.iter().map(|row| (row.kind, row.amounts.total())).collect::<Vec<_>>()[0], (InvoiceKind::Invoice, 500));
});

both_engines!(who_was_inactive_is_not_billed_for_that_time, |store| async move {
    let house = house(&store).await;
    let made = house.converted(ConversionKind::InactiveWithProforma).await;
    let id = made.customer.id;
    let billed = async || {
        while invoices::work(&house.public).await.unwrap() {}
        let page = house.customer(id).await;
        let from = page.services[1].billed_from.map(Timestamp::day).unwrap_or_default();
        (page.invoices.iter().filter(|row| row.kind == InvoiceKind::Invoice).map(|row| row.amounts.total()).collect::<Vec<_>>(), from)
    };
    // The second month is over, the third is under way.
    house.later(70 * DAY_MS);
    assert_eq!(billed().await, (vec![], "2025-11-24".to_owned()), "the first month waits for the proforma");
    invoices::pay(&house.martin, made.invoice.unwrap().id, &form("amount="), None).await.unwrap();
    assert_eq!(billed().await, (vec![500, 2900], "2026-01-24".to_owned()));
    customers::change_state(&house.maya, id, CustomerState::Inactive, &form("")).await.unwrap();
    house.later(60 * DAY_MS);
    customers::change_state(&house.maya, id, CustomerState::Active, &form("")).await.unwrap();
    assert_eq!(billed().await, (vec![500, 500, 2900], "2026-03-24".to_owned()));
    customers::change_state(&house.maya, id, CustomerState::Inactive, &form("")).await.unwrap();
    house.later(60 * DAY_MS);
    let again = house.another("Acme").await;
    assert_eq!(conversion::convert_at_once(&house.maya, again, &form("kind=active"), None).await.unwrap().customer.id, id);
    assert_eq!(billed().await, (vec![500, 500, 500, 2900], "2026-05-24".to_owned()));
});

both_engines!(one_who_cannot_be_billed_keeps_no_other_waiting, |store| async move {
    let house = house(&store).await;
    let broken = house.converted(ConversionKind::ActiveWithInvoice).await.customer.id;
    let other = house.another("Hill").await;
    let quote = house.sent_quote(other).await;
    let hill = conversion::convert_at_once(&house.maya, other, &form(&format!("quote={quote}")), None).await.unwrap().customer.id;
    // As if its periods were to be billed once more.
    let mut tx = store.begin().await.unwrap();
    tx.run(Sql::new("update customer_service set billed_from = null, due_on = start_on where customer_id = $1").bind(broken)).await.unwrap();
    tx.save().await.unwrap();
    house.later(31 * DAY_MS);
    assert!(invoices::work(&house.public).await.unwrap());
    assert!(!invoices::work(&house.public).await.unwrap(), "it rests though somebody is left");
    assert_eq!((house.customer(broken).await.invoices.len(), house.customer(hill).await.invoices.len()), (1, 2));
    assert_eq!(numbers(&house).await, [1, 2, 3]);
});

both_engines!(who_is_not_billed_here_gets_no_paper, |store| async move {
    let house = house(&store).await;
    let made = house.converted(ConversionKind::Active).await;
    customers::change(&house.maya, made.customer.id, &form("billing=unbilled")).await.unwrap();
    let (known, new) = (house.another("Acme").await, house.another("Hill").await);
    for (lead, more) in [(known, ""), (new, "&billing=unbilled")] {
        let quote = house.sent_quote(lead).await;
        let convert = async |kind: ConversionKind| {
            let wish = form(&format!("kind={}&quote={quote}{more}", kind.key()));
            conversion::convert_at_once(&house.maya, lead, &wish, None).await
        };
        for kind in [ConversionKind::ActiveWithInvoice, ConversionKind::InactiveWithProforma] {
            let told = error_at(convert(kind).await, "kind");
            assert!(told.contains("is not billed here; choose “Active customer without invoice”"), "{told}");
        }
        assert_eq!(convert(ConversionKind::Active).await.unwrap().invoice, None);
    }
});

both_engines!(cancelling_makes_a_credit_note, |store| async move {
    let house = house(&store).await;
    let made = house.converted(ConversionKind::ActiveWithInvoice).await;
    let id = made.invoice.unwrap().id;
    assert!(refusal(invoices::cancel(&house.maya, id, &form("")).await).contains("Only a manager"));
    let note = invoices::cancel(&house.martin, id, &form("reason=Twice")).await.unwrap().unwrap();
    let (page, credit) = (house.invoice(id).await, house.invoice(note).await);
    assert_eq!((page.invoice.state(), page.invoice.left_minor(), page.may_pay, page.may_cancel), (InvoiceState::Cancelled, 0, false, false));
    assert_eq!((credit.invoice.state(), credit.totals, credit.invoice.reason.as_str()), (InvoiceState::Issued, page.totals, "Twice"));
    assert!(refusal(invoices::cancel(&house.martin, id, &form("")).await).contains("already"));
    assert!(refusal(invoices::cancel(&house.martin, note, &form("")).await).contains("credit note cannot"));
    assert!(refusal(invoices::pay(&house.martin, id, &form(""), None).await).contains("cancelled"));
    assert!(invoices::bill(&house.maya, made.customer.id, None).await.unwrap().is_empty(), "what was cancelled is not billed again");
    let other = house.another("Hill").await;
    let quote = house.sent_quote(other).await;
    let second = conversion::convert_at_once(&house.maya, other, &form(&format!("kind=inactive_with_proforma&quote={quote}")), None).await.unwrap();
    assert_eq!(invoices::cancel(&house.martin, second.invoice.unwrap().id, &form("")).await.unwrap(), None, "a proforma only ends");
});

both_engines!(what_recurs_is_billed_each_period_and_never_twice, |store| async move {
    let house = house(&store).await;
    let made = house.converted(ConversionKind::ActiveWithInvoice).await;
    let billed = async || {
        let rows = house.customer(made.customer.id).await.invoices;
        rows.into_iter().map(|row| row.amounts.total()).collect::<Vec<_>>()
    };
    assert!(!invoices::work(&house.public).await.unwrap());
    assert_eq!(billed().await, [2900]);
    house.later(65 * DAY_MS);
    let (one, two) = tokio::join!(invoices::work(&house.public), invoices::work(&house.public));
    assert!(one.unwrap() | two.unwrap());
    while invoices::work(&house.public).await.unwrap() {}
    assert_eq!(billed().await, [1000, 2900], "two months on one paper, once");
    let service = house.customer(made.customer.id).await.services[1].clone();
    assert!(error_at(customers::change_service(&house.maya, service.id, &form("start=2025-01-01")).await, "start").contains("billed already"));
    customers::stop_service(&house.maya, service.id, &form("on=2026-03-01")).await.unwrap();
    house.later(90 * DAY_MS);
    while invoices::work(&house.public).await.unwrap() {}
    assert_eq!(billed().await, [500, 1000, 2900], "until it was stopped");
    customers::resume_service(&house.maya, service.id).await.unwrap();
    customers::change(&house.maya, made.customer.id, &form("billing=prepaid")).await.unwrap();
    assert!(!invoices::work(&house.public).await.unwrap());
    let once = Once { key: "b".to_owned(), digest: "d".to_owned() };
    let by_hand = invoices::bill(&house.maya, made.customer.id, Some(&once)).await.unwrap();
    assert_eq!(invoices::bill(&house.maya, made.customer.id, Some(&once)).await.unwrap(), by_hand);
    assert_eq!(billed().await.len(), 4);
    customers::change_state(&house.maya, made.customer.id, CustomerState::Inactive, &form("")).await.unwrap();
    assert!(refusal(invoices::bill(&house.maya, made.customer.id, None).await).contains("inactive"));
    customers::change_state(&house.maya, made.customer.id, CustomerState::Active, &form("")).await.unwrap();
    let extra = form("text=Extra&price=3&currency=EUR");
    let added = customers::add_service(&house.maya, made.customer.id, &extra, None).await.unwrap();
    assert_eq!(invoices::bill(&house.maya, made.customer.id, None).await.unwrap().len(), 1);
    assert!(house.customer(made.customer.id).await.services.iter().any(|service| service.id == added && service.billed_from.is_some()));
});

both_engines!(an_invoice_is_sent_with_a_private_address, |store| async move {
    let house = house(&store).await;
    let made = house.converted(ConversionKind::ActiveWithInvoice).await;
    let id = made.invoice.unwrap().id;
    assert!(error_at(invoices::send(&house.maya, id, &form("to=other@field.example")).await, "to").contains("Choose"));
    invoices::send(&house.maya, id, &form("to=jo@field.example&text=Hi")).await.unwrap();
    let mail = outbox::find(&house.ada, outbox::list(&house.ada, None).await.unwrap().items[0].id).await.unwrap();
    let (_, behind) = mail.body.split_once("https://leads.test/i/").unwrap_or_else(|| panic!("no address: {}", mail.body));
    let token = behind.split_whitespace().next().unwrap();
    let public = invoices::find_public(&house.public, token).await.unwrap();
    assert_eq!((public.paper.file_name().as_str(), public.state), ("INV-2025-00001.pdf", InvoiceState::Open));
    let (shown, inside) = (&public.paper.invoice, invoices::paper(&house.maya, id).await.unwrap().invoice);
    assert_eq!((shown.sent_to.as_str(), shown.created_by, shown.version), ("", None, 0), "what the house knows is not sent");
    assert_eq!((shown.totals(), shown), (inside.totals(), &inside.for_public()));
    for wrong in ["", "abc"] {
        assert!(is_absent(invoices::find_public(&house.public, wrong).await));
    }
    assert_eq!(house.invoice(id).await.invoice.sent_to, "jo@field.example");
});

both_engines!(people_of_the_house_who_work_the_lead_convert_it, |store| async move {
    let house = house(&store).await;
    let quote = house.sent_quote(house.lead).await;
    let wish = form(&format!("quote={quote}"));
    assert!(
        is_absent(conversion::page(&house.ana, house.lead).await)
            && is_absent(conversion::convert_at_once(&house.ana, house.lead, &wish, None).await)
    );
    let firm = house.dora.actor().unwrap().account.unwrap();
    leads::delegate(&house.martin, house.lead, &form(&format!("distributor={firm}"))).await.unwrap();
    for ctx in [&house.dora] {
        assert!(conversion::convert_at_once(ctx, house.lead, &wish, None).await.is_err());
        assert!(matches!(customers::list(ctx, &CustomerFilter::default(), None, 5).await, Err(ServiceError::Forbidden(_))));
        assert!(matches!(invoices::list(ctx, InvoiceFilter::default(), None, 5).await, Err(ServiceError::Forbidden(_))));
    }
    let made = conversion::convert_at_once(&house.martin, house.lead, &wish, None).await.unwrap();
    // Who sees no lead of theirs sees the customer, and no lead.
    let page = customers::find(&house.ana, made.customer.id).await.unwrap();
    assert!(page.leads.is_empty() && page.may_change);
    let told = format!("{:?}", accounts::account_timeline(&house.ana, page.customer.account.id).await.unwrap());
    assert!(told.contains("new: \"converted\"") && !told.contains("new: \"Jo Field\""), "{told}");
    // Its distributor hears that it stays closed, and nothing of the customer.
    let refused = refusal(leads::act(&house.dora, house.lead, LeadAction::Reopen, &form("")).await);
    assert!(refused.contains("became a customer") && !refused.contains("Acme"), "{refused}");
    assert!(is_absent(conversion::undo(&house.ana, made.conversion).await));
    assert!(matches!(conversion::convert_at_once(&house.public, house.lead, &wish, None).await, Err(ServiceError::SignInRequired)));
    let sought = CustomerFilter { query: "acm".to_owned(), state: None };
    let found = customers::list(&house.ana, &sought, None, 10).await.unwrap().items;
    assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), [page.customer.id]);
    let named = Named { id: page.customer.id, name: page.customer.title() };
    assert_eq!(customers::of_account(&house.ana, page.customer.account.id).await.unwrap(), Some(named));
});

both_engines!(managers_say_how_leads_are_converted, |store| async move {
    let house = house(&store).await;
    assert!(matches!(conversion::find_settings(&house.maya).await, Err(ServiceError::Forbidden(_))));
    let lead_type = leads::find_alone(&house.maya, house.lead).await.unwrap().lead_type;
    let won = configuration::add_status(&house.ada, lead_type, &form("name=Won+and+billed&state=won&tone=green")).await.unwrap();
    let typed = format!("kind=&kind=active&default=active&due_days=30&won_{lead_type}={won}");
    conversion::change_settings(&house.martin, &form(&typed)).await.unwrap();
    assert_eq!(conversion::find_settings(&house.martin).await.unwrap().due_days, 30);
    let off = conversion::convert_at_once(&house.maya, house.lead, &form("kind=active_with_invoice"), None).await;
    assert!(error_at(off, "kind").contains("switched off"));
    let made = conversion::convert_at_once(&house.maya, house.lead, &form(""), None).await.unwrap();
    assert_eq!((made.invoice, made.services.len()), (None, 0));
    assert_eq!(leads::find_alone(&house.maya, house.lead).await.unwrap().status, won);
});

both_engines!(a_payment_that_was_noted_by_mistake_is_removed, |store| async move {
    let house = house(&store).await;
    let id = house.converted(ConversionKind::ActiveWithInvoice).await.invoice.unwrap().id;
    for amount in ["amount=9&note=Bank", "amount=10", "amount="] {
        invoices::pay(&house.martin, id, &form(amount), None).await.unwrap();
    }
    let page = house.invoice(id).await;
    assert_eq!((page.invoice.state(), page.may_remove_payments, page.may_pay), (InvoiceState::Paid, true, false));
    assert!(!invoices::find(&house.maya, id).await.unwrap().may_remove_payments);
    assert!(matches!(invoices::remove_payment(&house.maya, id, 2, &form("")).await, Err(ServiceError::Forbidden(_))));
    for nth in [0, 4] {
        assert!(is_absent(invoices::remove_payment(&house.martin, id, nth, &form("")).await));
    }
    let read = form(&format!("version={}", page.invoice.version));
    invoices::remove_payment(&house.martin, id, 2, &read).await.unwrap();
    assert!(refusal(invoices::remove_payment(&house.martin, id, 2, &read).await).contains("changed this meanwhile"));
    let page = house.invoice(id).await;
    let left: Vec<_> = page.invoice.payments.iter().map(|payment| (payment.amount_minor, payment.note.as_str())).collect();
    assert_eq!((left.as_slice(), page.invoice.state(), page.may_pay), (&[(900, "Bank"), (1000, "")][..], InvoiceState::Open, true));
    let account = leads::find_alone(&house.maya, house.lead).await.unwrap().account.id;
    let told = format!("{:?}", accounts::account_timeline(&house.martin, account).await.unwrap());
    assert!(told.contains("Payment removed") && told.contains("£10.00 on 24 Nov 2025"), "{told}");
    // Paid anew, under the next place.
    invoices::pay(&house.martin, id, &form("amount="), None).await.unwrap();
    assert_eq!(house.invoice(id).await.invoice.state(), InvoiceState::Paid);
    invoices::cancel(&house.martin, id, &form("")).await.unwrap();
    assert!(refusal(invoices::remove_payment(&house.martin, id, 1, &form("")).await).contains("was cancelled"));
});

both_engines!(what_a_proforma_became_keeps_its_payments, |store| async move {
    let house = house(&store).await;
    let proforma = house.converted(ConversionKind::InactiveWithProforma).await.invoice.unwrap().id;
    invoices::pay(&house.martin, proforma, &form("amount=9"), None).await.unwrap();
    invoices::remove_payment(&house.martin, proforma, 1, &form("")).await.unwrap();
    assert_eq!(house.invoice(proforma).await.invoice.paid_minor(), 0);
    let made = invoices::pay(&house.martin, proforma, &form("amount="), None).await.unwrap().unwrap();
    let name = house.invoice(made).await.invoice.name();
    let refused = refusal(invoices::remove_payment(&house.martin, proforma, 1, &form("")).await);
    assert!(refused.contains(&format!("became {name}")), "{refused}");
    assert!(refusal(invoices::remove_payment(&house.martin, made, 1, &form("")).await).contains("cancel it instead"));
    assert!(!house.invoice(made).await.may_remove_payments && !house.invoice(proforma).await.may_remove_payments);
});

both_engines!(a_customer_is_opened_again_as_a_new_opportunity, |store| async move {
    let house = house(&store).await;
    let made = house.converted(ConversionKind::ActiveWithInvoice).await;
    let once = Once { key: "o".to_owned(), digest: "d".to_owned() };
    let lead = customers::open_again(&house.maya, made.customer.id, &form("name=More+seats"), Some(&once)).await.unwrap();
    assert_eq!(customers::open_again(&house.maya, made.customer.id, &form("name=More+seats"), Some(&once)).await.unwrap(), lead);
    let (old, new) = (leads::find(&house.maya, house.lead).await.unwrap(), leads::find(&house.maya, lead).await.unwrap());
    assert_eq!((&new.lead.account, new.lead.contact, new.lead.owner), (&old.lead.account, old.lead.contact, Some(id_of(&house.maya))));
    assert_eq!(new.opportunities[0].name, "More seats");
    assert!(new.lead.state.life_cycle().is_open());
});

both_engines!(many_leads_are_converted_from_the_list_and_taken_back, |store| async move {
    let house = house(&store).await;
    let mut chosen = Vec::new();
    for at in 0..4 {
        let lead = house.another(&format!("Company{at}")).await;
        if at > 0 {
            let quote = house.sent_quote(lead).await;
            quotes::note_step(&house.maya, quote, QuoteStep::Accept, &form("")).await.unwrap();
        }
        chosen.push(format!("{lead}:{}", leads::find_alone(&house.maya, lead).await.unwrap().version));
    }
    let before = rows(&store).await;
    let run = bulk::begin(&house.maya, &form(&format!("what=convert&chosen={}", chosen.join(",")))).await.unwrap();
    let report = bulk::report(&house.maya, run).await.unwrap();
    assert_eq!((report.run.state, report.run.changed, report.run.skipped), (BulkState::Done, 3, 1));
    assert!(report.left_alone[0].reason.contains("nothing to bill"), "{report:?}");
    assert_eq!(customers::list(&house.maya, &CustomerFilter::default(), None, 9).await.unwrap().items.len(), 3);
    bulk::undo(&house.maya, run).await.unwrap();
    let report = bulk::report(&house.maya, run).await.unwrap();
    assert_eq!((report.run.state, report.run.undone, report.run.kept), (BulkState::Undone, 3, 0));
    assert_eq!(rows(&store).await, before);
});

both_engines!(more_leads_than_a_batch_are_taken_back_without_a_trace, |store| async move {
    let house = house(&store).await;
    let mut chosen = Vec::new();
    for at in 0..51 {
        let lead = house.another(&format!("Company{at}")).await;
        let quote = quotes::add_once(&house.martin, lead, &form(""), None).await.unwrap();
        quotes::add_line(&house.martin, quote, &form("text=Work&price=10")).await.unwrap();
        quotes::send(&house.martin, quote, &form(&format!("to=al@company{at}.example"))).await.unwrap();
        quotes::note_step(&house.martin, quote, QuoteStep::Accept, &form("")).await.unwrap();
        chosen.push(format!("{lead}:{}", leads::find_alone(&house.martin, lead).await.unwrap().version));
    }
    let before = rows(&store).await;
    let run = bulk::begin(&house.maya, &form(&format!("what=convert&chosen={}", chosen.join(",")))).await.unwrap();
    while bulk::work(&house.public).await.unwrap() {}
    let report = bulk::report(&house.maya, run).await.unwrap();
    assert_eq!((report.run.state, report.run.changed, report.run.skipped), (BulkState::Done, 51, 0));
    bulk::undo(&house.maya, run).await.unwrap();
    while bulk::work(&house.public).await.unwrap() {}
    let report = bulk::report(&house.maya, run).await.unwrap();
    assert_eq!((report.run.state, report.run.undone, report.run.kept), (BulkState::Undone, 51, 0));
    assert!(invoices::list(&house.martin, InvoiceFilter::default(), None, 9).await.unwrap().items.is_empty());
    assert!(customers::list(&house.martin, &CustomerFilter::default(), None, 9).await.unwrap().items.is_empty());
    assert_eq!(rows(&store).await, before);
});
