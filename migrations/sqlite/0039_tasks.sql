-- What somebody has to do, for a lead or for themselves.
create table task (
  id integer not null primary key,
  version integer not null,
  lead_id integer references lead (id),
  title text not null,
  note text not null,
  assignee_id integer not null references app_user (id),
  -- The moment; for a whole day its last one by the site's clocks.
  due_at integer,
  is_all_day boolean not null,
  -- How many minutes before it is due, and when that is; without the moment nobody waits to be reminded.
  remind_minutes integer,
  remind_at integer,
  repeat_every text check (repeat_every in ('day', 'weekday', 'week', 'month', 'year')),
  -- Days, as their start in UTC.
  repeat_from integer,
  repeat_until integer,
  done_at integer,
  done_by_id integer references app_user (id),
  -- The task that made this one when it was done.
  after_id integer,
  created_by_id integer not null references app_user (id),
  created_at integer not null,
  updated_at integer not null,
  deleted_at integer,
  check ((done_at is null) = (done_by_id is null)),
  check ((repeat_every is null) = (repeat_from is null))
);
create index task_open_of_person on task (assignee_id, due_at, id) where done_at is null and deleted_at is null;
create index task_open on task (due_at, id) where done_at is null and deleted_at is null;
create index task_done_of_person on task (assignee_id, done_at, id) where done_at is not null and deleted_at is null;
create index task_done on task (done_at, id) where done_at is not null and deleted_at is null;
create index task_lead on task (lead_id, id) where lead_id is not null;
create index task_after on task (after_id) where after_id is not null;
create index task_remind_at on task (remind_at, id) where remind_at is not null;
