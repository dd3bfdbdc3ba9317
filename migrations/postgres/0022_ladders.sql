-- Whom calls are put through to. A kind without a row has its standard ladder.
create table ladder (
  kind text not null primary key check (kind in ('transfer', 'urgent')),
  name text not null,
  -- As JSON, in their order.
  rungs text not null
);

-- Who holds a post in taking calls, in the order in which they are tried.
create table call_post (
  post text not null check (post in ('intake_owner', 'first_deputy', 'further_deputy')),
  user_id bigint not null references app_user (id),
  position bigint not null,
  primary key (post, user_id)
);
