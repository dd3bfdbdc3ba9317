//! How people can be reached.

use domain::{Absence, Availability, Numbers, Phone, Reachability, Timestamp, UserId};

use crate::error::{Result, StoreError};
use crate::sql::{Row, Sql};
use crate::tx::Tx;

/// Statements about how people can be reached.
#[derive(Debug)]
pub struct Reach<'t>(&'t mut Tx);

impl Tx {
    /// How people can be reached.
    pub fn reach(&mut self) -> Reach<'_> {
        Reach(self)
    }
}

/// How a person can be reached, as it is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredReach {
    /// Grows by one with each change but of the availability; 0 while nothing was ever said.
    pub version: i64,
    pub reach: Reachability,
}

const COLUMNS: &str = "user_id, version, extension, mobile, mobile_e164, voicemail, voicemail_e164, availability, availability_since,
    absent_from, absent_until, deputy_id";

/// A column that tells what the person `u` says of themselves, beside what else a statement reads.
pub(crate) const AVAILABILITY: &str = "coalesce((select r.availability from reachability r where r.user_id = u.id), 'available') as availability";

impl Reach<'_> {
    /// How a person can be reached; who never said anything is available.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find(&mut self, user: UserId) -> Result<StoredReach> {
        let row = self.0.row(Sql::new(format!("select {COLUMNS} from reachability where user_id = $1")).bind(user)).await?;
        Ok(row.as_ref().map(to_reach).transpose()?.map(|(_, found)| found).unwrap_or_default())
    }

    /// Of everybody who ever said anything.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn list(&mut self) -> Result<Vec<(UserId, StoredReach)>> {
        let rows = self.0.rows(Sql::new(format!("select {COLUMNS} from reachability order by user_id"))).await?;
        rows.iter().map(to_reach).collect()
    }

    /// Changes how a person can be reached, as it was read at `version`; gives `false`, and changes nothing, when someone else
    /// changed it since.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change(&mut self, user: UserId, version: i64, reach: &Reachability) -> Result<bool> {
        let phone = |phone: &Option<Phone>| (phone.as_ref().map(|phone| phone.raw.clone()), phone.as_ref().and_then(|phone| phone.e164.clone()));
        let (mobile, mobile_e164) = phone(&reach.numbers.mobile);
        let (voicemail, voicemail_e164) = phone(&reach.numbers.voicemail);
        let sql = Sql::new(format!(
            "insert into reachability ({COLUMNS}) values ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             on conflict (user_id) do update set version = reachability.version + 1, extension = excluded.extension, mobile = excluded.mobile,
             mobile_e164 = excluded.mobile_e164, voicemail = excluded.voicemail, voicemail_e164 = excluded.voicemail_e164,
             availability = excluded.availability, availability_since = excluded.availability_since, absent_from = excluded.absent_from,
             absent_until = excluded.absent_until, deputy_id = excluded.deputy_id
             where reachability.version = $12"
        ));
        let sql = sql.bind(user).bind(reach.numbers.extension.clone()).bind(mobile).bind(mobile_e164).bind(voicemail).bind(voicemail_e164);
        let sql = sql.bind(reach.availability.key()).bind(reach.since).bind(reach.absence.map(|absence| absence.from));
        let sql = sql.bind(reach.absence.and_then(|absence| absence.until)).bind(reach.deputy).bind(version);
        Ok(self.0.run(sql).await? == 1)
    }

    /// Changes what a person says of themselves. The version stays: it is said in passing, and no form that stands open is
    /// outdated by it.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change_availability(&mut self, user: UserId, availability: Availability, now: Timestamp) -> Result<()> {
        let sql = Sql::new(
            "insert into reachability (user_id, version, availability, availability_since) values ($1, 0, $2, $3)
             on conflict (user_id) do update set availability = excluded.availability, availability_since = excluded.availability_since",
        );
        self.0.run(sql.bind(user).bind(availability.key()).bind(now)).await.map(|_| ())
    }
}

fn to_reach(row: &Row) -> Result<(UserId, StoredReach)> {
    let id = row.int("user_id")?;
    let phone = |raw: &str, e164: &str| -> Result<Option<Phone>> {
        let e164 = row.opt_text(e164)?;
        Ok(row.opt_text(raw)?.map(|raw| Phone { raw, e164 }))
    };
    let until = row.opt_time("absent_until")?;
    let reach = Reachability {
        numbers: Numbers {
            extension: row.opt_text("extension")?,
            mobile: phone("mobile", "mobile_e164")?,
            voicemail: phone("voicemail", "voicemail_e164")?,
        },
        availability: to_availability(row, id)?,
        since: row.opt_time("availability_since")?,
        absence: row.opt_time("absent_from")?.map(|from| Absence { from, until }),
        deputy: row.opt_int("deputy_id")?.map(UserId),
    };
    Ok((UserId(id), StoredReach { version: row.int("version")?, reach }))
}

pub(crate) fn to_availability(row: &Row, user: i64) -> Result<Availability> {
    let broken = StoreError::Inconsistent { table: "reachability", column: "availability", id: user };
    Availability::from_key(&row.text("availability")?).ok_or(broken)
}
