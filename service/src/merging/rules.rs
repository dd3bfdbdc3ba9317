//! Rules of routing that name an account: its direct coverage, and the quarters for which it is named as a distributor.

use domain::account_merge::RuleMoved;
use domain::routing::{CoverBy, Coverage, Nomination, Rule, RuleBook, RuleKind};
use domain::{Account, AccountId};
use store::Tx;

use crate::error::{Result, ServiceError};

/// The rules that name an account.
pub(super) fn naming(book: &RuleBook, account: AccountId) -> Vec<Rule> {
    let coverage = book.coverage.iter().filter(|cover| covers(cover, account)).cloned().map(Rule::Coverage);
    let named = book.nominations.iter().filter(|named| named.distributor == Some(account)).cloned().map(Rule::Nomination);
    coverage.chain(named).collect()
}

/// Has the rules that name the other account name the kept one; its coverage is taken out where the kept one has some already.
pub(super) async fn pass_on(tx: &mut Tx, book: &RuleBook, kept: &Account, other: AccountId) -> Result<Vec<RuleMoved>> {
    let rules = naming(book, other);
    if rules.is_empty() {
        return Ok(Vec::new());
    }
    let version = begin(tx, book).await?;
    let is_covered = book.coverage.iter().any(|cover| covers(cover, kept.id));
    let mut moved = Vec::new();
    for rule in rules {
        let changed = match &rule {
            Rule::Coverage(_) if is_covered => None,
            Rule::Coverage(cover) => Some(Rule::Coverage(Coverage { what: kept.name.clone(), key: kept.id.to_string(), ..cover.clone() })),
            Rule::Nomination(named) => Some(Rule::Nomination(Nomination { distributor: Some(kept.id), name: kept.name.clone(), ..named.clone() })),
            _ => continue,
        };
        match &changed {
            Some(changed) => tx.routing().put(version, changed).await?,
            None => {
                tx.routing().end(version, rule.kind(), rule.number()).await?;
            }
        }
        let after = changed.as_ref().map(body).transpose()?;
        moved.push(RuleMoved { kind: rule.kind().key().to_owned(), number: rule.number(), before: body(&rule)?, after });
    }
    Ok(moved)
}

/// Makes the rules what they were, but for those that somebody changed or removed since.
pub(super) async fn give_back(tx: &mut Tx, book: &RuleBook, moved: &[RuleMoved]) -> Result<()> {
    let mut rules = Vec::new();
    for one in moved {
        let Some(kind) = RuleKind::from_key(&one.kind) else { continue };
        if present(book, kind, one.number).as_ref().map(body).transpose()? == one.after {
            rules.push(Rule::read(kind, &one.before).map_err(|error| ServiceError::Internal(Box::new(error)))?);
        }
    }
    if rules.is_empty() {
        return Ok(());
    }
    let version = begin(tx, book).await?;
    for rule in &rules {
        tx.routing().put(version, rule).await?;
    }
    Ok(())
}

/// Begins a new version of the book, if it is still as it was read.
async fn begin(tx: &mut Tx, book: &RuleBook) -> Result<i64> {
    let version = tx.routing().begin_version().await?;
    if version == book.version + 1 { Ok(version) } else { Err(ServiceError::Busy) }
}

fn covers(cover: &Coverage, account: AccountId) -> bool {
    cover.by == CoverBy::Account && cover.key == account.to_string()
}

fn present(book: &RuleBook, kind: RuleKind, number: i64) -> Option<Rule> {
    match kind {
        RuleKind::Coverage => book.coverage.iter().find(|cover| cover.number == number).cloned().map(Rule::Coverage),
        RuleKind::Nomination => book.nominations.iter().find(|named| named.number == number).cloned().map(Rule::Nomination),
        _ => None,
    }
}

fn body(rule: &Rule) -> Result<String> {
    rule.body().map_err(|error| ServiceError::Internal(Box::new(error)))
}
