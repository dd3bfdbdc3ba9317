-- How people can be reached. Who never said anything has no row, and is available.
create table reachability (
  user_id bigint not null primary key references app_user (id),
  -- Grows with each change but of the availability, which is said in passing.
  version bigint not null,
  extension text,
  mobile text,
  mobile_e164 text,
  voicemail text,
  voicemail_e164 text,
  availability text not null check (availability in ('available', 'busy', 'away')),
  availability_since bigint,
  -- Days, as their start in UTC.
  absent_from bigint,
  absent_until bigint,
  deputy_id bigint references app_user (id)
);

-- Events may be about it. What else they may be about is said by `Subject` in domain/src/event.rs alone from here on.
alter table event drop constraint event_subject_check;
