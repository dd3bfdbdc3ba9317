-- Of what class a lead is and what qualifies it, see docs/qualification-classes.md. A lead without a row was never classed.
create table lead_class (
  lead_id bigint not null primary key references lead (id),
  version bigint not null,
  class text check (class in ('aql', 'oql', 'rql')),
  -- Days, as their start in UTC: within which the agreed call to action may take place.
  timescale_from bigint,
  timescale_to bigint,
  -- The day around which the project is expected.
  horizon bigint,
  -- Who invites; null for the lead's owner.
  account_manager_id bigint references app_user (id),
  notes text not null,
  agenda text not null,
  updated_at bigint not null,
  check ((timescale_from is null) = (timescale_to is null))
);
create index lead_class_of on lead_class (class, lead_id) where class is not null;

-- What is known of budget, authority, need, timescale and the agreed action, each with who says so and when.
create table lead_answer (
  lead_id bigint not null references lead (id),
  dimension text not null check (dimension in ('budget', 'authority', 'need', 'timescale', 'action')),
  answer text not null,
  evidence text not null,
  confidence text not null check (confidence in ('low', 'medium', 'high')),
  -- Null for what came with a file.
  by_id bigint references app_user (id),
  at bigint not null,
  primary key (lead_id, dimension)
);

-- Opportunities that were found while a lead is nurtured for a later project.
create table interim_opportunity (
  opportunity_id bigint not null primary key references opportunity (id),
  lead_id bigint not null references lead (id)
);
create index interim_opportunity_lead on interim_opportunity (lead_id);

-- A policy may be for the leads of one class. It begins with the hand-over and when a lead gets the class, in the place of another.
alter table clock_policy add column class text check (class in ('aql', 'oql', 'rql'));
alter table clock_policy add column instead_of bigint references clock_policy (id);
-- Whether meeting it begins the next.
alter table clock_policy add column repeats boolean not null default false;
insert into clock_policy (id, position, name, starts, met_by, aim_hours, limit_hours, is_working, is_on, class, instead_of, repeats) values
  (5, 5, 'Introductory call before the appointment', 'allocation', 'contact,progress', 24, 48, false, true, 'aql', 2, false),
  (6, 6, 'Call to fix the date, and send the invite', 'allocation', 'contact,progress', 24, 48, false, true, 'oql', 2, false),
  (7, 7, 'Nurture', 'allocation', 'touch,contact', null, 720, false, true, 'rql', 2, true);
