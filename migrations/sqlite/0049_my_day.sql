-- A person's day, see docs/my-day.md. The owner of a clock's lead stands with the clock, so that one's clocks are found among all that run.
alter table lead_clock add column owner_id integer references app_user (id);
update lead_clock set owner_id = (select owner_id from lead where lead.id = lead_clock.lead_id);
-- "Overdue" and "Due today": my running clocks of a policy, the oldest first (store/src/my_day.rs, clocks).
create index lead_clock_of_owner on lead_clock (owner_id, policy_id, started_at, lead_id) where met_at is null and ended_at is null;
-- "Overdue" and "New to you": my leads that nobody has touched, by their deadline (untouched).
create index lead_untouched on lead (owner_id, touch_by, id) where touch_by is not null and deleted_at is null and distributor_id is null;
-- Both of them: my open leads by their expected completion (completions).
create index lead_completion on lead (owner_id, expected_at, id) where expected_at is not null and closed_at is null and deleted_at is null;
