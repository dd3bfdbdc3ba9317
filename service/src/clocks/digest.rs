//! The digest: once a day, everybody who has leads with something to do today, or before, hears what it is.

use std::collections::BTreeMap;

use domain::clock::Hours;
use domain::{Catalog, ClockBook, HOUR_MS, NoticeKind, SiteZone, Timestamp, UserId};

use crate::ctx::Ctx;
use crate::error::Result;
use crate::notices::{self, About, Copies, Notice};

/// Clocks that are read at once.
const PAGE: usize = 5000;
/// Clocks that a mail names.
const NAMED_MAX: usize = 30;

/// What one person hears.
#[derive(Default)]
struct Digest {
    /// How many there are, also those that are not named.
    count: usize,
    /// When it is due, and how that is said.
    named: Vec<(Timestamp, String)>,
}

/// Sends it when its time has come and it was not sent today; says whether it did.
pub(super) async fn send(ctx: &Ctx) -> Result<bool> {
    let (book, catalog) = (ctx.clock_book().await?, ctx.catalog().await?);
    let Some(minute) = book.digest_minute else { return Ok(false) };
    let (now, zone) = (ctx.now(), &catalog.site.zone);
    let today = zone.local(now).start_of_day();
    if !is_time(minute, now, &book.hours_for(None, &catalog.site), zone)
        || ctx.store.ask().await?.clocks().digest_day().await?.is_some_and(|day| day >= today)
    {
        return Ok(false);
    }
    // Read before whoever else writes has to wait.
    let due = read_due(ctx, &book, &catalog, now, zone.end_of(today)).await?;
    let mut tx = ctx.store.begin().await?;
    if !tx.clocks().begin_digest(today).await? {
        return Ok(false);
    }
    for (owner, Digest { count, mut named }) in due {
        named.sort();
        let mut lines: Vec<String> = named.into_iter().take(NAMED_MAX).map(|(_, line)| line).collect();
        if count > NAMED_MAX {
            lines.push(format!("and {} more", count - NAMED_MAX));
        }
        let about = About::Many(count as i64);
        let notice = Notice { kind: NoticeKind::ClockDigest, about, to: vec![owner], copies: Copies::default(), note: lines.join("\n") };
        notices::queue(ctx, &mut tx, notice).await?;
    }
    tx.save().await?;
    Ok(true)
}

/// Whether the hour has come on a day with work: while the site works, or at any time after an hour at which its day is over already.
fn is_time(minute: i64, now: Timestamp, hours: &Hours, zone: &SiteZone) -> bool {
    let day_of = |at: Timestamp| zone.local(at).start_of_day();
    let today = day_of(now);
    let at = zone.first_showing(today.plus_ms(minute * 60_000));
    let has_work = day_of(hours.next_open(zone.start_of(today))) == today;
    has_work && now >= at && (hours.next_open(now) == now || day_of(hours.next_open(at)) != today)
}

/// What is due by a moment, for each owner.
async fn read_due(ctx: &Ctx, book: &ClockBook, catalog: &Catalog, now: Timestamp, end: Timestamp) -> Result<BTreeMap<UserId, Digest>> {
    let zone = &catalog.site.zone;
    let mut due: BTreeMap<UserId, Digest> = BTreeMap::new();
    let mut hours = BTreeMap::new();
    let mut tx = ctx.store.read().await?;
    for policy in &book.policies {
        // Working hours only make it later than that.
        let until = end.plus_ms(-policy.limit_hours.unwrap_or(0) * HOUR_MS);
        let mut named: BTreeMap<UserId, usize> = BTreeMap::new();
        let mut last = None;
        loop {
            let page = tx.clocks().list_running(policy.id, until, last, PAGE as i64).await?;
            for clock in &page {
                let hours = hours.entry(clock.group).or_insert_with(|| book.hours_for(clock.group, &catalog.site));
                let (_, due_at) = policy.times(clock.started_at, hours, book.zone_for(clock.group, &catalog.site));
                if due_at > end {
                    continue;
                }
                let digest = due.entry(clock.owner).or_default();
                digest.count += 1;
                // The first of each policy: more are never named.
                let of_policy = named.entry(clock.owner).or_default();
                if *of_policy < NAMED_MAX {
                    *of_policy += 1;
                    let word = if due_at < now { "was due" } else { "by" };
                    let line = format!("{}: {} (#{}), {word} {}", policy.name, clock.full_name, clock.lead, zone.at(now).tell(due_at));
                    digest.named.push((due_at, line));
                }
            }
            if page.len() < PAGE {
                break;
            }
            last = page.last().map(|clock| (clock.started_at, clock.lead));
        }
    }
    Ok(due)
}
