//! What was typed into a form whose session had ended, on its way through the sign-in page: as hidden fields there, and back in
//! its form once the same person has signed in. Nothing is sent by itself.

use domain::{FormValues, UserId};

use super::list::{self, Who};
use super::page_of;
use crate::form_reply::Replay;

/// The most that is carried along. Unit: bytes, urlencoded.
const MOST: usize = 64_000;
/// What a field's name holds when it is not to be shown again.
const SECRET: [&str; 3] = ["password", "secret", "token"];

const FORM: &str = "kept_form";
const TYPED: &str = "kept_typed";
const BY: &str = "kept_by";

/// A form as it was sent without a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptForm {
    /// Where it was posted to.
    pub path: String,
    query: String,
    /// What was typed, without secrets.
    pub values: FormValues,
    /// Who was signed in where it was typed.
    pub by: UserId,
}

impl KeptForm {
    /// `None` where there is no such form of people who are signed in, or too much in it.
    #[must_use]
    pub fn of(path: &str, query: &str, mut values: FormValues, by: UserId) -> Option<Self> {
        list::find(&parts_of(path)).filter(|door| door.who != Who::Anyone)?;
        values.0.retain(|(name, _)| !SECRET.iter().any(|word| name.contains(word)));
        let size = path.len() + query.len() + values.encode().len();
        (size <= MOST).then(|| Self { path: path.to_owned(), query: query.to_owned(), values, by })
    }

    /// What the sign-in page was sent with.
    #[must_use]
    pub fn of_sign_in(values: &FormValues) -> Option<Self> {
        let (path, query) = values.get(FORM).split_once('?').unwrap_or((values.get(FORM), ""));
        let by = UserId(values.get(BY).parse().ok()?);
        Self::of(path, query, FormValues::decode(values.get(TYPED).as_bytes()), by)
    }

    /// What the sign-in page is rendered with, at first and after a wrong password.
    #[must_use]
    pub fn of_request() -> Option<Self> {
        leptos::prelude::use_context::<Replay>().and_then(|replay| Self::of_sign_in(&replay.values))
    }

    /// The fields that carry it.
    #[must_use]
    pub fn fields(&self) -> FormValues {
        let form = crate::routes::with_query(&self.path, &self.query);
        FormValues(vec![(FORM.to_owned(), form), (TYPED.to_owned(), self.values.encode()), (BY.to_owned(), self.by.to_string())])
    }

    /// Path and query of the page that it stands on.
    #[must_use]
    pub fn page(&self) -> String {
        page_of(&parts_of(&self.path), &self.query, &self.values)
    }
}

/// Whether an address is that of a form of people who are signed in.
#[must_use]
pub fn is_form(path: &str) -> bool {
    list::find(&parts_of(path)).is_some_and(|door| door.who != Who::Anyone)
}

fn parts_of(path: &str) -> Vec<&str> {
    path.trim_matches('/').split('/').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(path: &str, body: &str) -> Option<KeptForm> {
        KeptForm::of(path, "", FormValues::decode(body.as_bytes()), UserId(7))
    }

    #[test]
    fn what_was_typed_passes_the_sign_in_page() {
        let form = KeptForm::of("/leads/7/edit", "view=mine&edit=worth", FormValues::decode(b"part=contact&city=A+%26+B"), UserId(7)).unwrap();
        assert_eq!(KeptForm::of_sign_in(&form.fields()), Some(form.clone()));
        assert_eq!(form.page(), "/leads/7?edit=contact");
        assert_eq!(kept("/leads/new", "full_name=Jo").unwrap().page(), "/leads/new");
    }

    #[test]
    fn secrets_are_not_kept() {
        let kept = kept("/admin/users", "name=Jo&password=a&password_again=a&hook_secret=b&token=c").unwrap();
        assert_eq!(kept.values, FormValues::decode(b"name=Jo"));
    }

    #[test]
    fn only_forms_of_people_who_are_signed_in_are_kept() {
        for path in ["/login", "/logout", "/setup", "/register", "/nowhere", "//evil.example", "https://evil.example/leads/new", ""] {
            assert_eq!(kept(path, "full_name=Jo"), None, "{path}");
            assert!(!is_form(path), "{path}");
        }
        assert!(is_form("/leads/new"));
    }

    #[test]
    fn too_much_is_not_kept() {
        assert!(kept("/leads/new", &format!("message={}", "a".repeat(MOST - 100))).is_some());
        assert_eq!(kept("/leads/new", &format!("message={}", "a".repeat(MOST))), None);
    }
}
