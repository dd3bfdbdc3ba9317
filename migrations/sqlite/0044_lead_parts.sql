-- Competitors are a configured list. The column is made anew because SQLite changes no check.
drop index choice_name;
alter table choice add column list_name text not null default 'source'
  check (list_name in ('source', 'category', 'offering', 'lost_reason', 'priority', 'importance', 'stage', 'partner', 'location', 'competitor'));
update choice set list_name = list;
alter table choice drop column list;
alter table choice rename column list_name to list;
create unique index choice_name on choice (list, name_folded);

-- Of an offering: a physical good, or else a service.
alter table choice add column is_goods boolean not null default false;

-- What somebody else has to know of an offering that a lead is interested in. It stays when the offering is taken off the lead.
create table lead_offering_note (
  lead_id integer not null references lead (id),
  offering_id integer not null references choice (id),
  note text not null,
  changed_by_id integer not null references app_user (id),
  changed_at integer not null,
  primary key (lead_id, offering_id)
);
create index lead_offering_note_offering on lead_offering_note (offering_id);

create table lead_competitor (
  lead_id integer not null references lead (id),
  firm_id integer not null references choice (id),
  strength text not null check (strength in ('weaker', 'even', 'stronger')),
  note text not null,
  added_by_id integer not null references app_user (id),
  added_at integer not null,
  removed_at integer,
  primary key (lead_id, firm_id)
);
create index lead_competitor_firm on lead_competitor (firm_id);

create table help_request (
  id integer not null primary key,
  version integer not null,
  lead_id integer not null references lead (id),
  help_from text not null check (help_from in ('marketing', 'distribution', 'vendor')),
  title text not null,
  details text not null,
  -- A person of the site, or an address outside.
  person_id integer references app_user (id),
  address text,
  due_at integer,
  state text not null check (state in ('asked', 'answered', 'closed')),
  answer text not null,
  answered_by_id integer references app_user (id),
  answered_at integer,
  asked_by_id integer not null references app_user (id),
  asked_at integer not null,
  check ((person_id is null) <> (address is null))
);
create index help_request_lead on help_request (lead_id, id);
