//! What Leadwright knows about leads, people and stages: types and rules, without IO, clock or randomness.
//!
//! It compiles natively and to WebAssembly, so that one rule serves the form in the browser and the check on the
//! server. To add a rule: a plain function beside the type it judges, and a test at the bottom of the same file.

pub mod account;
pub mod account_filter;
pub mod account_match;
pub mod audit;
pub mod board;
pub mod bulk;
pub mod cast;
pub mod catalog;
pub mod custom_field;
pub mod event;
pub mod field;
pub mod form;
pub mod found;
pub mod free_mail;
mod ids;
pub mod import_file;
pub mod ladder;
pub mod lead;
mod lead_column;
pub mod lead_filter;
pub mod lead_views;
pub mod list_view;
pub mod logo;
pub mod match_key;
pub mod money;
pub mod outside;
mod page;
pub mod people;
pub mod permission;
pub mod pipeline;
pub mod reach;
pub mod record_change;
pub mod record_form;
pub mod routing;
pub mod status_move;
pub mod text;
mod time;
mod token;
pub mod webhook;

pub use account::{Account, AccountKind, AccountRow, Address, Contact, ContactRow, Named, Opportunity};
pub use account_filter::{AccountFilter, ContactFilter};
pub use account_match::{AccountMatch, MatchBy, MatchReason, Sought, Strength};
pub use audit::{AuditArea, AuditEntry, AuditFilter};
pub use catalog::{Catalog, Choice, ChoiceList};
pub use custom_field::{CustomField, CustomKind};
pub use event::{Event, EventKind};
pub use field::{FieldChange, FieldValue, LeadField};
pub use form::{FieldErrors, FormValues};
pub use ids::*;
pub use lead::{Latest, Lead, LeadAction, LeadRow, LeadState, LifeCycle};
pub use lead_column::{LeadCell, LeadColumn};
pub use lead_filter::{LeadFilter, LeadSort, LeadView, SortKey};
pub use list_view::{Grouping, ListView, SavedView, SavedViews};
pub use page::Page;
pub use people::{Actor, Role};
pub use permission::{Action, Audience, Reach, Scope, Target, can, may_take_view_over, may_use_view};
pub use reach::{Absence, Availability, Hindrance, Numbers, Reachability};
pub use status_move::{InvalidStatus, StatusMove};
pub use text::{EmailAddress, Phone};
pub use time::{DAY_MS, HOUR_MS, SiteTime, Timestamp};
pub use token::{TokenDetails, TokenScope};
pub use webhook::{Delivery, DeliveryState, Webhook};
