//! Forms about rules of scoring: a new one, and changing one.

use domain::scoring::{RuleRow, rule_form};
use leptos::prelude::*;

use super::close_when_done;
use super::ticks::Tick;
use crate::components::Icon;
use crate::context::{catalog, catalog_now};
use crate::form::{Done, ErrorSummary, Input, Options, PostForm, Select, came_back};

/// What has to be so.
fn tests() -> Options {
    rule_form::TESTS.iter().map(|(key, label)| ((*key).to_owned(), (*label).to_owned())).collect()
}

const VALUE_HELP: &str = "A name from the list, a text, a number or an amount; of contact events, how often. Nothing where it is only known or not.";

/// A new rule.
#[component]
pub fn AddRule(weighing: StoredValue<domain::Weighing>, done: Callback<Done>) -> impl IntoView {
    let subjects = Signal::derive(move || weighing.with_value(|weighing| rule_form::subjects(&catalog(), weighing)));
    view! {
        <PostForm action="/admin/scoring/rules" class="form" on_done=done>
            <ErrorSummary prefix="new-" />
            <Select name="about" label="If" options=subjects value="source" prefix="new-" />
            <Select name="test" label="Test" options=tests() value="is" prefix="new-" />
            <Input name="value" label="Value" optional=true help=VALUE_HELP prefix="new-" />
            <Input name="points" label="Points" help="-100 to 100" prefix="new-" />
            <Input name="sentence" label="Why" help="The sentence that people read on the lead, like “Came by a recommendation”" prefix="new-" />
            <div class="form__actions"><button class="button button--primary">"Add rule"</button></div>
        </PostForm>
    }
    .into_any()
}

/// Changing a rule, behind a button. Without script it stands open when it came back.
#[component]
pub fn ChangeRule(row: RuleRow, weighing: StoredValue<domain::Weighing>, done: Callback<Done>) -> impl IntoView {
    let RuleRow { rule, condition, typed: [about, test, value] } = row;
    let action = format!("/admin/scoring/rules/{}", rule.id);
    let is_open = came_back(&action);
    let prefix = format!("s{}-", rule.id);
    let node = NodeRef::<leptos::html::Details>::new();
    let saved = close_when_done(node, done);
    let mut subjects: Options = weighing.with_value(|weighing| rule_form::subjects(&catalog_now(), weighing));
    // What was taken away since stays with the rules that look at it.
    if !subjects.iter().any(|(key, _)| *key == about) {
        subjects.push((about.clone(), condition));
    }
    view! {
        <details class="menu menu--end" open=is_open node_ref=node>
            <summary class="button button--quiet button--icon button--small" aria-label=format!("Change: {}", rule.sentence)><Icon name="edit" /></summary>
            <div class="menu__panel">
                <PostForm action=action class="filter-panel" on_done=saved>
                    <div class="filter-panel__wide"><ErrorSummary prefix=prefix.clone() /></div>
                    <div class="filter-panel__wide"><Select name="about" label="If" options=subjects value=about prefix=prefix.clone() /></div>
                    <div class="filter-panel__wide"><Select name="test" label="Test" options=tests() value=test prefix=prefix.clone() /></div>
                    <div class="filter-panel__wide"><Input name="value" label="Value" value=value optional=true prefix=prefix.clone() /></div>
                    <div class="filter-panel__wide">
                        <Input name="points" label="Points" value=rule.points.to_string() prefix=prefix.clone() />
                    </div>
                    <div class="filter-panel__wide"><Input name="sentence" label="Why" value=rule.sentence.clone() prefix=prefix.clone() /></div>
                    <div class="filter-panel__wide"><Tick name="retired" label="Retired: no longer counted" checked=rule.retired prefix=prefix /></div>
                    <div class="filter-panel__foot"><button class="button button--primary">"Save rule"</button></div>
                </PostForm>
            </div>
        </details>
    }
    .into_any()
}
