//! What opens beside the list when the address asks for it with `tool=`: a link opens it, so it works without script, and
//! its code comes when it is first opened.

use domain::list_view::AskedView;
use leptos::prelude::*;

use super::list_columns::ColumnsTool;
use super::view_tool::ViewTool;
use crate::components::Icon;
use crate::routes;

/// Something to open beside the list.
#[derive(Clone, Debug, PartialEq)]
pub struct ListTool {
    /// The word in the address: `columns` or `view`.
    pub name: String,
    /// The list beside which it opens.
    pub asked: AskedView,
}

/// The tool; nothing for a word that names none.
#[must_use]
pub fn show_tool(tool: ListTool) -> AnyView {
    let close = routes::list(&tool.asked.list, tool.asked.saved.as_ref().map(|view| view.id));
    let (title, content) = match tool.name.as_str() {
        "columns" => ("Columns", view! { <ColumnsTool asked=tool.asked /> }.into_any()),
        "view" => ("This view", view! { <ViewTool asked=tool.asked /> }.into_any()),
        _ => return ().into_any(),
    };
    view! {
        <section class="list-tool" aria-labelledby="list-tool-h">
            <div class="list-tool__head">
                <h2 id="list-tool-h">{title}</h2>
                <a class="button button--quiet button--icon button--small" href=close aria-label="Close"><Icon name="close" /></a>
            </div>
            {content}
        </section>
    }
    .into_any()
}
