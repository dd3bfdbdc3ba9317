//! Signing in: `/login`, with the page to go on to in `next`.

use domain::FormValues;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::Card;
use super::server_fns::load_door;
use crate::doors::kept::KeptForm;
use crate::form::{ErrorSummary, Input, InputKind, PostForm};
use crate::routes;

/// Password of every demo sign-in.
const DEMO_PASSWORD: &str = "demo";

/// Someone to look around as.
struct DemoPerson {
    email: &'static str,
    role: &'static str,
    initials: &'static str,
    tone: &'static str,
}

const DEMO_PEOPLE: [DemoPerson; 6] = [
    DemoPerson { email: "rep@demo.test", role: "Rep", initials: "R", tone: "violet" },
    DemoPerson { email: "rep2@demo.test", role: "Rep of another region", initials: "R2", tone: "teal" },
    DemoPerson { email: "intake@demo.test", role: "Intake agent", initials: "I", tone: "amber" },
    DemoPerson { email: "manager@demo.test", role: "Manager", initials: "M", tone: "pink" },
    DemoPerson { email: "distributor@demo.test", role: "Distributor user", initials: "D", tone: "green" },
    DemoPerson { email: "admin@demo.test", role: "Administrator", initials: "A", tone: "blue" },
];

/// The page.
#[component]
pub fn SignInPage() -> impl IntoView {
    let door = Resource::new(|| (), |()| load_door());
    let asked = FormValues::decode(use_location().search.get_untracked().trim_start_matches('?').as_bytes());
    let next = asked.get("next");
    let action = if next.is_empty() { "/login".to_owned() } else { routes::with_query("/login", &routes::and("", "next", next)) };
    let demo_action = StoredValue::new(action.clone());
    let kept = KeptForm::of_request().map(|kept| kept.fields()).unwrap_or_default();
    let is_back = !kept.0.is_empty();
    let demo_kept = StoredValue::new(kept.clone());
    view! {
        <Title text="Sign in" />
        <Card>
            <div class="sign-in__sheet">
                <PostForm action=action class="form">
                    <div>
                        <h1>"Sign in"</h1>
                        {is_back.then(|| view! {
                            <p class="form__intro">"Your session ended. Sign in, and what you typed stands in its form again; nothing was saved yet."</p>
                        })}
                    </div>
                    <ErrorSummary />
                    {carried(kept)}
                    <Input name="email" label="E-mail" kind=InputKind::Email autocomplete="username" />
                    <Input name="password" label="Password" kind=InputKind::Password />
                    <button class="button button--primary button--wide">"Sign in"</button>
                </PostForm>
            </div>
            <Suspense>
                {move || Suspend::new(async move {
                    let door = door.await.ok();
                    let setup_is_open = door.as_ref().is_some_and(|door| door.setup_is_open);
                    let demo = door.is_some_and(|door| door.demo);
                    view! {
                        {setup_is_open.then(|| view! { <p>"Nobody is registered here yet. " <a href="/setup">"Set up Leadwright"</a></p> })}
                        {demo.then(|| view! { <DemoPeople action=demo_action.get_value() kept=demo_kept.get_value() /> })}
                    }
                    .into_any()
                })}
            </Suspense>
        </Card>
    }
    .into_any()
}

/// What was typed before the session ended, as hidden fields.
fn carried(kept: FormValues) -> Vec<AnyView> {
    kept.0.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value /> }.into_any()).collect()
}

/// A button per demo person that signs in at once.
#[component]
fn DemoPeople(action: String, kept: FormValues) -> impl IntoView {
    let one = move |person: DemoPerson| {
        view! {
            <li>
                <form action=action.clone() method="post">
                    <input type="hidden" name="email" value=person.email />
                    <input type="hidden" name="password" value=DEMO_PASSWORD />
                    {carried(kept.clone())}
                    <button class="demo-people__button">
                        <span class=format!("avatar avatar--large tone-{}", person.tone) aria-hidden="true">{person.initials}</span>
                        <span>{person.role}<span class="demo-people__role">{person.email}</span></span>
                    </button>
                </form>
            </li>
        }
        .into_any()
    };
    view! {
        <section aria-labelledby="demo-h">
            <h2 id="demo-h">"Look around as"</h2>
            <p class="muted small">"Demo data: change anything."</p>
            <ul class="demo-people">{DEMO_PEOPLE.into_iter().map(one).collect_view()}</ul>
        </section>
    }
    .into_any()
}
