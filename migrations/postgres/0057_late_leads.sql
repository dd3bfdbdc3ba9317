-- Clocks that leads themselves are, see docs/clocks.md: how long one may rest in its status, and its expected completion. Leads become late in the
-- order of the moments from which that counts, so it is kept how far they were looked through.
create table late_mark (
  -- The status whose leads were looked through; 0 for expected completions.
  status_id bigint not null primary key,
  -- The last of them: since when it rests in its status, or its completion, and its number.
  since_at bigint not null,
  lead_id bigint not null
);
-- Late leads of which somebody may have to be told.
create table late_lead (
  lead_id bigint not null references lead (id),
  status_id bigint not null,
  since_at bigint not null,
  -- When to look at it; 0 for one that waits to be told of.
  look_at bigint not null,
  primary key (lead_id, status_id)
);
create index late_lead_look_at on late_lead (look_at, lead_id, status_id);
create index lead_status_since on lead (status_id, status_since, id) where closed_at is null and deleted_at is null;
create index lead_expected_open on lead (expected_at, id) where expected_at is not null and closed_at is null and deleted_at is null;
