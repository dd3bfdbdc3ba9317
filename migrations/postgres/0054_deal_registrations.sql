-- Deals that are registered with a vendor, see docs/deal-registration.md. A deal without a row is not registered, and nobody wants it to be.
create table deal_registration (
  id bigint not null primary key,
  version bigint not null,
  lead_id bigint not null references lead (id),
  opportunity_id bigint not null references opportunity (id),
  vendor_id bigint not null references account (id),
  state text not null check (state in ('to_register', 'submitted', 'returned', 'approved', 'rejected', 'expired', 'extended')),
  -- What the vendor calls it; empty until it is approved.
  reference text not null,
  note text not null,
  -- Why it was returned or rejected; empty otherwise.
  reason text not null,
  submitted_at bigint,
  -- When the vendor answered last.
  decided_at bigint,
  -- Days, as their start in UTC: the first and the last on which the vendor protects the deal.
  protected_from bigint,
  protected_until bigint,
  -- When somebody is to be reminded that it ends, or when it has ended; null where nothing ends.
  look_at bigint,
  created_by_id bigint not null references app_user (id),
  created_at bigint not null,
  updated_at bigint not null,
  check ((protected_from is null) = (protected_until is null))
);
create index deal_registration_lead on deal_registration (lead_id, id);
create index deal_registration_opportunity on deal_registration (opportunity_id, vendor_id);
create index deal_registration_vendor on deal_registration (vendor_id);
create index deal_registration_look_at on deal_registration (look_at, id) where look_at is not null;
