//! The table of all posted forms: address, wish, and the page to show again when something is wrong.
//!
//! To add a form: an arm in [`route`], a line in [`list`] and a `PostForm` with that address. Permissions are the service's.

pub mod list;

use domain::import_file::ImportStep;
use domain::ladder::LadderKind;
use domain::routing::Step;
use domain::{
    AccountId, BulkRunId, ChoiceId, ChoiceList, ContactId, CustomFieldId, FormValues, GroupId, LeadAction, LeadId, LeadTypeId, MailId, OpportunityId,
    SavedViewId, StatusId, TerritoryId, ThresholdId, ThresholdState, UserId,
};
use service::once::{self, Once};
use service::people::SignIn;
use service::reach::Said;
use service::{
    Ctx, ServiceError, accounts, configuration, contacts, imports, leads, notices, opportunities, outbox, people, qualification, reach, routing,
    tokens, views, webhooks,
};

use crate::form_reply::{Conflict, FormReply};
use crate::server_ctx::RequestCtx;

/// What becomes of the session cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionChange {
    /// Sign-in: a new token.
    Start(String),
    End,
}

/// The answer to a posted form.
#[derive(Clone, Debug)]
pub struct Answer {
    pub reply: FormReply,
    pub session: Option<SessionChange>,
    /// Path and query of the page to render again when the reply is not done.
    pub page: String,
}

/// What a form leads to when all is well.
struct Fine {
    location: String,
    message: String,
    session: Option<SessionChange>,
    /// What was made and is shown this once.
    secret: Option<String>,
}

/// What was made and is shown this once, on the page of the form.
fn made(message: impl Into<String>, secret: String) -> Result<Fine, ServiceError> {
    Ok(Fine { location: String::new(), message: message.into(), session: None, secret: Some(secret) })
}

fn fine(location: impl Into<String>, message: impl Into<String>) -> Result<Fine, ServiceError> {
    Ok(Fine { location: location.into(), message: message.into(), session: None, secret: None })
}

/// Answers a posted form. `token` is the session's, where there is one.
pub async fn post(request: &RequestCtx, path: &str, query: &str, values: FormValues, token: Option<&str>) -> Answer {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let page = page_of(&parts, query, &values);
    match route(request, &parts, query, &values, token).await {
        Ok(fine) => {
            let reply = match fine.secret {
                Some(secret) => FormReply::Made { message: fine.message, secret },
                None => FormReply::Done { location: fine.location, message: fine.message },
            };
            Answer { reply, session: fine.session, page }
        }
        Err(error) => Answer { reply: refusal(request, error), session: None, page },
    }
}

/// The page a form stands on.
fn page_of(parts: &[&str], query: &str, values: &FormValues) -> String {
    let path = match parts {
        ["leads", ..] if ours(values.get("back")).is_some() => return values.get("back").to_owned(),
        ["leads", "views", ..] | ["leads", "bulk"] => "/leads".to_owned(),
        ["leads", "bulk", number, ..] => format!("/leads/bulk/{number}"),
        ["leads", number, "edit"] => {
            let part = values.get("part");
            return if part.is_empty() { format!("/leads/{number}") } else { format!("/leads/{number}?edit={part}") };
        }
        ["leads", number, ..] if *number != "new" => format!("/leads/{number}"),
        ["opportunities", ..] => format!("/leads/{}", values.get("lead")),
        ["accounts", number, ..] if *number != "new" => format!("/accounts/{number}"),
        ["contacts", number, ..] if *number != "new" => format!("/contacts/{number}"),
        ["thresholds", ..] => "/thresholds".to_owned(),
        ["admin", section @ ("types" | "lists" | "templates"), one, ..] => format!("/admin/{section}/{one}"),
        ["admin", section, ..] => format!("/admin/{section}"),
        ["me", ..] => "/me".to_owned(),
        ["import", number, ..] => format!("/import/{number}"),
        _ => format!("/{}", parts.join("/")),
    };
    crate::routes::with_query(&path, query)
}

async fn route(request: &RequestCtx, parts: &[&str], query: &str, values: &FormValues, token: Option<&str>) -> Result<Fine, ServiceError> {
    let ctx = &request.ctx;
    list::find(parts).ok_or(ServiceError::NotFound)?.refuse_foreign(values)?;
    let once = once::of_form(ctx, &parts.join("/"), values);
    match parts {
        ["login"] => sign_in(request, query, values).await,
        ["logout"] => {
            if let Some(token) = token {
                people::sign_out(ctx, token).await?;
            }
            Ok(Fine { location: "/login".to_owned(), message: String::new(), session: Some(SessionChange::End), secret: None })
        }
        ["setup"] => set_up(request, values).await,
        ["register"] => {
            leads::registration::register(ctx, &request.address, values).await?;
            fine("/register/thanks", "")
        }
        ["intake"] => intake(ctx, values, once.as_ref()).await,
        ["leads", "bulk", ..] => bulk(ctx, &parts[2..], values).await,
        ["leads", "views", ..] => saved_view(ctx, &parts[2..], values).await,
        ["leads", ..] => lead(ctx, &parts[1..], values, once.as_ref()).await,
        ["opportunities", number] => {
            opportunities::change_opportunity(ctx, OpportunityId(number_in(number)?), values).await?;
            fine(format!("/leads/{}", values.get("lead")), "Opportunity saved")
        }
        ["accounts", "new"] => {
            let id = accounts::add_account_once(ctx, values, once.as_ref()).await?;
            fine(crate::routes::account(id.id), "Account added")
        }
        ["accounts", number, "edit"] => {
            let id = AccountId(number_in(number)?);
            accounts::change_account(ctx, id, values).await?;
            fine(crate::routes::account(id), "Account saved")
        }
        ["contacts", "new"] => {
            let id = contacts::add_contact_once(ctx, values, once.as_ref()).await?;
            fine(crate::routes::contact(id.id), "Contact added")
        }
        ["contacts", number, "edit"] => {
            let id = ContactId(number_in(number)?);
            contacts::change_contact(ctx, id, values).await?;
            fine(crate::routes::contact(id), "Contact saved")
        }
        ["contacts", number, "pull"] => {
            let lead = qualification::pull(ctx, ContactId(number_in(number)?)).await?;
            fine(format!("/leads/{lead}"), "The contact is a lead now")
        }
        ["thresholds", ..] => threshold(ctx, &parts[1..], values).await,
        ["import", number, "columns"] => {
            let id = number_in(number)?;
            imports::choose_columns(ctx, id, values).await?;
            fine(format!("/import/{id}"), "The rows are being checked")
        }
        ["import", number, step] => {
            let (id, step) = (number_in(number)?, ImportStep::from_key(step).ok_or(ServiceError::NotFound)?);
            imports::do_step(ctx, id, step).await?;
            fine(format!("/import/{id}"), step_words(step))
        }
        ["me", "password"] => {
            people::change_password(ctx, values, token.unwrap_or_default()).await?;
            fine("/me", "Password changed; other devices are signed out")
        }
        ["me", "reach"] => {
            reach::change_own(ctx, values).await?;
            fine("/me", "Saved how you are reached")
        }
        ["me", "notices"] => {
            notices::change_own(ctx, values).await?;
            fine("/me", "Saved which mails you get")
        }
        ["me", "availability", said] => {
            let said = reach::change_availability(ctx, said).await?;
            fine(ours(values.get("back")).unwrap_or("/me"), said_words(&said))
        }
        ["admin", "users"] => {
            people::add_person(ctx, values).await?;
            fine("/admin/users", "Person added")
        }
        ["admin", "users", number] => {
            people::change_person(ctx, UserId(number_in(number)?), values).await?;
            fine("/admin/users", "Person saved")
        }
        ["admin", "users", number, "reach"] => {
            reach::change_of(ctx, UserId(number_in(number)?), values).await?;
            fine("/admin/users", "Saved how they are reached")
        }
        ["admin", "users", number, "password"] => {
            people::set_password(ctx, UserId(number_in(number)?), values).await?;
            fine("/admin/users", "Password set; the person is signed out everywhere")
        }
        ["admin", "tokens"] => made("Token made", tokens::add_token(ctx, values).await?),
        ["admin", "tokens", number, "revoke"] => {
            tokens::revoke_token(ctx, number_in(number)?).await?;
            fine("/admin/tokens", "Token revoked")
        }
        ["admin", "webhooks"] => made("Webhook added", webhooks::add_webhook(ctx, values).await?),
        ["admin", "webhooks", number] => {
            let is_on = values.get("on") == "1";
            webhooks::turn_webhook(ctx, number_in(number)?, is_on).await?;
            fine("/admin/webhooks", if is_on { "Webhook turned on" } else { "Webhook turned off" })
        }
        ["admin", "webhooks", number, "delete"] => {
            webhooks::remove_webhook(ctx, number_in(number)?).await?;
            fine("/admin/webhooks", "Webhook deleted")
        }
        ["admin", "webhooks", "deliveries", number, "replay"] => {
            webhooks::replay(ctx, number_in(number)?).await?;
            fine("/admin/webhooks", "It is sent again")
        }
        ["admin", "groups"] => {
            people::add_group(ctx, values).await?;
            fine("/admin/groups", "Group added")
        }
        ["admin", "groups", number] => {
            people::change_group(ctx, GroupId(number_in(number)?), values).await?;
            fine("/admin/groups", "Group saved")
        }
        ["admin", "types", ..] => lead_types(ctx, &parts[2..], values).await,
        ["admin", "lists", list, rest @ ..] => {
            let list = ChoiceList::from_key(list).ok_or(ServiceError::NotFound)?;
            configured_list(ctx, list, rest, values).await
        }
        ["admin", "ladders", "posts"] => {
            configuration::change_posts(ctx, values).await?;
            fine("/admin/ladders", "Posts saved")
        }
        ["admin", "ladders", kind, rest @ ..] => ladder(ctx, LadderKind::from_key(kind).ok_or(ServiceError::NotFound)?, rest, values).await,
        ["admin", "territories", rest @ ..] => territory(ctx, rest, values).await,
        ["admin", "rules", rest @ ..] => rule(ctx, rest, values).await,
        ["admin", "templates", kind] => {
            configuration::change_notice(ctx, kind, values).await?;
            fine("/admin/templates", "Mail saved")
        }
        ["admin", "templates", kind, "reset"] => {
            configuration::reset_notice(ctx, kind, values).await?;
            fine("/admin/templates", "The mail has its standard words again")
        }
        ["admin", "outbox", number, "send"] => {
            outbox::send_again(ctx, MailId(number_in(number)?)).await?;
            fine("/admin/outbox", "It is sent again")
        }
        ["admin", "event-kinds", ..] => event_kind(ctx, &parts[2..], values).await,
        ["admin", "site", "logo", "remove"] => {
            configuration::remove_logo(ctx).await?;
            fine("/admin/site", "Logo removed")
        }
        ["admin", "site"] => {
            configuration::change_site(ctx, values).await?;
            fine("/admin/site", "Site saved")
        }
        _ => Err(ServiceError::NotFound),
    }
}

async fn lead_types(ctx: &Ctx, parts: &[&str], values: &FormValues) -> Result<Fine, ServiceError> {
    let [number, what @ ..] = parts else {
        let id = configuration::add_type(ctx, values).await?;
        return fine(format!("/admin/types/{id}"), "Lead type added");
    };
    let id = LeadTypeId(number_in(number)?);
    let here = format!("/admin/types/{id}");
    match what {
        [] => {
            configuration::change_type(ctx, id, values).await?;
            fine(here, "Lead type saved")
        }
        ["move"] => {
            configuration::move_type(ctx, id, values).await?;
            fine("/admin/types", "")
        }
        ["fields"] => {
            configuration::add_field(ctx, id, values).await?;
            fine(here, "Field added")
        }
        ["fields", field] => {
            let leads = configuration::change_field(ctx, id, CustomFieldId(number_in(field)?), values).await?;
            let is_retired = values.all("retired").any(|value| value == "1");
            fine(here, if is_retired { retired_words(leads, "lead", "leads") } else { "Field saved".to_owned() })
        }
        ["fields", field, "move"] => {
            configuration::move_field(ctx, id, CustomFieldId(number_in(field)?), values).await?;
            fine(here, "")
        }
        ["fields", field, "remove"] => {
            configuration::remove_field(ctx, id, CustomFieldId(number_in(field)?), values).await?;
            fine(here, "Field removed")
        }
        ["statuses"] => {
            configuration::add_status(ctx, id, values).await?;
            fine(here, "Status added")
        }
        ["statuses", status] => {
            let leads = configuration::change_status(ctx, id, StatusId(number_in(status)?), values).await?;
            let is_retired = values.all("retired").any(|value| value == "1");
            fine(here, if is_retired { retired_words(leads, "lead", "leads") } else { "Status saved".to_owned() })
        }
        ["statuses", status, "move"] => {
            configuration::move_status(ctx, id, StatusId(number_in(status)?), values).await?;
            fine(here, "")
        }
        ["statuses", status, "remove"] => {
            configuration::remove_status(ctx, id, StatusId(number_in(status)?), values).await?;
            fine(here, "Status removed")
        }
        _ => Err(ServiceError::NotFound),
    }
}

async fn configured_list(ctx: &Ctx, list: ChoiceList, parts: &[&str], values: &FormValues) -> Result<Fine, ServiceError> {
    let here = format!("/admin/lists/{}", list.key());
    let [number, what @ ..] = parts else {
        configuration::add_choice(ctx, list, values).await?;
        return fine(here, "Entry added");
    };
    let id = ChoiceId(number_in(number)?);
    match what {
        [] => {
            let uses = configuration::change_choice(ctx, list, id, values).await?;
            let is_retired = values.all("retired").any(|value| value == "1");
            fine(here, if is_retired { retired_words(uses, "record", "records") } else { "Entry saved".to_owned() })
        }
        ["move"] => {
            configuration::move_choice(ctx, list, id, values).await?;
            fine(here, "")
        }
        ["remove"] => {
            configuration::remove_choice(ctx, list, id, values).await?;
            fine(here, "Entry removed")
        }
        _ => Err(ServiceError::NotFound),
    }
}

async fn ladder(ctx: &Ctx, kind: LadderKind, parts: &[&str], values: &FormValues) -> Result<Fine, ServiceError> {
    let here = "/admin/ladders";
    match parts {
        [] => {
            configuration::rename_ladder(ctx, kind, values).await?;
            fine(here, "Ladder saved")
        }
        ["rungs"] => {
            configuration::add_rung(ctx, kind, values).await?;
            fine(here, "Rung added")
        }
        ["rungs", rung] => {
            configuration::change_rung(ctx, kind, number_in(rung)?, values).await?;
            fine(here, "Rung saved")
        }
        ["rungs", rung, "move"] => {
            configuration::move_rung(ctx, kind, number_in(rung)?, values).await?;
            fine(here, "")
        }
        ["rungs", rung, "remove"] => {
            configuration::remove_rung(ctx, kind, number_in(rung)?, values).await?;
            fine(here, "Rung removed")
        }
        _ => Err(ServiceError::NotFound),
    }
}

async fn territory(ctx: &Ctx, parts: &[&str], values: &FormValues) -> Result<Fine, ServiceError> {
    let here = "/admin/territories";
    match parts {
        [] => {
            configuration::add_territory(ctx, values).await?;
            fine(here, "Territory added")
        }
        [number] => {
            configuration::change_territory(ctx, TerritoryId(number_in(number)?), values).await?;
            fine(here, "Territory saved")
        }
        [number, "remove"] => {
            configuration::remove_territory(ctx, TerritoryId(number_in(number)?), values).await?;
            fine(here, "Territory removed")
        }
        _ => Err(ServiceError::NotFound),
    }
}

async fn rule(ctx: &Ctx, parts: &[&str], values: &FormValues) -> Result<Fine, ServiceError> {
    let here = "/admin/rules";
    let step = |key: &str| Step::from_key(key).ok_or(ServiceError::NotFound);
    match parts {
        ["steps", key] => {
            configuration::set_step(ctx, step(key)?, values).await?;
            fine(here, if values.get("on") == "1" { "Step switched on" } else { "Step switched off" })
        }
        ["steps", key, "move"] => {
            configuration::move_step(ctx, step(key)?, values).await?;
            fine(here, "")
        }
        ["groups", group] => {
            configuration::set_way(ctx, GroupId(number_in(group)?), values).await?;
            fine(here, "Saved")
        }
        ["fallback"] => {
            configuration::change_fallback(ctx, values).await?;
            fine(here, "Fallback saved")
        }
        ["coverage"] => {
            configuration::add_coverage(ctx, values).await?;
            fine(here, "Coverage added")
        }
        ["coverage", number, "remove"] => {
            configuration::remove_coverage(ctx, number_in(number)?, values).await?;
            fine(here, "Coverage removed")
        }
        ["specialists"] => {
            configuration::add_specialist(ctx, values).await?;
            fine(here, "Specialist added")
        }
        ["specialists", number, "remove"] => {
            configuration::remove_specialist(ctx, number_in(number)?, values).await?;
            fine(here, "Specialist removed")
        }
        _ => Err(ServiceError::NotFound),
    }
}

async fn threshold(ctx: &Ctx, parts: &[&str], values: &FormValues) -> Result<Fine, ServiceError> {
    let here = "/thresholds";
    let [number, what] = parts else {
        qualification::propose(ctx, values).await?;
        return fine(here, "Proposed");
    };
    let id = ThresholdId(number_in(number)?);
    match *what {
        "accept" => {
            let outcome = qualification::answer(ctx, id, true, values).await?;
            fine(here, if outcome == ThresholdState::Agreed { "Accepted, and so it is agreed" } else { "Accepted" })
        }
        "decline" => {
            qualification::answer(ctx, id, false, values).await?;
            fine(here, "Declined")
        }
        "withdraw" => {
            qualification::withdraw(ctx, id).await?;
            fine(here, "Proposal withdrawn")
        }
        _ => Err(ServiceError::NotFound),
    }
}

async fn event_kind(ctx: &Ctx, parts: &[&str], values: &FormValues) -> Result<Fine, ServiceError> {
    let here = "/admin/event-kinds";
    match parts {
        [] => {
            configuration::add_event_kind(ctx, values).await?;
            fine(here, "Kind added")
        }
        ["half-life"] => {
            configuration::change_weighing(ctx, values).await?;
            fine(here, "Saved; every contact is counted anew")
        }
        [key] => {
            configuration::change_event_kind(ctx, key, values).await?;
            fine(here, "Kind saved")
        }
        _ => Err(ServiceError::NotFound),
    }
}

/// Says what becomes of the records that have something retired.
fn retired_words(count: i64, one: &str, many: &str) -> String {
    match count {
        0 => "Retired; nothing has it now".to_owned(),
        1 => format!("Retired; 1 {one} keeps it"),
        count => format!("Retired; {} keep it", configuration::count_words(count, one, many)),
    }
}

/// Who took a call goes to its lead, or stays for the next one where the lead went out of their sight.
async fn intake(ctx: &Ctx, values: &FormValues, once: Option<&Once>) -> Result<Fine, ServiceError> {
    let taken = service::intake::save_once(ctx, values, once).await?;
    let catalog = ctx.catalog().await?;
    let with = taken.owner.map_or_else(|| "waits for somebody to accept it".to_owned(), |owner| format!("is with {}", catalog.person_name(owner)));
    let location = if taken.is_visible { crate::routes::lead(taken.lead, "") } else { "/intake".to_owned() };
    fine(location, format!("Saved: lead {} {with}", taken.lead))
}

async fn lead(ctx: &Ctx, parts: &[&str], values: &FormValues, once: Option<&Once>) -> Result<Fine, ServiceError> {
    if parts == ["new"] {
        let id = leads::add_once(ctx, values, once).await?;
        return fine(format!("/leads/{id}"), "Lead added");
    }
    let [number, what @ ..] = parts else { return Err(ServiceError::NotFound) };
    let id = LeadId(number_in(number)?);
    let here = ours(values.get("back")).map_or_else(|| format!("/leads/{id}"), str::to_owned);
    match what {
        ["edit"] => {
            leads::change(ctx, id, values).await?;
            fine(here, "Saved")
        }
        ["comment"] if values.get("share") == "1" => {
            leads::share_note_once(ctx, id, values, once).await?;
            fine(here, "Note added")
        }
        ["comment"] => {
            leads::comment_once(ctx, id, values, once).await?;
            fine(here, "Comment added")
        }
        ["opportunities"] => {
            opportunities::add_opportunity_once(ctx, id, values, once).await?;
            fine(here, "Opportunity added")
        }
        ["route"] => {
            let why = routing::route_again(ctx, id).await?;
            fine(here, why.sentence)
        }
        ["actions", action] => {
            let action = LeadAction::from_key(action).ok_or(ServiceError::NotFound)?;
            leads::act(ctx, id, action, values).await?;
            fine(here, done_words(action))
        }
        _ => Err(ServiceError::NotFound),
    }
}

async fn saved_view(ctx: &Ctx, parts: &[&str], values: &FormValues) -> Result<Fine, ServiceError> {
    let [number, what @ ..] = parts else {
        let id = views::add(ctx, values).await?;
        return fine(crate::routes::saved_view(id), "View saved");
    };
    let id = SavedViewId(number_in(number)?);
    let here = crate::routes::saved_view(id);
    match what {
        [] => {
            views::change(ctx, id, values).await?;
            fine(here, "View saved")
        }
        ["delete"] => {
            views::remove(ctx, id).await?;
            fine("/leads?view=mine", "View deleted")
        }
        ["restore"] => {
            views::restore(ctx, id).await?;
            fine(here, "View restored")
        }
        ["first"] => {
            let is_wanted = values.get("on") == "1";
            views::open_first(ctx, id, is_wanted).await?;
            fine(here, if is_wanted { "It opens first from now on" } else { "It no longer opens first" })
        }
        ["take"] => {
            views::take_over(ctx, id).await?;
            fine(here, "The view is yours")
        }
        _ => Err(ServiceError::NotFound),
    }
}

async fn bulk(ctx: &Ctx, parts: &[&str], values: &FormValues) -> Result<Fine, ServiceError> {
    let [number, what] = parts else {
        if !parts.is_empty() {
            return Err(ServiceError::NotFound);
        }
        let id = leads::bulk::begin(ctx, values).await?;
        return fine(crate::routes::bulk_run(id), "");
    };
    let id = BulkRunId(number_in(number)?);
    match *what {
        "stop" => {
            leads::bulk::stop(ctx, id).await?;
            fine(crate::routes::bulk_run(id), "Stopped")
        }
        "undo" => {
            leads::bulk::undo(ctx, id).await?;
            fine(crate::routes::bulk_run(id), "Taken back")
        }
        _ => Err(ServiceError::NotFound),
    }
}

fn said_words(said: &Said) -> String {
    let word = said.availability.label().to_lowercase();
    match &said.absence {
        None => format!("You are {word}"),
        Some(absence) => format!("You are {word}, but your profile says {absence}, and that counts"),
    }
}

fn step_words(step: ImportStep) -> &'static str {
    match step {
        ImportStep::Import | ImportStep::Continue => "The import runs",
        ImportStep::Pause => "Paused",
        ImportStep::Stop => "Stopped",
        ImportStep::Undo => "The import is being taken back",
        ImportStep::Discard => "The file is gone",
    }
}

fn done_words(action: LeadAction) -> &'static str {
    match action {
        LeadAction::Accept => "The lead is yours",
        LeadAction::Start => "Work started",
        LeadAction::Win => "Won. Well done",
        LeadAction::Lose => "Lead lost",
        LeadAction::Cancel => "Lead cancelled",
        LeadAction::Reopen => "Lead reopened",
        LeadAction::Delete => "Lead deleted",
        LeadAction::Restore => "Lead restored",
    }
}

async fn sign_in(request: &RequestCtx, query: &str, values: &FormValues) -> Result<Fine, ServiceError> {
    let wish = SignIn { email: values.get("email").to_owned(), password: values.get("password").to_owned(), address: request.address.clone() };
    let signed_in = people::sign_in(&request.ctx, wish).await?;
    let location = ours(FormValues::decode(query.as_bytes()).get("next")).unwrap_or("/leads").to_owned();
    Ok(Fine { location, message: String::new(), session: Some(SessionChange::Start(signed_in.token)), secret: None })
}

/// An address of this site: a path, and not one that a browser takes for another host.
fn ours(location: &str) -> Option<&str> {
    let is_ours = location.starts_with('/') && !location.starts_with("//") && !location.contains('\\') && !location.contains(char::is_control);
    is_ours.then_some(location)
}

async fn set_up(request: &RequestCtx, values: &FormValues) -> Result<Fine, ServiceError> {
    people::set_up(&request.ctx, values.get("name"), values.get("email"), values.get("password"), values.get("password_again")).await?;
    sign_in(request, "next=/leads", values).await
}

fn number_in(text: &str) -> Result<i64, ServiceError> {
    text.parse().map_err(|_| ServiceError::NotFound)
}

/// What a form is answered with when the service says no; what went wrong on our side is logged.
pub fn refusal(request: &RequestCtx, error: ServiceError) -> FormReply {
    let refused = |message: String, status| FormReply::Refused { message, status };
    match error {
        ServiceError::SignInRequired => FormReply::SignInRequired,
        ServiceError::NotFound => FormReply::NotFound,
        ServiceError::Forbidden(sentence) => refused(sentence, 403),
        ServiceError::Refused(sentence) => refused(sentence, 409),
        ServiceError::Invalid(errors) => FormReply::Invalid { errors },
        ServiceError::Conflict(conflicts) => FormReply::Conflict {
            conflicts: conflicts
                .into_iter()
                .map(|conflict| Conflict {
                    field: conflict.change.field.form_name().into_owned(),
                    theirs: conflict.change.old,
                    theirs_typed: conflict.theirs,
                    mine: conflict.change.new,
                    by: conflict.by,
                    at: conflict.at,
                    version: conflict.version,
                })
                .collect(),
        },
        ServiceError::TooMany { seconds } => refused(format!("Too many attempts. Try again in {}", wait_words(seconds)), 429),
        ServiceError::Busy => refused("The server is busy. Nothing is lost; try again in a moment".to_owned(), 503),
        ServiceError::Internal(cause) => {
            tracing::error!(reference = request.reference, error = ?cause, "a form failed");
            refused(format!("Something went wrong on our side. Nothing is lost; reference {}", request.reference), 500)
        }
    }
}

fn wait_words(seconds: u64) -> String {
    if seconds < 90 { format!("{seconds} seconds") } else { format!("{} minutes", seconds.div_ceil(60)) }
}
