//! What is told of settings.

use insta::assert_snapshot;

use super::given;

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

    error: 'xml' is not a format of lines
      --> feedwatch.toml:13:10
       |
    13 | format = "xml"
       |          ^^^^^
       |
       = help: write "auto", "text" or "json"
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
fn addresses_that_will_be_refused_are_told() {
    const TEXT: &str = r#"
[[feed]]
url = "http://localhost:8080/rss"
[[feed]]
url = "https://example.org/rss"
[[channel]]
name = "a"
kind = "webhook"
url = "http://10.1.2.3/hook"
[[channel]]
name = "b"
kind = "slack"
url = "https://[::1]/services/hunter2"
[[channel]]
name = "c"
kind = "email"
to = "desk@example.org"
from = "desk@example.org"
smtp = "smtp://127.0.0.1:25"
[[channel]]
name = "d"
kind = "ntfy"
server = "http://192.168.0.2"
topic = "alerts"
"#;
    assert_snapshot!(given(TEXT).told(), @r#"
    warning: this is a loopback address, which feedwatch refuses to ask
     --> feedwatch.toml:3:7
      |
    3 | url = "http://localhost:8080/rss"
      |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: if it is meant, write allow_networks = ["127.0.0.0/8"] in [fetch]

    warning: this is a private address, which feedwatch refuses to ask
     --> feedwatch.toml:9:7
      |
    9 | url = "http://10.1.2.3/hook"
      |       ^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: if it is meant, write allow_networks = ["10.0.0.0/8"] in [fetch]

    warning: this is a loopback address, which feedwatch refuses to ask
      --> feedwatch.toml:13:7
       |
    13 | url = "******************************"
       |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: if it is meant, write allow_networks = ["::1/128"] in [fetch]

    warning: this is a private address, which feedwatch refuses to ask
      --> feedwatch.toml:23:10
       |
    23 | server = "http://192.168.0.2"
       |          ^^^^^^^^^^^^^^^^^^^^
       |
       = help: if it is meant, write allow_networks = ["192.168.0.0/16"] in [fetch]
    "#);
    let allowed =
        "[fetch]\nallow_networks = [\"127.0.0.0/8\", \"10.0.0.0/8\", \"::1\", \"192.168.0.0/16\"]\n";
    assert_eq!(given(&format!("{TEXT}{allowed}")).told(), "");
}

#[test]
fn a_public_address_leads_to_where_something_listens() {
    let server = |text: &str| given(&format!("[server]\n{text}")).told();
    assert_eq!(server("listen = \"127.0.0.1:1\"\npublic_url = \"https://desk.example.org/fw/\""), "");
    assert_snapshot!(server("public_url = \"https://desk.example.org/?x\""), @r#"
    error: `public_url` leads nowhere: nothing listens
     --> feedwatch.toml:2:14
      |
    2 | public_url = "https://desk.example.org/?x"
      |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: add listen = "127.0.0.1:8040", and let a proxy pass on /websub/

    error: the public address holds more than host and path
     --> feedwatch.toml:2:14
      |
    2 | public_url = "https://desk.example.org/?x"
      |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: write scheme, host and path, as in "https://desk.example.org/feedwatch"
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
