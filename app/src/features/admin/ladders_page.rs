//! Ladders: `/admin/ladders`. Whom calls are put through to, and how that looks now. For administrators.

use domain::ladder::{LadderKind, Rung, RungShown, Standing};
use leptos::prelude::*;
use leptos_meta::Title;

use super::configuration_fns::{LadderView, LaddersView, load_ladders};
use super::ladder_forms::{AddRung, ChangeRung, CopiesForm, PostsForm, RenameLadder};
use super::order_buttons::OrderButtons;
use super::sections::AdminPage;
use crate::components::Problem;
use crate::context::{Toasts, catalog_now};
use crate::form::Done;
use crate::live::{Heard, Live};

/// The page.
#[component]
pub fn LaddersPage() -> impl IntoView {
    let found = Resource::new(|| (), |()| load_ladders());
    view! {
        <Title text="Ladders" />
        <main class="page" id="main" tabindex="-1">
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(found) => view! { <Loaded found /> }.into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

#[component]
fn Loaded(found: LaddersView) -> impl IntoView {
    let view = RwSignal::new(found);
    let toasts = expect_context::<Toasts>();
    let reload = move || {
        leptos::task::spawn_local(async move {
            match load_ladders().await {
                Ok(fresh) => drop(view.try_set(fresh)),
                Err(error) => toasts.fail(error.to_string()),
            }
        });
    };
    let done = Callback::new(move |done: Done| {
        if !done.message.is_empty() {
            toasts.say(done.message);
        }
        reload();
    });
    expect_context::<Live>().listen(Callback::new(move |heard| {
        if matches!(heard, Heard::Catalog | Heard::Person(_) | Heard::Resync) {
            reload();
        }
    }));
    let posts = Memo::new(move |_| view.with(|view| view.posts.clone()));
    let copies = Memo::new(move |_| view.with(|view| view.copies.clone()));
    let count = view.with_untracked(|view| view.ladders.len());
    let ladder = move |index: usize| {
        let ladder = Memo::new(move |_| view.with(|view| view.ladders.get(index).cloned()));
        view! { <LadderSection ladder done /> }
    };
    view! {
        <AdminPage here="/admin/ladders">
            <section class="section" aria-labelledby="ladders-h">
                <div class="section__head"><h1 id="ladders-h">"Ladders"</h1></div>
                <p class="muted">"Whoever takes a call climbs a ladder until somebody answers. Who says “busy” or “away” in their menu, or is absent, is passed over."</p>
                {move || view! { <PostsForm posts=posts.get() done /> }}
            </section>
            {(0..count).map(ladder).collect_view()}
            <section class="section" aria-labelledby="copies-h">
                <div class="section__head"><h2 id="copies-h">"Copies of calls"</h2></div>
                <p class="muted">"They have a copy of the note of every call that is saved, whoever gets the lead."</p>
                {move || view! { <CopiesForm copies=copies.get() done /> }}
            </section>
        </AdminPage>
    }
    .into_any()
}

/// A rung with its place, so that only rows that changed are rendered anew.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Placed {
    number: usize,
    rung: Rung,
    shown: RungShown,
    is_last: bool,
}

fn placed(view: Option<LadderView>) -> Vec<Placed> {
    let Some(LadderView { ladder, shown }) = view else { return Vec::new() };
    let last = ladder.rungs.len();
    let place = |((rung, shown), number)| Placed { number, rung, shown, is_last: number == last };
    ladder.rungs.into_iter().zip(shown).zip(1..).map(place).collect()
}

#[component]
fn LadderSection(ladder: Memo<Option<LadderView>>, done: Callback<Done>) -> impl IntoView {
    let Some(kind) = ladder.with_untracked(|view| view.as_ref().map(|view| view.ladder.kind)) else { return ().into_any() };
    let name = Memo::new(move |_| ladder.with(|view| view.as_ref().map(|view| view.ladder.name.clone()).unwrap_or_default()));
    let heading = format!("{}-h", kind.key());
    let heading_id = heading.clone();
    view! {
        <section class="section" aria-labelledby=heading>
            <div class="section__head">
                <h2 id=heading_id>{move || name.get()}</h2>
                <span class="muted">{kind.purpose()}</span>
                <span class="push">{move || view! { <RenameLadder kind name=name.get() done /> }}</span>
            </div>
            <table class="table table--stack">
                <thead>
                    <tr>
                        <th scope="col">"Rung"</th>
                        <th scope="col">"When"</th>
                        <th scope="col">"Called at"</th>
                        <th scope="col">"Now"</th>
                        <th class="table__end" scope="col"><span class="visually-hidden">"Order and change"</span></th>
                    </tr>
                </thead>
                <tbody>
                    <For each=move || placed(ladder.get()) key=Clone::clone children=move |placed| view! { <Row kind placed done /> } />
                </tbody>
            </table>
            <AddRung kind done />
        </section>
    }
    .into_any()
}

#[component]
fn Row(kind: LadderKind, placed: Placed, done: Callback<Done>) -> impl IntoView {
    let Placed { number, rung, shown, is_last } = placed;
    let catalog = catalog_now();
    let who = rung.alternates.iter().map(|alternate| alternate.label(&catalog)).collect::<Vec<_>>().join(", then ");
    let channels = rung.channels.iter().map(|channel| channel.label()).collect::<Vec<_>>().join(", ");
    let action = format!("/admin/ladders/{}/rungs/{}", kind.key(), rung.id);
    let condition = rung.condition.label();
    let assigns = rung.assigns;
    view! {
        <tr>
            <td>{format!("{number}. {who}")}</td>
            <td>{condition}</td>
            <td>{channels}{assigns.then(|| view! { " " <span class="badge tone-violet">"Gets it without an answer"</span> })}</td>
            <td><Now shown /></td>
            <td class="table__end">
                <div class="button-group button-group--end">
                    <OrderButtons action=format!("{action}/move") name=format!("rung {number}") is_first=number == 1 is_last done />
                    <ChangeRung action rung number done />
                </div>
            </td>
        </tr>
    }
    .into_any()
}

/// Who stands on the rung now, and whether they can be reached.
#[component]
fn Now(shown: RungShown) -> impl IntoView {
    let receiver = shown.receiver;
    let one = |standing: Standing| {
        let (words, tone) = match &standing.hindrance {
            None => ("available".to_owned(), "green"),
            Some(words) => (words.clone(), if standing.is_gone { "grey" } else { "amber" }),
        };
        let for_whom = standing.stands_in_for.map(|name| format!(" for {name}"));
        let gets = (receiver == Some(standing.user)).then(|| view! { " " <span class="muted small">"gets it"</span> });
        view! { <li>{standing.name}{for_whom}" "<span class=format!("badge tone-{tone}")>{words}</span>{gets}</li> }.into_any()
    };
    view! {
        {(!shown.standing.is_empty()).then(|| view! { <ul>{shown.standing.into_iter().map(one).collect_view()}</ul> })}
        {shown.waits.map(|waits| view! { <p class="muted small">{waits}</p> })}
    }
    .into_any()
}
