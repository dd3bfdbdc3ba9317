-- Everything that happened. Ids grow in commit order, so they are positions in the live stream.
create table event (
  id integer not null primary key,
  at integer not null,
  actor_id integer,
  subject text not null check (subject in ('lead', 'account', 'contact', 'opportunity', 'catalog')),
  subject_id integer not null,
  lead_id integer,
  version integer not null,
  kind text not null,
  detail text not null,
  audience_before text,
  audience_after text
);
create index event_lead on event (lead_id, id) where lead_id is not null;
create index event_subject on event (subject, subject_id, id);
