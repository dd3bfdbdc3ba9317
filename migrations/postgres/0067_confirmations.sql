-- The mail that confirms a registration. See docs/registration.md.

-- One row, or none while nobody changed it.
create table confirmation_setting (
  id bigint not null primary key check (id = 1),
  sends boolean not null,
  subject text not null,
  body text not null
);

-- Which mailboxes got one a short while ago: in lower case, without what stands behind a plus.
create table confirmation_sent (
  mailbox text not null primary key,
  at bigint not null
);
