//! Contacts, on both engines, with a clock that stands still.

use domain::lead_filter::Cursor;
use domain::{Actor, ContactFilter, ContactId, EmailAddress, FormValues, Role, Scope, Timestamp};
use service::seed::seed_defaults;
use service::{Clock, Ctx, ServiceError, accounts, contacts, leads};
use store::people::NewUser;
use store::{Store, both_engines};

macro_rules! assert_error {
    ($result:expr, $pattern:pat) => {
        let result = $result;
        assert!(matches!(result, Err($pattern)), "{result:?}");
    };
}

async fn site(store: &Store) -> Ctx {
    let ctx = Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000)));
    seed_defaults(&ctx).await.unwrap();
    ctx
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

fn form(fields: &[(&str, &str)]) -> FormValues {
    FormValues(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

fn error_at<T: std::fmt::Debug>(result: Result<T, ServiceError>, field: &str) -> String {
    match result {
        Err(ServiceError::Invalid(errors)) => errors.get(field).unwrap_or_else(|| panic!("no error at {field}: {errors:?}")).to_owned(),
        other => panic!("not invalid: {other:?}"),
    }
}

both_engines!(outsiders_and_strangers_are_refused, |store| async move {
    let ctx = site(&store).await;
    let maya = person(&ctx, "Maya Lind", Role::Rep).await;
    let ana = contacts::add_contact(&maya, &form(&[("full_name", "Ana Reyes")])).await.unwrap();
    let outsider = person(&ctx, "Dora Dist", Role::Distributor).await;
    assert_error!(contacts::find_contact(&outsider, ana.id).await, ServiceError::Forbidden(_));
    assert_error!(contacts::list_contacts(&outsider, &ContactFilter::default(), None).await, ServiceError::Forbidden(_));
    assert_error!(contacts::add_contact(&outsider, &form(&[("full_name", "B")])).await, ServiceError::Forbidden(_));
    assert_error!(contacts::change_contact(&outsider, ana.id, &form(&[("full_name", "B")])).await, ServiceError::Forbidden(_));
    assert_error!(contacts::contact_timeline(&outsider, ana.id).await, ServiceError::Forbidden(_));
    assert_error!(contacts::find_contact(&ctx, ana.id).await, ServiceError::SignInRequired);
    assert_error!(contacts::find_contact(&maya, ContactId(99)).await, ServiceError::NotFound);
    assert_error!(contacts::change_contact(&maya, ContactId(99), &form(&[])).await, ServiceError::NotFound);
    assert_error!(contacts::contact_timeline(&maya, ContactId(99)).await, ServiceError::NotFound);
});

both_engines!(a_contact_is_added_with_numbers_addresses_and_account, |store| async move {
    let maya = person(&site(&store).await, "Maya Lind", Role::Rep).await;
    let acme = accounts::add_account(&maya, &form(&[("name", "Acme")])).await.unwrap();
    let typed = [
        ("full_name", "Ana Reyes"),
        ("job_title", "IT"),
        ("account", "ACME"),
        ("phones", "0161 496 0123, 99-123"),
        ("emails", "a@b.example; c@d.example"),
    ];
    let ana = contacts::add_contact(&maya, &form(&typed)).await.unwrap();
    assert_eq!(contacts::find_contact(&maya, ana.id).await.unwrap(), ana);
    assert_eq!(ana.account.as_ref().map(|account| account.id), Some(acme.id));
    assert_eq!(ana.phones.iter().map(|phone| phone.display()).collect::<Vec<_>>(), ["+441614960123", "99-123"]);
    assert_eq!(ana.emails.len(), 2);
    let people = accounts::account_contacts(&maya, acme.id).await.unwrap();
    assert_eq!(people.iter().map(|row| row.full_name.as_str()).collect::<Vec<_>>(), ["Ana Reyes"]);
    assert_eq!(contacts::contact_timeline(&maya, ana.id).await.unwrap()[0].kind.sentence(), "added Ana Reyes");
});

both_engines!(what_is_wrong_is_said_at_its_field, |store| async move {
    let maya = person(&site(&store).await, "Maya Lind", Role::Rep).await;
    let typed = [("phones", "0161 496 0123, call me"), ("emails", "ana"), ("account", "Nowhere Ltd")];
    for (field, sentence) in [
        ("full_name", "Enter a name"),
        ("phones", "Enter a phone number with its digits; “call me” is not one"),
        ("emails", "Enter an e-mail address like name@example.com; “ana” is not one"),
        ("account", "There is no account “Nowhere Ltd”; choose one from the list, or add it first"),
    ] {
        assert_eq!(error_at(contacts::add_contact(&maya, &form(&typed)).await, field), sentence);
    }
});

both_engines!(leads_of_a_changed_contact_show_its_new_numbers, |store| async move {
    let maya = person(&site(&store).await, "Maya Lind", Role::Rep).await;
    let lead = leads::add(&maya, &form(&[("full_name", "Ana Reyes"), ("company", "Acme"), ("emails", "a@b.example"), ("phones", "0161 496 0123")]))
        .await
        .unwrap();
    let shown = async || store.read().await.unwrap().leads().find_visible(lead, &Scope::All).await.unwrap().expect("the lead");
    let contact = shown().await.contact;
    let ana = contacts::find_contact(&maya, contact).await.unwrap();
    let version = ana.version.to_string();
    // The form shows the international form; what was typed first stays.
    let typed = [("phones", "+441614960123"), ("emails", "new@b.example"), ("job_title", "CIO"), ("account", ""), ("version", version.as_str())];
    let changed = contacts::change_contact(&maya, contact, &form(&typed)).await.unwrap();
    assert_eq!((&changed.phones, changed.account.as_ref(), changed.version), (&ana.phones, None, ana.version + 1));
    assert_eq!(contacts::find_contact(&maya, contact).await.unwrap(), changed);
    assert_eq!(shown().await.email(), Some("new@b.example"));
    let events = contacts::contact_timeline(&maya, contact).await.unwrap();
    assert_eq!(events[0].kind.sentence(), "changed Job title, Account, E-mail addresses of Ana Reyes");
    let version = changed.version.to_string();
    let same = contacts::change_contact(&maya, contact, &form(&[("emails", "new@b.example"), ("version", version.as_str())])).await.unwrap();
    assert_eq!(same, changed);
});

both_engines!(two_values_of_one_field_are_not_written_over_each_other, |store| async move {
    let ctx = site(&store).await;
    let (maya, ines) = (person(&ctx, "Maya Lind", Role::Rep).await, person(&ctx, "Ines Intake", Role::Intake).await);
    let ana = contacts::add_contact(&maya, &form(&[("full_name", "Ana"), ("emails", "a@b.example")])).await.unwrap();
    contacts::change_contact(&ines, ana.id, &form(&[("emails", ""), ("version", "1")])).await.unwrap();
    let clash = contacts::change_contact(&maya, ana.id, &form(&[("emails", "c@d.example"), ("version", "1")])).await;
    let Err(ServiceError::Refused(sentence)) = clash else { panic!("{clash:?}") };
    assert!(
        sentence.starts_with("Ines Intake changed this contact at 24 Nov 2025") && sentence.contains("E-mail addresses (now empty)"),
        "{sentence}"
    );
    let merged =
        contacts::change_contact(&maya, ana.id, &form(&[("full_name", "Ana Reyes"), ("emails", "a@b.example"), ("version", "1")])).await.unwrap();
    assert_eq!((merged.full_name.as_str(), merged.emails.len()), ("Ana Reyes", 0));
});

both_engines!(pages_of_contacts_follow_one_another, |store| async move {
    let maya = person(&site(&store).await, "Maya Lind", Role::Rep).await;
    for number in 0..contacts::PAGE_SIZE + 2 {
        contacts::add_contact(&maya, &form(&[("full_name", &format!("Same {}", number % 3))])).await.unwrap();
    }
    let first = contacts::list_contacts(&maya, &ContactFilter::default(), None).await.unwrap();
    let after = first.next_cursor.as_deref().and_then(Cursor::parse);
    let second = contacts::list_contacts(&maya, &ContactFilter::default(), after).await.unwrap();
    assert_eq!((first.items.len(), second.items.len(), second.next_cursor), (contacts::PAGE_SIZE, 2, None));
    assert!(first.items.iter().all(|row| !second.items.contains(row)));
});
