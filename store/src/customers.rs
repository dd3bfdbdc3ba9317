//! Customers. They follow accounts: people of the house see all of them, so there is no scope to pass.

use domain::customer::CustomerRow;
use domain::{AccountId, Address, Billing, ChoiceId, Customer, CustomerId, CustomerState, Named, Timestamp};

use crate::error::{Result, StoreError};
use crate::sql::{Row, Sql};
use crate::tx::{Engine, Tx};

/// Statements about customers.
#[derive(Debug)]
pub struct Customers<'t>(&'t mut Tx);

impl Tx {
    /// Customers.
    pub fn customers(&mut self) -> Customers<'_> {
        Customers(self)
    }
}

const SELECT: &str =
    "select c.id, c.version, c.number, c.account_id, a.name as account_name, c.state, c.name, c.billing, c.emails, c.phones, c.partner_id,
    c.location_id, c.category_id, c.street, c.city, c.postcode, c.region, c.country, c.since, c.tax_id, c.born_on, c.created_at,
    c.updated_at
    from customer c join account a on a.id = c.account_id";

/// Which customers.
#[derive(Clone, Copy, Debug)]
pub struct CustomersOf<'a> {
    /// Each is in number, name, account or an e-mail address; lower case.
    pub words: &'a [String],
    pub state: Option<CustomerState>,
    /// Those with lower numbers.
    pub before: Option<CustomerId>,
    /// The day on which services are counted, as its start in UTC.
    pub today: Timestamp,
    pub limit: i64,
}

impl Customers<'_> {
    /// A customer.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find(&mut self, id: CustomerId) -> Result<Option<Customer>> {
        self.0.row(Sql::new(format!("{SELECT} where c.id = $1")).bind(id)).await?.as_ref().map(to_customer).transpose()
    }

    /// The customer of a number, whatever its case.
    ///
    /// # Errors
    /// As [`Customers::find`].
    pub async fn find_by_number(&mut self, number: &str) -> Result<Option<Customer>> {
        let sql = Sql::new(format!("{SELECT} where c.number_folded = $1")).bind(domain::text::fold(number));
        self.0.row(sql).await?.as_ref().map(to_customer).transpose()
    }

    /// The customer that an account is; after a merge of two, the older one.
    ///
    /// # Errors
    /// As [`Customers::find`].
    pub async fn find_of_account(&mut self, account: AccountId) -> Result<Option<Customer>> {
        let sql = Sql::new(format!("{SELECT} where c.account_id = $1 order by c.id limit 1")).bind(account);
        self.0.row(sql).await?.as_ref().map(to_customer).transpose()
    }

    /// Has whoever would make the same account a customer wait until this transaction ends.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn hold_account(&mut self, account: AccountId) -> Result<()> {
        // Whoever writes to SQLite is alone.
        if self.0.engine() == Engine::Sqlite {
            return Ok(());
        }
        self.0.run(Sql::new("update account set version = version where id = $1").bind(account)).await.map(|_| ())
    }

    /// Has whoever would change or bill the same customer wait until this transaction ends.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn hold(&mut self, id: CustomerId) -> Result<()> {
        if self.0.engine() == Engine::Sqlite {
            return Ok(());
        }
        self.0.run(Sql::new("update customer set version = version where id = $1").bind(id)).await.map(|_| ())
    }

    /// Customers, newest first.
    ///
    /// # Errors
    /// As [`Customers::find`].
    pub async fn list(&mut self, of: CustomersOf<'_>) -> Result<Vec<CustomerRow>> {
        let mut sql = Sql::new(
            "select c.id, c.number, c.name, c.account_id, a.name as account_name, c.state, c.since,
             (select count(*) from customer_service s where s.customer_id = c.id and (s.end_on is null or s.end_on >= ",
        );
        sql.push_bind(of.today).push(") and (s.stopped_on is null or s.stopped_on > ").push_bind(of.today);
        sql.push(
            ")) as service_count,
             (select count(*) from invoice i where i.customer_id = c.id and i.kind <> 'credit_note' and i.cancelled_at is null
               and i.paid_minor < i.net_minor + i.tax_minor) as open_count
             from customer c join account a on a.id = c.account_id where c.id < ",
        );
        sql.push_bind(of.before.unwrap_or(CustomerId(i64::MAX)));
        if let Some(state) = of.state {
            sql.push(" and c.state = ").push_bind(state.key());
        }
        for word in of.words {
            // Words are letters and digits only, so there is nothing in them to escape.
            let pattern = format!("%{word}%");
            sql.push(" and (c.sought like ").push_bind(pattern.clone()).push(" or a.name_folded like ").push_bind(pattern).push(")");
        }
        sql.push(" order by c.id desc limit ").push_bind(of.limit);
        self.0.rows(sql).await?.iter().map(to_row).collect()
    }

    /// Adds a customer.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another has its number; what the engine reports.
    pub async fn add(&mut self, one: &Customer) -> Result<()> {
        let sql = Sql::new(
            "insert into customer (id, version, number, number_folded, account_id, state, name, billing, emails, phones, partner_id, location_id,
             category_id, street, city, postcode, region, country, since, tax_id, born_on, sought, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)",
        );
        let sql = sql.bind(one.id).bind(one.version).bind(&one.number).bind(domain::text::fold(&one.number)).bind(one.account.id);
        let sql = bind_rest(sql, one)?.bind(one.created_at).bind(one.updated_at);
        self.0.run(sql).await.map(|_| ()).map_err(|error| error.or_conflict("This number"))
    }

    /// Writes a changed customer, if it is still at `expected`; `false` when someone was faster.
    ///
    /// # Errors
    /// As [`Customers::add`].
    pub async fn change(&mut self, one: &Customer, expected: i64) -> Result<bool> {
        let sql = Sql::new(
            "update customer set version = $1, number = $2, number_folded = $3, account_id = $4, state = $5, name = $6, billing = $7, emails = $8,
             phones = $9, partner_id = $10, location_id = $11, category_id = $12, street = $13, city = $14, postcode = $15, region = $16, country = $17,
             since = $18, tax_id = $19, born_on = $20, sought = $21, updated_at = $22 where id = $23 and version = $24",
        );
        let sql = sql.bind(one.version).bind(&one.number).bind(domain::text::fold(&one.number)).bind(one.account.id);
        let sql = bind_rest(sql, one)?.bind(one.updated_at).bind(one.id).bind(expected);
        Ok(self.0.run(sql).await.map_err(|error| error.or_conflict("This number"))? == 1)
    }

    /// Removes a customer without services and invoices, for whoever takes a conversion back.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn remove(&mut self, id: CustomerId) -> Result<()> {
        self.0.run(Sql::new("delete from customer where id = $1").bind(id)).await.map(|_| ())
    }
}

fn bind_rest(sql: Sql, one: &Customer) -> Result<Sql> {
    let json = |column: &'static str, text: serde_json::Result<String>| text.map_err(|_| nonsense(column, one.id.0));
    let emails = json("emails", serde_json::to_string(&one.emails))?;
    let phones = json("phones", serde_json::to_string(&one.phones))?;
    let sql = sql.bind(one.state.key()).bind(&one.name).bind(one.billing.key()).bind(emails).bind(phones);
    let sql = sql.bind(one.partner).bind(one.location).bind(one.category);
    let Address { street, city, postcode, state, country } = &one.address;
    let sql = sql.bind(street).bind(city).bind(postcode).bind(state).bind(country);
    Ok(sql.bind(one.since).bind(&one.tax_id).bind(one.born_on).bind(one.search_text()))
}

fn nonsense(column: &'static str, id: i64) -> StoreError {
    StoreError::Inconsistent { table: "customer", column, id }
}

fn to_account(row: &Row) -> Result<Named<AccountId>> {
    Ok(Named { id: AccountId(row.int("account_id")?), name: row.text("account_name")? })
}

fn to_state(row: &Row, id: i64) -> Result<CustomerState> {
    CustomerState::from_key(&row.text("state")?).ok_or_else(|| nonsense("state", id))
}

fn to_row(row: &Row) -> Result<CustomerRow> {
    let id = row.int("id")?;
    Ok(CustomerRow {
        id: CustomerId(id),
        number: row.text("number")?,
        name: row.text("name")?,
        account: to_account(row)?,
        state: to_state(row, id)?,
        since: row.time("since")?,
        service_count: row.int("service_count")?,
        open_count: row.int("open_count")?,
    })
}

fn to_customer(row: &Row) -> Result<Customer> {
    let id = row.int("id")?;
    let choice = |column: &str| -> Result<Option<ChoiceId>> { Ok(row.opt_int(column)?.map(ChoiceId)) };
    Ok(Customer {
        id: CustomerId(id),
        version: row.int("version")?,
        number: row.text("number")?,
        account: to_account(row)?,
        state: to_state(row, id)?,
        name: row.text("name")?,
        billing: Billing::from_key(&row.text("billing")?).ok_or_else(|| nonsense("billing", id))?,
        emails: serde_json::from_str(&row.text("emails")?).map_err(|_| nonsense("emails", id))?,
        phones: serde_json::from_str(&row.text("phones")?).map_err(|_| nonsense("phones", id))?,
        partner: choice("partner_id")?,
        location: choice("location_id")?,
        category: choice("category_id")?,
        address: Address {
            street: row.text("street")?,
            city: row.text("city")?,
            postcode: row.text("postcode")?,
            state: row.text("region")?,
            country: row.text("country")?,
        },
        since: row.time("since")?,
        tax_id: row.text("tax_id")?,
        born_on: row.opt_time("born_on")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}
