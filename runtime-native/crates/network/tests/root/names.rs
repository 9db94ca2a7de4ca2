//! Names, as containers look them up.

use tsorch_network::Network;
use tsorch_network::api::EnsureParams;

use crate::Scenario;
use crate::dns::{
    A, AAAA, NO_ERROR, NO_SUCH_NAME, PTR, REFUSED, SERVER_FAILURE, addresses, ask, ask_over_tcp,
    client, question, serve_upstream,
};
use crate::host::{Node, assert_nothing_left, eventually, replace_file};
use crate::machine::Machine;
use crate::requests::{
    attach, attach_one, detach, ensure, ensure_params, service_name, switch_params,
};

pub(crate) const SCENARIOS: &[Scenario] = &[
    (
        "names are those of the container's networks",
        names_of_networks,
    ),
    (
        "a switched name is answered at once with its new addresses",
        switched_name,
    ),
    (
        "absent records, absent names and reverse names",
        negative_and_reverse,
    ),
    (
        "long answers are truncated over udp and whole over tcp",
        long_answers,
    ),
    ("other names are asked of the host's servers", forwarding),
    ("internal networks ask nobody outside", internal),
    ("garbage does not end the service", garbage),
    ("a killed worker is replaced", killed_worker),
];

fn two_containers(net: &mut Network) -> Vec<std::net::IpAddr> {
    ensure(net, "front", "10.201.4.0/24");
    ensure(net, "back", "10.201.5.0/24");
    let web = attach_one(net, "web", "front");
    attach(net, "both", &["front", "back"]);
    let db = attach_one(net, "db", "back");
    let names = vec![
        service_name("front", "web", &[web]),
        service_name("back", "db", &[db]),
        service_name("back", "shop-db-1", &[db]),
    ];
    net.switch(switch_params("shop/all", names, Vec::new()))
        .unwrap();
    vec![web, db]
}

fn names_of_networks() {
    let node = Node::new();
    let mut net = node.open();
    two_containers(&mut net);
    let both = node.netns("both");
    for (name, address) in [
        ("web", "10.201.4.2"),
        ("db", "10.201.5.3"),
        ("DB", "10.201.5.3"),
    ] {
        assert_eq!(addresses(&both, name), [address], "{name}");
    }
    assert_eq!(
        addresses(&both, "shop-db-1.tsorch.internal"),
        ["10.201.5.3"]
    );
    assert_eq!(addresses(&both, "host.docker.internal"), ["10.201.4.1"]);
    assert_eq!(
        ask(&node.netns("web"), "db", A).unwrap().rcode,
        NO_SUCH_NAME
    );
    let over_tcp = ask_over_tcp(&both, &[("web", A), ("db", A), ("nobody", A)]);
    assert_eq!(
        over_tcp
            .iter()
            .map(|one| one.addresses.len())
            .collect::<Vec<_>>(),
        [1, 1, 0]
    );
    net.shutdown().unwrap();
    assert_nothing_left(&node);
}

fn switched_name() {
    let node = Node::new();
    let mut net = node.open();
    let known = two_containers(&mut net);
    let netns = node.netns("both");
    for round in 0..50u8 {
        let address = format!("10.201.4.{}", 100 + round).parse().unwrap();
        let names = vec![service_name("front", "web", &[address, known[0]])];
        net.switch(switch_params("shop/all", names, Vec::new()))
            .unwrap();
        let answer = ask(&netns, "web", A).unwrap();
        assert_eq!((answer.addresses.len(), answer.ttls), (2, vec![2, 2]));
        assert!(answer.addresses.contains(&address));
        assert_eq!(ask(&netns, "db", A).unwrap().rcode, NO_SUCH_NAME);
    }
    net.switch(switch_params("shop/all", Vec::new(), Vec::new()))
        .unwrap();
    assert_eq!(ask(&netns, "web", A).unwrap().rcode, NO_SUCH_NAME);
    assert_eq!(net.dump().unwrap().owners, []);
    net.shutdown().unwrap();
}

fn negative_and_reverse() {
    let node = Node::new();
    let mut net = node.open();
    two_containers(&mut net);
    let netns = node.netns("both");
    let absent = ask(&netns, "web", AAAA).unwrap();
    assert_eq!((absent.rcode, absent.addresses.len()), (NO_ERROR, 0));
    assert_eq!(ask(&netns, "nobody", A).unwrap().rcode, NO_SUCH_NAME);
    let name = ask(&netns, "2.4.201.10.in-addr.arpa", PTR).unwrap().name;
    assert_eq!(name.as_deref(), Some("web"));
    assert_eq!(
        ask(&netns, "99.4.201.10.in-addr.arpa", PTR).unwrap().rcode,
        NO_SUCH_NAME
    );
    net.shutdown().unwrap();
}

fn long_answers() {
    let node = Node::new();
    let mut net = node.open();
    two_containers(&mut net);
    let many: Vec<_> = (1..=200)
        .map(|n| format!("10.201.4.{n}").parse().unwrap())
        .collect();
    let names = vec![service_name("front", "web", &many)];
    net.switch(switch_params("shop/many", names, Vec::new()))
        .unwrap();
    let netns = node.netns("both");
    let short = ask(&netns, "web", A).unwrap();
    assert!(short.is_truncated && short.addresses.len() < 40);
    let whole = ask_over_tcp(&netns, &[("web", A)]).remove(0);
    assert_eq!((whole.is_truncated, whole.addresses.len()), (false, 200));
    // Shuffled: the first one is not always the same.
    let firsts: std::collections::BTreeSet<_> = (0..20)
        .map(|_| ask(&netns, "web", A).unwrap().addresses[0])
        .collect();
    assert!(firsts.len() > 5);
    net.shutdown().unwrap();
}

fn forwarding() {
    let machine = Machine::connect();
    let node = Node::new();
    // Nobody answers at the first server.
    replace_file(
        &node,
        "/etc/resolv.conf",
        "nameserver 192.0.2.8\nnameserver 192.0.2.9\n",
    );
    let _upstream = serve_upstream(&machine.netns(), "192.0.2.9:53", [203, 0, 113, 7]);
    let mut net = node.open();
    two_containers(&mut net);
    let netns = node.netns("web");
    assert_eq!(addresses(&netns, "example.org"), ["203.0.113.7"]);
    assert_eq!(
        ask_over_tcp(&netns, &[("example.org", A)])[0]
            .addresses
            .len(),
        1
    );
    assert_eq!(
        ask(&netns, "broken.example.org", A).unwrap().rcode,
        SERVER_FAILURE
    );
    net.shutdown().unwrap();
}

fn internal() {
    let node = Node::new();
    let mut net = node.open();
    net.ensure(EnsureParams {
        internal: true,
        ..ensure_params("vault", "10.201.6.0/24")
    })
    .unwrap();
    let address = attach_one(&mut net, "safe", "vault");
    let names = vec![service_name("vault", "safe", &[address])];
    net.switch(switch_params("shop/safe", names, Vec::new()))
        .unwrap();
    let netns = node.netns("safe");
    assert_eq!(ask(&netns, "example.org", A).unwrap().rcode, REFUSED);
    assert_eq!(addresses(&netns, "safe"), ["10.201.6.2"]);
    net.shutdown().unwrap();
}

fn garbage() {
    let node = Node::new();
    let mut net = node.open();
    two_containers(&mut net);
    let netns = node.netns("web");
    let socket = client(&netns);
    let good = question("web", A);
    for length in 0..good.len() {
        socket.send(&good[..length]).unwrap();
    }
    for at in 0..good.len() {
        for byte in [0, 0x3f, 0xc0, 0xff] {
            let mut bad = good.clone();
            bad[at] = byte;
            socket.send(&bad).unwrap();
        }
    }
    let mut stream = crate::host::inside(&netns, || {
        std::net::TcpStream::connect("127.0.0.11:53").unwrap()
    });
    std::io::Write::write_all(&mut stream, &[0, 0, 0, 1, 9, 0xff, 0xff, 1, 2, 3]).unwrap();
    assert_eq!(addresses(&netns, "web"), ["10.201.4.2"]);
    assert_eq!(net.on_ready(), []);
    net.shutdown().unwrap();
}

fn killed_worker() {
    let node = Node::new();
    let mut net = node.open();
    two_containers(&mut net);
    let netns = node.netns("both");
    for round in 0..3 {
        let pid = net.worker_pid();
        rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
        if round == 1 {
            // A call notices before the event loop does.
            detach(&mut net, "db");
        }
        eventually("another worker", || {
            net.on_ready();
            net.worker_pid() != pid
        });
        assert_eq!(addresses(&netns, "web"), ["10.201.4.2"]);
    }
    net.shutdown().unwrap();
    assert_nothing_left(&node);
}
