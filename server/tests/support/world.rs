//! A house with people of each role and one of each thing that is somebody's, and every address of the site.

use app::doors::list::{DOORS, Door, Who};
use axum::http::{Method, header};
use domain::import_file::ImportStep;
use domain::{AttemptChannel, FormValues, LeadAction, LeadId, Role};
use service::Ctx;
use store::Store;
use store::testing::everything_but;

use super::{Answer, House, ORIGIN, request};

/// Stands in everything that only some may read.
pub const SECRET: &str = "zanzibar";

/// Pages of people who are signed in, and who may open them. `*` stands for a number or a word.
pub const PAGES: [(&str, Who); 67] = [
    ("/", Who::Everybody),
    ("/leads", Who::Everybody),
    ("/leads/new", Who::House),
    ("/leads/board", Who::Everybody),
    ("/leads/bulk/*", Who::Everybody),
    ("/leads/*", Who::Everybody),
    ("/leads/*/message", Who::Everybody),
    ("/leads/*/convert", Who::Everybody),
    ("/intake", Who::House),
    ("/refer", Who::House),
    ("/radar", Who::Everybody),
    ("/tasks", Who::Everybody),
    ("/tasks/calendar", Who::Everybody),
    ("/tickets", Who::Everybody),
    ("/notices", Who::Everybody),
    ("/material", Who::House),
    ("/products", Who::House),
    ("/quotes", Who::House),
    ("/quotes/*", Who::House),
    ("/customers", Who::House),
    ("/customers/*", Who::House),
    ("/invoices", Who::House),
    ("/invoices/*", Who::House),
    ("/accounts", Who::House),
    ("/accounts/new", Who::House),
    ("/accounts/duplicates", Who::House),
    ("/accounts/*", Who::House),
    ("/accounts/*/merge/*", Who::House),
    ("/contacts", Who::House),
    ("/contacts/new", Who::House),
    ("/contacts/*", Who::House),
    ("/thresholds", Who::House),
    ("/territories", Who::House),
    ("/standing", Who::Everybody),
    ("/reps", Who::House),
    ("/admin", Who::Administrators),
    ("/admin/types", Who::Administrators),
    ("/admin/types/*", Who::Administrators),
    ("/admin/lists", Who::Administrators),
    ("/admin/lists/*", Who::Administrators),
    ("/admin/ladders", Who::Administrators),
    ("/admin/territories", Who::Administrators),
    ("/admin/rules", Who::Administrators),
    ("/admin/rules/trials/*", Who::Administrators),
    ("/admin/event-kinds", Who::Administrators),
    ("/admin/scoring", Who::Administrators),
    ("/admin/site", Who::Administrators),
    ("/admin/clocks", Who::Administrators),
    ("/admin/playbook", Who::Administrators),
    ("/admin/templates", Who::Administrators),
    ("/admin/templates/*", Who::Administrators),
    ("/admin/registration", Who::Administrators),
    ("/admin/messages", Who::Administrators),
    ("/admin/nurture", Who::Administrators),
    ("/admin/outbox", Who::Administrators),
    ("/admin/outbox/*", Who::Administrators),
    ("/admin/mail-in", Who::Administrators),
    ("/admin/mail-in/*", Who::Administrators),
    ("/admin/roles", Who::Administrators),
    ("/admin/audit", Who::Administrators),
    ("/import", Who::Importers),
    ("/import/*", Who::Importers),
    ("/admin/users", Who::Administrators),
    ("/admin/groups", Who::Administrators),
    ("/admin/tokens", Who::Everybody),
    ("/admin/webhooks", Who::Administrators),
    ("/me", Who::Everybody),
];

/// Pages for strangers.
pub const PUBLIC_PAGES: [&str; 9] =
    ["/login", "/setup", "/register", "/register/thanks", "/invites/*", "/unsubscribe/*", "/suppliers/*", "/q/*", "/i/*"];

/// Server functions, and who may call them.
pub const FUNCTIONS: [(&str, Who); 92] = [
    ("account", Who::House),
    ("accounts", Who::House),
    ("attempts", Who::Everybody),
    ("audit", Who::Administrators),
    ("board", Who::Everybody),
    ("board_news", Who::Everybody),
    ("board_page", Who::Everybody),
    ("bulk_run", Who::Everybody),
    ("callers", Who::House),
    ("catalog", Who::Everybody),
    ("clocks", Who::Administrators),
    ("confirmation", Who::Administrators),
    ("contact", Who::House),
    ("contact_accounts", Who::House),
    ("contact_events", Who::House),
    ("contacts", Who::House),
    ("conversion", Who::Everybody),
    ("converted", Who::Everybody),
    ("counters", Who::Everybody),
    ("customer", Who::House),
    ("customer_names", Who::House),
    ("customers", Who::House),
    ("deal", Who::Everybody),
    ("deal_vendors", Who::House),
    ("distributors", Who::House),
    ("door", Who::Everybody),
    ("duplicates", Who::House),
    ("event_kinds", Who::Administrators),
    ("find", Who::Everybody),
    ("find_leads", Who::Everybody),
    ("groups", Who::Administrators),
    ("import_file", Who::Importers),
    ("imports", Who::Importers),
    ("intake", Who::House),
    ("invoice", Who::House),
    ("invoices", Who::House),
    ("ladders", Who::Administrators),
    ("lead", Who::Everybody),
    ("lead_groups", Who::Everybody),
    ("lead_parts", Who::Everybody),
    ("lead_quotes", Who::Everybody),
    ("lead_rows", Who::Everybody),
    ("leads", Who::Everybody),
    ("list", Who::Administrators),
    ("lists", Who::Administrators),
    ("mail", Who::Administrators),
    ("mail_in", Who::Administrators),
    ("mails_in", Who::Administrators),
    ("match_accounts", Who::House),
    ("material", Who::House),
    ("merge_preview", Who::House),
    ("message_form", Who::Everybody),
    ("message_templates", Who::Administrators),
    ("my_day", Who::Everybody),
    ("neighbours", Who::Everybody),
    ("notice", Who::Administrators),
    ("notices", Who::Administrators),
    ("nurture_plans", Who::Administrators),
    ("outbox", Who::Administrators),
    ("own_feed", Who::Everybody),
    ("own_notices", Who::Everybody),
    ("own_reach", Who::House),
    ("people", Who::Administrators),
    ("playbook", Who::Administrators),
    ("products", Who::House),
    ("qualification", Who::Everybody),
    ("quote", Who::House),
    ("quotes", Who::House),
    ("referred", Who::House),
    ("radar", Who::Everybody),
    ("register_form", Who::Everybody),
    ("rep_figures", Who::House),
    ("rule_trial", Who::Administrators),
    ("rules", Who::Administrators),
    ("saved_views", Who::Everybody),
    ("score", Who::House),
    ("scoring", Who::Administrators),
    ("site", Who::Administrators),
    ("site_face", Who::Everybody),
    ("standing", Who::Everybody),
    ("supplier_link", Who::Managers),
    ("task_days", Who::Everybody),
    ("tasks", Who::Everybody),
    ("territories", Who::Administrators),
    ("thresholds", Who::House),
    ("tickets", Who::Everybody),
    ("timeline", Who::Everybody),
    ("told", Who::Everybody),
    ("tokens", Who::Everybody),
    ("type", Who::Administrators),
    ("types", Who::Administrators),
    ("webhooks", Who::Administrators),
];

/// What stands on a router of its own, outside of pages and API.
pub const OTHERS: [&str; 19] = [
    "/healthz",
    "/readyz",
    "/metrics",
    "/logo/none",
    "/calendar/none.ics",
    "/unsubscribe/none/now",
    "/leads/export.csv",
    "/leads/export.xlsx",
    "/import/*/refused.csv",
    "/documents/*",
    "/material/*",
    "/quotes/*/pdf",
    "/q/none/pdf",
    "/invoices/*/pdf",
    "/i/none/pdf",
    "/shared/none",
    "/mail-in/*",
    "/admin/mail-in/*/original.eml",
    "/api/v1/live",
];

/// Forms that carry a file.
pub const UPLOADS: [&str; 4] = ["/import", "/admin/site/logo", "/leads/999999/documents", "/material"];

pub struct World {
    pub house: House,
    pub lead: LeadId,
    pub opportunity: i64,
    pub account: i64,
    pub contact: i64,
    pub private_view: i64,
    pub removed_view: i64,
    pub bulk_run: i64,
    pub token: i64,
    pub file: i64,
    pub spool: std::path::PathBuf,
}

impl World {
    /// Maya, of the North, has a lead with all that hangs on it, views, a run and a token; Martin, her manager, a file. Ana is
    /// of the South, Mona manages nothing, Dina is a distributor's, Ina takes calls down, Ada administrates.
    pub async fn open(store: &Store) -> Self {
        let house = House::open(store).await;
        service::seed::seed_defaults(&house.ctx()).await.unwrap();
        let mut people = Vec::new();
        for (name, role) in [
            ("ada", Role::Administrator),
            ("maya", Role::Rep),
            ("ana", Role::Rep),
            ("martin", Role::Manager),
            ("mona", Role::Manager),
            ("ina", Role::Intake),
            ("dina", Role::Distributor),
        ] {
            people.push(house.person(&format!("{name}@house.test"), role).await);
        }
        let mut tx = store.begin().await.unwrap();
        for (name, member, manager) in [("North", people[1], Some(people[3])), ("South", people[2], None)] {
            let group = tx.people().add_group(name, "", manager).await.unwrap();
            tx.people().change_members(group, &[member]).await.unwrap();
        }
        tx.save().await.unwrap();
        house.catalog_changed().await;

        let maya = acting(&house, "maya").await;
        let form = |text: String| FormValues::decode(text.as_bytes());
        let new = format!("full_name=Jo+Field&company=Acme&city={SECRET}&message={SECRET}&tags={SECRET}");
        let lead = service::leads::add(&maya, &form(new)).await.unwrap();
        service::leads::comment(&maya, lead, &form(format!("text={SECRET}"))).await.unwrap();
        service::leads::share_note(&maya, lead, &form(format!("text={SECRET}"))).await.unwrap();
        service::tasks::add_once(&maya, Some(lead), &form(format!("title={SECRET}&note={SECRET}")), None).await.unwrap();
        let ticket = form(format!("lead={lead}&title={SECRET}&details={SECRET}"));
        service::tickets::add_once(&maya, &ticket, None).await.unwrap();
        let vendor = format!("from=vendor&title={SECRET}&details={SECRET}&address=help@vendor.test");
        service::leads::parts::ask_for_help(&maya, lead, &form(vendor), None).await.unwrap();
        let file = service::leads::parts::Upload { name: "zanzibar.txt", for_customer: false, bytes: SECRET.as_bytes() };
        service::leads::parts::add_document(&maya, lead, file, None).await.unwrap();
        service::attempts::log_once(&maya, lead, &form(format!("channel=call&outcome=no_answer&note={SECRET}")), None).await.unwrap();
        service::classes::change_class(&maya, lead, &form(format!("notes={SECRET}"))).await.unwrap();
        let vendor = service::accounts::add_account(&maya, &form("name=Vendor+House&kind=vendor".to_owned())).await.unwrap().id;
        service::deals::add_once(&maya, lead, &form(format!("vendor={vendor}&note={SECRET}")), None).await.unwrap();
        let quote = service::quotes::add_once(&maya, lead, &form(format!("note={SECRET}&memo={SECRET}")), None).await.unwrap();
        service::quotes::add_line(&maya, quote, &form(format!("text={SECRET}&price=10"))).await.unwrap();
        let private_view = service::views::add(&maya, &form(format!("name={SECRET}&query=view%3Dall"))).await.unwrap();
        let removed_view = service::views::add(&maya, &form(format!("name=Old+{SECRET}&query=view%3Dall"))).await.unwrap();
        service::views::remove(&maya, removed_view).await.unwrap();
        let bulk_run = service::leads::bulk::begin(&maya, &form(format!("lead={lead}:12&what=add_tag&tag={SECRET}-too"))).await.unwrap();
        service::tokens::add_token(&maya, &form(format!("name={SECRET}&scope=read&days=30"))).await.unwrap();
        let token = service::tokens::list_tokens(&maya).await.unwrap()[0].number;
        let detail = service::leads::find(&maya, lead).await.unwrap();

        let martin = acting(&house, "martin").await;
        let spool = house.state.site.spool.clone();
        std::fs::create_dir_all(&spool).unwrap();
        std::fs::write(spool.join("upload.csv"), format!("Full name,City\nAl,{SECRET}\n")).unwrap();
        let arrived = service::imports::Arrived { spool: &spool, spool_name: "upload.csv", file_name: "zanzibar.csv", bytes: 27, supplier: SECRET };
        let file = service::imports::take_file(&martin, arrived).await.unwrap();
        Self {
            lead,
            opportunity: detail.opportunities[0].id.0,
            account: detail.lead.account.id.0,
            contact: detail.lead.contact.0,
            private_view: private_view.0,
            removed_view: removed_view.0,
            bulk_run: bulk_run.0,
            token,
            file,
            spool,
            house,
        }
    }

    pub async fn sign_in(&self, name: &str) -> String {
        self.house.sign_in(&format!("{name}@house.test")).await
    }

    /// Everything in the database but who was seen when.
    pub async fn everything(&self) -> std::collections::BTreeMap<String, Vec<String>> {
        everything_but(&self.house.state.store, &["session", "api_token"]).await
    }

    /// The addresses of this world's things, where `*` stood.
    pub fn filled(&self, address: &str) -> Vec<String> {
        let with = |number: i64| vec![address.replacen('*', &number.to_string(), 1)];
        match address {
            "/me/availability/*" => vec!["/me/availability/busy".to_owned()],
            "/leads/views/*/restore" => with(self.removed_view),
            "/leads/*/actions/*" => LeadAction::ALL.into_iter().map(|action| with(self.lead.0)[0].replacen('*', action.key(), 1)).collect(),
            "/leads/*/attempts/*" => AttemptChannel::ALL.into_iter().map(|channel| with(self.lead.0)[0].replacen('*', channel.key(), 1)).collect(),
            "/invites/*" | "/unsubscribe/*" => vec![address.replace('*', "none")],
            "/suppliers/*" | "/q/*" | "/i/*" => vec![address.replace('*', "none")],
            "/quotes/*/steps/*" => domain::QuoteStep::ALL.map(|step| format!("/quotes/1/steps/{}", step.key())).to_vec(),
            "/customers/*/states/*" => domain::CustomerState::ALL.map(|state| format!("/customers/1/states/{}", state.key())).to_vec(),
            "/registrations/*/*" => domain::RegistrationStep::ALL.map(|step| format!("/registrations/1/{}", step.key())).to_vec(),
            "/problems/*/*" => domain::ProblemStep::ALL.map(|step| format!("/problems/1/{}", step.key())).to_vec(),
            "/leads/*/answers/*" => domain::Dimension::ALL.map(|dimension| format!("/leads/{}/answers/{}", self.lead, dimension.key())).to_vec(),
            "/leads/*/nurture/*" => ["pause", "resume", "stop"].map(|wish| format!("/leads/{}/nurture/{wish}", self.lead)).to_vec(),
            "/help-requests/*/*" => ["answer", "close", "reopen"].map(|step| format!("/help-requests/1/{step}")).to_vec(),
            "/import/*/*" => ImportStep::ALL.into_iter().map(|step| with(self.file)[0].replacen('*', step.key(), 1)).collect(),
            _ if !address.contains('*') => vec![address.to_owned()],
            _ if address.starts_with("/leads/views/") => with(self.private_view),
            _ if address.starts_with("/leads/bulk/") => with(self.bulk_run),
            _ if address.starts_with("/leads/") => with(self.lead.0),
            _ if address.starts_with("/opportunities/") => with(self.opportunity),
            _ if address.starts_with("/accounts/duplicates/") || address.starts_with("/accounts/merges/") => vec![address.replace('*', "1")],
            _ if address.starts_with("/accounts/") => vec![with(self.account)[0].replace('*', "999999")],
            _ if address.starts_with("/contacts/") => with(self.contact),
            _ if address.starts_with("/import/") => with(self.file),
            _ if address.starts_with("/admin/tokens/") => with(self.token),
            _ if address.starts_with("/admin/ladders/") => vec![address.replacen('*', "transfer", 1).replace('*', "1")],
            _ if address.starts_with("/admin/rules/steps/") => vec![address.replacen('*', "specialist", 1)],
            _ if address.starts_with("/admin/lists/") => vec![address.replacen('*', "source", 1).replace('*', "1")],
            _ => vec![address.replace('*', "1")],
        }
    }

    /// A body that each form could have, with every guarded field that it takes.
    pub fn body(&self, door: &Door) -> String {
        let mut body = format!(
            "name=Theft&full_name=Theft&text=Theft&query=view%3Dall&city=Theft&lead={}&on=1&what=add_tag&tag=theft&direction=up&stage=1&kind=text",
            self.lead
        );
        for field in door.takes {
            let value = match *field {
                "owner" => "ana@house.test",
                "role" => "administrator",
                _ => "3",
            };
            body.push_str(&format!("&{field}={value}"));
        }
        body
    }

    /// A server function's address with parameters of all that take any.
    pub fn function(&self, name: &str, number: i64) -> String {
        format!(
            "/fn/{name}?number={number}&before=9999999&query=view%3Dall&numbers={}&text={SECRET}&list=source&status=1&after=&kind=transfer&other=999998&days=30",
            self.lead
        )
    }

    /// Sends a form as a page's script does.
    pub async fn send(&self, path: &str, token: Option<&str>, body: &str) -> Answer {
        let asked = request(Method::POST, path, token)
            .header(header::ORIGIN, ORIGIN)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.house.ask(asked.body(axum::body::Body::from(body.to_owned())).unwrap()).await
    }

    /// The files of this world go away.
    pub fn close(self) {
        std::fs::remove_dir_all(&self.spool).unwrap();
    }
}

/// The context of a person of the house.
pub async fn acting(house: &House, name: &str) -> Ctx {
    let token = house.sign_in(&format!("{name}@house.test")).await;
    let actor = service::people::session_actor(&house.ctx(), &token).await.unwrap().expect("signed in");
    house.ctx().acting_as(actor)
}

/// One person of each role.
pub const ONE_OF_EACH: [(&str, Role); 5] =
    [("ana", Role::Rep), ("ina", Role::Intake), ("mona", Role::Manager), ("dina", Role::Distributor), ("ada", Role::Administrator)];

/// Every address that a browser can ask for, of pages, functions and what else there is, with this world's numbers.
pub fn readings(world: &World) -> Vec<String> {
    let pages = PAGES.iter().map(|(page, _)| *page).chain(PUBLIC_PAGES).chain(OTHERS.into_iter().filter(|path| *path != "/api/v1/live"));
    let mut all: Vec<String> = pages.flat_map(|page| world.filled(page)).collect();
    all.extend(FUNCTIONS.iter().map(|(name, _)| world.function(name, world.lead.0)));
    all
}

/// Every form's address with this world's numbers.
pub fn forms(world: &World) -> Vec<(Door, String)> {
    DOORS.into_iter().flat_map(|door| world.filled(door.address).into_iter().map(move |path| (door, path))).collect()
}
