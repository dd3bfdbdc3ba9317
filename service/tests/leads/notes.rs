//! Comments, notes and the timeline.

use store::both_engines;

use super::*;

both_engines!(comments_and_notes_stay_possible_on_closed_leads, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo").await;
    act(&house.maya, id, LeadAction::Win).await;
    leads::comment(&house.noor, id, &form("text=+Called%0D%0Atwice+&icon=phone&tone=green")).await.unwrap();
    leads::comment(&house.noor, id, &form("text=Hm&icon=skull&tone=black")).await.unwrap();
    leads::share_note(&house.maya, id, &form("text=Likes+tea")).await.unwrap();
    let comment = |icon: &str, tone: &str, text: &str| EventKind::Commented { icon: icon.to_owned(), tone: tone.to_owned(), text: text.to_owned() };
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
    assert_eq!((found.timeline.len(), found.has_older), (50, true));
    let older = leads::older_events(&house.maya, id, found.timeline[49].id).await.unwrap();
    assert_eq!(older.iter().map(|event| event.version).collect::<Vec<_>>(), [3, 2, 1]);
});
