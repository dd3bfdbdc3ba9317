//! Who a caller may be while their data is being typed, and what stands beside the form once it is settled.

use std::collections::HashMap;

use domain::intake::{Beside, CallTry, Caller, CallerChoice, CallerSaid, KnownContact, Settled, unanswered};
use domain::ladder::{Call, LadderKind};
use domain::lead_filter::sought as shortened;
use domain::{Account, AccountId, AccountMatch, Action, Contact, ContactFilter, ContactId, Sought, UserId};
use store::Tx;

use crate::contacts::account_meant;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::ladders::Known;
use crate::matching;

/// Most callers that are shown.
const CALLERS_MAX: usize = 8;
/// Most of them that are found by their own name.
const BY_NAME: i64 = 6;
/// Shorter names begin too many.
const NAME_MIN: usize = 2;

/// Accounts, and people there, that a caller may be, surest first. Fit to be asked at each key.
///
/// # Errors
/// [`crate::ServiceError::Forbidden`] for who may not add leads; what the store reports.
pub async fn find_callers(ctx: &Ctx, said: &CallerSaid, within: Option<AccountId>) -> Result<Vec<Caller>> {
    ctx.require(Action::AddLead)?;
    let sought = Sought { company: said.company.clone(), email: said.email.clone(), phone: said.phone.clone(), ..Sought::default() };
    let matches = matching::find(ctx, &sought).await?;
    let name = shortened(&said.full_name);
    let mut tx = ctx.store.read().await?;
    let by_name = match within {
        _ if name.chars().count() < NAME_MIN => Vec::new(),
        Some(account) => {
            let filter = ContactFilter { query: name, account: Some(account) };
            tx.contacts().list(&filter, None, BY_NAME).await?
        }
        None => tx.contacts().suggest(&name, BY_NAME).await?,
    };
    let by_name = by_name.into_iter().filter_map(|row| Some((row.account?.id, row.id)));
    let mut wanted: Vec<(AccountId, Option<ContactId>, Option<AccountMatch>)> =
        matches.into_iter().map(|found| (found.account, found.contact.as_ref().map(|contact| contact.id), Some(found))).collect();
    for (account, contact) in by_name {
        if !wanted.iter().any(|(_, known, _)| *known == Some(contact)) {
            wanted.push((account, Some(contact), None));
        }
    }
    wanted.truncate(CALLERS_MAX);
    let contacts: Vec<ContactId> = wanted.iter().filter_map(|(_, contact, _)| *contact).collect();
    let mut records = Records::load(&mut tx, wanted.iter().map(|(account, ..)| *account).collect(), &contacts).await?;
    Ok(wanted.into_iter().filter_map(|(account, contact, found)| records.caller(account, contact, found)).collect())
}

/// Accounts and contacts, whole.
struct Records {
    accounts: HashMap<AccountId, Account>,
    contacts: HashMap<ContactId, Contact>,
}

impl Records {
    async fn load(tx: &mut Tx, mut accounts: Vec<AccountId>, contacts: &[ContactId]) -> Result<Self> {
        accounts.sort_unstable();
        accounts.dedup();
        let accounts = if accounts.is_empty() { Vec::new() } else { tx.accounts().find_many(&accounts).await? };
        let contacts = if contacts.is_empty() { Vec::new() } else { tx.contacts().find_many(contacts).await? };
        Ok(Self {
            accounts: accounts.into_iter().map(|account| (account.id, account)).collect(),
            contacts: contacts.into_iter().map(|contact| (contact.id, contact)).collect(),
        })
    }

    fn caller(&mut self, account: AccountId, contact: Option<ContactId>, found: Option<AccountMatch>) -> Option<Caller> {
        let account = self.accounts.get(&account)?;
        let contact = contact.and_then(|id| self.contacts.remove(&id));
        let strength = found.as_ref().map(|found| found.strength);
        let reasons = found.map(|found| found.reasons.into_iter().map(|reason| reason.text).collect()).unwrap_or_default();
        Some(Caller {
            account: domain::Named { id: account.id, name: account.name.clone() },
            kinds: account.kinds.clone(),
            primary_rep: account.primary_rep,
            confirmed: account.confirmed,
            contact: contact.map(|contact| KnownContact {
                id: contact.id,
                phone: contact.phones.first().map(|phone| phone.display().to_owned()).unwrap_or_default(),
                email: contact.emails.first().map(|email| email.as_str().to_owned()).unwrap_or_default(),
                full_name: contact.full_name,
            }),
            strength,
            reasons,
        })
    }
}

/// What stands beside the form: the facts of who was chosen, who referred them, and the ladder as it is now.
///
/// # Errors
/// [`crate::ServiceError::Forbidden`] for who may not add leads; what the store reports.
pub async fn beside(ctx: &Ctx, settled: &Settled) -> Result<Beside> {
    ctx.require(Action::AddLead)?;
    let (known, mut tx) = Known::load(ctx).await?;
    let kind = ladder_for(settled.needs_help_now);
    let ladder = tx.ladders().find(kind).await?;
    let caller = match CallerChoice::from_key(&settled.caller) {
        Some(CallerChoice::Known { account, contact }) => {
            let mut records = Records::load(&mut tx, vec![account], contact.as_slice()).await?;
            records.contacts.retain(|_, contact| contact.account.as_ref().is_some_and(|of| of.id == account));
            records.caller(account, contact, None)
        }
        _ => None,
    };
    let referrer = match account_meant(&mut tx, &settled.referrer).await? {
        Ok(Some(found)) => Records::load(&mut tx, vec![found.id], &[]).await?.caller(found.id, None, None),
        _ => None,
    };
    let tries: Vec<CallTry> = settled.tries.split(',').filter_map(CallTry::from_key).collect();
    let assigned = assigned(caller.as_ref().and_then(|caller| caller.primary_rep), referrer.as_ref().and_then(|caller| caller.primary_rep));
    let rungs = known.climb(ctx, &ladder, &Call { assigned, unanswered: unanswered(&tries) });
    Ok(Beside { caller, referrer, assigned, ladder: ladder.name, rungs })
}

/// Whom a call is put through to first: who looks after the caller, else who looks after whoever referred them.
pub(super) fn assigned(of_caller: Option<UserId>, of_referrer: Option<UserId>) -> Option<UserId> {
    of_caller.or(of_referrer)
}

/// The ladder of a call.
pub(super) fn ladder_for(needs_help_now: bool) -> LadderKind {
    if needs_help_now { LadderKind::Urgent } else { LadderKind::Transfer }
}
