//! Comments, notes and the timeline.

use domain::TimelineFilter;
use store::both_engines;

use super::*;

both_engines!(comments_and_notes_stay_possible_on_closed_leads, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo").await;
    act(&house.maya, id, LeadAction::Win).await;
    leads::comment(&house.noor, id, &form("text=+Called%0D%0Atwice+&icon=phone&tone=green")).await.unwrap();
    leads::comment(&house.noor, id, &form("text=Hm&icon=skull&tone=black")).await.unwrap();
    leads::share_note(&house.maya, id, &form("text=Likes+tea")).await.unwrap();
    let comment = |icon: &str, tone: &str, text: &str| EventKind::Commented {
        icon: icon.to_owned(),
        tone: tone.to_owned(),
        text: text.to_owned(),
        done_at: None,
    };
    assert_eq!(
        kinds(&house.maya, id).await[..3],
        [EventKind::NoteShared { text: "Likes tea".to_owned() }, comment("comment", "grey", "Hm"), comment("phone", "green", "Called\ntwice")]
    );
    assert_eq!(lead(&house.maya, id).await.version, 5);
});

both_engines!(a_comment_needs_words_and_a_lead_that_is_there, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo").await;
    assert_eq!(error_at(leads::comment(&house.maya, id, &form("text=+%0A")).await, "text"), "Write a comment first");
    assert_eq!(error_at(leads::share_note(&house.maya, id, &form("")).await, "text"), "Write a note first");
    let long = format!("text={}", "x".repeat(10_001));
    assert_eq!(error_at(leads::comment(&house.maya, id, &form(&long)).await, "text"), "Use at most 10000 characters");
    assert_error!(leads::comment(&house.public, id, &form("text=Hm")).await, ServiceError::SignInRequired);
    assert_error!(leads::comment(&house.ada, LeadId(99), &form("text=Hm")).await, ServiceError::NotFound);
    act(&house.maya, id, LeadAction::Delete).await;
    assert_eq!(sentence(leads::comment(&house.maya, id, &form("text=Hm")).await), "This lead is deleted; restore it first");
});

both_engines!(a_long_timeline_comes_in_pages, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo").await;
    for number in 0..52 {
        leads::comment(&house.maya, id, &form(&format!("text={number}"))).await.unwrap();
    }
    let found = leads::find(&house.maya, id).await.unwrap();
    assert_eq!((found.timeline.len(), found.next), (50, Some(found.timeline[49].id)));
    let older = leads::timeline(&house.maya, id, TimelineFilter::default(), found.next).await.unwrap();
    assert_eq!(older.events.iter().map(|event| event.version).collect::<Vec<_>>(), [3, 2, 1]);
    assert_eq!(older.next, None);
    // A filter pages as well: of its own entries.
    let comments = TimelineFilter::from_query("timeline=comments");
    let first = leads::timeline(&house.maya, id, comments, None).await.unwrap();
    assert_eq!((first.events.len(), first.next), (50, Some(first.events[49].id)));
    let rest = leads::timeline(&house.maya, id, comments, first.next).await.unwrap();
    assert_eq!(rest.events.iter().map(|event| event.version).collect::<Vec<_>>(), [3, 2]);
    assert_eq!(rest.next, None);
});

both_engines!(a_timeline_is_narrowed_by_kind_person_and_period, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo").await;
    leads::comment(&house.noor, id, &form("text=Called&icon=phone")).await.unwrap();
    change(&house.maya, id, "version=2&score=5").await.unwrap();
    leads::share_note(&house.maya, id, &form("text=Likes+tea")).await.unwrap();
    let shown = async |query: &str| {
        let page = leads::timeline(&house.maya, id, TimelineFilter::from_query(query), None).await.unwrap();
        page.events.iter().map(|event| event.version).collect::<Vec<_>>()
    };
    let today = house.maya.now();
    let (before, after) = (today.plus_ms(-domain::DAY_MS).day(), today.plus_ms(domain::DAY_MS).day());
    assert_eq!(shown("").await, [4, 3, 2, 1]);
    assert_eq!(shown("timeline=comments").await, [4, 2]);
    assert_eq!(shown("timeline=calls").await, [2]);
    assert_eq!(shown("timeline=changes").await, [3]);
    assert_eq!(shown(&format!("by={}", id_of(&house.noor))).await, [2]);
    assert_eq!(shown(&format!("timeline=comments&by={}", id_of(&house.maya))).await, [4]);
    assert_eq!(shown("by=nobody").await, [0_i64; 0]);
    assert_eq!(shown(&format!("from={0}&to={0}", today.day())).await, [4, 3, 2, 1], "the last day counts in whole");
    assert_eq!(shown(&format!("to={before}")).await, [0_i64; 0]);
    assert_eq!(shown(&format!("from={after}")).await, [0_i64; 0]);
});
