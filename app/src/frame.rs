//! The frame around private pages: rail, top bar, bottom bar, live indicator, keys.

use domain::{Action, LeadFilter, Target, can};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::components::{Icon, logo};
use crate::context::{Me, Now, Session, load_catalog, load_counters};
use crate::features::palette::Palette;
use crate::form::CameBack;
use crate::in_turn::all_taken_over;
use crate::live::{Heard, Link, Live};
use crate::user_menu::UserMenu;

/// Rail and bars. Keeps counters and catalog in step.
#[component]
pub fn Frame(session: Session, children: Children) -> impl IntoView {
    let me = Me {
        actor: session.actor,
        catalog: RwSignal::new(session.catalog),
        counters: RwSignal::new(session.counters),
        views: RwSignal::new(session.views),
        availability: RwSignal::new(session.availability),
    };
    provide_context(me.clone());
    // Of all that the frame shows at once it is taken over last: after the page, whose code may still have to arrive.
    let last_part = NodeRef::<leptos::html::Nav>::new();
    let taken_over = all_taken_over(Signal::derive(move || last_part.get().is_some()));
    let live = Live::new(session.last_event, taken_over);
    provide_context(live);
    keep_time(taken_over);
    begin_another_page();
    keep_in_step(live, me.clone());
    let palette = Palette::new();
    provide_context(palette);
    #[cfg(feature = "hydrate")]
    crate::keys::listen(palette);
    let internal = me.actor.role.is_internal();
    view! {
        <div class="shell" data-person=me.actor.id.to_string()>
            <a class="skip-link button" href="#main">"Skip to content"</a>
            <Rail />
            <header class="topbar">
                <Search />
                <LiveMark live />
                <UserMenu class="desktop-only" />
            </header>
            {children()}
            <nav node_ref=last_part class="bottom-bar" aria-label="Main, in reach of the thumb">
                <BarLink href="/" icon="home" name="My day" />
                <BarLink href="/leads" icon="flag" name="Leads" />
                {internal.then(|| view! {
                    <BarLink href="/accounts" icon="building" name="Accounts" />
                    <a class="bottom-bar__add" href="/leads/new" aria-label="Add lead"><Icon name="plus" /></a>
                    <BarLink href="/contacts" icon="users" name="Contacts" />
                })}
                <UserMenu class="" in_bar=true />
            </nav>
        </div>
    }
    .into_any()
}

/// Sets the time once the page is taken over, and again twice a minute. Any earlier, parts that are not taken over yet
/// would never show it.
fn keep_time(taken_over: Signal<bool>) {
    #[cfg(feature = "hydrate")]
    {
        let now = expect_context::<Now>();
        let set = move || now.0.set(Some(js_sys::Date::now() as i64));
        let set_if_shown = move || {
            if taken_over.get() {
                set()
            }
        };
        Effect::new(move |_| set_if_shown());
        let timer = set_interval_with_handle(move || untrack(set_if_shown), std::time::Duration::from_secs(30));
        on_cleanup(move || {
            if let Ok(timer) = timer {
                timer.clear();
            }
        });
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (expect_context::<Now>(), taken_over);
}

/// A form that came back is shown where it stands; on another page every form starts empty. The page begins at its top, also on
/// a phone, where it is not the window that scrolls.
fn begin_another_page() {
    let path = use_location().pathname;
    let came_back = use_context::<CameBack>();
    Effect::new(move |before: Option<String>| {
        let here = path.get();
        let is_another = before.is_some_and(|before| before != here);
        if is_another && let Some(came_back) = came_back {
            came_back.forget();
        }
        #[cfg(feature = "hydrate")]
        if is_another && let Some(page) = document().get_element_by_id("main") {
            page.set_scroll_top(0);
        }
        here
    });
}

fn keep_in_step(live: Live, me: Me) {
    let waiting = StoredValue::new(false);
    live.listen(Callback::new(move |heard| {
        if matches!(heard, Heard::Catalog | Heard::Resync) {
            refresh_catalog(&me);
        }
        let is_own = matches!(&heard, Heard::Person(data) if data.number == me.actor.id.0);
        if (is_own || heard == Heard::Resync) && me.actor.role.is_internal() {
            leptos::task::spawn_local(crate::lazy::user_menu::read(me.availability));
        }
        match heard {
            Heard::Lead(_) | Heard::Catalog | Heard::Resync if !waiting.get_value() => {
                waiting.set_value(true);
                let counters = me.counters;
                set_timeout(
                    move || {
                        waiting.set_value(false);
                        leptos::task::spawn_local(async move {
                            if let Ok(fresh) = load_counters().await {
                                let _gone = counters.try_set(fresh);
                            }
                        });
                    },
                    std::time::Duration::from_millis(500),
                );
            }
            _ => {}
        }
    }));
}

/// Reads what is configured afresh, and the saved views: somebody changed them, at whichever server. Both are set together, so that
/// what shows them is drawn anew once, and leaves open what is open.
fn refresh_catalog(me: &Me) {
    let me = me.clone();
    leptos::task::spawn_local(async move {
        let catalog = load_catalog().await;
        me.read_views().await;
        if let Ok(catalog) = catalog {
            let _gone = me.catalog.try_set(std::sync::Arc::new(catalog));
        }
    });
}

/// Whether the address is within a section.
fn is_here(section: &'static str) -> Memo<bool> {
    let path = use_location().pathname;
    Memo::new(move |_| path.with(|path| path == section || path.strip_prefix(section).is_some_and(|rest| rest.starts_with('/'))))
}

#[component]
fn RailLink(
    href: &'static str,
    section: &'static str,
    icon: &'static str,
    name: &'static str,
    #[prop(optional)] count: Option<Signal<i64>>,
) -> impl IntoView {
    let here = is_here(section);
    let shown = move |count: i64| if count > domain::lead_views::Counters::MOST { "999+".to_owned() } else { count.to_string() };
    view! {
        <a class="rail__link" href=href aria-current=move || here.get().then_some("page") title=name>
            <Icon name=icon />
            <span class="rail__name">{name}</span>
            {count.map(|count| view! { <span class="rail__count">{move || shown(count.get())}</span> })}
        </a>
    }
    .into_any()
}

#[component]
fn Rail() -> impl IntoView {
    let me = expect_context::<Me>();
    let counters = me.counters;
    let own_logo = Memo::new(move |_| me.catalog.with(|catalog| catalog.site.logo.clone()));
    let imports = can(&me.actor, Action::ImportLeads, Target::Site);
    let internal = me.actor.role.is_internal();
    let administers = can(&me.actor, Action::ManagePeople, Target::Site);
    view! {
        <nav class="rail" aria-label="Main">
            <a class="rail__brand" href="/leads">
                {move || own_logo.with(|digest| logo(digest.as_deref()))}
                <span class="rail__name">{move || me.catalog.with(|catalog| catalog.site.name.clone())}</span>
            </a>
            <RailLink href="/" section="/" icon="home" name="My day" />
            <RailLink href="/leads" section="/leads" icon="flag" name="Leads" count=Signal::derive(move || counters.get().mine) />
            <RailLink href="/tasks" section="/tasks" icon="check" name="Tasks" />
            <RailLink href="/notices" section="/notices" icon="bell" name="Notices" count=Signal::derive(move || counters.get().unread) />
            {internal.then(|| view! {
                <RailLink href="/leads?view=unassigned" section="/unassigned" icon="user" name="Unassigned" count=Signal::derive(move || counters.get().unassigned) />
                <RailLink href="/intake" section="/intake" icon="phone" name="Intake" />
                <RailLink href="/refer" section="/refer" icon="star" name="Refer" />
                <RailLink href="/accounts" section="/accounts" icon="building" name="Accounts" />
                <RailLink href="/contacts" section="/contacts" icon="users" name="Contacts" />
                {imports.then(|| view! { <RailLink href="/import" section="/import" icon="upload" name="Import" /> })}
            })}
            <div class="rail__foot">
                {administers.then(|| view! { <RailLink href="/admin" section="/admin" icon="shield" name="Settings" /> })}
            </div>
        </nav>
    }
    .into_any()
}

#[component]
fn BarLink(href: &'static str, icon: &'static str, name: &'static str) -> impl IntoView {
    let here = is_here(href);
    view! { <a class="bottom-bar__link" href=href aria-current=move || here.get().then_some("page")><Icon name=icon />{name}</a> }.into_any()
}

/// Searches all leads by name, company, e-mail or phone.
#[component]
fn Search() -> impl IntoView {
    let location = use_location();
    let typed = move || if location.pathname.get() == "/leads" { LeadFilter::from_query(&location.search.get()).query } else { String::new() };
    // Only who searches gets the code that shows matches.
    let (is_used, text) = (RwSignal::new(false), RwSignal::new(String::new()));
    view! {
        <form class="search" role="search" action="/leads" method="get">
            <Icon name="search" />
            <input type="hidden" name="view" value="all" />
            <input class="input" id="search" type="search" name="q" placeholder="Search leads" aria-label="Search leads" value=typed maxlength="200"
                on:focus=move |_| is_used.set(true)
                on:input=move |event| text.set(event_target_value(&event)) />
            <kbd class="desktop-only" aria-hidden="true">"/"</kbd>
            {crate::lazy::on_demand(move || is_used.get().then(|| -> crate::lazy::Coming { Box::pin(crate::lazy::search_list::show(text)) }))}
        </form>
    }
    .into_any()
}

/// How the connection stands: never a silent lie.
#[component]
fn LiveMark(live: Live) -> impl IntoView {
    let word = move || match live.link.get() {
        Link::Starting => "",
        Link::InStep => "live",
        Link::Reconnecting => "reconnecting",
    };
    view! {
        <span class="live" class=("live--reconnecting", move || live.link.get() == Link::Reconnecting) class=("live--starting", move || live.link.get() == Link::Starting) role="status">
            <span class="live__word">{word}</span>
        </span>
    }
    .into_any()
}
