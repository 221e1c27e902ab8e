//! What is told of channels.

use insta::assert_snapshot;

use super::{Given, given};

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
      = help: the kinds are "email", "slack", "discord", "mattermost", "teams", "telegram", "matrix", "ntfy", "webhook", "command", "file", "stdout"

    error: unknown key `bell` in [[channel]]
      --> feedwatch.toml:10:1
       |
    10 | bell = ****
       | ^^^^
       |
       = help: known keys: name, timeout, kind, timezone, quiet, breaks_quiet, limit, burst, fallback, fallback_after, to, from, smtp, username, password, password_file, url, url_file, token, token_file, chat, thread, api, homeserver, room, server, topic, topic_file, secret, secret_file, command, path, format, template, template_file

    error: `url` is missing in [[channel]]
      --> feedwatch.toml:11:1
       |
    11 | [[channel]]
       | ^^^^^^^^^^^

    error: `to` has no place in [[channel]]
      --> feedwatch.toml:14:1
       |
    14 | to = "desk@example.org"
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
fn chats_and_files() {
    assert_snapshot!(given(r#"
[[channel]]
name = "a"
kind = "slack"
[[channel]]
name = "b"
kind = "discord"
url = "discord.com/api/webhooks"
token = "x"
[[channel]]
name = "c"
kind = "telegram"
token = "1:a b"
chat = "desk"
thread = 0
[[channel]]
name = "d"
kind = "matrix"
homeserver = "matrix.example.org"
room = "desk:example.org"
token = ""
[[channel]]
name = "e"
kind = "ntfy"
topic = "desk/alerts"
[[channel]]
name = "f"
kind = "file"
path = "logs/"
"#).told(), @r#"
    error: `url` is missing in [[channel]]
     --> feedwatch.toml:2:1
      |
    2 | [[channel]]
      | ^^^^^^^^^^^

    error: this is not the address of a webhook
     --> feedwatch.toml:8:7
      |
    8 | url = "************************"
      |       ^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: write it in full, as the service shows it: it begins with https://

    error: `token` has no place in [[channel]]
     --> feedwatch.toml:9:1
      |
    9 | token = "*"
      | ^^^^^
      |
      = help: `token` is for channels of the kinds telegram, matrix, ntfy; this one is "discord"

    error: this is no token: it holds spaces, slashes or letters that no token has
      --> feedwatch.toml:13:9
       |
    13 | token = "*****"
       |         ^^^^^^^
       |
       = help: write the token alone, as the service shows it

    error: 'desk' is not a chat
      --> feedwatch.toml:14:8
       |
    14 | chat = "desk"
       |        ^^^^^^
       |
       = help: write the chat's number, as in "-1001234567890", or the name of a public one, as in "@desk"

    error: `thread` must be a number from 1 to 2147483647
      --> feedwatch.toml:15:10
       |
    15 | thread = 0
       |          ^

    error: the address has no scheme
      --> feedwatch.toml:19:14
       |
    19 | homeserver = "matrix.example.org"
       |              ^^^^^^^^^^^^^^^^^^^^
       |
       = help: write "https://matrix.example.org"

    error: 'desk:example.org' is not the id of a room
      --> feedwatch.toml:20:8
       |
    20 | room = "desk:example.org"
       |        ^^^^^^^^^^^^^^^^^^
       |
       = help: write the room's id, as in "!abc:example.org": clients show it among a room's advanced settings

    error: `token` is empty
      --> feedwatch.toml:21:9
       |
    21 | token = ""
       |         ^^

    error: this is not a topic
      --> feedwatch.toml:25:9
       |
    25 | topic = "***********"
       |         ^^^^^^^^^^^^^
       |
       = help: write 1 to 64 letters, digits, - and _: the topic's name alone, without the server

    error: `path` names a folder
      --> feedwatch.toml:29:8
       |
    29 | path = "logs/"
       |        ^^^^^^^
       |
       = help: write the name of a file, as in "alerts.jsonl"
    "#);
}

#[test]
fn templates() {
    let files = [("good", "{{ subject }}"), ("bad", "ok\n{{ titel }}"), ("empty", "\n")];
    let told = |keys: &str| {
        let text = format!("[[channel]]\nname = \"a\"\n{keys}\n");
        Given { files: &files, ..given(&text) }.told()
    };
    assert_eq!(told("kind = \"stdout\"\ntemplate = \"{{ subject }}\""), "");
    assert_eq!(told("kind = \"stdout\"\ntemplate_file = \"good\""), "");
    let inline = "kind = \"stdout\"\ntemplate = '''\n{% for a in articles %}\n{{ a.titel }}\n{% endfor %}'''";
    assert_snapshot!(told(inline), @"
    error: the template fails on a match message: undefined value: `a.titel` is undefined
     --> feedwatch.toml:6:4
      |
    6 | {{ a.titel }}
      |    ^^^^^^^
    ");
    assert_snapshot!(told("kind = \"stdout\"\ntemplate_file = \"bad\""), @r#"
    error: bad, line 2: the template fails on a match message: undefined value: `titel` is undefined
     --> feedwatch.toml:4:17
      |
    4 | template_file = "bad"
      |                 ^^^^^
    "#);
    assert_snapshot!(told("kind = \"stdout\"\ntemplate_file = \"empty\""), @r#"
    error: empty: the template holds nothing to send
     --> feedwatch.toml:4:17
      |
    4 | template_file = "empty"
      |                 ^^^^^^^
    "#);
    assert_snapshot!(told("kind = \"stdout\"\ntemplate = ''"), @r#"
    error: the template holds nothing to send
     --> feedwatch.toml:4:12
      |
    4 | template = ''
      |            ^^
    "#);
    assert_snapshot!(told("kind = \"stdout\"\ntemplate_file = \"absent\""), @r#"
    error: cannot read the template from absent: no such file
     --> feedwatch.toml:4:17
      |
    4 | template_file = "absent"
      |                 ^^^^^^^^
    "#);
    assert_snapshot!(told("kind = \"webhook\"\nurl = \"https://example.org\"\ntemplate = \"x\""), @r#"
    error: `template` has no place in [[channel]]
     --> feedwatch.toml:5:1
      |
    5 | template = "x"
      | ^^^^^^^^
      |
      = help: channels of kind "webhook" send JSON, which has no text to replace
    "#);
}

#[test]
fn a_fallback_comes_after_a_while() {
    let channel = |more: &str| {
        format!(
            "[[channel]]\nname = \"desk\"\nkind = \"stdout\"\n{more}\n\
             [[channel]]\nname = \"night\"\nkind = \"stdout\"\n"
        )
    };
    let minutes = |minutes: u64| Some(std::time::Duration::from_secs(60 * minutes));
    for (more, expected) in [
        ("fallback = \"night\"", minutes(60)),
        ("fallback = \"night\"\nfallback_after = \"10m\"", minutes(10)),
        ("fallback = \"night\"\nfallback_after = \"0s\"", minutes(0)),
        ("fallback = \"night\"\nfallback_after = \"none\"", None),
    ] {
        assert_eq!(given(&channel(more)).config().channels[0].rules.fallback_after, expected, "{more}");
    }
    for (more, told) in [
        ("fallback_after = \"10m\"", "`fallback_after` without a `fallback` leads nowhere"),
        ("fallback = \"night\"\nfallback_after = \"soon\"", "'soon' is not a duration"),
    ] {
        let found = given(&channel(more)).told();
        assert!(found.contains(told), "{found}");
    }
}

#[test]
fn a_connector_of_teams_is_told_to_be_retired() {
    let told = |host: &str| {
        let text =
            format!("[[channel]]\nname = \"t\"\nkind = \"teams\"\nurl = \"https://{host}/secretsecret\"\n");
        given(&text).told()
    };
    for host in ["contoso.webhook.office.com", "outlook.office.com"] {
        let told = told(host);
        assert!(told.contains("warning: this is the address of a connector"), "{told}");
        assert!(!told.contains("secretsecret"), "{told}");
    }
    assert_eq!(told("prod-1.westeurope.logic.azure.com"), "");
}
