-- Whether and when each person gets the digest of the day, see docs/clocks.md: as the site says, at an hour of their own, or not at all.
alter table app_user add column digest text not null default 'site' check (digest in ('site', 'own', 'off'));
-- Minutes after midnight; of an hour of their own.
alter table app_user add column digest_minute bigint;
alter table app_user add column digest_sent_at bigint;
-- Until now it went out to everybody at once: on this day, which is kept as its start.
update app_user set digest_sent_at = (select cast(value as bigint) + 86399999 from setting where key = 'clock_digest_day');
delete from setting where key = 'clock_digest_day';
