//! Products, and what partners pay for them.

use std::collections::HashMap;

use domain::{ChoiceId, PartnerPrice, Period, Product, ProductId, ProductKind, Share};

use crate::error::{Result, StoreError};
use crate::sql::{Row, Sql, Value};
use crate::tx::Tx;

const COLUMNS: &str = "id, version, name, code, description, kind, unit, price_minor, currency, tax, period, created_at, updated_at, removed_at";

/// Statements about products.
#[derive(Debug)]
pub struct Products<'t>(&'t mut Tx);

impl Tx {
    /// Products.
    pub fn products(&mut self) -> Products<'_> {
        Products(self)
    }
}

impl Products<'_> {
    /// The products that were not removed, by name, with what partners pay.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn list(&mut self) -> Result<Vec<Product>> {
        let rows = self.0.rows(Sql::new(format!("select {COLUMNS} from product where removed_at is null order by lower(name), id"))).await?;
        let prices = Sql::new(
            "select x.product_id, x.partner_id, x.price_minor from product_price x join product p on p.id = x.product_id
             where p.removed_at is null order by x.product_id, x.partner_id",
        );
        let prices = self.0.rows(prices).await?;
        with_prices(&rows, &prices)
    }

    /// A product, a removed one too.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find(&mut self, id: ProductId) -> Result<Option<Product>> {
        Ok(self.find_many(&[id]).await?.pop())
    }

    /// Several products, removed ones too, by number; those that are not there are left out.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find_many(&mut self, ids: &[ProductId]) -> Result<Vec<Product>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut sql = Sql::new(format!("select {COLUMNS} from product where id in "));
        sql.push_list(ids.iter().copied()).push(" order by id");
        let rows = self.0.rows(sql).await?;
        let mut sql = Sql::new("select product_id, partner_id, price_minor from product_price where product_id in ");
        sql.push_list(ids.iter().copied()).push(" order by product_id, partner_id");
        let prices = self.0.rows(sql).await?;
        with_prices(&rows, &prices)
    }

    /// How many were not removed.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn count(&mut self) -> Result<i64> {
        let row = self.0.row(Sql::new("select count(*) as found from product where removed_at is null")).await?;
        row.map_or(Ok(0), |row| row.int("found"))
    }

    /// Adds a product with what partners pay.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add(&mut self, one: &Product) -> Result<()> {
        let sql = Sql::new(format!("insert into product ({COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"));
        let sql = sql.bind(one.id).bind(one.version).bind(&one.name).bind(&one.code).bind(&one.description).bind(one.kind.key()).bind(&one.unit);
        let sql = sql.bind(one.price_minor).bind(&one.currency).bind(one.tax.basis_points()).bind(one.period.key());
        self.0.run(sql.bind(one.created_at).bind(one.updated_at).bind(one.removed_at)).await?;
        self.put_prices(one).await
    }

    /// Writes a changed product, if it is still at `expected`; `false` when someone was faster.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change(&mut self, one: &Product, expected: i64) -> Result<bool> {
        let sql = Sql::new(
            "update product set version = $1, name = $2, code = $3, description = $4, kind = $5, unit = $6, price_minor = $7, currency = $8,
             tax = $9, period = $10, updated_at = $11, removed_at = $12 where id = $13 and version = $14",
        );
        let sql = sql.bind(one.version).bind(&one.name).bind(&one.code).bind(&one.description).bind(one.kind.key()).bind(&one.unit);
        let sql = sql.bind(one.price_minor).bind(&one.currency).bind(one.tax.basis_points()).bind(one.period.key());
        if self.0.run(sql.bind(one.updated_at).bind(one.removed_at).bind(one.id).bind(expected)).await? == 0 {
            return Ok(false);
        }
        self.0.run(Sql::new("delete from product_price where product_id = $1").bind(one.id)).await?;
        self.put_prices(one).await.map(|()| true)
    }

    async fn put_prices(&mut self, one: &Product) -> Result<()> {
        if one.prices.is_empty() {
            return Ok(());
        }
        let row = |price: &PartnerPrice| -> Vec<Value> { vec![one.id.into(), price.partner.into(), price.price_minor.into()] };
        self.0.insert_rows("product_price (product_id, partner_id, price_minor)", one.prices.iter().map(row).collect(), "").await
    }
}

fn with_prices(rows: &[Row], prices: &[Row]) -> Result<Vec<Product>> {
    let mut of: HashMap<i64, Vec<PartnerPrice>> = HashMap::new();
    for row in prices {
        let price = PartnerPrice { partner: ChoiceId(row.int("partner_id")?), price_minor: row.int("price_minor")? };
        of.entry(row.int("product_id")?).or_default().push(price);
    }
    let mut products = rows.iter().map(to_product).collect::<Result<Vec<_>>>()?;
    for product in &mut products {
        product.prices = of.remove(&product.id.0).unwrap_or_default();
    }
    Ok(products)
}

/// A share that a column of a record holds.
pub(crate) fn to_share(points: i64, table: &'static str, column: &'static str, id: i64) -> Result<Share> {
    Share::try_from(points).map_err(|_| StoreError::Inconsistent { table, column, id })
}

fn to_product(row: &Row) -> Result<Product> {
    let id = row.int("id")?;
    let nonsense = |column: &'static str| StoreError::Inconsistent { table: "product", column, id };
    Ok(Product {
        id: ProductId(id),
        version: row.int("version")?,
        name: row.text("name")?,
        code: row.text("code")?,
        description: row.text("description")?,
        kind: ProductKind::from_key(&row.text("kind")?).ok_or_else(|| nonsense("kind"))?,
        unit: row.text("unit")?,
        price_minor: row.int("price_minor")?,
        currency: row.text("currency")?,
        tax: to_share(row.int("tax")?, "product", "tax", id)?,
        period: Period::from_key(&row.text("period")?).ok_or_else(|| nonsense("period"))?,
        prices: Vec::new(),
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
        removed_at: row.opt_time("removed_at")?,
    })
}
