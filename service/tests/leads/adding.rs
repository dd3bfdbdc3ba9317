//! Adding.

use domain::event::Arrival;
use domain::{AccountKind, LeadFilter, LeadState, LifeCycle};
use service::leads::PageOf;
use service::{accounts, contacts};
use store::{Sql, both_engines};

use super::*;

both_engines!(a_new_lead_has_the_defaults_of_its_type, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=+Jo++Field+&company=Acme").await;
    let found = leads::find(&house.maya, id).await.unwrap();
    let new = &found.lead;
    assert_eq!((new.full_name.as_str(), new.account.name.as_str(), new.version, &new.state), ("Jo Field", "Acme", 1, &LeadState::Pending));
    assert_eq!((new.owner, new.group, new.created_by), (Some(id_of(&house.maya)), Some(group(&house.maya, "North").await), new.owner));
    assert_eq!((new.currency.as_str(), new.created_at, new.status_since), ("GBP", house.maya.now(), house.maya.now()));
    assert_eq!(status_name(&house.maya, id).await, "New enquiry");
    assert_eq!(choice_names(&house.maya, [new.category, new.priority, new.importance, new.source]).await, ["Prospect", "Normal", "Medium", ""]);
    assert_eq!(kinds(&house.maya, id).await, [EventKind::LeadAdded { by: Arrival::ByHand }]);
    let renewal = add(&house.maya, "full_name=Jo&type=renewal&priority=").await;
    assert_eq!(status_name(&house.maya, renewal).await, "New");
    let renewal = lead(&house.maya, renewal).await;
    assert_eq!(choice_names(&house.maya, [renewal.category, renewal.priority]).await, ["Customer", "Normal"]);
});

both_engines!(who_adds_a_lead_owns_it_unless_they_take_it_down_for_others, |store| async move {
    let house = house(&store).await;
    let by_intake = add(&house.ines, "full_name=Jo").await;
    let by_manager = add(&house.martin, "full_name=Jo").await;
    let for_nobody = add(&house.maya, "full_name=Jo&owner=").await;
    let for_ana = add(&house.maya, "full_name=Jo&owner=ana.reyes%40house.test&group=South").await;
    assert_eq!((lead(&house.ada, by_intake).await.owner, lead(&house.ada, by_intake).await.group), (None, None));
    assert_eq!(lead(&house.ada, by_manager).await.owner, Some(id_of(&house.martin)));
    assert_eq!((lead(&house.ada, for_nobody).await.owner, lead(&house.ada, for_nobody).await.group), (None, Some(group(&house.ada, "North").await)));
    let for_ana = lead(&house.ada, for_ana).await;
    assert_eq!((for_ana.owner, for_ana.group), (Some(id_of(&house.ana)), Some(group(&house.ada, "South").await)));
});

both_engines!(a_known_company_is_not_made_a_second_account, |store| async move {
    let house = house(&store).await;
    let first = add(&house.maya, "full_name=Jo&company=Acme").await;
    let again = add(&house.ana, "full_name=Zoe&company=+ACME+").await;
    let private = add(&house.ines, "full_name=Jo+Field").await;
    let (first, again, private) = (lead(&house.ada, first).await, lead(&house.ada, again).await, lead(&house.ada, private).await);
    assert_eq!(first.account, again.account);
    assert_ne!(first.contact, again.contact);
    let account = accounts::find_account(&house.ada, first.account.id).await.unwrap();
    assert_eq!((account.kinds, account.primary_rep), (vec![AccountKind::Prospect], Some(id_of(&house.maya))));
    assert_eq!(accounts::account_timeline(&house.ada, first.account.id).await.unwrap().len(), 1);
    let own = accounts::find_account(&house.ada, private.account.id).await.unwrap();
    assert_eq!((own.name.as_str(), own.primary_rep), ("Jo Field", None));
});

both_engines!(a_new_company_that_two_name_at_once_is_one_account, |store| async move {
    let house = house(&store).await;
    let (one, two) = tokio::join!(add(&house.maya, "full_name=Jo&company=Acme"), add(&house.ana, "full_name=Zoe&company=acme"));
    assert_eq!(lead(&house.ada, one).await.account, lead(&house.ada, two).await.account);
});

both_engines!(a_contact_is_known_by_their_address_whatever_company_is_named, |store| async move {
    let house = house(&store).await;
    let first = add(&house.maya, "full_name=Jo&company=Acme&emails=jo%40acme.test&phones=0161+496+0123").await;
    let again = add(&house.maya, "full_name=Jo+F&company=acme&emails=JO%40acme.test,+field%40acme.test&phones=%2B441614960123,020+7946+0102").await;
    let elsewhere = add(&house.maya, "full_name=Jo&company=Other&emails=jo%40acme.test").await;
    let (first, again, elsewhere) = (lead(&house.ada, first).await, lead(&house.ada, again).await, lead(&house.ada, elsewhere).await);
    assert_eq!(first.contact, again.contact);
    assert_eq!((first.contact, &first.account), (elsewhere.contact, &elsewhere.account));
    let contact = contacts::find_contact(&house.ada, first.contact).await.unwrap();
    assert_eq!(contact.phones.iter().map(domain::Phone::display).collect::<Vec<_>>(), ["+441614960123", "+442079460102"]);
    assert_eq!(contact.emails.iter().map(EmailAddress::as_str).collect::<Vec<_>>(), ["jo@acme.test", "field@acme.test"]);
    assert_eq!((&again.phones, &first.emails, again.full_name.as_str()), (&contact.phones, &contact.emails, "Jo F"));
    let found = leads::list(&house.maya, &LeadFilter::from_query("q=020+7946+0102"), &PageOf::default()).await.unwrap();
    assert_eq!(found.rows.len(), 3);
});

both_engines!(a_lead_comes_with_an_opportunity_at_the_first_stage, |store| async move {
    let house = house(&store).await;
    let query = "full_name=Jo&company=Acme&target_amount=12,500&probability=40&expected=2026-02-28&offerings=Training&offerings=Managed+IT";
    let id = add(&house.maya, query).await;
    let found = leads::find(&house.maya, id).await.unwrap();
    let [deal] = found.opportunities.as_slice() else { panic!("{:?}", found.opportunities) };
    assert_eq!(choice_names(&house.maya, [Some(deal.stage)]).await, ["01-Suspect"]);
    assert_eq!((deal.lead, deal.account, deal.name.as_str()), (id, found.lead.account.id, "Acme – Managed IT"));
    assert_eq!((deal.amount_minor, deal.probability, deal.close_at), (Some(1_250_000), Some(40), Timestamp::parse_day("2026-02-28")));
    let plain = add(&house.maya, "full_name=Jo&company=Acme").await;
    let deal = leads::find(&house.maya, plain).await.unwrap().opportunities.remove(0);
    assert_eq!((deal.name.as_str(), deal.amount_minor), ("Acme – enquiry", None));
});

both_engines!(numbers_are_understood_and_kept_as_typed, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo&phones=0161+496+0123,+%2B1+(212)+555-0142;+123").await;
    let phones = lead(&house.maya, id).await.phones;
    let read: Vec<_> = phones.iter().map(|phone| (phone.raw.as_str(), phone.e164.as_deref())).collect();
    assert_eq!(read, [("0161 496 0123", Some("+441614960123")), ("+1 (212) 555-0142", Some("+12125550142")), ("123", None)]);
});

both_engines!(what_is_wrong_with_a_new_lead_is_said_at_its_fields, |store| async move {
    let house = house(&store).await;
    let wrong =
        leads::add(&house.maya, &form("type=Gift&phones=call+me&emails=jo&score=high&owner=Dora+Dist&source=Moon&status=1&company=%00")).await;
    let Err(ServiceError::Invalid(errors)) = wrong else { panic!("{wrong:?}") };
    let fields: Vec<&str> = errors.0.keys().map(String::as_str).collect();
    assert_eq!(fields, ["company", "emails", "full_name", "owner", "phones", "score", "source", "type"]);
    assert_eq!(error_at(leads::add(&house.maya, &form("full_name=+")).await, "full_name"), "Enter a name");
    let catalog = store.catalog().await.unwrap();
    let won = catalog.statuses.iter().find(|status| status.state == LifeCycle::Won).unwrap().id;
    let wrong = leads::add(&house.maya, &form(&format!("full_name=Jo&status={won}"))).await;
    assert_eq!(error_at(wrong, "status"), "A new lead cannot start as “Won”");
    let rows =
        store.read().await.unwrap().row(Sql::new("select (select count(*) from lead) + (select count(*) from account) as made")).await.unwrap();
    assert_eq!(rows.unwrap().int("made").unwrap(), 0);
});

both_engines!(a_new_lead_may_start_in_any_open_status, |store| async move {
    let house = house(&store).await;
    let catalog = store.catalog().await.unwrap();
    let proposal = catalog.statuses.iter().find(|status| status.name == "Proposal").unwrap().id;
    let id = add(&house.maya, &format!("full_name=Jo&status={proposal}")).await;
    assert_eq!((lead(&house.maya, id).await.state, status_name(&house.maya, id).await.as_str()), (LeadState::InProgress, "Proposal"));
});

both_engines!(only_people_of_the_house_add_leads, |store| async move {
    let house = house(&store).await;
    assert_error!(leads::add(&house.dora, &form("full_name=Jo")).await, ServiceError::Forbidden(_));
    assert_error!(leads::add(&house.public, &form("full_name=Jo")).await, ServiceError::SignInRequired);
});
