//! Hubs push what is new: they are asked, answered and believed only as far as they prove who they are.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use url::Url;
use url::form_urlencoded;

use crate::support::{Asked, Page, Program, Receiver, Wire, answer, item};

/// A publisher and its hub on one server, and a desk that watches for storms and can be reached.
struct Desk {
    server: Wire,
    receiver: Receiver,
    program: Program,
    /// Where the daemon's service listens.
    port: u16,
}

/// How the publisher names its hub.
#[derive(Clone, Copy)]
enum Naming {
    Header,
    Feed,
}

fn publisher(naming: Naming) -> Wire {
    let port = free_port();
    let origin = format!("http://127.0.0.1:{port}");
    Wire::on("127.0.0.1", port, move |asked, _| match (asked.path(), naming) {
        ("/hub", _) => answer("202 Accepted", &[], ""),
        (_, Naming::Header) => {
            let links = format!("Link: <{origin}/hub>; rel=\"hub\", <{origin}/topic>; rel=self");
            answer("200 OK", &[&links], Page::rss(&item("1", "Calm", "x")).body)
        }
        (_, Naming::Feed) => {
            let links = format!(
                "<link xmlns=\"http://www.w3.org/2005/Atom\" rel=\"hub\" href=\"/hub\"/>\
                 <link xmlns=\"http://www.w3.org/2005/Atom\" rel=\"self\" href=\"{origin}/topic\"/>"
            );
            answer("200 OK", &[], Page::rss(&format!("{links}{}", item("1", "Calm", "x"))).body)
        }
    })
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Desk {
    fn new(naming: Naming) -> Self {
        let desk = Self {
            server: publisher(naming),
            receiver: Receiver::start(),
            program: Program::new(""),
            port: free_port(),
        };
        desk.configure(true);
        desk
    }

    /// With or without the feed.
    fn configure(&self, has_feed: bool) {
        let feed = format!("[[feed]]\nurl = \"{}\"\n", self.server.url("/feed"));
        let feed = if has_feed { feed } else { String::new() };
        self.program.write(&format!(
            "{feed}[server]\nlisten = \"127.0.0.1:{}\"\npublic_url = \"https://desk.example/fw\"\n\
             [fetch]\nallow_networks = [\"127.0.0.0/8\"]\nmax_body = \"64kB\"\n\
             [[watch]]\nname = \"storms\"\nquery = 'storm'\nchannels = [\"desk\"]\n\
             [[channel]]\nname = \"desk\"\nkind = \"webhook\"\nurl = \"{}\"\nsecret = \"{}\"\n",
            self.port,
            self.receiver.url,
            Receiver::SECRET,
        ));
    }

    /// What the hub was asked with its so-manieth request.
    fn asked_hub(&self, number: usize) -> HashMap<String, String> {
        self.server.wait_until_asked("/hub", number);
        let asked: Vec<Asked> =
            self.server.asked().into_iter().filter(|asked| asked.path() == "/hub").collect();
        let asked = &asked[number - 1];
        assert!(asked.line.starts_with("POST "), "{asked:?}");
        assert!(
            asked.headers.contains(&"Content-Type: application/x-www-form-urlencoded".to_owned()),
            "{asked:?}"
        );
        form_urlencoded::parse(asked.body.as_bytes()).into_owned().collect()
    }

    /// Sends a request to the daemon's service; status line, headers and body of the answer.
    fn send(&self, request: &str, headers: &str, body: &[u8]) -> (u16, String, String) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let head = format!(
            "{request} HTTP/1.1\r\nHost: desk.example\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        // Who sends too much is cut off.
        let _refused = stream.write_all(body);
        let mut text = String::new();
        let _cut = stream.read_to_string(&mut text);
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, head.to_ascii_lowercase(), body.to_owned())
    }

    /// Asks the callback as a hub does.
    fn question(&self, path: &str, parameters: &[(&str, &str)]) -> (u16, String, String) {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
        self.send(&format!("GET {path}?{query}"), "", b"")
    }

    /// Pushes a feed with one item, signed with `secret`; the status of the answer.
    fn push(&self, path: &str, secret: &str, guid: &str, title: &str) -> u16 {
        let body = Page::rss(&item(guid, title, "x")).body;
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(&body);
        let tag: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let headers = format!("Content-Type: application/rss+xml\r\nX-Hub-Signature: sha256={tag}\r\n");
        self.send(&format!("POST {path}"), &headers, &body).0
    }
}

/// The path that the daemon sees of a callback, below the public address.
fn path_of(callback: &str) -> String {
    Url::parse(callback).unwrap().path().strip_prefix("/fw").unwrap().to_owned()
}

#[test]
fn a_hub_is_asked_answered_believed_by_its_signature_and_left() {
    let desk = Desk::new(Naming::Header);
    let daemon = desk.program.start();
    let asked = desk.asked_hub(1);
    let topic = desk.server.url("/topic");
    assert_eq!((&asked["hub.mode"], &asked["hub.topic"]), (&"subscribe".to_owned(), &topic));
    assert!(asked["hub.lease_seconds"].parse::<u64>().unwrap() >= 86_400);
    let (callback, secret) = (&asked["hub.callback"], &asked["hub.secret"]);
    assert!(callback.starts_with("https://desk.example/fw/websub/"), "{callback}");
    assert!(callback.len() >= "https://desk.example/fw/websub/".len() + 32 && secret.len() >= 32);
    let path = path_of(callback);

    // Questions.
    let subscribe = |topic: &str, challenge: &str| {
        desk.question(
            &path,
            &[
                ("hub.mode", "subscribe"),
                ("hub.topic", topic),
                ("hub.challenge", challenge),
                ("hub.lease_seconds", "864000"),
            ],
        )
    };
    assert_eq!(subscribe("http://elsewhere.example/", "c").0, 404, "another topic");
    assert_eq!(
        desk.question(
            "/websub/0123456789abcdef0123456789abcdef",
            &[("hub.mode", "subscribe"), ("hub.topic", &topic)]
        )
        .0,
        404
    );
    assert_eq!(
        desk.question(&path, &[("hub.mode", "unsubscribe"), ("hub.topic", &topic), ("hub.challenge", "c")]).0,
        404,
        "nobody asked to stop"
    );
    assert_eq!(subscribe(&topic, &"c".repeat(5_000)).0, 404);
    let (status, head, body) = subscribe(&topic, "<b>challenge");
    assert_eq!((status, body.as_str()), (200, "<b>challenge"));
    assert!(head.contains("content-type: text/plain") && head.contains("nosniff"), "{head}");

    // What is pushed.
    assert_eq!(desk.push(&path, "another secret", "2", "Forged storm"), 202, "not told that it is ignored");
    assert_eq!(desk.send(&format!("POST {path}"), "", b"<rss/>").0, 202);
    assert_eq!(desk.send(&format!("POST {path}"), "", &[b'x'; 100_000]).0, 413);
    assert_eq!(desk.push("/websub/0123456789abcdef0123456789abcdef", secret, "2", "Lost storm"), 410);
    assert_eq!(desk.push(&path, secret, "3", "Storm closes ports"), 202);
    assert_eq!(desk.receiver.wait_for(1)[0].titles(), ["Storm closes ports"]);
    assert_eq!(desk.push(&path, secret, "3", "Storm closes ports"), 202);
    assert_eq!(desk.program.json(&["search", "storm"]).len(), 1, "neither forged nor twice");

    // The end.
    desk.configure(false);
    daemon.signal("HUP");
    let left = desk.asked_hub(2);
    assert_eq!((&left["hub.mode"], &left["hub.callback"]), (&"unsubscribe".to_owned(), callback));
    assert!(!left.contains_key("hub.secret"));
    assert_eq!(desk.push(&path, secret, "4", "Late storm"), 410);
    let stop = [("hub.mode", "unsubscribe"), ("hub.topic", topic.as_str()), ("hub.challenge", "bye")];
    assert_eq!(desk.question(&path, &stop).2, "bye");
    assert_eq!(desk.question(&path, &stop).0, 404, "forgotten");
    assert_eq!(desk.receiver.received().len(), 1);
}

#[test]
fn a_lease_is_renewed_before_it_ends_and_a_refusal_is_respected() {
    let desk = Desk::new(Naming::Feed);
    let daemon = desk.program.start();
    let asked = desk.asked_hub(1);
    let path = path_of(&asked["hub.callback"]);
    let topic = desk.server.url("/topic");
    let days = |days: u64| (days * 86_400).to_string();
    let agree = [
        ("hub.mode", "subscribe"),
        ("hub.topic", topic.as_str()),
        ("hub.challenge", "c"),
        ("hub.lease_seconds", &days(10)),
    ];
    assert_eq!(desk.question(&path, &agree).0, 200);
    daemon.signal("TERM");
    assert!(daemon.wait().success());

    desk.program.let_pass(24 * 9);
    let daemon = desk.program.start();
    let again = desk.asked_hub(2);
    assert_eq!(again, asked, "the same callback and secret");
    let refuse = [("hub.mode", "denied"), ("hub.topic", topic.as_str()), ("hub.reason", "no more")];
    assert_eq!(desk.question(&path, &refuse).0, 200);
    assert_eq!(desk.question(&path, &agree).0, 404, "whoever refused must be asked first");
    daemon.signal("TERM");
    assert!(daemon.wait().success());

    desk.program.let_pass(26);
    let _daemon = desk.program.start();
    assert_eq!(desk.asked_hub(3), asked);
}

#[test]
fn without_a_public_address_no_hub_is_asked() {
    let server = publisher(Naming::Header);
    let feeds = format!("[[feed]]\nurl = \"{}\"\n", server.url("/feed"));
    let program = Program::new(&format!("{feeds}[server]\nlisten = \"127.0.0.1:{}\"\n", free_port()));
    program.run(&["poll"]);
    let daemon = program.start();
    daemon.wait_for_log("watching");
    daemon.signal("TERM");
    assert!(daemon.wait().success());
    assert!(server.paths().iter().all(|path| path == "/feed"), "{:?}", server.paths());
}
