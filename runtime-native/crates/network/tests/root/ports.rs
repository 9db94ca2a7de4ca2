//! Published ports.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, UdpSocket};

use tsorch_network::api::{CheckPortsParams, EnsureParams, HostPort, Protocol, PublishedPort};

use crate::Scenario;
use crate::host::{Node, assert_nothing_left};
use crate::machine::{
    HOST4, HOST6, Machine, ask_tcp, ask_udp, at, connect, is_out_of_reach, serve_tcp, serve_udp,
};
use crate::requests::{
    attach, attach_one, ensure, ensure_params, owner, port, switch_params, switch_ports,
};

pub(crate) const SCENARIOS: &[Scenario] = &[
    (
        "a published port is reached from everywhere",
        reached_from_everywhere,
    ),
    (
        "a published port of an ipv6 container keeps the client's address",
        ipv6_clients,
    ),
    ("a port on one address is not on the others", one_address),
    (
        "a port on 127.0.0.1 is not reached from outside",
        loopback_only,
    ),
    (
        "a container reaches itself and others through a published port",
        hairpin,
    ),
    (
        "the proxy passes every byte and half-closed connections",
        proxy_is_faithful,
    ),
    ("a port without targets is kept and refuses", no_targets),
    (
        "a taken port names its holder and nothing changes",
        taken_port,
    ),
    ("a port moves from one address to all", moved_port),
];

fn reached_from_everywhere() {
    let machine = Machine::connect();
    for br_netfilter in ["0", "1"] {
        let path = "/proc/sys/net/bridge/bridge-nf-call-iptables";
        if std::path::Path::new(path).exists() {
            std::fs::write(path, br_netfilter).unwrap();
        }
        let node = Node::new();
        let mut net = node.open();
        ensure(&mut net, "shop_default", "10.201.4.0/24");
        let web = attach_one(&mut net, "web", "shop_default");
        let _tcp = serve_tcp(&node.netns("web"), "0.0.0.0:80", "web");
        let _udp = serve_udp(&node.netns("web"), "0.0.0.0:5300", "web");
        let ports = vec![
            port(Protocol::Tcp, 8080, &[at(web, 80)]),
            port(Protocol::Udp, 5353, &[at(web, 5300)]),
        ];
        switch_ports(&mut net, "shop/web", ports);
        let outside = machine.netns();
        // From, to, whom the container sees.
        for (from, host, seen) in [
            (Some(outside.as_path()), HOST4, "192.0.2.9"),
            (Some(outside.as_path()), "[2001:db8::1]", "10.201.4.1"),
            (None, HOST4, "192.0.2.1"),
            (None, "127.0.0.1", "10.201.4.1"),
            (None, "[::1]", "10.201.4.1"),
            (None, "[2001:db8::1]", "10.201.4.1"),
        ] {
            let tcp = ask_tcp(from, &format!("{host}:8080"));
            assert_eq!(tcp, Ok(format!("web {seen}")), "tcp {host} from {from:?}");
            let udp = ask_udp(from, &format!("{host}:5353"));
            assert_eq!(udp, Ok(format!("web {seen}")), "udp {host} from {from:?}");
        }
        assert!(is_out_of_reach(Some(&outside), &format!("{HOST4}:80")));
        // Not around the published port either.
        crate::host::command(&format!(
            "nsenter --net={} ip route replace 10.201.4.0/24 via {HOST4}",
            outside.display()
        ));
        assert!(is_out_of_reach(Some(&outside), "10.201.4.2:80"));
        net.shutdown().unwrap();
        assert_nothing_left(&node);
    }
}

fn ipv6_clients() {
    let machine = Machine::connect();
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
    let targets: Vec<_> = web
        .addresses
        .iter()
        .map(|one| at(one.address(), 80))
        .collect();
    let _tcp = serve_tcp(&node.netns("web"), "[::]:80", "web");
    switch_ports(
        &mut net,
        "shop/web",
        vec![port(Protocol::Tcp, 8080, &targets)],
    );
    let outside = machine.netns();
    let said = ask_tcp(Some(&outside), &format!("[{HOST6}]:8080")).unwrap();
    assert_eq!(said, "web 2001:db8::9");
    assert_eq!(
        ask_tcp(None, &format!("[{HOST6}]:8080")).unwrap(),
        "web 2001:db8::1"
    );
    assert!(ask_tcp(None, "[::1]:8080").unwrap().starts_with("web fd"));
    net.shutdown().unwrap();
}

fn on_address(address: &str, number: u16, target: &str) -> PublishedPort {
    let host_address = Some(address.parse().unwrap());
    let plain = port(Protocol::Tcp, number, &[target.parse().unwrap()]);
    PublishedPort {
        port: HostPort {
            host_address,
            ..plain.port
        },
        ..plain
    }
}

fn one_address() {
    let machine = Machine::connect();
    crate::host::command("ip address add 192.0.2.2/24 dev uplink");
    let node = Node::new();
    let mut net = node.open();
    ensure(&mut net, "shop_default", "10.201.4.0/24");
    attach_one(&mut net, "web", "shop_default");
    let _tcp = serve_tcp(&node.netns("web"), "0.0.0.0:80", "web");
    switch_ports(
        &mut net,
        "shop/web",
        vec![on_address("192.0.2.2", 8080, "10.201.4.2:80")],
    );
    let outside = machine.netns();
    assert_eq!(
        ask_tcp(Some(&outside), "192.0.2.2:8080").unwrap(),
        "web 192.0.2.9"
    );
    let refused = Err(ErrorKind::ConnectionRefused);
    assert_eq!(ask_tcp(Some(&outside), "192.0.2.1:8080"), refused);
    assert_eq!(ask_tcp(None, "127.0.0.1:8080"), refused);
    let foreign = vec![on_address("198.51.100.1", 8081, "10.201.4.2:80")];
    let error = net
        .switch(switch_params("shop/other", Vec::new(), foreign))
        .unwrap_err();
    assert_eq!(error.code().as_str(), "network.no-host-address");
    net.shutdown().unwrap();
}

fn loopback_only() {
    let machine = Machine::connect();
    let node = Node::new();
    let mut net = node.open();
    ensure(&mut net, "shop_default", "10.201.4.0/24");
    attach_one(&mut net, "web", "shop_default");
    let _tcp = serve_tcp(&node.netns("web"), "0.0.0.0:80", "web");
    switch_ports(
        &mut net,
        "shop/web",
        vec![on_address("127.0.0.1", 8080, "10.201.4.2:80")],
    );
    assert_eq!(ask_tcp(None, "127.0.0.1:8080").unwrap(), "web 10.201.4.1");
    assert_eq!(
        ask_tcp(None, &format!("{HOST4}:8080")),
        Err(ErrorKind::ConnectionRefused)
    );
    let outside = machine.netns();
    assert!(is_out_of_reach(Some(&outside), &format!("{HOST4}:8080")));
    // A neighbour that routes 127/8 to us, on a host that somebody told to accept it (moby#41872).
    std::fs::write("/proc/sys/net/ipv4/conf/all/route_localnet", "1").unwrap();
    crate::host::inside(&outside, || {
        std::fs::write("/proc/sys/net/ipv4/conf/all/route_localnet", "1").unwrap();
        crate::host::command("ip address del 127.0.0.1/8 dev lo");
        crate::host::command(&format!(
            "ip route add 127.0.0.1/32 via {HOST4} src 192.0.2.9"
        ));
    });
    assert!(is_out_of_reach(Some(&outside), "127.0.0.1:8080"));
    net.shutdown().unwrap();
}

fn hairpin() {
    let _machine = Machine::connect();
    for br_netfilter in ["0", "1"] {
        let path = "/proc/sys/net/bridge/bridge-nf-call-iptables";
        if std::path::Path::new(path).exists() {
            std::fs::write(path, br_netfilter).unwrap();
        }
        let node = Node::new();
        let mut net = node.open();
        ensure(&mut net, "one", "10.201.4.0/24");
        ensure(&mut net, "two", "10.201.5.0/24");
        let web = attach_one(&mut net, "web", "one");
        attach_one(&mut net, "near", "one");
        attach_one(&mut net, "far", "two");
        let _tcp = serve_tcp(&node.netns("web"), "0.0.0.0:80", "web");
        let _udp = serve_udp(&node.netns("web"), "0.0.0.0:5300", "web");
        let ports = vec![
            port(Protocol::Tcp, 8080, &[at(web, 80)]),
            port(Protocol::Udp, 5353, &[at(web, 5300)]),
        ];
        switch_ports(&mut net, "shop/web", ports);
        for (id, seen) in [
            ("web", "10.201.4.1"),
            ("near", "10.201.4.1"),
            ("far", "10.201.5.2"),
        ] {
            for host in [HOST4, "10.201.4.1"] {
                let netns = node.netns(id);
                let tcp = ask_tcp(Some(&netns), &format!("{host}:8080"));
                assert_eq!(tcp, Ok(format!("web {seen}")), "tcp {host} from {id}");
                let udp = ask_udp(Some(&netns), &format!("{host}:5353"));
                assert_eq!(udp, Ok(format!("web {seen}")), "udp {host} from {id}");
            }
        }
        net.shutdown().unwrap();
    }
}

fn proxy_is_faithful() {
    let node = Node::new();
    let mut net = node.open();
    ensure(&mut net, "shop_default", "10.201.4.0/24");
    let web = attach_one(&mut net, "web", "shop_default");
    let _tcp = serve_tcp(&node.netns("web"), "0.0.0.0:80", "web");
    let dead = at("10.201.4.99".parse().unwrap(), 80);
    let closed = at(web, 81);
    let targets = [at(web, 80), closed, dead];
    switch_ports(
        &mut net,
        "shop/web",
        vec![port(Protocol::Tcp, 8080, &targets[..2])],
    );
    // A target that refuses is passed over.
    for _ in 0..6 {
        assert_eq!(ask_tcp(None, "127.0.0.1:8080").unwrap(), "web 10.201.4.1");
    }
    let mut stream = connect(None, "127.0.0.1:8080").unwrap();
    let data: Vec<u8> = (0..8_000_000u32).map(|n| n.to_le_bytes()[1]).collect();
    let mut reader = stream.try_clone().unwrap();
    let sent = data.clone();
    let writer = std::thread::Builder::new()
        .spawn(move || {
            stream.write_all(&sent).unwrap();
            // The end travels through, and the answer still comes back.
            stream.shutdown(Shutdown::Write).unwrap();
        })
        .unwrap();
    let mut got = Vec::new();
    reader.read_to_end(&mut got).unwrap();
    writer.join().unwrap();
    let greeting = b"web 10.201.4.1\n".len();
    assert_eq!(got.len(), greeting + data.len());
    assert_eq!(got[greeting..], data);
    switch_ports(
        &mut net,
        "shop/web",
        vec![port(Protocol::Tcp, 8080, &[closed])],
    );
    let error = ask_tcp(None, "127.0.0.1:8080").unwrap_err();
    assert_eq!(error, ErrorKind::ConnectionReset);
    net.shutdown().unwrap();
}

fn no_targets() {
    let machine = Machine::connect();
    let node = Node::new();
    let mut net = node.open();
    ensure(&mut net, "shop_default", "10.201.4.0/24");
    let web = attach_one(&mut net, "web", "shop_default");
    let _tcp = serve_tcp(&node.netns("web"), "0.0.0.0:80", "web");
    let outside = machine.netns();
    let open = vec![
        port(Protocol::Tcp, 8080, &[at(web, 80)]),
        port(Protocol::Udp, 5353, &[]),
    ];
    let held = vec![
        port(Protocol::Tcp, 8080, &[]),
        port(Protocol::Udp, 5353, &[]),
    ];
    for _ in 0..3 {
        switch_ports(&mut net, "shop/web", held.clone());
        for host in ["127.0.0.1", "[::1]", HOST4] {
            let refused = connect(None, &format!("{host}:8080")).unwrap_err();
            assert_eq!(refused, ErrorKind::ConnectionRefused, "{host}");
        }
        let refused = connect(Some(&outside), &format!("{HOST4}:8080")).unwrap_err();
        assert_eq!(refused, ErrorKind::ConnectionRefused);
        assert!(TcpListener::bind("0.0.0.0:8080").is_err());
        assert!(UdpSocket::bind("0.0.0.0:5353").is_err());
        switch_ports(&mut net, "shop/web", open.clone());
        assert_eq!(ask_tcp(None, "127.0.0.1:8080").unwrap(), "web 10.201.4.1");
        assert!(TcpListener::bind("0.0.0.0:8080").is_err());
    }
    net.shutdown().unwrap();
    assert_nothing_left(&node);
}

fn taken_port() {
    let node = Node::new();
    let mut net = node.open();
    ensure(&mut net, "shop_default", "10.201.4.0/24");
    let web = attach_one(&mut net, "web", "shop_default");
    let _tcp = serve_tcp(&node.netns("web"), "0.0.0.0:80", "web");
    switch_ports(
        &mut net,
        "shop/web",
        vec![port(Protocol::Tcp, 8080, &[at(web, 80)])],
    );
    let before = net.dump().unwrap();
    let foreign = TcpListener::bind("127.0.0.1:9090").unwrap();
    let me = format!("(pid {})", std::process::id());

    // Ours and a program's, behind a port that is free: that one must not stay.
    for (number, holder) in [
        (8080, "stack \"shop\", service \"web\""),
        (9090, me.as_str()),
    ] {
        let ports = vec![
            port(Protocol::Udp, 7070, &[]),
            port(Protocol::Tcp, number, &[at(web, 80)]),
        ];
        let error = net
            .switch(switch_params("blog/web", Vec::new(), ports))
            .unwrap_err();
        assert_eq!(error.code().as_str(), "network.port-in-use");
        assert!(error.to_string().contains(holder), "{error}");
        assert!(UdpSocket::bind("0.0.0.0:7070").is_ok());
        let asked = vec![HostPort {
            protocol: Protocol::Tcp,
            host_address: None,
            host_port: number,
        }];
        let check = CheckPortsParams {
            owner: owner("blog/web"),
            ports: asked.clone(),
        };
        let conflicts = net.check_ports(check).unwrap().conflicts;
        assert_eq!(conflicts.len(), 1);
        assert!(conflicts[0].holder.contains(holder), "{conflicts:?}");
    }
    // An owner that cannot get more keeps what it had.
    let more = vec![
        port(Protocol::Tcp, 8080, &[at(web, 80)]),
        port(Protocol::Tcp, 9090, &[at(web, 80)]),
    ];
    net.switch(switch_params("shop/web", Vec::new(), more))
        .unwrap_err();
    assert_eq!(ask_tcp(None, "127.0.0.1:8080").unwrap(), "web 10.201.4.1");
    assert_eq!(net.dump().unwrap(), before);
    let own = vec![HostPort {
        protocol: Protocol::Tcp,
        host_address: None,
        host_port: 8080,
    }];
    let check = CheckPortsParams {
        owner: owner("shop/web"),
        ports: own,
    };
    assert_eq!(net.check_ports(check).unwrap().conflicts, []);
    drop(foreign);
    net.shutdown().unwrap();
    assert_nothing_left(&node);
}

fn moved_port() {
    let node = Node::new();
    let mut net = node.open();
    ensure(&mut net, "shop_default", "10.201.4.0/24");
    let web = attach_one(&mut net, "web", "shop_default");
    let _tcp = serve_tcp(&node.netns("web"), "0.0.0.0:80", "web");
    let everywhere = vec![port(Protocol::Tcp, 8080, &[at(web, 80)])];
    let local = vec![on_address("127.0.0.1", 8080, "10.201.4.2:80")];
    for _ in 0..3 {
        switch_ports(&mut net, "shop/web", local.clone());
        assert_eq!(ask_tcp(None, "127.0.0.1:8080").unwrap(), "web 10.201.4.1");
        assert!(connect(None, "[::1]:8080").is_err());
        switch_ports(&mut net, "shop/web", everywhere.clone());
        assert_eq!(ask_tcp(None, "[::1]:8080").unwrap(), "web 10.201.4.1");
    }
    // The way there is blocked on one address: all is as before.
    let foreign = TcpListener::bind("[::1]:8081").unwrap();
    switch_ports(
        &mut net,
        "shop/web",
        vec![on_address("127.0.0.1", 8081, "10.201.4.2:80")],
    );
    let blocked = vec![port(Protocol::Tcp, 8081, &[at(web, 80)])];
    net.switch(switch_params("shop/web", Vec::new(), blocked))
        .unwrap_err();
    assert_eq!(ask_tcp(None, "127.0.0.1:8081").unwrap(), "web 10.201.4.1");
    drop(foreign);
    net.shutdown().unwrap();
}
