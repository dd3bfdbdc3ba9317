//! Reading what was typed or chosen for a field.

use super::value::FieldValue;
use super::{FieldKind, LeadField};
use crate::text::{EmailAddress, Phone, TextError, line, note, required_line, split_list, tags};
use crate::{Catalog, ChoiceId, ChoiceList, CustomField, GroupId, Timestamp, UserId, money};

impl LeadField {
    /// Reads what was typed or chosen. Several values (check boxes) come one by one in `typed`; phone numbers are read by
    /// `phone`, which knows numbering plans. Choices may be given by id or by name.
    ///
    /// # Errors
    /// The sentence for the field.
    pub fn parse(
        self,
        typed: &[&str],
        currency: &str,
        catalog: &Catalog,
        phone: &dyn Fn(&str) -> Result<Phone, TextError>,
    ) -> Result<FieldValue, String> {
        let text = typed.first().copied().unwrap_or_default().trim();
        let said = |error: TextError| error.to_string();
        let many = || typed.iter().copied().filter(|text| !text.trim().is_empty());
        Ok(match self.kind() {
            FieldKind::Line if self == LeadField::FullName => FieldValue::Text(required_line(text, "a name").map_err(said)?),
            FieldKind::Line => FieldValue::Text(line(text).map_err(said)?),
            FieldKind::Note => FieldValue::Text(note(text).map_err(said)?),
            FieldKind::Phones => FieldValue::Phones(split_list(text).iter().map(|part| phone(part)).collect::<Result<_, _>>().map_err(said)?),
            FieldKind::Emails => {
                FieldValue::Emails(split_list(text).iter().map(|part| EmailAddress::parse(part)).collect::<Result<_, _>>().map_err(said)?)
            }
            FieldKind::Tags => FieldValue::Tags(tags(text).map_err(said)?),
            FieldKind::Status => FieldValue::Status(text.parse().map_err(|_| "Choose a status".to_owned())?),
            FieldKind::Person => FieldValue::Person(if text.is_empty() { None } else { Some(parse_person(text, catalog)?) }),
            FieldKind::People => FieldValue::People(in_order(many().map(|text| parse_person(text, catalog)).collect::<Result<_, _>>()?)),
            FieldKind::Group => FieldValue::Group(if text.is_empty() { None } else { Some(parse_group(text, catalog)?) }),
            FieldKind::Choice(list) => FieldValue::Choice(if text.is_empty() { None } else { Some(parse_choice(text, list, catalog)?) }),
            FieldKind::Choices(list) => {
                FieldValue::Choices(in_order(many().map(|text| parse_choice(text, list, catalog)).collect::<Result<_, _>>()?))
            }
            FieldKind::Number { optional: true, .. } if text.is_empty() => FieldValue::Number(None),
            FieldKind::Number { least, most, .. } => {
                let number: Option<i64> = text.trim_end_matches('%').trim().parse().ok();
                let number = number.filter(|number| (least..=most).contains(number));
                FieldValue::Number(Some(number.ok_or_else(|| format!("Enter a whole number from {least} to {most}"))?))
            }
            FieldKind::Money if text.is_empty() => FieldValue::Money(0),
            FieldKind::Money => {
                let amount = money::parse_minor(text, currency);
                FieldValue::Money(amount.ok_or_else(|| "Enter an amount like 12,500 or 99.50".to_owned())?)
            }
            FieldKind::Custom => {
                let LeadField::Custom(id) = self else { return Err("There is no such field".to_owned()) };
                let field = catalog.field(id).ok_or_else(|| "There is no such field any more".to_owned())?;
                FieldValue::Custom(id, required(field, field.parse(text, currency)?)?)
            }
            FieldKind::Day if text.is_empty() => FieldValue::Day(None),
            FieldKind::Day => {
                let day = Timestamp::parse_day(text);
                FieldValue::Day(Some(day.ok_or_else(|| "Enter a date like 2026-11-24".to_owned())?))
            }
        })
    }
}

fn required(field: &CustomField, value: String) -> Result<String, String> {
    if value.is_empty() && field.required { Err(format!("Fill in “{}”", field.name)) } else { Ok(value) }
}

/// Each once, in the order in which they are stored, so that the same ticks are the same value.
fn in_order<Id: Ord>(mut ids: Vec<Id>) -> Vec<Id> {
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn parse_person(text: &str, catalog: &Catalog) -> Result<UserId, String> {
    let by_id = text.parse().ok().and_then(|id| catalog.person(id));
    let folded = crate::text::fold(text);
    let person = by_id.or_else(|| {
        let mut same = catalog.people.iter().filter(|p| p.email.to_lowercase() == folded || crate::text::fold(&p.name) == folded);
        same.next().filter(|_| same.next().is_none())
    });
    let person = person.ok_or_else(|| "Choose a person from the list".to_owned())?;
    if person.disabled {
        return Err(format!("{} no longer works here; choose someone else", person.name));
    }
    if !person.role.is_internal() {
        return Err(format!("{} is with a distributor; leads are delegated to them, not owned", person.name));
    }
    Ok(person.id)
}

fn parse_group(text: &str, catalog: &Catalog) -> Result<GroupId, String> {
    let by_id = text.parse().ok().and_then(|id| catalog.group(id));
    let folded = crate::text::fold(text);
    let group = by_id.or_else(|| catalog.groups.iter().find(|group| crate::text::fold(&group.name) == folded));
    group.filter(|group| !group.retired).map(|group| group.id).ok_or_else(|| "Choose a group from the list".to_owned())
}

fn parse_choice(text: &str, list: ChoiceList, catalog: &Catalog) -> Result<ChoiceId, String> {
    let by_id = text.parse().ok().and_then(|id| catalog.choice(id)).filter(|choice| choice.list == list);
    let choice = by_id.or_else(|| catalog.choice_named(list, text));
    choice.map(|choice| choice.id).ok_or_else(|| format!("“{}” is not in the list", text.chars().take(80).collect::<String>()))
}
