//! A small disk in memory, where the user may mount one.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Unmounted when dropped.
pub(crate) struct Disk {
    path: PathBuf,
}

impl Disk {
    /// Mounts one of so many bytes on `path`; `None`, said aloud, where that is not allowed.
    #[expect(clippy::print_stdout, reason = "a test that skips says so")]
    pub(crate) fn mount(path: &Path, bytes: u64) -> Option<Self> {
        fs::create_dir_all(path).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={bytes}"), "tmpfs"]).arg(path).stderr(Stdio::null());
        if !mount.status().is_ok_and(|status| status.success()) {
            println!("skipped: no disk can be mounted here");
            return None;
        }
        Some(Self { path: path.to_owned() })
    }

    /// Fills it but for one page: where nothing at all is free, polling pauses before it writes.
    pub(crate) fn fill(&self) {
        let mut file = File::create(self.filler()).unwrap();
        while file.write_all(&[0; 4096]).is_ok() {}
        while file.write_all(&[0]).is_ok() {}
        file.set_len(file.metadata().unwrap().len() - 4096).unwrap();
    }

    /// Makes room again.
    pub(crate) fn free(&self) {
        fs::remove_file(self.filler()).unwrap();
    }

    /// Makes it one that nothing can be written to.
    pub(crate) fn protect(&self) {
        let status = Command::new("mount").args(["-o", "remount,ro"]).arg(&self.path).status().unwrap();
        assert!(status.success());
    }

    fn filler(&self) -> PathBuf {
        self.path.join("filler")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _busy_disks_go_with_the_machine = Command::new("umount").arg("-l").arg(&self.path).status();
    }
}
