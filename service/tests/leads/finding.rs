//! Finding by typing.

use domain::LeadFilter;
use service::accounts;
use service::leads::PageOf;
use store::both_engines;

use super::*;

both_engines!(a_record_is_found_by_what_is_typed, |store| async move {
    use domain::found::FoundKind;
    let house = house(&store).await;
    let jo = add(&house.maya, "full_name=Jo+Field&company=Fieldworks").await;
    let of_south = add(&house.ana, "full_name=Joan+South&company=Southworks").await;
    let found = async |ctx: &Ctx, text: &str| {
        let found = service::find::find(ctx, text).await.unwrap();
        found.into_iter().map(|one| (one.kind, one.name, one.note)).collect::<Vec<_>>()
    };
    let lead = (FoundKind::Lead, "Jo Field".to_owned(), "Fieldworks".to_owned());
    let account = (FoundKind::Account, "Fieldworks".to_owned(), String::new());
    let contact = (FoundKind::Contact, "Jo Field".to_owned(), "Fieldworks".to_owned());
    assert_eq!(found(&house.maya, " FIELD ").await, [lead.clone(), account]);
    assert_eq!(found(&house.maya, "jo field").await, [lead.clone(), contact]);
    assert_eq!(found(&house.maya, &format!("#{jo}")).await, std::slice::from_ref(&lead));
    assert_eq!(found(&house.maya, &format!("# {of_south}")).await, []);
    assert_eq!(found(&house.dora, "jo").await, []);
    assert_eq!((found(&house.maya, " ").await, found(&house.maya, "%_'\"").await), (vec![], vec![]));
    assert_error!(service::find::find(&house.public, "jo").await, ServiceError::SignInRequired);
});

both_engines!(a_renamed_company_s_leads_are_found_by_its_new_name, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo+Field&company=Acme").await;
    let account = lead(&house.ada, id).await.account.id;
    accounts::change_account(&house.ada, account, &FormValues::decode(b"version=1&name=Harbour+Dental")).await.unwrap();
    let found = async |query: &str| {
        let filter = LeadFilter { query: query.to_owned(), ..LeadFilter::default() };
        leads::list(&house.maya, &filter, &PageOf::default()).await.unwrap().rows.len()
    };
    assert_eq!((found("jo harb").await, found("acme").await), (1, 0));
});
