-- Leads handed to distributors; the newest of a lead counts.
create table delegation (
  lead_id integer not null references lead (id),
  -- From 1 for each lead.
  number integer not null,
  distributor_id integer not null references account (id),
  -- The territory in which the lead was, by its number among the rules.
  territory integer,
  -- As 2026-Q4.
  quarter text not null,
  note text not null,
  delegated_by_id integer not null references app_user (id),
  delegated_at integer not null,
  state text not null check (state in ('waiting', 'accepted', 'declined', 'taken_back')),
  answered_by_id integer references app_user (id),
  answered_at integer,
  -- Why it was declined.
  reason text not null,
  primary key (lead_id, number)
);
create index delegation_quarter on delegation (quarter, territory);
create index delegation_distributor on delegation (distributor_id);

-- Distributors that answer from a central call centre.
create table call_centre (
  account_id integer not null primary key references account (id),
  marked_by_id integer not null references app_user (id),
  marked_at integer not null
);

-- Of which territories and quarters a manager was reminded to name the distributor.
create table nomination_reminder (
  territory integer not null,
  quarter text not null,
  reminded_at integer not null,
  primary key (territory, quarter)
);
