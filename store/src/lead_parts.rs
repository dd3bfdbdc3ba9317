//! What hangs on leads beside their fields: notes on offerings, competitors, requests for help and documents. Whether a lead may be known
//! is asked before.

use domain::lead_parts::{CompetitorStrength, DocumentKind, HelpFrom, HelpState, HelpWho, OfferingNote};
use domain::{ChoiceId, Competitor, Document, DocumentId, EmailAddress, HelpRequest, HelpRequestId, LeadId, UserId};

use crate::error::{Result, StoreError};
use crate::sql::{Row, Sql, Value};
use crate::tx::Tx;

const HELP: &str = "id, version, lead_id, help_from, title, details, person_id, address, due_at, state, answer, answered_by_id, answered_at,
    asked_by_id, asked_at";
const DOCUMENT: &str = "id, lead_id, name, kind, size, for_customer, added_by_id, added_at, removed_at";

/// Statements about them.
#[derive(Debug)]
pub struct LeadPartsStore<'t>(&'t mut Tx);

impl Tx {
    /// What hangs on leads.
    pub fn lead_parts(&mut self) -> LeadPartsStore<'_> {
        LeadPartsStore(self)
    }
}

impl LeadPartsStore<'_> {
    /// The notes on offerings of a lead, those of offerings that were taken off it too.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn list_notes(&mut self, lead: LeadId) -> Result<Vec<OfferingNote>> {
        let sql = Sql::new("select offering_id, note, changed_by_id, changed_at from lead_offering_note where lead_id = $1 order by offering_id");
        let note = |row: &Row| -> Result<OfferingNote> {
            Ok(OfferingNote {
                offering: ChoiceId(row.int("offering_id")?),
                note: row.text("note")?,
                changed_by: UserId(row.int("changed_by_id")?),
                changed_at: row.time("changed_at")?,
            })
        };
        self.0.rows(sql.bind(lead)).await?.iter().map(note).collect()
    }

    /// Puts a note in the place of the one before; an empty one takes it away.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change_note(&mut self, lead: LeadId, note: &OfferingNote) -> Result<()> {
        let sql = if note.note.is_empty() {
            Sql::new("delete from lead_offering_note where lead_id = $1 and offering_id = $2").bind(lead).bind(note.offering)
        } else {
            Sql::new(
                "insert into lead_offering_note (lead_id, offering_id, note, changed_by_id, changed_at) values ($1, $2, $3, $4, $5)
                 on conflict (lead_id, offering_id) do update set note = excluded.note, changed_by_id = excluded.changed_by_id,
                 changed_at = excluded.changed_at",
            )
            .bind(lead)
            .bind(note.offering)
            .bind(&note.note)
            .bind(note.changed_by)
            .bind(note.changed_at)
        };
        self.0.run(sql).await.map(|_| ())
    }

    /// The competitors for a lead, in the order in which they were added, removed ones too.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn list_competitors(&mut self, lead: LeadId) -> Result<Vec<Competitor>> {
        let sql = Sql::new(
            "select firm_id, strength, note, added_by_id, added_at, removed_at from lead_competitor where lead_id = $1 order by added_at, firm_id",
        );
        self.0.rows(sql.bind(lead)).await?.iter().map(|row| to_competitor(row, lead)).collect()
    }

    /// Adds a competitor, or puts it in the place of what was known of the same firm.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn put_competitor(&mut self, lead: LeadId, competitor: &Competitor) -> Result<()> {
        let sql = Sql::new(
            "insert into lead_competitor (lead_id, firm_id, strength, note, added_by_id, added_at, removed_at) values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (lead_id, firm_id) do update set strength = excluded.strength, note = excluded.note,
             added_by_id = excluded.added_by_id, added_at = excluded.added_at, removed_at = excluded.removed_at",
        );
        let sql = sql.bind(lead).bind(competitor.firm).bind(competitor.strength.key()).bind(&competitor.note);
        self.0.run(sql.bind(competitor.added_by).bind(competitor.added_at).bind(competitor.removed_at)).await.map(|_| ())
    }

    /// The requests for help with a lead: those that wait for an answer first, then the newest.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn list_help(&mut self, lead: LeadId, limit: i64) -> Result<Vec<HelpRequest>> {
        let sql = Sql::new(format!(
            "select {HELP} from help_request where lead_id = $1 order by case when state = 'asked' then 0 else 1 end, id desc limit $2"
        ));
        self.0.rows(sql.bind(lead).bind(limit)).await?.iter().map(to_help).collect()
    }

    /// A request for help.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find_help(&mut self, id: HelpRequestId) -> Result<Option<HelpRequest>> {
        let row = self.0.row(Sql::new(format!("select {HELP} from help_request where id = $1")).bind(id)).await?;
        row.as_ref().map(to_help).transpose()
    }

    /// Adds a request for help.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add_help(&mut self, request: &HelpRequest) -> Result<()> {
        let into = format!("help_request ({HELP})");
        self.0.insert_rows(&into, vec![help_values(request)], "").await
    }

    /// Writes how far a request is, if it is still at `expected_version`; `false` when someone was faster.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change_help(&mut self, request: &HelpRequest, expected_version: i64) -> Result<bool> {
        let sql = Sql::new(
            "update help_request set version = $1, state = $2, answer = $3, answered_by_id = $4, answered_at = $5 where id = $6 and version = $7",
        );
        let sql = sql.bind(request.version).bind(request.state.key()).bind(&request.answer).bind(request.answered_by);
        Ok(self.0.run(sql.bind(request.answered_at).bind(request.id).bind(expected_version)).await? > 0)
    }

    /// The documents of a lead that were not removed, the newest first.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn list_documents(&mut self, lead: LeadId, limit: i64) -> Result<Vec<Document>> {
        let sql = Sql::new(format!("select {DOCUMENT} from document where lead_id = $1 and removed_at is null order by id desc limit $2"));
        self.0.rows(sql.bind(lead).bind(limit)).await?.iter().map(to_document).collect()
    }

    /// How many documents a lead has that were not removed.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn count_documents(&mut self, lead: LeadId) -> Result<i64> {
        let sql = Sql::new("select count(*) as found from document where lead_id = $1 and removed_at is null");
        self.0.row(sql.bind(lead)).await?.map_or(Ok(0), |row| row.int("found"))
    }

    /// A document without its content, a removed one too.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find_document(&mut self, id: DocumentId) -> Result<Option<Document>> {
        let row = self.0.row(Sql::new(format!("select {DOCUMENT} from document where id = $1")).bind(id)).await?;
        row.as_ref().map(to_document).transpose()
    }

    /// The content of a document, in Base64.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn document_content(&mut self, id: DocumentId) -> Result<Option<String>> {
        let row = self.0.row(Sql::new("select content from document_content where document_id = $1").bind(id)).await?;
        row.map(|row| row.text("content")).transpose()
    }

    /// Adds a document with its content in Base64.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add_document(&mut self, document: &Document, content: String) -> Result<()> {
        let into = format!("document ({DOCUMENT})");
        self.0.insert_rows(&into, vec![document_values(document)], "").await?;
        let sql = Sql::new("insert into document_content (document_id, content) values ($1, $2)");
        self.0.run(sql.bind(document.id).bind(content)).await.map(|_| ())
    }

    /// Writes whether a document is for the customer, and whether it was removed.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change_document(&mut self, document: &Document) -> Result<()> {
        let sql = Sql::new("update document set for_customer = $1, removed_at = $2 where id = $3");
        self.0.run(sql.bind(document.for_customer).bind(document.removed_at).bind(document.id)).await.map(|_| ())
    }
}

fn to_competitor(row: &Row, lead: LeadId) -> Result<Competitor> {
    let strength = CompetitorStrength::from_key(&row.text("strength")?);
    Ok(Competitor {
        firm: ChoiceId(row.int("firm_id")?),
        strength: strength.ok_or(StoreError::Inconsistent { table: "lead_competitor", column: "strength", id: lead.0 })?,
        note: row.text("note")?,
        added_by: UserId(row.int("added_by_id")?),
        added_at: row.time("added_at")?,
        removed_at: row.opt_time("removed_at")?,
    })
}

fn help_values(request: &HelpRequest) -> Vec<Value> {
    let (person, address) = match &request.who {
        HelpWho::Person(person) => (Some(*person), None),
        HelpWho::Outside(address) => (None, Some(address.as_str().to_owned())),
    };
    vec![
        request.id.into(),
        request.version.into(),
        request.lead.into(),
        request.from.key().into(),
        (&request.title).into(),
        (&request.details).into(),
        person.into(),
        address.into(),
        request.due_at.into(),
        request.state.key().into(),
        (&request.answer).into(),
        request.answered_by.into(),
        request.answered_at.into(),
        request.asked_by.into(),
        request.asked_at.into(),
    ]
}

fn to_help(row: &Row) -> Result<HelpRequest> {
    let id = row.int("id")?;
    let broken = |column: &'static str| StoreError::Inconsistent { table: "help_request", column, id };
    let who = match (row.opt_int("person_id")?, row.opt_text("address")?) {
        (Some(person), _) => HelpWho::Person(UserId(person)),
        (None, Some(address)) => HelpWho::Outside(EmailAddress::parse(&address).map_err(|_| broken("address"))?),
        (None, None) => return Err(broken("person_id")),
    };
    Ok(HelpRequest {
        id: HelpRequestId(id),
        version: row.int("version")?,
        lead: LeadId(row.int("lead_id")?),
        from: HelpFrom::from_key(&row.text("help_from")?).ok_or_else(|| broken("help_from"))?,
        title: row.text("title")?,
        details: row.text("details")?,
        who,
        due_at: row.opt_time("due_at")?,
        state: HelpState::from_key(&row.text("state")?).ok_or_else(|| broken("state"))?,
        answer: row.text("answer")?,
        answered_by: row.opt_int("answered_by_id")?.map(UserId),
        answered_at: row.opt_time("answered_at")?,
        asked_by: UserId(row.int("asked_by_id")?),
        asked_at: row.time("asked_at")?,
    })
}

fn document_values(document: &Document) -> Vec<Value> {
    vec![
        document.id.into(),
        document.lead.into(),
        (&document.name).into(),
        document.kind.key().into(),
        document.size.into(),
        document.for_customer.into(),
        document.added_by.into(),
        document.added_at.into(),
        document.removed_at.into(),
    ]
}

fn to_document(row: &Row) -> Result<Document> {
    let id = row.int("id")?;
    let kind = DocumentKind::from_key(&row.text("kind")?);
    Ok(Document {
        id: DocumentId(id),
        lead: LeadId(row.int("lead_id")?),
        name: row.text("name")?,
        kind: kind.ok_or(StoreError::Inconsistent { table: "document", column: "kind", id })?,
        size: row.int("size")?,
        for_customer: row.flag("for_customer")?,
        added_by: UserId(row.int("added_by_id")?),
        added_at: row.time("added_at")?,
        removed_at: row.opt_time("removed_at")?,
    })
}
