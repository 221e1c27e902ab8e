//! One file per channel kind: hands a payload to a destination and says how that ended.
//!
//! A channel makes one attempt. It never decides on another one, never records anything and never
//! writes to the log; whatever goes wrong is an [`Outcome`]. To add a kind: its settings in
//! `config/kind.rs`, its file here, and its lines in this one. One that takes messages over HTTP is a
//! `chat::Service`.

mod chat;
mod command;
mod discord;
mod email;
mod file;
mod matrix;
mod mattermost;
mod ntfy;
mod post;
mod slack;
mod stdout;
mod teams;
mod telegram;
mod webhook;
mod wording;

#[cfg(test)]
mod fixture;

use std::time::Duration;

use futures::future::BoxFuture;

use crate::alert::{Outcome, Payload};
use crate::config::{ChannelKind, ChannelSettings};
use crate::model::{DeliveryId, Timestamp};
use crate::net::Client;
use chat::Chat;
use wording::Wording;

/// Characters of a destination's answer that a reason quotes.
const ANSWER_WIDTH: usize = 200;

/// One attempt of a delivery.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// The same in every attempt: what receivers recognise repetitions by.
    pub id: DeliveryId,
    /// Which attempt it is; the first is 1.
    pub number: u32,
    /// The channel's how many-th delivery it is: they may arrive in another order. 0 for a trial.
    pub sequence: i64,
    /// The present.
    pub timestamp: Timestamp,
    /// What to tell.
    pub payload: &'a Payload,
    /// Which installation tells it.
    pub install: &'a str,
}

/// A destination that is ready to take messages.
pub struct Channel {
    name: String,
    timeout: Duration,
    kind: Box<dyn Kind>,
}

/// What each kind does.
trait Kind: Send + Sync {
    /// Makes one attempt. Dropping the future ends it.
    fn deliver<'a>(&'a self, attempt: &'a Attempt<'a>) -> BoxFuture<'a, Outcome>;
}

/// A channel's settings cannot work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("channel '{channel}': {reason}")]
pub struct BuildError {
    /// The channel's name.
    pub channel: String,
    /// What is wrong, and the way out.
    pub reason: String,
}

impl Channel {
    /// Makes the channel ready, without a word to its destination. What speaks HTTP goes through `client`.
    ///
    /// Must be called inside a tokio runtime: mail connections are kept and closed in the background.
    ///
    /// # Errors
    /// When the settings cannot work, whatever the destination says.
    pub fn build(settings: &ChannelSettings, client: &Client) -> Result<Self, BuildError> {
        let kind =
            kind(settings, client).map_err(|reason| BuildError { channel: settings.name.clone(), reason })?;
        Ok(Self { name: settings.name.clone(), timeout: settings.timeout, kind })
    }

    /// Its name in the configuration.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Makes one attempt, within the channel's timeout. Dropping the future ends it.
    pub async fn deliver(&self, attempt: &Attempt<'_>) -> Outcome {
        let outcome = self.kind.deliver(attempt);
        tokio::time::timeout(self.timeout, outcome).await.unwrap_or_else(|_| Outcome::Retry {
            after: None,
            reason: format!("no outcome within {} s", self.timeout.as_secs_f32()),
        })
    }
}

/// The kind that `settings` name, ready to take messages.
fn kind(settings: &ChannelSettings, client: &Client) -> Result<Box<dyn Kind>, String> {
    let ChannelSettings { name, kind, timeout, template, .. } = settings;
    let timeout = *timeout;
    let wording = Wording::new(template.as_ref());
    Ok(match kind {
        ChannelKind::Webhook { url, secrets } => {
            Box::new(webhook::Webhook::new(url, secrets, timeout, client)?)
        }
        ChannelKind::Email { to, from, smtp, username, password } => {
            let (username, password) = (username.as_deref(), password.as_ref());
            let account = email::Account { channel: name, from, to, smtp, username, password, timeout };
            Box::new(email::Email::new(&account, wording)?)
        }
        ChannelKind::Slack { url } => Box::new(Chat::new(slack::Slack::new(url)?, timeout, client, wording)),
        ChannelKind::Discord { url } => {
            Box::new(Chat::new(discord::Discord::new(url)?, timeout, client, wording))
        }
        ChannelKind::Mattermost { url } => {
            Box::new(Chat::new(mattermost::Mattermost::new(url)?, timeout, client, wording))
        }
        ChannelKind::Teams { url } => Box::new(Chat::new(teams::Teams::new(url)?, timeout, client, wording)),
        ChannelKind::Telegram { token, chat, thread, api } => {
            Box::new(Chat::new(telegram::Telegram::new(token, chat, *thread, api)?, timeout, client, wording))
        }
        ChannelKind::Matrix { homeserver, room, token } => {
            Box::new(Chat::new(matrix::Matrix::new(homeserver, room, token)?, timeout, client, wording))
        }
        ChannelKind::Ntfy { server, topic, token } => {
            Box::new(Chat::new(ntfy::Ntfy::new(server, topic, token.as_ref())?, timeout, client, wording))
        }
        ChannelKind::Command { argv } => Box::new(command::Command::new(name, argv)?),
        ChannelKind::File { path } => Box::new(file::File::new(path)),
        ChannelKind::Stdout { format, aside: true } => Box::new(stdout::Stdout::of_stderr(*format, wording)),
        ChannelKind::Stdout { format, aside: false } => {
            Box::new(stdout::Stdout::of_process(*format, wording))
        }
    })
}

/// The payload as JSON; the outcome when that is not possible, which is not known to happen.
fn json(payload: &Payload) -> Result<String, Outcome> {
    payload
        .to_json()
        .map_err(|error| Outcome::Rejected { reason: format!("cannot write the payload: {error}") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::FetchSettings;
    use crate::model::ChannelRules;

    fn build(kind: ChannelKind) -> Result<Channel, BuildError> {
        let client = Client::new(&FetchSettings::default()).expect("a client");
        let settings = ChannelSettings {
            name: "desk".to_owned(),
            kind,
            timeout: Duration::from_millis(50),
            template: None,
            rules: ChannelRules::default(),
        };
        Channel::build(&settings, &client)
    }

    fn command(argv: &[&str]) -> ChannelKind {
        ChannelKind::Command { argv: argv.iter().map(|&part| part.to_owned()).collect() }
    }

    #[tokio::test]
    async fn settings_that_cannot_work_are_refused_by_name() {
        let url: url::Url = "https://example.org/hook".parse().expect("a URL");
        for (kind, reason) in [
            (command(&[]), "no program: name one in `command`, with its arguments after it"),
            (
                ChannelKind::Webhook { url, secrets: vec!["hunter2".into()] },
                "a webhook's secret must be `whsec_` and then base64",
            ),
        ] {
            let error = build(kind).err().map(|error| error.to_string());
            assert_eq!(error, Some(format!("channel 'desk': {reason}")));
        }
    }

    #[tokio::test]
    async fn an_attempt_ends_with_its_time() {
        let channel = build(command(&["sleep", "600"])).expect("a channel");
        let payload = fixture::payload("title");
        let outcome = channel.deliver(&fixture::attempt(&payload)).await;
        let reason = "no outcome within 0.05 s".to_owned();
        assert_eq!(outcome, Outcome::Retry { after: None, reason });
    }
}
