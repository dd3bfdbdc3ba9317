-- What became of a person's clocks, see docs/reps.md: those that run are found by lead_clock_of_owner.
create index lead_clock_decided on lead_clock (owner_id, started_at) where met_at is not null or ended_at is not null;
