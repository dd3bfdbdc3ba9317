//! Tickets on both engines, with a clock that stands still: who opens, gets and closes them, how they are listed, and who is told.

use std::sync::Arc;

use domain::ticket::TicketListing;
use domain::{
    Actor, EmailAddress, EventKind, FormValues, LeadAction, LeadId, PartKind, PartStep, Role, Ticket, TicketFilter, TicketId, TicketPriority,
    Timestamp, UserId,
};
use service::leads::{self, find};
use service::once::Once;
use service::{Clock, Ctx, MailSite, ServiceError, notices, people, tickets};
use store::people::NewUser;
use store::{Store, both_engines};

struct House {
    /// Reps of the North, which Martin manages.
    maya: Ctx,
    noor: Ctx,
    martin: Ctx,
    /// A rep of no group.
    ana: Ctx,
    /// A lead of the North that Maya has.
    lead: LeadId,
}

/// It is Monday, 24 November 2025, 16:00.
async fn house(store: &Store) -> House {
    let mail = MailSite { public_url: "https://leads.test".to_owned(), sender: "leadwright@leads.test".to_owned(), has_server: true };
    let public = Ctx { mail: Arc::new(mail), ..Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000))) };
    service::seed::seed_defaults(&public).await.unwrap();
    let ada = person(&public, "ada", Role::Administrator).await;
    let mut ids = Vec::new();
    for (name, role) in [("maya", Role::Rep), ("noor", Role::Rep), ("martin", Role::Manager), ("ana", Role::Rep)] {
        ids.push(person(&public, name, role).await.id);
    }
    let ada = public.acting_as(ada);
    people::add_group(&ada, &form(&format!("name=North&manager={}&members={}&members={}", ids[2], ids[0], ids[1]))).await.unwrap();
    let mut signed_in = Vec::new();
    for id in &ids {
        let actor = store.read().await.unwrap().people().load_actor(*id).await.unwrap().unwrap();
        signed_in.push(public.acting_as(actor));
    }
    let [maya, noor, martin, ana] = signed_in.try_into().expect("four people");
    let group = martin.actor().unwrap().managed_groups[0];
    let lead = leads::add(&martin, &form(&format!("full_name=Jo&company=Acme&owner={}&group={group}", ids[0]))).await.unwrap();
    House { maya, noor, martin, ana, lead }
}

async fn person(ctx: &Ctx, name: &str, role: Role) -> Actor {
    let mut tx = ctx.store.begin().await.unwrap();
    let email = EmailAddress::parse(&format!("{name}@house.test")).unwrap();
    let new = NewUser { email, name: name.to_owned(), role, password_hash: String::new(), account: None, at: ctx.now() };
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

async fn open(ctx: &Ctx, lead: LeadId, text: &str) -> Ticket {
    tickets::add_once(ctx, &form(&format!("lead={lead}&{text}")), None).await.unwrap()
}

async fn add(ctx: &Ctx, text: &str) -> Result<Ticket, ServiceError> {
    tickets::add_once(ctx, &form(text), None).await
}

async fn listing(ctx: &Ctx, query: &str, after: Option<&str>, limit: usize) -> TicketListing {
    tickets::list(ctx, TicketFilter::from_query(query), after, limit).await.unwrap()
}

/// The titles of a list, read page by page.
async fn titles(ctx: &Ctx, query: &str, limit: usize) -> Vec<String> {
    let (mut found, mut after) = (Vec::new(), None::<String>);
    loop {
        let page = listing(ctx, query, after.as_deref(), limit).await;
        assert!(page.rows.len() <= limit);
        found.extend(page.rows.into_iter().map(|row| row.ticket.title));
        match page.next {
            Some(next) => after = Some(next),
            None => return found,
        }
    }
}

async fn steps(ctx: &Ctx, lead: LeadId) -> Vec<PartStep> {
    let timeline = find(ctx, lead).await.unwrap().timeline;
    let step = |kind| if let EventKind::Part { part: PartKind::Ticket, step, .. } = kind { Some(step) } else { None };
    timeline.into_iter().filter_map(|event| step(event.kind)).collect()
}

async fn told(ctx: &Ctx) -> Vec<(String, String)> {
    let all = notices::list(ctx, None).await.unwrap().items.into_iter();
    all.filter(|notice| notice.words.contains("icket") || notice.words.starts_with("Closed")).map(|notice| (notice.words, notice.path)).collect()
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

fn is_not_found<T: std::fmt::Debug>(result: Result<T, ServiceError>) -> bool {
    matches!(result, Err(ServiceError::NotFound))
}

both_engines!(a_ticket_is_opened_changed_closed_and_reopened, |store| async move {
    use PartStep::{Added, Changed, Closed, Removed, Reopened, Restored};

    let house = house(&store).await;
    let (maya, lead) = (&house.maya, house.lead);
    let ticket = open(maya, lead, "title=The+invoice+is+wrong&details=Twice&priority=high").await;
    assert_eq!((ticket.lead, ticket.assignee, ticket.opened_by, ticket.priority), (lead, id_of(maya), id_of(maya), TicketPriority::High));
    let changed = tickets::change(maya, ticket.id, &form("version=1&title=The+invoice+is+wrong&priority=urgent")).await.unwrap();
    assert_eq!((changed.version, changed.priority, changed.details.as_str()), (2, TicketPriority::Urgent, "Twice"));
    assert!(refusal(tickets::change(maya, ticket.id, &form("version=1&title=Else")).await).contains("meanwhile"));
    assert!(matches!(tickets::change(maya, ticket.id, &form("if_version=1&title=Else")).await, Err(ServiceError::Conflict(_))));

    let closed = tickets::close(maya, ticket.id, &form("answer=Sent+again")).await.unwrap();
    assert_eq!((closed.answer.as_str(), closed.closed.map(|closed| closed.by)), ("Sent again", Some(id_of(maya))));
    assert_eq!(tickets::close(maya, ticket.id, &form("")).await.unwrap().version, 3, "who closes it twice closes it once");
    assert!(refusal(tickets::change(maya, ticket.id, &form("title=Else")).await).contains("reopen"));
    assert!(refusal(tickets::close(maya, ticket.id, &form("answer=Other")).await).contains("reopen"), "nothing typed is lost silently");
    let open_again = tickets::reopen(maya, ticket.id).await.unwrap();
    assert_eq!((open_again.closed, open_again.answer.as_str()), (None, "Sent again"));
    tickets::remove(maya, ticket.id).await.unwrap();
    assert!(is_not_found(tickets::find(maya, ticket.id).await) && is_not_found(tickets::close(maya, ticket.id, &form("")).await));
    assert_eq!(titles(maya, &format!("lead={lead}&state=all"), 5).await, Vec::<String>::new());
    tickets::restore(maya, ticket.id).await.unwrap();
    assert_eq!(tickets::find(maya, ticket.id).await.unwrap().title, "The invoice is wrong");
    assert_eq!(steps(maya, lead).await, [Restored, Removed, Reopened, Closed, Changed, Added]);
    let parts = leads::parts::load(maya, lead).await.unwrap();
    assert_eq!(parts.tickets.iter().map(|ticket| ticket.id).collect::<Vec<_>>(), [ticket.id]);
});

both_engines!(what_is_wrong_is_said_at_its_field, |store| async move {
    let house = house(&store).await;
    let lead = house.lead;
    assert_eq!(error_at(add(&house.maya, "title=a").await, "lead"), "Enter the number of a lead");
    assert_eq!(error_at(add(&house.maya, "lead=999&title=a").await, "lead"), "There is no such lead, or you do not see it");
    assert_eq!(error_at(add(&house.ana, &format!("lead={lead}&title=a")).await, "lead"), "There is no such lead, or you do not see it");
    assert_eq!(error_at(add(&house.maya, &format!("lead={lead}&title=+")).await, "title"), "Enter what it is about");
    let to_ana = format!("lead={lead}&title=a&assignee={}", id_of(&house.ana));
    assert!(error_at(add(&house.maya, &to_ana).await, "assignee").contains("team"));
    let ticket = open(&house.maya, lead, "title=a").await;
    assert_eq!(error_at(tickets::change(&house.maya, ticket.id, &form("state=gone")).await, "state"), "Choose open or closed");
    assert_eq!(error_at(tickets::change(&house.maya, ticket.id, &form("state=all")).await, "state"), "Choose open or closed");
});

both_engines!(who_sees_the_lead_sees_its_tickets_and_who_works_it_changes_them, |store| async move {
    let house = house(&store).await;
    let lead = house.lead;
    let ticket = open(&house.maya, lead, "title=Help").await;
    let row = listing(&house.noor, &format!("lead={lead}"), None, 5).await.rows.remove(0);
    assert!(!row.may_change, "Noor only sees the lead");
    assert_eq!((row.lead_name.as_str(), row.account.name.as_str()), ("Jo", "Acme"));
    assert!(refusal(tickets::change(&house.noor, ticket.id, &form("title=Else")).await).contains("who opened it"));
    assert!(listing(&house.martin, &format!("lead={lead}"), None, 5).await.rows[0].may_change);
    for result in [
        tickets::find(&house.ana, ticket.id).await,
        tickets::change(&house.ana, ticket.id, &form("title=Else")).await,
        tickets::close(&house.ana, ticket.id, &form("")).await,
        tickets::restore(&house.ana, ticket.id).await,
        tickets::find(&house.maya, TicketId(99)).await,
    ] {
        assert!(is_not_found(result));
    }
    assert!(is_not_found(tickets::list(&house.ana, TicketFilter::from_query(&format!("lead={lead}")), None, 5).await));

    // What is wrong comes up after winning too; a deleted lead has to be restored first.
    leads::act(&house.maya, lead, LeadAction::Win, &form("")).await.unwrap();
    let late = open(&house.maya, lead, "title=Late").await;
    tickets::close(&house.maya, late.id, &form("")).await.unwrap();
    leads::act(&house.maya, lead, LeadAction::Delete, &form("")).await.unwrap();
    assert!(refusal(tickets::add_once(&house.maya, &form(&format!("lead={lead}&title=More")), None).await).contains("restore"));
    assert!(matches!(tickets::change(&house.maya, ticket.id, &form("title=Else")).await, Err(ServiceError::Forbidden(_))));
    assert_eq!(titles(&house.maya, "", 5).await, Vec::<String>::new(), "tickets of a deleted lead are in no list");
});

both_engines!(lists_are_cut_by_key_and_in_their_order, |store| async move {
    let house = house(&store).await;
    let (maya, lead) = (&house.maya, house.lead);
    for (title, priority) in [("low", "low"), ("first", "normal"), ("second", "normal"), ("urgent", "urgent")] {
        open(maya, lead, &format!("title={title}&priority={priority}")).await;
    }
    for title in ["older", "newer"] {
        let ticket = open(maya, lead, &format!("title={title}")).await;
        maya.clock.advance_ms(60_000);
        tickets::close(maya, ticket.id, &form("")).await.unwrap();
    }
    let of = |state: &str| format!("lead={lead}&state={state}");
    for limit in [1, 2, 10] {
        assert_eq!(titles(maya, "", limit).await, ["urgent", "first", "second", "low"]);
        assert_eq!(titles(maya, &of("open"), limit).await, ["urgent", "first", "second", "low"]);
        assert_eq!(titles(maya, &of("closed"), limit).await, ["newer", "older"]);
        assert_eq!(titles(maya, &of("all"), limit).await, ["newer", "older", "urgent", "second", "first", "low"]);
    }
    assert_eq!(titles(maya, "after=x", 10).await.len(), 4);
    assert_eq!(listing(maya, "", Some("nonsense"), 10).await.rows.len(), 4, "what somebody made up begins at the start");
    let shown: Vec<String> = leads::parts::load(maya, lead).await.unwrap().tickets.into_iter().map(|ticket| ticket.title).collect();
    assert_eq!(shown, ["urgent", "first", "second", "low", "newer", "older"]);
    // Whose.
    assert_eq!(titles(&house.noor, "", 5).await, Vec::<String>::new());
    assert_eq!(titles(&house.noor, "person=all", 5).await, Vec::<String>::new(), "she leads nobody");
    assert_eq!(titles(&house.noor, &of("open"), 5).await.len(), 4);
    assert_eq!(titles(&house.martin, "person=all", 5).await.len(), 4);
    assert_eq!(titles(&house.martin, &format!("person={}", id_of(maya)), 5).await.len(), 4);
    assert_eq!(titles(&house.ana, "person=all&state=all", 5).await, Vec::<String>::new());
});

both_engines!(who_gets_a_ticket_and_whose_is_closed_hears_of_it, |store| async move {
    let house = house(&store).await;
    let (lead, noor) = (house.lead, id_of(&house.noor));
    let ticket = open(&house.maya, lead, &format!("title=The+ticket&assignee={noor}")).await;
    assert_eq!(told(&house.noor).await, [("A ticket for you: The ticket".to_owned(), format!("/tickets?lead={lead}"))]);
    tickets::close(&house.noor, ticket.id, &form("answer=Done")).await.unwrap();
    assert_eq!(told(&house.maya).await, [("Closed: The ticket".to_owned(), format!("/tickets?lead={lead}&state=closed"))]);
    tickets::reopen(&house.maya, ticket.id).await.unwrap();
    tickets::change(&house.maya, ticket.id, &form(&format!("assignee={}", id_of(&house.maya)))).await.unwrap();
    tickets::close(&house.maya, ticket.id, &form("")).await.unwrap();
    assert_eq!((told(&house.maya).await.len(), told(&house.noor).await.len()), (1, 1), "what one does oneself is no news");
});

both_engines!(who_does_not_see_the_lead_any_more_hears_nothing_of_its_ticket, |store| async move {
    let house = house(&store).await;
    let group = house.martin.actor().unwrap().managed_groups[0];
    let lead = leads::add(&house.ana, &form("full_name=Al&company=Bolt")).await.unwrap();
    let ticket = open(&house.ana, lead, "title=The+ticket").await;
    leads::change(&house.ana, lead, &form(&format!("owner={}&group={group}", id_of(&house.maya)))).await.unwrap();
    assert!(is_not_found(tickets::find(&house.ana, ticket.id).await));
    tickets::close(&house.maya, ticket.id, &form("answer=Between+us")).await.unwrap();
    assert!(told(&house.ana).await.is_empty());
});

both_engines!(a_wish_that_is_sent_twice_opens_one_ticket, |store| async move {
    let house = house(&store).await;
    let once = Once { key: "key".to_owned(), digest: "digest".to_owned() };
    let wish = form(&format!("lead={}&title=Help", house.lead));
    let first = tickets::add_once(&house.maya, &wish, Some(&once)).await.unwrap();
    let again = tickets::add_once(&house.maya, &wish, Some(&once)).await.unwrap();
    assert_eq!(first.id, again.id);
    assert_eq!(titles(&house.maya, "", 5).await, ["Help"]);
});
