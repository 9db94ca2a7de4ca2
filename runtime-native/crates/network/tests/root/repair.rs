//! What other programs do to us.

use tsorch_network::api::{NetworkEvent, Protocol};
use tsorch_network::{Network, TableMode};

use crate::Scenario;
use crate::host::{Node, assert_nothing_left, command, eventually, our_links};
use crate::machine::{HOST4, Machine, ask_tcp, at, serve_tcp};
use crate::requests::{attach_one, ensure, port, switch_ports};

pub(crate) const SCENARIOS: &[Scenario] = &[
    ("an owned table survives a flush by others", owned_table),
    (
        "a watched table is written again after a flush",
        watched_table,
    ),
    ("a foreign rule in our table goes away", foreign_rule),
    ("a deleted bridge and its address come back", deleted_bridge),
    (
        "a change right after an unseen flush succeeds",
        change_after_flush,
    ),
];

fn publish(net: &mut Network, node: &Node) -> crate::process::Process {
    ensure(net, "shop_default", "10.201.4.0/24");
    let web = attach_one(net, "web", "shop_default");
    let server = serve_tcp(&node.netns("web"), "0.0.0.0:80", "web");
    switch_ports(
        net,
        "shop/web",
        vec![port(Protocol::Tcp, 8080, &[at(web, 80)])],
    );
    // Our own changes are no reason for a repair; forwarding may have been.
    for event in net.on_ready() {
        let is_forwarding = serde_json::to_string(&event)
            .unwrap()
            .contains("ip_forward");
        assert!(is_forwarding, "{event:?}");
    }
    assert!(net.on_ready().is_empty());
    server
}

fn is_repair(event: &NetworkEvent) -> bool {
    matches!(event, NetworkEvent::Repaired { .. })
}

fn kernel_has_persistent_tables(net: &Network) -> bool {
    net.table_mode() == TableMode::Owned
}

fn owned_table() {
    let machine = Machine::connect();
    let node = Node::new();
    let mut net = node.open();
    let _server = publish(&mut net, &node);
    if !kernel_has_persistent_tables(&net) {
        println!("  skipped: tables cannot be owned here");
        return;
    }
    command("nft flush ruleset");
    assert!(net.on_ready().is_empty());
    let said = ask_tcp(Some(&machine.netns()), &format!("{HOST4}:8080")).unwrap();
    assert_eq!(said, "web 192.0.2.9");
    net.shutdown().unwrap();
}

fn watched_table() {
    let machine = Machine::connect();
    let node = Node::with("", TableMode::Watched);
    let mut net = node.open();
    let _server = publish(&mut net, &node);
    for line in [
        "nft flush ruleset",
        "nft delete table inet tsorch",
        "nft flush table inet tsorch",
    ] {
        command(line);
        let events = net.on_ready();
        assert!(events.iter().any(is_repair), "{line}: {events:?}");
        let said = ask_tcp(Some(&machine.netns()), &format!("{HOST4}:8080")).unwrap();
        assert_eq!(said, "web 192.0.2.9", "{line}");
        assert!(net.on_ready().is_empty());
    }
    net.shutdown().unwrap();
    assert_nothing_left(&node);
}

fn foreign_rule() {
    let node = Node::with("", TableMode::Watched);
    let mut net = node.open();
    let _server = publish(&mut net, &node);
    command("nft add rule inet tsorch bridged drop");
    command("nft add table inet other");
    assert!(net.on_ready().iter().any(is_repair));
    let table = command("nft list chain inet tsorch bridged");
    assert!(
        table.trim_end().ends_with("oifname @bridges drop\n\t}\n}"),
        "{table}"
    );
    command("nft delete table inet other");
    assert!(net.on_ready().is_empty());
    net.shutdown().unwrap();
}

fn deleted_bridge() {
    let machine = Machine::connect();
    let node = Node::new();
    let mut net = node.open();
    let _server = publish(&mut net, &node);
    let bridge = our_links()
        .into_iter()
        .find(|name| name.starts_with("ts-"))
        .unwrap();
    for line in [
        format!("ip link delete {bridge}"),
        format!("ip address del 10.201.4.1/24 dev {bridge}"),
        format!("ip link set {bridge} down"),
    ] {
        command(&line);
        eventually("a repair", || net.on_ready().iter().any(is_repair));
        let said = ask_tcp(Some(&machine.netns()), &format!("{HOST4}:8080")).unwrap();
        assert_eq!(said, "web 192.0.2.9", "{line}");
        assert_eq!(
            ask_tcp(None, "127.0.0.1:8080").unwrap(),
            "web 10.201.4.1",
            "{line}"
        );
    }
    net.shutdown().unwrap();
    assert_nothing_left(&node);
}

fn change_after_flush() {
    let node = Node::with("", TableMode::Watched);
    let mut net = node.open();
    let _server = publish(&mut net, &node);
    command("nft delete table inet tsorch");
    ensure(&mut net, "other", "10.201.5.0/24");
    assert!(command("nft list table inet tsorch").contains("8080"));
    net.shutdown().unwrap();
}
