//! Quotes with their lines, what was sent of them, the private addresses at which they are answered, and how the site makes them.

use domain::quote::{Amounts, NumberPattern, Quantity, QuoteRow, QuoteSettings, SentRevision};
use domain::{
    ChoiceId, LeadId, Named, OpportunityId, Period, ProductId, Quote, QuoteId, QuoteLine, QuoteLineId, QuotePaper, QuoteState, Scope, Timestamp,
    UserId,
};

use crate::error::{Result, StoreError};
use crate::leads::push_scope;
use crate::products::to_share;
use crate::sql::{Row, Sql, Value};
use crate::tx::Tx;

/// Statements about quotes.
#[derive(Debug)]
pub struct Quotes<'t>(&'t mut Tx);

impl Tx {
    /// Quotes.
    pub fn quotes(&mut self) -> Quotes<'_> {
        Quotes(self)
    }
}

const SELECT: &str = "select q.id, q.version, q.lead_id, q.opportunity_id, o.name as opportunity_name, q.reference, q.revision, q.state, q.currency,
    q.valid_until, q.net_minor, q.tax_minor, q.note, q.memo, q.reason, q.sent_to, q.sent_at, q.answered_by, q.answered_at, q.created_by_id,
    q.created_at, q.updated_at from quote q join opportunity o on o.id = q.opportunity_id";

const LINE: &str = "id, quote_id, position, product_id, text, quantity, unit, price_minor, discount, tax, listed_tax, period";

/// Which quotes, for whose eyes. Those of deleted leads are none.
#[derive(Clone, Copy, Debug)]
pub struct QuotesOf<'a> {
    /// The scope of who looks.
    pub scope: &'a Scope,
    /// Those of one lead, or of all.
    pub lead: Option<LeadId>,
    /// As they were written last.
    pub state: Option<QuoteState>,
    /// Those with lower numbers.
    pub before: Option<QuoteId>,
    pub limit: i64,
}

/// A quote whose time is over, or may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ToLookAt {
    pub id: QuoteId,
    pub lead: LeadId,
}

impl Quotes<'_> {
    /// A quote with its lines. Whether its lead may be known is asked of the lead.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find(&mut self, id: QuoteId) -> Result<Option<Quote>> {
        let row = self.0.row(Sql::new(format!("{SELECT} where q.id = $1")).bind(id)).await?;
        let Some(row) = row else { return Ok(None) };
        let lines = self.0.rows(Sql::new(format!("select {LINE} from quote_line where quote_id = $1 order by position, id")).bind(id)).await?;
        let mut quote = to_quote(&row)?;
        quote.lines = lines.iter().map(to_line).collect::<Result<_>>()?;
        Ok(Some(quote))
    }

    /// Quotes within a scope, newest first, without their lines.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn list(&mut self, of: QuotesOf<'_>) -> Result<Vec<QuoteRow>> {
        let mut sql = Sql::new(format!("{SELECT} join lead l on l.id = q.lead_id where l.deleted_at is null and q.id < "));
        sql.push_bind(of.before.unwrap_or(QuoteId(i64::MAX)));
        if let Some(lead) = of.lead {
            sql.push(" and q.lead_id = ").push_bind(lead);
        }
        if let Some(state) = of.state {
            sql.push(" and q.state = ").push_bind(state.key());
        }
        push_scope(&mut sql, self.0.engine(), of.scope);
        sql.push(" order by q.id desc limit ").push_bind(of.limit);
        self.0.rows(sql).await?.iter().map(to_row).collect()
    }

    /// How many quotes a lead has.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn count_of_lead(&mut self, lead: LeadId) -> Result<i64> {
        let row = self.0.row(Sql::new("select count(*) as found from quote where lead_id = $1").bind(lead)).await?;
        row.map_or(Ok(0), |row| row.int("found"))
    }

    /// The accepted quotes of a lead, oldest first.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn list_accepted(&mut self, lead: LeadId) -> Result<Vec<QuoteId>> {
        let sql = Sql::new("select id from quote where lead_id = $1 and state = 'accepted' order by id").bind(lead);
        self.0.rows(sql).await?.iter().map(|row| row.int("id").map(QuoteId)).collect()
    }

    /// What the accepted quotes of a deal come to without tax, each in minor units.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn accepted_amounts(&mut self, deal: OpportunityId) -> Result<Vec<i64>> {
        let sql = Sql::new("select net_minor from quote where opportunity_id = $1 and state = 'accepted' order by id").bind(deal);
        self.0.rows(sql).await?.iter().map(|row| row.int("net_minor")).collect()
    }

    /// Adds a quote with its lines.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add(&mut self, one: &Quote, amounts: Amounts) -> Result<()> {
        let sql = Sql::new(
            "insert into quote (id, version, lead_id, opportunity_id, reference, revision, state, currency, valid_until, net_minor, tax_minor, note,
             memo, reason, sent_to, sent_at, answered_by, answered_at, look_at, created_by_id, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)",
        );
        let sql = sql.bind(one.id).bind(one.version).bind(one.lead).bind(one.opportunity.id).bind(&one.reference).bind(one.revision);
        let sql = sql.bind(one.state.key()).bind(&one.currency).bind(one.valid_until).bind(amounts.net_minor).bind(amounts.tax_minor);
        let sql = sql.bind(&one.note).bind(&one.memo).bind(&one.reason).bind(&one.sent_to).bind(one.sent_at).bind(&one.answered_by);
        let sql = sql.bind(one.answered_at).bind(None::<Timestamp>).bind(one.created_by).bind(one.created_at).bind(one.updated_at);
        self.0.run(sql).await?;
        self.put_lines(one).await
    }

    /// Writes a changed quote with its lines, if it is still at `expected`; `false` when someone was faster. `look_at` is when it expires.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change(&mut self, one: &Quote, amounts: Amounts, look_at: Option<Timestamp>, expected: i64) -> Result<bool> {
        let sql = Sql::new(
            "update quote set version = $1, revision = $2, state = $3, valid_until = $4, net_minor = $5, tax_minor = $6, note = $7, memo = $8,
             reason = $9, sent_to = $10, sent_at = $11, answered_by = $12, answered_at = $13, look_at = $14, updated_at = $15
             where id = $16 and version = $17",
        );
        let sql = sql.bind(one.version).bind(one.revision).bind(one.state.key()).bind(one.valid_until).bind(amounts.net_minor);
        let sql = sql.bind(amounts.tax_minor).bind(&one.note).bind(&one.memo).bind(&one.reason).bind(&one.sent_to).bind(one.sent_at);
        let sql = sql.bind(&one.answered_by).bind(one.answered_at).bind(look_at).bind(one.updated_at).bind(one.id).bind(expected);
        if self.0.run(sql).await? == 0 {
            return Ok(false);
        }
        self.0.run(Sql::new("delete from quote_line where quote_id = $1").bind(one.id)).await?;
        self.put_lines(one).await.map(|()| true)
    }

    /// Removes a quote that was never sent, with its lines, if it is still at `expected`; `false` when someone was faster.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn remove(&mut self, id: QuoteId, expected: i64) -> Result<bool> {
        self.0.run(Sql::new("delete from quote_line where quote_id = $1").bind(id)).await?;
        let sql = Sql::new("delete from quote where id = $1 and version = $2").bind(id).bind(expected);
        Ok(self.0.run(sql).await? > 0)
    }

    async fn put_lines(&mut self, one: &Quote) -> Result<()> {
        if one.lines.is_empty() {
            return Ok(());
        }
        let row = |(position, line): (i64, &QuoteLine)| -> Vec<Value> {
            vec![
                line.id.into(),
                one.id.into(),
                position.into(),
                line.product.into(),
                (&line.text).into(),
                line.quantity.thousandths().into(),
                (&line.unit).into(),
                line.price_minor.into(),
                line.discount.basis_points().into(),
                line.tax.basis_points().into(),
                line.listed_tax.map(|tax| tax.basis_points()).into(),
                line.period.key().into(),
            ]
        };
        self.0.insert_rows(&format!("quote_line ({LINE})"), (1..).zip(&one.lines).map(row).collect(), "").await
    }

    /// Keeps what is sent of a quote. Sent once more, a revision stays what it was.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn keep_sent(&mut self, id: QuoteId, paper: &QuotePaper, sent_at: Timestamp, sent_to: &str) -> Result<()> {
        let content = serde_json::to_string(paper).map_err(|_| nonsense("content", id.0))?;
        let sql = Sql::new(
            "insert into quote_revision (quote_id, revision, content, sent_at, sent_to) values ($1, $2, $3, $4, $5)
             on conflict (quote_id, revision) do update set sent_at = excluded.sent_at, sent_to = excluded.sent_to",
        );
        self.0.run(sql.bind(id).bind(paper.revision).bind(content).bind(sent_at).bind(sent_to)).await.map(|_| ())
    }

    /// The revisions of a quote that were sent, newest first.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn sent_revisions(&mut self, id: QuoteId) -> Result<Vec<SentRevision>> {
        let sql = Sql::new("select revision, sent_at, sent_to from quote_revision where quote_id = $1 order by revision desc");
        let sent = |row: &Row| -> Result<SentRevision> {
            Ok(SentRevision { revision: row.int("revision")?, sent_at: row.time("sent_at")?, sent_to: row.text("sent_to")? })
        };
        self.0.rows(sql.bind(id)).await?.iter().map(sent).collect()
    }

    /// A revision as it was sent; `None` where it was not.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find_sent(&mut self, id: QuoteId, revision: i64) -> Result<Option<QuotePaper>> {
        let sql = Sql::new("select content from quote_revision where quote_id = $1 and revision = $2");
        let Some(row) = self.0.row(sql.bind(id).bind(revision)).await? else { return Ok(None) };
        serde_json::from_str(&row.text("content")?).map(Some).map_err(|_| nonsense("content", id.0))
    }

    /// Adds a private address at which a revision is answered.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add_link(&mut self, token_hash: &str, id: QuoteId, revision: i64) -> Result<()> {
        let sql = Sql::new("insert into quote_link (token_hash, quote_id, revision) values ($1, $2, $3)");
        self.0.run(sql.bind(token_hash).bind(id).bind(revision)).await.map(|_| ())
    }

    /// The revision of a quote that is answered at a private address, by the digest of its secret.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn find_link(&mut self, token_hash: &str) -> Result<Option<(QuoteId, i64)>> {
        let row = self.0.row(Sql::new("select quote_id, revision from quote_link where token_hash = $1").bind(token_hash)).await?;
        row.map(|row| Ok((QuoteId(row.int("quote_id")?), row.int("revision")?))).transpose()
    }

    /// Quotes that are to be looked at by now, the longest waiting first.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn list_to_look_at(&mut self, now: Timestamp, limit: i64) -> Result<Vec<ToLookAt>> {
        let sql = Sql::new("select id, lead_id from quote where look_at is not null and look_at <= $1 order by look_at, id limit $2");
        let waiting = |row: &Row| -> Result<ToLookAt> { Ok(ToLookAt { id: QuoteId(row.int("id")?), lead: LeadId(row.int("lead_id")?) }) };
        self.0.rows(sql.bind(now).bind(limit)).await?.iter().map(waiting).collect()
    }

    /// How the site makes its quotes.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn settings(&mut self) -> Result<QuoteSettings> {
        let row = self.0.row(Sql::new("select pattern, valid_days, sender, footer from quote_setting where id = 1")).await?;
        let mut settings = match row {
            None => QuoteSettings::default(),
            Some(row) => QuoteSettings {
                pattern: NumberPattern::parse(&row.text("pattern")?).map_err(|_| StoreError::Inconsistent {
                    table: "quote_setting",
                    column: "pattern",
                    id: 1,
                })?,
                valid_days: row.int("valid_days")?,
                sender: row.text("sender")?,
                footer: row.text("footer")?,
                stages: Vec::new(),
            },
        };
        for row in self.0.rows(Sql::new("select state, stage_id from quote_stage order by state")).await? {
            let stage = row.int("stage_id")?;
            let state = QuoteState::from_key(&row.text("state")?);
            let state = state.ok_or(StoreError::Inconsistent { table: "quote_stage", column: "state", id: stage })?;
            settings.stages.push((state, ChoiceId(stage)));
        }
        settings.stages.sort_unstable();
        Ok(settings)
    }

    /// Writes how the site makes its quotes.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change_settings(&mut self, settings: &QuoteSettings) -> Result<()> {
        let sql = Sql::new(
            "insert into quote_setting (id, pattern, valid_days, sender, footer) values (1, $1, $2, $3, $4) on conflict (id) do update
             set pattern = excluded.pattern, valid_days = excluded.valid_days, sender = excluded.sender, footer = excluded.footer",
        );
        self.0.run(sql.bind(settings.pattern.as_str()).bind(settings.valid_days).bind(&settings.sender).bind(&settings.footer)).await?;
        self.0.run(Sql::new("delete from quote_stage")).await?;
        if settings.stages.is_empty() {
            return Ok(());
        }
        let row = |(state, stage): &(QuoteState, ChoiceId)| -> Vec<Value> { vec![state.key().into(), (*stage).into()] };
        self.0.insert_rows("quote_stage (state, stage_id)", settings.stages.iter().map(row).collect(), "").await
    }
}

fn nonsense(column: &'static str, id: i64) -> StoreError {
    StoreError::Inconsistent { table: "quote", column, id }
}

fn to_state(row: &Row, id: i64) -> Result<QuoteState> {
    QuoteState::from_key(&row.text("state")?).ok_or_else(|| nonsense("state", id))
}

fn to_deal(row: &Row) -> Result<Named<OpportunityId>> {
    Ok(Named { id: OpportunityId(row.int("opportunity_id")?), name: row.text("opportunity_name")? })
}

fn to_row(row: &Row) -> Result<QuoteRow> {
    let id = row.int("id")?;
    Ok(QuoteRow {
        id: QuoteId(id),
        lead: LeadId(row.int("lead_id")?),
        opportunity: to_deal(row)?,
        reference: row.text("reference")?,
        revision: row.int("revision")?,
        state: to_state(row, id)?,
        currency: row.text("currency")?,
        valid_until: row.time("valid_until")?,
        amounts: Amounts { net_minor: row.int("net_minor")?, tax_minor: row.int("tax_minor")? },
        updated_at: row.time("updated_at")?,
    })
}

fn to_quote(row: &Row) -> Result<Quote> {
    let id = row.int("id")?;
    Ok(Quote {
        id: QuoteId(id),
        version: row.int("version")?,
        lead: LeadId(row.int("lead_id")?),
        opportunity: to_deal(row)?,
        reference: row.text("reference")?,
        revision: row.int("revision")?,
        state: to_state(row, id)?,
        currency: row.text("currency")?,
        valid_until: row.time("valid_until")?,
        note: row.text("note")?,
        memo: row.text("memo")?,
        reason: row.text("reason")?,
        sent_to: row.text("sent_to")?,
        sent_at: row.opt_time("sent_at")?,
        answered_by: row.text("answered_by")?,
        answered_at: row.opt_time("answered_at")?,
        lines: Vec::new(),
        created_by: UserId(row.int("created_by_id")?),
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}

fn to_line(row: &Row) -> Result<QuoteLine> {
    let id = row.int("id")?;
    let nonsense = |column: &'static str| StoreError::Inconsistent { table: "quote_line", column, id };
    let share = |points: i64, column: &'static str| to_share(points, "quote_line", column, id);
    Ok(QuoteLine {
        id: QuoteLineId(id),
        product: row.opt_int("product_id")?.map(ProductId),
        text: row.text("text")?,
        quantity: Quantity::try_from(row.int("quantity")?).map_err(|_| nonsense("quantity"))?,
        unit: row.text("unit")?,
        price_minor: row.int("price_minor")?,
        discount: share(row.int("discount")?, "discount")?,
        tax: share(row.int("tax")?, "tax")?,
        listed_tax: row.opt_int("listed_tax")?.map(|points| share(points, "listed_tax")).transpose()?,
        period: Period::from_key(&row.text("period")?).ok_or_else(|| nonsense("period"))?,
    })
}
