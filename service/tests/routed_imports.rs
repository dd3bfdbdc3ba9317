//! Leads that are imported without an owner ask the rules of routing where that is wished, on both engines.

use std::path::PathBuf;
use std::time::Duration;

use domain::routing::{Prepared, decide};
use domain::{AccountKind, Actor, EmailAddress, FormValues, GroupId, Lead, LeadId, Role, Scope, Timestamp, UserId};
use service::configuration::RuleForm;
use service::imports::{self, ImportReport, ImportWish, Mapping};
use service::{Clock, Ctx, accounts, configuration, leads, outbox, people, routing};
use store::people::NewUser;
use store::{Engine, Sql, Store, both_engines};

const FILE: &str = "\
Name,Company,Email,Postcode,Country,Owner,Stage
Jo,Acme,jo@acme.test,LS11 5QD,GB,,
Al,Acme,al@acme.test,LS1 1AA,GB,,
Bo,Harbour,bo@harbour.test,,,,
Cy,Quay,cy@quay.test,,,noor@house.test,
Di,Quay,di@quay.test,,,,Won
Ed,Pier,ed@pier.test,,,,
Fi,Acme,fi@acme.test,LS2 1AA,GB,,
Gus,Quay,gus@quay.test,,,,
";
const COLUMNS: &str = "[columns]\nName = \"full_name\"\nCompany = \"company\"\nEmail = \"emails\"\nPostcode = \"postcode\"\nCountry = \"country\"\nOwner = \"owner\"\nStage = \"status\"\n";

struct House {
    ada: Ctx,
    maya: UserId,
    noor: UserId,
    folder: PathBuf,
}

impl Drop for House {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.folder).expect("the folder goes away");
    }
}

fn form(text: &str) -> FormValues {
    FormValues::decode(text.as_bytes())
}

async fn person(ctx: &Ctx, name: &str, role: Role) -> Actor {
    let mut tx = ctx.store.begin().await.unwrap();
    let email = EmailAddress::parse(&format!("{name}@house.test")).unwrap();
    let new = NewUser { email, name: name.to_owned(), role, password_hash: "!".to_owned(), account: None, at: ctx.now() };
    let id = tx.people().add(new).await.unwrap();
    let actor = tx.people().load_actor(id).await.unwrap().unwrap();
    tx.save().await.unwrap();
    actor
}

/// Leeds is the North's, who take turns; Harbour is Maya's customer; what no rule fits is Ada's, with a copy to Maya.
async fn house(store: &Store) -> House {
    static COUNTER: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    let number = COUNTER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("leadwright-routed-{}-{number}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let public = Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000)));
    service::seed::seed_defaults(&public).await.unwrap();
    let ada = public.acting_as(person(&public, "ada", Role::Administrator).await);
    let (maya, noor) = (person(&public, "maya", Role::Rep).await.id, person(&public, "noor", Role::Rep).await.id);
    people::add_group(&ada, &form(&format!("name=North&members={maya}&members={noor}"))).await.unwrap();
    let north: GroupId = store.catalog().await.unwrap().groups[0].id;
    configuration::add_territory(&ada, &form(&format!("name=Leeds&group={north}&places=GB,+LS*"))).await.unwrap();
    configuration::change_rules(&ada, RuleForm::Way(north), &form("way=round_robin")).await.unwrap();
    let fallback = format!("to=person-{}&copies=&copies={maya}", ada.actor().unwrap().id);
    configuration::change_rules(&ada, RuleForm::Fallback, &form(&fallback)).await.unwrap();
    accounts::add_account(&ada, &form(&format!("name=Harbour&kind=customer&primary_rep={maya}"))).await.unwrap();
    House { ada, maya, noor, folder }
}

impl House {
    async fn import(&self, route: &str, dry_run: bool) -> ImportReport {
        self.import_file("leads.csv", FILE, route, dry_run).await
    }

    async fn import_file(&self, name: &str, text: &str, route: &str, dry_run: bool) -> ImportReport {
        let path = self.folder.join(name);
        std::fs::write(&path, text).unwrap();
        let map = Mapping::from_toml(&format!("{route}\n{COLUMNS}")).unwrap();
        imports::run(&self.ada, ImportWish { path, map: Some(map), dry_run, ..ImportWish::default() }, &|_| {}).await.unwrap()
    }

    async fn leads(&self) -> Vec<Lead> {
        let mut found = Vec::new();
        let mut tx = self.ada.store.read().await.unwrap();
        for id in 1..=100 {
            found.extend(tx.leads().find_visible(LeadId(id), &Scope::All).await.unwrap().filter(|lead| lead.deleted_at.is_none()));
        }
        found
    }

    /// Makes every decision once more from what is stored.
    async fn replay_all(&self) -> usize {
        let mut tx = self.ada.store.read().await.unwrap();
        let decisions = tx.routing().list_newest(LeadId(0), LeadId(i64::MAX), 1000).await.unwrap();
        for (lead, stored) in &decisions {
            let book = Prepared::new(tx.routing().load(stored.decision.version).await.unwrap());
            assert_eq!(decide(&book, &stored.inputs.facts, &stored.inputs.house).decision, stored.decision, "lead {lead}");
        }
        decisions.len()
    }
}

/// A second group that takes turns, of York; gives the first and it.
async fn two_groups(house: &House) -> (GroupId, GroupId) {
    let mut members = Vec::new();
    for name in ["olga", "pete"] {
        members.push(person(&house.ada, name, Role::Rep).await.id);
    }
    people::add_group(&house.ada, &form(&format!("name=South&members={}&members={}", members[0], members[1]))).await.unwrap();
    let catalog = house.ada.store.catalog().await.unwrap();
    let of = |name: &str| catalog.groups.iter().find(|group| group.name == name).expect("the group").id;
    let (north, south) = (of("North"), of("South"));
    configuration::add_territory(&house.ada, &form(&format!("name=York&group={south}&places=GB,+YO*"))).await.unwrap();
    configuration::change_rules(&house.ada, RuleForm::Way(south), &form("way=round_robin")).await.unwrap();
    assert!(north < south, "which group is held first is told by their numbers");
    (north, south)
}

/// Twenty leads without an owner, of two places by turns.
fn by_turns(name: &str, postcodes: [&str; 2]) -> String {
    let row = |nth: usize| format!("Jo {nth},{name} {nth},jo{nth}@{name}.test,{},GB,,\n", postcodes[nth % 2]);
    format!("Name,Company,Email,Postcode,Country,Owner,Stage\n{}", (0..20).map(row).collect::<String>())
}

/// Comes back when a transaction waits for another. SQLite's stand in line, so that none of them waits halfway.
async fn until_one_waits(store: &Store) {
    let waits = async {
        loop {
            let mut tx = store.ask().await.unwrap();
            if tx.engine() == Engine::Sqlite {
                return;
            }
            let sql = "select count(*) as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
            let row = tx.row(Sql::new(sql)).await.unwrap().expect("a count");
            if row.int("waiting").unwrap() > 0 {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(30), waits).await.expect("a transaction that waits");
}

both_engines!(leads_without_an_owner_go_where_the_rules_say_and_nobody_is_mailed, |store| async move {
    let house = house(&store).await;
    let (ada, maya, noor) = (house.ada.actor().unwrap().id, house.maya, house.noor);
    let note = "No owner or group: the rules of routing say whose the lead becomes";
    let dry = house.import("route = true", true).await;
    assert_eq!((dry.created, dry.notes.iter().find(|found| found.text == note).map(|found| found.rows)), (8, Some(6)));
    assert!(house.leads().await.is_empty());

    let report = house.import("route = true", false).await;
    assert_eq!(report.created, 8);
    let found = house.leads().await;
    let owners: Vec<Option<UserId>> = found.iter().map(|lead| lead.owner).collect();
    let expected = [Some(maya), Some(noor), Some(maya), Some(noor), None, Some(ada), Some(maya), Some(noor)];
    assert_eq!(owners, expected, "in turn, the customer's rep, as named, closed, fallback, in turn, the rep of who bought");
    assert_eq!(found[5].team, [maya], "who has a copy sees it");
    assert!(outbox::list(&house.ada, None).await.unwrap().items.is_empty());
    for (nth, lead) in found.iter().enumerate() {
        assert_eq!(routing::why(&house.ada, lead.id).await.unwrap().is_some(), ![3, 4].contains(&nth), "row {}", nth + 2);
    }
    let why = routing::why(&house.ada, found[7].id).await.unwrap().expect("a decision");
    assert_eq!(why.sentence, "Went to noor, who is the salesperson of the customer Quay.");
    assert_eq!(house.replay_all().await, 6);

    // The next lead goes on with the turn; the import can be taken back, and come again.
    let id = leads::add(&house.ada, &form("full_name=Hal&owner=&postcode=LS3+1AA&country=GB")).await.unwrap();
    assert_eq!(house.leads().await.iter().find(|lead| lead.id == id).and_then(|lead| lead.owner), Some(noor));
    let undone = imports::undo(&house.ada, report.run.unwrap()).await.unwrap();
    assert_eq!((undone.deleted, undone.kept), (8, 0));
    let trial = routing::begin_trial(&house.ada, None).await.unwrap();
    let total = routing::trial(&house.ada, trial).await.unwrap().run.total;
    assert_eq!((house.replay_all().await, total), (1, 1), "decisions about leads that are gone do not count");
    assert_eq!(house.import("route = true", false).await.created, 8);
    assert_eq!((house.leads().await[1].owner, house.replay_all().await), (Some(maya), 7));
});

both_engines!(unless_it_is_wished_they_wait, |store| async move {
    let house = house(&store).await;
    assert!(house.import("", false).await.notes.iter().all(|note| !note.text.contains("rules of routing")));
    let unowned = house.leads().await.iter().filter(|lead| lead.owner.is_none() && lead.group.is_none()).count();
    assert_eq!((unowned, house.replay_all().await), (7, 0));
});

both_engines!(two_imports_that_take_turns_in_opposite_order_both_finish, |store| async move {
    let house = house(&store).await;
    let (north, south) = two_groups(&house).await;
    let (one, other) = (by_turns("Mill", ["LS1 1AA", "YO1 7HH"]), by_turns("Ferry", ["YO1 7HH", "LS1 1AA"]));
    let (one, other) =
        tokio::join!(house.import_file("one.csv", &one, "route = true", false), house.import_file("other.csv", &other, "route = true", false));
    assert_eq!((one.created, other.created), (20, 20));
    let leads = house.leads().await;
    let catalog = store.catalog().await.unwrap();
    for group in [north, south] {
        assert_eq!(leads.iter().filter(|lead| lead.group == Some(group)).count(), 20);
        for member in &catalog.group(group).expect("the group").members {
            assert_eq!(leads.iter().filter(|lead| lead.owner == Some(*member)).count(), 10, "nobody's turn was taken twice");
        }
    }
    assert_eq!(house.replay_all().await, 40);
});

both_engines!(an_import_that_waits_for_a_group_keeps_nobody_from_a_later_one, |store| async move {
    let house = house(&store).await;
    let (north, south) = two_groups(&house).await;
    let mut other = store.begin().await.unwrap();
    if other.engine() == Engine::Postgres {
        // Shorter than the time after which Postgres looks for deadlocks.
        other.run(Sql::new("set local lock_timeout = '100ms'")).await.unwrap();
    }
    other.routing().hold_turn(north).await.unwrap();
    let file = by_turns("Mill", ["YO1 7HH", "LS1 1AA"]);
    let import = house.import_file("leads.csv", &file, "route = true", false);
    let meanwhile = async {
        until_one_waits(&store).await;
        other.routing().hold_turn(south).await.expect("nobody holds it");
        other.save().await.unwrap();
    };
    let (report, ()) = tokio::join!(import, meanwhile);
    assert_eq!(report.created, 20);
});

both_engines!(an_import_that_the_database_gave_up_for_another_transaction_is_tried_again, |store| async move {
    let house = house(&store).await;
    let quay = accounts::add_account(&house.ada, &form("name=Quay&kind=prospect")).await.unwrap().id;
    let mut other = store.begin().await.unwrap();
    other.run(Sql::new("update account set version = version where id = $1").bind(quay)).await.unwrap();
    let file = "Name,Company,Email,Postcode,Country,Owner,Stage\nDi,Quay,di@quay.test,,,,Won\n";
    let import = house.import_file("leads.csv", file, "", false);
    let meanwhile = async {
        // The import has taken numbers of leads and waits for the account, which is to become a customer.
        until_one_waits(&store).await;
        other.take_numbers("lead", 1).await.expect("who waited first is given up");
        other.save().await.unwrap();
    };
    let (report, ()) = tokio::join!(import, meanwhile);
    assert_eq!((report.created, report.refused), (1, 0));
    assert_eq!(house.leads().await.len(), 1);
    let found = accounts::find_account(&house.ada, quay).await.unwrap();
    assert!(found.kinds.contains(&AccountKind::Customer), "{:?}", found.kinds);
});
