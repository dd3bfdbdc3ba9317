-- The indexes that lists are sorted along carry the days by which lists are bounded, too (0034): where more leads lie within such a bound than
-- are gathered and sorted in time, the list walks its sort's index instead, and looks no lead up on the way.
drop index lead_number;
drop index lead_updated;
drop index lead_score;
drop index lead_amount;
drop index lead_name;
create index lead_number on lead (id) include (status_id, owner_id, group_id, source_id, lead_type_id, category_id,
  distributor_id, created_by_id, created_at, updated_at, score, target_amount_minor, expected_at, closed_at, last_activity_at,
  deleted_at)
  where deleted_at is null;
create index lead_updated on lead (updated_at, id) include (status_id, owner_id, group_id, source_id, lead_type_id, category_id,
  distributor_id, created_by_id, created_at, score, target_amount_minor, expected_at, closed_at, last_activity_at, deleted_at)
  where deleted_at is null;
create index lead_score on lead (score, id) include (status_id, owner_id, group_id, source_id, lead_type_id, category_id,
  distributor_id, created_by_id, created_at, updated_at, target_amount_minor, expected_at, closed_at, last_activity_at,
  deleted_at)
  where deleted_at is null;
create index lead_amount on lead (target_amount_minor, id) include (status_id, owner_id, group_id, source_id, lead_type_id,
  category_id, distributor_id, created_by_id, created_at, updated_at, score, expected_at, closed_at, last_activity_at, deleted_at)
  where deleted_at is null;
create index lead_name on lead (name_folded, id) include (status_id, owner_id, group_id, source_id, lead_type_id, category_id,
  distributor_id, created_by_id, created_at, updated_at, score, target_amount_minor, expected_at, closed_at, last_activity_at,
  deleted_at)
  where deleted_at is null;
