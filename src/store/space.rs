//! How much room the database has left.

use std::io;

use super::Store;

impl Store {
    /// Bytes that may still be written where the database is; `None` where the system does not say.
    ///
    /// # Errors
    /// When the system is asked in vain.
    #[cfg(unix)]
    pub fn free_space(&self) -> io::Result<Option<u64>> {
        let disk = rustix::fs::statvfs(self.path())?;
        Ok(Some(disk.f_bavail.saturating_mul(disk.f_frsize)))
    }

    /// See above.
    #[cfg(not(unix))]
    pub fn free_space(&self) -> io::Result<Option<u64>> {
        Ok(None)
    }
}
