//! Webhooks: what becomes a message, who sends it, and when it is given up, on both engines, with a clock that stands still.

use domain::{Actor, DAY_MS, Delivery, DeliveryState, EmailAddress, FormValues, Role, Timestamp};
use service::webhooks::{Answer, Message, add_webhook, list_webhooks, make_messages, note, remove_webhook, replay, take_due, tidy, turn_webhook};
use service::{Clock, Ctx, ServiceError, accounts};
use store::people::NewUser;
use store::{Store, both_engines};

async fn person(ctx: &Ctx, name: &str, role: Role) -> Actor {
    let mut tx = ctx.store.begin().await.unwrap();
    let email = EmailAddress::parse(&format!("{name}@house.test")).unwrap();
    let user = NewUser { email, name: name.to_owned(), role, password_hash: String::new(), account: None, at: ctx.now() };
    let id = tx.people().add(user).await.unwrap();
    let actor = tx.people().load_actor(id).await.unwrap().expect("just added");
    tx.save().await.unwrap();
    actor
}

async fn administrator(store: &Store) -> Ctx {
    let ctx = Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000)));
    service::seed::seed_defaults(&ctx).await.unwrap();
    ctx.acting_as(person(&ctx, "ada", Role::Administrator).await)
}

fn form(fields: &[(&str, &str)]) -> FormValues {
    FormValues(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

async fn add_account(ctx: &Ctx, name: &str) {
    accounts::add_account(ctx, &form(&[("name", name)])).await.unwrap();
}

/// Makes messages and takes those that are due.
async fn due(ctx: &Ctx) -> Vec<Message> {
    make_messages(ctx).await.unwrap();
    take_due(ctx, |_| 0).await.unwrap()
}

async fn log(ctx: &Ctx) -> Vec<Delivery> {
    list_webhooks(ctx).await.unwrap().remove(0).1
}

fn answered(status: u16) -> Answer {
    Answer::Answered { status, text: "said\u{0}".to_owned() }
}

both_engines!(what_happens_becomes_messages_for_those_who_want_it, |store| async move {
    let ctx = administrator(&store).await;
    add_account(&ctx, "Before").await;
    let all = add_webhook(&ctx, &form(&[("url", "https://a.example/hook"), ("kinds", "")])).await.unwrap();
    assert!(all.starts_with("whsec_") && all.len() == 38, "{all}");
    add_webhook(&ctx, &form(&[("url", "b.example"), ("kinds", "lead.won"), ("kinds", "account.added")])).await.unwrap();
    add_webhook(&ctx, &form(&[("url", "https://c.example"), ("kinds", "lead.won")])).await.unwrap();
    add_account(&ctx, "Acme").await;
    let messages = due(&ctx).await;
    let urls: Vec<&str> = messages.iter().map(Message::url).collect();
    assert_eq!(urls, ["https://a.example/hook", "https://b.example"]);
    let body: serde_json::Value = serde_json::from_str(messages[0].body()).unwrap();
    assert_eq!((&body["type"], &body["data"]["record"], &body["data"]["by"]), (&"account.added".into(), &"account".into(), &"ada@house.test".into()));
    assert_eq!((&body["data"]["sentence"], &body["timestamp"]), (&"added Acme".into(), &ctx.now().rfc3339().into()));
    let headers = messages[0].headers(ctx.now());
    assert_eq!(headers[0], ("webhook-id", "msg_1".to_owned()));
    assert_eq!(headers[2].1, service::webhooks::sign(&all, "msg_1", &headers[1].1, messages[0].body()));
    // Taken is taken, until whoever took it should long be done.
    assert!(due(&ctx).await.is_empty());
    ctx.clock.advance_ms(60_000);
    assert_eq!(due(&ctx).await.len(), 2);
});

both_engines!(two_processes_make_each_message_once, |store| async move {
    let ctx = administrator(&store).await;
    add_webhook(&ctx, &form(&[("url", "https://a.example")])).await.unwrap();
    for name in 0..30 {
        add_account(&ctx, &format!("Account {name}")).await;
    }
    let other = ctx.clone();
    let (one, two) = tokio::join!(tokio::spawn(async move { make_messages(&other).await }), make_messages(&ctx));
    one.unwrap().unwrap();
    two.unwrap();
    let other = ctx.clone();
    let (one, two) = tokio::join!(tokio::spawn(async move { take_due(&other, |_| 0).await }), take_due(&ctx, |_| 0));
    let mut bodies: Vec<String> = one.unwrap().unwrap().iter().chain(&two.unwrap()).map(|message| message.body().to_owned()).collect();
    let taken = bodies.len();
    bodies.sort();
    bodies.dedup();
    assert!(bodies.len() == taken && (4..=8).contains(&taken), "{taken} taken, {} different", bodies.len());
    assert_eq!(log(&ctx).await.len(), 25, "the log shows the newest");
});

both_engines!(a_message_is_sent_again_until_it_is_taken, |store| async move {
    let ctx = administrator(&store).await;
    add_webhook(&ctx, &form(&[("url", "https://a.example")])).await.unwrap();
    add_account(&ctx, "Acme").await;
    let message = due(&ctx).await.remove(0);
    note(&ctx, &message, answered(500)).await.unwrap();
    let entry = log(&ctx).await.remove(0);
    assert_eq!((entry.state, entry.attempts, entry.answer_status, entry.answer.as_str()), (DeliveryState::Waiting, 1, Some(500), "said "));
    ctx.clock.advance_ms(9_999);
    assert!(due(&ctx).await.is_empty());
    ctx.clock.advance_ms(1);
    let again = due(&ctx).await.remove(0);
    assert_eq!(again.headers(ctx.now())[0], message.headers(ctx.now())[0], "the other side knows it by its id");
    note(&ctx, &again, answered(204)).await.unwrap();
    assert_eq!(log(&ctx).await[0].state, DeliveryState::Delivered);
    ctx.clock.advance_ms(DAY_MS);
    assert!(due(&ctx).await.is_empty());
    replay(&ctx, entry.number).await.unwrap();
    assert!(matches!(replay(&ctx, entry.number).await, Err(ServiceError::NotFound)), "it waits already");
    assert_eq!(due(&ctx).await.len(), 1);
});

both_engines!(a_message_that_nobody_takes_is_given_up_after_a_day, |store| async move {
    let ctx = administrator(&store).await;
    add_webhook(&ctx, &form(&[("url", "https://a.example")])).await.unwrap();
    add_account(&ctx, "Acme").await;
    let start = ctx.now();
    let mut attempts = 0;
    while log(&ctx).await.first().is_none_or(|entry| entry.state == DeliveryState::Waiting) {
        for message in due(&ctx).await {
            note(&ctx, &message, Answer::Unreached("a.example has no address".to_owned())).await.unwrap();
            attempts += 1;
        }
        ctx.clock.advance_ms(600_000);
        assert!(ctx.now().0 < start.0 + 2 * DAY_MS, "it is never given up");
    }
    assert!((8..=15).contains(&attempts), "{attempts}");
    let entry = log(&ctx).await.remove(0);
    assert_eq!((entry.state, entry.answer_status, entry.answer.as_str()), (DeliveryState::Failed, None, "a.example has no address"));
    assert!(ctx.now().0 > start.0 + DAY_MS / 2);
    ctx.clock.advance_ms(31 * DAY_MS);
    tidy(&ctx).await.unwrap();
    assert!(log(&ctx).await.is_empty());
});

both_engines!(one_that_is_off_or_gone_hears_nothing, |store| async move {
    let ctx = administrator(&store).await;
    add_webhook(&ctx, &form(&[("url", "https://a.example")])).await.unwrap();
    let number = list_webhooks(&ctx).await.unwrap()[0].0.number;
    turn_webhook(&ctx, number, false).await.unwrap();
    add_account(&ctx, "While off").await;
    assert!(due(&ctx).await.is_empty());
    turn_webhook(&ctx, number, true).await.unwrap();
    assert!(due(&ctx).await.is_empty(), "what happened while it was off is not told later");
    add_account(&ctx, "While on").await;
    assert_eq!(due(&ctx).await.len(), 1);
    remove_webhook(&ctx, number).await.unwrap();
    ctx.clock.advance_ms(60_000);
    assert!(due(&ctx).await.is_empty());
    assert!(matches!(remove_webhook(&ctx, number).await, Err(ServiceError::NotFound)));
});

both_engines!(one_that_is_slow_has_few_messages_under_way, |store| async move {
    let ctx = administrator(&store).await;
    add_webhook(&ctx, &form(&[("url", "https://slow.example")])).await.unwrap();
    add_webhook(&ctx, &form(&[("url", "https://quick.example")])).await.unwrap();
    let slow = list_webhooks(&ctx).await.unwrap()[0].0.number;
    for name in ["A", "B", "C", "D", "E", "F"] {
        add_account(&ctx, name).await;
    }
    make_messages(&ctx).await.unwrap();
    let taken = take_due(&ctx, |webhook| if webhook == slow { 4 } else { 1 }).await.unwrap();
    assert_eq!(taken.iter().map(Message::url).collect::<Vec<_>>(), ["https://quick.example"; 3]);
});

both_engines!(webhooks_are_for_administrators_and_addresses_are_checked, |store| async move {
    let ctx = administrator(&store).await;
    let rep = ctx.acting_as(person(&ctx, "maya", Role::Manager).await);
    assert!(matches!(add_webhook(&rep, &form(&[("url", "https://a.example")])).await, Err(ServiceError::Forbidden(_))));
    assert!(matches!(list_webhooks(&rep).await, Err(ServiceError::Forbidden(_))));
    assert!(matches!(replay(&rep, 1).await, Err(ServiceError::Forbidden(_))));
    for url in
        ["", "ftp://a.example", "https://user:word@a.example", "https://localhost/x", "https://[::1]/", "http://127.0.0.1/", "https://10.0.0.1"]
    {
        let refused = add_webhook(&ctx, &form(&[("url", url)])).await;
        assert!(matches!(&refused, Err(ServiceError::Invalid(errors)) if errors.get("url").is_some()), "{url}: {refused:?}");
    }
    let refused = add_webhook(&ctx, &form(&[("url", "https://a.example"), ("kinds", "lead.sung")])).await;
    assert!(matches!(&refused, Err(ServiceError::Invalid(errors)) if errors.get("kinds").is_some()), "{refused:?}");
    assert!(list_webhooks(&ctx).await.unwrap().is_empty());
});
