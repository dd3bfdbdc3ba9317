//! "Move to…": the keyboard's, the finger's and the scriptless person's way to do what dragging does.

use domain::{ChoiceList, LeadAction, LifeCycle, StatusMove};
use leptos::prelude::*;

use super::state::{BoardState, Question, action_path, judge};
use crate::components::{Icon, StatusChip};
use crate::context::catalog_now;
use crate::form::option_views;

/// The dialog, while there is a question. Server: open and in the page, with plain forms.
#[component]
pub fn MoveDialog(board: BoardState) -> impl IntoView {
    move || board.question.get().map(|question| view! { <OpenDialog board question /> })
}

#[component]
fn OpenDialog(board: BoardState, question: Question) -> impl IntoView {
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    show_modally(dialog);
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let close_by_link = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        close();
    };
    let on_backdrop = move |event: leptos::ev::MouseEvent| {
        let is_backdrop = dialog.get_untracked().is_some_and(|dialog| event.target().is_some_and(|target| target == ****dialog));
        if is_backdrop {
            close();
        }
    };
    let title = if question.only_reason { format!("Lose {}", question.card.row.full_name) } else { format!("Move {}", question.card.row.full_name) };
    let only_reason = question.only_reason;
    view! {
        <dialog class="dialog" open node_ref=dialog aria-labelledby="move-title" on:close=move |_| board.question.set(None) on:click=on_backdrop on:keydown=press_by_number>
            <div class="dialog__body">
                <h2 class="dialog__title" id="move-title">{title}</h2>
                {(!only_reason).then(|| view! { <Ways board question=question.clone() close=Callback::new(move |()| close()) /> })}
                <Lose board question close=Callback::new(move |()| close()) />
                <a class="button button--quiet" href=board.address() on:click=close_by_link>"Leave it where it is"</a>
            </div>
        </dialog>
    }
    .into_any()
}

/// Every status of the pipeline: a button where the card may go, the reason where it may not.
#[component]
fn Ways(board: BoardState, question: Question, close: Callback<()>) -> impl IntoView {
    let catalog = catalog_now();
    let card = question.card;
    let (id, version, current) = (card.row.id, card.row.version, card.row.status);
    let is_closed = catalog.status(current).is_some_and(|status| !status.state.is_open());
    let mut number = 0;
    let ways: Vec<AnyView> = catalog
        .pipeline(board.lead_type)
        .filter(|status| status.id != current && status.state != LifeCycle::Lost)
        .map(|status| {
            let to = status.id;
            match judge(&card, to) {
                Ok(way) => {
                    number += 1;
                    let card = card.clone();
                    let choose = move |event: leptos::ev::MouseEvent| {
                        event.prevent_default();
                        close.run(());
                        board.move_to(card.clone(), to, way, "");
                        focus_card(id);
                    };
                    let action = match way {
                        StatusMove::Edit => None,
                        StatusMove::Act(action) => Some(action_path(id, action)),
                    };
                    view! {
                        <li>
                            <button class="menu__item" name="status" value=to.to_string() formaction=action data-key=number.to_string() on:click=choose>
                                <StatusChip id=to />
                                <kbd class="menu__note desktop-only" aria-hidden="true">{number.to_string()}</kbd>
                            </button>
                        </li>
                    }
                    .into_any()
                }
                Err(why) => view! { <li class="way way--shut"><StatusChip id=to /><span class="way__why">{why}</span></li> }.into_any(),
            }
        })
        .collect();
    let reopen = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        close.run(());
        board.reopen(id);
    };
    view! {
        <form class="ways" method="post" action=format!("/leads/{id}/edit")>
            <input type="hidden" name="version" value=version.to_string() />
            <input type="hidden" name="back" value=board.address() />
            <p class="way">"Now " <StatusChip id=current /></p>
            {(is_closed && card.may_move).then(|| view! {
                <button class="menu__item" formaction=action_path(id, LeadAction::Reopen) data-key="1" on:click=reopen><Icon name="undo" />{LeadAction::Reopen.label()}</button>
            })}
            {(!is_closed || !card.may_move).then(|| view! { <ul>{ways}</ul> })}
        </form>
    }
    .into_any()
}

/// A loss needs its reason.
#[component]
fn Lose(board: BoardState, question: Question, close: Callback<()>) -> impl IntoView {
    let catalog = catalog_now();
    let card = question.card;
    let Some(to) = catalog.default_status(board.lead_type, LifeCycle::Lost).map(|status| status.id).filter(|to| judge(&card, *to).is_ok()) else {
        return ().into_any();
    };
    let reasons = std::iter::once((String::new(), "Choose a reason".to_owned()))
        .chain(catalog.offered(ChoiceList::LostReason).map(|choice| (choice.id.to_string(), choice.name.clone())))
        .collect::<Vec<_>>();
    let reason = NodeRef::<leptos::html::Select>::new();
    let id = card.row.id;
    let lose = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(reason) = reason.get_untracked().map(|select| select.value()) else { return };
        close.run(());
        board.move_to(card.clone(), to, StatusMove::Act(LeadAction::Lose), &reason);
        focus_card(id);
    };
    view! {
        <form class="ways__lose" method="post" action=action_path(id, LeadAction::Lose) on:submit=lose>
            <input type="hidden" name="back" value=board.address() />
            <div class="field">
                <label class="field__label" for="move-reason">"Why was it lost?"</label>
                <select class="input" id="move-reason" name="reason" required node_ref=reason>{option_views(reasons, "")}</select>
            </div>
            <button class="button button--danger">{LeadAction::Lose.label()}</button>
        </form>
    }
    .into_any()
}

#[cfg(feature = "hydrate")]
fn show_modally(dialog: NodeRef<leptos::html::Dialog>) {
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        // As the server wrote it it is open already, but not above the page.
        let _removed = dialog.remove_attribute("open");
        let _shown = dialog.show_modal();
    });
}

#[cfg(not(feature = "hydrate"))]
fn show_modally(_dialog: NodeRef<leptos::html::Dialog>) {}

/// A figure presses the button that shows it.
#[cfg(feature = "hydrate")]
fn press_by_number(event: leptos::ev::KeyboardEvent) {
    use wasm_bindgen::JsCast as _;
    let is_figure = event.key().len() == 1 && event.key().chars().all(|key| key.is_ascii_digit());
    if !is_figure || crate::keys::is_typing(&event) {
        return;
    }
    let found = document().query_selector(&format!("dialog[open] [data-key=\"{}\"]", event.key())).ok().flatten();
    if let Some(button) = found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        event.prevent_default();
        button.click();
    }
}

#[cfg(not(feature = "hydrate"))]
fn press_by_number(_event: leptos::ev::KeyboardEvent) {}

/// The focus follows the card into its new column.
#[cfg(feature = "hydrate")]
fn focus_card(id: domain::LeadId) {
    use wasm_bindgen::JsCast as _;
    request_animation_frame(move || {
        let found = document().query_selector(&format!("[data-card=\"{id}\"] .card__name")).ok().flatten();
        if let Some(link) = found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _focused = link.focus();
        }
    });
}

#[cfg(not(feature = "hydrate"))]
fn focus_card(_id: domain::LeadId) {}
