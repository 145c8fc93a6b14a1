//! The file of the master key.
//!
//! 1. A key is made by itself only for a store that does not exist yet.
//! 2. The file is complete and on disk, and so is its name in the folder, before anything is encrypted under the key.
//! 3. Two servers that start at once agree on one key: the name is given once, whoever comes second reads.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use cloakroom_primitives::{MasterKey, MasterKeyError, MasterKeys, Random, encode_base64url};
use zeroize::Zeroizing;

/// Why there is no master key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum MasterKeyFileError {
    /// The store was made under a key that is not there.
    #[error(
        "the master key file {} is missing, and the database was made with it: put the file back, or name its place in \
         CLOAKROOM_MASTER_KEY_FILE",
        .0.display()
    )]
    Missing(PathBuf),
    /// The file is not a key file.
    #[error("{}: {error}", .path.display())]
    Unfit {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        error: MasterKeyError,
    },
    /// The file can be neither read nor made.
    #[error("the master key file {} cannot be used: {source}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
}

/// Reads the master key, or makes one where there is no store yet. A file that everyone may read is used, with a warning in the log.
pub(crate) fn load_or_create(path: &Path, store_exists: bool, random: &dyn Random) -> Result<MasterKeys, MasterKeyFileError> {
    match load(path) {
        Err(MasterKeyFileError::Missing(_)) if !store_exists => {
            create(path, random).map_err(|source| MasterKeyFileError::Io { path: path.to_owned(), source })?;
            load(path)
        }
        answer => answer,
    }
}

fn load(path: &Path) -> Result<MasterKeys, MasterKeyFileError> {
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => MasterKeyFileError::Missing(path.to_owned()),
        _ => MasterKeyFileError::Io { path: path.to_owned(), source },
    };
    let text = Zeroizing::new(fs::read_to_string(path).map_err(failed)?);
    if fs::metadata(path).map_err(failed)?.permissions().mode() & 0o004 != 0 {
        tracing::warn!(file = %path.display(), "everyone on this machine can read the master key; set the file to 0600");
    }
    MasterKeys::parse(&text).map_err(|error| MasterKeyFileError::Unfit { path: path.to_owned(), error })
}

fn create(path: &Path, random: &dyn Random) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut mark = [0; 8];
    random.fill(&mut mark);
    let draft = folder.join(format!(".master.key.{}", encode_base64url(&mark)));
    let key = MasterKey::generate(random);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    let named = file
        .write_all(key.to_line().expose().as_bytes())
        .and_then(|()| file.write_all(b"\n"))
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::hard_link(&draft, path));
    fs::remove_file(&draft)?;
    match named {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => File::open(folder)?.sync_all(),
    }
}

#[cfg(test)]
mod tests {
    use cloakroom_primitives::SeededRandom;

    use super::*;

    #[test]
    fn the_first_start_makes_a_key_that_only_its_owner_reads_and_later_ones_find_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let made = load_or_create(&path, false, &SeededRandom::new(1)).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "the draft is gone");
        for store_exists in [true, false] {
            let found = load_or_create(&path, store_exists, &SeededRandom::new(2)).unwrap();
            assert_eq!(found.minting().id(), made.minting().id());
        }
    }

    #[test]
    fn a_store_without_its_key_is_refused_and_no_key_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let error = load_or_create(&path, true, &SeededRandom::new(1)).unwrap_err();
        assert!(matches!(error, MasterKeyFileError::Missing(_)));
        assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn who_comes_second_takes_the_key_of_who_came_first() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        create(&path, &SeededRandom::new(1)).unwrap();
        let first = load(&path).unwrap();
        create(&path, &SeededRandom::new(2)).unwrap();
        assert_eq!(load(&path).unwrap().minting().id(), first.minting().id());
    }

    #[test]
    fn a_damaged_file_is_named_and_its_content_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        fs::write(&path, "hunter2\n").unwrap();
        let error = load_or_create(&path, false, &SeededRandom::new(1)).unwrap_err().to_string();
        assert!(error.contains("line 1") && error.contains("master.key") && !error.contains("hunter2"), "{error}");
    }
}
