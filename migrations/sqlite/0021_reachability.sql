-- How people can be reached. Who never said anything has no row, and is available.
create table reachability (
  user_id integer not null primary key references app_user (id),
  -- Grows with each change but of the availability, which is said in passing.
  version integer not null,
  extension text,
  mobile text,
  mobile_e164 text,
  voicemail text,
  voicemail_e164 text,
  availability text not null check (availability in ('available', 'busy', 'away')),
  availability_since integer,
  -- Days, as their start in UTC.
  absent_from integer,
  absent_until integer,
  deputy_id integer references app_user (id)
);

-- Events may be about it. What else they may be about is said by `Subject` in domain/src/event.rs alone from here on: SQLite changes a
-- check only by making the table anew.
create table event_anew (
  id integer not null primary key,
  at integer not null,
  actor_id integer,
  subject text not null,
  subject_id integer not null,
  lead_id integer,
  version integer not null,
  kind text not null,
  detail text not null,
  audience_before text,
  audience_after text
);
insert into event_anew (id, at, actor_id, subject, subject_id, lead_id, version, kind, detail, audience_before, audience_after)
  select id, at, actor_id, subject, subject_id, lead_id, version, kind, detail, audience_before, audience_after from event;
drop table event;
alter table event_anew rename to event;
create index event_lead on event (lead_id, id) where lead_id is not null;
create index event_subject on event (subject, subject_id, id);
