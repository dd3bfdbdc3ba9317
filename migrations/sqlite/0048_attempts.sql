-- Attempts to reach the person of a lead, see docs/attempts.md.
create table attempt (
  id integer not null primary key,
  lead_id integer not null references lead (id),
  by_id integer not null references app_user (id),
  channel text not null check (channel in ('call', 'email', 'social', 'visit')),
  outcome text not null check (outcome in ('reached', 'voicemail', 'no_answer', 'blocked', 'wrong_number', 'no_show')),
  -- When it was made, which may be before it was entered.
  at integer not null,
  entered_at integer not null,
  -- The number or address that was tried.
  target text not null,
  note text not null,
  -- What the message on the voicemail held: words, separated by commas.
  said text not null,
  call_back_at integer,
  -- The task that holds the promise to call back.
  task_id integer references task (id)
);
create index attempt_lead on attempt (lead_id, at, id);
create index attempt_person on attempt (by_id, at, lead_id);
create index attempt_task on attempt (task_id) where task_id is not null;

-- Texts of the playbook that an administrator changed.
create table playbook_text (
  name text not null primary key,
  body text not null
);
