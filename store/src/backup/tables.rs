//! What a database consists of, asked of the database itself, so that a new table is backed up the day it appears.

use crate::error::Result;
use crate::sql::Sql;
use crate::tx::{Engine, Tx};

/// Tables with names like this are derived from others and made anew when a backup is restored, see
/// [`super::load::derive`].
const DERIVED: &str = "_search";

/// A table of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Table {
    pub name: String,
    pub columns: Vec<Column>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    pub name: String,
    /// As the engine calls it.
    pub kind: String,
}

impl Column {
    fn holds_bytes(&self) -> bool {
        matches!(self.kind.as_str(), "blob" | "bytea")
    }
}

const SQLITE: &str = "select t.name as table_name, c.name as column_name, lower(c.type) as kind
    from pragma_table_list t join pragma_table_info(t.name) c
    where t.schema = 'main' and t.type = 'table' and t.name not like 'sqlite%' order by t.name, c.cid";

const POSTGRES: &str =
    "select cast(t.table_name as text) as table_name, cast(c.column_name as text) as column_name, cast(c.data_type as text) as kind
    from information_schema.tables t join information_schema.columns c on c.table_schema = t.table_schema and c.table_name = t.table_name
    where t.table_schema = current_schema() and t.table_type = 'BASE TABLE' and c.is_generated = 'NEVER' and c.data_type <> 'tsvector'
    order by 1, c.ordinal_position";

/// The tables whose rows are in a backup, in order of name.
pub(crate) async fn of(tx: &mut Tx) -> Result<Vec<Table>> {
    let rows = tx.rows(Sql::new(if tx.engine() == Engine::Sqlite { SQLITE } else { POSTGRES })).await?;
    let mut tables: Vec<Table> = Vec::new();
    for row in rows {
        let (name, column) = (row.text("table_name")?, Column { name: row.text("column_name")?, kind: row.text("kind")? });
        if name == "_sqlx_migrations" || name.ends_with(DERIVED) {
            continue;
        }
        match tables.last_mut().filter(|table| table.name == name) {
            Some(table) => table.columns.push(column),
            None => tables.push(Table { name, columns: vec![column] }),
        }
    }
    Ok(tables)
}

/// A query that gives each row as the text of a JSON array. The engine writes it, which is many times faster than taking
/// forty columns over one by one.
pub(crate) fn read_all(table: &Table, engine: Engine) -> Sql {
    let columns = table.columns.iter().map(|column| match (column.holds_bytes(), engine) {
        (false, _) => quoted(&column.name),
        (true, Engine::Sqlite) => format!("hex({})", quoted(&column.name)),
        (true, Engine::Postgres) => format!("encode({}, 'hex')", quoted(&column.name)),
    });
    let columns = columns.collect::<Vec<_>>().join(", ");
    Sql::new(match engine {
        Engine::Sqlite => format!("select json_array({columns}) as line from {}", quoted(&table.name)),
        Engine::Postgres => format!("select cast(json_build_array({columns}) as text) as line from {}", quoted(&table.name)),
    })
}

/// A statement that adds the rows of a JSON array of such arrays, which is its one value.
pub(super) fn add_rows(table: &str, columns: &[Column], engine: Engine) -> String {
    let values = columns.iter().enumerate().map(|(index, column)| match (column.holds_bytes(), engine) {
        (false, Engine::Sqlite) => format!("value ->> {index}"),
        (true, Engine::Sqlite) => format!("unhex(value ->> {index})"),
        (false, Engine::Postgres) => format!("cast(value ->> {index} as {})", column.kind),
        (true, Engine::Postgres) => format!("decode(value ->> {index}, 'hex')"),
    });
    let values = values.collect::<Vec<_>>().join(", ");
    let names = columns.iter().map(|column| quoted(&column.name)).collect::<Vec<_>>().join(", ");
    let from = match engine {
        Engine::Sqlite => "json_each($1)",
        Engine::Postgres => "jsonb_array_elements(cast($1 as jsonb)) as value",
    };
    format!("insert into {} ({names}) select {values} from {from}", quoted(table))
}

pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Statements that take indexes and foreign keys away, and those that bring them back. Rows are loaded several times as
/// fast without, and in any order.
pub(super) async fn constraints(tx: &mut Tx) -> Result<(Vec<String>, Vec<String>)> {
    let sqlite =
        "select 'drop index \"' || name || '\"' as away, sql as back from sqlite_master where type = 'index' and sql is not null order by name";
    let postgres = "select 'drop index ' || quote_ident(indexname) as away, indexdef as back, 1 as turn from pg_indexes
            where schemaname = current_schema() and tablename <> '_sqlx_migrations'
            and indexname not in (select conname from pg_constraint where connamespace = to_regnamespace(current_schema()))
        union all
        select 'alter table ' || cast(cast(conrelid as regclass) as text) || ' drop constraint ' || quote_ident(conname),
            'alter table ' || cast(cast(conrelid as regclass) as text) || ' add constraint ' || quote_ident(conname) || ' ' || pg_get_constraintdef(oid), 2
            from pg_constraint where contype = 'f' and connamespace = to_regnamespace(current_schema())
        order by turn, away";
    let rows = tx.rows(Sql::new(if tx.engine() == Engine::Sqlite { sqlite } else { postgres })).await?;
    let (mut away, mut back) = (Vec::new(), Vec::new());
    for row in rows {
        away.push(row.text("away")?);
        back.push(row.text("back")?);
    }
    Ok((away, back))
}
