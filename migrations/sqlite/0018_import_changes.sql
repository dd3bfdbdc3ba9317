-- What leads were before an import changed them, so that it can be taken back.
create table import_change (
  run_id integer not null references import_run (id),
  lead_id integer not null references lead (id),
  -- The version that the run made of it.
  version integer not null,
  -- What it was before, as JSON.
  old text not null,
  primary key (run_id, lead_id, version)
);
