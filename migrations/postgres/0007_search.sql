-- Words to find a lead by: name, company, e-mail addresses, phone numbers.
create table lead_search (
  lead_id bigint not null primary key,
  words tsvector not null
);
create index lead_search_words on lead_search using gin (words);
