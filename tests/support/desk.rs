//! A press desk: one feed server, one receiver, one program, one watch.

use super::server::item;
use super::{FeedServer, Page, Program, Receiver};

pub(crate) struct Desk {
    pub(crate) server: FeedServer,
    pub(crate) receiver: Receiver,
    pub(crate) program: Program,
}

impl Desk {
    /// A desk that watches `query` in the feed `/wire`; `extra` is more configuration, before any
    /// table.
    pub(crate) fn watching(query: &str, receiver: Receiver, extra: &str) -> Self {
        let server = FeedServer::start();
        server.put("/wire", Page::rss(""));
        let program = Program::new(&configuration(query, &server, &receiver, extra));
        Self { server, receiver, program }
    }

    /// The feed `/wire` carries these (guid, title) from now on, newest first.
    pub(crate) fn publish(&self, entries: &[(&str, &str)]) {
        let items: String =
            entries.iter().map(|(guid, title)| item(guid, title, "Details follow.")).collect();
        self.server.put("/wire", Page::rss(&items));
    }
}

/// What a test need not wait for.
pub(crate) const AT_ONCE: &str = "[alerts]\ngroup_wait = \"0s\"\ngroup_interval = \"0s\"\n";

pub(crate) fn configuration(query: &str, server: &FeedServer, receiver: &Receiver, extra: &str) -> String {
    let at_once = if extra.contains("[alerts]") { "" } else { AT_ONCE };
    format!(
        "{extra}\n{at_once}\n[[feed]]\nurl = \"{}\"\n\n[[watch]]\nname = \"test-watch\"\nquery = '''{query}'''\nchannels = [\"desk\"]\n\n\
         [[channel]]\nname = \"desk\"\nkind = \"webhook\"\nurl = \"{}\"\nsecret = \"{}\"\n",
        server.url("/wire"),
        receiver.url,
        Receiver::SECRET,
    )
}
