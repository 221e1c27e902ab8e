//! Mail over SMTP: text first, then HTML; identified so that a repetition is recognised as one, and
//! threaded by story.
//!
//! The server's address is not guarded: it comes from the configuration, and relays live in private
//! networks. A reply of 5xx is final (RFC 5321, section 4.2.1); one of 4xx, and whatever goes wrong on
//! the way to a reply, is tried again. All recipients get the mail or none: one that is refused fails
//! it, and the reason quotes the server.

use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use secrecy::{ExposeSecret, SecretString};
use url::{Host, Url};

use super::wording::{Wording, Words, paragraph};
use super::{ANSWER_WIDTH, Attempt, Kind};
use crate::alert::render::{self, Block, Marks, Room};
use crate::alert::{Message, Outcome, Payload, shorten};
use crate::model::{Priority, ThreadId};

/// Bytes of a watch's name in a list's: RFC 2919 recommends 255 characters in all.
const MAX_LABEL: usize = 48;

/// Bytes of both forms of a text, before they are encoded, which makes half as many again of them.
/// Servers take ten times that.
const ROOM: Room = Room { limit: 1_000_000, parts: 1 };

/// Sends a mail per message.
pub(super) struct Email {
    channel: String,
    from: Mailbox,
    to: Vec<Mailbox>,
    transport: AsyncSmtpTransport<Tokio1Executor>,
    wording: Wording,
}

/// What mail needs of the settings.
pub(super) struct Account<'a> {
    pub(super) channel: &'a str,
    pub(super) from: &'a str,
    pub(super) to: &'a [String],
    pub(super) smtp: &'a Url,
    pub(super) username: Option<&'a str>,
    pub(super) password: Option<&'a SecretString>,
    pub(super) timeout: Duration,
}

impl Email {
    /// Must be called inside a tokio runtime: idle connections are closed in the background.
    pub(super) fn new(account: &Account<'_>, wording: Wording) -> Result<Self, String> {
        if account.to.is_empty() {
            return Err("no recipient: name one in `to`".to_owned());
        }
        Ok(Self {
            channel: account.channel.to_owned(),
            from: mailbox(account.from)?,
            to: account.to.iter().map(|to| mailbox(to)).collect::<Result<_, _>>()?,
            transport: transport(account)?,
            wording,
        })
    }

    async fn send(&self, attempt: &Attempt<'_>) -> Outcome {
        let (mail, complaint) = match self.compose(attempt) {
            Ok(composed) => composed,
            Err(error) => return Outcome::Rejected { reason: format!("cannot write the mail: {error}") },
        };
        match self.transport.send(mail).await {
            Ok(response) => {
                let answer = response.message().collect::<Vec<_>>().join(" ");
                let answer = shorten(&format!("{} {answer}", response.code()), ANSWER_WIDTH);
                let complaint = complaint.map_or_else(String::new, |complaint| format!("; {complaint}"));
                Outcome::Delivered { detail: answer + &complaint }
            }
            Err(error) => {
                let reason = shorten(&format!("smtp: {error}"), ANSWER_WIDTH);
                if error.is_permanent() {
                    Outcome::Rejected { reason }
                } else {
                    Outcome::Retry { after: None, reason }
                }
            }
        }
    }

    /// The same mail in every attempt, to the byte; and what to complain of.
    fn compose(
        &self,
        attempt: &Attempt<'_>,
    ) -> Result<(lettre::Message, Option<String>), lettre::error::Error> {
        let payload = attempt.payload;
        let domain = self.from.email.domain();
        let mut mail = lettre::Message::builder()
            .from(self.from.clone())
            .subject(subject(payload))
            .date(payload.timestamp.into())
            .message_id(Some(format!("<{}@{domain}>", attempt.id)))
            .raw_header(raw("List-Id", list_id(list(&payload.message), domain)))
            // RFC 3834: no vacation notice comes back.
            .raw_header(raw("Auto-Submitted", "auto-generated".to_owned()));
        for (name, value) in priority(payload.message.priority()) {
            mail = mail.raw_header(raw(name, (*value).to_owned()));
        }
        if let Some(story) = story(&payload.message) {
            // The root is no mail: programs hang all that refer to it on one thread (RFC 5256).
            let thread = ThreadId::of(attempt.install, &self.channel, story);
            let root = format!("<{thread}@{domain}>");
            mail = mail.in_reply_to(root.clone()).references(root);
        }
        for to in &self.to {
            mail = mail.to(to.clone());
        }
        let mut blocks = fit(&payload.message);
        let complaint = match self.wording.of(payload) {
            Words::Standard => None,
            Words::Own(text) => return Ok((mail.singlepart(SinglePart::plain(text))?, None)),
            Words::Failed(complaint) => {
                blocks.push(paragraph(&complaint));
                Some(complaint)
            }
        };
        let parts = MultiPart::alternative().boundary(attempt.id.to_string());
        let mail = mail.multipart(
            parts
                .singlepart(SinglePart::plain(render::text_of(&blocks, Marks::STARS)))
                .singlepart(SinglePart::html(render::html_of(&render::label(&payload.message), &blocks))),
        )?;
        Ok((mail, complaint))
    }
}

/// What fits into a mail of moderate size.
fn fit(message: &Message) -> Vec<Block> {
    let size =
        |block: &Block| render::block_of(block, Marks::STARS).len() + render::html_block(block).len() + 1;
    render::fit(message, ROOM, size).into_iter().flatten().collect()
}

/// What looks like an encoded word (RFC 2047) would be decoded by whoever reads the mail, to whatever a feed has
/// put into it: a zero-width space keeps it text.
fn subject(payload: &Payload) -> String {
    render::subject(payload).replace("=?", "=\u{200b}?")
}

fn raw(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

/// RFC 2156 has `Importance`; many programs look at `X-Priority` alone.
fn priority(priority: Priority) -> &'static [(&'static str, &'static str)] {
    match priority {
        Priority::Low => &[("X-Priority", "5 (Lowest)"), ("Importance", "low")],
        Priority::Normal => &[],
        Priority::High => &[("X-Priority", "1 (Highest)"), ("Importance", "high")],
    }
}

/// The story that all articles tell, if there is one.
fn story(message: &Message) -> Option<&str> {
    let mut stories = message.articles().map(|article| article.story.as_ref().map(|story| story.id.as_str()));
    let first = stories.next()??;
    stories.all(|story| story == Some(first)).then_some(first)
}

impl Kind for Email {
    fn deliver<'a>(&'a self, attempt: &'a Attempt<'a>) -> BoxFuture<'a, Outcome> {
        self.send(attempt).boxed()
    }
}

fn mailbox(address: &str) -> Result<Mailbox, String> {
    address.parse().map_err(|error| format!("'{address}' is not a mail address: {error}"))
}

fn transport(account: &Account<'_>) -> Result<AsyncSmtpTransport<Tokio1Executor>, String> {
    type Smtp = AsyncSmtpTransport<Tokio1Executor>;
    let url = account.smtp;
    let host = match url.host() {
        // Only http has its hosts parsed as addresses by `url`; brackets must go all the same.
        Some(Host::Ipv6(address)) => address.to_string(),
        Some(host) => host.to_string(),
        None => return Err(format!("'{url}' names no host: write smtp://host:port")),
    };
    let builder = match url.scheme() {
        "smtp" => Ok(Smtp::builder_dangerous(&host)),
        "smtp+starttls" => Smtp::starttls_relay(&host),
        "smtps" => Smtp::relay(&host),
        other => {
            return Err(format!("'{other}' is not a way to send mail: write smtp, smtp+starttls or smtps"));
        }
    };
    let mut builder = builder
        .map_err(|error| format!("cannot set up tls for '{host}': {error}"))?
        .timeout(Some(account.timeout))
        // One delivery at a time is in flight.
        .pool_config(PoolConfig::new().max_size(1));
    if let Some(port) = url.port() {
        builder = builder.port(port);
    }
    if let (Some(username), Some(password)) = (account.username, account.password) {
        builder =
            builder.credentials(Credentials::new(username.to_owned(), password.expose_secret().to_owned()));
    }
    Ok(builder.build())
}

/// What readers sort mail by: the watch, where there is one.
fn list(message: &Message) -> &str {
    match message {
        Message::Match(data) | Message::Test(data) => &data.watch,
        Message::Digest(_) | Message::Notice(_) => message.kind(),
    }
}

/// RFC 2919: one list per watch, so that mail programs can sort by it. What may not stand in a dot-atom
/// is percent-encoded.
fn list_id(watch: &str, domain: &str) -> String {
    let label: String = watch
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .take(MAX_LABEL)
        .collect();
    format!("<{label}.feedwatch.{domain}>")
}

#[cfg(test)]
mod tests {
    use std::process::Stdio;

    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    use tokio::net::TcpListener;
    use tokio::process::Command;

    use super::*;
    use crate::alert::Template;
    use crate::alert::fixture::{digest, notice, payload as alert, pending, with_story};
    use crate::channel::fixture;

    /// An SMTP server for one connection: it answers the command that begins with `bad.0` with
    /// `bad.1`, all others with success. Gives what it was told, dots undone.
    async fn serve(listener: TcpListener, bad: Option<(&str, &str)>) -> String {
        let (stream, _) = listener.accept().await.expect("a connection");
        let mut stream = BufReader::new(stream);
        let mut mail = String::new();
        let greeting = if let Some(("", answer)) = bad { answer } else { "220 sink" };
        stream.write_all(format!("{greeting}\r\n").as_bytes()).await.expect("greeting");
        let mut in_data = false;
        let mut line = String::new();
        while stream.read_line(&mut line).await.is_ok_and(|read| read > 0) {
            let command = std::mem::take(&mut line);
            let answer = match (in_data, command.as_str()) {
                (true, ".\r\n") => {
                    in_data = false;
                    bad.filter(|(when, _)| *when == ".").map_or("250 queued as 7", |(_, answer)| answer)
                }
                (true, text) => {
                    mail.push_str(text.strip_prefix('.').unwrap_or(text));
                    continue;
                }
                (false, text) => match bad {
                    Some((when, answer)) if !when.is_empty() && text.starts_with(when) => answer,
                    _ if text.starts_with("DATA") => {
                        in_data = true;
                        "354 go on"
                    }
                    _ if text.starts_with("QUIT") => break,
                    _ => "250 fine",
                },
            };
            stream.write_all(format!("{answer}\r\n").as_bytes()).await.expect("answer");
        }
        mail
    }

    fn email(port: u16) -> Email {
        let smtp = Url::parse(&format!("smtp://127.0.0.1:{port}")).expect("a URL");
        let account = Account {
            channel: "desk",
            from: "Feedwatch <feedwatch@example.org>",
            to: &["desk@example.org".to_owned(), "Второй <second@example.org>".to_owned()],
            smtp: &smtp,
            username: None,
            password: None,
            timeout: Duration::from_secs(5),
        };
        Email::new(&account, Wording::new(None)).expect("an account")
    }

    async fn attempt(title: &str, bad: Option<(&str, &str)>) -> (Outcome, String) {
        exchange(&fixture::payload(title), bad).await
    }

    /// How sending `payload` ended, and the mail.
    async fn exchange(payload: &Payload, bad: Option<(&str, &str)>) -> (Outcome, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let email = email(listener.local_addr().expect("an address").port());
        let deliver = async move {
            let outcome = email.deliver(&fixture::attempt(payload)).await;
            // The pooled connection ends with it, which ends the server.
            email.transport.shutdown().await;
            outcome
        };
        tokio::join!(deliver, serve(listener, bad))
    }

    #[tokio::test]
    async fn answers_decide_what_comes_next() {
        let delivered = |detail: &str| Outcome::Delivered { detail: detail.to_owned() };
        let retry = |reason: &str| Outcome::Retry { after: None, reason: reason.to_owned() };
        let rejected = |reason: &str| Outcome::Rejected { reason: reason.to_owned() };
        for (bad, expected) in [
            (None, delivered("250 queued as 7")),
            (Some(("", "421 busy")), retry("smtp: transient error (421): busy")),
            (Some(("MAIL", "451 later")), retry("smtp: transient error (451): later")),
            (Some(("RCPT", "450 greylisted")), retry("smtp: transient error (450): greylisted")),
            (Some(("RCPT", "550 no such user")), rejected("smtp: permanent error (550): no such user")),
            (Some((".", "552 \u{1b}[2Jtoo big")), rejected("smtp: permanent error (552): [2Jtoo big")),
            (Some((".", "452 disk full")), retry("smtp: transient error (452): disk full")),
        ] {
            assert_eq!(attempt("title", bad).await.0, expected, "{bad:?}");
        }
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_is_tried_again() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        drop(listener);
        let payload = fixture::payload("title");
        let outcome = email(port).deliver(&fixture::attempt(&payload)).await;
        assert!(matches!(&outcome, Outcome::Retry { .. }), "{outcome:?}");
    }

    #[tokio::test]
    async fn a_mail_is_text_then_html_and_says_who_sent_it() {
        let (_, mail) = attempt("Plain title", None).await;
        let (head, body) = mail.split_once("\r\n\r\n").expect("headers and a body");
        let id = fixture::attempt(&fixture::payload("")).id;
        for header in [
            "From: Feedwatch <feedwatch@example.org>",
            "Subject: [asean-cyber] Plain title",
            "Date: Sun, 01 Mar 2026 08:15:00 +0000",
            &format!("Message-ID: <{id}@example.org>"),
            "List-Id: <asean-cyber.feedwatch.example.org>",
            "Auto-Submitted: auto-generated",
        ] {
            assert!(head.lines().any(|line| line == header), "{header} in {head}");
        }
        let text = body.find("Content-Type: text/plain").expect("a text part");
        let html = body.find("Content-Type: text/html").expect("an HTML part");
        assert!(text < html);
        assert_eq!(attempt("Plain title", None).await.1, mail, "a repetition is the same mail");
    }

    #[tokio::test]
    async fn titles_cannot_add_headers() {
        for title in ["x\r\nBcc: a@b", "x\nBcc: a@b", "x\r\n\r\nBcc: a@b", "x\rBcc: a@b", "日本\r\nBcc: a@b"]
        {
            let (outcome, mail) = attempt(title, None).await;
            assert!(matches!(outcome, Outcome::Delivered { .. }), "{title:?}: {outcome:?}");
            let (head, _) = mail.split_once("\r\n\r\n").expect("headers and a body");
            assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{title:?}: {head}");
            assert!(head.is_ascii(), "{head}");
        }
    }

    #[tokio::test]
    async fn mails_about_a_story_hang_on_one_thread() {
        let header = |mail: &str, name: &str| {
            let head = mail.split_once("\r\n\r\n").expect("headers and a body").0.to_owned();
            head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned))
        };
        let thread = async |payload: Payload| {
            let (outcome, mail) = exchange(&payload, None).await;
            assert!(matches!(outcome, Outcome::Delivered { .. }), "{outcome:?}");
            let root = header(&mail, "In-Reply-To");
            assert_eq!(root, header(&mail, "References"));
            assert_ne!(root, header(&mail, "Message-ID"));
            root
        };
        let root = format!("<{}@example.org>", ThreadId::of("install", "desk", "story-1"));
        let told = |key: &str| with_story(alert(&[pending("desk", "asean-cyber", key)]));
        assert_eq!(thread(told("1")).await, Some(root.clone()));
        assert_eq!(thread(told("2")).await, Some(root.clone()), "another article of the story");
        let both = [pending("desk", "asean-cyber", "1"), pending("desk", "asean-cyber", "2")];
        assert_eq!(thread(with_story(alert(&both))).await, Some(root));
        let mut mixed = with_story(alert(&both));
        let Message::Match(data) = &mut mixed.message else { panic!("a match expected") };
        data.articles[1].story = None;
        assert_eq!(thread(mixed).await, None, "two stories in one mail");
        assert_eq!(thread(fixture::payload("Title")).await, None, "no story");
    }

    #[tokio::test]
    async fn priorities_lists_and_recipients_stand_in_headers() {
        let low = ["X-Priority: 5 (Lowest)", "Importance: low"];
        let high = ["X-Priority: 1 (Highest)", "Importance: high"];
        let of = |priority| fixture::urgent(fixture::payload("Title"), priority);
        for (payload, list, present, absent) in [
            (of(Priority::Low), "asean-cyber", &low[..], &high[..]),
            (of(Priority::Normal), "asean-cyber", &[], &["X-Priority", "Importance"]),
            (of(Priority::High), "asean-cyber", &high, &low),
            (digest(&[pending("desk", "a", "1"), pending("desk", "b", "2")]), "digest", &[], &["X-Priority"]),
            (notice(), "notice", &[], &["X-Priority"]),
        ] {
            let (_, mail) = exchange(&payload, None).await;
            let (head, _) = mail.split_once("\r\n\r\n").expect("headers and a body");
            let list = format!("List-Id: <{list}.feedwatch.example.org>");
            let to = "To: desk@example.org, =?utf-8?b?0JLRgtC+0YDQvtC5?= <second@example.org>";
            for header in present.iter().copied().chain([&*list, to]) {
                assert!(head.lines().any(|line| line == header), "{header} in {head}");
            }
            assert!(!head.lines().any(|line| absent.iter().any(|no| line.starts_with(no))), "{head}");
        }
    }

    #[tokio::test]
    async fn no_title_is_an_encoded_word() {
        let word = "=?utf-8?b?eApCY2M6IGFAYg==?=";
        let (_, mail) = attempt(&format!("Ministers {word} meet"), None).await;
        let (head, body) = mail.split_once("\r\n\r\n").expect("headers and a body");
        assert!(head.contains("Subject: [asean-cyber] Ministers ") && !head.contains(word), "{head}");
        // Quoted-printable writes the signs of equality otherwise.
        assert!(body.contains("=3D?utf-8?b?eApCY2M6IGFAYg=3D=3D?=3D"), "{body}");
    }

    #[tokio::test]
    async fn a_flood_is_a_mail_that_servers_take() {
        for (count, title) in [(500, "日本 ".repeat(2_000)), (50, "word ".repeat(10_000))] {
            let (outcome, mail) = exchange(&fixture::articles(count, &title), None).await;
            assert!(matches!(outcome, Outcome::Delivered { .. }), "{outcome:?}");
            assert!(mail.len() < 3_000_000, "{} bytes", mail.len());
            assert!(mail.lines().all(|line| line.len() <= 998), "RFC 5322, section 2.1.1");
        }
    }

    #[tokio::test]
    async fn a_template_makes_a_mail_of_text_alone() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let template = Template::new("{{ type }}: {% for a in articles %}{{ a.title }}{% endfor %}<b>");
        let wording = Wording::new(Some(&template.expect("a template")));
        let email = Email { wording, ..email(port) };
        let payload = fixture::payload("Title");
        let deliver = async move {
            let outcome = email.deliver(&fixture::attempt(&payload)).await;
            email.transport.shutdown().await;
            outcome
        };
        let (_, mail) = tokio::join!(deliver, serve(listener, None));
        assert!(mail.contains("Content-Type: text/plain"), "{mail}");
        assert!(mail.contains("match: Title<b>") && !mail.contains("text/html"), "{mail}");
    }

    /// A real mail server, where Python has aiosmtpd: what it understands is what was meant.
    #[tokio::test]
    async fn a_real_server_understands_the_mails() {
        let has = Command::new("python3").args(["-c", "import aiosmtpd"]).output().await;
        if !has.is_ok_and(|has| has.status.success()) {
            println!("skipped: python3 with aiosmtpd is not installed; the sink of the other tests stays");
            return;
        }
        let mut server = Command::new("python3")
            .args(["-c", include_str!("sink.py")])
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("a server");
        let mut said = BufReader::new(server.stdout.take().expect("its words")).lines();
        let port = said.next_line().await.expect("a line").expect("a port");
        let smtp = Url::parse(&format!("smtp://127.0.0.1:{port}")).expect("a URL");
        let mailer = |to: &[&str]| {
            let to: Vec<String> = to.iter().map(|&to| to.to_owned()).collect();
            let account = Account {
                channel: "desk",
                from: "Feedwatch <feedwatch@example.org>",
                to: &to,
                smtp: &smtp,
                username: None,
                password: None,
                timeout: Duration::from_secs(20),
            };
            Email::new(&account, Wording::new(None)).expect("an account")
        };

        let alerts = [("asean-cyber", "1"), ("日本", "2")].map(|(watch, key)| pending("desk", watch, key));
        let digest = digest(&alerts);
        let story = with_story(alert(&alerts[..1]));
        let desk = mailer(&["desk@example.org", "Второй <second@example.org>"]);
        for payload in [&digest, &story, &fixture::payload(fixture::HOSTILE), &notice()] {
            let outcome = desk.deliver(&fixture::attempt(payload)).await;
            assert_eq!(outcome, Outcome::Delivered { detail: "250 kept".to_owned() });
            let line = said.next_line().await.expect("a line").expect("a mail");
            let mail: serde_json::Value = serde_json::from_str(&line).expect("JSON");
            assert_eq!(mail["to"], serde_json::json!(["desk@example.org", "second@example.org"]));
            assert_eq!(mail["defects"], serde_json::json!([]), "{mail}");
            assert_eq!(mail["headers"]["Subject"], render::subject(payload));
            assert_eq!(mail["headers"].get("Bcc"), None);
            let part = |index: usize| {
                let part = &mail["parts"][index];
                let text = part[1].as_str().expect("a text").replace("\r\n", "\n");
                (part[0].as_str().expect("a type").to_owned(), text)
            };
            assert_eq!(part(0), ("text/plain".to_owned(), render::text(payload, Marks::STARS)));
            assert_eq!(part(1), ("text/html".to_owned(), render::html(payload)));
            assert_eq!(mail["parts"].as_array().map(Vec::len), Some(2));
        }
        for (to, expected) in [
            (["desk@example.org", "nobody@example.org"], "smtp: permanent error (550): 5.1.1 no such user"),
            (["later@example.org", "desk@example.org"], "smtp: transient error (451): 4.7.1 come back later"),
        ] {
            let outcome = mailer(&to).deliver(&fixture::attempt(&story)).await;
            let (Outcome::Rejected { reason } | Outcome::Retry { reason, .. }) = &outcome else {
                panic!("{outcome:?}")
            };
            assert_eq!(reason, expected);
            assert_eq!(matches!(outcome, Outcome::Rejected { .. }), expected.contains("permanent"));
        }
    }

    #[tokio::test]
    async fn accounts_that_cannot_work_are_refused() {
        let to = ["desk@example.org".to_owned()];
        for (from, to, smtp, complaint) in [
            ("a@b.org", &to[..], "smtp://localhost", None),
            ("a@b.org", &to[..], "smtps://[::1]:465", None),
            ("a@b.org", &to[..], "smtp+starttls://mail.example.org", None),
            ("not an address", &to[..], "smtp://localhost", Some("'not an address' is not a mail address")),
            ("a@b.org", &[][..], "smtp://localhost", Some("no recipient")),
            ("a@b.org", &to[..], "http://localhost", Some("'http' is not a way to send mail")),
            ("a@b.org", &to[..], "smtp:localhost", Some("names no host")),
        ] {
            let smtp = Url::parse(smtp).expect("a URL");
            let (channel, username, password, timeout) = ("desk", None, None, Duration::ZERO);
            let account = Account { channel, from, to, smtp: &smtp, username, password, timeout };
            match (Email::new(&account, Wording::new(None)).map(|_| ()), complaint) {
                (Ok(()), None) => {}
                (Err(error), Some(complaint)) => assert!(error.contains(complaint), "{error}"),
                (found, _) => panic!("{from} {smtp}: {found:?}"),
            }
        }
    }

    #[test]
    fn lists_have_valid_names_whatever_the_watch_is_called() {
        for (watch, expected) in [
            ("asean-cyber", "<asean-cyber.feedwatch.example.org>"),
            ("a b<>", "<a%20b%3C%3E.feedwatch.example.org>"),
            ("щ", "<%D1%89.feedwatch.example.org>"),
        ] {
            assert_eq!(list_id(watch, "example.org"), expected);
        }
        assert!(list_id(&"щ".repeat(1000), "example.org").len() < 255);
    }
}
