-- What somebody has to do, for a lead or for themselves.
create table task (
  id bigint not null primary key,
  version bigint not null,
  lead_id bigint references lead (id),
  title text not null,
  note text not null,
  assignee_id bigint not null references app_user (id),
  -- The moment; for a whole day its last one by the site's clocks.
  due_at bigint,
  is_all_day boolean not null,
  -- How many minutes before it is due, and when that is; without the moment nobody waits to be reminded.
  remind_minutes bigint,
  remind_at bigint,
  repeat_every text check (repeat_every in ('day', 'weekday', 'week', 'month', 'year')),
  -- Days, as their start in UTC.
  repeat_from bigint,
  repeat_until bigint,
  done_at bigint,
  done_by_id bigint references app_user (id),
  -- The task that made this one when it was done.
  after_id bigint,
  created_by_id bigint not null references app_user (id),
  created_at bigint not null,
  updated_at bigint not null,
  deleted_at bigint,
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
