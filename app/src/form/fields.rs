//! Fields: label, help, control, and the field's own error. What was typed before is shown again.

use leptos::prelude::*;

use super::post_form::FormState;
use crate::as_written::as_written;

/// What a line field takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputKind {
    #[default]
    Text,
    Email,
    /// Several addresses, comma-separated.
    Emails,
    Phone,
    Password,
    NewPassword,
    Number,
    Decimal,
    Day,
    /// A time of a day.
    Time,
}

impl InputKind {
    fn html_type(self) -> &'static str {
        match self {
            InputKind::Email => "email",
            InputKind::Phone => "tel",
            InputKind::Password | InputKind::NewPassword => "password",
            InputKind::Day => "date",
            InputKind::Time => "time",
            InputKind::Text | InputKind::Emails | InputKind::Number | InputKind::Decimal => "text",
        }
    }

    fn input_mode(self) -> Option<&'static str> {
        match self {
            InputKind::Email | InputKind::Emails => Some("email"),
            InputKind::Phone => Some("tel"),
            InputKind::Number => Some("numeric"),
            InputKind::Decimal => Some("decimal"),
            _ => None,
        }
    }
}

/// Values and labels of a choice.
pub type Options = Vec<(String, String)>;

/// The error at a field of the form around.
#[must_use]
pub fn error_at(name: &str) -> Signal<Option<String>> {
    let state = expect_context::<FormState>();
    let name = name.to_owned();
    Signal::derive(move || state.errors().get(&name).map(str::to_owned))
}

/// What was typed into a field before the page was rendered again; `None` when it was not.
#[must_use]
pub fn typed_before(name: &str) -> Option<Vec<String>> {
    let state = expect_context::<FormState>();
    state.replayed.with_value(|values| values.as_ref().map(|values| values.all(name).map(str::to_owned).collect()))
}

pub(super) fn first_typed(name: &str, value: String) -> String {
    typed_before(name).and_then(|typed| typed.into_iter().next()).unwrap_or(value)
}

/// Attributes that tie a control to its help and error.
pub(super) fn described_by(id: &str, has_help: bool, error: Signal<Option<String>>) -> impl Fn() -> Option<String> + Clone + Send + 'static {
    let (help, wrong) = (format!("{id}-help"), format!("{id}-error"));
    move || match (has_help, error.get().is_some()) {
        (true, true) => Some(format!("{help} {wrong}")),
        (true, false) => Some(help.clone()),
        (false, true) => Some(wrong.clone()),
        (false, false) => None,
    }
}

/// Provided around fields whose label stands beside them already: it is then there for screen readers only.
#[derive(Clone, Copy)]
pub struct LabelsBeside;

#[component]
pub(super) fn Frame(id: String, label: String, help: String, is_optional: bool, error: Signal<Option<String>>, children: Children) -> impl IntoView {
    let error_id = format!("{id}-error");
    let label_class = if use_context::<LabelsBeside>().is_some() { "visually-hidden" } else { "field__label" };
    view! {
        <div class="field">
            <label class=label_class for=id.clone()>
                {label}
                {is_optional.then(|| view! { <span class="field__optional">" optional"</span> })}
            </label>
            {(!help.is_empty()).then(|| view! { <p class="field__help" id=format!("{id}-help")>{help}</p> })}
            {children()}
            {move || error.get().map(|text| view! { <p class="field__error" id=error_id.clone()>{text}</p> })}
        </div>
    }
    .into_any()
}

/// A one-line field.
#[component]
pub fn Input(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(into, optional)] value: String,
    #[prop(optional)] kind: InputKind,
    #[prop(into, optional)] help: String,
    /// Marks the field as optional.
    #[prop(optional)]
    optional: bool,
    /// What browsers may fill in.
    #[prop(into, optional)]
    autocomplete: String,
    /// Goes before the id, where a page has several forms with a field of this name.
    #[prop(into, optional)]
    prefix: String,
) -> impl IntoView {
    let id = format!("{prefix}{name}");
    let error = error_at(&name);
    let value = if kind == InputKind::Password || kind == InputKind::NewPassword { value } else { first_typed(&name, value) };
    let autocomplete = match kind {
        InputKind::Password => "current-password".to_owned(),
        InputKind::NewPassword => "new-password".to_owned(),
        _ if autocomplete.is_empty() => "off".to_owned(),
        _ => autocomplete,
    };
    let described = described_by(&id, !help.is_empty(), error);
    view! {
        <Frame id=id.clone() label help is_optional=optional error>
            <input
                class="input"
                class=("input--figure", matches!(kind, InputKind::Number | InputKind::Decimal))
                id=id
                name=name
                type=kind.html_type()
                inputmode=kind.input_mode()
                autocomplete=autocomplete
                value=value
                aria-invalid=move || error.get().map(|_| "true")
                aria-describedby=described
            />
        </Frame>
    }
    .into_any()
}

/// A field of several lines.
#[component]
pub fn Area(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(into, optional)] value: String,
    #[prop(into, optional)] help: String,
    #[prop(optional)] optional: bool,
    #[prop(into, optional)] prefix: String,
) -> impl IntoView {
    let id = format!("{prefix}{name}");
    let error = error_at(&name);
    let value = first_typed(&name, value);
    let described = described_by(&id, !help.is_empty(), error);
    view! {
        <Frame id=id.clone() label help is_optional=optional error>
            <textarea
                class="input"
                id=id
                name=name
                rows="4"
                aria-invalid=move || error.get().map(|_| "true")
                aria-describedby=described
            >
                {as_written(value)}
            </textarea>
        </Frame>
    }
    .into_any()
}

/// A choice of one.
#[component]
pub fn Select(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    /// May change while the form stands open: what was chosen stays chosen.
    #[prop(into)]
    options: Signal<Options>,
    #[prop(into, optional)] value: String,
    #[prop(into, optional)] help: String,
    #[prop(optional)] optional: bool,
    #[prop(into, optional)] prefix: String,
) -> impl IntoView {
    let id = format!("{prefix}{name}");
    let error = error_at(&name);
    let chosen = first_typed(&name, value);
    let described = described_by(&id, !help.is_empty(), error);
    let node = NodeRef::<leptos::html::Select>::new();
    view! {
        <Frame id=id.clone() label help is_optional=optional error>
            <select node_ref=node class="input" id=id name=name aria-invalid=move || error.get().map(|_| "true") aria-describedby=described>
                {live_options(node, move || options.get(), chosen)}
            </select>
        </Frame>
    }
    .into_any()
}

/// Options that may change while the form stands open. What a person chose meanwhile stays chosen.
pub(crate) fn live_options(
    node: NodeRef<leptos::html::Select>,
    options: impl Fn() -> Options + Send + 'static,
    chosen: String,
) -> impl Fn() -> Vec<AnyView> + Send + 'static {
    move || {
        // Where the browser makes the page there is a select before it has options.
        let select = node.get_untracked().filter(|select| select.length() > 0);
        let now = select.as_ref().map(|select| select.value());
        #[cfg(feature = "hydrate")]
        if let (Some(select), Some(now)) = (select, now.clone()) {
            // The browser keeps the place in the list, not the value.
            request_animation_frame(move || select.set_value(&now));
        }
        option_views(options(), now.as_deref().unwrap_or(&chosen))
    }
}

/// The options of a select, one of them chosen.
pub(crate) fn option_views(options: Options, chosen: &str) -> Vec<AnyView> {
    options
        .into_iter()
        .map(|(value, label)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected>{label}</option> }.into_any()
        })
        .collect()
}

/// A single box to tick. Only pages for strangers have one, and browsers do not carry those.
#[cfg(feature = "ssr")]
#[component]
pub fn Check(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional)] checked: bool,
    #[prop(into, optional)] prefix: String,
) -> impl IntoView {
    let error = error_at(&name);
    let id = format!("{prefix}{name}");
    let error_id = format!("{id}-error");
    let described = described_by(&id, false, error);
    let checked = typed_before(&name).map_or(checked, |typed| !typed.is_empty());
    let for_id = id.clone();
    view! {
        <div class="field">
            <label class="check" for=for_id>
                <input
                    id=id
                    type="checkbox"
                    name=name
                    value="1"
                    checked=checked
                    aria-invalid=move || error.get().map(|_| "true")
                    aria-describedby=described
                />
                {label}
            </label>
            {move || error.get().map(|text| view! { <p class="field__error" id=error_id.clone()>{text}</p> })}
        </div>
    }
    .into_any()
}

/// A choice of several.
#[component]
pub fn Checks(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    /// May change while the form stands open: ticks stay.
    #[prop(into)]
    options: Signal<Options>,
    #[prop(optional)] values: Vec<String>,
    #[prop(into, optional)] prefix: String,
) -> impl IntoView {
    let error = error_at(&name);
    let values = typed_before(&name).unwrap_or(values);
    let sent = format!("{name}_sent");
    let legend_class = if use_context::<LabelsBeside>().is_some() { "visually-hidden" } else { "field__label" };
    view! {
        <fieldset class="field checks">
            <legend class=legend_class>{label}</legend>
            <input type="hidden" name=sent value="1" />
            <div class="checks__list">
                <For
                    each=move || options.get()
                    key=Clone::clone
                    children=move |(value, label)| {
                        let id = format!("{prefix}{name}-{value}");
                        let checked = values.contains(&value);
                        let for_id = id.clone();
                        view! {
                            <label class="check" for=for_id>
                                <input id=id type="checkbox" name=name.clone() value=value checked=checked />
                                {label}
                            </label>
                        }
                        .into_any()
                    }
                />
            </div>
            {move || error.get().map(|text| view! { <p class="field__error">{text}</p> })}
        </fieldset>
    }
    .into_any()
}

/// A value that travels with the form.
#[component]
pub fn Hidden(#[prop(into)] name: String, #[prop(into)] value: Signal<String>) -> impl IntoView {
    view! { <input type="hidden" name=name value=move || value.get() /> }
}

/// Makes sending a form twice harmless: a key of its own, and another once it is sent.
#[component]
pub fn SentOnce() -> impl IntoView {
    view! { <input type="hidden" name="once" value=fresh_key() /> }
}

#[cfg(feature = "ssr")]
fn fresh_key() -> String {
    service::once::fresh_key()
}

/// A key that the person has not used. No secret, so that less than the server's will do.
#[cfg(not(feature = "ssr"))]
pub(super) fn fresh_key() -> String {
    ((js_sys::Math::random() * 9e15) as u64).to_string()
}

/// Puts the focus into a field; without script the browser goes to it by its address.
#[cfg(feature = "hydrate")]
fn focus_field(event: &leptos::ev::MouseEvent, id: &str) {
    use wasm_bindgen::JsCast as _;
    if let Some(field) = document().get_element_by_id(id).and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        event.prevent_default();
        let _focused = field.focus();
    }
}

#[cfg(not(feature = "hydrate"))]
fn focus_field(_event: &leptos::ev::MouseEvent, _id: &str) {}

/// What is wrong with the form as a whole, with links to the fields. Takes the focus when it appears.
#[component]
pub fn ErrorSummary(
    /// Goes before the ids of the fields.
    #[prop(into, optional)]
    prefix: String,
) -> impl IntoView {
    let state = expect_context::<FormState>();
    move || {
        let errors = state.errors();
        (!errors.is_empty()).then(|| {
            let prefix = prefix.clone();
            view! {
                <div class="error-summary" role="alert" tabindex="-1">
                    <h2>"Some things need another look"</h2>
                    <ul>
                        {errors
                            .0
                            .into_iter()
                            .map(|(field, text)| {
                                if field.is_empty() {
                                    view! { <li>{text}</li> }.into_any()
                                } else {
                                    let id = format!("{prefix}{field}");
                                    let href = format!("#{id}");
                                    view! { <li><a href=href on:click=move |event| focus_field(&event, &id)>{text}</a></li> }.into_any()
                                }
                            })
                            .collect_view()}
                    </ul>
                </div>
            }
            .into_any()
        })
    }
}
