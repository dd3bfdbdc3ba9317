//! Where they found us, and who referred them.

use domain::ChoiceList;
use domain::intake::Caller;
use leptos::prelude::*;

use super::callers_list::CallersList;
use super::state::Intake;
use crate::components::PersonName;
use crate::context::catalog;
use crate::form::{Hidden, Input, Options, Select};
use crate::routes;

/// The block.
#[component]
pub fn WhereBlock() -> impl IntoView {
    let intake = expect_context::<Intake>();
    let sources = Signal::derive(|| {
        let catalog = catalog();
        let offered = catalog.offered(ChoiceList::Source).map(|choice| (choice.id.to_string(), choice.name.clone()));
        std::iter::once((String::new(), "Choose".to_owned())).chain(offered).collect::<Options>()
    });
    let asks = intake.asks_referrer();
    // Without script the question always stands there.
    let is_hidden = move || intake.scripted.get() && !asks.get() && intake.said.with(|said| said.get("referrer").is_empty());
    let typed = move |event: leptos::ev::Event| {
        if event_target::<web_sys::HtmlElement>(&event).get_attribute("name").as_deref() == Some("referrer") {
            intake.referrer_id.set(String::new());
            intake.read_soon();
        }
    };
    let referrer = Memo::new(move |_| intake.beside.with(|beside| beside.referrer.clone()));
    view! {
        <section class="intake__block where" aria-labelledby="where-h">
            <h2 id="where-h">"Where"</h2>
            <Select name="source" label="Where did they find us?" options=sources />
            <div class="where__referrer" hidden=is_hidden on:input=typed>
                <Hidden name="referrer_id" value=intake.referrer_id />
                <Input name="referrer" label="Who referred them?" help="Name or number of an account, where somebody did" />
                <CallersList
                    list=intake.referrers
                    label="Accounts that match"
                    choose=Callback::new(move |caller| intake.choose_referrer(caller))
                />
                {move || referrer.get().map(|caller| view! { <Referrer caller /> })}
                <p class="small muted">
                    "Not there yet? " <a href="/accounts/new" target="_blank" rel="noopener">"Add them"<span class="visually-hidden">" in a new tab"</span></a>
                    "; a rep who does becomes their primary rep."
                </p>
            </div>
        </section>
    }
    .into_any()
}

/// Who referred them, with who looks after that account.
#[component]
fn Referrer(caller: Caller) -> impl IntoView {
    view! {
        <p class="known known__line small">
            <a href=routes::account(caller.account.id) target="_blank" rel="noopener">
                {caller.account.name}
                <span class="visually-hidden">" (in a new tab)"</span>
            </a>
            <span class="person-line">"Primary rep " <PersonName id=caller.primary_rep /></span>
        </p>
    }
    .into_any()
}
