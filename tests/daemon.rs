//! The daemon starts, tells within moments, reloads, stops, and keeps others off its database.

use crate::support::{Desk, Page, Receiver, configuration, item};

const OFTEN: &str = "[defaults]\nevery = \"1s\"\n";

#[test]
fn news_reach_the_desk_while_it_runs() {
    let desk = Desk::watching("storm", Receiver::start(), OFTEN);
    let daemon = desk.program.start();
    daemon.wait_for_log("watching");
    desk.server.wait_until_asked("/wire", 1);
    desk.publish(&[("1", "Storm closes ports")]);
    assert_eq!(desk.receiver.wait_for(1)[0].titles(), ["Storm closes ports"]);
    daemon.signal("TERM");
    assert!(daemon.wait().success(), "a stop is no failure");
}

#[test]
fn a_changed_configuration_is_taken_over_and_a_wrong_one_is_not() {
    let desk = Desk::watching("volcano", Receiver::start(), OFTEN);
    let daemon = desk.program.start();
    daemon.wait_for_log("watching");
    desk.server.wait_until_asked("/wire", 1);

    desk.program.write("[[watch]]\nname = \"broken\"\nquery = '(storm'\nchannels = []\n");
    daemon.signal("HUP");
    daemon.wait_for_log("old one stays");

    desk.program.configure(&configuration("storm", &desk.server, &desk.receiver, OFTEN));
    daemon.signal("HUP");
    daemon.wait_for_log("configuration reloaded");
    desk.server.put("/wire", Page::rss(&item("1", "Storm closes ports", "x")));
    assert_eq!(desk.receiver.wait_for(1)[0].titles(), ["Storm closes ports"]);
    daemon.signal("INT");
    assert!(daemon.wait().success());
}

#[test]
fn a_second_daemon_is_refused_and_readers_are_not() {
    let desk = Desk::watching("storm", Receiver::start(), OFTEN);
    let daemon = desk.program.start();
    daemon.wait_for_log("watching");
    let second = desk.program.output(&["poll"]);
    assert_eq!(second.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&second.stderr).contains("in use by another feedwatch"));
    assert!(desk.program.json(&["matches"]).is_empty());
    daemon.signal("TERM");
    assert!(daemon.wait().success());
}

#[test]
fn a_stop_does_not_wait_for_a_slow_destination() {
    let desk = Desk::watching("storm", Receiver::answering(&[None]), OFTEN);
    desk.program.run(&["poll"]);
    desk.publish(&[("1", "Storm closes ports")]);
    let daemon = desk.program.start();
    desk.receiver.wait_for(1);
    let asked = std::time::Instant::now();
    daemon.signal("TERM");
    assert!(daemon.wait().success());
    assert!(asked.elapsed().as_secs() < 30);
    // What had no answer in time is retried after the next start.
    assert_eq!(desk.program.json(&["alerts", "list"])[0]["state"], "pending");
}
