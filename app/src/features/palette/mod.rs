//! The palette behind Ctrl+K (go anywhere, find any record, do what the page offers) and the list of keys behind `?`.
//! Both are a chunk that the browser fetches when one of them is first asked for; here is only the asking.
//!
//! A page offers an action by marking the element that does it: `data-command="Win lead"`, or `data-command=""` where its
//! own text says it; `data-key="e"` makes a single key press it (see `keys`).

#[cfg(feature = "hydrate")]
mod keys_list;
#[cfg(feature = "hydrate")]
mod offers;
#[cfg(feature = "hydrate")]
mod palette_dialog;
pub mod places;
mod server_fns;

use leptos::prelude::*;

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    Palette,
    Keys,
}

/// The way to the palette, provided by the frame.
#[derive(Clone, Copy)]
pub struct Palette {
    asked: RwSignal<Option<Asked>>,
    #[cfg(feature = "hydrate")]
    owner: StoredValue<Option<Owner>>,
    #[cfg(feature = "hydrate")]
    is_here: StoredValue<bool>,
}

impl Palette {
    /// A closed palette, within what is provided where it is made.
    #[must_use]
    pub fn new() -> Self {
        Self {
            asked: RwSignal::new(None),
            #[cfg(feature = "hydrate")]
            owner: StoredValue::new(Owner::current()),
            #[cfg(feature = "hydrate")]
            is_here: StoredValue::new(false),
        }
    }

    /// Opens it; the first time its code is fetched before.
    pub fn ask(self, asked: Asked) {
        self.asked.set(Some(asked));
        #[cfg(feature = "hydrate")]
        if !self.is_here.get_value() {
            self.is_here.set_value(true);
            leptos::task::spawn_local(crate::lazy::fetch_palette(self));
        }
    }
}

/// Puts both dialogs into the page, where they wait to be asked for.
#[cfg(feature = "hydrate")]
pub fn mount(palette: Palette) {
    let Some(owner) = palette.owner.get_value() else { return };
    owner.with(|| {
        leptos::mount::mount_to_body(move || {
            move || match palette.asked.get() {
                Some(Asked::Palette) => view! { <palette_dialog::PaletteDialog close=Callback::new(move |()| palette.asked.set(None)) /> }.into_any(),
                Some(Asked::Keys) => view! { <keys_list::KeysList close=Callback::new(move |()| palette.asked.set(None)) /> }.into_any(),
                None => ().into_any(),
            }
        });
    });
}

/// Opens a dialog above the page once it is there.
#[cfg(feature = "hydrate")]
fn show_modally(dialog: NodeRef<leptos::html::Dialog>) {
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get() {
            let _shown = dialog.show_modal();
        }
    });
}

/// A click beside the dialog closes it.
#[cfg(feature = "hydrate")]
fn close_beside(event: &leptos::ev::MouseEvent) {
    use wasm_bindgen::JsCast as _;
    // Everything in it lies on an element of its own.
    if let Some(dialog) = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlDialogElement>().ok()) {
        dialog.close();
    }
}
