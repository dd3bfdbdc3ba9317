-- What the person of a lead wants solved, see docs/tickets.md.
create table ticket (
  id bigint not null primary key,
  version bigint not null,
  lead_id bigint not null references lead (id),
  title text not null,
  details text not null,
  -- 1 urgent, 2 high, 3 normal, 4 low: lists sort by it.
  priority bigint not null check (priority between 1 and 4),
  assignee_id bigint not null references app_user (id),
  answer text not null,
  closed_at bigint,
  closed_by_id bigint references app_user (id),
  opened_by_id bigint not null references app_user (id),
  opened_at bigint not null,
  updated_at bigint not null,
  deleted_at bigint,
  check ((closed_at is null) = (closed_by_id is null))
);
create index ticket_open_of_person on ticket (assignee_id, priority, id) where closed_at is null and deleted_at is null;
create index ticket_open on ticket (priority, id) where closed_at is null and deleted_at is null;
create index ticket_closed_of_person on ticket (assignee_id, closed_at, id) where closed_at is not null and deleted_at is null;
create index ticket_closed on ticket (closed_at, id) where closed_at is not null and deleted_at is null;
create index ticket_of_person on ticket (assignee_id, id) where deleted_at is null;
create index ticket_lead on ticket (lead_id, id);
