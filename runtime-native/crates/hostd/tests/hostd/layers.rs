//! Unpacking through hostd; what a layer may hold is tested with the layers crate.

use std::path::PathBuf;

use serde_json::{Value, json};
use tsorch_protocol::ClientError;

use crate::support::{Node, until};

/// Of two blocks of zeros: the shortest tar archive.
const EMPTY: &str = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";

fn put_blob(node: &Node, hex: &str, bytes: &[u8]) -> Value {
    let blobs = node.root.join("images/blobs/sha256");
    std::fs::create_dir_all(&blobs).unwrap();
    std::fs::write(blobs.join(hex), bytes).unwrap();
    let digest = format!("sha256:{hex}");
    let media_type = "application/vnd.oci.image.layer.v1.tar";
    json!({ "blob": digest, "size": bytes.len(), "mediaType": media_type, "diffId": digest })
}

fn layer(node: &Node) -> PathBuf {
    node.root.join("images/layers").join(EMPTY)
}

#[test]
fn unpacks_a_layer_once_for_all_who_ask_and_puts_it_on_the_disk() {
    let node = Node::start();
    let request = put_blob(&node, EMPTY, &[0; 1024]);
    let mut client = node.client();
    let ids: Vec<u64> = (0..5)
        .map(|_| client.send("layer.unpack", request.clone()).unwrap())
        .collect();
    let answers: Vec<Value> = ids
        .into_iter()
        .map(|id| client.answer(id).unwrap())
        .collect();
    assert_eq!(answers[0]["diffId"], request["diffId"]);
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert!(layer(&node).join("fs").is_dir());
    until("the layer is on the disk", || {
        layer(&node).join("durable").exists()
    });
    client
        .call("layer.remove", json!({ "diffId": request["diffId"] }))
        .unwrap();
    assert!(!layer(&node).exists());
    until("the trash is empty", || {
        std::fs::read_dir(node.root.join("images/trash"))
            .unwrap()
            .count()
            == 0
    });
}

#[test]
fn answers_with_the_workers_error_and_keeps_nothing() {
    let node = Node::start();
    let request = put_blob(&node, EMPTY, &[1; 1024]);
    match node.client().call("layer.unpack", request) {
        Err(ClientError::Answer(error)) => {
            assert_eq!(error.code.as_str(), "content.digest-mismatch");
        }
        other => panic!("{other:?}"),
    }
    assert!(!layer(&node).exists());
    assert_eq!(
        std::fs::read_dir(node.root.join("images/staging"))
            .unwrap()
            .count(),
        0
    );
}

#[test]
fn tells_which_blob_is_missing() {
    let node = Node::start();
    let mut request = put_blob(&node, EMPTY, &[0; 1024]);
    let missing = format!("sha256:{}", "ab".repeat(32));
    request["blob"] = json!(missing);
    request.as_object_mut().unwrap().remove("diffId");
    match node.client().call("layer.unpack", request) {
        Err(ClientError::Answer(error)) => assert_eq!(error.object, Some(missing)),
        other => panic!("{other:?}"),
    }
}
