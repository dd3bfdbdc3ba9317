//! One statement text for both engines: text with `$1` placeholders, values of a few kinds, rows read by column name.

use domain::Timestamp;
use sqlx::Row as _;

use crate::error::{Result, StoreError};
use crate::file::{FileRow, unexpected};

/// A value bound to a placeholder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Int(Option<i64>),
    Text(Option<String>),
    Bool(bool),
}

macro_rules! value_from {
    ($($from:ty => |$name:ident| $to:expr),* $(,)?) => {$(
        impl From<$from> for Value {
            fn from($name: $from) -> Self { $to }
        }
    )*};
}

value_from! {
    i64 => |n| Value::Int(Some(n)),
    Option<i64> => |n| Value::Int(n),
    Timestamp => |at| Value::Int(Some(at.0)),
    Option<Timestamp> => |at| Value::Int(at.map(|at| at.0)),
    &str => |text| Value::Text(Some(text.to_owned())),
    &String => |text| Value::Text(Some(text.clone())),
    String => |text| Value::Text(Some(text)),
    Option<String> => |text| Value::Text(text),
    bool => |flag| Value::Bool(flag),
}

macro_rules! id_values {
    ($($id:ident),*) => {$(
        impl From<domain::$id> for Value {
            fn from(id: domain::$id) -> Self { Value::Int(Some(id.0)) }
        }
        impl From<Option<domain::$id>> for Value {
            fn from(id: Option<domain::$id>) -> Self { Value::Int(id.map(|id| id.0)) }
        }
    )*};
}

id_values!(
    LeadId,
    AccountId,
    ContactId,
    OpportunityId,
    UserId,
    GroupId,
    LeadTypeId,
    StatusId,
    ChoiceId,
    CustomFieldId,
    EventId,
    ImportId,
    MergeId,
    SavedViewId,
    BulkRunId,
    TerritoryId,
    TrialId,
    MailId,
    NoticeId,
    MailInId,
    ContactEventId,
    ThresholdId,
    ClockPolicyId,
    TaskId,
    ScoreRuleId,
    HelpRequestId,
    DocumentId,
    AttemptId,
    AppointmentId,
    MessageTemplateId,
    MessageId,
    MaterialId,
    NurturePlanId,
    NurtureId,
    DealRegistrationId,
    LeadProblemId,
    TicketId,
    ProductId,
    QuoteId,
    QuoteLineId,
    CustomerId,
    ServiceId,
    InvoiceId,
    ConversionId
);

/// A statement with its values.
#[derive(Clone, Debug, Default)]
pub struct Sql {
    pub(crate) text: String,
    pub(crate) values: Vec<Value>,
}

impl Sql {
    /// A statement whose placeholders `$1`, `$2` ... are bound in order with [`Sql::bind`].
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), values: Vec::new() }
    }

    /// Binds the next placeholder of the text given so far.
    #[must_use]
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Appends text.
    pub fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Appends a placeholder with its value.
    pub fn push_bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        self.text.push('$');
        self.text.push_str(&self.values.len().to_string());
        self
    }

    /// Appends `(…, …)` with a placeholder for each value; `(null)` for none, which matches nothing.
    pub fn push_list<V: Into<Value>>(&mut self, values: impl IntoIterator<Item = V>) -> &mut Self {
        self.push("(");
        let mut some = false;
        for value in values {
            if some {
                self.push(", ");
            }
            self.push_bind(value);
            some = true;
        }
        self.push(if some { ")" } else { "null)" })
    }

    /// Appends rows for a multi-row `insert`: `($1, $2), ($3, $4)`.
    pub fn push_rows(&mut self, rows: impl IntoIterator<Item = Vec<Value>>) -> &mut Self {
        for (index, row) in rows.into_iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            self.push_list(row);
        }
        self
    }

    /// The text as SQLite reads it fastest. It looks each `$7` up by name, along a list, for every value bound, which for
    /// the thousands of values of a multi-row insert is nearly all the time spent; plain `?` are taken in order. They
    /// may stand for the numbered ones when those come in order, each once.
    pub(crate) fn for_sqlite(&mut self) {
        let mut plain = String::with_capacity(self.text.len());
        let mut rest = self.text.as_str();
        let mut seen = 0;
        while let Some(at) = rest.find('$') {
            let digits = rest[at + 1..].bytes().take_while(u8::is_ascii_digit).count();
            seen += 1;
            if rest[at + 1..at + 1 + digits].parse() != Ok(seen) {
                return;
            }
            plain.push_str(&rest[..at]);
            plain.push('?');
            rest = &rest[at + 1 + digits..];
        }
        plain.push_str(rest);
        self.text = plain;
    }

    /// The text, for `explain` and for tests.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// A statement of SQLite that runs once for each row of values, which are its `?` in order.
#[derive(Clone, Debug)]
pub(crate) struct Each {
    pub text: String,
    pub rows: Vec<Vec<Value>>,
}

/// A row of either engine.
#[derive(Debug)]
pub enum Row {
    File(FileRow),
    Postgres(sqlx::postgres::PgRow),
}

macro_rules! read {
    ($row:expr, $type:ty, $column:expr, $from_file:expr) => {
        match $row {
            Row::File(row) => $from_file(row),
            Row::Postgres(row) => row.try_get::<$type, _>($column).map_err(StoreError::from),
        }
    };
}

impl Row {
    /// A whole number that is never null.
    ///
    /// # Errors
    /// When the column is missing, null or of another type.
    pub fn int(&self, column: &str) -> Result<i64> {
        read!(self, i64, column, |row: &FileRow| row.int(column)?.ok_or_else(|| unexpected(column, "a whole number")))
    }

    /// A whole number or null.
    ///
    /// # Errors
    /// When the column is missing or of another type.
    pub fn opt_int(&self, column: &str) -> Result<Option<i64>> {
        read!(self, Option<i64>, column, |row: &FileRow| row.int(column))
    }

    /// A text that is never null.
    ///
    /// # Errors
    /// When the column is missing, null or of another type.
    pub fn text(&self, column: &str) -> Result<String> {
        read!(self, String, column, |row: &FileRow| row.text(column)?.map(str::to_owned).ok_or_else(|| unexpected(column, "a text")))
    }

    /// A text or null.
    ///
    /// # Errors
    /// When the column is missing or of another type.
    pub fn opt_text(&self, column: &str) -> Result<Option<String>> {
        read!(self, Option<String>, column, |row: &FileRow| Ok(row.text(column)?.map(str::to_owned)))
    }

    /// A yes or no.
    ///
    /// # Errors
    /// When the column is missing or of another type.
    pub fn flag(&self, column: &str) -> Result<bool> {
        read!(self, bool, column, |row: &FileRow| Ok(row.int(column)?.ok_or_else(|| unexpected(column, "a yes or no"))? != 0))
    }

    /// A moment.
    ///
    /// # Errors
    /// As [`Row::int`].
    pub fn time(&self, column: &str) -> Result<Timestamp> {
        self.int(column).map(Timestamp)
    }

    /// A moment or null.
    ///
    /// # Errors
    /// As [`Row::opt_int`].
    pub fn opt_time(&self, column: &str) -> Result<Option<Timestamp>> {
        Ok(self.opt_int(column)?.map(Timestamp))
    }

    /// Every column as text, for reports such as `explain`.
    #[must_use]
    pub fn all_text(&self) -> String {
        match self {
            Row::File(row) => row.all_text().collect::<Vec<_>>().join(" "),
            Row::Postgres(row) => (0..row.len()).filter_map(|index| row.try_get::<String, _>(index).ok()).collect::<Vec<_>>().join(" "),
        }
    }
}
