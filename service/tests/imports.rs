//! The importer: what it reads, refuses, remembers and takes back, on both engines.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::{
    AccountKind, Actor, AppointmentKind, ChoiceList, Dimension, EventKind, FormValues, ImportId, InviteState, Lead, LeadClass, LeadId, LifeCycle,
    Named, Role, Scope, Timestamp, UserId,
};
use service::imports::{self, FileKind, ImportReport, ImportWish, Mapping, Verdict};
use service::{Clock, Ctx, Result, ServiceError};
use store::imports::RowCounts;
use store::people::NewUser;
use store::{Sql, Store, both_engines};

const NOW: Timestamp = Timestamp(1_795_528_800_000);

fn program(store: &Store) -> Ctx {
    Ctx::anonymous(store.clone(), Clock::fixed(NOW))
}

/// A file that goes away with the test.
struct Fixture(PathBuf);

impl Fixture {
    fn new(name: &str, content: impl AsRef<[u8]>) -> Self {
        static COUNTER: AtomicU64 = AtomicU64::new(0);
        let folder = std::env::temp_dir().join(format!("leadwright-import-{}-{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed)));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join(name);
        std::fs::write(&path, content).unwrap();
        Self(path)
    }

    fn beside(&self, name: &str) -> PathBuf {
        self.0.with_file_name(name)
    }

    fn wish(&self) -> ImportWish {
        ImportWish { path: self.0.clone(), ..ImportWish::default() }
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        let _gone = std::fs::remove_dir_all(self.0.parent().expect("a folder of its own"));
    }
}

async fn import(store: &Store, wish: ImportWish) -> Result<ImportReport> {
    imports::cli_run(&program(store), wish, &|_| {}).await
}

async fn imported(store: &Store, content: impl AsRef<[u8]>) -> ImportReport {
    import(store, Fixture::new("leads.csv", content).wish()).await.unwrap()
}

/// created, updated, skipped, refused
fn figures(report: &ImportReport) -> [u64; 4] {
    assert_eq!(report.rows, report.created + report.updated + report.skipped + report.refused);
    [report.created, report.updated, report.skipped, report.refused]
}

async fn lead(store: &Store, id: i64) -> Lead {
    store.read().await.unwrap().leads().find_visible(LeadId(id), &Scope::All).await.unwrap().unwrap_or_else(|| panic!("lead {id}"))
}

async fn count(store: &Store, what: &str) -> i64 {
    let row = store.read().await.unwrap().row(Sql::new(format!("select count(*) as n from {what}"))).await.unwrap();
    row.expect("a row").int("n").unwrap()
}

async fn person(store: &Store, email: &str, name: &str, role: Role) -> UserId {
    let mut tx = store.begin().await.unwrap();
    let email = domain::EmailAddress::parse(email).unwrap();
    let id = tx.people().add(NewUser { email, name: name.to_owned(), role, password_hash: "!".to_owned(), account: None, at: NOW }).await.unwrap();
    tx.save().await.unwrap();
    id
}

async fn actor(store: &Store, id: UserId) -> Actor {
    store.read().await.unwrap().people().load_actor(id).await.unwrap().unwrap()
}

fn refusals(report: &ImportReport) -> Vec<(u64, String)> {
    let reason = |verdict: &Verdict| match verdict {
        Verdict::Refused(reason) => reason.clone(),
        other => panic!("{other:?}"),
    };
    report.refusals.iter().map(|refused| (refused.row, reason(&refused.verdict))).collect()
}

fn noted(report: &ImportReport, text: &str) -> u64 {
    let note = report.notes.iter().find(|note| note.text.contains(text));
    note.unwrap_or_else(|| panic!("no note says “{text}”: {:?}", report.notes)).rows
}

const EVERYTHING: &str = "\
ID,First name,Last name,Company,E-mail,Phone,Mobile,Lead source,Owner,Stage,Amount,Product,City,Country,Score,Created,Close date,Colour
A1,Ana,Reyes,Harbour Dental,ana@harbour.example,0161 496 0123,,Web,maya@house.example,Qualification,\"12,500.50\",Managed IT; Training,Leeds,UK,75,2026-01-05,2026-12-01,blue
A2,Tom,Birch,harbour  dental,tom@harbour.example,,+44 7700 900123,Trade fair,Nobody Known,Won,300,managed-it,York,UK,,05/02/2026,2026-03-01,
A3,Ida,Fell,,ida@fell.example,n/a,,,,Closed lost,,Abacus,,,10,,2026-04-02,red
";

both_engines!(an_imported_lead_waits_for_its_owner, |store| async move {
    let maya = person(&store, "maya@house.example", "Maya Lind", Role::Rep).await;
    let rows = "A1,Ana,Reyes,ana@harbour.example,maya@house.example\nA2,Tom,Birch,tom@fell.example,\n";
    let report = imported(&store, format!("ID,First name,Last name,E-mail,Owner\n{rows}")).await;
    assert_eq!(figures(&report), [2, 0, 0, 0]);
    let (ana, tom) = (lead(&store, 1).await, lead(&store, 2).await);
    assert_eq!((ana.owner, ana.handover), (Some(maya), domain::Handover::begun(NOW, None, None, 24)));
    assert_eq!((tom.owner, tom.handover), (None, domain::Handover::default()));
});

both_engines!(columns_find_their_homes, |store| async move {
    let maya = person(&store, "maya@house.example", "Maya Lind", Role::Rep).await;
    let mut tx = store.begin().await.unwrap();
    let group = tx.people().add_group("North", "North", None).await.unwrap();
    tx.people().change_members(group, &[maya]).await.unwrap();
    tx.save().await.unwrap();
    let report = imported(&store, EVERYTHING).await;
    assert_eq!((figures(&report), report.kind, report.run), ([3, 0, 0, 0], FileKind::Leads, Some(ImportId(1))));
    let catalog = store.catalog().await.unwrap();
    let offering = |name: &str| catalog.choice_named(ChoiceList::Offering, name).map(|choice| choice.id).expect("an offering");

    let ana = lead(&store, 1).await;
    assert_eq!((ana.full_name.as_str(), ana.account.name.as_str()), ("Ana Reyes", "Harbour Dental"));
    assert_eq!((ana.phone(), ana.email()), (Some("+441614960123"), Some("ana@harbour.example")));
    assert_eq!((ana.owner, ana.group), (Some(maya), Some(group)));
    assert_eq!(ana.handover, domain::Handover::default(), "work on it has begun");
    assert_eq!((ana.target_amount_minor, ana.score, ana.address.city.as_str(), ana.address.country.as_str()), (1_250_050, 75, "Leeds", "UK"));
    assert_eq!(ana.state.life_cycle(), LifeCycle::InProgress);
    assert_eq!(catalog.status(ana.status).map(|status| status.name.as_str()), Some("Qualification"));
    let mut wanted = vec![offering("Managed IT"), offering("Training")];
    wanted.sort();
    assert_eq!(ana.offerings, wanted);
    assert_eq!(ana.created_at.day(), "2026-01-05");
    assert_eq!(ana.expected_at.map(Timestamp::day).as_deref(), Some("2026-12-01"));
    assert_eq!(ana.extra.get("Colour").map(String::as_str), Some("blue"));
    assert_eq!(catalog.choice_name(ana.source.unwrap()), "Web");

    let tom = lead(&store, 2).await;
    assert_eq!(tom.account, Named { id: ana.account.id, name: "Harbour Dental".to_owned() }, "the name is folded");
    assert_eq!(tom.state.closed_at().map(Timestamp::day).as_deref(), Some("2026-03-01"));
    assert_eq!((tom.owner, tom.extra.get("Owner").map(String::as_str)), (None, Some("Nobody Known")));
    assert_eq!(tom.created_at.day(), "2026-02-05");
    assert_eq!(tom.offerings, [offering("Managed IT")]);
    assert_eq!(catalog.choice_name(tom.source.unwrap()), "Trade fair");
    let account = store.read().await.unwrap().accounts().find(ana.account.id).await.unwrap().unwrap();
    assert_eq!(account.kinds, [AccountKind::Customer], "it bought something");

    let ida = lead(&store, 3).await;
    assert_eq!(ida.account.name, "Ida Fell");
    assert_eq!(ida.state.lost_reason().map(|id| catalog.choice_name(id)).as_deref(), Some("Not given"));
    assert!(ida.phones.is_empty(), "n/a is no number");

    assert_eq!(noted(&report, "“managed-it” taken as “Managed IT”"), 1);
    assert_eq!(noted(&report, "“Nobody Known” is nobody who works here; kept under “Owner”"), 1);
    assert_eq!(noted(&report, "“Trade fair” added to the list of sources"), 1);
    assert_eq!(noted(&report, "“Abacus” added to the list of offerings"), 1);
    assert_eq!(count(&store, "audit where area = 'configuration' and detail like '%Abacus to offerings%'").await, 1, "who changes a list is audited");

    let mut tx = store.read().await.unwrap();
    let events = tx.events().of_lead(LeadId(1), None, 10).await.unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].kind.sentence(), "imported the lead from leads.csv");
    let opportunities = tx.opportunities().of_lead(LeadId(2)).await.unwrap();
    assert_eq!(opportunities.iter().map(|one| catalog.choice_name(one.stage)).collect::<Vec<_>>(), ["06-Won"]);
});

both_engines!(the_same_rows_are_never_imported_twice, |store| async move {
    assert_eq!(figures(&imported(&store, EVERYTHING).await), [3, 0, 0, 0]);
    let again = imported(&store, EVERYTHING).await;
    assert_eq!(figures(&again), [0, 0, 3, 0]);
    let dry = Fixture::new("leads.csv", EVERYTHING);
    let report = import(&store, ImportWish { dry_run: true, ..dry.wish() }).await.unwrap();
    assert_eq!(report.verdicts[0].verdict, Verdict::Skipped("already there as # 1".to_owned()));
    // Without an identifier, rows that say the same are one; another row and another order of columns do not matter.
    assert_eq!(figures(&imported(&store, "Name,City\nAna,Leeds\nBea,York\nAna,Leeds\n").await), [2, 0, 1, 0]);
    assert_eq!(figures(&imported(&store, "City,Name\nLeeds,Ana\nHull,Cai\n").await), [1, 0, 1, 0]);
    assert_eq!(count(&store, "lead").await, 6);
});

both_engines!(people_and_companies_that_are_there_are_found, |store| async move {
    imported(&store, "Name,Company,Email,Phone\nAna,Acme,ana@acme.example,\nBo,Acme,,0161 496 0001\nCy,,cy@home.example,\n").await;
    imported(&store, "Name,Company,Email,Phone,Message\nana,ACME,ANA@acme.example,,again\nBo,acme,,0161 496 0001,again\nCy,,cy@home.example,,again\nAna,Acme,ana@acme.example,0161 496 0002,more\n").await;
    assert_eq!((count(&store, "lead").await, count(&store, "account").await), (7, 2));
    // Ana has a number now, which her contact has not: nothing is lost, so she is there twice.
    assert_eq!(count(&store, "contact").await, 4);
    assert_eq!(lead(&store, 4).await.contact, lead(&store, 1).await.contact);
    assert_eq!(lead(&store, 7).await.phone(), Some("+441614960002"));
});

both_engines!(a_mapping_is_followed, |store| async move {
    let mapping = "[columns]\nWho = \"full_name\"\nWorth = \"target_amount\"\nHow = \"status\"\nJunk = \"ignore\"\n[values.status]\nSigned = \"won\"\nMaybe = \"Negotiation\"\n";
    let file = Fixture::new("odd.csv", "Who;Worth;How;Junk;Email\nAna;1.234,50;Signed;x;not an address\nBea;;maybe;y;\nCai;;Perhaps;z;\n");
    let wish = ImportWish { map: Some(Mapping::from_toml(mapping).unwrap()), ..file.wish() };
    let report = import(&store, wish).await.unwrap();
    assert_eq!(figures(&report), [3, 0, 0, 0], "{:?}", report.refusals);
    let (ana, bea, cai) = (lead(&store, 1).await, lead(&store, 2).await, lead(&store, 3).await);
    assert_eq!((ana.state.life_cycle(), ana.target_amount_minor), (LifeCycle::Won, 123_450));
    // A column that the mapping does not name is kept as it is.
    assert_eq!(ana.extra.into_iter().collect::<Vec<_>>(), [("Email".to_owned(), "not an address".to_owned())]);
    assert_eq!(bea.state.life_cycle(), LifeCycle::InProgress);
    assert_eq!((cai.state.life_cycle(), cai.extra.get("How").map(String::as_str)), (LifeCycle::Pending, Some("Perhaps")));
    assert_eq!(noted(&report, "“Perhaps” is no status; kept under “How”"), 1);
    let wrong = ImportWish { map: Some(Mapping::from_toml("[columns]\nWhere = \"city\"").unwrap()), ..file.wish() };
    assert!(import(&store, wrong).await.unwrap_err().to_string().contains("“Where”"));
});

both_engines!(bad_rows_are_refused_one_by_one_and_can_be_mended, |store| async move {
    let content = "\
Name,Email,Amount,Created,Note\n\
Ana,ana@acme.example,100,2026-01-02,fine\n\
Bea,bea at home,100,,=1+1\n\
Cai,cai@acme.example\n\
Dov,dov@acme.example,lots,,\n\
Eve,eve@acme.example,1,32/13/2026,\n\
Fay,fay@acme.example,1,,nul\0here\n\
,,5,,\n\
Gus,gus@acme.example,1,,,,,\n\
Hal,hal@acme.example,2,,end\n";
    let file = Fixture::new("leads.csv", content);
    let errors = file.beside("errors.csv");
    let report = import(&store, ImportWish { errors_to: Some(errors.clone()), ..file.wish() }).await.unwrap();
    assert_eq!(figures(&report), [2, 0, 0, 7]);
    let refused = refusals(&report);
    for (row, reason) in [
        (3, "Email: Enter an e-mail address like name@example.com; “bea at home” is not one"),
        (4, "The row has 2 columns, the headings have 5"),
        (5, "Amount: “lots” is no amount like 12,500 or 99.50"),
        (6, "Created: “32/13/2026” is no date like 2026-11-24"),
        (7, "column 5 “Note” has a NUL character"),
        (8, "The row has no name, company, e-mail address, phone number or identifier"),
        (9, "The row has 8 columns, the headings have 5"),
    ] {
        assert!(refused.contains(&(row, reason.to_owned())), "{row}: {reason}\n{refused:#?}");
    }

    let written = std::fs::read_to_string(&errors).unwrap();
    assert!(written.starts_with("\u{FEFF}Name,Email,Amount,Created,Note,import error\n"), "{written}");
    assert!(written.contains("Bea,bea at home,100,,'=1+1,Row 3: Email: Enter"), "{written}");
    // Somebody mends the address and leaves the rest; the column of reasons is ignored, the short row was filled up.
    std::fs::write(&errors, written.replace("bea at home", "bea@home.example")).unwrap();
    let mended = import(&store, ImportWish { path: errors.clone(), ..ImportWish::default() }).await.unwrap();
    assert_eq!(figures(&mended), [2, 0, 0, 5]);
    let bea = lead(&store, 3).await;
    assert_eq!((bea.full_name.as_str(), bea.message.as_str(), bea.extra.len()), ("Bea", "=1+1", 0));
    assert_eq!(refusals(&mended).len(), 5);
    // What would overwrite its own source is refused.
    let same = import(&store, ImportWish { path: errors.clone(), errors_to: Some(errors.clone()), ..ImportWish::default() }).await;
    assert!(matches!(same, Err(ServiceError::Refused(_))));
});

both_engines!(big_cells_and_open_quotes_do_not_stop_the_rest, |store| async move {
    let content = format!("Name,Note\nAna,{}\nBea,short\n\"Cai\",\"open\nDov,x\nEve,y\n", "x".repeat(1_000_000));
    let report = imported(&store, content).await;
    assert_eq!(figures(&report), [1, 0, 0, 2]);
    let refused = refusals(&report);
    assert_eq!(refused[0], (2, "column 2 “Note” is longer than 100 kB".to_owned()));
    assert_eq!(refused[1].0, 4);
    assert!(refused[1].1.contains("A quote is opened in column 2 “Note” and never closed, so that the rest of the file (3 lines)"), "{refused:?}");
});

both_engines!(files_that_are_no_leads_are_refused_with_a_sentence, |store| async move {
    let wide = format!("{}\n1\n", (0..501).map(|n| format!("c{n}")).collect::<Vec<_>>().join(","));
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("empty.csv", Vec::new(), "empty.csv is empty"),
        ("blank.csv", b"\n\n  \n".to_vec(), "blank.csv has only blank lines"),
        ("headings.csv", b"Name,Email\n\n".to_vec(), "headings.csv has headings but no rows"),
        ("twice.csv", b"Name,Email,NAME\na,b,c\n".to_vec(), "has two columns “NAME”"),
        ("book.csv", b"PK\x03\x04\x14\x00\x06\x00".to_vec(), "an Excel workbook or a ZIP archive, not a CSV file"),
        ("page.csv", b"%PDF-1.7\n".to_vec(), "is a PDF, not a CSV file"),
        ("photo.csv", b"\x89PNG\r\n\x1a\n".to_vec(), "is a picture, not a CSV file"),
        ("nuls.csv", vec![b'a', 0, 0, 0, b',', 0, 0, b'\n', 0, 0], "is not a text file"),
        ("wide.csv", wide.into_bytes(), "wide.csv has more than 500 columns"),
        ("commas.csv", vec![b','; 1_000_000], "more than 500 columns"),
        ("line.csv", vec![b'x'; 3_000_000], "row 1 is longer than any row of headings"),
        ("quote.csv", b"\"Name,Email\nAna,a@b.example\n".to_vec(), "opens a quote in row 1 and never closes it"),
        ("strange.csv", b"Colour,Size\nred,4\n".to_vec(), "No column looks like a name"),
    ];
    for (name, content, sentence) in cases {
        let file = Fixture::new(name, content);
        match import(&store, file.wish()).await {
            Err(ServiceError::Refused(said)) => assert!(said.contains(sentence), "{name}: {said}"),
            other => panic!("{name}: {other:?}"),
        }
    }
    let missing = import(&store, ImportWish { path: PathBuf::from("/nowhere/leads.csv"), ..ImportWish::default() }).await;
    assert!(missing.unwrap_err().to_string().contains("There is no file /nowhere/leads.csv"));
    assert_eq!((count(&store, "lead").await, count(&store, "import_run").await), (0, 0));
});

both_engines!(encodings_and_delimiters_are_recognised, |store| async move {
    let text = "Name;Stadt\nJürgen Groß;Köln\n";
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let windows: Vec<u8> = text.replace(';', "\t").chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    for bytes in [utf16, windows, format!("\u{FEFF}sep=|\n{}", text.replace(';', "|").replace("Groß", "Groß 2")).into_bytes()] {
        let report = imported(&store, bytes).await;
        assert_eq!(report.refused, 0);
    }
    // The first two say the same, so the second was skipped.
    assert_eq!(count(&store, "lead").await, 2);
    let jurgen = lead(&store, 1).await;
    assert_eq!((jurgen.full_name.as_str(), jurgen.extra.get("Stadt").map(String::as_str)), ("Jürgen Groß", Some("Köln")));
    assert_eq!(lead(&store, 2).await.full_name, "Jürgen Groß 2");
    // One broken row among right ones is that row's mistake.
    let report = imported(&store, ["Name,City\n".as_bytes(), "Zoë,Köln\n".repeat(20).as_bytes(), b"Ren\xE9,Lyon\n"].concat()).await;
    assert_eq!(refusals(&report), [(22, "column 1 “Name” has bytes that are not UTF-8".to_owned())]);
});

both_engines!(a_dry_run_tells_and_writes_nothing, |store| async move {
    let rows: String = (0..30).map(|n| format!("Lead {n},Mystery,{}\n", if n == 3 { "nobody" } else { "" })).collect();
    let file = Fixture::new("leads.csv", format!("Name,Source,Email\n{rows}Lead 0,Mystery,\n"));
    let report = import(&store, ImportWish { dry_run: true, errors_to: Some(file.beside("errors.csv")), ..file.wish() }).await.unwrap();
    assert_eq!((figures(&report), report.run), ([29, 0, 1, 1], None), "{report:?}");
    assert_eq!(report.verdicts.len(), 20);
    assert!(file.beside("errors.csv").exists(), "what would be refused can be mended before");
    assert_eq!(noted(&report, "“Mystery” added to the list of sources"), 1);
    for table in ["lead", "account", "contact", "opportunity", "import_run", "choice where name = 'Mystery'"] {
        assert_eq!(count(&store, table).await, 0, "{table}");
    }
});

/// Leads with an identifier each.
fn many(rows: usize) -> String {
    let line = |n: usize| format!("K{n},Person {n},Company {},p{n}@company.example,{}\n", n % 50, if n % 1000 == 7 { "bad" } else { "10" });
    format!("id,name,company,email,amount\n{}", (0..rows).map(line).collect::<String>())
}

both_engines!(an_interrupted_import_goes_on_where_it_stopped, |store| async move {
    let file = Fixture::new("leads.csv", many(5000));
    let errors = file.beside("errors.csv");
    let wish = || ImportWish { errors_to: Some(errors.clone()), ..file.wish() };
    let ctx = program(&store);
    // Given up after the first transaction, as when the program is killed.
    let stop = std::sync::Arc::new(tokio::sync::Notify::new());
    let asked = std::sync::Arc::clone(&stop);
    let progress = move |_| asked.notify_one();
    let wished = wish();
    tokio::select! {
        biased;
        () = stop.notified() => {}
        report = imports::cli_run(&ctx, wished, &progress) => panic!("{report:?}"),
    }
    let first = count(&store, "lead").await;
    assert!((1..4990).contains(&first), "{first} leads");
    let stopped = store.read().await.unwrap().imports().find(ImportId(1)).await.unwrap().unwrap();
    assert_eq!((stopped.done.created, stopped.finished_at), (first, None));

    let report = import(&store, wish()).await.unwrap();
    assert_eq!((figures(&report), report.is_resumed, report.run), ([4995, 0, 0, 5], true, Some(ImportId(1))));
    assert_eq!((count(&store, "lead").await, count(&store, "account").await), (4995, 50));
    let bad = std::fs::read_to_string(&errors).unwrap();
    assert_eq!(bad.lines().count(), 6, "the refused rows of the first part are there too");
    let again = import(&store, wish()).await.unwrap();
    assert_eq!((figures(&again), again.is_resumed), ([0, 0, 4995, 5], false));
});

both_engines!(an_import_is_taken_back, |store| async move {
    let maya = person(&store, "maya@house.example", "Maya Lind", Role::Administrator).await;
    let ctx = program(&store).acting_as(actor(&store, maya).await);
    imported(&store, "Name,Company\nOld,Acme\n").await;
    let file = Fixture::new("leads.csv", "id,name,company,stage\n1,Ana,Acme,Won\n2,Bea,Globex,\n3,Cai,Globex,\n4,Dov,Initech,\n");
    let report = imports::run(&ctx, file.wish(), &|_| {}).await.unwrap();
    let run = report.run.unwrap();
    let worked_on = FormValues(vec![("city".to_owned(), "Leeds".to_owned())]);
    service::leads::change(&ctx, LeadId(3), &worked_on).await.unwrap();

    let undone = imports::undo(&ctx, run).await.unwrap();
    assert_eq!((undone.deleted, undone.kept), (3, 1));
    // Acme was there before, and Bea's work needs Globex.
    assert_eq!((undone.accounts_deleted, undone.contacts_deleted), (1, 3));
    assert!(lead(&store, 2).await.deleted_at.is_some() && lead(&store, 3).await.deleted_at.is_none() && lead(&store, 1).await.deleted_at.is_none());
    let events = store.read().await.unwrap().events().of_lead(LeadId(2), None, 10).await.unwrap();
    assert_eq!((events[0].kind.sentence().as_str(), events[0].actor, events[0].version), ("deleted the lead", Some(maya), 2));
    assert!(matches!(imports::undo(&ctx, run).await, Err(ServiceError::Refused(_))));
    assert!(matches!(imports::undo(&ctx, ImportId(99)).await, Err(ServiceError::NotFound)));

    let again = import(&store, file.wish()).await.unwrap();
    assert_eq!(figures(&again), [3, 0, 1, 0], "the one that was worked on is still there");
    // A lead that was taken back can be restored like any other.
    service::leads::act(&ctx, LeadId(2), domain::LeadAction::Restore, &FormValues::default()).await.unwrap();
    assert_eq!(imports::list_runs(&ctx).await.unwrap().len(), 3);
});

both_engines!(only_managers_and_administrators_import, |store| async move {
    let rep = person(&store, "rep@house.example", "Rep", Role::Rep).await;
    let manager = person(&store, "manager@house.example", "Manager", Role::Manager).await;
    let leads = Fixture::new("leads.csv", "Name\nAna\n");
    let sellers = Fixture::new("staff.csv", "sales_agent,manager,regional_office\nAna,Bo,East\n");
    let rep = program(&store).acting_as(actor(&store, rep).await);
    let manager = program(&store).acting_as(actor(&store, manager).await);
    for refused in [imports::run(&rep, leads.wish(), &|_| {}).await, imports::run(&manager, sellers.wish(), &|_| {}).await] {
        assert!(matches!(refused, Err(ServiceError::Forbidden(_))), "{refused:?}");
    }
    assert!(matches!(imports::run(&program(&store), leads.wish(), &|_| {}).await, Err(ServiceError::SignInRequired)));
    assert!(matches!(imports::undo(&rep, ImportId(1)).await, Err(ServiceError::Forbidden(_))));
    assert!(matches!(imports::inspect(&rep, &leads.0, None).await, Err(ServiceError::Forbidden(_))));
    let report = imports::run(&manager, leads.wish(), &|_| {}).await.unwrap();
    assert_eq!(figures(&report), [1, 0, 0, 0]);
    assert_eq!(lead(&store, 1).await.created_by, Some(manager.actor().unwrap().id));
    let looked = imports::inspect(&manager, &leads.0, None).await.unwrap();
    assert_eq!((looked.encoding, looked.delimiter, looked.mapping.columns["Name"].as_str()), ("UTF-8", ',', "full_name"));
});

both_engines!(what_stands_beside_a_file_of_leads_is_taken_too, |store| async move {
    let sellers = imported(
        &store,
        "sales_agent,manager,regional_office\nAna Fox,Bo Hill,East\nCy Ford,Bo Hill,East\nDi Lake,Ed Moor,East\nAna Fox,Bo Hill,East\n",
    )
    .await;
    assert_eq!((figures(&sellers), sellers.kind), ([3, 0, 1, 0], FileKind::People));
    assert_eq!(count(&store, "audit where area = 'people' and detail like '%Ana Fox%'").await, 1);
    let catalog = store.catalog().await.unwrap();
    let ana = catalog.people.iter().find(|person| person.name == "Ana Fox").expect("a person");
    assert_eq!((ana.email.as_str(), ana.role, ana.disabled), ("ana.fox@import.invalid", Role::Rep, false));
    let (bo, ed) = (catalog.people.iter().find(|p| p.name == "Bo Hill").unwrap(), catalog.people.iter().find(|p| p.name == "Ed Moor").unwrap());
    let east = &catalog.groups[0];
    assert_eq!((east.name.as_str(), east.region.as_str(), east.manager), ("East", "East", Some(bo.id)));
    assert_eq!((east.members.len(), east.members.contains(&ed.id), ed.role), (5, true, Role::Manager));
    assert_eq!(noted(&sellers, "Ed Moor is a manager in East, which has one already"), 1);

    let products = imported(&store, "product,series,sales_price\nGTX Pro,GTX,4821\nTraining,T,10\n").await;
    assert_eq!((figures(&products), products.kind), ([1, 0, 1, 0], FileKind::Offerings));
    assert_eq!(count(&store, "event where subject = 'catalog' and detail like '%4821%'").await, 1);

    let accounts =
        imported(&store, "account,sector,revenue,office_location,subsidiary_of\nAcme,software,1100.04,Kenya,\nGlobex,retail,5,,Acme\n").await;
    assert_eq!((figures(&accounts), accounts.kind), ([2, 0, 0, 0], FileKind::Accounts));
    let mut tx = store.read().await.unwrap();
    let acme = tx.accounts().find_by_name("acme").await.unwrap().unwrap();
    assert_eq!(tx.accounts().find(acme).await.unwrap().unwrap().locations[0].address.country, "Kenya");
    let events = tx.events().of_subject(domain::event::Subject::Account, acme.0, 10).await.unwrap();
    let EventKind::RecordChanged { changes, .. } = &events[0].kind else { panic!("{events:?}") };
    assert_eq!(
        changes.iter().map(|change| format!("{}={}", change.what, change.new)).collect::<Vec<_>>(),
        ["Sector=software", "Revenue=1100.04", "Office location=Kenya"]
    );
    drop(tx);
    let again = imported(&store, "account,sector,revenue,office_location,subsidiary_of\nAcme,software,1100.04,Kenya,\nGlobex,retail,6,,Acme\n").await;
    assert_eq!(figures(&again), [0, 1, 1, 0]);

    let deals = imported(&store, "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\nX1,ana fox,GTXPro,Acme,Won,2016-10-20,2017-03-01,1054\n").await;
    assert_eq!(noted(&deals, "“GTXPro” taken as “GTX Pro”"), 1);
    let deal = lead(&store, 1).await;
    assert_eq!((deal.owner, deal.group, deal.account.id, deal.target_amount_minor), (Some(ana.id), Some(east.id), acme, 105_400));
    // People and offerings stay; accounts that nothing hangs on go.
    assert!(matches!(imports::cli_undo(&program(&store), sellers.run.unwrap()).await, Err(ServiceError::Refused(_))));
    let undone = imports::cli_undo(&program(&store), accounts.run.unwrap()).await.unwrap();
    assert_eq!(undone.accounts_deleted, 0, "Acme has a lead, Globex was changed since");
});

/// The published data sets, where they are.
fn published(name: &str) -> Option<ImportWish> {
    store::testing::published(name).map(|path| ImportWish { path, ..ImportWish::default() })
}

both_engines!(published_web_leads_are_imported_whole, |store| async move {
    let Some(wish) = published("web-leads.csv") else { return };
    let report = import(&store, wish.clone()).await.unwrap();
    println!("web-leads: {:?} refused {:?}", report.notes, report.refusals);
    assert_eq!((report.rows, report.created + report.refused), (9240, 9240));
    assert_eq!(count(&store, "lead").await as u64, report.created);
    let first = lead(&store, 1).await;
    assert_eq!(first.full_name, "Lead 95caf95f");
    assert_eq!(first.extra.get("Converted").map(String::as_str), Some("0"));
    assert_eq!(figures(&import(&store, wish).await.unwrap())[..3], [0, 0, report.created]);
});

both_engines!(a_published_pipeline_is_imported_whole, |store| async move {
    let Some(pipeline) = published("sales-pipeline/sales_pipeline.csv") else { return };
    for (name, rows) in [("sales_teams.csv", 35), ("products.csv", 7), ("accounts.csv", 85)] {
        let report = import(&store, published(&format!("sales-pipeline/{name}")).expect("it stands beside the pipeline")).await.unwrap();
        assert_eq!((report.rows, report.created), (rows, rows), "{name}: {report:?}");
    }
    let report = import(&store, pipeline.clone()).await.unwrap();
    println!("pipeline: {:?} refused {:?}", report.notes, report.refusals);
    assert_eq!((report.rows, report.created + report.refused), (8800, 8800));
    assert_eq!(noted(&report, "“GTXPro” taken as “GTX Pro”"), 1480);
    for (state, leads) in [("won", 4238), ("lost", 2473), ("in_progress", 1589), ("pending", 500)] {
        assert_eq!(count(&store, &format!("lead where state = '{state}'")).await, leads, "{state}");
    }
    assert_eq!(count(&store, "lead where owner_id is null or group_id is null").await, 0);
    assert_eq!(figures(&import(&store, pipeline).await.unwrap())[..3], [0, 0, report.created]);
});

// A measurement rather than a test: LEADWRIGHT_IMPORT_ROWS=100000 cargo test --release -p service --test imports speed -- --nocapture
both_engines!(speed, |store| async move {
    let Some(rows) = std::env::var("LEADWRIGHT_IMPORT_ROWS").ok().and_then(|rows| rows.parse::<usize>().ok()) else { return };
    let line = |n: usize| {
        format!(
            "K{n},Ana Reyes{n},Company {},p{n}@company{}.example,0161 496 0{:03},Web,{},Managed IT,Leeds,{}\n",
            n % (rows / 3 + 1),
            n % 1000,
            n % 1000,
            ["New enquiry", "Qualification", "Won", "Lost"][n % 4],
            n % 100
        )
    };
    let file = Fixture::new(
        "leads.csv",
        format!("id,name,company,email,phone,source,status,product,city,score\n{}", (0..rows).map(line).collect::<String>()),
    );
    let report = import(&store, file.wish()).await.unwrap();
    assert_eq!(report.created as usize, rows, "{:?}", report.refusals);
    println!("{rows} rows in {:.1} s, {:.0} rows/s on {:?}", report.seconds, report.created as f64 / report.seconds, store.engine());
});

both_engines!(a_column_that_bears_a_field_s_name_goes_there, |store| async move {
    service::seed::seed_defaults(&program(&store)).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let field = |name: &str, kind| domain::CustomField {
        id: domain::CustomFieldId(0),
        name: name.to_owned(),
        lead_type: None,
        kind,
        options: Vec::new(),
        required: true,
        default: String::new(),
        position: 0,
        retired: false,
    };
    let until = tx.catalog().add_field(&field("Contract end", domain::CustomKind::Date)).await.unwrap();
    let seats = tx.catalog().add_field(&field("Seats", domain::CustomKind::Number)).await.unwrap();
    tx.take_numbers("catalog", 1).await.unwrap();
    tx.save().await.unwrap();
    let report = imported(&store, "Name,Email,contract END,Seats,Colour\nJo,jo@a.test,31/12/2026,\"1,200\",red\nAl,al@a.test,soon,5,blue\n").await;
    assert_eq!(figures(&report), [1, 0, 0, 1]);
    let lead = lead(&store, 1).await;
    assert_eq!(lead.custom, std::collections::BTreeMap::from([(until, "2026-12-31".to_owned()), (seats, "1200".to_owned())]));
    assert_eq!(lead.extra.keys().collect::<Vec<_>>(), ["Colour"]);
});

/// Fields of one's own, the first for leads of one type only; their names are `Tier`, `Serial number` and `Seats`.
async fn own_fields(store: &Store, of: domain::LeadTypeId) -> [domain::CustomFieldId; 3] {
    let field = |name: &str, kind, lead_type, required| domain::CustomField {
        id: domain::CustomFieldId(0),
        name: name.to_owned(),
        lead_type,
        kind,
        options: vec!["Gold".to_owned(), "Unknown".to_owned()],
        required,
        default: String::new(),
        position: 0,
        retired: false,
    };
    let mut tx = store.begin().await.unwrap();
    let tier = tx.catalog().add_field(&field("Tier", domain::CustomKind::Choice, Some(of), false)).await.unwrap();
    let serial = tx.catalog().add_field(&field("Serial number", domain::CustomKind::Text, None, true)).await.unwrap();
    let seats = tx.catalog().add_field(&field("Seats", domain::CustomKind::Number, None, false)).await.unwrap();
    tx.take_numbers("catalog", 1).await.unwrap();
    tx.save().await.unwrap();
    [tier, serial, seats]
}

both_engines!(columns_go_to_own_fields_by_name_and_what_is_required_is_asked_for, |store| async move {
    service::seed::seed_defaults(&program(&store)).await.unwrap();
    let first = store.catalog().await.unwrap().offered_types().next().expect("a type").id;
    let [tier, serial, seats] = own_fields(&store, first).await;
    let ctx = program(&store);
    let map = imports::cli_read_mapping(
        &ctx,
        "repeats = \"update\"\n[columns]\nID = \"import_key\"\nName = \"full_name\"\nMachine = \"serial NUMBER\"\nLevel = \"Tier\"\nN = \"Seats\"\n[values.Tier]\nTop = \"gold\"\n",
    );
    let map = map.await.unwrap();
    assert_eq!(map.columns["Machine"], format!("custom_{serial}"), "kept by its number");
    let content = "ID,Name,Machine,Level,N,Seats\n1,Ana,X-1,top,\"1,200\",7\n2,Bo,X-2,Unknown,n/a,\n3,Cy,,Gold,1,\n4,Di,X-4,Bronze,1,\n";
    let file = Fixture::new("machines.csv", content);
    let report = import(&store, ImportWish { map: Some(map.clone()), ..file.wish() }).await.unwrap();
    assert_eq!(
        refusals(&report),
        [(4, "“Serial number” is required, and the row does not say it".to_owned()), (5, "“Bronze” in Level: Choose from the list".to_owned())]
    );
    let (ana, bo) = (lead(&store, 1).await, lead(&store, 2).await);
    let values = |of: &[(domain::CustomFieldId, &str)]| of.iter().map(|(id, value)| (*id, (*value).to_owned())).collect::<Vec<_>>();
    assert_eq!(ana.custom.into_iter().collect::<Vec<_>>(), values(&[(tier, "Gold"), (serial, "X-1"), (seats, "1200")]));
    assert_eq!(ana.extra.get("Seats").map(String::as_str), Some("7"), "the column of its name has to stand back");
    assert_eq!(bo.custom.into_iter().collect::<Vec<_>>(), values(&[(tier, "Unknown"), (serial, "X-2")]));

    // The same rows change their leads.
    let again = Fixture::new("machines.csv", "ID,Name,Machine,Level,N,Seats\n1,Ana,X-9,,5,\n");
    let report = import(&store, ImportWish { map: Some(map), ..again.wish() }).await.unwrap();
    assert_eq!(figures(&report), [0, 1, 0, 0], "{:?}", report.refusals);
    let ana = lead(&store, 1).await;
    assert_eq!(ana.custom.into_iter().collect::<Vec<_>>(), values(&[(tier, "Gold"), (serial, "X-9"), (seats, "5")]));
});

both_engines!(a_mapping_that_means_no_field_is_refused, |store| async move {
    service::seed::seed_defaults(&program(&store)).await.unwrap();
    let first = store.catalog().await.unwrap().offered_types().next().expect("a type").id;
    own_fields(&store, first).await;
    let unknown = imports::cli_read_mapping(&program(&store), "[columns]\nA = \"Colour\"\n").await.unwrap_err().to_string();
    assert!(unknown.contains("“Colour”") && unknown.contains("Serial number"), "{unknown}");
    let gone = Mapping::from_toml("[columns]\nName = \"full_name\"\nA = \"custom_9999\"\n").unwrap();
    let file = Fixture::new("leads.csv", "Name,A\nAna,1\n");
    let refused = import(&store, ImportWish { map: Some(gone), ..file.wish() }).await.unwrap_err().to_string();
    assert!(refused.contains("“A”") && refused.contains("not there any more"), "{refused}");
    assert_eq!(count(&store, "lead").await, 0);
});

fn mapped(repeats: &str, columns: &[(&str, &str)]) -> Mapping {
    let columns: String = columns.iter().map(|(heading, home)| format!("\"{heading}\" = \"{home}\"\n")).collect();
    Mapping::from_toml(&format!("{repeats}\n[columns]\n{columns}")).unwrap()
}

const PEOPLE: [(&str, &str); 6] =
    [("ID", "import_key"), ("Name", "full_name"), ("Company", "company"), ("Email", "emails"), ("City", "city"), ("Stage", "status")];

both_engines!(rows_that_came_in_before_change_their_leads, |store| async move {
    let manager = person(&store, "ada@house.example", "Ada", Role::Administrator).await;
    let ctx = program(&store).acting_as(actor(&store, manager).await);
    let first =
        "ID,Name,Company,Email,City,Stage\n1,Ana,Acme,ana@acme.example,Leeds,\n2,Bea,Acme,bea@acme.example,York,\n3,Cai,,cai@home.example,Hull,Won\n";
    imports::run(&ctx, Fixture::new("leads.csv", first).wish(), &|_| {}).await.unwrap();
    let second = "ID,Name,Company,Email,City,Stage\n1,Ana Reyes,Acme,ana@acme.example,,Won\n2,Bea,Acme,bea@acme.example,York,\n3,Cai,,cai@home.example,Rome,\n4,Dov,Acme,dov@acme.example,,\n1,Ana Again,Acme,,,\n";
    let file = Fixture::new("leads.csv", second);
    let wish = |repeats: &str| ImportWish { map: Some(mapped(repeats, &PEOPLE)), ..file.wish() };
    let dry = imports::run(&ctx, ImportWish { dry_run: true, ..wish("repeats = \"update\"") }, &|_| {}).await.unwrap();
    let wanted = [
        (2, Verdict::Updated("# 1: Full name".to_owned())),
        (3, Verdict::Skipped("already there as # 2, with nothing new".to_owned())),
        (4, Verdict::Refused("# 3: This lead is closed; reopen it to change it".to_owned())),
        (5, Verdict::Created),
        (6, Verdict::Skipped("the same as row 2".to_owned())),
    ];
    assert_eq!(dry.verdicts.iter().map(|row| (row.row, row.verdict.clone())).collect::<Vec<_>>(), wanted);
    assert_eq!(lead(&store, 1).await.version, 1, "nothing is changed yet");

    let report = imports::run(&ctx, wish("repeats = \"update\""), &|_| {}).await.unwrap();
    assert_eq!(figures(&report), [1, 1, 2, 1], "as the dry run said");
    assert_eq!(report.repeats.iter().map(|row| row.row).collect::<Vec<_>>(), [2, 3, 6]);
    assert_eq!(noted(&report, "“Won” is a state that only an action leads to"), 1);
    let ana = lead(&store, 1).await;
    assert_eq!((ana.full_name.as_str(), ana.address.city.as_str(), ana.state.life_cycle()), ("Ana Reyes", "Leeds", LifeCycle::Pending));
    let events = store.read().await.unwrap().events().of_lead(LeadId(1), None, 10).await.unwrap();
    assert!(matches!(&events[0].kind, EventKind::FieldsChanged { changes } if changes[0].new == "Ana Reyes"), "{events:?}");
    assert_eq!(events[0].actor, Some(manager));
    let contact = store.read().await.unwrap().contacts().find(ana.contact).await.unwrap().unwrap();
    assert_eq!(contact.full_name, "Ana Reyes", "as with any edit");
    // The same again has nothing new to say.
    assert_eq!(figures(&imports::run(&ctx, wish("repeats = \"update\""), &|_| {}).await.unwrap()), [0, 0, 4, 1]);

    // An empty cell empties only where that is chosen, and never what a lead must have.
    let cleared = imports::run(&ctx, wish("repeats = \"update\"\nclear_empty = true"), &|_| {}).await.unwrap();
    assert_eq!((figures(&cleared), lead(&store, 1).await.address.city.as_str()), ([0, 1, 3, 1], ""));
    let undone = imports::undo(&ctx, cleared.run.unwrap()).await.unwrap();
    assert_eq!((undone.restored, undone.kept, lead(&store, 1).await.address.city.as_str()), (1, 0, "Leeds"));

    // Somebody changed Ana since the second run, so she stays; what the run added goes.
    let undone = imports::undo(&ctx, report.run.unwrap()).await.unwrap();
    assert_eq!((undone.restored, undone.kept, undone.deleted), (0, 1, 1));
    assert_eq!(lead(&store, 1).await.full_name, "Ana Reyes");
});

both_engines!(what_was_changed_before_an_interruption_counts_as_changed, |store| async move {
    let manager = person(&store, "ada@house.example", "Ada", Role::Administrator).await;
    let ctx = program(&store).acting_as(actor(&store, manager).await);
    let first = "ID,Name,Company,Email,City,Stage\n1,Ana,Acme,ana@acme.example,Leeds,\n2,Bea,Acme,bea@acme.example,York,\n";
    imports::run(&ctx, Fixture::new("leads.csv", first).wish(), &|_| {}).await.unwrap();
    let second = "ID,Name,Company,Email,City,Stage\n1,Ana,Acme,ana@acme.example,Hull,\n2,Bea,Acme,bea@acme.example,York,\n";
    let file = Fixture::new("leads.csv", second);
    let wish = || ImportWish { map: Some(mapped("repeats = \"update\"", &PEOPLE)), ..file.wish() };
    let whole = imports::run(&ctx, wish(), &|_| {}).await.unwrap();
    assert_eq!(figures(&whole), [0, 1, 1, 0]);

    // As if the program had ended after the leads were changed, and before it was noted how far the run came.
    let run = whole.run.unwrap();
    let mut tx = store.begin().await.unwrap();
    tx.imports().advance(run, RowCounts::default(), None).await.unwrap();
    tx.save().await.unwrap();
    let resumed = imports::run(&ctx, wish(), &|_| {}).await.unwrap();
    assert_eq!((figures(&resumed), resumed.is_resumed, resumed.run), ([0, 1, 1, 0], true, Some(run)));
    let stored = store.read().await.unwrap().imports().find(run).await.unwrap().unwrap();
    assert_eq!((stored.done.updated, stored.done.skipped, lead(&store, 1).await.version), (1, 1, 2), "and it is not changed twice");
});

both_engines!(an_import_changes_only_what_its_person_may, |store| async move {
    let (north, south) =
        (person(&store, "north@house.example", "North", Role::Manager).await, person(&store, "south@house.example", "South", Role::Manager).await);
    let mut tx = store.begin().await.unwrap();
    let groups = [("North", north), ("South", south)];
    for (name, manager) in groups {
        let group = tx.people().add_group(name, name, Some(manager)).await.unwrap();
        tx.people().change_members(group, &[manager]).await.unwrap();
    }
    tx.take_numbers("catalog", 1).await.unwrap();
    tx.save().await.unwrap();
    let columns = [("ID", "import_key"), ("Name", "full_name"), ("Group", "group"), ("City", "city")];
    imported(&store, "ID,Name,Group,City\n1,Ana,North,Leeds\n2,Bea,South,York\n").await;
    let north = program(&store).acting_as(actor(&store, north).await);
    let file = Fixture::new("leads.csv", "ID,Name,Group,City\n1,Ana,North,Hull\n2,Bea,South,Hull\n");
    let wish = ImportWish { map: Some(mapped("repeats = \"update\"", &columns)), ..file.wish() };
    let report = imports::run(&north, wish.clone(), &|_| {}).await.unwrap();
    assert_eq!((figures(&report), refusals(&report)), ([0, 1, 0, 1], vec![(3, "# 2 is not yours to see".to_owned())]));
    assert_eq!((lead(&store, 1).await.address.city.as_str(), lead(&store, 2).await.address.city.as_str()), ("Hull", "York"));
    // The command line may what its operator wants.
    assert_eq!(figures(&import(&store, wish).await.unwrap()), [0, 1, 1, 0]);
});

both_engines!(a_lead_that_waits_for_another_s_group_is_not_given_away_by_a_file, |store| async move {
    let ada = person(&store, "ada@house.example", "Ada", Role::Administrator).await;
    let north = person(&store, "north@house.example", "North", Role::Manager).await;
    let maya = person(&store, "maya@house.example", "Maya", Role::Rep).await;
    let mut tx = store.begin().await.unwrap();
    tx.people().add_group("South", "South", None).await.unwrap();
    tx.take_numbers("catalog", 1).await.unwrap();
    tx.save().await.unwrap();
    let (ada, north) = (program(&store).acting_as(actor(&store, ada).await), program(&store).acting_as(actor(&store, north).await));
    let columns = [("ID", "import_key"), ("Name", "full_name"), ("Group", "group"), ("Owner", "owner"), ("City", "city")];
    let file = Fixture::new("leads.csv", "ID,Name,Group,Owner,City\n1,Bea,South,,York\n");
    imports::run(&ada, ImportWish { map: Some(mapped("", &columns)), ..file.wish() }, &|_| {}).await.unwrap();
    let team = FormValues::decode(b"team=north%40house.example");
    service::leads::change(&ada, LeadId(1), &team).await.unwrap();
    let update = async |ctx: &Ctx, row: &str| {
        let file = Fixture::new("leads.csv", format!("ID,Name,Group,Owner,City\n{row}\n"));
        let wish = ImportWish { map: Some(mapped("repeats = \"update\"", &columns)), ..file.wish() };
        imports::run(ctx, wish, &|_| {}).await.unwrap()
    };
    let refused = update(&north, "1,Bea,South,maya@house.example,Hull").await;
    let says = "# 1: It waits for somebody of South to accept it; accept it, or have who manages the group give it away";
    assert_eq!((figures(&refused), refusals(&refused)), ([0, 0, 0, 1], vec![(2, says.to_owned())]));
    assert_eq!(figures(&update(&north, "1,Bea,South,,Hull").await), [0, 1, 0, 0], "all else may be changed");
    assert_eq!(figures(&update(&ada, "1,Bea,South,maya@house.example,Leeds").await), [0, 1, 0, 0]);
    let given = lead(&store, 1).await;
    assert_eq!((given.owner, given.address.city.as_str()), (Some(maya), "Leeds"));
});

both_engines!(an_owner_that_a_file_names_is_told_with_the_file, |store| async move {
    let ada = person(&store, "ada@house.example", "Ada", Role::Administrator).await;
    person(&store, "maya@house.example", "Maya", Role::Rep).await;
    person(&store, "noor@house.example", "Noor", Role::Rep).await;
    let ada = program(&store).acting_as(actor(&store, ada).await);
    let columns = [("ID", "import_key"), ("Name", "full_name"), ("Owner", "owner")];
    for (file, owner, says) in
        [("first.csv", "maya", "Ada gave it to Maya by importing first.csv."), ("second.csv", "noor", "Ada gave it to Noor by importing second.csv.")]
    {
        let file = Fixture::new(file, format!("ID,Name,Owner\n1,Ana,{owner}@house.example\n"));
        let wish = ImportWish { map: Some(mapped("repeats = \"update\"", &columns)), ..file.wish() };
        imports::run(&ada, wish, &|_| {}).await.unwrap();
        let told = service::leads::find(&ada, LeadId(1)).await.unwrap().given_by.map(|given| given.sentence);
        assert_eq!(told.as_deref(), Some(says));
    }
});

both_engines!(without_an_identifier_address_and_company_tell, |store| async move {
    let columns = &PEOPLE[1..5];
    let first = "Name,Company,Email,City\nAna,Acme,ana@acme.example,Leeds\nBea,,bea@home.example,York\nCai,Acme,cai@acme.example,A\nCai,Acme,cai@acme.example,B\n";
    let wish = |file: &Fixture, repeats: &str| ImportWish { map: Some(mapped(repeats, columns)), ..file.wish() };
    let file = Fixture::new("first.csv", first);
    let report = import(&store, wish(&file, "repeats = \"skip\"")).await.unwrap();
    assert_eq!(figures(&report), [4, 0, 0, 0], "rows of one file are not each other's past");
    let second = "Name,Company,Email,City\nAna,ACME,ANA@acme.example,Hull\nBea,,bea@home.example,York\nCai,Acme,cai@acme.example,C\nAna,Globex,ana@acme.example,Bath\n";
    let file = Fixture::new("second.csv", second);
    let dry = |repeats: &str| ImportWish { dry_run: true, ..wish(&file, repeats) };
    for (repeats, wanted) in [("skip", [1, 0, 3, 0]), ("update", [1, 1, 1, 1]), ("create", [4, 0, 0, 0])] {
        let report = import(&store, dry(&format!("repeats = \"{repeats}\""))).await.unwrap();
        assert_eq!(figures(&report), wanted, "{repeats}: {:?}", report.verdicts);
    }
    let updated = import(&store, wish(&file, "repeats = \"update\"")).await.unwrap();
    assert_eq!(figures(&updated), [1, 1, 1, 1]);
    assert_eq!(lead(&store, 1).await.address.city, "Hull");
    assert_eq!(
        refusals(&updated)[0].1,
        "# 3, # 4 came in with this e-mail address and company; give the row an identifier, or change the lead on its page"
    );

    let created = import(&store, wish(&file, "repeats = \"create\"")).await.unwrap();
    assert_eq!((figures(&created), count(&store, "lead where deleted_at is null").await), ([4, 0, 0, 0], 9));
    let undone = imports::cli_undo(&program(&store), created.run.unwrap()).await.unwrap();
    assert_eq!((undone.deleted, count(&store, "lead where deleted_at is null").await), (4, 5));
    // The rows' own keys stayed with the leads that have them, so rows that say the same are still known.
    assert_eq!(figures(&imported(&store, second).await), [2, 0, 2, 0]);
});

both_engines!(what_has_several_values_gets_more, |store| async move {
    let columns = [("ID", "import_key"), ("Name", "full_name"), ("Email", "emails"), ("Tags", "tags"), ("Product", "offerings"), ("Owner", "owner")];
    imported(&store, "ID,Name,Email,Tags,Product,Owner\n1,Ana,ana@acme.example,vip,Training,\n").await;
    let file = Fixture::new("leads.csv", "ID,Name,Email,Tags,Product,Owner\n1,Ana,ana@home.example,fair,Managed IT,Nobody Known\n");
    let report = import(&store, ImportWish { map: Some(mapped("repeats = \"update\"", &columns)), ..file.wish() }).await.unwrap();
    assert_eq!(figures(&report), [0, 1, 0, 0], "{report:?}");
    let ana = lead(&store, 1).await;
    assert_eq!(ana.emails.iter().map(|email| email.as_str()).collect::<Vec<_>>(), ["ana@acme.example", "ana@home.example"]);
    assert_eq!((ana.tags, ana.offerings.len(), ana.owner), (vec!["fair".to_owned(), "vip".to_owned()], 2, None));
    assert_eq!(noted(&report, "“Nobody Known” is nobody who works here; what the lead has stays"), 1);
});

const LEAD_SHEET: &str = "\
ID,Full name,Company,E-mail,Owner,Class,Timescale from,Timescale to,Horizon,Appointment type,Appointment at,Invite,Lead notes,Agenda,BANT budget,Authority
B1,Ana Reyes,Harbour,ana@harbour.example,maya@house.example,AQL,,,,Web demo,2026-12-01 10:00,accepted,Likes us,A tour,Signed off,The CFO
B2,Tom Birch,Birch,tom@birch.example,maya@house.example,OQL,2026-12-01,2026-12-20,,,,,,,,
B3,Ida Fell,Fell,ida@fell.example,maya@house.example,RQL,,,2027-11-24,,,,,,,
B4,Al Moss,Moss,al@moss.example,maya@house.example,AQL,,,,Telephone,2026-12-02 10:00,sent,,,,
B5,Bo Ash,Ash,bo@ash.example,maya@house.example,MQL,,,,,,,,,,
B6,Cy Elm,Elm,cy@elm.example,maya@house.example,,,,,,,,,,,
";

both_engines!(a_lead_sheet_says_of_what_class_its_leads_are, |store| async move {
    let maya = person(&store, "maya@house.example", "Maya Lind", Role::Rep).await;
    let report = imported(&store, LEAD_SHEET).await;
    assert_eq!(figures(&report), [5, 0, 0, 1]);
    assert_eq!(refusals(&report), [(6, "Class: “MQL” is none of AQL, OQL and RQL".to_owned())]);
    assert_eq!(noted(&report, "An AQL needs an invite that was accepted, so the lead comes in without a class"), 1);
    assert_eq!(lead(&store, 4).await.extra.get("Class").map(String::as_str), Some("AQL"), "what the row says is kept");

    let mut tx = store.read().await.unwrap();
    let ids = [1, 2, 3, 4, 5].map(LeadId);
    let classes = tx.lead_classes().classes_of(&ids).await.unwrap();
    let expected = [(LeadId(1), LeadClass::Aql), (LeadId(2), LeadClass::Oql), (LeadId(3), LeadClass::Rql)];
    assert_eq!(classes.into_iter().collect::<Vec<_>>(), expected);
    let ana = tx.lead_classes().find(LeadId(1)).await.unwrap().expect("what the row says");
    assert_eq!((ana.notes.as_str(), ana.agenda.as_str(), ana.version), ("Likes us", "A tour", 1));
    let answers = tx.lead_classes().answers(LeadId(1)).await.unwrap();
    let said: Vec<_> = answers.iter().map(|answer| (answer.dimension, answer.text.as_str(), answer.by)).collect();
    assert_eq!(said, [(Dimension::Budget, "Signed off", None), (Dimension::Authority, "The CFO", None)]);
    let tom = tx.lead_classes().find(LeadId(2)).await.unwrap().expect("what the row says");
    assert_eq!(tom.timescale.map(|timescale| timescale.words()).as_deref(), Some("1 Dec 2026 to 20 Dec 2026"));
    let ida = tx.lead_classes().find(LeadId(3)).await.unwrap().expect("what the row says");
    assert_eq!(ida.horizon.map(Timestamp::day).as_deref(), Some("2027-11-24"));
    assert_eq!(tx.lead_classes().find(LeadId(5)).await.unwrap(), None);

    let demonstration = tx.appointments().present(LeadId(1)).await.unwrap().expect("an appointment");
    assert_eq!((demonstration.kind, demonstration.invite), (AppointmentKind::WebDemonstration, InviteState::Accepted));
    assert_eq!((demonstration.at.rfc3339().as_str(), demonstration.organizer), ("2026-12-01T10:00:00.000Z", Some(maya)));
    let call = tx.appointments().present(LeadId(4)).await.unwrap().expect("an appointment");
    assert_eq!((call.kind, call.invite), (AppointmentKind::Telephone, InviteState::None));

    // Review, and what is to be done with a lead of each class, in the place of the follow-up.
    for (id, policies) in ids.into_iter().zip([[1, 5], [1, 6], [1, 7], [1, 2], [1, 2]]) {
        let mut running: Vec<i64> = tx.clocks().of_lead(id).await.unwrap().into_iter().map(|clock| clock.policy.0).collect();
        running.sort_unstable();
        assert_eq!(running, policies, "{id}");
    }
    let events = tx.events().of_lead(LeadId(1), None, 10).await.unwrap();
    let classed = EventKind::LeadClassed { from: None, to: Some(LeadClass::Aql), why: "so says the file".to_owned() };
    assert!(events.iter().any(|event| event.kind == classed && event.version == 1), "{events:?}");
});
