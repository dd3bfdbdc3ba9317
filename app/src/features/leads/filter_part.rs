//! The parts of the filter's panel. Each is folded away until it narrows the list.

use domain::lead_filter::TODAY;
use domain::text::fold;
use leptos::prelude::*;

use crate::components::Icon;
use crate::form::Options;

/// So many values have a box each. Of more, only those that are chosen do; another is typed.
const BOXES_MOST: usize = 60;

/// Something of which leads may have any of several values.
pub(super) struct Values {
    /// The word in the address.
    pub name: String,
    /// What people call it.
    pub label: String,
    pub chosen: Vec<String>,
    /// Values, and what people call them.
    pub offered: Options,
    /// Whether a value that is not offered may be typed.
    pub is_open: bool,
}

/// The lower or the upper bound of something.
pub(super) struct Edge {
    /// The word in the address.
    pub name: String,
    /// What people call it.
    pub label: String,
    pub value: String,
    /// The value in words.
    pub words: String,
    pub is_day: bool,
}

/// A box for each value, ticked or not. What was chosen stays until it is unticked, even when it is offered no longer.
pub(super) fn show_values(values: Values) -> AnyView {
    let Values { name, label, chosen, offered, is_open } = values;
    let folded: Vec<String> = chosen.iter().map(|value| fold(value)).collect();
    let is_chosen = |value: &str| !folded.is_empty() && folded.contains(&fold(value));
    let is_long = offered.len() > BOXES_MOST;
    let is_known = |value: &str| offered.iter().any(|(known, _)| fold(known) == fold(value));
    let mut boxes: Options = chosen.iter().filter(|value| !is_known(value)).map(|value| (value.clone(), value.clone())).collect();
    let mut typed = Options::new();
    for (value, words) in offered {
        let has_box = !is_long || matches!(value.as_str(), "me" | "none") || is_chosen(&value);
        let list = if has_box { &mut boxes } else { &mut typed };
        list.push((value, words));
    }
    let boxes: Vec<AnyView> = boxes
        .into_iter()
        .map(|(value, words)| {
            let (name, is_ticked) = (name.clone(), is_chosen(&value));
            view! { <label class="check"><input type="checkbox" name=name value=value checked=is_ticked />{words}</label> }.into_any()
        })
        .collect();
    let one_more = (is_open || is_long).then(|| one_more(&name, typed));
    let said = if chosen.is_empty() { String::new() } else { format!("{} chosen", chosen.len()) };
    let has_boxes = !boxes.is_empty();
    part(&name, label, said, view! { {has_boxes.then(|| view! { <div class="facet__values">{boxes}</div> })}{one_more} }.into_any())
}

/// A field for a value that has no box, with those that are known.
fn one_more(name: &str, known: Options) -> AnyView {
    let (id, list) = (format!("f-{name}-more"), format!("f-{name}-known"));
    let options = known.into_iter().map(|(value, words)| view! { <option value=value>{words}</option> }.into_any()).collect::<Vec<_>>();
    view! {
        <div class="field">
            <label class="field__label" for=id.clone()>"Add one"</label>
            <input class="input" id=id name=name.to_owned() list=list.clone() autocomplete="off" maxlength="200" />
            <datalist id=list>{options}</datalist>
        </div>
    }
    .into_any()
}

/// A field for each of the two bounds, and links to what is often asked for.
pub(super) fn show_range(name: &str, label: String, edges: [Edge; 2], often: Vec<(&'static str, String)>) -> AnyView {
    let said = match [edges[0].words.as_str(), edges[1].words.as_str()] {
        ["", ""] => String::new(),
        [from, ""] => format!("from {from}"),
        ["", until] => format!("until {until}"),
        [from, until] => format!("{from} – {until}"),
    };
    let edges: Vec<AnyView> = edges.map(show_edge).into();
    let often = (!often.is_empty()).then(|| {
        let links = often.into_iter().map(|(words, href)| view! { <a class="button button--quiet button--small" href=href>{words}</a> }.into_any());
        view! { <div class="button-group">{links.collect::<Vec<_>>()}</div> }
    });
    part(name, label, said, view! { <div class="filter-panel__pair">{edges}</div>{often} }.into_any())
}

/// A day that is counted from today has a box of its own; who types another day need not untick it.
fn show_edge(edge: Edge) -> AnyView {
    let Edge { name, label, value, words, is_day } = edge;
    let id = format!("f-{name}");
    let (kind, input_mode) = if is_day { ("date", None) } else { ("text", Some("numeric")) };
    let is_counted = is_day && value.starts_with(TODAY);
    let (typed, counted) = if is_counted { (String::new(), Some(value)) } else { (value, None) };
    let kept = counted.map(|value| {
        let name = name.clone();
        view! { <label class="check"><input type="checkbox" name=name value=value checked=true />{words}</label> }
    });
    view! {
        <div class="field">
            <label class="field__label" for=id.clone()>{label}</label>
            <input class="input" id=id name=name type=kind inputmode=input_mode value=typed maxlength="200" />
            {kept}
        </div>
    }
    .into_any()
}

/// `said` is what it is set to.
fn part(name: &str, label: String, said: String, content: AnyView) -> AnyView {
    let is_set = !said.is_empty();
    view! {
        <details class="facet" id=format!("f-{name}") open=is_set>
            <summary><Icon name="chevron-right" /><span>{label.clone()}</span><span class="muted small push">{said}</span></summary>
            <fieldset><legend class="visually-hidden">{label}</legend>{content}</fieldset>
        </details>
    }
    .into_any()
}
