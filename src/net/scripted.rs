//! A server for tests that answers as it is told and keeps every request byte for byte.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

use crate::config::FetchSettings;

/// What the server does with a request. It closes the connection afterwards.
#[derive(Clone)]
pub(crate) enum Reply {
    /// These bytes, status line and all.
    Raw(Vec<u8>),
    /// The first bytes, then the second ones again and again, with a pause after each.
    Endless(Vec<u8>, Vec<u8>, Duration),
    /// Nothing until the gate gets a permit, then the bytes.
    Held(Arc<tokio::sync::Semaphore>, Vec<u8>),
}

/// A running server; it ends with the test's runtime.
pub(crate) struct Scripted {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Scripted {
    /// Starts on a free port; `script` is asked with the path of each request and how many requests came
    /// before it.
    pub(crate) async fn start(script: impl Fn(&str, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (record, script) = (Arc::clone(&requests), Arc::new(script));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&record), Arc::clone(&script)));
            }
        });
        Self { address, requests }
    }

    /// The URL of `path` here.
    pub(crate) fn url(&self, path: &str) -> Url {
        Url::parse(&format!("http://{}{path}", self.address)).unwrap()
    }

    /// The URL of `path` here, by another name of this host.
    pub(crate) fn url_as(&self, host: &str, path: &str) -> Url {
        Url::parse(&format!("http://{host}:{}{path}", self.address.port())).unwrap()
    }

    /// What came so far.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

/// Settings that let a client reach the server.
pub(crate) fn settings() -> FetchSettings {
    FetchSettings {
        user_agent: "feedwatch/test (+https://example.org)".into(),
        timeout: Duration::from_secs(20),
        connect_timeout: Duration::from_secs(5),
        max_body: 1 << 20,
        max_entries: 1000,
        max_redirects: 5,
        concurrency: 8,
        per_host: 2,
        allow_networks: vec!["127.0.0.0/8".parse().unwrap()],
        proxy: None,
        retry_after_scope: crate::config::RetryAfterScope::Host,
        min_free_space: 1,
        max_backoff: Duration::from_secs(3600),
        max_wait: Duration::from_secs(3600),
    }
}

/// An answer with these header lines (empty ones are left out) and this body.
pub(crate) fn answer(status: &str, headers: &[&str], body: impl AsRef<[u8]>) -> Reply {
    let body = body.as_ref();
    let mut bytes = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n", body.len());
    for header in headers.iter().chain(&["Connection: close"]).filter(|header| !header.is_empty()) {
        bytes += header;
        bytes += "\r\n";
    }
    bytes += "\r\n";
    let mut bytes = bytes.into_bytes();
    bytes.extend_from_slice(body);
    Reply::Raw(bytes)
}

async fn serve<F>(mut stream: TcpStream, record: Arc<Mutex<Vec<String>>>, script: Arc<F>)
where
    F: Fn(&str, usize) -> Reply,
{
    let Some(request) = read_request(&mut stream).await else { return };
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    let before = {
        let mut record = record.lock().unwrap();
        record.push(request);
        record.len() - 1
    };
    // The client may hang up at any moment; that is its right.
    let _ = match script(&path, before) {
        Reply::Raw(bytes) => stream.write_all(&bytes).await,
        Reply::Held(gate, bytes) => {
            gate.acquire().await.unwrap().forget();
            stream.write_all(&bytes).await
        }
        Reply::Endless(head, piece, pause) => {
            let mut sent = stream.write_all(&head).await;
            while sent.is_ok() {
                sent = stream.write_all(&piece).await;
                tokio::time::sleep(pause).await;
            }
            sent
        }
    };
    let _ = stream.shutdown().await;
}

/// Head and body of a request.
async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head
            .to_ascii_lowercase()
            .split_once("content-length: ")
            .map_or(0, |(_, rest)| rest.lines().next().and_then(|length| length.parse().ok()).unwrap_or(0));
        if body.len() >= length {
            return Some(text);
        }
    }
}
