//! A person's day: `/`. What is overdue, what is due today, what is new to them and whose answer they wait for, the most urgent first.

use domain::my_day::{DayItem, DayPart, DaySection, MyDay};
use leptos::prelude::*;
use leptos_meta::Title;

use super::day_item::Item;
use super::server_fns::load_my_day;
use crate::components::{Empty, Icon, Problem};
use crate::context::{Now, Toasts, me};
use crate::features::tasks::follow;
use crate::form::refused_before;
use crate::in_turn::in_turn;
use crate::routes;

/// The page.
#[component]
pub fn MyDayPage() -> impl IntoView {
    let found = Resource::new(|| (), |()| load_my_day());
    // Without script: what was refused may not stand here any more.
    let refused = refused_before();
    view! {
        <Title text="My day" />
        <main class="page" id="main" tabindex="-1">
            <div class="page__head"><h1>"My day"</h1></div>
            {refused.map(|text| view! { <p class="field__error" role="alert">{text}</p> })}
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(found) => view! { <Loaded found /> }.into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

/// What was read, and is read anew when something happens: what did not change stays as it is, with the focus where it is.
#[component]
fn Loaded(found: MyDay) -> impl IntoView {
    let shown = RwSignal::new(found);
    let toasts = expect_context::<Toasts>();
    let again = Callback::new(move |()| {
        leptos::task::spawn_local(async move {
            match load_my_day().await {
                Ok(fresh) => {
                    let _gone = shown.try_set(fresh);
                }
                Err(error) => toasts.fail(error.to_string()),
            }
        });
    });
    follow(again);
    go_with_the_time(shown, again);
    #[cfg(feature = "hydrate")]
    super::keys::listen();
    let is_empty = Memo::new(move |_| shown.with(|day| day.parts.is_empty()));
    let part = |section: DaySection| in_turn(move || view! { <Part section shown again /> }.into_any());
    view! {
        {DaySection::ALL.into_iter().map(part).collect_view()}
        {move || is_empty.get().then(|| view! { <AllDone /> })}
        {in_turn(move || view! { <DoneToday shown again /> }.into_any())}
    }
    .into_any()
}

/// Reads the day again when a deadline has passed or the day is over.
fn go_with_the_time(shown: RwSignal<MyDay>, again: Callback<()>) {
    let now = expect_context::<Now>();
    Effect::new(move |_| {
        // Asked once for each time that it is told, whatever comes back: the browser's clock may be ahead.
        let now = now.0.get();
        if now.is_some_and(|now| shown.with_untracked(|day| now > day.changes_at.0)) {
            again.run(());
        }
    });
}

/// One section; without anything in it, it is left out.
#[component]
fn Part(section: DaySection, shown: RwSignal<MyDay>, again: Callback<()>) -> impl IntoView {
    let part = Memo::new(move |_| shown.with(|day| day.parts.iter().find(|part| part.section == section).cloned()));
    let is_there = Memo::new(move |_| part.with(Option::is_some));
    let has_more = Memo::new(move |_| part.with(|part| part.as_ref().is_some_and(|part| part.has_more)));
    let items = move || part.with(|part: &Option<DayPart>| part.as_ref().map_or_else(Vec::new, |part| part.items.clone()));
    let class = format!("day day--{}", section.key());
    move || {
        is_there.get().then(|| {
            let heading = format!("{}-h", section.key());
            view! {
                <section class="section" aria-labelledby=heading.clone()>
                    <div class="section__head"><h2 id=heading.clone()>{section.label()}</h2></div>
                    <ul class=class.clone()>
                        <For each=items key=DayItem::clone children=move |item: DayItem| view! { <Item item again /> } />
                    </ul>
                    {move || has_more.get().then(|| rest_of(section))}
                </section>
            }
            .into_any()
        })
    }
}

/// That there are more, and where all of them are.
fn rest_of(section: DaySection) -> AnyView {
    let (tasks, untouched, leads) =
        (("All your tasks", routes::TASKS), ("All that nobody has touched", routes::RADAR), ("All your leads", routes::LIST));
    let lists = match section {
        DaySection::Overdue => vec![tasks, untouched],
        DaySection::Today => vec![tasks],
        DaySection::New => vec![untouched],
        DaySection::Awaited => vec![leads],
    };
    let list = |(name, href): (&'static str, &'static str)| view! { <a class="button button--quiet button--small" href=href>{name}</a> };
    view! { <p class="day__rest"><span class="muted">"These are the most urgent."</span>{lists.into_iter().map(list).collect_view()}</p> }.into_any()
}

/// Nothing is left, with where one goes on.
#[component]
fn AllDone() -> impl IntoView {
    let takes_calls = me().role.is_internal();
    view! {
        <Empty icon="check" title="All done" text="Nothing is overdue or due today, nothing new came to you, and nobody owes you an answer.">
            <div class="button-group">
                <a class="button" href=routes::LIST>"Leads"</a>
                {takes_calls.then(|| view! { <a class="button" href="/intake">"Take a call"</a> })}
            </div>
        </Empty>
    }
    .into_any()
}

/// Tasks that were finished today, folded away.
#[component]
fn DoneToday(shown: RwSignal<MyDay>, again: Callback<()>) -> impl IntoView {
    let done = Memo::new(move |_| shown.with(|day| day.done.clone()));
    let is_there = Memo::new(move |_| done.with(|done| !done.is_empty()));
    move || {
        is_there.get().then(|| {
            view! {
                <details class="form__more day__done">
                    <summary><Icon name="chevron-right" />{move || format!("Done today: {}", done.with(Vec::len))}</summary>
                    <ul class="day">
                        <For each=move || done.get() key=DayItem::clone children=move |item: DayItem| view! { <Item item again /> } />
                    </ul>
                </details>
            }
            .into_any()
        })
    }
}
