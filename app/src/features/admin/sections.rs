//! The sections of administration: one table for their links and for the page that leads to them.
//!
//! To add a section: its line here, its page beside this file, its route in `app`, its forms in `doors`.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{Icon, Problem};
use crate::context::me;
use crate::wire_error::WireError;

/// A section as its link shows it.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    pub href: &'static str,
    pub icon: &'static str,
    pub name: &'static str,
    /// What is found there.
    pub text: &'static str,
}

/// Every section, in the order of the links.
pub const SECTIONS: &[Section] = &[
    Section { href: "/admin/users", icon: "user", name: "People", text: "Who can sign in, as what, and in which groups" },
    Section { href: "/admin/groups", icon: "users", name: "Groups", text: "Among whom one may accept a lead, and who manages them" },
    Section { href: "/admin/territories", icon: "map-pin", name: "Territories", text: "Places, their regional managers and their distributors" },
    Section { href: "/admin/rules", icon: "filter", name: "Routing", text: "Who gets which lead: coverage, specialists, the order of the steps" },
    Section { href: "/admin/types", icon: "flag", name: "Lead types", text: "Each with its pipeline of statuses, its defaults and its own fields" },
    Section { href: "/admin/lists", icon: "list", name: "Lists", text: "Sources, categories, offerings, lost reasons and the other lists" },
    Section { href: "/admin/ladders", icon: "phone", name: "Ladders", text: "Whom calls are put through to, and who can be reached now" },
    Section { href: "/admin/event-kinds", icon: "star", name: "Contact events", text: "What contacts do, what each of it counts, and for how long" },
    Section { href: "/admin/scoring", icon: "trophy", name: "Scores", text: "Points by rules, and what the site’s closed leads teach" },
    Section { href: "/admin/site", icon: "home", name: "Site", text: "Its name and logo, region, currency, time zone and working hours" },
    Section { href: "/admin/clocks", icon: "clock", name: "Clocks", text: "By when leads are reviewed and followed up, and when groups work" },
    Section {
        href: "/admin/playbook",
        icon: "comment",
        name: "Playbook",
        text: "How people are tried to be reached: in which steps, and with which words",
    },
    Section { href: "/admin/templates", icon: "edit", name: "Mail templates", text: "The words of the mails that people get" },
    Section { href: "/admin/registration", icon: "mail", name: "Registration form", text: "The mail that confirms to visitors what they sent in" },
    Section { href: "/admin/messages", icon: "comment", name: "Message templates", text: "The words that people write to leads with" },
    Section {
        href: "/admin/nurture",
        icon: "clock",
        name: "Nurture plans",
        text: "Series of messages that are sent by themselves, until they answer",
    },
    Section { href: "/admin/outbox", icon: "mail", name: "Outbox", text: "Mail that waits, was sent, or could not be" },
    Section { href: "/admin/mail-in", icon: "mail", name: "Incoming mail", text: "Mail that came in, and what became of it" },
    Section { href: "/admin/roles", icon: "shield", name: "Roles", text: "What each role may see and do" },
    Section { href: "/admin/tokens", icon: "key", name: "API tokens", text: "With which other programs act for a person" },
    Section { href: "/admin/webhooks", icon: "bell", name: "Webhooks", text: "Other systems that hear at once what happens here" },
    Section { href: "/admin/audit", icon: "clock", name: "Audit", text: "Who changed what, when and from where; who signed in" },
];

/// The page around every section, with the links to the others.
#[component]
pub fn AdminPage(
    /// Address of the section shown.
    here: &'static str,
    children: Children,
) -> impl IntoView {
    let link = |section: &Section| {
        view! { <a class="admin__link" href=section.href aria-current=(section.href == here).then_some("page")>{section.name}</a> }.into_any()
    };
    if !domain::can(&me(), domain::Action::Configure, domain::Target::Site) {
        // Their own tokens are all that others find here.
        return children().into_any();
    }
    view! {
        <div class="admin">
            <nav class="admin__nav" aria-label="Settings">{SECTIONS.iter().map(link).collect_view()}</nav>
            <div class="admin__body">{children()}</div>
        </div>
    }
    .into_any()
}

/// Why a page that reads nothing is not for this person.
#[must_use]
pub fn refused() -> Option<WireError> {
    let may = domain::can(&me(), domain::Action::Configure, domain::Target::Site);
    (!may).then(|| WireError::Forbidden("Only an administrator can do this".to_owned()))
}

/// The way to every section: `/admin`.
#[component]
pub fn SectionsPage() -> impl IntoView {
    let card = |section: &Section| {
        view! {
            <li>
                <a class="admin-card" href=section.href>
                    <Icon name=section.icon />
                    <span class="admin-card__name">{section.name}</span>
                    <span class="admin-card__text">{section.text}</span>
                </a>
            </li>
        }
        .into_any()
    };
    view! {
        <Title text="Settings" />
        <main class="page" id="main" tabindex="-1">
            {match refused() {
                Some(error) => view! { <Problem error /> }.into_any(),
                None => view! {
                    <div class="section__head"><h1>"Settings"</h1></div>
                    <ul class="admin-cards">{SECTIONS.iter().map(card).collect_view()}</ul>
                }
                .into_any(),
            }}
        </main>
    }
    .into_any()
}
