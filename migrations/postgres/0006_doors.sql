-- Doors through which leads arrive: the importer's runs and the public form's submissions.
create table import_run (
  id bigint not null primary key,
  file_name text not null,
  -- SHA-256 of content and mapping: the same file is taken up where it stopped.
  digest text not null,
  started_by_id bigint,
  started_at bigint not null,
  finished_at bigint,
  undone_at bigint,
  rows_done bigint not null,
  created_count bigint not null,
  updated_count bigint not null,
  skipped_count bigint not null,
  refused_count bigint not null
);
create index import_run_digest on import_run (digest);

create table submission (
  key text not null primary key,
  digest text not null,
  lead_id bigint not null references lead (id),
  at bigint not null
);
create index submission_at on submission (at);
