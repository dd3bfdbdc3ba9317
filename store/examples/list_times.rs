//! How long the list of leads takes in a database that is already filled, and what SQLite plans for it:
//!
//! `cargo run --release -p store --example list_times -- sqlite:lw.db [TEXT]`
//!
//! Each view, sort, facet value, bound and search is asked for by each demo person, six times in a row. The first answer
//! may come off the disk; the figure is the median of the five after it. Ends with status 1 if a plan scans the leads.
//! With TEXT only lists whose line holds it, such as `q=an`, and each with its plan.

use std::time::{Duration, Instant};

use domain::lead_filter::{Facet, LeadSort, LeadView};
use domain::{Catalog, ChoiceList, LeadFilter, Scope, SortKey, Timestamp};
use store::leads::{From, Resolved};
use store::{Engine, Store, Tx, WhenMissing};

const PAGE: i64 = 50;
const FAR: i64 = 10_000;
const SHOWN: usize = 12;
/// Said at once, so that a long run shows what takes it so long.
const SLOW: Duration = Duration::from_millis(50);

struct Timed {
    what: String,
    rows: usize,
    first: Duration,
    median: Duration,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::args().nth(1).ok_or("which database? sqlite:PATH or postgres://...")?;
    let only = std::env::args().nth(2);
    let store = Store::connect(&url, WhenMissing::Refuse).await?;
    let catalog = store.catalog().await?;
    let mut tx = store.read().await?;
    let now = Timestamp(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_millis().try_into()?);

    let mut lists = Vec::new();
    let mut scans = Vec::new();
    for name in ["admin", "manager", "rep", "intake", "distributor"] {
        let email = format!("{name}@demo.test");
        let user = tx.people().find_by_email(&email).await?.ok_or(format!("{email} is not in this database; is it filled with demo data?"))?;
        let actor = tx.people().load_actor(user.id).await?.ok_or("a user without rights")?;
        let scope = Scope::of(&actor);
        for filter in filters(&catalog) {
            let what = format!("{name:12}{}", filter.to_query());
            if only.as_ref().is_some_and(|text| !what.contains(text.as_str())) {
                continue;
            }
            let filter = Resolved::new(&filter, &catalog, &actor, now);
            lists.push(timed(&mut tx, &filter, &scope, what.clone()).await?);
            if tx.engine() == Engine::Sqlite {
                let plan = tx.leads().explain(&filter, &scope, &From::Start, PAGE).await?;
                if only.is_some() {
                    println!("{what}\n  {}", plan.join("\n  "));
                }
                scans.extend(plan.into_iter().filter(|step| scans_leads(step)).map(|step| format!("{what}: {step}")));
            }
        }
    }
    report("first pages", &mut lists);

    let admin = tx.people().find_by_email("admin@demo.test").await?.ok_or("no administrator")?.id;
    let admin = tx.people().load_actor(admin).await?.ok_or("no administrator")?;
    let mut far = Vec::new();
    for sort in sorts() {
        let filter = Resolved::new(&LeadFilter { view: LeadView::All, sort, ..LeadFilter::default() }, &catalog, &admin, now);
        far.push(timed_far(&mut tx, &filter, sort.text()).await?);
    }
    report(&format!("page {FAR} of all leads"), &mut far);

    println!("{} plans that go through all leads", scans.len());
    scans.iter().for_each(|scan| println!("  {scan}"));
    std::process::exit(i32::from(!scans.is_empty()));
}

fn scans_leads(step: &str) -> bool {
    let reads_all = ["SCAN l", "SCAN lead"].iter().any(|scan| step == *scan || step.starts_with(&format!("{scan} ")));
    // These have the unclaimed and the deleted only, and each of them is wanted.
    reads_all && !step.contains("lead_unclaimed") && !step.contains("lead_deleted")
}

fn sorts() -> impl Iterator<Item = LeadSort> {
    SortKey::ALL.into_iter().flat_map(|key| [true, false].map(|descending| LeadSort { key, descending }))
}

/// Every view in every sort; in the view of all leads also every value that each facet can have, bounds and searches.
fn filters(catalog: &Catalog) -> Vec<LeadFilter> {
    let mut filters: Vec<LeadFilter> =
        LeadView::ALL.into_iter().flat_map(|view| sorts().map(move |sort| LeadFilter { view, sort, ..LeadFilter::default() })).collect();
    let mut queries: Vec<String> = Facet::ALL.into_iter().flat_map(|facet| facet_values(facet, catalog)).collect();
    queries.extend(
        [
            "created_from=2026-10-01",
            "created_from=2026-03-01&created_to=2026-03-08",
            "updated_from=2026-10-01",
            "expected_from=2026-10-01",
            "closed_from=2026-03-01&closed_to=2026-03-08",
            "closed_from=2020-01-01",
            "last_activity_to=2026-10-01&state=pending",
            "last_activity_from=2026-03-01&source=Web",
            "score_from=50",
            "score_from=80&score_to=85",
            "amount_from=100000",
            "amount_from=1000&amount_to=1100",
            "q=smith",
            "q=an",
            "q=jo+ha",
            "q=zzyzx",
            "owner=none&state=pending",
            "state=won&source=Web&score_from=40",
        ]
        .map(str::to_owned),
    );
    for query in queries {
        for sort in ["-number", "-updated", "-score"] {
            let sort = LeadSort::parse(sort).unwrap_or_default();
            filters.push(LeadFilter { view: LeadView::All, sort, ..LeadFilter::from_query(&query) });
        }
    }
    filters
}

fn facet_values(facet: Facet, catalog: &Catalog) -> Vec<String> {
    let choices = |list: ChoiceList| catalog.choices.iter().filter(move |choice| choice.list == list).map(|choice| choice.name.clone());
    let values: Vec<String> = match facet {
        Facet::State => ["pending", "in_progress", "won", "lost", "cancelled"].map(str::to_owned).into(),
        Facet::Status => catalog.statuses.iter().map(|status| status.name.clone()).collect(),
        Facet::Type => catalog.types.iter().map(|kind| kind.name.clone()).collect(),
        Facet::Owner => catalog.people.iter().map(|person| person.email.clone()).chain(["me".into(), "none".into()]).collect(),
        Facet::Group => catalog.groups.iter().map(|group| group.name.clone()).chain(["none".into()]).collect(),
        Facet::Source => choices(ChoiceList::Source).chain(["none".into()]).collect(),
        Facet::Category => choices(ChoiceList::Category).chain(["none".into()]).collect(),
        Facet::Offering => choices(ChoiceList::Offering).collect(),
        Facet::Class => ["aql", "oql", "rql", "none"].map(str::to_owned).into(),
        Facet::Tag => vec!["vip".to_owned(), "unheard of".to_owned()],
    };
    values.into_iter().map(|value| LeadFilter { facets: vec![(facet, value)], ..LeadFilter::default() }.to_query()).collect()
}

async fn timed(tx: &mut Tx, filter: &Resolved, scope: &Scope, what: String) -> Result<Timed, store::StoreError> {
    timed_from(tx, filter, scope, &From::Start, what).await
}

async fn timed_from(tx: &mut Tx, filter: &Resolved, scope: &Scope, from: &From, what: String) -> Result<Timed, store::StoreError> {
    let mut times = Vec::new();
    let mut rows = 0;
    for _ in 0..6 {
        let started = Instant::now();
        rows = tx.leads().list(filter, scope, from, PAGE).await?.rows.len();
        times.push(started.elapsed());
    }
    let first = times.remove(0);
    times.sort();
    if times[times.len() / 2] > SLOW {
        eprintln!("{what}: {} ms", times[times.len() / 2].as_millis());
    }
    Ok(Timed { what, rows, first, median: times[times.len() / 2] })
}

/// Goes there page by page, as a person would, though in wider ones.
async fn timed_far(tx: &mut Tx, filter: &Resolved, what: String) -> Result<Timed, store::StoreError> {
    let mut from = From::Start;
    let width = PAGE * 100;
    for _ in 0..(FAR - 1) * PAGE / width {
        match tx.leads().list(filter, &Scope::All, &from, width).await?.next {
            Some(next) => from = From::After(next),
            None => break,
        }
    }
    timed_from(tx, filter, &Scope::All, &from, what).await
}

fn report(title: &str, timed: &mut [Timed]) {
    timed.sort_by_key(|one| std::cmp::Reverse(one.median));
    let ms = |duration: Duration| duration.as_secs_f64() * 1000.0;
    let slowest_first = timed.iter().map(|one| one.first).max().unwrap_or_default();
    println!("{} {title}; median {:.2} ms; slowest {SHOWN}:", timed.len(), timed.get(timed.len() / 2).map_or(0.0, |one| ms(one.median)));
    for one in timed.iter().take(SHOWN) {
        println!("  {:8.2} ms (at first {:8.2}) {:3} rows  {}", ms(one.median), ms(one.first), one.rows, one.what);
    }
    println!("  slowest first answer {:.2} ms\n", ms(slowest_first));
}
