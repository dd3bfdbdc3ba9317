//! Products and quotes, on both engines.

use domain::cast::{self, ACME, ANA, MAYA, NOW};
use domain::quote::{Amounts, ForDeal, NumberPattern, Quantity, QuotePaper, QuoteSettings};
use domain::{
    AccountId, ChoiceId, ChoiceList, DAY_MS, EmailAddress, Lead, LeadId, Named, Opportunity, OpportunityId, PartnerPrice, Period, Product, ProductId,
    ProductKind, Quote, QuoteId, QuoteLine, QuoteLineId, QuoteState, Reach, Role, Scope, Share,
};
use store::accounts::NewAccount;
use store::catalog::{NewLeadType, NewStatus};
use store::contacts::NewContact;
use store::leads::NewLead;
use store::people::NewUser;
use store::quotes::QuotesOf;
use store::{Sql, Store, Tx, both_engines};

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

fn share(points: i64) -> Share {
    Share::try_from(points).unwrap()
}

fn product(id: i64, name: &str) -> Product {
    Product { id: ProductId(id), name: name.to_owned(), price_minor: 1250, tax: share(2000), ..Product::blank("GBP", NOW) }
}

fn line(id: i64) -> QuoteLine {
    QuoteLine { id: QuoteLineId(id), text: format!("Line {id}\nmore"), price_minor: 100, ..QuoteLine::blank() }
}

/// Of the lead and the deal of its number.
fn quote(id: i64, lead: i64) -> Quote {
    let opportunity = Named { id: OpportunityId(lead), name: format!("Deal {lead}") };
    let deal = ForDeal { lead: LeadId(lead), opportunity, currency: "GBP".to_owned() };
    let blank = Quote::blank(deal, NOW.start_of_day().plus_ms(10 * DAY_MS), MAYA, NOW);
    Quote { id: QuoteId(id), reference: format!("Q-{id}"), ..blank }
}

const AMOUNTS: Amounts = Amounts { net_minor: 100, tax_minor: 20 };

both_engines!(a_product_reads_back_as_it_was_added_and_changed, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let partner = tx.catalog().add_choice(ChoiceList::Partner, "Vendor House", false).await.unwrap();
    let one = Product {
        code: "S-1".to_owned(),
        description: "Two\nlines".to_owned(),
        kind: ProductKind::Goods,
        unit: "seat".to_owned(),
        period: Period::Month,
        prices: vec![PartnerPrice { partner, price_minor: 900 }],
        ..product(1, "Seat")
    };
    tx.products().add(&one).await.unwrap();
    tx.products().add(&product(2, "alarm")).await.unwrap();
    assert_eq!(tx.products().find(one.id).await.unwrap().as_ref(), Some(&one));
    assert_eq!(tx.products().find(ProductId(9)).await.unwrap(), None);
    assert!(tx.products().find_many(&[]).await.unwrap().is_empty());
    assert_eq!(tx.products().list().await.unwrap(), [product(2, "alarm"), one.clone()]);
    for period in Period::ALL {
        let other = Product { version: 2, period, price_minor: 7, currency: "EUR".to_owned(), tax: share(770), prices: Vec::new(), ..one.clone() };
        let expected = if period == Period::Once { 1 } else { 2 };
        assert!(tx.products().change(&other, expected).await.unwrap());
        assert_eq!(tx.products().find(one.id).await.unwrap(), Some(other));
    }
    assert!(!tx.products().change(&one, 1).await.unwrap(), "somebody was faster");
    assert_eq!(tx.catalog().uses_of_choice(partner, ChoiceList::Partner).await.unwrap(), 0);
    assert!(tx.products().change(&Product { version: 3, removed_at: Some(NOW), ..one.clone() }, 2).await.unwrap());
    assert_eq!(tx.catalog().uses_of_choice(partner, ChoiceList::Partner).await.unwrap(), 1, "a price list uses its partner");
    assert!(!tx.catalog().remove_choice(partner, ChoiceList::Partner).await.unwrap());
    assert_eq!(tx.products().list().await.unwrap(), [product(2, "alarm")]);
    assert_eq!(tx.products().count().await.unwrap(), 1);
    let found = tx.products().find_many(&[ProductId(2), ProductId(1), ProductId(7)]).await.unwrap();
    assert_eq!(found.iter().map(|one| one.id.0).collect::<Vec<_>>(), [1, 2], "a removed one too");
});

both_engines!(a_quote_reads_back_with_its_lines_in_order, |store| async move {
    let mut tx = begin(&store).await;
    tx.products().add(&product(1, "Seat")).await.unwrap();
    let seats = QuoteLine {
        product: Some(ProductId(1)),
        quantity: Quantity::try_from(1500).unwrap(),
        unit: "seat".to_owned(),
        discount: share(1250),
        tax: share(2000),
        listed_tax: Some(share(1900)),
        period: Period::Year,
        ..line(2)
    };
    let one = Quote { note: "For\nyou".to_owned(), memo: "Careful".to_owned(), lines: vec![seats, line(1)], ..quote(1, 1) };
    tx.quotes().add(&one, AMOUNTS).await.unwrap();
    assert_eq!(tx.quotes().find(one.id).await.unwrap().as_ref(), Some(&one));
    assert_eq!(tx.quotes().find(QuoteId(9)).await.unwrap(), None);
    let mut other = Quote {
        version: 2,
        revision: 2,
        state: QuoteState::Denied,
        reason: "Too dear".to_owned(),
        sent_to: "jo@field.example".to_owned(),
        sent_at: Some(NOW),
        answered_by: "Jo Field".to_owned(),
        answered_at: Some(NOW.plus_ms(1)),
        updated_at: NOW.plus_ms(2),
        ..one.clone()
    };
    other.lines.swap(0, 1);
    other.lines.push(line(3));
    assert!(tx.quotes().change(&other, AMOUNTS, Some(NOW), 1).await.unwrap());
    assert!(!tx.quotes().change(&other, AMOUNTS, None, 1).await.unwrap(), "somebody was faster");
    assert_eq!(tx.quotes().find(one.id).await.unwrap(), Some(other.clone()));
    for state in QuoteState::ALL {
        assert!(tx.quotes().change(&Quote { state, lines: Vec::new(), ..other.clone() }, AMOUNTS, None, 2).await.unwrap(), "{state:?}");
    }
    assert!(tx.quotes().find(one.id).await.unwrap().unwrap().lines.is_empty());
});

both_engines!(quotes_are_listed_within_a_scope, |store| async move {
    let mut tx = begin(&store).await;
    for (id, lead) in [(1, 1), (2, 2), (3, 1)] {
        tx.quotes().add(&quote(id, lead), AMOUNTS).await.unwrap();
    }
    tx.run(Sql::new("update lead set owner_id = $1 where id = 2").bind(ANA)).await.unwrap();
    let hers = Scope::Any(vec![Reach::Owner(ANA)]);
    let nothing = Scope::Any(Vec::new());
    let all = QuotesOf { scope: &Scope::All, lead: None, state: None, before: None, limit: 10 };
    for (of, found) in [
        (all, vec![3, 2, 1]),
        (QuotesOf { lead: Some(LeadId(1)), ..all }, vec![3, 1]),
        (QuotesOf { before: Some(QuoteId(3)), limit: 1, ..all }, vec![2]),
        (QuotesOf { state: Some(QuoteState::Accepted), ..all }, vec![]),
        (QuotesOf { state: Some(QuoteState::New), ..all }, vec![3, 2, 1]),
        (QuotesOf { scope: &hers, ..all }, vec![2]),
        (QuotesOf { scope: &hers, lead: Some(LeadId(1)), ..all }, vec![]),
        (QuotesOf { scope: &nothing, ..all }, vec![]),
    ] {
        let rows = tx.quotes().list(of).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.id.0).collect::<Vec<_>>(), found, "{of:?}");
        assert!(rows.iter().all(|row| row.amounts == AMOUNTS));
    }
    assert_eq!(tx.quotes().count_of_lead(LeadId(1)).await.unwrap(), 2);
    tx.run(Sql::new("update lead set deleted_at = 1 where id = 2")).await.unwrap();
    assert_eq!(tx.quotes().list(all).await.unwrap().len(), 2, "of a deleted lead none is listed");
});

both_engines!(what_was_accepted_and_what_expires_is_found, |store| async move {
    let mut tx = begin(&store).await;
    for id in 1..=3 {
        tx.quotes().add(&quote(id, 1), AMOUNTS).await.unwrap();
        let state = if id == 2 { QuoteState::Sent } else { QuoteState::Accepted };
        let look_at = (id != 1).then(|| NOW.plus_ms(10 - id));
        assert!(tx.quotes().change(&Quote { version: 2, state, ..quote(id, 1) }, AMOUNTS, look_at, 1).await.unwrap());
    }
    assert_eq!(tx.quotes().list_accepted(LeadId(1)).await.unwrap(), [QuoteId(1), QuoteId(3)]);
    assert_eq!(tx.quotes().accepted_amounts(OpportunityId(1)).await.unwrap(), [100, 100]);
    assert!(tx.quotes().accepted_amounts(OpportunityId(2)).await.unwrap().is_empty());
    let mut listed = async |ms: i64| {
        let found = tx.quotes().list_to_look_at(NOW.plus_ms(ms), 10).await.unwrap();
        found.into_iter().map(|one| (one.id.0, one.lead.0)).collect::<Vec<_>>()
    };
    assert!(listed(6).await.is_empty());
    assert_eq!(listed(8).await, [(3, 1), (2, 1)]);
});

both_engines!(what_was_sent_stays_as_it_was_at_its_address, |store| async move {
    let mut tx = begin(&store).await;
    tx.quotes().add(&quote(1, 1), AMOUNTS).await.unwrap();
    let paper = |revision: i64| QuotePaper {
        site: "Acme".to_owned(),
        sender: "1 High St".to_owned(),
        footer: String::new(),
        reference: "Q-1".to_owned(),
        revision,
        date: NOW.start_of_day(),
        valid_until: NOW.start_of_day(),
        currency: "GBP".to_owned(),
        customer: vec!["Jo Field".to_owned()],
        deal: "Deal 1".to_owned(),
        by: "Maya".to_owned(),
        by_email: "maya@leads.example".to_owned(),
        note: "É".to_owned(),
        lines: vec![line(1)],
    };
    tx.quotes().keep_sent(QuoteId(1), &paper(1), NOW, "a@field.example").await.unwrap();
    tx.quotes().keep_sent(QuoteId(1), &paper(2), NOW, "b@field.example").await.unwrap();
    let other = QuotePaper { site: "Other".to_owned(), ..paper(2) };
    tx.quotes().keep_sent(QuoteId(1), &other, NOW.plus_ms(5), "c@field.example").await.unwrap();
    assert_eq!(tx.quotes().find_sent(QuoteId(1), 2).await.unwrap(), Some(paper(2)), "it stays what it was");
    assert_eq!(tx.quotes().find_sent(QuoteId(1), 1).await.unwrap(), Some(paper(1)));
    assert_eq!(tx.quotes().find_sent(QuoteId(1), 3).await.unwrap(), None);
    let sent = tx.quotes().sent_revisions(QuoteId(1)).await.unwrap();
    let sent: Vec<_> = sent.iter().map(|one| (one.revision, one.sent_to.as_str(), one.sent_at)).collect();
    assert_eq!(sent, [(2, "c@field.example", NOW.plus_ms(5)), (1, "a@field.example", NOW)]);
    tx.quotes().add_link("abc", QuoteId(1), 2).await.unwrap();
    assert_eq!(tx.quotes().find_link("abc").await.unwrap(), Some((QuoteId(1), 2)));
    assert_eq!(tx.quotes().find_link("abd").await.unwrap(), None);
});

both_engines!(how_quotes_are_made_reads_back, |store| async move {
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.quotes().settings().await.unwrap(), QuoteSettings::default());
    let won = tx.catalog().add_choice(ChoiceList::Stage, "07-Won", false).await.unwrap();
    let pattern = NumberPattern::parse("A{number:5}").unwrap();
    let stages: Vec<(QuoteState, ChoiceId)> = QuoteState::ALL.map(|state| (state, won)).to_vec();
    let settings = QuoteSettings { pattern, valid_days: 30, sender: "1 High St".to_owned(), footer: "Thanks".to_owned(), stages };
    for wanted in [settings.clone(), QuoteSettings { stages: Vec::new(), ..settings.clone() }, settings] {
        tx.quotes().change_settings(&wanted).await.unwrap();
        assert_eq!(tx.quotes().settings().await.unwrap(), wanted);
    }
    assert_eq!(tx.catalog().uses_of_choice(won, ChoiceList::Stage).await.unwrap(), 6);
    assert!(!tx.catalog().remove_choice(won, ChoiceList::Stage).await.unwrap());
});
