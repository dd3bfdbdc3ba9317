-- Doors through which leads arrive: the importer's runs and the public form's submissions.
create table import_run (
  id integer not null primary key,
  file_name text not null,
  -- SHA-256 of content and mapping: the same file is taken up where it stopped.
  digest text not null,
  started_by_id integer,
  started_at integer not null,
  finished_at integer,
  undone_at integer,
  rows_done integer not null,
  created_count integer not null,
  updated_count integer not null,
  skipped_count integer not null,
  refused_count integer not null
);
create index import_run_digest on import_run (digest);

create table submission (
  key text not null primary key,
  digest text not null,
  lead_id integer not null references lead (id),
  at integer not null
);
create index submission_at on submission (at);
