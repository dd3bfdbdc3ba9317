-- Plans that send the persons of leads a series of messages. See docs/nurture.md.
create table nurture_plan (
  id bigint not null primary key,
  name text not null,
  removed_at bigint
);

create table nurture_step (
  plan_id bigint not null references nurture_plan (id),
  -- From 0.
  position bigint not null,
  after_days bigint not null,
  template_id bigint not null references message_template (id),
  primary key (plan_id, position)
);

-- The person of a lead on a plan.
create table nurture (
  id bigint not null primary key,
  lead_id bigint not null references lead (id),
  plan_id bigint not null references nurture_plan (id),
  state text not null check (state in ('running', 'paused', 'stopped', 'finished')),
  -- Which step comes next, from 0, and when; null unless it runs.
  step bigint not null,
  next_at bigint,
  last_at bigint,
  started_by_id bigint not null references app_user (id),
  started_at bigint not null,
  ended_at bigint
);
create index nurture_lead on nurture (lead_id, id);
create unique index nurture_present on nurture (lead_id) where ended_at is null;
create index nurture_due on nurture (next_at, id) where next_at is not null;
