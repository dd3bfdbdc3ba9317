//! Writing leads: adding (one or many), changing, and keeping what is shown and searched in step.

use std::collections::BTreeSet;

use domain::text::fold;
use domain::{AccountId, ContactId, ImportId, Lead, LeadId, Timestamp};

use super::Leads;
use super::condition::words_of;
use crate::custom_fields::{VALUE_COLUMNS, values_of};
use crate::error::Result;
use crate::sql::{Row, Sql, Value};

/// A lead to be added, with where it comes from.
#[derive(Clone, Debug)]
pub struct NewLead {
    pub lead: Lead,
    pub import: Option<ImportId>,
    /// The row's own identity within its supplier's file: the same row is not imported twice.
    pub import_key: Option<String>,
}

/// Columns in the order of [`insert_values`]; those of an update are the same without the last three.
const CHANGING: [&str; 48] = [
    "version",
    "full_name",
    "name_folded",
    "account_id",
    "contact_id",
    "contact_email",
    "contact_phone",
    "shown_email",
    "shown_phone",
    "lead_type_id",
    "status_id",
    "status_since",
    "reopen_status_id",
    "state",
    "closed_at",
    "lost_reason_id",
    "category_id",
    "source_id",
    "partner_id",
    "location_id",
    "priority_id",
    "importance_id",
    "owner_id",
    "group_id",
    "distributor_id",
    "probability",
    "target_amount_minor",
    "currency",
    "score",
    "expected_at",
    "street",
    "city",
    "postcode",
    "region",
    "country",
    "message",
    "extra",
    "last_contacted_at",
    "last_comment_at",
    "last_comment",
    "last_activity_at",
    "awaiting_since",
    "handed_over_at",
    "handed_over_by_id",
    "touch_by",
    "escalation_level",
    "escalate_at",
    "deleted_at",
];

fn changing_values(lead: &Lead) -> Vec<Value> {
    let extra = if lead.extra.is_empty() { String::new() } else { serde_json::to_string(&lead.extra).unwrap_or_default() };
    vec![
        lead.version.into(),
        (&lead.full_name).into(),
        fold(&lead.full_name).into(),
        lead.account.id.into(),
        lead.contact.into(),
        (&lead.contact_email).into(),
        (&lead.contact_phone).into(),
        lead.email().unwrap_or_default().into(),
        lead.phone().unwrap_or_default().into(),
        lead.lead_type.into(),
        lead.status.into(),
        lead.status_since.into(),
        lead.reopen_status.into(),
        lead.state.life_cycle().key().into(),
        lead.state.closed_at().into(),
        lead.state.lost_reason().into(),
        lead.category.into(),
        lead.source.into(),
        lead.partner.into(),
        lead.location.into(),
        lead.priority.into(),
        lead.importance.into(),
        lead.owner.into(),
        lead.group.into(),
        lead.distributor.into(),
        lead.probability.into(),
        lead.target_amount_minor.into(),
        (&lead.currency).into(),
        lead.score.into(),
        lead.expected_at.into(),
        (&lead.address.street).into(),
        (&lead.address.city).into(),
        (&lead.address.postcode).into(),
        (&lead.address.state).into(),
        (&lead.address.country).into(),
        (&lead.message).into(),
        extra.into(),
        lead.latest.contacted_at.into(),
        lead.latest.commented_at.into(),
        (&lead.latest.comment).into(),
        lead.latest.activity_at.into(),
        lead.latest.awaiting_since.into(),
        lead.handover.at.into(),
        lead.handover.by.into(),
        lead.handover.touch_by.into(),
        lead.handover.level.into(),
        lead.handover.escalate_at.into(),
        lead.deleted_at.into(),
    ]
}

impl Leads<'_> {
    /// Adds leads whose account and contact exist, with offerings, tags, team and search entry.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add_many(&mut self, leads: &[NewLead]) -> Result<()> {
        for chunk in leads.chunks(500) {
            let into = format!("lead (id, {}, updated_at, created_by_id, created_at, import_id, import_key)", CHANGING.join(", "));
            let rows = chunk.iter().map(|new| {
                let mut values: Vec<Value> = vec![new.lead.id.into()];
                values.extend(changing_values(&new.lead));
                values.push(new.lead.updated_at.into());
                values.push(new.lead.created_by.into());
                values.push(new.lead.created_at.into());
                values.push(new.import.into());
                values.push(new.import_key.clone().into());
                values
            });
            self.0.insert_rows(&into, rows.collect(), "").await?;
            self.0.index_search(chunk.iter().map(|new| (new.lead.id.0, searched(&new.lead))).collect()).await?;
            let offerings = chunk.iter().flat_map(|new| new.lead.offerings.iter().map(move |id| vec![new.lead.id.into(), (*id).into()]));
            self.insert_pairs("lead_offering (lead_id, offering_id)", offerings.collect()).await?;
            let tags = chunk.iter().flat_map(|new| new.lead.tags.iter().map(move |tag| vec![new.lead.id.into(), tag.clone().into()]));
            self.insert_pairs("lead_tag (lead_id, tag)", tags.collect()).await?;
            self.insert_pairs(VALUE_COLUMNS, chunk.iter().flat_map(|new| values_of(&new.lead)).collect()).await?;
            let team = chunk.iter().flat_map(|new| new.lead.team.iter().map(move |id| vec![new.lead.id.into(), (*id).into()]));
            self.insert_pairs("lead_team (lead_id, user_id)", team.collect()).await?;
        }
        Ok(())
    }

    /// Writes what a changed lead has otherwise than as it was read in this transaction, if it is still at that version;
    /// `false` when someone was faster. SQLite looks at an index when a column of it is written, changed or not, and most
    /// changes are of one field.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change(&mut self, lead: &Lead, read: &Lead) -> Result<bool> {
        let mut sql = Sql::new("update lead set ");
        for ((column, value), old) in CHANGING.iter().zip(changing_values(lead)).zip(changing_values(read)) {
            if value != old {
                sql.push(column).push(" = ").push_bind(value).push(", ");
            }
        }
        sql.push("updated_at = ").push_bind(lead.updated_at);
        sql.push(" where id = ").push_bind(lead.id).push(" and version = ").push_bind(read.version);
        if self.0.run(sql).await? == 0 {
            return Ok(false);
        }
        if lead.owner != read.owner {
            self.0.clocks().change_owner(lead.id, lead.owner).await?;
        }
        if !is_same_set(&lead.offerings, &read.offerings) {
            let offerings = lead.offerings.iter().map(|id| vec![lead.id.into(), (*id).into()]).collect();
            self.replace_pairs(lead.id, "lead_offering", "lead_offering (lead_id, offering_id)", offerings).await?;
        }
        if !is_same_set(&lead.tags, &read.tags) {
            let tags = lead.tags.iter().map(|tag| vec![lead.id.into(), tag.clone().into()]).collect();
            self.replace_pairs(lead.id, "lead_tag", "lead_tag (lead_id, tag)", tags).await?;
        }
        if lead.custom != read.custom {
            self.replace_pairs(lead.id, "lead_custom", VALUE_COLUMNS, values_of(lead).collect()).await?;
        }
        if !is_same_set(&lead.team, &read.team) {
            let team = lead.team.iter().map(|id| vec![lead.id.into(), (*id).into()]).collect();
            self.replace_pairs(lead.id, "lead_team", "lead_team (lead_id, user_id)", team).await?;
        }
        let words = searched(lead);
        if words != searched(read) {
            self.0.index_search(vec![(lead.id.0, words)]).await?;
        }
        Ok(true)
    }

    /// After a contact changed: its leads show and find the new name, numbers and addresses.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn refresh_shown(&mut self, contact: ContactId, now: Timestamp) -> Result<()> {
        let ids = self.0.rows(Sql::new("select id from lead where contact_id = $1 order by id").bind(contact)).await?;
        self.refresh(ids, now).await
    }

    /// The same when the contact was changed through one of its leads, which is written already.
    ///
    /// # Errors
    /// As [`Leads::refresh_shown`].
    pub async fn refresh_others(&mut self, lead: &Lead, now: Timestamp) -> Result<()> {
        let sql = Sql::new("select id from lead where contact_id = $1 and id <> $2 order by id");
        let ids = self.0.rows(sql.bind(lead.contact).bind(lead.id)).await?;
        self.refresh(ids, now).await
    }

    async fn refresh(&mut self, ids: Vec<Row>, now: Timestamp) -> Result<()> {
        for row in ids {
            let id = LeadId(row.int("id")?);
            if let Some(lead) = self.find_visible(id, &domain::Scope::All).await? {
                let sql = Sql::new("update lead set shown_email = $1, shown_phone = $2, version = version + 1, updated_at = $3 where id = $4");
                let sql = sql.bind(lead.email().unwrap_or_default()).bind(lead.phone().unwrap_or_default()).bind(now).bind(id);
                self.0.run(sql).await?;
                self.0.index_search(vec![(id.0, searched(&lead))]).await?;
            }
        }
        Ok(())
    }

    /// After an account got another name: its leads are found by it.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find_anew(&mut self, account: AccountId) -> Result<()> {
        let rows = self.0.rows(Sql::new("select id from lead where account_id = $1 order by id").bind(account)).await?;
        let ids = rows.iter().map(|row| row.int("id").map(LeadId)).collect::<Result<Vec<_>>>()?;
        for chunk in ids.chunks(500) {
            self.make_searchable(chunk).await?;
        }
        Ok(())
    }

    /// Makes leads searchable whose search entries are missing, as after restoring a backup.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn make_searchable(&mut self, ids: &[LeadId]) -> Result<()> {
        let leads = self.find_many(ids).await?;
        self.0.index_search(leads.iter().map(|lead| (lead.id.0, searched(lead))).collect()).await?;
        Ok(())
    }

    /// The newest open lead of a contact that was added since.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn newest_open_of(&mut self, contact: ContactId, since: Timestamp) -> Result<Option<LeadId>> {
        let sql = Sql::new(
            "select id from lead where contact_id = $1 and created_at >= $2 and deleted_at is null and closed_at is null
             order by id desc limit 1",
        );
        let row = self.0.row(sql.bind(contact).bind(since)).await?;
        row.map(|row| row.int("id").map(LeadId)).transpose()
    }

    async fn replace_pairs(&mut self, lead: LeadId, table: &str, into: &str, rows: Vec<Vec<Value>>) -> Result<()> {
        self.0.run(Sql::new(format!("delete from {table} where lead_id = $1")).bind(lead)).await?;
        self.insert_pairs(into, rows).await
    }

    async fn insert_pairs(&mut self, into: &str, rows: Vec<Vec<Value>>) -> Result<()> {
        self.0.insert_rows(into, rows, " on conflict do nothing").await
    }
}

/// Whether two lists have the same in them, in whatever order.
fn is_same_set<T: Ord>(one: &[T], other: &[T]) -> bool {
    one.iter().collect::<BTreeSet<_>>() == other.iter().collect::<BTreeSet<_>>()
}

/// Words of a note that a lead is found by; later ones are not looked for.
const NOTE_WORDS_MAX: usize = 60;

/// What a lead is found by: words of its name, company, city, tags, message, last comment, e-mail addresses, and its phone
/// numbers as digits, with and without country code.
pub(super) fn searched(lead: &Lead) -> String {
    let mut words = words_of(&format!("{} {} {} {}", lead.full_name, lead.account.name, lead.address.city, lead.tags.join(" ")));
    for note in [&lead.message, &lead.latest.comment] {
        words.extend(words_of(note).into_iter().take(NOTE_WORDS_MAX));
    }
    for email in &lead.emails {
        words.extend(words_of(&email.folded()));
    }
    for phone in &lead.phones {
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        let raw = digits(&phone.raw);
        if let Some(e164) = &phone.e164 {
            words.push(national(e164).to_owned());
            words.push(digits(e164));
        }
        words.push(raw.trim_start_matches('0').to_owned());
        words.push(raw);
    }
    words.retain(|word| !word.is_empty());
    words.sort();
    words.dedup();
    words.join(" ")
}

/// What follows the country code of a number in E.164 form. Source: ITU-T E.164, assigned country codes.
fn national(e164: &str) -> &str {
    let digits = e164.trim_start_matches('+');
    let length = match digits.get(..2).and_then(|start| start.parse::<u8>().ok()) {
        Some(10..=19 | 70..=79) => 1,
        Some(20 | 27 | 30..=34 | 36 | 39..=41 | 43..=49 | 51..=58 | 60..=66 | 81 | 82 | 84 | 86 | 90..=95 | 98) => 2,
        _ => 3,
    };
    digits.get(length..).unwrap_or_default()
}
