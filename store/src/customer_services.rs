//! What customers have, and which of it is due.

use domain::quote::{Quantity, Sold};
use domain::{CustomerId, Period, QuoteLineId, Service, ServiceId, Timestamp};

use crate::error::{Result, StoreError};
use crate::products::to_share;
use crate::sql::{Row, Sql, Value};
use crate::tx::Tx;

/// Statements about services.
#[derive(Debug)]
pub struct CustomerServices<'t>(&'t mut Tx);

impl Tx {
    /// Services of customers.
    pub fn customer_services(&mut self) -> CustomerServices<'_> {
        CustomerServices(self)
    }
}

const COLUMNS: &str = "id, version, customer_id, quote_line_id, currency, text, quantity, unit, price_minor, discount, tax, period, start_on, end_on,
    stopped_on, billed_from, due_on, created_at, updated_at";

impl CustomerServices<'_> {
    /// A service.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find(&mut self, id: ServiceId) -> Result<Option<Service>> {
        let sql = Sql::new(format!("select {COLUMNS} from customer_service where id = $1")).bind(id);
        self.0.row(sql).await?.as_ref().map(to_service).transpose()
    }

    /// The services of a customer, oldest first.
    ///
    /// # Errors
    /// As [`CustomerServices::find`].
    pub async fn of_customer(&mut self, customer: CustomerId) -> Result<Vec<Service>> {
        let sql = Sql::new(format!("select {COLUMNS} from customer_service where customer_id = $1 order by id")).bind(customer);
        self.0.rows(sql).await?.iter().map(to_service).collect()
    }

    /// How many services a customer has.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn count_of(&mut self, customer: CustomerId) -> Result<i64> {
        let row = self.0.row(Sql::new("select count(*) as found from customer_service where customer_id = $1").bind(customer)).await?;
        row.map_or(Ok(0), |row| row.int("found"))
    }

    /// The customers of whom something is due by a day, each once, in the order of their ids, those after `after`.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn list_due(&mut self, today: Timestamp, after: CustomerId, limit: i64) -> Result<Vec<CustomerId>> {
        let sql = Sql::new(
            "select distinct customer_id from customer_service where due_on is not null and due_on <= $1 and customer_id > $2
             order by customer_id limit $3",
        );
        self.0.rows(sql.bind(today).bind(after.0).bind(limit)).await?.iter().map(|row| row.int("customer_id").map(CustomerId)).collect()
    }

    /// Adds services, each with when the next period of it is due, where it is billed by itself.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add(&mut self, services: &[(Service, Option<Timestamp>)]) -> Result<()> {
        if services.is_empty() {
            return Ok(());
        }
        let rows = services.iter().map(|(service, due_on)| values(service, *due_on)).collect();
        self.0.insert_rows(&format!("customer_service ({COLUMNS})"), rows, "").await
    }

    /// Writes a changed service, if it is still at `expected`; `false` when someone was faster. `due_on` as in [`CustomerServices::add`].
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change(&mut self, one: &Service, due_on: Option<Timestamp>, expected: i64) -> Result<bool> {
        let sql = Sql::new(
            "update customer_service set version = $1, text = $2, quantity = $3, unit = $4, price_minor = $5, discount = $6, tax = $7, period = $8,
             start_on = $9, end_on = $10, stopped_on = $11, billed_from = $12, due_on = $13, updated_at = $14 where id = $15 and version = $16",
        );
        let sold = &one.sold;
        let sql = sql.bind(one.version).bind(&sold.text).bind(sold.quantity.thousandths()).bind(&sold.unit).bind(sold.price_minor);
        let sql = sql.bind(sold.discount.basis_points()).bind(sold.tax.basis_points()).bind(sold.period.key()).bind(one.start).bind(one.end);
        let sql = sql.bind(one.stopped_on).bind(one.billed_from).bind(due_on).bind(one.updated_at).bind(one.id).bind(expected);
        Ok(self.0.run(sql).await? == 1)
    }

    /// Notes when the next period of a service is due, which changes nothing that people read of it.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change_due(&mut self, id: ServiceId, due_on: Option<Timestamp>) -> Result<()> {
        self.0.run(Sql::new("update customer_service set due_on = $1 where id = $2").bind(due_on).bind(id)).await.map(|_| ())
    }

    /// Removes services, for whoever takes a conversion back. Invoices keep their lines.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn remove(&mut self, ids: &[ServiceId]) -> Result<()> {
        for text in [
            "update invoice_line set service_id = null where service_id in ",
            "delete from service_billing where service_id in ",
            "delete from customer_service where id in ",
        ] {
            let mut sql = Sql::new(text);
            sql.push_list(ids.iter().copied());
            self.0.run(sql).await?;
        }
        Ok(())
    }
}

fn values(one: &Service, due_on: Option<Timestamp>) -> Vec<Value> {
    vec![
        one.id.into(),
        one.version.into(),
        one.customer.into(),
        one.quote_line.into(),
        (&one.currency).into(),
        (&one.sold.text).into(),
        one.sold.quantity.thousandths().into(),
        (&one.sold.unit).into(),
        one.sold.price_minor.into(),
        one.sold.discount.basis_points().into(),
        one.sold.tax.basis_points().into(),
        one.sold.period.key().into(),
        one.start.into(),
        one.end.into(),
        one.stopped_on.into(),
        one.billed_from.into(),
        due_on.into(),
        one.created_at.into(),
        one.updated_at.into(),
    ]
}

/// What a row sells, by the columns that lines and services have in common.
pub(crate) fn to_sold(row: &Row, table: &'static str, id: i64) -> Result<Sold> {
    let nonsense = |column: &'static str| StoreError::Inconsistent { table, column, id };
    Ok(Sold {
        text: row.text("text")?,
        quantity: Quantity::try_from(row.int("quantity")?).map_err(|_| nonsense("quantity"))?,
        unit: row.text("unit")?,
        price_minor: row.int("price_minor")?,
        discount: to_share(row.int("discount")?, table, "discount", id)?,
        tax: to_share(row.int("tax")?, table, "tax", id)?,
        period: Period::from_key(&row.text("period")?).ok_or_else(|| nonsense("period"))?,
    })
}

fn to_service(row: &Row) -> Result<Service> {
    let id = row.int("id")?;
    Ok(Service {
        id: ServiceId(id),
        version: row.int("version")?,
        customer: CustomerId(row.int("customer_id")?),
        quote_line: row.opt_int("quote_line_id")?.map(QuoteLineId),
        currency: row.text("currency")?,
        sold: to_sold(row, "customer_service", id)?,
        start: row.time("start_on")?,
        end: row.opt_time("end_on")?,
        stopped_on: row.opt_time("stopped_on")?,
        billed_from: row.opt_time("billed_from")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}
