//! Files on the import page, from their arrival to their leads and back, on both engines.

use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::import_file::{ImportPhase, ImportStep, Repeats};
use domain::{ChoiceList, EmailAddress, FormValues, LeadFilter, Role, Timestamp, UserId};
use service::imports::{self, Arrived};
use service::leads::{self, PageOf};
use service::seed::seed_defaults;
use service::{Clock, Ctx, ServiceError, configuration};
use store::people::NewUser;
use store::{Engine, Store, both_engines};

const CSV: &str =
    "Full name,E-mail,Firm,Colour\nAda Hill,ada@hill.test,Hill Ltd,red\nBo Ray,bo@ray.test,Ray Ltd,blue\nNo Mail,not an address,Ray Ltd,\n";

/// A manager, another one, an administrator and a rep, with a spool folder.
struct House {
    martin: Ctx,
    mona: Ctx,
    ada: Ctx,
    maya: Ctx,
    spool: PathBuf,
}

impl Drop for House {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.spool).expect("the spool folder goes away");
    }
}

async fn house(store: &Store) -> House {
    static COUNTER: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    let number = COUNTER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let spool = std::env::temp_dir().join(format!("leadwright-files-{}-{number}", std::process::id()));
    std::fs::create_dir_all(&spool).unwrap();
    let public = Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000)));
    seed_defaults(&public).await.unwrap();
    House {
        martin: person(&public, "martin@house.test", Role::Manager).await,
        mona: person(&public, "mona@house.test", Role::Manager).await,
        ada: person(&public, "ada@house.test", Role::Administrator).await,
        maya: person(&public, "maya@house.test", Role::Rep).await,
        spool,
    }
}

async fn person(ctx: &Ctx, email: &str, role: Role) -> Ctx {
    let mut tx = ctx.store.begin().await.unwrap();
    let new = NewUser {
        email: EmailAddress::parse(email).unwrap(),
        name: email.to_owned(),
        role,
        password_hash: String::new(),
        account: None,
        at: ctx.now(),
    };
    let id: UserId = tx.people().add(new).await.unwrap();
    tx.save().await.unwrap();
    let actor = ctx.store.read().await.unwrap().people().load_actor(id).await.unwrap().expect("just added");
    ctx.acting_as(actor)
}

async fn upload(ctx: &Ctx, spool: &Path, content: &[u8], supplier: &str) -> Result<i64, ServiceError> {
    std::fs::write(spool.join("upload-1.csv"), content).unwrap();
    let arrived = Arrived { spool, spool_name: "upload-1.csv", file_name: "people.csv", bytes: content.len() as i64, supplier };
    imports::take_file(ctx, arrived).await
}

fn form(query: &str) -> FormValues {
    FormValues::decode(query.as_bytes())
}

async fn phase(ctx: &Ctx, id: i64) -> ImportPhase {
    imports::find_file(ctx, id).await.unwrap().phase
}

async fn names(ctx: &Ctx) -> Vec<String> {
    let listing = leads::list(ctx, &LeadFilter::from_query("view=all&sort=name"), &PageOf::default()).await.unwrap();
    listing.rows.into_iter().map(|row| row.full_name).collect()
}

both_engines!(a_file_is_looked_at_checked_imported_and_taken_back, |store| async move {
    let house = house(&store).await;
    let ctx = &house.martin;
    let id = upload(ctx, &house.spool, CSV.as_bytes(), "").await.unwrap();
    let file = imports::find_file(ctx, id).await.unwrap();
    assert_eq!((file.phase, file.preview.kind.as_str(), file.preview.delimiter), (ImportPhase::Mapping, "leads", ','));
    assert_eq!(file.preview.guess, ["full_name", "emails", "company", "extra"]);
    assert_eq!(file.preview.sample[0], ["Ada Hill", "ada@hill.test", "Hill Ltd", "red"]);

    assert!(!imports::work_on_next(ctx, &house.spool).await.unwrap(), "nothing happens by itself");
    imports::choose_columns(ctx, id, &form("column_3=ignore")).await.unwrap();
    assert!(imports::work_on_next(ctx, &house.spool).await.unwrap());
    let checked = imports::find_file(ctx, id).await.unwrap();
    let outcome = checked.outcome.expect("a check says what it found");
    assert_eq!((checked.phase, outcome.rows, outcome.created, outcome.refused), (ImportPhase::Checked, 3, 2, 1));
    assert_eq!((file.preview.routes, checked.routes), (None, Some(true)), "unless the form says otherwise");
    assert_eq!(outcome.verdicts.iter().map(|row| (row.row, row.verdict.as_str())).collect::<Vec<_>>(), [(2, "new"), (3, "new"), (4, "refused")]);
    assert_eq!(names(ctx).await, Vec::<String>::new());

    imports::do_step(ctx, id, ImportStep::Import).await.unwrap();
    imports::do_step(ctx, id, ImportStep::Pause).await.unwrap();
    assert!(!imports::work_on_next(ctx, &house.spool).await.unwrap(), "a paused file waits");
    imports::do_step(ctx, id, ImportStep::Continue).await.unwrap();
    assert!(imports::work_on_next(ctx, &house.spool).await.unwrap());
    let done = imports::find_file(ctx, id).await.unwrap();
    assert_eq!((done.phase, done.rows_done, done.percent()), (ImportPhase::Done, 3, 100));
    assert_eq!(names(ctx).await, ["Ada Hill", "Bo Ray"]);
    assert!(!house.spool.join("upload-1.csv").exists(), "what is imported needs no room");
    let (refused, called) = imports::refused_rows(ctx, id).await.unwrap();
    let refused = std::fs::read_to_string(house.spool.join(refused)).unwrap();
    assert!(called == "people-refused.csv" && refused.contains("No Mail") && !refused.contains("Ada Hill"), "{refused}");

    imports::do_step(ctx, id, ImportStep::Undo).await.unwrap();
    assert!(imports::work_on_next(ctx, &house.spool).await.unwrap());
    assert_eq!((phase(ctx, id).await, names(ctx).await), (ImportPhase::Undone, Vec::new()));
});

both_engines!(a_file_is_worked_on_by_the_server_that_has_it, |store| async move {
    let house = house(&store).await;
    let ctx = &house.martin;
    let elsewhere = house.spool.join("of-another-server");
    let id = upload(ctx, &house.spool, CSV.as_bytes(), "").await.unwrap();
    imports::choose_columns(ctx, id, &form("column_3=ignore")).await.unwrap();
    if store.engine() == Engine::Sqlite {
        // There is no other server, so nothing is waited for.
        assert!(imports::work_on_next(ctx, &elsewhere).await.unwrap());
        assert_eq!(phase(ctx, id).await, ImportPhase::Failed);
        return;
    }
    assert!(!imports::work_on_next(ctx, &elsewhere).await.unwrap());
    let file = imports::find_file(ctx, id).await.unwrap();
    assert_eq!((file.phase, file.sentence.as_str()), (ImportPhase::Checking, imports::ELSEWHERE));
    assert!(imports::work_on_next(ctx, &house.spool).await.unwrap());
    let file = imports::find_file(ctx, id).await.unwrap();
    assert_eq!((file.phase, file.sentence.as_str()), (ImportPhase::Checked, ""));
    // Taking back needs no file, so any server does it.
    imports::do_step(ctx, id, ImportStep::Import).await.unwrap();
    assert!(imports::work_on_next(ctx, &house.spool).await.unwrap());
    imports::do_step(ctx, id, ImportStep::Undo).await.unwrap();
    assert!(imports::work_on_next(ctx, &elsewhere).await.unwrap());
    assert_eq!((phase(ctx, id).await, names(ctx).await), (ImportPhase::Undone, Vec::new()));
});

both_engines!(a_supplier_s_columns_are_remembered, |store| async move {
    let house = house(&store).await;
    let first = upload(&house.martin, &house.spool, CSV.as_bytes(), "Acme Lists").await.unwrap();
    imports::choose_columns(&house.martin, first, &form("column_3=tags")).await.unwrap();
    let second = upload(&house.mona, &house.spool, CSV.as_bytes(), "acme lists").await.unwrap();
    let file = imports::find_file(&house.mona, second).await.unwrap();
    assert_eq!(file.preview.guess, ["full_name", "emails", "company", "tags"]);
    assert_eq!(imports::list_files(&house.mona).await.unwrap().suppliers, ["Acme Lists"]);
});

both_engines!(a_supplier_that_is_a_partner_is_the_partner_of_its_leads, |store| async move {
    let house = house(&store).await;
    let partner = configuration::add_choice(&house.ada, ChoiceList::Partner, &form("name=Northwind")).await.unwrap();
    let other = configuration::add_choice(&house.ada, ChoiceList::Partner, &form("name=Vendor+House")).await.unwrap();
    let sheets = [("northwind", ["Ada", "Bo"], [Some(partner), Some(other)]), ("A CRM", ["Cy", "Di"], [None, Some(other)])];
    for (nth, (supplier, names, expected)) in sheets.into_iter().enumerate() {
        let content = format!("Full name,Firm,Partner\n{} Hill,Hill Ltd,\n{} Ray,Ray Ltd,Vendor House\n", names[0], names[1]);
        let id = upload(&house.martin, &house.spool, content.as_bytes(), supplier).await.unwrap();
        imports::choose_columns(&house.martin, id, &form("column_2=partner")).await.unwrap();
        assert!(imports::work_on_next(&house.martin, &house.spool).await.unwrap());
        imports::do_step(&house.martin, id, ImportStep::Import).await.unwrap();
        assert!(imports::work_on_next(&house.martin, &house.spool).await.unwrap());
        let listing = leads::list(&house.martin, &LeadFilter::from_query("view=all&sort=name"), &PageOf::default()).await.unwrap();
        let mut partners = Vec::new();
        for row in listing.rows.into_iter().skip(2 * nth) {
            partners.push(leads::find(&house.martin, row.id).await.unwrap().lead.partner);
        }
        assert_eq!(partners, expected, "{supplier}");
    }
});

both_engines!(what_is_wrong_with_the_columns_is_said_at_them, |store| async move {
    let house = house(&store).await;
    let id = upload(&house.martin, &house.spool, CSV.as_bytes(), "").await.unwrap();
    match imports::choose_columns(&house.martin, id, &form("column_2=full_name&column_3=nonsense")).await {
        Err(ServiceError::Invalid(errors)) => {
            assert_eq!(errors.get("column_2"), Some("“Full name” goes to Full name already; only one column can"));
            assert_eq!(errors.get("column_3"), Some("Choose one of the list"));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(phase(&house.martin, id).await, ImportPhase::Mapping);
});

both_engines!(a_file_that_is_none_is_refused_with_a_sentence, |store| async move {
    let house = house(&store).await;
    for (content, said) in [
        (&b""[..], "people.csv is empty"),
        (b"PK\x03\x04abc", "people.csv is an Excel workbook or a ZIP archive, not a CSV file. Save it as CSV first, then import that"),
        (b"a,b\n", "people.csv has headings but no rows"),
        (b"\"a,b\nc,d\n", "people.csv opens a quote in row 1 and never closes it, so that no headings can be read"),
    ] {
        match upload(&house.martin, &house.spool, content, "").await {
            Err(ServiceError::Invalid(errors)) => assert_eq!(errors.get("file"), Some(said)),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(imports::list_files(&house.martin).await.unwrap().files, []);
});

both_engines!(a_file_is_its_owner_s_and_the_administrators_, |store| async move {
    let house = house(&store).await;
    let id = upload(&house.martin, &house.spool, CSV.as_bytes(), "").await.unwrap();
    assert!(imports::find_file(&house.ada, id).await.is_ok());
    for other in [&house.mona, &house.maya] {
        let is_absent = |refused: Result<(), ServiceError>| matches!(refused, Err(ServiceError::NotFound | ServiceError::Forbidden(_)));
        assert!(is_absent(imports::find_file(other, id).await.map(|_| ())));
        assert!(is_absent(imports::choose_columns(other, id, &form("")).await));
        assert!(is_absent(imports::do_step(other, id, ImportStep::Discard).await));
        assert!(is_absent(imports::refused_rows(other, id).await.map(|_| ())));
    }
    assert_eq!(imports::list_files(&house.mona).await.unwrap().files, []);
    assert!(matches!(upload(&house.maya, &house.spool, CSV.as_bytes(), "").await, Err(ServiceError::Forbidden(_))));
    assert_eq!(phase(&house.martin, id).await, ImportPhase::Mapping);
});

both_engines!(a_step_that_does_not_fit_is_refused, |store| async move {
    let house = house(&store).await;
    let id = upload(&house.martin, &house.spool, CSV.as_bytes(), "").await.unwrap();
    match imports::do_step(&house.martin, id, ImportStep::Undo).await {
        Err(ServiceError::Refused(sentence)) => assert_eq!(sentence, "“Take it all back” does not fit: the file is columns to be chosen"),
        other => panic!("{other:?}"),
    }
    imports::do_step(&house.martin, id, ImportStep::Discard).await.unwrap();
    imports::tidy(&house.martin, &house.spool, Duration::from_secs(60)).await.unwrap();
    assert!(house.spool.join("upload-1.csv").exists(), "what is young may be arriving");
    imports::tidy(&house.martin, &house.spool, Duration::ZERO).await.unwrap();
    assert!(!house.spool.join("upload-1.csv").exists());
});

both_engines!(what_becomes_of_rows_that_came_in_before_is_chosen, |store| async move {
    let house = house(&store).await;
    let ctx = &house.ada;
    let first = upload(ctx, &house.spool, CSV.as_bytes(), "Acme Lists").await.unwrap();
    match imports::choose_columns(ctx, first, &form("repeats=perhaps")).await {
        Err(ServiceError::Invalid(errors)) => assert_eq!(errors.get("repeats"), Some("Choose one of the list")),
        other => panic!("{other:?}"),
    }
    imports::choose_columns(ctx, first, &form("repeats=update&clear_empty=1")).await.unwrap();
    assert!(imports::work_on_next(ctx, &house.spool).await.unwrap());
    imports::do_step(ctx, first, ImportStep::Import).await.unwrap();
    assert!(imports::work_on_next(ctx, &house.spool).await.unwrap());

    let second =
        upload(ctx, &house.spool, CSV.replace("Ada Hill,", "Ada Hill-Ray,").replace("blue", "green").as_bytes(), "acme lists").await.unwrap();
    let file = imports::find_file(ctx, second).await.unwrap();
    assert_eq!((file.repeats, file.preview.repeats, file.preview.clears), (None, Some(Repeats::Update), true), "the supplier's way");
    imports::choose_columns(ctx, second, &form("repeats=update")).await.unwrap();
    assert!(imports::work_on_next(ctx, &house.spool).await.unwrap());
    let checked = imports::find_file(ctx, second).await.unwrap();
    assert_eq!((checked.repeats, checked.clears, checked.routes), (Some(Repeats::Update), false, Some(false)));
    let outcome = checked.outcome.expect("a check says what it found");
    assert_eq!((outcome.created, outcome.updated, outcome.skipped, outcome.refused), (0, 1, 1, 1));
    imports::do_step(ctx, second, ImportStep::Import).await.unwrap();
    assert!(imports::work_on_next(ctx, &house.spool).await.unwrap());
    let outcome = imports::find_file(ctx, second).await.unwrap().outcome.expect("an import says what it did");
    let rows: Vec<_> = outcome.verdicts.iter().map(|row| (row.row, row.verdict.as_str(), row.reason.as_str())).collect();
    assert_eq!(rows[..2], [(2, "changed", "# 1: Full name"), (3, "skipped", "already there as # 2, with nothing new")]);
    assert_eq!(names(ctx).await, ["Ada Hill-Ray", "Bo Ray"]);
});

both_engines!(own_fields_are_offered_guessed_remembered_and_forgotten_when_retired, |store| async move {
    let house = house(&store).await;
    let ctx = &house.martin;
    let lead_type = store.catalog().await.unwrap().offered_types().next().expect("a type").id;
    let new = form("name=Serial+number&kind=text&required=1");
    let field = service::configuration::add_field(&house.ada, lead_type, &new).await.unwrap();
    let key = format!("custom_{field}");
    assert!(imports::homes(ctx).await.unwrap().contains(&(key.clone(), "Serial number".to_owned())));
    assert!(matches!(imports::homes(&house.maya).await, Err(ServiceError::Forbidden(_))));

    let content = b"Full name,Serial Number,Machine\nAda Hill,X-1,M-1\nBo Ray,,M-2\n";
    let id = upload(ctx, &house.spool, content, "Acme").await.unwrap();
    assert_eq!(imports::find_file(ctx, id).await.unwrap().preview.guess, ["full_name", key.as_str(), "extra"], "guessed by its heading");
    let twice = imports::choose_columns(ctx, id, &form(&format!("column_2={key}"))).await;
    let Err(ServiceError::Invalid(errors)) = twice else { panic!("two columns for one field: {twice:?}") };
    assert!(errors.get("column_2").is_some_and(|sentence| sentence.contains("goes to Serial number already")), "{errors:?}");
    let unknown = imports::choose_columns(ctx, id, &form("column_2=custom_9999")).await;
    assert!(matches!(unknown, Err(ServiceError::Invalid(_))), "{unknown:?}");

    // The other column is chosen, whose rows all say it.
    imports::choose_columns(ctx, id, &form(&format!("column_1=ignore&column_2={key}"))).await.unwrap();
    assert!(imports::work_on_next(ctx, &house.spool).await.unwrap());
    let outcome = imports::find_file(ctx, id).await.unwrap().outcome.expect("a check says what it found");
    assert_eq!((outcome.created, outcome.refused), (2, 0));
    // As it was guessed, the row that lacks it is refused.
    imports::choose_columns(ctx, id, &form(&format!("column_1={key}&column_2=ignore"))).await.unwrap();
    assert!(imports::work_on_next(ctx, &house.spool).await.unwrap());
    let outcome = imports::find_file(ctx, id).await.unwrap().outcome.expect("a check says what it found");
    assert_eq!((outcome.created, outcome.refused), (1, 1));

    imports::choose_columns(ctx, id, &form(&format!("column_1=ignore&column_2={key}"))).await.unwrap();
    let next = upload(ctx, &house.spool, content, "Acme").await.unwrap();
    assert_eq!(imports::find_file(ctx, next).await.unwrap().preview.guess, ["full_name", "ignore", key.as_str()], "remembered");
    let mut tx = store.begin().await.unwrap();
    let mut retired = store.catalog().await.unwrap().field(field).expect("the field").clone();
    retired.retired = true;
    tx.catalog().change_field(&retired, Some(ctx.now())).await.unwrap();
    tx.take_numbers("catalog", 1).await.unwrap();
    tx.save().await.unwrap();
    let last = upload(ctx, &house.spool, content, "Acme").await.unwrap();
    assert_eq!(imports::find_file(ctx, last).await.unwrap().preview.guess, ["full_name", "ignore", "extra"], "forgotten");
    assert!(!imports::homes(ctx).await.unwrap().iter().any(|(known, _)| *known == key));
});
