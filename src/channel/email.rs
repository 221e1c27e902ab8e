//! Mail over SMTP: text first, then HTML; identified so that a repetition is recognised as one.
//!
//! The server's address is not guarded: it comes from the configuration, and relays live in private
//! networks. A reply of 5xx is final (RFC 5321, section 4.2.1); one of 4xx, and whatever goes wrong on
//! the way to a reply, is tried again. All recipients get the mail or none: one that is refused fails
//! it, and the reason quotes the server.

use std::time::Duration;

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use secrecy::{ExposeSecret, SecretString};
use url::{Host, Url};

use super::{ANSWER_WIDTH, Attempt};
use crate::alert::render::{self, Marks};
use crate::alert::{Message, Outcome, shorten};

/// Bytes of a watch's name in a list's: RFC 2919 recommends 255 characters in all.
const MAX_LABEL: usize = 48;

/// Sends a mail per message.
pub(super) struct Email {
    from: Mailbox,
    to: Vec<Mailbox>,
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

/// What mail needs of the settings.
pub(super) struct Account<'a> {
    pub(super) from: &'a str,
    pub(super) to: &'a [String],
    pub(super) smtp: &'a Url,
    pub(super) username: Option<&'a str>,
    pub(super) password: Option<&'a SecretString>,
    pub(super) timeout: Duration,
}

impl Email {
    /// Must be called inside a tokio runtime: idle connections are closed in the background.
    pub(super) fn new(account: &Account<'_>) -> Result<Self, String> {
        if account.to.is_empty() {
            return Err("no recipient: name one in `to`".to_owned());
        }
        Ok(Self {
            from: mailbox(account.from)?,
            to: account.to.iter().map(|to| mailbox(to)).collect::<Result<_, _>>()?,
            transport: transport(account)?,
        })
    }

    pub(super) async fn deliver(&self, attempt: &Attempt<'_>) -> Outcome {
        let mail = match self.compose(attempt) {
            Ok(mail) => mail,
            Err(error) => return Outcome::Rejected { reason: format!("cannot write the mail: {error}") },
        };
        match self.transport.send(mail).await {
            Ok(response) => {
                let answer = response.message().collect::<Vec<_>>().join(" ");
                Outcome::Delivered { detail: shorten(&format!("{} {answer}", response.code()), ANSWER_WIDTH) }
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

    /// The same mail in every attempt, to the byte.
    fn compose(&self, attempt: &Attempt<'_>) -> Result<lettre::Message, lettre::error::Error> {
        let payload = attempt.payload;
        let domain = self.from.email.domain();
        let mut mail = lettre::Message::builder()
            .from(self.from.clone())
            .subject(render::subject(payload))
            .date(payload.timestamp.into())
            .message_id(Some(format!("<{}@{domain}>", attempt.id)))
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("List-Id"),
                list_id(list(&payload.message), domain),
            ))
            // RFC 3834: no vacation notice comes back.
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ));
        for to in &self.to {
            mail = mail.to(to.clone());
        }
        let parts = MultiPart::alternative().boundary(attempt.id.to_string());
        mail.multipart(
            parts
                .singlepart(SinglePart::plain(render::text(payload, Marks::STARS)))
                .singlepart(SinglePart::html(render::html(payload))),
        )
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
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    use tokio::net::TcpListener;

    use super::*;
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
        Email::new(&Account {
            from: "Feedwatch <feedwatch@example.org>",
            to: &["desk@example.org".to_owned(), "Второй <second@example.org>".to_owned()],
            smtp: &smtp,
            username: None,
            password: None,
            timeout: Duration::from_secs(5),
        })
        .expect("an account")
    }

    async fn attempt(title: &str, bad: Option<(&str, &str)>) -> (Outcome, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let email = email(listener.local_addr().expect("an address").port());
        let payload = fixture::payload(title);
        let deliver = async move {
            let outcome = email.deliver(&fixture::attempt(&payload)).await;
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
            let account =
                Account { from, to, smtp: &smtp, username: None, password: None, timeout: Duration::ZERO };
            match (Email::new(&account).map(|_| ()), complaint) {
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
