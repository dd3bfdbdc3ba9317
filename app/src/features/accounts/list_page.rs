//! The list of accounts: `/accounts`. Filter and page are in the address.

use domain::{AccountFilter, AccountKind, AccountRow, Action, FormValues, Page, RepTerm, Target, can};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::list_parts::{ListOutline, Pager, ask_for};
use super::live_rows::{LiveRows, Shown};
use super::record_parts::KindBadges;
use super::server_fns::list_accounts;
use crate::components::{Empty, FilterChip, Icon, Menu, MenuLink, PersonName, Problem, TimeAgo};
use crate::context::me;
use crate::form::{Options, option_views};
use crate::live::{Heard, Live};
use crate::routes;

const PATH: &str = "/accounts";

/// What the address asks for.
#[derive(Clone, Debug, PartialEq)]
struct Asked {
    filter: AccountFilter,
    after: Option<String>,
}

fn asked(search: &str) -> Asked {
    let values = FormValues::decode(search.trim_start_matches('?').as_bytes());
    Asked { filter: AccountFilter::parse(&values), after: values.find("after").filter(|text| !text.is_empty()).map(str::to_owned) }
}

/// The page. Server: one page of rows, with links to the next.
#[component]
pub fn AccountListPage() -> impl IntoView {
    let location = use_location();
    let asked = Memo::new(move |_| asked(&location.search.get()));
    let accounts = Resource::new(move || asked.get(), |asked| list_accounts(asked.filter.to_query(), asked.after));
    expect_context::<Live>().listen(Callback::new(move |heard| {
        if heard == Heard::Resync {
            accounts.refetch();
        }
    }));
    view! {
        <Title text="Accounts" />
        <main class="page page--list" id="main" tabindex="-1">
            <div class="page__head">
                <h1>"Accounts"</h1>
                <div class="page__actions">
                    <a class="button desktop-only" href=routes::TERRITORIES>"Distributors"</a>
                    <a class="button desktop-only" href=routes::DUPLICATES data-command="Near duplicates">"Near duplicates"</a>
                    {can(&me(), Action::EditAccounts, Target::Site).then(|| view! {
                        <a class="button button--primary" href="/accounts/new"><Icon name="plus" />"Add account"</a>
                    })}
                    <Menu summary=|| view! { <Icon name="more" /> } button_class="button button--icon" class="phone-only" label="More about accounts" at_end=true>
                        <MenuLink href=routes::TERRITORIES label="Distributors" />
                        <MenuLink href=routes::DUPLICATES label="Near duplicates" />
                    </Menu>
                </div>
            </div>
            {move || view! { <FilterBar filter=asked.with(|asked| asked.filter.clone()) /> }}
            <Transition fallback=|| view! { <ListOutline /> }>
                {move || Suspend::new(async move {
                    match accounts.await {
                        Ok(page) => view! { <Loaded page asked=asked.get_untracked() /> }.into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

#[component]
fn FilterBar(filter: AccountFilter) -> impl IntoView {
    let kinds: Options = std::iter::once((String::new(), "Any".to_owned()))
        .chain(AccountKind::ALL.into_iter().map(|kind| (kind.key().to_owned(), kind.label().to_owned())))
        .collect();
    let chosen = filter.kind.map_or("", AccountKind::key);
    let reps: Options =
        [(String::new(), "Any".to_owned()), (RepTerm::Me.key().to_owned(), "Me".to_owned()), (RepTerm::Nobody.key().to_owned(), "Nobody".to_owned())]
            .into();
    let chosen_rep = filter.rep.map_or("", RepTerm::key);
    let submit = ask_for(|values| routes::with_query(PATH, &AccountFilter::parse(values).to_query()));
    let terms = filter.terms();
    view! {
        <div class="filter-bar">
            <Menu summary=|| view! { <Icon name="filter" />"Filter" } button_class="button button--small">
                <form class="filter-panel" action=PATH method="get" on:submit=submit>
                    <div class="field filter-panel__wide">
                        <label class="field__label" for="f-q">"Name"</label>
                        <input class="input" id="f-q" name="q" type="search" value=filter.query.clone() maxlength="200" />
                    </div>
                    <div class="field">
                        <label class="field__label" for="f-kind">"Kind"</label>
                        <select class="input" id="f-kind" name="kind">{option_views(kinds, chosen)}</select>
                    </div>
                    <div class="field">
                        <label class="field__label" for="f-rep">"Primary rep"</label>
                        <select class="input" id="f-rep" name="rep">{option_views(reps, chosen_rep)}</select>
                    </div>
                    <div class="filter-panel__foot">
                        <a class="button button--quiet" href=PATH>"Clear"</a>
                        <button class="button button--primary">"Show accounts"</button>
                    </div>
                </form>
            </Menu>
            {terms
                .into_iter()
                .map(|term| view! { <FilterChip label=term.label href=routes::with_query(PATH, &term.without) /> })
                .collect_view()}
        </div>
    }
    .into_any()
}

#[component]
fn Loaded(page: Page<AccountRow>, asked: Asked) -> impl IntoView {
    let query = asked.filter.to_query();
    let first = asked.after.is_some().then(|| routes::with_query(PATH, &query));
    let is_narrowed = asked.filter.is_narrowed();
    let live = LiveRows::new(page);
    let (same_query, same_after) = (query.clone(), asked.after);
    live.follow(|heard| matches!(heard, Heard::Account(_)), move || Box::pin(list_accounts(same_query.clone(), same_after.clone())));
    let pager = move || {
        let at = |name: &str, cursor: Option<String>| cursor.map(|cursor| routes::with_query(PATH, &routes::and(&query, name, &cursor)));
        view! { <Pager first=first.clone() previous=at("before", live.previous.get()) next=at("after", live.next.get()) /> }
    };
    let shown = move || match live.rows.with(Vec::len) {
        1 => "1 account shown".to_owned(),
        count => format!("{count} accounts shown"),
    };
    let is_empty = Memo::new(move |_| live.rows.with(Vec::is_empty));
    let body = move || {
        if is_empty.get() {
            return view! { <NoAccounts is_narrowed /> }.into_any();
        }
        view! {
            <table class="list__table">
                <thead>
                    <tr>
                        <th class="col-number" scope="col">"#"</th>
                        <th class="col-name" scope="col" aria-sort="ascending">"Name"</th>
                        <th class="col-account" scope="col">"Kind"</th>
                        <th class="col-owner" scope="col">"Rep"</th>
                        <th class="col-updated" scope="col">"Updated"</th>
                    </tr>
                </thead>
                <tbody>
                    <For each=move || live.rows.get() key=Shown::key children=|shown| view! { <AccountRowView shown /> } />
                </tbody>
            </table>
        }
        .into_any()
    };
    view! {
        <section class="list" aria-label="Accounts">
            <div class="list__scroll" tabindex="0" role="region" aria-label="Accounts, scrollable" node_ref=live.scroller on:pointerleave=move |_| live.show_left()>
                {body}
            </div>
            <div class="list__foot"><span>{shown}</span>{live.left_button()}{pager}</div>
        </section>
    }
    .into_any()
}

#[component]
fn AccountRowView(shown: Shown<AccountRow>) -> impl IntoView {
    let class = shown.class();
    let row = shown.row;
    view! {
        <tr class=class>
            <td class="col-number">{row.id.to_string()}</td>
            <td class="col-name"><a class="row__link" href=routes::account(row.id)>{row.name}</a></td>
            <td class="col-account"><KindBadges kinds=row.kinds /></td>
            <td class="col-owner"><PersonName id=row.primary_rep /></td>
            <td class="col-updated"><TimeAgo at=row.updated_at /></td>
        </tr>
    }
    .into_any()
}

#[component]
fn NoAccounts(is_narrowed: bool) -> impl IntoView {
    if is_narrowed {
        view! { <Empty icon="filter" title="No account fits this" text="Take a term away, or clear them all."><a class="button" href=PATH>"Show all accounts"</a></Empty> }.into_any()
    } else {
        view! { <Empty icon="building" title="No accounts yet" text="An account is made with its first lead, or by hand."><a class="button" href="/accounts/new">"Add account"</a></Empty> }.into_any()
    }
}
