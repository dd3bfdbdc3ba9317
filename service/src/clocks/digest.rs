//! The digest: once a day, who has leads with something to do today, or before, hears what it is: at their hour or the site's, and only while
//! they work.

use std::collections::BTreeMap;

use domain::clock::LateBy;
use domain::clock::digest::is_due;
use domain::{Catalog, ClockBook, DAY_MS, Due, HOUR_MS, LeadId, NoticeKind, Timestamp, UserId};
use store::digests::DigestOf;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::notices::{self, About, Copies, Notice};

/// Clocks that are read at once.
const PAGE: usize = 5000;
/// Clocks that a mail names.
const NAMED_MAX: usize = 30;
/// People of one transaction: others wait for it on SQLite, so it is short.
const BATCH: usize = 50;

/// What one person hears.
#[derive(Default)]
struct Digest {
    /// How many there are, also those that are not named.
    count: usize,
    /// When it is due, and how that is said.
    named: Vec<(Timestamp, String)>,
}

/// Who hears now, with the end of their day and what there is for them.
struct Wanted<'a> {
    ends: BTreeMap<UserId, Timestamp>,
    found: BTreeMap<UserId, Digest>,
    catalog: &'a Catalog,
    now: Timestamp,
}

impl Wanted<'_> {
    /// The end of the longest day.
    fn last_end(&self) -> Timestamp {
        self.ends.values().max().copied().unwrap_or(self.now)
    }

    /// Takes in something that is to be done with a lead. Of each kind only the first are named: more never are.
    fn take(&mut self, owner: UserId, (lead, full_name): (LeadId, &str), name: &str, due_at: Timestamp, named: &mut BTreeMap<UserId, usize>) {
        if self.ends.get(&owner).is_none_or(|end| due_at > *end) {
            return;
        }
        let digest = self.found.entry(owner).or_default();
        digest.count += 1;
        let of_kind = named.entry(owner).or_default();
        if *of_kind < NAMED_MAX {
            *of_kind += 1;
            let word = if due_at < self.now { "was due" } else { "by" };
            let when = self.catalog.site.zone.at(self.now).tell(due_at);
            digest.named.push((due_at, format!("{name}: {full_name} (#{lead}), {word} {when}")));
        }
    }
}

/// Sends those whose time has come; says whether there were any.
pub(super) async fn send(ctx: &Ctx) -> Result<bool> {
    let (book, catalog) = (ctx.clock_book().await?, ctx.catalog().await?);
    let now = ctx.now();
    let mut people: Vec<DigestOf> = Vec::new();
    let mut ends = BTreeMap::new();
    for of in ctx.store.ask().await?.digests().list().await? {
        let Some(minute) = of.wish.minute(book.digest_minute) else { continue };
        let (hours, zone) = book.hours_of_person(of.user, &catalog);
        if is_due(minute, of.sent_at, now, &hours, zone) {
            ends.insert(of.user, zone.end_of(zone.local(now).start_of_day()));
            people.push(of);
        }
    }
    if people.is_empty() {
        return Ok(false);
    }
    // Read before whoever else writes has to wait.
    let mut wanted = Wanted { ends, found: BTreeMap::new(), catalog: &catalog, now };
    read_clocks(ctx, &book, &mut wanted).await?;
    read_late(ctx, &mut wanted).await?;
    for batch in people.chunks(BATCH) {
        let mut tx = ctx.store.begin().await?;
        for of in batch {
            if !tx.digests().take(*of, now).await? {
                continue;
            }
            let Some(Digest { count, mut named }) = wanted.found.remove(&of.user) else { continue };
            named.sort();
            let mut lines: Vec<String> = named.into_iter().take(NAMED_MAX).map(|(_, line)| line).collect();
            if count > NAMED_MAX {
                lines.push(format!("and {} more", count - NAMED_MAX));
            }
            let about = About::Many(count as i64);
            let notice = Notice { kind: NoticeKind::ClockDigest, about, to: vec![of.user], copies: Copies::default(), note: lines.join("\n") };
            notices::queue(ctx, &mut tx, notice).await?;
        }
        tx.save().await?;
    }
    Ok(true)
}

/// The clocks of policies.
async fn read_clocks(ctx: &Ctx, book: &ClockBook, wanted: &mut Wanted<'_>) -> Result<()> {
    let catalog = wanted.catalog;
    let site = &catalog.site;
    let mut hours = BTreeMap::new();
    let mut tx = ctx.store.read().await?;
    for policy in &book.policies {
        // Working hours only make it later than that.
        let until = wanted.last_end().plus_ms(-policy.limit_hours.unwrap_or(0) * HOUR_MS);
        let mut named = BTreeMap::new();
        let mut last = None;
        loop {
            let page = tx.clocks().list_running(policy.id, until, last, PAGE as i64).await?;
            for clock in &page {
                if !wanted.ends.contains_key(&clock.owner) {
                    continue;
                }
                let hours = hours.entry(clock.group).or_insert_with(|| book.hours_for(clock.group, site));
                let (_, due_at) = policy.times(clock.started_at, hours, book.zone_for(clock.group, site));
                wanted.take(clock.owner, (clock.lead, clock.full_name.as_str()), &policy.name, due_at, &mut named);
            }
            if page.len() < PAGE {
                break;
            }
            last = page.last().map(|clock| (clock.started_at, clock.lead));
        }
    }
    Ok(())
}

/// The clocks that leads themselves are: days in their status, and expected completions.
async fn read_late(ctx: &Ctx, wanted: &mut Wanted<'_>) -> Result<()> {
    let catalog = wanted.catalog;
    let zone = &catalog.site.zone;
    let end = wanted.last_end();
    let mut tx = ctx.store.read().await?;
    let statuses = catalog.statuses.iter().filter(|status| status.state.is_open());
    let mut kinds: Vec<(LateBy, Timestamp, String)> = Vec::new();
    for status in statuses {
        if let Some(days) = status.due_days {
            kinds.push((LateBy::Status(status.id), end.plus_ms(-days * DAY_MS), format!("Move on from “{}”", status.name)));
        }
    }
    // A day that was typed is kept as its start.
    kinds.push((LateBy::Completion, end.max(zone.local(end).start_of_day()), "Complete".to_owned()));
    for (by, until, name) in kinds {
        let mut named = BTreeMap::new();
        let mut last = None;
        loop {
            let page = tx.late().list_owned(by, until, last, PAGE as i64).await?;
            for lead in &page {
                let due_at = match by {
                    // As long as a lead may rest in it.
                    LateBy::Status(_) => lead.since.plus_ms(end.0 - until.0),
                    LateBy::Completion => Due::of_deadline(lead.since, zone).at,
                };
                wanted.take(lead.owner, (lead.lead, lead.full_name.as_str()), &name, due_at, &mut named);
            }
            if page.len() < PAGE {
                break;
            }
            last = page.last().map(|lead| (lead.since, lead.lead));
        }
    }
    Ok(())
}
