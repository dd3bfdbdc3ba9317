-- Plans that send the persons of leads a series of messages. See docs/nurture.md.
create table nurture_plan (
  id integer not null primary key,
  name text not null,
  removed_at integer
);

create table nurture_step (
  plan_id integer not null references nurture_plan (id),
  -- From 0.
  position integer not null,
  after_days integer not null,
  template_id integer not null references message_template (id),
  primary key (plan_id, position)
);

-- The person of a lead on a plan.
create table nurture (
  id integer not null primary key,
  lead_id integer not null references lead (id),
  plan_id integer not null references nurture_plan (id),
  state text not null check (state in ('running', 'paused', 'stopped', 'finished')),
  -- Which step comes next, from 0, and when; null unless it runs.
  step integer not null,
  next_at integer,
  last_at integer,
  started_by_id integer not null references app_user (id),
  started_at integer not null,
  ended_at integer
);
create index nurture_lead on nurture (lead_id, id);
create unique index nurture_present on nurture (lead_id) where ended_at is null;
create index nurture_due on nurture (next_at, id) where next_at is not null;
