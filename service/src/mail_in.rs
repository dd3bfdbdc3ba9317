//! Mails that come in, by `leadwright mail-in` or from a mailbox: each becomes a lead, joins one, or is kept with why it did not.
//!
//! A message is known by its Message-ID, or else by its bytes, so one that comes again changes nothing. docs/mail-in.md has the
//! rules in words.

mod lead;
mod letter;
pub mod mailbox;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::event::{COMMENT_TONES, MAIL_ICON};
use domain::lead_filter::Cursor;
use domain::mail_in::{MESSAGE_MOST, fitting_note};
use domain::{Action, Catalog, DAY_MS, EmailAddress, EventKind, LeadId, MailInDetail, MailInId, MailInRow, MailInState, Page, Scope, Target, UserId};
use sha2::{Digest as _, Sha256};
use store::Tx;
use store::mail_in::NewMailIn;

use crate::classes::invites::{Replied, take_reply};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::leads;
use crate::nurture;
use crate::people::hex;
use crate::routing::Router;
use lead::Incoming;
use letter::Letter;

/// Mails on one page.
pub const PAGE_SIZE: usize = 50;
/// How long after the mail that made an open lead a further one of the same address is about that lead. Unit: milliseconds.
const FURTHER_MS: i64 = DAY_MS;

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    pub mail: MailInRow,
    /// Whether it had come before; nothing was done this time.
    pub is_repeat: bool,
}

/// What was done with a message.
struct Done {
    state: MailInState,
    lead: Option<LeadId>,
    why: &'static str,
    colleague: Option<UserId>,
}

impl Done {
    fn without_lead(state: MailInState, why: &'static str) -> Self {
        Self { state, lead: None, why, colleague: None }
    }
}

/// Takes in a message as it travels, with its head, and keeps it. For the program itself; who sent it is what it says.
///
/// # Errors
/// [`ServiceError::Refused`] when it is empty or larger than [`MESSAGE_MOST`], or when no lead can be made at all; it is not kept then.
pub async fn receive(ctx: &Ctx, bytes: &[u8]) -> Result<Received> {
    if let Some(why) = unfit(bytes) {
        return Err(ServiceError::Refused(why));
    }
    let letter = Letter::read(bytes).unwrap_or_default();
    let key = key_of(&letter, bytes);
    let catalog = ctx.catalog().await?;
    let router = Router::load(ctx).await?;
    let mut tx = ctx.store.begin().await?;
    // The counter stays locked, so of two that bring the same message the second one finds what the first made of it.
    let id = MailInId(tx.take_numbers("mail_in", 1).await?);
    if let Some(mail) = tx.mails_in().find_by_key(&key).await? {
        return Ok(Received { mail, is_repeat: true });
    }
    let done = settle(ctx, &mut tx, id, &letter, &router, &catalog).await?;
    let new = NewMailIn {
        id,
        key: key.clone(),
        state: done.state,
        lead: done.lead,
        sender_user: done.colleague,
        sender: letter.mailbox(),
        subject: letter.subject.clone(),
        why: done.why.to_owned(),
        attachments: letter.attachments as i64,
        size: bytes.len() as i64,
        at: ctx.now(),
        original: STANDARD.encode(bytes),
    };
    tx.mails_in().add(new).await?;
    let mail = tx.mails_in().find_by_key(&key).await?.ok_or(ServiceError::NotFound)?;
    tx.save().await?;
    Ok(Received { mail, is_repeat: false })
}

/// Why bytes cannot be taken in as a message at all.
#[must_use]
pub fn unfit(bytes: &[u8]) -> Option<String> {
    if bytes.len() > MESSAGE_MOST {
        return Some(format!("This message is larger than {} kB, which is the most that is taken", MESSAGE_MOST / 1024));
    }
    bytes.iter().all(u8::is_ascii_whitespace).then(|| "There is no message: nothing arrived".to_owned())
}

fn key_of(letter: &Letter, bytes: &[u8]) -> String {
    if letter.message_id.is_empty() { format!("sha256:{}", hex(&Sha256::digest(bytes))) } else { thread_key(&letter.message_id) }
}

/// The key of a message with this Message-ID.
fn thread_key(message_id: &str) -> String {
    format!("id:{message_id}")
}

async fn settle(ctx: &Ctx, tx: &mut Tx, id: MailInId, letter: &Letter, router: &Router, catalog: &Catalog) -> Result<Done> {
    if let Some(done) = settle_reply(ctx, tx, letter, catalog).await? {
        return Ok(done);
    }
    if let Some(why) = letter.marks.hindrance(&ctx.mail.sender) {
        return Ok(Done::without_lead(MailInState::Ignored, why));
    }
    let Some(sender) = &letter.sender else {
        return Ok(Done::without_lead(MailInState::Refused, "It does not say who sent it"));
    };
    let colleague = tx.people().find_by_email(&sender.folded()).await?.filter(|user| user.disabled_at.is_none());
    let unknown = Some(sender).filter(|_| colleague.is_none());
    let (state, lead) = match join(ctx, tx, letter, unknown).await? {
        Some(lead) => (MailInState::Joined, lead),
        None => {
            let mail = Incoming { id, letter, sender, colleague: colleague.as_ref() };
            (MailInState::Lead, lead::add(ctx, tx, mail, router, catalog).await?)
        }
    };
    Ok(Done { state, lead: Some(lead), why: "", colleague: colleague.map(|user| user.id) })
}

/// Takes in an answer to an invite, which programs send for people; `None` for what is none. What was written with it, and one that does not
/// count, stands in the timeline of the lead.
async fn settle_reply(ctx: &Ctx, tx: &mut Tx, letter: &Letter, catalog: &Catalog) -> Result<Option<Done>> {
    let Some(reply) = letter.reply.as_ref().filter(|_| !letter.marks.is_from(&ctx.mail.sender)) else { return Ok(None) };
    let (lead, why) = match take_reply(ctx, tx, reply, letter.sender.as_ref(), catalog).await? {
        Replied::Counted(lead) => (lead, ""),
        Replied::NotCounted(lead, why) => (lead, why),
        Replied::Unknown => {
            let is_joined = letter.marks.hindrance(&ctx.mail.sender).is_none() && !letter.thread.is_empty();
            // One that stands in a thread of ours says to which lead it belongs.
            let joined = if is_joined { join(ctx, tx, letter, None).await? } else { None };
            return Ok(Some(match joined {
                Some(lead) => Done { state: MailInState::Joined, lead: Some(lead), why: UNKNOWN_INVITE, colleague: None },
                None => Done::without_lead(MailInState::Ignored, UNKNOWN_INVITE),
            }));
        }
    };
    if !letter.text.trim().is_empty() || !why.is_empty() {
        add_to_timeline(ctx, tx, lead, letter).await?;
    }
    Ok(Some(Done { state: MailInState::Joined, lead: Some(lead), why, colleague: None }))
}

const UNKNOWN_INVITE: &str = "It answers an invite that is not known here";

/// Adds a reply to the timeline of the lead that its thread is about, and a further mail of somebody from outside to that of the open lead
/// that their first one made within [`FURTHER_MS`]. `unknown` is who wrote it, where they are no colleague.
async fn join(ctx: &Ctx, tx: &mut Tx, letter: &Letter, unknown: Option<&EmailAddress>) -> Result<Option<LeadId>> {
    let keys: Vec<String> = letter.thread.iter().map(|message_id| thread_key(message_id)).collect();
    if let Some(id) = tx.mails_in().lead_of_thread(&letter.thread, &keys).await?
        && add_to_timeline(ctx, tx, id, letter).await?
    {
        return Ok(Some(id));
    }
    let Some(sender) = unknown.map(EmailAddress::folded) else { return Ok(None) };
    let since = ctx.now().plus_ms(-FURTHER_MS);
    for contact in tx.contacts().find_by_email(&sender).await? {
        if let Some(id) = tx.mails_in().open_lead_of(contact, &sender, since).await?
            && add_to_timeline(ctx, tx, id, letter).await?
        {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// Adds a mail to the timeline of a lead; `false` where that is deleted.
async fn add_to_timeline(ctx: &Ctx, tx: &mut Tx, id: LeadId, letter: &Letter) -> Result<bool> {
    tx.leads().hold(id).await?;
    let found = tx.leads().find_visible(id, &Scope::All).await?;
    let Some(mut lead) = found.filter(|lead| lead.deleted_at.is_none()) else { return Ok(false) };
    let read = lead.clone();
    let parts = [format!("E-mail from {}: {}", letter.mailbox(), letter.subject), letter.text.trim().to_owned(), letter.files_sentence()];
    let text = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
    let (icon, tone) = (MAIL_ICON.to_owned(), COMMENT_TONES[1].to_owned());
    let is_theirs = !is_colleague(ctx, letter).await?;
    if is_theirs {
        lead.latest.hear();
    }
    leads::save(ctx, tx, &mut lead, &read, EventKind::Commented { icon, tone, text: fitting_note(&text), done_at: None }).await?;
    if is_theirs {
        nurture::stop(ctx, tx, lead, "They wrote").await?;
    }
    Ok(true)
}

/// Whether somebody of the site wrote it.
async fn is_colleague(ctx: &Ctx, letter: &Letter) -> Result<bool> {
    let catalog = ctx.catalog().await?;
    let Some(sender) = letter.sender.as_ref().map(EmailAddress::folded) else { return Ok(false) };
    Ok(catalog.people.iter().any(|person| !person.disabled && person.email.to_lowercase() == sender))
}

/// A page of the mails that came in, newest first. `before` is the text of a cursor.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators.
pub async fn list(ctx: &Ctx, before: Option<&str>) -> Result<Page<MailInRow>> {
    ctx.require(Action::ManageMail)?;
    let before = before.and_then(Cursor::parse).map(|cursor| cursor.id);
    let rows = ctx.store.ask().await?.mails_in().list(before, PAGE_SIZE as i64 + 1).await?;
    Ok(Page::forwards(rows, PAGE_SIZE, |row| Cursor { value: String::new(), id: row.id.0 }))
}

/// A mail that came in, with its text.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::NotFound`].
pub async fn find(ctx: &Ctx, id: MailInId) -> Result<MailInDetail> {
    ctx.require(Action::ManageMail)?;
    let (row, bytes) = stored(ctx, id).await?;
    Ok(detail(row, &bytes))
}

/// A mail as it came, byte for byte.
///
/// # Errors
/// As [`find`].
pub async fn original(ctx: &Ctx, id: MailInId) -> Result<Vec<u8>> {
    ctx.require(Action::ManageMail)?;
    stored(ctx, id).await.map(|(_, bytes)| bytes)
}

/// The head that matters and the text of a mail, for who may see its lead, and for administrators.
///
/// # Errors
/// [`ServiceError::NotFound`], also for a mail of a lead that they may not see.
pub async fn text(ctx: &Ctx, id: MailInId) -> Result<String> {
    let actor = ctx.actor()?;
    let (row, bytes) = stored(ctx, id).await?;
    if !domain::can(actor, Action::ManageMail, Target::Site) {
        let lead = row.lead.ok_or(ServiceError::NotFound)?;
        ctx.store.ask().await?.leads().find_visible(lead, &Scope::of(actor)).await?.ok_or(ServiceError::NotFound)?;
    }
    let MailInDetail { row, text, files } = detail(row, &bytes);
    let files = if files.is_empty() { String::new() } else { format!("Attachments: {}\n", files.join(", ")) };
    let received = ctx.catalog().await?.site.zone.readable(row.received_at);
    Ok(format!("From: {}\nSubject: {}\nReceived: {received}\n{files}\n{text}\n", row.sender, row.subject))
}

async fn stored(ctx: &Ctx, id: MailInId) -> Result<(MailInRow, Vec<u8>)> {
    let (row, original) = ctx.store.ask().await?.mails_in().find(id).await?.ok_or(ServiceError::NotFound)?;
    let bytes = STANDARD.decode(&original).map_err(|error| ServiceError::Internal(Box::new(error)))?;
    Ok((row, bytes))
}

/// What cannot be read as a message is shown as it came.
fn detail(row: MailInRow, bytes: &[u8]) -> MailInDetail {
    match Letter::read(bytes) {
        Some(letter) => MailInDetail { row, text: letter.text, files: letter.files },
        None => MailInDetail { row, text: String::from_utf8_lossy(bytes).into_owned(), files: Vec::new() },
    }
}
