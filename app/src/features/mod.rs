//! One folder per feature; features import `components` and `domain`, not each other.

pub mod accounts;
pub mod admin;
pub mod contacts;
pub mod leads;
pub mod register;
pub mod sign_in;
