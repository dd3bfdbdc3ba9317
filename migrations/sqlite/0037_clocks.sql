-- Follow-up clocks, see docs/clocks.md. What is due, left and overdue follows from these rows and now, and is stored nowhere.
create table clock_policy (
  id integer not null primary key,
  -- Order in which they are shown, from 1.
  position integer not null,
  name text not null,
  starts text not null check (starts in ('allocation', 'call', 'problem')),
  -- Acts that meet it, separated by commas.
  met_by text not null,
  aim_hours integer,
  -- Null: the end of the day on which it began.
  limit_hours integer,
  is_working boolean not null,
  is_on boolean not null,
  check (aim_hours is null or (limit_hours is not null and aim_hours < limit_hours))
);
insert into clock_policy (id, position, name, starts, met_by, aim_hours, limit_hours, is_working, is_on) values
  (1, 1, 'Review', 'allocation', 'touch', null, 24, false, true),
  (2, 2, 'Follow up', 'allocation', 'contact,progress', 24, 48, false, true),
  (3, 3, 'Follow up the call', 'call', 'contact,progress', null, null, false, true),
  (4, 4, 'Tell the supplier of the problem', 'problem', 'report', null, 168, false, true);

-- When a group works; one without a row works as the site does.
create table group_hours (
  group_id integer not null primary key references user_group (id),
  is_plain boolean not null,
  -- The hours of each day of the week, Monday first, separated by semicolons.
  week text not null,
  -- Days as milliseconds since 1970, separated by commas.
  holidays text not null,
  -- IANA name; empty for the site's.
  time_zone text not null
);

create table lead_clock (
  lead_id integer not null references lead (id),
  policy_id integer not null references clock_policy (id),
  started_at integer not null,
  -- When the earliest fitting act was done, and the event that told of it; null for what is told of in no event of the lead.
  met_at integer,
  met_event_id integer,
  -- When it stopped to matter: the lead was closed, or handed to somebody else.
  ended_at integer,
  -- When somebody may have to be told that it is overdue; null once they were, and where nobody is.
  look_at integer,
  primary key (lead_id, policy_id, started_at)
);
create index lead_clock_running on lead_clock (policy_id, started_at, lead_id) where met_at is null and ended_at is null;
create index lead_clock_look_at on lead_clock (look_at, lead_id, policy_id, started_at) where look_at is not null;
