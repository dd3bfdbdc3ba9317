//! A rule as a form holds it: what it looks at, what has to be so, and the value, each a text.

use super::facts::{COMPANY_ADDRESS, FREE_ADDRESS, Feature};
use super::rule::{About, Test, value_words};
use crate::custom_field::CustomKind;
use crate::text::{fold, line};
use crate::{Catalog, ChoiceList, CustomFieldId, FieldErrors, Weighing, money};

/// Most times that a rule may ask for.
const TIMES_MOST: i64 = 1000;
/// Longest message that a rule may ask for. Unit: characters.
const LENGTH_MOST: i64 = 10_000;

/// Features that are always there, with their words in forms.
const PLAIN: [(&str, Feature); 13] = [
    ("type", Feature::Type),
    ("source", Feature::Source),
    ("category", Feature::Category),
    ("partner", Feature::Partner),
    ("location", Feature::Location),
    ("priority", Feature::Priority),
    ("importance", Feature::Importance),
    ("amount", Feature::Amount),
    ("country", Feature::Country),
    ("region", Feature::Region),
    ("email", Feature::Email),
    ("phone", Feature::Phone),
    ("message", Feature::Message),
];
/// The word of all offerings; which one is the value.
const OFFERING: &str = "offering";
const CUSTOM: &str = "custom_";
const EVENT: &str = "event_";

/// What may have to be so, with its words in forms.
pub const TESTS: [(&str, &str); 4] = [("is", "is"), ("at_least", "is at least"), ("known", "is known"), ("unknown", "is not known")];

/// What a rule may look at, as a form offers it.
#[must_use]
pub fn subjects(catalog: &Catalog, weighing: &Weighing) -> Vec<(String, String)> {
    let plain = PLAIN.iter().map(|(key, feature)| ((*key).to_owned(), feature.title(catalog)));
    let own = catalog.fields.iter().filter(|field| !field.retired).map(|field| (format!("{CUSTOM}{}", field.id), field.name.clone()));
    let events = weighing.taken().map(|kind| (format!("{EVENT}{}", kind.key), format!("Contact event: {}", kind.label)));
    plain.chain([(OFFERING.to_owned(), "Interest in".to_owned())]).chain(own).chain(events).collect()
}

/// The three texts of a rule in a form: what it looks at, what has to be so, the value.
#[must_use]
pub fn typed(about: &About, test: &Test, catalog: &Catalog) -> [String; 3] {
    let test_key = match test {
        Test::Is(_) => "is",
        Test::AtLeast(_) => "at_least",
        Test::Known => "known",
        Test::Unknown => "unknown",
    };
    let currency = &catalog.site.currency;
    let (key, value) = match (about, test) {
        (About::Event(kind), Test::AtLeast(times)) => (format!("{EVENT}{kind}"), times.clone()),
        (About::Event(kind), _) => (format!("{EVENT}{kind}"), String::new()),
        (About::Feature(Feature::Offering(id)), _) => (OFFERING.to_owned(), catalog.choice_name(*id)),
        (About::Feature(Feature::Amount), Test::AtLeast(minor)) => {
            ("amount".to_owned(), minor.parse::<i64>().map_or_else(|_| minor.clone(), |minor| money::plain(minor, currency)))
        }
        (About::Feature(Feature::Email), Test::Is(value)) => ("email".to_owned(), value.clone()),
        (About::Feature(feature), Test::Is(value)) => (key_of(feature), value_words(feature, value, currency, catalog)),
        (About::Feature(feature), Test::AtLeast(value)) => (key_of(feature), value.clone()),
        (About::Feature(feature), Test::Known | Test::Unknown) => (key_of(feature), String::new()),
    };
    [key, test_key.to_owned(), value]
}

fn key_of(feature: &Feature) -> String {
    match feature {
        Feature::Custom(id) => format!("{CUSTOM}{id}"),
        feature => PLAIN.iter().find(|(_, plain)| plain == feature).map_or_else(String::new, |(key, _)| (*key).to_owned()),
    }
}

/// Reads the three texts, which stand in the fields `about`, `test` and `value`.
///
/// # Errors
/// Sentences at the fields.
pub fn read(about: &str, test: &str, value: &str, catalog: &Catalog, weighing: &Weighing) -> Result<(About, Test), FieldErrors> {
    let value = line(value).map_err(|error| FieldErrors::at("value", error.to_string()))?;
    if !TESTS.iter().any(|(key, _)| *key == test) {
        return Err(FieldErrors::at("test", "Choose from the list"));
    }
    if let Some(kind) = about.strip_prefix(EVENT) {
        let kind = weighing.kind(kind).ok_or_else(|| FieldErrors::at("about", "Choose from the list"))?;
        let test = match test {
            "at_least" => Test::AtLeast(whole(&value, TIMES_MOST, "how often")?.to_string()),
            "known" => Test::AtLeast("1".to_owned()),
            "unknown" => Test::Unknown,
            _ => return Err(FieldErrors::at("test", "Of contact events, choose “is at least” with how often, “is known” or “is not known”")),
        };
        return Ok((About::Event(kind.key.clone()), test));
    }
    if about == OFFERING {
        let offering = choice(ChoiceList::Offering, &value, catalog)?;
        let feature = About::Feature(Feature::Offering(offering.parse().map_err(|_| FieldErrors::at("value", "Choose from the list"))?));
        return match test {
            "is" | "known" => Ok((feature, Test::Known)),
            "unknown" => Ok((feature, Test::Unknown)),
            _ => Err(not_a_number()),
        };
    }
    let own = || about.strip_prefix(CUSTOM)?.parse::<CustomFieldId>().ok().filter(|id| catalog.field(*id).is_some()).map(Feature::Custom);
    let plain = PLAIN.iter().find(|(key, _)| *key == about).map(|(_, feature)| feature.clone());
    let feature = plain.or_else(own).ok_or_else(|| FieldErrors::at("about", "Choose from the list"))?;
    let test = match test {
        "known" => Test::Known,
        "unknown" => Test::Unknown,
        "at_least" => Test::AtLeast(least(&feature, &value, catalog)?),
        _ => Test::Is(is(&feature, &value, catalog)?),
    };
    Ok((About::Feature(feature), test))
}

fn not_a_number() -> FieldErrors {
    FieldErrors::at("test", "“Is at least” is for numbers; choose another")
}

fn whole(text: &str, most: i64, what: &str) -> Result<i64, FieldErrors> {
    let number = text.parse().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| FieldErrors::at("value", format!("Enter {what}, a whole number from 1 to {most}")))
}

/// What is compared as a number.
fn least(feature: &Feature, value: &str, catalog: &Catalog) -> Result<String, FieldErrors> {
    let currency = &catalog.site.currency;
    match feature {
        Feature::Amount => {
            let minor = money::parse_minor(value, currency);
            minor.map(|minor| minor.to_string()).ok_or_else(|| FieldErrors::at("value", "Enter an amount like 12,500 or 99.50"))
        }
        Feature::Message => Ok(whole(value, LENGTH_MOST, "how many characters")?.to_string()),
        Feature::Custom(id) => match catalog.field(*id).filter(|field| matches!(field.kind, CustomKind::Number | CustomKind::Money)) {
            Some(field) => parsed(field.parse(value, currency)),
            None => Err(not_a_number()),
        },
        _ => Err(not_a_number()),
    }
}

/// What is compared as it is.
fn is(feature: &Feature, value: &str, catalog: &Catalog) -> Result<String, FieldErrors> {
    if let Some(list) = feature.list() {
        return choice(list, value, catalog);
    }
    match feature {
        Feature::Type => {
            let found = catalog.types.iter().find(|lead_type| fold(&lead_type.name) == fold(value));
            let names = || catalog.offered_types().map(|lead_type| lead_type.name.as_str()).collect::<Vec<_>>();
            found.map(|lead_type| lead_type.id.to_string()).ok_or_else(|| one_of(&names()))
        }
        Feature::Email => match fold(value).as_str() {
            key @ (COMPANY_ADDRESS | FREE_ADDRESS) => Ok(key.to_owned()),
            _ => Err(FieldErrors::at("value", "Enter “company” for an address at a company’s own domain, or “free” for one that anybody may have")),
        },
        Feature::Custom(id) => match catalog.field(*id) {
            Some(field) => parsed(field.parse(value, &catalog.site.currency)),
            None => Err(FieldErrors::at("about", "Choose from the list")),
        },
        Feature::Country | Feature::Region if value.is_empty() => Err(FieldErrors::at("value", "Enter what it has to be")),
        Feature::Country | Feature::Region => Ok(value.to_owned()),
        Feature::Amount | Feature::Message => Err(FieldErrors::at("test", "Of a number, choose “is at least”, “is known” or “is not known”")),
        _ => Err(FieldErrors::at("test", "Choose “is known” or “is not known”")),
    }
}

fn parsed(text: Result<String, String>) -> Result<String, FieldErrors> {
    match text {
        Ok(text) if text.is_empty() => Err(FieldErrors::at("value", "Enter what it has to be")),
        text => text.map_err(|sentence| FieldErrors::at("value", sentence)),
    }
}

/// The number of an entry, as text, by its name.
fn choice(list: ChoiceList, name: &str, catalog: &Catalog) -> Result<String, FieldErrors> {
    let names = || catalog.offered(list).map(|choice| choice.name.as_str()).collect::<Vec<_>>();
    catalog.choice_named(list, name).map(|choice| choice.id.to_string()).ok_or_else(|| one_of(&names()))
}

fn one_of(names: &[&str]) -> FieldErrors {
    const TOLD: usize = 12;
    let more = if names.len() > TOLD { " …" } else { "" };
    let some: Vec<String> = names.iter().take(TOLD).map(|name| format!("“{name}”")).collect();
    let sentence = if some.is_empty() { "This list has no entries".to_owned() } else { format!("Enter one of {}{more}", some.join(", ")) };
    FieldErrors::at("value", sentence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cast;

    fn read_here(about: &str, test: &str, value: &str) -> Result<(About, Test), FieldErrors> {
        read(about, test, value, &cast::catalog(), &Weighing::standard())
    }

    #[test]
    fn what_was_typed_reads_back() {
        let catalog = cast::catalog();
        for texts in [
            ["source", "is", "Web"],
            ["type", "is", "Renewal"],
            ["amount", "at_least", "5000"],
            ["email", "is", "company"],
            ["phone", "unknown", ""],
            ["country", "is", "France"],
            ["message", "at_least", "200"],
            ["event_page_visited", "at_least", "3"],
            ["event_downloaded", "unknown", ""],
            ["offering", "known", "Cloud"],
        ] {
            let (about, test) = read_here(texts[0], texts[1], texts[2]).unwrap_or_else(|error| panic!("{texts:?}: {error:?}"));
            assert_eq!(typed(&about, &test, &catalog), texts.map(str::to_owned));
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused_at_its_field() {
        for (about, test, value, field) in [
            ("nothing", "is", "x", "about"),
            ("custom_7", "known", "", "about"),
            ("event_flown", "known", "", "about"),
            ("source", "is", "Moon", "value"),
            ("source", "at_least", "Web", "test"),
            ("source", "was", "Web", "test"),
            ("amount", "at_least", "lots", "value"),
            ("amount", "is", "5", "test"),
            ("email", "is", "gmail", "value"),
            ("phone", "is", "0161", "test"),
            ("country", "is", " ", "value"),
            ("offering", "is", "", "value"),
            ("offering", "at_least", "Cloud", "test"),
            ("event_downloaded", "at_least", "0", "value"),
            ("event_downloaded", "is", "x", "test"),
            ("message", "at_least", "-1", "value"),
        ] {
            let errors = read_here(about, test, value).expect_err("it makes no sense");
            assert_eq!(errors.0.keys().collect::<Vec<_>>(), [field], "{about} {test} {value}");
        }
        assert_eq!(read_here("source", "is", "Moon").unwrap_err().get("value"), Some("Enter one of “Web”, “Referral”"));
    }

    #[test]
    fn every_subject_can_be_chosen() {
        let keys: Vec<String> = subjects(&cast::catalog(), &Weighing::standard()).into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys.len(), PLAIN.len() + 1 + 10);
        for key in keys.iter().filter(|key| *key != OFFERING) {
            assert!(read_here(key, "known", "").is_ok(), "{key}");
        }
    }
}
