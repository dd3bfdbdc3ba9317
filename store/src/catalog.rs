//! What an administrator configures: settings, lists, lead types and their pipelines.

use std::collections::HashMap;

use domain::catalog::{Catalog, Choice, ChoiceList, LeadType, Person, Site, Status};
use domain::text::fold;
use domain::{ChoiceId, GroupId, LeadTypeId, LifeCycle, StatusId, UserId};

use crate::error::{Result, StoreError};
use crate::people::to_role;
use crate::site_zone::site_zone;
use crate::sql::{Row, Sql};
use crate::tx::Tx;

/// Key of the site's name.
pub const SITE_NAME: &str = "site_name";
/// Key of the currency of amounts that name no other.
pub const CURRENCY: &str = "currency";
/// Key of the country of phone numbers typed without a country code.
pub const REGION: &str = "region";
/// Key of the group that receives what comes in by itself: its id, or absent.
pub const INTAKE_GROUP: &str = "intake_group";
/// Key of the IANA name of the site's time zone.
pub const TIME_ZONE: &str = "time_zone";
/// Key of the working days: 1 (Monday) to 7, separated by commas.
pub const WORKING_DAYS: &str = "working_days";
/// Key of the minute after midnight when work begins.
pub const WORKING_FROM: &str = "working_from";
/// Key of the minute after midnight when work ends.
pub const WORKING_TO: &str = "working_to";

/// Key of what the fifth thing is called that qualifies a lead.
pub const ACTION_LABEL: &str = "qualification_action_label";
/// Key of the hours in which a lead that was handed over has to be touched.
pub const TOUCH_WITHIN: &str = "touch_within_hours";

/// Key of the setting that says that leads are scored; absent while every score was typed.
pub const HAS_SCORING: &str = "scoring";

/// Statements about what is configured.
#[derive(Debug)]
pub struct CatalogStore<'t>(&'t mut Tx);

impl Tx {
    /// What an administrator configures.
    pub fn catalog(&mut self) -> CatalogStore<'_> {
        CatalogStore(self)
    }
}

/// A lead type to be added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewLeadType {
    pub name: String,
    pub default_category: Option<ChoiceId>,
    pub default_priority: Option<ChoiceId>,
    pub default_importance: Option<ChoiceId>,
    /// Percent, 0 to 100.
    pub default_probability: Option<i64>,
}

/// A status to be added at the end of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewStatus {
    pub lead_type: LeadTypeId,
    pub name: String,
    pub state: LifeCycle,
    pub tone: String,
    pub due_days: Option<i64>,
    pub is_default: bool,
}

impl CatalogStore<'_> {
    pub(crate) fn tx(&mut self) -> &mut Tx {
        self.0
    }

    /// Everything configured, retired entries too.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn load(&mut self) -> Result<Catalog> {
        Ok(Catalog {
            site: self.site().await?,
            types: self.types().await?,
            statuses: self.statuses().await?,
            choices: self.choices().await?,
            fields: self.fields().await?,
            groups: self.0.people().list_groups().await?,
            people: self.persons().await?,
        })
    }

    /// Whether nothing is configured yet.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn is_empty(&mut self) -> Result<bool> {
        let sql = Sql::new("select id from choice union all select id from lead_type limit 1");
        Ok(self.0.row(sql).await?.is_none())
    }

    /// A setting; `None` while it was never changed.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn setting(&mut self, key: &str) -> Result<Option<String>> {
        let row = self.0.row(Sql::new("select value from setting where key = $1").bind(key)).await?;
        row.map(|row| row.text("value")).transpose()
    }

    /// Changes a setting.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change_setting(&mut self, key: &str, value: &str) -> Result<()> {
        let sql = Sql::new("insert into setting (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value");
        self.0.run(sql.bind(key).bind(value)).await.map(|_| ())
    }

    /// Takes a setting back to its default.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn remove_setting(&mut self, key: &str) -> Result<()> {
        self.0.run(Sql::new("delete from setting where key = $1").bind(key)).await.map(|_| ())
    }

    /// Adds an entry at the end of a list. A default one takes the place of the former default.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the list has an entry of this name, retired or not.
    pub async fn add_choice(&mut self, list: ChoiceList, name: &str, is_default: bool) -> Result<ChoiceId> {
        // The number comes first: its lock keeps two who add at the same moment from taking the same position.
        let id = ChoiceId(self.0.take_numbers("choice", 1).await?);
        let position = self.next_position(Sql::new("select max(position) as last from choice where list = $1").bind(list.key())).await?;
        if is_default {
            self.0.run(Sql::new("update choice set is_default = false where list = $1 and is_default").bind(list.key())).await?;
        }
        let sql = Sql::new("insert into choice (id, list, name, name_folded, position, is_default) values ($1, $2, $3, $4, $5, $6)");
        let sql = sql.bind(id).bind(list.key()).bind(name).bind(fold(name)).bind(position).bind(is_default);
        self.0.run(sql).await.map_err(|error| error.or_conflict("This name"))?;
        Ok(id)
    }

    /// Adds a lead type behind the others.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is one of this name, retired or not.
    pub async fn add_lead_type(&mut self, lead_type: &NewLeadType) -> Result<LeadTypeId> {
        let id = LeadTypeId(self.0.take_numbers("lead_type", 1).await?);
        let position = self.next_position(Sql::new("select max(position) as last from lead_type")).await?;
        let sql = Sql::new(
            "insert into lead_type (id, name, name_folded, position, default_category_id, default_priority_id, default_importance_id, default_probability)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
        );
        let sql = sql.bind(id).bind(&lead_type.name).bind(fold(&lead_type.name)).bind(position).bind(lead_type.default_category);
        let sql = sql.bind(lead_type.default_priority).bind(lead_type.default_importance).bind(lead_type.default_probability);
        self.0.run(sql).await.map_err(|error| error.or_conflict("This name"))?;
        Ok(id)
    }

    /// Adds a status at the end of its type's pipeline. A default one takes the place of the former default of its state.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the pipeline has one of this name, retired or not.
    pub async fn add_status(&mut self, status: &NewStatus) -> Result<StatusId> {
        let id = StatusId(self.0.take_numbers("lead_status", 1).await?);
        let last = Sql::new("select max(position) as last from lead_status where lead_type_id = $1").bind(status.lead_type);
        let position = self.next_position(last).await?;
        if status.is_default {
            let sql = Sql::new("update lead_status set is_default = false where lead_type_id = $1 and state = $2 and is_default");
            self.0.run(sql.bind(status.lead_type).bind(status.state.key())).await?;
        }
        let sql = Sql::new(
            "insert into lead_status (id, lead_type_id, name, name_folded, state, position, tone, due_days, is_default)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        );
        let sql = sql.bind(id).bind(status.lead_type).bind(&status.name).bind(fold(&status.name)).bind(status.state.key());
        let sql = sql.bind(position).bind(&status.tone).bind(status.due_days).bind(status.is_default);
        self.0.run(sql).await.map_err(|error| error.or_conflict("This name"))?;
        Ok(id)
    }

    /// Allows a move from one status to another by a plain edit; a second time changes nothing.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add_status_move(&mut self, from: StatusId, to: StatusId) -> Result<()> {
        let sql = Sql::new("insert into lead_status_move (from_id, to_id) values ($1, $2) on conflict (from_id, to_id) do nothing");
        self.0.run(sql.bind(from).bind(to)).await.map(|_| ())
    }

    async fn next_position(&mut self, last: Sql) -> Result<i64> {
        let row = self.0.row(last).await?;
        Ok(row.map(|row| row.opt_int("last")).transpose()?.flatten().unwrap_or(0) + 1)
    }

    async fn site(&mut self) -> Result<Site> {
        let rows = self.0.rows(Sql::new("select key, value from setting order by key")).await?;
        let mut settings = rows.iter().map(|row| Ok((row.text("key")?, row.text("value")?))).collect::<Result<HashMap<_, _>>>()?;
        let mut site = Site::default();
        let put = |value: Option<String>, to: &mut String| value.into_iter().for_each(|value| *to = value);
        put(settings.remove(SITE_NAME), &mut site.name);
        put(settings.remove(CURRENCY), &mut site.currency);
        put(settings.remove(REGION), &mut site.region);
        put(settings.remove(ACTION_LABEL), &mut site.action_label);
        put(settings.remove(TIME_ZONE), &mut site.time_zone);
        site.zone = site_zone(&site.time_zone);
        if let Some(days) = settings.remove(WORKING_DAYS) {
            site.hours.days = days.split(',').filter(|day| !day.is_empty()).map(parse_setting).collect::<Result<_>>()?;
        }
        for (key, minute) in [(WORKING_FROM, &mut site.hours.from_minute), (WORKING_TO, &mut site.hours.to_minute)] {
            if let Some(text) = settings.remove(key) {
                *minute = parse_setting(&text)?;
            }
        }
        if let Some(hours) = settings.remove(TOUCH_WITHIN) {
            site.touch_within_hours = parse_setting(&hours)?;
        }
        site.has_scoring = settings.contains_key(HAS_SCORING);
        site.logo = self.logo_digest().await?;
        site.intake_group = settings.remove(INTAKE_GROUP).map(|id| parse_setting::<GroupId>(&id)).transpose()?;
        Ok(site)
    }

    async fn types(&mut self) -> Result<Vec<LeadType>> {
        let sql = Sql::new(
            "select id, name, position, default_category_id, default_priority_id, default_importance_id, default_probability, retired_at
             from lead_type order by position, id",
        );
        self.0.rows(sql).await?.iter().map(to_lead_type).collect()
    }

    async fn statuses(&mut self) -> Result<Vec<Status>> {
        let mut moves: HashMap<i64, Vec<StatusId>> = HashMap::new();
        let sql = Sql::new(
            "select from_id, to_id from lead_status_move join lead_status on lead_status.id = to_id order by from_id, lead_status.position, to_id",
        );
        for row in self.0.rows(sql).await? {
            moves.entry(row.int("from_id")?).or_default().push(StatusId(row.int("to_id")?));
        }
        let sql = Sql::new(
            "select id, lead_type_id, name, state, position, tone, due_days, is_default, retired_at
             from lead_status order by lead_type_id, position, id",
        );
        let rows = self.0.rows(sql).await?;
        rows.iter().map(|row| to_status(row, moves.remove(&row.int("id")?).unwrap_or_default())).collect()
    }

    async fn choices(&mut self) -> Result<Vec<Choice>> {
        let sql =
            Sql::new("select id, list, name, position, is_default, asks_referrer, is_goods, retired_at from choice order by list, position, id");
        self.0.rows(sql).await?.iter().map(to_choice).collect()
    }

    async fn persons(&mut self) -> Result<Vec<Person>> {
        let rows = self.0.rows(Sql::new("select id, name, email, role, disabled_at from app_user order by id")).await?;
        let mut people = rows.iter().map(to_person).collect::<Result<Vec<_>>>()?;
        // Here rather than in SQL, where each engine has its own idea of letters beyond ASCII.
        people.sort_by_cached_key(|person| fold(&person.name));
        Ok(people)
    }
}

fn parse_setting<T: std::str::FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| StoreError::Inconsistent { table: "setting", column: "value", id: 0 })
}

fn to_lead_type(row: &Row) -> Result<LeadType> {
    Ok(LeadType {
        id: LeadTypeId(row.int("id")?),
        name: row.text("name")?,
        position: row.int("position")?,
        default_category: row.opt_int("default_category_id")?.map(ChoiceId),
        default_priority: row.opt_int("default_priority_id")?.map(ChoiceId),
        default_importance: row.opt_int("default_importance_id")?.map(ChoiceId),
        default_probability: row.opt_int("default_probability")?,
        retired: row.opt_int("retired_at")?.is_some(),
    })
}

fn to_status(row: &Row, moves: Vec<StatusId>) -> Result<Status> {
    let id = row.int("id")?;
    let state = LifeCycle::from_key(&row.text("state")?);
    Ok(Status {
        id: StatusId(id),
        lead_type: LeadTypeId(row.int("lead_type_id")?),
        name: row.text("name")?,
        state: state.ok_or(StoreError::Inconsistent { table: "lead_status", column: "state", id })?,
        position: row.int("position")?,
        tone: row.text("tone")?,
        due_days: row.opt_int("due_days")?,
        is_default: row.flag("is_default")?,
        moves,
        retired: row.opt_int("retired_at")?.is_some(),
    })
}

fn to_choice(row: &Row) -> Result<Choice> {
    let id = row.int("id")?;
    let list = ChoiceList::from_key(&row.text("list")?);
    Ok(Choice {
        id: ChoiceId(id),
        list: list.ok_or(StoreError::Inconsistent { table: "choice", column: "list", id })?,
        name: row.text("name")?,
        position: row.int("position")?,
        is_default: row.flag("is_default")?,
        asks_referrer: row.flag("asks_referrer")?,
        is_goods: row.flag("is_goods")?,
        retired: row.opt_int("retired_at")?.is_some(),
    })
}

fn to_person(row: &Row) -> Result<Person> {
    Ok(Person {
        id: UserId(row.int("id")?),
        name: row.text("name")?,
        email: row.text("email")?,
        role: to_role(row)?,
        disabled: row.opt_int("disabled_at")?.is_some(),
    })
}
