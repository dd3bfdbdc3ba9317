-- Lists kept under a name, each for its owner or for a group too, and which one opens first for whom.
create table saved_view (
  id bigint not null primary key,
  name text not null,
  name_folded text not null,
  owner_id bigint not null references app_user (id),
  group_id bigint references user_group (id),
  query text not null,
  created_at bigint not null,
  updated_at bigint not null,
  deleted_at bigint
);
create unique index saved_view_name on saved_view (owner_id, name_folded) where deleted_at is null;
create index saved_view_group on saved_view (group_id) where group_id is not null and deleted_at is null;
create table saved_view_default (
  user_id bigint not null primary key references app_user (id),
  view_id bigint not null references saved_view (id)
);
create index saved_view_default_view on saved_view_default (view_id);

-- What happened last, as lists show it; kept with each event from now on, found once for the events so far.
alter table lead add column last_contacted_at bigint;
alter table lead add column last_comment_at bigint;
alter table lead add column last_comment text not null default '';
alter table lead add column last_activity_at bigint;
update lead set last_activity_at = found.at
  from (select lead_id, max(at) as at from event where lead_id is not null and kind <> 'lead_added' group by lead_id) found
  where found.lead_id = lead.id;
update lead set last_contacted_at = found.at
  from (select lead_id, max(at) as at from event
    where lead_id is not null and kind = 'commented' and detail::json -> 'commented' ->> 'icon' = 'phone' group by lead_id) found
  where found.lead_id = lead.id;
update lead set last_comment_at = e.at,
  last_comment = substr(coalesce(e.detail::json -> 'commented' ->> 'text', e.detail::json -> 'note_shared' ->> 'text', ''), 1, 200)
  from event e
  join (select lead_id, max(id) as id from event where kind in ('commented', 'note_shared') group by lead_id) last on last.id = e.id
  where e.lead_id = lead.id;

-- Amounts are added up only where there is one currency; this tells at once.
create index lead_currency on lead (currency);
