//! How long matches while one types, and a list's groups, take in a database that is already filled:
//!
//! `cargo run --release -p store --example typing_times -- sqlite:lw.db`
//!
//! Each demo person types names, companies, addresses and numbers letter by letter; the figures are over all letters.

use std::time::{Duration, Instant};

use domain::lead_filter::LeadView;
use domain::{Grouping, LeadFilter, Scope, Timestamp};
use store::leads::{Resolved, query_words};
use store::{Store, WhenMissing};

const TEXTS: [&str; 12] =
    ["maya", "oliver smith", "north", "leeds", "limited", "sales@", "info@northern", "0161 49", "+44 20 7946", "wireless", "a b c d", "zzzz"];
/// As the service asks.
const LOOKED_AT: i64 = 1000;
const SHOWN: i64 = 8;
const COUNTED: i64 = 100_000;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::args().nth(1).ok_or("which database? sqlite:PATH or postgres://...")?;
    let store = Store::connect(&url, WhenMissing::Refuse).await?;
    let catalog = store.catalog().await?;
    let mut tx = store.read().await?;
    let now = Timestamp(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_millis().try_into()?);
    let (mut typed, mut grouped) = (Vec::new(), Vec::new());
    for name in ["admin", "manager", "rep", "intake", "distributor"] {
        let email = format!("{name}@demo.test");
        let user = tx.people().find_by_email(&email).await?.ok_or(format!("{email} is not in this database; is it filled with demo data?"))?;
        let actor = tx.people().load_actor(user.id).await?.ok_or("a user without rights")?;
        let scope = Scope::of(&actor);
        for text in TEXTS {
            for end in text.char_indices().map(|(at, letter)| at + letter.len_utf8()).skip(1) {
                let mut words = query_words(&text[..end]);
                words.retain(|word| word.chars().count() >= 2);
                let started = Instant::now();
                tx.leads().find_quickly(&words, &scope, LOOKED_AT, SHOWN).await?;
                typed.push((started.elapsed(), format!("{name:12}{}", &text[..end])));
            }
        }
        for view in [LeadView::All, LeadView::Mine, LeadView::Unassigned, LeadView::Group] {
            let filter = Resolved::new(&LeadFilter { view, ..LeadFilter::default() }, &catalog, &actor, now);
            for grouping in Grouping::ALL {
                let started = Instant::now();
                tx.leads().group_sums(&filter, &scope, grouping, COUNTED).await?;
                grouped.push((started.elapsed(), format!("{name:12}{} by {}", view.key(), grouping.facet().key())));
            }
        }
    }
    report("letters typed", &mut typed);
    report("lists in groups", &mut grouped);
    Ok(())
}

fn report(title: &str, timed: &mut [(Duration, String)]) {
    timed.sort_by_key(|(took, _)| *took);
    let ms = |share: usize| timed.get((timed.len() * share / 100).min(timed.len() - 1)).map_or(0.0, |(took, _)| took.as_secs_f64() * 1000.0);
    println!("{} {title}: median {:.2} ms, p95 {:.2} ms; slowest:", timed.len(), ms(50), ms(95));
    for (took, what) in timed.iter().rev().take(8) {
        println!("  {:8.2} ms  {what}", took.as_secs_f64() * 1000.0);
    }
}
