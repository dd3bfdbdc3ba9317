//! Runs of the importer and what it looks up, on both engines.

use domain::{AccountId, AccountKind, ContactId, EmailAddress, ImportId, LeadId, Timestamp, UserId};
use store::accounts::NewAccount;
use store::contacts::NewContact;
use store::imports::{ChangedByImport, PointKind, RowCounts};
use store::{Sql, Tx, both_engines};

const NOW: Timestamp = Timestamp(1000);

async fn account(tx: &mut Tx, name: &str, import: Option<ImportId>) -> AccountId {
    let id = AccountId(tx.take_numbers("account", 1).await.unwrap());
    let new = NewAccount {
        id,
        name: name.to_owned(),
        kinds: vec![AccountKind::Prospect],
        primary_rep: None,
        website: String::new(),
        domains: Vec::new(),
        locations: Vec::new(),
        import,
        now: NOW,
    };
    tx.accounts().add(&new).await.unwrap();
    id
}

async fn contact(tx: &mut Tx, name: &str, account: AccountId, email: Option<&str>, import: Option<ImportId>) -> ContactId {
    let id = ContactId(tx.take_numbers("contact", 1).await.unwrap());
    let emails = email.map(|email| EmailAddress::parse(email).unwrap()).into_iter().collect();
    let phones = vec![domain::Phone { raw: "0161 496 0123".to_owned(), e164: Some("+441614960123".to_owned()) }];
    let new = NewContact { id, full_name: name.to_owned(), job_title: String::new(), account: Some(account), phones, emails, import, now: NOW };
    tx.contacts().add(&new).await.unwrap();
    id
}

/// A lead with the least that a lead needs.
async fn lead(tx: &mut Tx, account: AccountId, contact: ContactId, key: &str, import: ImportId) -> LeadId {
    let id = LeadId(tx.take_numbers("lead", 1).await.unwrap());
    let (lead_type, status) = match tx.row(Sql::new("select id, lead_type_id from lead_status limit 1")).await.unwrap() {
        Some(row) => (row.int("lead_type_id").unwrap(), row.int("id").unwrap()),
        None => {
            let lead_type = store::catalog::NewLeadType { name: "Enquiry".to_owned(), ..Default::default() };
            let lead_type = tx.catalog().add_lead_type(&lead_type).await.unwrap();
            let status = store::catalog::NewStatus {
                lead_type,
                name: "New".to_owned(),
                state: domain::LifeCycle::Pending,
                tone: "grey".to_owned(),
                due_days: None,
                is_default: true,
            };
            (lead_type.0, tx.catalog().add_status(&status).await.unwrap().0)
        }
    };
    let sql = Sql::new(
        "insert into lead (id, version, full_name, name_folded, account_id, contact_id, contact_email, contact_phone, shown_email, shown_phone,
         lead_type_id, status_id, status_since, state, target_amount_minor, currency, score, street, city, postcode, region, country, message, extra,
         import_id, import_key, created_at, updated_at)
         values ($1, 1, 'Ana', 'ana', $2, $3, '', '', '', '', $4, $5, 0, 'pending', 0, 'GBP', 0, '', '', '', '', '', '', '', $6, $7, 0, 0)",
    );
    tx.run(sql.bind(id).bind(account).bind(contact).bind(lead_type).bind(status).bind(import).bind(key)).await.unwrap();
    id
}

both_engines!(a_run_is_found_until_it_is_finished_or_undone, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let run = tx.imports().begin("leads.csv", "d1", Some(UserId(7)), NOW).await.unwrap();
    let done = RowCounts { rows: 20, created: 15, updated: 1, skipped: 2, refused: 1 };
    tx.imports().advance(run, done, None).await.unwrap();
    let found = tx.imports().find_interrupted("d1").await.unwrap().expect("the run");
    assert_eq!((found.id, found.file_name.as_str(), found.started_by, found.done), (run, "leads.csv", Some(UserId(7)), done));
    assert_eq!(tx.imports().find_interrupted("d2").await.unwrap(), None);
    tx.imports().advance(run, done, Some(Timestamp(5))).await.unwrap();
    assert_eq!(tx.imports().find_interrupted("d1").await.unwrap(), None);
    let other = tx.imports().begin("more.csv", "d1", None, NOW).await.unwrap();
    tx.imports().mark_undone(other, Timestamp(9)).await.unwrap();
    assert_eq!(tx.imports().find_interrupted("d1").await.unwrap(), None);
    assert_eq!(tx.imports().find(other).await.unwrap().and_then(|run| run.undone_at), Some(Timestamp(9)));
    assert_eq!(tx.imports().list(10).await.unwrap().iter().map(|run| run.id).collect::<Vec<_>>(), [other, run]);
    assert_eq!(tx.imports().list(1).await.unwrap().len(), 1);
});

both_engines!(many_are_looked_up_at_once, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let run = tx.imports().begin("leads.csv", "d", None, NOW).await.unwrap();
    let acme = account(&mut tx, "Acme", None).await;
    account(&mut tx, "ACME", None).await;
    let ana = contact(&mut tx, "Ana", acme, Some("Ana@acme.example"), None).await;
    let first = lead(&mut tx, acme, ana, "k1", run).await;
    let keys: Vec<String> = (0..1500).map(|n| format!("k{n}")).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let known = tx.imports().known_keys(&keys).await.unwrap();
    assert_eq!(known.into_iter().collect::<Vec<_>>(), [("k1".to_owned(), (first, Some(run)))]);
    let by_email = tx.imports().leads_of_emails(None, &["x@y.example", "ana@acme.example"]).await.unwrap();
    assert_eq!(
        by_email.iter().map(|known| (known.email.as_str(), known.account_folded.as_str(), known.lead)).collect::<Vec<_>>(),
        [("ana@acme.example", "acme", first)]
    );
    assert_eq!(tx.imports().leads_of_emails(Some(run), &["ana@acme.example"]).await.unwrap(), [], "the run itself brought it");
    assert_eq!(tx.imports().accounts_named(&["acme", "globex"]).await.unwrap().into_iter().collect::<Vec<_>>(), [("acme".to_owned(), acme)]);
    assert!(tx.imports().accounts_named(&[]).await.unwrap().is_empty());
    let by_email = tx.imports().contacts_with(PointKind::Email, &["ana@acme.example", "x@y.example"]).await.unwrap();
    assert_eq!((by_email.len(), by_email[0].contact, by_email[0].account, by_email[0].name_folded.as_str()), (1, ana, acme, "ana"));
    assert_eq!(by_email[0].match_text, "ana@acme.example");
    assert_eq!(tx.imports().contacts_with(PointKind::Phone, &["+441614960123"]).await.unwrap().len(), 1);
    assert_eq!(tx.imports().contacts_named(&[acme], &["ana", "bea"]).await.unwrap().len(), 1);
    assert!(tx.imports().contacts_named(&[AccountId(99)], &["ana"]).await.unwrap().is_empty());
});

both_engines!(what_leads_were_before_is_taken_once_newest_first, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let run = tx.imports().begin("leads.csv", "d", None, NOW).await.unwrap();
    let acme = account(&mut tx, "Acme", None).await;
    let ana = contact(&mut tx, "Ana", acme, None, None).await;
    let lead = lead(&mut tx, acme, ana, "k1", run).await;
    let change = |version: i64| ChangedByImport { lead, version, old: format!("{{\"{version}\":1}}") };
    tx.imports().note_changes(run, vec![change(2), change(3)]).await.unwrap();
    tx.imports().note_changes(run, Vec::new()).await.unwrap();
    assert_eq!(tx.imports().changed_of(run, &[lead, LeadId(999)]).await.unwrap().into_iter().collect::<Vec<_>>(), [lead]);
    assert!(tx.imports().changed_of(ImportId(999), &[lead]).await.unwrap().is_empty());
    assert_eq!(tx.imports().file_that_made(lead, 3).await.unwrap().as_deref(), Some("leads.csv"));
    assert_eq!(tx.imports().file_that_made(lead, 4).await.unwrap(), None);
    assert_eq!(tx.imports().take_changes(run, 1).await.unwrap(), [change(3)]);
    assert_eq!(tx.imports().take_changes(run, 9).await.unwrap(), [change(2)]);
    assert_eq!(tx.imports().take_changes(run, 9).await.unwrap(), []);
});

both_engines!(customers_are_made_once, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let run = tx.imports().begin("leads.csv", "d", None, NOW).await.unwrap();
    let (old, new) = (account(&mut tx, "Old", None).await, account(&mut tx, "New", Some(run)).await);
    assert_eq!(tx.imports().make_customers(run, &[old, new], NOW).await.unwrap(), 1);
    assert_eq!(tx.imports().make_customers(run, &[old, new], NOW).await.unwrap(), 0);
    let version = async |tx: &mut Tx, id| tx.accounts().find(id).await.unwrap().map(|account| (account.version, account.kinds.len()));
    assert_eq!(version(&mut tx, old).await, Some((2, 2)));
    assert_eq!(version(&mut tx, new).await, Some((1, 2)), "the run made it, so nobody can have it open");
});

both_engines!(only_what_nobody_touched_is_taken_back, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let run = tx.imports().begin("leads.csv", "d", None, NOW).await.unwrap();
    assert!(!tx.imports().made_records(run).await.unwrap());
    let (acme, globex) = (account(&mut tx, "Acme", Some(run)).await, account(&mut tx, "Globex", Some(run)).await);
    let (ana, bea) = (contact(&mut tx, "Ana", acme, None, Some(run)).await, contact(&mut tx, "Bea", globex, None, Some(run)).await);
    let first = lead(&mut tx, acme, ana, "k1", run).await;
    let second = lead(&mut tx, globex, bea, "k2", run).await;
    tx.run(Sql::new("update lead set version = 2 where id = $1").bind(second)).await.unwrap();
    assert!(tx.imports().made_records(run).await.unwrap());
    let taken = tx.imports().take_back_leads(run, 10, NOW).await.unwrap();
    assert_eq!(taken.iter().map(|lead| (lead.lead, lead.version)).collect::<Vec<_>>(), [(first, 2)]);
    assert!(tx.imports().take_back_leads(run, 10, NOW).await.unwrap().is_empty());
    assert_eq!(tx.imports().living_leads(run).await.unwrap(), 1);
    assert!(tx.imports().known_keys(&["k1"]).await.unwrap().is_empty(), "its key is free again");
    let contacts = tx.imports().take_back_contacts(run, 10, NOW).await.unwrap();
    assert_eq!(contacts.iter().map(|contact| (contact.id, contact.name.as_str())).collect::<Vec<_>>(), [(ana.0, "Ana")]);
    let accounts = tx.imports().take_back_accounts(run, 10, NOW).await.unwrap();
    assert_eq!(accounts.iter().map(|account| (account.id, account.version)).collect::<Vec<_>>(), [(acme.0, 2)]);
    assert_eq!(tx.accounts().find(acme).await.unwrap(), None);
});
