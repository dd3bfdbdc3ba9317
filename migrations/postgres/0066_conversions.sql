-- That leads became customers, what the wizard keeps, and how the site converts. See docs/conversion.md.
create table conversion (
  id bigint not null primary key,
  kind text not null check (kind in ('active_with_invoice', 'inactive_with_proforma', 'active')),
  lead_id bigint not null references lead (id),
  -- Null where taking it back removed them.
  customer_id bigint references customer (id),
  customer_name text not null,
  invoice_id bigint references invoice (id),
  invoice_name text not null,
  -- The services that it made, and what everything was before. As JSON.
  services text not null,
  traces text not null,
  made_by_id bigint not null references app_user (id),
  made_at bigint not null,
  undone_by_id bigint references app_user (id),
  undone_at bigint
);
-- A lead is converted once.
create unique index conversion_lead on conversion (lead_id) where undone_at is null;
create index conversion_lead_any on conversion (lead_id, id);
create index conversion_customer on conversion (customer_id, id);
create index conversion_invoice on conversion (invoice_id) where invoice_id is not null;

create table conversion_draft (
  lead_id bigint not null references lead (id),
  user_id bigint not null references app_user (id),
  version bigint not null,
  -- As JSON.
  content text not null,
  updated_at bigint not null,
  primary key (lead_id, user_id)
);

-- One row, or none while nobody said so.
create table conversion_setting (
  id bigint not null primary key check (id = 1),
  -- Kinds, separated by spaces.
  offered text not null,
  first_kind text not null check (first_kind in ('active_with_invoice', 'inactive_with_proforma', 'active')),
  -- Days.
  due_days bigint not null
);

-- The status that a converted lead comes to.
create table conversion_won (
  status_id bigint not null primary key references lead_status (id)
);

-- Leads are also converted many at once.
alter table bulk_run drop constraint bulk_run_kind_check;
alter table bulk_run add constraint bulk_run_kind_check check (kind in ('status', 'owner', 'group', 'add_tag', 'remove_tag', 'delete', 'convert'));
