-- Who has a copy of the note of every call: a person, or an address that is nobody's here.
create table call_copy (
  -- From 1, in the order in which they were named.
  position integer not null primary key,
  user_id integer references app_user (id),
  address text,
  check ((user_id is null) <> (address is null))
);

-- What a person is told in the application, written with the change that it tells of.
create table notice (
  id integer not null primary key,
  user_id integer not null references app_user (id),
  kind text not null,
  lead_id integer,
  -- What it says, in the words that held then, and where it leads.
  words text not null,
  path text not null,
  at integer not null,
  read_at integer
);
create index notice_of_user on notice (user_id, id);
create index notice_unread on notice (user_id) where read_at is null;
create index notice_read on notice (read_at) where read_at is not null;
