//! The lines of a quote in their order, with what can be done with each while it is new.

use domain::{QuoteLine, money};
use leptos::prelude::*;

use super::line_drag::{Handle, LineDrag};
use super::line_form::ChangeLine;
use super::quote_page::Editor;
use super::totals::TotalsTable;
use crate::components::Icon;
use crate::form::{ErrorSummary, Hidden, PostForm};

/// The lines and what they come to.
#[component]
pub fn Lines() -> impl IntoView {
    let editor = expect_context::<Editor>();
    let may_edit = editor.may_edit();
    // Whether it is the first or the last decides its buttons.
    let lines = Memo::new(move |_| {
        let may_edit = may_edit.get();
        editor.page.with(|page| {
            let last = page.quote.lines.len().saturating_sub(1);
            let place = |(nth, line): (usize, &QuoteLine)| (line.clone(), nth == 0, nth == last, may_edit);
            page.quote.lines.iter().enumerate().map(place).collect::<Vec<_>>()
        })
    });
    let is_empty = Memo::new(move |_| lines.with(Vec::is_empty));
    let list = NodeRef::new();
    let drag = LineDrag::new(editor, list);
    let totals = move || editor.page.with(|page| page.quote.totals().ok().map(|totals| (totals, page.quote.currency.clone())));
    view! {
        <section class="section" aria-labelledby="lines-h">
            <div class="section__head"><h2 id="lines-h">"What is offered"</h2></div>
            {move || is_empty.get().then(|| view! { <p class="muted">"No lines yet."</p> })}
            <ol class="tasks quote__lines" node_ref=list>
                <For
                    each=move || lines.get()
                    key=Clone::clone
                    children=move |(line, is_first, is_last, may_edit)| view! { <OneLine line is_first is_last may_edit drag /> }
                />
            </ol>
            {move || (!is_empty.get()).then(|| totals().map(|(totals, currency)| view! { <TotalsTable totals currency /> }))}
        </section>
    }
    .into_any()
}

#[component]
fn OneLine(line: QuoteLine, is_first: bool, is_last: bool, may_edit: bool, drag: LineDrag) -> impl IntoView {
    let editor = expect_context::<Editor>();
    let currency = editor.page.with_untracked(|page| page.quote.currency.clone());
    let net = line.amounts(&currency).map_or_else(|_| String::new(), |amounts| money::exact(amounts.net_minor, &currency));
    let price = format!("{} × {}", line.quantity_words(), money::exact(line.price_minor, &currency));
    let details = line.details().to_owned();
    let id = line.id;
    let can_move = may_edit && !(is_first && is_last);
    view! {
        <li class=move || drag.class_of(id) data-line=id.to_string()>
            {can_move.then(|| view! { <Handle drag line=id /> })}
            <div class="task__body">
                <span class="quote__line-head">
                    <span class="task__title">{line.title().to_owned()}</span>
                    <span class="quote__amount">{format!("{net}{}", line.period.behind())}</span>
                </span>
                <div class="task__facts">
                    <span>{price}</span>
                    {line.discount.off().map(|off| view! { <span>{off}</span> })}
                    <span>{format!("{} tax", line.tax.display())}</span>
                </div>
                {(!details.is_empty()).then(|| view! { <p class="task__note">{details}</p> })}
                {may_edit.then(|| view! { <Tools line is_first is_last /> })}
            </div>
        </li>
    }
    .into_any()
}

#[component]
fn Tools(line: QuoteLine, is_first: bool, is_last: bool) -> impl IntoView {
    let editor = expect_context::<Editor>();
    let at = |what: &str| editor.action(&format!("/lines/{}/{what}", line.id));
    let title = line.title().to_owned();
    let (up, down, remove) = (format!("Move {title} up"), format!("Move {title} down"), format!("Take out {title}"));
    let (move_prefix, remove_prefix) = (format!("move-{}-", line.id), format!("remove-{}-", line.id));
    let (move_action, remove_action) = (at("move"), at("remove"));
    view! {
        <div class="quote__tools">
            <PostForm action=move_action class="order-buttons" on_done=editor.done>
                <Hidden name="version" value=editor.version() />
                <ErrorSummary prefix=move_prefix />
                <button class="button button--quiet button--icon button--small" name="direction" value="up" disabled=is_first aria-label=up>
                    <Icon name="arrow-up" />
                </button>
                <button class="button button--quiet button--icon button--small" name="direction" value="down" disabled=is_last aria-label=down>
                    <Icon name="arrow-down" />
                </button>
            </PostForm>
            <PostForm action=remove_action on_done=editor.done>
                <Hidden name="version" value=editor.version() />
                <ErrorSummary prefix=remove_prefix />
                <button class="button button--quiet button--icon button--small" aria-label=remove><Icon name="trash" /></button>
            </PostForm>
        </div>
        <ChangeLine line />
    }
    .into_any()
}
