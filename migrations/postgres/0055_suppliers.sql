-- The private addresses at which suppliers read what became of their leads, see docs/supplier.md. Only a digest of what is secret is kept.
create table supplier_link (
  account_id bigint not null primary key references account (id),
  -- As whom its leads name it.
  partner_id bigint not null references choice (id),
  token_hash text not null,
  made_by_id bigint not null references app_user (id),
  made_at bigint not null
);
create unique index supplier_link_token on supplier_link (token_hash);
create index supplier_link_partner on supplier_link (partner_id);

-- Problems with leads that suppliers are told of.
create table lead_problem (
  id bigint not null primary key,
  lead_id bigint not null references lead (id),
  reason text not null check (reason in ('wrong_person', 'not_reachable', 'no_interest', 'no_such_company', 'duplicate', 'out_of_scope', 'other')),
  -- What the supplier reads beside the reason.
  words text not null,
  flagged_by_id bigint not null references app_user (id),
  flagged_at bigint not null,
  -- Since when the supplier reads it.
  told_at bigint,
  -- When it was settled, or taken back before anybody was told.
  settled_at bigint
);
create index lead_problem_lead on lead_problem (lead_id, id);

-- The leads of a supplier, the newest first (store/src/suppliers.rs).
create index lead_of_supplier on lead (partner_id, id) where partner_id is not null and deleted_at is null;
