//! One row of the list, as text: a page has fifty of them, and each would be thirty views.
//!
//! Nothing in a row listens. Its clicks and what it shows of the selection, of the current row and of the time are the table's
//! (`row_life.rs`); a row whose lead changed is made anew, and every row when what they show of the configuration did.

use domain::{Catalog, ChoiceId, ChoiceList, LeadCell, LeadColumn, LeadRow, Timestamp, UserId, money};
use leptos::prelude::*;

use super::lead_table::column_class;
use super::selection::{self, Selection};
use crate::components::{person_parts, score_class_and_parts, status_class_and_parts, told};
use crate::context::{Now, catalog_now};
use crate::html::Html;
use crate::routes;

/// About how many bytes a row is long.
const LENGTH: usize = 2048;

/// How the rows of a list are written.
#[derive(Clone, Copy)]
pub struct RowStyle {
    pub columns: StoredValue<Vec<LeadColumn>>,
    /// The list's query, which the leads' addresses carry on.
    pub query: StoredValue<String>,
    pub selection: Selection,
    now: Now,
}

impl RowStyle {
    /// For a list that shows these columns.
    pub fn new(columns: Vec<LeadColumn>, query: String, selection: Selection) -> Self {
        Self { columns: StoredValue::new(columns), query: StoredValue::new(query), selection, now: expect_context::<Now>() }
    }
}

/// A row. `changed` makes it flash once; `current` is the one that keys work on.
pub fn row_view(row: &LeadRow, style: RowStyle, changed: bool, current: bool) -> AnyView {
    let mut class = "row".to_owned();
    class.push_str(if changed { " row--changed" } else { "" });
    class.push_str(if current { " row--current" } else { "" });
    let is_selected = style.selection.has_untracked(row.id);
    let writer = RowWriter { row, catalog: &catalog_now(), now: style.now.0.get_untracked() };
    let cells = style.columns.with_value(|columns| style.query.with_value(|query| writer.cells(columns, query, is_selected)));
    view! { <tr class=class data-number=row.id.to_string() inner_html=cells></tr> }.into_any()
}

/// Whether every row is the same text by either configuration: most of what administrators change is not in the list.
pub fn is_written_alike(one: &Catalog, other: &Catalog) -> bool {
    fn people(catalog: &Catalog) -> impl Iterator<Item = (UserId, &str)> {
        catalog.people.iter().map(|person| (person.id, person.name.as_str()))
    }
    fn sources(catalog: &Catalog) -> impl Iterator<Item = (ChoiceId, &str)> {
        catalog.choices.iter().filter(|choice| choice.list == ChoiceList::Source).map(|choice| (choice.id, choice.name.as_str()))
    }
    one.site.zone == other.site.zone && one.statuses == other.statuses && people(one).eq(people(other)) && sources(one).eq(sources(other))
}

struct RowWriter<'a> {
    row: &'a LeadRow,
    catalog: &'a Catalog,
    now: Option<i64>,
}

impl RowWriter<'_> {
    fn cells(&self, columns: &[LeadColumn], query: &str, is_selected: bool) -> String {
        let mut html = Html::with_capacity(LENGTH);
        self.select(&mut html, is_selected);
        let mut more = self.row.cells.iter();
        for column in columns {
            let cell = if column.is_plain() { None } else { more.next() };
            let figure = if matches!(cell, Some(LeadCell::Figure(_))) { "col-figure " } else { "" };
            html.raw("<td class=\"").raw(figure).text(&column_class(*column)).raw("\">");
            match cell {
                Some(cell) => self.more(&mut html, cell),
                None => self.plain(&mut html, *column, query),
            }
            html.raw("</td>");
            if *column == LeadColumn::Name {
                self.reach(&mut html);
            }
        }
        html.into_string()
    }

    /// The box that selects the row; without script a field of the form that changes many.
    fn select(&self, html: &mut Html, is_selected: bool) {
        html.raw("<td class=\"col-select\"><input type=\"checkbox\" name=\"lead\"").attr("form", selection::FORM);
        html.raw(" value=\"").number(self.row.id.0).raw(":").number(self.row.version);
        html.raw("\" aria-label=\"Select ").text(&self.row.full_name).raw(if is_selected { "\" checked></td>" } else { "\"></td>" });
    }

    fn plain(&self, html: &mut Html, column: LeadColumn, query: &str) {
        let row = self.row;
        match column {
            LeadColumn::Number => {
                html.number(row.id.0);
            }
            LeadColumn::Name => {
                html.raw("<a class=\"row__link\"").attr("href", &routes::lead(row.id, query)).raw(">").text(&row.full_name).raw("</a>");
            }
            LeadColumn::Account => {
                html.text(&row.account.name);
            }
            LeadColumn::Status => {
                if let Some(status) = self.catalog.status(row.status) {
                    let (class, parts) = status_class_and_parts(status, self.catalog);
                    html.raw("<span").attr("class", &class).raw(">").html(&parts).raw("</span>");
                }
            }
            LeadColumn::Owner => {
                let name = row.owner.map(|id| self.catalog.person_name(id));
                html.raw("<span class=\"person\"");
                if let Some(name) = &name {
                    html.attr("title", name);
                }
                html.raw(">").html(&person_parts(row.owner.zip(name.as_deref()))).raw("</span>");
            }
            LeadColumn::Source => {
                html.text(&row.source.map(|id| self.catalog.choice_name(id)).unwrap_or_default());
            }
            LeadColumn::Score => {
                let (class, parts) = score_class_and_parts(row.score);
                html.raw("<span").attr("class", class).raw(">").html(&parts).raw("</span>");
            }
            LeadColumn::Amount if row.target_amount_minor != 0 => {
                html.text(&money::display(row.target_amount_minor, &row.currency));
            }
            LeadColumn::Updated => self.time(html, row.updated_at),
            _ => {}
        }
    }

    fn more(&self, html: &mut Html, cell: &LeadCell) {
        match cell {
            LeadCell::Text(text) | LeadCell::Figure(text) => {
                html.raw("<span").attr("title", text).raw(">").text(text).raw("</span>");
            }
            LeadCell::At(at) => self.time(html, *at),
            LeadCell::Link(href) => {
                html.raw("<a").attr("href", href).attr("title", href).raw(" rel=\"noopener noreferrer\" target=\"_blank\">").text(href).raw("</a>");
            }
            LeadCell::Days { days, tone } => {
                html.raw("<span");
                if !tone.is_empty() {
                    html.raw(" class=\"late tone-").text(tone).raw("\"");
                }
                html.raw(">").number(*days).raw(" d</span>");
            }
            LeadCell::Said { at, text } => {
                html.raw("<span title=\"").text(&self.catalog.site.zone.readable(*at)).raw(": ").text(text).raw("\">").text(text).raw("</span>");
            }
        }
    }

    fn time(&self, html: &mut Html, at: Timestamp) {
        html.raw("<time")
            .attr("datetime", &at.rfc3339())
            .raw(" title=\"")
            .text(&self.catalog.site.zone.readable(at))
            .raw("\">")
            .text(&told(at, self.now, &self.catalog.site.zone))
            .raw("</time>");
    }

    /// Calling and writing, over the end of the name.
    fn reach(&self, html: &mut Html) {
        html.raw("<td class=\"col-actions\"><div class=\"row__actions\">");
        for (scheme, to, icon, verb) in [("tel:", &self.row.phone, "phone", "Call "), ("mailto:", &self.row.email, "mail", "Mail ")] {
            if !to.is_empty() {
                html.raw("<a class=\"button button--quiet button--icon button--small\" href=\"").raw(scheme).text(to);
                html.raw("\" aria-label=\"").raw(verb).text(&self.row.full_name).raw("\">").icon(icon).raw("</a>");
            }
        }
        html.raw("</div></td>");
    }
}

#[cfg(test)]
mod tests {
    use domain::{AccountId, LeadId, Named, SiteZone, StatusId};

    use super::*;

    fn named(name: &str) -> LeadRow {
        let at = Timestamp(0);
        LeadRow {
            id: LeadId(7),
            version: 3,
            full_name: name.to_owned(),
            account: Named { id: AccountId(1), name: "A & \"B\"".to_owned() },
            status: StatusId(1),
            status_since: at,
            source: None,
            owner: None,
            group: None,
            score: 80,
            target_amount_minor: 0,
            currency: "GBP".to_owned(),
            phone: String::new(),
            email: "mo'@x.example".to_owned(),
            created_at: at,
            updated_at: at,
            cells: vec![LeadCell::Link("https://x.example/?a=1&b=\"".to_owned())],
        }
    }

    #[test]
    fn what_people_typed_cannot_become_markup() {
        let row = named("Mo \"><script>alert(1)</script>");
        let writer = RowWriter { row: &row, catalog: &domain::cast::catalog(), now: None };
        let columns = [LeadColumn::Name, LeadColumn::Account, LeadColumn::Score, LeadColumn::Comment];
        let text = writer.cells(&columns, "view=all&q=a\"b", true);
        assert!(!text.contains("<script"), "{text}");
        assert!(text.contains("aria-label=\"Select Mo &quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\" checked"), "{text}");
        assert!(text.contains("A &amp; &quot;B&quot;"), "{text}");
        assert!(text.contains("href=\"mailto:mo&#39;@x.example\""), "{text}");
        assert!(text.contains("href=\"https://x.example/?a=1&amp;b=&quot;\""), "{text}");
        assert_eq!(text.matches("<td").count(), text.matches("</td>").count());
    }

    #[test]
    fn rows_are_made_anew_for_what_they_show_of_the_configuration_alone() {
        let before = domain::cast::catalog();
        let alike = |change: &dyn Fn(&mut Catalog)| {
            let mut after = before.clone();
            change(&mut after);
            is_written_alike(&before, &after)
        };
        assert!(alike(&|_| {}));
        assert!(alike(&|catalog| "Another name".clone_into(&mut catalog.site.name)));
        assert!(alike(&|catalog| catalog.groups.clear()));
        assert!(alike(&|catalog| catalog.types[0].retired = true));
        assert!(alike(&|catalog| catalog.choices.retain(|choice| choice.list == ChoiceList::Source)));
        assert!(!alike(&|catalog| "Renamed".clone_into(&mut catalog.statuses[0].name)));
        assert!(!alike(&|catalog| "Renamed".clone_into(&mut catalog.people[0].name)));
        assert!(!alike(&|catalog| catalog.choices.retain(|choice| choice.list != ChoiceList::Source)));
        assert!(!alike(&|catalog| catalog.site.zone = SiteZone::new(&[(0, 13 * 60)])));
    }

    #[test]
    fn times_are_absolute_until_the_time_is_known() {
        let row = named("Mo");
        let shown = |now| RowWriter { row: &row, catalog: &domain::cast::catalog(), now }.cells(&[LeadColumn::Updated], "", false);
        assert!(shown(None).contains(" title=\"1 Jan 1970, 00:00 UTC\">1970-01-01</time>"));
        assert!(shown(Some(5 * 60_000)).contains(">5 min ago</time>"));
    }
}
