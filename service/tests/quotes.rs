//! Products and quotes, on both engines, with a clock that stands still.

use std::sync::Arc;

use domain::quote::QuotePage;
use domain::{
    AccountId, Actor, ChoiceId, ChoiceList, DAY_MS, EmailAddress, EventKind, FormValues, LeadAction, LeadId, NoticeKind, PartKind, PartStep,
    ProductId, QuoteId, QuoteState, QuoteStep, Role, Timestamp, UserId,
};
use service::once::Once;
use service::quotes::Wanted;
use service::{Clock, Ctx, MailSite, ServiceError, accounts, configuration, leads, notices, opportunities, outbox, people, products, quotes};
use store::people::NewUser;
use store::{Store, both_engines};

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
    /// A quote of Maya's with two lines: 2 at 10.00 with a tenth off and 20 % tax, and 5.00 a month without tax.
    async fn quote(&self) -> QuoteId {
        let id = quotes::add_once(&self.maya, self.lead, &form("memo=Careful"), None).await.unwrap();
        for line in ["text=Work&quantity=2&price=10&discount=10&tax=20", "text=Care&price=5&period=month"] {
            quotes::add_line(&self.maya, id, &form(line)).await.unwrap();
        }
        id
    }

    async fn read(&self, id: QuoteId) -> QuotePage {
        quotes::find(&self.maya, id).await.unwrap()
    }

    async fn state(&self, id: QuoteId) -> QuoteState {
        self.read(id).await.quote.state
    }

    /// Sends it, and gives what is secret in its address.
    async fn send(&self, id: QuoteId) -> String {
        quotes::send(&self.maya, id, &form("to=jo@field.example")).await.unwrap();
        self.token().await
    }

    /// What is secret in the address of the newest mail.
    async fn token(&self) -> String {
        let mail = outbox::find(&self.ada, outbox::list(&self.ada, None).await.unwrap().items[0].id).await.unwrap();
        let (_, behind) = mail.body.split_once("https://leads.test/q/").unwrap_or_else(|| panic!("no address: {}", mail.body));
        behind.split_whitespace().next().unwrap().to_owned()
    }

    /// What became of quotes, newest first.
    async fn told(&self) -> Vec<PartStep> {
        let timeline = leads::timeline(&self.maya, self.lead, domain::TimelineFilter::default(), None).await.unwrap();
        let steps = timeline.events.into_iter().filter_map(|event| match event.kind {
            EventKind::Part { part: PartKind::Quote, step, .. } => Some(step),
            _ => None,
        });
        steps.collect()
    }

    async fn notices(&self) -> Vec<NoticeKind> {
        let rows = notices::list(&self.maya, None).await.unwrap().items;
        rows.into_iter().map(|row| row.kind).filter(|kind| matches!(kind, NoticeKind::QuoteAnswered | NoticeKind::QuoteExpired)).collect()
    }

    async fn deal(&self) -> domain::Opportunity {
        opportunities::lead_opportunities(&self.maya, self.lead).await.unwrap().remove(0)
    }

    async fn stage(&self, name: &str) -> ChoiceId {
        configuration::add_choice(&self.ada, ChoiceList::Stage, &form(&format!("name={name}"))).await.unwrap()
    }

    async fn product(&self, text: &str) -> ProductId {
        products::add(&self.martin, &form(text), None).await.unwrap()
    }
}

both_engines!(managers_look_after_products, |store| async move {
    let house = house(&store).await;
    assert!(refusal(products::add(&house.maya, &form("name=Seat&price=1"), None).await).contains("manager"));
    assert!(refusal(products::list(&house.dora, "").await).contains("people of the house"));
    let seat = house.product("name=Seat&price=12.50&tax=20&period=month&unit=seat&code=S-1").await;
    error_at(products::add(&house.martin, &form("name=+seat&price=1"), None).await, "name");
    error_at(products::add(&house.martin, &form("name=Box&price=-1"), None).await, "price");
    let once = Once { key: "k".to_owned(), digest: "d".to_owned() };
    let first = products::add(&house.ada, &form("name=Box&price=9"), Some(&once)).await.unwrap();
    assert_eq!(products::add(&house.ada, &form("name=Box&price=9"), Some(&once)).await.unwrap(), first);
    products::change(&house.martin, seat, &form("version=1&price=13")).await.unwrap();
    assert!(refusal(products::change(&house.martin, seat, &form("version=1&price=14")).await).contains("Somebody changed"));
    let names = |found: Vec<domain::Product>| found.into_iter().map(|product| product.name).collect::<Vec<_>>();
    assert_eq!(names(products::list(&house.maya, "").await.unwrap()), ["Box", "Seat"]);
    assert_eq!(names(products::list(&house.maya, "s-1").await.unwrap()), ["Seat"]);
    products::remove(&house.martin, first, &form("")).await.unwrap();
    assert_eq!(names(products::list(&house.maya, "").await.unwrap()), ["Seat"]);
    house.product("name=Box&price=1").await;
    assert!(refusal(products::restore(&house.martin, first, &form("")).await).contains("has its name"));
    assert!(is_absent(products::change(&house.martin, ProductId(99), &form("name=X")).await));
});

both_engines!(a_line_takes_its_product_s_price_for_the_lead_s_partner, |store| async move {
    let house = house(&store).await;
    let partner = configuration::add_choice(&house.ada, ChoiceList::Partner, &form("name=Vendor+House")).await.unwrap();
    let seat = house.product(&format!("name=Seat&price=12.50&tax=20&price_{partner}=9")).await;
    let id = quotes::add_once(&house.maya, house.lead, &form(""), None).await.unwrap();
    quotes::add_line(&house.maya, id, &form(&format!("product={seat}&quantity=3"))).await.unwrap();
    let version = leads::find(&house.maya, house.lead).await.unwrap().lead.version;
    leads::change(&house.maya, house.lead, &form(&format!("version={version}&partner=Vendor+House"))).await.unwrap();
    quotes::add_line(&house.maya, id, &form(&format!("product={seat}&text=&price=&tax="))).await.unwrap();
    let page = house.read(id).await;
    assert_eq!(page.quote.lines.iter().map(|line| (line.price_minor, line.title())).collect::<Vec<_>>(), [(1250, "Seat"), (900, "Seat")]);
    assert_eq!(page.products[0].price_minor, 900, "as offered");
});

both_engines!(a_quote_is_put_together_line_by_line, |store| async move {
    let house = house(&store).await;
    let id = house.quote().await;
    let page = house.read(id).await;
    assert_eq!((page.quote.reference.as_str(), page.quote.revision, page.quote.state), ("Q-2025-1", 1, QuoteState::New));
    assert_eq!(page.quote.valid_until.day(), "2025-12-04", "ten days (S3-11)");
    let totals = page.quote.totals().unwrap();
    assert_eq!((totals.all.net_minor, totals.all.tax_minor), (1800 + 500, 360));
    let [work, care] = [page.quote.lines[0].id, page.quote.lines[1].id];
    quotes::move_line(&house.maya, id, care, &form("direction=up")).await.unwrap();
    quotes::change_line(&house.maya, id, work, &form("quantity=1&text=Work\r\nby+the+hour")).await.unwrap();
    error_at(quotes::change_line(&house.maya, id, work, &form("quantity=0")).await, "quantity");
    error_at(quotes::move_line(&house.maya, id, work, &form("direction=left")).await, "direction");
    error_at(quotes::move_line(&house.maya, id, work, &form("to=first")).await, "to");
    for (line, place, first) in [(work, 1, work), (work, 9, care), (work, 0, work), (care, 1, care)] {
        quotes::move_line(&house.maya, id, line, &form(&format!("to={place}"))).await.unwrap();
        assert_eq!(house.read(id).await.quote.lines[0].id, first, "{line} to {place}");
    }
    let lines = house.read(id).await.quote.lines;
    assert_eq!(
        lines.iter().map(|line| (line.id, line.title().to_owned())).collect::<Vec<_>>(),
        [(care, "Care".to_owned()), (work, "Work".to_owned())]
    );
    let version = house.read(id).await.quote.version;
    quotes::remove_line(&house.maya, id, care, &form(&format!("version={version}"))).await.unwrap();
    assert!(refusal(quotes::remove_line(&house.maya, id, work, &form(&format!("version={version}"))).await).contains("Somebody changed"));
    assert!(is_absent(quotes::remove_line(&house.maya, id, care, &form("")).await));
    quotes::change(&house.maya, id, &form("valid_until=2025-12-24&note=For+you")).await.unwrap();
    error_at(quotes::change(&house.maya, id, &form("valid_until=2025-11-23")).await, "valid_until");
    error_at(quotes::add_line(&house.maya, id, &form("price=1")).await, "text");
    assert_eq!(house.told().await.into_iter().rev().take(3).collect::<Vec<_>>(), [PartStep::Added, PartStep::Changed, PartStep::Changed]);
    let row = quotes::view(&house.maya, house.lead).await.unwrap().quotes.remove(0);
    assert_eq!((row.id, row.amounts.net_minor, row.amounts.tax_minor), (id, 900, 180));
});

both_engines!(a_quote_is_in_the_currency_of_its_deal, |store| async move {
    let house = house(&store).await;
    let sentence = error_at(quotes::add_once(&house.maya, house.lead, &form("currency=EUR"), None).await, "currency");
    assert!(sentence.ends_with("is in GBP, so its quotes are too"), "{sentence}");
    let euro = house.product("name=Seat&price=12.50&currency=EUR").await;
    let id = quotes::add_once(&house.maya, house.lead, &form("currency=gbp"), None).await.unwrap();
    let sentence = error_at(quotes::add_line(&house.maya, id, &form(&format!("product={euro}"))).await, "product");
    assert!(sentence.contains("priced in EUR, and this quote is in GBP"), "{sentence}");
    error_at(quotes::add_line(&house.maya, id, &form("product=99")).await, "product");
    assert!(house.read(id).await.products.is_empty(), "only what fits is offered");
});

both_engines!(a_total_that_overflows_is_refused, |store| async move {
    let house = house(&store).await;
    let id = quotes::add_once(&house.maya, house.lead, &form(""), None).await.unwrap();
    let sentence = error_at(quotes::add_line(&house.maya, id, &form("text=Sea&quantity=1000000&price=1000000000000")).await, "price");
    assert!(sentence.contains("more than can be held"), "{sentence}");
    quotes::add_line(&house.maya, id, &form("text=Sea&price=1000000000000")).await.unwrap();
    let sentence = error_at(quotes::add_line(&house.maya, id, &form("text=Drop&price=0.01")).await, "");
    assert!(sentence.contains("more than can be held"), "{sentence}");
    assert_eq!(house.read(id).await.quote.lines.len(), 1, "nothing was saved");
});

both_engines!(a_rate_of_tax_that_changed_since_is_not_sent_unseen, |store| async move {
    let house = house(&store).await;
    let seat = house.product("name=Seat&price=10&tax=20").await;
    let id = quotes::add_once(&house.maya, house.lead, &form(""), None).await.unwrap();
    quotes::add_line(&house.maya, id, &form(&format!("product={seat}"))).await.unwrap();
    products::change(&house.martin, seat, &form("tax=19")).await.unwrap();
    let page = house.read(id).await;
    assert_eq!((page.stale_taxes.len(), page.quote.lines[0].tax.plain()), (1, "20".to_owned()), "the line stays as it was");
    let sentence = error_at(quotes::send(&house.maya, id, &form("to=jo@field.example")).await, "keep_taxes");
    assert!(sentence.contains("is taxed 19 % now, and was 20 %"), "{sentence}");
    quotes::take_over_taxes(&house.maya, id, &form("")).await.unwrap();
    let page = house.read(id).await;
    assert_eq!((page.stale_taxes.len(), page.quote.lines[0].tax.plain()), (0, "19".to_owned()));
    products::change(&house.martin, seat, &form("tax=21")).await.unwrap();
    quotes::send(&house.maya, id, &form("to=jo@field.example&keep_taxes=1")).await.unwrap();
    assert_eq!(house.read(id).await.quote.lines[0].tax.plain(), "19");
});

both_engines!(a_quote_is_sent_by_mail_and_accepted_at_its_address, |store| async move {
    let house = house(&store).await;
    let [sent, accepted] = [house.stage("03-Offered").await, house.stage("05-Agreed").await];
    quotes::change_settings(&house.martin, &form(&format!("stage_sent={sent}&stage_accepted={accepted}&sender=1+Quay+St"))).await.unwrap();
    let id = house.quote().await;
    error_at(quotes::send(&house.maya, id, &form("to=else@field.example")).await, "to");
    let token = house.send(id).await;
    assert_eq!((house.state(id).await, house.deal().await.stage), (QuoteState::Sent, sent));
    let timeline = leads::timeline(&house.maya, house.lead, domain::TimelineFilter::default(), None).await.unwrap();
    assert!(!format!("{timeline:?}").contains(&token), "what is secret is the customer's");
    let seen = quotes::find_public(&house.public, &token).await.unwrap();
    assert!(seen.may_answer() && seen.paper.sender == "1 Quay St" && seen.paper.lines.len() == 2, "{seen:?}");
    assert!(!serde_json::to_string(&seen).unwrap().contains("Careful"), "the memo is the house's");
    assert_eq!(seen.paper, seen.paper.clone().for_public(), "and so is of what its lines are");
    assert!(is_absent(quotes::find_public(&house.public, "none").await));
    error_at(quotes::answer(&house.public, &token, &form("answer=accept")).await, "name");
    error_at(quotes::answer(&house.public, &token, &form("name=Jo")).await, "answer");
    assert_eq!(house.state(id).await, QuoteState::Sent, "looking changes nothing");
    // Whoever is signed in by chance is not who answers.
    let state = quotes::answer(&house.ana, &token, &form("answer=accept&name=Jo+Field")).await.unwrap();
    assert_eq!(state, QuoteState::Accepted);
    assert_eq!(quotes::answer(&house.public, &token, &form("answer=accept&name=Jo+Field")).await.unwrap(), QuoteState::Accepted, "one answer");
    assert!(refusal(quotes::answer(&house.public, &token, &form("answer=deny&name=Jo")).await).contains("You have accepted"));
    let quote = house.read(id).await.quote;
    assert_eq!((quote.answered_by.as_str(), quote.answered_at), ("Jo Field", Some(NOW)));
    let deal = house.deal().await;
    assert_eq!((deal.stage, deal.amount_minor), (accepted, Some(2300)), "without tax");
    assert_eq!(house.notices().await, [NoticeKind::QuoteAnswered]);
    assert_eq!(house.told().await.into_iter().take(2).collect::<Vec<_>>(), [PartStep::Accepted, PartStep::Sent]);
    assert!(refusal(quotes::revise(&house.maya, id, &form("")).await).contains("was accepted"));
    assert!(refusal(quotes::change(&house.maya, id, &form("note=X")).await).contains("new revision"));
    quotes::change(&house.maya, id, &form("memo=Well+done")).await.unwrap();
    let other = house.quote().await;
    let token = house.send(other).await;
    quotes::answer(&house.public, &token, &form("answer=accept&name=Jo")).await.unwrap();
    assert_eq!(house.deal().await.amount_minor, Some(4600), "both together");
});

both_engines!(people_of_a_distributor_read_of_an_attempt_and_nothing_of_the_quote, |store| async move {
    let house = house(&store).await;
    let id = house.quote().await;
    quotes::send(&house.maya, id, &form("to=jo@field.example&text=Less+than+zanzibar")).await.unwrap();
    let firm = house.dora.actor().unwrap().account.unwrap();
    leads::delegate(&house.martin, house.lead, &form(&format!("distributor={firm}"))).await.unwrap();
    let timeline = leads::timeline(&house.dora, house.lead, domain::TimelineFilter::default(), None).await.unwrap();
    let attempts = service::attempts::view(&house.dora, house.lead).await.unwrap();
    assert!(timeline.events.iter().any(|event| matches!(event.kind, EventKind::Attempted { .. })));
    assert_eq!(attempts.attempts.iter().map(|attempt| attempt.note.as_str()).collect::<Vec<_>>(), ["A quote"]);
    let read = format!("{:?} {attempts:?}", timeline.events);
    for inside in ["zanzibar", "Q-2025", "26.60"] {
        assert!(!read.contains(inside), "{inside}: {read}");
    }
    let ours = leads::timeline(&house.maya, house.lead, domain::TimelineFilter::default(), None).await.unwrap();
    assert!(format!("{:?}", ours.events).contains("£26.60"), "the house reads what it came to");
});

both_engines!(a_denied_quote_is_revised_and_the_old_address_answers_no_more, |store| async move {
    let house = house(&store).await;
    let id = house.quote().await;
    assert!(refusal(quotes::revise(&house.maya, id, &form("")).await).contains("not sent yet"));
    let first = house.send(id).await;
    quotes::note_step(&house.maya, id, QuoteStep::Review, &form("")).await.unwrap();
    assert_eq!(house.state(id).await, QuoteState::OnReview);
    quotes::answer(&house.public, &first, &form("answer=deny&name=Jo&reason=Too+dear")).await.unwrap();
    assert_eq!(house.read(id).await.quote.reason, "Too dear");
    assert_eq!(house.deal().await.amount_minor, None);
    quotes::revise(&house.maya, id, &form("")).await.unwrap();
    let line = house.read(id).await.quote.lines[0].id;
    quotes::change_line(&house.maya, id, line, &form("price=8")).await.unwrap();
    let seen = quotes::find_public(&house.public, &first).await.unwrap();
    assert!(seen.is_superseded && !seen.may_answer());
    assert_eq!(seen.paper.lines[0].price_minor, 1000, "what was sent stays as it was");
    assert!(refusal(quotes::answer(&house.public, &first, &form("answer=accept&name=Jo")).await).contains("newer version"));
    let second = house.send(id).await;
    let seen = quotes::find_public(&house.public, &second).await.unwrap();
    assert_eq!((seen.paper.name().as_str(), seen.paper.lines[0].price_minor), ("Q-2025-1, revision 2", 800));
    assert_eq!(house.read(id).await.revisions.iter().map(|one| one.revision).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(quotes::paper(&house.maya, id, Some(1)).await.unwrap().lines[0].price_minor, 1000);
    assert!(is_absent(quotes::paper(&house.maya, id, Some(3)).await));
    quotes::note_step(&house.maya, id, QuoteStep::Accept, &form("")).await.unwrap();
    assert!(house.read(id).await.quote.answered_by.is_empty());
    assert_eq!(house.notices().await.len(), 1, "nobody is told of what they noted themselves");
    assert!(is_absent(quotes::note_step(&house.maya, id, QuoteStep::Send, &form("")).await));
});

both_engines!(a_quote_that_was_never_sent_can_be_removed, |store| async move {
    let house = house(&store).await;
    let (id, sent) = (house.quote().await, house.quote().await);
    house.send(sent).await;
    assert!(refusal(quotes::remove(&house.maya, id, &form("version=1")).await).contains("Somebody changed"));
    assert!(refusal(quotes::remove(&house.maya, sent, &form("")).await).contains("was sent once"));
    quotes::note_step(&house.maya, sent, QuoteStep::Deny, &form("")).await.unwrap();
    quotes::revise(&house.maya, sent, &form("")).await.unwrap();
    assert!(refusal(quotes::remove(&house.maya, sent, &form("")).await).contains("was sent once"), "its first revision was");
    assert_eq!(quotes::remove(&house.maya, id, &form("")).await.unwrap(), house.lead);
    assert!(is_absent(quotes::find(&house.maya, id).await));
    assert!(is_absent(quotes::remove(&house.maya, id, &form("")).await));
    assert_eq!(quotes::view(&house.maya, house.lead).await.unwrap().quotes.iter().map(|row| row.id).collect::<Vec<_>>(), [sent]);
    assert_eq!(house.told().await.first(), Some(&PartStep::Removed));
    assert!(house.quote().await.0 > sent.0, "its number is not given again");
});

both_engines!(an_expired_quote_cannot_be_accepted, |store| async move {
    let house = house(&store).await;
    let late = house.stage("09-Late").await;
    quotes::change_settings(&house.ada, &form(&format!("stage_expired={late}&valid_days=2"))).await.unwrap();
    let id = house.quote().await;
    let token = house.send(id).await;
    assert!(!quotes::work(&house.public).await.unwrap(), "its days are not over");
    house.public.clock.advance_ms(3 * DAY_MS);
    // Before the program has noted it.
    assert!(refusal(quotes::answer(&house.public, &token, &form("answer=accept&name=Jo")).await).contains("was valid until 26 Nov 2025"));
    assert!(refusal(quotes::note_step(&house.maya, id, QuoteStep::Accept, &form("")).await).contains("was valid until"));
    assert!(refusal(quotes::send(&house.maya, id, &form("to=jo@field.example")).await).contains("is expired"));
    assert!(quotes::work(&house.public).await.unwrap());
    assert!(!quotes::work(&house.public).await.unwrap(), "once");
    assert_eq!((house.state(id).await, house.deal().await.stage), (QuoteState::Expired, late));
    assert_eq!(house.notices().await, [NoticeKind::QuoteExpired]);
    assert_eq!(quotes::find_public(&house.public, &token).await.unwrap().state, QuoteState::Expired);
    quotes::revise(&house.maya, id, &form("")).await.unwrap();
    assert_eq!(house.read(id).await.quote.valid_until.day(), "2025-11-29");
    let token = house.send(id).await;
    quotes::answer(&house.public, &token, &form("answer=accept&name=Jo")).await.unwrap();
    assert_eq!(house.state(id).await, QuoteState::Accepted);
});

both_engines!(quotes_are_for_who_works_the_lead, |store| async move {
    let house = house(&store).await;
    let once = Once { key: "k".to_owned(), digest: "d".to_owned() };
    let id = quotes::add_once(&house.maya, house.lead, &form(""), Some(&once)).await.unwrap();
    assert_eq!(quotes::add_once(&house.maya, house.lead, &form(""), Some(&once)).await.unwrap(), id);
    error_at(quotes::send(&house.maya, id, &form("to=jo@field.example")).await, "");
    quotes::add_line(&house.martin, id, &form("text=Work&price=1")).await.unwrap();
    house.public.clock.advance_ms(11 * DAY_MS);
    let sentence = error_at(quotes::send(&house.maya, id, &form("to=jo@field.example")).await, "");
    assert!(sentence.contains("was valid until 4 Dec 2025; choose a later day first"), "{sentence}");
    quotes::change(&house.maya, id, &form("valid_until=2025-12-10&note=")).await.unwrap();
    assert!(is_absent(quotes::find(&house.ana, id).await) && is_absent(quotes::view(&house.ana, house.lead).await));
    assert!(is_absent(quotes::add_line(&house.ana, id, &form("text=X&price=1")).await) && is_absent(quotes::paper(&house.ana, id, None).await));
    assert!(quotes::list(&house.ana, Wanted::default(), 10).await.unwrap().items.is_empty());
    assert_eq!(quotes::list(&house.martin, Wanted { state: Some(QuoteState::New), ..Wanted::default() }, 10).await.unwrap().items.len(), 1);
    assert!(refusal(quotes::list(&house.dora, Wanted::default(), 10).await).contains("people of the house"));
    assert!(refusal(quotes::find_settings(&house.maya).await).contains("manager"));
    error_at(quotes::change_settings(&house.martin, &form("pattern=Q")).await, "pattern");
    error_at(quotes::change_settings(&house.martin, &form("stage_accepted=9999")).await, "stage_accepted");
    let token = house.send(id).await;
    let version = leads::find(&house.maya, house.lead).await.unwrap().lead.version;
    leads::act(&house.maya, house.lead, LeadAction::Win, &form(&format!("version={version}"))).await.unwrap();
    assert!(refusal(quotes::add_once(&house.maya, house.lead, &form(""), None).await).contains("closed"));
    assert!(!quotes::view(&house.maya, house.lead).await.unwrap().may_add);
    // What was offered stands.
    quotes::answer(&house.public, &token, &form("answer=accept&name=Jo")).await.unwrap();
    let gone = quotes::find_public(&house.public, &token).await;
    assert!(gone.is_ok());
    let version = leads::find(&house.maya, house.lead).await.unwrap().lead.version;
    leads::act(&house.martin, house.lead, LeadAction::Delete, &form(&format!("version={version}"))).await.unwrap();
    assert!(is_absent(quotes::find_public(&house.public, &token).await), "of a deleted lead nobody reads");
});
