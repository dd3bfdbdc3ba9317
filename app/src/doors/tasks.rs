//! Forms of tasks. That which adds one to a lead stands with the lead's.

use domain::{FormValues, LeadId, TaskId};
use service::once::Once;
use service::{Ctx, ServiceError, tasks};

use super::{Fine, fine, number_in, ours};

pub async fn task(ctx: &Ctx, parts: &[&str], values: &FormValues, once: Option<&Once>) -> Result<Fine, ServiceError> {
    // Where it was sent from, else the lead that it is about.
    let at = |lead: Option<LeadId>| {
        let of_lead = || lead.map_or_else(|| crate::routes::TASKS.to_owned(), |lead| crate::routes::lead(lead, ""));
        ours(values.get("back")).map_or_else(of_lead, str::to_owned)
    };
    let [number, what @ ..] = parts else {
        tasks::add_once(ctx, None, values, once).await?;
        return fine(at(None), "Task added");
    };
    let id = TaskId(number_in(number)?);
    match what {
        [] => {
            let task = tasks::change(ctx, id, values).await?;
            fine(at(task.lead), "Task saved")
        }
        ["done"] => {
            let done = tasks::complete(ctx, id).await?;
            let catalog = ctx.catalog().await?;
            let again = done.next.map_or_else(String::new, |next| format!("; next on {}", next.words(&catalog.site.zone)));
            fine(at(done.lead), format!("Task finished{again}"))
        }
        ["reopen"] => {
            let task = tasks::reopen(ctx, id).await?;
            fine(at(task.lead), "Task reopened")
        }
        ["remove"] => {
            let task = tasks::remove(ctx, id).await?;
            fine(at(task.lead), "Task removed")
        }
        ["restore"] => {
            let task = tasks::restore(ctx, id).await?;
            fine(at(task.lead), "Task is back")
        }
        _ => Err(ServiceError::NotFound),
    }
}
