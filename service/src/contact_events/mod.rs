//! Contact events that other systems send: what each says is read (`read`), its contact and account are found or made (`who`), and
//! it is counted. Who reaches the threshold by it becomes a lead, see [`crate::qualification`].

mod read;
mod who;

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::contact_event::BATCH_MAX;
use domain::event::Subject;
use domain::{AccountId, Action, ContactEvent, ContactEventId, ContactId, FieldErrors, FormValues, LeadId, Rank, Timestamp, Weighing};
use store::Tx;
use store::contact_events::{Counted, NewContactEvent};

use self::read::Told;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::once::{self, Once};
use crate::qualification;
use crate::records::{Record, record_added};
use crate::scoring;

/// Fields of one event, of the contact within it with their prefix.
pub use self::read::FIELDS;

/// An event as it was sent.
#[derive(Clone, Debug, Default)]
pub struct SentEvent {
    /// See [`FIELDS`].
    pub values: FormValues,
    /// What is wrong with its form already.
    pub errors: FieldErrors,
}

/// What became of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It counts for this contact.
    Accepted(ContactId),
    /// It came before, and counts once.
    Duplicate(ContactId),
    /// A sentence at each field.
    Refused(FieldErrors),
}

/// What became of an event, with what it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The sender's id of it; empty where none was sent.
    pub id: String,
    pub verdict: Verdict,
    pub account: Option<AccountId>,
    /// The contact's open lead.
    pub lead: Option<LeadId>,
}

/// Takes events, at most [`BATCH_MAX`], in one transaction: either each has the verdict that is given, or nothing was kept at all. An
/// event whose id this person sent before is a duplicate, whatever else is in it.
///
/// # Errors
/// [`crate::ServiceError::Forbidden`] for outside people; [`crate::ServiceError::Invalid`] at `events` for none or too many, and when
/// the key came with something else before; [`crate::ServiceError::Refused`] when leads cannot be made as the site is configured.
pub async fn receive(ctx: &Ctx, sent: &[SentEvent], once: Option<&Once>) -> Result<Vec<Judged>> {
    let sender = ctx.require(Action::SendEvents)?.id;
    if sent.is_empty() || sent.len() > BATCH_MAX {
        return Err(FieldErrors::at("events", format!("Send 1 to {BATCH_MAX} events at once")).into());
    }
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    let first = tx.contact_events().take_turn(sent.len()).await?;
    let was_sent = once::made_before(&mut tx, once).await?.is_some();
    let weighing = qualification::weighing(&mut tx).await?;
    let told: Vec<Told> = sent.iter().map(|sent| read::read(sent, &weighing, &catalog.site.region, ctx.now())).collect();
    let ids: Vec<String> = told.iter().filter_map(|told| told.as_ref().ok()).map(|event| event.key.clone()).collect();
    let mut known = tx.contact_events().known(sender, &ids).await?;
    // Whoever makes an account and then a contact takes their counters in this order, and so does what follows.
    tx.take_numbers("account", 0).await?;

    let mut new: Vec<NewContactEvent> = Vec::new();
    let mut made = Vec::new();
    let mut verdicts = Vec::new();
    for (told, number) in told.into_iter().zip(first..) {
        let verdict = match told {
            Err(errors) => Verdict::Refused(errors),
            Ok(event) => match known.get(&event.key) {
                Some(contact) => Verdict::Duplicate(*contact),
                None => {
                    let found = who::find_or_make(ctx, &mut tx, &event, &catalog).await?;
                    made.extend(found.is_new.then(|| found.contact.clone()));
                    known.insert(event.key.clone(), found.contact.id);
                    let contact = found.contact.id;
                    let kept = ContactEvent {
                        id: ContactEventId(number),
                        contact,
                        kind: event.kind,
                        at: event.at,
                        detail: event.detail,
                        company: event.company,
                        finding: found.finding,
                    };
                    new.push(NewContactEvent { event: kept, sender, sender_key: event.key, received_at: ctx.now() });
                    Verdict::Accepted(contact)
                }
            },
        };
        verdicts.push(verdict);
    }
    tx.contact_events().add_many(&new).await?;
    let counted = count(&mut tx, &new, &weighing).await?;
    let contacts: Vec<ContactId> = counted.keys().copied().collect();
    scoring::after_events(ctx, &mut tx, &contacts, &catalog).await?;
    qualification::pass(ctx, &mut tx, &counted, &weighing, &catalog).await?;
    for contact in &made {
        record_added(ctx, &mut tx, Record { subject: Subject::Contact, id: contact.id.0, version: 1, name: &contact.full_name, lead: None }).await?;
    }
    let judged = with_records(&mut tx, sent, verdicts).await?;
    if !new.is_empty() {
        if !was_sent {
            once::note(ctx, &mut tx, once, first).await?;
        }
        tx.save().await?;
    }
    Ok(judged)
}

/// Adds events to what their contacts have; gives the sums of those contacts, with the newest event of each.
async fn count(tx: &mut Tx, new: &[NewContactEvent], weighing: &Weighing) -> Result<BTreeMap<ContactId, (Counted, ContactEventId)>> {
    let contacts: Vec<ContactId> = new.iter().map(|new| new.event.contact).collect::<HashSet<_>>().into_iter().collect();
    let before = tx.contact_events().counted(&contacts).await?;
    let mut counted: BTreeMap<ContactId, (Counted, ContactEventId)> = BTreeMap::new();
    for ContactEvent { id, contact, kind, at, .. } in new.iter().map(|new| &new.event) {
        let (sums, newest) = counted.entry(*contact).or_insert_with(|| (before.get(contact).copied().unwrap_or_default(), ContactEventId(0)));
        let rank = Rank::of(weighing.weight(kind), *at, weighing.half_life);
        sums.rank = Rank::sum(sums.rank.into_iter().chain(rank));
        sums.fresh = Rank::sum(sums.fresh.into_iter().chain(rank));
        *newest = (*newest).max(*id);
    }
    let sums: Vec<(ContactId, Counted)> = counted.iter().map(|(contact, (sums, _))| (*contact, *sums)).collect();
    tx.contact_events().count(&sums).await?;
    Ok(counted)
}

/// The verdicts with the account and the open lead of each contact.
async fn with_records(tx: &mut Tx, sent: &[SentEvent], verdicts: Vec<Verdict>) -> Result<Vec<Judged>> {
    let contact_of = |verdict: &Verdict| match verdict {
        Verdict::Accepted(contact) | Verdict::Duplicate(contact) => Some(*contact),
        Verdict::Refused(_) => None,
    };
    let contacts: Vec<ContactId> = verdicts.iter().filter_map(contact_of).collect::<HashSet<_>>().into_iter().collect();
    let leads = tx.contact_events().open_leads(&contacts).await?;
    let mut accounts = HashMap::new();
    for some in contacts.chunks(200) {
        accounts.extend(tx.contacts().find_many(some).await?.into_iter().filter_map(|contact| Some((contact.id, contact.account?.id))));
    }
    let judged = sent.iter().zip(verdicts).map(|(sent, verdict)| {
        let contact = contact_of(&verdict);
        Judged {
            id: sent.values.get("id").to_owned(),
            account: contact.and_then(|contact| accounts.get(&contact).copied()),
            lead: contact.and_then(|contact| leads.get(&contact).copied()),
            verdict,
        }
    });
    Ok(judged.collect())
}

/// Counts everything anew: the weights or the half-life changed. Whoever calls has taken the turn.
///
/// # Errors
/// What the store reports.
pub(crate) async fn count_anew(tx: &mut Tx, weighing: &Weighing) -> Result<()> {
    const AT_ONCE: i64 = 5000;
    let mut last = None;
    // A contact whose events lie on two pages is carried over to the next.
    let mut open: Option<(ContactId, Counted)> = None;
    loop {
        let page = tx.contact_events().weighed(Timestamp(i64::MIN), last.as_ref(), AT_ONCE).await?;
        let contacts: Vec<ContactId> = page.iter().map(|event| event.contact).collect::<HashSet<_>>().into_iter().collect();
        let before = tx.contact_events().counted(&contacts).await?;
        let mut done: Vec<(ContactId, Counted)> = Vec::new();
        for event in &page {
            if open.as_ref().is_none_or(|(contact, _)| *contact != event.contact) {
                done.extend(open.take());
                let counted_to = before.get(&event.contact).copied().unwrap_or_default().counted_to;
                open = Some((event.contact, Counted { counted_to, ..Counted::default() }));
            }
            let Some((_, sums)) = &mut open else { continue };
            let rank = Rank::of(weighing.weight(&event.kind), event.at, weighing.half_life);
            sums.rank = Rank::sum(sums.rank.into_iter().chain(rank));
            if event.id > sums.counted_to {
                sums.fresh = Rank::sum(sums.fresh.into_iter().chain(rank));
            }
        }
        let is_last = (page.len() as i64) < AT_ONCE;
        if is_last {
            done.extend(open.take());
        }
        tx.contact_events().count(&done).await?;
        if is_last {
            return Ok(());
        }
        last = page.into_iter().next_back();
    }
}
