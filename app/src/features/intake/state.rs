//! What the parts of the page share. The form's fields are the truth: they are read at each change, and the meter, the
//! ladder, the matches and the draft follow from what was read.

use domain::intake::{Beside, CallTry, Caller, CallerChoice, CallerSaid, Gathered, Requirement, Settled};
use domain::{FormValues, UserId};
use leptos::prelude::*;

use super::server_fns::{find_callers, load_beside};
use super::typeahead::Typeahead;
use crate::context::{catalog, me};
use crate::live::{Heard, Live};

/// Where the form is posted to.
pub const ACTION: &str = "/intake";

/// Provided around the fields.
#[derive(Clone, Copy)]
pub struct Intake {
    /// What the form says.
    pub said: RwSignal<FormValues>,
    pub beside: RwSignal<Beside>,
    /// Which record the caller is, see [`CallerChoice::key`]; empty while nobody chose.
    pub caller: RwSignal<String>,
    /// The record whose facts the fields were filled with.
    pub facts_of: RwSignal<String>,
    /// The account that referred them, by its number; empty where it was typed and not chosen.
    pub referrer_id: RwSignal<String>,
    pub tries: RwSignal<Vec<CallTry>>,
    pub callers: Typeahead,
    pub referrers: Typeahead,
    /// Whether script has taken over: until then there are buttons that do without.
    pub scripted: RwSignal<bool>,
    /// What was thrown away by starting over.
    pub thrown_away: RwSignal<Option<FormValues>>,
    /// Whether a draft that was put back had the facts confirmed.
    pub was_confirmed: StoredValue<bool>,
    /// Whose draft it is.
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "drafts are kept in browsers"))]
    pub me: UserId,
    /// Around all fields.
    pub node: NodeRef<leptos::html::Div>,
}

impl Intake {
    /// The page as it comes: `values` were typed before the page was rendered again.
    #[must_use]
    pub fn new(values: FormValues, beside: Beside) -> Self {
        let caller = CallerChoice::of(&values).map(CallerChoice::key).unwrap_or_default();
        let intake = Self {
            beside: RwSignal::new(beside),
            caller: RwSignal::new(caller),
            facts_of: RwSignal::new(values.get("facts_of").to_owned()),
            referrer_id: RwSignal::new(values.get("referrer_id").to_owned()),
            tries: RwSignal::new(CallTry::all_of(&values)),
            said: RwSignal::new(values),
            callers: Typeahead::new("callers"),
            referrers: Typeahead::new("referrers"),
            scripted: RwSignal::new(false),
            thrown_away: RwSignal::new(None),
            was_confirmed: StoredValue::new(false),
            me: me().id,
            node: NodeRef::new(),
        };
        provide_context(intake);
        Effect::new(move |_| intake.scripted.set(true));
        intake.keep_beside();
        intake.look_for_callers();
        intake.look_for_referrers();
        intake
    }

    /// What is still to be asked.
    #[must_use]
    pub fn missing(self) -> Memo<Vec<Requirement>> {
        Memo::new(move |_| {
            let catalog = catalog();
            self.said.with(|said| Gathered::of(said, &catalog).missing())
        })
    }

    /// Whether the source that was chosen asks who referred them.
    #[must_use]
    pub fn asks_referrer(self) -> Memo<bool> {
        Memo::new(move |_| {
            let catalog = catalog();
            self.said.with(|said| Gathered::of(said, &catalog).asks_referrer)
        })
    }

    /// Reads the fields, now that something changed.
    pub fn read(self) {
        #[cfg(feature = "hydrate")]
        if let Some(form) = self.form() {
            let _gone = self.said.try_set(crate::form::values_of(&form));
        }
    }

    /// The same once the page shows what was set just now.
    pub fn read_soon(self) {
        #[cfg(feature = "hydrate")]
        request_animation_frame(move || self.read());
    }

    /// The form around the fields.
    #[cfg(feature = "hydrate")]
    pub fn form(self) -> Option<web_sys::HtmlFormElement> {
        use wasm_bindgen::JsCast as _;
        self.node.try_get_untracked().flatten()?.closest("form").ok().flatten()?.dyn_into().ok()
    }

    /// What stands beside the form follows what is settled, and who can be reached.
    fn keep_beside(self) {
        let settled = Memo::new(move |_| self.said.with(Settled::of));
        let load = move || {
            let asked = settled.get_untracked();
            leptos::task::spawn_local(async move {
                let Ok(found) = load_beside(asked.clone()).await else { return };
                // An answer that was overtaken is dropped.
                if settled.try_get_untracked() == Some(asked) {
                    let _gone = self.beside.try_set(found);
                }
            });
        };
        Effect::new(move |before: Option<Settled>| {
            let now = settled.get();
            if before.is_some_and(|before| before != now) {
                load();
            }
            now
        });
        expect_context::<Live>().listen(Callback::new(move |heard| {
            if matches!(heard, Heard::Catalog | Heard::Person(_) | Heard::Resync) {
                load();
            }
        }));
    }

    /// While nobody is chosen: anybody. At a chosen account without its contact: its people.
    fn look_for_callers(self) {
        let wanted = Memo::new(move |_| {
            let said = self.said.with(CallerSaid::of);
            match self.caller.with(|key| CallerChoice::from_key(key)) {
                None => (said, None),
                Some(CallerChoice::Known { account, contact: None }) => {
                    (CallerSaid { full_name: said.full_name, ..CallerSaid::default() }, Some(account.0))
                }
                Some(_) => (CallerSaid::default(), None),
            }
        });
        Effect::new(move |_| {
            let (said, within) = wanted.get();
            self.callers.ask_after_rest(key_of(&said, within), said == CallerSaid::default(), move || find_callers(said, within));
        });
    }

    fn look_for_referrers(self) {
        let wanted = Memo::new(move |_| {
            let is_chosen = self.referrer_id.with(|id| !id.is_empty());
            let typed = self.said.with(|said| said.get("referrer").trim().to_owned());
            if is_chosen { String::new() } else { typed }
        });
        Effect::new(move |_| {
            let company = wanted.get();
            let said = CallerSaid { company: company.clone(), ..CallerSaid::default() };
            self.referrers.ask_after_rest(company.clone(), company.chars().count() < 2, move || find_callers(said, None));
        });
    }

    /// Looks for callers though nothing else is typed: somebody has to choose.
    pub fn look_again(self) {
        let said = self.said.with_untracked(CallerSaid::of);
        self.callers.ask_after_rest(format!("again {}", key_of(&said, None)), said == CallerSaid::default(), move || find_callers(said, None));
    }

    /// Takes a caller for who they are: the fields show what is known of them, and keep what was typed besides.
    pub fn choose(self, caller: Caller) {
        let key = caller.choice().key();
        #[cfg(feature = "hydrate")]
        super::keyboard::fill(self, &caller);
        self.callers.close();
        self.caller.set(key.clone());
        self.facts_of.set(key);
        // As the server will say it, so that nothing is shown anew then.
        let caller = Caller { strength: None, reasons: Vec::new(), ..caller };
        self.beside.update(|beside| beside.caller = Some(caller));
        self.read_soon();
    }

    /// Says that the caller is none of those that are known.
    pub fn choose_none(self) {
        self.callers.close();
        self.caller.set(CallerChoice::New.key());
        self.read_soon();
    }

    /// Takes it back that somebody was chosen. What the fields hold stays.
    pub fn choose_again(self) {
        self.caller.set(String::new());
        self.facts_of.set(String::new());
        self.beside.update(|beside| beside.caller = None);
        self.read_soon();
    }

    /// Takes an account as the one that referred the caller.
    pub fn choose_referrer(self, caller: Caller) {
        self.referrers.close();
        self.referrer_id.set(caller.account.id.to_string());
        #[cfg(feature = "hydrate")]
        super::keyboard::type_into(self, "referrer", &caller.account.name);
        self.beside.update(|beside| beside.referrer = Some(caller));
        self.read_soon();
    }

    /// Logs a try to put the call through.
    pub fn log(self, one: CallTry) {
        self.tries.update(|tries| tries.push(one));
        self.read_soon();
    }

    /// Takes the last try back.
    pub fn unlog(self) {
        self.tries.update(|tries| {
            tries.pop();
        });
        self.read_soon();
    }
}

/// Tells one question from another. Not by their debug texts, which the build for browsers leaves empty.
fn key_of(said: &CallerSaid, within: Option<i64>) -> String {
    let CallerSaid { phone, company, full_name, email } = said;
    format!("{phone}\n{company}\n{full_name}\n{email}\n{}", within.unwrap_or_default())
}
