-- Trial runs of the rules of routing: a change that is not in force yet, tried on leads that were routed before.
create table rule_trial (
  id bigint not null primary key,
  user_id bigint not null references app_user (id),
  -- The form that would save the change, its fields, and what it would change. Null: the rules are tried as they are.
  address text,
  fields text,
  words text,
  -- The version of the book that it was begun with.
  rules_version bigint not null,
  -- The rule that the change puts into the book; without a body it takes it out.
  rule_kind text check (rule_kind in ('coverage', 'territory', 'specialist', 'nomination', 'settings')),
  rule_number bigint,
  rule_body text,
  state text not null check (state in ('running', 'stopped', 'done')),
  total bigint not null,
  -- Leads that were tried; those up to this number are done, and those up to the last are to come.
  done bigint not null,
  after_lead bigint not null,
  last_lead bigint not null,
  -- What was found so far, and the house as these leads leave it, as JSON.
  found text not null,
  houses text not null,
  started_at bigint not null,
  ended_at bigint
);
create index rule_trial_at_work on rule_trial (id) where state = 'running';
