use proptest::prelude::*;

use super::*;
use crate::{FormValues, Timestamp};

#[test]
fn the_default_list_has_an_empty_address() {
    assert_eq!(LeadFilter::default().to_query(), "");
    assert_eq!(LeadFilter::from_query(""), LeadFilter::default());
}

#[test]
fn what_is_unknown_is_left_out() {
    let filter = LeadFilter::from_query("?view=theirs&state=asleep&score_from=many&sort=colour&created_from=2026-02-31&status=");
    assert_eq!(filter, LeadFilter::default());
}

#[test]
fn a_term_can_be_taken_away() {
    let filter = LeadFilter::from_query("view=all&source=Web&status=New+enquiry&score_from=50");
    let terms = filter.terms();
    assert_eq!(terms[0].label, "Status: New enquiry");
    assert_eq!(terms[0].without, "view=all&source=Web&score_from=50");
    assert_eq!(terms[2].label, "Score at least: 50");
}

#[test]
fn every_bound_stands_in_the_address_in_its_order() {
    let query = Bound::ALL.map(|bound| format!("{}={}", bound.key(), if bound.is_day() { "2026-11-24" } else { "5" })).join("&");
    let filter = LeadFilter::from_query(&query);
    assert_eq!(filter.to_query(), query);
    let backwards = query.split('&').rev().collect::<Vec<_>>().join("&");
    assert_eq!(LeadFilter::from_query(&backwards), filter);
    for (bound, term) in Bound::ALL.into_iter().zip(filter.terms()) {
        let value = filter.bound(bound).expect("it was asked for");
        assert_eq!(term.label, format!("{}: {value}", bound.label()));
        assert!(!term.without.contains(bound.key()) && term.without.matches('=').count() == Bound::ALL.len() - 1, "{}", term.without);
    }
    // What is sent calls it by the same words.
    assert_eq!(Bound::LastActivityTo.key(), "last_activity_to");
    assert_eq!(serde_json::to_string(&Bound::ALL.map(Bound::key)).ok(), serde_json::to_string(&Bound::ALL).ok());
}

#[test]
fn a_bound_takes_days_or_numbers_and_nothing_else() {
    let empty = LeadFilter::default();
    for bound in Bound::ALL {
        let other = if bound.is_day() { "5" } else { "2026-11-24" };
        for text in [other, "soon", "2026-02-31", "-9223372036854775808", ""] {
            assert_eq!(LeadFilter::from_query(&format!("{}={text}", bound.key())), empty, "{} {text}", bound.key());
        }
    }
    assert_eq!(LeadFilter::from_query("score_from=-5&amount_from=-5").to_query(), "score_from=-5");
}

#[test]
fn a_day_may_be_counted_from_today() {
    let day = |text: &str| Timestamp::parse_day(text).expect("a day");
    let today = day("2026-11-24");
    for (text, wanted) in [("today", "2026-11-24"), ("today-7", "2026-11-17"), ("today+30", "2026-12-24"), ("2026-02-03", "2026-02-03")] {
        assert_eq!(day_of(text, today), Some(day(wanted)), "{text}");
    }
    for text in ["tomorrow", "today-", "today-7d", "today-3661", "today+99999999999999999999", "Today", " today"] {
        assert_eq!(day_of(text, today), None, "{text}");
    }
    let filter = LeadFilter::from_query("created_from=today-6&expected_from=today+2&expected_to=today%2B30&closed_to=today&score_from=today");
    assert_eq!(filter.to_query(), "created_from=today-6&expected_from=today+2&expected_to=today%2B30&closed_to=today");
    let labels: Vec<_> = filter.terms().into_iter().map(|term| term.label).collect();
    let wanted = ["Created from: 6 days ago", "Expected completion from: in 2 days", "Expected completion until: in 30 days", "Closed until: today"];
    assert_eq!(labels, wanted);
    assert_eq!((Bound::ClosedTo.words("today-1"), Bound::ClosedTo.words("today+1")), ("yesterday".to_owned(), "tomorrow".to_owned()));
    // The field for a day stands before the box of the one that was counted.
    assert_eq!(LeadFilter::from_query("closed_to=&closed_to=today-1").to_query(), "closed_to=today-1");
    assert_eq!(LeadFilter::from_query("closed_to=2026-11-01&closed_to=today-1").to_query(), "closed_to=2026-11-01");
}

#[test]
fn one_of_several_values_can_be_taken_away() {
    let filter = LeadFilter::from_query("status=Won&status=Lost&status=Won&owner=me&closed_from=2026-11-01&closed_to=2026-11-30");
    assert_eq!(filter.values(Facet::Status).collect::<Vec<_>>(), ["Lost", "Won"]);
    let terms: Vec<_> = filter.terms().into_iter().map(|term| (term.label, term.without)).collect();
    let chip = |label: &str, without: &str| (label.to_owned(), without.to_owned());
    assert_eq!(
        terms,
        [
            chip("Status: Lost", "status=Won&owner=me&closed_from=2026-11-01&closed_to=2026-11-30"),
            chip("Status: Won", "status=Lost&owner=me&closed_from=2026-11-01&closed_to=2026-11-30"),
            chip("Owner: me", "status=Lost&status=Won&closed_from=2026-11-01&closed_to=2026-11-30"),
            chip("Closed from: 2026-11-01", "status=Lost&status=Won&owner=me&closed_to=2026-11-30"),
            chip("Closed until: 2026-11-30", "status=Lost&status=Won&owner=me&closed_from=2026-11-01"),
        ]
    );
}

#[test]
fn a_class_is_one_that_there_is_or_none() {
    let filter = LeadFilter::from_query("class=RQL&class=aql&class=Aql&class=mql&class=none");
    assert_eq!(filter.to_query(), "class=aql&class=none&class=rql");
    let labels: Vec<_> = filter.terms().into_iter().map(|term| term.label).collect();
    assert_eq!(labels, ["Class: AQL", "Class: none", "Class: RQL"]);
    assert_eq!(filter.terms()[1].without, "class=aql&class=rql");
    assert_eq!(LeadFilter::from_query("class=mql"), LeadFilter::default());
}

#[test]
fn another_type_has_other_statuses() {
    let filter = LeadFilter::from_query("view=all&source=Web&status=New+enquiry&type=Renewal").of_type("Sales enquiry");
    assert_eq!(filter.to_query(), "view=all&type=Sales+enquiry&source=Web");
}

#[test]
fn fields_of_one_s_own_are_terms_too() {
    let filter = LeadFilter::from_query("custom_7=Gold&custom_7=Gold&custom_9_from=2026-01-01&custom_9_to=soon&custom_x=1&custom_7_up=1");
    assert_eq!(filter.to_query(), "custom_7=Gold&custom_9_from=2026-01-01");
    assert_eq!(filter.custom_value(CustomFieldId(7), Comparison::Is), "Gold");
    assert_eq!(filter.custom_terms(&crate::cast::catalog())[0].without, "custom_9_from=2026-01-01");
    assert!(filter.is_narrowed());
}

#[test]
fn choosing_the_same_sort_turns_it_round() {
    let filter = LeadFilter::default().sorted_by(SortKey::Score);
    assert_eq!(filter.sort.text(), "-score");
    assert_eq!(filter.sorted_by(SortKey::Score).sort.text(), "score");
}

fn any_filter() -> impl Strategy<Value = LeadFilter> {
    let facet = prop::sample::select(Facet::ALL.to_vec());
    (
        prop::sample::select(LeadView::ALL.to_vec()),
        "[a-z0-9&=%~ ]{0,20}",
        prop::collection::vec((facet, "[A-Za-z0-9&=+é ]{1,12}"), 0..5),
        prop::sample::select(SortKey::ALL.to_vec()),
        any::<bool>(),
        0_i64..1000,
        prop::collection::vec((prop::sample::select(Bound::ALL.to_vec()), 1_u32..29), 0..5),
    )
        .prop_map(|(view, query, facets, key, descending, score, days)| {
            let mut values = vec![("view".to_owned(), view.key().to_owned()), ("q".to_owned(), query)];
            values.extend(facets.into_iter().map(|(facet, value)| (facet.key().to_owned(), value)));
            values.push(("score_from".to_owned(), score.to_string()));
            values.extend(days.into_iter().map(|(bound, day)| (bound.key().to_owned(), format!("2026-02-{day:02}"))));
            values.push(("sort".to_owned(), LeadSort { key, descending }.text()));
            LeadFilter::parse(&FormValues(values))
        })
}

proptest! {
    #[test]
    fn a_filter_reads_back_as_written(filter in any_filter()) {
        prop_assert_eq!(LeadFilter::from_query(&filter.to_query()), filter);
    }

    #[test]
    fn a_cursor_reads_back_as_written(id in any::<i64>(), value in "\\PC{0,30}") {
        let cursor = Cursor { value, id };
        prop_assert_eq!(Cursor::parse(&cursor.text()), Some(cursor));
    }

    #[test]
    fn any_query_string_is_read_without_a_panic(text in ".{0,200}") {
        let _filter = LeadFilter::from_query(&text);
    }
}
