-- What follows when a lead of a type is won by hand; nothing where there is no row. See docs/conversion.md.
create table conversion_when_won (
  lead_type_id integer not null primary key references lead_type (id),
  what text not null check (what in ('open', 'convert'))
);
