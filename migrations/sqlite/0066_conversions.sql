-- That leads became customers, what the wizard keeps, and how the site converts. See docs/conversion.md.
create table conversion (
  id integer not null primary key,
  kind text not null check (kind in ('active_with_invoice', 'inactive_with_proforma', 'active')),
  lead_id integer not null references lead (id),
  -- Null where taking it back removed them.
  customer_id integer references customer (id),
  customer_name text not null,
  invoice_id integer references invoice (id),
  invoice_name text not null,
  -- The services that it made, and what everything was before. As JSON.
  services text not null,
  traces text not null,
  made_by_id integer not null references app_user (id),
  made_at integer not null,
  undone_by_id integer references app_user (id),
  undone_at integer
);
-- A lead is converted once.
create unique index conversion_lead on conversion (lead_id) where undone_at is null;
create index conversion_lead_any on conversion (lead_id, id);
create index conversion_customer on conversion (customer_id, id);
create index conversion_invoice on conversion (invoice_id) where invoice_id is not null;

create table conversion_draft (
  lead_id integer not null references lead (id),
  user_id integer not null references app_user (id),
  version integer not null,
  -- As JSON.
  content text not null,
  updated_at integer not null,
  primary key (lead_id, user_id)
);

-- One row, or none while nobody said so.
create table conversion_setting (
  id integer not null primary key check (id = 1),
  -- Kinds, separated by spaces.
  offered text not null,
  first_kind text not null check (first_kind in ('active_with_invoice', 'inactive_with_proforma', 'active')),
  -- Days.
  due_days integer not null
);

-- The status that a converted lead comes to.
create table conversion_won (
  status_id integer not null primary key references lead_status (id)
);

-- Leads are also converted many at once.
create table bulk_run_next (
  id integer not null primary key,
  user_id integer not null references app_user (id),
  kind text not null check (kind in ('status', 'owner', 'group', 'add_tag', 'remove_tag', 'delete', 'convert')),
  value text not null,
  words text not null,
  query text not null,
  is_chosen boolean not null,
  -- What others do after this event is theirs: those leads are left alone.
  snapshot_event integer not null,
  -- The leads below this number are still to come.
  below_lead integer not null,
  state text not null check (state in ('running', 'stopped', 'done', 'undoing', 'undone')),
  total integer not null,
  changed integer not null,
  skipped integer not null,
  undone integer not null,
  kept integer not null,
  started_at integer not null,
  ended_at integer
);
insert into bulk_run_next select id, user_id, kind, value, words, query, is_chosen, snapshot_event, below_lead, state, total, changed, skipped, undone, kept,
  started_at, ended_at from bulk_run;
create table bulk_lead_next (
  run_id integer not null references bulk_run_next (id),
  lead_id integer not null,
  -- Before: the version that was read when it was chosen. After: the one that the run made.
  version integer not null,
  state text not null check (state in ('waiting', 'changed', 'skipped', 'undone', 'kept')),
  -- What it was before, as JSON.
  old text not null,
  reason text not null,
  primary key (run_id, lead_id)
);
insert into bulk_lead_next select run_id, lead_id, version, state, old, reason from bulk_lead;
drop table bulk_lead;
drop table bulk_run;
alter table bulk_run_next rename to bulk_run;
alter table bulk_lead_next rename to bulk_lead;
create index bulk_run_at_work on bulk_run (id) where state in ('running', 'undoing');
create index bulk_lead_state on bulk_lead (run_id, state, lead_id);
