-- Trial runs of the rules of routing: a change that is not in force yet, tried on leads that were routed before.
create table rule_trial (
  id integer not null primary key,
  user_id integer not null references app_user (id),
  -- The form that would save the change, its fields, and what it would change. Null: the rules are tried as they are.
  address text,
  fields text,
  words text,
  -- The version of the book that it was begun with.
  rules_version integer not null,
  -- The rule that the change puts into the book; without a body it takes it out.
  rule_kind text check (rule_kind in ('coverage', 'territory', 'specialist', 'nomination', 'settings')),
  rule_number integer,
  rule_body text,
  state text not null check (state in ('running', 'stopped', 'done')),
  total integer not null,
  -- Leads that were tried; those up to this number are done, and those up to the last are to come.
  done integer not null,
  after_lead integer not null,
  last_lead integer not null,
  -- What was found so far, and the house as these leads leave it, as JSON.
  found text not null,
  houses text not null,
  started_at integer not null,
  ended_at integer
);
create index rule_trial_at_work on rule_trial (id) where state = 'running';
