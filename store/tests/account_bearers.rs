//! Looking up the accounts of many rows at once, on both engines.

use domain::account::AccountLocation;
use domain::account_match::{Candidate, MatchBy};
use domain::match_key::street_key;
use domain::{AccountId, AccountKind, Address, ContactId, EmailAddress, ImportId, Phone, Timestamp};
use store::account_bearers::Bearers;
use store::account_signs::AccountSigns;
use store::accounts::NewAccount;
use store::contacts::NewContact;
use store::{Engine, Sql, Tx, both_engines};

const NOW: Timestamp = Timestamp(1_764_000_000_000);

fn account(id: i64, name: &str) -> NewAccount {
    NewAccount {
        id: AccountId(id),
        name: name.to_owned(),
        kinds: vec![AccountKind::Customer],
        primary_rep: None,
        website: String::new(),
        domains: Vec::new(),
        locations: Vec::new(),
        import: None,
        now: NOW,
    }
}

fn with_domain(id: i64, name: &str, domain: &str) -> NewAccount {
    NewAccount { domains: vec![domain.to_owned()], ..account(id, name) }
}

fn quay(number: i64) -> Address {
    Address { street: format!("{number} Quay Street"), city: "Leeds".to_owned(), postcode: "LS1 4AP".to_owned(), ..Address::default() }
}

fn at_quay(id: i64, name: &str, number: i64) -> NewAccount {
    NewAccount { locations: vec![AccountLocation { name: "Office".to_owned(), address: quay(number) }], ..account(id, name) }
}

fn jo(id: i64, account: i64) -> NewContact {
    NewContact {
        id: ContactId(id),
        full_name: "Jo Field".to_owned(),
        job_title: String::new(),
        account: Some(AccountId(account)),
        phones: vec![Phone { raw: "0161".to_owned(), e164: Some("+441614960123".to_owned()) }],
        emails: vec![EmailAddress::parse("Jo@Acme.test").unwrap()],
        import: None,
        now: NOW,
    }
}

fn named(key: &str) -> AccountSigns {
    AccountSigns { name: key.to_owned(), ..AccountSigns::default() }
}

fn from_domain(domain: &str) -> AccountSigns {
    AccountSigns { domains: vec![domain.to_owned()], ..AccountSigns::default() }
}

fn reached_by(phone: &str, email: &str) -> AccountSigns {
    let one = |text: &str| if text.is_empty() { Vec::new() } else { vec![text.to_owned()] };
    AccountSigns { phones: one(phone), emails: one(email), ..AccountSigns::default() }
}

fn in_street(number: i64) -> AccountSigns {
    AccountSigns { street: street_key(&quay(number)), ..AccountSigns::default() }
}

/// Looks up all, then gives for each what it found.
async fn found(tx: &mut Tx, asked: &[AccountSigns], but_of: Option<ImportId>) -> Vec<Vec<Candidate>> {
    let mut bearers = Bearers::default();
    tx.accounts().find_bearers(&mut bearers, &asked.iter().collect::<Vec<_>>(), but_of).await.unwrap();
    asked.iter().map(|signs| bearers.of(signs)).collect()
}

fn numbers(found: &[Vec<Candidate>]) -> Vec<Vec<i64>> {
    found.iter().map(|candidates| candidates.iter().map(|candidate| candidate.account.id.0).collect()).collect()
}

both_engines!(each_row_finds_the_accounts_of_its_own_signs, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let all = [account(1, "ACME Ltd"), with_domain(2, "Brew", "acme.test"), at_quay(3, "Cobalt", 1), account(4, "Acme GmbH"), account(5, "Dart")];
    tx.accounts().add_many(&all).await.unwrap();
    tx.contacts().add(&jo(1, 5)).await.unwrap();
    let both = AccountSigns { domains: vec!["acme.test".to_owned()], emails: vec!["jo@acme.test".to_owned()], ..named("acme") };
    let asked = [
        AccountSigns::default(),
        named("acme"),
        named("zebra"),
        from_domain("acme.test"),
        reached_by("+441614960123", ""),
        reached_by("", "jo@acme.test"),
        in_street(1),
        in_street(2),
        both,
    ];
    let before = store.statements();
    let found = found(&mut tx, &asked, None).await;
    assert_eq!(store.statements() - before, 1, "one statement for all");
    let expected: [&[i64]; 9] = [&[], &[1, 4], &[], &[2], &[5], &[5], &[3], &[], &[1, 2, 4, 5]];
    assert_eq!(numbers(&found), expected);
    assert_eq!(found[3][0].domains, ["acme.test"]);
    assert_eq!(found[6][0].places, [quay(1)]);
    let person = &found[4][0].people[0];
    assert_eq!((found[4][0].people.len(), person.by, person.value.as_str()), (1, MatchBy::Phone, "+441614960123"));
    assert_eq!((person.contact.name.as_str(), found[5][0].people[0].by), ("Jo Field", MatchBy::Email));
    // What is needed to judge is as it is for one alone.
    for (signs, many) in asked.iter().zip(&found).filter(|(signs, _)| !signs.name.starts_with("acme")) {
        let alone = tx.accounts().with_signs(signs).await.unwrap();
        let plain =
            |candidate: &Candidate| (candidate.account.clone(), candidate.domains.clone(), candidate.places.clone(), candidate.people.clone());
        assert_eq!(alone.iter().map(plain).collect::<Vec<_>>(), many.iter().map(plain).collect::<Vec<_>>(), "{signs:?}");
    }
});

both_engines!(what_was_looked_up_is_not_asked_again, |store| async move {
    let mut tx = store.begin().await.unwrap();
    tx.accounts().add_many(&[account(1, "Acme"), account(2, "Brew")]).await.unwrap();
    let mut bearers = Bearers::default();
    let (acme, brew) = (named("acme"), named("brew"));
    let before = store.statements();
    tx.accounts().find_bearers(&mut bearers, &[], None).await.unwrap();
    assert_eq!(store.statements() - before, 0, "who asks nothing costs nothing");
    tx.accounts().find_bearers(&mut bearers, &[&acme], None).await.unwrap();
    tx.accounts().find_bearers(&mut bearers, &[&acme, &acme], None).await.unwrap();
    assert_eq!(store.statements() - before, 1);
    tx.accounts().find_bearers(&mut bearers, &[&acme, &brew], None).await.unwrap();
    assert_eq!((store.statements() - before, bearers.of(&acme).len(), bearers.of(&brew).len()), (2, 1, 1));
});

both_engines!(who_is_deleted_or_of_the_run_itself_is_not_found, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let run = tx.imports().begin("leads.csv", "digest", None, NOW).await.unwrap();
    let of_run = NewAccount { import: Some(run), ..with_domain(3, "Acme plc", "acme.test") };
    let all = [with_domain(1, "Acme", "acme.test"), with_domain(2, "Acme Ltd", "acme.test"), of_run, account(4, "Dart")];
    tx.accounts().add_many(&all).await.unwrap();
    tx.contacts().add(&jo(1, 4)).await.unwrap();
    let asked = [named("acme"), from_domain("acme.test"), reached_by("+441614960123", "jo@acme.test")];
    assert_eq!(numbers(&found(&mut tx, &asked, None).await), [vec![1, 2, 3], vec![1, 2, 3], vec![4]]);
    assert_eq!(numbers(&found(&mut tx, &asked, Some(run)).await), [vec![1, 2], vec![1, 2], vec![4]]);
    tx.run(Sql::new("update account set deleted_at = 1 where id = 1")).await.unwrap();
    tx.run(Sql::new("update contact set deleted_at = 1 where id = 1")).await.unwrap();
    assert_eq!(numbers(&found(&mut tx, &asked, Some(run)).await), [vec![2], vec![2], vec![]]);
});

both_engines!(a_crowd_brings_few_and_hides_nobody_whom_another_sign_brings, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let member = |id: i64| NewAccount { domains: vec!["group.test".to_owned()], ..at_quay(id, &format!("Member {id}"), 1) };
    let all: Vec<NewAccount> = (1..=60).map(member).collect();
    tx.accounts().add_many(&all).await.unwrap();
    let last = AccountSigns { street: street_key(&quay(1)), ..from_domain("group.test") };
    let found = found(&mut tx, &[last.clone(), AccountSigns { name: "member 60".to_owned(), ..last }], None).await;
    assert!((2..30).contains(&found[0].len()), "{}", found[0].len());
    let sixty = found[1].iter().find(|candidate| candidate.account.id == AccountId(60)).expect("the one that is named");
    assert_eq!((sixty.account.name.as_str(), &sixty.domains[..], &sixty.places[..]), ("Member 60", &["group.test".to_owned()][..], &[quay(1)][..]));
});

both_engines!(many_signs_are_looked_up_in_indexes, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let new = |id: i64| NewAccount { domains: vec![format!("firm{id}.test")], ..at_quay(id, &format!("Acme Tools {id}"), id) };
    let all: Vec<NewAccount> = (1..=3000).map(new).collect();
    tx.accounts().add_many(&all).await.unwrap();
    let people: Vec<NewContact> = (1..=3000).map(|id| jo(id, id)).collect();
    tx.contacts().add_many(&people).await.unwrap();
    tx.save().await.unwrap();
    for is_analyzed in [false, true] {
        if is_analyzed {
            store.analyze().await.unwrap();
        }
        let mut tx = store.begin().await.unwrap();
        // Postgres plans by what its values are like, and may well read so few rows through.
        if tx.engine() == Engine::Postgres {
            continue;
        }
        let signs = AccountSigns { domains: vec!["firm7.test".to_owned()], street: street_key(&quay(7)), ..reached_by("+441", "jo@acme.test") };
        let signs = AccountSigns { name: "acme tools 7".to_owned(), ..signs };
        let plan = tx.accounts().explain_bearers(&[&signs]).await.unwrap();
        for index in ["account_name_key", "account_domain_domain", "contact_point_match", "account_location_street"] {
            assert!(plan.iter().any(|step| step.contains(index)), "{index} in {plan:#?}");
        }
        for step in plan.iter().filter(|step| step.starts_with("SCAN")) {
            assert!(step.contains("found") || step.contains("subquery"), "{step} in {plan:#?}");
        }
    }
});
