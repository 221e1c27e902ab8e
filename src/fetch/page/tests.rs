use super::*;
use crate::config::FetchSettings;
use crate::net::Client;
use crate::net::scripted::{Reply, Scripted, answer, settings};

fn fetcher() -> Fetcher {
    let settings = FetchSettings { max_redirects: 3, per_host: 4, ..settings() };
    Fetcher::new(Client::new(&settings).unwrap(), &settings)
}

fn now() -> Timestamp {
    "2026-01-01T12:00:00Z".parse().unwrap()
}

/// A site with this robots.txt and one page everywhere.
async fn site(robots: Reply) -> Scripted {
    Scripted::start(move |path, _| match path {
        "/robots.txt" => robots.clone(),
        _ => answer("200 OK", &["Content-Type: text/html"], "<p>page</p>"),
    })
    .await
}

fn paths(server: &Scripted) -> Vec<String> {
    server.requests().iter().map(|request| request.split(' ').nth(1).unwrap().to_owned()).collect()
}

/// What came of it, in a word.
fn word(outcome: &PageOutcome) -> &'static str {
    match outcome {
        PageOutcome::Fetched(_) => "fetched",
        PageOutcome::Later { .. } => "later",
        PageOutcome::Never { .. } => "never",
    }
}

#[tokio::test]
async fn robots_txt_is_obeyed_and_read_once() {
    let rules = "User-agent: *\nDisallow: /\n\nUser-agent: feedwatch\nDisallow: /private\n";
    let server = site(answer("200 OK", &[], rules)).await;
    let fetcher = fetcher();
    let urls = ["/news/1", "/private/2", "/news/3"].map(|path| server.url(path));
    // All at once: the file is asked for by one of them.
    let outcomes = futures::future::join_all(urls.iter().map(|url| fetcher.fetch_page(url, now()))).await;
    assert_eq!(outcomes.iter().map(word).collect::<Vec<_>>(), ["fetched", "never", "fetched"]);
    let mut asked = paths(&server);
    assert_eq!(asked.remove(0), "/robots.txt");
    asked.sort();
    assert_eq!(asked, ["/news/1", "/news/3"]);
    assert!(server.requests()[0].contains("\r\nUser-Agent: feedwatch/test"), "asked under our name");
    // It holds for a day and is read again then.
    fetcher.fetch_page(&urls[0], now() + TimeDelta::hours(23)).await;
    assert_eq!(paths(&server).iter().filter(|path| *path == "/robots.txt").count(), 1);
    fetcher.fetch_page(&urls[0], now() + TimeDelta::hours(25)).await;
    assert_eq!(paths(&server).iter().filter(|path| *path == "/robots.txt").count(), 2);
}

/// RFC 9309, section 2.3.1.
#[tokio::test]
async fn a_missing_file_allows_and_an_unreachable_one_forbids() {
    let pause = Duration::from_millis(20);
    for (name, robots, expected) in [
        ("not found", answer("404 Not Found", &[], ""), "fetched"),
        ("forbidden", answer("403 Forbidden", &[], ""), "fetched"),
        ("gone", answer("410 Gone", &[], ""), "fetched"),
        ("error", answer("500 Internal Server Error", &[], ""), "later"),
        ("busy", answer("503 Service Unavailable", &["Retry-After: 120"], ""), "later"),
        ("too many", answer("429 Too Many Requests", &[], ""), "later"),
        ("broken", Reply::Raw(b"nonsense".to_vec()), "later"),
        ("a page instead", answer("200 OK", &[], "<html><p>Welcome: home</p></html>"), "fetched"),
        ("a circle", answer("302 Found", &["Location: /robots.txt"], ""), "fetched"),
        (
            "endless",
            Reply::Endless(
                b"HTTP/1.1 200 OK\r\n\r\nUser-agent: *\nDisallow: /news\n".to_vec(),
                vec![b'#'; 1 << 16],
                Duration::ZERO,
            ),
            "never",
        ),
        ("silent", Reply::Endless(Vec::new(), Vec::new(), pause), "later"),
    ] {
        let server = site(robots).await;
        let settings = FetchSettings { timeout: Duration::from_secs(2), ..settings() };
        let fetcher = Fetcher::new(Client::new(&settings).unwrap(), &settings);
        let outcome = fetcher.fetch_page(&server.url("/news/1"), now()).await;
        assert_eq!(word(&outcome), expected, "{name}: {outcome:?}");
        let asked_for_page = paths(&server).iter().any(|path| path == "/news/1");
        assert_eq!(asked_for_page, expected == "fetched", "{name}");
        if let PageOutcome::Later { until, asked, .. } = outcome {
            assert!(!asked && until.is_some(), "{name}: nothing is held against the page");
        }
    }
}

#[tokio::test]
async fn every_hop_is_asked_for_like_the_first() {
    let other = site(answer("200 OK", &[], "User-agent: *\nDisallow: /closed")).await;
    let locations = [other.url("/open"), other.url("/closed")].map(|url| format!("Location: {url}"));
    let server = Scripted::start(move |path, before| match path {
        "/robots.txt" => answer("404 Not Found", &[], ""),
        "/open" => answer("302 Found", &[&locations[0]], ""),
        "/closed" => answer("302 Found", &[&locations[1]], ""),
        "/circle" => answer("302 Found", &["Location: /circle2"], ""),
        "/circle2" => answer("302 Found", &["Location: /circle"], ""),
        "/inside" => answer("302 Found", &["Location: http://169.254.169.254/latest/meta-data"], ""),
        "/file" => answer("302 Found", &["Location: file:///etc/passwd"], ""),
        _ => answer("302 Found", &[&format!("Location: /{before}")], ""),
    })
    .await;
    for (path, expected, reason) in [
        ("/open", "fetched", ""),
        ("/closed", "never", "robots.txt"),
        ("/circle", "later", "redirects in a circle"),
        ("/far", "later", "more than 3 times"),
        ("/inside", "never", "metadata"),
        ("/file", "never", "`file:`"),
    ] {
        let outcome = fetcher().fetch_page(&server.url(path), now()).await;
        assert_eq!(word(&outcome), expected, "{path}: {outcome:?}");
        if let PageOutcome::Later { reason: said, .. } | PageOutcome::Never { reason: said } = outcome {
            assert!(said.contains(reason), "{path}: {said}");
        }
    }
    assert!(!paths(&other).contains(&"/closed".to_owned()));
}

#[tokio::test]
async fn what_a_refusal_means_for_the_page() {
    for (reply, expected, seconds) in [
        (answer("404 Not Found", &[], ""), "later", None),
        (answer("410 Gone", &[], ""), "never", None),
        (answer("401 Unauthorized", &[], ""), "never", None),
        (answer("403 Forbidden", &[], "<html>wall"), "later", None),
        (answer("503 Service Unavailable", &["Retry-After: 600"], ""), "later", Some(600)),
        (answer("204 No Content", &[], ""), "later", None),
        (Reply::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf".to_vec()), "later", None),
    ] {
        let server = Scripted::start(move |path, _| match path {
            "/robots.txt" => answer("404 Not Found", &[], ""),
            _ => reply.clone(),
        })
        .await;
        let fetcher = fetcher();
        let url = server.url("/news/1");
        let outcome = fetcher.fetch_page(&url, now()).await;
        assert_eq!(word(&outcome), expected, "{outcome:?}");
        if let (PageOutcome::Later { until, asked, .. }, Some(seconds)) = (&outcome, seconds) {
            assert!(asked);
            assert!(until.is_some_and(|until| until >= now() + TimeDelta::seconds(seconds)), "{outcome:?}");
            // All of the host is left alone, and that is not held against the page.
            let again = fetcher.fetch_page(&server.url("/news/2"), now()).await;
            assert!(matches!(again, PageOutcome::Later { asked: false, .. }), "{again:?}");
        }
    }
}

#[tokio::test]
async fn the_beginning_of_a_huge_page_is_read() {
    let server = Scripted::start(move |path, _| match path {
        "/robots.txt" => answer("404 Not Found", &[], ""),
        _ => Reply::Endless(b"HTTP/1.1 200 OK\r\n\r\n<p>".to_vec(), vec![b'x'; 1 << 16], Duration::ZERO),
    })
    .await;
    match fetcher().fetch_page(&server.url("/news/1"), now()).await {
        PageOutcome::Fetched(page) => assert_eq!(page.body.len(), settings().max_body.min(MAX_PAGE)),
        other => panic!("{other:?}"),
    }
}
