//! Follow-up clocks: their policies, when groups work, and the clocks of leads.

use std::sync::Arc;

use domain::clock::{Act, ClockStart, GroupHours, Week};
use domain::conversion::ClockTrace;
use domain::{Clock, ClockBook, ClockPolicy, ClockPolicyId, EventId, GroupId, LeadClass, LeadId, Scope, Timestamp, UserId};

use crate::catalog_cache::VERSION;
use crate::error::{Result, StoreError};
use crate::leads::push_scope;
use crate::open::Store;
use crate::site_zone::site_zone;
use crate::sql::{Row, Sql};
use crate::tx::Tx;

/// Key of the setting that says when the daily digest goes out: minutes after midnight; absent for never.
pub const DIGEST_MINUTE: &str = "clock_digest_minute";

/// The number of the first policy that an administrator adds: those below come with the program.
const ADDED_FROM: i64 = 1000;

/// Stands for when to look at a clock that was found to be overdue, until somebody is told.
pub const FOUND: Timestamp = Timestamp(0);

/// Statements about clocks.
#[derive(Debug)]
pub struct Clocks<'t>(&'t mut Tx);

impl Tx {
    /// Follow-up clocks.
    pub fn clocks(&mut self) -> Clocks<'_> {
        Clocks(self)
    }
}

/// A clock that begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewClock {
    pub lead: LeadId,
    pub policy: ClockPolicyId,
    pub started_at: Timestamp,
    /// When somebody may have to be told; `None` where nobody is.
    pub look_at: Option<Timestamp>,
}

/// A clock that runs, with what a digest says of its lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunningClock {
    pub lead: LeadId,
    pub full_name: String,
    pub owner: UserId,
    pub group: Option<GroupId>,
    pub started_at: Timestamp,
}

/// A clock of somebody's, whatever became of it, with its lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonClock {
    pub person: UserId,
    pub lead: LeadId,
    pub full_name: String,
    pub group: Option<GroupId>,
    pub clock: Clock,
}

/// Which clock, among all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockKey {
    pub lead: LeadId,
    pub policy: ClockPolicyId,
    pub started_at: Timestamp,
}

impl Store {
    /// Policies and hours as of a version of the catalog that was just read, or later; reads nothing while that is in memory. They are
    /// no part of the catalog, because browsers need nothing of them.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn clock_book_at(&self, version: i64) -> Result<Arc<ClockBook>> {
        let mut kept = self.clocks.lock().await;
        if let Some((kept_version, book)) = kept.as_ref()
            && *kept_version >= version
            && version > 0
        {
            return Ok(Arc::clone(book));
        }
        let mut tx = self.read().await?;
        let row = tx.row(Sql::new("select value from counter where name = $1").bind(VERSION)).await?;
        let version = row.map(|row| row.int("value")).transpose()?.unwrap_or(0);
        let book = Arc::new(tx.clocks().book().await?);
        *kept = Some((version, Arc::clone(&book)));
        Ok(book)
    }

    /// The same as of the last committed change.
    ///
    /// # Errors
    /// As [`Store::clock_book_at`].
    pub async fn clock_book(&self) -> Result<Arc<ClockBook>> {
        let row = self.ask().await?.row(Sql::new("select value from counter where name = $1").bind(VERSION)).await?;
        self.clock_book_at(row.map(|row| row.int("value")).transpose()?.unwrap_or(0)).await
    }
}

impl Clocks<'_> {
    /// Policies in their order, and when groups work.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn book(&mut self) -> Result<ClockBook> {
        let sql = Sql::new(
            "select id, name, starts, met_by, aim_hours, limit_hours, is_working, is_on, class, instead_of, repeats from clock_policy
             order by position, id",
        );
        let policies = self.0.rows(sql).await?.iter().map(to_policy).collect::<Result<_>>()?;
        let sql = Sql::new("select group_id, is_plain, week, holidays, time_zone from group_hours order by group_id");
        let groups = self.0.rows(sql).await?.iter().map(to_hours).collect::<Result<_>>()?;
        let digest = self.0.catalog().setting(DIGEST_MINUTE).await?.map(|text| text.parse::<i64>());
        let broken = StoreError::Inconsistent { table: "setting", column: "value", id: 0 };
        Ok(ClockBook { policies, groups, digest_minute: digest.transpose().map_err(|_| broken)? })
    }

    /// Clocks of a policy that run for leads that somebody owns, and began by a moment, the oldest first; those after `last`, where it is given.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn list_running(
        &mut self,
        policy: ClockPolicyId,
        until: Timestamp,
        last: Option<(Timestamp, LeadId)>,
        limit: i64,
    ) -> Result<Vec<RunningClock>> {
        let mut sql = Sql::new(
            "select c.lead_id, c.started_at, l.full_name, l.owner_id, l.group_id from lead_clock c join lead l on l.id = c.lead_id
             where c.policy_id = $1 and c.started_at <= $2 and c.met_at is null and c.ended_at is null
             and l.owner_id is not null and l.deleted_at is null",
        );
        sql = sql.bind(policy).bind(until);
        if let Some((started_at, lead)) = last {
            sql.push(" and (c.started_at, c.lead_id) > (").push_bind(started_at).push(", ").push_bind(lead).push(")");
        }
        sql.push(" order by c.started_at, c.lead_id limit ").push_bind(limit);
        let clock = |row: &Row| -> Result<RunningClock> {
            Ok(RunningClock {
                lead: LeadId(row.int("lead_id")?),
                full_name: row.text("full_name")?,
                owner: UserId(row.int("owner_id")?),
                group: row.opt_int("group_id")?.map(GroupId),
                started_at: row.time("started_at")?,
            })
        };
        self.0.rows(sql).await?.iter().map(clock).collect()
    }

    /// Clocks of some people that began since a moment, for leads within a scope that are not deleted, the latest first: those that still run,
    /// or those that were met or ended.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn list_of_people(&mut self, people: &[UserId], scope: &Scope, since: Timestamp, runs: bool, limit: i64) -> Result<Vec<PersonClock>> {
        let mut sql = Sql::new(
            "select c.lead_id, c.owner_id, c.policy_id, c.started_at, c.met_at, c.ended_at, l.full_name, l.group_id
             from lead_clock c join lead l on l.id = c.lead_id where c.owner_id in ",
        );
        sql.push_list(people.iter().copied()).push(" and c.started_at >= ").push_bind(since);
        sql.push(if runs { " and c.met_at is null and c.ended_at is null" } else { " and (c.met_at is not null or c.ended_at is not null)" });
        sql.push(" and l.deleted_at is null");
        push_scope(&mut sql, self.0.engine(), scope);
        sql.push(" order by c.started_at desc, c.lead_id desc, c.policy_id limit ").push_bind(limit);
        let of_person = |row: &Row| -> Result<PersonClock> {
            Ok(PersonClock {
                person: UserId(row.int("owner_id")?),
                lead: LeadId(row.int("lead_id")?),
                full_name: row.text("full_name")?,
                group: row.opt_int("group_id")?.map(GroupId),
                clock: to_clock(row)?,
            })
        };
        self.0.rows(sql).await?.iter().map(of_person).collect()
    }

    /// Adds a policy for all leads at the end of the list, under a number that no migration gives; gives that.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add_policy(&mut self, policy: &ClockPolicy) -> Result<ClockPolicyId> {
        let sql = Sql::new("select coalesce(max(id), 0) as last, coalesce(max(position), 0) as position from clock_policy");
        let row = self.0.row(sql).await?.ok_or(StoreError::Inconsistent { table: "clock_policy", column: "id", id: 0 })?;
        let id = ClockPolicyId((row.int("last")? + 1).max(ADDED_FROM));
        let met_by = policy.met_by.iter().map(|act| act.key()).collect::<Vec<_>>().join(",");
        let sql = Sql::new(
            "insert into clock_policy (id, position, name, starts, met_by, aim_hours, limit_hours, is_working, is_on, repeats)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        );
        let sql = sql.bind(id).bind(row.int("position")? + 1).bind(&policy.name).bind(policy.starts.key()).bind(met_by);
        let sql = sql.bind(policy.aim_hours).bind(policy.limit_hours).bind(policy.is_working).bind(policy.is_on).bind(policy.repeats);
        self.0.run(sql).await?;
        Ok(id)
    }

    /// Has all running clocks of a policy looked at, of which nobody was to be told until now.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn look_at_all(&mut self, policy: ClockPolicyId, at: Timestamp) -> Result<()> {
        let sql = Sql::new("update lead_clock set look_at = $1 where policy_id = $2 and met_at is null and ended_at is null");
        self.0.run(sql.bind(at).bind(policy)).await.map(|_| ())
    }

    /// Changes a policy; with what it begins stays.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change_policy(&mut self, policy: &ClockPolicy) -> Result<()> {
        let met_by = policy.met_by.iter().map(|act| act.key()).collect::<Vec<_>>().join(",");
        let sql =
            Sql::new("update clock_policy set name = $1, met_by = $2, aim_hours = $3, limit_hours = $4, is_working = $5, is_on = $6 where id = $7");
        let sql = sql.bind(&policy.name).bind(met_by).bind(policy.aim_hours).bind(policy.limit_hours);
        self.0.run(sql.bind(policy.is_working).bind(policy.is_on).bind(policy.id)).await.map(|_| ())
    }

    /// Says when a group works.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change_hours(&mut self, hours: &GroupHours) -> Result<()> {
        let holidays = hours.holidays.iter().map(|day| day.0.to_string()).collect::<Vec<_>>().join(",");
        let sql = Sql::new(
            "insert into group_hours (group_id, is_plain, week, holidays, time_zone) values ($1, $2, $3, $4, $5)
             on conflict (group_id) do update set is_plain = excluded.is_plain, week = excluded.week, holidays = excluded.holidays,
             time_zone = excluded.time_zone",
        );
        let sql = sql.bind(hours.group).bind(hours.is_plain).bind(hours.week.text()).bind(holidays).bind(&hours.time_zone);
        self.0.run(sql).await.map(|_| ())
    }

    /// Lets a group work as the site does.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn remove_hours(&mut self, group: GroupId) -> Result<()> {
        self.0.run(Sql::new("delete from group_hours where group_id = $1").bind(group)).await.map(|_| ())
    }

    /// The clocks of a lead, the oldest first.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn of_lead(&mut self, lead: LeadId) -> Result<Vec<Clock>> {
        let sql = Sql::new("select policy_id, started_at, met_at, ended_at from lead_clock where lead_id = $1 order by started_at, policy_id");
        self.0.rows(sql.bind(lead)).await?.iter().map(to_clock).collect()
    }

    /// Lets clocks begin. One that began at the same moment before, and ended, goes on; where it was met, or ended after somebody had to
    /// be told, nobody is told any more.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn start(&mut self, clocks: &[NewClock]) -> Result<()> {
        for chunk in clocks.chunks(500) {
            let mut sql = Sql::new("insert into lead_clock (lead_id, policy_id, started_at, look_at, owner_id) values ");
            for (nth, new) in chunk.iter().enumerate() {
                sql.push(if nth == 0 { "(" } else { ", (" }).push_bind(new.lead).push(", ").push_bind(new.policy).push(", ");
                sql.push_bind(new.started_at).push(", ").push_bind(new.look_at);
                sql.push(", (select owner_id from lead where id = ").push_bind(new.lead).push("))");
            }
            sql.push(
                " on conflict (lead_id, policy_id, started_at) do update set ended_at = null,
                 owner_id = case when lead_clock.met_at is null then excluded.owner_id else lead_clock.owner_id end, look_at = case when lead_clock.met_at is null
                 and (lead_clock.ended_at is null or lead_clock.ended_at < excluded.look_at) then excluded.look_at end",
            );
            self.0.run(sql).await?;
        }
        Ok(())
    }

    /// Keeps the clocks of a lead that run in step with whose it is; what was met or ended stays with who had it.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change_owner(&mut self, lead: LeadId, owner: Option<UserId>) -> Result<()> {
        let sql = Sql::new("update lead_clock set owner_id = $1 where lead_id = $2 and met_at is null and ended_at is null");
        self.0.run(sql.bind(owner).bind(lead)).await.map(|_| ())
    }

    /// Ends the clocks of a lead of some policies, but for those that began at a moment. They were `whose`.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn end_but(
        &mut self,
        lead: LeadId,
        whose: Option<UserId>,
        policies: &[ClockPolicyId],
        started_at: Option<Timestamp>,
        at: Timestamp,
    ) -> Result<()> {
        let mut sql = Sql::new(
            "update lead_clock set ended_at = $1, look_at = null, owner_id = case when met_at is null then $2 else owner_id end
             where lead_id = $3 and ended_at is null",
        );
        sql = sql.bind(at).bind(whose).bind(lead);
        if let Some(started_at) = started_at {
            sql.push(" and started_at <> ").push_bind(started_at);
        }
        sql.push(" and policy_id in ").push_list(policies.iter().copied());
        self.0.run(sql).await.map(|_| ())
    }

    /// Ends all clocks of a lead.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn end_all(&mut self, lead: LeadId, at: Timestamp) -> Result<()> {
        let sql = Sql::new("update lead_clock set ended_at = $1, look_at = null where lead_id = $2 and ended_at is null");
        self.0.run(sql.bind(at).bind(lead)).await.map(|_| ())
    }

    /// Notes an act that meets clocks of some policies: those that ran at its moment, if none before it met them already. Gives how many.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn meet(&mut self, lead: LeadId, policies: &[ClockPolicyId], at: Timestamp, event: Option<EventId>) -> Result<u64> {
        let mut sql = Sql::new(
            "update lead_clock set met_at = $1, met_event_id = $2, look_at = null where lead_id = $3 and started_at <= $4
             and (met_at is null or met_at > $5) and (ended_at is null or ended_at > $6)",
        );
        sql = sql.bind(at).bind(event).bind(lead).bind(at).bind(at).bind(at);
        sql.push(" and policy_id in ").push_list(policies.iter().copied());
        self.0.run(sql).await
    }

    /// Lets clocks that ended unmet when a lead was closed begin anew, of each policy the latest.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn resume(&mut self, lead: LeadId, closed_at: Timestamp, now: Timestamp) -> Result<()> {
        let sql = Sql::new(
            "update lead_clock set started_at = $1, look_at = $2, ended_at = null,
             owner_id = (select owner_id from lead where lead.id = lead_clock.lead_id) where lead_id = $3 and met_at is null and ended_at = $4
             and not exists (select 1 from lead_clock later where later.lead_id = lead_clock.lead_id
             and later.policy_id = lead_clock.policy_id and later.started_at > lead_clock.started_at)",
        );
        self.0.run(sql.bind(now).bind(now).bind(lead).bind(closed_at)).await.map(|_| ())
    }

    /// The clocks of a lead that have not ended, as taking back what ends them makes them again.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn traces(&mut self, lead: LeadId) -> Result<Vec<ClockTrace>> {
        let sql = Sql::new(
            "select policy_id, started_at, met_at, met_event_id, look_at from lead_clock where lead_id = $1 and ended_at is null
             order by started_at, policy_id",
        );
        self.0.rows(sql.bind(lead)).await?.iter().map(to_trace).collect()
    }

    /// Makes the clocks that ended when a lead was closed what they were, and removes those that began `since` then. What was met earlier than that stays
    /// met, though it was entered later.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn put_back(&mut self, lead: LeadId, traces: &[ClockTrace], closed_at: Timestamp, since: Timestamp) -> Result<()> {
        if traces.is_empty() {
            return Ok(());
        }
        for trace in traces {
            let sql = Sql::new(
                "update lead_clock set met_at = $1, met_event_id = $2, look_at = $3 where lead_id = $4 and policy_id = $5 and started_at = $6
                 and ended_at = $7 and (met_at is null or met_at >= $8)",
            );
            let sql = sql.bind(trace.met_at).bind(trace.met_event).bind(trace.look_at).bind(lead).bind(trace.policy).bind(trace.started_at);
            self.0.run(sql.bind(closed_at).bind(since)).await?;
        }
        let sql = Sql::new("delete from lead_clock where lead_id = $1 and ended_at = $2 and started_at >= $3");
        let mut sql = sql.bind(lead).bind(closed_at).bind(since);
        for trace in traces {
            sql.push(" and (policy_id <> ").push_bind(trace.policy).push(" or started_at <> ").push_bind(trace.started_at).push(")");
        }
        self.0.run(sql).await?;
        let sql = Sql::new("update lead_clock set ended_at = null where lead_id = $1 and ended_at = $2");
        self.0.run(sql.bind(lead).bind(closed_at)).await.map(|_| ())
    }

    /// Has running clocks looked at again, because what decides when they are due was changed: those of a policy, or all. Those of which
    /// somebody was told are not.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn look_anew(&mut self, policy: Option<ClockPolicyId>, at: Timestamp) -> Result<()> {
        let mut sql = Sql::new("update lead_clock set look_at = $1 where look_at is not null and met_at is null and ended_at is null");
        sql = sql.bind(at);
        if let Some(policy) = policy {
            sql.push(" and policy_id = ").push_bind(policy);
        }
        self.0.run(sql).await.map(|_| ())
    }

    /// Clocks that are to be looked at by now, the longest waiting first.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn list_to_look_at(&mut self, now: Timestamp, limit: i64) -> Result<Vec<ClockKey>> {
        let sql = Sql::new(
            "select lead_id, policy_id, started_at from lead_clock where look_at is not null and look_at > $1 and look_at <= $2
             order by look_at, lead_id, policy_id, started_at limit $3",
        );
        self.0.rows(sql.bind(FOUND).bind(now).bind(limit)).await?.iter().map(to_key).collect()
    }

    /// Makes whoever finds overdue clocks or tells of them at the same moment wait until this transaction ends.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn hold_found(&mut self) -> Result<()> {
        self.0.take_numbers("clocks_found", 1).await.map(|_| ())
    }

    /// How many clocks of each group were found to be overdue, and nobody was told yet.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn count_found(&mut self) -> Result<Vec<(GroupId, i64)>> {
        let sql = Sql::new(
            "select l.group_id, count(*) as found from lead_clock c join lead l on l.id = c.lead_id
             where c.look_at is not null and c.look_at = $1 and l.group_id is not null group by l.group_id order by l.group_id",
        );
        let count = |row: &Row| -> Result<(GroupId, i64)> { Ok((GroupId(row.int("group_id")?), row.int("found")?)) };
        self.0.rows(sql.bind(FOUND)).await?.iter().map(count).collect()
    }

    /// The first of them of some groups.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn list_found(&mut self, groups: &[GroupId], limit: i64) -> Result<Vec<ClockKey>> {
        let mut sql = Sql::new(
            "select c.lead_id, c.policy_id, c.started_at from lead_clock c join lead l on l.id = c.lead_id
             where c.look_at is not null and c.look_at = $1 and l.group_id in ",
        );
        sql = sql.bind(FOUND);
        sql.push_list(groups.iter().copied()).push(" order by c.lead_id, c.policy_id, c.started_at limit ").push_bind(limit);
        self.0.rows(sql).await?.iter().map(to_key).collect()
    }

    /// They were told of.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn forget_found(&mut self) -> Result<()> {
        let sql = Sql::new("update lead_clock set look_at = null where look_at is not null and look_at = $1");
        self.0.run(sql.bind(FOUND)).await.map(|_| ())
    }

    /// Says when a clock that waits to be looked at is next; `None` when it needs no more of it.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn look_next(&mut self, clock: ClockKey, at: Option<Timestamp>) -> Result<()> {
        let sql = Sql::new("update lead_clock set look_at = $1 where lead_id = $2 and policy_id = $3 and started_at = $4");
        self.0.run(sql.bind(at).bind(clock.lead).bind(clock.policy).bind(clock.started_at)).await.map(|_| ())
    }
}

fn to_policy(row: &Row) -> Result<ClockPolicy> {
    let id = row.int("id")?;
    let broken = |column| StoreError::Inconsistent { table: "clock_policy", column, id };
    let class = row.opt_text("class")?.map(|key| LeadClass::from_key(&key).ok_or_else(|| broken("class"))).transpose()?;
    let met_by: Option<Vec<Act>> = row.text("met_by")?.split(',').filter(|key| !key.is_empty()).map(Act::from_key).collect();
    Ok(ClockPolicy {
        id: ClockPolicyId(id),
        name: row.text("name")?,
        starts: ClockStart::from_key(&row.text("starts")?).ok_or_else(|| broken("starts"))?,
        met_by: met_by.ok_or_else(|| broken("met_by"))?,
        aim_hours: row.opt_int("aim_hours")?,
        limit_hours: row.opt_int("limit_hours")?,
        is_working: row.flag("is_working")?,
        is_on: row.flag("is_on")?,
        class,
        instead_of: row.opt_int("instead_of")?.map(ClockPolicyId),
        repeats: row.flag("repeats")?,
    })
}

fn to_hours(row: &Row) -> Result<GroupHours> {
    let id = row.int("group_id")?;
    let broken = |column| StoreError::Inconsistent { table: "group_hours", column, id };
    let days = row.text("holidays")?;
    let days = days.split(',').filter(|day| !day.is_empty()).map(|day| day.parse().map(Timestamp)).collect::<std::result::Result<Vec<_>, _>>();
    let time_zone = row.text("time_zone")?;
    Ok(GroupHours {
        group: GroupId(id),
        is_plain: row.flag("is_plain")?,
        week: Week::parse(&row.text("week")?).map_err(|_| broken("week"))?,
        holidays: days.map_err(|_| broken("holidays"))?,
        zone: (!time_zone.is_empty()).then(|| site_zone(&time_zone)),
        time_zone,
    })
}

fn to_key(row: &Row) -> Result<ClockKey> {
    let (lead, policy) = (LeadId(row.int("lead_id")?), ClockPolicyId(row.int("policy_id")?));
    Ok(ClockKey { lead, policy, started_at: row.time("started_at")? })
}

fn to_trace(row: &Row) -> Result<ClockTrace> {
    Ok(ClockTrace {
        policy: ClockPolicyId(row.int("policy_id")?),
        started_at: row.time("started_at")?,
        met_at: row.opt_time("met_at")?,
        met_event: row.opt_int("met_event_id")?.map(EventId),
        look_at: row.opt_time("look_at")?,
    })
}

fn to_clock(row: &Row) -> Result<Clock> {
    Ok(Clock {
        policy: ClockPolicyId(row.int("policy_id")?),
        started_at: row.time("started_at")?,
        met_at: row.opt_time("met_at")?,
        ended_at: row.opt_time("ended_at")?,
    })
}
