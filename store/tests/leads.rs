//! Leads on both engines: writing them, and the list compared with a plain filter in Rust over the same leads. At the end
//! what goes along with leads: events, submissions of the public form, and the catalog that every request reads.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::board::Tally;
use domain::cast::{self, ACME, ADA, ANA, DORA, INES, MARTIN, MAYA, NORTH, NORTHWIND, NOW, SALES, SOUTH};
use domain::event::{Arrival, Subject};
use domain::intake::{LeadCall, Requirement};
use domain::lead_filter::{Bound, Facet};
use domain::lead_views::Total;
use domain::referral::{Fate, Referral};
use domain::text::{fold, search_words};
use domain::{
    Actor, Audience, Catalog, ChoiceId, ChoiceList, ContactId, DAY_MS, EmailAddress, EventId, EventKind, Grouping, Handover, Latest, Lead,
    LeadFilter, LeadId, LeadSort, LeadState, LeadView, LifeCycle, Phone, Reach, Scope, SortKey, UserId,
};
use store::accounts::NewAccount;
use store::catalog::{NewLeadType, NewStatus};
use store::contacts::NewContact;
use store::events::NewEvent;
use store::leads::{From, Limits, NewLead, Resolved};
use store::people::NewUser;
use store::{Engine, Store, StoreError, Tx, WhenMissing, both_engines};
use unicode_normalization::UnicodeNormalization as _;

/// Puts the cast into an empty database.
async fn furnish(store: &Store) -> Arc<Catalog> {
    let wanted = cast::catalog();
    let mut tx = store.begin().await.expect("a transaction");
    for account in [ACME, NORTHWIND] {
        tx.accounts().add(&account_named(account, if account == ACME { "Acme" } else { "Northwind" })).await.unwrap();
    }
    for person in &wanted.people {
        let email = EmailAddress::parse(&person.email).unwrap();
        let account = (person.id == DORA).then_some(NORTHWIND);
        let new = NewUser { email, name: person.name.clone(), role: person.role, password_hash: String::new(), account, at: NOW };
        assert_eq!(tx.people().add(new).await.unwrap(), person.id);
    }
    for group in &wanted.groups {
        let id = tx.people().add_group(&group.name, &group.region, group.manager).await.unwrap();
        tx.people().change_members(id, &group.members).await.unwrap();
    }
    for choice in &wanted.choices {
        tx.catalog().add_choice(choice.list, &choice.name, choice.is_default).await.unwrap();
    }
    for lead_type in &wanted.types {
        tx.catalog().add_lead_type(&NewLeadType { name: lead_type.name.clone(), ..NewLeadType::default() }).await.unwrap();
    }
    for status in &wanted.statuses {
        let new = NewStatus {
            lead_type: status.lead_type,
            name: status.name.clone(),
            state: status.state,
            tone: status.tone.clone(),
            due_days: status.due_days,
            is_default: status.is_default,
        };
        tx.catalog().add_status(&new).await.unwrap();
    }
    for status in &wanted.statuses {
        for to in &status.moves {
            tx.catalog().add_status_move(status.id, *to).await.unwrap();
        }
    }
    tx.contacts().add(&contact_of(&cast::lead())).await.unwrap();
    tx.save().await.unwrap();
    let catalog = store.catalog().await.unwrap();
    assert_eq!(*catalog, wanted);
    catalog
}

fn account_named(id: domain::AccountId, name: &str) -> NewAccount {
    NewAccount {
        id,
        name: name.to_owned(),
        kinds: Vec::new(),
        primary_rep: None,
        website: String::new(),
        domains: Vec::new(),
        locations: Vec::new(),
        import: None,
        now: NOW,
    }
}

fn contact_of(lead: &Lead) -> NewContact {
    NewContact {
        id: lead.contact,
        full_name: lead.full_name.clone(),
        job_title: String::new(),
        account: Some(lead.account.id),
        phones: lead.phones.clone(),
        emails: lead.emails.clone(),
        import: None,
        now: lead.created_at,
    }
}

fn new_lead(lead: &Lead) -> NewLead {
    NewLead { lead: lead.clone(), import: None, import_key: None }
}

async fn find(tx: &mut Tx, id: LeadId) -> Option<Lead> {
    tx.leads().find_visible(id, &Scope::All).await.unwrap()
}

fn phone(raw: &str, e164: Option<&str>) -> Phone {
    Phone { raw: raw.to_owned(), e164: e164.map(str::to_owned) }
}

fn email(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

/// Lead 7 with something in every column, of contact 7.
fn full_lead() -> Lead {
    let choice = |list, name| Some(cast::choice(list, name));
    Lead {
        id: LeadId(7),
        full_name: "Zoë Field".to_owned(),
        contact: ContactId(7),
        phones: vec![phone("0161 496 0123", Some("+441614960123")), phone("ext 12", None)],
        emails: vec![email("Zoe@acme.test"), email("field@acme.test")],
        contact_email: "field@acme.test".to_owned(),
        contact_phone: "ext 12".to_owned(),
        status: cast::status(SALES, "Lost"),
        status_since: NOW.plus_ms(3),
        reopen_status: Some(cast::status(SALES, "Proposal")),
        state: LeadState::Lost { at: NOW.plus_ms(3), reason: cast::choice(ChoiceList::LostReason, "Price") },
        category: choice(ChoiceList::Category, "Customer"),
        source: choice(ChoiceList::Source, "Web"),
        partner: choice(ChoiceList::Partner, "Vendor House"),
        location: choice(ChoiceList::Location, "Leeds"),
        priority: choice(ChoiceList::Priority, "Urgent"),
        importance: choice(ChoiceList::Importance, "High"),
        owner: Some(MAYA),
        group: Some(NORTH),
        distributor: Some(NORTHWIND),
        probability: Some(40),
        target_amount_minor: 1_250_050,
        currency: "EUR".to_owned(),
        score: -7,
        expected_at: Some(NOW.plus_ms(DAY_MS)),
        address: domain::Address {
            street: "1 Quay".to_owned(),
            city: "Hull".to_owned(),
            postcode: "HU1 1AA".to_owned(),
            state: "Yorkshire".to_owned(),
            country: "GB".to_owned(),
        },
        message: "First line\nsecond line".to_owned(),
        offerings: vec![cast::choice(ChoiceList::Offering, "Managed IT"), cast::choice(ChoiceList::Offering, "Training")],
        tags: vec!["trade fair".to_owned(), "vip".to_owned()],
        team: vec![ADA, ANA],
        extra: BTreeMap::from([("Fax".to_owned(), "“none”".to_owned())]),
        latest: Latest {
            contacted_at: Some(NOW.plus_ms(1)),
            commented_at: Some(NOW.plus_ms(2)),
            comment: "Rings back".to_owned(),
            activity_at: Some(NOW.plus_ms(3)),
        },
        handover: Handover { at: Some(NOW.plus_ms(5)), by: Some(INES), touch_by: Some(NOW.plus_ms(6)), level: 2, escalate_at: Some(NOW.plus_ms(7)) },
        created_by: Some(INES),
        deleted_at: Some(NOW.plus_ms(4)),
        ..cast::lead()
    }
}

async fn add(tx: &mut Tx, lead: &Lead) {
    tx.contacts().add(&contact_of(lead)).await.unwrap();
    tx.leads().add_many(&[new_lead(lead)]).await.unwrap();
}

both_engines!(a_lead_is_found_as_it_was_added, |store| async move {
    furnish(&store).await;
    let mut tx = store.begin().await.unwrap();
    tx.leads().add_many(&[new_lead(&cast::lead())]).await.unwrap();
    add(&mut tx, &full_lead()).await;
    tx.leads().add_many(&[]).await.unwrap();
    assert_eq!(find(&mut tx, LeadId(1)).await, Some(cast::lead()));
    assert_eq!(find(&mut tx, LeadId(7)).await, Some(full_lead()));
    assert_eq!(find(&mut tx, LeadId(8)).await, None);
});

both_engines!(a_change_needs_the_version_it_read, |store| async move {
    furnish(&store).await;
    let mut tx = store.begin().await.unwrap();
    let read = Lead { version: 1, ..full_lead() };
    add(&mut tx, &read).await;
    // Everything but what an edit leaves alone; the contact is written elsewhere.
    let emptied = Lead {
        id: LeadId(7),
        version: 2,
        contact: ContactId(7),
        phones: full_lead().phones,
        emails: full_lead().emails,
        created_by: Some(INES),
        updated_at: NOW.plus_ms(9),
        ..cast::lead()
    };
    assert!(tx.leads().change(&emptied, &read).await.unwrap());
    assert_eq!(find(&mut tx, LeadId(7)).await, Some(emptied.clone()));
    assert!(!tx.leads().change(&Lead { message: "Late".to_owned(), ..emptied.clone() }, &read).await.unwrap());
    assert!(!tx.leads().change(&Lead { id: LeadId(8), ..emptied.clone() }, &emptied).await.unwrap());
    assert_eq!(find(&mut tx, LeadId(7)).await, Some(emptied));
});

/// What somebody does to a lead.
type Edit = fn(&mut Lead);

both_engines!(a_change_writes_what_differs, |store| async move {
    let catalog = furnish(&store).await;
    let mut tx = store.begin().await.unwrap();
    let mut stored = Lead { deleted_at: None, state: LeadState::Pending, status: cast::status(SALES, "New enquiry"), ..full_lead() };
    add(&mut tx, &stored).await;
    // Each with the statements that it takes: the lead's row, then what stands in rows of its own, then the words it is found by.
    let changes: [(Edit, u64); 8] = [
        (|_| (), 1),
        (|lead| lead.score = 77, 1),
        (|lead| lead.offerings.reverse(), 1),
        (|lead| lead.offerings.truncate(1), 3),
        (|lead| lead.offerings.clear(), 2),
        (|lead| lead.team = vec![MAYA], 3),
        (|lead| lead.full_name = "Zora Quill".to_owned(), 2),
        (|lead| lead.tags = vec!["cold".to_owned()], 4),
    ];
    for (edit, statements) in changes {
        let read = stored.clone();
        stored.version += 1;
        stored.updated_at = stored.updated_at.plus_ms(5);
        edit(&mut stored);
        let before = store.statements();
        assert!(tx.leads().change(&stored, &read).await.unwrap());
        assert_eq!(store.statements() - before, statements, "version {}", stored.version);
        stored.offerings.sort_unstable();
        assert_eq!(find(&mut tx, stored.id).await.as_ref(), Some(&stored));
    }
    for (query, is_found) in [("zora quill", true), ("cold", true), ("vip", false)] {
        let filter = LeadFilter { view: LeadView::All, query: query.to_owned(), ..LeadFilter::default() };
        let filter = Resolved::new(&filter, &catalog, &cast::actor(ADA), NOW);
        assert_eq!(tx.leads().among(&filter, &Scope::All, &[stored.id]).await.unwrap().len(), usize::from(is_found), "{query}");
    }
});

both_engines!(a_row_of_an_import_comes_in_once, |store| async move {
    furnish(&store).await;
    let mut tx = store.begin().await.unwrap();
    let keyed = |id| NewLead { import_key: Some("house/1".to_owned()), ..new_lead(&Lead { id: LeadId(id), ..cast::lead() }) };
    tx.leads().add_many(&[keyed(1)]).await.unwrap();
    assert!(tx.leads().add_many(&[keyed(2)]).await.is_err());
});

both_engines!(leads_follow_their_contact, |store| async move {
    let catalog = furnish(&store).await;
    let mut tx = store.begin().await.unwrap();
    let open =
        Lead { deleted_at: None, state: LeadState::Pending, status: cast::status(SALES, "New enquiry"), contact_email: String::new(), ..full_lead() };
    add(&mut tx, &open).await;
    tx.contacts().set_points(ContactId(7), &[], &[email("moved@elsewhere.test")]).await.unwrap();
    tx.leads().refresh_shown(ContactId(7), NOW.plus_ms(60)).await.unwrap();
    let lead = find(&mut tx, LeadId(7)).await.unwrap();
    assert_eq!((lead.version, lead.updated_at, lead.email()), (2, NOW.plus_ms(60), Some("moved@elsewhere.test")));
    for (query, is_found) in [("elsewhere", true), ("0161 496 0123", false)] {
        let filter = LeadFilter { view: LeadView::All, query: query.to_owned(), ..LeadFilter::default() };
        let filter = Resolved::new(&filter, &catalog, &cast::actor(ADA), NOW);
        let page = tx.leads().list(&filter, &Scope::All, &From::Start, 5).await.unwrap();
        assert_eq!(page.rows.iter().map(|row| row.email.as_str()).collect::<Vec<_>>(), vec!["moved@elsewhere.test"; usize::from(is_found)]);
    }
});

both_engines!(the_newest_open_lead_of_a_contact_is_found, |store| async move {
    furnish(&store).await;
    let mut tx = store.begin().await.unwrap();
    let lead = |id, at| Lead { id: LeadId(id), created_at: NOW.plus_ms(at), ..cast::lead() };
    let won = |id, at| Lead { state: LeadState::Won { at: NOW }, status: cast::status(SALES, "Won"), ..lead(id, at) };
    let leads = [lead(1, 0), lead(2, 10), won(3, 20), Lead { deleted_at: Some(NOW), ..lead(4, 30) }];
    tx.leads().add_many(&leads.iter().map(new_lead).collect::<Vec<_>>()).await.unwrap();
    assert_eq!(tx.leads().newest_open_of(ContactId(1), NOW).await.unwrap(), Some(LeadId(2)));
    assert_eq!(tx.leads().newest_open_of(ContactId(1), NOW.plus_ms(10)).await.unwrap(), Some(LeadId(2)));
    assert_eq!(tx.leads().newest_open_of(ContactId(1), NOW.plus_ms(11)).await.unwrap(), None);
    assert_eq!(tx.leads().newest_open_of(ContactId(2), NOW).await.unwrap(), None);
});

// The list, beside a plain filter over the same leads.

/// Numbers that look thrown but are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % most as u64) as i64
    }

    fn one_of<T: Clone>(&mut self, values: &[T]) -> T {
        values[self.below(values.len() as i64) as usize].clone()
    }
}

const NAMES: [&str; 8] = ["Jo Field", "jo field", "Zoë Adams", "Émile Roy", "adam O'Neil", "Ärne Berg", "Łukasz Adamski", "Jo-Ann Roy"];
const PHONES: [(&str, Option<&str>); 4] = [
    ("0161 496 0101", Some("+441614960101")),
    ("+44 20 7946 0102", Some("+442079460102")),
    ("+1 212 555 0142", Some("+12125550142")),
    ("ext 4711", None),
];
const EMAILS: [&str; 4] = ["Jo.Field@acme.test", "zoe@acme.test", "roy@harbour.example", "berg@acme.test"];

/// Leads that repeat each value often, so that sorts have ties, spread over the last ten days.
fn generated(count: i64, catalog: &Catalog) -> Vec<Lead> {
    let mut dice = Dice(42);
    (1..=count).map(|id| generated_lead(id, count, catalog, &mut dice)).collect()
}

fn generated_lead(id: i64, count: i64, catalog: &Catalog, dice: &mut Dice) -> Lead {
    let created_at = NOW.plus_ms(-10 * DAY_MS + 10 * DAY_MS * id / count);
    let status = dice.one_of(&catalog.statuses);
    let at = created_at;
    let state = match status.state {
        LifeCycle::Pending => LeadState::Pending,
        LifeCycle::InProgress => LeadState::InProgress,
        LifeCycle::Won => LeadState::Won { at },
        LifeCycle::Lost => LeadState::Lost { at, reason: cast::choice(ChoiceList::LostReason, "Price") },
        LifeCycle::Cancelled => LeadState::Cancelled { at },
    };
    let mut some_of = |list| catalog.offered(list).filter(|_| dice.below(3) == 0).map(|choice| choice.id).collect::<Vec<ChoiceId>>();
    let (offerings, sources, categories) = (some_of(ChoiceList::Offering), some_of(ChoiceList::Source), some_of(ChoiceList::Category));
    let (raw, e164) = dice.one_of(&PHONES);
    Lead {
        id: LeadId(id),
        full_name: dice.one_of(&NAMES).to_owned(),
        contact: ContactId(id + 1),
        phones: if dice.below(3) == 0 { Vec::new() } else { vec![phone(raw, e164)] },
        emails: if dice.below(3) == 0 { Vec::new() } else { vec![email(dice.one_of(&EMAILS))] },
        lead_type: status.lead_type,
        status: status.id,
        state,
        owner: dice.one_of(&[None, None, Some(MAYA), Some(ANA), Some(MARTIN)]),
        group: dice.one_of(&[None, Some(NORTH), Some(SOUTH)]),
        team: if dice.below(4) == 0 { vec![dice.one_of(&[MAYA, ANA])] } else { Vec::new() },
        distributor: dice.one_of(&[None, None, None, Some(NORTHWIND)]),
        created_by: dice.one_of(&[None, Some(INES)]),
        source: sources.first().copied(),
        category: categories.first().copied(),
        offerings,
        tags: if dice.below(3) == 0 { vec![dice.one_of(&["trade fair", "vip"]).to_owned()] } else { Vec::new() },
        score: dice.below(7) * 100 - 300,
        target_amount_minor: dice.below(5) * 12_550,
        address: domain::Address { city: dice.one_of(&["Hull", "Leeds", ""]).to_owned(), ..domain::Address::default() },
        created_at,
        updated_at: NOW.plus_ms(-dice.below(20) * 7_200_000),
        deleted_at: (dice.below(8) == 0).then_some(NOW),
        ..cast::lead()
    }
}

async fn add_all(tx: &mut Tx, leads: &[Lead]) {
    tx.contacts().add_many(&leads.iter().map(contact_of).collect::<Vec<_>>()).await.unwrap();
    tx.leads().add_many(&leads.iter().map(new_lead).collect::<Vec<_>>()).await.unwrap();
}

fn shows(filter: &LeadFilter, lead: &Lead, actor: &Actor, catalog: &Catalog) -> bool {
    in_view(filter.view, lead, actor)
        && Facet::ALL.into_iter().all(|facet| {
            let mut values = filter.values(facet).peekable();
            values.peek().is_none() || values.any(|value| has(lead, facet, value, actor, catalog))
        })
        && Bound::ALL.into_iter().all(|bound| filter.bound(bound).is_none_or(|text| within(lead, bound, text)))
        && finds(&filter.query, lead)
}

fn in_view(view: LeadView, lead: &Lead, actor: &Actor) -> bool {
    let fits = match view {
        LeadView::Mine => lead.owner == Some(actor.id),
        LeadView::Group => lead.group.is_some_and(|group| actor.groups.contains(&group) || actor.managed_groups.contains(&group)),
        LeadView::Unassigned => lead.owner.is_none(),
        LeadView::Today => lead.updated_at.day() == NOW.day(),
        LeadView::Won => lead.state.life_cycle() == LifeCycle::Won,
        LeadView::Lost => lead.state.life_cycle() == LifeCycle::Lost,
        LeadView::All | LeadView::Deleted => true,
    };
    fits && lead.deleted_at.is_some() == (view == LeadView::Deleted)
}

fn has(lead: &Lead, facet: Facet, value: &str, actor: &Actor, catalog: &Catalog) -> bool {
    let choice = |id: Option<ChoiceId>| id.map_or("none".to_owned(), |id| catalog.choice_name(id)) == value;
    match facet {
        Facet::State => lead.state.life_cycle().key() == value,
        Facet::Status => catalog.status(lead.status).unwrap().name == value,
        Facet::Type => catalog.lead_type(lead.lead_type).unwrap().name == value,
        Facet::Owner if value == "me" => lead.owner == Some(actor.id),
        Facet::Owner => lead.owner.map_or("none", |id| catalog.person(id).unwrap().email.as_str()) == value,
        Facet::Group => lead.group.map_or("none", |id| catalog.group(id).unwrap().name.as_str()) == value,
        Facet::Source => choice(lead.source),
        Facet::Category => choice(lead.category),
        Facet::Tag => lead.tags.iter().any(|tag| *tag == value.to_lowercase()),
        Facet::Offering => lead.offerings.iter().any(|id| catalog.choice_name(*id) == value),
    }
}

fn within(lead: &Lead, bound: Bound, text: &str) -> bool {
    let number = || text.parse::<i64>().unwrap();
    match bound {
        Bound::CreatedFrom => lead.created_at.day().as_str() >= text,
        Bound::CreatedTo => lead.created_at.day().as_str() <= text,
        Bound::ScoreFrom => lead.score >= number(),
        Bound::ScoreTo => lead.score <= number(),
        Bound::AmountFrom => lead.target_amount_minor >= number() * 100,
        Bound::AmountTo => lead.target_amount_minor <= number() * 100,
    }
}

fn finds(query: &str, lead: &Lead) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    if digits(query).len() >= 5 && !query.chars().any(char::is_alphabetic) {
        let wanted = digits(query);
        let numbers = lead.phones.iter().flat_map(|phone| {
            let e164 = digits(phone.e164.as_deref().unwrap_or_default());
            let national = ["44", "1"].iter().find_map(|code| e164.strip_prefix(code)).unwrap_or_default().to_owned();
            [digits(&phone.raw), e164, format!("0{national}"), format!("00{}", digits(phone.e164.as_deref().unwrap_or_default())), national]
        });
        return numbers.into_iter().any(|number| number.starts_with(&wanted) && !number.is_empty());
    }
    let emails = lead.emails.iter().map(EmailAddress::folded).collect::<Vec<_>>().join(" ");
    let phones = lead.phones.iter().map(|phone| digits(&phone.raw)).collect::<Vec<_>>().join(" ");
    let words = search_words(&format!("{} {} {} {emails} {phones}", lead.full_name, lead.account.name, lead.address.city));
    let wanted = search_words(query);
    (query.is_empty() || !wanted.is_empty()) && wanted.iter().all(|wanted| words.iter().any(|word| word.starts_with(wanted)))
}

/// Numbers of the leads that a list should show, in its order.
fn expected(leads: &[Lead], filter: &LeadFilter, actor: &Actor, scope: &Scope, catalog: &Catalog) -> Vec<i64> {
    let mut found: Vec<&Lead> = leads.iter().filter(|lead| scope.includes(&lead.audience()) && shows(filter, lead, actor, catalog)).collect();
    let number = |lead: &Lead| match filter.sort.key {
        SortKey::Number | SortKey::Name => 0,
        SortKey::Updated => lead.updated_at.0,
        SortKey::Score => lead.score,
        SortKey::Amount => lead.target_amount_minor,
    };
    let name = |lead: &Lead| if filter.sort.key == SortKey::Name { fold(&lead.full_name) } else { String::new() };
    found.sort_by_key(|lead| (number(lead), name(lead), lead.id));
    if filter.sort.descending {
        found.reverse();
    }
    found.into_iter().map(|lead| lead.id.0).collect()
}

const SORTS: [&str; 10] = ["-number", "number", "-updated", "updated", "-score", "score", "-amount", "amount", "-name", "name"];

const FILTERS: [&str; 39] = [
    "",
    "state=pending",
    "state=won&state=lost&state=cancelled",
    "status=Won",
    "status=Contacting&status=Nurture",
    "status=Nowhere",
    "type=Renewal",
    "type=Renewal&type=Sales+enquiry",
    "owner=me",
    "owner=none",
    "owner=none&owner=ana.reyes@house.test",
    "owner=me&owner=none&owner=ana.reyes@house.test",
    "owner=stranger@house.test",
    "group=North",
    "group=none",
    "group=none&group=South",
    "source=Web",
    "source=none",
    "source=Web&source=none",
    "source=Web&source=Referral&category=Customer",
    "category=none&offering=Cloud",
    "offering=Cloud&offering=Training",
    "offering=Nothing",
    "tag=vip",
    "tag=VIP&tag=trade+fair&state=pending",
    "tag=unheard+of",
    "score_from=0",
    "score_from=-100&score_to=100",
    "score_from=1&score_to=-1",
    "amount_from=126&amount_to=400",
    "created_from=2025-11-20",
    "created_from=2025-11-18&created_to=2025-11-21",
    "q=ad",
    "q=acme+jo+hu",
    "q=émile+roy@har",
    "q=...",
    "q=0161+496+0101",
    "q=%2B44+(161)+496",
    "owner=none&score_from=-200&q=field&offering=Cloud&created_to=2025-11-23&state=pending&state=in_progress",
];

fn filter_of(view: LeadView, query: &str, sort: &str) -> LeadFilter {
    LeadFilter { view, sort: LeadSort::parse(sort).unwrap(), ..LeadFilter::from_query(query) }
}

/// Who looks, with their scope: everybody of the cast, and Maya with each reach alone.
fn lookers() -> Vec<(Actor, Scope)> {
    let mut lookers: Vec<_> =
        [ADA, ANA, MARTIN, MAYA, INES, DORA].map(cast::actor).into_iter().map(|actor| (actor.clone(), Scope::of(&actor))).collect();
    let alone = [
        vec![],
        vec![Reach::Owner(MAYA)],
        vec![Reach::Unclaimed],
        vec![Reach::Team(ANA), Reach::Team(MAYA)],
        vec![Reach::CreatedBy(INES)],
        vec![Reach::Group(SOUTH), Reach::Distributor(NORTHWIND)],
    ];
    lookers.extend(alone.map(|reaches| (cast::actor(MAYA), Scope::Any(reaches))));
    lookers
}

fn ids(rows: &[domain::LeadRow]) -> Vec<i64> {
    rows.iter().map(|row| row.id.0).collect()
}

/// Walks a list to its end and back to its beginning; each way must show each expected lead once, in order.
async fn assert_walks(tx: &mut Tx, filter: &Resolved, scope: &Scope, expected: &[i64], what: &str) {
    let limit = (expected.len() as i64 / 3).max(3);
    let mut page = tx.leads().list(filter, scope, &From::Start, limit).await.unwrap();
    assert_eq!(page.previous, None, "{what}");
    let mut seen = ids(&page.rows);
    while let Some(next) = page.next {
        assert_eq!(page.rows.len() as i64, limit, "{what}");
        page = tx.leads().list(filter, scope, &From::After(next), limit).await.unwrap();
        assert!(!page.rows.is_empty(), "{what}");
        seen.extend(ids(&page.rows));
    }
    assert_eq!(seen, expected, "forwards: {what}");
    let mut seen = ids(&page.rows);
    while let Some(previous) = page.previous {
        page = tx.leads().list(filter, scope, &From::Before(previous), limit).await.unwrap();
        assert!(!page.rows.is_empty() && page.next.is_some(), "{what}");
        seen.splice(0..0, ids(&page.rows));
    }
    assert_eq!(seen, expected, "backwards: {what}");
}

async fn assert_counts(tx: &mut Tx, filter: &Resolved, scope: &Scope, expected: &[i64], what: &str) {
    let count = expected.len() as i64;
    assert_eq!(tx.leads().total(filter, scope).await.unwrap(), Total::Exactly(count), "{what}");
    for most in [1, 20, 1000] {
        assert_eq!(tx.leads().count_up_to(filter, scope, most).await.unwrap(), count.min(most), "{what}, up to {most}");
    }
}

/// That SQLite reads leads through an index; while it walks (a search with a range) it never goes through all of it. The
/// index of the unclaimed has only those.
async fn assert_planned(tx: &mut Tx, filter: &Resolved, scope: &Scope, from: &From, is_walk: bool, what: &str) {
    if tx.engine() != Engine::Sqlite || matches!(scope, Scope::Any(reaches) if reaches.is_empty()) {
        return;
    }
    for step in tx.leads().explain(filter, scope, from, 50).await.unwrap() {
        let reads_leads = ["SCAN l", "SCAN lead", "SCAN c"].iter().any(|scan| step == *scan || step.starts_with(&format!("{scan} ")));
        let is_narrow = step.contains("lead_unclaimed") || (!is_walk && step.contains("USING"));
        assert!(!reads_leads || is_narrow, "{what}: {step}");
    }
}

both_engines!(every_list_shows_what_its_filter_says, |store| async move {
    let catalog = furnish(&store).await;
    let leads = generated(300, &catalog);
    let mut tx = store.begin().await.unwrap();
    add_all(&mut tx, &leads).await;
    let mut round = 0;
    for (shift, view) in LeadView::ALL.into_iter().enumerate() {
        for (index, query) in FILTERS.into_iter().enumerate() {
            // Every second one, by turns; each meets each filter and each view.
            for (actor, scope) in lookers().into_iter().skip((shift + index) % 2).step_by(2) {
                round += 1;
                let filter = filter_of(view, query, SORTS[round % SORTS.len()]);
                let what = format!("{} for {}, {scope:?}", filter.to_query(), actor.name);
                let wanted = expected(&leads, &filter, &actor, &scope, &catalog);
                let filter = Resolved::new(&filter, &catalog, &actor, NOW);
                assert_walks(&mut tx, &filter, &scope, &wanted, &what).await;
                if round % 3 == 0 {
                    assert_counts(&mut tx, &filter, &scope, &wanted, &what).await;
                    assert_planned(&mut tx, &filter, &scope, &From::Start, false, &what).await;
                }
            }
        }
    }
});

both_engines!(every_list_is_right_whichever_way_it_takes, |store| async move {
    let catalog = furnish(&store).await;
    let leads = generated(300, &catalog);
    let mut tx = store.begin().await.unwrap();
    add_all(&mut tx, &leads).await;
    tx.save().await.unwrap();
    for (round, (rare, some, many)) in [(2, 5, 20), (4, 40, 60), (10, 10, 200)].into_iter().enumerate() {
        let mut tx = store.with_list_limits(Limits { rare, some, many }).read().await.unwrap();
        for (index, query) in FILTERS.into_iter().enumerate() {
            for (actor, scope) in lookers().into_iter().skip((round + index) % 3).step_by(3) {
                let view = [LeadView::All, LeadView::Mine, LeadView::Unassigned][index % 3];
                let filter = filter_of(view, query, SORTS[(round + index) % SORTS.len()]);
                let what = format!("{} for {}, {scope:?}, at {rare}, {some}, {many}", filter.to_query(), actor.name);
                let wanted = expected(&leads, &filter, &actor, &scope, &catalog);
                let filter = Resolved::new(&filter, &catalog, &actor, NOW);
                assert_walks(&mut tx, &filter, &scope, &wanted, &what).await;
                let count = tx.leads().count_up_to(&filter, &scope, 1000).await.unwrap();
                assert_eq!(count, wanted.len() as i64, "{what}");
            }
        }
    }
});

both_engines!(every_sort_orders_every_view, |store| async move {
    let catalog = furnish(&store).await;
    let leads = generated(120, &catalog);
    let mut tx = store.begin().await.unwrap();
    add_all(&mut tx, &leads).await;
    for (actor, scope) in [ADA, MAYA, DORA].map(cast::actor).map(|actor| (actor.clone(), Scope::of(&actor))) {
        for view in LeadView::ALL {
            for sort in SORTS {
                let filter = filter_of(view, "", sort);
                let what = format!("{} for {}", filter.to_query(), actor.name);
                let wanted = expected(&leads, &filter, &actor, &scope, &catalog);
                let filter = Resolved::new(&filter, &catalog, &actor, NOW);
                assert_walks(&mut tx, &filter, &scope, &wanted, &what).await;
            }
        }
    }
});

both_engines!(groups_add_up_what_the_list_has, |store| async move {
    let catalog = furnish(&store).await;
    let mut tx = store.begin().await.unwrap();
    let leads = generated(120, &catalog);
    add_all(&mut tx, &leads).await;
    for (actor, scope) in lookers() {
        for query in ["", "source=Web", "owner=none&state=pending", "status=Nowhere", "q=jo"] {
            let filter = filter_of(LeadView::All, query, "-number");
            let resolved = Resolved::new(&filter, &catalog, &actor, NOW);
            let shown = expected(&leads, &filter, &actor, &scope, &catalog);
            for grouping in Grouping::ALL {
                let mut wanted: BTreeMap<Option<i64>, (i64, i64)> = BTreeMap::new();
                for lead in leads.iter().filter(|lead| shown.contains(&lead.id.0)) {
                    let id = match grouping {
                        Grouping::Status => Some(lead.status.0),
                        Grouping::Owner => lead.owner.map(|id| id.0),
                        Grouping::Group => lead.group.map(|id| id.0),
                        Grouping::Source => lead.source.map(|id| id.0),
                        Grouping::Category => lead.category.map(|id| id.0),
                        Grouping::Type => Some(lead.lead_type.0),
                    };
                    let sum = wanted.entry(id).or_default();
                    *sum = (sum.0 + 1, sum.1 + lead.target_amount_minor);
                }
                let found = tx.leads().group_sums(&resolved, &scope, grouping, 1000).await.unwrap();
                let sums: BTreeMap<_, _> = found.groups.iter().map(|group| (group.id, (group.count, group.amount_minor))).collect();
                assert_eq!((sums, found.is_whole), (wanted, true), "{grouping:?} of {query} for {}", actor.name);
            }
        }
    }
    let all = Resolved::new(&filter_of(LeadView::All, "", "-number"), &catalog, &cast::actor(ADA), NOW);
    let some = tx.leads().group_sums(&all, &Scope::All, Grouping::Status, 10).await.unwrap();
    assert_eq!((some.groups.iter().map(|group| group.count).sum::<i64>(), some.is_whole), (11, false));
    assert_eq!(tx.leads().only_currency().await.unwrap(), Some("GBP".to_owned()));
    let euros = Lead { id: LeadId(9999), currency: "EUR".to_owned(), ..leads[0].clone() };
    tx.leads().add_many(&[new_lead(&euros)]).await.unwrap();
    assert_eq!(tx.leads().only_currency().await.unwrap(), None);
});

both_engines!(among_gives_those_that_the_list_has, |store| async move {
    let catalog = furnish(&store).await;
    let leads = generated(300, &catalog);
    let mut tx = store.begin().await.unwrap();
    add_all(&mut tx, &leads).await;
    let asked: Vec<LeadId> = leads.iter().map(|lead| lead.id).filter(|id| id.0 % 3 != 0).chain([LeadId(999)]).collect();
    for (round, (actor, scope)) in lookers().into_iter().enumerate() {
        for (view, query) in LeadView::ALL.into_iter().cycle().skip(round).zip(FILTERS) {
            let filter = filter_of(view, query, "number");
            let mut wanted = expected(&leads, &filter, &actor, &scope, &catalog);
            wanted.retain(|id| id % 3 != 0);
            let resolved = Resolved::new(&filter, &catalog, &actor, NOW);
            let rows = tx.leads().among(&resolved, &scope, &asked).await.unwrap();
            assert_eq!(ids(&rows), wanted, "{} for {}", filter.to_query(), actor.name);
        }
    }
    let all = Resolved::new(&filter_of(LeadView::All, "", "number"), &catalog, &cast::actor(ADA), NOW);
    assert_eq!(tx.leads().among(&all, &Scope::All, &[]).await.unwrap(), []);
});

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

both_engines!(a_row_shows_what_its_lead_has, |store| async move {
    let catalog = furnish(&store).await;
    let mut tx = store.begin().await.unwrap();
    let lead = Lead { deleted_at: None, ..full_lead() };
    add(&mut tx, &lead).await;
    let all = Resolved::new(&filter_of(LeadView::All, "", "number"), &catalog, &cast::actor(ADA), NOW);
    let row = tx.leads().list(&all, &Scope::All, &From::Start, 5).await.unwrap().rows.remove(0);
    assert_eq!((row.id, row.version, &row.full_name, &row.account), (lead.id, 1, &lead.full_name, &lead.account));
    assert_eq!(
        (row.status, row.status_since, row.source, row.owner, row.group),
        (lead.status, lead.status_since, lead.source, lead.owner, lead.group)
    );
    assert_eq!((row.score, row.target_amount_minor, row.currency.as_str()), (-7, 1_250_050, "EUR"));
    assert_eq!((row.phone.as_str(), row.email.as_str()), ("ext 12", "field@acme.test"));
    assert_eq!((row.created_at, row.updated_at), (lead.created_at, lead.updated_at));
    assert_eq!(tx.leads().among(&all, &Scope::All, &[lead.id]).await.unwrap(), [row]);
});

both_engines!(odd_searches_find_nothing_instead_of_failing, |store| async move {
    let catalog = furnish(&store).await;
    let mut tx = store.begin().await.unwrap();
    add(&mut tx, &Lead { deleted_at: None, ..full_lead() }).await;
    for query in ["00000", "0 0 0 0 0", "½", "\"", "' or 1=1 --", "* : & | ! ( )", "a:b & !c", "हिन्दी", "１２３", "\u{200d}", "NOT", "near(a b)"]
    {
        let filter = LeadFilter { view: LeadView::All, query: query.to_owned(), ..LeadFilter::default() };
        let filter = Resolved::new(&filter, &catalog, &cast::actor(ADA), NOW);
        let page = tx.leads().list(&filter, &Scope::All, &From::Start, 5).await.unwrap();
        assert_eq!((ids(&page.rows), tx.leads().total(&filter, &Scope::All).await.unwrap()), (vec![], Total::Exactly(0)), "{query}");
    }
});

both_engines!(a_name_is_found_with_and_without_its_accents, |store| async move {
    let catalog = furnish(&store).await;
    let mut tx = store.begin().await.unwrap();
    tx.leads().add_many(&[new_lead(&Lead { full_name: "Zoë Ångström 김철수".to_owned(), ..cast::lead() })]).await.unwrap();
    // As some systems send it: each accent a character of its own.
    let apart = |text: &str| text.nfd().collect::<String>();
    tx.leads().add_many(&[new_lead(&Lead { id: LeadId(2), full_name: apart("Ærøskøbing Őrség"), ..cast::lead() })]).await.unwrap();
    let (zoe, second) = (apart("Zoë"), apart("Őrsé"));
    for query in ["zoe", "Zoë", "ANGSTROM", "ångst", "김철", &zoe, &apart("ångström 김"), "orseg", "őrség", &second] {
        let filter = LeadFilter { view: LeadView::All, query: query.to_owned(), ..LeadFilter::default() };
        let filter = Resolved::new(&filter, &catalog, &cast::actor(ADA), NOW);
        let page = tx.leads().list(&filter, &Scope::All, &From::Start, 5).await.unwrap();
        assert_eq!(page.rows.len(), 1, "{query}");
    }
});

both_engines!(a_number_is_found_however_it_is_written, |store| async move {
    let catalog = furnish(&store).await;
    let mut tx = store.begin().await.unwrap();
    let leads: Vec<Lead> = [("0161 496 0123", Some("+441614960123")), ("+44 161 496 0123", Some("+441614960123")), ("ext 4711-99", None)]
        .into_iter()
        .zip(1..)
        .map(|((raw, e164), id)| Lead { id: LeadId(id), contact: ContactId(id + 1), phones: vec![phone(raw, e164)], ..cast::lead() })
        .collect();
    add_all(&mut tx, &leads).await;
    for (query, wanted) in [
        ("0161 496 0123", vec![1, 2]),
        ("+44 161 496 0123", vec![1, 2]),
        ("0044161496", vec![1, 2]),
        ("(0161) 496-0123", vec![1, 2]),
        ("161.496", vec![1, 2]),
        ("471199", vec![3]),
        ("4960123", vec![]),
    ] {
        let filter = LeadFilter { query: query.to_owned(), ..filter_of(LeadView::All, "", "number") };
        let filter = Resolved::new(&filter, &catalog, &cast::actor(ADA), NOW);
        assert_eq!(ids(&tx.leads().list(&filter, &Scope::All, &From::Start, 5).await.unwrap().rows), wanted, "{query}");
    }
});

/// Mostly alike leads, so that each condition below is met by more than the list would gather and sort.
fn alike(count: i64) -> Vec<Lead> {
    let mut dice = Dice(7);
    let choice = cast::choice;
    (1..=count)
        .map(|id| {
            let is_odd = id % 14 == 0;
            Lead {
                id: LeadId(id),
                full_name: dice.one_of(&NAMES).to_owned(),
                owner: is_odd.then_some(MAYA),
                group: (id % 28 == 0).then_some(NORTH),
                team: if is_odd { vec![] } else { vec![MAYA] },
                distributor: (!is_odd).then_some(NORTHWIND),
                source: Some(choice(ChoiceList::Source, if is_odd { "Referral" } else { "Web" })),
                offerings: vec![choice(ChoiceList::Offering, "Cloud")],
                score: dice.below(9),
                target_amount_minor: dice.below(4) * 10_000,
                created_at: NOW.plus_ms(-3 * DAY_MS + 3 * DAY_MS * id / count),
                updated_at: NOW.plus_ms(-dice.below(5000)),
                deleted_at: (id % 100 == 0).then_some(NOW),
                ..cast::lead()
            }
        })
        .collect()
}

both_engines!(a_list_of_thousands_is_walked_along_an_index, |store| async move {
    let catalog = furnish(&store).await;
    let leads = alike(4_200);
    let mut tx = store.begin().await.unwrap();
    tx.leads().add_many(&leads.iter().map(new_lead).collect::<Vec<_>>()).await.unwrap();
    let filters = [
        "",
        "source=Web",
        "source=Web&state=pending",
        "source=Web&source=Referral",
        "source=Web&source=none",
        "group=none&group=North",
        "status=New+enquiry",
        "type=Sales+enquiry",
        "offering=Cloud",
        "q=acme",
        "score_from=0",
        "score_from=0&amount_from=0&score_to=8",
        "created_from=2025-11-22",
        "created_from=2025-11-21&created_to=2025-11-24",
        "created_to=2025-11-24&state=pending&offering=Cloud&q=acme",
    ];
    let scopes = [
        Scope::All,
        Scope::of(&cast::actor(MAYA)),
        Scope::of(&cast::actor(DORA)),
        Scope::Any(vec![Reach::Team(MAYA)]),
        Scope::Any(vec![Reach::Unclaimed, Reach::Distributor(NORTHWIND), Reach::Group(SOUTH)]),
    ];
    for (round, query) in filters.into_iter().enumerate() {
        for (index, sort) in SORTS.into_iter().enumerate().skip(round % 2).step_by(2) {
            let scope = &scopes[(round + index / 2) % scopes.len()];
            let view = [LeadView::All, LeadView::Unassigned, LeadView::Today][(round + index) % 3];
            let filter = filter_of(view, query, sort);
            let what = format!("{}, {scope:?}", filter.to_query());
            let wanted = expected(&leads, &filter, &cast::actor(MAYA), scope, &catalog);
            let filter = Resolved::new(&filter, &catalog, &cast::actor(MAYA), NOW);
            assert_windows(&mut tx, &filter, scope, &wanted, &what).await;
            let is_true = match tx.leads().total(&filter, scope).await.unwrap() {
                Total::Exactly(count) => count == wanted.len() as i64,
                Total::AtLeast(count) => count <= wanted.len() as i64,
                Total::Unknown => true,
            };
            assert!(is_true, "{what}");
            assert_eq!(tx.leads().count_up_to(&filter, scope, 999).await.unwrap(), 999.min(wanted.len() as i64), "{what}");
        }
    }
});

/// Compares pages at the beginning, in the middle and at the end of a long list, in both directions.
async fn assert_windows(tx: &mut Tx, filter: &Resolved, scope: &Scope, wanted: &[i64], what: &str) {
    assert!(wanted.len() > 3_000, "{what}: {} is too few", wanted.len());
    let first = tx.leads().list(filter, scope, &From::Start, 25).await.unwrap();
    assert_eq!(ids(&first.rows), wanted[..25], "{what}");
    let mut place = first.next.expect("more");
    assert_planned(tx, filter, scope, &From::Start, true, what).await;
    assert_planned(tx, filter, scope, &From::After(place.clone()), true, what).await;
    // Pages wide enough to reach the end in a few steps, so that cursors in the middle are the list's own.
    let mut at = 25;
    let width = 1_200;
    loop {
        let page = tx.leads().list(filter, scope, &From::After(place.clone()), width).await.unwrap();
        let end = wanted.len().min(at + width as usize);
        assert_eq!(ids(&page.rows), wanted[at..end], "{what}, from {at}");
        let before = tx.leads().list(filter, scope, &From::Before(page.previous.expect("a page before")), 25).await.unwrap();
        assert_eq!(ids(&before.rows), wanted[at - 25..at], "{what}, before {at}");
        at = end;
        let Some(next) = page.next else { break };
        place = next;
    }
    assert_eq!(at, wanted.len(), "{what}");
}

both_engines!(how_many_there_are_is_said_as_far_as_it_is_cheap, |store| async move {
    let catalog = furnish(&store).await;
    let leads = alike(3_300);
    let mut tx = store.begin().await.unwrap();
    tx.leads().add_many(&leads.iter().map(new_lead).collect::<Vec<_>>()).await.unwrap();
    let maya = cast::actor(MAYA);
    for (view, query, scope, total) in [
        (LeadView::All, "", Scope::All, Total::AtLeast(3000)),
        (LeadView::Deleted, "", Scope::All, Total::Exactly(33)),
        (LeadView::Deleted, "", Scope::of(&maya), Total::Exactly(33)),
        (LeadView::All, "source=Referral", Scope::All, Total::Exactly(231)),
        (LeadView::All, "source=Web", Scope::All, Total::AtLeast(3000)),
        (LeadView::All, "source=Web&offering=Cloud", Scope::All, Total::Unknown),
        (LeadView::All, "", Scope::of(&maya), Total::AtLeast(3000)),
        (LeadView::All, "", Scope::Any(vec![]), Total::Exactly(0)),
        (LeadView::Mine, "", Scope::of(&maya), Total::Exactly(231)),
    ] {
        let filter = filter_of(view, query, "number");
        let resolved = Resolved::new(&filter, &catalog, &maya, NOW);
        assert_eq!(tx.leads().total(&resolved, &scope).await.unwrap(), total, "{} {scope:?}", filter.to_query());
    }
});

// The board.

both_engines!(a_column_is_counted_and_summed_within_the_scope, |store| async move {
    let catalog = furnish(&store).await;
    let leads = generated(300, &catalog);
    let mut tx = store.begin().await.unwrap();
    add_all(&mut tx, &leads).await;
    let column = [cast::status(SALES, "New enquiry"), cast::status(SALES, "Proposal")];
    for (round, (actor, scope)) in lookers().into_iter().enumerate() {
        for (view, query) in LeadView::ALL.into_iter().cycle().skip(round).zip(FILTERS) {
            let filter = filter_of(view, query, "number");
            let mut wanted = expected(&leads, &filter, &actor, &scope, &catalog);
            wanted.retain(|id| leads.iter().any(|lead| lead.id.0 == *id && column.contains(&lead.status)));
            let amount_minor = leads.iter().filter(|lead| wanted.contains(&lead.id.0)).map(|lead| lead.target_amount_minor).sum();
            let resolved = Resolved::new(&filter, &catalog, &actor, NOW).in_statuses(&column);
            let what = format!("{} for {}", filter.to_query(), actor.name);
            let tally = tx.leads().tally(&resolved, &scope).await.unwrap();
            assert_eq!(tally, Tally { count: Total::Exactly(wanted.len() as i64), amount_minor }, "{what}");
            assert_walks(&mut tx, &resolved, &scope, &wanted, &what).await;
        }
    }
});

both_engines!(a_long_column_is_counted_as_far_as_it_is_cheap, |store| async move {
    let catalog = furnish(&store).await;
    let leads = alike(3_300);
    let mut tx = store.begin().await.unwrap();
    tx.leads().add_many(&leads.iter().map(new_lead).collect::<Vec<_>>()).await.unwrap();
    let maya = cast::actor(MAYA);
    for (view, query, scope, count) in [
        (LeadView::All, "", Scope::All, Total::AtLeast(3000)),
        (LeadView::All, "source=Web", Scope::All, Total::AtLeast(3000)),
        (LeadView::All, "", Scope::of(&maya), Total::AtLeast(3000)),
        (LeadView::All, "source=Referral", Scope::All, Total::Exactly(231)),
        (LeadView::Deleted, "", Scope::All, Total::Exactly(33)),
        (LeadView::All, "q=acme", Scope::All, Total::Unknown),
        (LeadView::All, "", Scope::Any(vec![]), Total::Exactly(0)),
    ] {
        let filter = filter_of(view, query, "number");
        let resolved = Resolved::new(&filter, &catalog, &maya, NOW).in_statuses(&[cast::status(SALES, "New enquiry")]);
        assert_eq!(tx.leads().tally(&resolved, &scope).await.unwrap().count, count, "{} {scope:?}", filter.to_query());
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

// What goes along with leads.

fn event(subject: Subject, id: i64, version: i64) -> NewEvent {
    NewEvent {
        at: NOW.plus_ms(version),
        actor: Some(MAYA),
        subject,
        subject_id: id,
        lead: (subject == Subject::Lead).then_some(LeadId(id)),
        version,
        kind: EventKind::NoteShared { text: format!("{id}.{version}") },
        before: None,
        after: None,
    }
}

fn versions(events: &[domain::Event]) -> Vec<i64> {
    events.iter().map(|event| event.version).collect()
}

both_engines!(a_timeline_is_read_newest_first_and_others_changes_oldest_first, |store| async move {
    let mut tx = store.begin().await.unwrap();
    assert_eq!((tx.events().first_id().await.unwrap(), tx.events().last_id().await.unwrap()), (EventId(0), EventId(0)));
    let first = tx.events().record(event(Subject::Lead, 1, 1)).await.unwrap();
    let deal = NewEvent { lead: Some(LeadId(1)), ..event(Subject::Opportunity, 5, 9) };
    let others = [event(Subject::Lead, 2, 4), event(Subject::Lead, 1, 2), deal, event(Subject::Lead, 1, 3)];
    let last = tx.events().record_many(&others).await.unwrap();
    assert_eq!((tx.events().first_id().await.unwrap(), tx.events().last_id().await.unwrap()), (first, last));
    assert_eq!(last, EventId(first.0 + 4));
    let timeline = tx.events().of_lead(LeadId(1), None, 10).await.unwrap();
    assert_eq!(versions(&timeline), [3, 9, 2, 1]);
    let newest = &timeline[0];
    assert_eq!((newest.id, newest.at, newest.actor, &newest.kind), (last, NOW.plus_ms(3), Some(MAYA), &event(Subject::Lead, 1, 3).kind));
    assert_eq!(versions(&tx.events().of_lead(LeadId(1), Some(timeline[1].id), 1).await.unwrap()), [2]);
    assert_eq!(versions(&tx.events().of_lead_since(LeadId(1), 1).await.unwrap()), [2, 3]);
    assert_eq!(versions(&tx.events().of_lead_since(LeadId(1), 3).await.unwrap()), [0_i64; 0]);
    assert_eq!(versions(&tx.events().of_subject(Subject::Lead, 1, 2).await.unwrap()), [3, 2]);
});

both_engines!(the_live_stream_reads_on_from_where_it_was, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let audience = |owner: Option<UserId>| Some(Audience { owner, ..Audience::default() });
    let added = NewEvent { kind: EventKind::LeadAdded { by: Arrival::ByHand }, after: audience(None), ..event(Subject::Lead, 1, 1) };
    let taken = NewEvent { before: audience(None), after: audience(Some(MAYA)), ..event(Subject::Lead, 1, 2) };
    let account = NewEvent { kind: EventKind::RecordAdded { name: "Acme".to_owned() }, ..event(Subject::Account, 3, 1) };
    tx.events().record_many(&[added, taken, account]).await.unwrap();
    let live = tx.events().live_after(EventId(0), 10).await.unwrap();
    assert_eq!(
        live.iter().map(|event| (event.id.0, event.subject, event.number, event.is_addition)).collect::<Vec<_>>(),
        [(1, Subject::Lead, 1, true), (2, Subject::Lead, 1, false), (3, Subject::Account, 3, true)]
    );
    assert_eq!((&live[1].before, &live[1].after, live[1].lead, live[1].version), (&audience(None), &audience(Some(MAYA)), Some(LeadId(1)), 2));
    assert_eq!((&live[0].before, &live[2].after, live[2].lead), (&None, &None, None));
    assert_eq!(tx.events().live_after(EventId(1), 1).await.unwrap(), live[1..2]);
    assert_eq!(tx.events().live_after(EventId(3), 10).await.unwrap(), []);
});

both_engines!(many_events_at_once_are_numbered_without_gaps, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let many: Vec<NewEvent> = (1..=1_101).map(|version| event(Subject::Lead, 1, version)).collect();
    assert_eq!(tx.events().record_many(&many).await.unwrap(), EventId(1_101));
    let live = tx.events().live_after(EventId(0), 2_000).await.unwrap();
    assert!(live.iter().zip(1..).all(|(event, number)| (event.id.0, event.version) == (number, number)));
});

both_engines!(saving_events_wakes_those_who_wait, |store| async move {
    let committed = store.committed();
    let woken = committed.notified();
    let mut tx = store.begin().await.unwrap();
    tx.events().record(event(Subject::Lead, 1, 1)).await.unwrap();
    tx.save().await.unwrap();
    woken.await;
});

both_engines!(a_submission_is_noted_once, |store| async move {
    furnish(&store).await;
    let mut tx = store.begin().await.unwrap();
    tx.leads().add_many(&[new_lead(&cast::lead())]).await.unwrap();
    assert_eq!(tx.submissions().find("key").await.unwrap(), None);
    tx.submissions().add("key", "digest", LeadId(1), NOW).await.unwrap();
    assert_eq!(tx.submissions().find("key").await.unwrap(), Some((LeadId(1), "digest".to_owned())));
    let again = tx.submissions().add("key", "other", LeadId(1), NOW).await;
    assert!(matches!(again, Err(StoreError::Conflict { what: "This form" })), "{again:?}");
});

/// The same database, opened a second time as another process would.
async fn opened_again(store: &Store) -> Store {
    let url = match store.path() {
        Some(path) => format!("sqlite:{}", path.display()),
        None => {
            let server = std::env::var("LEADWRIGHT_TEST_POSTGRES_URL").unwrap();
            let name = store.read().await.unwrap().row(store::Sql::new("select current_database()::text as name")).await.unwrap();
            format!("{}/{}", server.rsplit_once('/').unwrap().0, name.unwrap().text("name").unwrap())
        }
    };
    Store::connect(&url, WhenMissing::Refuse).await.unwrap()
}

both_engines!(a_catalog_in_memory_sees_what_another_process_changed, |store| async move {
    let before = furnish(&store).await;
    let other = opened_again(&store).await;
    let mut tx = other.begin().await.unwrap();
    tx.catalog().add_choice(ChoiceList::Source, "Fair", false).await.unwrap();
    tx.events().record(NewEvent { kind: EventKind::RecordAdded { name: "Fair".to_owned() }, ..event(Subject::Catalog, 0, 0) }).await.unwrap();
    assert_eq!(store.catalog().await.unwrap(), before, "not before it is committed");
    tx.save().await.unwrap();
    let after = store.catalog().await.unwrap();
    assert!(after.choice_named(ChoiceList::Source, "Fair").is_some());
    assert!(Arc::ptr_eq(&after, &store.catalog().await.unwrap()), "read once, then remembered");
    other.close().await;
});

both_engines!(what_a_call_said_is_kept_beside_its_lead, |store| async move {
    furnish(&store).await;
    let mut tx = store.begin().await.unwrap();
    let lead = cast::lead();
    tx.leads().add_many(&[new_lead(&lead)]).await.unwrap();
    assert_eq!(tx.lead_calls().find(lead.id).await.unwrap(), None);
    let referrer = domain::Named { id: NORTHWIND, name: "Northwind".to_owned() };
    let call = LeadCall { needs_help_now: true, referrer: Some(referrer), missing: vec![Requirement::Email, Requirement::Source] };
    tx.lead_calls().add(lead.id, &call).await.unwrap();
    assert_eq!(tx.lead_calls().find(lead.id).await.unwrap(), Some(call));
    let second = Lead { id: LeadId(2), ..lead };
    tx.leads().add_many(&[new_lead(&second)]).await.unwrap();
    tx.lead_calls().add(second.id, &LeadCall::default()).await.unwrap();
    assert_eq!(tx.lead_calls().find(second.id).await.unwrap(), Some(LeadCall::default()));
});

both_engines!(a_referral_is_kept_beside_its_lead_and_listed_for_whoever_made_it, |store| async move {
    furnish(&store).await;
    let mut tx = store.begin().await.unwrap();
    let first = cast::lead();
    let second = Lead { id: LeadId(2), state: LeadState::Won { at: NOW }, ..first.clone() };
    tx.leads().add_many(&[new_lead(&first), new_lead(&second)]).await.unwrap();
    assert_eq!(tx.referrals().find(first.id).await.unwrap(), None);
    let referral = Referral { by: MAYA, how_known: "A neighbour".to_owned(), accepted_at: None };
    for lead in [first.id, second.id] {
        tx.referrals().add(lead, &referral).await.unwrap();
    }
    tx.referrals().note_accepted(first.id, NOW).await.unwrap();
    assert_eq!(tx.referrals().find(first.id).await.unwrap(), Some(Referral { accepted_at: Some(NOW), ..referral.clone() }));
    assert_eq!(tx.referrals().find(second.id).await.unwrap(), Some(referral));
    let all = tx.referrals().list(MAYA, None, 9).await.unwrap();
    assert_eq!(
        all.iter().map(|row| (row.lead, row.fate)).collect::<Vec<_>>(),
        [(second.id, Fate::Won), (first.id, Fate::of(&first.state, first.owner, false))]
    );
    let row = &all[1];
    assert_eq!((&row.full_name, &row.company, row.at, row.is_visible), (&first.full_name, &first.account.name, first.created_at, false));
    assert_eq!(tx.referrals().list(MAYA, Some(second.id.0), 9).await.unwrap(), all[1..]);
    assert_eq!(tx.referrals().list(MAYA, None, 1).await.unwrap(), all[..1]);
    assert!(tx.referrals().list(ANA, None, 9).await.unwrap().is_empty());
});
