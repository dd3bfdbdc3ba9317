-- The library of material that is sent to the persons of leads. See docs/material.md.
create table material (
  id bigint not null primary key,
  name text not null,
  description text not null,
  -- Lower case, separated by commas.
  tags text not null,
  file_name text not null,
  kind text not null check (kind in ('pdf', 'png', 'jpeg', 'webp', 'gif', 'zip', 'office', 'other')),
  -- Bytes.
  size bigint not null,
  added_by_id bigint not null references app_user (id),
  added_at bigint not null,
  removed_at bigint
);

-- Apart, so that a list does not read it. Never changed: what is sent is what was chosen.
create table material_content (
  material_id bigint not null primary key references material (id),
  -- In Base64.
  content text not null
);

-- What went with a message: attached, or as a link in its text.
create table message_material (
  message_id bigint not null references message (id),
  material_id bigint not null references material (id),
  is_link boolean not null,
  primary key (message_id, material_id)
);

-- The private addresses at which a piece is fetched without signing in, by the digest of what is secret in them.
create table material_link (
  token_hash text not null primary key,
  material_id bigint not null references material (id),
  lead_id bigint not null references lead (id)
);
