-- Mails that came in, by the command line or from a mailbox, each with what became of it.
create table mail_in (
  id integer not null primary key,
  -- What tells one that came before: its Message-ID, or the digest of its bytes where it has none.
  key text not null unique,
  state text not null check (state in ('lead', 'joined', 'ignored', 'refused')),
  -- The lead that it made or joined.
  lead_id integer,
  -- Who wrote it, where its address is a person's here.
  sender_user integer references app_user (id),
  sender_name text not null,
  sender text not null,
  subject text not null,
  -- Why it made no lead.
  why text not null,
  attachments integer not null,
  -- Of the original, in bytes.
  size integer not null,
  received_at integer not null,
  -- Whole, in Base64; empty for one that is too large to be kept.
  original text not null
);
create index mail_in_lead on mail_in (lead_id);

-- The mailbox that is read, once one was: a single row.
create table mail_in_box (
  id integer not null primary key check (id = 1),
  -- Grows whenever a server takes its turn to read it, so that nobody who had an earlier one speaks for it.
  claim integer not null,
  -- When it is to be read next; while it is read: when whoever reads it should long be done.
  next_at integer not null,
  -- When it was last read to its end.
  read_at integer,
  -- How often in a row reading it failed, and why it did the last time.
  failures integer not null,
  trouble text not null
);

-- A reply names the mail that it answers.
create index outbox_message on outbox (message_id);
