//! Two nodes on one host, and the table as nft prints it.

use tsorch_network::TableMode;
use tsorch_network::api::{HostPort, Protocol, PublishedPort, SweepParams};

use crate::Scenario;
use crate::host::{Node, assert_nothing_left, command};
use crate::machine::{ask_tcp, at, serve_tcp};
use crate::requests::{attach_one, ensure, port, switch_params, switch_ports};

pub(crate) const SCENARIOS: &[Scenario] = &[
    ("two nodes on one host do not meet", two_nodes),
    ("the table is as nft lists it", golden_table),
];

fn two_nodes() {
    let (one, two) = (Node::new(), Node::with("3fa9c1", TableMode::Owned));
    let (mut first, mut second) = (one.open(), two.open());
    ensure(&mut first, "shop_default", "10.201.4.0/24");
    ensure(&mut second, "shop_default", "10.201.5.0/24");
    for (net, node, number) in [(&mut first, &one, 8080), (&mut second, &two, 8081)] {
        let web = attach_one(net, "web", "shop_default");
        switch_ports(
            net,
            "shop/web",
            vec![port(Protocol::Tcp, number, &[at(web, 80)])],
        );
        assert!(node.netns("web").exists());
    }
    let _a = serve_tcp(&one.netns("web"), "0.0.0.0:80", "one");
    let _b = serve_tcp(&two.netns("web"), "0.0.0.0:80", "two");
    let clash = vec![port(Protocol::Tcp, 8080, &[])];
    let error = second
        .switch(switch_params("blog/web", Vec::new(), clash))
        .unwrap_err();
    assert!(error.to_string().contains("pid"), "{error}");
    let nobody = SweepParams {
        containers: Vec::new(),
        networks: Vec::new(),
    };
    second.sweep(nobody).unwrap();
    second.shutdown().unwrap();
    drop(_b);
    assert_eq!(ask_tcp(None, "127.0.0.1:8080").unwrap(), "one 10.201.4.1");
    assert_eq!(first.dump().unwrap().attachments.len(), 1);
    first.shutdown().unwrap();
    drop(_a);
    assert_nothing_left(&one);
    assert_nothing_left(&two);
}

fn golden_table() {
    command("ip address add 192.0.2.1/24 dev lo");
    let node = Node::with("", TableMode::Watched);
    let mut net = node.open();
    let params = tsorch_network::api::EnsureParams {
        internal: true,
        ..crate::requests::ensure_params("vault", "10.201.6.0/24")
    };
    net.ensure(params).unwrap();
    ensure(&mut net, "shop_default", "10.201.4.0/24");
    let web = ["10.201.4.2:80", "10.201.4.3:80", "[fd00::2]:80"].map(|text| text.parse().unwrap());
    let dns = port(Protocol::Udp, 53, &["10.201.4.2:53".parse().unwrap()]);
    let host_address = Some("192.0.2.1".parse().unwrap());
    let dns = PublishedPort {
        port: HostPort {
            host_address,
            ..dns.port
        },
        ..dns
    };
    switch_ports(
        &mut net,
        "shop/web",
        vec![port(Protocol::Tcp, 8080, &web), dns],
    );
    // Names of protocols are those of /etc/protocols, which not every host has.
    let printed = command("nft --numeric-protocol list table inet tsorch");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/table.nft");
    if std::env::var("TSORCH_TEST_WRITE_GOLDEN").is_ok() {
        std::fs::write(path, &printed).unwrap();
    }
    assert_eq!(printed, std::fs::read_to_string(path).unwrap());
    net.shutdown().unwrap();
    assert_nothing_left(&node);
}
