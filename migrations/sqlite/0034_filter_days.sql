-- Days by which lists are bounded, see docs/lists.md. Each of these indexes carries every column that lists filter and sort by, the
-- two other days among them, so that a list that is bounded by one is found in its index alone, however many leads it names. The indexes
-- of 0008 do not carry them: each would grow, and the walks along it would become longer. Only leads that have such a day are in them.
create index lead_expected on lead (expected_at, id, status_id, owner_id, group_id, source_id, lead_type_id, category_id,
  distributor_id, created_by_id, created_at, updated_at, score, target_amount_minor, closed_at, last_activity_at, deleted_at)
  where deleted_at is null and expected_at is not null;
create index lead_closed on lead (closed_at, id, status_id, owner_id, group_id, source_id, lead_type_id, category_id,
  distributor_id, created_by_id, created_at, updated_at, score, target_amount_minor, expected_at, last_activity_at, deleted_at)
  where deleted_at is null and closed_at is not null;
create index lead_activity on lead (last_activity_at, id, status_id, owner_id, group_id, source_id, lead_type_id, category_id,
  distributor_id, created_by_id, created_at, updated_at, score, target_amount_minor, expected_at, closed_at, deleted_at)
  where deleted_at is null and last_activity_at is not null;
