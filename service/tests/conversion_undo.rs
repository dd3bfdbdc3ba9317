//! Taking a conversion back makes every row of every table again what it was, whatever was converted and how, on both engines.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::{
    Actor, ClockPolicyId, ConversionKind, CustomerId, CustomerState, DAY_MS, EmailAddress, FormValues, HOUR_MS, LeadAction, LeadId, QuoteId,
    QuoteStep, Role, Timestamp, UserId,
};
use serde_json::Value;
use service::{Clock, Ctx, MailSite, classes, conversion, customers, leads, people, quotes};
use store::people::NewUser;
use store::testing::{columns, everything_but};
use store::{Store, both_engines};

/// 24 November 2025, a Monday, 16:00 in London.
const NOW: Timestamp = Timestamp(1_764_000_000_000);

/// Tables that tell of both, and why.
const TOLD: [(&str, &str); 3] = [
    ("event", "the history tells of the conversion and of its end"),
    ("conversion", "that it was made and taken back is noted"),
    ("counter", "the number of a row is given out once"),
];

/// Columns that are another afterwards, in a table or in all, and why.
const GROWN: [(&str, &str, &str); 3] = [
    ("", "version", "who read a row before has to read it again"),
    ("", "updated_at", "it was changed twice"),
    ("lead", "last_activity_at", "taking back is something that somebody did with the lead"),
];

/// What a lead is when it is converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// Nobody has looked at it; its quote was sent.
    First,
    /// It is worked, and its customer looks into the quote.
    Work,
    /// The quote was accepted, the lead is still open.
    Yes,
    /// It was won before anybody converts it.
    Won,
}

/// Whose it becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    New,
    /// Its account is a customer already.
    OfAccount(CustomerState),
    /// A customer is chosen that is another account.
    Another(CustomerState),
}

/// One way in which a conversion can go.
#[derive(Clone, Copy, Debug)]
struct Case {
    kind: ConversionKind,
    whose: Whose,
    /// Without one the account is the person's.
    has_company: bool,
    at: At,
    /// In three steps, with a draft, instead of all at once.
    in_steps: bool,
}

impl Case {
    fn all() -> Vec<Self> {
        use CustomerState::{Active, Inactive};
        let whose = [
            (Whose::New, true),
            (Whose::New, false),
            (Whose::OfAccount(Active), true),
            (Whose::OfAccount(Inactive), true),
            (Whose::Another(Active), true),
            (Whose::Another(Inactive), false),
        ];
        let mut all = Vec::new();
        for kind in ConversionKind::ALL {
            for (whose, has_company) in whose {
                for at in [At::First, At::Work, At::Yes, At::Won] {
                    all.push(Self { kind, whose, has_company, at, in_steps: all.len() % 3 == 0 });
                }
            }
        }
        all
    }
}

/// A case, made ready.
struct Prepared {
    case: Case,
    lead: LeadId,
    quote: QuoteId,
    /// The customer that is chosen; that of the account chooses itself.
    customer: Option<CustomerId>,
}

struct House {
    public: Ctx,
    /// Has the leads.
    maya: Ctx,
    /// Manages her group, and gave her the leads.
    martin: Ctx,
}

fn form(text: &str) -> FormValues {
    FormValues::decode(text.as_bytes())
}

async fn person(ctx: &Ctx, name: &str, role: Role) -> UserId {
    let mut tx = ctx.store.begin().await.unwrap();
    let email = EmailAddress::parse(&format!("{name}@house.test")).unwrap();
    let id =
        tx.people().add(NewUser { email, name: name.to_owned(), role, password_hash: String::new(), account: None, at: ctx.now() }).await.unwrap();
    tx.save().await.unwrap();
    id
}

async fn house(store: &Store) -> House {
    let mail = MailSite { public_url: "https://leads.test".to_owned(), sender: "leads@leads.test".to_owned(), has_server: true };
    let public = Ctx { mail: Arc::new(mail), ..Ctx::anonymous(store.clone(), Clock::fixed(NOW)) };
    service::seed::seed_defaults(&public).await.unwrap();
    let [ada, maya, martin] =
        [person(&public, "ada", Role::Administrator).await, person(&public, "maya", Role::Rep).await, person(&public, "martin", Role::Manager).await];
    let acting = async |id| {
        let actor: Actor = store.read().await.unwrap().people().load_actor(id).await.unwrap().unwrap();
        public.acting_as(actor)
    };
    let ada = acting(ada).await;
    people::add_group(&ada, &form(&format!("name=North&manager={martin}&members={maya}"))).await.unwrap();
    // Deals follow their quotes.
    let stage = ada.catalog().await.unwrap().offered(domain::ChoiceList::Stage).last().unwrap().id;
    quotes::change_settings(&ada, &form(&format!("stage_accepted={stage}"))).await.unwrap();
    House { maya: acting(maya).await, martin: acting(martin).await, public }
}

impl House {
    async fn lead(&self, number: usize, company: &str) -> LeadId {
        let (owner, group) = (self.maya.actor().unwrap().id, self.martin.actor().unwrap().managed_groups[0]);
        let new = format!("full_name=Jo+Field+{number}&company={company}&emails=jo{number}@field{number}.example&owner={owner}&group={group}");
        leads::add(&self.martin, &form(&new)).await.unwrap()
    }

    /// A customer with a service that recurs.
    async fn customer(&self, number: usize, company: &str, state: CustomerState) -> CustomerId {
        let lead = self.lead(number, company).await;
        let made = conversion::convert_at_once(&self.martin, lead, &form("kind=active"), None).await.unwrap();
        let service = form("text=Rent&price=7&period=month&start=2025-11-01");
        customers::add_service(&self.martin, made.customer.id, &service, None).await.unwrap();
        if state == CustomerState::Inactive {
            customers::change_state(&self.martin, made.customer.id, state, &form("")).await.unwrap();
        }
        made.customer.id
    }

    async fn prepare(&self, number: usize, case: Case) -> Prepared {
        let company = if case.has_company { format!("Company{number}") } else { String::new() };
        let customer = match case.whose {
            Whose::New => None,
            Whose::OfAccount(state) => Some(self.customer(1000 + number, &company, state).await),
            Whose::Another(state) => Some(self.customer(1000 + number, &format!("Other{number}"), state).await),
        };
        let lead = self.lead(number, &company).await;
        if number % 5 < 2 {
            // Its clock begins anew with each touch.
            classes::change_class(&self.martin, lead, &form("class=rql&horizon=2026-06-01")).await.unwrap();
        }
        let quote = quotes::add_once(&self.martin, lead, &form(""), None).await.unwrap();
        for line in ["text=Work&quantity=2&price=10&tax=20", "text=Care&price=5&period=month"] {
            quotes::add_line(&self.martin, quote, &form(line)).await.unwrap();
        }
        quotes::send(&self.martin, quote, &form(&format!("to=jo{number}@field{number}.example"))).await.unwrap();
        match case.at {
            At::First => {}
            At::Work => {
                leads::act(&self.martin, lead, LeadAction::Start, &form("")).await.unwrap();
                quotes::note_step(&self.martin, quote, QuoteStep::Review, &form("")).await.unwrap();
            }
            At::Yes | At::Won => quotes::note_step(&self.martin, quote, QuoteStep::Accept, &form("")).await.unwrap(),
        }
        if case.at == At::Won {
            leads::act(&self.martin, lead, LeadAction::Win, &form("")).await.unwrap();
        }
        Prepared { case, lead, quote, customer }
    }

    /// Converts it some time later, and takes it back later still.
    async fn there_and_back(&self, one: &Prepared) {
        self.public.clock.advance_ms(HOUR_MS);
        let customer = one.customer.map_or_else(String::new, |id| id.to_string());
        let fields = form(&format!("kind={}&quote={}&customer={customer}", one.case.kind.key(), one.quote));
        let made = if one.case.in_steps {
            conversion::choose_quotes(&self.maya, one.lead, &fields).await.unwrap();
            conversion::keep_customer(&self.maya, one.lead, &fields).await.unwrap();
            conversion::change_service(&self.maya, one.lead, 1, &form("price=11")).await.unwrap();
            conversion::convert(&self.maya, one.lead, &form(""), None).await
        } else {
            conversion::convert_at_once(&self.maya, one.lead, &fields, None).await
        };
        let made = made.unwrap_or_else(|error| panic!("{:?}: {error:?}", one.case));
        self.public.clock.advance_ms(HOUR_MS);
        conversion::undo(&self.maya, made.conversion).await.unwrap_or_else(|error| panic!("{:?}: {error:?}", one.case));
    }
}

/// Every row of every table, as text, but for what tells of both and what grows.
async fn rows(store: &Store, columns: &BTreeMap<String, Vec<String>>) -> BTreeMap<String, BTreeSet<String>> {
    let everything = everything_but(store, &TOLD.map(|(table, _)| table)).await;
    let told = everything.into_iter().map(|(table, rows)| {
        let columns = &columns[&table];
        let is_kept = |column: &str| !GROWN.iter().any(|(of, grown, _)| *grown == column && (of.is_empty() || *of == table));
        let read = |row: &String| {
            let values: Vec<Value> = serde_json::from_str(row).unwrap();
            let kept = columns.iter().zip(values).filter(|(column, _)| is_kept(column));
            kept.map(|(column, value)| format!("{column}={value}")).collect::<Vec<_>>().join(" ")
        };
        // A series that has given out nothing is as one that there is not.
        let is_there = |row: &String| table != "invoice_series" || !row.ends_with("last=0");
        let rows: Vec<String> = rows.iter().map(read).collect();
        let count = rows.len();
        let rows: BTreeSet<String> = rows.into_iter().filter(is_there).collect();
        assert!(table == "invoice_series" || rows.len() == count, "two rows of {table} are the same");
        (table, rows)
    });
    told.collect()
}

both_engines!(every_row_is_again_what_it_was, |store| async move {
    let house = house(&store).await;
    let columns = columns(&store).await;
    for (table, _) in TOLD {
        assert!(columns.contains_key(table), "there is no {table}");
    }
    let mut all = Vec::new();
    for (number, case) in Case::all().into_iter().enumerate() {
        all.push(house.prepare(number, case).await);
    }
    assert_clocks_are_at_stake(&house, &all).await;
    let mut before = rows(&store, &columns).await;
    let mut others = Vec::new();
    for one in &all {
        house.there_and_back(one).await;
        let after = rows(&store, &columns).await;
        for (table, was) in &before {
            let gone = was.difference(&after[table]).map(|row| format!("{:?}: {table} lacks {row}", one.case));
            let new = after[table].difference(was).map(|row| format!("{:?}: {table} has {row}", one.case));
            others.extend(gone.chain(new));
        }
        before = after;
    }
    assert!(others.is_empty(), "{} rows are others:\n{}", others.len(), others.join("\n"));
    assert!(house.public.now().0 - NOW.0 < 7 * DAY_MS, "quotes and customers are still what they were made as");
});

/// Winning a lead meets and ends its clocks, and one of them begins anew: there is something to make again.
async fn assert_clocks_are_at_stake(house: &House, all: &[Prepared]) {
    let mut tx = house.public.store.read().await.unwrap();
    let mut running = BTreeSet::new();
    for one in all.iter().filter(|one| one.case.at == At::First) {
        running.extend(tx.clocks().of_lead(one.lead).await.unwrap().into_iter().filter(|clock| clock.ended_at.is_none()).map(|clock| clock.policy));
    }
    let book = tx.clocks().book().await.unwrap();
    let repeats = |id: &ClockPolicyId| book.policy(*id).is_some_and(|policy| policy.repeats);
    assert!(running.len() > 2 && running.iter().any(repeats), "{running:?}");
}
