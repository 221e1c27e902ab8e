//! A feed and a program whose channels are receivers.

use super::{FeedServer, Page, Program, Receiver, item};

/// A feed `/wire`, and a program whose channels are receivers.
pub(crate) struct Office {
    pub(crate) server: FeedServer,
    pub(crate) program: Program,
}

impl Office {
    /// `more` is the configuration but for the feed; `{NAME}` in it becomes the webhook of that receiver.
    pub(crate) fn with(receivers: &[(&str, &Receiver)], more: &str) -> Self {
        let server = FeedServer::start();
        server.put("/wire", Page::rss(""));
        let mut office = Self { server, program: Program::new("") };
        office.configure(receivers, more);
        office.program.run(&["poll"]);
        office
    }

    /// Replaces the configuration.
    pub(crate) fn configure(&mut self, receivers: &[(&str, &Receiver)], more: &str) {
        let mut text = format!("{more}\n[[feed]]\nurl = \"{}\"\n", self.server.url("/wire"));
        for (name, receiver) in receivers {
            let webhook = format!("name = \"{name}\"\nkind = \"webhook\"\nurl = \"{}\"", receiver.url);
            text = text.replace(&format!("{{{name}}}"), &webhook);
        }
        self.program.configure(&text);
    }

    /// Publishes these (guid, title) and polls.
    pub(crate) fn publish(&self, entries: &[(&str, &str)]) {
        let items: String = entries.iter().map(|(guid, title)| item(guid, title, "Details.")).collect();
        self.server.put("/wire", Page::rss(&items));
        self.program.run(&["poll"]);
    }
}

/// A watch of the channel `desk`; `more` is more of its keys.
pub(crate) fn watch(name: &str, query: &str, more: &str) -> String {
    format!("[[watch]]\nname = \"{name}\"\nquery = '{query}'\nchannels = [\"desk\"]\n{more}\n")
}
