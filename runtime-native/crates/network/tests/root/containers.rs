//! Namespaces, interfaces, traffic between containers and outward.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use tsorch_network::api::{EnsureParams, RemoveParams};

use crate::Scenario;
use crate::host::{Node, assert_nothing_left, command, eventually, inside, our_links};
use crate::machine::{MACHINE4, Machine, ask_tcp, ask_udp, serve_tcp, serve_udp};
use crate::requests::{attach, attach_one, attach_params, detach, ensure, ensure_params, network};

pub(crate) const SCENARIOS: &[Scenario] = &[
    (
        "containers of a network reach each other",
        containers_reach_each_other,
    ),
    (
        "a container has what was asked for and nothing else",
        interface_is_as_asked,
    ),
    (
        "what leaves the host carries the host's address",
        outgoing_traffic_is_masqueraded,
    ),
    (
        "a namespace without networks has only lo",
        namespace_without_networks,
    ),
    (
        "a namespace made beforehand is one container's",
        prepared_namespace,
    ),
    ("every call can be repeated", calls_are_idempotent),
    (
        "a container in two networks has one default route",
        two_networks,
    ),
    ("addresses of both families where asked for", ipv6),
    (
        "a copy of the mount in a shim keeps no namespace alive",
        copied_mount,
    ),
    (
        "a container is attached anew under its old id at once",
        attached_anew,
    ),
    ("shutdown leaves nothing", shutdown_leaves_nothing),
];

fn containers_reach_each_other() {
    for br_netfilter in ["0", "1"] {
        set_br_netfilter(br_netfilter);
        let node = Node::new();
        let mut net = node.open();
        ensure(&mut net, "shop_default", "10.201.4.0/24");
        let web = attach_one(&mut net, "web", "shop_default");
        attach_one(&mut net, "cli", "shop_default");
        let _tcp = serve_tcp(&node.netns("web"), "0.0.0.0:80", "web");
        let _udp = serve_udp(&node.netns("web"), "0.0.0.0:5300", "web");
        let client = node.netns("cli");
        assert_eq!(
            ask_tcp(Some(&client), &format!("{web}:80")).unwrap(),
            "web 10.201.4.3"
        );
        assert_eq!(
            ask_udp(Some(&client), &format!("{web}:5300")).unwrap(),
            "web 10.201.4.3"
        );
        // The host reaches them too.
        assert_eq!(
            ask_tcp(None, &format!("{web}:80")).unwrap(),
            "web 10.201.4.1"
        );
        net.shutdown().unwrap();
    }
}

fn set_br_netfilter(value: &str) {
    for name in ["bridge-nf-call-iptables", "bridge-nf-call-ip6tables"] {
        let path = format!("/proc/sys/net/bridge/{name}");
        if Path::new(&path).exists() {
            std::fs::write(path, value).unwrap();
        }
    }
}

fn interface_is_as_asked() {
    let node = Node::new();
    let mut net = node.open();
    let params = EnsureParams {
        mtu: Some(1400),
        ..ensure_params("shop_default", "10.201.4.0/24")
    };
    let made = net.ensure(params).unwrap();
    assert_eq!(
        (made.gateway.to_string(), made.bridge.len()),
        ("10.201.4.1".to_owned(), 11)
    );
    let result = attach(&mut net, "web", &["shop_default"]);
    assert_eq!(result.netns, node.netns("web").display().to_string());
    let text = serde_json::to_string(&result.interfaces).unwrap();
    assert_eq!(
        text,
        "[{\"network\":\"shop_default\",\"interface\":\"eth0\",\"mac\":\"02:74:0a:c9:04:02\",\
         \"addresses\":[\"10.201.4.2/24\"],\"gateway\":\"10.201.4.1\"}]"
    );
    let netns = node.netns("web");
    let shown = inside(&netns, || command("ip -o address show"));
    let addresses: Vec<&str> = shown
        .lines()
        .filter_map(|line| line.split_whitespace().nth(3))
        .collect();
    // No link-local address on eth0: IPv6 is off there (CVE-2024-32473).
    assert_eq!(addresses, ["127.0.0.1/8", "::1/128", "10.201.4.2/24"]);
    let link = inside(&netns, || command("ip -o link show eth0"));
    assert!(
        link.contains("mtu 1400") && link.contains("02:74:0a:c9:04:02"),
        "{link}"
    );
    assert!(inside(&netns, || command("ip route")).contains("default via 10.201.4.1 dev eth0"));
    let bridge = command(&format!("ip -o address show {}", made.bridge));
    assert!(
        bridge.contains("10.201.4.1/24") && !bridge.contains("inet6"),
        "{bridge}"
    );
    let ports = command("ip -d -o link show type veth");
    assert!(
        ports.contains("hairpin on") && ports.contains("alias web"),
        "{ports}"
    );
    assert!(!command("ip -6 -o address show").contains("tv"));
    net.shutdown().unwrap();
}

fn outgoing_traffic_is_masqueraded() {
    let machine = Machine::connect();
    let _server = serve_tcp(&machine.netns(), "0.0.0.0:80", "outside");
    let node = Node::new();
    let mut net = node.open();
    ensure(&mut net, "shop_default", "10.201.4.0/24");
    attach_one(&mut net, "web", "shop_default");
    let netns = node.netns("web");
    let said = ask_tcp(Some(&netns), &format!("{MACHINE4}:80")).unwrap();
    assert_eq!(said, "outside 192.0.2.1");
    net.shutdown().unwrap();
}

fn namespace_without_networks() {
    let node = Node::new();
    let mut net = node.open();
    let result = attach(&mut net, "lonely", &[]);
    assert_eq!(result.interfaces, []);
    let links = inside(&node.netns("lonely"), || command("ip -o link show"));
    assert_eq!(links.lines().count(), 1);
    assert!(links.contains("lo:") && links.contains("UP"));
    net.shutdown().unwrap();
    assert_nothing_left(&node);
}

fn prepared_namespace() {
    let node = Node::new();
    let mut net = node.open();
    assert!(net.wants_preparation());
    net.prepare();
    assert!(!net.wants_preparation());
    for id in ["first", "second"] {
        attach(&mut net, id, &[]);
        let links = inside(&node.netns(id), || command("ip -o link show"));
        assert!(links.contains("lo:") && links.contains("UP"), "{id}");
        assert!(net.wants_preparation(), "after {id}");
    }
    let number = |id| std::fs::metadata(node.netns(id)).unwrap().ino();
    assert_ne!(number("first"), number("second"));
    net.prepare();
    net.shutdown().unwrap();
    assert_nothing_left(&node);
}

fn calls_are_idempotent() {
    let node = Node::new();
    let mut net = node.open();
    for _ in 0..3 {
        ensure(&mut net, "shop_default", "10.201.4.0/24");
    }
    let first = attach(&mut net, "web", &["shop_default"]);
    assert_eq!(attach(&mut net, "web", &["shop_default"]), first);
    assert_eq!(our_links().len(), 2);
    let other = net.attach(attach_params("web", &[])).unwrap_err();
    assert_eq!(other.code().as_str(), "network.failed");
    let busy = net
        .remove(RemoveParams {
            name: network("shop_default"),
        })
        .unwrap_err();
    assert_eq!(busy.code().as_str(), "node.busy");
    let unknown = net
        .attach(attach_params("other", &["nowhere"]))
        .unwrap_err();
    assert_eq!(unknown.code().as_str(), "network.not-found");
    assert!(!node.netns("other").exists());
    for _ in 0..3 {
        detach(&mut net, "web");
    }
    for _ in 0..3 {
        net.remove(RemoveParams {
            name: network("shop_default"),
        })
        .unwrap();
    }
    eventually("no links", || our_links().is_empty());
    // At once again, while the bridge may still be vanishing.
    for _ in 0..5 {
        ensure(&mut net, "shop_default", "10.201.4.0/24");
        net.remove(RemoveParams {
            name: network("shop_default"),
        })
        .unwrap();
    }
    net.shutdown().unwrap();
    assert_nothing_left(&node);
}

fn two_networks() {
    let node = Node::new();
    let mut net = node.open();
    let params = EnsureParams {
        internal: true,
        ..ensure_params("back", "10.201.5.0/24")
    };
    net.ensure(params).unwrap();
    ensure(&mut net, "front", "10.201.4.0/24");
    let result = attach(&mut net, "web", &["back", "front"]);
    assert_eq!(result.interfaces[0].gateway, None);
    let routes = inside(&node.netns("web"), || command("ip route"));
    let defaults: Vec<&str> = routes
        .lines()
        .filter(|line| line.starts_with("default"))
        .collect();
    assert_eq!(defaults, ["default via 10.201.4.1 dev eth1 proto static "]);
    net.shutdown().unwrap();
    assert_nothing_left(&node);
}

fn ipv6() {
    let machine = Machine::connect();
    let _server = serve_tcp(&machine.netns(), "[::]:80", "outside");
    let node = Node::new();
    let mut net = node.open();
    let params = EnsureParams {
        enable_ipv6: true,
        ..ensure_params("shop_default", "10.201.4.0/24")
    };
    net.ensure(params).unwrap();
    let web = attach(&mut net, "web", &["shop_default"])
        .interfaces
        .remove(0);
    attach(&mut net, "cli", &["shop_default"]);
    let address = web.addresses[1].address();
    assert!(address.to_string().starts_with("fd"), "{address}");
    let _tcp = serve_tcp(&node.netns("web"), "[::]:80", "web");
    let client = node.netns("cli");
    let said = ask_tcp(Some(&client), &format!("[{address}]:80")).unwrap();
    assert!(said.starts_with("web fd"), "{said}");
    let outside = ask_tcp(Some(&client), "[2001:db8::9]:80").unwrap();
    assert_eq!(outside, "outside 2001:db8::1");
    net.shutdown().unwrap();
    assert_nothing_left(&node);
}

fn shutdown_leaves_nothing() {
    let node = Node::new();
    let mut net = node.open();
    ensure(&mut net, "one", "10.201.4.0/24");
    ensure(&mut net, "two", "10.201.5.0/24");
    for id in ["a", "b", "c"] {
        attach(&mut net, id, &["one", "two"]);
    }
    crate::requests::switch_ports(
        &mut net,
        "shop/web",
        vec![crate::requests::port(
            tsorch_network::api::Protocol::Tcp,
            8080,
            &["10.201.4.2:80".parse().unwrap()],
        )],
    );
    net.shutdown().unwrap();
    assert_nothing_left(&node);
}

/// Every shim has a mount namespace of its own, with a copy of each mount that was there when it began.
fn copied_mount() {
    let node = Node::new();
    let mut net = node.open();
    ensure(&mut net, "shop_default", "10.201.4.0/24");
    attach_one(&mut net, "old", "shop_default");
    let ready = node.run_dir.join("ready");
    let shim = crate::process::Process::run(|| {
        tsorch_sys::namespace::unshare_mounts().unwrap();
        std::fs::write(&ready, "").unwrap();
        loop {
            crate::host::pause(900);
        }
    });
    eventually("the shim", || ready.exists());
    std::fs::remove_file(&ready).unwrap();
    detach(&mut net, "old");
    eventually("the interface is gone", || our_links().len() == 1);
    let mounts = std::fs::read_to_string(format!("/proc/{}/mountinfo", shim.pid())).unwrap();
    assert!(!mounts.contains("netns/old"));
    net.shutdown().unwrap();
    assert_nothing_left(&node);
}

/// The kernel takes its time to clean up; the interface's name is the same.
fn attached_anew() {
    let node = Node::new();
    let mut net = node.open();
    ensure(&mut net, "shop_default", "10.201.4.0/24");
    attach_one(&mut net, "cli", "shop_default");
    for _ in 0..10 {
        let web = attach_one(&mut net, "web", "shop_default");
        let _server = serve_tcp(&node.netns("web"), "0.0.0.0:80", "web");
        let said = ask_tcp(Some(&node.netns("cli")), &format!("{web}:80")).unwrap();
        assert_eq!(said, "web 10.201.4.2");
        drop(_server);
        detach(&mut net, "web");
    }
    net.shutdown().unwrap();
    assert_nothing_left(&node);
}
