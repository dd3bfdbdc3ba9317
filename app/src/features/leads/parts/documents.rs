//! Documents of a lead.

use domain::lead_parts::{SIZE_MOST, size_words};
use domain::{Document, may_change_document};
use leptos::prelude::*;

use super::{Fold, PartsPage, Step};
use crate::components::{PersonName, TimeAgo};
use crate::context::me;
use crate::features::leads::RefusedAsToast;
use crate::features::leads::fact::FactPage;
use crate::form::{ErrorSummary, FileForm, Hidden, PostForm, SentOnce, error_at};
use crate::routes;

/// The part. The upload is a plain form: the browser sends the file and opens the page again.
#[component]
pub fn Documents() -> impl IntoView {
    let page = expect_context::<FactPage>();
    let here = expect_context::<PartsPage>();
    let actor = me();
    let documents = Memo::new(move |_| {
        page.detail.with(|detail| {
            let with_right = |document: &Document| (document.clone(), may_change_document(&actor, document, &detail.lead));
            here.parts.with(|parts| parts.documents.iter().map(with_right).collect::<Vec<_>>())
        })
    });
    let count = Memo::new(move |_| documents.with(Vec::len));
    let may_add = Memo::new(move |_| page.detail.with(|detail| detail.rights.comment));
    let action = StoredValue::new(format!("/leads/{}/documents", here.lead));
    let came_back = crate::form::came_back(&action.get_value());
    view! {
        <Fold id="documents" title="Documents" count is_open=came_back>
            <ul class="tasks">
                <For
                    each=move || documents.get()
                    key=|entry: &(Document, bool)| (entry.0.id, entry.0.for_customer, entry.1)
                    children=|(document, may_change)| view! { <OneDocument document may_change /> }
                />
            </ul>
            {move || may_add.get().then(|| view! {
                <FileForm action=action.get_value() class="facts__form">
                    <SentOnce />
                    <ErrorSummary />
                    <File />
                    <label class="check"><input type="checkbox" name="for_customer" value="1" />"The customer may see it"</label>
                    <div class="form__actions"><button class="button">"Add document"</button></div>
                </FileForm>
            })}
        </Fold>
    }
    .into_any()
}

#[component]
fn File() -> impl IntoView {
    let error = error_at("document");
    view! {
        <div class="field">
            <label class="field__label" for="document">"File"</label>
            <p class="field__help" id="document-help">"Up to "{size_words(SIZE_MOST as i64)}"."</p>
            <input
                class="input"
                id="document"
                type="file"
                name="document"
                aria-describedby=move || if error.get().is_some() { "document-help document-error" } else { "document-help" }
                aria-invalid=move || error.get().map(|_| "true")
            />
            {move || error.get().map(|text| view! { <p class="field__error" id="document-error">{text}</p> })}
        </div>
    }
    .into_any()
}

#[component]
fn OneDocument(document: Document, may_change: bool) -> impl IntoView {
    let here = expect_context::<PartsPage>();
    let address = routes::document(document.id);
    let (remove, restore) = (format!("{address}/remove"), format!("{address}/restore"));
    let (wanted, word) = if document.for_customer { ("0", "Keep from the customer") } else { ("1", "Show to the customer") };
    let (name, change_label) = (document.name.clone(), format!("{word}: {}", document.name));
    let remove_label = format!("Remove the document {}", document.name);
    let change = may_change.then(|| {
        view! {
            <div class="task__facts">
                <PostForm action=address.clone() class="task__step" on_done=here.done>
                    <Hidden name="back" value=here.back() />
                    <Hidden name="for_customer" value=wanted.to_owned() />
                    <button class="button button--small" aria-label=change_label>{word}</button>
                    <RefusedAsToast />
                </PostForm>
                <Step action=remove undo=restore label=remove_label word="Remove" />
            </div>
        }
    });
    view! {
        <li class="task">
            <div class="task__body">
                <a class="task__title" href=address rel="external">{name}</a>
                <div class="task__facts">
                    <span>{document.kind.label()}", "{size_words(document.size)}</span>
                    <PersonName id=Some(document.added_by) />
                    <TimeAgo at=document.added_at />
                    {document.for_customer.then(|| view! { <span class="badge tone-blue">"For the customer"</span> })}
                </div>
                {change}
            </div>
        </li>
    }
    .into_any()
}
