//! Suppliers of leads: the private address at which each reads what became of what it sent, and problems that it is told of. The rules are
//! `domain::supplier`'s; docs/supplier.md has them in words.

mod link;
mod page;
mod problems;

pub use link::{find_link, make_link, revoke_link};
pub use page::open;
pub use problems::{flag_once, step_problem};

use std::collections::BTreeMap;

use domain::clock::ClockStart;
use domain::supplier::SupplierView;
use domain::{Action, Catalog, ClockBook, ClockPolicyId, GroupId, Lead, LeadId, Target, Timestamp};
use store::Tx;

use crate::ctx::Ctx;
use crate::error::Result;

/// Problems that the page of a lead shows, and that it can have.
const PROBLEMS_MAX: i64 = 100;

/// What the page of a lead that may be known shows of its supplier.
pub(crate) async fn of_lead(ctx: &Ctx, tx: &mut Tx, lead: &Lead, book: &ClockBook, catalog: &Catalog) -> Result<SupplierView> {
    let has_link = match lead.partner {
        Some(partner) => tx.suppliers().has_link(partner).await?,
        None => false,
    };
    let due = dues(tx, &[(lead.id, lead.group)], book, catalog).await?;
    let actor = ctx.actor()?;
    let may = |action| domain::can(actor, action, Target::Lead(&lead.audience(), lead.state.life_cycle()));
    Ok(SupplierView {
        partner: lead.partner,
        has_link,
        problems: tx.suppliers().problems_of(&[lead.id], PROBLEMS_MAX).await?,
        due_at: due.get(&lead.id).copied(),
        may_flag: may(Action::EditLead) && lead.partner.is_some(),
        may_step: may(Action::MoveLead),
        now: ctx.now(),
    })
}

/// By when the supplier of each of some leads has to be told of a problem; those without one that waits are left out.
async fn dues(tx: &mut Tx, leads: &[(LeadId, Option<GroupId>)], book: &ClockBook, catalog: &Catalog) -> Result<BTreeMap<LeadId, Timestamp>> {
    let ids: Vec<LeadId> = leads.iter().map(|(id, _)| *id).collect();
    let policies: Vec<ClockPolicyId> = book.policies.iter().filter(|policy| policy.starts == ClockStart::Problem).map(|policy| policy.id).collect();
    let mut due = BTreeMap::new();
    if ids.is_empty() {
        return Ok(due);
    }
    for (id, policy, started_at) in tx.suppliers().running(&ids, &policies).await? {
        let group = leads.iter().find(|(lead, _)| *lead == id).and_then(|(_, group)| *group);
        let Some(policy) = book.policy(policy) else { continue };
        let hours = book.hours_for(group, &catalog.site);
        let (_, due_at) = policy.times(started_at, &hours, book.zone_for(group, &catalog.site));
        due.entry(id).and_modify(|known: &mut Timestamp| *known = due_at.min(*known)).or_insert(due_at);
    }
    Ok(due)
}
