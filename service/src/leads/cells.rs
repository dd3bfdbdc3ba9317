//! What the columns of a list show of a lead: as cells for rows, as texts for files.

use std::collections::{BTreeMap, HashMap};

use domain::{Catalog, ChoiceId, CustomFieldId, CustomKind, DAY_MS, Lead, LeadCell, LeadClass, LeadColumn, LeadId, LeadRow, Timestamp, money};

use crate::catalog::catalog_for;
use crate::ctx::Ctx;
use crate::error::Result;

/// Whether what a column shows is not in a row of a list.
pub(super) fn needs_whole(column: LeadColumn) -> bool {
    !column.is_plain() && !matches!(column, LeadColumn::Custom(_))
}

/// Of what class leads are, where a column shows it; it stands beside them.
pub(super) async fn classes(ctx: &Ctx, ids: &[LeadId], columns: &[LeadColumn]) -> Result<BTreeMap<LeadId, LeadClass>> {
    if ids.is_empty() || !columns.contains(&LeadColumn::Class) {
        return Ok(BTreeMap::new());
    }
    Ok(ctx.store.ask().await?.lead_classes().classes_of(ids).await?)
}

/// Adds what the columns beyond the plain ones show. The rows are those that the person was just found to see; what is not in
/// them is read at once.
pub(super) async fn fill(ctx: &Ctx, rows: Vec<&mut LeadRow>, columns: &[LeadColumn]) -> Result<()> {
    if columns.iter().all(|column| column.is_plain()) {
        return Ok(());
    }
    let ids: Vec<LeadId> = rows.iter().map(|row| row.id).collect();
    if columns.iter().copied().any(needs_whole) {
        let leads = ctx.store.read().await?.leads().find_many(&ids).await?.into_iter().map(|lead| (lead.id, lead)).collect();
        return put(ctx, rows, columns, &leads).await;
    }
    let own = ctx.store.ask().await?.leads().own_fields(&ids).await?;
    let catalog = catalog_for(ctx).await?;
    for row in rows {
        let cells = own_columns(columns).map(|id| own_cell(id, own.get(&row.id), &row.currency, &catalog));
        row.cells = cells.collect();
    }
    Ok(())
}

/// The same with the leads that were read already.
pub(super) async fn put(ctx: &Ctx, rows: Vec<&mut LeadRow>, columns: &[LeadColumn], leads: &HashMap<LeadId, Lead>) -> Result<()> {
    let columns: Vec<LeadColumn> = columns.iter().copied().filter(|column| !column.is_plain()).collect();
    let catalog = catalog_for(ctx).await?;
    let ids: Vec<LeadId> = rows.iter().map(|row| row.id).collect();
    let classes = classes(ctx, &ids, &columns).await?;
    for row in rows {
        let lead = leads.get(&row.id);
        let class = classes.get(&row.id).copied();
        let cells = columns.iter().map(|column| match (column, lead) {
            (LeadColumn::Custom(field), _) => own_cell(*field, lead.map(|lead| &lead.custom), &row.currency, &catalog),
            (column, Some(lead)) => cell(*column, lead, class, &catalog, ctx.now()),
            (_, None) => LeadCell::Text(String::new()),
        });
        row.cells = cells.collect();
    }
    Ok(())
}

fn own_columns(columns: &[LeadColumn]) -> impl Iterator<Item = CustomFieldId> {
    columns.iter().filter_map(|column| if let LeadColumn::Custom(id) = column { Some(*id) } else { None })
}

/// A field that an administrator added, as its kind is read; nothing where it was removed meanwhile.
fn own_cell(id: CustomFieldId, values: Option<&BTreeMap<CustomFieldId, String>>, currency: &str, catalog: &Catalog) -> LeadCell {
    let value = values.and_then(|values| values.get(&id)).map_or("", String::as_str);
    let Some(field) = catalog.field(id) else { return LeadCell::Text(String::new()) };
    let shown = field.display(value, currency);
    match field.kind {
        CustomKind::Number | CustomKind::Money => LeadCell::Figure(shown),
        CustomKind::Link if !shown.is_empty() => LeadCell::Link(shown),
        _ => LeadCell::Text(shown),
    }
}

fn cell(column: LeadColumn, lead: &Lead, class: Option<LeadClass>, catalog: &Catalog, now: Timestamp) -> LeadCell {
    let moment = |at: Option<Timestamp>| at.map_or_else(|| LeadCell::Text(String::new()), LeadCell::At);
    match column {
        LeadColumn::Rested => rested(lead, catalog, now),
        LeadColumn::Contacted => moment(lead.latest.contacted_at),
        LeadColumn::Activity => moment(lead.latest.activity_at),
        LeadColumn::Created => LeadCell::At(lead.created_at),
        LeadColumn::Comment => match lead.latest.commented_at {
            Some(at) => LeadCell::Said { at, text: lead.latest.comment.clone() },
            None => LeadCell::Text(String::new()),
        },
        _ => LeadCell::Text(text(column, lead, class, catalog, now)),
    }
}

/// Days in the status. Past the status's due days they are red, in the last quarter of them amber; a closed lead rests
/// in peace.
fn rested(lead: &Lead, catalog: &Catalog, now: Timestamp) -> LeadCell {
    let days = days_in_status(lead, now);
    let due = catalog.status(lead.status).filter(|status| status.state.is_open()).and_then(|status| status.due_days);
    let tone = match due {
        Some(due) if days > due => "red",
        Some(due) if days * 4 >= due * 3 => "amber",
        _ => "",
    };
    LeadCell::Days { days, tone: tone.to_owned() }
}

fn days_in_status(lead: &Lead, now: Timestamp) -> i64 {
    ((now.0 - lead.status_since.0) / DAY_MS).max(0)
}

/// What a column says of a lead, as files and spreadsheets hold it: times in full, amounts without their currency.
pub(super) fn text(column: LeadColumn, lead: &Lead, class: Option<LeadClass>, catalog: &Catalog, now: Timestamp) -> String {
    let choice = |id: Option<ChoiceId>| id.map_or_else(String::new, |id| catalog.choice_name(id));
    let moment = |at: Option<Timestamp>| at.map_or_else(String::new, Timestamp::rfc3339);
    match column {
        LeadColumn::Number => lead.id.to_string(),
        LeadColumn::Name => lead.full_name.clone(),
        LeadColumn::Account => lead.account.name.clone(),
        LeadColumn::Status => catalog.status(lead.status).map_or_else(String::new, |status| status.name.clone()),
        LeadColumn::Owner => lead.owner.map_or_else(String::new, |id| catalog.person_name(id)),
        LeadColumn::Group => lead.group.and_then(|id| catalog.group(id)).map_or_else(String::new, |group| group.name.clone()),
        LeadColumn::Source => choice(lead.source),
        LeadColumn::Score => lead.score.to_string(),
        LeadColumn::Amount => money::plain(lead.target_amount_minor, &lead.currency),
        LeadColumn::Updated => lead.updated_at.rfc3339(),
        LeadColumn::Created => lead.created_at.rfc3339(),
        LeadColumn::Rested => days_in_status(lead, now).to_string(),
        LeadColumn::Contacted => moment(lead.latest.contacted_at),
        LeadColumn::Comment => lead.latest.comment.clone(),
        LeadColumn::Activity => moment(lead.latest.activity_at),
        LeadColumn::Type => catalog.lead_type(lead.lead_type).map_or_else(String::new, |lead_type| lead_type.name.clone()),
        LeadColumn::Category => choice(lead.category),
        LeadColumn::Priority => choice(lead.priority),
        LeadColumn::Importance => choice(lead.importance),
        LeadColumn::Probability => lead.probability.map_or_else(String::new, |percent| format!("{percent} %")),
        LeadColumn::Expected => lead.expected_at.map_or_else(String::new, Timestamp::day),
        LeadColumn::Offerings => lead.offerings.iter().map(|id| catalog.choice_name(*id)).collect::<Vec<_>>().join(", "),
        LeadColumn::Tags => lead.tags.join(", "),
        LeadColumn::Phone => lead.phone().unwrap_or_default().to_owned(),
        LeadColumn::Email => lead.email().unwrap_or_default().to_owned(),
        LeadColumn::City => lead.address.city.clone(),
        LeadColumn::Postcode => lead.address.postcode.clone(),
        LeadColumn::Country => lead.address.country.clone(),
        LeadColumn::Partner => choice(lead.partner),
        LeadColumn::Location => choice(lead.location),
        LeadColumn::Class => class.map_or_else(String::new, |class| class.label().to_owned()),
        LeadColumn::Custom(id) => lead.custom.get(&id).cloned().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use domain::cast::{self, NOW};

    use super::*;

    #[test]
    fn days_in_a_status_are_coloured_past_what_is_due() {
        let mut catalog = cast::catalog();
        let lead = cast::lead();
        let tone = |catalog: &Catalog, days: i64| rested(&lead, catalog, NOW.plus_ms(days * DAY_MS));
        let shown = |days: i64, tone: &str| LeadCell::Days { days, tone: tone.to_owned() };
        assert_eq!(tone(&catalog, 90), shown(90, ""));
        for status in &mut catalog.statuses {
            status.due_days = Some(8);
        }
        assert_eq!(tone(&catalog, 5), shown(5, ""));
        assert_eq!(tone(&catalog, 6), shown(6, "amber"));
        assert_eq!(tone(&catalog, 8), shown(8, "amber"));
        assert_eq!(tone(&catalog, 9), shown(9, "red"));
        for status in &mut catalog.statuses {
            status.state = domain::LifeCycle::Won;
        }
        assert_eq!(tone(&catalog, 9), shown(9, ""));
    }
}
