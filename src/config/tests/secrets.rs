//! Secrets are read from where they are, and shown nowhere.

use insta::assert_snapshot;
use secrecy::ExposeSecret;

use super::*;

const OLD: &str = "whsec_b2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xk";
const NEW: &str = "whsec_bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3";

fn webhook(keys: &str) -> String {
    format!("[[channel]]\nname = \"hook\"\nkind = \"webhook\"\nurl = \"https://example.org\"\n{keys}\n")
}

fn chat(kind: &str, keys: &str) -> String {
    format!("[[channel]]\nname = \"chat\"\nkind = \"{kind}\"\n{keys}\n")
}

fn secrets(given: &Given<'_>) -> Vec<String> {
    let config = given.config();
    let ChannelKind::Webhook { secrets, .. } = &config.channels[0].kind else { panic!("no webhook") };
    secrets.iter().map(|secret| secret.expose_secret().to_owned()).collect()
}

#[test]
fn secrets_come_from_the_file_from_another_file_or_from_a_variable() {
    let both = format!("\n{NEW}\n{OLD}\n\n");
    let files = [("keys/hook", both.as_str()), ("/run/hook", NEW)];
    let check = |keys: &str, environment: &[(&str, &str)], expected: &[&str]| {
        let text = webhook(keys);
        assert_eq!(secrets(&Given { environment, files: &files, ..given(&text) }), expected, "{keys}");
    };
    check("", &[], &[]);
    check(&format!("secret = \"{NEW}\""), &[], &[NEW]);
    check(&format!("secret = [\"{NEW}\", '{OLD}']"), &[], &[NEW, OLD]);
    check("secret_file = \"keys/hook\"", &[], &[NEW, OLD]);
    check("secret_file = \"/run/hook\"", &[], &[NEW]);
    check("secret_file = \"absent\"", &[("FEEDWATCH_CHANNEL_HOOK_SECRET", OLD)], &[OLD]);
    check(&format!("secret = \"{OLD}\""), &[("FEEDWATCH_CHANNEL_HOOK_SECRET_FILE", "/run/hook")], &[NEW]);
}

#[test]
fn what_is_wrong_with_files_of_secrets() {
    let told = |keys: &str| {
        let files = [("empty", "\n"), ("public", NEW), ("bad", "hunter2")];
        Given { files: &files, ..given(&webhook(keys)) }.told()
    };
    assert_snapshot!(told("secret_file = \"absent\""), @r#"
    error: cannot read the secret from absent: no such file
     --> feedwatch.toml:5:15
      |
    5 | secret_file = "absent"
      |               ^^^^^^^^
    "#);
    assert_snapshot!(told("secret_file = \"empty\""), @r#"
    error: empty holds no secret
     --> feedwatch.toml:5:15
      |
    5 | secret_file = "empty"
      |               ^^^^^^^
    "#);
    assert_snapshot!(told("secret_file = \"public\""), @r#"
    warning: everyone on this machine can read the secret in public
     --> feedwatch.toml:5:15
      |
    5 | secret_file = "public"
      |               ^^^^^^^^
      |
      = help: run: chmod 600 public
    "#);
    assert_snapshot!(told("secret_file = \"bad\""), @r#"
    error: the secret of a webhook must begin with `whsec_`
     --> feedwatch.toml:5:15
      |
    5 | secret_file = "bad"
      |               ^^^^^
      |
      = help: make one: echo "whsec_$(head -c 32 /dev/urandom | base64)"
    "#);
    assert_snapshot!(told(&format!("secret_file = \"public\"\nsecret = \"{NEW}\"")), @r#"
    error: `secret` and `secret_file` exclude each other
     --> feedwatch.toml:5:15
      |
    5 | secret_file = "public"
      |               ^^^^^^^^
      |
      = help: remove one of them
    "#);
}

#[test]
fn a_file_that_holds_secrets_should_be_private() {
    let text = webhook(&format!("secret = \"{NEW}\""));
    assert_snapshot!(Given { is_public: true, ..given(&text) }.told(), @r"
    warning: feedwatch.toml holds secrets, and everyone on this machine can read it
     |
     = help: run: chmod 600 feedwatch.toml
    ");
    assert_eq!(Given { is_public: false, ..given(&text) }.told(), "");
    assert_eq!(Given { is_public: true, ..given(&webhook("")) }.told(), "");
    // What only might be a secret makes no warning: there is an error to mend.
    for text in [
        "[[feed]]\nurl = \"https://example.org/hooks\n".to_owned(),
        "[[watch]]\ntopic = cars\n".to_owned(),
        webhook("colour = \"red\""),
        chat("ntfy", "topic alerts"),
    ] {
        let told = Given { is_public: true, ..given(&text) }.told();
        assert!(told.starts_with("error") && !told.contains("chmod"), "{told}");
    }
}

#[test]
fn a_line_that_is_no_toml_is_shown_as_it_was_written_but_for_its_secret() {
    for (text, shown) in [
        ("[[feed]]\nurl = \"https://example.org/hooks\n".to_owned(), "| url = \"https://example.org/hooks\n"),
        ("[[watch]]\ntopic = cars\n".to_owned(), "| topic = cars\n"),
        (webhook("secret = \"hunter2"), "| secret = \"*******\n"),
        (webhook("secret  =  hunter2 # a comment"), "| secret  =  *******************\n"),
        (chat("telegram", "token \"hunter2\""), "| token \"*******\"\n"),
        (chat("telegram", "chat = -1 2"), "| chat = -1 2\n"),
    ] {
        let told = given(&text).told();
        assert!(told.contains(shown), "{text}: {told}");
    }
}

/// Whatever is wrong around it, the secret is in no report, drawn or debugged.
#[test]
fn no_report_shows_a_secret() {
    const SECRET: &str = "hunter2";
    for text in [
        webhook("secret = \"hunter2\""),
        webhook("secret = [\"hunter2\", 3]"),
        webhook("secret = { value = \"hunter2\" }"),
        webhook("secrets = \"hunter2\""),
        webhook("password = \"hunter2\""),
        webhook("secret = '''\nhunter2'''"),
        webhook("secret = \"hunter2"),
        webhook("secret = hunter2"),
        webhook("secret \"whsec_hunter2\""),
        webhook("password \"hunter2\""),
        webhook("secret: hunter2"),
        webhook("secret = '''hunter2"),
        webhook("secret = [\"hunter2\",\n\"hunter2\"\nname = 3"),
        "[[chanel]\nname = \"hook\"\nsecret = hunter2".to_owned(),
        "channel = [{ secret = hunter2 }]".to_owned(),
        "[[channel]]\nkind = \"pager\"\nsecret = \"hunter2\"".to_owned(),
        "channel = [{ name = 1, secret = \"hunter2\" }]".to_owned(),
        "[[channel]]\nname = \"m\"\nkind = \"email\"\nsmtp = \"smtp://desk:hunter2@example.org\"".to_owned(),
        chat("slack", "url = \"hunter2\""),
        chat("slack", "url = \"ftp://hooks.example.org/hunter2\""),
        chat("discord", "url = [\"https://example.org/hunter2\"]"),
        chat("teams", "url = \"https://example.org/hook/hunter2"),
        chat("mattermost", "hook = \"https://example.org/hunter2\""),
        chat("stdout", "url = \"https://example.org/hunter2\""),
        chat("telegram", "token = \"hunter2 and more\"\nchat = \"-1\""),
        chat("telegram", "token = \"hunter2\"\nchat = \"x y\""),
        chat("matrix", "token = \"hunter2\"\nhomeserver = \"https://example.org\"\nroom = \"#alias:b\""),
        chat("ntfy", "topic = \"hunter2/other\""),
        chat("ntfy", "topic = \"a\"\ntoken = \"hunter2/\""),
        chat("ntfy", "topic = hunter2"),
        chat("telegram", "token = hunter2"),
        "[[feed]]\nurl = \"ftp://desk:hunter2@example.org\"".to_owned(),
        "[fetch]\nproxy = \"ftp://desk:hunter2@example.org\"".to_owned(),
    ] {
        let reports = given(&text).load().unwrap_err();
        assert!(!drawn(&reports).contains(SECRET) && !format!("{reports:?}").contains(SECRET), "{reports:?}");
    }
    let environment =
        [("FEEDWATCH_CHANNEL_HOOK_SECRET", "hunter2"), ("FEEDWATCH_CHANNEL_HOK_SECRET", "hunter2")];
    let text = webhook("");
    let reports = Given { environment: &environment, ..given(&text) }.load().unwrap_err();
    assert!(!drawn(&reports).contains(SECRET) && !format!("{reports:?}").contains(SECRET), "{reports:?}");
    let environment: Environment = environment.into_iter().collect();
    assert!(!format!("{environment:?}").contains(SECRET), "{environment:?}");
}

#[test]
fn a_configuration_does_not_show_its_secrets() {
    let text = webhook(&format!("secret = \"{NEW}\""))
        + "[[channel]]\nname = \"m\"\nkind = \"email\"\nto = \"a@example.org\"\nfrom = \"a@example.org\"\n\
           smtp = \"smtps://example.org\"\nusername = \"desk\"\npassword = \"hunter2\"";
    let hook = "url = \"https://example.org/hunter2\"";
    let chats = [
        ("slack", hook),
        ("discord", hook),
        ("mattermost", hook),
        ("teams", hook),
        ("telegram", "token = \"hunter2\"\nchat = \"@desk\""),
        ("matrix", "token = \"hunter2\"\nhomeserver = \"https://example.org\"\nroom = \"!a:example.org\""),
        ("ntfy", "topic = \"hunter2\"\ntoken = \"hunter2\""),
    ];
    let chats = chats.map(|(kind, keys)| chat(kind, keys).replace("\"chat\"", &format!("\"{kind}\"")));
    let text = [text, chats.concat()].join("\n");
    let shown = format!("{:?}", given(&text).load().unwrap());
    assert!(!shown.contains("bmV3") && !shown.contains("hunter2"), "{shown}");
}

#[test]
fn secrets_of_chats_have_three_forms() {
    let files = [("url", "https://example.org/file\n"), ("token", " from-file \n"), ("two", "a\nb\n")];
    let secret = |text: &str, environment: &[(&str, &str)]| {
        let given = Given { environment, files: &files, ..given(text) };
        match &given.config().channels[0].kind {
            ChannelKind::Slack { url } => url.expose_secret().to_owned(),
            ChannelKind::Matrix { token, .. } => token.expose_secret().to_owned(),
            other => panic!("{other:?}"),
        }
    };
    let slack = |keys: &str| chat("slack", keys);
    let matrix = |keys: &str| {
        chat("matrix", &format!("homeserver = \"https://example.org\"\nroom = \"!a:b\"\n{keys}"))
    };
    for (text, environment, expected) in [
        (slack("url = \"https://example.org/toml\""), &[][..], "https://example.org/toml"),
        (slack("url_file = \"url\""), &[], "https://example.org/file"),
        (
            slack("url_file = \"absent\""),
            &[("FEEDWATCH_CHANNEL_CHAT_URL", "https://example.org/env")],
            "https://example.org/env",
        ),
        (matrix("token = \"from-toml\""), &[], "from-toml"),
        (matrix("token_file = \"token\""), &[], "from-file"),
        (matrix(""), &[("FEEDWATCH_CHANNEL_CHAT_TOKEN_FILE", "token")], "from-file"),
    ] {
        assert_eq!(secret(&text, environment), expected, "{text}");
    }
    assert_snapshot!(Given { files: &files, ..given(&slack("url_file = \"two\"")) }.told(), @r#"
    error: there is more than one `url`
     --> feedwatch.toml:4:12
      |
    4 | url_file = "two"
      |            ^^^^^

    error: this is not the address of a webhook
     --> feedwatch.toml:4:12
      |
    4 | url_file = "two"
      |            ^^^^^
      |
      = help: write it in full, as the service shows it: it begins with https://
    "#);
}
