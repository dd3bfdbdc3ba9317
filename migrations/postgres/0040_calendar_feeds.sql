-- The private address at which a person's calendar reads their tasks. Only a digest of what is secret in it is kept.
create table calendar_feed (
  user_id bigint not null primary key references app_user (id),
  token_hash text not null,
  made_at bigint not null
);
create unique index calendar_feed_token on calendar_feed (token_hash);
