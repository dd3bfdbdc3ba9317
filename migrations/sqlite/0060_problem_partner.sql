-- Who sent the lead when a problem with it was noted: only they read it, also when the lead has another partner since. For problems of before that is
-- the partner of their lead now; null for a lead that has none any more.
alter table lead_problem add column partner_id integer references choice (id);
update lead_problem set partner_id = (select l.partner_id from lead l where l.id = lead_problem.lead_id);
