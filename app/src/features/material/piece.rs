//! One piece of the library.

use domain::Material;
use leptos::prelude::*;

use crate::components::{Icon, PersonName, TimeAgo};
use crate::form::{Area, Done, ErrorSummary, Input, PostForm, came_back};
use crate::routes;

/// What it is, a link to its file, and for administrators how to change and remove it. `done` also takes where a removal is taken back.
#[component]
pub fn Piece(piece: Material, may_keep: bool, done: Callback<(Done, Option<String>)>) -> impl IntoView {
    let href = routes::material(piece.id);
    let facts = piece.facts();
    let (name, description, tags) = (piece.name.clone(), piece.description.clone(), piece.tags.clone());
    let tag = |tag: String| view! { <span class="badge tone-grey">{tag}</span> };
    view! {
        <li class="task">
            <Icon name="note" />
            <div class="task__body">
                <a class="task__title" href=href rel="external">{name}</a>
                <div class="task__facts">
                    <span>{facts}</span>
                    {tags.into_iter().map(tag).collect_view()}
                    <PersonName id=Some(piece.added_by) />
                    <TimeAgo at=piece.added_at />
                </div>
                {(!description.is_empty()).then(|| view! { <p class="task__note">{description}</p> })}
                {may_keep.then(|| view! { <Keep piece done /> })}
            </div>
        </li>
    }
    .into_any()
}

#[component]
fn Keep(piece: Material, done: Callback<(Done, Option<String>)>) -> impl IntoView {
    let action = routes::material(piece.id);
    let (remove, restore) = (format!("{action}/remove"), format!("{action}/restore"));
    let is_open = came_back(&action);
    let prefix = format!("piece-{}-", piece.id);
    let remove_prefix = format!("remove-{}-", piece.id);
    let (change_label, remove_label) = (format!("Change {}", piece.name), format!("Remove {} from the library", piece.name));
    let saved = Callback::new(move |finished: Done| done.run((finished, None)));
    let removed = Callback::new(move |finished: Done| done.run((finished, Some(restore.clone()))));
    view! {
        <details class="form__more" open=is_open>
            <summary aria-label=change_label><Icon name="chevron-right" />"Change"</summary>
            <PostForm action class="form" on_done=saved>
                <ErrorSummary prefix=prefix.clone() />
                <Input name="name" label="Name" value=piece.name prefix=prefix.clone() />
                <Area name="description" label="What it is good for" value=piece.description optional=true prefix=prefix.clone() />
                <Input name="tags" label="Tags" value=piece.tags.join(", ") optional=true prefix />
                <div class="form__actions"><button class="button button--primary">"Save"</button></div>
            </PostForm>
            <PostForm action=remove on_done=removed>
                <ErrorSummary prefix=remove_prefix />
                <button class="button" aria-label=remove_label><Icon name="trash" />"Remove"</button>
            </PostForm>
        </details>
    }
    .into_any()
}
