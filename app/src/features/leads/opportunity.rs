//! The lead's opportunities, on the lead page: the deal beside who is interested.

use domain::{ChoiceList, Opportunity, Timestamp, money};
use leptos::prelude::*;

use super::fact::FactPage;
use crate::components::Due;
use crate::context::catalog;
use crate::form::{ErrorSummary, Hidden, Input, InputKind, PostForm, Select};

/// Every opportunity of the lead, each open for editing.
#[component]
pub fn Opportunities() -> impl IntoView {
    let page = expect_context::<FactPage>();
    let opportunities = Memo::new(move |_| page.detail.with(|detail| detail.opportunities.clone()));
    view! {
        <section class="facts" id="opportunities" aria-labelledby="opportunities-h">
            <div class="facts__head"><h2 id="opportunities-h">"Opportunity"</h2></div>
            {move || opportunities.get().into_iter().map(|opportunity| view! { <OneOpportunity opportunity /> }).collect_view()}
        </section>
    }
    .into_any()
}

#[component]
fn OneOpportunity(opportunity: Opportunity) -> impl IntoView {
    let page = expect_context::<FactPage>();
    let may_edit = page.detail.with_untracked(|detail| detail.rights.edit);
    let action = format!("/opportunities/{}", opportunity.id);
    let stage = catalog().choice_name(opportunity.stage);
    let amount = opportunity.amount_minor.map(|minor| money::display(minor, &opportunity.currency));
    let close = opportunity.close_at.map(|at| catalog().site.zone.local_due(at).day());
    let follow_up = opportunity.follow_up_at.map(|at| view! { <Due at /> }.into_any());
    let fact = |label: &'static str, value: Option<AnyView>| {
        value.map(|value| view! { <div class="fact"><dt class="fact__label">{label}</dt><dd class="fact__value">{value}</dd></div> }.into_any())
    };
    let name = opportunity.name.clone();
    let came_back = crate::form::came_back(&action);
    view! {
        <dl>
            {fact("Deal", Some(name.into_any()))}
            {fact("Stage", Some(stage.into_any()))}
            {fact("Amount", amount.map(IntoAny::into_any))}
            {fact("Probability", opportunity.probability.map(|percent| format!("{percent} %").into_any()))}
            {fact("Close date", close.map(IntoAny::into_any))}
            {fact("Follow up by", follow_up)}
        </dl>
        {may_edit.then(|| view! {
            <details class="form__more" open=came_back>
                <summary>"Change the deal"</summary>
                <OpportunityForm opportunity action />
            </details>
        })}
    }
    .into_any()
}

#[component]
fn OpportunityForm(opportunity: Opportunity, action: String) -> impl IntoView {
    let page = expect_context::<FactPage>();
    let stages = catalog().offered(ChoiceList::Stage).map(|choice| (choice.id.to_string(), choice.name.clone())).collect::<Vec<_>>();
    let amount = opportunity.amount_minor.map(|minor| money::plain(minor, &opportunity.currency)).unwrap_or_default();
    let day = |at: Option<Timestamp>| at.map(|at| catalog().site.zone.local_due(at).day()).unwrap_or_default();
    let percent = opportunity.probability.map(|percent| percent.to_string()).unwrap_or_default();
    view! {
        <PostForm action class="facts__form" on_done=Callback::new(move |_| page.reload.run(()))>
            <Hidden name="version" value=opportunity.version.to_string() />
            <Hidden name="lead" value=opportunity.lead.to_string() />
            <ErrorSummary prefix="deal-" />
            <Input name="name" label="Deal" value=opportunity.name.clone() prefix="deal-" />
            <Select name="stage" label="Stage" options=stages value=opportunity.stage.to_string() prefix="deal-" />
            <Input name="amount" label="Amount" value=amount kind=InputKind::Decimal optional=true prefix="deal-" />
            <Input name="probability" label="Probability, percent" value=percent kind=InputKind::Number optional=true prefix="deal-" />
            <Input name="close" label="Close date" value=day(opportunity.close_at) kind=InputKind::Day optional=true prefix="deal-" />
            <Input name="follow_up" label="Follow up by" value=day(opportunity.follow_up_at) kind=InputKind::Day optional=true prefix="deal-" />
            <div class="form__actions"><button class="button button--primary">"Save deal"</button></div>
        </PostForm>
    }
    .into_any()
}
