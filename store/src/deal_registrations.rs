//! Deals that are registered with vendors.

use domain::deal_registration::Protection;
use domain::text::fold;
use domain::{AccountId, AccountKind, DealRegistration, DealRegistrationId, LeadId, Named, OpportunityId, RegistrationState, Timestamp, UserId};

use crate::accounts::after_all_beginning_with;
use crate::error::{Result, StoreError};
use crate::sql::{Row, Sql};
use crate::tx::Tx;

/// Statements about deal registrations.
#[derive(Debug)]
pub struct DealRegistrations<'t>(&'t mut Tx);

impl Tx {
    /// Deal registrations.
    pub fn deal_registrations(&mut self) -> DealRegistrations<'_> {
        DealRegistrations(self)
    }
}

const SELECT: &str = "select r.id, r.version, r.lead_id, r.opportunity_id, o.name as opportunity_name, r.vendor_id, v.name as vendor_name, r.state,
    r.reference, r.note, r.reason, r.submitted_at, r.decided_at, r.protected_from, r.protected_until, r.look_at, r.created_by_id, r.created_at,
    r.updated_at
    from deal_registration r join opportunity o on o.id = r.opportunity_id join account v on v.id = r.vendor_id";

/// A registration of the same account with the same vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rival {
    pub id: DealRegistrationId,
    pub lead: LeadId,
    pub submitted_at: Timestamp,
}

/// A registration that is to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ToLookAt {
    pub id: DealRegistrationId,
    pub lead: LeadId,
}

impl DealRegistrations<'_> {
    /// A registration. Whether its lead may be known is asked of the lead.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find(&mut self, id: DealRegistrationId) -> Result<Option<DealRegistration>> {
        let row = self.0.row(Sql::new(format!("{SELECT} where r.id = $1")).bind(id)).await?;
        row.as_ref().map(to_registration).transpose()
    }

    /// Registrations of a lead's deals, oldest first. Whether the lead may be known is asked before.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn of_lead(&mut self, lead: LeadId, limit: i64) -> Result<Vec<DealRegistration>> {
        let sql = Sql::new(format!("{SELECT} where r.lead_id = $1 order by r.id limit $2"));
        self.0.rows(sql.bind(lead).bind(limit)).await?.iter().map(to_registration).collect()
    }

    /// Whoever asks for rivals at the same moment, to write what holds a deal, waits until this transaction ends.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn hold_first(&mut self) -> Result<()> {
        self.0.take_numbers("deal_registration_first", 1).await.map(|_| ())
    }

    /// Of other registrations of the account of a deal with the same vendor that hold it on a day, submitted or protected, the one that was
    /// submitted first; those of deleted leads hold nothing.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn first_rival(&mut self, of: &DealRegistration, today: Timestamp) -> Result<Option<Rival>> {
        let sql = Sql::new(
            "select r.id, r.lead_id, r.submitted_at
             from opportunity mine cross join opportunity o cross join deal_registration r cross join lead l
             where mine.id = $1 and o.account_id = mine.account_id and r.opportunity_id = o.id and l.id = r.lead_id and r.vendor_id = $2 and r.id <> $3 and l.deleted_at is null and r.submitted_at is not null
             and r.state in ('submitted', 'approved', 'extended') and (r.protected_until is null or r.protected_until >= $4)
             order by r.submitted_at, r.id limit 1",
        );
        let row = self.0.row(sql.bind(of.opportunity.id).bind(of.vendor.id).bind(of.id).bind(today)).await?;
        let rival = |row: &Row| -> Result<Rival> {
            let (id, lead) = (DealRegistrationId(row.int("id")?), LeadId(row.int("lead_id")?));
            Ok(Rival { id, lead, submitted_at: row.time("submitted_at")? })
        };
        row.as_ref().map(rival).transpose()
    }

    /// Adds a registration.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add(&mut self, one: &DealRegistration) -> Result<()> {
        let sql = Sql::new(
            "insert into deal_registration (id, version, lead_id, opportunity_id, vendor_id, state, reference, note, reason, submitted_at, decided_at,
             protected_from, protected_until, look_at, created_by_id, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        );
        let sql = sql.bind(one.id).bind(one.version).bind(one.lead).bind(one.opportunity.id).bind(one.vendor.id).bind(one.state.key());
        let sql = sql.bind(&one.reference).bind(&one.note).bind(&one.reason).bind(one.submitted_at).bind(one.decided_at);
        let sql = sql.bind(one.protection.map(|protection| protection.from)).bind(one.protection.map(|protection| protection.until));
        let sql = sql.bind(one.look_at).bind(one.created_by).bind(one.created_at).bind(one.updated_at);
        self.0.run(sql).await.map(|_| ())
    }

    /// Writes a changed registration, if it is still at `expected`; `false` when someone was faster. Its deal, its vendor and who made it stay.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change(&mut self, one: &DealRegistration, expected: i64) -> Result<bool> {
        let sql = Sql::new(
            "update deal_registration set version = $1, state = $2, reference = $3, note = $4, reason = $5, submitted_at = $6, decided_at = $7,
             protected_from = $8, protected_until = $9, look_at = $10, updated_at = $11 where id = $12 and version = $13",
        );
        let sql = sql.bind(one.version).bind(one.state.key()).bind(&one.reference).bind(&one.note).bind(&one.reason).bind(one.submitted_at);
        let sql = sql.bind(one.decided_at).bind(one.protection.map(|protection| protection.from));
        let sql = sql.bind(one.protection.map(|protection| protection.until)).bind(one.look_at).bind(one.updated_at);
        Ok(self.0.run(sql.bind(one.id).bind(expected)).await? > 0)
    }

    /// Registrations that are to be looked at by now, the longest waiting first.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn list_to_look_at(&mut self, now: Timestamp, limit: i64) -> Result<Vec<ToLookAt>> {
        let sql = Sql::new("select id, lead_id from deal_registration where look_at is not null and look_at <= $1 order by look_at, id limit $2");
        let waiting = |row: &Row| -> Result<ToLookAt> { Ok(ToLookAt { id: DealRegistrationId(row.int("id")?), lead: LeadId(row.int("lead_id")?) }) };
        self.0.rows(sql.bind(now).bind(limit)).await?.iter().map(waiting).collect()
    }

    /// Vendors that deals can be registered with, by name.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn vendors(&mut self, most: i64) -> Result<Vec<Named<AccountId>>> {
        let sql = Sql::new(
            "select a.id, a.name from account a join account_kind k on k.account_id = a.id and k.kind = $1
             where a.deleted_at is null order by a.name_folded, a.id limit $2",
        );
        self.0.rows(sql.bind(AccountKind::Vendor.key()).bind(most)).await?.iter().map(to_vendor).collect()
    }

    /// Vendors whose name begins with a text, by name; none for an empty text.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn suggest_vendors(&mut self, text: &str, most: i64) -> Result<Vec<Named<AccountId>>> {
        let from = fold(text);
        let Some(to) = after_all_beginning_with(&from) else { return Ok(Vec::new()) };
        let sql = Sql::new(
            "select a.id, a.name from account a join account_kind k on k.account_id = a.id and k.kind = $1
             where a.deleted_at is null and a.name_folded >= $2 and a.name_folded < $3 order by a.name_folded, a.id limit $4",
        );
        let sql = sql.bind(AccountKind::Vendor.key()).bind(from).bind(to).bind(most);
        self.0.rows(sql).await?.iter().map(to_vendor).collect()
    }

    /// The vendor of a number, else the oldest of a name, ignoring case and spacing.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn find_vendor(&mut self, id: Option<AccountId>, name: &str) -> Result<Option<Named<AccountId>>> {
        let sql = Sql::new(
            "select a.id, a.name from account a join account_kind k on k.account_id = a.id and k.kind = $1
             where a.deleted_at is null and (a.id = $2 or a.name_folded = $3)
             order by case when a.id = $2 then 0 else 1 end, a.id limit 1",
        );
        let sql = sql.bind(AccountKind::Vendor.key()).bind(id).bind(fold(name));
        self.0.row(sql).await?.as_ref().map(to_vendor).transpose()
    }
}

fn to_vendor(row: &Row) -> Result<Named<AccountId>> {
    Ok(Named { id: AccountId(row.int("id")?), name: row.text("name")? })
}

fn to_registration(row: &Row) -> Result<DealRegistration> {
    let id = row.int("id")?;
    let state = RegistrationState::from_key(&row.text("state")?);
    let protection = match (row.opt_time("protected_from")?, row.opt_time("protected_until")?) {
        (Some(from), Some(until)) => Some(Protection { from, until }),
        _ => None,
    };
    Ok(DealRegistration {
        id: DealRegistrationId(id),
        version: row.int("version")?,
        lead: LeadId(row.int("lead_id")?),
        opportunity: Named { id: OpportunityId(row.int("opportunity_id")?), name: row.text("opportunity_name")? },
        vendor: Named { id: AccountId(row.int("vendor_id")?), name: row.text("vendor_name")? },
        state: state.ok_or(StoreError::Inconsistent { table: "deal_registration", column: "state", id })?,
        reference: row.text("reference")?,
        note: row.text("note")?,
        reason: row.text("reason")?,
        submitted_at: row.opt_time("submitted_at")?,
        decided_at: row.opt_time("decided_at")?,
        protection,
        look_at: row.opt_time("look_at")?,
        created_by: UserId(row.int("created_by_id")?),
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}
