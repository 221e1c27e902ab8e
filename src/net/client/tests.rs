use std::io::Write;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::AsyncWriteExt;

use super::*;
use crate::net::scripted::{Reply, Scripted, answer, settings};

/// A client for which every name in `names` has the addresses beside it, one at each look-up.
fn client_knowing(names: &'static [(&str, &[&str])]) -> Client {
    let asked = Arc::new(AtomicUsize::new(0));
    let lookup: Lookup = Arc::new(move |host| {
        let turn = asked.fetch_add(1, Ordering::Relaxed);
        let addresses = names.iter().find(|(name, _)| *name == host).map(|(_, addresses)| addresses);
        let address = addresses.map(|addresses| addresses[turn.min(addresses.len() - 1)].parse().unwrap());
        let answer: io::Result<Vec<IpAddr>> =
            address.map(|address| vec![address]).ok_or_else(|| io::Error::other("no such name"));
        Box::pin(std::future::ready(answer))
    });
    Client::with_lookup(&settings(), lookup).unwrap()
}

fn client() -> Client {
    client_knowing(&[])
}

fn get(url: Url) -> Request {
    Request {
        method: Method::GET,
        url,
        headers: HeaderMap::new(),
        body: Bytes::new(),
        max_redirects: 3,
        body_limit: BodyLimit::Refuse(1 << 20),
        timeout: Duration::from_secs(20),
    }
}

async fn refusal(request: Request) -> NetError {
    client().send(request).await.unwrap_err()
}

/// What `path` leads to on a server where `/to?X` redirects to `X`.
async fn follow(path: &str) -> Result<Response, NetError> {
    let server = Scripted::start(|path, _| match path.split_once('?') {
        Some((_, target)) => answer("302 Found", &[&format!("Location: {target}")], ""),
        None => answer("200 OK", &[], path),
    })
    .await;
    let url = server.url(path);
    client().send(get(url)).await
}

#[tokio::test]
async fn redirects_are_followed_and_told() {
    let answer = follow("/to?/to?/here").await.unwrap();
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(&answer.body[..], b"/here");
    assert_eq!(answer.url.path(), "/here");
    let hops: Vec<_> = answer.hops.iter().map(|hop| (hop.status.as_u16(), hop.to.path())).collect();
    assert_eq!(hops, [(302, "/to"), (302, "/here")]);
}

#[tokio::test]
async fn every_hop_is_checked() {
    for (target, expected) in [
        ("http://169.254.169.254/latest/meta-data", "169.254.169.254 is a cloud's metadata address"),
        ("http://0xa9fea9fe/", "metadata"),
        ("http://[::1]:1/", "::1 is a loopback address"),
        ("http://[::ffff:169.254.169.254]/", "IPv4-mapped"),
        ("http://[64:ff9b::a9fe:a9fe]/", "NAT64"),
        ("http://10.0.0.1/", "private"),
        ("//192.168.1.1/", "private"),
        ("file:///etc/passwd", "`file:` addresses are not fetched"),
        ("gopher://127.0.0.1/", "`gopher:`"),
        ("http://nowhere.example/", "cannot resolve nowhere.example: no such name"),
        ("http://[bad", "to no address that can be read"),
    ] {
        let refusal = follow(&format!("/to?{target}")).await.unwrap_err().to_string();
        assert!(refusal.contains(expected), "{target}: {refusal}");
    }
}

#[tokio::test]
async fn endless_redirects_end() {
    let server = Scripted::start(|path, before| match path {
        "/circle" => answer("301 Moved", &["Location: /circle2"], ""),
        "/circle2" => answer("301 Moved", &["Location: /circle#again"], ""),
        _ => answer("301 Moved", &[&format!("Location: /{before}")], ""),
    })
    .await;
    let host = "127.0.0.1".to_owned();
    assert_eq!(refusal(get(server.url("/circle"))).await, NetError::RedirectLoop { host: host.clone() });
    let asked = server.requests().len();
    assert_eq!(refusal(get(server.url("/far"))).await, NetError::TooManyRedirects { host, limit: 3 });
    assert_eq!(server.requests().len() - asked, 4);
}

#[tokio::test]
async fn a_redirect_of_a_post_is_its_answer() {
    let server = Scripted::start(|_, _| answer("307 Temporary", &["Location: /other"], "go there")).await;
    let request = Request {
        method: Method::POST,
        body: Bytes::from_static(b"{\"a\":1}"),
        body_limit: BodyLimit::Truncate(2),
        ..get(server.url("/hook"))
    };
    let answer = client().send(request).await.unwrap();
    assert_eq!((answer.status.as_u16(), &answer.body[..]), (307, &b"go"[..]));
    assert_eq!(server.requests().len(), 1);
    assert!(server.requests()[0].ends_with("\r\n\r\n{\"a\":1}"));
}

#[tokio::test]
async fn names_are_resolved_to_public_addresses_only() {
    let client = client_knowing(&[("intranet.example", &["10.0.0.7"]), ("localhost", &["::1"])]);
    for (url, expected) in [
        ("http://intranet.example/", "intranet.example resolves to 10.0.0.7, which is a private address"),
        ("http://localhost/", "localhost resolves to ::1, which is a loopback address"),
        ("http://LOCALHOST:8080/", "loopback"),
    ] {
        let refusal = client.send(get(Url::parse(url).unwrap())).await.unwrap_err();
        assert!(matches!(refusal, NetError::Blocked { .. }), "{refusal}");
        assert!(refusal.to_string().contains(expected), "{refusal}");
    }
}

/// A name that shows an allowed address first and the metadata service then: what is connected to is
/// what was checked, each time.
#[tokio::test]
async fn a_name_that_changes_its_address_gains_nothing() {
    let server = Scripted::start(|path, _| match path {
        "/first" => answer("302 Found", &["Location: /second"], ""),
        _ => answer("200 OK", &[], "secret"),
    })
    .await;
    let client = client_knowing(&[("rebinding.example", &["127.0.0.1", "169.254.169.254"])]);
    let refusal = client.send(get(server.url_as("rebinding.example", "/first"))).await.unwrap_err();
    assert!(refusal.to_string().contains("resolves to 169.254.169.254"), "{refusal}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn credentials_stay_with_their_host() {
    let other = Scripted::start(|_, _| answer("200 OK", &[], "")).await;
    let location = format!("Location: {}", other.url_as("other.example", "/c"));
    let server = Scripted::start(move |path, _| match path {
        "/a" => answer("302 Found", &["Location: /b"], ""),
        _ => answer("302 Found", &[&location], ""),
    })
    .await;
    let client = client_knowing(&[("news.example", &["127.0.0.1"]), ("other.example", &["127.0.0.1"])]);
    let mut url = server.url_as("news.example", "/a");
    url.set_username("user").unwrap();
    url.set_password(Some("p%40ss")).unwrap();
    let answer = client.send(get(url)).await.unwrap();
    assert_eq!(answer.url, other.url_as("other.example", "/c"));
    for (requests, expected) in [(server.requests(), 2), (other.requests(), 0)] {
        // user:p@ss
        let with =
            requests.iter().filter(|request| request.contains("\r\nAuthorization: Basic dXNlcjpwQHNz\r\n"));
        assert_eq!(with.count(), expected, "{requests:?}");
    }
    assert_eq!(other.requests().len(), 1);
}

#[tokio::test]
async fn nothing_is_sent_that_was_not_asked_for() {
    let server = Scripted::start(|path, _| match path {
        "/a" => answer("302 Found", &["Location: /b?x=1#y", "Set-Cookie: id=1; Path=/"], ""),
        _ => answer("200 OK", &[], ""),
    })
    .await;
    let client = client();
    for _ in 0..2 {
        client.send(get(server.url("/a"))).await.unwrap();
    }
    let requests = server.requests();
    let port = server.url("/").port().unwrap();
    let expected = |path: &str| {
        format!(
            "GET {path} HTTP/1.1\r\nUser-Agent: feedwatch/test (+https://example.org)\r\nAccept-Encoding: gzip, br, zstd\r\n\
             Accept: */*\r\nHost: 127.0.0.1:{port}\r\n\r\n"
        )
    };
    assert_eq!(requests, [expected("/a"), expected("/b?x=1"), expected("/a"), expected("/b?x=1")]);
}

#[tokio::test]
async fn a_proxy_looks_names_up_and_addresses_are_checked_all_the_same() {
    let proxy = Scripted::start(|_, _| answer("200 OK", &[], "by proxy")).await;
    // By name, on a network that is not allowed: the user chose it.
    let names: Lookup = Arc::new(|host| {
        assert_eq!(host, "proxy.example");
        Box::pin(std::future::ready(Ok(vec![[127, 0, 0, 1].into()])))
    });
    let settings = FetchSettings {
        proxy: Some(proxy.url_as("proxy.example", "/")),
        allow_networks: Vec::new(),
        ..settings()
    };
    let client = Client::with_lookup(&settings, names).unwrap();
    let answer = client.send(get(Url::parse("http://news.example/feed").unwrap())).await.unwrap();
    assert_eq!(&answer.body[..], b"by proxy");
    assert!(
        proxy.requests()[0].starts_with("GET http://news.example/feed HTTP/1.1\r\n"),
        "{:?}",
        proxy.requests()
    );
    let refusal = client.send(get(Url::parse("http://10.0.0.1/").unwrap())).await.unwrap_err();
    assert!(matches!(refusal, NetError::Blocked { .. }), "{refusal:?}");
}

fn zeros(into: impl FnOnce(&[u8]) -> Vec<u8>) -> Vec<u8> {
    into(&vec![0; 32 << 20])
}

#[tokio::test]
async fn bombs_are_cut_off() {
    let gzip = zeros(|zeros| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(zeros).unwrap();
        encoder.finish().unwrap()
    });
    let brotli = zeros(|zeros| {
        let mut encoder = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 1, 22);
        encoder.write_all(zeros).unwrap();
        encoder.into_inner()
    });
    let zstd = zeros(|zeros| zstd::encode_all(zeros, 1).unwrap());
    for (encoding, bomb) in
        [("gzip", gzip), ("br", brotli), ("zstd", zstd), ("identity", vec![0; (1 << 20) + 1])]
    {
        let size = bomb.len();
        let header = format!("Content-Encoding: {encoding}");
        let server = Scripted::start(move |_, _| answer("200 OK", &[&header], &bomb)).await;
        let refusal = refusal(get(server.url("/"))).await;
        let expected = NetError::TooLarge { host: "127.0.0.1".into(), limit: 1 << 20 };
        assert_eq!(refusal, expected, "{encoding}, {size} bytes");
    }
}

/// 1 GiB of zeros, made of the compressed form of a part, again and again.
#[tokio::test]
async fn a_gibibyte_of_zeros_is_cut_off() {
    const PART: usize = 16 << 20;
    const PARTS: usize = (1 << 30) / PART;
    let part = vec![0; PART];
    // Flushed, a part ends on a byte and the next one is compressed to the same bytes.
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let mut brotli = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 1, 22);
    let mut lengths = Vec::new();
    for _ in 0..3 {
        gzip.write_all(&part).unwrap();
        gzip.flush().unwrap();
        brotli.write_all(&part).unwrap();
        brotli.flush().unwrap();
        lengths.push([gzip.get_ref().len(), brotli.get_ref().len()]);
    }
    let repeated = |bytes: &[u8], which: usize| {
        let [first, last] = [lengths[1][which], lengths[2][which]];
        [bytes, &bytes[first..last].repeat(PARTS - 3)].concat()
    };
    // Blocks that repeat one byte 128 KiB often.
    let block = [0x02, 0x00, 0x10, 0x00].repeat((1 << 30) / (128 << 10));
    let zstd = [&[0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38][..], &block].concat();
    let bombs =
        [("gzip", repeated(gzip.get_ref(), 0)), ("br", repeated(brotli.get_ref(), 1)), ("zstd", zstd)];
    for (encoding, bomb) in bombs {
        assert!(bomb.len() < 8 << 20, "{encoding}: {} bytes", bomb.len());
        let header = format!("Content-Encoding: {encoding}");
        for limit in [1 << 20, PART + PART / 2] {
            let (header, bomb) = (header.clone(), bomb.clone());
            let server = Scripted::start(move |_, _| answer("200 OK", &[&header], &bomb)).await;
            let request = Request { body_limit: BodyLimit::Refuse(limit), ..get(server.url("/")) };
            let expected = NetError::TooLarge { host: "127.0.0.1".into(), limit };
            assert_eq!(refusal(request).await, expected, "{encoding} up to {limit}");
        }
    }
}

#[tokio::test]
async fn a_body_of_just_the_limit_is_read() {
    let server = Scripted::start(|_, _| answer("200 OK", &[], "12345678")).await;
    for (limit, expected) in [
        (BodyLimit::Refuse(8), Ok("12345678")),
        (BodyLimit::Refuse(7), Err(())),
        (BodyLimit::Truncate(7), Ok("1234567")),
        (BodyLimit::Truncate(0), Ok("")),
        (BodyLimit::Truncate(9), Ok("12345678")),
    ] {
        let request = Request { body_limit: limit, ..get(server.url("/")) };
        let body = client().send(request).await.map(|answer| String::from_utf8(answer.body.into()).unwrap());
        assert_eq!(body.map_err(|_| ()), expected.map(str::to_owned), "{limit:?}");
    }
}

#[tokio::test]
async fn the_page_of_a_failure_is_cut() {
    let server = Scripted::start(|_, _| answer("404 Not Found", &[], vec![b'x'; 2 << 20])).await;
    let answer = client().send(get(server.url("/"))).await.unwrap();
    assert_eq!((answer.status.as_u16(), answer.body.len()), (404, 8 * 1024));
}

/// Every four bytes become 128 KiB, without end.
#[tokio::test]
async fn an_endless_bomb_is_cut_off() {
    let frame = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38];
    let repeated_byte = vec![0x02, 0x00, 0x10, 0x00];
    let head = [&b"HTTP/1.1 200 OK\r\nContent-Encoding: zstd\r\n\r\n"[..], &frame].concat();
    let server =
        Scripted::start(move |_, _| Reply::Endless(head.clone(), repeated_byte.clone(), Duration::ZERO))
            .await;
    let refusal = refusal(get(server.url("/"))).await;
    assert_eq!(refusal, NetError::TooLarge { host: "127.0.0.1".into(), limit: 1 << 20 });
}

#[tokio::test]
async fn slow_and_endless_answers_time_out() {
    let pause = Duration::from_millis(20);
    let drip = move |head: &str, piece: &str| Reply::Endless(head.into(), piece.into(), pause);
    let cases = [
        ("a dripping body", drip("HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", "x")),
        (
            "a byte every 300 ms",
            Reply::Endless(b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), b"x".to_vec(), Duration::from_millis(300)),
        ),
        ("dripping headers", drip("HTTP/1.1 200 OK\r\n", "X-A: b\r\n")),
        ("endless early hints", drip("", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")),
        ("silence", drip("", "")),
        ("a slow chain", answer("302 Found", &["Location: /next"], "")),
    ];
    let check = async |(name, reply): (&str, Reply)| {
        let server = Scripted::start(move |path, _| match path {
            "/next" => drip("", ""),
            _ => reply.clone(),
        })
        .await;
        let limit = Duration::from_millis(1_000);
        let refusal = refusal(Request { timeout: limit, ..get(server.url("/")) }).await;
        assert_eq!(refusal, NetError::Timeout { host: "127.0.0.1".into(), limit }, "{name}");
    };
    futures::future::join_all(cases.into_iter().map(check)).await;
}

#[tokio::test]
async fn endless_headers_and_broken_answers_are_refused() {
    let many: String = (0..200).map(|number| format!("X-{number}: y\r\n")).collect();
    for (name, reply) in [
        ("many headers", Reply::Raw(format!("HTTP/1.1 200 OK\r\n{many}\r\n").into_bytes())),
        (
            "one endless header",
            Reply::Raw(format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "y".repeat(1 << 20)).into()),
        ),
        ("no HTTP", Reply::Raw(b"SSH-2.0-OpenSSH_9.9\r\n".to_vec())),
        ("nothing", Reply::Raw(Vec::new())),
        ("half a body", Reply::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf".to_vec())),
        ("no gzip", answer("200 OK", &["Content-Encoding: gzip"], "plain")),
    ] {
        let server = Scripted::start(move |_, _| reply.clone()).await;
        let refusal = refusal(get(server.url("/"))).await;
        assert!(matches!(refusal, NetError::Broken { .. }), "{name}: {refusal:?}");
        assert!(!refusal.to_string().ends_with(": "), "{name}: {refusal}");
    }
}

#[tokio::test]
async fn an_absent_server_and_one_without_tls_are_named() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let free = listener.local_addr().unwrap();
    drop(listener);
    let refused = refusal(get(Url::parse(&format!("http://{free}/")).unwrap())).await;
    assert!(matches!(refused, NetError::Connect { .. }), "{refused:?}");
    let plain = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Url::parse(&format!("https://{}/", plain.local_addr().unwrap())).unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = plain.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        stream
    });
    let untrusted = refusal(get(url)).await;
    assert!(matches!(untrusted, NetError::Tls { .. }), "{untrusted:?}");
    assert!(untrusted.to_string().starts_with("no secure connection to 127.0.0.1: "), "{untrusted}");
    println!("{untrusted}");
}
