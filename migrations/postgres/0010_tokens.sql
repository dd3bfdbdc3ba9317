-- What other programs sign in with. Only the SHA-256 of a token is kept.
create table api_token (
  id bigint not null primary key,
  token_hash text not null unique,
  user_id bigint not null references app_user (id),
  name text not null,
  scope text not null check (scope in ('read', 'write', 'events', 'admin')),
  created_at bigint not null,
  expires_at bigint,
  revoked_at bigint
);
create index api_token_user on api_token (user_id);
