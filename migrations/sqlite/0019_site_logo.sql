-- The firm's logo: one row, or none.
create table site_logo (
  id integer not null primary key check (id = 1),
  -- Of the content; its address names it, so that browsers may keep it for ever.
  digest text not null,
  content_type text not null,
  -- In Base64.
  content text not null
);
