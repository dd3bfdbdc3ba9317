-- Leads handed to distributors; the newest of a lead counts.
create table delegation (
  lead_id bigint not null references lead (id),
  -- From 1 for each lead.
  number bigint not null,
  distributor_id bigint not null references account (id),
  -- The territory in which the lead was, by its number among the rules.
  territory bigint,
  -- As 2026-Q4.
  quarter text not null,
  note text not null,
  delegated_by_id bigint not null references app_user (id),
  delegated_at bigint not null,
  state text not null check (state in ('waiting', 'accepted', 'declined', 'taken_back')),
  answered_by_id bigint references app_user (id),
  answered_at bigint,
  -- Why it was declined.
  reason text not null,
  primary key (lead_id, number)
);
create index delegation_quarter on delegation (quarter, territory);
create index delegation_distributor on delegation (distributor_id);

-- Distributors that answer from a central call centre.
create table call_centre (
  account_id bigint not null primary key references account (id),
  marked_by_id bigint not null references app_user (id),
  marked_at bigint not null
);

-- Of which territories and quarters a manager was reminded to name the distributor.
create table nomination_reminder (
  territory bigint not null,
  quarter text not null,
  reminded_at bigint not null,
  primary key (territory, quarter)
);
