-- Other systems that hear what happens here, and the messages to them.
create table webhook (
  id bigint not null primary key,
  url text not null,
  -- Kinds of messages, separated by commas; empty for all.
  kinds text not null,
  -- Signs the messages, so it is kept as it is.
  secret text not null,
  is_on boolean not null,
  created_by_id bigint not null references app_user (id),
  created_at bigint not null,
  deleted_at bigint,
  -- It hears of later events only.
  after_event bigint not null
);

-- One row: up to which event messages were made.
create table webhook_position (
  id bigint not null primary key,
  event_id bigint not null
);
insert into webhook_position (id, event_id) values (1, 0);

create table webhook_delivery (
  id bigint not null primary key,
  webhook_id bigint not null references webhook (id),
  event_id bigint not null,
  kind text not null,
  body text not null,
  state text not null check (state in ('waiting', 'delivered', 'failed')),
  attempts bigint not null,
  created_at bigint not null,
  -- A message that nobody takes is given up then.
  give_up_at bigint not null,
  next_at bigint not null,
  last_at bigint,
  answer_status bigint,
  answer text not null
);
create index webhook_delivery_due on webhook_delivery (webhook_id, state, next_at);
create index webhook_delivery_created on webhook_delivery (created_at);
create index webhook_delivery_webhook on webhook_delivery (webhook_id, id);
