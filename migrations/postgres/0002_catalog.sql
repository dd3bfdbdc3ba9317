-- What an administrator configures: lists, lead types, pipelines.
create table choice (
  id bigint not null primary key,
  list text not null check (list in ('source', 'category', 'offering', 'lost_reason', 'priority', 'importance', 'stage', 'partner', 'location')),
  name text not null,
  name_folded text collate "C" not null,
  position bigint not null,
  is_default boolean not null,
  retired_at bigint
);
create unique index choice_name on choice (list, name_folded);

create table lead_type (
  id bigint not null primary key,
  name text not null,
  name_folded text collate "C" not null,
  position bigint not null,
  default_category_id bigint references choice (id),
  default_priority_id bigint references choice (id),
  default_importance_id bigint references choice (id),
  default_probability bigint,
  retired_at bigint
);
create unique index lead_type_name on lead_type (name_folded);

create table lead_status (
  id bigint not null primary key,
  lead_type_id bigint not null references lead_type (id),
  name text not null,
  name_folded text collate "C" not null,
  state text not null check (state in ('pending', 'in_progress', 'won', 'lost', 'cancelled')),
  position bigint not null,
  tone text not null,
  due_days bigint,
  is_default boolean not null,
  retired_at bigint
);
create unique index lead_status_name on lead_status (lead_type_id, name_folded);

-- Moves allowed by a plain edit; a status without any may move to each other status of its state.
create table lead_status_move (
  from_id bigint not null references lead_status (id),
  to_id bigint not null references lead_status (id),
  primary key (from_id, to_id)
);
