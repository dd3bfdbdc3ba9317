//! Forms of leads: the call that makes one, the lead itself, its lists' saved views and bulk actions.

use domain::{AttemptChannel, BulkRunId, Due, FormValues, LeadAction, LeadId, SavedViewId};
use service::leads::Followed;
use service::once::Once;
use service::{Ctx, ServiceError, attempts, leads, opportunities, radar, routing, scoring, tasks, views};

use super::records::with_warnings;
use super::{Fine, fine, number_in, ours};

/// Who took a call goes to its lead, or stays for the next one where the lead went out of their sight.
pub async fn intake(ctx: &Ctx, values: &FormValues, once: Option<&Once>) -> Result<Fine, ServiceError> {
    let taken = service::intake::save_once(ctx, values, once).await?;
    let catalog = ctx.catalog().await?;
    let with = taken.owner.map_or_else(|| "waits for somebody to accept it".to_owned(), |owner| format!("is with {}", catalog.person_name(owner)));
    let location = if taken.is_visible { crate::routes::lead(taken.lead, "") } else { "/intake".to_owned() };
    fine(location, format!("Saved: lead {} {with}", taken.lead))
}

/// Who refers a lead stays, for what becomes of it shows there.
pub async fn refer(ctx: &Ctx, values: &FormValues, once: Option<&Once>) -> Result<Fine, ServiceError> {
    leads::referral::refer_once(ctx, values, once).await?;
    fine(crate::routes::with_query(crate::routes::REFER, "sent=1"), "Thank you. What becomes of it shows below")
}

pub async fn lead(ctx: &Ctx, parts: &[&str], values: &FormValues, once: Option<&Once>) -> Result<Fine, ServiceError> {
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
        ["tasks"] => {
            tasks::add_once(ctx, Some(id), values, once).await?;
            fine(here, "Task added")
        }
        ["attempts", channel] => {
            let channel = AttemptChannel::from_key(channel).ok_or(ServiceError::NotFound)?;
            let mut values = values.without("channel");
            values.0.push(("channel".to_owned(), channel.key().to_owned()));
            let logged = attempts::log_once(ctx, id, &values, once).await?;
            fine(here, logged_words(ctx, &logged).await?)
        }
        ["route"] => {
            let why = routing::route_again(ctx, id).await?;
            fine(here, why.sentence)
        }
        ["delegate"] => {
            let done = leads::delegate(ctx, id, values).await?;
            fine(here, with_warnings(&format!("Delegated to {}", done.distributor.name), &done.warnings))
        }
        ["delegation", "accept"] => {
            leads::accept_delegated(ctx, id, values).await?;
            fine(here, "Accepted: the lead is yours to work")
        }
        ["delegation", "decline"] => {
            leads::decline_delegated(ctx, id, values).await?;
            fine(crate::routes::LIST, "Declined: it is with the regional manager again")
        }
        ["delegation", "take-back"] => {
            let distributor = leads::take_back(ctx, id, values).await?;
            fine(here, format!("Taken back from {}", distributor.name))
        }
        ["take-back"] => {
            radar::reclaim(ctx, id).await?;
            fine(here, "The lead is yours")
        }
        ["nudge"] => {
            let told = radar::nudge(ctx, id).await?;
            fine(here, format!("Reminded {told}"))
        }
        ["score"] => {
            scoring::work_out_again(ctx, id).await?;
            fine(here, "The score is worked out again")
        }
        ["dates"] => {
            leads::change_expected(ctx, id, values).await?;
            fine(here, "Dates saved")
        }
        ["class" | "answers" | "appointment" | "interim", ..] => super::classes::of_lead(ctx, id, what, values, once, here).await,
        ["messages" | "unsubscribe" | "nurture", ..] => super::messages::of_lead(ctx, id, what, values, once).await,
        ["quotes"] => super::quotes::of_lead(ctx, id, values, once).await,
        ["convert", what @ ..] => super::customers::convert(ctx, id, what, values, once).await,
        ["registrations" | "problems"] => super::deals::of_lead(ctx, id, what, values, once, here).await,
        ["offerings" | "competitors" | "help", ..] => super::lead_parts::of_lead(ctx, id, what, values, once, here).await,
        ["actions", action] => {
            let action = LeadAction::from_key(action).ok_or(ServiceError::NotFound)?;
            match leads::act(ctx, id, action, values).await? {
                Followed::Nothing => fine(here, done_words(action)),
                Followed::Conversion => fine(crate::routes::convert(id, 1), "Won. Well done. Here it becomes a customer"),
                Followed::Customer(made) => super::customers::converted(made),
            }
        }
        _ => Err(ServiceError::NotFound),
    }
}

/// What was logged, and what follows from it.
async fn logged_words(ctx: &Ctx, logged: &attempts::Logged) -> Result<String, ServiceError> {
    let attempt = &logged.attempt;
    let mut said = format!("Logged: {}, {}", attempt.channel.label(), attempt.outcome.label(attempt.channel).to_ascii_lowercase());
    if let Some(at) = attempt.call_back_at {
        let catalog = ctx.catalog().await?;
        said.push_str(&format!("; call back on {}", Due { at, all_day: false }.words(&catalog.site.zone)));
    }
    if logged.asks_reception {
        said.push_str("; a task says to ask reception for a number");
    }
    Ok(said)
}

pub async fn saved_view(ctx: &Ctx, parts: &[&str], values: &FormValues) -> Result<Fine, ServiceError> {
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

pub async fn bulk(ctx: &Ctx, parts: &[&str], values: &FormValues) -> Result<Fine, ServiceError> {
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
