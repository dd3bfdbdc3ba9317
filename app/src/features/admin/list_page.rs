//! One configured list: `/admin/lists/{list}`. For administrators.

use domain::ChoiceList;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::close_when_done;
use super::configuration_fns::{ChoiceRow, load_list};
use super::order_buttons::{OrderButtons, RemoveForm, count_text};
use super::sections::AdminPage;
use super::ticks::Tick;
use crate::components::{Empty, Icon, NotFound, Problem};
use crate::context::Toasts;
use crate::form::{Done, ErrorSummary, Input, PostForm, came_back};
use crate::live::{Heard, Live};

/// What a source may have besides.
const ASKS_REFERRER: &str = "A referral: asks which account referred the caller";
/// What an offering may have besides.
const IS_GOODS: &str = "A physical good; else it is a service";

/// The page.
#[component]
pub fn ListPage() -> impl IntoView {
    let params = use_params_map();
    let list = Memo::new(move |_| params.with(|params| params.get("list").and_then(|key| ChoiceList::from_key(&key))));
    let found = Resource::new(
        move || list.get(),
        |list| async move {
            match list {
                Some(list) => load_list(list.key().to_owned()).await.map(|rows| (list, rows)),
                None => Err(crate::wire_error::WireError::NotFound),
            }
        },
    );
    view! {
        <main class="page" id="main" tabindex="-1">
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok((list, found)) => view! { <Title text=list.label() /> <Loaded list found /> }.into_any(),
                        Err(crate::wire_error::WireError::NotFound) => view! { <NotFound /> }.into_any(),
                        Err(error) => view! { <Title text="Lists" /> <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

/// A row with its place, so that only rows that changed are rendered anew.
type Placed = (ChoiceRow, bool, bool);

fn placed(rows: Vec<ChoiceRow>) -> Vec<Placed> {
    let last = rows.len().saturating_sub(1);
    rows.into_iter().enumerate().map(|(index, row)| (row, index == 0, index == last)).collect()
}

#[component]
fn Loaded(list: ChoiceList, found: Vec<ChoiceRow>) -> impl IntoView {
    let rows = RwSignal::new(placed(found));
    let toasts = expect_context::<Toasts>();
    let reload = move || {
        leptos::task::spawn_local(async move {
            match load_list(list.key().to_owned()).await {
                Ok(fresh) => drop(rows.try_set(placed(fresh))),
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
        if matches!(heard, Heard::Catalog | Heard::Resync) {
            reload();
        }
    }));
    let is_empty = Memo::new(move |_| rows.with(Vec::is_empty));
    view! {
        <AdminPage here="/admin/lists">
            <section class="section" aria-labelledby="list-h">
                <div class="section__head">
                    <h1 id="list-h">{list.label()}</h1>
                    <span class="muted">{list.purpose()}</span>
                    <a class="push" href="/admin/lists">"All lists"</a>
                </div>
                {move || if is_empty.get() {
                    view! { <Empty icon="list" title="Nothing in this list yet" text="Add the first entry below." /> }.into_any()
                } else {
                    view! {
                        <table class="table table--stack">
                            <thead>
                                <tr>
                                    <th scope="col">"Entry"</th>
                                    <th scope="col">"Used by"</th>
                                    <th class="table__end" scope="col"><span class="visually-hidden">"Order and change"</span></th>
                                </tr>
                            </thead>
                            <tbody>
                                <For each=move || rows.get() key=Clone::clone children=move |row| view! { <Row row done /> } />
                            </tbody>
                        </table>
                    }
                    .into_any()
                }}
            </section>
            <section class="section" aria-labelledby="add-h">
                <div class="section__head"><h2 id="add-h">"Add an entry"</h2></div>
                <PostForm action=format!("/admin/lists/{}", list.key()) class="form" on_done=done>
                    <ErrorSummary prefix="new-" />
                    <Input name="name" label="Name" prefix="new-" />
                    <Tick name="is_default" label="Default: taken when nobody chooses" checked=false prefix="new-" />
                    {(list == ChoiceList::Source).then(|| view! { <Tick name="asks_referrer" label=ASKS_REFERRER checked=false prefix="new-" /> })}
                    {(list == ChoiceList::Offering).then(|| view! { <Tick name="is_goods" label=IS_GOODS checked=false prefix="new-" /> })}
                    <div class="form__actions"><button class="button button--primary">"Add entry"</button></div>
                </PostForm>
            </section>
        </AdminPage>
    }
    .into_any()
}

#[component]
fn Row(row: Placed, done: Callback<Done>) -> impl IntoView {
    let (ChoiceRow { choice, uses }, is_first, is_last) = row;
    let action = format!("/admin/lists/{}/{}", choice.list.key(), choice.id);
    let remove = format!("{action}/remove");
    let is_open = came_back(&action) || came_back(&remove);
    let prefix = format!("c{}-", choice.id);
    let node = NodeRef::<leptos::html::Details>::new();
    let saved = close_when_done(node, done);
    view! {
        <tr>
            <td>
                {choice.name.clone()}
                {choice.is_default.then(|| view! { " " <span class="muted">"default"</span> })}
                {choice.asks_referrer.then(|| view! { " " <span class="muted">"asks who referred"</span> })}
                {choice.is_goods.then(|| view! { " " <span class="muted">"goods"</span> })}
                {choice.retired.then(|| view! { " " <span class="badge tone-grey">"Retired"</span> })}
            </td>
            <td>{count_text(uses)}<span class="stack-only">" uses"</span></td>
            <td class="table__end">
                <div class="button-group button-group--end">
                    <OrderButtons action=format!("{action}/move") name=choice.name.clone() is_first is_last done />
                    <details class="menu menu--end" open=is_open node_ref=node>
                        <summary class="button button--quiet button--icon button--small" aria-label=format!("Change {}", choice.name)><Icon name="edit" /></summary>
                        <div class="menu__panel">
                            <PostForm action=action class="filter-panel" on_done=saved>
                                <div class="filter-panel__wide"><ErrorSummary prefix=prefix.clone() /></div>
                                <div class="filter-panel__wide"><Input name="name" label="Name" value=choice.name.clone() prefix=prefix.clone() /></div>
                                <div class="filter-panel__wide">
                                    <Tick name="is_default" label="Default: taken when nobody chooses" checked=choice.is_default prefix=prefix.clone() />
                                </div>
                                {(choice.list == ChoiceList::Source).then(|| view! {
                                    <div class="filter-panel__wide">
                                        <Tick name="asks_referrer" label=ASKS_REFERRER checked=choice.asks_referrer prefix=prefix.clone() />
                                    </div>
                                })}
                                {(choice.list == ChoiceList::Offering).then(|| view! {
                                    <div class="filter-panel__wide"><Tick name="is_goods" label=IS_GOODS checked=choice.is_goods prefix=prefix.clone() /></div>
                                })}
                                <div class="filter-panel__wide">
                                    <Tick name="retired" label="Retired: what uses it keeps it, no longer offered" checked=choice.retired prefix=prefix />
                                </div>
                                <div class="filter-panel__foot"><button class="button button--primary">"Save entry"</button></div>
                            </PostForm>
                            {(uses == 0).then(|| view! { <RemoveForm action=remove label="Remove entry" done=saved /> })}
                        </div>
                    </details>
                </div>
            </td>
        </tr>
    }
    .into_any()
}
