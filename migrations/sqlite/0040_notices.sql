-- Who has a copy of the note of every call: a person, or an address that is nobody's here.
create table call_copy (
  -- From 1, in the order in which they were named.
  position integer not null primary key,
  user_id integer references app_user (id),
  address text,
  check ((user_id is null) <> (address is null))
);
