//! Firms that could win the same lead.

use domain::lead_parts::CompetitorStrength;
use domain::{ChoiceId, ChoiceList, Competitor};
use leptos::prelude::*;

use super::{Fold, PartsPage, Step};
use crate::context::{catalog, catalog_now};
use crate::features::leads::fact::FactPage;
use crate::form::{Area, ErrorSummary, Hidden, Options, PostForm, Select};

/// The part.
#[component]
pub fn Competitors() -> impl IntoView {
    let page = expect_context::<FactPage>();
    let here = expect_context::<PartsPage>();
    let competitors = Memo::new(move |_| here.parts.with(|parts| parts.competitors.clone()));
    let count = Memo::new(move |_| competitors.with(Vec::len));
    let may_edit = Memo::new(move |_| page.detail.with(|detail| detail.rights.edit));
    let came_back = crate::form::came_back(&format!("/leads/{}/competitors", here.lead));
    let comes_back = competitors.with_untracked(|all| all.iter().any(|one| crate::form::came_back(&address(here, one.firm))));
    let is_open = came_back || comes_back;
    view! {
        <Fold id="competitors" title="Competitors" count is_open>
            <ul class="tasks">
                <For
                    each=move || competitors.get()
                    key=|competitor: &Competitor| (competitor.firm, competitor.strength.key(), competitor.note.clone())
                    children=|competitor| view! { <OneCompetitor competitor /> }
                />
            </ul>
            {move || may_edit.get().then(|| view! {
                <details class="form__more" open=came_back>
                    <summary data-command="Add a competitor">"Add a competitor"</summary>
                    <NewCompetitor competitors />
                </details>
            })}
        </Fold>
    }
    .into_any()
}

fn address(here: PartsPage, firm: ChoiceId) -> String {
    format!("/leads/{}/competitors/{firm}", here.lead)
}

fn strengths() -> Options {
    CompetitorStrength::ALL.into_iter().map(|strength| (strength.key().to_owned(), strength.label().to_owned())).collect()
}

#[component]
fn NewCompetitor(competitors: Memo<Vec<Competitor>>) -> impl IntoView {
    let here = expect_context::<PartsPage>();
    let offered = Memo::new(move |_| {
        let catalog = catalog();
        competitors.with(|present| {
            let is_free = |choice: &&domain::Choice| !present.iter().any(|competitor| competitor.firm == choice.id);
            catalog.offered(ChoiceList::Competitor).filter(is_free).map(|choice| (choice.id.to_string(), choice.name.clone())).collect::<Options>()
        })
    });
    let options =
        Signal::derive(move || std::iter::once((String::new(), "Choose a competitor".to_owned())).chain(offered.get()).collect::<Options>());
    view! {
        <PostForm action=format!("/leads/{}/competitors", here.lead) class="facts__form" on_done=here.done>
            <Hidden name="back" value=here.back() />
            <ErrorSummary prefix="competitor-" />
            <Select name="competitor" label="Competitor" options prefix="competitor-" />
            {move || offered.with(Vec::is_empty).then(|| view! { <p class="muted">"There is no other on the list. Administrators add to it."</p> })}
            <Select name="strength" label="Strength" options=strengths() value=CompetitorStrength::default().key() prefix="competitor-" />
            <Area name="note" label="Note" optional=true prefix="competitor-" />
            <div class="form__actions"><button class="button button--primary">"Add competitor"</button></div>
        </PostForm>
    }
    .into_any()
}

#[component]
fn OneCompetitor(competitor: Competitor) -> impl IntoView {
    let page = expect_context::<FactPage>();
    let here = expect_context::<PartsPage>();
    let may_edit = Memo::new(move |_| page.detail.with(|detail| detail.rights.edit));
    let name = catalog_now().choice_name(competitor.firm);
    let shown_name = name.clone();
    let tone = match competitor.strength {
        CompetitorStrength::Weaker => "green",
        CompetitorStrength::Even => "grey",
        CompetitorStrength::Stronger => "red",
    };
    let note = (!competitor.note.is_empty()).then(|| view! { <p class="task__note">{competitor.note.clone()}</p> });
    let label = competitor.strength.label();
    let stored = StoredValue::new((competitor, name));
    view! {
        <li class="task">
            <div class="task__body">
                <span class="task__title">{shown_name}</span>
                <div class="task__facts"><span class=format!("badge tone-{tone}")>{label}</span></div>
                {note}
                {move || may_edit.get().then(|| {
                    let (competitor, name) = stored.get_value();
                    view! { <EditCompetitor competitor name here /> }
                })}
            </div>
        </li>
    }
    .into_any()
}

#[component]
fn EditCompetitor(competitor: Competitor, name: String, here: PartsPage) -> impl IntoView {
    let action = address(here, competitor.firm);
    let came_back = crate::form::came_back(&action);
    let prefix = format!("competitor-{}-", competitor.firm);
    let (remove, restore) = (format!("{action}/remove"), format!("{action}/restore"));
    view! {
        <details class="form__more" open=came_back>
            <summary aria-label=format!("Change the competitor {name}")>"Change"</summary>
            <PostForm action class="facts__form" on_done=here.done>
                <Hidden name="back" value=here.back() />
                <ErrorSummary prefix=prefix.clone() />
                <Select name="strength" label="Strength" options=strengths() value=competitor.strength.key() prefix=prefix.clone() />
                <Area name="note" label="Note" value=competitor.note optional=true prefix />
                <div class="form__actions"><button class="button button--primary">"Save competitor"</button></div>
            </PostForm>
            <Step action=remove undo=restore label=format!("Remove the competitor {name}") word="Remove" />
        </details>
    }
    .into_any()
}
