//! Open leads of an account that its rep does not have: proposed to them, never given silently.

use domain::{Account, Catalog, LeadRow, UserId};
use leptos::prelude::*;

use crate::context::catalog_now;
use crate::form::{ErrorSummary, Hidden, PostForm};
use crate::routes;

/// Open leads that are not with an account's rep, and to whom they are proposed.
struct Uncovered {
    rep: UserId,
    rep_name: String,
    /// Without an owner.
    unowned: usize,
    /// With somebody else.
    elsewhere: usize,
    /// Number and version of each, as a change of many leads takes them.
    chosen: String,
}

impl Uncovered {
    /// Of the leads that the person sees on the account's page; `None` where there is nothing or nobody to propose.
    fn of(account: &Account, leads: &[LeadRow], catalog: &Catalog) -> Option<Self> {
        let rep = account.primary_rep?;
        let rep_name = catalog.possible_owners().find(|person| person.id == rep)?.name.clone();
        let is_uncovered = |lead: &&LeadRow| lead.owner != Some(rep) && catalog.status(lead.status).is_some_and(|status| status.state.is_open());
        let uncovered: Vec<&LeadRow> = leads.iter().filter(is_uncovered).collect();
        if uncovered.is_empty() {
            return None;
        }
        let unowned = uncovered.iter().filter(|lead| lead.owner.is_none()).count();
        let chosen = uncovered.iter().map(|lead| format!("{}:{}", lead.id, lead.version)).collect::<Vec<_>>().join(",");
        Some(Self { rep, rep_name, unowned, elsewhere: uncovered.len() - unowned, chosen })
    }

    fn sentence(&self) -> String {
        let counted =
            |count: usize, one: &str, many: &str| if count == 1 { format!("1 open lead {one}") } else { format!("{count} open leads {many}") };
        let unowned = (self.unowned > 0).then(|| counted(self.unowned, "has no owner", "have no owner"));
        let elsewhere = (self.elsewhere > 0).then(|| counted(self.elsewhere, "is with somebody else", "are with somebody else"));
        [unowned, elsewhere].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// The proposal, with one button: a change of many leads that says what became of each, and can be taken back.
#[component]
pub fn UncoveredLeads(account: Account, leads: Vec<LeadRow>) -> impl IntoView {
    Uncovered::of(&account, &leads, &catalog_now()).map(|uncovered| {
        let sentence = uncovered.sentence();
        let Uncovered { rep, rep_name, chosen, .. } = uncovered;
        view! {
            <PostForm action="/leads/bulk" class="merge__item">
                <ErrorSummary />
                <Hidden name="what" value="owner".to_owned() />
                <Hidden name="owner" value=rep.to_string() />
                <Hidden name="chosen" value=chosen />
                <Hidden name="back" value=routes::account(account.id) />
                <span>{sentence}"."</span>
                <button class="button button--small">"Give to "{rep_name}</button>
            </PostForm>
        }
        .into_any()
    })
}
