-- Who changed what about the site, and who signed in, from which address. The detail is the event's kind as JSON.
create table audit (
  id integer not null primary key,
  at integer not null,
  actor_id integer,
  area text not null check (area in ('configuration', 'people', 'tokens', 'sign_in')),
  address text not null,
  detail text not null
);
create index audit_area on audit (area, id);
create index audit_actor on audit (actor_id, id);

insert into audit (id, at, actor_id, area, address, detail)
  select id, at, actor_id, 'configuration', '', detail from event where subject = 'catalog';
insert into counter (name, value) select 'audit', coalesce(max(id), 0) from audit;

-- How many records use an entry of a list; also found by who removes one.
create index lead_uses_priority on lead (priority_id) where priority_id is not null;
create index lead_uses_importance on lead (importance_id) where importance_id is not null;
create index lead_uses_partner on lead (partner_id) where partner_id is not null;
create index lead_uses_location on lead (location_id) where location_id is not null;
create index lead_uses_lost_reason on lead (lost_reason_id) where lost_reason_id is not null;
create index opportunity_stage on opportunity (stage_id);
