//! Rows of a file find the accounts that are known by the signs that every other door asks, on both engines.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::lead_views::LeadDetail;
use domain::{AccountId, Actor, EmailAddress, EventKind, FormValues, Lead, LeadId, Role, Scope, Timestamp};
use service::imports::{self, ImportReport, ImportWish, Mapping, Verdict};
use service::seed::seed_defaults;
use service::{Clock, Ctx, accounts, contacts, leads};
use store::people::NewUser;
use store::{Sql, Store, both_engines};

const HEADINGS: &str = "Name,Company,Email,Phone\n";

struct House {
    ada: Ctx,
    /// Northwind Ltd, whose domain is northwind.test and whose front desk is 0161 496 0123 and desk@gmail.com.
    northwind: AccountId,
    folder: PathBuf,
}

impl Drop for House {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.folder).expect("the folder goes away");
    }
}

async fn house(store: &Store) -> House {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("leadwright-import-matching-{}-{number}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let public = Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000)));
    seed_defaults(&public).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let email = EmailAddress::parse("ada@house.test").unwrap();
    let new = NewUser { email, name: "Ada".to_owned(), role: Role::Administrator, password_hash: String::new(), account: None, at: public.now() };
    let id = tx.people().add(new).await.unwrap();
    let actor: Actor = tx.people().load_actor(id).await.unwrap().expect("just added");
    tx.save().await.unwrap();
    let ada = public.acting_as(actor);
    let northwind = account(&ada, "name=Northwind+Ltd&kind=customer&domains=northwind.test").await;
    contacts::add_contact(&ada, &form(&format!("full_name=Front+Desk&account={northwind}&phones=0161+496+0123&emails=desk@gmail.com")))
        .await
        .unwrap();
    House { ada, northwind, folder }
}

fn form(text: &str) -> FormValues {
    FormValues::decode(text.as_bytes())
}

async fn account(ctx: &Ctx, text: &str) -> AccountId {
    accounts::add_account(ctx, &form(text)).await.unwrap().id
}

impl House {
    async fn import(&self, content: &str, map: Option<Mapping>, dry_run: bool) -> ImportReport {
        let path = self.folder.join("leads.csv");
        std::fs::write(&path, content).unwrap();
        imports::run(&self.ada, ImportWish { path, map, dry_run, ..ImportWish::default() }, &|_| {}).await.unwrap()
    }

    /// Imports rows, of which a dry run says the same before.
    async fn imported(&self, rows: &str) -> ImportReport {
        let content = format!("{HEADINGS}{rows}");
        let dry = self.import(&content, None, true).await;
        let report = self.import(&content, None, false).await;
        assert_eq!(said(&dry), said(&report), "as the dry run said");
        for row in &dry.matches {
            assert!(dry.verdicts.contains(row), "{row:?} stands among the rows, too");
        }
        report
    }

    async fn lead(&self, id: i64) -> Lead {
        self.ada.store.read().await.unwrap().leads().find_visible(LeadId(id), &Scope::All).await.unwrap().expect("the lead")
    }

    /// What the timeline says of the account, if it says anything.
    async fn told(&self, id: i64) -> Option<String> {
        let LeadDetail { timeline, .. } = leads::find(&self.ada, LeadId(id)).await.unwrap();
        timeline.iter().find(|event| matches!(event.kind, EventKind::AccountSought { .. })).map(|event| event.kind.sentence())
    }

    async fn accounts(&self) -> i64 {
        let sql = Sql::new("select count(*) as n from account where deleted_at is null");
        self.ada.store.read().await.unwrap().row(sql).await.unwrap().expect("a count").int("n").unwrap()
    }
}

/// What stands beside the rows whose account was sought.
fn said(report: &ImportReport) -> Vec<(u64, String)> {
    report.matches.iter().map(|row| (row.row, row.reason())).collect()
}

/// created, updated, skipped, refused
fn figures(report: &ImportReport) -> [u64; 4] {
    [report.created, report.updated, report.skipped, report.refused]
}

both_engines!(a_row_goes_to_the_account_that_its_signs_tell, |store| async move {
    let house = house(&store).await;
    let rows = "Jo,NORTHWIND,jo@one.test,\nAl,Somebody Else,al@eu.northwind.test,\nBo,,,0161 496 0123\nCy,Elsewhere,desk@gmail.com,\nDi,northwind,di@one.test,\n";
    let reasons = [
        "This is their name but for spelling or legal form",
        "The e-mail domain northwind.test is theirs",
        "Front Desk there has the number +441614960123",
        "Front Desk there has the address desk@gmail.com",
        "This is their name but for spelling or legal form",
    ];
    let before = house.accounts().await;
    let report = house.imported(rows).await;
    assert_eq!((figures(&report), house.accounts().await), ([5, 0, 0, 0], before), "nobody is new");
    let expected: Vec<(u64, String)> =
        (2..).zip(reasons).map(|(row, reason)| (row, format!("goes to the account Northwind Ltd: {reason}"))).collect();
    assert_eq!(said(&report), expected);
    for (id, reason) in (1..).zip(reasons) {
        let lead = house.lead(id).await;
        assert_eq!((lead.account.id, lead.account.name.as_str()), (house.northwind, "Northwind Ltd"), "{reason}");
        assert_eq!(house.told(id).await, Some(format!("found the account Northwind Ltd. {reason}")));
    }
    // The name that came with it is not lost.
    assert_eq!(house.lead(2).await.extra.get("Company").map(String::as_str), Some("Somebody Else"));
    assert_eq!(house.lead(3).await.extra.get("Company"), None, "none came with it");
    let note = report.notes.iter().find(|note| note.text.starts_with("The account was found by its e-mail domain")).expect("how many were found");
    assert_eq!(note.rows, 5);
});

both_engines!(what_is_weak_shared_or_disagrees_is_shown_and_decides_nothing, |store| async move {
    let house = house(&store).await;
    for known in ["name=Harbour+Ltd&kind=customer", "name=Quay&kind=customer&domains=shared.test", "name=Pier&kind=customer&domains=shared.test"] {
        account(&house.ada, known).await;
    }
    let rows = "Jo,Neighbour,jo@gmail.com,0161 496 0123\nAl,Harbour GmbH,al@northwind.test,\nBo,,bo@shared.test,\n";
    let before = house.accounts().await;
    let report = house.imported(rows).await;
    assert_eq!((figures(&report), house.accounts().await), ([3, 0, 0, 0], before + 3));
    let expected = [
        "may be the same as Northwind Ltd (Front Desk there has the number +441614960123)",
        "may be the same as Harbour Ltd (This is their name but for spelling or legal form; But the e-mail domain points to Northwind Ltd) or Northwind Ltd (The e-mail domain northwind.test is theirs; But the company name points to Harbour Ltd)",
        "may be the same as Pier (The e-mail domain shared.test is theirs, and that of other accounts) or Quay (The e-mail domain shared.test is theirs, and that of other accounts)",
    ];
    assert_eq!(said(&report), (2..).zip(expected.map(str::to_owned)).collect::<Vec<(u64, String)>>());
    assert!(report.matches.iter().all(|row| row.verdict == Verdict::Created));
    for (id, name) in [(1, "Neighbour"), (2, "Harbour GmbH"), (3, "Bo")] {
        assert_eq!(house.lead(id).await.account.name, name);
        let told = house.told(id).await.expect("what was found");
        assert!(told.starts_with("left the account open. "), "{told}");
    }
});

both_engines!(an_exact_name_decides_whatever_else_is_said, |store| async move {
    let house = house(&store).await;
    let quay = account(&house.ada, "name=Quay&kind=customer").await;
    let report = house.imported("Jo,quay,jo@northwind.test,0161 496 0123\n").await;
    assert_eq!((house.lead(1).await.account.id, said(&report), house.told(1).await), (quay, Vec::new(), None));
});

both_engines!(a_mail_service_says_nothing_of_a_company, |store| async move {
    let house = house(&store).await;
    let report = house.imported("Jo,,jo@gmail.com,\nAl,Moss,al@gmail.com,\n").await;
    assert_eq!((said(&report), house.told(1).await, house.told(2).await), (Vec::new(), None, None));
    assert_ne!(house.lead(1).await.account.id, house.northwind);
});

both_engines!(rows_of_one_file_tell_apart_what_they_name_apart, |store| async move {
    let house = house(&store).await;
    let before = house.accounts().await;
    // The first row makes the account of the name; the second, which says the same name, goes there.
    let report = house.imported("Jo,Pier Ltd,jo@pier.test,\nAl,Pier Ltd,al@northwind.test,\nBo,Pier GmbH,bo@pier.test,\n").await;
    assert_eq!((said(&report), house.accounts().await), (Vec::new(), before + 2));
    assert_eq!(house.lead(1).await.account.id, house.lead(2).await.account.id);
    assert_ne!(house.lead(1).await.account.id, house.lead(3).await.account.id);
    // A later file finds two.
    let report = house.imported("Cy,Pier plc,cy@cy.test,\n").await;
    let name = "This is their name but for spelling or legal form";
    assert_eq!(said(&report), [(2, format!("may be the same as Pier GmbH ({name}) or Pier Ltd ({name})"))]);
    // A row that was linked makes no account of its name, so the next one of that name is asked for itself.
    let report = house.imported("Di,Foo,di@northwind.test,\nEd,Foo,ed@foo.test,\nFi,Foo,fi@northwind.test,\n").await;
    assert_eq!(said(&report).iter().map(|(row, _)| *row).collect::<Vec<_>>(), [2]);
    let accounts = [house.lead(5).await.account, house.lead(6).await.account, house.lead(7).await.account];
    assert_eq!((accounts[0].id, accounts[1].name.as_str(), accounts[2].id), (house.northwind, "Foo", accounts[1].id));
});

both_engines!(somebody_of_the_row_s_name_is_found_as_before, |store| async move {
    let house = house(&store).await;
    house.imported("Jo,,jo@home.test,\n").await;
    let before = house.accounts().await;
    let report = house.imported("Jo,,jo@home.test,0161 496 0999\n").await;
    assert_eq!((said(&report), house.accounts().await), (Vec::new(), before));
    assert_eq!(house.lead(2).await.account.id, house.lead(1).await.account.id);
});

both_engines!(a_lead_under_another_name_is_changed_by_its_row, |store| async move {
    let house = house(&store).await;
    let map = |repeats: &str| {
        let columns = "Name = \"full_name\"\nCompany = \"company\"\nEmail = \"emails\"\nCity = \"city\"\n";
        Some(Mapping::from_toml(&format!("repeats = \"{repeats}\"\n[columns]\n{columns}")).unwrap())
    };
    let row = |city: &str| format!("Name,Company,Email,City\nJo,Somebody Else,jo@northwind.test,{city}\n");
    assert_eq!(figures(&house.import(&row("Leeds"), map("skip"), false).await), [1, 0, 0, 0]);
    assert_eq!(house.lead(1).await.account.id, house.northwind);
    assert_eq!(figures(&house.import(&row("York"), map("update"), true).await), [0, 1, 0, 0]);
    assert_eq!(figures(&house.import(&row("York"), map("update"), false).await), [0, 1, 0, 0]);
    assert_eq!(house.lead(1).await.address.city, "York");
    assert_eq!(figures(&house.import(&row("Hull"), map("skip"), false).await), [0, 0, 1, 0]);
});

both_engines!(taking_a_file_back_leaves_the_account_that_was_known, |store| async move {
    let house = house(&store).await;
    let report = house.imported("Jo,NORTHWIND,jo@one.test,\n").await;
    let undone = imports::undo(&house.ada, report.run.unwrap()).await.unwrap();
    assert_eq!((undone.deleted, undone.accounts_deleted), (1, 0));
    assert!(store.read().await.unwrap().accounts().find(house.northwind).await.unwrap().is_some());
});

both_engines!(a_file_of_accounts_knows_other_spellings, |store| async move {
    let house = house(&store).await;
    account(&house.ada, "name=Pier+Ltd&kind=customer").await;
    account(&house.ada, "name=Pier+GmbH&kind=customer").await;
    let before = house.accounts().await;
    let content = "account,sector,revenue,office_location,subsidiary_of\nNORTHWIND,software,5,,\nPier,retail,6,,\n";
    let dry = house.import(content, None, true).await;
    let report = house.import(content, None, false).await;
    assert_eq!((figures(&report), said(&dry), house.accounts().await), ([1, 1, 0, 0], said(&report), before + 1));
    let name = "This is their name but for spelling or legal form";
    let expected = [
        (2, format!("Sector, Revenue; goes to the account Northwind Ltd: {name}")),
        (3, format!("may be the same as Pier GmbH ({name}) or Pier Ltd ({name})")),
    ];
    assert_eq!(said(&report), expected);
});

both_engines!(many_rows_ask_in_few_statements, |store| async move {
    let house = house(&store).await;
    let row = |n: usize| {
        let company = if n.is_multiple_of(2) { "NORTHWIND".to_owned() } else { format!("Firm {n}") };
        format!("Jo {n},{company},jo{n}@firm{n}.test,+44 161 496 0{:03}\n", n % 1000)
    };
    let rows: String = (0..1600).map(row).collect();
    let before = store.statements();
    let report = house.import(&format!("{HEADINGS}{rows}"), None, false).await;
    assert_eq!((figures(&report), report.matches.iter().filter(|row| row.row % 2 == 0).count()), ([1600, 0, 0, 0], 100));
    assert!(store.statements() - before < 400, "{}", store.statements() - before);
});
