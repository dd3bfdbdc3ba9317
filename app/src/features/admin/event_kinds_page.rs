//! Contact events: `/admin/event-kinds`. Their kinds, what each counts, and after how long it counts half. For administrators.

use domain::{ChoiceList, ContactEventKind, Weighing};
use leptos::prelude::*;
use leptos_meta::Title;

use super::close_when_done;
use super::configuration_fns::load_weighing;
use super::sections::AdminPage;
use super::ticks::Tick;
use crate::components::{Icon, Problem};
use crate::context::{Toasts, catalog_now};
use crate::form::{Done, ErrorSummary, Input, InputKind, Options, PostForm, Select, came_back};
use crate::live::{Heard, Live};

/// The page.
#[component]
pub fn EventKindsPage() -> impl IntoView {
    let found = Resource::new(|| (), |()| load_weighing());
    view! {
        <Title text="Contact events" />
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
fn Loaded(found: Weighing) -> impl IntoView {
    let weighing = RwSignal::new(found);
    let toasts = expect_context::<Toasts>();
    let reload = move || {
        leptos::task::spawn_local(async move {
            match load_weighing().await {
                Ok(fresh) => drop(weighing.try_set(fresh)),
                Err(error) => toasts.fail(error.to_string()),
            }
        });
    };
    let done = Callback::new(move |done: Done| {
        toasts.say(done.message);
        reload();
    });
    expect_context::<Live>().listen(Callback::new(move |heard| {
        if matches!(heard, Heard::Catalog | Heard::Resync) {
            reload();
        }
    }));
    let general = Memo::new(move |_| weighing.with(|weighing| (weighing.half_life, weighing.source)));
    view! {
        <AdminPage here="/admin/event-kinds">
            <section class="section" aria-labelledby="kinds-h">
                <div class="section__head"><h1 id="kinds-h">"Contact events"</h1></div>
                <p class="muted">"What contacts do, as other systems send it. Each counts its points when it happens, and fewer from then on."</p>
                <table class="table table--stack">
                    <thead>
                        <tr>
                            <th scope="col">"Kind"</th>
                            <th scope="col">"Sent as"</th>
                            <th class="table__end" scope="col">"Points"</th>
                            <th class="table__end" scope="col"><span class="visually-hidden">"Change"</span></th>
                        </tr>
                    </thead>
                    <tbody>
                        <For each=move || weighing.with(|weighing| weighing.kinds.clone()) key=Clone::clone children=move |kind| view! { <Row kind done /> } />
                    </tbody>
                </table>
            </section>
            <section class="section" aria-labelledby="fading-h">
                <div class="section__head"><h2 id="fading-h">"How long they count, and what they make"</h2></div>
                {move || {
                    let (half_life, source) = general.get();
                    view! { <General days=half_life.days() source=source.map(|id| id.to_string()).unwrap_or_default() done /> }
                }}
            </section>
            <section class="section" aria-labelledby="add-h">
                <div class="section__head"><h2 id="add-h">"Add a kind"</h2></div>
                <PostForm action="/admin/event-kinds" class="form" on_done=done>
                    <ErrorSummary prefix="new-" />
                    <Input name="name" label="Name" help="Other programs send it as one word: “Trade fair” as trade_fair" prefix="new-" />
                    <Input name="weight" label="Points" kind=InputKind::Number prefix="new-" />
                    <div class="form__actions"><button class="button button--primary">"Add kind"</button></div>
                </PostForm>
            </section>
        </AdminPage>
    }
    .into_any()
}

#[component]
fn General(days: i64, source: String, done: Callback<Done>) -> impl IntoView {
    let catalog = catalog_now();
    let unnamed = (String::new(), "None".to_owned());
    let offered = catalog.offered(ChoiceList::Source).map(|choice| (choice.id.to_string(), choice.name.clone()));
    let sources: Options = std::iter::once(unnamed).chain(offered).collect();
    view! {
        <PostForm action="/admin/event-kinds/half-life" class="form" on_done=done>
            <ErrorSummary />
            <Input name="half_life" label="Half-life in days" kind=InputKind::Number value=days.to_string() help="After so many days an event counts half, after twice as many a quarter" />
            <Select name="source" label="Source of the leads" options=sources value=source />
            <div class="form__actions"><button class="button button--primary">"Save"</button></div>
        </PostForm>
    }
    .into_any()
}

#[component]
fn Row(kind: ContactEventKind, done: Callback<Done>) -> impl IntoView {
    let action = format!("/admin/event-kinds/{}", kind.key);
    let is_open = came_back(&action);
    let prefix = format!("{}-", kind.key);
    let node = NodeRef::<leptos::html::Details>::new();
    let saved = close_when_done(node, done);
    view! {
        <tr>
            <td>{kind.label.clone()}{kind.retired.then(|| view! { " " <span class="badge tone-grey">"Retired"</span> })}</td>
            <td><code>{kind.key.clone()}</code></td>
            <td class="table__end">{kind.weight}<span class="stack-only">" points"</span></td>
            <td class="table__end">
                <details class="menu menu--end" open=is_open node_ref=node>
                    <summary class="button button--quiet button--icon button--small" aria-label=format!("Change {}", kind.label)><Icon name="edit" /></summary>
                    <div class="menu__panel">
                        <PostForm action=action class="filter-panel" on_done=saved>
                            <div class="filter-panel__wide"><ErrorSummary prefix=prefix.clone() /></div>
                            <div class="filter-panel__wide"><Input name="name" label="Name" value=kind.label.clone() prefix=prefix.clone() /></div>
                            <div class="filter-panel__wide">
                                <Input name="weight" label="Points" kind=InputKind::Number value=kind.weight.to_string() prefix=prefix.clone() />
                            </div>
                            <div class="filter-panel__wide">
                                <Tick name="retired" label="Retired: no longer taken, what came before still counts" checked=kind.retired prefix=prefix />
                            </div>
                            <div class="filter-panel__foot"><button class="button button--primary">"Save kind"</button></div>
                        </PostForm>
                    </div>
                </details>
            </td>
        </tr>
    }
    .into_any()
}
