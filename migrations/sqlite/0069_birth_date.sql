-- The day on which a customer who is a person was born, as its start in UTC; null where nobody said so. See docs/conversion.md.
alter table customer add column born_on integer;
