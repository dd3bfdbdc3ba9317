//! Leads that come in without an owner are given one by the rules of routing: with a handful of statements however many there
//! are, and without a mail.

use std::collections::{HashMap, HashSet};

use domain::{Account, AccountId, AccountKind, Catalog, Lead};
use store::Tx;
use store::accounts::NewAccount;
use store::routing::StoredDecision;

use super::write::Built;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::routing::Router;

/// Accounts looked up with one statement.
const LOOKED_UP: usize = 1000;

/// Whether the rules are asked: the row named neither owner nor group, and there is something left to do.
pub(super) fn needs_owner(lead: &Lead) -> bool {
    lead.owner.is_none() && lead.group.is_none() && lead.state.life_cycle().is_open()
}

/// Accounts of a batch that are not written yet.
#[derive(Clone, Copy)]
pub(super) struct Unwritten<'a> {
    pub new: &'a [NewAccount],
    /// Those that become customers.
    pub customers: &'a [AccountId],
}

/// Gives a batch's leads to whom the rules say. Each decision comes with its lead's place in the batch, and is to be kept once the
/// lead is there: groups are held before numbers are taken, as for a lead that arrives alone, so that neither waits for the other.
///
/// # Errors
/// What the store reports.
pub(super) async fn route(
    ctx: &Ctx,
    tx: &mut Tx,
    built: &mut [Built<'_>],
    unwritten: Unwritten<'_>,
    router: &Router,
    catalog: &Catalog,
) -> Result<Vec<(usize, StoredDecision)>> {
    let wanted: HashSet<AccountId> = built.iter().filter(|(_, lead)| needs_owner(lead)).map(|(_, lead)| lead.account.id).collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let accounts = accounts_of(tx, &wanted, unwritten).await?;
    let mut decisions = Vec::new();
    let mut run = router.begin(ctx, tx, catalog).await?;
    run.hold_turns(tx).await?;
    for (place, (_, lead)) in built.iter_mut().enumerate().filter(|(_, (_, lead))| needs_owner(lead)) {
        let account = accounts.get(&lead.account.id);
        decisions.push((place, run.route(ctx, tx, lead, account, catalog.site.intake_group, catalog).await?));
    }
    run.end(tx).await?;
    Ok(decisions)
}

async fn accounts_of(tx: &mut Tx, wanted: &HashSet<AccountId>, unwritten: Unwritten<'_>) -> Result<HashMap<AccountId, Account>> {
    let new = unwritten.new.iter().filter(|new| wanted.contains(&new.id)).map(|new| (new.id, account_of(new)));
    let mut accounts: HashMap<AccountId, Account> = new.collect();
    let known: Vec<AccountId> = wanted.iter().filter(|id| !accounts.contains_key(*id)).copied().collect();
    for chunk in known.chunks(LOOKED_UP) {
        accounts.extend(tx.accounts().find_many(chunk).await?.into_iter().map(|account| (account.id, account)));
    }
    for id in unwritten.customers {
        if let Some(account) = accounts.get_mut(id).filter(|account| !account.kinds.contains(&AccountKind::Customer)) {
            account.kinds.push(AccountKind::Customer);
        }
    }
    Ok(accounts)
}

fn account_of(new: &NewAccount) -> Account {
    Account {
        id: new.id,
        version: 1,
        name: new.name.clone(),
        kinds: new.kinds.clone(),
        primary_rep: new.primary_rep,
        website: new.website.clone(),
        domains: new.domains.clone(),
        locations: new.locations.clone(),
        confirmed: None,
        created_at: new.now,
        updated_at: new.now,
    }
}
