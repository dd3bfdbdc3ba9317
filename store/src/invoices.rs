//! Invoices with their lines and payments, their series, and which periods of services were billed.

use domain::customer::BillingPeriod;
use domain::invoice::{InvoiceFilter, InvoiceNumber, InvoiceRow, Payment};
use domain::quote::Amounts;
use domain::{CustomerId, Invoice, InvoiceId, InvoiceKind, InvoiceLine, InvoiceState, Named, ServiceId, Timestamp, UserId};

use crate::customer_services::to_sold;
use crate::error::{Result, StoreError};
use crate::sql::{Row, Sql, Value};
use crate::tx::Tx;

/// Statements about invoices.
#[derive(Debug)]
pub struct Invoices<'t>(&'t mut Tx);

impl Tx {
    /// Invoices, proformas and credit notes.
    pub fn invoices(&mut self) -> Invoices<'_> {
        Invoices(self)
    }
}

const SELECT: &str =
    "select i.id, i.version, i.kind, i.year, i.number, i.customer_id, i.customer_name, i.currency, i.issued_on, i.due_on, i.addressee, i.tax_id,
    i.net_minor, i.tax_minor, i.paid_minor, i.cancelled_at, i.reason, i.sent_to, i.sent_at, i.created_by_id, i.created_at, i.updated_at,
    o.id as made_of_id, o.kind as made_of_kind, o.year as made_of_year, o.number as made_of_number,
    b.id as became_id, b.kind as became_kind, b.year as became_year, b.number as became_number
    from invoice i left join invoice o on o.id = i.made_of_id left join invoice b on b.made_of_id = i.id";

const LINE: &str = "invoice_id, position, service_id, text, quantity, unit, price_minor, discount, tax, period, from_on, until_on";

impl Invoices<'_> {
    /// The next number of a series. Whoever would take the one after waits until this transaction ends, so that one that is not saved leaves no gap.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn take_number(&mut self, kind: InvoiceKind, year: i64) -> Result<InvoiceNumber> {
        let sql = Sql::new(
            "insert into invoice_series (kind, year, last) values ($1, $2, 1)
             on conflict (kind, year) do update set last = invoice_series.last + 1 returning last",
        );
        let row = self.0.row(sql.bind(kind.key()).bind(year)).await?;
        let number = row.ok_or(StoreError::Inconsistent { table: "invoice_series", column: "last", id: year })?.int("last")?;
        Ok(InvoiceNumber { kind, year, number })
    }

    /// Has whoever would take a number of a series wait until this transaction ends.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn hold_series(&mut self, kind: InvoiceKind, year: i64) -> Result<()> {
        let sql = Sql::new(
            "insert into invoice_series (kind, year, last) values ($1, $2, 0) on conflict (kind, year) do update set last = invoice_series.last",
        );
        self.0.run(sql.bind(kind.key()).bind(year)).await.map(|_| ())
    }

    /// Whether a number is the last of its series; it stays so for who [holds](Invoices::hold_series) it.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn is_last(&mut self, number: InvoiceNumber) -> Result<bool> {
        let sql = Sql::new("select last from invoice_series where kind = $1 and year = $2").bind(number.kind.key()).bind(number.year);
        self.0.row(sql).await?.map_or(Ok(false), |row| Ok(row.int("last")? == number.number))
    }

    /// Removes an invoice whose number is the last of its series, which gives it out again; `false`, and nothing is removed, for any other.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn remove_last(&mut self, id: InvoiceId, number: InvoiceNumber) -> Result<bool> {
        let sql = Sql::new("update invoice_series set last = last - 1 where kind = $1 and year = $2 and last = $3");
        if self.0.run(sql.bind(number.kind.key()).bind(number.year).bind(number.number)).await? == 0 {
            return Ok(false);
        }
        for text in [
            "delete from service_billing where invoice_id = $1",
            "delete from invoice_link where invoice_id = $1",
            "delete from invoice_payment where invoice_id = $1",
            "delete from invoice_line where invoice_id = $1",
            "delete from invoice where id = $1",
        ] {
            self.0.run(Sql::new(text).bind(id)).await?;
        }
        Ok(true)
    }

    /// An invoice with its lines and payments.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find(&mut self, id: InvoiceId) -> Result<Option<Invoice>> {
        let Some(row) = self.0.row(Sql::new(format!("{SELECT} where i.id = $1")).bind(id)).await? else { return Ok(None) };
        let lines = self.0.rows(Sql::new(format!("select {LINE} from invoice_line where invoice_id = $1 order by position")).bind(id)).await?;
        let sql = Sql::new("select amount_minor, paid_on, note from invoice_payment where invoice_id = $1 order by position");
        let payments = self.0.rows(sql.bind(id)).await?;
        let mut invoice = to_invoice(&row)?;
        invoice.lines = lines.iter().map(to_line).collect::<Result<_>>()?;
        invoice.payments = payments.iter().map(to_payment).collect::<Result<_>>()?;
        Ok(Some(invoice))
    }

    /// Has whoever would change the same invoice wait until this transaction ends.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn hold(&mut self, id: InvoiceId) -> Result<()> {
        self.0.run(Sql::new("update invoice set version = version where id = $1").bind(id)).await.map(|_| ())
    }

    /// Invoices, newest first.
    ///
    /// # Errors
    /// As [`Invoices::find`].
    pub async fn list(&mut self, filter: InvoiceFilter, before: Option<InvoiceId>, limit: i64) -> Result<Vec<InvoiceRow>> {
        let mut sql = Sql::new(
            "select i.id, i.kind, i.year, i.number, i.customer_id, i.customer_name, i.currency, i.issued_on, i.due_on, i.net_minor, i.tax_minor,
             i.paid_minor, i.cancelled_at from invoice i where i.id < ",
        );
        sql.push_bind(before.unwrap_or(InvoiceId(i64::MAX)));
        if let Some(kind) = filter.kind {
            sql.push(" and i.kind = ").push_bind(kind.key());
        }
        if let Some(customer) = filter.customer {
            sql.push(" and i.customer_id = ").push_bind(customer);
        }
        sql.push(match filter.state {
            None => "",
            Some(InvoiceState::Open) => " and i.kind <> 'credit_note' and i.cancelled_at is null and i.paid_minor < i.net_minor + i.tax_minor",
            Some(InvoiceState::Paid) => " and i.kind <> 'credit_note' and i.cancelled_at is null and i.paid_minor >= i.net_minor + i.tax_minor",
            Some(InvoiceState::Cancelled) => " and i.cancelled_at is not null",
            Some(InvoiceState::Issued) => " and i.kind = 'credit_note' and i.cancelled_at is null",
        });
        sql.push(" order by i.id desc limit ").push_bind(limit);
        self.0.rows(sql).await?.iter().map(to_row).collect()
    }

    /// How many invoices a customer has besides one.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn count_of_customer(&mut self, customer: CustomerId, besides: Option<InvoiceId>) -> Result<i64> {
        let sql = Sql::new("select count(*) as found from invoice where customer_id = $1 and id <> $2");
        let row = self.0.row(sql.bind(customer).bind(besides.unwrap_or(InvoiceId(0)))).await?;
        row.map_or(Ok(0), |row| row.int("found"))
    }

    /// Adds an invoice with its lines and payments.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add(&mut self, one: &Invoice, amounts: Amounts) -> Result<()> {
        let sql = Sql::new(
            "insert into invoice (id, version, kind, year, number, customer_id, customer_name, currency, issued_on, due_on, addressee, tax_id, net_minor,
             tax_minor, paid_minor, made_of_id, cancelled_at, reason, sent_to, sent_at, created_by_id, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)",
        );
        let sql = sql.bind(one.id).bind(one.version).bind(one.kind.key()).bind(one.number.year).bind(one.number.number).bind(one.customer.id);
        let sql = sql.bind(&one.customer.name).bind(&one.currency).bind(one.issued_on).bind(one.due_on).bind(one.to.join("\n")).bind(&one.tax_id);
        let sql = sql.bind(amounts.net_minor).bind(amounts.tax_minor).bind(one.paid_minor()).bind(one.made_of.as_ref().map(|of| of.id));
        let sql = sql.bind(one.cancelled_at).bind(&one.reason).bind(&one.sent_to).bind(one.sent_at).bind(one.created_by);
        self.0.run(sql.bind(one.created_at).bind(one.updated_at)).await?;
        if !one.lines.is_empty() {
            let rows = (1..).zip(&one.lines).map(|(position, line)| line_values(one.id, position, line)).collect();
            self.0.insert_rows(&format!("invoice_line ({LINE})"), rows, "").await?;
        }
        self.add_payments(one).await
    }

    async fn add_payments(&mut self, one: &Invoice) -> Result<()> {
        for (position, payment) in (1..).zip(&one.payments) {
            self.add_payment(one.id, position, payment).await?;
        }
        Ok(())
    }

    /// Adds a payment, the how manyth it is.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add_payment(&mut self, id: InvoiceId, position: i64, payment: &Payment) -> Result<()> {
        let sql = Sql::new("insert into invoice_payment (invoice_id, position, amount_minor, paid_on, note) values ($1, $2, $3, $4, $5)");
        self.0.run(sql.bind(id).bind(position).bind(payment.amount_minor).bind(payment.paid_on).bind(&payment.note)).await.map(|_| ())
    }

    /// Writes the payments of an invoice instead of those that were there.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn replace_payments(&mut self, one: &Invoice) -> Result<()> {
        self.0.run(Sql::new("delete from invoice_payment where invoice_id = $1").bind(one.id)).await?;
        self.add_payments(one).await
    }

    /// Writes what became of an invoice: what was paid, whether it was cancelled, and to whom it was sent. Only if it is still at `expected`; `false` when
    /// someone was faster.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change(&mut self, one: &Invoice, expected: i64) -> Result<bool> {
        let sql = Sql::new(
            "update invoice set version = $1, paid_minor = $2, cancelled_at = $3, reason = $4, sent_to = $5, sent_at = $6, updated_at = $7
             where id = $8 and version = $9",
        );
        let sql = sql.bind(one.version).bind(one.paid_minor()).bind(one.cancelled_at).bind(&one.reason).bind(&one.sent_to).bind(one.sent_at);
        Ok(self.0.run(sql.bind(one.updated_at).bind(one.id).bind(expected)).await? == 1)
    }

    /// Notes that periods of services were billed, each by its service and first day.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when one of them was before; what the engine reports.
    pub async fn note_billed(&mut self, id: InvoiceId, periods: &[(ServiceId, Timestamp)]) -> Result<()> {
        if periods.is_empty() {
            return Ok(());
        }
        let rows = periods.iter().map(|(service, from)| vec![(*service).into(), (*from).into(), id.into()]).collect();
        let noted = self.0.insert_rows("service_billing (service_id, from_on, invoice_id)", rows, "").await;
        noted.map_err(|error| error.or_conflict("This period"))
    }

    /// Periods of services that other invoices than one bill.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn count_billed(&mut self, services: &[ServiceId], besides: Option<InvoiceId>) -> Result<i64> {
        let mut sql = Sql::new("select count(*) as found from service_billing where service_id in ");
        sql.push_list(services.iter().copied()).push(" and invoice_id <> ").push_bind(besides.unwrap_or(InvoiceId(0)));
        let row = self.0.row(sql).await?;
        row.map_or(Ok(0), |row| row.int("found"))
    }

    /// Adds a private address at which it is read.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add_link(&mut self, token_hash: &str, id: InvoiceId) -> Result<()> {
        self.0.run(Sql::new("insert into invoice_link (token_hash, invoice_id) values ($1, $2)").bind(token_hash).bind(id)).await.map(|_| ())
    }

    /// What is read at a private address, by the digest of its secret.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn find_link(&mut self, token_hash: &str) -> Result<Option<InvoiceId>> {
        let row = self.0.row(Sql::new("select invoice_id from invoice_link where token_hash = $1").bind(token_hash)).await?;
        row.map(|row| row.int("invoice_id").map(InvoiceId)).transpose()
    }
}

fn line_values(id: InvoiceId, position: i64, line: &InvoiceLine) -> Vec<Value> {
    vec![
        id.into(),
        position.into(),
        line.service.into(),
        (&line.sold.text).into(),
        line.sold.quantity.thousandths().into(),
        (&line.sold.unit).into(),
        line.sold.price_minor.into(),
        line.sold.discount.basis_points().into(),
        line.sold.tax.basis_points().into(),
        line.sold.period.key().into(),
        line.of.from.into(),
        line.of.until.into(),
    ]
}

fn to_line(row: &Row) -> Result<InvoiceLine> {
    Ok(InvoiceLine {
        service: row.opt_int("service_id")?.map(ServiceId),
        sold: to_sold(row, "invoice_line", row.int("invoice_id")?)?,
        of: BillingPeriod { from: row.time("from_on")?, until: row.opt_time("until_on")? },
    })
}

fn to_payment(row: &Row) -> Result<Payment> {
    Ok(Payment { amount_minor: row.int("amount_minor")?, paid_on: row.time("paid_on")?, note: row.text("note")? })
}

fn kind_of(text: &str, id: i64) -> Result<InvoiceKind> {
    InvoiceKind::from_key(text).ok_or(StoreError::Inconsistent { table: "invoice", column: "kind", id })
}

fn to_number(row: &Row, id: i64) -> Result<InvoiceNumber> {
    Ok(InvoiceNumber { kind: kind_of(&row.text("kind")?, id)?, year: row.int("year")?, number: row.int("number")? })
}

/// One that another names, by its columns with this beginning.
fn to_other(row: &Row, beginning: &str) -> Result<Option<Named<InvoiceId>>> {
    let Some(id) = row.opt_int(&format!("{beginning}_id"))? else { return Ok(None) };
    let kind = kind_of(&row.text(&format!("{beginning}_kind"))?, id)?;
    let number = InvoiceNumber { kind, year: row.int(&format!("{beginning}_year"))?, number: row.int(&format!("{beginning}_number"))? };
    Ok(Some(Named { id: InvoiceId(id), name: number.to_string() }))
}

fn to_row(row: &Row) -> Result<InvoiceRow> {
    let id = row.int("id")?;
    let number = to_number(row, id)?;
    Ok(InvoiceRow {
        id: InvoiceId(id),
        kind: number.kind,
        number,
        customer: Named { id: CustomerId(row.int("customer_id")?), name: row.text("customer_name")? },
        currency: row.text("currency")?,
        issued_on: row.time("issued_on")?,
        due_on: row.time("due_on")?,
        amounts: Amounts { net_minor: row.int("net_minor")?, tax_minor: row.int("tax_minor")? },
        paid_minor: row.int("paid_minor")?,
        is_cancelled: row.opt_time("cancelled_at")?.is_some(),
    })
}

fn to_invoice(row: &Row) -> Result<Invoice> {
    let id = row.int("id")?;
    let number = to_number(row, id)?;
    let addressee = row.text("addressee")?;
    Ok(Invoice {
        id: InvoiceId(id),
        version: row.int("version")?,
        kind: number.kind,
        number,
        customer: Named { id: CustomerId(row.int("customer_id")?), name: row.text("customer_name")? },
        currency: row.text("currency")?,
        issued_on: row.time("issued_on")?,
        due_on: row.time("due_on")?,
        to: addressee.lines().map(str::to_owned).collect(),
        tax_id: row.text("tax_id")?,
        lines: Vec::new(),
        payments: Vec::new(),
        made_of: to_other(row, "made_of")?,
        became: to_other(row, "became")?,
        cancelled_at: row.opt_time("cancelled_at")?,
        reason: row.text("reason")?,
        sent_to: row.text("sent_to")?,
        sent_at: row.opt_time("sent_at")?,
        created_by: row.opt_int("created_by_id")?.map(UserId),
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}
