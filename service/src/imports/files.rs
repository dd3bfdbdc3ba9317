//! Files on the import page: taken in, their columns chosen, and what a person wants done with them. The work itself is
//! [`super::work`]'s; here a file only changes its phase. People see their own files, administrators everybody's.

use std::collections::BTreeMap;
use std::path::Path;

use domain::import_file::{ImportFile, ImportOutcome, ImportPage, ImportPhase, ImportPreview, ImportStep, Repeats};
use domain::text::{fold, line};
use domain::{Action, Catalog, FieldErrors, FormValues, Role, UserId};
use store::Tx;
use store::import_files::StoredFile;

use super::guess::FileKind;
use super::mapping::{Columns, Home, Mapping};
use super::opened::Opened;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};

/// Files that are listed.
const LISTED: i64 = 50;
/// Rows that the preview shows, and characters of each cell.
const SHOWN_ROWS: usize = 5;
const SHOWN_CELL: usize = 80;

/// A file that arrived in the spool folder.
#[derive(Clone, Copy, Debug)]
pub struct Arrived<'a> {
    /// The folder.
    pub spool: &'a Path,
    /// Its name there.
    pub spool_name: &'a str,
    /// Its name where it came from.
    pub file_name: &'a str,
    pub bytes: i64,
    pub supplier: &'a str,
}

/// Takes a file in that was uploaded, after a first look. Where something is wrong the caller removes it.
///
/// # Errors
/// [`ServiceError::Invalid`] at `file` with a sentence about it; [`ServiceError::Forbidden`] but for managers and
/// administrators, for a file of people or offerings but for administrators.
pub async fn take_file(ctx: &Ctx, arrived: Arrived<'_>) -> Result<i64> {
    let actor = ctx.require(Action::ImportLeads)?;
    let supplier = line(arrived.supplier).map_err(|error| FieldErrors::at("supplier", error.to_string()))?;
    let opened = match super::look(ctx, &arrived.spool.join(arrived.spool_name), None).await {
        Ok(opened) => opened,
        // The file is called as the person calls it.
        Err(ServiceError::Refused(sentence)) => return Err(FieldErrors::at("file", sentence.replace(arrived.spool_name, arrived.file_name)).into()),
        Err(error) => return Err(error),
    };
    if matches!(opened.kind, FileKind::Offerings | FileKind::People) {
        ctx.require(Action::ManagePeople)?;
    }
    let catalog = ctx.store.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    let remembered = if supplier.is_empty() { None } else { tx.import_files().mapping_of(&supplier).await? };
    let file = StoredFile {
        id: 0,
        file_name: arrived.file_name.to_owned(),
        spool_name: arrived.spool_name.to_owned(),
        bytes: arrived.bytes,
        supplier,
        preview: to_json(&preview(&opened, remembered.as_deref(), &catalog))?,
        mapping: String::new(),
        phase: ImportPhase::Mapping,
        sentence: String::new(),
        report: String::new(),
        run: None,
        rows_done: 0,
        bytes_done: 0,
        rows_per_second: 0,
        added_by: actor.id,
        added_at: ctx.now(),
    };
    let id = tx.import_files().add(&file).await?;
    tx.save().await?;
    Ok(id)
}

/// What is shown of a file: the supplier's own way where it is remembered and its fields are still there, else the guess.
fn preview(opened: &Opened, remembered: Option<&str>, catalog: &Catalog) -> ImportPreview {
    let remembered = remembered.and_then(|text| Mapping::from_toml(text).ok()).unwrap_or_default();
    let is_there = |key: &str| Home::from_key(key).is_some_and(|home| home.is_offered(catalog));
    let known: BTreeMap<String, &String> =
        remembered.columns.iter().filter(|(_, key)| is_there(key)).map(|(heading, key)| (fold(heading), key)).collect();
    let home = |(heading, home): (&String, &Home)| known.get(&fold(heading)).map_or_else(|| home.key().into_owned(), |key| (*key).clone());
    let short = |cell: &String| cell.chars().take(SHOWN_CELL).collect();
    ImportPreview {
        kind: format!("{:?}", opened.kind).to_lowercase(),
        encoding: opened.survey.encoding.name().to_owned(),
        delimiter: char::from(opened.delimiter),
        headings: opened.headings.clone(),
        guess: opened.headings.iter().zip(&opened.columns.homes).map(home).collect(),
        sample: opened.sample.iter().filter(|row| !row.is_empty()).take(SHOWN_ROWS).map(|row| row.iter().map(short).collect()).collect(),
        repeats: remembered.repeats,
        clears: remembered.clear_empty,
        routes: remembered.route,
    }
}

/// The latest files, and the suppliers that are remembered.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for managers and administrators.
pub async fn list_files(ctx: &Ctx) -> Result<ImportPage> {
    let of = whose(ctx)?;
    let mut tx = ctx.store.read().await?;
    let files = tx.import_files().list(of, LISTED).await?;
    let mut files = files.into_iter().map(to_shown).collect::<Result<Vec<_>>>()?;
    files.iter_mut().for_each(|file| file.preview = ImportPreview::default());
    Ok(ImportPage { files, suppliers: tx.import_files().suppliers().await? })
}

/// A file.
///
/// # Errors
/// [`ServiceError::NotFound`]; [`ServiceError::Forbidden`] but for managers and administrators.
pub async fn find_file(ctx: &Ctx, id: i64) -> Result<ImportFile> {
    let mut tx = ctx.store.read().await?;
    to_shown(visible(ctx, &mut tx, id).await?)
}

/// The name in the spool folder of the refused rows of a file, and what to call them.
///
/// # Errors
/// As [`find_file`].
pub async fn refused_rows(ctx: &Ctx, id: i64) -> Result<(String, String)> {
    let mut tx = ctx.store.read().await?;
    let file = visible(ctx, &mut tx, id).await?;
    let stem = file.file_name.rsplit_once('.').map_or(file.file_name.as_str(), |(stem, _)| stem).to_owned();
    Ok((refused_name(id), format!("{stem}-refused.csv")))
}

/// Where the refused rows of a file go.
pub(super) fn refused_name(id: i64) -> String {
    format!("import-{id}-refused.csv")
}

/// Takes the columns that a person chose (`column_0`, `column_1` …) and what becomes of rows that came in before (`repeats`,
/// `clear_empty`) and of those without an owner (`route`, unless the form says otherwise), remembers it all for the supplier, and lets
/// the rows be checked.
///
/// # Errors
/// [`ServiceError::Invalid`] at the columns; [`ServiceError::Refused`] once the import has begun; as [`find_file`].
pub async fn choose_columns(ctx: &Ctx, id: i64, values: &FormValues) -> Result<()> {
    let catalog = ctx.store.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    let mut file = visible(ctx, &mut tx, id).await?;
    let read_in = file.phase;
    let may_choose = match read_in {
        ImportPhase::Mapping | ImportPhase::Checked => true,
        // Before anything came in.
        ImportPhase::Failed => file.run.is_none(),
        _ => false,
    };
    if !may_choose {
        return Err(ServiceError::Refused("The columns can be chosen only before the import".to_owned()));
    }
    let preview: ImportPreview = from_json(&file.preview)?;
    if let Some(supplier) = values.find("supplier") {
        file.supplier = line(supplier).map_err(|error| FieldErrors::at("supplier", error.to_string()))?;
    }
    if preview.kind == "leads" {
        let mut errors = FieldErrors::default();
        let route = Some(preview.routes.unwrap_or(true));
        let mut mapping = Mapping { repeats: preview.repeats, clear_empty: preview.clears, route, ..Mapping::default() };
        if let Some(key) = values.find("repeats") {
            mapping.repeats = errors.take("repeats", Repeats::from_key(key).ok_or("Choose one of the list"));
            mapping.clear_empty = values.all("clear_empty").any(|value| value == "1");
            mapping.route = Some(values.all("route").any(|value| value == "1"));
        }
        for (index, heading) in preview.headings.iter().enumerate() {
            let name = format!("column_{index}");
            let key = values.find(&name).unwrap_or_else(|| preview.guess.get(index).map_or("extra", String::as_str));
            match Home::from_key(key).filter(|home| home.is_offered(&catalog)) {
                Some(home) => {
                    let earlier = preview.headings[..index].iter().find(|earlier| mapping.columns.get(*earlier).is_some_and(|known| known == key));
                    match earlier.filter(|_| !home.takes_several()) {
                        Some(earlier) => errors.add(&name, format!("“{earlier}” goes to {} already; only one column can", home.title(&catalog))),
                        None => drop(mapping.columns.insert(heading.clone(), key.to_owned())),
                    }
                }
                None => errors.add(&name, "Choose one of the list".to_owned()),
            }
        }
        errors.into_result()?;
        Columns::of(&preview.headings, &mapping).map_err(ServiceError::Refused)?;
        file.mapping = mapping.to_toml();
        if !file.supplier.is_empty() {
            tx.import_files().remember(&file.supplier, &file.mapping, ctx.now()).await?;
        }
    }
    file.phase = ImportPhase::Checking;
    file.sentence.clear();
    file.report.clear();
    (file.rows_done, file.bytes_done, file.rows_per_second) = (0, 0, 0);
    if !tx.import_files().change(&file, read_in).await? {
        return Err(ServiceError::Busy);
    }
    Ok(tx.save().await?)
}

/// Does a step with a file.
///
/// # Errors
/// [`ServiceError::Refused`] where it does not fit; as [`find_file`].
pub async fn do_step(ctx: &Ctx, id: i64, step: ImportStep) -> Result<()> {
    let mut tx = ctx.store.begin().await?;
    let mut file = visible(ctx, &mut tx, id).await?;
    let read_in = file.phase;
    let phase = step.from(read_in, file.run.is_some());
    file.phase =
        phase.ok_or_else(|| ServiceError::Refused(format!("“{}” does not fit: the file is {}", step.label(), read_in.label().to_lowercase())))?;
    if step == ImportStep::Import {
        file.report.clear();
        (file.rows_done, file.bytes_done) = (0, 0);
    }
    file.rows_per_second = 0;
    if !tx.import_files().change(&file, read_in).await? {
        return Err(ServiceError::Busy);
    }
    Ok(tx.save().await?)
}

/// Whose files a person may know of: `None` stands for everybody's.
fn whose(ctx: &Ctx) -> Result<Option<UserId>> {
    let actor = ctx.require(Action::ImportLeads)?;
    Ok((actor.role != Role::Administrator).then_some(actor.id))
}

async fn visible(ctx: &Ctx, tx: &mut Tx, id: i64) -> Result<StoredFile> {
    let of = whose(ctx)?;
    tx.import_files().find(id, of).await?.ok_or(ServiceError::NotFound)
}

fn to_shown(file: StoredFile) -> Result<ImportFile> {
    let preview: ImportPreview = from_json(&file.preview)?;
    let outcome: Option<ImportOutcome> = if file.report.is_empty() { None } else { Some(from_json(&file.report)?) };
    let mapping = Mapping::from_toml(&file.mapping).unwrap_or_default();
    let homes = if file.mapping.is_empty() {
        Vec::new()
    } else {
        preview.headings.iter().map(|heading| mapping.columns.get(heading).cloned().unwrap_or_else(|| Home::Extra.key().into_owned())).collect()
    };
    Ok(ImportFile {
        id: file.id,
        file_name: file.file_name,
        bytes: file.bytes,
        supplier: file.supplier,
        preview,
        homes,
        repeats: mapping.repeats,
        clears: mapping.clear_empty,
        routes: mapping.route,
        phase: file.phase,
        sentence: file.sentence,
        outcome,
        run: file.run,
        rows_done: file.rows_done,
        bytes_done: file.bytes_done,
        rows_per_second: file.rows_per_second,
        added_by: file.added_by,
        added_at: file.added_at,
    })
}

pub(super) fn to_json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| ServiceError::Internal(Box::new(error)))
}

fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| ServiceError::Internal(Box::new(error)))
}

/// Every home that a column can have, as key and label.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for managers and administrators.
pub async fn homes(ctx: &Ctx) -> Result<Vec<(String, String)>> {
    ctx.require(Action::ImportLeads)?;
    let catalog = ctx.store.catalog().await?;
    Ok(Home::offered(&catalog).map(|home| (home.key().into_owned(), home.title(&catalog))).collect())
}
