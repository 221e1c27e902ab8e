//! What commands share: where the configuration is, the runtime, the database.

use std::cell::OnceCell;
use std::future::Future;
use std::path::PathBuf;

use tracing::warn;

use super::Global;
use super::output::{Failure, write_error};
use crate::config::{self, Config, Environment, Loaded, Report, Salvaged, Source};
use crate::pipeline::{Ambient, Setup, SetupError};
use crate::store::{Mode, Store};

/// The surroundings of one command.
pub(super) struct Context {
    pub(super) source: Source,
    pub(super) environment: Environment,
    pub(super) ambient: Ambient,
    /// What a command that only reads the database knows of the configuration.
    salvaged: OnceCell<Salvaged>,
}

impl Context {
    pub(super) fn new(global: &Global) -> Self {
        let source = Source { config: global.config.clone(), data_dir: global.data_dir.clone() };
        Self::of(source, Environment::of_process())
    }

    /// The surroundings of what is configured there.
    pub(super) fn of(source: Source, environment: Environment) -> Self {
        Self { source, environment, ambient: Ambient::system(), salvaged: OnceCell::new() }
    }

    /// The configuration. Warnings go to standard error.
    pub(super) fn load(&self) -> Result<Loaded, Failure> {
        let loaded = self.read()?;
        for warning in &loaded.warnings {
            write_error(&warning.render(true));
        }
        Ok(loaded)
    }

    /// The configuration as far as it can be understood, for what is read from the database. That it is
    /// broken is said once.
    pub(super) fn salvage(&self) -> Result<&Salvaged, Failure> {
        let is_first = self.salvaged.get().is_none();
        let found = self.inspect().map_err(|report| usage(&[report]))?;
        if is_first && !found.is_whole {
            write_error(&format!(
                "warning: the configuration is broken, which `feedwatch check` tells more of; this is what the \
                 database in {} holds",
                found.paths.data_dir.display()
            ));
        }
        Ok(found)
    }

    /// The same without a word; the error says that there is nothing to understand.
    pub(super) fn inspect(&self) -> Result<&Salvaged, Report> {
        if let Some(known) = self.salvaged.get() {
            return Ok(known);
        }
        let found = config::salvage(&self.source, &self.environment)?;
        Ok(self.salvaged.get_or_init(|| found))
    }

    /// The configuration, without a word about its warnings.
    pub(super) fn read(&self) -> Result<Loaded, Failure> {
        config::load(&self.source, &self.environment).map_err(|reports| usage(&reports))
    }

    /// The configuration's working parts.
    pub(super) fn setup(&self, config: Config) -> Result<Setup, Failure> {
        Setup::build(config).map_err(|error| match error {
            SetupError::Configuration(reports) => usage(&reports),
            SetupError::Failed(error) => Failure::Failed(error),
        })
    }

    /// The database, to read beside a daemon.
    pub(super) async fn open_to_read(&self) -> Result<Store, Failure> {
        self.open_beside(Mode::Read).await
    }

    /// The database, to change a few rows beside a daemon.
    pub(super) async fn open_to_edit(&self) -> Result<Store, Failure> {
        self.open_beside(Mode::Edit).await
    }

    async fn open_beside(&self, mode: Mode) -> Result<Store, Failure> {
        Ok(Store::open(&self.data_dir()?, mode, "", self.ambient.now()).await?)
    }

    /// The directory of the database. A broken configuration is no obstacle.
    pub(super) fn data_dir(&self) -> Result<PathBuf, Failure> {
        match &self.source.data_dir {
            Some(data_dir) => Ok(data_dir.clone()),
            None => Ok(self.salvage()?.paths.data_dir.clone()),
        }
    }

    /// The database, to poll and deliver with.
    pub(super) async fn open_as_daemon(&self, data_dir: PathBuf) -> Result<Store, Failure> {
        let install = self.ambient.installation_id();
        let store = Store::open(&data_dir, Mode::Daemon, &install, self.ambient.now()).await?;
        if store.was_restored() {
            warn!(database.path = %store.path().display(), "the database was restored from a backup");
        }
        Ok(store)
    }

    /// Runs `work` to its end on a runtime of its own.
    pub(super) fn block_on<T>(&self, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| {
            Failure::Failed(anyhow::Error::new(error).context("cannot start the runtime"))
        })?;
        runtime.block_on(work)
    }
}

pub(super) fn usage(reports: &[Report]) -> Failure {
    let drawn: Vec<String> = reports.iter().map(|report| report.render(true)).collect();
    Failure::Usage(drawn.join("\n"))
}
