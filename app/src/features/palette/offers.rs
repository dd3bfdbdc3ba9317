//! What the palette offers: what the page can do, where one can go, and the records that were found.

use domain::found::{Found, FoundKind};
use domain::text::fold;
use domain::{AccountId, Actor, ContactId, LeadFilter, LeadId, LeadView};
use leptos::prelude::document;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

use super::places::PLACES;
use crate::{keys, routes};

/// What choosing an offer does.
#[derive(Clone, Debug, PartialEq)]
pub enum Does {
    /// Goes to an address.
    Go(String),
    /// Presses an element of the page, by its place among those collected.
    Press(usize),
    /// Opens the list of keys.
    Keys,
}

/// One line of the palette.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// The heading it stands under.
    pub group: &'static str,
    pub label: String,
    /// What tells it from its namesakes.
    pub note: String,
    /// The keys that do the same, one after the other.
    pub keys: Vec<String>,
    pub does: Does,
}

impl Offer {
    fn new(group: &'static str, label: impl Into<String>, does: Does) -> Self {
        Self { group, label: label.into(), note: String::new(), keys: Vec::new(), does }
    }
}

fn elements(selector: &str) -> Vec<HtmlElement> {
    let Ok(found) = document().query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|index| found.item(index)?.dyn_into().ok()).collect()
}

fn words_of(element: &HtmlElement) -> String {
    element.text_content().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The elements with which the page offers to do something.
pub fn commands() -> Vec<HtmlElement> {
    elements("[data-command]").into_iter().filter(|element| !element.has_attribute("disabled")).collect()
}

/// All that is offered before anything is typed.
pub fn offers(commands: &[HtmlElement], actor: &Actor) -> Vec<Offer> {
    let mut offers: Vec<Offer> = Vec::new();
    for (index, element) in commands.iter().enumerate() {
        let named = element.get_attribute("data-command").filter(|label| !label.is_empty());
        let keys = element.get_attribute("data-key").into_iter().collect();
        offers.push(Offer { keys, ..Offer::new("This page", named.unwrap_or_else(|| words_of(element)), Does::Press(index)) });
    }
    for link in elements(".rail__link[href]") {
        let (Some(href), Some(name)) = (link.get_attribute("href"), link.get_attribute("title")) else { continue };
        offers.push(Offer { keys: keys::of_address(&href), ..Offer::new("Go to", name, Does::Go(href)) });
    }
    let mut settings = Vec::new();
    for place in PLACES.iter().filter(|place| place.is_for(actor)) {
        let does = Does::Go(place.href.to_owned());
        if !offers.iter().any(|offer| offer.does == does) {
            let list = if place.group == "Go to" { &mut offers } else { &mut settings };
            list.push(Offer { keys: keys::of_address(place.href), ..Offer::new(place.group, place.label, does) });
        }
    }
    let views = LeadView::ALL.into_iter().map(|view| (view.label(), routes::leads(&LeadFilter { view, ..LeadFilter::default() })));
    for (label, href) in views {
        if !offers.iter().any(|offer| offer.does == Does::Go(href.clone())) {
            offers.push(Offer::new("Go to", label, Does::Go(href)));
        }
    }
    offers.append(&mut settings);
    offers.push(Offer { keys: vec!["?".to_owned()], ..Offer::new("Help", "Keys", Does::Keys) });
    offers
}

/// Those of the offers whose name has every word typed, those that begin with it first.
pub fn fitting(offers: &[Offer], text: &str) -> Vec<Offer> {
    let text = fold(text);
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut fitting: Vec<Offer> = offers.iter().filter(|offer| words.iter().all(|word| fold(&offer.label).contains(word))).cloned().collect();
    if !words.is_empty() {
        // Groups stay together, in their order.
        fitting.sort_by_key(|offer| (offers.iter().position(|first| first.group == offer.group), !fold(&offer.label).starts_with(&text)));
    }
    fitting
}

/// A record as an offer.
pub fn of_record(found: Found) -> Offer {
    let (group, href) = match found.kind {
        FoundKind::Lead => ("Leads", routes::lead(LeadId(found.number), "")),
        FoundKind::Account => ("Accounts", routes::account(AccountId(found.number))),
        FoundKind::Contact => ("Contacts", routes::contact(ContactId(found.number))),
    };
    let number = if found.kind == FoundKind::Lead { format!("# {}", found.number) } else { String::new() };
    let note = [found.note, number].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ");
    Offer { note, ..Offer::new(group, found.name, Does::Go(href)) }
}

/// All leads that fit, in the list.
pub fn search_all(text: &str) -> Offer {
    let filter = LeadFilter { view: LeadView::All, query: text.trim().to_owned(), ..LeadFilter::default() };
    Offer::new("Search", format!("All leads with “{}”", text.trim()), Does::Go(routes::leads(&filter)))
}
