-- Since when somebody waits for the answer of a lead's person: since they were last spoken or written to, unless a mail came in from them
-- since. Null where nobody waits.
alter table lead add column awaiting_since bigint;
update lead set awaiting_since = last_contacted_at where last_contacted_at is not null and not exists
  (select 1 from event where event.lead_id = lead.id and event.kind = 'commented' and event.at > lead.last_contacted_at
   and event.actor_id is null and event.detail like '%"icon":"mail"%');
-- "Waiting for a reply": my open leads whose answer is awaited, the longest first (store/src/my_day.rs, awaited).
create index lead_awaited on lead (owner_id, awaiting_since, id)
  where awaiting_since is not null and closed_at is null and deleted_at is null and distributor_id is null;
