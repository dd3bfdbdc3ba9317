//! An invite at its private address, `/invites/{secret}`, for whoever knows that.

use domain::InviteState;
use domain::lead_class::InvitePage as Invite;
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
pub fn InvitePage() -> impl IntoView {
    let token = use_params_map().with_untracked(|params| params.get("token")).unwrap_or_default();
    let action = routes::invite(&token);
    let found = Resource::new(move || token.clone(), load);
    view! {
        <Title text="Invitation" />
        <Suspense>
            {move || {
                let action = action.clone();
                Suspend::new(async move {
                    match found.await {
                        Ok(invite) => view! { <Loaded invite action /> }.into_any(),
                        Err(error) => view! { <PublicPage site=SiteFace::default()><Problem error /></PublicPage> }.into_any(),
                    }
                })
            }}
        </Suspense>
    }
    .into_any()
}

async fn load(token: String) -> Result<Invite, WireError> {
    Ok(service::classes::invites::find(&crate::server_ctx::ctx()?, &token).await?)
}

#[component]
fn Loaded(invite: Invite, action: String) -> impl IntoView {
    let Invite { site, logo, organizer, kind, when, minutes, place, agenda, state, is_cancelled, is_over } = invite;
    let said = match (is_cancelled, is_over, state) {
        (true, ..) => Some(("grey", "This appointment was cancelled")),
        (false, true, _) => Some(("grey", "This appointment is over")),
        (false, false, InviteState::Accepted) => Some(("green", "You accepted")),
        (false, false, InviteState::Tentative) => Some(("amber", "You may come")),
        (false, false, InviteState::Declined) => Some(("red", "You declined")),
        (false, false, InviteState::None | InviteState::Sent) => None,
    };
    let site = SiteFace { name: site, logo };
    let may_answer = !is_cancelled && !is_over;
    let agenda = (!agenda.is_empty()).then(|| view! { <section class="stack"><h2>"About"</h2><p class="invite__text">{agenda}</p></section> });
    view! {
        <PublicPage site>
            <div>
                <h1>{format!("{organizer} invites you to {}", kind.words())}</h1>
                <p class="form__intro">{format!("{when}, {minutes} minutes")}</p>
                {(!place.is_empty()).then(|| view! { <p class="form__intro">{place}</p> })}
                {said.map(|(tone, text)| view! { <p role="status"><span class=format!("badge tone-{tone}")>{text}</span></p> })}
            </div>
            {agenda}
            {may_answer.then(|| view! {
                <PostForm action class="form">
                    <ErrorSummary />
                    <div class="form__actions">
                        <button class="button button--primary" name="answer" value="accepted">"I will be there"</button>
                        <button class="button" name="answer" value="declined">"I cannot come"</button>
                    </div>
                </PostForm>
            })}
        </PublicPage>
    }
    .into_any()
}
