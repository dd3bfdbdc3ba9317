-- Leads that were handed over and wait to be touched, see docs/radar.md. Those that were handed over before are not among them.
alter table lead add column handed_over_at bigint;
-- Null for the rules and the program itself.
alter table lead add column handed_over_by_id bigint references app_user (id);
-- Null once somebody touched it, and when it is closed.
alter table lead add column touch_by bigint;
-- The last level whose people were told, and when those of the next one are.
alter table lead add column escalation_level bigint not null default 0;
alter table lead add column escalate_at bigint;
-- Carries what decides who sees which, so that the radar looks at no lead that it does not show.
create index lead_touch_by on lead (touch_by, id, owner_id, group_id, distributor_id, created_by_id, deleted_at)
  where touch_by is not null and deleted_at is null;
create index lead_escalate_at on lead (escalate_at, id, owner_id, deleted_at) where escalate_at is not null and deleted_at is null;
