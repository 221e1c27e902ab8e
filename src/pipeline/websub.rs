//! WebSub (W3C Recommendation, 2018): asks the hubs that feeds name, answers their questions, and takes what
//! they push the way of a poll. The feeds are polled all the same, more rarely: hubs promise nothing.

mod signature;

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use bytes::Bytes;
use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info};
use url::Url;
use url::form_urlencoded::Serializer;

use super::{Ambient, Setup, pause, poll, room};
use crate::model::{Subscription, SubscriptionState, Timestamp};
use crate::net::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use crate::net::{BodyLimit, Method, Request};
use crate::schedule::{self, LEASE};
use crate::store::Store;

/// What is pushed is read on threads for long computations: so many at once, whoever pushes.
const PUSHES_AT_ONCE: usize = 4;

/// Hubs that are asked in one go.
const ASKED_AT_ONCE: u32 = 50;

/// A hub that was asked to stop so often, and did not, is left to the end of its lease.
const FAREWELLS: u32 = 3;

/// Speaks with hubs. Clones share everything.
#[derive(Clone)]
pub struct Hubs {
    setup: Arc<ArcSwap<Setup>>,
    store: Store,
    ambient: Ambient,
    recorded: watch::Sender<()>,
    pushes: Arc<Semaphore>,
}

/// What a hub asks before it pushes (section 5.3): does this subscription exist?
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// `subscribe`, `unsubscribe` or `denied`.
    pub mode: String,
    /// The feed, as the hub calls it.
    pub topic: String,
    /// To be sent back.
    pub challenge: String,
    /// For how long it will push; `None`: it does not say.
    pub lease: Option<Duration>,
    /// Why it refused.
    pub reason: Option<String>,
}

/// What was pushed to a callback.
#[derive(Clone, Debug)]
pub struct Push {
    /// `X-Hub-Signature`.
    pub signature: Option<String>,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// Entries, as a feed.
    pub body: Bytes,
}

/// What became of a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// It is stored, or it was nothing that can be: nothing is to be sent again.
    Taken,
    /// Nobody waits for it.
    Unwanted,
    /// There is no room for it now.
    Busy,
}

impl Hubs {
    /// With the parts of the daemon; `recorded` is rung when alerts were recorded.
    pub fn new(
        setup: Arc<ArcSwap<Setup>>,
        store: Store,
        ambient: Ambient,
        recorded: watch::Sender<()>,
    ) -> Self {
        Self { setup, store, ambient, recorded, pushes: Arc::new(Semaphore::new(PUSHES_AT_ONCE)) }
    }

    /// Asks hubs to push, to go on, or to stop, until `shutdown`. Their callbacks are below `public_url`.
    pub async fn ask_regularly(self, public_url: Url, shutdown: CancellationToken) {
        loop {
            let asked = tokio::select! {
                () = shutdown.cancelled() => return,
                asked = self.ask_due(&public_url) => asked,
            };
            let wait = match asked {
                Ok(()) => pause::BETWEEN_HUBS,
                Err(error) => {
                    error!("hubs are not asked: {error:#}");
                    pause::AFTER_STORE_FAILURE
                }
            };
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    async fn ask_due(&self, public_url: &Url) -> anyhow::Result<()> {
        let now = self.ambient.now();
        for subscription in self.store.due_subscriptions(now, ASKED_AT_ONCE).await? {
            self.ask(subscription, public_url, now).await?;
        }
        Ok(())
    }

    async fn ask(&self, before: Subscription, public_url: &Url, now: Timestamp) -> anyhow::Result<()> {
        let setup = self.setup.load_full();
        // A poll that ended after its feed had left the configuration may have found the hub.
        let is_leaving = before.state == SubscriptionState::Leaving || setup.feed(before.feed).is_none();
        if is_leaving && before.failures >= FAREWELLS {
            return self.store.forget_subscription(&before.wanted.callback).await;
        }
        let state = match before.state {
            _ if is_leaving => SubscriptionState::Leaving,
            SubscriptionState::Live => SubscriptionState::Live,
            _ => SubscriptionState::Asked,
        };
        let subscription = Subscription { state, failures: before.failures.saturating_add(1), ..before };
        // Before the request: some hubs put their question while they answer it.
        let next_at = schedule::ask_again_at(now, subscription.failures);
        self.store.save_subscription(&subscription, next_at, None).await?;
        let hub = &subscription.wanted.hub;
        let sent = setup.client.send(request(&subscription, public_url)).await;
        match sent {
            Ok(answer) if answer.status.is_success() => {
                debug!(hub.url = %hub.hub, hub.topic = %hub.topic, "asked a hub")
            }
            Ok(answer) => {
                info!(hub.url = %hub.hub, hub.topic = %hub.topic, "a hub refused: it answered {}", answer.status)
            }
            Err(error) => info!(hub.url = %hub.hub, hub.topic = %hub.topic, "a hub was not reached: {error}"),
        }
        Ok(())
    }

    /// Answers a hub's question: with what is to be sent back, or `None` where there is no such subscription.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn answer(&self, callback: &str, question: Question) -> anyhow::Result<Option<String>> {
        use SubscriptionState::{Asked, Denied, Leaving, Live, Wanted};
        let now = self.ambient.now();
        let found = self.store.subscription_at(callback).await?;
        let Some(mut subscription) = found.filter(|found| is_topic(found, &question.topic)) else {
            return Ok(None);
        };
        match (question.mode.as_str(), subscription.state) {
            ("subscribe", Wanted | Asked | Live) => {
                let granted = question.lease.unwrap_or(LEASE);
                subscription.state = Live;
                subscription.failures = 0;
                subscription.lease_until = Some(schedule::lease_end(now, granted));
                let renewal_at = schedule::renewal_at(now, granted);
                self.store.save_subscription(&subscription, renewal_at, None).await?;
                info!(hub.topic = %subscription.wanted.hub.topic, "a hub pushes this feed from now on");
                Ok(Some(question.challenge))
            }
            ("unsubscribe", Leaving) => {
                self.store.forget_subscription(callback).await?;
                Ok(Some(question.challenge))
            }
            ("denied", Wanted | Asked | Live) => {
                subscription.state = Denied;
                subscription.lease_until = None;
                let next_at = schedule::ask_again_at(now, u32::MAX);
                self.store.save_subscription(&subscription, next_at, question.reason.as_deref()).await?;
                Ok(Some(String::new()))
            }
            _ => Ok(None),
        }
    }

    /// Takes what was pushed to `callback`. What is not signed by the hub that we asked is ignored, and the hub is
    /// not told (section 7).
    ///
    /// # Errors
    /// When the database fails: it is to be sent again.
    pub async fn receive(&self, callback: &str, push: Push) -> anyhow::Result<Pushed> {
        let setup = self.setup.load_full();
        let Some(subscription) = self.store.subscription_at(callback).await? else {
            return Ok(Pushed::Unwanted);
        };
        let is_left = subscription.state == SubscriptionState::Leaving;
        let (Some(feed), false) = (setup.feed(subscription.feed), is_left) else {
            return Ok(Pushed::Unwanted);
        };
        if !signature::is_valid(&subscription.wanted.secret, &push.body, push.signature.as_deref()) {
            info!(feed.url = %feed.shown_url(), "something was pushed that the hub did not sign: ignored");
            return Ok(Pushed::Taken);
        }
        let Ok(_turn) = self.pushes.try_acquire() else { return Ok(Pushed::Busy) };
        if room::too_little(&self.store, setup.config.fetch.min_free_space).is_some() {
            return Ok(Pushed::Busy);
        }
        let Some(state) = self.store.feed_state(feed.id).await? else { return Ok(Pushed::Unwanted) };
        let report = poll::take_push(&setup, &self.store, &self.ambient, state, push).await?;
        if report.alerts > 0 {
            self.recorded.send_replace(());
        }
        Ok(Pushed::Taken)
    }
}

fn is_topic(subscription: &Subscription, topic: &str) -> bool {
    let known = &subscription.wanted.hub.topic;
    topic == known.as_str() || Url::parse(topic).is_ok_and(|topic| topic == *known)
}

/// A request to a hub (section 5.1).
fn request(subscription: &Subscription, public_url: &Url) -> Request {
    let wanted = &subscription.wanted;
    let callback = format!("{}/websub/{}", public_url.as_str().trim_end_matches('/'), wanted.callback);
    let mut form = Serializer::new(String::new());
    form.append_pair("hub.callback", &callback).append_pair("hub.topic", wanted.hub.topic.as_str());
    if subscription.state == SubscriptionState::Leaving {
        form.append_pair("hub.mode", "unsubscribe");
    } else {
        form.append_pair("hub.mode", "subscribe");
        form.append_pair("hub.lease_seconds", &LEASE.as_secs().to_string());
        form.append_pair("hub.secret", &wanted.secret);
    }
    let form_type = HeaderValue::from_static("application/x-www-form-urlencoded");
    Request {
        method: Method::POST,
        url: wanted.hub.hub.clone(),
        headers: HeaderMap::from_iter([(CONTENT_TYPE, form_type)]),
        body: Bytes::from(form.finish()),
        max_redirects: 0,
        body_limit: BodyLimit::Truncate(1024),
        timeout: Duration::from_secs(30),
    }
}
