//! Which addresses containers get.

use std::collections::BTreeSet;

use tsorch_network::api::AttachParams;

use crate::Scenario;
use crate::host::{Node, assert_nothing_left, command};
use crate::machine::{ask_tcp, serve_tcp};
use crate::requests::{attach_one, attach_params, detach, ensure, ensure_params};

pub(crate) const SCENARIOS: &[Scenario] = &[
    (
        "a released address rests before it is given again",
        released_address_rests,
    ),
    (
        "a static address is given at once again and reached by its neighbours",
        static_address,
    ),
    ("a full network says so", full_network),
    (
        "a subnet of the host or of another network is refused",
        overlaps,
    ),
];

fn with_address(id: &str, address: &str) -> AttachParams {
    let mut params = attach_params(id, &["shop_default"]);
    params.attachments[0].address = Some(address.parse().unwrap());
    params
}

fn released_address_rests() {
    let node = Node::new();
    let mut net = node.open();
    ensure(&mut net, "shop_default", "10.201.4.0/28");
    let mut given = BTreeSet::new();
    for round in 0..12 {
        let id = format!("c{round}");
        assert!(
            given.insert(attach_one(&mut net, &id, "shop_default")),
            "{given:?}"
        );
        detach(&mut net, &id);
    }
    // A restart does not forget it.
    drop(net);
    let mut net = node.open();
    let last = attach_one(&mut net, "last", "shop_default");
    assert!(given.insert(last));
    let error = net
        .attach(attach_params("more", &["shop_default"]))
        .unwrap_err();
    assert_eq!(
        (error.code().as_str(), error.is_retryable()),
        ("network.no-address", true)
    );
    net.shutdown().unwrap();
    assert_nothing_left(&node);
}

fn static_address() {
    let node = Node::new();
    let mut net = node.open();
    ensure(&mut net, "shop_default", "10.201.4.0/24");
    attach_one(&mut net, "cli", "shop_default");
    let client = node.netns("cli");
    for round in 0..5 {
        let id = format!("db{round}");
        net.attach(with_address(&id, "10.201.4.77")).unwrap();
        let _server = serve_tcp(&node.netns(&id), "0.0.0.0:80", &id);
        let said = ask_tcp(Some(&client), "10.201.4.77:80").unwrap();
        assert_eq!(said, format!("{id} 10.201.4.2"));
        let taken = net
            .attach(with_address("other", "10.201.4.77"))
            .unwrap_err();
        assert_eq!(taken.code().as_str(), "network.address-in-use");
        assert!(taken.to_string().contains(&id), "{taken}");
        drop(_server);
        detach(&mut net, &id);
    }
    for odd in [
        "10.201.4.1",
        "10.201.4.0",
        "10.201.4.255",
        "10.201.5.2",
        "fd00::2",
    ] {
        let error = net.attach(with_address("odd", odd)).unwrap_err();
        assert_eq!(error.code().as_str(), "network.address-in-use", "{odd}");
    }
    net.shutdown().unwrap();
}

fn full_network() {
    let node = Node::new();
    let mut net = node.open();
    ensure(&mut net, "shop_default", "10.201.4.0/29");
    for n in 0..5 {
        attach_one(&mut net, &format!("c{n}"), "shop_default");
    }
    let error = net
        .attach(attach_params("c5", &["shop_default"]))
        .unwrap_err();
    assert_eq!(
        (error.code().as_str(), error.is_retryable()),
        ("network.no-address", false)
    );
    assert!(!node.netns("c5").exists());
    net.shutdown().unwrap();
}

fn overlaps() {
    command("ip link add office type bridge");
    command("ip address add 10.50.0.1/16 dev office");
    command("ip link set office up");
    let node = Node::new();
    let mut net = node.open();
    ensure(&mut net, "one", "10.201.4.0/24");
    for (name, subnet) in [
        ("two", "10.201.4.128/25"),
        ("three", "10.50.7.0/24"),
        ("four", "10.0.0.0/8"),
    ] {
        let error = net.ensure(ensure_params(name, subnet)).unwrap_err();
        assert_eq!(error.code().as_str(), "network.subnet-overlap", "{subnet}");
    }
    for odd in ["10.77.0.0/31", "fd00::/64"] {
        let error = net.ensure(ensure_params("odd", odd)).unwrap_err();
        assert_eq!(error.code().as_str(), "protocol.bad-request", "{odd}");
    }
    let dump = net.dump().unwrap();
    let subnets: Vec<String> = dump.host_subnets.iter().map(ToString::to_string).collect();
    assert_eq!(subnets, ["10.50.0.0/16"]);
    assert_eq!(dump.networks.len(), 1);
    // Another subnet for a network that nothing is attached to.
    ensure(&mut net, "one", "10.201.9.0/24");
    let bridge = command("ip -4 -o address show");
    assert!(
        bridge.contains("10.201.9.1/24") && !bridge.contains("10.201.4.1"),
        "{bridge}"
    );
    net.shutdown().unwrap();
    assert_nothing_left(&node);
}
