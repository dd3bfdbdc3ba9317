//! The arrow keys go from card to card; `m` asks where to move the one in focus.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement, NodeList};

/// Handles a key pressed on the board.
pub fn step(event: &leptos::ev::KeyboardEvent) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() || crate::keys::is_typing(event) || (event.key() == "m" && crate::keys::is_off()) {
        return;
    }
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some(card) = target.and_then(|target| target.closest("[data-card]").ok().flatten()) else { return };
    let next = match event.key().as_str() {
        "ArrowDown" => beside(&card, 1),
        "ArrowUp" => beside(&card, -1),
        "ArrowRight" => across(&card, 1),
        "ArrowLeft" => across(&card, -1),
        "m" => {
            if let Some(button) = card.query_selector(".card__move").ok().flatten().and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
                button.click();
            }
            None
        }
        _ => return,
    };
    event.prevent_default();
    let link = next.and_then(|card| card.query_selector(".card__name").ok().flatten()).and_then(|link| link.dyn_into::<HtmlElement>().ok());
    if let Some(link) = link {
        let _focused = link.focus();
    }
}

fn elements(list: Option<NodeList>) -> Vec<Element> {
    let list = list.map(|list| (0..list.length()).filter_map(|index| list.item(index)?.dyn_into().ok()).collect());
    list.unwrap_or_default()
}

fn cards_of(column: &Element) -> Vec<Element> {
    elements(column.query_selector_all("[data-card]").ok())
}

fn at(list: &[Element], here: &Element, by: isize) -> Option<Element> {
    let index = list.iter().position(|element| element == here)?;
    list.get(index.checked_add_signed(by)?).cloned()
}

/// The card above or below.
fn beside(card: &Element, by: isize) -> Option<Element> {
    at(&cards_of(&card.closest(".column").ok()??), card, by)
}

/// The card at the same height in the nearest column that has any.
fn across(card: &Element, by: isize) -> Option<Element> {
    let column = card.closest(".column").ok()??;
    let index = cards_of(&column).iter().position(|other| other == card)?;
    let columns = elements(document().query_selector_all(".column").ok());
    let mut next = at(&columns, &column, by);
    while let Some(column) = next {
        let cards = cards_of(&column);
        if let Some(last) = cards.len().checked_sub(1) {
            return cards.get(index.min(last)).cloned();
        }
        next = at(&columns, &column, by);
    }
    None
}
