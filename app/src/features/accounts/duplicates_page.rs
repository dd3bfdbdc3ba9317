//! Accounts that look like one, to be worked off: `/accounts/duplicates`. `?dismissed=1` shows those that are not the same.

use domain::account_twin::Twins;
use domain::{AccountId, FormValues, Page};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::list_parts::{ListOutline, Pager, ask_for};
use super::server_fns::list_duplicates;
use super::twin_list::TwinItem;
use crate::components::{Empty, Problem};
use crate::context::Toasts;
use crate::form::Done;
use crate::live::{Heard, Live};
use crate::routes;

/// What the address asks for.
#[derive(Clone, Debug, PartialEq)]
struct Asked {
    dismissed: bool,
    after: Option<String>,
}

/// The page. Server: one page of pairs, with a link to the next.
#[component]
pub fn DuplicatesPage() -> impl IntoView {
    let search = use_location().search;
    let asked = Memo::new(move |_| {
        let values = FormValues::decode(search.get().trim_start_matches('?').as_bytes());
        let after = values.find("after").filter(|text| !text.is_empty()).map(str::to_owned);
        Asked { dismissed: !values.get("dismissed").is_empty(), after }
    });
    let found = Resource::new(move || asked.get(), |asked| list_duplicates(asked.dismissed, asked.after));
    let toasts = expect_context::<Toasts>();
    let done = Callback::new(move |done: Done| {
        toasts.say(done.message);
        found.refetch();
    });
    expect_context::<Live>().listen(Callback::new(move |heard| {
        if heard == Heard::Resync {
            found.refetch();
        }
    }));
    view! {
        <Title text="Near duplicates" />
        <main class="page" id="main" tabindex="-1">
            <div class="page__head"><h1>"Accounts that may be here twice"</h1></div>
            <Transition fallback=|| view! { <ListOutline /> }>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(page) => view! { <Loaded page asked=asked.get_untracked() done /> }.into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
            <AnyTwo typed=search.get_untracked() />
        </main>
    }
    .into_any()
}

#[component]
fn Loaded(page: Page<Twins>, asked: Asked, done: Callback<Done>) -> impl IntoView {
    let query = if asked.dismissed { "dismissed=1" } else { "" };
    let next = page.next_cursor.map(|cursor| routes::with_query(routes::DUPLICATES, &routes::and(query, "after", &cursor)));
    let first = asked.after.is_some().then(|| routes::with_query(routes::DUPLICATES, query));
    let (around, there) = if asked.dismissed {
        ("Those to be worked off", routes::DUPLICATES.to_owned())
    } else {
        ("Those that are not the same", routes::with_query(routes::DUPLICATES, "dismissed=1"))
    };
    let body = if page.items.is_empty() {
        let title = if asked.dismissed { "Nobody dismissed any" } else { "No account is here twice" };
        view! { <Empty icon="building" title=title text="New and changed accounts are looked through within minutes." /> }.into_any()
    } else {
        let items = page.items.into_iter().map(|twins| view! { <TwinItem twins done /> }).collect_view();
        view! { <ul class="merge__list">{items}</ul> }.into_any()
    };
    view! {
        <p>"The likeliest come first. "<a href=there>{around}</a></p>
        {body}
        <Pager first previous=None next />
    }
    .into_any()
}

/// Any two accounts by their numbers. Without script the page comes again with a link to where the form leads with it.
#[component]
fn AnyTwo(
    /// The query with what was typed.
    typed: String,
) -> impl IntoView {
    let values = FormValues::decode(typed.trim_start_matches('?').as_bytes());
    let submit = ask_for(|values| pair_in(values).map_or_else(|| routes::DUPLICATES.to_owned(), |(kept, other)| routes::merge(kept, other)));
    let field = |name: &'static str, label: &'static str| {
        let value = values.get(name).to_owned();
        view! {
            <div class="field">
                <label class="field__label" for=name>{label}</label>
                <input class="input input--figure" id=name name=name inputmode="numeric" autocomplete="off" value=value />
            </div>
        }
        .into_any()
    };
    let link = pair_in(&values)
        .map(|(kept, other)| view! { <p><a href=routes::merge(kept, other)>{format!("Merge # {other} into # {kept}")}</a></p> }.into_any());
    view! {
        <section class="section" aria-labelledby="any-two-h">
            <div class="section__head"><h2 id="any-two-h">"Two others are the same?"</h2></div>
            <form class="form" action=routes::DUPLICATES method="get" on:submit=submit>
                {field("kept", "Number of the account that stays")}
                {field("other", "Number of the one that goes into it")}
                <div class="form__actions"><button class="button">"Look at both"</button></div>
            </form>
            {link}
        </section>
    }
    .into_any()
}

/// The numbers of two accounts, with or without the sign that stands before them on pages.
fn pair_in(values: &FormValues) -> Option<(AccountId, AccountId)> {
    let number = |name: &str| values.get(name).trim_start_matches(['#', ' ']).trim().parse::<i64>().ok().map(AccountId);
    number("kept").zip(number("other"))
}
