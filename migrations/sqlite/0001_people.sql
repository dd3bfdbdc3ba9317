-- People who sign in, their groups and their sessions.
create table app_user (
  id integer not null primary key,
  version integer not null,
  email text not null,
  email_folded text not null,
  name text not null,
  role text not null check (role in ('rep', 'intake', 'manager', 'distributor', 'administrator')),
  password_hash text not null,
  account_id integer,
  created_at integer not null,
  disabled_at integer
);
create unique index app_user_email on app_user (email_folded);

create table user_group (
  id integer not null primary key,
  name text not null,
  name_folded text not null,
  region text not null,
  manager_id integer references app_user (id),
  retired_at integer
);
create unique index user_group_name on user_group (name_folded);

create table user_group_member (
  group_id integer not null references user_group (id),
  user_id integer not null references app_user (id),
  primary key (group_id, user_id)
);
create index user_group_member_user on user_group_member (user_id);

-- The cookie holds a random token, this table only its SHA-256.
create table session (
  token_hash text not null primary key,
  user_id integer not null references app_user (id),
  created_at integer not null,
  seen_at integer not null
);
create index session_user_id on session (user_id);
create index session_seen on session (seen_at);

-- Numbers for records: each kind counts for itself.
create table counter (
  name text not null primary key,
  value integer not null
);

create table setting (
  key text not null primary key,
  value text not null
);
