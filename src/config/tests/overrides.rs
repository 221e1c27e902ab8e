//! The environment goes before the file.

use std::time::Duration;

use insta::assert_snapshot;

use super::*;
use crate::schedule::Schedule;

const TEXT: &str = r#"
[defaults]
cron = "0 6 * * *"
[fetch]
timeout = "1m"
per_host = 1
[[feed]]
url = "https://example.org/rss"
[[channel]]
name = "press-desk"
kind = "email"
to = "desk@example.org"
from = "desk@example.org"
smtp = "smtp://localhost:25"
[[channel]]
name = "hook"
kind = "webhook"
url = "https://example.org"
secret_file = "absent"
"#;

#[test]
fn every_kind_of_value_can_come_from_a_variable() {
    let environment = [
        ("FEEDWATCH_FETCH_TIMEOUT", "10s"),
        ("FEEDWATCH_FETCH_PER_HOST", "3"),
        ("FEEDWATCH_FETCH_PROXY", ""),
        ("FEEDWATCH_FETCH_ALLOW_NETWORKS", "127.0.0.0/8, ::1"),
        ("FEEDWATCH_DEFAULTS_EVERY", "5m"),
        ("FEEDWATCH_DEFAULTS_ALERT_ON_FIRST_POLL", "true"),
        ("FEEDWATCH_SERVER_LISTEN", "127.0.0.1:9"),
        ("FEEDWATCH_LOG_LEVEL", "debug"),
        ("FEEDWATCH_CHANNEL_PRESS_DESK_TO", "a@example.org,b@example.org"),
        ("FEEDWATCH_CHANNEL_PRESS_DESK_USERNAME", "desk"),
        ("FEEDWATCH_CHANNEL_PRESS_DESK_PASSWORD", "a,b"),
        ("FEEDWATCH_CHANNEL_HOOK_SECRET", "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"),
        ("FEEDWATCH_CONFIG", "not.a.key"),
        ("FEEDWATCH_CORPUS", "nor.this"),
        ("HOME", "/home/desk"),
        ("PATH", "/bin"),
    ];
    let given = Given { environment: &environment, ..given(TEXT) };
    assert_eq!(given.told(), "");
    let config = given.config();
    assert_eq!(config.fetch.timeout, Duration::from_secs(10));
    assert_eq!(config.fetch.per_host, 3);
    assert_eq!(config.fetch.proxy, None);
    assert_eq!(config.fetch.allow_networks.len(), 2);
    assert_eq!(config.feeds[0].schedule, Schedule::Every(Duration::from_secs(300)), "replaces cron too");
    assert!(config.feeds[0].alert_on_first_poll);
    assert_eq!(config.server.listen, Some(([127, 0, 0, 1], 9).into()));
    assert_eq!(config.log.level, tracing::Level::DEBUG);
    let ChannelKind::Email { to, password, .. } = &config.channels[0].kind else { panic!() };
    assert_eq!(to, &["a@example.org", "b@example.org"]);
    assert!(password.is_some());
    let ChannelKind::Webhook { secrets, .. } = &config.channels[1].kind else { panic!() };
    assert_eq!(secrets.len(), 1, "replaces secret_file too");
}

#[test]
fn what_is_wrong_with_variables_names_them() {
    let environment = [
        ("FEEDWATCH_DEFAULTS_EVERY", "often"),
        ("FEEDWATCH_DEFAULTS_CRON", "0 6 * * *"),
        ("FEEDWATCH_DEFAULTS_ALERT_ON_FIRST_POLL", "perhaps"),
        ("FEEDWATCH_FETCH_PER_HOST", "many"),
        ("FEEDWATCH_FETCH_ALLOW_NETWORKS", "::1, 10.0.0.0/99"),
        ("FEEDWATCH_CHANNEL_HOOK_SECRET", "hunter2"),
        ("FEEDWATCH_CHANNEL_HOK_SECRET", "hunter2"),
        ("FEEDWATCH_FETCH_TIMEOUTS", "10s"),
        ("FEEDWATCH_NONSENSE", "1"),
    ];
    assert_snapshot!(Given { environment: &environment, ..given(TEXT) }.told(), @r#"
    error: the secret of a webhook must begin with `whsec_`
     --> FEEDWATCH_CHANNEL_HOOK_SECRET:1:1
      |
    1 | *******
      | ^^^^^^^
      |
      = help: make one: echo "whsec_$(head -c 32 /dev/urandom | base64)"

    error: `alert_on_first_poll` must be true or false
     --> FEEDWATCH_DEFAULTS_ALERT_ON_FIRST_POLL:1:1
      |
    1 | perhaps
      | ^^^^^^^

    error: `every` and `cron` exclude each other
     --> FEEDWATCH_DEFAULTS_CRON:1:1
      |
    1 | 0 6 * * *
      | ^^^^^^^^^
      |
      = help: remove one of them

    error: 'often' is not a duration
     --> FEEDWATCH_DEFAULTS_EVERY:1:1
      |
    1 | often
      | ^^^^^
      |
      = help: write a number and a unit, as in "30s", "15m", "1h30m" or "7d"

    error: '10.0.0.0/99' is not a network
     --> FEEDWATCH_FETCH_ALLOW_NETWORKS:1:6
      |
    1 | ::1, 10.0.0.0/99
      |      ^^^^^^^^^^^
      |
      = help: write it in CIDR notation, as in "127.0.0.0/8" or "fd00::/8"

    error: `per_host` must be a number from 1 to 100
     --> FEEDWATCH_FETCH_PER_HOST:1:1
      |
    1 | many
      | ^^^^

    warning: the environment variable FEEDWATCH_CHANNEL_HOK_SECRET sets no known key
     |
     = help: did you mean FEEDWATCH_CHANNEL_HOOK_SECRET?

    warning: the environment variable FEEDWATCH_FETCH_TIMEOUTS sets no known key
     |
     = help: did you mean FEEDWATCH_FETCH_TIMEOUT?

    warning: the environment variable FEEDWATCH_NONSENSE sets no known key
     |
     = help: the rule is FEEDWATCH_SECTION_KEY, as in FEEDWATCH_FETCH_TIMEOUT
    "#);
}

#[test]
fn a_variable_that_means_two_channels_is_refused() {
    let text =
        "[[channel]]\nname = \"a-b\"\nkind = \"stdout\"\n[[channel]]\nname = \"a b\"\nkind = \"stdout\"";
    let environment = [("FEEDWATCH_CHANNEL_A_B_TIMEOUT", "1s")];
    assert_snapshot!(Given { environment: &environment, ..given(text) }.told(), @r"
    error: FEEDWATCH_CHANNEL_A_B_TIMEOUT sets `timeout` of more than one channel
     |
     = help: rename one: their names differ only in signs, which a variable cannot show
    ");
}
