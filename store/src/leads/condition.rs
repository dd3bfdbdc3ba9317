//! A filter as conditions on columns, each knowing which index serves it.

use domain::custom_field::measure;
use domain::lead_filter::{Bound, Comparison, Facet, day_of};
use domain::text::{fold, search_words};
use domain::{
    Actor, Catalog, ChoiceList, CustomFieldId, DAY_MS, LeadClass, LeadFilter, LeadSort, LeadView, Reach, SortKey, StatusId, Timestamp, UserId, money,
};
use unicode_normalization::UnicodeNormalization as _;

use super::list_sql::sort_index;
use crate::dialect::push_search;
use crate::sql::Sql;
use crate::tx::Engine;

/// A filter with its names resolved to ids, for one person at one moment.
#[derive(Clone, Debug)]
pub struct Resolved {
    pub(super) conditions: Vec<Condition>,
    pub(super) sort: LeadSort,
    pub(super) deleted: bool,
    /// Reaches that the conditions imply already, so that they need no check of their own.
    pub(super) implied: Vec<Reach>,
}

/// A column whose values an index finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Column {
    Owner,
    Group,
    Status,
    Type,
    Source,
    Category,
    CreatedBy,
    Distributor,
}

impl Column {
    pub(super) fn name(self) -> &'static str {
        match self {
            Column::Owner => "owner_id",
            Column::Group => "group_id",
            Column::Status => "status_id",
            Column::Type => "lead_type_id",
            Column::Source => "source_id",
            Column::Category => "category_id",
            Column::CreatedBy => "created_by_id",
            Column::Distributor => "distributor_id",
        }
    }

    fn index(self) -> &'static str {
        match self {
            Column::Owner => "lead_owner",
            Column::Group => "lead_group",
            Column::Status => "lead_status_filter",
            Column::Type => "lead_type_filter",
            Column::Source => "lead_source_filter",
            Column::Category => "lead_category_filter",
            Column::CreatedBy => "lead_created_by",
            Column::Distributor => "lead_distributor",
        }
    }
}

/// A column with an order that bounds cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Measure {
    Created,
    Updated,
    Score,
    Amount,
    Expected,
    Closed,
    Activity,
}

impl Measure {
    fn name(self) -> &'static str {
        match self {
            Measure::Created => "created_at",
            Measure::Updated => "updated_at",
            Measure::Score => "score",
            Measure::Amount => "target_amount_minor",
            Measure::Expected => "expected_at",
            Measure::Closed => "closed_at",
            Measure::Activity => "last_activity_at",
        }
    }

    fn index(self) -> &'static str {
        match self {
            Measure::Created => "lead_created",
            Measure::Updated => "lead_updated",
            Measure::Score => "lead_score",
            Measure::Amount => "lead_amount",
            Measure::Expected => "lead_expected",
            Measure::Closed => "lead_closed",
            Measure::Activity => "lead_activity",
        }
    }
}

/// One condition on a lead.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Condition {
    /// One of these values, or null where `or_null`.
    OneOf {
        column: Column,
        ids: Vec<i64>,
        or_null: bool,
    },
    Between {
        measure: Measure,
        from: Option<i64>,
        to: Option<i64>,
    },
    Offering(Vec<i64>),
    Tag(Vec<String>),
    /// One of these classes.
    Class(Vec<LeadClass>),
    /// None of these classes, as most leads have none at all.
    NotOfClass(Vec<LeadClass>),
    /// One of these folded texts in a field that an administrator added.
    Custom {
        field: CustomFieldId,
        folded: Vec<String>,
    },
    /// A number or day within these in a field that an administrator added.
    CustomBetween {
        field: CustomFieldId,
        from: Option<i64>,
        to: Option<i64>,
    },
    Words(Vec<String>),
    Team(UserId),
    Unclaimed,
    AnyOf(Vec<Condition>),
    /// Matches no lead: a search text without a single letter or digit.
    Nothing,
}

impl Condition {
    /// The index that finds the leads of this condition; `None` when another table does.
    pub(super) fn index(&self) -> Option<&'static str> {
        match self {
            Condition::OneOf { column, .. } => Some(column.index()),
            Condition::Between { measure, .. } => Some(measure.index()),
            Condition::Unclaimed => Some("lead_unclaimed"),
            Condition::Offering(_)
            | Condition::Tag(_)
            | Condition::Class(_)
            | Condition::NotOfClass(_)
            | Condition::Custom { .. }
            | Condition::CustomBetween { .. }
            | Condition::Words(_)
            | Condition::Team(_)
            | Condition::AnyOf(_)
            | Condition::Nothing => None,
        }
    }

    /// Whether its leads are found without going through all of an index.
    pub(super) fn can_drive(&self) -> bool {
        !matches!(self, Condition::OneOf { ids, or_null: true, .. } if !ids.is_empty())
            && !matches!(self, Condition::AnyOf(_) | Condition::NotOfClass(_))
    }

    /// Whether its index gives the leads in the order of a sort.
    pub(super) fn is_in_order_of(&self, sort: SortKey) -> bool {
        match (self, sort) {
            (Condition::OneOf { ids, or_null, .. }, SortKey::Number) => ids.len() + usize::from(*or_null) == 1,
            (Condition::Unclaimed, SortKey::Number) => true,
            (Condition::Between { measure, .. }, sort) => {
                matches!(
                    (measure, sort),
                    (Measure::Updated, SortKey::Updated) | (Measure::Score, SortKey::Score) | (Measure::Amount, SortKey::Amount)
                )
            }
            _ => false,
        }
    }

    /// Appends the condition on `l`. One that drives names all its leads; any other is asked about one lead after the other.
    pub(super) fn push(&self, sql: &mut Sql, engine: Engine, drives: bool) {
        match self {
            Condition::OneOf { column, ids, or_null: true } if ids.is_empty() => {
                sql.push("l.").push(column.name()).push(" is null");
            }
            Condition::OneOf { column, ids, or_null } => {
                sql.push(if *or_null { "(l." } else { "l." }).push(column.name());
                if let [id] = ids.as_slice() {
                    sql.push(" = ").push_bind(*id);
                } else {
                    sql.push(" in ").push_list(ids.iter().copied());
                }
                if *or_null {
                    sql.push(" or l.").push(column.name()).push(" is null)");
                }
            }
            Condition::Between { measure, from, to } => {
                let mut joint = "";
                if let Some(from) = from {
                    sql.push("l.").push(measure.name()).push(" >= ").push_bind(*from);
                    joint = " and ";
                }
                if let Some(to) = to {
                    sql.push(joint).push("l.").push(measure.name()).push(" <= ").push_bind(*to);
                }
            }
            Condition::Offering(ids) if drives => {
                sql.push("l.id in (select lead_id from lead_offering where offering_id in ").push_list(ids.iter().copied()).push(")");
            }
            Condition::Offering(ids) => {
                sql.push("exists (select 1 from lead_offering o where o.lead_id = l.id and o.offering_id in ");
                sql.push_list(ids.iter().copied()).push(")");
            }
            Condition::Tag(tags) if drives => {
                sql.push("l.id in (select lead_id from lead_tag where tag in ").push_list(tags.iter().map(String::as_str)).push(")");
            }
            Condition::Tag(tags) => {
                sql.push("exists (select 1 from lead_tag g where g.lead_id = l.id and g.tag in ");
                sql.push_list(tags.iter().map(String::as_str)).push(")");
            }
            Condition::Class(classes) if drives => {
                sql.push("l.id in (select lead_id from lead_class where class in ").push_list(keys(classes)).push(")");
            }
            Condition::Class(classes) | Condition::NotOfClass(classes) => {
                sql.push(if matches!(self, Condition::Class(_)) { "exists" } else { "not exists" });
                sql.push(" (select 1 from lead_class k where k.lead_id = l.id and k.class in ").push_list(keys(classes)).push(")");
            }
            Condition::Custom { field, folded } => {
                push_custom(sql, *field, drives);
                sql.push(" and c.folded in ").push_list(folded.iter().map(String::as_str)).push(")");
            }
            Condition::CustomBetween { field, from, to } => {
                push_custom(sql, *field, drives);
                if let Some(from) = from {
                    sql.push(" and c.measure >= ").push_bind(*from);
                }
                if let Some(to) = to {
                    sql.push(" and c.measure <= ").push_bind(*to);
                }
                sql.push(")");
            }
            Condition::Words(words) => {
                // The sign keeps the numbers found from being looked up one by one in an index that something else drives.
                sql.push(if drives { "l.id in (" } else { "+l.id in (" });
                push_search(sql, engine, words);
                sql.push(")");
            }
            Condition::Team(user) if !drives => {
                sql.push("exists (select 1 from lead_team t where t.lead_id = l.id and t.user_id = ").push_bind(*user).push(")");
            }
            Condition::Team(user) => {
                sql.push("l.id in (select lead_id from lead_team where user_id = ").push_bind(*user).push(")");
            }
            Condition::Unclaimed => {
                sql.push("l.owner_id is null and l.group_id is null");
            }
            Condition::AnyOf(conditions) => {
                for (index, condition) in conditions.iter().enumerate() {
                    sql.push(if index == 0 { "(" } else { " or (" });
                    // Asked of thousands of leads, so the team's are gathered once; the sign keeps them from being looked up instead.
                    sql.push(if matches!(condition, Condition::Team(_)) { "+" } else { "" });
                    condition.push(sql, engine, matches!(condition, Condition::Team(_)));
                    sql.push(")");
                }
            }
            Condition::Nothing => {
                sql.push("1 = 0");
            }
        }
    }

    /// Whether no lead can meet both this and what a reach asks for.
    pub(super) fn excludes(&self, reach: &Condition) -> bool {
        match (self, reach) {
            (Condition::OneOf { column, ids, .. }, Condition::OneOf { column: other, ids: wanted, .. }) => {
                column == other && !wanted.iter().any(|id| ids.contains(id))
            }
            (Condition::OneOf { column: Column::Owner | Column::Group, or_null, .. }, Condition::Unclaimed) => !or_null,
            (Condition::Nothing, _) => true,
            _ => false,
        }
    }

    /// What a reach asks for; of its columns, always one value and never null.
    pub(super) fn of_reach(reach: &Reach) -> Self {
        let one = |column, id| Condition::OneOf { column, ids: vec![id], or_null: false };
        match reach {
            Reach::Owner(user) => one(Column::Owner, user.0),
            Reach::Group(group) => one(Column::Group, group.0),
            Reach::Unclaimed => Condition::Unclaimed,
            Reach::Team(user) => Condition::Team(*user),
            Reach::CreatedBy(user) => one(Column::CreatedBy, user.0),
            Reach::Distributor(account) => one(Column::Distributor, account.0),
        }
    }
}

/// The index along which the leads of a reach are found by number; of all leads without one.
pub(crate) fn index_of_reach(reach: Option<&Reach>) -> &'static str {
    reach.and_then(|reach| Condition::of_reach(reach).index()).unwrap_or(sort_index(SortKey::Number))
}

/// Appends what a reach asks of `l`; see [`Condition::push`].
pub(crate) fn push_reach(sql: &mut Sql, engine: Engine, reach: &Reach, drives: bool) {
    sql.push("(");
    Condition::of_reach(reach).push(sql, engine, drives);
    sql.push(")");
}

impl Resolved {
    /// Finds the ids behind a filter's names. A name that nobody has matches nothing. Days are those of the site's clocks.
    #[must_use]
    pub fn new(filter: &LeadFilter, catalog: &Catalog, actor: &Actor, now: Timestamp) -> Self {
        let mut conditions = Vec::new();
        let mut implied = Vec::new();
        let my_groups: Vec<_> = actor.groups.iter().chain(&actor.managed_groups).copied().collect();
        let one_of = |column, ids| Condition::OneOf { column, ids, or_null: false };
        match filter.view {
            LeadView::Mine => {
                conditions.push(one_of(Column::Owner, vec![actor.id.0]));
                implied.push(Reach::Owner(actor.id));
            }
            LeadView::Group => {
                let mut ids: Vec<i64> = my_groups.iter().map(|group| group.0).collect();
                ids.sort_unstable();
                ids.dedup();
                conditions.push(one_of(Column::Group, ids));
                implied.extend(my_groups.iter().map(|group| Reach::Group(*group)));
            }
            LeadView::Unassigned => conditions.push(Condition::OneOf { column: Column::Owner, ids: Vec::new(), or_null: true }),
            LeadView::Today => {
                let zone = &catalog.site.zone;
                let midnight = zone.start_of(zone.at(now).today());
                conditions.push(Condition::Between { measure: Measure::Updated, from: Some(midnight.0), to: None });
            }
            LeadView::Won => conditions.push(one_of(Column::Status, statuses_in(catalog, &["won"]))),
            LeadView::Lost => conditions.push(one_of(Column::Status, statuses_in(catalog, &["lost"]))),
            LeadView::All | LeadView::Deleted => {}
        }
        for facet in Facet::ALL {
            let values: Vec<&str> = filter.values(facet).collect();
            if !values.is_empty() {
                conditions.push(facet_condition(facet, &values, catalog, actor));
            }
        }
        push_bounds(&mut conditions, filter, catalog, now);
        push_custom_terms(&mut conditions, filter);
        let words = query_words(&filter.query);
        if !words.is_empty() {
            conditions.push(Condition::Words(words));
        } else if !filter.query.is_empty() {
            conditions.push(Condition::Nothing);
        }
        Self { conditions, sort: filter.sort, deleted: filter.view == LeadView::Deleted, implied }
    }

    /// The same list, only of leads in one of these statuses.
    #[must_use]
    pub fn in_statuses(mut self, statuses: &[StatusId]) -> Self {
        let ids = statuses.iter().map(|status| status.0).collect();
        self.conditions.push(Condition::OneOf { column: Column::Status, ids, or_null: false });
        self
    }

    /// Whether an index answers every condition, so that counting looks at no other table.
    pub(super) fn is_indexed(&self) -> bool {
        self.conditions.iter().all(|condition| condition.index().is_some())
    }
}

fn statuses_in(catalog: &Catalog, states: &[&str]) -> Vec<i64> {
    catalog.statuses.iter().filter(|status| states.contains(&status.state.key())).map(|status| status.id.0).collect()
}

fn facet_condition(facet: Facet, values: &[&str], catalog: &Catalog, actor: &Actor) -> Condition {
    let folded: Vec<String> = values.iter().map(|value| fold(value)).collect();
    let named = |name: &str| folded.contains(&fold(name));
    let choices = |list: ChoiceList| -> Vec<i64> {
        catalog.choices.iter().filter(|choice| choice.list == list && named(&choice.name)).map(|choice| choice.id.0).collect()
    };
    let or_null = values.contains(&"none");
    let one_of = |column, ids, or_null| Condition::OneOf { column, ids, or_null };
    match facet {
        Facet::State => one_of(Column::Status, statuses_in(catalog, values), false),
        Facet::Status => {
            let ids = catalog.statuses.iter().filter(|status| named(&status.name)).map(|status| status.id.0);
            one_of(Column::Status, ids.collect(), false)
        }
        Facet::Type => {
            let ids = catalog.types.iter().filter(|lead_type| named(&lead_type.name)).map(|lead_type| lead_type.id.0);
            one_of(Column::Type, ids.collect(), false)
        }
        Facet::Owner => {
            let mut ids: Vec<i64> = catalog.people.iter().filter(|p| named(&p.email) || named(&p.name)).map(|person| person.id.0).collect();
            if values.contains(&"me") && !ids.contains(&actor.id.0) {
                ids.push(actor.id.0);
            }
            one_of(Column::Owner, ids, or_null)
        }
        Facet::Group => {
            let ids = catalog.groups.iter().filter(|group| named(&group.name)).map(|group| group.id.0);
            one_of(Column::Group, ids.collect(), or_null)
        }
        Facet::Source => one_of(Column::Source, choices(ChoiceList::Source), or_null),
        Facet::Category => one_of(Column::Category, choices(ChoiceList::Category), or_null),
        Facet::Offering => Condition::Offering(choices(ChoiceList::Offering)),
        Facet::Tag => Condition::Tag(folded),
        // Who asks for those of none, too, leaves out the classes that were not named.
        Facet::Class => {
            let is_in = |class: &LeadClass| values.contains(&class.key()) != or_null;
            let classes = LeadClass::ALL.into_iter().filter(is_in).collect();
            if or_null { Condition::NotOfClass(classes) } else { Condition::Class(classes) }
        }
    }
}

fn keys(classes: &[LeadClass]) -> impl Iterator<Item = &'static str> {
    classes.iter().map(|class| class.key())
}

/// Begins a look into the values of a field, up to its further conditions on `c`.
fn push_custom(sql: &mut Sql, field: CustomFieldId, drives: bool) {
    if drives {
        sql.push("l.id in (select c.lead_id from lead_custom c where c.field_id = ").push_bind(field);
    } else {
        sql.push("exists (select 1 from lead_custom c where c.lead_id = l.id and c.field_id = ").push_bind(field);
    }
}

/// Terms about one field: any of the texts, and within the bounds.
fn push_custom_terms(conditions: &mut Vec<Condition>, filter: &LeadFilter) {
    let mut fields: Vec<CustomFieldId> = filter.custom.iter().map(|term| term.field).collect();
    fields.dedup();
    for field in fields {
        let of = |comparison| filter.custom.iter().filter(move |term| term.field == field && term.comparison == comparison);
        let folded: Vec<String> = of(Comparison::Is).map(|term| fold(&term.value)).collect();
        if !folded.is_empty() {
            conditions.push(Condition::Custom { field, folded });
        }
        let from = of(Comparison::From).filter_map(|term| measure(&term.value)).max();
        let to = of(Comparison::To).filter_map(|term| measure(&term.value)).min();
        if from.is_some() || to.is_some() {
            conditions.push(Condition::CustomBetween { field, from, to });
        }
    }
}

fn push_bounds(conditions: &mut Vec<Condition>, filter: &LeadFilter, catalog: &Catalog, now: Timestamp) {
    let zone = &catalog.site.zone;
    let today = zone.at(now).today();
    let day = |bound| filter.bound(bound).and_then(|text| day_of(text, today));
    let days = |from, to| (day(from).map(|day| zone.start_of(day).0), day(to).map(|day| zone.end_of(day).0));
    // Typed as a day, it is kept as one, which is the same by all clocks.
    let typed_days = |from, to| (day(from).map(|day| day.0), day(to).map(|day| day.plus_ms(DAY_MS - 1).0));
    let number = |bound| filter.bound(bound).and_then(|text| text.parse::<i64>().ok());
    let unit = 10_i64.pow(money::minor_digits(&catalog.site.currency));
    let amount = |bound| number(bound).map(|major| major.saturating_mul(unit));
    let ranges = [
        (Measure::Created, days(Bound::CreatedFrom, Bound::CreatedTo)),
        (Measure::Updated, days(Bound::UpdatedFrom, Bound::UpdatedTo)),
        (Measure::Expected, typed_days(Bound::ExpectedFrom, Bound::ExpectedTo)),
        (Measure::Closed, days(Bound::ClosedFrom, Bound::ClosedTo)),
        (Measure::Activity, days(Bound::LastActivityFrom, Bound::LastActivityTo)),
        (Measure::Score, (number(Bound::ScoreFrom), number(Bound::ScoreTo))),
        (Measure::Amount, (amount(Bound::AmountFrom), amount(Bound::AmountTo))),
    ];
    for (measure, (from, to)) in ranges {
        if from.is_some() || to.is_some() {
            conditions.push(Condition::Between { measure, from, to });
        }
    }
}

/// Words of a search text. A text that is only a phone number, in whatever format, is one word: its digits. A single Latin letter
/// or digit begins a word of nearly every lead, and finding all of those takes seconds, so beside other words it counts for nothing.
#[must_use]
pub fn query_words(query: &str) -> Vec<String> {
    let digits: String = query.chars().filter(char::is_ascii_digit).collect();
    let phone_like = digits.len() >= 5 && query.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || "+()-./".contains(c));
    if phone_like {
        let core = digits.trim_start_matches('0');
        return vec![if core.is_empty() { digits } else { core.to_owned() }];
    }
    let words = words_of(query);
    let (longer, letters): (Vec<_>, Vec<_>) = words.into_iter().partition(|word| word.len() > 1);
    if longer.is_empty() { letters.into_iter().take(1).collect() } else { longer.into_iter().take(12).collect() }
}

/// Words to search by. Accents that came apart from their letters, as some systems send them, split no word.
pub(super) fn words_of(text: &str) -> Vec<String> {
    search_words(&text.nfc().collect::<String>())
}
