//! The goods and services that a lead is interested in, with a note on each.

use domain::ChoiceId;
use domain::lead_parts::OfferingNote;
use leptos::prelude::*;

use super::{Fold, PartsPage};
use crate::components::{PersonName, TimeAgo};
use crate::context::catalog;
use crate::features::leads::fact::FactPage;
use crate::form::{Area, ErrorSummary, Hidden, PostForm};

/// One of them, as it is shown.
#[derive(Clone, PartialEq)]
struct Interest {
    id: ChoiceId,
    name: String,
    is_goods: bool,
    note: Option<OfferingNote>,
}

/// The part: two lists. What is in them is chosen among the lead's interests.
#[component]
pub fn GoodsAndServices() -> impl IntoView {
    let page = expect_context::<FactPage>();
    let here = expect_context::<PartsPage>();
    let interests = Memo::new(move |_| {
        let catalog = catalog();
        let offerings = page.detail.with(|detail| detail.lead.offerings.clone());
        here.parts.with(|parts| {
            let interest = |id: &ChoiceId| Interest {
                id: *id,
                name: catalog.choice_name(*id),
                is_goods: catalog.choice(*id).is_some_and(|choice| choice.is_goods),
                note: parts.notes.iter().find(|note| note.offering == *id).cloned(),
            };
            offerings.iter().map(interest).collect::<Vec<_>>()
        })
    });
    let count = Memo::new(move |_| interests.with(Vec::len));
    let came_back = interests.with_untracked(|all| all.iter().any(|interest| crate::form::came_back(&action(here, interest.id))));
    view! {
        <Fold id="interests" title="Goods and services" count is_open=came_back>
            <Kind title="Goods" is_goods=true interests />
            <Kind title="Services" is_goods=false interests />
            {move || (count.get() == 0).then(|| view! { <p class="muted">"Nothing yet. Choose under Interest what they are interested in."</p> })}
        </Fold>
    }
    .into_any()
}

fn action(here: PartsPage, offering: ChoiceId) -> String {
    format!("/leads/{}/offerings/{offering}/note", here.lead)
}

#[component]
fn Kind(title: &'static str, is_goods: bool, interests: Memo<Vec<Interest>>) -> impl IntoView {
    let of_kind = Memo::new(move |_| interests.with(|all| all.iter().filter(|interest| interest.is_goods == is_goods).cloned().collect::<Vec<_>>()));
    let is_empty = Memo::new(move |_| of_kind.with(Vec::is_empty));
    view! {
        {move || (!is_empty.get()).then(|| view! { <h3 class="fold__kind">{title}</h3> })}
        <ul class="tasks" aria-label=title hidden=move || is_empty.get()>
            <For
                each=move || of_kind.get()
                key=|interest: &Interest| (interest.id, interest.name.clone(), interest.note.as_ref().map(|note| note.changed_at))
                children=|interest| view! { <OneInterest interest /> }
            />
        </ul>
    }
    .into_any()
}

#[component]
fn OneInterest(interest: Interest) -> impl IntoView {
    let page = expect_context::<FactPage>();
    let here = expect_context::<PartsPage>();
    let may_edit = Memo::new(move |_| page.detail.with(|detail| detail.rights.edit));
    let action = action(here, interest.id);
    let came_back = crate::form::came_back(&action);
    let prefix = format!("offering-{}-", interest.id);
    let text = interest.note.as_ref().map(|note| note.note.clone()).unwrap_or_default();
    let was = interest.note.as_ref().map(|note| note.changed_at.0.to_string()).unwrap_or_default();
    let label = format!("Note on {}", interest.name);
    let shown = interest.note.map(|note| {
        view! {
            <p class="task__note">{note.note}</p>
            <div class="task__facts"><PersonName id=Some(note.changed_by) /><TimeAgo at=note.changed_at /></div>
        }
    });
    let form = StoredValue::new((action, prefix, text, was, label));
    view! {
        <li class="task">
            <div class="task__body">
                <span class="task__title">{interest.name}</span>
                {shown}
                {move || may_edit.get().then(|| {
                    let (action, prefix, text, was, label) = form.get_value();
                    view! {
                        <details class="form__more" open=came_back>
                            <summary aria-label=label.clone()>"Note"</summary>
                            <PostForm action class="facts__form" on_done=here.done>
                                <Hidden name="back" value=here.back() />
                                <Hidden name="was" value=was />
                                <ErrorSummary prefix=prefix.clone() />
                                <Area name="note" label value=text help="What somebody else has to know to take over" optional=true prefix />
                                <div class="form__actions"><button class="button button--primary">"Save note"</button></div>
                            </PostForm>
                        </details>
                    }
                })}
            </div>
        </li>
    }
    .into_any()
}
