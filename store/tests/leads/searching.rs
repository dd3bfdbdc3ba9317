//! Searching.

use domain::lead_views::Total;
use domain::{LeadFilter, LeadView, Reach};
use store::both_engines;
use store::leads::{From, Resolved};
use unicode_normalization::UnicodeNormalization as _;

use super::plain_filter::filter_of;
use super::walks::ids;
use super::*;

both_engines!(odd_searches_find_nothing_instead_of_failing, |store| async move {
    let catalog = furnish(&store).await;
    let mut tx = store.begin().await.unwrap();
    add(&mut tx, &Lead { deleted_at: None, ..full_lead() }).await;
    for query in ["00000", "0 0 0 0 0", "½", "\"", "' or 1=1 --", "* : & | ! ( )", "qx:b & !c", "हिन्दी", "１２３", "\u{200d}", "NOT", "near(a b)"]
    {
        let filter = LeadFilter { view: LeadView::All, query: query.to_owned(), ..LeadFilter::default() };
        let filter = Resolved::new(&filter, &catalog, &cast::actor(ADA), NOW);
        let page = tx.leads().list(&filter, &Scope::All, &From::Start, 5).await.unwrap();
        assert_eq!((ids(&page.rows), tx.leads().total(&filter, &Scope::All).await.unwrap()), (vec![], Total::Exactly(0)), "{query}");
    }
});

both_engines!(a_single_letter_counts_for_nothing_beside_other_words, |store| async move {
    let catalog = furnish(&store).await;
    let mut tx = store.begin().await.unwrap();
    tx.leads().add_many(&[new_lead(&Lead { full_name: "Zoe Kim".to_owned(), ..cast::lead() })]).await.unwrap();
    for (query, is_found) in [("zoe q", true), ("q zoe", true), ("z", true), ("z q x", true), ("q z", false), ("zoe 김", false), ("zoe qx", false)] {
        let filter = LeadFilter { view: LeadView::All, query: query.to_owned(), ..LeadFilter::default() };
        let filter = Resolved::new(&filter, &catalog, &cast::actor(ADA), NOW);
        let page = tx.leads().list(&filter, &Scope::All, &From::Start, 5).await.unwrap();
        assert_eq!(!page.rows.is_empty(), is_found, "{query}");
    }
});

both_engines!(a_name_is_found_with_and_without_its_accents, |store| async move {
    let catalog = furnish(&store).await;
    let mut tx = store.begin().await.unwrap();
    tx.leads().add_many(&[new_lead(&Lead { full_name: "Zoë Ångström 김철수".to_owned(), ..cast::lead() })]).await.unwrap();
    // As some systems send it: each accent a character of its own.
    let apart = |text: &str| text.nfd().collect::<String>();
    tx.leads().add_many(&[new_lead(&Lead { id: LeadId(2), full_name: apart("Ærøskøbing Őrség"), ..cast::lead() })]).await.unwrap();
    let (zoe, second) = (apart("Zoë"), apart("Őrsé"));
    for query in ["zoe", "Zoë", "ANGSTROM", "ångst", "김철", &zoe, &apart("ångström 김"), "orseg", "őrség", &second] {
        let filter = LeadFilter { view: LeadView::All, query: query.to_owned(), ..LeadFilter::default() };
        let filter = Resolved::new(&filter, &catalog, &cast::actor(ADA), NOW);
        let page = tx.leads().list(&filter, &Scope::All, &From::Start, 5).await.unwrap();
        assert_eq!(page.rows.len(), 1, "{query}");
    }
});

both_engines!(a_number_is_found_however_it_is_written, |store| async move {
    let catalog = furnish(&store).await;
    let mut tx = store.begin().await.unwrap();
    let leads: Vec<Lead> = [("0161 496 0123", Some("+441614960123")), ("+44 161 496 0123", Some("+441614960123")), ("ext 4711-99", None)]
        .into_iter()
        .zip(1..)
        .map(|((raw, e164), id)| Lead { id: LeadId(id), contact: ContactId(id + 1), phones: vec![phone(raw, e164)], ..cast::lead() })
        .collect();
    add_all(&mut tx, &leads).await;
    for (query, wanted) in [
        ("0161 496 0123", vec![1, 2]),
        ("+44 161 496 0123", vec![1, 2]),
        ("0044161496", vec![1, 2]),
        ("(0161) 496-0123", vec![1, 2]),
        ("161.496", vec![1, 2]),
        ("471199", vec![3]),
        ("4960123", vec![]),
    ] {
        let filter = LeadFilter { query: query.to_owned(), ..filter_of(LeadView::All, "", "number") };
        let filter = Resolved::new(&filter, &catalog, &cast::actor(ADA), NOW);
        assert_eq!(ids(&tx.leads().list(&filter, &Scope::All, &From::Start, 5).await.unwrap().rows), wanted, "{query}");
    }
});

both_engines!(typing_finds_an_own_lead_that_is_older_than_the_matches_looked_at, |store| async move {
    furnish(&store).await;
    let mut tx = store.begin().await.unwrap();
    let leads: Vec<Lead> = (1..=20)
        .map(|id| Lead {
            id: LeadId(id),
            full_name: if id == 4 { "Florence" } else { "Zebedee" }.to_owned(),
            owner: (id <= 4).then_some(MAYA),
            team: if id == 6 { vec![INES, MAYA] } else { Vec::new() },
            deleted_at: (id == 3).then_some(NOW),
            ..cast::lead()
        })
        .collect();
    tx.leads().add_many(&leads.iter().map(new_lead).collect::<Vec<_>>()).await.unwrap();
    let words = ["zebed".to_owned()];
    let own = Scope::Any(vec![Reach::Owner(MAYA), Reach::Team(MAYA)]);
    let reaches = vec![Reach::Group(NORTH), Reach::CreatedBy(DORA), Reach::Distributor(NORTHWIND)];
    for (scope, looked_at, limit, wanted) in [
        (&own, 5, 8, vec![6, 2, 1]),
        (&own, 5, 2, vec![6, 2]),
        // One of the newest is theirs, the others are further back.
        (&own, 15, 8, vec![6, 2, 1]),
        (&own, 100, 8, vec![6, 2, 1]),
        (&Scope::Any(vec![Reach::Unclaimed]), 1, 3, vec![20, 19, 18]),
        (&Scope::Any(vec![Reach::Team(INES)]), 1, 8, vec![6]),
        (&Scope::Any(reaches), 5, 8, vec![]),
        (&Scope::Any(Vec::new()), 5, 8, vec![]),
        (&Scope::All, 2, 8, vec![20, 19]),
    ] {
        let found = tx.leads().find_quickly(&words, scope, looked_at, limit).await.unwrap();
        assert_eq!(ids(&found), wanted, "{looked_at} looked at, {limit} wanted");
    }
});
