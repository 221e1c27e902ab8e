//! What edits leave as it was, and what they refuse.

use std::os::unix::fs::{PermissionsExt, symlink};

use super::*;
use crate::config::SAMPLE;

const FEED: &str = "https://new.example/rss";

fn feed() -> FeedTable {
    FeedTable { url: FEED.to_owned(), tags: vec!["a".to_owned()], ..FeedTable::default() }
}

fn added(before: &str) -> String {
    let mut document = Document::parse(before).unwrap();
    document.add("feed", feed().keys());
    document.text()
}

fn removed(before: &str, url: &str) -> String {
    let mut document = Document::parse(before).unwrap();
    assert!(document.remove("feed", "url", |text| text == url), "{before}");
    document.text()
}

#[test]
fn a_feed_is_written_after_the_last_one_as_the_others_are() {
    let new = "[[feed]]\nurl = \"https://new.example/rss\"\ntags = [\"a\"]\n";
    for (before, after) in [
        ("", new.to_owned()),
        ("# mine\n", format!("# mine\n\n{new}")),
        ("[fetch]\nper_host = 1", format!("[fetch]\nper_host = 1\n\n{new}")),
        (
            "# top\n[[feed]] # first\nurl   =  'x' # why\n\n# ── Watches ──\n\n[[watch]]\nname = \"w\"\n# end\n",
            format!("# top\n[[feed]] # first\nurl   =  'x' # why\n\n{new}\n# ── Watches ──\n\n[[watch]]\nname = \"w\"\n# end\n"),
        ),
        (
            "[[watch]]\nname = \"w\"\n\n[fetch]\n\n[[watch]]\nname = \"v\"\n\n# [[feed]]\n",
            format!("[[watch]]\nname = \"w\"\n\n[fetch]\n\n[[watch]]\nname = \"v\"\n\n{new}\n# [[feed]]\n"),
        ),
        (
            "feed = [\n  { url = \"x\" }, # why\n]\n",
            "feed = [\n  { url = \"x\" },\n  { url = \"https://new.example/rss\", tags = [\"a\"] }, # why\n]\n".to_owned(),
        ),
        (
            "[[feed]]\r\nurl = \"x\"\r\n# end\r\n",
            "[[feed]]\r\nurl = \"x\"\r\n\r\n[[feed]]\r\nurl = \"https://new.example/rss\"\r\ntags = [\"a\"]\r\n# end\r\n".to_owned(),
        ),
    ] {
        assert_eq!(added(before), after, "{before}");
    }
}

#[test]
fn a_removed_feed_takes_its_own_lines_and_nothing_else() {
    let one = "[[feed]]\nurl = \"x\"\n";
    let two = "[[feed]]\nurl = \"y\"\n";
    for (before, url, after) in [
        (format!("{one}\n{two}"), "y", one.to_owned()),
        (format!("{one}\n{two}"), "x", format!("\n{two}")),
        (format!("# Japan\n{one}\n{two}"), "x", format!("# Japan\n\n{two}")),
        (
            format!("{one}\n# Japan\n[[feed]]\n# inside\nurl = \"y\" # why\n\n# end\n"),
            "y",
            format!("{one}\n# Japan\n\n# end\n"),
        ),
        (format!("{two}\n# Japan\n{one}\n[fetch]\n"), "x", format!("{two}\n# Japan\n\n[fetch]\n")),
        (
            "feed = [{ url = \"x\" }, { url = \"y\" }]\n".to_owned(),
            "y",
            "feed = [{ url = \"x\" }]\n".to_owned(),
        ),
        (one.to_owned(), "x", String::new()),
    ] {
        assert_eq!(removed(&before, url), after, "{before}");
    }
}

#[test]
fn what_was_added_can_be_removed_without_a_trace() {
    let with = added(SAMPLE);
    assert_ne!(with, SAMPLE);
    assert_eq!(removed(&with, FEED), SAMPLE);
    let windows = SAMPLE.replace('\n', "\r\n");
    assert_eq!(removed(&added(&windows), FEED), windows);
}

/// A folder with a configuration of this text.
struct Folder {
    folder: tempfile::TempDir,
    source: Source,
    environment: Environment,
}

impl Folder {
    fn new(text: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("feedwatch.toml");
        if let Some(text) = text {
            fs::write(&file, text).unwrap();
        }
        let source = Source { config: Some(file), data_dir: Some(folder.path().to_owned()) };
        Self { folder, source, environment: Environment::default() }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("feedwatch.toml")
    }

    fn text(&self) -> String {
        fs::read_to_string(self.file()).unwrap()
    }

    fn edit(&self) -> Edit<'_> {
        Edit::open(&self.source, &self.environment).unwrap()
    }

    fn add(&self) -> Result<Loaded, EditError> {
        let mut edit = self.edit();
        edit.add_feed(&feed());
        edit.write()
    }

    /// Nothing but the file is left behind.
    fn is_tidy(&self) -> bool {
        fs::read_dir(self.folder.path()).unwrap().count() == 1
    }
}

#[test]
fn a_file_keeps_its_permissions_and_a_link_its_file() {
    let folder = Folder::new(None);
    let real = folder.folder.path().join("real/feedwatch.toml");
    fs::create_dir(real.parent().unwrap()).unwrap();
    fs::write(&real, "# mine\n").unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real/feedwatch.toml", folder.file()).unwrap();
    let loaded = folder.add().unwrap();
    assert_eq!(loaded.config.feeds[0].url.as_str(), FEED);
    assert!(folder.file().is_symlink());
    assert!(fs::read_to_string(&real).unwrap().starts_with("# mine\n\n[[feed]]"));
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(fs::read_dir(real.parent().unwrap()).unwrap().count(), 1);
}

#[test]
fn a_file_that_is_marked_as_read_only_is_left_alone() {
    let folder = Folder::new(Some("# mine\n"));
    let set = |mode| fs::set_permissions(folder.file(), fs::Permissions::from_mode(mode)).unwrap();
    set(0o444);
    let Err(EditError::Io { error, .. }) = folder.add() else { panic!("it was written") };
    assert!(error.to_string().contains("chmod u+w"), "{error}");
    assert_eq!(folder.text(), "# mine\n");
    assert!(folder.is_tidy());
    set(0o644);
    folder.add().unwrap();
}

#[test]
fn a_file_is_begun_where_there_is_none() {
    let folder = Folder::new(None);
    assert!(folder.edit().is_new());
    let loaded = folder.add().unwrap();
    assert_eq!((loaded.config.feeds.len(), loaded.config.channels[0].name.as_str()), (1, "terminal"));
    assert!(folder.text().starts_with(NEW));
    assert!(folder.is_tidy());

    let deep = folder.folder.path().join("not/yet/there.toml");
    let source = Source { config: Some(deep.clone()), data_dir: None };
    let mut edit = Edit::open(&source, &folder.environment).unwrap();
    edit.add_feed(&feed());
    edit.write().unwrap();
    assert!(deep.exists());
}

#[test]
fn a_file_that_changed_meanwhile_is_left_alone() {
    for (before, meanwhile) in [(Some("# mine\n"), "# theirs\n"), (None, "# theirs\n")] {
        let folder = Folder::new(before);
        let mut edit = folder.edit();
        edit.add_feed(&feed());
        fs::write(folder.file(), meanwhile).unwrap();
        assert!(matches!(edit.write(), Err(EditError::Changed(_))));
        assert_eq!(folder.text(), meanwhile);
        assert!(folder.is_tidy());
    }
}

#[test]
fn nothing_is_written_that_would_not_load() {
    let twice = format!("[[feed]]\nurl = \"{FEED}\"\n");
    for before in ["[[feed]]\nurl = \"ftp://e.org/\"\n", "[[feed]\n", &twice] {
        let folder = Folder::new(Some(before));
        let refused = Edit::open(&folder.source, &folder.environment).and_then(|mut edit| {
            edit.add_feed(&feed());
            edit.write()
        });
        let Err(EditError::Invalid(reports)) = refused else { panic!("{before}: {refused:?}") };
        assert!(reports[0].render(false).contains("feedwatch.toml:"), "{before}");
        assert_eq!(folder.text(), before);
        assert!(folder.is_tidy());
    }
}

#[test]
fn a_watch_is_written_in_quotes_that_hold_it() {
    let folder = Folder::new(Some("[[channel]]\nname = \"desk\"\nkind = \"stdout\"\n"));
    let query = "\"out of\" AND @asean NOT title:('x' OR =y)".replace('\'', "\"");
    let watch = WatchTable { name: "w".into(), query: query.clone(), channels: vec!["desk".into()] };
    let mut edit = folder.edit();
    edit.add_watch(&watch);
    let loaded = edit.write().unwrap();
    assert_eq!(loaded.config.watches[0].text, query);
    assert!(folder.text().contains("query = '\"out of\""), "{}", folder.text());
    let mut edit = folder.edit();
    assert!(!edit.remove_watch("other"));
    assert!(edit.remove_watch("w"));
    edit.write().unwrap();
    assert_eq!(folder.text(), "[[channel]]\nname = \"desk\"\nkind = \"stdout\"\n");
}

#[test]
fn editors_at_the_same_time_lose_nothing() {
    let folder = Folder::new(Some(""));
    let add = |number: usize| {
        loop {
            let mut edit = folder.edit();
            edit.add_feed(&FeedTable { url: format!("https://e.org/{number}"), ..FeedTable::default() });
            match edit.write() {
                Ok(_) => break,
                Err(EditError::Changed(_)) => {}
                Err(error) => panic!("{error:?}"),
            }
        }
    };
    std::thread::scope(|scope| {
        for number in 0..8 {
            scope.spawn(move || add(number));
        }
    });
    let loaded = folder.edit().load().unwrap();
    assert_eq!(loaded.config.feeds.len(), 8);
}
