-- The import page: files that were uploaded, each with how far it came, and what is remembered of each supplier's files.
create table import_file (
  id bigint not null primary key,
  file_name text not null,
  -- Its name in the spool folder; empty once it is gone from there.
  spool_name text not null,
  bytes bigint not null,
  supplier text not null,
  -- What was seen on a first look, as JSON.
  preview text not null,
  -- The chosen mapping as TOML; empty until it is chosen.
  mapping text not null,
  phase text not null check (phase in ('mapping', 'checking', 'checked', 'importing', 'paused', 'stopped', 'done', 'undoing', 'undone', 'failed')),
  -- Why it failed, in words.
  sentence text not null,
  -- What the check or the import did, as JSON; empty before.
  report text not null,
  run_id bigint references import_run (id),
  rows_done bigint not null,
  bytes_done bigint not null,
  rows_per_second bigint not null,
  -- When the server that works on it last said so.
  beat_at bigint,
  added_by_id bigint not null references app_user (id),
  added_at bigint not null
);
create table import_mapping (
  supplier_folded text not null primary key,
  supplier text not null,
  mapping text not null,
  saved_at bigint not null
);
