//! What commands share that edit the configuration: trying again when somebody else was faster, refusals
//! with carets, and whether a running daemon will notice.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::context::{Context, usage};
use super::output::{Failure, write_error};
use crate::config::{Edit, EditError, Loaded};
use crate::store::Store;

/// How often a change is made anew because the file was changed meanwhile.
const TRIES: usize = 20;

/// A changed configuration.
pub(super) struct Changed {
    pub(super) path: PathBuf,
    /// What it resolves to.
    pub(super) loaded: Loaded,
    /// Whether the file was made for the change.
    pub(super) is_new: bool,
    /// Whether the file holds it now: it was not only tried, and there was something to change.
    pub(super) is_written: bool,
}

impl Context {
    /// The configuration that an edit begins with: the file's, or that of the file which would be begun.
    pub(super) fn before_edit(&self) -> Result<Loaded, Failure> {
        self.open_edit()?.load().map_err(|reports| usage(&reports))
    }

    fn open_edit(&self) -> Result<Edit<'_>, Failure> {
        Edit::open(&self.source, &self.environment).map_err(refusal)
    }

    /// Makes a change to the configuration file; with `dry_run` it is checked and not written.
    pub(super) fn edit<T>(
        &self,
        dry_run: bool,
        change: impl Fn(&mut Edit<'_>) -> Result<T, Failure>,
    ) -> Result<(T, Changed), Failure> {
        for _ in 0..TRIES {
            let mut edit = self.open_edit()?;
            let made = change(&mut edit)?;
            let (path, is_new) = (edit.path().to_owned(), edit.is_new());
            let is_written = !dry_run && edit.is_changed();
            let loaded = if !is_written {
                edit.load().map_err(|reports| usage(&reports))?
            } else {
                match edit.write() {
                    Err(EditError::Changed(_)) => continue,
                    written => written.map_err(refusal)?,
                }
            };
            for warning in &loaded.warnings {
                write_error(&warning.render(true));
            }
            return Ok((made, Changed { path, loaded, is_new, is_written }));
        }
        Err(Failure::Failed(anyhow::anyhow!("the configuration keeps changing: try again")))
    }
}

fn refusal(error: EditError) -> Failure {
    match error {
        EditError::Invalid(reports) => usage(&reports),
        EditError::Changed(_) | EditError::Io { .. } => Failure::Failed(error.into()),
    }
}

impl Changed {
    /// What a person should know of the change.
    pub(super) fn describe(&self) -> String {
        let path = self.path.display();
        if !self.is_written {
            return format!("nothing was written to {path}, and nothing is wrong with it");
        }
        let begun = if self.is_new {
            format!("{path} was begun: the built-in sample is not used any more. ")
        } else {
            format!("{path} was changed. ")
        };
        let noticed = match self.daemon() {
            None => "No daemon runs on its database: `feedwatch run` starts one.".to_owned(),
            Some(process) if self.loaded.config.reload.on_change => {
                format!("The running daemon (process {process}) takes it over by itself.")
            }
            Some(process) => format!("Tell the running daemon: kill -HUP {process}"),
        };
        begun + &noticed
    }

    /// The same for programs.
    pub(super) fn view(&self) -> Value {
        json!({"path": self.path, "created": self.is_new && self.is_written, "written": self.is_written, "daemon": self.daemon()})
    }

    /// The daemon that should hear of the change.
    fn daemon(&self) -> Option<String> {
        if self.is_written { Store::holder(&self.loaded.paths.data_dir) } else { None }
    }
}
