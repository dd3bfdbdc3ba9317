//! Administering people and groups, and one's own profile.
//!
//! To add a section: its page here, its link in [`AdminPage`], its forms in `doors`.

mod group_forms;
mod groups_page;
mod people_page;
mod person_forms;
mod profile_page;
mod server_fns;
mod ticks;

pub use groups_page::GroupsPage;
pub use people_page::PeoplePage;
pub use profile_page::ProfilePage;

use leptos::prelude::*;

use crate::form::{Done, FormState};
use crate::form_reply::FormReply;

/// The page around every section, with the links to the others.
#[component]
fn AdminPage(
    /// Address of the section shown.
    here: &'static str,
    children: Children,
) -> impl IntoView {
    let link = |href: &'static str, name: &'static str| {
        view! { <a class="admin__link" href=href aria-current=(href == here).then_some("page")>{name}</a> }.into_any()
    };
    view! {
        <div class="admin">
            <nav class="admin__nav" aria-label="Administration">
                {link("/admin/users", "People")}
                {link("/admin/groups", "Groups")}
            </nav>
            <div>{children()}</div>
        </div>
    }
    .into_any()
}

/// Says that someone else changed the record meanwhile; what was typed stays.
#[component]
fn ChangedMeanwhile() -> impl IntoView {
    let state = expect_context::<FormState>();
    move || {
        matches!(state.reply.get(), Some(FormReply::Conflict { .. })).then(|| {
            view! {
                <div class="error-summary" role="alert" tabindex="-1">
                    <h2>"Someone else changed this meanwhile"</h2>
                    <p>"Nothing is lost. Look at it again, then save once more."</p>
                </div>
            }
        })
    }
}

/// Closes the panel of a form that was saved, then goes on as before.
fn close_when_done(panel: NodeRef<leptos::html::Details>, done: Callback<Done>) -> Callback<Done> {
    Callback::new(move |finished| {
        if let Some(panel) = panel.get_untracked() {
            panel.set_open(false);
        }
        done.run(finished);
    })
}
