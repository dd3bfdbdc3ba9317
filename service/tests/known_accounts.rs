//! A lead that names no known account by its exact name finds it by its signs, at every door, on both engines.

use domain::lead_views::LeadDetail;
use domain::{AccountId, Actor, EmailAddress, EventKind, FormValues, Lead, LeadId, Role, Scope, Timestamp};
use service::leads::referral::refer_once;
use service::leads::registration::{LEAST_MS, fresh_form, register};
use service::seed::seed_defaults;
use service::{Clock, Ctx, accounts, contacts, leads};
use store::people::NewUser;
use store::{Store, both_engines};

struct House {
    public: Ctx,
    ada: Ctx,
    /// The rep of Northwind Ltd, a customer whose domain is northwind.test.
    maya: Ctx,
    northwind: AccountId,
}

/// A way for a lead to come in.
#[derive(Clone, Copy, Debug)]
enum Door {
    Register,
    Refer,
    Add,
}

const DOORS: [Door; 3] = [Door::Register, Door::Refer, Door::Add];

async fn house(store: &Store) -> House {
    let public = Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000)));
    seed_defaults(&public).await.unwrap();
    let ada = person(&public, "ada", Role::Administrator).await;
    let maya = person(&public, "maya", Role::Rep).await;
    let rep = maya.actor().unwrap().id;
    let northwind = account(&ada, &format!("name=Northwind+Ltd&kind=customer&domains=northwind.test&primary_rep={rep}")).await;
    House { public, ada, maya, northwind }
}

async fn person(ctx: &Ctx, name: &str, role: Role) -> Ctx {
    let mut tx = ctx.store.begin().await.unwrap();
    let email = EmailAddress::parse(&format!("{name}@house.test")).unwrap();
    let new = NewUser { email, name: name.to_owned(), role, password_hash: String::new(), account: None, at: ctx.now() };
    let id = tx.people().add(new).await.unwrap();
    let actor: Actor = tx.people().load_actor(id).await.unwrap().expect("just added");
    tx.save().await.unwrap();
    ctx.acting_as(actor)
}

fn form(text: &str) -> FormValues {
    FormValues::decode(text.as_bytes())
}

async fn account(ctx: &Ctx, text: &str) -> AccountId {
    accounts::add_account(ctx, &form(text)).await.unwrap().id
}

/// A lead called Jo comes in, with a company, an address and a number, each of which may be empty.
async fn comes(house: &House, door: Door, company: &str, email: &str, phone: &str) -> Lead {
    let plural = format!("full_name=Jo&company={company}&emails={email}&phones={phone}&owner=");
    let id = match door {
        Door::Register => {
            let fresh = fresh_form(&house.public);
            house.public.clock.advance_ms(LEAST_MS);
            let (key, shown_at) = (&fresh.key, fresh.shown_at);
            let values = format!("key={key}&shown_at={shown_at}&consent=1&full_name=Jo&company={company}&email={email}&phone={phone}");
            register(&house.public, &format!("10.2.0.{key}"), &form(&values)).await.unwrap().expect("a lead")
        }
        Door::Refer => refer_once(&house.maya, &form(&plural), None).await.unwrap(),
        Door::Add => leads::add(&house.ada, &form(&plural)).await.unwrap(),
    };
    lead(&house.ada, id).await
}

async fn lead(ctx: &Ctx, id: LeadId) -> Lead {
    ctx.store.read().await.unwrap().leads().find_visible(id, &Scope::All).await.unwrap().expect("the lead")
}

/// What the timeline says of the account, if it says anything.
async fn said(house: &House, lead: &Lead) -> Option<String> {
    let LeadDetail { timeline, .. } = leads::find(&house.ada, lead.id).await.unwrap();
    timeline.iter().find(|event| matches!(event.kind, EventKind::AccountSought { .. })).map(|event| event.kind.sentence())
}

both_engines!(a_name_but_for_its_legal_form_is_theirs, |store| async move {
    let house = house(&store).await;
    for door in DOORS {
        let new = comes(&house, door, "NORTHWIND", &format!("jo@{door:?}.test"), "").await;
        assert_eq!((new.account.id, new.account.name.as_str()), (house.northwind, "Northwind Ltd"), "{door:?}");
        assert_eq!(new.owner, Some(house.maya.actor().unwrap().id), "{door:?}: its salesperson gets it");
        let expected = "found the account Northwind Ltd. This is their name but for spelling or legal form";
        assert_eq!(said(&house, &new).await.as_deref(), Some(expected), "{door:?}");
    }
});

both_engines!(a_domain_is_theirs_whatever_they_are_called, |store| async move {
    let house = house(&store).await;
    for door in DOORS {
        for company in ["", "Somebody+Else"] {
            let new = comes(&house, door, company, &format!("jo{}{door:?}@eu.northwind.test", company.len()), "").await;
            assert_eq!(new.account.id, house.northwind, "{door:?} {company}");
            let expected = "found the account Northwind Ltd. The e-mail domain northwind.test is theirs";
            assert_eq!(said(&house, &new).await.as_deref(), Some(expected), "{door:?} {company}");
        }
    }
});

both_engines!(a_number_tells_unless_another_company_is_named, |store| async move {
    let house = house(&store).await;
    let desk = format!("full_name=Front+Desk&account={}&phones=0161+496+0123", house.northwind);
    contacts::add_contact(&house.ada, &form(&desk)).await.unwrap();
    for door in DOORS {
        let new = comes(&house, door, "", &format!("jo.{door:?}@gmail.com"), "0161+496+0123").await;
        assert_eq!(new.account.id, house.northwind, "{door:?}");
        // Whoever came through a door before has it by now, too.
        let told = said(&house, &new).await.expect("by which sign");
        assert!(told.starts_with("found the account Northwind Ltd. ") && told.ends_with(" there has the number +441614960123"), "{told}");
    }
    for door in DOORS {
        let company = format!("Neighbour+{door:?}");
        let new = comes(&house, door, &company, &format!("al.{door:?}@gmail.com"), "0161+496+0123").await;
        assert_eq!(new.account.name, company.replace('+', " "), "a switchboard serves many");
        let told = said(&house, &new).await.expect("that a number is known");
        assert!(told.starts_with("left the account open. ") && told.contains(". Northwind Ltd: "), "{told}");
    }
});

both_engines!(signs_that_disagree_leave_it_open_and_say_so, |store| async move {
    let house = house(&store).await;
    account(&house.ada, "name=Harbour+Ltd&kind=customer").await;
    for door in DOORS {
        let company = format!("Harbour{}", [" GmbH", " Inc", " plc"][door as usize]);
        let new = comes(&house, door, &company.replace(' ', "+"), &format!("jo.{door:?}@northwind.test"), "").await;
        assert_eq!(new.account.name, company, "{door:?}");
        let told = said(&house, &new).await.expect("what disagreed");
        assert!(told.starts_with("left the account open. The signs point to different accounts"), "{told}");
        assert!(told.contains("But the e-mail domain points to Northwind Ltd"), "{told}");
    }
});

both_engines!(a_name_that_is_theirs_decides_and_of_two_none_is_taken, |store| async move {
    let house = house(&store).await;
    let quay = account(&house.ada, "name=Quay&kind=customer&domains=shared.test").await;
    account(&house.ada, "name=Pier&kind=customer&domains=shared.test").await;
    for door in DOORS {
        let named = comes(&house, door, "quay", &format!("jo.{door:?}@northwind.test"), "").await;
        assert_eq!((named.account.id, said(&house, &named).await), (quay, None), "{door:?}");
        let shared = comes(&house, door, "", &format!("al.{door:?}@shared.test"), "").await;
        assert_eq!(shared.account.name, "Jo", "{door:?}: Quay or Pier?");
        assert!(said(&house, &shared).await.is_some_and(|told| told.contains("Quay: ") && told.contains("Pier: ")), "{door:?}");
    }
});

both_engines!(a_mail_service_says_nothing, |store| async move {
    let house = house(&store).await;
    contacts::add_contact(&house.ada, &form(&format!("full_name=Ana&account={}&emails=ana@gmail.com", house.northwind))).await.unwrap();
    for door in DOORS {
        let new = comes(&house, door, "", &format!("jo.{door:?}@gmail.com"), "").await;
        assert_ne!(new.account.id, house.northwind, "{door:?}");
        assert_eq!(said(&house, &new).await, None, "{door:?}");
    }
});
