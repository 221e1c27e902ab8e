//! What is told of whole configurations: everything at once, and files that are no TOML.

use insta::assert_snapshot;

use super::{Given, given};

#[test]
fn everything_wrong_is_told_in_one_go_file_by_file() {
    let given = Given {
        text: r#"
[fetch]
timout = "10s"
timeout = "10 parsecs"
[[feed]]
url = "example.org/rss"
[[watch]]
name = "yen"
query = "yen AND"
channels = ["dsk"]
[[channel]]
name = "desk"
kind = "stdout"
"#,
        concepts: r#"
[[concept]]
name = "yen"
terms = { en = ["yen", '"JPY'] }
"#,
        environment: &[("FEEDWATCH_LOG_LEVEL", "loud"), ("FEEDWATCH_FETCH_TIMEOT", "1s")],
        ..Given::default()
    };
    assert_snapshot!(given.told(), @r#"
    error: 'loud' is not a level of logs
     --> FEEDWATCH_LOG_LEVEL:1:1
      |
    1 | loud
      | ^^^^
      |
      = help: write "error", "warn", "info", "debug" or "trace"

    error: unknown key `timout` in [fetch]
     --> feedwatch.toml:3:1
      |
    3 | timout = "10s"
      | ^^^^^^
      |
      = help: did you mean `timeout`?

    error: '10 parsecs' is not a duration
     --> feedwatch.toml:4:11
      |
    4 | timeout = "10 parsecs"
      |           ^^^^^^^^^^^^
      |
      = help: write a number and a unit, as in "30s", "15m", "1h30m" or "7d"

    error: the address has no scheme
     --> feedwatch.toml:6:7
      |
    6 | url = "example.org/rss"
      |       ^^^^^^^^^^^^^^^^^
      |
      = help: write "https://example.org/rss"

    error: `AND` has nothing on its right
     --> feedwatch.toml:9:14
      |
    9 | query = "yen AND"
      |              ^^^
      |
      = help: write a word or a group after it

    error: there is no channel named `dsk`
      --> feedwatch.toml:10:14
       |
    10 | channels = ["dsk"]
       |              ^^^
       |
       = help: did you mean `desk`?

    error: this quote is never closed
     --> concepts/own.toml:4:25
      |
    4 | terms = { en = ["yen", '"JPY'] }
      |                         ^
      |
      = help: close it after the last word of the phrase, as in `"JPY …"`

    warning: the environment variable FEEDWATCH_FETCH_TIMEOT sets no known key
     |
     = help: did you mean FEEDWATCH_FETCH_TIMEOUT?
    "#);
}

#[test]
fn a_place_that_is_no_toml_hides_neither_other_errors_nor_secrets() {
    assert_snapshot!(given(r#"
[defaults]
every = 15m
[[feed]
url = "https://example.org/rss"
[fetch]
timeout = "soon"
timeout = "sooner"
[[watch]]
name = "w"
query = "yen AND"
channels = ["desk"]
[[channel]]
name = "desk"
kind = "webhook"
url = "https://example.org/hook"
secret = "whsec_c2VjcmV0
"#).told(), @r#"
    error: string values must be quoted, expected literal string
     --> feedwatch.toml:3:9
      |
    3 | every = 15m
      |         ^^^

    error: unclosed array table, expected `]`
     --> feedwatch.toml:4:8
      |
    4 | [[feed]
      |        ^

    error: duplicate key
     --> feedwatch.toml:8:1
      |
    8 | timeout = "sooner"
      | ^^^^^^^

    error: `AND` has nothing on its right
      --> feedwatch.toml:11:14
       |
    11 | query = "yen AND"
       |              ^^^
       |
       = help: write a word or a group after it

    error: invalid basic string, expected `"`
      --> feedwatch.toml:17:25
       |
    17 | secret = "**************
       |                         ^
    "#);
}

#[test]
fn a_file_in_another_form_is_named_as_such() {
    assert_snapshot!(given("feeds:\n  - url: https://example.org/rss\n").told(), @r"
    error: key with no value, expected `=`
     --> feedwatch.toml:1:7
      |
    1 | feeds:
      |       ^

    error: key with no value, expected `=`
     --> feedwatch.toml:2:5
      |
    2 |   - url: https://example.org/rss
      |     ^
    ");
}
