-- What was arranged with the person of a lead, and how the invite stands.
create table appointment (
  id integer not null primary key,
  version integer not null,
  lead_id integer not null references lead (id),
  kind text not null check (kind in ('virtual_meeting', 'web_demonstration', 'telephone')),
  starts_at integer not null,
  minutes integer not null,
  place text not null,
  -- What tells it from all others in every calendar, and which version of it those were told.
  uid text not null,
  sequence integer not null,
  invite text not null check (invite in ('none', 'sent', 'accepted', 'tentative', 'declined')),
  -- To whom the invite went; empty before it did.
  attendee_name text not null,
  attendee text not null,
  -- Null for one that came with a file and names nobody.
  organizer_id integer references app_user (id),
  -- Null for an invite that somebody else sent, and before it was.
  sent_at integer,
  answered_at integer,
  -- When it was cancelled, or gave way to the next.
  ended_at integer,
  created_by_id integer references app_user (id),
  created_at integer not null,
  updated_at integer not null
);
create unique index appointment_present on appointment (lead_id) where ended_at is null;
create unique index appointment_uid on appointment (uid);
create index appointment_of_organizer on appointment (organizer_id, starts_at) where ended_at is null;

-- The private addresses at which an invite is answered, by the digest of what is secret in them.
create table appointment_link (
  token_hash text not null primary key,
  appointment_id integer not null references appointment (id)
);

-- What a mail says to calendars, as iCalendar; most mails say nothing to them.
alter table outbox add column calendar text;
