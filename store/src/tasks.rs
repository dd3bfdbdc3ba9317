//! Tasks: those of a lead, those of people as far as somebody may see them, and of which people have to be reminded.

use domain::task::{Due, Every, Repeat, TaskCounts, TaskDone, TaskRow, Unplanned};
use domain::{AccountId, DAY_MS, LeadId, Named, Scope, Task, TaskId, Timestamp, UserId};

use crate::error::{Result, StoreError};
use crate::leads::push_scope;
use crate::sql::{Row, Sql, Value};
use crate::tx::{Engine, Tx};

const COLUMNS: &str = "k.id, k.version, k.lead_id, k.title, k.note, k.assignee_id, k.due_at, k.is_all_day, k.remind_minutes, k.remind_at,
    k.repeat_every, k.repeat_from, k.repeat_until, k.done_at, k.done_by_id, k.after_id, k.created_by_id, k.created_at, k.updated_at, k.deleted_at";

/// Stands behind every moment, for what has no day.
const NEVER: i64 = i64::MAX;
/// When an open task is due, as its indexes have it (migration 0042).
const DUE: &str = "coalesce(k.due_at, 9223372036854775807)";

/// Whose tasks, for whose eyes.
#[derive(Clone, Copy, Debug)]
pub struct TasksOf<'a> {
    /// The scope of who looks.
    pub scope: &'a Scope,
    /// Who looks. Of tasks without a lead they see those that they have or made.
    pub viewer: UserId,
    /// Whose they are; everybody's with `None`.
    pub assignee: Option<UserId>,
}

/// The task that a page begins after: its moment and number. [`TaskCursor::of`] makes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskCursor {
    pub at: Timestamp,
    pub id: TaskId,
}

impl TaskCursor {
    /// The place of a task in its list: of open tasks when it is due, of done ones when it was done.
    #[must_use]
    pub fn of(task: &Task) -> Self {
        let at = task.done.map_or_else(|| task.due.map_or(Timestamp(NEVER), |due| due.at), |done| done.at);
        Self { at, id: task.id }
    }
}

/// Statements about tasks.
#[derive(Debug)]
pub struct Tasks<'t>(&'t mut Tx);

impl Tx {
    /// Tasks.
    pub fn tasks(&mut self) -> Tasks<'_> {
        Tasks(self)
    }
}

impl Tasks<'_> {
    /// A task, a removed one too. Who may know of it is not judged here.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find(&mut self, id: TaskId) -> Result<Option<Task>> {
        let row = self.0.row(Sql::new(format!("select {COLUMNS} from task k where k.id = $1")).bind(id)).await?;
        row.as_ref().map(to_task).transpose()
    }

    /// The task that was made when this one was done, as long as it is there.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find_made_by(&mut self, id: TaskId) -> Result<Option<Task>> {
        let sql = Sql::new(format!("select {COLUMNS} from task k where k.after_id = $1 and k.deleted_at is null order by k.id desc limit 1"));
        self.0.row(sql.bind(id)).await?.as_ref().map(to_task).transpose()
    }

    /// The tasks of a lead: open ones by when they are due, then done ones, newest first. Whether the lead may be known is asked before.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn of_lead(&mut self, lead: LeadId, limit: i64) -> Result<Vec<Task>> {
        let sql = Sql::new(format!(
            "select {COLUMNS} from task k where k.lead_id = $1 and k.deleted_at is null
             order by case when k.done_at is null then 0 else 1 end, coalesce(-k.done_at, k.due_at, {NEVER}), k.id limit $2"
        ));
        self.0.rows(sql.bind(lead).bind(limit)).await?.iter().map(to_task).collect()
    }

    /// Open tasks behind a place, those that are due first at the beginning, those without a day at the end.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn list_open(&mut self, of: TasksOf<'_>, after: Option<TaskCursor>, limit: i64) -> Result<Vec<TaskRow>> {
        let mut sql = Sql::new(format!("select {COLUMNS}, l.full_name, l.account_id, a.name as account_name"));
        push_visible(&mut sql, self.0.engine(), of, "k.done_at is null");
        if let Some(after) = after {
            sql.push(&format!(" and ({DUE}, k.id) > (")).push_bind(after.at).push(", ").push_bind(after.id).push(")");
        }
        sql.push(&format!(" order by {DUE}, k.id limit ")).push_bind(limit);
        self.0.rows(sql).await?.iter().map(to_task_row).collect()
    }

    /// Tasks that are done, behind a place, newest first.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn list_done(&mut self, of: TasksOf<'_>, after: Option<TaskCursor>, limit: i64) -> Result<Vec<TaskRow>> {
        let mut sql = Sql::new(format!("select {COLUMNS}, l.full_name, l.account_id, a.name as account_name"));
        push_visible(&mut sql, self.0.engine(), of, "k.done_at is not null");
        if let Some(after) = after {
            sql.push(" and (k.done_at, k.id) < (").push_bind(after.at).push(", ").push_bind(after.id).push(")");
        }
        sql.push(" order by k.done_at desc, k.id desc limit ").push_bind(limit);
        self.0.rows(sql).await?.iter().map(to_task_row).collect()
    }

    /// Open tasks that are due between two moments, by when they are.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn list_between(&mut self, of: TasksOf<'_>, from: Timestamp, to: Timestamp, limit: i64) -> Result<Vec<TaskRow>> {
        let mut sql = Sql::new(format!("select {COLUMNS}, l.full_name, l.account_id, a.name as account_name"));
        push_visible(&mut sql, self.0.engine(), of, "k.done_at is null");
        sql.push(&format!(" and {DUE} >= ")).push_bind(from).push(&format!(" and {DUE} <= ")).push_bind(to);
        sql.push(&format!(" order by {DUE}, k.id limit ")).push_bind(limit);
        self.0.rows(sql).await?.iter().map(to_task_row).collect()
    }

    /// How many open tasks are overdue, and how many more are due until the end of today.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn count(&mut self, of: TasksOf<'_>, now: Timestamp, end_of_today: Timestamp) -> Result<TaskCounts> {
        let mut sql = Sql::new("select coalesce(sum(case when k.due_at < ");
        sql.push_bind(now).push(" then 1 else 0 end), 0) as overdue, count(*) as together");
        push_visible(&mut sql, self.0.engine(), of, "k.done_at is null");
        sql.push(&format!(" and {DUE} <= ")).push_bind(end_of_today);
        let row = self.0.row(sql).await?;
        row.map_or(Ok(TaskCounts::default()), |row| {
            let overdue = row.int("overdue")?;
            Ok(TaskCounts { overdue, today: row.int("together")? - overdue })
        })
    }

    /// Open leads that somebody owns, within a scope, without an open task and without a follow-up to come, the newest first: as
    /// [`domain::task::next_step`] has it. `today` is the site's, by its start in UTC.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn list_unplanned(&mut self, scope: &Scope, owner: UserId, now: Timestamp, today: Timestamp, limit: i64) -> Result<Vec<Unplanned>> {
        let mut sql = Sql::new(
            "select l.id, l.full_name, l.account_id, a.name as account_name from lead l join account a on a.id = l.account_id
             where l.deleted_at is null and l.state in ('pending', 'in_progress') and l.owner_id = ",
        );
        sql.push_bind(owner);
        push_scope(&mut sql, self.0.engine(), scope);
        sql.push(" and not exists (select 1 from task k where k.lead_id = l.id and k.done_at is null and k.deleted_at is null)");
        // A typed day is kept as its start, and is to come until it is over.
        sql.push(" and not exists (select 1 from opportunity o where o.lead_id = l.id and (o.follow_up_at >= ").push_bind(now);
        sql.push(&format!(" or (o.follow_up_at % {DAY_MS} = 0 and o.follow_up_at >= ")).push_bind(today);
        sql.push("))) order by l.id desc limit ").push_bind(limit);
        let lead = |row: &Row| -> Result<Unplanned> {
            let account = Named { id: AccountId(row.int("account_id")?), name: row.text("account_name")? };
            Ok(Unplanned { id: LeadId(row.int("id")?), full_name: row.text("full_name")?, account })
        };
        self.0.rows(sql).await?.iter().map(lead).collect()
    }

    /// Adds a task.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add(&mut self, task: &Task) -> Result<()> {
        let into = "task (id, version, lead_id, title, note, assignee_id, due_at, is_all_day, remind_minutes, remind_at, repeat_every, repeat_from,
            repeat_until, done_at, done_by_id, after_id, created_by_id, created_at, updated_at, deleted_at)";
        self.0.insert_rows(into, vec![values(task)], "").await
    }

    /// Writes a changed task, if it is still as it was `read`; `false` when someone was faster, be it who reminded of it. Its lead and who made
    /// it stay.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change(&mut self, task: &Task, read: &Task) -> Result<bool> {
        let sql = Sql::new(
            "update task set version = $1, title = $2, note = $3, assignee_id = $4, due_at = $5, is_all_day = $6, remind_minutes = $7,
             remind_at = $8, repeat_every = $9, repeat_from = $10, repeat_until = $11, done_at = $12, done_by_id = $13, updated_at = $14,
             deleted_at = $15 where id = $16 and version = $17 and coalesce(remind_at, -1) = $18",
        );
        let sql = sql.bind(task.version).bind(&task.title).bind(&task.note).bind(task.assignee);
        let sql = sql.bind(task.due.map(|due| due.at)).bind(is_all_day(task)).bind(task.remind).bind(task.remind_at);
        let sql = sql.bind(every(task)).bind(task.repeat.map(|repeat| repeat.from)).bind(task.repeat.and_then(|repeat| repeat.until));
        let sql = sql.bind(task.done.map(|done| done.at)).bind(task.done.map(|done| done.by)).bind(task.updated_at);
        let sql = sql.bind(task.deleted_at).bind(task.id).bind(read.version).bind(read.remind_at.map_or(-1, |at| at.0));
        Ok(self.0.run(sql).await? > 0)
    }

    /// Open tasks of which somebody has to be reminded by now, the longest waiting first.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn list_reminders(&mut self, now: Timestamp, limit: i64) -> Result<Vec<Task>> {
        let sql =
            Sql::new(format!("select {COLUMNS} from task k where k.remind_at is not null and k.remind_at <= $1 order by k.remind_at, k.id limit $2"));
        self.0.rows(sql.bind(now).bind(limit)).await?.iter().map(to_task).collect()
    }

    /// Takes the reminder of a task, so that nobody else does it; `false` when it was taken or moved meanwhile. Its version stays.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn take_reminder(&mut self, id: TaskId, at: Timestamp) -> Result<bool> {
        let sql = Sql::new("update task set remind_at = null where id = $1 and remind_at = $2");
        Ok(self.0.run(sql.bind(id).bind(at)).await? > 0)
    }
}

/// Appends ` from … where …`: tasks in a state that are for these eyes. Those of a lead are for who sees it.
fn push_visible(sql: &mut Sql, engine: Engine, of: TasksOf<'_>, state: &str) {
    sql.push(" from task k left join lead l on l.id = k.lead_id left join account a on a.id = l.account_id where ").push(state);
    sql.push(" and k.deleted_at is null");
    if let Some(assignee) = of.assignee {
        sql.push(" and k.assignee_id = ").push_bind(assignee);
    }
    sql.push(" and ((k.lead_id is null and (k.assignee_id = ").push_bind(of.viewer);
    sql.push(" or k.created_by_id = ").push_bind(of.viewer).push(")) or (l.id is not null and l.deleted_at is null");
    push_scope(sql, engine, of.scope);
    sql.push("))");
}

fn is_all_day(task: &Task) -> bool {
    task.due.is_some_and(|due| due.all_day)
}

fn every(task: &Task) -> Option<String> {
    task.repeat.map(|repeat| repeat.every.key().to_owned())
}

fn values(task: &Task) -> Vec<Value> {
    vec![
        task.id.into(),
        task.version.into(),
        task.lead.into(),
        (&task.title).into(),
        (&task.note).into(),
        task.assignee.into(),
        task.due.map(|due| due.at).into(),
        is_all_day(task).into(),
        task.remind.into(),
        task.remind_at.into(),
        every(task).into(),
        task.repeat.map(|repeat| repeat.from).into(),
        task.repeat.and_then(|repeat| repeat.until).into(),
        task.done.map(|done| done.at).into(),
        task.done.map(|done| done.by).into(),
        task.after.into(),
        task.created_by.into(),
        task.created_at.into(),
        task.updated_at.into(),
        task.deleted_at.into(),
    ]
}

fn to_task(row: &Row) -> Result<Task> {
    let id = row.int("id")?;
    let is_all_day = row.flag("is_all_day")?;
    let broken = |column: &'static str| StoreError::Inconsistent { table: "task", column, id };
    let repeat = match row.opt_text("repeat_every")? {
        None => None,
        Some(key) => {
            let every = Every::from_key(&key).ok_or_else(|| broken("repeat_every"))?;
            let from = row.opt_time("repeat_from")?.ok_or_else(|| broken("repeat_from"))?;
            Some(Repeat { every, from, until: row.opt_time("repeat_until")? })
        }
    };
    let done = match (row.opt_time("done_at")?, row.opt_int("done_by_id")?) {
        (Some(at), Some(by)) => Some(TaskDone { at, by: UserId(by) }),
        _ => None,
    };
    Ok(Task {
        id: TaskId(id),
        version: row.int("version")?,
        lead: row.opt_int("lead_id")?.map(LeadId),
        title: row.text("title")?,
        note: row.text("note")?,
        assignee: UserId(row.int("assignee_id")?),
        due: row.opt_time("due_at")?.map(|at| Due { at, all_day: is_all_day }),
        remind: row.opt_int("remind_minutes")?,
        remind_at: row.opt_time("remind_at")?,
        repeat,
        done,
        after: row.opt_int("after_id")?.map(TaskId),
        created_by: UserId(row.int("created_by_id")?),
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
        deleted_at: row.opt_time("deleted_at")?,
    })
}

fn to_task_row(row: &Row) -> Result<TaskRow> {
    let account = match (row.opt_int("account_id")?, row.opt_text("account_name")?) {
        (Some(id), Some(name)) => Some(Named { id: AccountId(id), name }),
        _ => None,
    };
    Ok(TaskRow { task: to_task(row)?, lead_name: row.opt_text("full_name")?.unwrap_or_default(), account })
}
