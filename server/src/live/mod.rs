//! Live changes: one task per process follows the events and tells every open stream; each stream judges what its person
//! may know of.
//!
//! [`hub`] follows and remembers, [`judge`] decides for one person, [`stream`] is the connection, [`presence`] knows who
//! looks at which lead.

pub mod hub;
pub mod judge;
mod presence;
pub mod stream;

pub use hub::Hub;
