-- Tags: free words, lower case, any number on a lead.
create table lead_tag (
  lead_id bigint not null references lead (id),
  tag text not null,
  primary key (lead_id, tag)
);
create index lead_tag_tag on lead_tag (tag, lead_id);
