-- Mails that came in, by the command line or from a mailbox, each with what became of it.
create table mail_in (
  id bigint not null primary key,
  -- What tells one that came before: its Message-ID, or the digest of its bytes where it has none.
  key text not null unique,
  state text not null check (state in ('lead', 'joined', 'ignored', 'refused')),
  -- The lead that it made or joined.
  lead_id bigint,
  -- Who wrote it, where its address is a person's here.
  sender_user bigint references app_user (id),
  sender_name text not null,
  sender text not null,
  subject text not null,
  -- Why it made no lead.
  why text not null,
  attachments bigint not null,
  -- Of the original, in bytes.
  size bigint not null,
  received_at bigint not null,
  -- Whole, in Base64; empty for one that is too large to be kept.
  original text not null
);
create index mail_in_lead on mail_in (lead_id);

-- A reply names the mail that it answers.
create index outbox_message on outbox (message_id);
