-- The rules of routing. One that changes ends and begins anew, so that the book of every version can be read again.
create table routing_rule (
  kind text not null check (kind in ('coverage', 'territory', 'specialist', 'nomination', 'settings')),
  number bigint not null,
  since_version bigint not null,
  -- The version from which on it is no longer in the book.
  until_version bigint,
  -- As JSON.
  body text not null,
  primary key (kind, number, since_version)
);
create index routing_rule_now on routing_rule (kind, number) where until_version is null;

-- Whose turn it was last, in groups that take turns.
create table routing_turn (
  group_id bigint not null primary key references user_group (id),
  user_id bigint references app_user (id)
);

-- Who got a lead, and why; the newest counts.
create table routing_decision (
  lead_id bigint not null references lead (id),
  -- From 1 for each lead.
  number bigint not null,
  at bigint not null,
  rules_version bigint not null,
  -- What it was decided from, and what came of it, as JSON.
  inputs text not null,
  outcome text not null,
  primary key (lead_id, number)
);
