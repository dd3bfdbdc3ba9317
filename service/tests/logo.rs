//! The firm's logo: what can be one, who decides, what is remembered of it.

use domain::catalog::Site;
use domain::logo::{LOGO_MOST, LogoKind};
use domain::{Actor, AuditFilter, EventKind, FormValues, Role, Timestamp};
use service::seed::seed_defaults;
use service::{Clock, Ctx, ServiceError, configuration};
use store::{Store, both_engines};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR and the rest";
const JPEG: &[u8] = b"\xff\xd8\xff\xe0 and the rest";

async fn person(ctx: &Ctx, email: &str, role: Role) -> Actor {
    let mut tx = ctx.store.begin().await.unwrap();
    let email = domain::EmailAddress::parse(email).unwrap();
    let new = store::people::NewUser { email, name: role.label().to_owned(), role, password_hash: String::new(), account: None, at: ctx.now() };
    let id = tx.people().add(new).await.unwrap();
    let actor = tx.people().load_actor(id).await.unwrap().expect("just added");
    tx.save().await.unwrap();
    actor
}

async fn site(store: &Store) -> Site {
    store.catalog().await.unwrap().site.clone()
}

both_engines!(a_logo_is_put_up_changed_and_taken_away, |store| async move {
    let public = Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000)));
    seed_defaults(&public).await.unwrap();
    let ada = public.acting_as(person(&public, "ada@house.test", Role::Administrator).await);
    assert!(matches!(configuration::remove_logo(&ada).await, Err(ServiceError::Refused(_))));

    configuration::change_logo(&ada, PNG).await.unwrap();
    let first = site(&store).await.logo.expect("it is up");
    assert_eq!(configuration::logo(&public, &first).await.unwrap(), (LogoKind::Png, PNG.to_vec()));
    configuration::change_logo(&ada, PNG).await.unwrap();
    configuration::change_logo(&ada, JPEG).await.unwrap();
    let second = site(&store).await.logo.expect("another is up");
    assert_ne!(first, second, "another picture has another address");
    assert!(matches!(configuration::logo(&public, &first).await, Err(ServiceError::NotFound)));
    // Saving the site's other settings leaves it.
    configuration::change_site(&ada, &FormValues(vec![("name".to_owned(), "Harbour".to_owned())])).await.unwrap();
    assert_eq!(site(&store).await.logo, Some(second.clone()));
    configuration::remove_logo(&ada).await.unwrap();
    assert_eq!(site(&store).await.logo, None);
    assert!(matches!(configuration::logo(&public, &second).await, Err(ServiceError::NotFound)));

    let audit = service::audit::list(&ada, AuditFilter::default(), None).await.unwrap();
    let logos = audit.items.iter().filter_map(|entry| match &entry.kind {
        EventKind::RecordChanged { changes, .. } if changes[0].what == "Logo" => Some((changes[0].old.get(..4), changes[0].new.get(..4))),
        _ => None,
    });
    assert_eq!(
        logos.collect::<Vec<_>>(),
        [(Some("JPEG"), None), (Some("PNG "), Some("JPEG")), (None, Some("PNG "))],
        "newest first, the same one not twice"
    );
});

both_engines!(what_is_no_logo_is_refused_at_its_field, |store| async move {
    let public = Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000)));
    seed_defaults(&public).await.unwrap();
    let ada = public.acting_as(person(&public, "ada@house.test", Role::Administrator).await);
    let large = [PNG, &vec![0; LOGO_MOST]].concat();
    for (bytes, said) in [
        (&b""[..], "Choose a picture"),
        (b"<svg onload='alert(1)'/>", "This is no PNG, JPEG or WebP picture"),
        (&large, "The picture is larger than 256 kB; make it smaller"),
    ] {
        match configuration::change_logo(&ada, bytes).await {
            Err(ServiceError::Invalid(errors)) => assert_eq!(errors.get("logo"), Some(said)),
            other => panic!("{other:?}"),
        }
    }
    let manager = public.acting_as(person(&public, "martin@house.test", Role::Manager).await);
    assert!(matches!(configuration::change_logo(&manager, PNG).await, Err(ServiceError::Forbidden(_))));
    assert!(matches!(configuration::remove_logo(&manager).await, Err(ServiceError::Forbidden(_))));
    assert_eq!(site(&store).await.logo, None);
});
