//! One file per command. Each gives `Ok`, or one sentence that says what to do.

pub mod backup;
pub mod demo;
pub mod doctor;
pub mod import;
pub mod mail_in;
pub mod score;
pub mod serve;
pub mod token;
pub mod user;
