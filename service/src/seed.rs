//! What a new site starts with: lists, lead types and pipelines that work before anybody configures anything. An
//! administrator changes all of it afterwards; nothing here is read again once the catalog has entries.

use domain::event::Subject;
use domain::{ChoiceId, ChoiceList, EventKind, LeadTypeId, LifeCycle};
use store::catalog::{NewLeadType, NewStatus};
use store::configuration::ChoiceChange;
use store::events::NewEvent;
use store::{StoreError, Tx};

use crate::ctx::Ctx;
use crate::error::Result;

const SOURCES: [&str; 6] = ["Customer", "Customer referral", "Referral Partner", "Vendor Referral", "Web", "Other"];
/// Those that are no answer without saying who referred the caller (C0-11).
const REFERRALS: [&str; 3] = ["Customer referral", "Referral Partner", "Vendor Referral"];
const CATEGORIES: [&str; 4] = ["Prospect", "Customer", "Business partner", "Supplier"];
const OFFERINGS: [&str; 18] = [
    "Managed IT",
    "Allworx",
    "Allworx DR/Support",
    "Managed Security",
    "Managed Back-up",
    "Microsoft Cloud",
    "Managed Wireless",
    "Server/PC Hardware",
    "Network Storage",
    "Virtualization",
    "Structured Cabling",
    "Veriato 360",
    "Telecom services",
    "Physical Security",
    "Digital Signage",
    "Printers/Scanners",
    "Cloud Other",
    "Training",
];
const LOST_REASONS: [&str; 7] = ["Price", "Chose a competitor", "No budget", "No answer", "Bad timing", "No need", "Out of area"];
const PRIORITIES: [&str; 6] = ["Lowest", "Low", "Normal", "High", "Urgent", "Critical"];
const IMPORTANCES: [&str; 5] = ["Minor", "Low", "Medium", "High", "Vital"];
const STAGES: [&str; 7] = ["01-Suspect", "02-Prospect", "03-Qualified", "04-Proposal", "05-Negotiation", "06-Won", "07-Lost"];

/// A status of a pipeline: name, state, tone, days it may rest there. The first of each state is its default.
type Step = (&'static str, LifeCycle, &'static str, Option<i64>);

/// A lead type: name, name of its default category, pipeline.
type Type = (&'static str, &'static str, &'static [Step]);

const LEAD_TYPES: [Type; 3] = [
    (
        "Sales enquiry",
        "Prospect",
        &[
            ("New enquiry", LifeCycle::Pending, "grey", None),
            ("Contacting", LifeCycle::Pending, "blue", None),
            ("Qualification", LifeCycle::InProgress, "violet", Some(7)),
            ("Proposal", LifeCycle::InProgress, "amber", Some(14)),
            ("Negotiation", LifeCycle::InProgress, "teal", Some(14)),
            ("Won", LifeCycle::Won, "green", None),
            ("Lost", LifeCycle::Lost, "red", None),
            ("Cancelled", LifeCycle::Cancelled, "grey", None),
        ],
    ),
    (
        "Business partner",
        "Business partner",
        &[
            ("New", LifeCycle::Pending, "grey", None),
            ("Talks", LifeCycle::InProgress, "violet", Some(14)),
            ("Agreement", LifeCycle::InProgress, "teal", Some(14)),
            ("Won", LifeCycle::Won, "green", None),
            ("Lost", LifeCycle::Lost, "red", None),
            ("Cancelled", LifeCycle::Cancelled, "grey", None),
        ],
    ),
    (
        "Renewal",
        "Customer",
        &[
            ("New", LifeCycle::Pending, "grey", None),
            ("Nurture", LifeCycle::InProgress, "violet", Some(30)),
            ("Offer", LifeCycle::InProgress, "amber", Some(14)),
            ("Won", LifeCycle::Won, "green", None),
            ("Lost", LifeCycle::Lost, "red", None),
            ("Cancelled", LifeCycle::Cancelled, "grey", None),
        ],
    ),
];

/// Fills an empty catalog; does nothing to one that has entries. Partners and locations start empty.
///
/// # Errors
/// What the store reports; nothing is written then.
pub async fn seed_defaults(ctx: &Ctx) -> Result<()> {
    if !ctx.store.read().await?.catalog().is_empty().await? {
        return Ok(());
    }
    let mut tx = ctx.store.begin().await?;
    match add_defaults(&mut tx).await {
        Ok(()) => {
            // Also tells every server of the site that the catalog they remember is out of date.
            tx.events().record(added(ctx)).await?;
            Ok(tx.save().await?)
        }
        // Another server that started at the same moment was first, with the same defaults.
        Err(StoreError::Conflict { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn added(ctx: &Ctx) -> NewEvent {
    NewEvent {
        at: ctx.now(),
        actor: ctx.actor.as_ref().map(|actor| actor.id),
        subject: Subject::Catalog,
        subject_id: 0,
        lead: None,
        version: 0,
        kind: EventKind::RecordAdded { name: "the first lists and lead types".to_owned() },
        before: None,
        after: None,
    }
}

async fn add_defaults(tx: &mut Tx) -> store::error::Result<()> {
    let sources = add_list(tx, ChoiceList::Source, &SOURCES, None).await?;
    for (name, id) in SOURCES.into_iter().zip(sources).filter(|(name, _)| REFERRALS.contains(name)) {
        let change = ChoiceChange { name: name.to_owned(), is_default: false, asks_referrer: true, is_goods: false, retired_at: None };
        tx.catalog().change_choice(id, ChoiceList::Source, &change).await?;
    }
    let categories = add_list(tx, ChoiceList::Category, &CATEGORIES, None).await?;
    add_list(tx, ChoiceList::Offering, &OFFERINGS, None).await?;
    add_list(tx, ChoiceList::LostReason, &LOST_REASONS, None).await?;
    add_list(tx, ChoiceList::Priority, &PRIORITIES, Some("Normal")).await?;
    add_list(tx, ChoiceList::Importance, &IMPORTANCES, Some("Medium")).await?;
    add_list(tx, ChoiceList::Stage, &STAGES, Some("01-Suspect")).await?;
    for (name, category, pipeline) in LEAD_TYPES {
        let default_category = CATEGORIES.iter().position(|known| *known == category).map(|index| categories[index]);
        let lead_type = NewLeadType { name: name.to_owned(), default_category, ..NewLeadType::default() };
        let lead_type = tx.catalog().add_lead_type(&lead_type).await?;
        add_pipeline(tx, lead_type, pipeline).await?;
    }
    Ok(())
}

async fn add_list(tx: &mut Tx, list: ChoiceList, names: &[&str], default: Option<&str>) -> store::error::Result<Vec<ChoiceId>> {
    let mut ids = Vec::new();
    for name in names {
        ids.push(tx.catalog().add_choice(list, name, default == Some(*name)).await?);
    }
    Ok(ids)
}

async fn add_pipeline(tx: &mut Tx, lead_type: LeadTypeId, pipeline: &[Step]) -> store::error::Result<()> {
    for (index, (name, state, tone, due_days)) in pipeline.iter().enumerate() {
        let is_default = pipeline[..index].iter().all(|(_, earlier, ..)| earlier != state);
        let status = NewStatus { lead_type, name: (*name).to_owned(), state: *state, tone: (*tone).to_owned(), due_days: *due_days, is_default };
        tx.catalog().add_status(&status).await?;
    }
    Ok(())
}
