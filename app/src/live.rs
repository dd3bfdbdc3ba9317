//! Staying in step: one event stream per tab, and whoever wants to hear of changes.

use domain::EventId;
use domain::event::LiveData;
use leptos::prelude::*;

/// How the connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only browsers have a connection"))]
pub enum Link {
    /// Not yet opened; also what the server renders.
    Starting,
    InStep,
    Reconnecting,
}

/// What a listener hears.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only browsers hear"))]
pub enum Heard {
    /// A lead changed, appeared or left what this person may see.
    Lead(LiveData),
    Account(LiveData),
    Contact(LiveData),
    /// Lists, people or groups changed.
    Catalog,
    /// How somebody can be reached changed.
    Person(LiveData),
    /// Others who have the same lead open.
    Presence(Vec<String>),
    /// Something was missed: read afresh.
    Resync,
}

type Listener = (u64, Callback<Heard>);

/// The tab's connection; provided by the frame.
#[derive(Clone, Copy)]
pub struct Live {
    pub link: RwSignal<Link>,
    listeners: StoredValue<Vec<Listener>>,
    count: StoredValue<u64>,
    /// The lead that is open, so that others can be told.
    lead: RwSignal<Option<i64>>,
    last: StoredValue<i64>,
}

impl Live {
    /// A connection that opens once the page is taken over and goes on from the last event the page knows of.
    #[must_use]
    pub fn new(last_event: i64, taken_over: Signal<bool>) -> Self {
        #[cfg(not(feature = "hydrate"))]
        let _ = taken_over;
        let live = Self {
            link: RwSignal::new(Link::Starting),
            listeners: StoredValue::new(Vec::new()),
            count: StoredValue::new(0),
            lead: RwSignal::new(None),
            last: StoredValue::new(last_event),
        };
        #[cfg(feature = "hydrate")]
        stream::open(live, taken_over);
        live
    }

    /// Hears every change until the caller's owner is gone.
    pub fn listen(self, callback: Callback<Heard>) {
        self.count.update_value(|count| *count += 1);
        let id = self.count.get_value();
        self.listeners.update_value(|listeners| listeners.push((id, callback)));
        on_cleanup(move || {
            let _gone = self.listeners.try_update_value(|listeners| listeners.retain(|(other, _)| *other != id));
        });
    }

    /// Tells others that this lead is open here, until the caller's owner is gone.
    pub fn look_at(self, lead: i64) {
        Effect::new(move |_| self.lead.set(Some(lead)));
        on_cleanup(move || {
            let _gone = self.lead.try_set(None);
        });
    }

    /// The last event the page knows of: while a listener hears a change, that of the change.
    #[must_use]
    pub fn last_event(self) -> EventId {
        EventId(self.last.get_value())
    }

    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only browsers hear"))]
    fn tell(self, heard: &Heard) {
        for (_, listener) in self.listeners.get_value() {
            listener.run(heard.clone());
        }
    }
}

#[cfg(feature = "hydrate")]
mod stream {
    use leptos::prelude::*;
    use wasm_bindgen::JsCast as _;
    use wasm_bindgen::closure::Closure;
    use web_sys::{EventSource, MessageEvent};

    use super::{Heard, Link, Live};

    #[derive(serde::Deserialize)]
    struct Presence {
        names: Vec<String>,
    }

    /// Opens the stream, and again whenever another lead is looked at, going on where the last one ended.
    pub fn open(live: Live, taken_over: Signal<bool>) {
        Effect::new(move |before: Option<StoredSource>| {
            let lead = live.lead.get();
            drop(before);
            if !taken_over.get() {
                return StoredSource(None);
            }
            let mut query = String::new();
            if let Some(lead) = lead {
                query = crate::routes::and(&query, "lead", &lead.to_string());
            }
            query = crate::routes::and(&query, "last_event_id", &live.last.get_value().to_string());
            StoredSource(start(live, &crate::routes::with_query("/api/v1/live", &query)))
        });
    }

    /// Closes the stream when it is replaced.
    struct StoredSource(Option<EventSource>);

    impl Drop for StoredSource {
        fn drop(&mut self) {
            if let Some(source) = &self.0 {
                source.close();
            }
        }
    }

    fn start(live: Live, url: &str) -> Option<EventSource> {
        let source = EventSource::new(url).ok()?;
        on(&source, "open", move |_| live.link.set(Link::InStep));
        on(&source, "error", move |_| live.link.set(Link::Reconnecting));
        let heard = move |event: MessageEvent, make: fn(&str) -> Option<Heard>| {
            if let Ok(last) = event.last_event_id().parse() {
                live.last.set_value(last);
            }
            if let Some(heard) = event.data().as_string().and_then(|text| make(&text)) {
                live.tell(&heard);
            }
        };
        on(&source, "lead", move |event| heard(event, |text| serde_json::from_str(text).ok().map(Heard::Lead)));
        on(&source, "account", move |event| heard(event, |text| serde_json::from_str(text).ok().map(Heard::Account)));
        on(&source, "contact", move |event| heard(event, |text| serde_json::from_str(text).ok().map(Heard::Contact)));
        on(&source, "person", move |event| heard(event, |text| serde_json::from_str(text).ok().map(Heard::Person)));
        on(&source, "catalog", move |event| heard(event, |_| Some(Heard::Catalog)));
        on(&source, "resync", move |event| heard(event, |_| Some(Heard::Resync)));
        on(&source, "presence", move |event| {
            heard(event, |text| serde_json::from_str::<Presence>(text).ok().map(|presence| Heard::Presence(presence.names)));
        });
        Some(source)
    }

    fn on(source: &EventSource, name: &str, handler: impl FnMut(MessageEvent) + 'static) {
        let closure = Closure::<dyn FnMut(MessageEvent)>::new(handler);
        let _added = source.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
        // Lives as long as the page: a stream is opened a few times in a tab's life.
        closure.forget();
    }
}
