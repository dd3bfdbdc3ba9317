//! Lead types: `/admin/types`. For administrators.

use leptos::prelude::*;
use leptos_meta::Title;

use super::configuration_fns::{TypeRow, load_types};
use super::order_buttons::{OrderButtons, count_text};
use super::sections::AdminPage;
use crate::components::{Empty, Problem};
use crate::context::Toasts;
use crate::form::{Done, ErrorSummary, Input, PostForm, Select};
use crate::live::{Heard, Live};

/// The page.
#[component]
pub fn TypesPage() -> impl IntoView {
    let types = Resource::new(|| (), |()| load_types());
    view! {
        <Title text="Lead types" />
        <main class="page" id="main" tabindex="-1">
            <Transition>
                {move || Suspend::new(async move {
                    match types.await {
                        Ok(found) => view! { <Loaded found /> }.into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

/// A row with its place, so that only rows that changed are rendered anew.
type Placed = (TypeRow, bool, bool);

fn placed(rows: Vec<TypeRow>) -> Vec<Placed> {
    let last = rows.len().saturating_sub(1);
    rows.into_iter().enumerate().map(|(index, row)| (row, index == 0, index == last)).collect()
}

#[component]
fn Loaded(found: Vec<TypeRow>) -> impl IntoView {
    let models = StoredValue::new(found.iter().map(|row| (row.lead_type.id.to_string(), row.lead_type.name.clone())).collect::<Vec<_>>());
    let types = RwSignal::new(placed(found));
    let toasts = expect_context::<Toasts>();
    let reload = move || {
        leptos::task::spawn_local(async move {
            match load_types().await {
                Ok(fresh) => drop(types.try_set(placed(fresh))),
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
    let is_empty = Memo::new(move |_| types.with(Vec::is_empty));
    view! {
        <AdminPage here="/admin/types">
            <section class="section" aria-labelledby="types-h">
                <div class="section__head">
                    <h1 id="types-h">"Lead types"</h1>
                    <span class="muted">{move || types.with(Vec::len)}</span>
                </div>
                {move || if is_empty.get() {
                    view! { <Empty icon="flag" title="No lead types yet" text="A lead is of a type, which gives it its pipeline. Add the first below." /> }.into_any()
                } else {
                    view! {
                        <table class="table table--stack">
                            <thead>
                                <tr>
                                    <th scope="col">"Type"</th>
                                    <th scope="col">"Leads"</th>
                                    <th class="table__end" scope="col"><span class="visually-hidden">"Order"</span></th>
                                </tr>
                            </thead>
                            <tbody>
                                <For each=move || types.get() key=Clone::clone children=move |row| view! { <Row row done /> } />
                            </tbody>
                        </table>
                    }
                    .into_any()
                }}
            </section>
            <section class="section" aria-labelledby="add-h">
                <div class="section__head"><h2 id="add-h">"Add a lead type"</h2></div>
                <AddType models=models.get_value() />
            </section>
        </AdminPage>
    }
    .into_any()
}

#[component]
fn Row(row: Placed, done: Callback<Done>) -> impl IntoView {
    let (TypeRow { lead_type, leads }, is_first, is_last) = row;
    let href = format!("/admin/types/{}", lead_type.id);
    view! {
        <tr>
            <td>
                <a class="row__link" href=href.clone()>{lead_type.name.clone()}</a>
                {lead_type.retired.then(|| view! { " " <span class="badge tone-grey">"Retired"</span> })}
            </td>
            <td>{count_text(leads)}<span class="stack-only">" leads"</span></td>
            <td class="table__end"><OrderButtons action=format!("{href}/move") name=lead_type.name is_first is_last done /></td>
        </tr>
    }
    .into_any()
}

/// Adds a type and goes to it.
#[component]
fn AddType(models: Vec<(String, String)>) -> impl IntoView {
    let like = std::iter::once((String::new(), "A status for each state".to_owned()))
        .chain(models.into_iter().map(|(id, name)| (id, format!("As {name}"))))
        .collect::<Vec<_>>();
    view! {
        <PostForm action="/admin/types" class="form">
            <ErrorSummary prefix="new-" />
            <Input name="name" label="Name" prefix="new-" />
            <Select name="like" label="Pipeline to start with" options=like help="It can be changed afterwards." prefix="new-" />
            <div class="form__actions"><button class="button button--primary">"Add lead type"</button></div>
        </PostForm>
    }
    .into_any()
}
