-- Messages to the persons of leads, and who wants none. See docs/messages.md.
create table message_template (
  id integer not null primary key,
  name text not null,
  subject text not null,
  body text not null,
  removed_at integer
);

create table message (
  id integer not null primary key,
  lead_id integer not null references lead (id),
  -- Null for one that the program sent.
  by_id integer references app_user (id),
  template_id integer references message_template (id),
  recipient text not null,
  subject text not null,
  body text not null,
  -- By which a reply names it, and the outbox knows its mail.
  message_id text not null,
  at integer not null
);
create index message_lead on message (lead_id, id);
create unique index message_named on message (message_id);

-- Addresses, lower case, whose people want no messages.
create table unsubscribed (
  email text not null primary key,
  at integer not null
);

-- The private addresses at which one unsubscribes, by the digest of what is secret in them.
create table unsubscribe_link (
  token_hash text not null primary key,
  -- Lower case.
  email text not null,
  lead_id integer not null references lead (id)
);

-- Of messages, and null for all other mails: who writes, whose subscription it is by their address in lower case, and where that ends.
alter table outbox add column sender_name text;
alter table outbox add column subscriber text;
alter table outbox add column unsubscribe text;
