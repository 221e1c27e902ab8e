//! `feedwatch health`: asks the running daemon how it is, for supervisors that run a command.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use serde_json::json;

use super::context::Context;
use super::output::{Failure, Output};
use crate::alert::one_line;

/// How long the daemon may take for each step of its answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// The daemon says hardly more than a line, in bytes.
const MAX_ANSWER: u64 = 8 << 10;

/// What the daemon said.
struct Answer {
    status: u16,
    text: String,
}

/// Exit code 0 where the daemon and its database answer, 1 where not, 2 where it listens nowhere. A configuration that is
/// broken meanwhile is no illness: the one in force works.
pub(super) fn health(context: &Context, output: &Output) -> Result<ExitCode, Failure> {
    let listen = context.inspect().map_err(|report| super::context::usage(&[report]))?.config.server.listen;
    let address = listen.filter(|address| address.port() != 0).ok_or_else(|| {
        let text = "error: the daemon listens nowhere that is known: write listen = \"127.0.0.1:8040\" in [server], or set \
                    FEEDWATCH_SERVER_LISTEN";
        Failure::Usage(text.to_owned())
    })?;
    let answer = ask(address).with_context(|| format!("no daemon answers on {address}"))?;
    let is_well = answer.status == 200;
    if output.json {
        output.object(&json!({"healthy": is_well, "told": answer.text}))?;
        return Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    if !is_well {
        return Err(anyhow!("the daemon on {address} is not well: {}", answer.text).into());
    }
    output.line(answer.text)?;
    Ok(ExitCode::SUCCESS)
}

fn ask(address: SocketAddr) -> anyhow::Result<Answer> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    write!(stream, "GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.take(MAX_ANSWER).read_to_end(&mut answer)?;
    read(&String::from_utf8_lossy(&answer))
}

/// The status and the body of an answer (RFC 9112).
fn read(answer: &str) -> anyhow::Result<Answer> {
    let status = answer.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok());
    let Some((status, (_, text))) = status.zip(answer.split_once("\r\n\r\n")) else {
        bail!("something else answers there");
    };
    Ok(Answer { status, text: one_line(text) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_status_and_a_line() {
        for (answer, said) in [
            ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n", Some((200, "ok"))),
            (
                "HTTP/1.1 503 Service Unavailable\r\n\r\nthe disk\nis full\u{1b}\n",
                Some((503, "the disk is full")),
            ),
            ("HTTP/1.1 200 OK\r\n\r\n", Some((200, ""))),
            ("HTTP/1.1 200 OK\r\n", None),
            ("HTTP/1.1 2é0 OK\r\n\r\n", None),
            ("SSH-2.0-OpenSSH_9.2\r\n", None),
            ("", None),
        ] {
            let found = read(answer).ok();
            assert_eq!(found.as_ref().map(|found| (found.status, found.text.trim())), said, "{answer}");
        }
    }
}
