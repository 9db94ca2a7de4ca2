//! What must not be reached.

use tsorch_network::api::{EnsureParams, Protocol};

use crate::Scenario;
use crate::host::{Node, command};
use crate::machine::{HOST4, MACHINE4, Machine, ask_tcp, at, is_out_of_reach, serve_tcp};
use crate::requests::{attach_one, ensure, ensure_params, port, switch_ports};

pub(crate) const SCENARIOS: &[Scenario] = &[
    ("networks do not reach each other", networks_are_apart),
    (
        "an internal network reaches nothing and is reached by nothing",
        internal_is_closed,
    ),
    (
        "other traffic of the host is left alone",
        others_are_left_alone,
    ),
];

fn networks_are_apart() {
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
        attach_one(&mut net, "spy", "two");
        let _tcp = serve_tcp(&node.netns("web"), "0.0.0.0:80", "web");
        assert!(is_out_of_reach(
            Some(&node.netns("spy")),
            &format!("{web}:80")
        ));
        net.shutdown().unwrap();
    }
}

fn internal_is_closed() {
    let machine = Machine::connect();
    let _outside = serve_tcp(&machine.netns(), "0.0.0.0:80", "outside");
    let _host = serve_tcp(
        std::path::Path::new("/proc/self/ns/net"),
        "0.0.0.0:7000",
        "host",
    );
    let node = Node::new();
    let mut net = node.open();
    net.ensure(EnsureParams {
        internal: true,
        ..ensure_params("vault", "10.201.6.0/24")
    })
    .unwrap();
    ensure(&mut net, "open", "10.201.4.0/24");
    let safe = attach_one(&mut net, "safe", "vault");
    attach_one(&mut net, "peer", "vault");
    let web = attach_one(&mut net, "web", "open");
    let _safe = serve_tcp(&node.netns("safe"), "0.0.0.0:80", "safe");
    let _web = serve_tcp(&node.netns("web"), "0.0.0.0:80", "web");
    let ports = vec![port(Protocol::Tcp, 8080, &[at(web, 80)])];
    switch_ports(&mut net, "shop/web", ports);
    switch_ports(
        &mut net,
        "shop/safe",
        vec![port(Protocol::Tcp, 8081, &[at(safe, 80)])],
    );
    let inside = node.netns("peer");
    // Even when somebody inside adds the route that we did not.
    command(&format!(
        "nsenter --net={} ip route add default via 10.201.6.1",
        inside.display()
    ));
    let outside = machine.netns();
    assert!(ask_tcp(Some(&inside), &format!("{safe}:80")).is_ok());
    assert!(ask_tcp(None, &format!("{safe}:80")).is_ok());
    for (from, to) in [
        (&inside, format!("{MACHINE4}:80")),
        (&inside, format!("{web}:80")),
        (&inside, format!("{HOST4}:8080")),
        (&inside, "10.201.6.1:8080".to_owned()),
        (&inside, "10.201.6.1:7000".to_owned()),
        (&outside, format!("{HOST4}:8081")),
        (&node.netns("web"), format!("{safe}:80")),
    ] {
        assert!(
            is_out_of_reach(Some(from), &to),
            "{to} from {}",
            from.display()
        );
    }
    net.shutdown().unwrap();
}

/// The host forwards for others too (a VPN, a virtual machine): not our business.
fn others_are_left_alone() {
    let machine = Machine::connect();
    let node = Node::new();
    let mut net = node.open();
    ensure(&mut net, "one", "10.201.4.0/24");
    let guest = node.run_dir.join("guest");
    std::fs::File::create(&guest).unwrap();
    for line in [
        "ip link add guest0 type veth peer name eth0".to_owned(),
        "ip address add 10.9.0.1/24 dev guest0".to_owned(),
        "ip link set guest0 up".to_owned(),
        format!("unshare --net={} true", guest.display()),
        format!("ip link set eth0 netns {}", guest.display()),
        format!(
            "nsenter --net={} ip address add 10.9.0.2/24 dev eth0",
            guest.display()
        ),
        format!("nsenter --net={} ip link set eth0 up", guest.display()),
        format!(
            "nsenter --net={} ip route add default via 10.9.0.1",
            guest.display()
        ),
        format!(
            "nsenter --net={} ip route add 10.9.0.0/24 via {HOST4}",
            machine.netns().display()
        ),
    ] {
        command(&line);
    }
    let _server = serve_tcp(&machine.netns(), "0.0.0.0:80", "outside");
    assert_eq!(
        ask_tcp(Some(&guest), &format!("{MACHINE4}:80")).unwrap(),
        "outside 10.9.0.2"
    );
    command(&format!("umount {}", guest.display()));
    net.shutdown().unwrap();
}
