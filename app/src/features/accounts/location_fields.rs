//! The places of an account in its form: the nth name, street and so on belong together.

use domain::account::AccountLocation;
use leptos::prelude::*;

use crate::components::Icon;
use crate::form::{error_at, typed_before};

/// Name, label and what browsers may fill in, in the order of [`values_of`].
const FIELDS: [(&str, &str, &str); 6] = [
    ("location_name", "Location", "off"),
    ("street", "Street", "street-address"),
    ("city", "City", "address-level2"),
    ("postcode", "Postcode", "postal-code"),
    ("state", "State", "address-level1"),
    ("country", "Country", "country-name"),
];

type Values = [String; 6];

fn values_of(location: &AccountLocation) -> Values {
    let AccountLocation { name, address } = location;
    [name, &address.street, &address.city, &address.postcode, &address.state, &address.country].map(Clone::clone)
}

/// What was typed before the page was rendered again.
fn typed_places() -> Option<Vec<Values>> {
    let columns = FIELDS.map(|(name, ..)| typed_before(name));
    let count = columns.iter().flatten().map(Vec::len).max()?;
    let value = |column: &Option<Vec<String>>, nth: usize| column.as_ref().and_then(|column| column.get(nth)).cloned().unwrap_or_default();
    Some((0..count).map(|nth| std::array::from_fn(|at| value(&columns[at], nth))).collect())
}

/// A block per place, and an empty one to add another. With script, more can be added before saving.
#[component]
pub fn LocationFields(locations: Vec<AccountLocation>) -> impl IntoView {
    let mut places = typed_places().unwrap_or_else(|| locations.iter().map(values_of).collect());
    if places.last().is_none_or(|last| last.iter().any(|value| !value.is_empty())) {
        places.push(Values::default());
    }
    let errors = FIELDS.map(|(name, ..)| error_at(name));
    let count = places.len();
    let more = RwSignal::new(0_usize);
    let has_script = RwSignal::new(false);
    Effect::new(move |_| has_script.set(true));
    view! {
        <p class="form__heading">"Locations"</p>
        <p class="field__help">"Empty all fields of a location to remove it."</p>
        {places.into_iter().enumerate().map(|(nth, values)| view! { <Place nth values errors /> }).collect_view()}
        <For each=move || 0..more.get() key=|nth| *nth children=move |nth| view! { <Place nth=count + nth values=Values::default() errors /> } />
        {move || has_script.get().then(|| view! {
            <div><button class="button button--small" type="button" on:click=move |_| more.update(|more| *more += 1)><Icon name="plus" />"Another location"</button></div>
        })}
    }
    .into_any()
}

#[component]
fn Place(nth: usize, values: Values, errors: [Signal<Option<String>>; 6]) -> impl IntoView {
    let mut values = values.into_iter();
    let fields = FIELDS.into_iter().zip(errors).map(|((name, label, autocomplete), error)| {
        // The first place has the plain ids, to which the summary of errors leads.
        let id = if nth == 0 { name.to_owned() } else { format!("{name}-{}", nth + 1) };
        let error_id = format!("{id}-error");
        let described = error_id.clone();
        // The sentence says which place it means.
        let number = format!("Location {}: ", nth + 1);
        let error = Signal::derive(move || error.get().filter(|text| text.starts_with(&number) || (nth == 0 && !text.starts_with("Location "))));
        view! {
            <div class="field">
                <label class="field__label" for=id.clone()>{label}</label>
                <input
                    class="input"
                    id=id
                    name=name
                    value=values.next().unwrap_or_default()
                    autocomplete=autocomplete
                    aria-invalid=move || error.get().map(|_| "true")
                    aria-describedby=move || error.get().map(|_| described.clone())
                />
                {move || error.get().map(|text| view! { <p class="field__error" id=error_id.clone()>{text}</p> })}
            </div>
        }
        .into_any()
    });
    let fields: Vec<AnyView> = fields.collect();
    view! { <div class="field-row" role="group" aria-label=format!("Location {}", nth + 1)>{fields}</div> }.into_any()
}
