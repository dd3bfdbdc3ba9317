//! Parts of a page that the browser takes over one after the other, so that it can paint and answer in between: the whole page at once
//! would keep a phone busy for a second.

use leptos::prelude::*;

/// Shows a part. While the page is taken over it stays as the server sent it until its turn comes, which is after the rest of the page;
/// at any other time it is like every other part. It must read no [`Resource`]: what the server found is there only until the page is
/// taken over.
pub fn in_turn(show: impl FnOnce() -> AnyView + 'static) -> AnyView {
    #[cfg(feature = "hydrate")]
    if Owner::current_shared_context().is_some_and(|context| context.during_hydration()) {
        return waiting::wait(show);
    }
    view! { <div class="in-turn">{show()}</div> }.into_any()
}

/// Whether all of the page is taken over. `rest` says it of what does not wait for its turn, and with that the first turn comes.
pub fn all_taken_over(rest: Signal<bool>) -> Signal<bool> {
    let all = RwSignal::new(false);
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        if rest.get() {
            waiting::begin(all);
        }
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = rest;
    all.into()
}

#[cfg(feature = "hydrate")]
mod waiting {
    use std::cell::RefCell;
    use std::collections::VecDeque;
    use std::time::Duration;

    use leptos::prelude::*;
    use leptos::tachys::view::Position;
    use wasm_bindgen::JsCast as _;
    use wasm_bindgen::closure::Closure;

    type Part = Box<dyn FnOnce()>;

    /// By these somebody does something.
    const DOINGS: [&str; 4] = ["pointerdown", "keydown", "input", "submit"];

    thread_local! {
        static PARTS: RefCell<VecDeque<Part>> = const { RefCell::new(VecDeque::new()) };
    }

    /// The part as it was sent, with its place in the queue.
    pub fn wait(show: impl FnOnce() -> AnyView + 'static) -> AnyView {
        let place = NodeRef::<leptos::html::Div>::new();
        let owner = Owner::current().unwrap_or_default();
        let take_over = move || {
            // Gone with its page.
            let Some(place) = place.try_get_untracked().flatten() else { return };
            owner.with(|| {
                let state = show().hydrate_from_position::<true>(&place, Position::FirstChild);
                StoredValue::new_local(state);
            });
        };
        PARTS.with_borrow_mut(|parts| parts.push_back(Box::new(take_over)));
        view! { <div class="in-turn" node_ref=place inner_html=""></div> }.into_any()
    }

    /// Takes over one part after the other, the browser's own work in between; all at once as soon as somebody does something, before
    /// that reaches any part: what it changed would not be what the others were sent with.
    pub fn begin(all: RwSignal<bool>) {
        let hurry = Closure::<dyn FnMut()>::new(move || while take_next() {});
        for event in DOINGS {
            let _added = window().add_event_listener_with_callback_and_bool(event, hurry.as_ref().unchecked_ref(), true);
        }
        set_timeout(move || go_on(all, hurry), Duration::ZERO);
    }

    fn go_on(all: RwSignal<bool>, hurry: Closure<dyn FnMut()>) {
        if take_next() {
            set_timeout(move || go_on(all, hurry), Duration::ZERO);
            return;
        }
        for event in DOINGS {
            let _removed = window().remove_event_listener_with_callback_and_bool(event, hurry.as_ref().unchecked_ref(), true);
        }
        let _gone = all.try_set(true);
    }

    fn take_next() -> bool {
        let next = PARTS.with_borrow_mut(VecDeque::pop_front);
        let is_there = next.is_some();
        if let Some(take_over) = next {
            take_over();
        }
        is_there
    }
}
