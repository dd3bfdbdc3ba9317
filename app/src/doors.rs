//! The table of all posted forms: address, wish, and the page to show again when something is wrong.
//!
//! To add a form: an arm in [`route`] or its area's room, a line in [`list`] and a `PostForm` with that address. Permissions are the service's.

mod admin;
mod classes;
mod customers;
mod deals;
pub mod kept;
mod lead_parts;
mod leads;
pub mod list;
mod material;
mod messages;
mod quotes;
mod records;
mod tasks;
mod tickets;

use domain::{FormValues, UserId};
use service::once;
use service::people::SignIn;
use service::reach::Said;
use service::{Ctx, NOT_SAVED, ServiceError, notices, people, reach};

use crate::form_reply::{Conflict, FormReply};
use crate::server_ctx::RequestCtx;

/// What becomes of the session cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionChange {
    /// Sign-in: a new token, and whose it is.
    Start {
        token: String,
        user: UserId,
    },
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
        ["quotes", number, ..] => format!("/quotes/{number}"),
        ["customers", number, ..] if *number != "settings" => format!("/customers/{number}"),
        ["customers", ..] => crate::routes::CUSTOMERS.to_owned(),
        ["services", ..] => format!("/customers/{}", values.get("customer")),
        ["conversions", ..] => ours(values.get("page")).unwrap_or(crate::routes::CUSTOMERS).to_owned(),
        ["invoices", number, ..] => format!("/invoices/{number}"),
        ["products", ..] => crate::routes::PRODUCTS.to_owned(),
        ["leads" | "tasks" | "tickets" | "help-requests" | "documents" | "registrations" | "problems", ..] if ours(values.get("back")).is_some() => {
            return values.get("back").to_owned();
        }
        ["leads", number, "convert", what @ ..] if *number != "views" && *number != "bulk" => return customers::page_of_step(number, what),
        ["leads", "views", ..] | ["leads", "bulk"] => "/leads".to_owned(),
        ["leads", "bulk", number, ..] => format!("/leads/bulk/{number}"),
        ["leads", number, "edit"] => {
            let part = values.get("part");
            return match part {
                "" => format!("/leads/{number}"),
                // It is typed beside its reasons.
                "score" => format!("/leads/{number}?why=score"),
                part => format!("/leads/{number}?edit={part}"),
            };
        }
        ["leads", number, "messages" | "unsubscribe" | "nurture", ..] => format!("/leads/{number}/message"),
        ["leads", number, ..] if *number != "new" => format!("/leads/{number}"),
        ["opportunities", ..] => format!("/leads/{}", values.get("lead")),
        ["accounts", number, "merge", other] => format!("/accounts/{number}/merge/{other}"),
        ["accounts", "duplicates", ..] => "/accounts/duplicates".to_owned(),
        ["accounts", "merges", ..] => format!("/accounts/{}", values.get("account")),
        ["accounts", number, ..] if *number != "new" => format!("/accounts/{number}"),
        ["contacts", number, ..] if *number != "new" => format!("/contacts/{number}"),
        ["thresholds", ..] => "/thresholds".to_owned(),
        ["territories" | "distributors", ..] => "/territories".to_owned(),
        ["admin", "rules", "trials", number, ..] => format!("/admin/rules/trials/{number}"),
        ["admin", section @ ("types" | "lists" | "templates"), one, ..] => format!("/admin/{section}/{one}"),
        ["admin", section, ..] => format!("/admin/{section}"),
        ["me", ..] => "/me".to_owned(),
        ["notices", ..] => crate::routes::NOTICES.to_owned(),
        ["material", ..] => crate::routes::MATERIAL.to_owned(),
        ["help-requests" | "documents" | "registrations" | "problems", ..] => crate::routes::LIST.to_owned(),
        ["tasks", ..] => crate::routes::TASKS.to_owned(),
        ["tickets", ..] => crate::routes::TICKETS.to_owned(),
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
            service::leads::registration::register(ctx, &request.address, values).await?;
            fine("/register/thanks", "")
        }
        ["invites", token] => classes::answer(ctx, token, values).await,
        ["q", token] => quotes::answer(ctx, token, values).await,
        ["unsubscribe", token] => messages::end_subscription(ctx, token, values).await,
        ["intake"] => leads::intake(ctx, values, once.as_ref()).await,
        ["refer"] => leads::refer(ctx, values, once.as_ref()).await,
        ["leads", "bulk", ..] => leads::bulk(ctx, &parts[2..], values).await,
        ["leads", "views", ..] => leads::saved_view(ctx, &parts[2..], values).await,
        ["leads", ..] => leads::lead(ctx, &parts[1..], values, once.as_ref()).await,
        ["opportunities" | "accounts" | "contacts" | "thresholds", ..] => records::route(ctx, parts, values, once.as_ref()).await,
        ["territories" | "distributors", ..] => records::distributor(ctx, parts, values).await,
        ["import", ..] => records::import(ctx, &parts[1..], values).await,
        ["help-requests", ..] => lead_parts::help(ctx, &parts[1..], values).await,
        ["documents", ..] => lead_parts::document(ctx, &parts[1..], values).await,
        ["material", ..] => material::route(ctx, &parts[1..], values).await,
        ["quotes", ..] => quotes::quote(ctx, &parts[1..], values).await,
        ["products", ..] => quotes::product(ctx, &parts[1..], values, once.as_ref()).await,
        ["customers", ..] => customers::customer(ctx, &parts[1..], values, once.as_ref()).await,
        ["services", ..] => customers::service(ctx, &parts[1..], values).await,
        ["conversions", ..] => customers::conversion(ctx, &parts[1..]).await,
        ["invoices", ..] => customers::invoice(ctx, &parts[1..], values, once.as_ref()).await,
        ["registrations", ..] => deals::registration(ctx, &parts[1..], values).await,
        ["problems", ..] => deals::problem(ctx, &parts[1..], values).await,
        ["tasks", ..] => tasks::task(ctx, &parts[1..], values, once.as_ref()).await,
        ["tickets", ..] => tickets::ticket(ctx, &parts[1..], values, once.as_ref()).await,
        ["notices", "read"] => {
            notices::mark_read(ctx, values).await?;
            fine(crate::routes::NOTICES, "All marked as read")
        }
        ["me", ..] => profile(ctx, &parts[1..], values, token).await,
        ["admin", ..] => admin::route(ctx, &parts[1..], values, once.as_ref()).await,
        _ => Err(ServiceError::NotFound),
    }
}

async fn profile(ctx: &Ctx, parts: &[&str], values: &FormValues, token: Option<&str>) -> Result<Fine, ServiceError> {
    match parts {
        ["password"] => {
            people::change_password(ctx, values, token.unwrap_or_default()).await?;
            fine("/me", "Password changed; other devices are signed out")
        }
        ["reach"] => {
            reach::change_own(ctx, values).await?;
            fine("/me", "Saved how you are reached")
        }
        ["calendar"] => made("Calendar address made", service::tasks::make_feed(ctx).await?),
        ["calendar", "revoke"] => {
            service::tasks::revoke_feed(ctx).await?;
            fine("/me", "Calendar address revoked")
        }
        ["notices"] => {
            notices::change_own(ctx, values).await?;
            fine("/me", "Saved which mails you get")
        }
        ["digest"] => {
            service::clocks::change_own_digest(ctx, values).await?;
            fine("/me", "Saved when you get the digest")
        }
        ["availability", said] => {
            let said = reach::change_availability(ctx, said).await?;
            fine(ours(values.get("back")).unwrap_or("/me"), said_words(&said))
        }
        _ => Err(ServiceError::NotFound),
    }
}

fn said_words(said: &Said) -> String {
    let word = said.availability.label().to_ascii_lowercase();
    match &said.absence {
        None => format!("You are {word}"),
        Some(absence) => format!("You are {word}, but your profile says {absence}, and that counts"),
    }
}

async fn sign_in(request: &RequestCtx, query: &str, values: &FormValues) -> Result<Fine, ServiceError> {
    let wish = SignIn { email: values.get("email").to_owned(), password: values.get("password").to_owned(), address: request.address.clone() };
    let signed_in = people::sign_in(&request.ctx, wish).await?;
    let location = ours(FormValues::decode(query.as_bytes()).get("next")).unwrap_or(crate::routes::MY_DAY).to_owned();
    let session = SessionChange::Start { token: signed_in.token, user: signed_in.actor.id };
    Ok(Fine { location, message: String::new(), session: Some(session), secret: None })
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
        ServiceError::NotSaved(cause) => {
            tracing::error!(reference = request.reference, error = ?cause, "a change was not saved");
            refused(format!("{NOT_SAVED}; reference {}", request.reference), 503)
        }
        ServiceError::Internal(cause) => {
            tracing::error!(reference = request.reference, error = ?cause, "a form failed");
            refused(format!("Something went wrong on our side. Nothing is lost; reference {}", request.reference), 500)
        }
    }
}

fn wait_words(seconds: u64) -> String {
    if seconds < 90 { format!("{seconds} seconds") } else { format!("{} minutes", seconds.div_ceil(60)) }
}
