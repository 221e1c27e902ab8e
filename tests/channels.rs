//! `channel test` sends a real message and shows the answer; whatever does not take it is a failure, and
//! no word of a secret is shown.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::support::Program;

const SECRET: &str = "hunter2hunter2";

/// A service that answers every request with this status line and body, and keeps what came.
struct Service {
    url: String,
    came: Arc<Mutex<Vec<String>>>,
}

impl Service {
    fn start(status: &'static str, body: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let came = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&came);
        // It ends with the tests.
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut request = Vec::new();
                let mut buffer = [0; 4096];
                while !is_whole(&request) {
                    let read = stream.read(&mut buffer).unwrap();
                    request.extend_from_slice(&buffer[..read]);
                }
                kept.lock().unwrap().push(String::from_utf8(request).unwrap());
                let head =
                    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close", body.len());
                stream.write_all(format!("{head}\r\n\r\n{body}").as_bytes()).unwrap();
            }
        });
        Self { url, came }
    }
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    body.len() >= length.unwrap_or(0)
}

/// A channel of each kind that speaks HTTP, with what its service says when it takes a message and when it
/// does not, and the words of that.
const KINDS: [(&str, &str, &str, &str, &str); 8] = [
    ("slack", "url = \"URL/SECRET\"", "ok", "no_service", "404 Not Found: no_service"),
    (
        "discord",
        "url = \"URL/SECRET\"",
        r#"{"id": "7"}"#,
        r#"{"code": 10015, "message": "Unknown Webhook"}"#,
        "404 Not Found: Unknown Webhook",
    ),
    ("mattermost", "url = \"URL/SECRET\"", "ok", r#"{"message": "gone"}"#, "404 Not Found: gone"),
    ("teams", "url = \"URL/SECRET\"", "1", "/SECRET", "404 Not Found: /****"),
    (
        "telegram",
        "token = \"SECRET\"\nchat = \"@desk\"\napi = \"URL\"",
        r#"{"ok": true, "result": {"message_id": 7}}"#,
        r#"{"ok": false, "error_code": 404, "description": "Not Found"}"#,
        "404 Not Found: Not Found",
    ),
    (
        "matrix",
        "token = \"SECRET\"\nroom = \"!a:b\"\nhomeserver = \"URL\"",
        r#"{"event_id": "$7"}"#,
        r#"{"errcode": "M_NOT_FOUND", "error": "no room"}"#,
        "404 Not Found: M_NOT_FOUND no room",
    ),
    (
        "ntfy",
        "topic = \"SECRET\"\ntoken = \"SECRET\"\nserver = \"URL\"",
        r#"{"id": "7"}"#,
        r#"{"error": "page not found"}"#,
        "404 Not Found: page not found",
    ),
    ("webhook", "url = \"URL/SECRET\"", "", "no such hook", "404 Not Found: no such hook"),
];

#[test]
fn a_service_that_takes_the_message_is_a_success_and_a_404_is_a_failure() {
    for (kind, keys, taken, refused, words) in KINDS {
        let refused: &'static str = refused.replace("SECRET", SECRET).leak();
        for (status, body, is_taken) in [("200 OK", taken, true), ("404 Not Found", refused, false)] {
            let service = Service::start(status, body);
            let keys = keys.replace("URL", &service.url).replace("SECRET", SECRET);
            let program = Program::new(&format!("[[channel]]\nname = \"desk\"\nkind = \"{kind}\"\n{keys}"));

            let output = program.output(&["channel", "test", "desk", "--json"]);
            let shown = String::from_utf8_lossy(&output.stdout).into_owned();
            let told: Value =
                serde_json::from_str(&shown).unwrap_or_else(|error| panic!("{kind}: {error}: {shown}"));
            assert_eq!(
                (&told["channel"], &told["delivered"]),
                (&json!("desk"), &json!(is_taken)),
                "{kind}: {told}"
            );
            assert_eq!(output.status.code(), Some(i32::from(!is_taken)), "{kind}: {told}");
            if !is_taken {
                assert_eq!(told["answer"], words, "{kind}");
            }

            let output = program.output(&["channel", "test", "desk"]);
            let (out, err) =
                (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            assert_eq!(output.status.code(), Some(i32::from(!is_taken)), "{kind}: {out}{err}");
            let said = if is_taken { &out } else { &err };
            assert!(
                said.contains(if is_taken { "delivered to 'desk': 200 OK" } else { words }),
                "{kind}: {said}"
            );

            let checked = program.output(&["check"]);
            for output in [&output, &checked] {
                let shown = [&output.stdout[..], &output.stderr[..]].concat();
                assert!(!String::from_utf8_lossy(&shown).contains(SECRET), "{kind} shows its secret");
            }
            let came = service.came.lock().unwrap();
            assert_eq!(came.len(), 2, "{kind}");
            assert!(came[0].contains(SECRET) && came[0].contains("A "), "{kind}: {}", came[0]);
        }
    }
}

#[test]
fn a_file_and_a_terminal_take_the_message_too() {
    let program = Program::new(
        "[[channel]]\nname = \"log\"\nkind = \"file\"\npath = \"alerts.jsonl\"\n\
         [[channel]]\nname = \"out\"\nkind = \"stdout\"\ntemplate = \"{{ type }} of {{ articles|length }}\"\nformat = \"text\"",
    );
    assert!(program.json(&["channel", "test", "log"])[0]["delivered"] == true);
    let file = program.file("probe", "");
    let lines = std::fs::read_to_string(file.replace("probe", "alerts.jsonl")).unwrap();
    let entry: Value = serde_json::from_str(lines.trim_end()).unwrap();
    assert_eq!((&entry["type"], lines.lines().count()), (&json!("test"), 1));
    assert!(entry["id"].is_string());

    assert_eq!(program.run(&["channel", "test", "out"]).lines().next(), Some("test of 1"));
}
