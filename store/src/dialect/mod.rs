//! What truly differs between the engines: full-text search, and telling SQLite which index to walk.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::error::Result;
use crate::sql::Sql;
use crate::tx::{Engine, Tx};

/// Names the index a query must use. SQLite has no statistics worth the name on skewed data and would sort a million
/// rows; Postgres plans well by itself and has no such hint.
pub(crate) fn driven_by(engine: Engine, index: Option<&str>) -> String {
    match (engine, index) {
        (Engine::Sqlite, Some(index)) => format!(" indexed by {index}"),
        (Engine::Sqlite, None) | (Engine::Postgres, _) => String::new(),
    }
}

/// Appends a subquery's text giving the numbers (`id`) of leads of which each word begins a searched word.
pub(crate) fn push_search(sql: &mut Sql, engine: Engine, words: &[String]) {
    match engine {
        Engine::Sqlite => {
            let query = words.iter().map(|word| format!("\"{word}\"*")).collect::<Vec<_>>().join(" ");
            sql.push("select rowid as id from lead_search where lead_search match ").push_bind(query);
        }
        Engine::Postgres => {
            let query = words.iter().map(|word| format!("{}:*", without_accents(word))).collect::<Vec<_>>().join(" & ");
            sql.push("select lead_id as id from lead_search where words @@ to_tsquery('simple', ").push_bind(query).push(")");
        }
    }
}

/// Appends the condition that [`push_search`] finds among the numbers of a subquery, up to its closing bracket. The sign has
/// SQLite gather those once and walk the matches, instead of looking each of them up in the index of words.
pub(crate) fn push_among(sql: &mut Sql, engine: Engine) {
    sql.push(match engine {
        Engine::Sqlite => " and +rowid in (",
        Engine::Postgres => " and lead_id in (",
    });
}

/// The statement that says which of these leads [`push_search`] finds.
pub(crate) fn search_among(engine: Engine, words: &[String], ids: &[i64]) -> Sql {
    let mut sql = Sql::default();
    push_search(&mut sql, engine, words);
    // Between these it passes the matches over by their numbers.
    if let (Engine::Sqlite, Some(least), Some(most)) = (engine, ids.iter().min(), ids.iter().max()) {
        sql.push(" and rowid between ").push_bind(*least).push(" and ").push_bind(*most);
    }
    match engine {
        // As a table, so that SQLite puts its filter before it; it has none for a list.
        Engine::Sqlite => sql.push(" and +rowid in (values ").push_rows(ids.iter().map(|id| vec![(*id).into()])).push(")"),
        Engine::Postgres => sql.push(" and lead_id in ").push_list(ids.iter().copied()),
    };
    sql
}

/// “zoe” finds “Zoë”: SQLite's index takes the accents off by itself, Postgres's would need an extension.
fn without_accents(text: &str) -> String {
    text.nfd().filter(|letter| !is_combining_mark(*letter)).nfc().collect()
}

impl Tx {
    /// Stores what leads are found by, for `(number, words)` rows; an earlier entry is replaced.
    ///
    /// # Errors
    /// What the engine reports.
    pub(crate) async fn index_search(&mut self, rows: Vec<(i64, String)>) -> Result<()> {
        if self.engine() == Engine::Sqlite {
            let rows = rows.into_iter().map(|(id, words)| vec![id.into(), words.into()]).collect();
            return self.run_each("insert or replace into lead_search (rowid, words) values (?, ?)".to_owned(), rows).await;
        }
        if rows.is_empty() {
            return Ok(());
        }
        let mut sql = Sql::new("insert into lead_search (lead_id, words) values ");
        for (index, (id, words)) in rows.into_iter().enumerate() {
            sql.push(if index == 0 { "(" } else { ", (" })
                .push_bind(id)
                .push(", to_tsvector('simple', ")
                .push_bind(without_accents(&words))
                .push("))");
        }
        sql.push(" on conflict (lead_id) do update set words = excluded.words");
        self.run(sql).await.map(|_| ())
    }
}
