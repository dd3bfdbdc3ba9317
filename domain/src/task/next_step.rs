//! What comes next for a lead: its nearest task, or the follow-up of its deal. An open lead without one is flagged.

use serde::{Deserialize, Serialize};

use super::{Due, Task};
use crate::{Opportunity, SiteZone, TaskId, Timestamp};

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextStep {
    pub title: String,
    pub due: Option<Due>,
    /// The task; `None` for the follow-up of a deal.
    pub task: Option<TaskId>,
}

/// The nearest of a lead's open tasks and of the follow-ups to come; what has no day comes last. A follow-up that is over is none.
#[must_use]
pub fn next_step(tasks: &[Task], opportunities: &[Opportunity], now: Timestamp, zone: &SiteZone) -> Option<NextStep> {
    let open = tasks.iter().filter(|task| task.is_open());
    let tasks = open.map(|task| NextStep { title: task.title.clone(), due: task.due, task: Some(task.id) });
    let deadlines = opportunities.iter().filter_map(|opportunity| opportunity.follow_up_at).map(|at| Due::of_deadline(at, zone));
    let deadlines = deadlines.filter(|due| due.at >= now).map(|due| NextStep { title: "Follow up".to_owned(), due: Some(due), task: None });
    // Of two at the same moment the task comes first.
    tasks.chain(deadlines).min_by_key(|step| step.due.map_or(i64::MAX, |due| due.at.0))
}
