//! A server that answers with the bytes it is told to, and keeps every request byte for byte.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// A request as it came: its line, then its headers in the order of the alphabet, and its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) line: String,
    pub(crate) headers: Vec<String>,
    pub(crate) body: String,
}

impl Asked {
    pub(crate) fn path(&self) -> &str {
        self.line.split(' ').nth(1).unwrap()
    }

    fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let mut lines = head.split("\r\n");
        let line = lines.next().unwrap().to_owned();
        let mut headers: Vec<String> = lines.map(str::to_owned).collect();
        headers.sort_unstable();
        Self { line, headers, body: body.to_owned() }
    }
}

pub(crate) struct Wire {
    pub(crate) port: u16,
    asked: Arc<(Mutex<Vec<Asked>>, Condvar)>,
}

impl Wire {
    /// Starts on a free port; `script` is asked with each request and how many came before it for the same
    /// path. The connection is closed after each answer.
    pub(crate) fn start(script: impl Fn(&Asked, usize) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::on("127.0.0.1", 0, script)
    }

    /// The same on an address and port of one's choice.
    pub(crate) fn on(
        address: &str,
        port: u16,
        script: impl Fn(&Asked, usize) -> Vec<u8> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind((address, port)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked: Arc<(Mutex<Vec<Asked>>, Condvar)> = Arc::default();
        let (record, script) = (asked.clone(), Arc::new(script));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (record, script) = (record.clone(), script.clone());
                std::thread::spawn(move || serve(stream, &record, script.as_ref()));
            }
        });
        Self { port, asked }
    }

    /// The URL of `path` here.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Every request so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.0.lock().unwrap().clone()
    }

    /// The paths of every request so far.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.asked().iter().map(|asked| asked.path().to_owned()).collect()
    }

    /// Waits until `count` requests came for `path`.
    pub(crate) fn wait_until_asked(&self, path: &str, count: usize) {
        let asked = self.asked.0.lock().unwrap();
        let too_few =
            |asked: &mut Vec<Asked>| asked.iter().filter(|asked| asked.path() == path).count() < count;
        let (_asked, timeout) =
            self.asked.1.wait_timeout_while(asked, Duration::from_secs(60), too_few).unwrap();
        assert!(!timeout.timed_out(), "{path} was not asked for {count} times within a minute");
    }
}

fn serve<F: Fn(&Asked, usize) -> Vec<u8>>(
    mut stream: TcpStream,
    record: &(Mutex<Vec<Asked>>, Condvar),
    script: &F,
) {
    let Some(text) = read(&mut stream) else { return };
    let request = Asked::parse(&text);
    let before = {
        let mut record = record.0.lock().unwrap();
        let before = record.iter().filter(|asked| asked.path() == request.path()).count();
        record.push(request.clone());
        before
    };
    let answer = script(&request, before);
    // Before the answer: whoever has it may count on the record.
    record.1.notify_all();
    // The program may hang up at any moment; that is its right.
    let _gone = stream.write_all(&answer);
    let _closed = stream.shutdown(Shutdown::Write);
}

/// A request with its body, each byte as the character of its number; `None` when there came none.
fn read(stream: &mut TcpStream) -> Option<String> {
    let mut text = String::new();
    let mut bytes = [0; 4096];
    loop {
        let count = stream.read(&mut bytes).ok().filter(|count| *count > 0)?;
        text.extend(bytes[..count].iter().map(|byte| char::from(*byte)));
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("content-length").then(|| value.parse::<usize>().unwrap())
        });
        if body.len() >= length.unwrap_or(0) {
            return Some(text);
        }
    }
}

/// An answer with this status, these header lines and this body.
pub(crate) fn answer(status: &str, headers: &[&str], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut head = format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    for header in headers {
        head += header;
        head += "\r\n";
    }
    head += "\r\n";
    [&latin1(&head), body].concat()
}

/// The bytes whose numbers are those of the characters.
fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}
