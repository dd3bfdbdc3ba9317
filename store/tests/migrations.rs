//! The two folders of migrations say the same.

use std::collections::BTreeSet;
use std::path::Path;

use store::testing::on_engine;
use store::{Engine, Sql, Store};

/// What the search index of SQLite consists of; Postgres keeps its own way of searching.
const SEARCH: &str = "lead_search";

fn file_names(engine: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations").join(engine);
    let files = std::fs::read_dir(folder).expect("a folder of migrations");
    files.map(|file| file.expect("a file").file_name().into_string().expect("a plain name")).collect()
}

async fn columns(store: &Store, query: &str) -> BTreeSet<String> {
    let rows = store.read().await.unwrap().rows(Sql::new(query)).await.unwrap();
    let names = rows.iter().map(|row| (row.text("table_name").unwrap(), row.text("column_name").unwrap()));
    names.filter(|(table, _)| !table.starts_with(SEARCH)).map(|(table, column)| format!("{table}.{column}")).collect()
}

#[test]
fn both_folders_hold_files_of_the_same_names() {
    let names = file_names("sqlite");
    assert_eq!(names, file_names("postgres"));
    assert!(names.len() > 5, "{names:?}");
}

#[tokio::test]
async fn both_engines_have_the_same_tables_and_columns() {
    let name = "migrations::both_engines_have_the_same_tables_and_columns";
    let mut found: Vec<BTreeSet<String>> = Vec::new();
    let sqlite = "select m.name as table_name, p.name as column_name from sqlite_master m join pragma_table_info(m.name) p where m.type = 'table'";
    let postgres = "select cast(table_name as text) as table_name, cast(column_name as text) as column_name
        from information_schema.columns where table_schema = current_schema()";
    on_engine(Engine::Sqlite, name, async |store| found.push(columns(&store, sqlite).await)).await;
    on_engine(Engine::Postgres, name, async |store| found.push(columns(&store, postgres).await)).await;
    assert!(found[0].contains("app_user.email_folded"), "{found:?}");
    if let [sqlite, postgres] = &found[..] {
        assert_eq!(sqlite.symmetric_difference(postgres).collect::<Vec<_>>(), Vec::<&String>::new(), "on one engine only");
    }
}
