//! Administering people, groups and everything configured, and one's own profile. To add a section, see [`sections`].

mod audit_page;
mod calendar_feed;
mod clock_fns;
mod clock_forms;
mod clocks_page;
mod configuration_fns;
mod event_kinds_page;
mod field_forms;
mod group_forms;
mod groups_page;
mod ladder_forms;
mod ladders_page;
mod list_page;
mod lists_page;
mod logo_form;
mod mail_in_fns;
mod mail_in_page;
mod mail_page;
mod mails_in_page;
mod message_templates_page;
mod notice_choice;
mod notice_fns;
mod nurture_page;
mod order_buttons;
mod outbox_page;
mod own_reach;
mod people_page;
mod person_forms;
mod playbook_page;
mod profile_page;
mod reach_forms;
mod receivers;
mod registration_page;
mod roles_page;
mod routing_fns;
mod rule_forms;
mod rule_trial_compared;
mod rule_trial_page;
mod rules_page;
mod score_figures;
mod score_rule_forms;
mod scoring_page;
mod sections;
mod server_fns;
mod site_page;
mod status_forms;
mod template_page;
mod templates_page;
mod territories_page;
mod territory_forms;
mod ticks;
mod tokens_page;
mod type_page;
mod types_page;
mod webhooks_page;

pub use audit_page::AuditPage;
pub use clocks_page::ClocksPage;
pub use event_kinds_page::EventKindsPage;
pub use groups_page::GroupsPage;
pub use ladders_page::LaddersPage;
pub use list_page::ListPage;
pub use lists_page::ListsPage;
pub use mail_in_page::MailInPage;
pub use mail_page::MailPage;
pub use mails_in_page::MailsInPage;
pub use message_templates_page::MessageTemplatesPage;
pub use nurture_page::NurturePage;
pub use outbox_page::OutboxPage;
pub use own_reach::{read as read_availability, say as say_availability};
pub use people_page::PeoplePage;
pub use playbook_page::PlaybookPage;
pub use profile_page::ProfilePage;
pub use registration_page::RegistrationPage;
pub use roles_page::RolesPage;
pub use rule_trial_page::RuleTrialPage;
pub use rules_page::RulesPage;
pub use scoring_page::ScoringPage;
#[cfg(test)]
pub(crate) use sections::SECTIONS;
pub use sections::SectionsPage;
pub use site_page::SitePage;
pub use template_page::TemplatePage;
pub use templates_page::TemplatesPage;
pub use territories_page::TerritoriesPage;
pub use tokens_page::TokensPage;
pub use type_page::TypePage;
pub use types_page::TypesPage;
pub use webhooks_page::WebhooksPage;

use leptos::prelude::*;

use crate::form::{Done, FormState};
use crate::form_reply::FormReply;

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
