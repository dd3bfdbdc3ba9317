-- Fields that an administrator adds to leads, and their values.
create table custom_field (
  id bigint not null primary key,
  name text not null,
  name_folded text collate "C" not null,
  lead_type_id bigint references lead_type (id),
  kind text not null check (kind in ('text', 'number', 'money', 'date', 'choice', 'yes_no', 'link')),
  -- What may be chosen, as a JSON list.
  options text not null,
  required boolean not null,
  default_value text not null,
  position bigint not null,
  retired_at bigint
);
create unique index custom_field_name on custom_field (name_folded);

-- measure: numbers in ten-thousandths, days in milliseconds.
create table lead_custom (
  lead_id bigint not null references lead (id),
  field_id bigint not null references custom_field (id),
  value text not null,
  folded text collate "C" not null,
  measure bigint,
  primary key (lead_id, field_id)
);
create index lead_custom_value on lead_custom (field_id, folded, lead_id);
create index lead_custom_measure on lead_custom (field_id, measure, lead_id) where measure is not null;
