//! All SQL, for SQLite and Postgres: rows to domain types and back. It decides nothing about who may do what; lists take
//! the actor's [`domain::Scope`].
//!
//! `Store::connect(url)`, `store.begin()`, then `tx.leads().find(id)`, `tx.save()`. To add a noun: a file with a struct
//! that borrows the [`Tx`], an accessor beside it, and tests on both engines in `store/tests/`.

pub mod account_bearers;
mod account_keys;
pub mod account_merges;
pub mod account_signs;
pub mod account_twins;
pub mod accounts;
pub mod appointments;
pub mod attempts;
pub mod audit;
pub mod backup;
pub mod bulk_runs;
pub mod calendar_feeds;
pub mod catalog;
mod catalog_cache;
pub mod clocks;
pub mod configuration;
pub mod confirmations;
pub mod contact_events;
pub mod contacts;
pub mod conversions;
mod custom_fields;
pub mod customer_services;
pub mod customers;
pub mod deal_registrations;
pub mod delegations;
mod dialect;
pub mod digests;
pub mod error;
pub mod events;
mod file;
mod group;
pub mod health;
pub mod import_files;
pub mod imports;
pub mod invoices;
pub mod ladders;
pub mod late;
pub mod lead_calls;
pub mod lead_classes;
pub mod lead_parts;
pub mod leads;
pub mod logo;
pub mod mail_in;
pub mod mailbox;
pub mod material;
pub mod messages;
pub mod my_day;
pub mod notices;
pub mod nurture;
pub mod once;
mod open;
pub mod opportunities;
pub mod outbox;
pub mod people;
pub mod products;
pub mod quotes;
pub mod reach;
mod readers;
pub mod referrals;
pub mod routing;
pub mod rule_trials;
mod rules_cache;
pub mod saved_views;
pub mod scoring;
pub mod site_zone;
pub mod sql;
pub mod submissions;
pub mod suppliers;
pub mod tasks;
#[cfg(feature = "testing")]
pub mod testing;
pub mod thresholds;
pub mod tickets;
pub mod tokens;
mod tx;
pub mod webhooks;
mod writer;

pub use error::StoreError;
pub use open::{PoolUse, Store, WhenMissing, newest_migration};
pub use sql::{Row, Sql, Value};
pub use tx::{Engine, Tx};
