use proptest::prelude::*;

use super::*;
use crate::FormValues;

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
    )
        .prop_map(|(view, query, facets, key, descending, score)| {
            let mut values = vec![("view".to_owned(), view.key().to_owned()), ("q".to_owned(), query)];
            values.extend(facets.into_iter().map(|(facet, value)| (facet.key().to_owned(), value)));
            values.push(("score_from".to_owned(), score.to_string()));
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
