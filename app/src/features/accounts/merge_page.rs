//! Two accounts side by side, to be made one: `/accounts/{kept}/merge/{other}`.

use domain::account_merge::{MergeField, MergePreview, Side, UNDO_DAYS};
use domain::{Account, AccountId};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::server_fns::load_merge;
use crate::components::{NotFound, Problem};
use crate::context::catalog_now;
use crate::form::{ErrorSummary, Hidden, PostForm, error_at, typed_before};
use crate::live::{Heard, Live};
use crate::routes;

/// The page.
#[component]
pub fn MergePage() -> impl IntoView {
    let params = use_params_map();
    let numbers = Memo::new(move |_| {
        params.with(|params| {
            let number = |name: &str| params.get(name).and_then(|text| text.parse::<i64>().ok());
            number("number").zip(number("other"))
        })
    });
    let preview = Resource::new(
        move || numbers.get(),
        |numbers| async move {
            match numbers {
                Some((kept, other)) => Some(load_merge(kept, other).await),
                None => None,
            }
        },
    );
    expect_context::<Live>().listen(Callback::new(move |heard| {
        let concerns = match heard {
            Heard::Account(data) => numbers.get_untracked().is_some_and(|(kept, other)| data.number == kept || data.number == other),
            Heard::Resync => true,
            _ => false,
        };
        if concerns {
            preview.refetch();
        }
    }));
    view! {
        <Title text="Merge two accounts" />
        <main class="page" id="main" tabindex="-1">
            <Transition>
                {move || Suspend::new(async move {
                    match preview.await {
                        Some(Ok(preview)) => view! { <Loaded preview /> }.into_any(),
                        Some(Err(error)) => view! { <Problem error /> }.into_any(),
                        None => view! { <NotFound /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

#[component]
fn Loaded(preview: MergePreview) -> impl IntoView {
    let MergePreview { kept, other, moving, refused } = preview;
    let around = routes::merge(other.id, kept.id);
    let back = routes::account(kept.id);
    let refused = refused.map(|sentence| view! { <p class="conflict" role="note">{sentence}"."</p> });
    let may = refused.is_none();
    view! {
        <div class="page__head"><h1>"Merge "{other.name.clone()}" into "{kept.name.clone()}</h1></div>
        <p>
            "Everything of the account on the right goes into the one on the left, which keeps its number. "
            <a href=around>"Keep the other one instead"</a>
        </p>
        {refused}
        {if may {
            view! {
                <PostForm action=routes::merge(kept.id, other.id) class="merge">
                    <Hidden name="version" value=kept.version.to_string() />
                    <Hidden name="other_version" value=other.version.to_string() />
                    <ErrorSummary />
                    <Columns kept other />
                    <Moving moving />
                    <div class="form__actions">
                        <button class="button button--primary">"Merge"</button>
                        <a class="button button--quiet" href=back>"Leave both as they are"</a>
                    </div>
                </PostForm>
            }
            .into_any()
        } else {
            view! { <a class="button" href=back>"Back to the account"</a> }.into_any()
        }}
    }
    .into_any()
}

#[component]
fn Columns(kept: Account, other: Account) -> impl IntoView {
    let catalog = catalog_now();
    let head = |id: AccountId, name: String, what: &'static str| {
        view! { <div><strong><a href=routes::account(id)>{name}</a></strong>" "<span class="muted">{format!("# {id}, {what}")}</span></div> }
            .into_any()
    };
    let fields = MergeField::ALL.map(|field| {
        let (left, right) = (field.show(&kept, &catalog), field.show(&other, &catalog));
        if field.is_same(&kept, &other) {
            view! { <Both label=field.label() left right /> }.into_any()
        } else {
            view! { <Choice field left right preferred=field.preferred(&kept, &other) /> }.into_any()
        }
    });
    let is_list = |label: &str| MergeField::ALL.iter().all(|field| field.label() != label);
    let mut lists: Vec<AnyView> = Vec::new();
    for field in Account::FIELDS.iter().filter(|field| is_list(field.label)) {
        let (left, right) = ((field.show)(&kept, &catalog), (field.show)(&other, &catalog));
        lists.push(view! { <Both label=field.label left right /> }.into_any());
    }
    view! {
        <div class="merge__head">
            {head(kept.id, kept.name.clone(), "stays")}
            {head(other.id, other.name.clone(), "goes into it")}
        </div>
        {fields.into_iter().collect_view()}
        <h2>"Kept from both"</h2>
        {lists}
    }
    .into_any()
}

/// A field of which one value stays.
#[component]
fn Choice(field: MergeField, left: String, right: String, preferred: Side) -> impl IntoView {
    let error = error_at(field.key());
    let typed = typed_before(field.key()).and_then(|typed| typed.first().and_then(|key| Side::from_key(key)));
    let chosen = typed.unwrap_or(preferred);
    let radio = |side: Side, value: String| {
        let id = format!("{}-{}", field.key(), side.key());
        let for_id = id.clone();
        view! {
            <label class="check" for=for_id>
                <input id=id type="radio" name=field.key() value=side.key() checked=side == chosen />
                {shown(value)}
            </label>
        }
        .into_any()
    };
    view! {
        <fieldset class="merge__row" id=field.key()>
            <legend class="field__label">{field.label()}</legend>
            <div class="merge__sides">{radio(Side::Kept, left)}{radio(Side::Other, right)}</div>
            {move || error.get().map(|text| view! { <p class="field__error">{text}</p> })}
        </fieldset>
    }
    .into_any()
}

/// A field with nothing to choose.
#[component]
fn Both(label: &'static str, left: String, right: String) -> impl IntoView {
    view! {
        <div class="merge__row">
            <p class="field__label">{label}</p>
            <div class="merge__sides"><span>{shown(left)}</span><span>{shown(right)}</span></div>
        </div>
    }
    .into_any()
}

fn shown(value: String) -> AnyView {
    if value.is_empty() { view! { <span class="muted">"nothing"</span> }.into_any() } else { value.into_any() }
}

#[component]
fn Moving(moving: Vec<String>) -> impl IntoView {
    let what = if moving.is_empty() { "Nothing hangs on it.".to_owned() } else { format!("{}.", moving.join(", ")) };
    view! {
        <h2>"Goes along"</h2>
        <p>{what}</p>
        <p class="muted">{format!("Both histories are kept. For {UNDO_DAYS} days the merge can be taken back on the account’s page.")}</p>
    }
    .into_any()
}
