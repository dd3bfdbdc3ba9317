//! `/import`: a new file, and the earlier ones.

use domain::import_file::{ImportFile, ImportPage as Files};
use leptos::prelude::*;
use leptos_meta::Title;

use super::server_fns::load_files;
use crate::components::{Problem, TimeAgo};
use crate::context::catalog;
use crate::form::{ErrorSummary, FileForm, error_at, typed_before};

/// The page. The form is a plain one: the browser shows how far the upload is.
#[component]
pub fn ImportPage() -> impl IntoView {
    let files = Resource::new(|| (), |()| load_files());
    view! {
        <Title text="Import" />
        <main class="page page--form page--wide" id="main" tabindex="-1">
            <h1>"Import leads"</h1>
            <Transition>
                {move || Suspend::new(async move {
                    match files.await {
                        Ok(page) => view! { <Loaded page /> }.into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

#[component]
fn Loaded(page: Files) -> impl IntoView {
    let Files { files, suppliers } = page;
    view! {
        <FileForm action="/import" class="form">
            <ErrorSummary />
            <Fields suppliers />
            <div class="form__actions">
                <button class="button button--primary">"Look at the file"</button>
                <span class="muted small">"Nothing is imported yet."</span>
            </div>
        </FileForm>
        <section class="section" aria-labelledby="earlier-h">
            <div class="section__head"><h2 id="earlier-h">"Earlier files"</h2></div>
            {if files.is_empty() {
                view! { <p class="muted">"None yet. What you import can be taken back as a whole."</p> }.into_any()
            } else {
                view! { <ul class="imports">{files.into_iter().map(|file| view! { <Line file /> }).collect_view()}</ul> }.into_any()
            }}
        </section>
    }
    .into_any()
}

#[component]
fn Fields(suppliers: Vec<String>) -> impl IntoView {
    let (file, supplier) = (error_at("file"), error_at("supplier"));
    let typed = typed_before("supplier").and_then(|typed| typed.into_iter().next()).unwrap_or_default();
    view! {
        <div class="field">
            <label class="field__label" for="file">"File"</label>
            <p class="field__help" id="file-help">"CSV, with headings in its first row; up to 2 GB. Any encoding, any delimiter."</p>
            <input
                class="input"
                id="file"
                type="file"
                name="file"
                accept=".csv,.txt,.tsv,text/csv,text/plain,text/tab-separated-values"
                aria-describedby=move || if file.get().is_some() { "file-help file-error" } else { "file-help" }
                aria-invalid=move || file.get().map(|_| "true")
            />
            {move || file.get().map(|text| view! { <p class="field__error" id="file-error">{text}</p> })}
        </div>
        <div class="field">
            <label class="field__label" for="supplier">"Supplier"<span class="field__optional">" optional"</span></label>
            <p class="field__help" id="supplier-help">"Which column goes where is remembered for their next file. One that is in the list of partners is the partner of its leads."</p>
            <input
                class="input"
                id="supplier"
                name="supplier"
                value=typed
                list="suppliers"
                autocomplete="off"
                aria-describedby=move || if supplier.get().is_some() { "supplier-help supplier-error" } else { "supplier-help" }
                aria-invalid=move || supplier.get().map(|_| "true")
            />
            <datalist id="suppliers">{suppliers.into_iter().map(|name| view! { <option value=name></option> }).collect_view()}</datalist>
            {move || supplier.get().map(|text| view! { <p class="field__error" id="supplier-error">{text}</p> })}
        </div>
    }
    .into_any()
}

#[component]
fn Line(file: ImportFile) -> impl IntoView {
    let by = catalog().person_name(file.added_by);
    let figures = file.outcome.as_ref().map(|outcome| format!("{} rows, {} new, {} refused", outcome.rows, outcome.created, outcome.refused));
    view! {
        <li class="imports__line">
            <a class="row__link" href=format!("/import/{}", file.id)>{file.file_name}</a>
            <span class="muted">{file.supplier}</span>
            <span>{file.phase.label()}</span>
            <span class="muted figures">{figures}</span>
            <span class="muted push">{by}" " <TimeAgo at=file.added_at /></span>
        </li>
    }
    .into_any()
}
