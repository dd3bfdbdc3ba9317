//! The published sales pipeline held against rules: its big accounts are covered by who works them most, the others lie in the
//! territories of the three regions, and each of its opportunities is decided about. On both engines.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use domain::match_key::name_key;
use domain::routing::{GroupNow, House, LeadFacts, PersonNow, Quarter, Spot, decide, explain};
use domain::{Account, AccountKind, Catalog, EmailAddress, FormValues, Role, Timestamp, UserId};
use service::configuration::RuleForm;
use service::imports::{self, ImportWish};
use service::{Clock, Ctx, configuration};
use store::people::NewUser;
use store::testing::published;
use store::{Store, both_engines};

const NOW: Timestamp = Timestamp(1_795_528_800_000);
/// Accounts with less have no agent of their own. Unit: millions a year.
const BIG: f64 = 1000.0;

/// Countries of the regions, as the accounts spell them.
const REGIONS: [(&str, &[&str]); 3] = [
    ("Central", &["United States"]),
    ("East", &["Belgium", "Germany", "Italy", "Jordan", "Kenya", "Norway", "Poland", "Romania"]),
    ("West", &["Brazil", "China", "Japan", "Korea", "Panama", "Philipines"]),
];

/// Rows without their headings; no cell of these files has a comma.
fn rows(folder: &Path, name: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(folder.join(name)).unwrap();
    text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

fn form(values: &[(&str, &str)]) -> FormValues {
    FormValues(values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

async fn administrator(program: &Ctx) -> Ctx {
    let mut tx = program.store.begin().await.unwrap();
    let email = EmailAddress::parse("ada@house.test").unwrap();
    let new = NewUser { email, name: "Ada".to_owned(), role: Role::Administrator, password_hash: "!".to_owned(), account: None, at: NOW };
    let id = tx.people().add(new).await.unwrap();
    let actor = tx.people().load_actor(id).await.unwrap().unwrap();
    tx.save().await.unwrap();
    program.acting_as(actor)
}

/// People and groups of the teams, the accounts, and rules for them.
async fn fill(ada: &Ctx, program: &Ctx, folder: &Path) {
    for (name, count) in [("sales_teams.csv", 35), ("accounts.csv", 85)] {
        let report = imports::cli_run(program, ImportWish { path: folder.join(name), ..ImportWish::default() }, &|_| {}).await.unwrap();
        assert_eq!(report.created, count, "{name}");
    }
    let catalog = program.store.catalog().await.unwrap();
    for (region, countries) in REGIONS {
        let group = catalog.groups.iter().find(|group| group.name == region).unwrap();
        let (manager, id) = (group.manager.unwrap().to_string(), group.id.to_string());
        let places = countries.join("\n");
        let territory = [("name", region), ("manager", manager.as_str()), ("group", id.as_str()), ("places", places.as_str())];
        configuration::add_territory(ada, &form(&territory)).await.unwrap();
    }
    let mut worked: HashMap<String, BTreeMap<String, usize>> = HashMap::new();
    for row in rows(folder, "sales_pipeline.csv") {
        *worked.entry(row[3].clone()).or_default().entry(row[1].clone()).or_default() += 1;
    }
    for row in rows(folder, "accounts.csv").iter().filter(|row| row[3].parse::<f64>().unwrap() >= BIG) {
        let (agent, _) = worked[&row[0]].iter().min_by_key(|(name, count)| (Reverse(**count), (*name).clone())).unwrap();
        let person = catalog.people.iter().find(|person| person.name == *agent).unwrap().id.to_string();
        configuration::change_rules(ada, RuleForm::NewCoverage, &form(&[("by", "name"), ("what", row[0].as_str()), ("person", person.as_str())]))
            .await
            .unwrap();
    }
    let fallback = format!("person-{}", ada.actor().unwrap().id);
    configuration::change_rules(ada, RuleForm::Fallback, &form(&[("to", fallback.as_str())])).await.unwrap();
}

/// The accounts as the store has them, by name.
async fn accounts(store: &Store, folder: &Path) -> HashMap<String, Account> {
    let mut tx = store.read().await.unwrap();
    let mut found = HashMap::new();
    for row in rows(folder, "accounts.csv") {
        let id = tx.accounts().find_by_name(&row[0]).await.unwrap().expect("an account");
        found.insert(row[0].clone(), tx.accounts().find(id).await.unwrap().expect("an account"));
    }
    found
}

fn facts(account: Option<&Account>) -> LeadFacts {
    let company = account.map(|account| account.name.clone()).unwrap_or_default();
    let place = account.and_then(|account| account.locations.first());
    LeadFacts {
        account: account.map(|account| account.id),
        is_customer: account.is_some_and(|account| account.kinds.contains(&AccountKind::Customer)),
        salesperson: account.and_then(|account| account.primary_rep),
        name_key: name_key(&company),
        company,
        domains: Vec::new(),
        spot: place.map(|place| Spot::of(&place.address, "US")).unwrap_or_default(),
        offerings: Vec::new(),
        quarter: Quarter { year: 2017, quarter: 1 },
        intake_owner: None,
        taken_by: None,
    }
}

fn house(catalog: &Catalog) -> House {
    let people = catalog.people.iter().map(|person| (person.id, PersonNow { gone: None, deputy: None }));
    let groups = catalog.groups.iter().map(|group| (group.id, GroupNow { members: group.members.clone(), ..GroupNow::default() }));
    House { people: people.collect(), groups: groups.collect() }
}

fn region_of(user: UserId, catalog: &Catalog) -> String {
    catalog.groups.iter().find(|group| group.members.contains(&user)).map_or_else(|| "none".to_owned(), |group| group.name.clone())
}

both_engines!(opportunities_of_a_published_pipeline_go_where_the_rules_say, |store| async move {
    let Some(folder) = published("sales-pipeline") else { return };
    let program = Ctx::anonymous(store.clone(), Clock::fixed(NOW));
    service::seed::seed_defaults(&program).await.unwrap();
    let ada = administrator(&program).await;
    fill(&ada, &program, &folder).await;
    let (catalog, book) = (store.catalog().await.unwrap(), store.rule_book().await.unwrap());
    let (accounts, house) = (accounts(&store, &folder).await, house(&catalog));
    assert_eq!((book.book().coverage.len(), book.book().territories.len()), (49, 3));

    let (mut steps, mut regions, mut elsewhere) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let mut examples = BTreeMap::new();
    let opportunities = rows(&folder, "sales_pipeline.csv");
    assert_eq!(opportunities.len(), 8800);
    for row in &opportunities {
        let facts = facts(accounts.get(&row[3]));
        let decision = decide(&book, &facts, &house).decision;
        let step = decision.steps.last().expect("a step").step.key();
        let region = decision.owner.map_or_else(|| "none".to_owned(), |owner| region_of(owner, &catalog));
        let agent = catalog.people.iter().find(|person| person.name == row[1]).expect("an agent").id;
        if region != region_of(agent, &catalog) {
            *elsewhere.entry(step).or_insert(0) += 1;
            examples.entry(step).or_insert_with(|| format!("{}: {}", row[1], explain(&decision, &facts, NOW, &catalog).sentence));
        }
        *steps.entry(step).or_insert(0) += 1;
        *regions.entry(region).or_insert(0) += 1;
    }
    println!("by step {steps:?}\nby region {regions:?}\nnot with the agent's own region {elsewhere:?}, as {examples:#?}");
    assert_eq!(steps, BTreeMap::from([("direct_coverage", 4770), ("fallback", 1425), ("territory", 2605)]));
    let by_region = [("Central", 3818), ("East", 1401), ("West", 2156), ("none", 1425)];
    assert_eq!(regions, BTreeMap::from(by_region.map(|(region, count)| (region.to_owned(), count))));
    // Covered by somebody of another region; in the territory of another; without an account, so that nothing is known.
    assert_eq!(elsewhere, BTreeMap::from([("direct_coverage", 517), ("fallback", 1425), ("territory", 1767)]));
});
