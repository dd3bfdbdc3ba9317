-- What the HTTP API keeps: when a token was last used, and what came with an idempotency key, so that it is done once.
alter table api_token add column last_used_at bigint;

create table once_key (
  key text not null primary key,
  digest text not null,
  -- What was made: the number of a record, or of an event.
  made_id bigint not null,
  at bigint not null
);
create index once_key_at on once_key (at);
