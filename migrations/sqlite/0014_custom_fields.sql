-- Fields that an administrator adds to leads, and their values.
create table custom_field (
  id integer not null primary key,
  name text not null,
  name_folded text not null,
  lead_type_id integer references lead_type (id),
  kind text not null check (kind in ('text', 'number', 'money', 'date', 'choice', 'yes_no', 'link')),
  -- What may be chosen, as a JSON list.
  options text not null,
  required boolean not null,
  default_value text not null,
  position integer not null,
  retired_at integer
);
create unique index custom_field_name on custom_field (name_folded);

-- measure: numbers in ten-thousandths, days in milliseconds.
create table lead_custom (
  lead_id integer not null references lead (id),
  field_id integer not null references custom_field (id),
  value text not null,
  folded text not null,
  measure integer,
  primary key (lead_id, field_id)
);
create index lead_custom_value on lead_custom (field_id, folded, lead_id);
create index lead_custom_measure on lead_custom (field_id, measure, lead_id) where measure is not null;
