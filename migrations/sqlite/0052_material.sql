-- The library of material that is sent to the persons of leads. See docs/material.md.
create table material (
  id integer not null primary key,
  name text not null,
  description text not null,
  -- Lower case, separated by commas.
  tags text not null,
  file_name text not null,
  kind text not null check (kind in ('pdf', 'png', 'jpeg', 'webp', 'gif', 'zip', 'office', 'other')),
  -- Bytes.
  size integer not null,
  added_by_id integer not null references app_user (id),
  added_at integer not null,
  removed_at integer
);

-- Apart, so that a list does not read it. Never changed: what is sent is what was chosen.
create table material_content (
  material_id integer not null primary key references material (id),
  -- In Base64.
  content text not null
);

-- What went with a message: attached, or as a link in its text.
create table message_material (
  message_id integer not null references message (id),
  material_id integer not null references material (id),
  is_link boolean not null,
  primary key (message_id, material_id)
);

-- The private addresses at which a piece is fetched without signing in, by the digest of what is secret in them.
create table material_link (
  token_hash text not null primary key,
  material_id integer not null references material (id),
  lead_id integer not null references lead (id)
);
