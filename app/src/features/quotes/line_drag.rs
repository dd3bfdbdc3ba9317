//! Dragging a line of a quote by its handle, with the mouse, a pen or a finger. The buttons beside it do the same without.

use domain::QuoteLineId;
use leptos::ev::PointerEvent;
use leptos::html::Ol;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::Element;

use super::quote_page::Editor;
use crate::components::Icon;
use crate::context::Toasts;
use crate::form::post_or_else;

/// How near the window's edge it scrolls, and by how much each time. Unit: pixels.
const EDGE: f64 = 48.0;
const PACE: f64 = 14.0;

/// A line in somebody's hand. Places are counted from 0.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Held {
    line: QuoteLineId,
    pointer: i32,
    from: usize,
    to: usize,
    /// The line that stands where it would go.
    over: Option<QuoteLineId>,
}

/// Where lines are dragged.
#[derive(Clone, Copy)]
pub struct LineDrag {
    editor: Editor,
    toasts: Toasts,
    list: NodeRef<Ol>,
    held: RwSignal<Option<Held>>,
}

impl LineDrag {
    /// For the lines in a list. Escape lets go of the one that is held.
    pub fn new(editor: Editor, list: NodeRef<Ol>) -> Self {
        let drag = Self { editor, toasts: expect_context(), list, held: RwSignal::new(None) };
        #[cfg(feature = "hydrate")]
        {
            let key = window_event_listener(leptos::ev::keydown, move |event| {
                if event.key() == "Escape" && drag.held.with_untracked(Option::is_some) {
                    drag.held.set(None);
                }
            });
            on_cleanup(move || key.remove());
        }
        drag
    }

    /// The class of a line: whether it is held, or would have the held one before or behind it.
    pub fn class_of(self, line: QuoteLineId) -> &'static str {
        self.held.with(|held| match held {
            Some(held) if held.line == line => "task quote__line--held",
            Some(held) if held.over == Some(line) && held.to < held.from => "task quote__line--before",
            Some(held) if held.over == Some(line) && held.to > held.from => "task quote__line--behind",
            _ => "task",
        })
    }

    fn down(self, event: &PointerEvent, line: QuoteLineId) {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let handle = target.and_then(|target| target.closest(".quote__handle").ok().flatten());
        let Some(handle) = handle.filter(|_| event.is_primary() && event.button() == 0) else { return };
        let Some(from) = self.rows().iter().position(|(id, _)| *id == line) else { return };
        event.prevent_default();
        // The handle hears of the pointer wherever it goes.
        let _captured = handle.set_pointer_capture(event.pointer_id());
        self.held.set(Some(Held { line, pointer: event.pointer_id(), from, to: from, over: None }));
    }

    fn moved(self, event: &PointerEvent) {
        let Some(held) = self.of(event) else { return };
        let y = f64::from(event.client_y());
        scroll_at_edge(y);
        let rows = self.rows();
        let Some(from) = rows.iter().position(|(id, _)| *id == held.line) else { return };
        let to = rows.iter().filter(|(id, middle)| *id != held.line && *middle < y).count();
        let over = rows.get(to).map(|(id, _)| *id);
        let now = Held { from, to, over, ..held };
        if now != held {
            self.held.set(Some(now));
        }
    }

    fn up(self, event: &PointerEvent) {
        let Some(held) = self.of(event) else { return };
        self.held.set(None);
        if held.to == held.from {
            return;
        }
        let version = self.editor.page.with_untracked(|page| page.quote.version);
        let action = self.editor.action(&format!("/lines/{}/move", held.line));
        let done = self.editor.done;
        post_or_else(action, format!("version={version}&to={}", held.to + 1), self.toasts, move |said| done.run(said), || {});
    }

    /// The line that is held by the pointer of an event.
    fn of(self, event: &PointerEvent) -> Option<Held> {
        self.held.get_untracked().filter(|held| held.pointer == event.pointer_id())
    }

    /// The lines as they stand, with where the middle of each is in the window.
    fn rows(self) -> Vec<(QuoteLineId, f64)> {
        let Some(rows) = self.list.get_untracked().and_then(|list| list.query_selector_all("[data-line]").ok()) else { return Vec::new() };
        let row = |nth| {
            let row = rows.get(nth)?.dyn_into::<Element>().ok()?;
            let (line, place) = (row.get_attribute("data-line")?.parse().ok()?, row.get_bounding_client_rect());
            Some((line, place.top() + place.height() / 2.0))
        };
        (0..rows.length()).filter_map(row).collect()
    }
}

fn scroll_at_edge(y: f64) {
    let height = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(f64::MAX);
    if y < EDGE {
        window().scroll_by_with_x_and_y(0.0, -PACE);
    } else if y > height - EDGE {
        window().scroll_by_with_x_and_y(0.0, PACE);
    }
}

/// What a line is dragged by.
#[component]
pub fn Handle(drag: LineDrag, line: QuoteLineId) -> impl IntoView {
    view! {
        <span
            class="quote__handle needs-script"
            aria-hidden="true"
            title="Drag it to another place"
            on:pointerdown=move |event| drag.down(&event, line)
            on:pointermove=move |event| drag.moved(&event)
            on:pointerup=move |event| drag.up(&event)
            on:pointercancel=move |_| drag.held.set(None)
        >
            <Icon name="grip" />
        </span>
    }
    .into_any()
}
