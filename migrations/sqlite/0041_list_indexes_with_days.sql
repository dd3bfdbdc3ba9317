-- Each index that a list may be driven by carries every column that lists filter and sort by (0008), now the days too by which lists are
-- bounded (0034): a list bounded by a day is found in one index alone, whichever that is. A lead without such a day grows by nothing.
drop index lead_number;
drop index lead_updated;
drop index lead_score;
drop index lead_amount;
drop index lead_name;
drop index lead_created;
drop index lead_owner;
drop index lead_group;
drop index lead_unclaimed;
drop index lead_distributor;
drop index lead_created_by;
drop index lead_status_filter;
drop index lead_type_filter;
drop index lead_source_filter;
drop index lead_category_filter;
create index lead_number on lead (id, status_id, owner_id, group_id, source_id, lead_type_id, category_id, distributor_id,
  created_by_id, created_at, updated_at, score, target_amount_minor, expected_at, closed_at, last_activity_at, deleted_at)
  where deleted_at is null;
create index lead_updated on lead (updated_at, id, status_id, owner_id, group_id, source_id, lead_type_id, category_id,
  distributor_id, created_by_id, created_at, score, target_amount_minor, expected_at, closed_at, last_activity_at, deleted_at)
  where deleted_at is null;
create index lead_score on lead (score, id, status_id, owner_id, group_id, source_id, lead_type_id, category_id, distributor_id,
  created_by_id, created_at, updated_at, target_amount_minor, expected_at, closed_at, last_activity_at, deleted_at)
  where deleted_at is null;
create index lead_amount on lead (target_amount_minor, id, status_id, owner_id, group_id, source_id, lead_type_id, category_id,
  distributor_id, created_by_id, created_at, updated_at, score, expected_at, closed_at, last_activity_at, deleted_at)
  where deleted_at is null;
create index lead_name on lead (name_folded, id, status_id, owner_id, group_id, source_id, lead_type_id, category_id,
  distributor_id, created_by_id, created_at, updated_at, score, target_amount_minor, expected_at, closed_at, last_activity_at,
  deleted_at)
  where deleted_at is null;
create index lead_created on lead (created_at, id, status_id, owner_id, group_id, source_id, lead_type_id, category_id,
  distributor_id, created_by_id, updated_at, score, target_amount_minor, expected_at, closed_at, last_activity_at, deleted_at)
  where deleted_at is null;
create index lead_owner on lead (owner_id, id, status_id, group_id, source_id, lead_type_id, category_id, distributor_id,
  created_by_id, created_at, updated_at, score, target_amount_minor, expected_at, closed_at, last_activity_at, deleted_at)
  where deleted_at is null;
create index lead_group on lead (group_id, id, status_id, owner_id, source_id, lead_type_id, category_id, distributor_id,
  created_by_id, created_at, updated_at, score, target_amount_minor, expected_at, closed_at, last_activity_at, deleted_at)
  where deleted_at is null;
create index lead_unclaimed on lead (id, status_id, owner_id, group_id, source_id, lead_type_id, category_id, distributor_id,
  created_by_id, created_at, updated_at, score, target_amount_minor, expected_at, closed_at, last_activity_at, deleted_at)
  where deleted_at is null and owner_id is null and group_id is null;
create index lead_distributor on lead (distributor_id, id, status_id, owner_id, group_id, source_id, lead_type_id, category_id,
  created_by_id, created_at, updated_at, score, target_amount_minor, expected_at, closed_at, last_activity_at, deleted_at)
  where deleted_at is null and distributor_id is not null;
create index lead_created_by on lead (created_by_id, id, status_id, owner_id, group_id, source_id, lead_type_id, category_id,
  distributor_id, created_at, updated_at, score, target_amount_minor, expected_at, closed_at, last_activity_at, deleted_at)
  where deleted_at is null and created_by_id is not null;
create index lead_status_filter on lead (status_id, id, owner_id, group_id, source_id, lead_type_id, category_id, distributor_id,
  created_by_id, created_at, updated_at, score, target_amount_minor, expected_at, closed_at, last_activity_at, deleted_at)
  where deleted_at is null;
create index lead_type_filter on lead (lead_type_id, id, status_id, owner_id, group_id, source_id, category_id, distributor_id,
  created_by_id, created_at, updated_at, score, target_amount_minor, expected_at, closed_at, last_activity_at, deleted_at)
  where deleted_at is null;
create index lead_source_filter on lead (source_id, id, status_id, owner_id, group_id, lead_type_id, category_id, distributor_id,
  created_by_id, created_at, updated_at, score, target_amount_minor, expected_at, closed_at, last_activity_at, deleted_at)
  where deleted_at is null;
create index lead_category_filter on lead (category_id, id, status_id, owner_id, group_id, source_id, lead_type_id,
  distributor_id, created_by_id, created_at, updated_at, score, target_amount_minor, expected_at, closed_at, last_activity_at,
  deleted_at)
  where deleted_at is null;
