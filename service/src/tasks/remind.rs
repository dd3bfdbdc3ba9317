//! Reminding people of their tasks: once for each, by whichever server comes first.

use domain::{Lead, NoticeKind, Task, may_see_task};
use store::Tx;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::notices;

/// Tasks of one transaction: others wait for it on SQLite, so it is short.
const BATCH: i64 = 100;

/// Reminds the assignees of tasks whose moment has come; `false` when there are none. For the program itself. Two that do it at once
/// remind nobody twice: each reminder is taken.
///
/// # Errors
/// What the store reports; whoever was not reminded yet is the next time.
pub async fn work(ctx: &Ctx) -> Result<bool> {
    let due = ctx.store.ask().await?.tasks().list_reminders(ctx.now(), BATCH).await?;
    if due.is_empty() {
        return Ok(false);
    }
    let mut tx = ctx.store.begin().await?;
    for task in due {
        let Some(at) = task.remind_at else { continue };
        if !tx.tasks().take_reminder(task.id, at).await? {
            continue;
        }
        // It may have got into other hands since it was listed; from here on it is held.
        if let Some(task) = tx.tasks().find(task.id).await?.filter(Task::is_open) {
            remind(ctx, &mut tx, &task).await?;
        }
    }
    tx.save().await?;
    Ok(true)
}

/// Who does not see the task any more hears nothing of it.
async fn remind(ctx: &Ctx, tx: &mut Tx, task: &Task) -> Result<()> {
    let lead: Option<Lead> = match task.lead {
        Some(id) => tx.leads().find_many(&[id]).await?.pop().filter(|lead| lead.deleted_at.is_none()),
        None => None,
    };
    let assignee = tx.people().load_actor(task.assignee).await?;
    if assignee.is_some_and(|assignee| may_see_task(&assignee, task, lead.as_ref())) {
        notices::tell_of_task(ctx, tx, NoticeKind::TaskReminder, task, lead.as_ref()).await?;
    }
    Ok(())
}
