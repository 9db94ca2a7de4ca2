//! The protocol's vectors (test/fixtures/protocol/hostd.json), which the daemon's tests read too: what they show of `net.*`
//! is what our types read and write.
#![expect(clippy::unwrap_used, reason = "a test ends at the first surprise")]

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tsorch_network::api::{
    AttachParams, AttachResult, CheckPortsParams, CheckPortsResult, DetachParams, DumpResult,
    EnsureParams, EnsureResult, NetworkEvent, RemoveParams, SwitchParams,
};

fn vectors() -> Value {
    let text = include_str!("../../../../test/fixtures/protocol/hostd.json");
    serde_json::from_str(text).unwrap()
}

fn method(name: &str) -> Value {
    let vectors = vectors();
    let methods = vectors["methods"].as_array().unwrap();
    methods
        .iter()
        .find(|one| one["method"] == name)
        .unwrap()
        .clone()
}

/// Reads and writes again.
fn round_trip<T: Serialize + DeserializeOwned>(value: &Value) {
    let read: T = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(serde_json::to_value(read).unwrap(), *value);
}

#[test]
fn params_are_what_the_daemon_sends() {
    round_trip::<EnsureParams>(&method("net.ensure")["params"]);
    round_trip::<RemoveParams>(&method("net.remove")["params"]);
    round_trip::<AttachParams>(&method("net.attach")["params"]);
    round_trip::<DetachParams>(&method("net.detach")["params"]);
    round_trip::<SwitchParams>(&method("net.switch")["params"]);
    round_trip::<CheckPortsParams>(&method("net.checkPorts")["params"]);
}

#[test]
fn results_are_what_the_daemon_reads() {
    round_trip::<EnsureResult>(&method("net.ensure")["result"]);
    round_trip::<AttachResult>(&method("net.attach")["result"]);
    round_trip::<CheckPortsResult>(&method("net.checkPorts")["result"]);
    round_trip::<DumpResult>(&method("net.dump")["result"]);
}

#[test]
fn events_are_what_the_daemon_reads() {
    let vectors = vectors();
    let ours = ["net.repaired", "net.portLost", "worker.restarted"];
    let events = vectors["events"].as_array().unwrap().iter();
    let events: Vec<&Value> = events
        .filter(|event| {
            event["event"]
                .as_str()
                .is_some_and(|name| ours.contains(&name))
        })
        .collect();
    assert!(events.len() >= 2);
    events.into_iter().for_each(round_trip::<NetworkEvent>);
}
