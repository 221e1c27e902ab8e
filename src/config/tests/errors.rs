//! What is told of configurations that are wrong.

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
      = help: write a word or a group after it, or remove it

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
fn values_of_the_wrong_type() {
    assert_snapshot!(given(r#"
fetch = 3
watch = { name = "w" }
channel = ["desk"]
data_dir = ["a"]
[defaults]
every = 15
alert_on_first_poll = "yes"
[log]
level = 2024-01-01
[[feed]]
url = "https://example.org/rss"
tags = ["a", 1, 1.5]
"#).told(), @r#"
    error: `fetch` must be a table, not a whole number
     --> feedwatch.toml:2:9
      |
    2 | fetch = 3
      |         ^
      |
      = help: write [fetch] on a line of its own

    error: `watch` must be an array of tables, not a table
     --> feedwatch.toml:3:9
      |
    3 | watch = { name = "w" }
      |         ^^^^^^^^^^^^^^
      |
      = help: write [[watch]], in double brackets

    error: `channel` holds a string that is no table
     --> feedwatch.toml:4:12
      |
    4 | channel = ["desk"]
      |            ^^^^^^
      |
      = help: write [[channel]] for each

    error: `data_dir` must be a string, not a list
     --> feedwatch.toml:5:12
      |
    5 | data_dir = ["a"]
      |            ^^^^^

    error: `every` must be a string, not a whole number
     --> feedwatch.toml:7:9
      |
    7 | every = 15
      |         ^^
      |
      = help: write a number and a unit, as in "30s", "15m", "1h30m" or "7d"

    error: `alert_on_first_poll` must be true or false, not a string
     --> feedwatch.toml:8:23
      |
    8 | alert_on_first_poll = "yes"
      |                       ^^^^^

    error: `level` must be a string, not a date
      --> feedwatch.toml:10:9
       |
    10 | level = 2024-01-01
       |         ^^^^^^^^^^
       |
       = help: write "error", "warn", "info", "debug" or "trace"

    error: `tags` must be a list of strings, not a whole number
      --> feedwatch.toml:13:14
       |
    13 | tags = ["a", 1, 1.5]
       |              ^

    error: `tags` must be a list of strings, not a fraction
      --> feedwatch.toml:13:17
       |
    13 | tags = ["a", 1, 1.5]
       |                 ^^^
    "#);
}

#[test]
fn settings_out_of_range() {
    assert_snapshot!(given(r#"
[fetch]
max_entries = 0
per_host = -1
max_body = "16 elephants"
timeout = "0s"
user_agent = "монитор"
allow_networks = ["10.0.0.0/33", "::1", "localhost"]
proxy = "socks5://127.0.0.1"
[retention]
articles = "200000d"
[log]
format = "xml"
"#).told(), @r#"
    error: `max_entries` must be a number from 1 to 1000000
     --> feedwatch.toml:3:15
      |
    3 | max_entries = 0
      |               ^

    error: `per_host` must be a number from 1 to 100
     --> feedwatch.toml:4:12
      |
    4 | per_host = -1
      |            ^^

    error: '16 elephants' is not a size
     --> feedwatch.toml:5:12
      |
    5 | max_body = "16 elephants"
      |            ^^^^^^^^^^^^^^
      |
      = help: write a number of bytes with a unit, as in "16MiB" or "8MB"

    error: '0s' is no time at all
     --> feedwatch.toml:6:11
      |
    6 | timeout = "0s"
      |           ^^^^
      |
      = help: write a number and a unit, as in "30s", "15m", "1h30m" or "7d"

    error: `user_agent` must be printable ASCII
     --> feedwatch.toml:7:14
      |
    7 | user_agent = "монитор"
      |              ^^^^^^^^^
      |
      = help: say who polls, as in "example-desk/1.0 (+https://example.org/about)"

    error: '10.0.0.0/33' is not a network
     --> feedwatch.toml:8:19
      |
    8 | allow_networks = ["10.0.0.0/33", "::1", "localhost"]
      |                   ^^^^^^^^^^^^^
      |
      = help: write it in CIDR notation, as in "127.0.0.0/8" or "fd00::/8"

    error: 'localhost' is not a network
     --> feedwatch.toml:8:41
      |
    8 | allow_networks = ["10.0.0.0/33", "::1", "localhost"]
      |                                         ^^^^^^^^^^^
      |
      = help: write it in CIDR notation, as in "127.0.0.0/8" or "fd00::/8"

    error: this is not the address of a proxy
     --> feedwatch.toml:9:9
      |
    9 | proxy = "socks5://127.0.0.1"
      |         ^^^^^^^^^^^^^^^^^^^^
      |
      = help: write it as in "http://proxy.example.org:3128"

    error: '200000d' is longer than a hundred years
      --> feedwatch.toml:11:12
       |
    11 | articles = "200000d"
       |            ^^^^^^^^^
       |
       = help: write a number and a unit, as in "30s", "15m", "1h30m" or "7d"

    error: 'xml' is not a format of logs
      --> feedwatch.toml:13:10
       |
    13 | format = "xml"
       |          ^^^^^
       |
       = help: write "auto", "text" or "json"
    "#);
}

#[test]
fn schedules() {
    assert_snapshot!(given(r#"
[defaults]
every = "15m"
cron = "0 * * * *"
timezone = "Asia/Tokio"
[[feed]]
url = "https://example.org/1"
cron = "61 * * * *"
[[feed]]
url = "https://example.org/2"
every = "10ms"
[[feed]]
url = "https://example.org/3"
cron = "\u0030 6-22 * * Mon-Fry"
"#).told(), @r#"
    error: `every` and `cron` exclude each other
     --> feedwatch.toml:4:8
      |
    4 | cron = "0 * * * *"
      |        ^^^^^^^^^^^
      |
      = help: remove one of them

    error: unknown time zone 'Asia/Tokio'
     --> feedwatch.toml:5:12
      |
    5 | timezone = "Asia/Tokio"
      |            ^^^^^^^^^^^^
      |
      = help: did you mean "Asia/Tokyo"?

    error: minute 61 is out of range
     --> feedwatch.toml:8:9
      |
    8 | cron = "61 * * * *"
      |         ^^
      |
      = help: write 0-59

    error: the shortest interval is "1s"
      --> feedwatch.toml:11:9
       |
    11 | every = "10ms"
       |         ^^^^^^

    error: `Fry` is not a valid day of week
      --> feedwatch.toml:14:25
       |
    14 | cron = "\u0030 6-22 * * Mon-Fry"
       |                         ^^^^^^^
       |
       = help: write 0-7 (0 and 7 are Sunday) or sun-sat
    "#);
}

#[test]
fn settings_that_work_though_not_as_meant() {
    assert_snapshot!(given(r#"
[[feed]]
url = "https://example.org/1"
every = "5s"
timezone = "Asia/Tokyo"
[[watch]]
name = "w"
query = "yen"
[[channel]]
name = "mail"
kind = "email"
to = "desk@example.org"
from = "Desk <desk@example.org>"
smtp = "smtp://mail.example.org"
username = "desk"
password = "hunter2"
"#).told(), @r#"
    warning: publishers take polling more than once a minute for abuse
     --> feedwatch.toml:4:9
      |
    4 | every = "5s"
      |         ^^^^
      |
      = help: "5m" is often enough for news

    warning: `timezone` changes nothing: this feed is polled at an interval
     --> feedwatch.toml:5:12
      |
    5 | timezone = "Asia/Tokyo"
      |            ^^^^^^^^^^^^
      |
      = help: remove it, or give a `cron` line

    warning: this watch names no `channels`: nobody is told of its matches
     --> feedwatch.toml:6:1
      |
    6 | [[watch]]
      | ^^^^^^^^^
      |
      = help: write channels = ["…"], or channels = [] to say so

    warning: the password crosses the network in the clear
      --> feedwatch.toml:14:8
       |
    14 | smtp = "smtp://mail.example.org"
       |        ^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: write smtp+starttls:// or smtps://
    "#);
}

#[test]
fn feeds() {
    assert_snapshot!(given(r#"
[[feed]]
source = "Kyodo"
[[feed]]
url = "feed://example.org/rss"
[[feed]]
url = "ftp://example.org/rss"
[[feed]]
url = "https://"
[[feed]]
url = "https://example.org/rss"
lang = "english"
country = "jpn"
tags = ["", "a\tb"]
[[feed]]
url = "HTTPS://example.org:443/rss"
titel = "Example"
"#).told(), @r#"
    error: `url` is missing in [[feed]]
     --> feedwatch.toml:2:1
      |
    2 | [[feed]]
      | ^^^^^^^^

    error: `feed:` is no scheme that can be fetched
     --> feedwatch.toml:5:7
      |
    5 | url = "feed://example.org/rss"
      |       ^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: write "https://example.org/rss"

    error: `ftp:` is no scheme of the web
     --> feedwatch.toml:7:7
      |
    7 | url = "ftp://example.org/rss"
      |       ^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: only http and https can be fetched

    error: this is no address: empty host
     --> feedwatch.toml:9:7
      |
    9 | url = "https://"
      |       ^^^^^^^^^^
      |
      = help: write it in full, as in "https://example.org/rss"

    error: 'english' is not a language code: write two or three letters, as in "en"
      --> feedwatch.toml:12:8
       |
    12 | lang = "english"
       |        ^^^^^^^^^

    error: 'jpn' is not a country code
      --> feedwatch.toml:13:11
       |
    13 | country = "jpn"
       |           ^^^^^
       |
       = help: write the two letters of ISO 3166, as in "jp"

    error: `tags` is empty
      --> feedwatch.toml:14:9
       |
    14 | tags = ["", "a\tb"]
       |         ^^

    error: `tags` holds a control character
      --> feedwatch.toml:14:15
       |
    14 | tags = ["", "a\tb"]
       |               ^^

    error: this feed is configured twice
      --> feedwatch.toml:16:7
       |
    16 | url = "HTTPS://example.org:443/rss"
       |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: it stands in line 11 of feedwatch.toml already: remove one of them

    error: unknown key `titel` in [[feed]]
      --> feedwatch.toml:17:1
       |
    17 | titel = "Example"
       | ^^^^^
       |
       = help: known keys: url, timezone, every, cron, source, lang, country, tags, alert_on_first_poll
    "#);
}

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
       = help: define a [[concept]] of that name, or name one of the 28 that there are

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
fn channels() {
    assert_snapshot!(given(r#"
[[channel]]
kind = "stdout"
[[channel]]
name = "a"
[[channel]]
name = "b"
kind = "pager"
url = "https://example.org"
bell = true
[[channel]]
name = "c"
kind = "webhook"
to = "desk@example.org"
[[channel]]
name = "d"
kind = "webhook"
url = "gopher://example.org"
secret = ["whsec_not base64", "c2VjcmV0", "whsec_c2VjcmV0"]
[[channel]]
name = "e"
kind = "email"
to = ["desk@example.org, press@example.org", "nobody"]
from = "desk@example.org\r\nBcc: all@example.org"
smtp = "mail.example.org:25"
username = "desk"
[[channel]]
name = "f"
kind = "email"
to = []
from = "desk@example.org"
smtp = "smtps://desk:hunter2@mail.example.org"
password = "hunter2"
password_file = "mail"
[[channel]]
name = "g"
kind = "command"
command = "notify-send 'an alert'"
[[channel]]
name = "h"
kind = "command"
command = []
timeout = 15
"#).told(), @r#"
    error: `name` is missing in [[channel]]
     --> feedwatch.toml:2:1
      |
    2 | [[channel]]
      | ^^^^^^^^^^^

    error: `kind` is missing in [[channel]]
     --> feedwatch.toml:4:1
      |
    4 | [[channel]]
      | ^^^^^^^^^^^

    error: there is no channel of kind 'pager'
     --> feedwatch.toml:8:8
      |
    8 | kind = "pager"
      |        ^^^^^^^
      |
      = help: the kinds are "webhook", "email", "command", "stdout"

    error: unknown key `bell` in [[channel]]
      --> feedwatch.toml:10:1
       |
    10 | bell = ****
       | ^^^^
       |
       = help: known keys: name, timeout, kind, url, secret, secret_file, to, from, smtp, username, password, password_file, command

    error: `url` is missing in [[channel]]
      --> feedwatch.toml:11:1
       |
    11 | [[channel]]
       | ^^^^^^^^^^^

    error: `to` has no place in [[channel]]
      --> feedwatch.toml:14:1
       |
    14 | to = ******************
       | ^^
       |
       = help: `to` is for channels of kind "email"; this one is "webhook"

    error: `gopher:` is no scheme of the web
      --> feedwatch.toml:18:7
       |
    18 | url = "gopher://example.org"
       |       ^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: only http and https can be fetched

    error: the secret of a webhook must be base64 after `whsec_`
      --> feedwatch.toml:19:11
       |
    19 | secret = **************************************************
       |           ^^^^^^^^^^^^^^^^^^
       |
       = help: make one: echo "whsec_$(head -c 32 /dev/urandom | base64)"

    error: the secret of a webhook must begin with `whsec_`
      --> feedwatch.toml:19:31
       |
    19 | secret = **************************************************
       |                               ^^^^^^^^^^
       |
       = help: make one: echo "whsec_$(head -c 32 /dev/urandom | base64)"

    error: `password` is missing in [[channel]]
      --> feedwatch.toml:20:1
       |
    20 | [[channel]]
       | ^^^^^^^^^^^

    error: this is not a mail address
      --> feedwatch.toml:23:7
       |
    23 | to = ["desk@example.org, press@example.org", "nobody"]
       |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: write it as in "desk@example.org" or "Desk <desk@example.org>"

    error: this is not a mail address
      --> feedwatch.toml:23:46
       |
    23 | to = ["desk@example.org, press@example.org", "nobody"]
       |                                              ^^^^^^^^
       |
       = help: write it as in "desk@example.org" or "Desk <desk@example.org>"

    error: this is not a mail address
      --> feedwatch.toml:24:8
       |
    24 | from = "desk@example.org\r\nBcc: all@example.org"
       |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: write it as in "desk@example.org" or "Desk <desk@example.org>"

    error: this is not the address of a mail server
      --> feedwatch.toml:25:8
       |
    25 | smtp = "mail.example.org:25"
       |        ^^^^^^^^^^^^^^^^^^^^^
       |
       = help: write "smtp+starttls://mail.example.org:587", "smtps://mail.example.org" or, for a relay on this machine, "smtp://localhost:25"

    error: `username` is missing in [[channel]]
      --> feedwatch.toml:27:1
       |
    27 | [[channel]]
       | ^^^^^^^^^^^

    error: `to` names nobody
      --> feedwatch.toml:30:6
       |
    30 | to = []
       |      ^^

    error: the address of the mail server holds a user name
      --> feedwatch.toml:32:8
       |
    32 | smtp = "smtps://************@mail.example.org"
       |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: write them as `username` and `password_file`

    error: `password` and `password_file` exclude each other
      --> feedwatch.toml:34:17
       |
    34 | password_file = "mail"
       |                 ^^^^^^
       |
       = help: remove one of them

    error: `command` must be a list: no shell takes a line apart
      --> feedwatch.toml:38:11
       |
    38 | command = "notify-send 'an alert'"
       |           ^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: write command = ["notify-send", "'an", "alert'"]

    error: `command` names no program
      --> feedwatch.toml:42:11
       |
    42 | command = []
       |           ^^
       |
       = help: write command = ["/path/of/program", "argument"]

    error: `timeout` must be a string, not a whole number
      --> feedwatch.toml:43:11
       |
    43 | timeout = 15
       |           ^^
       |
       = help: write a number and a unit, as in "30s", "15m", "1h30m" or "7d"

    warning: the secret of the webhook has 6 bytes: receivers may insist on 24
      --> feedwatch.toml:19:43
       |
    19 | secret = **************************************************
       |                                           ^^^^^^^^^^^^^^^^
       |
       = help: make one: echo "whsec_$(head -c 32 /dev/urandom | base64)"
    "#);
}

#[test]
fn the_service_listens_on_loopback_only() {
    let listen = |address: &str| given(&format!("[server]\nlisten = \"{address}\"")).told();
    for address in ["127.0.0.1:8040", "[::1]:8040", "127.9.9.9:1", "[::ffff:127.0.0.1]:80"] {
        assert_eq!(listen(address), "", "{address}");
    }
    assert_snapshot!(listen("0.0.0.0:8040"), @r#"
    error: 0.0.0.0:8040 is open to other machines, and no access token protects it
     --> feedwatch.toml:2:10
      |
    2 | listen = "0.0.0.0:8040"
      |          ^^^^^^^^^^^^^^
      |
      = help: write "127.0.0.1:8040", and put a proxy that asks for a password before it
    "#);
    assert_snapshot!(listen("localhost:8040"), @r#"
    error: 'localhost:8040' is not an address to listen on
     --> feedwatch.toml:2:10
      |
    2 | listen = "localhost:8040"
      |          ^^^^^^^^^^^^^^^^
      |
      = help: write an IP address and a port, as in "127.0.0.1:8080"
    "#);
    assert!(listen("[::]:8040").contains("is open to other machines"));
}

#[test]
fn concepts() {
    let given = Given {
        concepts: r#"
[[concept]]
name = "Yen"
[[concept]]
name = "bloc"
includes = ["asean", "@member", "asaen"]
[[concept]]
name = "member"
terms.en = ["one AND", "@bloc"]
terms.english = ["two"]
terms.de = "drei"
terms.fr = [1]
[[concept]]
name = "member"
description = ""
includes = ["member"]
[[watch]]
name = "misplaced"
"#,
        ..given("")
    };
    assert_snapshot!(given.told(), @r#"
    error: `Yen` cannot name a concept
     --> concepts/own.toml:2:1
      |
    2 | [[concept]]
      | ^^^^^^^^^^^
      |
      = help: write lower-case letters, digits and hyphens

    error: `terms` is missing in [[concept]]
     --> concepts/own.toml:2:1
      |
    2 | [[concept]]
      | ^^^^^^^^^^^

    error: there is no concept named `asaen`
     --> concepts/own.toml:6:34
      |
    6 | includes = ["asean", "@member", "asaen"]
      |                                  ^^^^^
      |
      = help: did you mean `asean`?

    error: `AND` has nothing on its right
     --> concepts/own.toml:9:18
      |
    9 | terms.en = ["one AND", "@bloc"]
      |                  ^^^
      |
      = help: write a word or a group after it, or remove it

    error: the concept `bloc` contains itself
     --> concepts/own.toml:9:25
      |
    9 | terms.en = ["one AND", "@bloc"]
      |                         ^^^^^
      |
      = help: break the circle bloc → member → bloc

    error: 'english' is not a language code: write two or three letters, as in "en"
      --> concepts/own.toml:10:7
       |
    10 | terms.english = ["two"]
       |       ^^^^^^^

    error: `terms` must be a list of strings, not a whole number
      --> concepts/own.toml:12:13
       |
    12 | terms.fr = [1]
       |             ^

    error: the concept `member` is there twice
      --> concepts/own.toml:14:8
       |
    14 | name = "member"
       |        ^^^^^^^^
       |
       = help: the first stands in line 8 of concepts/own.toml: rename one of them

    error: `description` is empty
      --> concepts/own.toml:15:15
       |
    15 | description = ""
       |               ^^

    error: unknown key `watch` in this file
      --> concepts/own.toml:17:3
       |
    17 | [[watch]]
       |   ^^^^^
       |
       = help: known keys: concept
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
       = help: write a word or a group after it, or remove it

    error: invalid basic string, expected `"`
      --> feedwatch.toml:17:25
       |
    17 | secret =****************
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
