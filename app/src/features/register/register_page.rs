//! The registration form: `/register`.

use domain::FormValues;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::PublicPage;
use super::server_fns::{RegisterForm, SiteFace, load_form};
use crate::components::Problem;
use crate::form::{Area, Check, Checks, ErrorSummary, Input, InputKind, PostForm, typed_before};

const ACTION: &str = "/register";

/// The page.
#[component]
pub fn RegisterPage() -> impl IntoView {
    let form = Resource::new(|| (), |()| load_form());
    view! {
        <Title text="Ask us for a call" />
        <Suspense>
            {move || Suspend::new(async move {
                match form.await {
                    Ok(form) => view! { <Loaded form /> }.into_any(),
                    Err(error) => view! { <PublicPage site=SiteFace::default()><Problem error /></PublicPage> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
fn Loaded(form: RegisterForm) -> impl IntoView {
    view! {
        <PublicPage site=form.site.clone()>
            <div>
                <h1>"Ask us for a call"</h1>
                <p class="form__intro">"Tell us what you need; a person answers, usually within one working day."</p>
            </div>
            <PostForm action=ACTION class="form">
                <Fields form />
            </PostForm>
        </PublicPage>
    }
    .into_any()
}

#[component]
fn Fields(form: RegisterForm) -> impl IntoView {
    // A form that came back is still the same one, so that sending it twice makes one lead.
    let kept = |name: &str, fresh: String| typed_before(name).and_then(|typed| typed.into_iter().next()).unwrap_or(fresh);
    let key = kept("key", form.key);
    let shown_at = kept("shown_at", form.shown_at.to_string());
    // Who sent the visitor, and from where: said by the link that led here, and shown to nobody here.
    let link = FormValues::decode(use_location().search.get_untracked().trim_start_matches('?').as_bytes());
    let carried = move |name: &'static str| {
        let value = kept(name, link.get(name).to_owned());
        (!value.is_empty()).then(|| view! { <input type="hidden" name=name value=value /> })
    };
    let trap_id = form.trap.clone();
    view! {
        <ErrorSummary />
        <input type="hidden" name="key" value=key />
        <input type="hidden" name="shown_at" value=shown_at />
        {carried("partner")}
        {carried("location")}
        <Input name="full_name" label="Your name" autocomplete="name" />
        <Input name="company" label="Company" optional=true autocomplete="organization" />
        <Input name="email" label="E-mail" kind=InputKind::Email help="We only use it to answer you." autocomplete="email" />
        <Input name="phone" label="Phone" kind=InputKind::Phone optional=true autocomplete="tel" />
        {(!form.offerings.is_empty()).then(|| view! { <Checks name="offerings" label="What is it about?" options=form.offerings /> })}
        <Area name="message" label="Anything we should know?" optional=true />
        <div class="public__trap" aria-hidden="true">
            <label for=trap_id.clone()>"Leave this empty"</label>
            <input id=trap_id name=form.trap tabindex="-1" autocomplete="off" />
        </div>
        <Check name="consent" label="You may use these details to contact me" />
        <button class="button button--primary button--wide">"Ask for a call"</button>
    }
    .into_any()
}
