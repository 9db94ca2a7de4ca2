//! Changes of targets while clients connect.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use tsorch_network::api::Protocol;

use crate::Scenario;
use crate::host::{Node, assert_nothing_left, command, eventually};
use crate::machine::{HOST4, Machine, ask_tcp, ask_udp_on, at, serve_tcp, serve_udp, udp_client};
use crate::process::Process;
use crate::requests::{attach_one, detach, ensure, port, switch_ports};

pub(crate) const SCENARIOS: &[Scenario] = &[
    ("a port spreads over its targets", spreads),
    ("a rolling switch loses no connection", rolling_switch),
    ("a udp flow follows the switch", udp_follows),
];

fn spreads() {
    let machine = Machine::connect();
    let node = Node::new();
    let mut net = node.open();
    ensure(&mut net, "shop_default", "10.201.4.0/24");
    let mut servers = Vec::new();
    let mut targets = Vec::new();
    for id in ["a", "b", "c"] {
        targets.push(at(attach_one(&mut net, id, "shop_default"), 80));
        servers.push(serve_tcp(&node.netns(id), "0.0.0.0:80", id));
    }
    switch_ports(
        &mut net,
        "shop/web",
        vec![port(Protocol::Tcp, 8080, &targets)],
    );
    let outside = machine.netns();
    for (from, host) in [
        (Some(outside.as_path()), HOST4),
        (None, HOST4),
        (None, "127.0.0.1"),
    ] {
        let ask = || {
            ask_tcp(from, &format!("{host}:8080"))
                .unwrap()
                .chars()
                .next()
                .unwrap()
        };
        let seen: BTreeSet<char> = (0..60).map(|_| ask()).collect();
        assert_eq!(seen.len(), 3, "{host} from {from:?}: {seen:?}");
    }
    net.shutdown().unwrap();
}

/// Connects without pause to an address until told to stop; ends with 1 at the first failure.
fn load(from: Option<std::path::PathBuf>, address: &str, until: Instant) -> Process {
    let address = address.to_owned();
    Process::run(move || {
        while Instant::now() < until {
            let said = ask_tcp(from.as_deref(), &address).unwrap();
            assert!(said.len() > 2);
        }
    })
}

/// Connections that a server has taken end; new ones do not reach it any more.
fn drain(netns: &std::path::Path) {
    // What is under way needs its time on a busy machine.
    crate::host::pause(100);
    eventually("no connections", || {
        let sockets = crate::host::inside(netns, || command("ss -Hnt state connected"));
        sockets.lines().all(|line| line.contains("TIME-WAIT"))
    });
}

fn rolling_switch() {
    let machine = Machine::connect();
    let node = Node::new();
    let mut net = node.open();
    ensure(&mut net, "shop_default", "10.201.4.0/24");
    let mut old = ("r0".to_owned(), attach_one(&mut net, "r0", "shop_default"));
    let mut server = serve_tcp(&node.netns("r0"), "0.0.0.0:80", "r0");
    switch_ports(
        &mut net,
        "shop/web",
        vec![port(Protocol::Tcp, 8080, &[at(old.1, 80)])],
    );
    let until = Instant::now() + Duration::from_millis(1500);
    let clients = [
        load(Some(machine.netns()), &format!("{HOST4}:8080"), until),
        load(None, &format!("{HOST4}:8080"), until),
        load(None, "127.0.0.1:8080", until),
        load(None, "[::1]:8080", until),
    ];
    let mut round = 0;
    while Instant::now() < until {
        round += 1;
        let id = format!("r{round}");
        let new = (id.clone(), attach_one(&mut net, &id, "shop_default"));
        let next = serve_tcp(&node.netns(&id), "0.0.0.0:80", &id);
        let both = [at(old.1, 80), at(new.1, 80)];
        switch_ports(&mut net, "shop/web", vec![port(Protocol::Tcp, 8080, &both)]);
        switch_ports(
            &mut net,
            "shop/web",
            vec![port(Protocol::Tcp, 8080, &both[1..])],
        );
        drain(&node.netns(&old.0));
        let former = std::mem::replace(&mut server, next);
        former.kill();
        detach(&mut net, &old.0);
        old = new;
    }
    let codes: Vec<u8> = clients.into_iter().map(Process::wait).collect();
    assert_eq!(codes, [0, 0, 0, 0], "after {round} rounds");
    // How many there is time for is the host's affair.
    assert!(round > 1, "{round} rounds");
    net.shutdown().unwrap();
    assert_nothing_left(&node);
}

fn udp_follows() {
    let machine = Machine::connect();
    let node = Node::new();
    let mut net = node.open();
    ensure(&mut net, "shop_default", "10.201.4.0/24");
    let mut addresses = Vec::new();
    let mut servers = Vec::new();
    for id in ["a", "b"] {
        addresses.push(at(attach_one(&mut net, id, "shop_default"), 5300));
        servers.push(serve_udp(&node.netns(id), "0.0.0.0:5300", id));
    }
    switch_ports(
        &mut net,
        "shop/dns",
        vec![port(Protocol::Udp, 5353, &addresses[..1])],
    );
    let outside = machine.netns();
    let clients = [
        udp_client(Some(&outside), &format!("{HOST4}:5353")),
        udp_client(None, &format!("{HOST4}:5353")),
        udp_client(None, "127.0.0.1:5353"),
        udp_client(None, "[::1]:5353"),
    ];
    let said = |client| ask_udp_on(client, b"x").unwrap().chars().next().unwrap();
    for (target, name) in [
        (&addresses[..1], 'a'),
        (&addresses[1..], 'b'),
        (&addresses[..1], 'a'),
    ] {
        switch_ports(
            &mut net,
            "shop/dns",
            vec![port(Protocol::Udp, 5353, target)],
        );
        for client in &clients {
            assert_eq!(said(client), name, "{client:?}");
        }
    }
    net.shutdown().unwrap();
}
