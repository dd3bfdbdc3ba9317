//! Which column goes where: each heading with a few of its values and a choice, guessed beforehand.

use domain::import_file::{ImportFile, Repeats};
use leptos::prelude::*;

use crate::form::{ErrorSummary, Options, PostForm, Select, error_at, option_views, typed_before};

/// The form.
#[component]
pub fn ColumnsForm(file: ImportFile, homes: Vec<(String, String)>, reload: Callback<()>) -> impl IntoView {
    let is_leads = file.preview.kind == "leads";
    let kind = match file.preview.kind.as_str() {
        "accounts" => "This is a list of accounts; its columns are known.",
        "offerings" => "This is a list of offerings; its columns are known.",
        "people" => "This is a list of people; its columns are known.",
        _ => "Each column and where it goes. What has no home can be kept with the lead as it is.",
    };
    let supplier = file.supplier.clone();
    let (repeats, clears) = match file.repeats {
        Some(repeats) => (repeats, file.clears),
        None => (file.preview.repeats.unwrap_or(Repeats::Skip), file.preview.clears),
    };
    let routes = file.routes.or(file.preview.routes).unwrap_or(true);
    let chosen = if file.homes.is_empty() { file.preview.guess.clone() } else { file.homes.clone() };
    let columns = file.preview.headings.iter().enumerate().map(|(index, heading)| {
        let values: Vec<String> =
            file.preview.sample.iter().filter_map(|row| row.get(index)).filter(|cell| !cell.is_empty()).take(3).cloned().collect();
        (heading.clone(), values, chosen.get(index).cloned().unwrap_or_default())
    });
    let columns: Vec<_> = columns.collect();
    view! {
        <PostForm action=format!("/import/{}/columns", file.id) class="form form--wide" on_done=Callback::new(move |_| reload.run(()))>
            <ErrorSummary />
            <p class="muted">{kind}" The file is "{file.preview.encoding.clone()}", delimited by “"{file.preview.delimiter.to_string()}"”."</p>
            {is_leads.then(|| {
                columns
                    .into_iter()
                    .enumerate()
                    .map(|(index, (heading, values, chosen))| view! { <ColumnChoice index heading values chosen homes=homes.clone() /> })
                    .collect_view()
            })}
            {is_leads.then(|| view! { <BeforeChoice repeats clears /> })}
            {is_leads.then(|| view! { <RoutesChoice routes /> })}
            <input type="hidden" name="supplier" value=supplier />
            <div class="form__actions">
                <button class="button button--primary">"Check the rows"</button>
                <span class="muted small">"Nothing is imported yet."</span>
            </div>
        </PostForm>
    }
    .into_any()
}

/// What becomes of rows that came in before. The check then tells how many there are of each.
#[component]
fn BeforeChoice(repeats: Repeats, clears: bool) -> impl IntoView {
    let options: Options = Repeats::ALL.into_iter().map(|repeats| (repeats.key().to_owned(), repeats.label().to_owned())).collect();
    let clears = typed_before("clear_empty").map_or(clears, |typed| !typed.is_empty());
    view! {
        <Select
            name="repeats"
            label="Rows that came in before"
            options
            value=repeats.key()
            help="A row is known by its identifier; without one, by its e-mail address and company."
        />
        <label class="check" for="clear_empty">
            <input id="clear_empty" type="checkbox" name="clear_empty" value="1" checked=clears />
            "An empty cell empties the field of a lead that is changed"
        </label>
    }
    .into_any()
}

/// What becomes of leads that the file names nobody for.
#[component]
fn RoutesChoice(routes: bool) -> impl IntoView {
    let routes = typed_before("route").map_or(routes, |typed| !typed.is_empty());
    view! {
        <label class="check" for="route">
            <input id="route" type="checkbox" name="route" value="1" checked=routes />
            "Route leads without an owner by the rules"
        </label>
    }
    .into_any()
}

#[component]
fn ColumnChoice(index: usize, heading: String, values: Vec<String>, chosen: String, homes: Vec<(String, String)>) -> impl IntoView {
    let name = format!("column_{index}");
    let error = error_at(&name);
    let chosen = typed_before(&name).and_then(|typed| typed.into_iter().next()).unwrap_or(chosen);
    let (error_id, values_id) = (format!("{name}-error"), format!("{name}-values"));
    let (described, shown_error_id) = (format!("{values_id} {error_id}"), error_id.clone());
    let values = if values.is_empty() { "empty".to_owned() } else { values.join(" · ") };
    view! {
        <div class="column-choice">
            <label class="column-choice__heading" for=name.clone()>{heading}</label>
            <p class="column-choice__values" id=values_id>{values}</p>
            <div class="field">
                <select class="input" id=name.clone() name=name aria-invalid=move || error.get().map(|_| "true") aria-describedby=described>
                    {option_views(homes, &chosen)}
                </select>
                {move || error.get().map(|text| view! { <p class="field__error" id=shown_error_id.clone()>{text}</p> })}
            </div>
        </div>
    }
    .into_any()
}
