-- What other programs sign in with. Only the SHA-256 of a token is kept.
create table api_token (
  id integer not null primary key,
  token_hash text not null unique,
  user_id integer not null references app_user (id),
  name text not null,
  scope text not null check (scope in ('read', 'write', 'events', 'admin')),
  created_at integer not null,
  expires_at integer,
  revoked_at integer
);
create index api_token_user on api_token (user_id);
