//! What a list should show: a plain filter and sort in Rust; and the filters, sorts and people that tests try.

use domain::cast::{MARTIN, SOUTH};
use domain::lead_filter::{Bound, Facet, day_of};
use domain::text::{fold, search_words};
use domain::{Actor, ChoiceId, LeadFilter, LeadSort, LeadView, LifeCycle, Reach, SiteZone, SortKey, Timestamp};

use super::generated::class_of;
use super::*;

fn shows(filter: &LeadFilter, lead: &Lead, actor: &Actor, catalog: &Catalog) -> bool {
    in_view(filter.view, lead, actor, &catalog.site.zone)
        && Facet::ALL.into_iter().all(|facet| {
            let mut values = filter.values(facet).peekable();
            values.peek().is_none() || values.any(|value| has(lead, facet, value, actor, catalog))
        })
        && Bound::ALL.into_iter().all(|bound| filter.bound(bound).is_none_or(|text| within(lead, bound, text, &catalog.site.zone)))
        && finds(&filter.query, lead)
}

fn in_view(view: LeadView, lead: &Lead, actor: &Actor, zone: &SiteZone) -> bool {
    let fits = match view {
        LeadView::Mine => lead.owner == Some(actor.id),
        LeadView::Group => lead.group.is_some_and(|group| actor.groups.contains(&group) || actor.managed_groups.contains(&group)),
        LeadView::Unassigned => lead.owner.is_none(),
        LeadView::Today => zone.day(lead.updated_at) == zone.day(NOW),
        LeadView::Won => lead.state.life_cycle() == LifeCycle::Won,
        LeadView::Lost => lead.state.life_cycle() == LifeCycle::Lost,
        LeadView::All | LeadView::Deleted => true,
    };
    fits && lead.deleted_at.is_some() == (view == LeadView::Deleted)
}

fn has(lead: &Lead, facet: Facet, value: &str, actor: &Actor, catalog: &Catalog) -> bool {
    let choice = |id: Option<ChoiceId>| id.map_or("none".to_owned(), |id| catalog.choice_name(id)) == value;
    match facet {
        Facet::State => lead.state.life_cycle().key() == value,
        Facet::Status => catalog.status(lead.status).unwrap().name == value,
        Facet::Type => catalog.lead_type(lead.lead_type).unwrap().name == value,
        Facet::Owner if value == "me" => lead.owner == Some(actor.id),
        Facet::Owner => lead.owner.map_or("none", |id| catalog.person(id).unwrap().email.as_str()) == value,
        Facet::Group => lead.group.map_or("none", |id| catalog.group(id).unwrap().name.as_str()) == value,
        Facet::Source => choice(lead.source),
        Facet::Category => choice(lead.category),
        Facet::Tag => lead.tags.iter().any(|tag| *tag == value.to_lowercase()),
        Facet::Class => class_of(lead.id).map_or("none", domain::LeadClass::key) == value,
        Facet::Offering => lead.offerings.iter().any(|id| catalog.choice_name(*id) == value),
    }
}

fn within(lead: &Lead, bound: Bound, text: &str, zone: &SiteZone) -> bool {
    let number = || text.parse::<i64>().unwrap();
    let day = if bound.is_day() { day_of(text, zone.at(NOW).today()).unwrap().day() } else { String::new() };
    let text = day.as_str();
    let from = |at: Timestamp| zone.day(at).as_str() >= text;
    let until = |at: Timestamp| zone.day(at).as_str() <= text;
    match bound {
        Bound::CreatedFrom => from(lead.created_at),
        Bound::CreatedTo => until(lead.created_at),
        Bound::UpdatedFrom => from(lead.updated_at),
        Bound::UpdatedTo => until(lead.updated_at),
        Bound::ExpectedFrom => lead.expected_at.is_some_and(|at| at.day().as_str() >= text),
        Bound::ExpectedTo => lead.expected_at.is_some_and(|at| at.day().as_str() <= text),
        Bound::ClosedFrom => lead.state.closed_at().is_some_and(from),
        Bound::ClosedTo => lead.state.closed_at().is_some_and(until),
        Bound::LastActivityFrom => lead.latest.activity_at.is_some_and(from),
        Bound::LastActivityTo => lead.latest.activity_at.is_some_and(until),
        Bound::ScoreFrom => lead.score >= number(),
        Bound::ScoreTo => lead.score <= number(),
        Bound::AmountFrom => lead.target_amount_minor >= number() * 100,
        Bound::AmountTo => lead.target_amount_minor <= number() * 100,
    }
}

fn finds(query: &str, lead: &Lead) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    if digits(query).len() >= 5 && !query.chars().any(char::is_alphabetic) {
        let wanted = digits(query);
        let numbers = lead.phones.iter().flat_map(|phone| {
            let e164 = digits(phone.e164.as_deref().unwrap_or_default());
            let national = ["44", "1"].iter().find_map(|code| e164.strip_prefix(code)).unwrap_or_default().to_owned();
            [digits(&phone.raw), e164, format!("0{national}"), format!("00{}", digits(phone.e164.as_deref().unwrap_or_default())), national]
        });
        return numbers.into_iter().any(|number| number.starts_with(&wanted) && !number.is_empty());
    }
    let emails = lead.emails.iter().map(EmailAddress::folded).collect::<Vec<_>>().join(" ");
    let phones = lead.phones.iter().map(|phone| digits(&phone.raw)).collect::<Vec<_>>().join(" ");
    let words = search_words(&format!("{} {} {} {emails} {phones}", lead.full_name, lead.account.name, lead.address.city));
    let wanted = search_words(query);
    (query.is_empty() || !wanted.is_empty()) && wanted.iter().all(|wanted| words.iter().any(|word| word.starts_with(wanted)))
}

/// Numbers of the leads that a list should show, in its order.
pub(crate) fn expected(leads: &[Lead], filter: &LeadFilter, actor: &Actor, scope: &Scope, catalog: &Catalog) -> Vec<i64> {
    let mut found: Vec<&Lead> = leads.iter().filter(|lead| scope.includes(&lead.audience()) && shows(filter, lead, actor, catalog)).collect();
    let number = |lead: &Lead| match filter.sort.key {
        SortKey::Number | SortKey::Name => 0,
        SortKey::Updated => lead.updated_at.0,
        SortKey::Score => lead.score,
        SortKey::Amount => lead.target_amount_minor,
    };
    let name = |lead: &Lead| if filter.sort.key == SortKey::Name { fold(&lead.full_name) } else { String::new() };
    found.sort_by_key(|lead| (number(lead), name(lead), lead.id));
    if filter.sort.descending {
        found.reverse();
    }
    found.into_iter().map(|lead| lead.id.0).collect()
}

pub(crate) const SORTS: [&str; 10] = ["-number", "number", "-updated", "updated", "-score", "score", "-amount", "amount", "-name", "name"];

pub(crate) const FILTERS: [&str; 56] = [
    "",
    "state=pending",
    "state=won&state=lost&state=cancelled",
    "status=Won",
    "status=Contacting&status=Nurture",
    "status=Nowhere",
    "type=Renewal",
    "type=Renewal&type=Sales+enquiry",
    "owner=me",
    "owner=none",
    "owner=none&owner=ana.reyes@house.test",
    "owner=me&owner=none&owner=ana.reyes@house.test",
    "owner=stranger@house.test",
    "group=North",
    "group=none",
    "group=none&group=South",
    "source=Web",
    "source=none",
    "source=Web&source=none",
    "source=Web&source=Referral&category=Customer",
    "category=none&offering=Cloud",
    "offering=Cloud&offering=Training",
    "offering=Nothing",
    "tag=vip",
    "tag=VIP&tag=trade+fair&state=pending",
    "tag=unheard+of",
    "class=aql",
    "class=none",
    "class=none&class=rql",
    "class=oql&class=rql&owner=me&state=pending",
    "class=aql&class=none&class=oql&class=rql",
    "score_from=0",
    "score_from=-100&score_to=100",
    "score_from=1&score_to=-1",
    "amount_from=126&amount_to=400",
    "created_from=2025-11-20",
    "created_from=2025-11-18&created_to=2025-11-21",
    "updated_from=2025-11-24",
    "created_from=today-5&last_activity_to=today-1&expected_from=today-2",
    "updated_from=2025-11-23&updated_to=2025-11-24&created_to=2025-11-23",
    "expected_from=2025-11-22&expected_to=2025-11-26",
    "expected_to=2025-11-24&owner=me&owner=none&source=Web",
    "closed_from=2025-11-20",
    "closed_to=2025-11-22&state=won&state=lost&last_activity_from=2025-11-18",
    "last_activity_to=2025-11-22",
    "last_activity_from=2025-11-17&last_activity_to=2025-11-24&offering=Cloud&q=ad",
    "q=ad",
    "q=j",
    "q=-r&owner=none",
    "q=h&state=pending&sort=-updated",
    "q=acme+jo+hu",
    "q=émile+roy@har",
    "q=...",
    "q=0161+496+0101",
    "q=%2B44+(161)+496",
    "owner=none&score_from=-200&q=field&offering=Cloud&created_to=2025-11-23&state=pending&state=in_progress",
];

pub(crate) fn filter_of(view: LeadView, query: &str, sort: &str) -> LeadFilter {
    LeadFilter { view, sort: LeadSort::parse(sort).unwrap(), ..LeadFilter::from_query(query) }
}

/// Who looks, with their scope: everybody of the cast, and Maya with each reach alone.
pub(crate) fn lookers() -> Vec<(Actor, Scope)> {
    let mut lookers: Vec<_> =
        [ADA, ANA, MARTIN, MAYA, INES, DORA].map(cast::actor).into_iter().map(|actor| (actor.clone(), Scope::of(&actor))).collect();
    let alone = [
        vec![],
        vec![Reach::Owner(MAYA)],
        vec![Reach::Unclaimed],
        vec![Reach::Team(ANA), Reach::Team(MAYA)],
        vec![Reach::CreatedBy(INES)],
        vec![Reach::Group(SOUTH), Reach::Distributor(NORTHWIND)],
    ];
    lookers.extend(alone.map(|reaches| (cast::actor(MAYA), Scope::Any(reaches))));
    lookers
}
