//! A list gathered in groups, each with its first leads, its count and what it is worth.

use std::collections::BTreeMap;

use domain::lead_filter::Facet;
use domain::list_view::{GroupedList, ListGroup};
use domain::{Catalog, ChoiceId, GroupId, Grouping, LeadFilter, LeadTypeId, ListView, Scope, StatusId, UserId};
use store::leads::{From, Resolved};

use super::cells;
use crate::catalog::catalog_for;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};

/// Leads that are counted: more take longer than a page may.
const COUNTED_MAX: i64 = 100_000;
/// Groups that show leads; those further down only say how many they have.
const OPEN_GROUPS: usize = 12;
/// Leads that a group shows.
const SHOWN: i64 = 10;
const NONE: &str = "none";

/// The groups of a list, in the order of what they are named after; those without a name last.
///
/// # Errors
/// [`ServiceError::NotFound`] for a list without grouping; [`ServiceError::SignInRequired`]; what the store reports.
pub async fn grouped(ctx: &Ctx, list: &ListView) -> Result<GroupedList> {
    let actor = ctx.actor()?;
    let grouping = list.grouping.ok_or(ServiceError::NotFound)?;
    let (catalog, shown) = (ctx.catalog().await?, catalog_for(ctx).await?);
    let scope = Scope::of(actor);
    let mut tx = ctx.store.read().await?;
    let sums = tx.leads().group_sums(&Resolved::new(&list.filter, &catalog, actor, ctx.now()), &scope, grouping, COUNTED_MAX).await?;
    let currency = tx.leads().only_currency().await?;
    // Statuses of several pipelines that have one name are one group, as they are one filter.
    let mut groups: BTreeMap<(usize, String), ListGroup> = BTreeMap::new();
    for sum in &sums.groups {
        let (place, value, name) = named(grouping, sum.id, &shown);
        let filter = value.map_or_else(|| list.filter.clone(), |value| only(&list.filter, grouping.facet(), &value));
        let narrowed = ListView { grouping: None, ..list.with_filter(filter) };
        let group = groups.entry((place, name.clone())).or_insert_with(|| ListGroup {
            name,
            query: narrowed.to_query(),
            count: 0,
            amount_minor: currency.as_ref().map(|_| 0),
            rows: Vec::new(),
        });
        group.count += sum.count;
        group.amount_minor = group.amount_minor.map(|amount| amount + sum.amount_minor);
    }
    let mut groups: Vec<ListGroup> = groups.into_values().collect();
    for group in groups.iter_mut().take(OPEN_GROUPS) {
        let filter = ListView::from_query(&group.query).filter;
        let page = tx.leads().list(&Resolved::new(&filter, &catalog, actor, ctx.now()), &scope, &From::Start, SHOWN).await?;
        group.rows = page.rows;
    }
    drop(tx);
    cells::fill(ctx, groups.iter_mut().flat_map(|group| &mut group.rows).collect(), list.shown()).await?;
    let count = groups.iter().map(|group| group.count).sum();
    let amount_minor = groups.iter().map(|group| group.amount_minor).sum();
    Ok(GroupedList { groups, count, amount_minor, currency: currency.unwrap_or_else(|| catalog.site.currency.clone()), is_whole: sums.is_whole })
}

/// The same filter with one value of a facet and no other.
fn only(filter: &LeadFilter, facet: Facet, value: &str) -> LeadFilter {
    let mut filter = filter.clone();
    filter.facets.retain(|(other, _)| *other != facet);
    filter.facets.push((facet, value.to_owned()));
    filter.facets.sort();
    filter
}

/// A group's place among the others, its value in the address, and its name. What the person may not know the name of has
/// no value.
fn named(grouping: Grouping, id: Option<i64>, catalog: &Catalog) -> (usize, Option<String>, String) {
    let Some(id) = id else {
        let name = if grouping == Grouping::Owner { "Nobody yet" } else { "None" };
        return (usize::MAX, Some(NONE.to_owned()), name.to_owned());
    };
    let unknown = || (usize::MAX - 1, None, "Something else".to_owned());
    let same = |place: usize, name: &str| (place, Some(name.to_owned()), name.to_owned());
    match grouping {
        Grouping::Status => catalog.statuses.iter().find(|status| status.id == StatusId(id)).map_or_else(unknown, |status| {
            let first = catalog.statuses.iter().position(|other| other.name == status.name).unwrap_or_default();
            same(first, &status.name)
        }),
        Grouping::Owner => catalog.person(UserId(id)).map_or_else(unknown, |person| {
            // An outside person learns names only; they find people by name as well.
            let value = if person.email.is_empty() { &person.name } else { &person.email };
            (0, Some(value.clone()), person.name.clone())
        }),
        Grouping::Group => catalog.group(GroupId(id)).map_or_else(unknown, |group| same(0, &group.name)),
        Grouping::Type => {
            let place = catalog.types.iter().position(|lead_type| lead_type.id == LeadTypeId(id));
            place.map_or_else(unknown, |place| same(place, &catalog.types[place].name))
        }
        Grouping::Source | Grouping::Category => {
            catalog.choice(ChoiceId(id)).map_or_else(unknown, |choice| same(usize::try_from(choice.position).unwrap_or(0), &choice.name))
        }
    }
}
