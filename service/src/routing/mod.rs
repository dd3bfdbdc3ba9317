//! Routing: a lead that arrives without an owner is given one by the rules, in the transaction that makes it, and the decision
//! is kept with what it was made from. What an administrator changes is in [`crate::configuration`]. The steps are `domain::routing`'s; docs/routing.md has them in words.

mod by_hand;
mod rules;
mod trial;
mod why;

pub(crate) use by_hand::given_within;
pub use rules::{RulesView, TerritoriesView, TerritoryView, rules, territories};
pub use trial::{TRIAL_LEADS, begin_trial, stop_trial, trial, work_on_trials};
pub(crate) use why::why_within;
pub use why::{route_again, why};

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::catalog::Person;
use domain::match_key::name_key;
use domain::routing::{Decision, GroupNow, House, LeadFacts, PersonNow, Prepared, Quarter, Spot, Way, decide};
use domain::{Account, AccountKind, Catalog, GroupId, Lead, Reachability, UserId};
use store::Tx;
use store::routing::StoredDecision;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::matching::email_domain::company_domains;

/// Most e-mail addresses of a lead that are looked at.
const EMAILS_MAX: usize = 4;

/// The rules, read before the transaction that routes by them.
#[derive(Clone, Debug)]
pub(crate) struct Router {
    book: Arc<Prepared>,
    /// See [`LeadFacts::intake_owner`].
    intake_owner: Option<UserId>,
}

impl Router {
    /// Reads the rules.
    ///
    /// # Errors
    /// What the store reports.
    pub(crate) async fn load(ctx: &Ctx) -> Result<Self> {
        Ok(Self { book: ctx.store.rule_book().await?, intake_owner: None })
    }

    /// By a book that is not in force yet.
    pub(crate) fn of(book: Prepared) -> Self {
        Self { book: Arc::new(book), intake_owner: None }
    }

    /// The same rules for a call: what no rule fits ends at the intake owner.
    pub(crate) fn of_call(self, intake_owner: Option<UserId>) -> Self {
        Self { intake_owner, ..self }
    }

    /// Decides who gets a lead, and gives it to them; nothing is written yet. `account` is `None` for one that is made with
    /// the lead; `taken_by` is the group that takes what no rule fits.
    ///
    /// # Errors
    /// What the store reports.
    pub(crate) async fn route(
        &self,
        ctx: &Ctx,
        tx: &mut Tx,
        lead: &mut Lead,
        account: Option<&Account>,
        taken_by: Option<GroupId>,
        catalog: &Catalog,
    ) -> Result<StoredDecision> {
        let mut run = self.begin(ctx, tx, catalog).await?;
        let decided = run.route(ctx, tx, lead, account, taken_by, catalog).await?;
        run.end(tx).await?;
        Ok(decided)
    }

    /// Begins to route several leads in one transaction: people and groups are read once.
    ///
    /// # Errors
    /// What the store reports.
    pub(crate) async fn begin(&self, ctx: &Ctx, tx: &mut Tx, catalog: &Catalog) -> Result<Run<'_>> {
        Ok(Run { router: self, house: self.house(ctx, tx, catalog).await?, turns: BTreeMap::new() })
    }

    /// People and groups as they are now.
    async fn house(&self, ctx: &Ctx, tx: &mut Tx, catalog: &Catalog) -> Result<House> {
        let time = catalog.site.zone.at(ctx.now());
        let mut reach: BTreeMap<UserId, Reachability> = tx.reach().list().await?.into_iter().map(|(user, stored)| (user, stored.reach)).collect();
        let of = |person: &Person| {
            let reach = reach.remove(&person.id).unwrap_or_default();
            let is_active = !person.disabled && person.role.is_internal();
            (person.id, PersonNow { gone: reach.hindrance(is_active, time).filter(|why| why.is_gone()), deputy: reach.deputy })
        };
        let people = catalog.people.iter().map(of).collect();
        let ways = &self.book.book().settings.ways;
        let goes = |wanted: Way| ways.iter().any(|(_, way)| *way == wanted);
        let mut turns = if goes(Way::RoundRobin) { tx.routing().turns().await?.into_iter().collect() } else { BTreeMap::new() };
        let mut groups = BTreeMap::new();
        for group in catalog.groups.iter().filter(|group| !group.retired) {
            let mut now = GroupNow { members: group.members.clone(), last: turns.remove(&group.id), loads: BTreeMap::new() };
            now.members.sort_unstable();
            if self.book.book().settings.way_of(group.id) == Way::ByLoad {
                now.loads = tx.routing().loads(&now.members).await?;
            }
            groups.insert(group.id, now);
        }
        Ok(House { people, groups })
    }
}

/// Leads that are routed in one transaction, each with the turns and loads that those before left.
#[derive(Debug)]
pub(crate) struct Run<'r> {
    router: &'r Router,
    house: House,
    /// Groups that are held, with whose turn it was last.
    turns: BTreeMap<GroupId, Option<UserId>>,
}

impl Run<'_> {
    /// Holds every group that takes turns, in the order of their numbers, before several leads are routed: two runs at one moment
    /// would else each wait for a group that the other holds.
    ///
    /// # Errors
    /// What the store reports.
    pub(crate) async fn hold_turns(&mut self, tx: &mut Tx) -> Result<()> {
        let settings = &self.router.book.book().settings;
        for (group, now) in self.house.groups.iter_mut().filter(|(group, _)| settings.way_of(**group) == Way::RoundRobin) {
            now.last = tx.routing().hold_turn(*group).await?;
            self.turns.insert(*group, now.last);
        }
        Ok(())
    }

    /// The same as [`Router::route`]; whose turn it was is noted by [`Run::end`].
    ///
    /// # Errors
    /// What the store reports.
    pub(crate) async fn route(
        &mut self,
        ctx: &Ctx,
        tx: &mut Tx,
        lead: &mut Lead,
        account: Option<&Account>,
        taken_by: Option<GroupId>,
        catalog: &Catalog,
    ) -> Result<StoredDecision> {
        let book = &self.router.book;
        let facts = LeadFacts { intake_owner: self.router.intake_owner, ..facts_of(ctx, lead, account, taken_by, catalog) };
        let mut routed = decide(book, &facts, &self.house);
        if let Some((group, _)) = routed.decision.turn()
            && !self.turns.contains_key(&group)
        {
            let last = tx.routing().hold_turn(group).await?;
            self.turns.insert(group, last);
            // Somebody else took a turn meanwhile.
            if let Some(now) = self.house.groups.get_mut(&group).filter(|now| now.last != last) {
                now.last = last;
                routed = decide(book, &facts, &self.house);
            }
        }
        give(lead, &routed.decision, taken_by, catalog);
        let decided = StoredDecision { at: ctx.now(), inputs: routed.inputs(facts, &self.house), decision: routed.decision };
        self.go_on(&decided.decision);
        Ok(decided)
    }

    /// Turns go round, and loads grow.
    fn go_on(&mut self, decision: &Decision) {
        if let Some((group, user)) = decision.turn() {
            self.turns.insert(group, Some(user));
            if let Some(now) = self.house.groups.get_mut(&group) {
                now.last = Some(user);
            }
        }
        let Some(owner) = decision.owner else { return };
        let settings = &self.router.book.book().settings;
        for (group, now) in &mut self.house.groups {
            if settings.way_of(*group) == Way::ByLoad && now.members.contains(&owner) {
                *now.loads.entry(owner).or_default() += 1;
            }
        }
    }

    /// Notes whose turn it was.
    ///
    /// # Errors
    /// What the store reports.
    pub(crate) async fn end(self, tx: &mut Tx) -> Result<()> {
        for (group, last) in self.turns {
            if let Some(user) = last {
                tx.routing().take_turn(group, user).await?;
            }
        }
        Ok(())
    }
}

/// What the rules ask of a lead.
fn facts_of(ctx: &Ctx, lead: &Lead, account: Option<&Account>, taken_by: Option<GroupId>, catalog: &Catalog) -> LeadFacts {
    let hosts = lead.emails.iter().take(EMAILS_MAX).filter_map(|email| email.as_str().rsplit_once('@').map(|(_, host)| host));
    let mut domains = Vec::new();
    for domain in hosts.flat_map(company_domains) {
        if !domains.contains(&domain) {
            domains.push(domain);
        }
    }
    LeadFacts {
        account: account.map(|account| account.id),
        company: lead.account.name.clone(),
        is_customer: account.is_some_and(|account| account.kinds.contains(&AccountKind::Customer)),
        salesperson: account.and_then(|account| account.primary_rep),
        name_key: name_key(&lead.account.name),
        domains,
        spot: spot_of(lead, account, catalog),
        offerings: lead.offerings.clone(),
        quarter: Quarter::at(catalog.site.zone.at(ctx.now())),
        intake_owner: None,
        taken_by,
    }
}

/// Where a lead is. One that says nothing of that is where its account is.
pub(crate) fn spot_of(lead: &Lead, account: Option<&Account>, catalog: &Catalog) -> Spot {
    let home = &catalog.site.region;
    let spot = Spot::of(&lead.address, home);
    if !spot.is_empty() {
        return spot;
    }
    account.and_then(|account| account.locations.first()).map(|place| Spot::of(&place.address, home)).unwrap_or_default()
}

/// Gives a lead to whom it was decided. It also belongs to a group of its owner, so that their manager sees it; who has a
/// copy is on its team, so that they see it too.
fn give(lead: &mut Lead, decision: &Decision, taken_by: Option<GroupId>, catalog: &Catalog) {
    lead.owner = decision.owner;
    let is_in = |group: &GroupId, user: UserId| catalog.group(*group).is_some_and(|group| group.members.contains(&user));
    lead.group = match decision.owner {
        _ if decision.group.is_some() => decision.group,
        Some(owner) if taken_by.is_some_and(|group| is_in(&group, owner)) => taken_by,
        Some(owner) => catalog.groups.iter().find(|group| !group.retired && group.members.contains(&owner)).map(|group| group.id),
        None => None,
    };
    for copy in &decision.copies {
        if !lead.team.contains(copy) {
            lead.team.push(*copy);
        }
    }
    lead.team.sort_unstable();
}
