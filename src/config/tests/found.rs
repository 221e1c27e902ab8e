//! Files on disk: which one is read, and what lies beside it.

use std::fs;

use tempfile::TempDir;

use super::*;

/// A directory with these files.
fn directory(files: &[(&str, &str)]) -> TempDir {
    let directory = TempDir::new().unwrap();
    for (name, text) in files {
        let path = directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    directory
}

fn environment(variables: &[(&str, &Path)]) -> Environment {
    variables.iter().map(|(name, path)| (*name, path.to_string_lossy())).collect()
}

#[test]
fn the_command_line_goes_before_the_environment_before_the_usual_places() {
    let directory = directory(&[("a.toml", ""), ("b.toml", ""), ("xdg/feedwatch/feedwatch.toml", "")]);
    let (a, b, xdg) =
        (directory.path().join("a.toml"), directory.path().join("b.toml"), directory.path().join("xdg"));
    let found = |source: Option<&Path>, variables: &[(&str, &Path)]| {
        let source = Source { config: source.map(Path::to_owned), data_dir: None };
        load(&source, &environment(variables)).unwrap().paths.config
    };
    let variables: [(&str, &Path); 2] = [("FEEDWATCH_CONFIG", &b), ("XDG_CONFIG_HOME", &xdg)];
    assert_eq!(found(Some(&a), &variables), Some(a.clone()));
    assert_eq!(found(None, &variables), Some(b.clone()));
    assert_eq!(found(None, &variables[1..]), Some(xdg.join("feedwatch/feedwatch.toml")));
}

#[test]
fn a_named_file_that_is_not_there_is_an_error() {
    let directory = directory(&[]);
    let absent = directory.path().join("absent.toml");
    let reports =
        load(&Source { config: Some(absent.clone()), data_dir: None }, &Environment::default()).unwrap_err();
    let drawn = drawn(&reports);
    assert!(
        drawn.starts_with(&format!("error: cannot read the configuration {}", absent.display())),
        "{drawn}"
    );
}

#[test]
fn a_file_that_is_not_utf_8_is_shown_where_it_is_not() {
    let directory = directory(&[]);
    let path = directory.path().join("feedwatch.toml");
    fs::write(&path, b"data_dir = \"here\"\n[log] # \xe9t\xe9\nlevel = \"warn\"\n").unwrap();
    let source = Source { config: Some(path.clone()), data_dir: None };
    let reports = load(&source, &Environment::default()).unwrap_err();
    let (diagnostic, place) = reports[0].placed().next().unwrap();
    assert_eq!((reports.len(), &*diagnostic.message, place), (1, "this is not UTF-8", Some((2, 9))));
    let salvaged = salvage(&source, &Environment::default()).unwrap();
    assert!(!salvaged.is_whole);
    assert_eq!(salvaged.paths.data_dir, directory.path().join("here"), "what is right in it is read");
    fs::write(&path, "[[channel]]\nname = \"c\"\nkind = \"stdout\"\ntemplate_file = \"t\"\n").unwrap();
    fs::write(directory.path().join("t"), b"\xff").unwrap();
    let drawn = drawn(&load(&source, &Environment::default()).unwrap_err());
    assert!(drawn.contains("cannot read the template from t: it is not UTF-8"), "{drawn}");
}

#[test]
fn own_concepts_lie_beside_the_file_and_replace_the_shipped() {
    let concept = "[[concept]]\nname = \"asean\"\ndescription = \"ours\"\nterms.en = [\"ASEAN\"]\n";
    let directory = directory(&[
        ("feedwatch.toml", "[[watch]]\nname = \"w\"\nquery = \"@asean AND @own\"\nchannels = []"),
        ("concepts/a.toml", concept),
        ("concepts/b.toml", "[[concept]]\nname = \"own\"\nincludes = [\"asean\"]\n"),
        ("concepts/notes.txt", "not TOML"),
    ]);
    let source = Source { config: Some(directory.path().join("feedwatch.toml")), data_dir: None };
    let config =
        load(&source, &Environment::default()).unwrap_or_else(|reports| panic!("{}", drawn(&reports))).config;
    let asean: Vec<&Concept> = config.concepts.iter().filter(|concept| concept.name == "asean").collect();
    assert_eq!(asean.len(), 1);
    assert_eq!(asean[0].description, "ours");
}

#[test]
fn an_unreadable_concept_file_is_told_along_with_the_rest() {
    let directory = directory(&[
        (
            "feedwatch.toml",
            "[[watch]]\nname = \"w\"\nquery = \"@own\"\nchannels = []\n[fetch]\ntimeout = \"x\"",
        ),
        ("concepts/own.toml/not-a-file", ""),
    ]);
    let source = Source { config: Some(directory.path().join("feedwatch.toml")), data_dir: None };
    let drawn = drawn(&load(&source, &Environment::default()).unwrap_err());
    assert!(drawn.contains("cannot read the concepts") && drawn.contains("'x' is not a duration"), "{drawn}");
    assert!(!drawn.contains("@own"), "what the unreadable file may define is not missed: {drawn}");
}

#[test]
fn the_data_directory() {
    let check = |source: Option<&str>, variables: &[(&str, &str)], key: Option<&str>, expected: &str| {
        let source = Source { config: None, data_dir: source.map(PathBuf::from) };
        let environment = variables.iter().copied().collect();
        let found = locate::data_dir(&source, &environment, key, Path::new("/etc/feedwatch"));
        assert_eq!(found, Path::new(expected), "{source:?} {variables:?} {key:?}");
    };
    let all = [("FEEDWATCH_DATA_DIR", "/env"), ("STATE_DIRECTORY", "/state:/other")];
    check(Some("/cli"), &all, Some("key"), "/cli");
    check(None, &all, Some("key"), "/env");
    check(None, &all[1..], Some("key"), "/etc/feedwatch/key");
    check(None, &all[1..], Some("/key"), "/key");
    check(None, &all[1..], None, "/state");
    check(None, &[], None, "/var/lib/feedwatch");
}
