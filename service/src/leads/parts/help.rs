//! Requests for help with a lead, to a person of the site or to an address outside (C1-16).

use domain::event::TextChange;
use domain::lead_parts::{HelpStep, HelpWho};
use domain::{
    FieldErrors, FormValues, HelpRequest, HelpRequestId, Lead, LeadId, NoticeKind, PartKind, PartStep, may_add_task, may_be_given_task, may_see_help,
    may_step_help, text,
};
use store::Tx;

use super::record;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::leads::held;
use crate::notices;
use crate::once::{self, Once};

/// Asks for help with an open lead, see [`HelpRequest::read`]. A person of the site is told in the application and by mail, somebody outside
/// by mail. For a form that may be sent again.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::Forbidden`]; [`ServiceError::NotFound`].
pub async fn ask_for_help(ctx: &Ctx, id: LeadId, form: &FormValues, once: Option<&Once>) -> Result<HelpRequestId> {
    let actor = ctx.actor()?;
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    let read = held(ctx, &mut tx, id).await?;
    if !may_add_task(actor, Some(&read)) {
        let sentence =
            if read.deleted_at.is_some() { "This lead is deleted; restore it first" } else { "This lead is closed; reopen it to ask for help" };
        return Err(ServiceError::Forbidden(sentence.to_owned()));
    }
    let mut errors = FieldErrors::default();
    let request = HelpRequest::read(form, id, actor.id, &catalog, ctx.now(), &mut errors);
    match request.as_ref().map(|request| &request.who) {
        Some(HelpWho::Person(person)) if *person == actor.id => errors.add("person", "Ask somebody else"),
        Some(HelpWho::Person(person)) => {
            let asked = tx.people().load_actor(*person).await?;
            if !asked.is_some_and(|asked| may_be_given_task(&asked, Some(&read))) {
                errors.add("person", "They do not see this lead; put them on its team first");
            }
        }
        Some(HelpWho::Outside(_)) if !actor.role.is_internal() => errors.add("address", "Only people of the house write to addresses outside"),
        Some(HelpWho::Outside(_)) | None => {}
    }
    let Some(mut request) = request.filter(|_| errors.is_empty()) else { return Err(errors.into()) };
    if let Some(made) = once::made_before(&mut tx, once).await? {
        return Ok(HelpRequestId(made));
    }
    request.id = HelpRequestId(tx.take_numbers("help_request", 1).await?);
    tx.lead_parts().add_help(&request).await?;
    let zone = &catalog.site.zone;
    let facts = [
        ("Of", request.from.label().to_owned()),
        ("Asked", who_words(&request, |person| catalog.person_name(person))),
        ("Wanted by", request.due(zone).map_or_else(String::new, |due| due.words(zone))),
        ("Details", request.details.clone()),
    ];
    let facts = facts.into_iter().filter(|(_, new)| !new.is_empty());
    let facts = facts.map(|(what, new)| TextChange { what: what.to_owned(), old: String::new(), new }).collect();
    record(ctx, &mut tx, &read, (PartKind::Help, PartStep::Added), &request.title, facts).await?;
    match &request.who {
        HelpWho::Person(person) => notices::tell_of_help(ctx, &mut tx, NoticeKind::HelpAsked, &read, *person, note_of(&request)).await?,
        HelpWho::Outside(address) => notices::ask_outside(ctx, &mut tx, &read, &request, address).await?,
    }
    once::note(ctx, &mut tx, once, request.id.0).await?;
    tx.save().await?;
    Ok(request.id)
}

/// Answers a request with the field `answer`, closes it or reopens it. Who asked is told of the answer.
///
/// # Errors
/// [`ServiceError::Invalid`] at the field; [`ServiceError::Refused`] where the step does not fit; [`ServiceError::Forbidden`];
/// [`ServiceError::NotFound`].
pub async fn step_help(ctx: &Ctx, id: HelpRequestId, step: HelpStep, form: &FormValues) -> Result<HelpRequest> {
    let actor = ctx.actor()?;
    let mut tx = ctx.store.begin().await?;
    let (read, lead) = visible_help(ctx, &mut tx, id).await?;
    if !may_step_help(actor, &read, &lead) {
        return Err(ServiceError::Forbidden("Only who asked, who is asked, and who works the lead can do this".to_owned()));
    }
    let answer = if step == HelpStep::Answer { read_answer(form)? } else { String::new() };
    let request = read.step(step, &answer, actor.id, ctx.now()).map_err(|sentence| ServiceError::Refused(sentence.to_owned()))?;
    if !tx.lead_parts().change_help(&request, read.version).await? {
        return Err(ServiceError::Busy);
    }
    let changes = if step == HelpStep::Answer {
        vec![TextChange { what: "Answer".to_owned(), old: read.answer.clone(), new: answer.clone() }]
    } else {
        Vec::new()
    };
    record(ctx, &mut tx, &lead, (PartKind::Help, step.told()), &request.title, changes).await?;
    if step == HelpStep::Answer && request.asked_by != actor.id {
        let note = format!("{}\n\n{answer}", request.title);
        notices::tell_of_help(ctx, &mut tx, NoticeKind::HelpAnswered, &lead, request.asked_by, note).await?;
    }
    tx.save().await?;
    Ok(request)
}

/// A request with its lead, which is held; absent and invisible look the same.
async fn visible_help(ctx: &Ctx, tx: &mut Tx, id: HelpRequestId) -> Result<(HelpRequest, Lead)> {
    let actor = ctx.actor()?;
    let found = tx.lead_parts().find_help(id).await?.ok_or(ServiceError::NotFound)?;
    let lead = held(ctx, tx, found.lead).await?;
    // Read again: whoever had its lead before may have changed it.
    let request = tx.lead_parts().find_help(id).await?.ok_or(ServiceError::NotFound)?;
    if may_see_help(actor, &request, &lead) { Ok((request, lead)) } else { Err(ServiceError::NotFound) }
}

fn read_answer(form: &FormValues) -> Result<String> {
    let answer = text::note(form.get("answer")).map_err(|error| FieldErrors::at("answer", error.to_string()))?;
    if answer.is_empty() { Err(FieldErrors::at("answer", "Write the answer").into()) } else { Ok(answer) }
}

fn who_words(request: &HelpRequest, name: impl Fn(domain::UserId) -> String) -> String {
    match &request.who {
        HelpWho::Person(person) => name(*person),
        HelpWho::Outside(address) => address.as_str().to_owned(),
    }
}

fn note_of(request: &HelpRequest) -> String {
    if request.details.is_empty() { request.title.clone() } else { format!("{}\n\n{}", request.title, request.details) }
}
