//! The vectors of test/fixtures/protocol, which the TypeScript tests read too.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use std::os::fd::OwnedFd;

use rustix::net::{AddressFamily, SendFlags, SocketFlags, SocketType, send, socketpair};
use serde_json::{Value, json};
use tsorch_protocol::frame::FrameDecoder;
use tsorch_protocol::{Connection, ConnectionError, Event, Message, Request};

fn fixture(name: &str) -> Value {
    let path = format!(
        "{}/../../../test/fixtures/protocol/{name}",
        env!("CARGO_MANIFEST_DIR")
    );
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn bytes_of(vector: &Value) -> Vec<u8> {
    let hex = vector["hex"].as_str().unwrap();
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect()
}

fn decode(bytes: &[u8]) -> Option<Message> {
    let mut decoder = FrameDecoder::default();
    decoder.push(bytes);
    Message::from_payload(decoder.next_payload().ok()??).ok()
}

fn as_json(message: &Message) -> Value {
    serde_json::from_slice(&message.to_frame().unwrap()[4..]).unwrap()
}

fn pair() -> (OwnedFd, OwnedFd) {
    socketpair(
        AddressFamily::UNIX,
        SocketType::STREAM,
        SocketFlags::CLOEXEC,
        None,
    )
    .unwrap()
}

#[test]
fn decodes_and_encodes_every_valid_frame() {
    for vector in fixture("frames.json")["valid"].as_array().unwrap() {
        let message = decode(&bytes_of(vector)).unwrap_or_else(|| panic!("{}", vector["name"]));
        assert_eq!(as_json(&message), vector["message"], "{}", vector["name"]);
        let again = decode(&message.to_frame().unwrap()).unwrap();
        assert_eq!(again, message);
    }
}

#[test]
fn refuses_every_invalid_frame() {
    for vector in fixture("frames.json")["invalid"].as_array().unwrap() {
        assert_eq!(decode(&bytes_of(vector)), None, "{}", vector["name"]);
    }
}

#[test]
fn gives_the_same_frames_wherever_the_bytes_are_cut() {
    let frames = fixture("frames.json");
    let valid = frames["valid"].as_array().unwrap();
    let whole: Vec<u8> = valid.iter().flat_map(bytes_of).collect();
    for step in 1..40 {
        let mut decoder = FrameDecoder::default();
        let mut count = 0;
        for piece in whole.chunks(step) {
            decoder.push(piece);
            while let Some(payload) = decoder.next_payload().unwrap() {
                let message = Message::from_payload(payload).unwrap();
                assert_eq!(as_json(&message), valid[count]["message"]);
                count += 1;
            }
        }
        assert_eq!(count, valid.len());
        assert!(!decoder.is_inside_frame());
    }
}

#[test]
fn opens_a_connection_with_one_hello_of_our_protocol() {
    for vector in fixture("frames.json")["openings"].as_array().unwrap() {
        let (ours, theirs) = pair();
        let mut connection = Connection::open(ours, "hostd").unwrap();
        send(&theirs, &bytes_of(vector), SendFlags::empty()).unwrap();
        connection.receive().unwrap();
        let mut outcome = connection.next_message();
        if matches!(outcome, Ok(Some(_))) {
            outcome = connection.next_message();
        }
        assert_eq!(
            outcome.is_ok(),
            vector["accepted"].as_bool().unwrap(),
            "{}",
            vector["name"]
        );
    }
}

#[test]
fn reads_every_method_and_event() {
    for name in ["hostd.json", "shim.json"] {
        let vectors = fixture(name);
        for vector in vectors["methods"].as_array().unwrap() {
            let method = vector["method"].as_str().unwrap().to_owned();
            let request = Message::Request(Request {
                id: 1,
                method,
                params: vector["params"].clone(),
            });
            assert_eq!(decode(&request.to_frame().unwrap()), Some(request));
            let answer = Message::result(1, vector["result"].clone());
            assert_eq!(decode(&answer.to_frame().unwrap()), Some(answer));
        }
        for vector in vectors["events"].as_array().unwrap() {
            let event = decode(&framed(vector)).unwrap();
            assert!(
                matches!(&event, Message::Event(Event { data, .. }) if *data == vector["data"])
            );
        }
    }
}

fn framed(value: &Value) -> Vec<u8> {
    tsorch_protocol::frame::encode(value).unwrap()
}

#[test]
fn drops_a_peer_that_does_not_read() {
    let (ours, _theirs) = pair();
    let mut connection = Connection::open(ours, "hostd").unwrap();
    let event = Message::Event(Event {
        name: "exit".to_owned(),
        seq: None,
        data: json!({ "filler": "x".repeat(100_000) }),
    });
    let failure = (0..100)
        .find_map(|_| connection.send(&event).err())
        .unwrap();
    assert!(matches!(failure, ConnectionError::SlowPeer));
}

#[test]
fn refuses_to_send_a_message_longer_than_a_frame() {
    let long = Message::result(1, json!({ "filler": "x".repeat(1 << 20) }));
    assert!(long.to_frame().is_err());
}
