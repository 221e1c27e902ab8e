//! What is told of watches and of names.

use insta::assert_snapshot;

use super::given;
use crate::model::StoryPolicy;

#[test]
fn queries_are_pointed_into_whatever_string_holds_them() {
    assert_snapshot!(given(r#"
[[channel]]
name = "desk"
kind = "stdout"
[[watch]]
name = "basic"
query = "\"t\u00e9l\u00e9\" AND titel:x"
channels = ["desk"]
[[watch]]
name = "lines"
query = """
@asean AND \
    кибербезопасность AND
    @cybersecurty"""
channels = ["desk"]
[[watch]]
name = "literal"
query = '"never closed'
channels = []
"#).told(), @r#"
    error: unknown field `titel`
     --> feedwatch.toml:7:33
      |
    7 | query = "\"t\u00e9l\u00e9\" AND titel:x"
      |                                 ^^^^^^
      |
      = help: did you mean `title:`?

    error: there is no concept named `cybersecurty`
      --> feedwatch.toml:14:5
       |
    14 |     @cybersecurty"""
       |     ^^^^^^^^^^^^^
       |
       = help: did you mean `cybersecurity`?

    error: this quote is never closed
      --> feedwatch.toml:18:10
       |
    18 | query = '"never closed'
       |          ^
       |
       = help: close it after the last word of the phrase, as in `"never …"`
    "#);
}

#[test]
fn names_that_are_unknown_or_taken() {
    assert_snapshot!(given(r#"
[[channel]]
name = "desk"
kind = "stdout"
[[channel]]
name = "desk"
kind = "stdout"
[[watch]]
name = "w"
query = "@asaen"
channels = ["desk", "dsk", "pager"]
[[watch]]
name = "w"
query = "@quite-another"
channels = "desk"
[[watch]]
name = " "
query = ""
channels = []
"#).told(), @r#"
    error: the channel `desk` is there twice
     --> feedwatch.toml:6:8
      |
    6 | name = "desk"
      |        ^^^^^^
      |
      = help: the first stands in line 3 of feedwatch.toml: rename one of them

    error: there is no concept named `asaen`
      --> feedwatch.toml:10:10
       |
    10 | query = "@asaen"
       |          ^^^^^^
       |
       = help: did you mean `asean`?

    error: there is no channel named `dsk`
      --> feedwatch.toml:11:22
       |
    11 | channels = ["desk", "dsk", "pager"]
       |                      ^^^
       |
       = help: did you mean `desk`?

    error: there is no channel named `pager`
      --> feedwatch.toml:11:29
       |
    11 | channels = ["desk", "dsk", "pager"]
       |                             ^^^^^
       |
       = help: known channels: desk

    error: the watch `w` is there twice
      --> feedwatch.toml:13:8
       |
    13 | name = "w"
       |        ^^^
       |
       = help: the first stands in line 9 of feedwatch.toml: rename one of them

    error: there is no concept named `quite-another`
      --> feedwatch.toml:14:10
       |
    14 | query = "@quite-another"
       |          ^^^^^^^^^^^^^^
       |
       = help: define a [[concept]] of that name, or name one of the 29 that there are

    error: `name` is empty
      --> feedwatch.toml:17:8
       |
    17 | name = " "
       |        ^^^

    error: the query is empty
      --> feedwatch.toml:18:9
       |
    18 | query = ""
       |         ^^
       |
       = help: write at least one word to look for
    "#);
}

#[test]
fn a_watch_says_how_often_it_tells_of_a_story() {
    let policy = |keys: &str| {
        let text = format!("[[watch]]\nname = \"w\"\nquery = 'storm'\nchannels = []\n{keys}");
        given(&text).config().watches[0].story.clone()
    };
    let once = StoryPolicy::default();
    assert_eq!(policy(""), once);
    assert_eq!(policy("per_story = false"), StoryPolicy { per_story: false, ..once.clone() });
    assert_eq!(
        policy("again_at_sources = [20, 5, 5]\nagain_on = [\"lang\", \"country\"]"),
        StoryPolicy {
            again_at_sources: vec![5, 20],
            again_on_lang: true,
            again_on_country: true,
            ..once.clone()
        }
    );
    assert_eq!(policy("again_at_sources = 5").again_at_sources, [5]);
    assert_snapshot!(given(r#"
[[watch]]
name = "wrong"
query = 'storm'
channels = []
per_story = false
again_at_sources = [1]
again_on = ["source", "lang"]
"#).told(), @r#"
    error: `again_at_sources` must be a list of numbers from 2 to 10000
     --> feedwatch.toml:7:20
      |
    7 | again_at_sources = [1]
      |                    ^^^

    error: 'source' is nothing that a story is told of again
     --> feedwatch.toml:8:13
      |
    8 | again_on = ["source", "lang"]
      |             ^^^^^^^^
      |
      = help: write "lang", "country" or both

    warning: `per_story = false` tells of every article: `again_at_sources` and `again_on` change nothing
     --> feedwatch.toml:2:1
      |
    2 | [[watch]]
      | ^^^^^^^^^
      |
      = help: remove them, or remove `per_story`
    "#);
}

#[test]
fn a_watch_says_whether_it_tells_of_spikes_and_silences() {
    let volume = |keys: &str| {
        let text = format!("[[watch]]\nname = \"w\"\nquery = 'storm'\nchannels = []\n{keys}");
        let config = given(&text).config();
        (config.watches[0].spike, config.watches[0].silence.map(|silence| silence.as_secs()))
    };
    assert_eq!(volume(""), (false, None));
    assert_eq!(volume("spike = true\nsilence = \"3d\""), (true, Some(3 * 86_400)));
    assert_eq!(volume("silence = \"1h\""), (false, Some(3_600)));
    assert_snapshot!(given(r#"
[[watch]]
name = "wrong"
query = 'storm'
channels = []
spike = "yes"
silence = "59m"
"#).told(), @r#"
    error: `spike` must be true or false, not a string
     --> feedwatch.toml:6:9
      |
    6 | spike = "yes"
      |         ^^^^^

    error: '59m' is too short for a silence
     --> feedwatch.toml:7:11
      |
    7 | silence = "59m"
      |           ^^^^^
      |
      = help: write an hour or more, as in "3d"
    "#);
}

/// A watch at `watch` hours on the channel `desk`, with these keys each.
fn quiet(watch: &str, desk: &str) -> String {
    let text = format!(
        "[[channel]]\nname = \"desk\"\nkind = \"stdout\"\n{desk}\n\
         [[channel]]\nname = \"night\"\nkind = \"stdout\"\nquiet = \"00:00-12:00\"\n\
         [[watch]]\nname = \"a\"\nquery = \"storm\"\nchannels = [\"desk\"]\n{watch}\n"
    );
    given(&text).told()
}

#[test]
fn quiet_hours_that_leave_no_moment_are_refused() {
    assert_snapshot!(quiet(r#"quiet = "20:00-08:00""#, "quiet = \"08:00-21:00\"\ntimezone = \"Europe/London\""), @r#"
    error: these quiet hours (20:00-08:00 UTC) and those of channel 'desk' (08:00-21:00 Europe/London) together leave no moment of the day, as of 2026-01-01: alerts would never leave
      --> feedwatch.toml:14:9
       |
    14 | quiet = "20:00-08:00"
       |         ^^^^^^^^^^^^^
       |
       = help: shorten one of them, or let the watch through with a `priority` that is `breaks_quiet` of channel 'desk'
    "#);
    for (watch, desk, refused) in [
        ("quiet = \"20:00-08:00\"", "quiet = \"08:00-19:59\"", None),
        ("quiet = \"20:00-08:00\"", "", None),
        // Those who break quiet hours are never held.
        ("quiet = \"20:00-08:00\"\npriority = \"high\"", "quiet = \"08:00-20:00\"", None),
        ("quiet = \"20:00-08:00\"", "quiet = \"08:00-20:00\"\nbreaks_quiet = \"normal\"", None),
        (
            "quiet = \"20:00-08:00\"\npriority = \"high\"",
            "quiet = \"08:00-20:00\"\nbreaks_quiet = \"none\"",
            Some("'desk'"),
        ),
        // What does not leave on the fallback is lost as well.
        ("quiet = \"12:00-00:00\"", "fallback = \"night\"", Some("'night'")),
        // Free in winter only.
        (
            "quiet = \"00:00-12:00\"",
            "quiet = \"13:00-01:00\"\ntimezone = \"Europe/London\"",
            Some("as of 2026-03-29"),
        ),
    ] {
        let told = quiet(watch, desk);
        match refused {
            None => assert_eq!(told, "", "{watch} {desk}"),
            Some(words) => assert!(told.contains(words), "{watch} {desk}: {told}"),
        }
    }
}
