//! Scores: by rules, by what closed leads teach, and by hand; on both engines, with a clock that stands still.

use domain::scoring::{LeadScore, Training};
use domain::{
    AccountId, Actor, DAY_MS, EmailAddress, EventKind, FieldErrors, FormValues, Lead, LeadAction, LeadId, Role, Scope, ScoreRuleId, Timestamp, UserId,
};
use service::contact_events::{SentEvent, receive};
use service::imports::{self, ImportWish};
use service::seed::seed_defaults;
use service::{Clock, Ctx, ServiceError, configuration, leads, scoring};
use store::people::NewUser;
use store::{Store, both_engines};

const NOW: Timestamp = Timestamp(1_764_000_000_000);

/// An administrator of a site with its defaults.
async fn ada(store: &Store) -> Ctx {
    let program = Ctx::anonymous(store.clone(), Clock::fixed(NOW));
    seed_defaults(&program).await.unwrap();
    person(&program, "ada", Role::Administrator, None).await
}

async fn person(ctx: &Ctx, name: &str, role: Role, account: Option<AccountId>) -> Ctx {
    let mut tx = ctx.store.begin().await.unwrap();
    let email = EmailAddress::parse(&format!("{name}@house.test")).unwrap();
    let new = NewUser { email, name: name.to_owned(), role, password_hash: String::new(), account, at: ctx.now() };
    let id: UserId = tx.people().add(new).await.unwrap();
    let actor: Actor = tx.people().load_actor(id).await.unwrap().expect("just added");
    tx.save().await.unwrap();
    ctx.acting_as(actor)
}

fn form(text: &str) -> FormValues {
    FormValues::decode(text.as_bytes())
}

async fn add(ctx: &Ctx, more: &str) -> LeadId {
    leads::add(ctx, &form(&format!("{more}&full_name=Jo&company=Acme"))).await.unwrap()
}

async fn change(ctx: &Ctx, id: LeadId, fields: &str) {
    leads::change(ctx, id, &form(fields)).await.unwrap();
}

async fn rule(ctx: &Ctx, text: &str) -> ScoreRuleId {
    configuration::add_score_rule(ctx, &form(text)).await.unwrap()
}

/// The web is worth ten points.
async fn web_rule(ctx: &Ctx) -> ScoreRuleId {
    rule(ctx, "about=source&test=is&value=web&points=10&sentence=Came+by+the+web").await
}

async fn lead(ctx: &Ctx, id: LeadId) -> Lead {
    ctx.store.read().await.unwrap().leads().find_visible(id, &Scope::All).await.unwrap().expect("the lead")
}

async fn score(ctx: &Ctx, id: LeadId) -> i64 {
    lead(ctx, id).await.score
}

async fn why(ctx: &Ctx, id: LeadId) -> LeadScore {
    scoring::why(ctx, id).await.unwrap()
}

/// What the program does in the background, until there is nothing left to do.
async fn work(ctx: &Ctx) {
    for _ in 0..100 {
        if !scoring::work(ctx).await.unwrap() {
            return;
        }
    }
    panic!("it has no end");
}

/// Points and sentences of the rules that fit.
fn by_rules(told: &LeadScore) -> Vec<(i64, &str)> {
    told.why.iter().flat_map(|why| &why.rules).map(|reason| (reason.points, reason.sentence.as_str())).collect()
}

fn error_at<T: std::fmt::Debug>(result: Result<T, ServiceError>, field: &str) -> String {
    match result {
        Err(ServiceError::Invalid(errors)) => errors.get(field).unwrap_or_else(|| panic!("no error at {field}: {errors:?}")).to_owned(),
        other => panic!("not invalid: {other:?}"),
    }
}

both_engines!(rules_score_leads_as_they_are_added_and_changed, |store| async move {
    let ada = ada(&store).await;
    let before = add(&ada, "source=Web").await;
    assert_eq!(score(&ada, before).await, 0, "nobody scores yet");
    web_rule(&ada).await;
    rule(&ada, "about=amount&test=at_least&value=5,000&points=20&sentence=Worth+it").await;
    rule(&ada, "about=phone&test=unknown&points=-3&sentence=Cannot+be+called").await;
    let version = lead(&ada, before).await.version;
    work(&ada).await;
    let scored = lead(&ada, before).await;
    assert_eq!((scored.score, scored.version), (7, version), "scoring anew changes nothing else");

    let id = add(&ada, "source=Web&target_amount=5000&phones=0161+496+0123").await;
    assert_eq!(score(&ada, id).await, 30);
    change(&ada, id, "target_amount=4999").await;
    assert_eq!(score(&ada, id).await, 10);
    let changes = leads::find(&ada, id).await.unwrap().timeline.into_iter().find_map(|event| match event.kind {
        EventKind::FieldsChanged { changes } => Some(changes.len()),
        _ => None,
    });
    assert_eq!(changes, Some(1), "what follows from a change is no change of anybody's");
    let told = why(&ada, before).await;
    assert_eq!((told.score, told.why.as_ref().map(|why| why.score), told.by_hand.clone()), (7, Some(7), None));
    assert_eq!(by_rules(&told), [(10, "Came by the web"), (-3, "Cannot be called")]);
});

both_engines!(a_score_that_was_typed_stays_until_it_is_let_go, |store| async move {
    let ada = ada(&store).await;
    let old = add(&ada, "source=Web&score=40").await;
    web_rule(&ada).await;
    work(&ada).await;
    assert_eq!((score(&ada, old).await, why(&ada, old).await.by_hand), (40, Some((String::new(), NOW))), "typed before leads were scored");

    let (new, given) = (add(&ada, "source=Web").await, add(&ada, "source=Web&score=55").await);
    change(&ada, new, "score=70").await;
    change(&ada, new, "source=Other").await;
    change(&ada, given, "source=Other").await;
    work(&ada).await;
    let told = why(&ada, new).await;
    assert_eq!((told.score, told.why.as_ref().map(|why| why.score), told.by_hand.clone()), (70, Some(0), Some(("ada".to_owned(), NOW))));
    assert_eq!((score(&ada, given).await, why(&ada, given).await.by_hand), (55, Some(("ada".to_owned(), NOW))));

    let version = lead(&ada, new).await.version;
    scoring::work_out_again(&ada, new).await.unwrap();
    assert_eq!((score(&ada, new).await, why(&ada, new).await.by_hand, lead(&ada, new).await.version), (0, None, version + 1));
    change(&ada, new, "source=Web").await;
    assert_eq!(score(&ada, new).await, 10, "and follows the lead again");
    scoring::work_out_again(&ada, new).await.unwrap();
    assert_eq!(score(&ada, new).await, 10);
});

both_engines!(closed_leads_keep_their_score_and_follow_again_when_they_are_reopened, |store| async move {
    let ada = ada(&store).await;
    let id = web_rule(&ada).await;
    let (won, deleted) = (add(&ada, "source=Web").await, add(&ada, "source=Web").await);
    leads::act(&ada, won, LeadAction::Win, &form("")).await.unwrap();
    leads::act(&ada, deleted, LeadAction::Delete, &form("")).await.unwrap();
    configuration::change_score_rule(&ada, id, &form("points=25")).await.unwrap();
    work(&ada).await;
    assert_eq!((score(&ada, won).await, score(&ada, deleted).await), (10, 10));
    leads::act(&ada, won, LeadAction::Reopen, &form("")).await.unwrap();
    leads::act(&ada, deleted, LeadAction::Restore, &form("")).await.unwrap();
    assert_eq!((score(&ada, won).await, score(&ada, deleted).await), (25, 25));
});

both_engines!(a_retired_rule_counts_no_longer, |store| async move {
    let ada = ada(&store).await;
    let id = web_rule(&ada).await;
    let lead = add(&ada, "source=Web").await;
    configuration::change_score_rule(&ada, id, &form("retired=1")).await.unwrap();
    let view = configuration::scoring(&ada).await.unwrap();
    assert!(view.rules[0].rule.retired && view.is_rescoring, "{view:?}");
    assert_eq!(view.rules[0].typed, ["source", "is", "Web"].map(str::to_owned));
    // Without rules and model nobody scores, so what leads have stays.
    work(&ada).await;
    assert_eq!((score(&ada, lead).await, why(&ada, lead).await.why), (10, None));
    assert!(matches!(scoring::work_out_again(&ada, lead).await, Err(ServiceError::Refused(_))));
    configuration::change_score_rule(&ada, id, &form("retired=&test=unknown&value=")).await.unwrap();
    rule(&ada, "about=source&test=known&points=4&sentence=Known+source").await;
    work(&ada).await;
    assert_eq!(score(&ada, lead).await, 4);
    assert!(!configuration::scoring(&ada).await.unwrap().is_rescoring);
});

both_engines!(what_a_contact_did_scores_its_open_leads, |store| async move {
    let ada = ada(&store).await;
    rule(&ada, "about=event_met&test=at_least&value=2&points=30&sentence=Met+us+twice").await;
    let (jo, al) = (add(&ada, "emails=jo@harbour.test").await, add(&ada, "emails=al@harbour.test").await);
    let met = |key: &str| {
        let pairs = [("id", key), ("kind", "met"), ("at", "2025-11-24T16:00:00Z"), ("contact.email", "jo@harbour.test")];
        let values = FormValues(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec());
        SentEvent { values, errors: FieldErrors::default() }
    };
    receive(&ada, &[met("e1")], None).await.unwrap();
    assert_eq!(score(&ada, jo).await, 0);
    receive(&ada, &[met("e1"), met("e2")], None).await.unwrap();
    assert_eq!((score(&ada, jo).await, score(&ada, al).await), (30, 0));
    assert_eq!(by_rules(&why(&ada, jo).await), [(30, "Met us twice")]);
    // Another lead of the same contact begins with what it did before.
    let again = add(&ada, "emails=jo@harbour.test").await;
    assert_eq!((lead(&ada, again).await.contact, score(&ada, again).await), (lead(&ada, jo).await.contact, 30));
});

both_engines!(other_addresses_of_a_contact_score_its_leads, |store| async move {
    let ada = ada(&store).await;
    rule(&ada, "about=email&test=is&value=company&points=15&sentence=A+company").await;
    let (one, other) = (add(&ada, "emails=jo@gmail.com").await, add(&ada, "emails=jo@gmail.com").await);
    assert_eq!((score(&ada, one).await, score(&ada, other).await), (0, 0));
    service::contacts::change_contact(&ada, lead(&ada, one).await.contact, &form("emails=jo@harbour.test")).await.unwrap();
    assert_eq!((score(&ada, one).await, score(&ada, other).await), (15, 15));
    change(&ada, one, "emails=jo@gmail.com").await;
    assert_eq!((score(&ada, one).await, score(&ada, other).await), (0, 0));
});

both_engines!(what_makes_no_sense_is_refused_at_its_field, |store| async move {
    let ada = ada(&store).await;
    let good = "about=source&test=is&value=Web&points=10&sentence=Came+by+the+web";
    for (bad, field) in [
        ("about=source&test=is&value=Moon&points=10&sentence=So", "value"),
        ("about=moon&test=is&value=Web&points=10&sentence=So", "about"),
        ("about=source&test=is&value=Web&points=0&sentence=So", "points"),
        ("about=source&test=is&value=Web&points=101&sentence=So", "points"),
        ("about=source&test=is&value=Web&points=ten&sentence=So", "points"),
        ("about=source&test=is&value=Web&points=10&sentence=+", "sentence"),
        ("about=source&test=is&value=Web&points=10&sentence=So&extra=1", ""),
    ] {
        error_at(configuration::add_score_rule(&ada, &form(bad)).await, field);
    }
    assert!(configuration::scoring(&ada).await.unwrap().rules.is_empty());
    let id = configuration::add_score_rule(&ada, &form(good)).await.unwrap();
    error_at(configuration::change_score_rule(&ada, id, &form("value=Moon")).await, "value");
    error_at(configuration::change_score_rule(&ada, id, &form("points=1000")).await, "points");
    error_at(configuration::change_score_model(&ada, &form("on=maybe")).await, "on");
    let unknown = configuration::change_score_rule(&ada, ScoreRuleId(99), &form("points=1")).await;
    assert!(matches!(unknown, Err(ServiceError::NotFound)), "{unknown:?}");
});

both_engines!(who_may_is_said_by_role, |store| async move {
    let ada = ada(&store).await;
    web_rule(&ada).await;
    let id = add(&ada, "source=Web").await;
    let maya = person(&ada, "maya", Role::Rep, None).await;
    let dora = person(&ada, "dora", Role::Distributor, Some(lead(&ada, id).await.account.id)).await;
    for refused in [
        configuration::scoring(&maya).await.map(|_| ()),
        configuration::add_score_rule(&maya, &form("")).await.map(|_| ()),
        configuration::change_score_rule(&maya, ScoreRuleId(1), &form("")).await,
        configuration::change_score_model(&maya, &form("on=1")).await,
        configuration::train_scores(&maya, &form("")).await,
        scoring::why(&dora, id).await.map(|_| ()),
    ] {
        assert!(matches!(refused, Err(ServiceError::Forbidden(_))), "{refused:?}");
    }
    let hers = leads::add(&maya, &form("full_name=Al&company=Hers&score=5")).await.unwrap();
    let ana = person(&ada, "ana", Role::Rep, None).await;
    assert!(matches!(scoring::why(&ana, hers).await, Err(ServiceError::NotFound)));
    assert!(matches!(scoring::work_out_again(&ana, hers).await, Err(ServiceError::NotFound)));
    assert!(why(&maya, hers).await.may_edit);
    scoring::work_out_again(&maya, hers).await.unwrap();
    assert_eq!(score(&ada, hers).await, 0);
});

/// Leads that were won or lost: of those with the gold plan three in four were won, of those with the silver plan one in five.
fn closed_leads() -> String {
    let mut file = "ID,Name,Company,Email,Source,Status,Plan,Visits\n".to_owned();
    for nth in 0..400 {
        let is_gold = nth % 2 == 0;
        let won = if is_gold { nth % 8 != 0 } else { nth % 10 == 1 };
        let (plan, status) = (if is_gold { "Gold" } else { "Silver" }, if won { "Won" } else { "Lost" });
        file.push_str(&format!("K{nth},Person {nth},Firm {nth},p{nth}@firm{nth}.example,Web,{status},{plan},{}\n", nth % 30));
    }
    file
}

async fn import(ctx: &Ctx, content: &str) {
    let folder = std::env::temp_dir().join(format!("leadwright-scoring-{}-{:?}", std::process::id(), std::thread::current().id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("leads.csv");
    std::fs::write(&path, content).unwrap();
    let report = imports::cli_run(ctx, ImportWish { path, ..ImportWish::default() }, &|_| {}).await.unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(report.refused, 0, "{report:?}");
}

async fn lead_of(ctx: &Ctx, name: &str) -> LeadId {
    let mut tx = ctx.store.read().await.unwrap();
    let row = tx.row(store::Sql::new("select id from lead where full_name = $1").bind(name)).await.unwrap();
    LeadId(row.expect("the lead").int("id").unwrap())
}

both_engines!(closed_leads_teach_how_likely_others_are_won, |store| async move {
    let ada = ada(&store).await;
    import(&ada, &closed_leads()).await;
    import(&ada, "ID,Name,Company,Status,Plan\nO1,Olga Gold,Open One,New enquiry,Gold\nO2,Oda Silver,Open Two,New enquiry,Silver\n").await;
    let (gold, silver) = (lead_of(&ada, "Olga Gold").await, lead_of(&ada, "Oda Silver").await);
    // Learning is one thing, and whether it counts another.
    configuration::train_scores(&ada, &form("")).await.unwrap();
    assert!(configuration::scoring(&ada).await.unwrap().is_training);
    work(&ada).await;
    let view = configuration::scoring(&ada).await.unwrap();
    assert!(view.has_model && !view.uses_model && !view.is_training && !view.is_rescoring, "{view:?}");
    let Some((at, Training::Learned(report))) = view.last else { panic!("{:?}", view.last) };
    assert_eq!((at, report.leads + report.figures.leads), (NOW, 400));
    assert!(report.figures.auc > 0.65 && report.figures.brier < report.figures.brier_of_share, "{report:?}");
    assert_eq!(score(&ada, gold).await, 0);

    configuration::change_score_model(&ada, &form("on=1")).await.unwrap();
    work(&ada).await;
    let (of_gold, of_silver) = (score(&ada, gold).await, score(&ada, silver).await);
    assert!(of_gold > 55 && of_silver < 40 && of_silver > 0, "{of_gold}, {of_silver}");
    let told = why(&ada, gold).await;
    let reasons = told.why.expect("reasons");
    assert_eq!((reasons.score, reasons.likely.map(|(likely, _)| likely), told.trained_at), (of_gold, Some(of_gold), Some(NOW)));
    assert_eq!((reasons.learned[0].sentence.as_str(), reasons.learned[0].points > 10), ("Plan: Gold", true), "{reasons:?}");

    // Rules come on top, and a new lead is scored at once.
    web_rule(&ada).await;
    import(&ada, "ID,Name,Company,Status,Plan,Source\nO3,Otto Gold,Open Three,New enquiry,Gold,Web\n").await;
    let otto = score(&ada, lead_of(&ada, "Otto Gold").await).await;
    assert!(otto > of_silver + 10, "{otto}");

    // It is learned anew when a day is over.
    ada.clock.advance_ms(DAY_MS - 1);
    work(&ada).await;
    assert_eq!(configuration::scoring(&ada).await.unwrap().last.map(|(at, _)| at), Some(NOW));
    ada.clock.advance_ms(1);
    work(&ada).await;
    assert_eq!(configuration::scoring(&ada).await.unwrap().last.map(|(at, _)| at), Some(NOW.plus_ms(DAY_MS)));

    configuration::change_score_model(&ada, &form("on=0")).await.unwrap();
    work(&ada).await;
    assert_eq!(score(&ada, gold).await, 0, "only rules count now");
    let found = scoring::cli_evaluate(&ada).await.unwrap();
    assert_eq!((found.leads, found.outcome.map(|report| report.figures.auc > 0.65)), (400, Ok(true)));
});

both_engines!(too_little_to_learn_from_is_said_and_breaks_nothing, |store| async move {
    let ada = ada(&store).await;
    let lead = add(&ada, "source=Web").await;
    leads::act(&ada, lead, LeadAction::Win, &form("")).await.unwrap();
    configuration::change_score_model(&ada, &form("on=1")).await.unwrap();
    work(&ada).await;
    let view = configuration::scoring(&ada).await.unwrap();
    assert!(view.uses_model && !view.has_model && !view.is_training, "{view:?}");
    let Some((_, Training::Refused(too_little))) = view.last else { panic!("{:?}", view.last) };
    assert_eq!(too_little.to_string(), "Too little to learn from: 1 won, 0 lost, at least 200 closed with 50 of each needed");
    let open = add(&ada, "source=Web").await;
    assert_eq!((score(&ada, open).await, why(&ada, open).await.why), (0, None));
    assert!(scoring::cli_evaluate(&ada).await.unwrap().outcome.is_err());
});

both_engines!(of_two_programs_one_learns_and_a_broken_one_is_not_waited_for_for_ever, |store| async move {
    let ada = ada(&store).await;
    configuration::train_scores(&ada, &form("")).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    assert!(tx.scoring().begin_training(NOW, NOW.plus_ms(-1)).await.unwrap());
    assert!(!tx.scoring().begin_training(NOW, NOW.plus_ms(-1)).await.unwrap());
    tx.save().await.unwrap();
    assert!(!scoring::work(&ada).await.unwrap(), "another is at it");
    ada.clock.advance_ms(2 * domain::HOUR_MS);
    work(&ada).await;
    assert!(configuration::scoring(&ada).await.unwrap().last.is_some());
    let mut tx = store.begin().await.unwrap();
    assert!(tx.scoring().begin_training(NOW, NOW).await.unwrap());
    tx.scoring().give_up_training().await.unwrap();
    assert!(tx.scoring().begin_training(NOW, NOW).await.unwrap());
    // A round that began again does not go on from where the former was.
    tx.scoring().rescore_all().await.unwrap();
    let round = tx.scoring().work().await.unwrap().round;
    tx.scoring().rescore_all().await.unwrap();
    assert!(!tx.scoring().go_on(round, LeadId(0), Some(LeadId(9))).await.unwrap());
    assert!(tx.scoring().go_on(round + 1, LeadId(0), None).await.unwrap());
    assert!(!tx.scoring().go_on(round + 1, LeadId(0), None).await.unwrap());
});

both_engines!(what_is_read_in_bulk_is_what_a_lead_says_of_itself, |store| async move {
    let ada = ada(&store).await;
    let fields = "source=Web&category=Customer&priority=High&importance=High&offerings=Training&offerings=Managed+IT&target_amount=1200.50\
        &country=France&state=Nord&emails=jo@harbour.test&phones=0161+496+0123&message=Caf%C3%A9+au+lait";
    let id = add(&ada, fields).await;
    let bare = add(&ada, "source=Other").await;
    let mut tx = store.read().await.unwrap();
    let read = tx.scoring().open_after(LeadId(0), 10).await.unwrap();
    drop(tx);
    assert_eq!(read.iter().map(|one| one.id).collect::<Vec<_>>(), [id, bare]);
    for one in read {
        let whole = lead(&ada, one.id).await;
        assert_eq!((one.version, one.score, one.contact), (whole.version, whole.score, whole.contact));
        assert_eq!(one.facts.features(), domain::scoring::ScoreFacts::from(&whole).features());
    }
});

#[tokio::test]
async fn published_web_leads_are_told_apart_as_well_as_by_others() {
    let Some(path) = store::testing::published("web-leads.csv") else { return };
    let found = scoring::cli_evaluate_file(&path, "Converted", Some("ProspectID")).await.unwrap();
    let report = found.outcome.unwrap();
    println!("web-leads: {:#?}", report.figures);
    assert_eq!((found.leads, found.skipped, report.leads, report.figures.leads, report.figures.won), (9240, 0, 7355, 1885, 735));
    assert!(report.figures.auc >= 0.86 && report.figures.brier <= 0.145 && report.figures.off_by < 0.05, "{:?}", report.figures);
    assert!(found.left_out.is_empty(), "{:?}", found.left_out);
}

#[tokio::test]
async fn a_file_without_the_column_is_refused_with_what_it_has() {
    let folder = std::env::temp_dir().join(format!("leadwright-evaluate-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("leads.csv");
    std::fs::write(&path, "id,source,ended\n1,Web,won\n2,Web,perhaps\n").unwrap();
    let refused = scoring::cli_evaluate_file(&path, "Converted", None).await.unwrap_err().to_string();
    assert!(refused.ends_with("has no column “Converted”; its columns are id, source, ended"), "{refused}");
    let found = scoring::cli_evaluate_file(&path, "ended", None).await.unwrap();
    assert_eq!((found.leads, found.skipped, found.outcome.is_err()), (1, 1, true));
    let refused = scoring::cli_evaluate_file(&folder.join("none.csv"), "ended", None).await.unwrap_err();
    assert!(matches!(refused, ServiceError::Refused(_)), "{refused}");
    std::fs::remove_dir_all(&folder).unwrap();
}
