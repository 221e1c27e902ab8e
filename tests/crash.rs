//! Nothing that was recorded is lost, however the process ends.

use crate::support::{Desk, Receiver, configuration};

/// The receiver takes the first delivery and never answers; the process dies in that moment.
#[test]
fn an_alert_that_was_sent_but_not_recorded_is_sent_again_under_the_same_id() {
    let desk = Desk::watching("storm", Receiver::answering(&[None]), "[defaults]\nevery = \"1s\"\n");
    desk.program.run(&["poll"]);
    desk.publish(&[("1", "Storm closes ports")]);
    let daemon = desk.program.start();
    let first = desk.receiver.wait_for(1).remove(0);
    daemon.kill();

    let daemon = desk.program.start();
    let again = desk.receiver.wait_for(2).remove(1);
    assert_eq!((again.id(), &again.body), (first.id(), &first.body));
    assert!(first.is_signed() && again.is_signed());
    daemon.signal("TERM");
    assert!(daemon.wait().success());
    assert_eq!(desk.program.json(&["alerts", "list"])[0]["state"], "delivered");
}

#[test]
fn a_refused_alert_is_retried_and_a_hopeless_one_stands_in_the_dead_letters() {
    for (status, state) in [(503, "pending"), (400, "dead")] {
        let desk = Desk::watching("storm", Receiver::answering(&[Some(status)]), "");
        desk.program.run(&["poll"]);
        desk.publish(&[("1", "Storm closes ports")]);
        desk.program.run(&["poll"]);
        let alert = desk.program.json(&["alerts", "list"]).remove(0);
        assert_eq!((&alert["state"], &alert["attempts"]), (&state.into(), &1.into()), "{alert}");
        assert!(alert["reason"].as_str().unwrap().contains(&status.to_string()), "{alert}");
    }
}

#[test]
fn a_dead_letter_is_sent_again_on_request_under_the_same_id() {
    let desk = Desk::watching("storm", Receiver::answering(&[Some(400)]), "");
    desk.program.run(&["poll"]);
    desk.publish(&[("1", "Storm closes ports")]);
    desk.program.run(&["poll"]);
    desk.program.run(&["alerts", "retry", "--dead"]);
    desk.program.run(&["poll"]);
    let received = desk.receiver.wait_for(2);
    assert_eq!((received[0].id(), &received[0].body), (received[1].id(), &received[1].body));
    let alert = desk.program.json(&["alerts", "list"]).remove(0);
    assert_eq!(alert["state"], "delivered");
    let id = alert["id"].as_str().unwrap();
    assert_eq!(desk.program.output(&["alerts", "drop", id]).status.code(), Some(1), "it has arrived already");
}

#[test]
fn alerts_of_a_removed_channel_become_dead_letters() {
    let desk = Desk::watching("storm", Receiver::answering(&[Some(503)]), "");
    desk.program.run(&["poll"]);
    desk.publish(&[("1", "Storm closes ports")]);
    desk.program.run(&["poll"]);
    desk.program.configure("");
    desk.program.run(&["poll"]);
    let alert = desk.program.json(&["alerts", "list"]).remove(0);
    assert_eq!(alert["state"], "dead");
    assert!(alert["reason"].as_str().unwrap().contains("not configured"), "{alert}");

    // As when the file was read while it was half written.
    desk.program.configure(&configuration("storm", &desk.server, &desk.receiver, ""));
    desk.program.run(&["poll"]);
    assert_eq!(desk.program.json(&["alerts", "list"])[0]["state"], "delivered");
}

#[test]
fn a_daemon_retries_by_itself() {
    let desk = Desk::watching("storm", Receiver::answering(&[Some(503)]), "[defaults]\nevery = \"1s\"\n");
    desk.program.run(&["poll"]);
    desk.publish(&[("1", "Storm closes ports")]);
    let daemon = desk.program.start();
    let received = desk.receiver.wait_for(2);
    assert_eq!(received[0].id(), received[1].id());
    daemon.signal("TERM");
    assert!(daemon.wait().success());
}
