//! Backups: every row of every table, taken in one reading transaction while the server serves, in a file that either
//! engine can be restored from.
//!
//! One format for both engines, and not a copy of SQLite's file, so that there is one thing to know and to test, a
//! backup moves a site from one engine to the other, and what a table holds can be read with `zcat`. The price is that
//! restoring makes the indexes anew. What can be derived (indexes, what leads are searched by) is not in the file.
//!
//! [`format`] is the file, [`tables`] is what the database consists of, [`take`] writes, [`load`] reads.

mod format;
mod load;
pub(crate) mod tables;
mod take;

pub use format::{Manifest, check};
pub use load::{Restored, restore};

use std::path::{Path, PathBuf};

/// What was written or read, for the operator.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Summary {
    pub manifest: Manifest,
    /// Rows of each table.
    pub rows: std::collections::BTreeMap<String, u64>,
    /// Size of the file. Unit: bytes.
    pub bytes: u64,
}

impl Summary {
    /// Rows of all tables.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.rows.values().sum()
    }
}

/// How many rows are done, for progress.
pub type Progress<'p> = &'p (dyn Fn(u64) + Send + Sync);

/// How many backups before migrations stay.
const KEPT: usize = 3;

/// Where a SQLite file is backed up before migrations up to a version are applied.
pub(crate) fn before_migration(database: &Path, version: i64) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(format!(".before-{version:04}.backup"));
    PathBuf::from(name)
}

/// Removes all but the newest backups before migrations.
pub(crate) fn forget_old(database: &Path) {
    let (Some(folder), Some(name)) = (before_migration(database, 0).parent().map(Path::to_owned), database.file_name()) else { return };
    let folder = if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder };
    let prefix = format!("{}.before-", name.to_string_lossy());
    let Ok(files) = std::fs::read_dir(folder) else { return };
    let mut backups: Vec<PathBuf> = files
        .filter_map(|file| Some(file.ok()?.path()))
        .filter(|path| {
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&prefix) && name.to_string_lossy().ends_with(".backup"))
        })
        .collect();
    backups.sort();
    for old in backups.iter().rev().skip(KEPT) {
        if let Err(error) = std::fs::remove_file(old) {
            tracing::warn!(%error, file = %old.display(), "an old backup cannot be removed");
        }
    }
}

/// Where a file is written before it gets its name, so that a backup that was interrupted is never taken for one.
fn part_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}
