-- Sources that are no answer without saying who referred them.
alter table choice add column asks_referrer boolean not null default false;
update choice set asks_referrer = true where list = 'source' and name_folded in ('customer referral', 'referral partner', 'vendor referral');

-- When somebody of the account last confirmed its facts, and to whom.
alter table account add column confirmed_at integer;
alter table account add column confirmed_by_id integer references app_user (id);

-- What the call said about its lead, for leads that came by phone.
create table lead_call (
  lead_id integer not null primary key references lead (id),
  needs_help_now boolean not null,
  referrer_id integer references account (id),
  -- What the call left open, by its keys, separated by commas.
  missing text not null
);
create index lead_call_referrer on lead_call (referrer_id) where referrer_id is not null;
