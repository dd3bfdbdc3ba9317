//! One server per SQLite file: two would each follow their own live hub and limits, and back up over each other.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::PathBuf;

/// The lock beside the database, held until it is dropped or the process ends, however it ends.
#[derive(Debug)]
pub struct ServerLock(#[expect(dead_code, reason = "held, not read")] File);

/// Takes the lock of the SQLite file behind an address; `None` for databases that need none, and where the folder cannot
/// be written to, which opening the database will tell better.
///
/// # Errors
/// A sentence, when another server holds it.
pub fn take(database_url: &str) -> Result<Option<ServerLock>, String> {
    let Some(database) = sqlite_file(database_url) else { return Ok(None) };
    let mut name = database.clone().into_os_string();
    name.push(".lock");
    if let Some(folder) = database.parent() {
        // Opening the database makes it, too, and says why it cannot.
        let _made = std::fs::create_dir_all(folder);
    }
    let Ok(file) = OpenOptions::new().create(true).truncate(false).write(true).open(PathBuf::from(name)) else { return Ok(None) };
    match file.try_lock() {
        Ok(()) => Ok(Some(ServerLock(file))),
        Err(TryLockError::WouldBlock) => Err(format!(
            "Another Leadwright is serving {} already. Stop it first, or set LEADWRIGHT_DATABASE_URL to another file.",
            database.display()
        )),
        // Some network file systems know no locks; SQLite would not be safe there either, but that is not for us to forbid.
        Err(TryLockError::Error(error)) => {
            tracing::warn!(%error, "the database cannot be locked against a second server");
            Ok(None)
        }
    }
}

/// The folder beside the database where uploaded files wait; `data/spool` for a database that is no file.
#[must_use]
pub fn spool_folder(database_url: &str) -> PathBuf {
    let Some(database) = sqlite_file(database_url) else { return PathBuf::from("data/spool") };
    let mut name = database.into_os_string();
    name.push(".spool");
    PathBuf::from(name)
}

fn sqlite_file(url: &str) -> Option<PathBuf> {
    let rest = url.strip_prefix("sqlite:")?;
    let path = rest.strip_prefix("//").unwrap_or(rest).split('?').next()?;
    (!path.is_empty() && !url.contains(":memory:")).then(|| PathBuf::from(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_server_is_refused_until_the_first_ends() {
        let folder = std::env::temp_dir().join(format!("leadwright-lock-{}", std::process::id()));
        let url = format!("sqlite:{}", folder.join("test.db").display());
        let first = take(&url).unwrap();
        assert!(first.is_some());
        assert!(take(&url).unwrap_err().contains("already"));
        drop(first);
        assert!(take(&url).unwrap().is_some());
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn only_files_are_locked() {
        assert_eq!(sqlite_file("sqlite:data/leadwright.db?mode=rwc"), Some(PathBuf::from("data/leadwright.db")));
        assert_eq!(sqlite_file("sqlite:///var/lib/leadwright.db"), Some(PathBuf::from("/var/lib/leadwright.db")));
        assert_eq!(sqlite_file("sqlite::memory:"), None);
        assert_eq!(sqlite_file("postgres://localhost/leadwright"), None);
    }
}
