-- Changes of many leads at once: each run, and what became of each of its leads.
create table bulk_run (
  id bigint not null primary key,
  user_id bigint not null references app_user (id),
  kind text not null check (kind in ('status', 'owner', 'group', 'add_tag', 'remove_tag', 'delete')),
  value text not null,
  words text not null,
  query text not null,
  is_chosen boolean not null,
  -- What others do after this event is theirs: those leads are left alone.
  snapshot_event bigint not null,
  -- The leads below this number are still to come.
  below_lead bigint not null,
  state text not null check (state in ('running', 'stopped', 'done', 'undoing', 'undone')),
  total bigint not null,
  changed bigint not null,
  skipped bigint not null,
  undone bigint not null,
  kept bigint not null,
  started_at bigint not null,
  ended_at bigint
);
create index bulk_run_at_work on bulk_run (id) where state in ('running', 'undoing');

create table bulk_lead (
  run_id bigint not null references bulk_run (id),
  lead_id bigint not null,
  -- Before: the version that was read when it was chosen. After: the one that the run made.
  version bigint not null,
  state text not null check (state in ('waiting', 'changed', 'skipped', 'undone', 'kept')),
  -- What it was before, as JSON.
  old text not null,
  reason text not null,
  primary key (run_id, lead_id)
);
create index bulk_lead_state on bulk_lead (run_id, state, lead_id);
