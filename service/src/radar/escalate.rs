//! Telling others of leads that nobody touches: once for each level, by whichever server comes first.

use std::collections::BTreeMap;

use domain::radar::next_level;
use domain::{Catalog, EventKind, Handover, Lead, NoticeKind, UserId};
use store::Tx;

use super::{firm_of, note_of, who_has};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::leads::save_as_is;
use crate::notices::{self, About, Copies, Notice};

/// Leads of one transaction: others wait for it on SQLite, so it is short.
const BATCH: usize = 100;
/// Leads that such a mail names.
const NAMED_MAX: usize = 20;

/// Tells those of the next level of leads that nobody has touched in time, those of one owner at a time; `false` when there are none. For
/// the program itself. Two that do it at once tell nobody twice: each lead is held, and looked at again. Of very many leads of one owner
/// there is a mail only with the last: the radar has them all.
///
/// # Errors
/// What the store reports; whoever was not told yet is told the next time.
pub async fn work(ctx: &Ctx) -> Result<bool> {
    let mut due = ctx.store.ask().await?.leads().list_escalations(ctx.now(), BATCH as i64 + 1).await?;
    if due.is_empty() {
        return Ok(false);
    }
    let has_more = due.len() > BATCH;
    due.truncate(BATCH);
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    tx.leads().hold_many(&due).await?;
    let mut told: BTreeMap<UserId, Vec<Lead>> = BTreeMap::new();
    for lead in tx.leads().find_many(&due).await? {
        let is_due = lead.deleted_at.is_none() && lead.handover.escalate_at.is_some_and(|at| at <= ctx.now());
        if is_due {
            for user in escalate(ctx, &mut tx, &lead, &catalog).await? {
                told.entry(user).or_default().push(lead.clone());
            }
        }
    }
    for (user, leads) in told.into_iter().filter(|_| !has_more) {
        tell(ctx, &mut tx, user, &leads, &catalog).await?;
    }
    tx.save().await?;
    Ok(true)
}

/// Moves a lead to its next level; gives who is to be told.
async fn escalate(ctx: &Ctx, tx: &mut Tx, read: &Lead, catalog: &Catalog) -> Result<Vec<UserId>> {
    let mut lead = read.clone();
    let firm = firm_of(tx, read).await?;
    let Some((level, people)) = next_level(read, &firm, catalog) else {
        // Nobody is left to be told; the radar shows it all the same.
        lead.handover = Handover { escalate_at: None, ..read.handover };
        tx.leads().change(&lead, read).await?;
        return Ok(Vec::new());
    };
    lead.handover = read.handover.told(level, ctx.now(), catalog.site.touch_within_hours);
    let names = people.iter().map(|user| catalog.person_name(*user)).collect();
    let kind = EventKind::Escalated { since: read.handover.at.unwrap_or(read.created_at), level, told: names };
    save_as_is(ctx, tx, &mut lead, read, kind).await?;
    Ok(people)
}

async fn tell(ctx: &Ctx, tx: &mut Tx, user: UserId, leads: &[Lead], catalog: &Catalog) -> Result<()> {
    let notice = if let [lead] = leads {
        Notice { note: note_of(ctx, lead, &catalog.site, &who_has(lead, catalog)), ..Notice::of(NoticeKind::LeadUntouched, lead, vec![user]) }
    } else {
        let line = |lead: &Lead| format!("{}, {} (#{}): {}", lead.full_name, lead.account.name, lead.id, who_has(lead, catalog));
        let mut lines: Vec<String> = leads.iter().take(NAMED_MAX).map(line).collect();
        if leads.len() > NAMED_MAX {
            lines.push(format!("and {} more", leads.len() - NAMED_MAX));
        }
        let about = About::Many(leads.len() as i64);
        Notice { kind: NoticeKind::LeadsUntouched, about, to: vec![user], copies: Copies::default(), note: lines.join("\n") }
    };
    notices::queue(ctx, tx, notice).await.map(|_| ())
}
