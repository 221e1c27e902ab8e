//! One file per channel kind: hands a payload to a destination and says how that ended.
//!
//! A channel makes one attempt. It never decides on another one, never records anything and never
//! writes to the log; whatever goes wrong is an [`Outcome`]. To add a kind: its settings in
//! [`ChannelKind`], its file here, and its lines in this one.

mod command;
mod email;
mod stdout;
mod webhook;

#[cfg(test)]
mod fixture;

use std::time::Duration;

use crate::alert::{Outcome, Payload};
use crate::config::{ChannelKind, ChannelSettings};
use crate::model::{DeliveryId, Timestamp};
use crate::net::Client;

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
}

/// A destination that is ready to take messages.
pub struct Channel {
    name: String,
    timeout: Duration,
    kind: Kind,
}

enum Kind {
    Webhook(webhook::Webhook),
    Email(Box<email::Email>),
    Command(command::Command),
    Stdout(stdout::Stdout),
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
    /// Makes the channel ready, without a word to its destination. Webhooks go through `client`.
    ///
    /// Must be called inside a tokio runtime: mail connections are kept and closed in the background.
    ///
    /// # Errors
    /// When the settings cannot work, whatever the destination says.
    pub fn build(settings: &ChannelSettings, client: &Client) -> Result<Self, BuildError> {
        let timeout = settings.timeout;
        let kind = match &settings.kind {
            ChannelKind::Webhook { url, secrets } => {
                webhook::Webhook::new(url, secrets, timeout, client).map(Kind::Webhook)
            }
            ChannelKind::Email { to, from, smtp, username, password } => {
                let (username, password) = (username.as_deref(), password.as_ref());
                let account = email::Account { from, to, smtp, username, password, timeout };
                email::Email::new(&account).map(|email| Kind::Email(Box::new(email)))
            }
            ChannelKind::Command { argv } => command::Command::new(&settings.name, argv).map(Kind::Command),
            ChannelKind::Stdout { format, aside: true } => {
                Ok(Kind::Stdout(stdout::Stdout::of_stderr(*format)))
            }
            ChannelKind::Stdout { format, aside: false } => {
                Ok(Kind::Stdout(stdout::Stdout::of_process(*format)))
            }
        };
        let kind = kind.map_err(|reason| BuildError { channel: settings.name.clone(), reason })?;
        Ok(Self { name: settings.name.clone(), timeout, kind })
    }

    /// Its name in the configuration.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Makes one attempt, within the channel's timeout. Dropping the future ends it.
    pub async fn deliver(&self, attempt: &Attempt<'_>) -> Outcome {
        let json = match attempt.payload.to_json() {
            Ok(json) => json,
            Err(error) => return Outcome::Rejected { reason: format!("cannot write the payload: {error}") },
        };
        let outcome = async {
            match &self.kind {
                Kind::Webhook(webhook) => webhook.deliver(attempt, json).await,
                Kind::Email(email) => email.deliver(attempt).await,
                Kind::Command(command) => command.deliver(attempt, &json).await,
                Kind::Stdout(stdout) => stdout.deliver(attempt, &json).await,
            }
        };
        tokio::time::timeout(self.timeout, outcome).await.unwrap_or_else(|_| Outcome::Retry {
            after: None,
            reason: format!("no outcome within {} s", self.timeout.as_secs_f32()),
        })
    }
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
