-- What accounts are matched by (domain/src/match_key.rs). Null until the program has made it, which it does when it starts.
alter table account add column name_key text collate "C";
create index account_name_key on account (name_key, id);

alter table account_location add column postcode_key text collate "C";
alter table account_location add column street_key text collate "C";
create index account_location_postcode on account_location (postcode_key, account_id);
create index account_location_street on account_location (street_key, account_id);
