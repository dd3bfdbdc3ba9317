//! Subject and text of a mail with merge fields, and what somebody would get.

use domain::message::FIELDS;
use domain::{MergeField, MergeValues, Wording};
use leptos::prelude::*;

use crate::as_written::in_pre;
use crate::components::Icon;
use crate::form::{Area, Input, typed_before};

/// The fields `subject` and `body` with a preview. With script it follows what is typed; without, what was sent last.
#[component]
pub fn MailWords(
    wording: Wording,
    /// What the merge fields stand for in the preview.
    values: MergeValues,
    /// What stands above the preview.
    title: &'static str,
    /// Goes before the ids, where a page has several of them.
    #[prop(into, optional)]
    prefix: String,
) -> impl IntoView {
    let first = |name: &str, saved: &str| typed_before(name).and_then(|typed| typed.into_iter().next()).unwrap_or_else(|| saved.to_owned());
    let subject = RwSignal::new(first("subject", &wording.subject));
    let body = RwSignal::new(first("body", &wording.body));
    let shown = Memo::new(move |_| {
        let words = Wording { subject: subject.get(), body: body.get() };
        (words.subject_with(&values), in_pre(&words.body_with(&values)))
    });
    let heading = format!("{prefix}preview-h");
    let labelled_by = heading.clone();
    let help = "Plain text. A line is left out when nothing is known of what it names.";
    view! {
        <div on:input=move |event| subject.set(event_target_value(&event))>
            <Input name="subject" label="Subject" value=wording.subject prefix=prefix.clone() />
        </div>
        <div on:input=move |event| body.set(event_target_value(&event))>
            <Area name="body" label="Text" value=wording.body help prefix />
        </div>
        <div class="mail-preview" role="group" aria-labelledby=labelled_by>
            <h2 class="field__label" id=heading>{title}</h2>
            <p class="mail-preview__subject">{move || shown.with(|(subject, _)| subject.clone())}</p>
            <pre class="mail-text">{move || shown.with(|(_, body)| body.clone())}</pre>
        </div>
    }
    .into_any()
}

/// What can stand in a message, or in another mail to a lead's person, folded away.
#[component]
pub fn MessageFields(#[prop(default = &FIELDS)] fields: &'static [(MergeField, &'static str)]) -> impl IntoView {
    let row = |&(field, label): &(MergeField, &'static str)| {
        view! { <tr><td><code>{format!("{{{{{}}}}}", field.name())}</code></td><td>{label}</td></tr> }.into_any()
    };
    view! {
        <details class="form__more">
            <summary><Icon name="chevron-right" />"What can stand in it"</summary>
            <table class="table">
                <thead><tr><th scope="col">"Write"</th><th scope="col">"To get"</th></tr></thead>
                <tbody>{fields.iter().map(row).collect_view()}</tbody>
            </table>
        </details>
    }
    .into_any()
}
