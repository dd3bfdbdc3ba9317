//! Leads that are imported without an owner ask the rules of routing where that is wished, on both engines.

use std::path::PathBuf;

use domain::routing::{Prepared, decide};
use domain::{Actor, EmailAddress, FormValues, GroupId, Lead, LeadId, Role, Scope, Timestamp, UserId};
use service::imports::{self, ImportReport, ImportWish, Mapping};
use service::{Clock, Ctx, accounts, configuration, leads, outbox, people, routing};
use store::people::NewUser;
use store::{Store, both_engines};

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
    configuration::set_way(&ada, north, &form("way=round_robin")).await.unwrap();
    let fallback = format!("to=person-{}&copies=&copies={maya}", ada.actor().unwrap().id);
    configuration::change_fallback(&ada, &form(&fallback)).await.unwrap();
    accounts::add_account(&ada, &form(&format!("name=Harbour&kind=customer&primary_rep={maya}"))).await.unwrap();
    House { ada, maya, noor, folder }
}

impl House {
    async fn import(&self, route: &str, dry_run: bool) -> ImportReport {
        let path = self.folder.join("leads.csv");
        std::fs::write(&path, FILE).unwrap();
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
        let decisions = tx.routing().list_newest(1000).await.unwrap();
        for (lead, stored) in &decisions {
            let book = Prepared::new(tx.routing().load(stored.decision.version).await.unwrap());
            assert_eq!(decide(&book, &stored.inputs.facts, &stored.inputs.house).decision, stored.decision, "lead {lead}");
        }
        decisions.len()
    }
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
    assert_eq!(
        (house.replay_all().await, routing::try_rules(&house.ada).await.unwrap().leads),
        (1, 1),
        "decisions about leads that are gone do not count"
    );
    assert_eq!(house.import("route = true", false).await.created, 8);
    assert_eq!((house.leads().await[1].owner, house.replay_all().await), (Some(maya), 7));
});

both_engines!(unless_it_is_wished_they_wait, |store| async move {
    let house = house(&store).await;
    assert!(house.import("", false).await.notes.iter().all(|note| !note.text.contains("rules of routing")));
    let unowned = house.leads().await.iter().filter(|lead| lead.owner.is_none() && lead.group.is_none()).count();
    assert_eq!((unowned, house.replay_all().await), (7, 0));
});
