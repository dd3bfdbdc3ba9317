//! The digest: once a day, everybody who has leads with something to do today, or before, hears what it is.

use std::collections::BTreeMap;

use domain::{HOUR_MS, NoticeKind, Timestamp, UserId};

use crate::ctx::Ctx;
use crate::error::Result;
use crate::notices::{self, About, Copies, Notice};

/// Clocks of a policy that are read for it, the oldest first: with more than that, no list would help.
const READ_MAX: i64 = 5000;
/// Clocks that a mail names.
const NAMED_MAX: usize = 30;

/// Sends it when its time has come, the site works, and it was not sent today; says whether it did. Whose day is over when it begins gets none.
pub(super) async fn send(ctx: &Ctx) -> Result<bool> {
    let (book, catalog) = (ctx.clock_book().await?, ctx.catalog().await?);
    let Some(minute) = book.digest_minute else { return Ok(false) };
    let (now, zone) = (ctx.now(), &catalog.site.zone);
    let today = zone.local(now).start_of_day();
    let is_time = zone.first_showing(today.plus_ms(minute * 60_000)) <= now;
    let is_working = book.hours_for(None, &catalog.site).next_open(now) == now;
    if !is_time || !is_working || ctx.store.ask().await?.clocks().digest_day().await?.is_some_and(|day| day >= today) {
        return Ok(false);
    }
    let mut tx = ctx.store.begin().await?;
    if !tx.clocks().begin_digest(today).await? {
        return Ok(false);
    }
    let end = zone.end_of(today);
    let mut due: BTreeMap<UserId, Vec<(Timestamp, String)>> = BTreeMap::new();
    for policy in &book.policies {
        // Working hours only make it later than that.
        let until = end.plus_ms(-policy.limit_hours.unwrap_or(0) * HOUR_MS);
        for clock in tx.clocks().list_running(policy.id, until, READ_MAX).await? {
            let hours = book.hours_for(clock.group, &catalog.site);
            let (_, due_at) = policy.times(clock.started_at, &hours, book.zone_for(clock.group, &catalog.site));
            if due_at <= end {
                let word = if due_at < now { "was due" } else { "by" };
                let line = format!("{}: {} (#{}), {word} {}", policy.name, clock.full_name, clock.lead, zone.at(now).tell(due_at));
                due.entry(clock.owner).or_default().push((due_at, line));
            }
        }
    }
    for (owner, mut found) in due {
        found.sort();
        let count = found.len();
        let mut lines: Vec<String> = found.into_iter().take(NAMED_MAX).map(|(_, line)| line).collect();
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
