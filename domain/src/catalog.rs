//! What an administrator configures: lead types with their pipelines, the lists, groups and people, and the site.
//!
//! Records hold ids; whoever shows them looks the name up here. Retired entries stay, so that old records keep theirs.

use serde::{Deserialize, Serialize};

use crate::{ChoiceId, CustomField, CustomFieldId, GroupId, LeadTypeId, LifeCycle, Role, SiteZone, StatusId, UserId};

/// The configured lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChoiceList {
    /// Where they found us.
    Source,
    /// A label such as business partner or customer.
    Category,
    /// What they are interested in.
    Offering,
    LostReason,
    Priority,
    Importance,
    /// Opportunity stages, numbered: 01-Suspect first.
    Stage,
    /// Partner the lead belongs to.
    Partner,
    /// Location the lead belongs to.
    Location,
    /// Firms that could win the same leads.
    Competitor,
}

impl ChoiceList {
    /// Every list.
    pub const ALL: [ChoiceList; 10] = [
        ChoiceList::Source,
        ChoiceList::Category,
        ChoiceList::Offering,
        ChoiceList::LostReason,
        ChoiceList::Priority,
        ChoiceList::Importance,
        ChoiceList::Stage,
        ChoiceList::Partner,
        ChoiceList::Location,
        ChoiceList::Competitor,
    ];

    /// The word stored.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            ChoiceList::Source => "source",
            ChoiceList::Category => "category",
            ChoiceList::Offering => "offering",
            ChoiceList::LostReason => "lost_reason",
            ChoiceList::Priority => "priority",
            ChoiceList::Importance => "importance",
            ChoiceList::Stage => "stage",
            ChoiceList::Partner => "partner",
            ChoiceList::Location => "location",
            ChoiceList::Competitor => "competitor",
        }
    }

    /// What people call the list.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            ChoiceList::Source => "Sources",
            ChoiceList::Category => "Categories",
            ChoiceList::Offering => "Offerings",
            ChoiceList::LostReason => "Lost reasons",
            ChoiceList::Priority => "Priorities",
            ChoiceList::Importance => "Importance",
            ChoiceList::Stage => "Opportunity stages",
            ChoiceList::Partner => "Partners",
            ChoiceList::Location => "Locations",
            ChoiceList::Competitor => "Competitors",
        }
    }

    /// What it is for, for whoever configures it.
    #[must_use]
    pub fn purpose(self) -> &'static str {
        match self {
            ChoiceList::Source => "Where leads found us",
            ChoiceList::Category => "What a lead is to us: prospect, customer, partner",
            ChoiceList::Offering => "What leads are interested in",
            ChoiceList::LostReason => "Why leads are lost; losing one asks for it",
            ChoiceList::Priority => "Order in which leads are worked",
            ChoiceList::Importance => "How much a lead matters",
            ChoiceList::Stage => "How far an opportunity is; new ones start at the default",
            ChoiceList::Partner => "Partners that leads belong to",
            ChoiceList::Location => "Locations that leads belong to",
            ChoiceList::Competitor => "Firms that could win the same leads",
        }
    }

    /// Whether something cannot be done without an entry on offer: losing a lead, adding one with its opportunity.
    #[must_use]
    pub fn is_needed(self) -> bool {
        matches!(self, ChoiceList::LostReason | ChoiceList::Stage)
    }

    /// Reads [`ChoiceList::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|list| list.key() == key)
    }
}

/// How far uses of something configured are counted; one more means "or more".
pub const USES_MOST: i64 = 999;

/// One entry of a configured list.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Choice {
    pub id: ChoiceId,
    pub list: ChoiceList,
    pub name: String,
    /// Order within its list, from 1.
    pub position: i64,
    /// Taken when nobody chooses.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_default: bool,
    /// A source that is no answer without saying which account referred the caller.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub asks_referrer: bool,
    /// An offering that is a physical good; one that is none is a service.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_goods: bool,
    /// No longer offered, still shown on old records.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retired: bool,
}

/// A lead type: decides the pipeline and the defaults of its leads.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LeadType {
    pub id: LeadTypeId,
    pub name: String,
    pub position: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_category: Option<ChoiceId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_priority: Option<ChoiceId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_importance: Option<ChoiceId>,
    /// Percent, 0 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_probability: Option<i64>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retired: bool,
}

/// A status of one lead type's pipeline. It belongs to exactly one life cycle state.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Status {
    pub id: StatusId,
    pub lead_type: LeadTypeId,
    pub name: String,
    pub state: LifeCycle,
    pub position: i64,
    /// One of the named tones of the style sheet: grey, blue, violet, teal, amber, green, red, pink.
    pub tone: String,
    /// Days a lead may rest here before its age is shown as late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_days: Option<i64>,
    /// The one an action takes when it leads into this state.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_default: bool,
    /// Statuses a lead may move to from here.
    pub moves: Vec<StatusId>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retired: bool,
}

/// A group (unit) of people among whom one may accept a lead.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Group {
    pub id: GroupId,
    pub name: String,
    #[serde(default)]
    pub region: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manager: Option<UserId>,
    pub members: Vec<UserId>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retired: bool,
}

/// A person as others see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub role: Role,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disabled: bool,
}

/// Settings of the whole site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    pub name: String,
    /// ISO 4217 code of amounts that name no other.
    pub currency: String,
    /// ISO 3166 code of phone numbers typed without a country code.
    pub region: String,
    /// Group that receives what comes in by itself; `None` leaves it to everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intake_group: Option<GroupId>,
    /// What tells the firm's logo from its former ones, and names it in its address; `None` where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    /// Whether leads are scored by rules or a model; before that, every score was typed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_scoring: bool,
    /// What the fifth thing is called that qualifies a lead, see [`crate::Dimension::Action`]; empty for the usual name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub action_label: String,
    /// The clocks by which pages tell times, and days begin.
    pub zone: SiteZone,
    /// IANA name of the zone of these clocks. Stays on the server, like the working hours: pages do not need them.
    #[serde(skip)]
    pub time_zone: String,
    #[serde(skip)]
    pub hours: WorkingHours,
    /// Hours in which a lead that was handed over has to be touched. Stays on the server too.
    #[serde(skip)]
    pub touch_within_hours: i64,
}

/// What a site has until somebody configures it.
impl Default for Site {
    fn default() -> Self {
        Self {
            name: "Leadwright".to_owned(),
            currency: "GBP".to_owned(),
            region: "GB".to_owned(),
            intake_group: None,
            logo: None,
            has_scoring: false,
            action_label: String::new(),
            zone: SiteZone::default(),
            time_zone: "Europe/London".to_owned(),
            hours: WorkingHours::default(),
            touch_within_hours: crate::radar::WITHIN_HOURS,
        }
    }
}

/// When people work, in the site's time zone. Deadlines that count working hours count these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkingHours {
    /// Days of the week, 1 (Monday) to 7, in order.
    pub days: Vec<u8>,
    /// Minutes after midnight.
    pub from_minute: i64,
    /// Minutes after midnight, later than `from_minute`.
    pub to_minute: i64,
}

impl Default for WorkingHours {
    fn default() -> Self {
        Self { days: vec![1, 2, 3, 4, 5], from_minute: 9 * 60, to_minute: 17 * 60 + 30 }
    }
}

/// Names of the days of the week, Monday first.
pub const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// Minutes after midnight as a clock shows them: `09:30`.
#[must_use]
pub fn clock_text(minute: i64) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// Reads [`clock_text`] back; `9:30` will do, and `24:00` is the end of the day.
#[must_use]
pub fn parse_clock(text: &str) -> Option<i64> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let is_short = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    if !is_short(hours) || !is_short(minutes) {
        return None;
    }
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    let minute = hours * 60 + minutes;
    (minutes < 60 && minute <= 24 * 60).then_some(minute)
}

/// Everything configured, as one value that travels to the browser once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalog {
    pub site: Site,
    pub types: Vec<LeadType>,
    pub statuses: Vec<Status>,
    pub choices: Vec<Choice>,
    /// Fields that an administrator added, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<CustomField>,
    pub groups: Vec<Group>,
    pub people: Vec<Person>,
}

impl Catalog {
    /// A status, retired or not.
    #[must_use]
    pub fn status(&self, id: StatusId) -> Option<&Status> {
        self.statuses.iter().find(|status| status.id == id)
    }

    /// A choice, retired or not.
    #[must_use]
    pub fn choice(&self, id: ChoiceId) -> Option<&Choice> {
        self.choices.iter().find(|choice| choice.id == id)
    }

    /// A lead type, retired or not.
    #[must_use]
    pub fn lead_type(&self, id: LeadTypeId) -> Option<&LeadType> {
        self.types.iter().find(|lead_type| lead_type.id == id)
    }

    /// A person, disabled or not.
    #[must_use]
    pub fn person(&self, id: UserId) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }

    /// A group, retired or not.
    #[must_use]
    pub fn group(&self, id: GroupId) -> Option<&Group> {
        self.groups.iter().find(|group| group.id == id)
    }

    /// The name of a person, or what to show instead.
    #[must_use]
    pub fn person_name(&self, id: UserId) -> String {
        self.person(id).map_or_else(|| "someone else".to_owned(), |person| person.name.clone())
    }

    /// The name of a choice; empty when unknown.
    #[must_use]
    pub fn choice_name(&self, id: ChoiceId) -> String {
        self.choice(id).map_or_else(String::new, |choice| choice.name.clone())
    }

    /// Entries of a list that may be chosen today, in their order.
    pub fn offered(&self, list: ChoiceList) -> impl Iterator<Item = &Choice> {
        self.choices.iter().filter(move |choice| choice.list == list && !choice.retired)
    }

    /// An entry by its name, ignoring case and surrounding space.
    #[must_use]
    pub fn choice_named(&self, list: ChoiceList, name: &str) -> Option<&Choice> {
        let name = crate::text::fold(name);
        self.choices.iter().find(|choice| choice.list == list && crate::text::fold(&choice.name) == name)
    }

    /// The default entry of a list, where one is marked.
    #[must_use]
    pub fn default_choice(&self, list: ChoiceList) -> Option<ChoiceId> {
        self.offered(list).find(|choice| choice.is_default).map(|choice| choice.id)
    }

    /// Lead types on offer, in their order.
    pub fn offered_types(&self) -> impl Iterator<Item = &LeadType> {
        self.types.iter().filter(|lead_type| !lead_type.retired)
    }

    /// The pipeline of a type: its statuses on offer, in their order.
    pub fn pipeline(&self, lead_type: LeadTypeId) -> impl Iterator<Item = &Status> {
        self.statuses.iter().filter(move |status| status.lead_type == lead_type && !status.retired)
    }

    /// A field that an administrator added, retired or not.
    #[must_use]
    pub fn field(&self, id: CustomFieldId) -> Option<&CustomField> {
        self.fields.iter().find(|field| field.id == id)
    }

    /// Fields on offer that leads of this type have, in their order.
    pub fn fields_of(&self, lead_type: LeadTypeId) -> impl Iterator<Item = &CustomField> {
        self.fields.iter().filter(move |field| field.is_of(lead_type) && !field.retired)
    }

    /// The status an action takes when it leads a lead of this type into this state.
    #[must_use]
    pub fn default_status(&self, lead_type: LeadTypeId, state: LifeCycle) -> Option<&Status> {
        let mut of_state = self.pipeline(lead_type).filter(|status| status.state == state);
        let first = of_state.next();
        first.filter(|status| status.is_default).or_else(|| of_state.find(|status| status.is_default)).or(first)
    }

    /// People who may own a lead: in the house and not disabled.
    pub fn possible_owners(&self) -> impl Iterator<Item = &Person> {
        self.people.iter().filter(|person| !person.disabled && person.role.is_internal())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_day_reads_back() {
        for minute in [0, 9 * 60, 17 * 60 + 30, 24 * 60] {
            assert_eq!(parse_clock(&clock_text(minute)), Some(minute));
        }
        assert_eq!(parse_clock(" 8:05 "), Some(485));
        for text in ["", "9", "24:01", "12:60", "-1:00", "009:00", "1:+5"] {
            assert_eq!(parse_clock(text), None, "{text}");
        }
    }
}
