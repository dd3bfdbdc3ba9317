//! Forms: real ones, posted to their own address. With script they are sent in the background and errors appear at the
//! fields; without, the server answers with the page again, what was typed kept and errors marked.

mod fields;
mod post_form;
#[cfg(feature = "hydrate")]
mod send;
mod shown_once;
mod stay_or_go;
mod suggested;

#[cfg(feature = "ssr")]
pub use fields::Check;
pub(crate) use fields::option_views;
pub use fields::{Area, Checks, ErrorSummary, Hidden, Input, InputKind, LabelsBeside, Options, Select, SentOnce, error_at, typed_before};
pub use post_form::{CameBack, Done, FileForm, FormState, PostForm, came_back, post_or_else, post_quietly, refused_before, typed_version};
#[cfg(feature = "hydrate")]
pub use send::values_of;
pub use shown_once::ShownOnce;
pub use stay_or_go::stay_or_go;
pub use suggested::{Offered, Suggested};
