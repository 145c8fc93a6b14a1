//! A folder of the lab's own for throw-away data.
//!
//! 1. Only its owner may enter it: there are keys in it.
//! 2. It goes with what it was made for. What a killed process left is removed when the next folder is made.
//! 3. A folder is in use while its lock is held. The lock is taken before the folder shows it, so that nobody finds it free in between.
//!    A folder that shows no lock is left alone, and so is one of another user.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use tempfile::TempDir;

const PREFIX: &str = "cloakroom-lab-";

const LOCK: &str = "in-use";

/// A folder at work. Dropping it removes it.
#[derive(Debug)]
pub(crate) struct LabFolder {
    folder: TempDir,
    /// After the folder: it is held until the folder is gone.
    _lock: File,
}

impl LabFolder {
    /// Makes one among the temporary files and removes those that nobody uses any more.
    pub(crate) fn open() -> io::Result<Self> {
        Self::open_in(&std::env::temp_dir())
    }

    fn open_in(parent: &Path) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix(PREFIX).permissions(Permissions::from_mode(0o700)).tempdir_in(parent)?;
        let taken = folder.path().join("taken");
        let lock = File::create_new(&taken)?;
        lock.lock()?;
        fs::rename(taken, folder.path().join(LOCK))?;
        sweep(parent, fs::metadata(folder.path())?.uid());
        Ok(Self { folder, _lock: lock })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Removes what killed processes of this user left. What cannot be removed stays for the next time: it keeps nobody from working.
fn sweep(parent: &Path, owner: u32) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let is_ours = entry.file_name().as_encoded_bytes().starts_with(PREFIX.as_bytes())
            && entry.metadata().is_ok_and(|metadata| metadata.is_dir() && metadata.uid() == owner);
        let lock = if is_ours { File::open(entry.path().join(LOCK)).ok() } else { None };
        let is_left = lock.is_some_and(|lock| lock.try_lock().is_ok());
        if is_left && let Err(error) = fs::remove_dir_all(entry.path()) {
            tracing::warn!(folder = %entry.path().display(), %error, "a folder that a killed lab left cannot be removed");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(parent: &Path) -> Vec<std::path::PathBuf> {
        let mut names: Vec<_> = fs::read_dir(parent).unwrap().map(|entry| entry.unwrap().path()).collect();
        names.sort();
        names
    }

    #[test]
    fn only_its_owner_enters_it_and_it_goes_with_its_use() {
        let parent = tempfile::tempdir().unwrap();
        let folder = LabFolder::open_in(parent.path()).unwrap();
        assert_eq!(fs::metadata(folder.path()).unwrap().permissions().mode() & 0o777, 0o700);
        drop(folder);
        assert_eq!(names(parent.path()), Vec::<std::path::PathBuf>::new());
    }

    #[test]
    fn what_a_killed_process_left_goes_and_what_is_in_use_stays() {
        let parent = tempfile::tempdir().unwrap();
        let left = parent.path().join("cloakroom-lab-left");
        let (beginning, foreign) = (parent.path().join("cloakroom-lab-beginning"), parent.path().join("another"));
        for folder in [&left, &beginning, &foreign] {
            fs::create_dir(folder).unwrap();
        }
        for folder in [&left, &foreign] {
            fs::write(folder.join(LOCK), "").unwrap();
        }
        fs::write(left.join("data"), "x").unwrap();
        let one = LabFolder::open_in(parent.path()).unwrap();
        let other = LabFolder::open_in(parent.path()).unwrap();
        let mut expected = [&*foreign, &*beginning, one.path(), other.path()].map(Path::to_owned).to_vec();
        expected.sort();
        assert_eq!(names(parent.path()), expected);
    }
}
