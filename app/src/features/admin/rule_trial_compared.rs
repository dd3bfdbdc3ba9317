//! How many leads each territory, or each distributor, got and would get in a trial run.

use std::cmp::Reverse;

use domain::routing::{BeforeAfter, Compared};
use leptos::prelude::*;

/// Rows that are shown.
const SHOWN: usize = 50;

/// The words of a comparison.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// Of the heading.
    pub id: &'static str,
    pub heading: &'static str,
    /// What is counted.
    pub about: &'static str,
    /// The column of names.
    pub one: &'static str,
    /// The row of those that are not told apart.
    pub others: &'static str,
    /// The row of leads that go to none.
    pub none: &'static str,
}

pub const TERRITORIES: Words = Words {
    id: "territories-h",
    heading: "By territory",
    about: "Leads that its manager or its group got, and would get.",
    one: "Territory",
    others: "Other territories",
    none: "By no territory",
};

pub const DISTRIBUTORS: Words = Words {
    id: "distributors-h",
    heading: "By distributor",
    about: "Leads of a territory for which it was, and would be, named when they came. Its manager delegates them.",
    one: "Distributor",
    others: "Other distributors",
    none: "No distributor",
};

/// More or less, with its sign.
#[must_use]
pub fn difference_words(leads: BeforeAfter) -> String {
    match leads.difference() {
        0 => "0".to_owned(),
        more if more > 0 => format!("+{more}"),
        less => format!("−{}", -less),
    }
}

/// Those that would have more or less, the greatest difference first; they add up to nothing. `None` where no lead went, or would
/// go, to any.
#[must_use]
pub fn compared<T>(words: Words, found: Compared<T>, name: fn(T) -> AnyView) -> Option<AnyView> {
    let Compared { mut rows, mut others, none } = found;
    if rows.is_empty() {
        return None;
    }
    let as_before = rows.iter().filter(|row| row.leads.difference() == 0).count();
    rows.retain(|row| row.leads.difference() != 0);
    rows.sort_by_key(|row| Reverse(row.leads.difference().abs()));
    for row in rows.iter().skip(SHOWN) {
        others.had += row.leads.had;
        others.would_have += row.leads.would_have;
    }
    rows.truncate(SHOWN);
    let mut shown: Vec<(AnyView, BeforeAfter)> = rows.into_iter().map(|row| (name(row.what), row.leads)).collect();
    for (label, leads) in [(words.others, others), (words.none, none)] {
        if leads.difference() != 0 {
            shown.push((view! { <span class="muted">{label}</span> }.into_any(), leads));
        }
    }
    let unchanged = match as_before {
        _ if shown.is_empty() => Some("Each would get as many as it did.".to_owned()),
        0 => None,
        1 => Some("1 other would get as many as it did.".to_owned()),
        many => Some(format!("{many} others would get as many as they did.")),
    };
    let section = view! {
        <section class="section" aria-labelledby=words.id>
            <div class="section__head"><h2 id=words.id>{words.heading}</h2></div>
            <p>{words.about}</p>
            {(!shown.is_empty()).then(|| view! {
                <div class="table__scroll" tabindex="0" role="region" aria-label=format!("{}, compared", words.heading)>
                    <table class="table">
                        <thead>
                            <tr>
                                <th scope="col">{words.one}</th>
                                <th class="table__end" scope="col">"Got"</th>
                                <th class="table__end" scope="col">"Would get"</th>
                                <th class="table__end" scope="col">"More or less"</th>
                            </tr>
                        </thead>
                        <tbody>{shown.into_iter().map(row).collect_view()}</tbody>
                    </table>
                </div>
            })}
            {unchanged.map(|text| view! { <p class="muted">{text}</p> })}
        </section>
    };
    Some(section.into_any())
}

fn row((name, leads): (AnyView, BeforeAfter)) -> AnyView {
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td class="table__end">{leads.had}</td>
            <td class="table__end">{leads.would_have}</td>
            <td class="table__end">{difference_words(leads)}</td>
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_has_its_sign() {
        let words = |had, would_have| difference_words(BeforeAfter { had, would_have });
        assert_eq!([words(1, 3), words(3, 1), words(2, 2)], ["+2", "−2", "0"]);
    }
}
