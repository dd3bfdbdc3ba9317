-- Leads that people of the house came across: who referred them, how they know the person, and when somebody first took it on.
create table referral (
  lead_id bigint not null primary key references lead (id),
  referrer_id bigint not null references app_user (id),
  how_known text not null,
  accepted_at bigint
);
create index referral_referrer on referral (referrer_id, lead_id);
