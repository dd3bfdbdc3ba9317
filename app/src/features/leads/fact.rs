//! One fact of a lead: shown, and edited where it stands.

use domain::lead_views::LeadDetail;
use domain::text::lower_case;
use domain::{FieldValue, Lead, LeadField};
use leptos::prelude::*;

use super::field_control::FieldControl;
use crate::components::{Icon, PersonName, Score};
use crate::context::{catalog, catalog_now};
use crate::form::{FormState, Hidden, LabelsBeside, PostForm, error_at};
use crate::form_reply::Conflict;

/// What a fact needs of the page around it.
#[derive(Clone, Copy)]
pub struct FactPage {
    pub detail: RwSignal<LeadDetail>,
    /// Reads the lead afresh.
    pub reload: Callback<()>,
}

/// A fact. A click, Enter or F2 edits it; Escape takes the edit back.
#[component]
pub fn Fact(field: LeadField) -> impl IntoView {
    let page = expect_context::<FactPage>();
    let title = field.title(&catalog_now());
    let title_lower = lower_case(&title);
    let editing = RwSignal::new(false);
    let saved = RwSignal::new(false);
    let value = Memo::new(move |_| page.detail.with(|detail| field.value(&detail.lead)));
    let may_edit = Memo::new(move |_| page.detail.with(|detail| detail.rights.edit));
    let is_first = field == LeadField::FullName;
    let begin = move || {
        saved.set(false);
        editing.set(true);
        #[cfg(feature = "hydrate")]
        focus_id(format!("fact-{}", field.form_name()));
    };
    let edit = move |_| begin();
    let edit_by_key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "F2" {
            event.prevent_default();
            begin();
        }
    };
    let escape = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" && editing.get_untracked() {
            editing.set(false);
            focus_button(field);
        }
    };
    view! {
        <div class="fact" class=("fact--editing", move || editing.get())>
            <dt class="fact__label">{title}</dt>
            <dd class="fact__value" on:keydown=escape>
                {move || if editing.get() && may_edit.get() {
                    view! { <FactForm field editing saved /> }.into_any()
                } else if may_edit.get() {
                    view! {
                        <button class="fact__button" type="button" id=format!("show-{}", field.form_name()) data-key=is_first.then_some("e") data-command=is_first.then_some("Edit") on:click=edit on:keydown=edit_by_key>
                            <FactValue field value=value.get() />
                            <span class="visually-hidden">", change " {title_lower.clone()}</span>
                            {move || if saved.get() {
                                view! { <span class="fact__saved" role="status"><Icon name="check" />"Saved"</span> }.into_any()
                            } else {
                                view! { <Icon name="edit" /> }.into_any()
                            }}
                        </button>
                    }
                    .into_any()
                } else {
                    view! { <FactValue field value=value.get() /> }.into_any()
                }}
                {matches!(field, LeadField::Custom(_)).then(|| view! { <OpenLink field value /> })}
            </dd>
        </div>
    }
    .into_any()
}

/// The edit is over: the focus goes back to where it began.
#[cfg_attr(not(feature = "hydrate"), expect(unused_variables, reason = "only browsers have a focus"))]
fn focus_button(field: LeadField) {
    #[cfg(feature = "hydrate")]
    focus_id(format!("show-{}", field.form_name()));
}

#[cfg(feature = "hydrate")]
fn focus_id(id: String) {
    use wasm_bindgen::JsCast as _;
    request_animation_frame(move || {
        let found = document().get_element_by_id(&id).and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
        if let Some(element) = found {
            let _focused = element.focus();
        }
    });
}

#[component]
fn FactValue(field: LeadField, value: FieldValue) -> impl IntoView {
    let page = expect_context::<FactPage>();
    let currency = page.detail.with_untracked(|detail| detail.lead.currency.clone());
    let shown = value.display(&currency, &catalog());
    match (field, value) {
        (LeadField::Score, FieldValue::Number(Some(number))) => view! { <Score value=number /> }.into_any(),
        (LeadField::Owner, FieldValue::Person(id)) => view! { <PersonName id /> }.into_any(),
        (LeadField::Probability, _) if !shown.is_empty() => view! { <span>{shown}" %"</span> }.into_any(),
        (LeadField::Custom(_), FieldValue::Custom(_, text)) if is_link(&text) => {
            // Within the button that edits it, so it is opened with the button beside it.
            view! { <span class="fact__text fact__link">{shown}</span> }.into_any()
        }
        (_, FieldValue::Phones(phones)) if phones.iter().any(|phone| phone.e164.is_none()) => {
            let notes = phones.iter().filter_map(domain::Phone::note).map(|note| view! { <br /><span class="muted">{note}</span> });
            view! { <span class="fact__text">{shown}{notes.collect_view()}</span> }.into_any()
        }
        _ if shown.is_empty() => view! { <span class="fact__nothing">"–"</span> }.into_any(),
        _ => view! { <span class="fact__text">{shown}</span> }.into_any(),
    }
}

fn is_link(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

/// Opens the address that a field holds, beside the button that edits it.
#[component]
fn OpenLink(field: LeadField, value: Memo<FieldValue>) -> impl IntoView {
    let address = move || match value.get() {
        FieldValue::Custom(id, text) if is_link(&text) => {
            let kind = catalog().field(id).map(|field| field.kind);
            (kind == Some(domain::CustomKind::Link)).then_some(text)
        }
        _ => None,
    };
    move || {
        let title = field.title(&catalog());
        address().map(|href| view! {
            <a class="button button--quiet button--icon button--small" href=href rel="noopener noreferrer" target="_blank" aria-label=format!("Open {title}")><Icon name="link" /></a>
        })
    }
}

#[component]
fn FactForm(field: LeadField, editing: RwSignal<bool>, saved: RwSignal<bool>) -> impl IntoView {
    let page = expect_context::<FactPage>();
    let lead = page.detail.with_untracked(|detail| detail.lead.clone());
    let version = RwSignal::new(lead.version.to_string());
    let finished = move |_| {
        editing.set(false);
        saved.set(true);
        page.reload.run(());
        focus_button(field);
    };
    provide_context(LabelsBeside);
    view! {
        <PostForm action=format!("/leads/{}/edit", lead.id) class="fact__form" on_done=Callback::new(finished)>
            <Hidden name="version" value=version />
            <FieldControl
                field
                value=field.value(&lead)
                currency=lead.currency.clone()
                lead_type=lead.lead_type
                state=lead.state.life_cycle()
                prefix="fact-"
            />
            <button class="button button--primary button--icon button--small" aria-label=format!("Save {}", lower_case(&field.title(&catalog_now())))><Icon name="check" /></button>
            <button class="button button--quiet button--icon button--small" type="button" aria-label="Leave it as it was" on:click=move |_| { editing.set(false); focus_button(field); }>
                <Icon name="close" />
            </button>
            <Refused />
            <Conflicts version take_theirs=Callback::new(move |()| { editing.set(false); page.reload.run(()); }) />
        </PostForm>
    }
    .into_any()
}

/// A refusal of the form as a whole.
#[component]
fn Refused() -> impl IntoView {
    let error = error_at("");
    move || error.get().map(|text| view! { <p class="fact__error" role="alert">{text}</p> })
}

/// Both values side by side; the person chooses. "Keep mine" sends the form again, knowing the other's change.
#[component]
pub fn Conflicts(version: RwSignal<String>, take_theirs: Callback<()>) -> impl IntoView {
    let state = expect_context::<FormState>();
    move || {
        let conflicts = state.conflicts();
        if let Some(conflict) = conflicts.first() {
            version.set(conflict.version.to_string());
        }
        conflicts.into_iter().map(|conflict| view! { <OneConflict conflict take_theirs /> }).collect_view()
    }
}

#[component]
fn OneConflict(conflict: Conflict, take_theirs: Callback<()>) -> impl IntoView {
    let or_nothing = |text: String| if text.is_empty() { "nothing".to_owned() } else { text };
    let label = LeadField::from_key(&conflict.field).map_or_else(|| "this".to_owned(), |field| lower_case(&field.title(&catalog_now())));
    view! {
        <div class="conflict" role="alert">
            <p class="conflict__title">{format!("{} changed {label} too", conflict.by)}</p>
            <div class="conflict__sides">
                <div class="conflict__side">
                    <div><p class="conflict__who">"Yours"</p><p class="conflict__value">{or_nothing(conflict.mine)}</p></div>
                    <button class="button button--small">"Keep mine"</button>
                </div>
                <div class="conflict__side">
                    <div><p class="conflict__who">{conflict.by.clone()}", "{catalog_now().site.zone.readable(conflict.at)}</p><p class="conflict__value">{or_nothing(conflict.theirs)}</p></div>
                    <button class="button button--small" type="button" on:click=move |_| take_theirs.run(())>"Take theirs"</button>
                </div>
            </div>
        </div>
    }
    .into_any()
}

/// A group of facts with its heading. Without script, "Edit" turns the group into one form.
#[component]
pub fn FactGroup(
    id: &'static str,
    title: &'static str,
    fields: Vec<LeadField>,
    is_form: bool,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let page = expect_context::<FactPage>();
    let may_edit = move || page.detail.with(|detail| detail.rights.edit);
    let heading = format!("{id}-h");
    let labelled_by = heading.clone();
    view! {
        <section class="facts" id=id aria-labelledby=labelled_by>
            <div class="facts__head">
                <h2 id=heading>{title}</h2>
                {move || (may_edit() && !is_form).then(|| view! {
                    <a class="facts__edit" href=format!("?edit={id}#{id}")>"Edit"<span class="visually-hidden">" " {lower_case(title)}</span></a>
                })}
            </div>
            {if is_form && page.detail.with_untracked(|detail| detail.rights.edit) {
                view! { <GroupForm id fields /> }.into_any()
            } else {
                view! {
                    <dl>
                        {fields.into_iter().map(|field| view! { <Fact field /> }).collect_view()}
                        {children.map(|children| children())}
                    </dl>
                }
                .into_any()
            }}
        </section>
    }
    .into_any()
}

#[component]
fn GroupForm(id: &'static str, fields: Vec<LeadField>) -> impl IntoView {
    let page = expect_context::<FactPage>();
    let lead: Lead = page.detail.with_untracked(|detail| detail.lead.clone());
    let version = RwSignal::new(crate::form::typed_version(&format!("/leads/{}/edit", lead.id)).unwrap_or_else(|| lead.version.to_string()));
    let here = format!("/leads/{}", lead.id);
    view! {
        <PostForm action=format!("/leads/{}/edit", lead.id) class="facts__form">
            <Hidden name="version" value=version />
            <Hidden name="part" value=id.to_owned() />
            <crate::form::ErrorSummary prefix=format!("{id}-") />
            <Conflicts version take_theirs=page.reload />
            {fields
                .into_iter()
                // A score that is worked out may be another by the time the whole group is sent; it is typed beside its reasons.
                .filter(|field| *field != LeadField::Score || !catalog_now().site.has_scoring)
                .map(|field| {
                    view! {
                        <FieldControl
                            field
                            value=field.value(&lead)
                            currency=lead.currency.clone()
                            lead_type=lead.lead_type
                            state=lead.state.life_cycle()
                            prefix=format!("{id}-")
                        />
                    }
                })
                .collect_view()}
            <div class="form__actions">
                <button class="button button--primary">"Save"</button>
                <a class="button button--quiet" href=here>"Leave as it was"</a>
            </div>
        </PostForm>
    }
    .into_any()
}
