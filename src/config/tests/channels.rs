//! What is told of channels.

use insta::assert_snapshot;

use super::given;

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
       = help: known keys: name, timeout, kind, timezone, quiet, breaks_quiet, limit, burst, fallback, url, secret, secret_file, to, from, smtp, username, password, password_file, command, format

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
