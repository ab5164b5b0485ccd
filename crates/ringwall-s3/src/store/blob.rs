//! Files with bytes, each written once.

use std::collections::{HashMap, HashSet};
use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::AsyncWriteExt;

/// The files, and who is reading them.
#[derive(Debug)]
pub struct Blobs {
    folder: PathBuf,
    readers: Mutex<HashMap<String, Readers>>,
}

/// Who reads a blob.
#[derive(Debug, Default)]
struct Readers {
    count: usize,
    /// no entry names it any more: the last reader removes it
    is_doomed: bool,
}

/// Blobs that are not removed while this value is held.
#[derive(Debug)]
pub struct Pinned {
    blobs: Arc<Blobs>,
    names: Vec<String>,
}

/// A blob that is being written. Dropped before it is finished, it is removed.
#[derive(Debug)]
pub struct NewBlob {
    file: tokio::fs::File,
    name: String,
    path: PathBuf,
    is_finished: bool,
}

impl Blobs {
    /// Opens the folder, which is made if it is not there.
    pub fn open(folder: &Path) -> io::Result<Blobs> {
        for number in 0..=u8::MAX {
            let directory = folder.join(format!("{number:02x}"));
            DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
        }
        File::open(folder)?.sync_all()?;
        Ok(Blobs { folder: folder.to_owned(), readers: Mutex::default() })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(&name[..2]).join(name)
    }

    /// Begins a new blob.
    pub async fn create(&self) -> io::Result<NewBlob> {
        let name = crate::random::name();
        let path = self.path(&name);
        let mut options = fs::OpenOptions::new();
        let file =
            tokio::fs::OpenOptions::from(options.write(true).create_new(true).mode(0o600).clone()).open(&path).await?;
        Ok(NewBlob { file, name, path, is_finished: false })
    }

    /// Opens a blob that was pinned.
    pub async fn read(&self, name: &str) -> io::Result<tokio::fs::File> {
        tokio::fs::File::open(self.path(name)).await
    }

    /// Looks blobs up and keeps them from being removed, in one step: what is found is there.
    pub fn pin<T, E>(
        self: &Arc<Blobs>,
        find: impl FnOnce() -> Result<T, E>,
        names: impl FnOnce(&T) -> Vec<String>,
    ) -> Result<(T, Pinned), E> {
        let mut readers = self.readers();
        let found = find()?;
        let names = names(&found);
        for name in &names {
            readers.entry(name.clone()).or_default().count += 1;
        }
        Ok((found, Pinned { blobs: self.clone(), names }))
    }

    /// Removes blobs that no entry names any more, now or when their last reader is done. A file that cannot be removed is
    /// left for the next start.
    pub fn remove(&self, names: impl IntoIterator<Item = String>) {
        let mut readers = self.readers();
        for name in names {
            match readers.get_mut(&name) {
                Some(readers) => readers.is_doomed = true,
                None => drop(fs::remove_file(self.path(&name))),
            }
        }
    }

    /// Removes every file that is not named.
    pub fn sweep(&self, named: &HashSet<String>) -> io::Result<()> {
        for directory in fs::read_dir(&self.folder)? {
            for file in fs::read_dir(directory?.path())? {
                let file = file?;
                if !file.file_name().to_str().is_some_and(|name| named.contains(name)) {
                    fs::remove_file(file.path())?;
                }
            }
        }
        Ok(())
    }

    fn readers(&self) -> MutexGuard<'_, HashMap<String, Readers>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Pinned {
    fn drop(&mut self) {
        let mut all = self.blobs.readers();
        for name in &self.names {
            let Some(readers) = all.get_mut(name) else { continue };
            readers.count -= 1;
            if readers.count == 0 {
                let is_doomed = readers.is_doomed;
                all.remove(name);
                if is_doomed {
                    let _ = fs::remove_file(self.blobs.path(name));
                }
            }
        }
    }
}

impl NewBlob {
    /// Writes more bytes.
    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes).await
    }

    /// Brings all of it to the disk, and tells its name.
    pub async fn finish(mut self) -> io::Result<String> {
        self.file.flush().await?;
        self.file.sync_all().await?;
        if let Some(directory) = self.path.parent() {
            tokio::fs::File::open(directory).await?.sync_all().await?;
        }
        self.is_finished = true;
        Ok(std::mem::take(&mut self.name))
    }
}

impl Drop for NewBlob {
    fn drop(&mut self) {
        if !self.is_finished {
            let _ = fs::remove_file(&self.path);
        }
    }
}
