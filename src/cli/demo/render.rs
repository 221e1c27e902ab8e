//! The samples as feed documents. No parsing, no network.

use chrono::TimeDelta;

use super::samples::{Format, SAMPLES, Sample, Story};
use crate::model::Timestamp;

/// A feed as the demo's server sends it.
pub(super) struct Document {
    pub(super) content_type: &'static str,
    pub(super) body: Vec<u8>,
    /// Changes with the entries.
    pub(super) etag: &'static str,
}

/// The document at `path` as of `now`; with the fresh entry once it is `updated`.
pub(super) fn document(path: &str, updated: bool, now: Timestamp) -> Option<Document> {
    let sample = SAMPLES.iter().find(|sample| sample.path == path)?;
    let fresh = updated.then_some(Entry { key: "3", story: sample.fresh, at: now });
    let older = sample.older.iter().zip(["2", "1"]).zip([5, 29]).map(|((story, key), hours)| Entry {
        key,
        story: *story,
        at: now - TimeDelta::hours(hours),
    });
    let entries: Vec<Entry> = fresh.into_iter().chain(older).collect();
    let (content_type, body) = match sample.format {
        Format::Rss => ("application/rss+xml; charset=utf-8", rss(sample, &entries).into_bytes()),
        Format::RssWindows1251 => {
            let text = rss(sample, &entries);
            let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(&text);
            ("application/rss+xml; charset=windows-1251", bytes.into_owned())
        }
        Format::Rdf => ("application/rdf+xml; charset=utf-8", rdf(sample, &entries).into_bytes()),
        Format::Atom => ("application/atom+xml; charset=utf-8", atom(sample, &entries).into_bytes()),
        Format::Json => ("application/feed+json", json(sample, &entries).into_bytes()),
    };
    Some(Document { content_type, body, etag: if updated { "\"after\"" } else { "\"before\"" } })
}

struct Entry {
    key: &'static str,
    story: Story,
    at: Timestamp,
}

impl Entry {
    fn link(&self, sample: &Sample) -> String {
        format!("https://{}.demo.example/news/{}", sample.lang, self.key)
    }
}

fn each(entries: &[Entry], write: impl Fn(&Entry) -> String) -> String {
    entries.iter().map(write).collect()
}

fn rss(sample: &Sample, entries: &[Entry]) -> String {
    let items = each(entries, |entry| {
        format!(
            "<item><title>{}</title><link>{}</link><guid isPermaLink=\"false\">{}-{}</guid><pubDate>{}</pubDate>\
             <description><![CDATA[<p>{}</p>]]></description></item>\n",
            entry.story.title,
            entry.link(sample),
            sample.lang,
            entry.key,
            entry.at.to_rfc2822(),
            entry.story.text,
        )
    });
    format!(
        "<rss version=\"2.0\"><channel><title>{}</title><link>https://{}.demo.example/</link>\
         <description>demo</description><language>{}</language>\n{items}</channel></rss>\n",
        sample.source, sample.lang, sample.lang,
    )
}

fn rdf(sample: &Sample, entries: &[Entry]) -> String {
    let items = each(entries, |entry| {
        let link = entry.link(sample);
        format!(
            "<item rdf:about=\"{link}\"><title>{}</title><link>{link}</link><description>{}</description>\
             <dc:date>{}</dc:date></item>\n",
            entry.story.title,
            entry.story.text,
            entry.at.to_rfc3339(),
        )
    });
    format!(
        "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://purl.org/rss/1.0/\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel rdf:about=\"https://{}.demo.example/\">\
         <title>{}</title><link>https://{}.demo.example/</link><description>demo</description></channel>\n{items}\
         </rdf:RDF>\n",
        sample.lang, sample.source, sample.lang,
    )
}

fn atom(sample: &Sample, entries: &[Entry]) -> String {
    let items = each(entries, |entry| {
        format!(
            "<entry><id>tag:{}.demo.example,2026:{}</id><title>{}</title><link href=\"{}\"/><updated>{}</updated>\
             <summary>{}</summary></entry>\n",
            sample.lang,
            entry.key,
            entry.story.title,
            entry.link(sample),
            entry.at.to_rfc3339(),
            entry.story.text,
        )
    });
    let updated = entries.first().map(|entry| entry.at.to_rfc3339()).unwrap_or_default();
    format!(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\"><id>tag:{}.demo.example,2026:feed</id>\
         <title>{}</title><updated>{updated}</updated>\n{items}</feed>\n",
        sample.lang, sample.lang, sample.source,
    )
}

fn json(sample: &Sample, entries: &[Entry]) -> String {
    let items: Vec<serde_json::Value> = entries
        .iter()
        .map(|entry| {
            serde_json::json!({
                "id": format!("{}-{}", sample.lang, entry.key),
                "url": entry.link(sample),
                "title": entry.story.title,
                "content_text": entry.story.text,
                "date_published": entry.at.to_rfc3339(),
            })
        })
        .collect();
    serde_json::json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": sample.source,
        "language": sample.lang,
        "items": items,
    })
    .to_string()
}
