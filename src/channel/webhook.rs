//! Standard Webhooks (standardwebhooks.com): a signed POST of the payload. `feedwatch-sequence` numbers the
//! channel's deliveries, which may arrive in another order.
//!
//! What the answers mean is told in [`post`].

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures::FutureExt;
use futures::future::BoxFuture;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use url::Url;

use super::post::{self, Post};
use super::{Attempt, Kind, json};
use crate::alert::Outcome;
use crate::net::header::{HeaderMap, HeaderName, HeaderValue};
use crate::net::{Client, Method};

/// Posts to one URL.
pub(super) struct Webhook {
    url: Url,
    keys: Vec<Key>,
    post: Post,
}

impl Webhook {
    /// Signs with each of `secrets`, so that a receiver may change its secret at any time between.
    pub(super) fn new(
        url: &Url,
        secrets: &[SecretString],
        timeout: Duration,
        client: &Client,
    ) -> Result<Self, String> {
        let keys = secrets.iter().map(Key::new).collect::<Result<_, _>>()?;
        let post = Post::new(client, timeout, post::secrets_of(url));
        Ok(Self { url: url.clone(), keys, post })
    }

    async fn send(&self, attempt: &Attempt<'_>) -> Outcome {
        let json = match json(attempt.payload) {
            Ok(json) => json,
            Err(outcome) => return outcome,
        };
        let headers = self.headers(attempt, &json);
        match self.post.send(Method::POST, &self.url, headers, json, attempt.timestamp).await {
            Ok(answer) => answer.outcome(None),
            Err(outcome) => outcome,
        }
    }

    fn headers(&self, attempt: &Attempt<'_>, body: &str) -> HeaderMap {
        let id = attempt.id.to_string();
        // Receivers refuse old timestamps against replays, hence that of the attempt.
        let timestamp = attempt.timestamp.timestamp();
        let signatures: Vec<String> = self.keys.iter().map(|key| key.sign(&id, timestamp, body)).collect();
        let mut headers = HeaderMap::new();
        headers.insert("webhook-timestamp", HeaderValue::from(timestamp));
        headers.insert("feedwatch-sequence", HeaderValue::from(attempt.sequence));
        for (name, value) in [("webhook-id", id), ("webhook-signature", signatures.join(" "))] {
            // An unsigned webhook has no signature. Digits, hyphens and base64 are always a header.
            if let (false, Ok(value)) = (value.is_empty(), HeaderValue::try_from(value)) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        headers
    }
}

impl Kind for Webhook {
    fn deliver<'a>(&'a self, attempt: &'a Attempt<'a>) -> BoxFuture<'a, Outcome> {
        self.send(attempt).boxed()
    }
}

/// A secret, ready to sign with.
struct Key(Hmac<Sha256>);

impl Key {
    /// Reads `whsec_` and base64.
    fn new(secret: &SecretString) -> Result<Self, String> {
        secret
            .expose_secret()
            .strip_prefix("whsec_")
            .and_then(|key| STANDARD.decode(key).ok())
            .filter(|key| !key.is_empty())
            .and_then(|key| Hmac::new_from_slice(&key).ok())
            .map(Self)
            .ok_or_else(|| "a webhook's secret must be `whsec_` and then base64".to_owned())
    }

    /// The signature of `id.timestamp.body`, with its version.
    fn sign(&self, id: &str, timestamp: i64, body: &str) -> String {
        let mac = self.0.clone().chain_update(format!("{id}.{timestamp}.{body}"));
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;
    use crate::channel::{ANSWER_WIDTH, fixture};
    use crate::config::FetchSettings;
    use crate::model::Timestamp;
    use crate::net::scripted::{Reply, Scripted, answer};

    const SECRETS: [&str; 2] =
        ["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"];

    fn secrets(secrets: &[&str]) -> Vec<SecretString> {
        secrets.iter().map(|&secret| secret.into()).collect()
    }

    fn webhook(url: &Url, signed_with: &[&str], allow: &[&str]) -> Webhook {
        let allow_networks = allow.iter().map(|network| network.parse().expect("a network")).collect();
        let settings = FetchSettings { allow_networks, ..FetchSettings::default() };
        let client = Client::new(&settings).expect("a client");
        Webhook::new(url, &secrets(signed_with), Duration::from_secs(5), &client).expect("secrets")
    }

    /// The outcome of an attempt that is answered with `reply`, and the request.
    async fn attempt(signed_with: &[&str], reply: Reply) -> (Outcome, String) {
        let server = Scripted::start(move |_, _| reply.clone()).await;
        let webhook = webhook(&server.url("/hook?token=7"), signed_with, &["127.0.0.0/8"]);
        let payload = fixture::payload("日本 $(id)\r\nBcc: a@b");
        // The verifier compares with the clock.
        let attempt = Attempt { timestamp: Timestamp::from(SystemTime::now()), ..fixture::attempt(&payload) };
        let outcome = webhook.deliver(&attempt).await;
        (outcome, server.requests().pop().unwrap_or_default())
    }

    #[tokio::test]
    async fn answers_decide_what_comes_next() {
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        let retry = |after, reason: &str| Outcome::Retry { after, reason: reason.to_owned() };
        let rejected = |reason: &str| Outcome::Rejected { reason: reason.to_owned() };
        for (status, header, body, expected) in [
            ("200 OK", "X: y", "", Outcome::Delivered { detail: "200 OK".to_owned() }),
            (
                "202 Accepted",
                "X: y",
                "queued",
                Outcome::Delivered { detail: "202 Accepted: queued".to_owned() },
            ),
            (
                "301 Moved Permanently",
                "Location: /there",
                "",
                retry(
                    None,
                    "301 Moved Permanently: redirects are not followed; give the channel its new address",
                ),
            ),
            (
                "307 Temporary Redirect",
                "Location: /there",
                "",
                retry(
                    None,
                    "307 Temporary Redirect: redirects are not followed; give the channel its new address",
                ),
            ),
            ("400 Bad Request", "X: y", "no \u{1b}[2Jgood", rejected("400 Bad Request: no [2Jgood")),
            ("401 Unauthorized", "X: y", "", rejected("401 Unauthorized")),
            ("404 Not Found", "Retry-After: 7", "", rejected("404 Not Found")),
            ("408 Request Timeout", "X: y", "", retry(None, "408 Request Timeout")),
            ("410 Gone", "X: y", "", Outcome::Disabled { reason: "410 Gone".to_owned() }),
            ("425 Too Early", "X: y", "", retry(None, "425 Too Early")),
            ("429 Too Many Requests", "Retry-After: 120", "", retry(seconds(120), "429 Too Many Requests")),
            ("500 Internal Server Error", "X: y", "", retry(None, "500 Internal Server Error")),
            ("503 Service Unavailable", "Retry-After: 60", "", retry(seconds(60), "503 Service Unavailable")),
        ] {
            let (found, _) = attempt(&[], answer(status, &[header], body)).await;
            assert_eq!(found, expected, "{status}");
        }
    }

    #[tokio::test]
    async fn a_long_answer_is_cut() {
        let (outcome, _) = attempt(&[], answer("500 Oops", &[], "é".repeat(1_000_000))).await;
        let Outcome::Retry { reason, .. } = outcome else { panic!("another attempt expected: {outcome:?}") };
        assert!(reason.ends_with("éé…") && reason.chars().count() < ANSWER_WIDTH + 40, "{reason}");
    }

    #[tokio::test]
    async fn no_answer_is_tried_again_and_a_forbidden_address_is_not() {
        let (outcome, _) = attempt(&[], Reply::Raw(Vec::new())).await;
        assert!(matches!(&outcome, Outcome::Retry { .. }), "{outcome:?}");

        let server = Scripted::start(|_, _| answer("200 OK", &[], "")).await;
        let webhook = webhook(&server.url("/"), &[], &[]);
        let payload = fixture::payload("title");
        let outcome = webhook.deliver(&fixture::attempt(&payload)).await;
        assert!(
            matches!(&outcome, Outcome::Rejected { reason } if reason.contains("allow_networks")),
            "{outcome:?}"
        );
        assert_eq!(server.requests(), [""; 0]);
    }

    #[tokio::test]
    async fn every_secret_signs_what_is_sent() {
        for signed_with in [&SECRETS[..0], &SECRETS[..1], &SECRETS[..]] {
            let (outcome, request) = attempt(signed_with, answer("204 No Content", &[], "")).await;
            assert_eq!(outcome, Outcome::Delivered { detail: "204 No Content".to_owned() });
            let (head, body) = request.split_once("\r\n\r\n").expect("a head and a body");
            assert!(head.starts_with("POST /hook?token=7 HTTP/1.1\r\n"), "{head}");
            let headers: HeaderMap = head
                .lines()
                .skip(1)
                .filter_map(|line| line.split_once(": "))
                .map(|(name, value)| (name.parse().expect("a name"), value.parse().expect("a value")))
                .collect();
            assert_eq!(headers["content-type"], "application/json");
            let id = fixture::attempt(&fixture::payload("")).id;
            assert_eq!(headers["webhook-id"].to_str().ok(), Some(id.to_string().as_str()));
            assert_eq!(headers["feedwatch-sequence"], "7");
            assert_eq!(headers.contains_key("webhook-signature"), !signed_with.is_empty());
            for secret in SECRETS {
                let verifier = standardwebhooks::Webhook::new(secret).expect("a secret");
                let verified = verifier.verify(body.as_bytes(), &headers);
                assert_eq!(verified.is_ok(), signed_with.contains(&secret), "{verified:?}");
                assert!(verifier.verify(body.replace("match", "test").as_bytes(), &headers).is_err());
            }
        }
    }

    #[test]
    fn the_signature_is_that_of_the_specification() {
        // The example of the specification's libraries.
        let key = Key::new(&SECRETS[1].into()).expect("a secret");
        assert_eq!(
            key.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        );
    }

    #[test]
    fn secrets_that_are_none_are_refused_and_never_shown() {
        for (secret, valid) in [
            (SECRETS[0], true),
            ("C2FVsBQIhrscChlQIMV+b5sSYspob7oD", false),
            ("whsec_", false),
            ("", false),
            ("whsec_hunter2!", false),
        ] {
            match Key::new(&secret.into()) {
                Ok(_) => assert!(valid, "{secret}"),
                Err(reason) => assert!(!valid && !reason.contains("hunter2"), "{secret}: {reason}"),
            }
        }
    }
}
