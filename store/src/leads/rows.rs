//! Rows to leads and back.

use std::collections::BTreeMap;

use domain::account::Address;
use domain::{
    AccountId, ChoiceId, ContactId, GroupId, Handover, Latest, Lead, LeadId, LeadRow, LeadState, LeadTypeId, Named, StatusId, Timestamp, UserId,
};

use crate::error::{Result, StoreError};
use crate::sql::Row;

/// Columns of a whole lead, with the table's alias.
pub(super) const COLUMNS: &str = "l.id, l.version, l.full_name, l.account_id, l.contact_id, l.contact_email, l.contact_phone, l.lead_type_id,
    l.status_id, l.status_since, l.reopen_status_id, l.state, l.closed_at, l.lost_reason_id, l.category_id, l.source_id, l.partner_id,
    l.location_id, l.priority_id, l.importance_id, l.owner_id, l.group_id, l.distributor_id, l.probability, l.target_amount_minor,
    l.currency, l.score, l.expected_at, l.street, l.city, l.postcode, l.region, l.country, l.message, l.extra, l.last_contacted_at,
    l.last_comment_at, l.last_comment, l.last_activity_at, l.awaiting_since, l.handed_over_at, l.handed_over_by_id, l.touch_by,
    l.escalation_level, l.escalate_at, l.created_by_id, l.created_at, l.updated_at, l.deleted_at";

/// Columns of a list row; the account's name comes beside them.
pub(super) const ROW_COLUMNS: &str = "l.id, l.version, l.full_name, l.account_id, l.status_id, l.status_since, l.source_id, l.owner_id, l.group_id,
    l.score, l.target_amount_minor, l.currency, l.shown_phone, l.shown_email, l.created_at, l.updated_at";

pub(super) fn to_row(row: &Row) -> Result<LeadRow> {
    Ok(LeadRow {
        id: LeadId(row.int("id")?),
        version: row.int("version")?,
        full_name: row.text("full_name")?,
        account: Named { id: AccountId(row.int("account_id")?), name: row.text("account_name")? },
        status: StatusId(row.int("status_id")?),
        status_since: row.time("status_since")?,
        source: row.opt_int("source_id")?.map(ChoiceId),
        owner: row.opt_int("owner_id")?.map(UserId),
        group: row.opt_int("group_id")?.map(GroupId),
        score: row.int("score")?,
        target_amount_minor: row.int("target_amount_minor")?,
        currency: row.text("currency")?,
        phone: row.text("shown_phone")?,
        email: row.text("shown_email")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
        cells: Vec::new(),
    })
}

/// What a list shows of a whole lead.
#[must_use]
pub fn row_of(lead: &Lead) -> LeadRow {
    LeadRow {
        id: lead.id,
        version: lead.version,
        full_name: lead.full_name.clone(),
        account: lead.account.clone(),
        status: lead.status,
        status_since: lead.status_since,
        source: lead.source,
        owner: lead.owner,
        group: lead.group,
        score: lead.score,
        target_amount_minor: lead.target_amount_minor,
        currency: lead.currency.clone(),
        phone: lead.phone().unwrap_or_default().to_owned(),
        email: lead.email().unwrap_or_default().to_owned(),
        created_at: lead.created_at,
        updated_at: lead.updated_at,
        cells: Vec::new(),
    }
}

/// The state of a lead, with what belongs to it.
pub(crate) fn state_of(row: &Row) -> Result<LeadState> {
    let lost_reason = row.opt_int("lost_reason_id")?.map(ChoiceId);
    Ok(match (row.text("state")?.as_str(), row.opt_time("closed_at")?, lost_reason) {
        ("pending", None, None) => LeadState::Pending,
        ("in_progress", None, None) => LeadState::InProgress,
        ("won", Some(at), None) => LeadState::Won { at },
        ("lost", Some(at), Some(reason)) => LeadState::Lost { at, reason },
        ("cancelled", Some(at), None) => LeadState::Cancelled { at },
        _ => return Err(StoreError::Inconsistent { table: "lead", column: "state", id: row.int("id")? }),
    })
}

/// A lead without its phones, e-mail addresses, offerings, tags, team and own fields, which are rows of their own.
pub(super) fn to_lead(row: &Row) -> Result<Lead> {
    let id = row.int("id")?;
    let broken = |column| StoreError::Inconsistent { table: "lead", column, id };
    let choice = |column: &str| -> Result<Option<ChoiceId>> { Ok(row.opt_int(column)?.map(ChoiceId)) };
    let extra: BTreeMap<String, String> = match row.text("extra")?.as_str() {
        "" => BTreeMap::new(),
        text => serde_json::from_str(text).map_err(|_| broken("extra"))?,
    };
    Ok(Lead {
        id: LeadId(id),
        version: row.int("version")?,
        full_name: row.text("full_name")?,
        account: Named { id: AccountId(row.int("account_id")?), name: row.text("account_name")? },
        contact: ContactId(row.int("contact_id")?),
        phones: Vec::new(),
        emails: Vec::new(),
        contact_email: row.text("contact_email")?,
        contact_phone: row.text("contact_phone")?,
        lead_type: LeadTypeId(row.int("lead_type_id")?),
        status: StatusId(row.int("status_id")?),
        status_since: row.time("status_since")?,
        reopen_status: row.opt_int("reopen_status_id")?.map(StatusId),
        state: state_of(row)?,
        category: choice("category_id")?,
        source: choice("source_id")?,
        partner: choice("partner_id")?,
        location: choice("location_id")?,
        priority: choice("priority_id")?,
        importance: choice("importance_id")?,
        owner: row.opt_int("owner_id")?.map(UserId),
        group: row.opt_int("group_id")?.map(GroupId),
        distributor: row.opt_int("distributor_id")?.map(AccountId),
        probability: row.opt_int("probability")?,
        target_amount_minor: row.int("target_amount_minor")?,
        currency: row.text("currency")?,
        score: row.int("score")?,
        expected_at: row.opt_time("expected_at")?,
        address: Address {
            street: row.text("street")?,
            city: row.text("city")?,
            postcode: row.text("postcode")?,
            state: row.text("region")?,
            country: row.text("country")?,
        },
        message: row.text("message")?,
        offerings: Vec::new(),
        tags: Vec::new(),
        team: Vec::new(),
        extra,
        latest: Latest {
            contacted_at: row.opt_time("last_contacted_at")?,
            commented_at: row.opt_time("last_comment_at")?,
            comment: row.text("last_comment")?,
            activity_at: row.opt_time("last_activity_at")?,
            awaiting_since: row.opt_time("awaiting_since")?,
        },
        handover: to_handover(row)?,
        custom: BTreeMap::new(),
        created_by: row.opt_int("created_by_id")?.map(UserId),
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
        deleted_at: row.opt_int("deleted_at")?.map(Timestamp),
    })
}

/// Whether a lead was handed over, and waits to be touched.
pub(crate) fn to_handover(row: &Row) -> Result<Handover> {
    Ok(Handover {
        at: row.opt_time("handed_over_at")?,
        by: row.opt_int("handed_over_by_id")?.map(UserId),
        touch_by: row.opt_time("touch_by")?,
        level: row.int("escalation_level")?,
        escalate_at: row.opt_time("escalate_at")?,
    })
}
