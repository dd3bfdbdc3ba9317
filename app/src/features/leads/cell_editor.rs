//! Editing a cell of the list where it stands: Enter saves, Escape takes it back, a conflict shows both values. It lies
//! over the cell, so that no row moves; what was saved comes back into the row as any change does.

use domain::lead_views::LeadDetail;
use domain::text::lower_case;
use domain::{LeadColumn, LeadField, LeadId};
use leptos::prelude::*;

use super::fact::Conflicts;
use super::field_control::FieldControl;
use super::server_fns::load_lead;
use crate::components::Icon;
use crate::context::{Toasts, catalog_now};
use crate::form::{Done, Hidden, LabelsBeside, PostForm, error_at};

/// The cell that is edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellAt {
    pub lead: LeadId,
    pub column: LeadColumn,
}

/// The editor, once the lead was read. It calls `close` when the edit is over.
pub async fn show_cell_editor(at: CellAt, close: Callback<()>) -> AnyView {
    let Some(field) = at.column.field() else { return ().into_any() };
    match load_lead(at.lead.0).await {
        Ok(detail) if !has_field(&detail, field) => refused("Leads of its type do not have this field", close),
        Ok(detail) if detail.rights.edit => view! { <CellEditor at field detail close /> }.into_any(),
        Ok(_) => refused("Only its owner, its team and managers can change this lead while it is open", close),
        Err(error) => refused(&error.to_string(), close),
    }
}

/// Whether the lead has the field: not all have each of the fields that an administrator added.
fn has_field(detail: &LeadDetail, field: LeadField) -> bool {
    let LeadField::Custom(id) = field else { return true };
    catalog_now().fields_of(detail.lead.lead_type).any(|own| own.id == id)
}

fn refused(why: &str, close: Callback<()>) -> AnyView {
    if let Some(toasts) = use_context::<Toasts>() {
        toasts.fail(why);
    }
    close.run(());
    ().into_any()
}

#[component]
fn CellEditor(at: CellAt, field: LeadField, detail: LeadDetail, close: Callback<()>) -> impl IntoView {
    let lead = detail.lead;
    let version = RwSignal::new(lead.version.to_string());
    let over = NodeRef::<leptos::html::Div>::new();
    #[cfg(feature = "hydrate")]
    place::over_the_cell(over, at);
    #[cfg(not(feature = "hydrate"))]
    let _ = at;
    let escape = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            event.stop_propagation();
            close.run(());
        }
    };
    provide_context(LabelsBeside);
    view! {
        <div class="cell-editor" node_ref=over on:keydown=escape>
            <PostForm action=format!("/leads/{}/edit", lead.id) class="cell-editor__form" on_done=Callback::new(move |_: Done| close.run(()))>
                <Hidden name="version" value=version />
                <FieldControl
                    field
                    value=field.value(&lead)
                    currency=lead.currency.clone()
                    lead_type=lead.lead_type
                    state=lead.state.life_cycle()
                    prefix="cell-"
                />
                <button class="button button--primary button--icon button--small" aria-label=format!("Save {}", lower_case(&field.title(&catalog_now())))><Icon name="check" /></button>
                <button class="button button--quiet button--icon button--small" type="button" aria-label="Leave it as it was" on:click=move |_| close.run(())><Icon name="close" /></button>
                <Refused />
                <Conflicts version take_theirs=close />
            </PostForm>
        </div>
    }
    .into_any()
}

/// A refusal of the form as a whole.
#[component]
fn Refused() -> impl IntoView {
    let error = error_at("");
    move || error.get().map(|text| view! { <p class="fact__error" role="alert">{text}</p> })
}

#[cfg(feature = "hydrate")]
mod place {
    use leptos::prelude::*;
    use wasm_bindgen::JsCast as _;

    use super::CellAt;

    /// Lays the editor over its cell and gives the focus to its field.
    pub fn over_the_cell(over: NodeRef<leptos::html::Div>, at: CellAt) {
        Effect::new(move |_| {
            let Some(editor) = over.get() else { return };
            // It has no place before it is in the page.
            request_animation_frame(move || put(&editor, at));
        });
    }

    fn put(editor: &web_sys::HtmlDivElement, at: CellAt) {
        let selector = format!("tr[data-number=\"{}\"] td.col-{}", at.lead, at.column.key());
        let cell = document().query_selector(&selector).ok().flatten();
        let frame = editor.closest(".list").ok().flatten();
        if let (Some(cell), Some(frame)) = (cell, frame) {
            let (cell, frame) = (cell.get_bounding_client_rect(), frame.get_bounding_client_rect());
            let (width, height) = (f64::from(editor.offset_width()), f64::from(editor.offset_height()));
            let left = (cell.left() - frame.left()).min(frame.width() - width - 8.0).max(0.0);
            let top = (cell.top() - frame.top()).min(frame.height() - height - 8.0).max(0.0);
            let style = web_sys::HtmlElement::style(editor);
            let _set = style.set_property("inset-inline-start", &format!("{left}px"));
            let _set = style.set_property("inset-block-start", &format!("{top}px"));
        }
        let field = editor.query_selector("input:not([type=hidden]), select, textarea").ok().flatten();
        if let Some(field) = field.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _focused = field.focus();
        }
    }
}
