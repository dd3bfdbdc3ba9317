-- Accounts and contacts.
create table account (
  id bigint not null primary key,
  version bigint not null,
  name text not null,
  name_folded text collate "C" not null,
  primary_rep_id bigint references app_user (id),
  website text not null,
  import_id bigint,
  created_at bigint not null,
  updated_at bigint not null,
  deleted_at bigint
);
create index account_name on account (name_folded, id);
create index account_primary_rep on account (primary_rep_id, name_folded);
create index account_import on account (import_id) where import_id is not null;

create table account_kind (
  account_id bigint not null references account (id),
  kind text not null check (kind in ('prospect', 'customer', 'referral_partner', 'vendor', 'distributor')),
  primary key (account_id, kind)
);
create index account_kind_kind on account_kind (kind, account_id);

create table account_domain (
  account_id bigint not null references account (id),
  domain text not null,
  primary key (account_id, domain)
);
create index account_domain_domain on account_domain (domain);

create table account_location (
  account_id bigint not null references account (id),
  position bigint not null,
  name text not null,
  street text not null,
  city text not null,
  postcode text not null,
  state text not null,
  country text not null,
  primary key (account_id, position)
);

create table contact (
  id bigint not null primary key,
  version bigint not null,
  full_name text not null,
  name_folded text collate "C" not null,
  job_title text not null,
  account_id bigint references account (id),
  import_id bigint,
  created_at bigint not null,
  updated_at bigint not null,
  deleted_at bigint
);
create index contact_name on contact (name_folded, id);
create index contact_account on contact (account_id, id);
create index contact_import on contact (import_id) where import_id is not null;

-- Phones and e-mail addresses; position 0 is the preferred one. match_text is E.164 or the lower-case address.
create table contact_point (
  contact_id bigint not null references contact (id),
  kind text not null check (kind in ('phone', 'email')),
  position bigint not null,
  raw text not null,
  match_text text not null,
  is_parsed boolean not null,
  primary key (contact_id, kind, position)
);
create index contact_point_match on contact_point (kind, match_text);
