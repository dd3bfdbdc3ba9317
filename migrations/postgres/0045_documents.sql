-- Documents of leads. Their content stands apart, so that a list of them does not read it.
create table document (
  id bigint not null primary key,
  lead_id bigint not null references lead (id),
  name text not null,
  kind text not null check (kind in ('pdf', 'png', 'jpeg', 'webp', 'gif', 'zip', 'office', 'other')),
  -- Bytes.
  size bigint not null,
  for_customer boolean not null,
  added_by_id bigint not null references app_user (id),
  added_at bigint not null,
  removed_at bigint
);
create index document_lead on document (lead_id, id);

create table document_content (
  document_id bigint not null primary key references document (id),
  -- In Base64.
  content text not null
);
