//! Dragging with the mouse, a pen or a finger. A finger holds a card for a moment first: until then it scrolls.

use std::time::Duration;

use domain::{LeadId, StatusId};
use leptos::leptos_dom::helpers::{IntervalHandle, TimeoutHandle};
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, Event, HtmlElement, PointerEvent};

use super::state::{BoardState, Dragged};

/// How far a mouse moves before it drags. Unit: pixels.
const SLACK: f64 = 6.0;
/// How long a finger rests before it drags.
const HOLD: Duration = Duration::from_millis(300);
/// How near the board's edge it starts to scroll, and by how much each time. Unit: pixels.
const EDGE: f64 = 48.0;
const PACE: f64 = 14.0;

/// A pointer that went down on a card and may become a drag.
#[derive(Clone)]
struct Press {
    id: LeadId,
    card: HtmlElement,
    pointer: i32,
    x: f64,
    y: f64,
    is_touch: bool,
    /// Runs until a resting finger becomes a drag.
    hold: Option<TimeoutHandle>,
}

/// The card that follows the pointer.
#[derive(Clone)]
struct Ghost {
    element: HtmlElement,
    /// Where the pointer took hold of it.
    grip: (f64, f64),
    /// Scrolls the board while the pointer is near its edge.
    scroll: Option<IntervalHandle>,
}

#[derive(Clone, Copy)]
struct Drag {
    board: BoardState,
    node: NodeRef<leptos::html::Div>,
    press: StoredValue<Option<Press>, LocalStorage>,
    ghost: StoredValue<Option<Ghost>, LocalStorage>,
    /// Where the pointer is.
    at: StoredValue<(f64, f64)>,
    /// The click that ends a drag is not one.
    just_dropped: StoredValue<bool>,
}

/// Listens while the board is there.
pub fn listen(board: BoardState, node: NodeRef<leptos::html::Div>) {
    let drag = Drag {
        board,
        node,
        press: StoredValue::new_local(None),
        ghost: StoredValue::new_local(None),
        at: StoredValue::new((0.0, 0.0)),
        just_dropped: StoredValue::new(false),
    };
    Effect::new(move |_| {
        let Some(element) = node.get() else { return };
        on(&element, "pointerdown", move |event: PointerEvent| drag.down(&event));
        // Once a card is lifted, the finger no longer scrolls; listeners of an element may say so, the window's not.
        on(&element, "touchmove", move |event: Event| {
            if drag.is_on() {
                event.prevent_default();
            }
        });
        on(&element, "contextmenu", move |event: Event| {
            if drag.press.with_value(|press| press.as_ref().is_some_and(|press| press.is_touch)) {
                event.prevent_default();
            }
        });
        on(&element, "click", move |event: Event| {
            if drag.just_dropped.get_value() {
                event.prevent_default();
            }
        });
    });
    let listeners = [
        window_event_listener(leptos::ev::pointermove, move |event| drag.moved(&event)),
        window_event_listener(leptos::ev::pointerup, move |event| drag.up(&event)),
        window_event_listener(leptos::ev::pointercancel, move |_| drag.stop()),
    ];
    let key = window_event_listener(leptos::ev::keydown, move |event| {
        if event.key() == "Escape" && drag.is_on() {
            drag.stop();
        }
    });
    on_cleanup(move || {
        drag.stop();
        listeners.into_iter().for_each(|listener| listener.remove());
        key.remove();
    });
}

/// The listener goes with its element.
fn on<E: wasm_bindgen::convert::FromWasmAbi + 'static>(element: &Element, name: &str, handler: impl FnMut(E) + 'static) {
    let closure = Closure::<dyn FnMut(E)>::new(handler);
    let _added = element.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
    closure.forget();
}

impl Drag {
    fn is_on(self) -> bool {
        self.ghost.try_with_value(Option::is_some).unwrap_or(false)
    }

    fn down(self, event: &PointerEvent) {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let Some(target) = target.filter(|_| event.is_primary() && event.button() == 0) else { return };
        if target.closest(".card__move").ok().flatten().is_some() {
            return;
        }
        let Some(card) = target.closest("[data-card]").ok().flatten().and_then(|card| card.dyn_into::<HtmlElement>().ok()) else { return };
        let Some(id) = card.get_attribute("data-card").and_then(|id| id.parse().ok()).map(LeadId) else { return };
        if self.board.busy.with_untracked(|busy| busy.contains(&id)) {
            return;
        }
        let is_touch = event.pointer_type() == "touch";
        let hold = if is_touch { set_timeout_with_handle(move || self.lift(), HOLD).ok() } else { None };
        let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
        self.at.set_value((x, y));
        self.press.set_value(Some(Press { id, card, pointer: event.pointer_id(), x, y, is_touch, hold }));
    }

    fn moved(self, event: &PointerEvent) {
        let Some(press) = self.press.try_get_value().flatten().filter(|press| press.pointer == event.pointer_id()) else { return };
        let at = (f64::from(event.client_x()), f64::from(event.client_y()));
        self.at.set_value(at);
        if self.is_on() {
            self.follow();
        } else if (at.0 - press.x).hypot(at.1 - press.y) > SLACK {
            if press.is_touch {
                // It scrolls.
                self.stop();
            } else {
                self.lift();
            }
        }
    }

    /// The press becomes a drag.
    fn lift(self) {
        let Some(press) = self.press.try_get_value().flatten().filter(|_| !self.is_on()) else { return };
        let Some(card) = self.board.card(press.id) else { return };
        let Ok(copy) = press.card.clone_node_with_deep(true) else { return };
        let (Ok(element), Some(board)) = (copy.dyn_into::<HtmlElement>(), self.node.get_untracked()) else { return };
        let place = press.card.get_bounding_client_rect();
        let _removed = element.remove_attribute("data-card");
        let _named = element.set_attribute("class", "card card--ghost");
        let _hidden = element.set_attribute("aria-hidden", "true");
        let _sized = element.style().set_property("inline-size", &format!("{}px", place.width()));
        let _appended = board.append_child(&element);
        let scroll = set_interval_with_handle(move || self.scroll_at_edge(), Duration::from_millis(16)).ok();
        self.ghost.set_value(Some(Ghost { element, grip: (press.x - place.left(), press.y - place.top()), scroll }));
        self.board.dragged.set(Some(Dragged { card, over: None }));
        self.follow();
    }

    /// The ghost goes where the pointer is, and what is under it learns of it.
    fn follow(self) {
        let Some(ghost) = self.ghost.get_value() else { return };
        let (x, y) = self.at.get_value();
        let _moved = ghost.element.style().set_property("translate", &format!("{}px {}px", x - ghost.grip.0, y - ghost.grip.1));
        let over = self.over();
        if self.board.dragged.with_untracked(|dragged| dragged.as_ref().is_some_and(|dragged| dragged.over != over)) {
            self.board.dragged.update(|dragged| {
                if let Some(dragged) = dragged {
                    dragged.over = over;
                }
            });
        }
    }

    /// The column or zone under the pointer.
    fn over(self) -> Option<StatusId> {
        let (x, y) = self.at.get_value();
        let place = document().element_from_point(x as f32, y as f32)?.closest("[data-status]").ok()??;
        place.get_attribute("data-status")?.parse().ok().map(StatusId)
    }

    fn scroll_at_edge(self) {
        let Some(board) = self.node.try_get_untracked().flatten() else { return };
        let (place, x) = (board.get_bounding_client_rect(), self.at.get_value().0);
        let by = if x < place.left() + EDGE {
            -PACE
        } else if x > place.right() - EDGE {
            PACE
        } else {
            return;
        };
        board.scroll_by_with_x_and_y(by, 0.0);
        self.follow();
    }

    fn up(self, event: &PointerEvent) {
        if self.press.try_with_value(|press| press.as_ref().is_none_or(|press| press.pointer != event.pointer_id())).unwrap_or(true) {
            return;
        }
        let dropped = self.board.dragged.get_untracked().filter(|_| self.is_on());
        let over = self.over();
        self.stop();
        if let Some(Dragged { card, .. }) = dropped {
            self.just_dropped.set_value(true);
            set_timeout(
                move || {
                    let _gone = self.just_dropped.try_update_value(|just_dropped| *just_dropped = false);
                },
                Duration::ZERO,
            );
            if let Some(to) = over {
                self.board.drop_on(card, to);
            }
            self.board.release(false);
        }
    }

    /// Lets go; the card stays where it was.
    fn stop(self) {
        if let Some(press) = self.press.try_update_value(Option::take).flatten()
            && let Some(hold) = press.hold
        {
            hold.clear();
        }
        if let Some(ghost) = self.ghost.try_update_value(Option::take).flatten() {
            ghost.element.remove();
            if let Some(scroll) = ghost.scroll {
                scroll.clear();
            }
            let _gone = self.board.dragged.try_set(None);
        }
    }
}
