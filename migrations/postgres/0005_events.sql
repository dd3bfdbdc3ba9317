-- Everything that happened. Ids grow in commit order, so they are positions in the live stream.
create table event (
  id bigint not null primary key,
  at bigint not null,
  actor_id bigint,
  subject text not null check (subject in ('lead', 'account', 'contact', 'opportunity', 'catalog')),
  subject_id bigint not null,
  lead_id bigint,
  version bigint not null,
  kind text not null,
  detail text not null,
  audience_before text,
  audience_after text
);
create index event_lead on event (lead_id, id) where lead_id is not null;
create index event_subject on event (subject, subject_id, id);
