-- Open tasks as they are listed: by when they are due, those without a day behind all others.
drop index task_open_of_person;
drop index task_open;
create index task_open_of_person on task (assignee_id, coalesce(due_at, 9223372036854775807), id) where done_at is null and deleted_at is null;
create index task_open on task (coalesce(due_at, 9223372036854775807), id) where done_at is null and deleted_at is null;
