//! The live stream: who is told what, and going on after a cut.

mod support;

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use domain::event::Subject;
use domain::{Audience, FormValues, Role, TokenScope};
use store::{Engine, Sql, Store, WhenMissing, both_engines};
use support::{House, event, owned_by, record, request};

/// A stream has to end this fast once its session is gone.
const SOON: Duration = Duration::from_millis(1500);
/// A change that a server is notified of is told this fast; on Postgres it looks by itself only every two seconds.
const AT_ONCE: Duration = Duration::from_millis(1000);

both_engines!(strangers_hear_nothing, |store| async move {
    let house = House::open(&store).await;
    house.person("maya@house.test", Role::Rep).await;
    assert_eq!(house.get("/api/v1/live", None).await.status, StatusCode::UNAUTHORIZED);
    let answer = house.get("/api/v1/live", Some("no-such-session")).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.header("content-type"), "application/problem+json");
});

both_engines!(a_change_is_told_to_who_may_see_it_and_to_nobody_else, |store| async move {
    let house = House::open(&store).await;
    let maya = house.person("maya@house.test", Role::Rep).await;
    house.person("ben@house.test", Role::Rep).await;
    house.person("ada@house.test", Role::Administrator).await;
    let (mut hers, mut his, mut theirs) = (
        house.hear(&house.sign_in("maya@house.test").await, "", None).await,
        house.hear(&house.sign_in("ben@house.test").await, "", None).await,
        house.hear(&house.sign_in("ada@house.test").await, "", None).await,
    );
    let id = house.lead_changed(1042, None, owned_by(maya)).await;
    house.catalog_changed().await;
    for ear in [&mut hers, &mut his, &mut theirs] {
        ear.until("event: catalog").await;
    }
    assert!(
        hers.text.contains(&format!("id: {id}\nevent: lead\ndata: {{\"number\":1042,\"version\":2,\"change\":\"changed\"}}\n\n")),
        "{}",
        hers.text
    );
    assert_eq!(theirs.count("1042"), 1, "{}", theirs.text);
    assert_eq!(his.count("1042"), 0, "{}", his.text);
    assert_eq!(his.count("event: lead"), 0, "{}", his.text);
});

both_engines!(a_lead_that_changes_hands_goes_away_here_and_appears_there, |store| async move {
    let house = House::open(&store).await;
    let maya = house.person("maya@house.test", Role::Rep).await;
    let ben = house.person("ben@house.test", Role::Rep).await;
    let mut hers = house.hear(&house.sign_in("maya@house.test").await, "", None).await;
    let mut his = house.hear(&house.sign_in("ben@house.test").await, "", None).await;
    house.lead_changed(7, Some(owned_by(maya)), owned_by(ben)).await;
    hers.until("\"change\":\"removed\"").await;
    his.until("\"change\":\"created\"").await;
    house.lead_changed(7, Some(owned_by(ben)), Audience { deleted: true, ..owned_by(ben) }).await;
    his.until("\"change\":\"removed\"").await;
});

both_engines!(a_distributor_hears_of_no_account, |store| async move {
    let house = House::open(&store).await;
    house.person("firm@else.test", Role::Distributor).await;
    let mut ear = house.hear(&house.sign_in("firm@else.test").await, "", None).await;
    for subject in [Subject::Account, Subject::Contact, Subject::Opportunity, Subject::Person] {
        record(&store, subject, 5, None, None).await;
    }
    record(&store, Subject::Lead, 9, None, Some(Audience::default())).await;
    house.catalog_changed().await;
    ear.until("event: catalog").await;
    assert_eq!(ear.count("event: "), 1, "{}", ear.text);
});

both_engines!(a_cut_stream_goes_on_without_gap_or_repetition, |store| async move {
    let house = House::open(&store).await;
    let maya = house.person("maya@house.test", Role::Rep).await;
    let token = house.sign_in("maya@house.test").await;
    let mut ear = house.hear(&token, "", None).await;
    let seen = house.lead_changed(1, None, owned_by(maya)).await;
    ear.until("\"number\":1,").await;
    drop(ear);
    house.lead_changed(2, None, owned_by(maya)).await;
    let last = house.lead_changed(3, None, owned_by(maya)).await;
    for again in [house.hear(&token, "", Some(&seen.to_string())).await, house.hear(&token, &format!("?last_event_id={seen}"), None).await] {
        let mut again = again;
        again.until("\"number\":3,").await;
        assert_eq!((again.count("\"number\":1,"), again.count("\"number\":2,"), again.count("\"number\":3,")), (0, 1, 1), "{}", again.text);
        assert_eq!(again.count("resync"), 0, "{}", again.text);
    }
    // Another server on the same database, or this one after a restart.
    let restarted = House::open(&store).await;
    let mut again = restarted.hear(&token, "", Some(&seen.to_string())).await;
    again.until(&format!("id: {last}\n")).await;
    assert_eq!(again.count("event: lead"), 2, "{}", again.text);
    let mut in_step = restarted.hear(&token, "", Some(&last.to_string())).await;
    restarted.lead_changed(4, None, owned_by(maya)).await;
    in_step.until("\"number\":4,").await;
    assert_eq!(in_step.count("event: "), 1, "{}", in_step.text);
});

both_engines!(who_was_away_too_long_reads_afresh, |store| async move {
    let house = House::open(&store).await;
    let maya = house.person("maya@house.test", Role::Rep).await;
    let token = house.sign_in("maya@house.test").await;
    let seen = house.lead_changed(1, None, owned_by(maya)).await;
    let mut open = house.hear(&token, "", None).await;
    let mut tx = store.begin().await.unwrap();
    let many: Vec<_> = (0..3000).map(|number| event(Subject::Lead, number, None, Some(owned_by(maya)))).collect();
    let middle = tx.events().record_many(&many).await.unwrap();
    tx.events().record_many(&many).await.unwrap();
    tx.save().await.unwrap();
    open.until("event: resync").await;
    house.hear(&token, "", Some(&seen.to_string())).await.until("event: resync").await;
    house.hear(&token, "", Some("nonsense")).await.until("event: resync").await;
    house.hear(&token, "", Some("99999999")).await.until("event: resync").await;
    // Within reach, but no longer in memory.
    let mut ear = house.hear(&token, "", Some(&middle.to_string())).await;
    ear.until("\"number\":2999,").await;
    assert_eq!((ear.count("event: lead"), ear.count("resync")), (3000, 0));
});

both_engines!(two_servers_on_one_database_hear_of_each_other, |store| async move {
    let other_store = beside(&store).await;
    let (here, there) = (House::open(&store).await, House::open(&other_store).await);
    let maya = here.person("maya@house.test", Role::Rep).await;
    let token = here.sign_in("maya@house.test").await;
    let (mut ear_here, mut ear_there) = (here.hear(&token, "", None).await, there.hear(&token, "", None).await);
    for number in 1..4 {
        let (house, ear) = if number % 2 == 0 { (&here, &mut ear_there) } else { (&there, &mut ear_here) };
        let started = std::time::Instant::now();
        house.lead_changed(number, None, owned_by(maya)).await;
        ear.until(&format!("\"number\":{number},")).await;
        assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
    }
    drop((ear_there, there));
    other_store.close().await;
});

both_engines!(streams_survive_a_database_that_cuts_every_connection, |store| async move {
    let house = House::open(&store).await;
    let maya = house.person("maya@house.test", Role::Rep).await;
    let mut ear = house.hear(&house.sign_in("maya@house.test").await, "", None).await;
    house.lead_changed(1, None, owned_by(maya)).await;
    ear.until("\"number\":1,").await;
    let other = beside(&store).await;
    if store.engine() == Engine::Postgres {
        let cut = "select pg_terminate_backend(pid) as done from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";
        other.begin().await.unwrap().rows(Sql::new(cut)).await.unwrap();
    }
    let started = std::time::Instant::now();
    record(&other, Subject::Lead, 2, None, Some(owned_by(maya))).await;
    ear.until("\"number\":2,").await;
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
    // And is notified again: while nobody listens a change is only heard when the server looks by itself, so one is soon heard at once.
    let mut number = 2;
    loop {
        number += 1;
        let started = std::time::Instant::now();
        record(&other, Subject::Lead, number, None, Some(owned_by(maya))).await;
        ear.until(&format!("\"number\":{number},")).await;
        if started.elapsed() < AT_ONCE {
            break;
        }
        assert!(number < 20, "nobody listens again: {:?}", started.elapsed());
    }
    assert_eq!(ear.count("resync"), 0, "{}", ear.text);
    other.close().await;
});

both_engines!(a_stream_ends_with_its_session, |store| async move {
    let house = House::open(&store).await;
    let maya = house.person("maya@house.test", Role::Rep).await;
    house.person("ada@house.test", Role::Administrator).await;
    let (token, other) = (house.sign_in("maya@house.test").await, house.sign_in("maya@house.test").await);
    let (mut ear, mut other_ear) = (house.hear(&token, "", None).await, house.hear(&other, "", None).await);
    let answer = house.post("/logout", Some(&token), "").await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/login"));
    ear.until_its_end(SOON).await;

    // The other device goes on, until an administrator disables the person.
    house.lead_changed(5, None, owned_by(maya)).await;
    other_ear.until("\"number\":5,").await;
    let ada = house.ctx().acting_as(service::people::session_actor(&house.ctx(), &house.sign_in("ada@house.test").await).await.unwrap().unwrap());
    let form = FormValues(vec![("version".to_owned(), "1".to_owned()), ("disabled".to_owned(), "1".to_owned())]);
    service::people::change_person(&ada, maya, &form).await.unwrap();
    other_ear.until_its_end(SOON).await;
});

both_engines!(a_disabled_person_s_streams_end_at_every_server, |store| async move {
    let other_store = beside(&store).await;
    let (here, there) = (House::open(&store).await, House::open(&other_store).await);
    let maya = here.person("maya@house.test", Role::Rep).await;
    here.person("ada@house.test", Role::Administrator).await;
    let mut ear = there.hear(&here.sign_in("maya@house.test").await, "", None).await;
    let ada = here.ctx().acting_as(service::people::session_actor(&here.ctx(), &here.sign_in("ada@house.test").await).await.unwrap().unwrap());
    let form = FormValues(vec![("version".to_owned(), "1".to_owned()), ("disabled".to_owned(), "1".to_owned())]);
    service::people::change_person(&ada, maya, &form).await.unwrap();
    ear.until_its_end(SOON).await;
    drop((ear, there));
    other_store.close().await;
});

both_engines!(a_token_hears_what_its_person_may_until_it_is_revoked, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    let (maya, ben) = (house.person("maya@house.test", Role::Rep).await, house.person("ben@house.test", Role::Rep).await);
    let token_of = async |scope: TokenScope| service::tokens::cli_add_token(&house.ctx(), "maya@house.test", scope.key(), scope, None).await.unwrap();
    let asked = |token: &str| request(Method::GET, "/api/v1/live", None).header("authorization", format!("Bearer {token}"));
    let (reads, sends) = (token_of(TokenScope::Read).await, token_of(TokenScope::Events).await);
    for (token, status) in [(sends.as_str(), StatusCode::FORBIDDEN), ("lw_unknown", StatusCode::UNAUTHORIZED)] {
        let answer = house.ask(asked(token).body(Body::empty()).unwrap()).await;
        assert_eq!((answer.status, answer.header("content-type")), (status, "application/problem+json"), "{}", answer.body);
    }

    let mut ear = house.hear_as(asked(&reads)).await;
    let seen = house.lead_changed(1001, None, owned_by(maya)).await;
    house.lead_changed(1002, None, owned_by(ben)).await;
    house.lead_changed(1003, None, owned_by(maya)).await;
    ear.until("\"number\":1003,").await;
    assert_eq!((ear.count("\"number\":1001,"), ear.count("\"number\":1002,")), (1, 0), "{}", ear.text);
    let mut again = house.hear_as(asked(&reads).header("last-event-id", seen.to_string())).await;
    again.until("\"number\":1003,").await;
    assert_eq!((again.count("\"number\":1001,"), again.count("resync")), (0, 0), "{}", again.text);

    let session = service::people::session_actor(&house.ctx(), &house.sign_in("maya@house.test").await).await.unwrap().unwrap();
    let maya = house.ctx().acting_as(session);
    let made = service::tokens::list_tokens(&maya).await.unwrap();
    let number = made.iter().find(|token| token.scope == TokenScope::Read).expect("the token that reads").number;
    service::tokens::revoke_token(&maya, number).await.unwrap();
    ear.until_its_end(SOON).await;
    again.until_its_end(SOON).await;
    assert_eq!(house.ask(asked(&reads).body(Body::empty()).unwrap()).await.status, StatusCode::UNAUTHORIZED);
});

both_engines!(who_may_see_more_or_less_is_told_to_read_afresh, |store| async move {
    let house = House::open(&store).await;
    let maya = house.person("maya@house.test", Role::Rep).await;
    let ben = house.person("ben@house.test", Role::Rep).await;
    let mut ear = house.hear(&house.sign_in("maya@house.test").await, "", None).await;
    let mut tx = store.begin().await.unwrap();
    tx.run(Sql::new("update app_user set role = 'administrator' where id = $1").bind(maya)).await.unwrap();
    tx.events().record(event(Subject::Catalog, 1, None, None)).await.unwrap();
    tx.save().await.unwrap();
    ear.until("event: resync").await;
    house.lead_changed(8, None, owned_by(ben)).await;
    ear.until("\"number\":8,").await;
});

both_engines!(people_at_the_same_lead_see_each_other, |store| async move {
    let house = House::open(&store).await;
    let maya = house.person("maya@house.test", Role::Rep).await;
    house.person("ada@house.test", Role::Administrator).await;
    house.person("ben@house.test", Role::Rep).await;
    let token = house.sign_in("maya@house.test").await;
    let lead = lead_of(&house, &token).await;
    let mut hers = house.hear(&token, &format!("?lead={lead}"), None).await;
    hers.until("\"names\":[]").await;
    let mut theirs = house.hear(&house.sign_in("ada@house.test").await, &format!("?lead={lead}"), None).await;
    theirs.until("\"names\":[\"maya\"]").await;
    hers.until(&format!("event: presence\ndata: {{\"names\":[\"ada\"],\"number\":{lead}}}\n\n")).await;
    drop(theirs);
    hers.until_times("\"names\":[]", 2).await;
    // Ben may not know of the lead, so nobody is told that he tries.
    let mut his = house.hear(&house.sign_in("ben@house.test").await, &format!("?lead={lead}"), None).await;
    let last = house.lead_changed(lead, None, owned_by(maya)).await;
    hers.until(&format!("id: {last}\n")).await;
    house.catalog_changed().await;
    his.until("event: catalog").await;
    assert_eq!(his.count("presence"), 0, "{}", his.text);
    assert_eq!(hers.count("ben"), 0, "{}", hers.text);
});

both_engines!(closing_ends_every_stream, |store| async move {
    let house = House::open(&store).await;
    house.person("maya@house.test", Role::Rep).await;
    let token = house.sign_in("maya@house.test").await;
    let mut ear = house.hear(&token, "", None).await;
    house.state.live.close();
    ear.until_its_end(SOON).await;
    let answer = house.get("/api/v1/live", Some(&token)).await;
    assert_eq!((answer.status, answer.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "1"));
});

/// Another store on the same database, as another process would have it.
async fn beside(store: &Store) -> Store {
    let url = match store.engine() {
        Engine::Sqlite => format!("sqlite:{}", store.path().expect("a file").display()),
        Engine::Postgres => {
            let row = store.read().await.unwrap().row(Sql::new("select current_database()::text as name")).await.unwrap().unwrap();
            let server = std::env::var("LEADWRIGHT_TEST_POSTGRES_URL").unwrap();
            let (address, query) = server.split_once('?').map_or((server.as_str(), String::new()), |(address, query)| (address, format!("?{query}")));
            let host = address.rsplit_once('/').map_or(address, |(host, _)| host);
            format!("{host}/{}{query}", row.text("name").unwrap())
        }
    };
    Store::connect(&url, WhenMissing::Refuse).await.unwrap()
}

/// A lead that belongs to whoever's session this is.
async fn lead_of(house: &House, token: &str) -> i64 {
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    let actor = service::people::session_actor(&house.ctx(), token).await.unwrap().expect("signed in");
    let form = FormValues(vec![("full_name".to_owned(), "Adele Vance".to_owned())]);
    service::leads::add(&house.ctx().acting_as(actor), &form).await.expect("a lead").0
}

/// A list as a browser keeps it: read once, then kept in step with what the stream says.
struct Client {
    token: String,
    ear: support::Ear,
    /// How much of what the ear heard is worked off.
    done: usize,
    seen: String,
    numbers: Vec<i64>,
}

const ALL: &str = "query=view%3Dall";

fn numbers_in(answer: &support::Answer, at: &str) -> Vec<i64> {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let read: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    let rows = if at.is_empty() { &read } else { &read[at] };
    rows.as_array().unwrap().iter().map(|row| row["id"].as_i64().unwrap()).collect()
}

async fn whole_list(house: &House, token: &str) -> Vec<i64> {
    numbers_in(&house.get(&format!("/fn/leads?{ALL}"), Some(token)).await, "rows")
}

impl Client {
    async fn open(house: &House, token: String) -> Self {
        let ear = house.hear(&token, "", None).await;
        let numbers = whole_list(house, &token).await;
        Self { token, ear, done: 0, seen: String::new(), numbers }
    }

    /// Opens the stream anew, as a browser does by itself.
    async fn open_again(&mut self, house: &House) {
        self.ear = house.hear(&self.token, "", Some(&self.seen)).await;
        self.done = 0;
    }

    /// Hears on until this event or a later one, and keeps the list in step.
    async fn follow(&mut self, house: &House, until: i64) {
        while self.seen.parse::<i64>().unwrap_or(0) < until {
            self.ear.more().await;
            while let Some(length) = self.ear.text[self.done..].find("\n\n") {
                let told = self.ear.text[self.done..self.done + length].to_owned();
                self.done += length + 2;
                let field = |name: &str| told.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
                if let Some(id) = field("id: ") {
                    self.seen = id;
                }
                match field("event: ").as_deref() {
                    Some("resync") => self.numbers = whole_list(house, &self.token).await,
                    Some("lead") => {
                        let data: serde_json::Value = serde_json::from_str(&field("data: ").unwrap()).unwrap();
                        let number = data["number"].as_i64().unwrap();
                        let shown = house.get(&format!("/fn/lead_rows?{ALL}&numbers={number}"), Some(&self.token)).await;
                        self.numbers.retain(|known| *known != number);
                        self.numbers.extend(numbers_in(&shown, ""));
                        self.numbers.sort_unstable_by(|a, b| b.cmp(a));
                    }
                    _ => {}
                }
            }
        }
    }
}

// R7
both_engines!(a_client_s_list_is_the_database_s_whatever_happens_to_it, |store| async move {
    let mut house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    for (name, role) in [("maya", Role::Rep), ("ben", Role::Rep), ("ada", Role::Administrator)] {
        house.person(&format!("{name}@house.test"), role).await;
    }
    let token = house.sign_in("ada@house.test").await;
    let actor = service::people::session_actor(&house.ctx(), &token).await.unwrap().expect("signed in");
    let ada = house.ctx().acting_as(actor);
    let form = |text: String| FormValues::decode(text.as_bytes());
    let mut leads = Vec::new();
    let mut client = Client::open(&house, house.sign_in("maya@house.test").await).await;
    for round in 0..12 {
        let (is_cut, is_swamped, is_restarted) = (round % 3 == 1, round % 4 == 2, round % 5 == 3);
        if is_cut {
            client.ear = house.hear(&client.token, "", None).await;
        }
        for step in 0..4 {
            let owner = if (round + step) % 3 == 0 { "ben" } else { "maya" };
            let added = service::leads::add(&ada, &form(format!("full_name=Lead+{round}+{step}&owner={owner}@house.test"))).await.unwrap();
            leads.push(added);
            let older = leads[(round * 7 + step * 3) % leads.len()];
            let lead = service::leads::find(&ada, older).await.unwrap().lead;
            match (lead.deleted_at.is_some(), step) {
                (true, _) => drop(service::leads::act(&ada, older, domain::LeadAction::Restore, &FormValues::default()).await.unwrap()),
                (false, 0) => drop(service::leads::act(&ada, older, domain::LeadAction::Delete, &FormValues::default()).await.unwrap()),
                (false, _) => {
                    let owner = if step == 1 { "ben" } else { "maya" };
                    service::leads::change(&ada, older, &form(format!("owner={owner}@house.test&city=Hull+{round}"))).await.unwrap();
                }
            }
        }
        if is_swamped {
            let far_off: Vec<_> = (0..3000).map(|number| event(Subject::Lead, 900_000 + number, None, Some(Audience::default()))).collect();
            let mut tx = store.begin().await.unwrap();
            tx.events().record_many(&far_off).await.unwrap();
            tx.events().record_many(&far_off).await.unwrap();
            tx.save().await.unwrap();
        }
        if is_restarted {
            house = House::open(&store).await;
        }
        if is_cut || is_restarted {
            client.open_again(&house).await;
        }
        let last = house.catalog_changed().await;
        client.follow(&house, last.0).await;
        assert_eq!(client.numbers, whole_list(&house, &client.token).await, "round {round}");
    }
    assert!(client.numbers.len() > 10, "{:?}", client.numbers);
});
