//! No more messages, or again: `/unsubscribe/{secret}`, for whoever knows that. Rendered on the server only, without script.

use domain::message::UnsubscribePage as Subscription;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use crate::components::Problem;
use crate::features::register::{PublicPage, SiteFace};
use crate::form::{ErrorSummary, PostForm};
use crate::routes;
use crate::wire_error::WireError;

/// The page.
#[component]
pub fn UnsubscribePage() -> impl IntoView {
    let token = use_params_map().with_untracked(|params| params.get("token")).unwrap_or_default();
    let action = routes::unsubscribe(&token);
    let found = Resource::new(move || token.clone(), load);
    view! {
        <Title text="Messages" />
        <Suspense>
            {move || {
                let action = action.clone();
                Suspend::new(async move {
                    match found.await {
                        Ok(subscription) => view! { <Loaded subscription action /> }.into_any(),
                        Err(error) => view! { <PublicPage site=SiteFace::default()><Problem error /></PublicPage> }.into_any(),
                    }
                })
            }}
        </Suspense>
    }
    .into_any()
}

async fn load(token: String) -> Result<Subscription, WireError> {
    Ok(service::messages::subscription(&crate::server_ctx::ctx()?, &token).await?)
}

#[component]
fn Loaded(subscription: Subscription, action: String) -> impl IntoView {
    let Subscription { site, logo, email, is_unsubscribed } = subscription;
    let (heading, text, wish, word) = if is_unsubscribed {
        ("No more messages", format!("{site} sends no messages to {email} any more."), "again", "Send them again")
    } else {
        ("Messages", format!("{site} sends messages to {email}."), "none", "Send me no more")
    };
    let site = SiteFace { name: site, logo };
    let button = if is_unsubscribed { "button" } else { "button button--primary" };
    view! {
        <PublicPage site>
            <div>
                <h1>{heading}</h1>
                <p class="form__intro" role="status">{text}</p>
            </div>
            <PostForm action class="form">
                <ErrorSummary />
                <div class="form__actions"><button class=button name="wish" value=wish>{word}</button></div>
            </PostForm>
            <p class="muted small">"Invitations to appointments that you agreed on still come."</p>
        </PublicPage>
    }
    .into_any()
}
