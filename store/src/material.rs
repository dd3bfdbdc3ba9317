//! The library of material, what of it went with which message, and the private addresses at which it is fetched.

use domain::lead_parts::DocumentKind;
use domain::{LeadId, Material, MaterialId, MessageId, UserId};

use crate::error::{Result, StoreError};
use crate::sql::{Row, Sql, Value};
use crate::tx::Tx;

const MATERIAL: &str = "id, name, description, tags, file_name, kind, size, added_by_id, added_at, removed_at";

/// Statements about material.
#[derive(Debug)]
pub struct MaterialStore<'t>(&'t mut Tx);

impl Tx {
    /// The library of material.
    pub fn material(&mut self) -> MaterialStore<'_> {
        MaterialStore(self)
    }
}

/// A piece that goes with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    pub material: MaterialId,
    /// As a link in the text, not attached.
    pub is_link: bool,
}

impl MaterialStore<'_> {
    /// The pieces that were not removed, by name.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn list(&mut self) -> Result<Vec<Material>> {
        let sql = Sql::new(format!("select {MATERIAL} from material where removed_at is null order by lower(name), id"));
        self.0.rows(sql).await?.iter().map(to_material).collect()
    }

    /// A piece, a removed one too.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find(&mut self, id: MaterialId) -> Result<Option<Material>> {
        self.0.row(Sql::new(format!("select {MATERIAL} from material where id = $1")).bind(id)).await?.as_ref().map(to_material).transpose()
    }

    /// The content of a piece, in Base64.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn content(&mut self, id: MaterialId) -> Result<Option<String>> {
        let row = self.0.row(Sql::new("select content from material_content where material_id = $1").bind(id)).await?;
        row.map(|row| row.text("content")).transpose()
    }

    /// Adds a piece with its content in Base64.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add(&mut self, one: &Material, content: String) -> Result<()> {
        let sql = Sql::new(format!("insert into material ({MATERIAL}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"));
        let sql = sql.bind(one.id).bind(&one.name).bind(&one.description).bind(one.tags.join(",")).bind(&one.file_name).bind(one.kind.key());
        self.0.run(sql.bind(one.size).bind(one.added_by).bind(one.added_at).bind(one.removed_at)).await?;
        let sql = Sql::new("insert into material_content (material_id, content) values ($1, $2)");
        self.0.run(sql.bind(one.id).bind(content)).await.map(|_| ())
    }

    /// Writes what may change of a piece: all but its file.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change(&mut self, one: &Material) -> Result<()> {
        let sql = Sql::new("update material set name = $1, description = $2, tags = $3, removed_at = $4 where id = $5");
        self.0.run(sql.bind(&one.name).bind(&one.description).bind(one.tags.join(",")).bind(one.removed_at).bind(one.id)).await.map(|_| ())
    }

    /// Notes what goes with a message.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add_sent(&mut self, message: MessageId, sent: &[Sent]) -> Result<()> {
        if sent.is_empty() {
            return Ok(());
        }
        let row = |one: &Sent| -> Vec<Value> { vec![message.into(), one.material.into(), one.is_link.into()] };
        self.0.insert_rows("message_material (message_id, material_id, is_link)", sent.iter().map(row).collect(), "").await
    }

    /// What went with the messages of a lead: the message, the name of the piece, and whether as a link.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn sent_to(&mut self, lead: LeadId) -> Result<Vec<(MessageId, String, bool)>> {
        let sql = Sql::new(
            "select x.message_id, t.name, x.is_link from message m join message_material x on x.message_id = m.id
             join material t on t.id = x.material_id where m.lead_id = $1 order by x.message_id, lower(t.name), t.id",
        );
        let one = |row: &Row| -> Result<_> { Ok((MessageId(row.int("message_id")?), row.text("name")?, row.flag("is_link")?)) };
        self.0.rows(sql.bind(lead)).await?.iter().map(one).collect()
    }

    /// Adds a private address at which a piece is fetched.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add_link(&mut self, token_hash: &str, material: MaterialId, lead: LeadId) -> Result<()> {
        let sql = Sql::new("insert into material_link (token_hash, material_id, lead_id) values ($1, $2, $3)");
        self.0.run(sql.bind(token_hash).bind(material).bind(lead)).await.map(|_| ())
    }

    /// The piece that is fetched at a private address, by the digest of its secret.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find_by_link(&mut self, token_hash: &str) -> Result<Option<Material>> {
        let sql = Sql::new(format!("select {MATERIAL} from material where id = (select material_id from material_link where token_hash = $1)"));
        self.0.row(sql.bind(token_hash)).await?.as_ref().map(to_material).transpose()
    }
}

pub(crate) fn to_kind(row: &Row, id: i64) -> Result<DocumentKind> {
    DocumentKind::from_key(&row.text("kind")?).ok_or(StoreError::Inconsistent { table: "material", column: "kind", id })
}

fn to_material(row: &Row) -> Result<Material> {
    let id = row.int("id")?;
    Ok(Material {
        id: MaterialId(id),
        name: row.text("name")?,
        description: row.text("description")?,
        tags: row.text("tags")?.split(',').filter(|tag| !tag.is_empty()).map(str::to_owned).collect(),
        file_name: row.text("file_name")?,
        kind: to_kind(row, id)?,
        size: row.int("size")?,
        added_by: UserId(row.int("added_by_id")?),
        added_at: row.time("added_at")?,
        removed_at: row.opt_time("removed_at")?,
    })
}
