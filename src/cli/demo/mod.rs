//! `feedwatch demo`: the whole pipeline in a few seconds, with feeds of its own on the loopback
//! network and a database that is gone afterwards.

mod render;
mod samples;
mod server;

use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context as _;

use super::context::Context;
use super::output::{Failure, Output};
use super::poll::Line;
use crate::config::{Environment, Source};
use crate::pipeline::{self, Ambient, Setup};
use crate::store::Store;
use samples::SAMPLES;
use server::Server;

const QUERY: &str = "@cybersecurity AND @asean";

pub(super) fn demo(output: &Output) -> Result<ExitCode, Failure> {
    let started = Instant::now();
    let folder = tempfile::tempdir().context("cannot make a folder for the demo")?;
    let source = Source {
        config: Some(folder.path().join("feedwatch.toml")),
        data_dir: Some(folder.path().to_owned()),
    };
    let context = Context::of(source, Environment::default());
    let format = if output.json { "json" } else { "text" };
    context.block_on(async {
        let server = Server::start(context.ambient.clone()).await?;
        let origin = format!("http://{}", server.address);
        write_configuration(folder.path(), &origin, format)?;
        let loaded = context.load()?;
        let setup = Arc::new(context.setup(loaded.config)?);
        let store = context.open_as_daemon(loaded.paths.data_dir).await?;
        tour(&setup, &store, &context.ambient, &server, output, started).await?;
        store.close().await;
        Ok(ExitCode::SUCCESS)
    })
}

async fn tour(
    setup: &Arc<Setup>,
    store: &Store,
    ambient: &Ambient,
    server: &Server,
    output: &Output,
    started: Instant,
) -> Result<(), Failure> {
    pipeline::sync(setup, store, ambient.now()).await?;
    let say = |text: &str| if output.json { Ok(()) } else { output.line(text) };

    say(&format!(
        "{} feeds in {} languages on http://{}, one watch: {QUERY}\n\n\
         The first poll is a baseline: what is old news already alerts nobody.",
        SAMPLES.len(),
        SAMPLES.len(),
        server.address
    ))?;
    show(poll_all(setup, store, ambient).await?, output)?;

    server.publish();
    say("\nEvery outlet publishes one more article. The second poll:")?;
    let polled = poll_all(setup, store, ambient).await?;
    let matches: usize = polled.iter().map(|line| line.matches).sum();
    show(polled, output)?;

    say("\nThe alert, with the words that matched:\n")?;
    pipeline::dispatch_due(setup, store, ambient).await?;
    say(&format!(
        "{matches} articles in as many languages, {:.1} s after the start. The football cup, the rice talks and the hacked hospitals are about \
         ASEAN or about hackers, not both: no alert.\n\n\
         Next: `feedwatch check` shows the built-in sample configuration, `feedwatch run` works on it. Nothing of \
         this tour is left on the disk.",
        started.elapsed().as_secs_f64()
    ))?;
    Ok(())
}

async fn poll_all(setup: &Arc<Setup>, store: &Store, ambient: &Ambient) -> anyhow::Result<Vec<Line>> {
    let polled = pipeline::poll_each(setup, store, ambient, &setup.feed_ids(), |_| {}).await?;
    Ok(polled.iter().map(Line::from).collect())
}

fn show(lines: Vec<Line>, output: &Output) -> anyhow::Result<()> {
    if output.json {
        return lines.iter().try_for_each(|line| output.object(line));
    }
    output.table(&Line::HEADER, lines.iter().map(|line| line.cells(output)).collect())
}

fn write_configuration(folder: &Path, origin: &str, format: &str) -> anyhow::Result<()> {
    let mut text = format!(
        "[fetch]\nallow_networks = [\"127.0.0.0/8\"]\n\n\
         [[watch]]\nname = \"asean-cybersecurity\"\nquery = '{QUERY}'\nchannels = [\"terminal\"]\n\n\
         [[channel]]\nname = \"terminal\"\nkind = \"stdout\"\nformat = \"{format}\"\n"
    );
    for sample in &SAMPLES {
        write!(
            text,
            "\n[[feed]]\nurl = \"{origin}{}\"\nsource = \"{}\"\nlang = \"{}\"\ncountry = \"{}\"\n",
            sample.path, sample.source, sample.lang, sample.country
        )?;
    }
    std::fs::write(folder.join("feedwatch.toml"), text).context("cannot write the demo's configuration")
}
