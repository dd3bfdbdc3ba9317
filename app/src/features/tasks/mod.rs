//! What somebody has to do: `/tasks`, and the parts of it that a lead's page shows too.

mod calendar_page;
mod server_fns;
mod task_due;
mod task_fields;
mod task_item;
mod tasks_page;

pub use calendar_page::CalendarPage;
pub use task_due::TaskDue;
pub use task_fields::{NewTask, people_for, people_where};
pub use task_item::{Step, TaskItem};
pub use tasks_page::{TasksPage, follow};
