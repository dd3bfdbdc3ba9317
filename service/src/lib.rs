//! What a person can do: authorise, load, apply the rule, save, record the event. No SQL, no HTTP, no markup.
//!
//! One file per noun, one function per wish: [`Ctx`] first, then one input. Pages, the API, the importer and jobs all
//! come through here, so a permission is checked once.

pub mod accounts;
pub mod attempts;
pub mod audit;
pub mod catalog;
pub mod classes;
pub mod clocks;
pub mod configuration;
pub mod contact_events;
pub mod contacts;
pub mod conversion;
pub mod ctx;
pub mod customers;
pub mod deals;
pub mod demo;
pub mod distributors;
pub mod error;
pub mod find;
mod form_parts;
pub mod imports;
pub mod intake;
pub mod invoices;
pub mod ladders;
pub mod leads;
mod limits;
pub mod mail_in;
pub mod matching;
pub mod material;
pub mod merging;
pub mod messages;
pub mod my_day;
pub mod notices;
pub mod nurture;
pub mod once;
pub mod opportunities;
pub mod outbox;
pub mod people;
pub mod phone;
pub mod products;
pub mod qualification;
pub mod quotes;
pub mod radar;
pub mod reach;
mod records;
pub mod rep_figures;
pub mod routing;
pub mod scoring;
pub mod seed;
mod spreadsheet;
pub mod suppliers;
pub mod tasks;
pub mod tickets;
pub mod tokens;
pub mod twins;
pub mod views;
pub mod webhooks;

pub use ctx::{Clock, Ctx, MailSite};
pub use error::{FieldConflict, NOT_SAVED, Result, ServiceError};
pub use records::IF_VERSION;
