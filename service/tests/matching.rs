//! Which account is this? On both engines, with a clock that stands still.

use domain::account_match::{MATCHES_MAX, MatchBy, Strength};
use domain::{AccountId, AccountMatch, Actor, Address, EmailAddress, FormValues, Phone, Role, Sought, Timestamp};
use service::seed::seed_defaults;
use service::{Clock, Ctx, ServiceError, accounts, contacts, matching};
use store::people::NewUser;
use store::{Sql, Store, both_engines};

use Strength::{Certain, Likely, Possible};

/// Maya, a rep, in a site of Great Britain with its defaults.
async fn maya(store: &Store) -> Ctx {
    let ctx = Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000)));
    seed_defaults(&ctx).await.unwrap();
    person(&ctx, "Maya Lind", Role::Rep).await
}

async fn person(ctx: &Ctx, name: &str, role: Role) -> Ctx {
    let mut tx = ctx.store.begin().await.unwrap();
    let email = EmailAddress::parse(&format!("{}@house.test", name.to_lowercase().replace(' ', "."))).unwrap();
    let new = NewUser { email, name: name.to_owned(), role, password_hash: String::new(), account: None, at: ctx.now() };
    let id = tx.people().add(new).await.unwrap();
    let actor: Actor = tx.people().load_actor(id).await.unwrap().expect("just added");
    tx.save().await.unwrap();
    ctx.acting_as(actor)
}

async fn account(ctx: &Ctx, form: &str) -> AccountId {
    accounts::add_account(ctx, &FormValues::decode(form.as_bytes())).await.unwrap().id
}

async fn contact(ctx: &Ctx, form: &str) {
    contacts::add_contact(ctx, &FormValues::decode(form.as_bytes())).await.unwrap();
}

fn company(name: &str) -> Sought {
    Sought { company: name.to_owned(), ..Sought::default() }
}

fn email(text: &str) -> Sought {
    Sought { email: text.to_owned(), ..Sought::default() }
}

fn phone(text: &str) -> Sought {
    Sought { phone: text.to_owned(), ..Sought::default() }
}

fn place(street: &str, city: &str, postcode: &str) -> Sought {
    let address = Address { street: street.to_owned(), city: city.to_owned(), postcode: postcode.to_owned(), ..Address::default() };
    Sought { address, ..Sought::default() }
}

async fn find(ctx: &Ctx, sought: &Sought) -> Vec<AccountMatch> {
    matching::find(ctx, sought).await.unwrap()
}

/// Account and strength, in the order found.
async fn found(ctx: &Ctx, sought: &Sought) -> Vec<(AccountId, Strength)> {
    find(ctx, sought).await.into_iter().map(|found| (found.account, found.strength)).collect()
}

both_engines!(a_company_is_found_however_its_name_is_written, |store| async move {
    let maya = maya(&store).await;
    let muller = account(&maya, "name=M%C3%BCller+%26+S%C3%B6hne+GmbH&kind=customer").await;
    account(&maya, "name=Quay+Dental").await;
    for name in ["Müller & Söhne", "MUELLER UND SOEHNE", "muller and sohne gmbh & co. kg", "Müller&Söhne AG"] {
        assert_eq!(found(&maya, &company(name)).await, [(muller, Likely)], "{name}");
    }
    for typed in ["mü", "Müller &", "muller and so"] {
        assert_eq!(found(&maya, &company(typed)).await, [(muller, Possible)], "{typed}");
    }
    assert_eq!(found(&maya, &company("Müller & Söhne Leeds Branch")).await, [(muller, Possible)]);
    for nothing in ["", "m", "GmbH", "Söhne", "\u{0}", "%", "_"] {
        assert_eq!(found(&maya, &company(nothing)).await, [], "{nothing}");
    }
    let matches = find(&maya, &company("Müller & Söhne GmbH")).await;
    assert_eq!((matches[0].name.as_str(), matches[0].primary_rep), ("Müller & Söhne GmbH", maya.actor.as_ref().map(|actor| actor.id)));
    assert_eq!((matches[0].kinds.len(), matches[0].reasons[0].text.as_str()), (1, "This is their name"));
});

both_engines!(a_company_is_known_by_its_e_mail_domain, |store| async move {
    let maya = maya(&store).await;
    let northwind = account(&maya, "name=Northwind&domains=northwind.co.uk").await;
    for text in ["jo@northwind.co.uk", "Jo@Mail.EU.Northwind.CO.UK", "northwind.co.uk", "@northwind.co.uk", "x@a.test, jo@northwind.co.uk"] {
        assert_eq!(found(&maya, &email(text)).await, [(northwind, Certain)], "{text}");
    }
    for text in ["jo@northwind.com", "jo@co.uk", "co.uk", "jo@otherco.uk", "jo@", "jo", "northwind"] {
        assert_eq!(found(&maya, &email(text)).await, [], "{text}");
    }
});

both_engines!(what_anybody_may_use_says_nothing_and_is_refused_as_a_domain, |store| async move {
    let maya = maya(&store).await;
    for domain in ["gmail.com", "mail.yahoo.co.uk", "co.uk"] {
        let form = FormValues::decode(format!("name=Acme&domains={domain}").as_bytes());
        let Err(ServiceError::Invalid(errors)) = accounts::add_account(&maya, &form).await else { panic!("{domain} is taken") };
        assert!(errors.get("domains").is_some_and(|text| text.contains(domain)), "{errors:?}");
    }
    let acme = account(&maya, "name=Acme").await;
    let form = FormValues::decode(b"version=1&domains=web.de");
    assert!(matches!(accounts::change_account(&maya, acme, &form).await, Err(ServiceError::Invalid(_))));
    // One that is there from of old.
    let mut tx = store.begin().await.unwrap();
    for domain in ["gmail.com", "co.uk"] {
        tx.run(Sql::new("insert into account_domain (account_id, domain) values ($1, $2)").bind(acme).bind(domain)).await.unwrap();
    }
    tx.save().await.unwrap();
    assert_eq!(found(&maya, &email("jo@gmail.com, jo@co.uk")).await, []);
});

both_engines!(somebody_there_is_known_by_number_and_address, |store| async move {
    let maya = maya(&store).await;
    let acme = account(&maya, "name=Acme").await;
    contact(&maya, &format!("full_name=Jo+Field&account={acme}&phones=0161+496+0123&emails=Jo@Gmail.com")).await;
    contact(&maya, "full_name=Nobody+S&phones=0161+496+0123").await;
    for text in ["0161 496 0123", "+44 161 496-0123", "(0161) 4960123", "00441614960123", "020 7946 0999, 0161 496 0123"] {
        let matches = find(&maya, &phone(text)).await;
        let who = matches.iter().map(|found| (found.account, found.strength, found.contact.as_ref().map(|contact| contact.name.as_str())));
        assert_eq!(who.collect::<Vec<_>>(), [(acme, Likely, Some("Jo Field"))], "{text}");
    }
    for text in ["0161 496", "0161 496 0124", "Jo", ""] {
        assert_eq!(found(&maya, &phone(text)).await, [], "{text}");
    }
    assert_eq!(found(&maya, &email("jo@gmail.com")).await, [(acme, Certain)]);
    assert_eq!(found(&maya, &email("ana@gmail.com")).await, []);
    let called = Sought { company: "acme".to_owned(), ..phone("0161 496 0123") };
    assert_eq!(found(&maya, &called).await, [(acme, Certain)]);
});

both_engines!(a_number_that_fits_no_plan_is_known_by_its_digits, |store| async move {
    let maya = maya(&store).await;
    let acme = account(&maya, "name=Acme").await;
    let form = format!("full_name=Jo+Field&account={acme}&phones=07700+900123,+20455");
    let jo = contacts::add_contact(&maya, &FormValues::decode(form.as_bytes())).await.unwrap();
    assert_eq!(
        jo.phones.iter().map(|phone| (phone.raw.as_str(), phone.e164.is_some())).collect::<Vec<_>>(),
        [("07700 900123", false), ("20455", false)]
    );
    for text in ["07700 900123", "07700-900-123", "(07700) 900123", "020 7946 0999, 07700900123"] {
        assert_eq!(found(&maya, &phone(text)).await, [(acme, Likely)], "{text}");
    }
    for text in ["07700 900124", "07700 900", "20455"] {
        assert_eq!(found(&maya, &phone(text)).await, [], "{text}");
    }
    // One that came from elsewhere in its international form.
    let al = contacts::add_contact(&maya, &FormValues::decode(format!("full_name=Al&account={acme}").as_bytes())).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let known = Phone { raw: "+44 7700 900456".to_owned(), e164: Some("+447700900456".to_owned()) };
    tx.contacts().set_points(al.id, &[known], &[]).await.unwrap();
    tx.save().await.unwrap();
    assert_eq!(found(&maya, &phone("07700 900456")).await, [(acme, Likely)]);
});

both_engines!(a_company_is_known_by_its_place, |store| async move {
    let maya = maya(&store).await;
    let acme = account(&maya, "name=Acme&street=1+Quay+Street&city=Leeds&postcode=LS1+4AP&country=United+Kingdom").await;
    let brew = account(&maya, "name=Brew&street=Hauptstra%C3%9Fe+12&city=K%C3%B6ln&postcode=50667&country=Germany").await;
    assert_eq!(found(&maya, &place("1, Quay St.", "LEEDS", "")).await, [(acme, Likely)]);
    assert_eq!(found(&maya, &place("", "", "ls14ap")).await, [(acme, Possible)]);
    assert_eq!(found(&maya, &place("12 Hauptstr.", "Koeln", "")).await, [(brew, Likely)]);
    // Without a country it is the site's.
    assert_eq!(found(&maya, &place("", "", "50667")).await, []);
    let mut abroad = place("", "", "D-50667");
    abroad.address.country = "Deutschland".to_owned();
    assert_eq!(found(&maya, &abroad).await, [(brew, Possible)]);
    for nothing in [place("Quay Street", "Leeds", ""), place("1 Quay Street", "", ""), place("1 Quay Street", "York", "")] {
        assert_eq!(found(&maya, &nothing).await, [], "{nothing:?}");
    }
});

both_engines!(signs_that_disagree_are_all_shown_with_the_reason, |store| async move {
    let maya = maya(&store).await;
    let acme = account(&maya, "name=Acme+Ltd").await;
    let northwind = account(&maya, "name=Northwind&domains=northwind.test").await;
    let sought = Sought { company: "ACME".to_owned(), ..email("jo@northwind.test") };
    let matches = find(&maya, &sought).await;
    assert_eq!(
        matches.iter().map(|found| (found.account, found.strength, found.disagrees)).collect::<Vec<_>>(),
        [(acme, Likely, true), (northwind, Likely, true)]
    );
    assert_eq!(matches[0].reasons.last().unwrap().text, "But the e-mail domain points to Northwind");
    assert_eq!(
        (matches[1].reasons.last().unwrap().by, matches[1].reasons.last().unwrap().text.as_str()),
        (MatchBy::Name, "But the company name points to Acme Ltd")
    );
});

both_engines!(subsidiaries_share_a_domain_without_a_conflict, |store| async move {
    let maya = maya(&store).await;
    let retail = account(&maya, "name=Northwind+Retail&domains=northwind.test").await;
    let freight = account(&maya, "name=Northwind+Freight+Ltd&domains=northwind.test&street=1+Quay+Street&city=Leeds").await;
    assert_eq!(found(&maya, &email("jo@northwind.test")).await, [(freight, Likely), (retail, Likely)]);
    let named = Sought { company: "Northwind Retail".to_owned(), ..email("jo@northwind.test") };
    assert_eq!(found(&maya, &named).await, [(retail, Certain), (freight, Likely)]);
    let placed = Sought { email: "jo@northwind.test".to_owned(), ..place("1 Quay Street", "Leeds", "") };
    assert_eq!(found(&maya, &placed).await, [(freight, Certain), (retail, Likely)]);
    assert!(find(&maya, &placed).await.iter().all(|found| !found.disagrees));
});

both_engines!(many_with_one_domain_do_not_hide_the_named_one, |store| async move {
    let maya = maya(&store).await;
    for number in 10..60 {
        account(&maya, &format!("name=Branch+{number}&domains=group.test")).await;
    }
    let named = Sought { company: "Branch 57".to_owned(), ..email("jo@group.test") };
    let matches = find(&maya, &named).await;
    assert_eq!((matches.len(), matches[0].name.as_str(), matches[0].strength), (MATCHES_MAX, "Branch 57", Certain));
});

both_engines!(what_is_deleted_or_renamed_is_no_longer_found, |store| async move {
    let maya = maya(&store).await;
    let acme = account(&maya, "name=Acme&domains=acme.test").await;
    accounts::change_account(&maya, acme, &FormValues::decode(b"version=1&name=Brew&domains=brew.test")).await.unwrap();
    assert_eq!(found(&maya, &Sought { company: "Acme".to_owned(), ..email("jo@acme.test") }).await, []);
    assert_eq!(found(&maya, &Sought { company: "Brew".to_owned(), ..email("jo@brew.test") }).await, [(acme, Certain)]);
    let mut tx = store.begin().await.unwrap();
    tx.run(Sql::new("update account set deleted_at = 1 where id = $1").bind(acme)).await.unwrap();
    tx.save().await.unwrap();
    assert_eq!(found(&maya, &Sought { company: "Brew".to_owned(), ..email("jo@brew.test") }).await, []);
});

both_engines!(only_people_of_the_house_may_ask, |store| async move {
    let maya = maya(&store).await;
    account(&maya, "name=Acme").await;
    let dora = person(&maya, "Dora Dist", Role::Distributor).await;
    assert!(matches!(matching::find(&dora, &company("Acme")).await, Err(ServiceError::Forbidden(_))));
    let public = Ctx { actor: None, ..maya.clone() };
    assert!(matches!(matching::find(&public, &company("Acme")).await, Err(ServiceError::SignInRequired)));
    for role in [Role::Intake, Role::Manager, Role::Administrator] {
        let someone = person(&maya, &format!("Some {role:?}"), role).await;
        assert_eq!(matching::find(&someone, &company("Acme")).await.unwrap().len(), 1, "{role:?}");
    }
});
