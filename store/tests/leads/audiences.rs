//! Whom leads concern.

use store::both_engines;

use super::generated::generated;
use super::plain_filter::lookers;
use super::*;

both_engines!(a_lead_is_found_by_whom_it_concerns, |store| async move {
    let catalog = furnish(&store).await;
    let leads = generated(60, &catalog);
    let mut tx = store.begin().await.unwrap();
    add_all(&mut tx, &leads).await;
    for (_, scope) in lookers() {
        for lead in &leads {
            let found = tx.leads().find_visible(lead.id, &scope).await.unwrap();
            assert_eq!(found.as_ref(), Some(lead).filter(|lead| scope.includes(&lead.audience())), "{scope:?}");
        }
    }
});

both_engines!(whom_leads_concern_is_told_without_reading_them_whole, |store| async move {
    let catalog = furnish(&store).await;
    let leads = generated(60, &catalog);
    let mut tx = store.begin().await.unwrap();
    add_all(&mut tx, &leads).await;
    let asked: Vec<LeadId> = leads.iter().map(|lead| lead.id).chain([LeadId(999)]).collect();
    let found = tx.leads().audiences(&asked).await.unwrap();
    assert_eq!(found, leads.iter().map(|lead| (lead.id, lead.audience())).collect());
    assert!(tx.leads().audiences(&[]).await.unwrap().is_empty());
});
