-- Mails, written in the transaction of the change that they tell of; one for each person who gets it.
create table outbox (
  id bigint not null primary key,
  -- The same whenever it is sent, so that a mail program knows one that came twice.
  message_id text not null,
  lead_id bigint,
  -- Null for an address that is nobody's here.
  user_id bigint references app_user (id),
  recipient_name text not null,
  recipient text not null,
  -- Whom its head names, as JSON.
  addressees text not null,
  subject text not null,
  body text not null,
  state text not null check (state in ('waiting', 'sending', 'sent', 'failed', 'unknown')),
  tries bigint not null,
  -- Grows whenever somebody takes it to send it, so that nobody who took it earlier speaks for it.
  claim bigint not null,
  created_at bigint not null,
  -- While it waits: when it is due. While it is sent: when whoever sends it should long be done.
  next_at bigint not null,
  last_at bigint,
  answer text not null
);
create index outbox_due on outbox (state, next_at);
create index outbox_created on outbox (created_at);

-- The words of notices that an administrator changed.
create table notice_wording (
  kind text not null primary key,
  subject text not null,
  body text not null
);

alter table app_user add column gets_notices boolean not null default true;
