//! The rules of routing of the demonstration, and the decisions about recent leads that are with whom the rules say.

use std::collections::HashMap;

use domain::routing::{Coverage, Fallback, Nomination, Place, Prepared, Quarter, Receiver, Rule, RuleKind, Settings, Specialist, Territory};
use domain::{Account, AccountId, Catalog, ChoiceList, LeadId, TerritoryId};
use store::Tx;
use store::routing::StoredDecision;

use super::Plan;
use super::cast::Cast;
use super::lead::account_count;
use super::words::DISTRIBUTORS;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::routing::Router;

/// Its name, whose it is (0 north, 1 south), its distributor among [`DISTRIBUTORS`], and the postcodes of its towns.
type Region = (&'static str, usize, usize, &'static [&'static str]);

const TERRITORIES: [Region; 3] = [
    ("Northern England", 0, 0, &["M*", "LS*", "S1-S9", "L1-L9", "NE*", "YO*", "HD*", "CA*", "LA*", "DH*"]),
    ("Scotland", 0, 2, &["EH*", "G*"]),
    ("Southern England and Wales", 1, 1, &["SE*", "BS*", "B1-B9", "NG*", "LE*", "RG*", "CF*", "EX*", "BN*", "NR*", "OX*", "CT*"]),
];
/// What the last rep of the north knows most about.
const SPECIALITY: &str = "Physical Security";
/// Companies with a rule of their own: most as accounts, one by its name, one by its domain.
const COVERED: u64 = 6;
/// Leads at the end that are held against the rules.
const RECENT: u64 = 200;

/// Adds them once.
pub(super) async fn add(ctx: &Ctx, tx: &mut Tx, plan: &Plan, cast: &Cast, catalog: &Catalog) -> Result<()> {
    if tx.routing().version().await? > 0 {
        return Ok(());
    }
    let version = tx.routing().begin_version().await?;
    for rule in rules(tx, plan, cast, catalog).await? {
        tx.routing().put(version, &rule).await?;
    }
    let book = Prepared::new(tx.routing().load(version).await?);
    keep_decisions(ctx, tx, plan, &Router::of(book), catalog).await
}

async fn rules(tx: &mut Tx, plan: &Plan, cast: &Cast, catalog: &Catalog) -> Result<Vec<Rule>> {
    let quarter = Quarter::at(catalog.site.zone.at(plan.now));
    let manager_of = |region: usize| catalog.group(cast.groups[region]).and_then(|group| group.manager);
    let mut rules = Vec::new();
    for (name, region, distributor, postcodes) in TERRITORIES {
        let id = TerritoryId(tx.routing().take_number(RuleKind::Territory).await?);
        let places = postcodes.iter().map(|postcodes| Place::parse(&format!("GB, {postcodes}"))).collect::<std::result::Result<Vec<Place>, String>>();
        rules.push(Rule::Territory(Territory {
            number: id,
            name: name.to_owned(),
            manager: manager_of(region),
            group: Some(cast.groups[region]),
            places: places.map_err(ServiceError::Refused)?,
        }));
        let number = tx.routing().take_number(RuleKind::Nomination).await?;
        rules.push(Rule::Nomination(Nomination {
            number,
            territory: id,
            quarter,
            distributor: Some(cast.distributors[distributor]),
            name: DISTRIBUTORS[distributor].to_owned(),
            by: manager_of(region),
            at: Some(plan.now),
        }));
    }
    let offering = catalog.choice_named(ChoiceList::Offering, SPECIALITY).map(|choice| choice.id);
    if let (Some(offering), Some(person)) = (offering, cast.reps[0].last()) {
        let number = tx.routing().take_number(RuleKind::Specialist).await?;
        rules.push(Rule::Specialist(Specialist { number, offering, to: Receiver::Person(*person) }));
    }
    let companies: Vec<AccountId> = (0..COVERED.min(account_count(plan.leads))).map(|number| AccountId(plan.first_account + number as i64)).collect();
    let companies = tx.accounts().find_many(&companies).await?;
    for (nth, account) in companies.iter().enumerate() {
        if let Some(cover) = cover(nth, account) {
            let number = tx.routing().take_number(RuleKind::Coverage).await?;
            rules.push(Rule::Coverage(Coverage { number, ..cover }));
        }
    }
    // Without a receiver calls end at the intake owner, and all else waits for whoever takes it.
    let fallback = Fallback { to: None, copies: manager_of(1).into_iter().collect() };
    rules.push(Rule::Settings(Settings { fallback, ..Settings::default() }));
    Ok(rules)
}

/// That an account's rep looks after it, by one sign or another.
fn cover(nth: usize, account: &Account) -> Option<Coverage> {
    let rep = account.primary_rep?;
    match nth {
        4 => Some(Coverage::of_name(&account.name, rep)),
        5 => account.domains.first().map(|domain| Coverage::of_domain(domain, rep)),
        _ => Some(Coverage::of_account(account.id, &account.name, rep)),
    }
}

/// Keeps what the rules say of recent leads, where that is how it was.
async fn keep_decisions(ctx: &Ctx, tx: &mut Tx, plan: &Plan, router: &Router, catalog: &Catalog) -> Result<()> {
    let recent = plan.leads.saturating_sub(RECENT)..plan.leads;
    let ids: Vec<LeadId> = recent.map(|number| LeadId(plan.first_lead + number as i64)).collect();
    let leads = tx.leads().find_many(&ids).await?;
    let mut accounts: Vec<AccountId> = leads.iter().map(|lead| lead.account.id).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let accounts: HashMap<AccountId, Account> = tx.accounts().find_many(&accounts).await?.into_iter().map(|account| (account.id, account)).collect();
    let mut run = router.begin(ctx, tx, catalog).await?;
    let mut kept = Vec::new();
    // Who took a lead down for themselves owns it without the rules.
    for lead in leads.iter().filter(|lead| lead.owner.is_some() && lead.owner != lead.created_by) {
        let account = accounts.get(&lead.account.id);
        let decided = run.route(ctx, tx, &mut lead.clone(), account, catalog.site.intake_group, catalog).await?;
        if decided.decision.owner == lead.owner {
            kept.push((lead.id, StoredDecision { at: lead.created_at, ..decided }));
        }
    }
    run.end(tx).await?;
    Ok(tx.routing().add_first_decisions(&kept).await?)
}
