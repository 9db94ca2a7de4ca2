//! hostd killed at any moment of a spawn or a removal: asking again is all that is needed.

use serde_json::json;

use crate::node::{Node, pause_ms, until};

#[test]
fn spawning_goes_on_after_a_crash_at_any_moment() {
    let mut node = Node::start();
    for round in 0..12 {
        let id = format!("{round:032x}");
        node.bundle(&id, &["sleep", "1000"], false);
        let request = json!({ "id": id, "start": { "task": 1 } });
        let mut client = node.client();
        client.send("shim.spawn", request).unwrap();
        pause_ms(round / 2);
        node.kill_hostd();
        node.start_hostd();
        let answer = node.spawn(&id, 1);
        assert_eq!(node.spawn(&id, 1), answer);
        let containers = usize::try_from(round).unwrap() + 1;
        until("one process and one shim each, and the template", || {
            node.processes_in("shop") == containers && node.processes_in("_shims") == containers + 1
        });
    }
}

#[test]
fn removing_goes_on_after_a_crash_at_any_moment() {
    let mut node = Node::start();
    for round in 0..8 {
        let id = format!("{round:032x}");
        node.bundle(&id, &["sleep", "1000"], false);
        node.spawn(&id, 1);
        let mut client = node.client();
        client
            .send("container.remove", json!({ "id": id }))
            .unwrap();
        pause_ms(round / 2);
        node.kill_hostd();
        node.start_hostd();
        node.client()
            .call("container.remove", json!({ "id": id }))
            .unwrap();
        until("only the template is left", || {
            node.processes_in("shop") == 0 && node.processes_in("_shims") == 1
        });
        assert!(!node.root().join("containers").join(&id).exists());
        assert!(!node.run_dir().join("bundles").join(&id).exists());
    }
}
