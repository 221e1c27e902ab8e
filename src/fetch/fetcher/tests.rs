use std::sync::Arc;

use tokio::sync::Semaphore;

use super::*;
use crate::fetch::{Failure, Fetched, NotModified};
use crate::model::FailureKind;
use crate::net::scripted::{Reply, Scripted, answer, settings};

fn fetcher(per_host: usize) -> Fetcher {
    let settings = FetchSettings { max_body: 1000, per_host, ..settings() };
    Fetcher::new(Client::new(&settings).unwrap(), &settings)
}

fn now() -> Timestamp {
    "2026-01-01T12:00:00Z".parse().unwrap()
}

fn validators(etag: Option<&[u8]>, last_modified: Option<&[u8]>) -> Validators {
    Validators { etag: etag.map(<[u8]>::to_vec), last_modified: last_modified.map(<[u8]>::to_vec), url: None }
}

fn fetched(outcome: Outcome) -> Fetched {
    match outcome {
        Outcome::Fetched(fetched) => fetched,
        other => panic!("not fetched: {other:?}"),
    }
}

fn failed(outcome: Outcome) -> Failure {
    match outcome {
        Outcome::Failed(failure) => failure,
        other => panic!("not failed: {other:?}"),
    }
}

#[tokio::test]
async fn validators_come_back_byte_for_byte() {
    let etag = "ETag: W/\"a\tb--gzip,é\"";
    let modified = "Last-Modified: yesterday,  about noon";
    let server = Scripted::start(move |_, before| match before {
        0 => answer(
            "200 OK",
            &[etag, modified, "Content-Type: text/xml; charset=x", "Cache-Control: max-age=60"],
            "<rss/>",
        ),
        1 => answer("304 Not Modified", &["Cache-Control: max-age=90"], ""),
        2 => answer("304 Not Modified", &["ETag: \"new\""], ""),
        _ => answer("200 OK", &[], "<rss/>"),
    })
    .await;
    let (fetcher, url) = (fetcher(2), server.url("/feed?a=b"));

    let first = fetched(fetcher.fetch(&url, &Validators::default(), now()).await);
    let known = validators(Some("W/\"a\tb--gzip,é\"".as_bytes()), Some(b"yesterday,  about noon"));
    assert_eq!(first.validators, known);
    assert_eq!(first.content_type.as_deref(), Some("text/xml; charset=x"));
    assert_eq!(first.fresh_for, Some(Duration::from_secs(60)));
    assert_eq!((&first.body[..], &first.url, first.moved_to), (&b"<rss/>"[..], &url, None));

    let second = fetcher.fetch(&url, &known, now()).await;
    let same =
        NotModified { validators: known.clone(), fresh_for: Some(Duration::from_secs(90)), moved_to: None };
    assert_eq!(second, Outcome::NotModified(same));

    let third = fetcher.fetch(&url, &known, now()).await;
    let newer = validators(Some(b"\"new\""), known.last_modified.as_deref());
    assert_eq!(
        third,
        Outcome::NotModified(NotModified { validators: newer, fresh_for: None, moved_to: None })
    );

    // An answer without validators replaces the old ones: they belonged to another body.
    let fourth = fetched(fetcher.fetch(&url, &known, now()).await);
    assert_eq!(fourth.validators, Validators::default());

    let head = "GET /feed?a=b HTTP/1.1\r\nAccept: application/atom+xml, application/rss+xml, \
                application/feed+json, application/xml;q=0.9, */*;q=0.1\r\n";
    let conditions = "If-None-Match: W/\"a\tb--gzip,é\"\r\nIf-Modified-Since: yesterday,  about noon\r\n";
    let tail = format!(
        "User-Agent: feedwatch/test (+https://example.org)\r\nAccept-Encoding: gzip, br, zstd\r\n\
         Host: 127.0.0.1:{}\r\n\r\n",
        url.port().unwrap()
    );
    let conditional = format!("{head}{conditions}{tail}");
    assert_eq!(
        server.requests(),
        [format!("{head}{tail}"), conditional.clone(), conditional.clone(), conditional]
    );
}

#[tokio::test]
async fn failures_say_what_they_mean() {
    let page = "\n<!DOCTYPE html><title>Just a moment</title>";
    let html = "Content-Type: text/html";
    for (status, header, body, kind, message) in [
        ("410 Gone", "", "", FailureKind::Gone, "answered 410 Gone"),
        ("404 Not Found", html, page, FailureKind::NotFound, "answered 404 Not Found"),
        ("429 Slow Down", html, page, FailureKind::RateLimited, "answered 429 Too Many Requests"),
        ("403 Forbidden", "", "no", FailureKind::Client, "answered 403 Forbidden"),
        ("403 Forbidden", html, "", FailureKind::Blocked, "keeps robots out (status 403)"),
        ("403 Forbidden", "", page, FailureKind::Blocked, "keeps robots out"),
        ("503 Wait", "cf-mitigated: challenge", "", FailureKind::Blocked, "keeps robots out (status 503)"),
        (
            "503 Wait",
            "Content-Type: text/plain",
            "busy",
            FailureKind::Server,
            "answered 503 Service Unavailable",
        ),
        ("401 No", html, page, FailureKind::Client, "answered 401 Unauthorized"),
        ("500 Oops", html, page, FailureKind::Server, "answered 500 Internal Server Error"),
        ("599 ?", "", "", FailureKind::Server, "answered 599"),
        ("304 Not Modified", "", "", FailureKind::Server, "answered 304 although"),
        ("204 No Content", "", "", FailureKind::Server, "answered 204 No Content"),
        ("300 Choose", "Location: /a", "", FailureKind::Server, "answered 300 Multiple Choices"),
        ("301 Moved", "", "", FailureKind::Unusable, "redirects (301) to no address"),
        (
            "302 Found",
            "Location: http://10.0.0.1/",
            "",
            FailureKind::Refused,
            "10.0.0.1 is a private address",
        ),
        ("302 Found", "Location: file:///etc/passwd", "", FailureKind::Refused, "`file:`"),
        ("302 Found", "Location: /", "", FailureKind::Unusable, "redirects in a circle"),
        (
            "302 Found",
            "Location: http://127.0.0.1:1/",
            "",
            FailureKind::Unreachable,
            "cannot connect to 127.0.0.1",
        ),
    ] {
        let server = Scripted::start(move |_, _| answer(status, &[header], body)).await;
        let failure = failed(fetcher(2).fetch(&server.url("/"), &Validators::default(), now()).await);
        assert_eq!(failure.kind, kind, "{status}: {failure:?}");
        assert!(failure.message.contains(message), "{status}: {failure:?}");
        assert_eq!(failure.retry_after, None, "{status}");
    }
    let server = Scripted::start(|_, _| answer("200 OK", &[], [b'x'; 1001])).await;
    let failure = failed(fetcher(2).fetch(&server.url("/"), &Validators::default(), now()).await);
    assert_eq!(failure.kind, FailureKind::Unusable);
    assert!(
        failure.message.ends_with("larger than 1000 bytes; raise `[fetch] max_body` to read it"),
        "{failure:?}"
    );
}

#[tokio::test]
async fn permanent_moves_are_told_until_the_first_temporary_one() {
    for (chain, expected) in [
        (&[301][..], Some("/1")),
        (&[308, 301], Some("/2")),
        (&[301, 302], Some("/1")),
        (&[302, 301], None),
        (&[307], None),
        (&[303], None),
    ] {
        let server = Scripted::start(|_, before| match chain.get(before) {
            Some(status) => answer(&format!("{status} Moved"), &[&format!("Location: /{}", before + 1)], ""),
            None => answer("200 OK", &[], ""),
        })
        .await;
        let fetched = fetched(fetcher(2).fetch(&server.url("/"), &Validators::default(), now()).await);
        assert_eq!(fetched.moved_to.as_ref().map(Url::path), expected, "{chain:?}");
        assert_eq!(fetched.url.path(), format!("/{}", chain.len()));
    }
}

/// Fetches `url` at noon and so many seconds.
async fn fetch_at(fetcher: &Fetcher, url: Url, seconds: i64) -> Outcome {
    fetcher.fetch(&url, &Validators::default(), now() + TimeDelta::seconds(seconds)).await
}

fn postponed(outcome: Outcome) -> i64 {
    match outcome {
        Outcome::Postponed { until } => (until - now()).num_seconds(),
        other => panic!("not postponed: {other:?}"),
    }
}

/// A server that refuses all but `/well`.
async fn refusing(status: &'static str, header: &'static str) -> Scripted {
    let headers = [header, "Date: Thu, 01 Jan 2026 12:00:00 GMT"];
    Scripted::start(move |path, _| match path {
        "/well" => answer("200 OK", &[], ""),
        _ => answer(status, &headers, ""),
    })
    .await
}

#[tokio::test]
async fn a_host_that_asks_for_a_rest_gets_it_from_all_feeds() {
    for (status, header) in [
        ("429 Too Many Requests", "Retry-After: 120"),
        ("503 Busy", "Retry-After: Thu, 01 Jan 2026 12:02:00 GMT"),
    ] {
        let server = refusing(status, header).await;
        let elsewhere = Scripted::start(|_, _| answer("200 OK", &[], "")).await;
        // One at a time: the second of the two waits at the gate while the first is told to go away.
        let fetcher = fetcher(1);
        let (tired, queued) = tokio::join!(
            fetch_at(&fetcher, server.url("/tired"), 0),
            fetch_at(&fetcher, server.url("/other"), 0)
        );
        assert_eq!(failed(tired).retry_after, Some(Duration::from_secs(120)));
        assert_eq!(postponed(queued), 120);
        fetched(fetch_at(&fetcher, elsewhere.url("/"), 10).await);
        assert_eq!(server.requests().len(), 1);
        // The trial, and what it tells.
        failed(fetch_at(&fetcher, server.url("/other"), 31).await);
        assert!(postponed(fetch_at(&fetcher, server.url("/well"), 100).await) >= 120);
        assert_eq!(server.requests().len(), 2);
        let saved = fetcher.take_unsaved_waits();
        assert_eq!(saved.len(), 1, "{saved:?}");
        fetched(fetch_at(&fetcher, server.url("/well"), 200).await);
    }
}

#[tokio::test]
async fn a_feed_that_is_refused_for_itself_stalls_the_others_for_a_moment_only() {
    let server = refusing("429 Slow", "Retry-After: 7200").await;
    let fetcher = fetcher(1);
    failed(fetch_at(&fetcher, server.url("/tired"), 0).await);
    assert_eq!(postponed(fetch_at(&fetcher, server.url("/well"), 290).await), 7_200);
    fetched(fetch_at(&fetcher, server.url("/well"), 301).await);
    fetched(fetch_at(&fetcher, server.url("/well"), 302).await);
}

#[tokio::test]
async fn a_wait_may_be_taken_for_the_feed_alone() {
    let server = refusing("429 Slow", "Retry-After: 7200").await;
    let settings = FetchSettings { retry_after_scope: RetryAfterScope::Feed, ..settings() };
    let fetcher = Fetcher::new(Client::new(&settings).unwrap(), &settings);
    assert_eq!(
        failed(fetch_at(&fetcher, server.url("/tired"), 0).await).retry_after,
        Some(Duration::from_secs(7_200))
    );
    fetched(fetch_at(&fetcher, server.url("/well"), 1).await);
}

#[tokio::test]
async fn when_nobody_is_in_reach_no_feed_is_to_blame() {
    let server = Scripted::start(|_, _| answer("200 OK", &[], "")).await;
    let fetcher = fetcher(2);
    let nowhere = |host: &str| Url::parse(&format!("http://{host}:1/")).unwrap();
    for (second, host) in ["127.0.0.2", "127.0.0.3"].iter().enumerate() {
        let failure = failed(fetch_at(&fetcher, nowhere(host), i64::try_from(second).unwrap()).await);
        assert_eq!(failure.kind, FailureKind::Unreachable);
    }
    assert_eq!(fetcher.offline_since(), None);
    assert_eq!(fetch_at(&fetcher, nowhere("127.0.0.4"), 3).await, Outcome::Offline);
    assert_eq!(fetch_at(&fetcher, nowhere("127.0.0.2"), 4).await, Outcome::Offline);
    assert!(fetcher.offline_since().is_some());
    // A reload forgets nothing.
    let settings = settings();
    let next = Fetcher::new(Client::new(&settings).unwrap(), &settings).following(&fetcher);
    fetched(fetch_at(&next, server.url("/"), 5).await);
    assert_eq!(fetcher.offline_since(), None);
    failed(fetch_at(&fetcher, nowhere("127.0.0.4"), 6).await);
}

#[tokio::test]
async fn a_host_is_asked_twice_at_once_and_no_more() {
    let gate = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&gate);
    let Reply::Raw(bytes) = answer("200 OK", &[], "") else { unreachable!() };
    let server = Scripted::start(move |_, _| Reply::Held(Arc::clone(&held), bytes.clone())).await;
    let fetcher = fetcher(2);
    let (url, none) = (server.url("/"), Validators::default());
    let requests_reach = async |count| {
        while server.requests().len() < count {
            tokio::task::yield_now().await;
        }
    };
    let all = futures::future::join_all((0..3).map(|_| fetcher.fetch(&url, &none, now())));
    let watch = async {
        requests_reach(2).await;
        for _ in 0..1000 {
            tokio::task::yield_now().await;
        }
        assert_eq!(server.requests().len(), 2);
        gate.add_permits(1);
        requests_reach(3).await;
        gate.add_permits(2);
    };
    let (outcomes, ()) = tokio::join!(all, watch);
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Fetched(_))));
}
