//! Leads as people work them, on both engines, with a clock that stands still.

macro_rules! assert_error {
    ($result:expr, $pattern:pat) => {
        let result = $result;
        assert!(matches!(result, Err($pattern)), "{result:?}");
    };
}

mod actions;
mod adding;
mod board;
mod changing;
mod finding;
mod list;
mod notes;
mod seeing;

use domain::event::Subject;
use domain::{Actor, EmailAddress, EventKind, FormValues, GroupId, Lead, LeadAction, LeadId, Role, Timestamp, UserId};
use service::leads;
use service::seed::seed_defaults;
use service::{Clock, Ctx, ServiceError};
use store::Store;
use store::events::NewEvent;
use store::people::NewUser;

/// Two regions with their people, and those who belong to none.
struct House {
    /// Nobody in particular.
    public: Ctx,
    /// Reps in the North.
    maya: Ctx,
    noor: Ctx,
    /// Rep in the South.
    ana: Ctx,
    /// Manages the North.
    martin: Ctx,
    ines: Ctx,
    ada: Ctx,
    dora: Ctx,
}

/// A site with its defaults, at 24 November 2025, 16:00.
async fn house(store: &Store) -> House {
    let public = Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000)));
    seed_defaults(&public).await.unwrap();
    let maya = add_person(&public, "Maya Lind", Role::Rep).await;
    let noor = add_person(&public, "Noor Haddad", Role::Rep).await;
    let ana = add_person(&public, "Ana Reyes", Role::Rep).await;
    let martin = add_person(&public, "Martin North", Role::Manager).await;
    let ines = add_person(&public, "Ines Intake", Role::Intake).await;
    let ada = add_person(&public, "Ada Admin", Role::Administrator).await;
    let dora = add_person(&public, "Dora Dist", Role::Distributor).await;
    let mut tx = store.begin().await.unwrap();
    let north = tx.people().add_group("North", "", Some(martin)).await.unwrap();
    let south = tx.people().add_group("South", "", None).await.unwrap();
    tx.people().change_members(north, &[maya, noor]).await.unwrap();
    tx.people().change_members(south, &[ana]).await.unwrap();
    // As the people's own service does, so that the catalog in memory is read again.
    let kind = EventKind::RecordAdded { name: "the house".to_owned() };
    let event =
        NewEvent { at: public.now(), actor: None, subject: Subject::Catalog, subject_id: 0, lead: None, version: 0, kind, before: None, after: None };
    tx.events().record(event).await.unwrap();
    tx.save().await.unwrap();
    House {
        maya: signed_in(&public, maya).await,
        noor: signed_in(&public, noor).await,
        ana: signed_in(&public, ana).await,
        martin: signed_in(&public, martin).await,
        ines: signed_in(&public, ines).await,
        ada: signed_in(&public, ada).await,
        dora: signed_in(&public, dora).await,
        public,
    }
}

async fn add_person(ctx: &Ctx, name: &str, role: Role) -> UserId {
    let mut tx = ctx.store.begin().await.unwrap();
    let email = EmailAddress::parse(&format!("{}@house.test", name.to_lowercase().replace(' ', "."))).unwrap();
    let new = NewUser { email, name: name.to_owned(), role, password_hash: String::new(), account: None, at: ctx.now() };
    let id = tx.people().add(new).await.unwrap();
    tx.save().await.unwrap();
    id
}

async fn signed_in(ctx: &Ctx, id: UserId) -> Ctx {
    let actor: Actor = ctx.store.read().await.unwrap().people().load_actor(id).await.unwrap().expect("just added");
    ctx.acting_as(actor)
}

fn id_of(ctx: &Ctx) -> UserId {
    ctx.actor().unwrap().id
}

fn form(query: &str) -> FormValues {
    FormValues::decode(query.as_bytes())
}

async fn add(ctx: &Ctx, query: &str) -> LeadId {
    leads::add(ctx, &form(query)).await.unwrap()
}

async fn change(ctx: &Ctx, id: LeadId, query: &str) -> Result<leads::Changed, ServiceError> {
    leads::change(ctx, id, &form(query)).await
}

async fn act(ctx: &Ctx, id: LeadId, action: LeadAction) {
    leads::act(ctx, id, action, &form("reason=Price")).await.unwrap();
}

/// The lead whole, whoever may see it.
async fn lead(ctx: &Ctx, id: LeadId) -> Lead {
    ctx.store.read().await.unwrap().leads().find_visible(id, &domain::Scope::All).await.unwrap().expect("the lead")
}

async fn kinds(ctx: &Ctx, id: LeadId) -> Vec<EventKind> {
    leads::find(ctx, id).await.unwrap().timeline.into_iter().map(|event| event.kind).collect()
}

async fn status_name(ctx: &Ctx, id: LeadId) -> String {
    let status = lead(ctx, id).await.status;
    ctx.store.catalog().await.unwrap().status(status).unwrap().name.clone()
}

async fn choice_names(ctx: &Ctx, ids: impl IntoIterator<Item = Option<domain::ChoiceId>>) -> Vec<String> {
    let catalog = ctx.store.catalog().await.unwrap();
    ids.into_iter().map(|id| id.map_or_else(String::new, |id| catalog.choice_name(id))).collect()
}

async fn group(ctx: &Ctx, name: &str) -> GroupId {
    ctx.store.catalog().await.unwrap().groups.iter().find(|group| group.name == name).unwrap().id
}

fn error_at<T: std::fmt::Debug>(result: Result<T, ServiceError>, field: &str) -> String {
    match result {
        Err(ServiceError::Invalid(errors)) => errors.get(field).unwrap_or_else(|| panic!("no error at {field}: {errors:?}")).to_owned(),
        other => panic!("not invalid: {other:?}"),
    }
}

fn sentence<T: std::fmt::Debug>(result: Result<T, ServiceError>) -> String {
    match result {
        Err(ServiceError::Refused(sentence) | ServiceError::Forbidden(sentence)) => sentence,
        other => panic!("not refused: {other:?}"),
    }
}
