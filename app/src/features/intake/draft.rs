//! What was typed survives a reload and a crash: it is kept in the browser, for each person, until it is saved or thrown
//! away. In the browser, because it costs no request at each key, and half a call is nobody else's business.

#[cfg(feature = "hydrate")]
use leptos::prelude::*;

use super::state::{ACTION, Intake};
use crate::form::came_back;

/// Keeps the draft in step with the form, and puts back what was left behind.
#[cfg_attr(not(feature = "hydrate"), expect(unused_variables, reason = "only browsers keep drafts"))]
pub fn keep(intake: Intake) {
    #[cfg(feature = "hydrate")]
    {
        let is_fresh = !came_back(ACTION);
        Effect::new(move |_| {
            if intake.scripted.get()
                && is_fresh
                && let Some(values) = browser::read(intake)
            {
                request_animation_frame(move || browser::restore(intake, values));
            }
        });
        Effect::new(move |before: Option<()>| {
            let said = intake.said.get();
            // What the page came with is no draft yet.
            if before.is_some() {
                browser::write(intake, &said);
            }
        });
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = came_back(ACTION);
}

/// Throws the draft away: it was saved.
#[cfg_attr(not(feature = "hydrate"), expect(unused_variables, reason = "only browsers keep drafts"))]
pub fn forget(intake: Intake) {
    #[cfg(feature = "hydrate")]
    browser::remove(intake);
}

/// Empties the form.
#[cfg_attr(not(feature = "hydrate"), expect(unused_variables, reason = "only browsers have drafts"))]
pub fn start_over(intake: Intake) {
    #[cfg(feature = "hydrate")]
    browser::start_over(intake);
}

/// Puts back what starting over threw away.
#[cfg_attr(not(feature = "hydrate"), expect(unused_variables, reason = "only browsers have drafts"))]
pub fn undo(intake: Intake) {
    #[cfg(feature = "hydrate")]
    if let Some(values) = intake.thrown_away.try_update(Option::take).flatten() {
        browser::restore(intake, values);
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use domain::FormValues;
    use domain::intake::CallTry;
    use leptos::prelude::*;

    use crate::features::intake::keyboard;
    use crate::features::intake::state::Intake;

    fn storage() -> Option<web_sys::Storage> {
        window().local_storage().ok().flatten()
    }

    fn key(intake: Intake) -> String {
        format!("intake-draft-{}", intake.me)
    }

    pub fn read(intake: Intake) -> Option<FormValues> {
        let text = storage()?.get_item(&key(intake)).ok().flatten()?;
        Some(FormValues::decode(text.as_bytes())).filter(is_something)
    }

    /// Whether somebody typed, chose or tried anything.
    fn is_something(values: &FormValues) -> bool {
        values.0.iter().any(|(name, value)| name != "once" && name != "offerings_sent" && !value.trim().is_empty())
    }

    pub fn write(intake: Intake, values: &FormValues) {
        let Some(storage) = storage() else { return };
        let _kept = if is_something(values) {
            let mut text = form_urlencoded::Serializer::new(String::new());
            text.extend_pairs(values.0.iter());
            storage.set_item(&key(intake), &text.finish())
        } else {
            storage.remove_item(&key(intake))
        };
    }

    pub fn remove(intake: Intake) {
        if let Some(storage) = storage() {
            let _gone = storage.remove_item(&key(intake));
        }
    }

    pub fn restore(intake: Intake, values: FormValues) {
        let Some(form) = intake.form() else { return };
        keyboard::put_back(&form, &values);
        intake.caller.set(values.get("caller").to_owned());
        intake.facts_of.set(values.get("facts_of").to_owned());
        intake.referrer_id.set(values.get("referrer_id").to_owned());
        intake.tries.set(CallTry::all_of(&values));
        intake.thrown_away.set(None);
        // Its box stands only where somebody is chosen, whose facts have to come first.
        intake.was_confirmed.set_value(values.get("confirmed") == "1");
        intake.said.set(values);
        intake.read_soon();
    }

    pub fn start_over(intake: Intake) {
        let Some(form) = intake.form() else { return };
        let before = intake.said.get_untracked();
        form.reset();
        intake.caller.set(String::new());
        intake.facts_of.set(String::new());
        intake.referrer_id.set(String::new());
        intake.tries.set(Vec::new());
        intake.callers.close();
        intake.referrers.close();
        intake.beside.update(|beside| (beside.caller, beside.referrer) = (None, None));
        intake.thrown_away.set(is_something(&before).then_some(before));
        intake.read_soon();
        keyboard::focus("customer");
    }
}
