//! The data folder: made with mode 0700, so that whoever may enter it is the operator.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The data folder cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the data folder {} cannot be used: {source}", .path.display())]
pub(crate) struct DataFolderError {
    path: PathBuf,
    #[source]
    source: io::Error,
}

/// Makes the data folder if it is not there. One that others may enter is used, with a warning in the log.
pub(crate) fn prepare(path: &Path) -> Result<(), DataFolderError> {
    let failed = |source| DataFolderError { path: path.to_owned(), source };
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(failed)?;
    let mode = fs::metadata(path).map_err(failed)?.permissions().mode();
    if mode & 0o077 != 0 {
        tracing::warn!(folder = %path.display(), mode = format!("{:o}", mode & 0o777), "other users may enter the data folder; set it to 0700");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_data_folder_is_its_owners_alone() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("a").join("b");
        prepare(&folder).unwrap();
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        prepare(&folder).unwrap();
    }

    #[test]
    fn a_file_in_its_place_is_an_error_that_names_it() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("file");
        fs::write(&file, "").unwrap();
        let error = prepare(&file).unwrap_err().to_string();
        assert!(error.contains(file.to_str().unwrap()), "{error}");
    }
}
