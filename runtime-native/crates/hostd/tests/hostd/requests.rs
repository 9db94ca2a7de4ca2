//! What clients send and get, beyond the methods' own meaning.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;

use crate::support::{ID, Node};
use serde_json::{Value, json};
use tsorch_protocol::{ClientError, ErrorBody};

fn error_of(node: &Node, method: &str, params: Value) -> ErrorBody {
    match node.client().call(method, params) {
        Err(ClientError::Answer(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn answers_unusable_requests_with_an_error_and_goes_on() {
    let node = Node::start();
    let code = |method, params| error_of(&node, method, params).code.as_str();
    assert_eq!(code("no.such", json!({})), "protocol.bad-request");
    assert_eq!(code("shim.spawn", json!({})), "protocol.bad-request");
    assert_eq!(
        code("shim.spawn", json!({ "id": "../../etc" })),
        "protocol.bad-request"
    );
    assert_eq!(
        code("shim.spawn", json!({ "id": ID })),
        "container.not-found"
    );
    assert_eq!(
        code("layer.remove", json!({ "diffId": "sha256:../x" })),
        "protocol.bad-request"
    );
    assert_eq!(
        code("container.remove", json!({ "id": "a/b" })),
        "protocol.bad-request"
    );
}

#[test]
fn understands_every_method_of_the_contract() {
    let node = Node::start();
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../test/fixtures/protocol/hostd.json"
    );
    let vectors: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    for vector in vectors["methods"].as_array().unwrap() {
        let method = vector["method"].as_str().unwrap();
        if method == "node.shutdown" {
            continue;
        }
        match node.client().call(method, vector["params"].clone()) {
            Err(ClientError::Answer(error)) => {
                assert_ne!(
                    error.code.as_str(),
                    "protocol.bad-request",
                    "{method}: {error}"
                );
            }
            Ok(_) => {}
            Err(other) => panic!("{method}: {other}"),
        }
    }
}

#[test]
fn answers_pipelined_requests_each_by_its_number() {
    let node = Node::start();
    let mut client = node.client();
    let ids: Vec<u64> = (0..50)
        .map(|_| client.send("shim.list", json!({})).unwrap())
        .collect();
    for id in ids {
        assert_eq!(client.answer(id).unwrap(), json!({ "shims": [] }));
    }
}

#[test]
fn closes_on_a_client_that_does_not_keep_to_the_protocol() {
    let node = Node::start();
    for bytes in [
        &b"\xff\xff\xff\xff"[..],
        b"\0\0\0\x02{}",
        b"GET / HTTP/1.1\r\n\r\n",
    ] {
        let mut socket = UnixStream::connect(node.run_dir.join("hostd.sock")).unwrap();
        socket.write_all(bytes).unwrap();
        let mut hello = Vec::new();
        // Ends with the hello, or with a reset when bytes of ours were never read.
        let _ = socket.read_to_end(&mut hello);
    }
    node.client().call("shim.list", json!({})).unwrap();
}

#[test]
fn tells_what_many_containers_use_a_page_at_a_time() {
    let node = Node::start();
    let ids: Vec<String> = (0..70).map(|number| format!("{number:032x}")).collect();
    for top in node.cgroups() {
        for id in &ids {
            std::fs::create_dir_all(top.join("shop").join(id)).unwrap();
        }
    }
    let page = |params| node.client().call("container.stats", params).unwrap();
    let ids_in = |page: &Value| -> Vec<String> {
        let containers = page["containers"].as_array().unwrap().iter();
        containers
            .map(|one| one["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let first = page(json!({}));
    assert_eq!(ids_in(&first), ids[..64]);
    assert!(first["containers"][0]["cpu"]["usageUs"].is_u64(), "{first}");
    let second = page(json!({ "after": first["next"] }));
    assert_eq!(ids_in(&second), ids[64..]);
    assert_eq!(second.get("next"), None);
}
