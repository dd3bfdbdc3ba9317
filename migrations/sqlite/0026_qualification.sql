-- What contacts did, as other systems tell. Kinds and their weights are in the setting `weighing`.
create table contact_event (
  id integer not null primary key,
  -- Whose token sent it, and the sender's own id of it.
  sender_id integer not null references app_user (id),
  sender_key text not null,
  contact_id integer not null references contact (id),
  kind text not null,
  at integer not null,
  received_at integer not null,
  detail text not null,
  company text not null,
  -- What was found of the company, as JSON.
  finding text not null
);
create unique index contact_event_sender on contact_event (sender_id, sender_key);
create index contact_event_contact on contact_event (contact_id, at, id);

-- What the events of a contact add up to, as a number that does not fade: see docs/qualification.md.
create table contact_confidence (
  contact_id integer not null primary key references contact (id),
  score_rank integer,
  -- The same of events after the last lead.
  fresh_rank integer,
  -- The last event that went into a lead; 0 while there was none.
  counted_to integer not null
);
create index contact_confidence_rank on contact_confidence (score_rank, contact_id);

create table threshold (
  id integer not null primary key,
  points integer not null,
  -- A day, as its start in UTC.
  from_day integer not null,
  note text not null,
  proposed_by_id integer not null references app_user (id),
  proposed_at integer not null,
  state text not null check (state in ('proposed', 'agreed', 'declined', 'withdrawn')),
  closed_at integer
);

create table threshold_answer (
  threshold_id integer not null references threshold (id),
  user_id integer not null references app_user (id),
  position integer not null,
  accepts boolean not null,
  reason text not null,
  -- Null until they answer.
  at integer,
  primary key (threshold_id, user_id)
);

-- Leads that contacts became: by a version of the threshold, or because a person took them before.
create table qualification (
  lead_id integer not null primary key references lead (id),
  contact_id integer not null references contact (id),
  threshold_id integer references threshold (id),
  pulled_by_id integer references app_user (id),
  points integer not null,
  at integer not null
);
create index qualification_contact on qualification (contact_id, lead_id);
