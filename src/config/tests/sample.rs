//! The files that are shipped: what they show is what holds.

use super::*;

fn load_sample(text: &str) -> Loaded {
    let raw =
        RawConfig { main: File { text: text.to_owned().into(), ..File::default() }, ..RawConfig::default() };
    let secret = |path: &Path| {
        let text = match path.file_name().and_then(|name| name.to_str()) {
            Some("hook") => "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n",
            Some("slack" | "discord" | "mattermost" | "teams") => "https://example.org/services/hook\n",
            _ => "123:token\n",
        };
        Ok(File { text: text.into(), ..File::default() })
    };
    resolve::resolve(&raw, &Source::default(), &Environment::default(), &secret)
        .unwrap_or_else(|reports| panic!("{}", drawn(&reports)))
}

#[test]
fn the_sample_and_the_shipped_concepts_load_without_a_warning() {
    let loaded = load_sample(SAMPLE);
    assert_eq!(drawn(&loaded.warnings), "");
    assert_eq!(loaded.paths.config, None);
    let config = loaded.config;
    assert!(config.feeds.len() >= 20, "{} feeds", config.feeds.len());
    assert_eq!(config.watches[0].name, "asean-cybersecurity");
    assert!(matches!(config.channels[0].kind, ChannelKind::Stdout { .. }));
    assert!(config.concepts.iter().any(|concept| concept.name == "asean"));
}

/// Keys of the sample whose lines show an example: they have no default that could be written.
const EXAMPLES: [&str; 7] = ["data_dir", "every", "cron", "proxy", "listen", "public_url", "user_agent"];

#[test]
fn the_commented_lines_of_the_sample_show_the_defaults() {
    let settings_end = SAMPLE.find("\n[[").unwrap();
    let (settings, rest) = SAMPLE.split_at(settings_end);
    let mut shown = Vec::new();
    let uncommented: String = settings
        .lines()
        .map(|line| {
            let assignment = line.strip_prefix("# ").and_then(|line| Some((line.split_once(" = ")?.0, line)));
            match assignment {
                Some((key, line)) if !key.contains(' ') && !EXAMPLES.contains(&key) => {
                    shown.push(key);
                    format!("{line}\n")
                }
                _ => format!("{line}\n"),
            }
        })
        .collect();
    assert!(shown.len() >= 15, "{shown:?}");

    let (written, silent) = (load_sample(&(uncommented + rest)).config, load_sample(SAMPLE).config);
    assert_eq!(written.fetch, silent.fetch);
    assert_eq!(written.server, silent.server);
    assert_eq!(written.reload, silent.reload);
    assert_eq!(written.retention, silent.retention);
    assert_eq!(written.log, silent.log);
    assert_eq!(written.notices, silent.notices);
    assert_eq!(written.watches[0].rules, silent.watches[0].rules);
    assert_eq!(written.channels[0].rules, silent.channels[0].rules);
    for (written, silent) in written.feeds.iter().zip(&silent.feeds) {
        assert_eq!(written.schedule, silent.schedule);
        assert_eq!(written.alert_on_first_poll, silent.alert_on_first_poll);
    }
    assert!(SAMPLE.contains(&format!("# user_agent = \"{}", defaults::USER_AGENT)));
}

#[test]
fn the_commented_examples_of_the_sample_load_too() {
    let mut inside = false;
    let uncommented: String = SAMPLE
        .lines()
        .map(|line| {
            inside = line.starts_with("# [[") || inside && line.starts_with("# ");
            let line = if inside { line.trim_start_matches("# ") } else { line };
            format!("{line}\n")
        })
        .collect();
    let loaded = load_sample(&uncommented);
    assert_eq!(drawn(&loaded.warnings), "");
    assert!(loaded.config.watches.len() >= 2);
    shows_every_kind(&loaded.config.channels);
}

/// Each by itself, with and without what is optional.
#[test]
fn the_examples_of_the_manual_of_channels_load() {
    let manual = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/channels.md");
    let manual = std::fs::read_to_string(manual).unwrap();
    let examples = manual.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let mut channels = Vec::new();
    for example in examples {
        for text in [example.to_owned(), example.replace("\n# ", "\n")] {
            let loaded = load_sample(&text);
            assert_eq!(drawn(&loaded.warnings), "", "{text}");
            channels.extend(loaded.config.channels);
        }
    }
    shows_every_kind(&channels);
}

fn shows_every_kind(channels: &[ChannelSettings]) {
    for kind in kind::KINDS {
        let shown = channels.iter().any(|channel| channel.kind.name() == kind.name);
        assert!(shown, "there is no example of kind {}", kind.name);
    }
    assert!(channels.iter().any(|channel| channel.template.is_some()));
}

#[test]
fn every_concept_file_is_built_in() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/concepts");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| format!("concepts/{}", entry.unwrap().file_name().to_string_lossy()))
        .collect();
    files.sort_unstable();
    assert_eq!(files, shipped::CONCEPTS.iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>());
}
