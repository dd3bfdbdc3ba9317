//! Requests for help with a lead, to a person of the site or to an address outside.

use domain::lead_parts::{HelpFrom, HelpState, HelpStep, HelpWho};
use domain::{HelpRequest, may_step_help};
use leptos::prelude::*;

use super::{Fold, PartsPage, Step};
use crate::components::{PersonName, TimeAgo};
use crate::context::{catalog_now, me};
use crate::features::leads::fact::FactPage;
use crate::features::tasks::{TaskDue, people_for};
use crate::form::{Area, ErrorSummary, Hidden, Input, InputKind, Options, PostForm, Select, SentOnce};

/// The part.
#[component]
pub fn Help() -> impl IntoView {
    let page = expect_context::<FactPage>();
    let here = expect_context::<PartsPage>();
    let actor = me();
    let requests = Memo::new(move |_| {
        page.detail.with(|detail| {
            let with_right = |request: &HelpRequest| (request.clone(), may_step_help(&actor, request, &detail.lead));
            here.parts.with(|parts| parts.help.iter().map(with_right).collect::<Vec<_>>())
        })
    });
    let count = Memo::new(move |_| requests.with(Vec::len));
    let may_ask = Memo::new(move |_| page.detail.with(|detail| detail.rights.task));
    let came_back = crate::form::came_back(&format!("/leads/{}/help", here.lead));
    let answer_came_back = requests.with_untracked(|all| all.iter().any(|(request, _)| crate::form::came_back(&step(request, HelpStep::Answer))));
    let is_open = came_back || answer_came_back;
    view! {
        <Fold id="help" title="Help" count is_open>
            <ul class="tasks">
                <For
                    each=move || requests.get()
                    key=|entry: &(HelpRequest, bool)| (entry.0.id, entry.0.version, entry.1)
                    children=|(request, may_step)| view! { <OneRequest request may_step /> }
                />
            </ul>
            {move || may_ask.get().then(|| view! {
                <details class="form__more" open=came_back>
                    <summary data-command="Ask for help">"Ask for help"</summary>
                    <NewRequest />
                </details>
            })}
        </Fold>
    }
    .into_any()
}

fn step(request: &HelpRequest, step: HelpStep) -> String {
    format!("/help-requests/{}/{}", request.id, step.key())
}

#[component]
fn NewRequest() -> impl IntoView {
    let page = expect_context::<FactPage>();
    let here = expect_context::<PartsPage>();
    let own = me();
    let people = page.detail.with_untracked(|detail| people_for(Some(&detail.lead)));
    let none = std::iter::once((String::new(), "Nobody here, but an address outside".to_owned()));
    let people: Options = none.chain(people.into_iter().filter(|(id, _)| *id != own.id.to_string())).collect();
    let from: Options = HelpFrom::ALL.into_iter().map(|from| (from.key().to_owned(), from.label().to_owned())).collect();
    let writes_outside = own.role.is_internal();
    view! {
        <PostForm action=format!("/leads/{}/help", here.lead) class="facts__form" on_done=here.done>
            <SentOnce />
            <Hidden name="back" value=here.back() />
            <ErrorSummary prefix="help-" />
            <Select name="from" label="Whose help" options=from value=HelpFrom::Marketing.key() prefix="help-" />
            <Input name="title" label="What you need" prefix="help-" />
            <Select name="person" label="Whom to ask" options=people prefix="help-" />
            {writes_outside.then(|| view! {
                <Input name="address" label="Address outside" kind=InputKind::Email help="They get a mail that says what you write here" optional=true prefix="help-" />
            })}
            <Input name="due" label="Wanted by" kind=InputKind::Day optional=true prefix="help-" />
            <Area name="details" label="Details" optional=true prefix="help-" />
            <div class="form__actions"><button class="button button--primary">"Ask"</button></div>
        </PostForm>
    }
    .into_any()
}

#[component]
fn OneRequest(request: HelpRequest, may_step: bool) -> impl IntoView {
    let who = match &request.who {
        HelpWho::Person(person) => view! { <PersonName id=Some(*person) /> }.into_any(),
        HelpWho::Outside(address) => view! { <span>{address.as_str().to_owned()}</span> }.into_any(),
    };
    let due = request.due(&catalog_now().site.zone).filter(|_| request.state == HelpState::Asked);
    let details = (!request.details.is_empty()).then(|| view! { <p class="task__note">{request.details.clone()}</p> });
    let answer = request.answered_at.map(|at| {
        view! {
            <p class="timeline__note tone-green">{request.answer.clone()}</p>
            <div class="task__facts"><PersonName id=request.answered_by /><TimeAgo at /></div>
        }
    });
    view! {
        <li class="task">
            <div class="task__body">
                <span class="task__title">{request.title.clone()}</span>
                <div class="task__facts">
                    <span class=format!("badge tone-{}", request.state.tone())>{request.state.label()}</span>
                    <span>{request.from.label()}</span>
                    {who}
                    {due.map(|due| view! { <TaskDue due /> })}
                </div>
                {details}
                {answer}
                {may_step.then(|| view! { <Steps request /> })}
            </div>
        </li>
    }
    .into_any()
}

#[component]
fn Steps(request: HelpRequest) -> impl IntoView {
    let here = expect_context::<PartsPage>();
    let (close, reopen) = (step(&request, HelpStep::Close), step(&request, HelpStep::Reopen));
    if request.state == HelpState::Closed {
        return view! { <Step action=reopen undo=close label=format!("Reopen the request {}", request.title) word="Reopen" /> }.into_any();
    }
    let action = step(&request, HelpStep::Answer);
    let came_back = crate::form::came_back(&action);
    let prefix = format!("help-{}-", request.id);
    view! {
        <details class="form__more" open=came_back>
            <summary aria-label=format!("Answer the request {}", request.title)>"Answer"</summary>
            <PostForm action class="facts__form" on_done=here.done>
                <Hidden name="back" value=here.back() />
                <ErrorSummary prefix=prefix.clone() />
                <Area name="answer" label="Answer" value=request.answer.clone() prefix />
                <div class="form__actions"><button class="button button--primary">"Save answer"</button></div>
            </PostForm>
        </details>
        <Step action=close undo=reopen label=format!("Close the request {}", request.title) word="Close" />
    }
    .into_any()
}
