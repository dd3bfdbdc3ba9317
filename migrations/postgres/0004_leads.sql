-- Leads and opportunities.
create table lead (
  id bigint not null primary key,
  version bigint not null,
  full_name text not null,
  name_folded text collate "C" not null,
  account_id bigint not null references account (id),
  contact_id bigint not null references contact (id),
  contact_email text not null,
  contact_phone text not null,
  -- What lists show: the chosen or preferred ones.
  shown_email text not null,
  shown_phone text not null,
  lead_type_id bigint not null references lead_type (id),
  status_id bigint not null references lead_status (id),
  status_since bigint not null,
  reopen_status_id bigint references lead_status (id),
  state text not null check (state in ('pending', 'in_progress', 'won', 'lost', 'cancelled')),
  closed_at bigint,
  lost_reason_id bigint references choice (id),
  category_id bigint references choice (id),
  source_id bigint references choice (id),
  partner_id bigint references choice (id),
  location_id bigint references choice (id),
  priority_id bigint references choice (id),
  importance_id bigint references choice (id),
  owner_id bigint references app_user (id),
  group_id bigint references user_group (id),
  distributor_id bigint references account (id),
  probability bigint,
  target_amount_minor bigint not null,
  currency text not null,
  score bigint not null,
  expected_at bigint,
  street text not null,
  city text not null,
  postcode text not null,
  region text not null,
  country text not null,
  message text not null,
  extra text not null,
  import_id bigint,
  import_key text,
  created_by_id bigint references app_user (id),
  created_at bigint not null,
  updated_at bigint not null,
  deleted_at bigint,
  check (lost_reason_id is null or state = 'lost'),
  check ((closed_at is null) = (state in ('pending', 'in_progress')))
);
-- One index per filter and per sort, over living leads only; the list query drives by exactly one of them.
create index lead_number on lead (id) where deleted_at is null;
create index lead_updated on lead (updated_at, id) where deleted_at is null;
create index lead_score on lead (score, id) where deleted_at is null;
create index lead_amount on lead (target_amount_minor, id) where deleted_at is null;
create index lead_name on lead (name_folded, id) where deleted_at is null;
create index lead_created on lead (created_at, id) where deleted_at is null;
create index lead_owner on lead (owner_id, id) where deleted_at is null;
create index lead_group on lead (group_id, id) where deleted_at is null;
create index lead_unclaimed on lead (id) where deleted_at is null and owner_id is null and group_id is null;
create index lead_distributor on lead (distributor_id, id) where deleted_at is null and distributor_id is not null;
create index lead_created_by on lead (created_by_id, id) where deleted_at is null and created_by_id is not null;
create index lead_status_filter on lead (status_id, id) where deleted_at is null;
create index lead_type_filter on lead (lead_type_id, id) where deleted_at is null;
create index lead_source_filter on lead (source_id, id) where deleted_at is null;
create index lead_category_filter on lead (category_id, id) where deleted_at is null;
create index lead_deleted on lead (id) where deleted_at is not null;
create index lead_account on lead (account_id, id);
create index lead_contact on lead (contact_id, id);
create index lead_import on lead (import_id, id) where import_id is not null;
create unique index lead_import_key on lead (import_key) where import_key is not null;

create table lead_offering (
  lead_id bigint not null references lead (id),
  offering_id bigint not null references choice (id),
  primary key (lead_id, offering_id)
);
create index lead_offering_offering on lead_offering (offering_id, lead_id);

create table lead_team (
  lead_id bigint not null references lead (id),
  user_id bigint not null references app_user (id),
  primary key (lead_id, user_id)
);
create index lead_team_user on lead_team (user_id, lead_id);

create table opportunity (
  id bigint not null primary key,
  version bigint not null,
  lead_id bigint not null references lead (id),
  account_id bigint not null references account (id),
  name text not null,
  stage_id bigint not null references choice (id),
  amount_minor bigint,
  currency text not null,
  probability bigint,
  close_at bigint,
  follow_up_at bigint,
  created_at bigint not null,
  updated_at bigint not null
);
create index opportunity_lead on opportunity (lead_id);
create index opportunity_account on opportunity (account_id);
