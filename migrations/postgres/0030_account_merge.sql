-- Accounts that turned out to be one. The other is kept, hidden, and says into which it went: without a foreign key, for a restored
-- backup brings accounts in any order.
alter table account add column merged_into_id bigint;
-- Their names still lead to where they went.
create index account_merged_name on account (name_folded, id) where merged_into_id is not null;
-- Leads that a distributor had before they were deleted go along, too.
create index lead_distributor_deleted on lead (distributor_id) where deleted_at is not null and distributor_id is not null;

create table account_merge (
  id bigint not null primary key,
  account_id bigint not null references account (id),
  other_id bigint not null references account (id),
  merged_by_id bigint not null references app_user (id),
  merged_at bigint not null,
  -- What both accounts were and what became of them, and the rules that named the other, as JSON.
  facts text not null,
  undone_by_id bigint references app_user (id),
  undone_at bigint
);
create index account_merge_account on account_merge (account_id, id);

-- What went along, to be put back.
create table account_merge_moved (
  merge_id bigint not null references account_merge (id),
  kind text not null,
  record_id bigint not null,
  primary key (merge_id, kind, record_id)
);

-- Pairs of accounts that look like one, the older first.
create table account_twin (
  account_id bigint not null references account (id),
  other_id bigint not null references account (id),
  -- How much they look like one (domain/src/account_twin.rs).
  points bigint not null,
  dismissed_by_id bigint references app_user (id),
  dismissed_at bigint,
  primary key (account_id, other_id)
);
create index account_twin_other on account_twin (other_id);
create index account_twin_open on account_twin (points, account_id, other_id) where dismissed_at is null;
create index account_twin_dismissed on account_twin (dismissed_at, account_id, other_id) where dismissed_at is not null;

-- The oldest account of a domain.
create index account_domain_first on account_domain (domain, account_id);

-- How far accounts have been looked through for pairs; one row, made by the program.
create table account_twin_look (
  id bigint not null primary key,
  -- Accounts up to this one were looked at when the looking began.
  looked_to bigint not null,
  -- Events up to this one were heeded.
  event_id bigint not null
);
