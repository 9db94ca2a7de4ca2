//! A new hostd after its predecessor was killed.

use std::io::{Read, Write};
use std::net::TcpListener;

use tsorch_network::api::{NetworkEvent, Protocol, SweepParams, SwitchParams};

use crate::Scenario;
use crate::dns::addresses;
use crate::host::{Node, assert_nothing_left, command, eventually, our_links, pause};
use crate::machine::{HOST4, Machine, ask_tcp, at, connect, serve_tcp};
use crate::process::Process;
use crate::requests::{
    attach, attach_one, container, detach, ensure, network, port, service_name, switch_params,
    switch_ports,
};

pub(crate) const SCENARIOS: &[Scenario] = &[
    (
        "a killed hostd is replaced without a broken connection",
        killed_hostd,
    ),
    (
        "a crash after any journal record leaves nothing",
        crash_points,
    ),
    (
        "what was removed while nobody looked is made again or forgotten",
        removed_meanwhile,
    ),
    ("a port that somebody took meanwhile is told", lost_port),
    ("sweep removes what nobody wants", sweep),
];

/// A hostd that has made a network, a container and a port, and waits to be killed.
fn predecessor(node: &Node) -> Process {
    let ready = node.run_dir.join("ready");
    let mark = ready.clone();
    let (run_dir, open) = (node.run_dir.clone(), node);
    let _ = run_dir;
    let process = Process::run(|| {
        let mut net = open.open();
        ensure(&mut net, "shop_default", "10.201.4.0/24");
        let web = attach_one(&mut net, "web", "shop_default");
        attach_one(&mut net, "cli", "shop_default");
        let names = vec![service_name("shop_default", "web", &[web])];
        let ports = vec![port(Protocol::Tcp, 8080, &[at(web, 80)])];
        net.switch(switch_params("shop/web", names, ports)).unwrap();
        std::fs::write(mark, "").unwrap();
        loop {
            pause(900);
        }
    });
    eventually("the predecessor", || ready.exists());
    std::fs::remove_file(ready).unwrap();
    process
}

fn killed_hostd() {
    let machine = Machine::connect();
    let outside = machine.netns();
    let node = Node::new();
    let first = predecessor(&node);
    let _server = serve_tcp(&node.netns("web"), "0.0.0.0:80", "web");
    let mut stream = connect(Some(&outside), &format!("{HOST4}:8080")).unwrap();
    let mut greeting = [0; 64];
    let count = stream.read(&mut greeting).unwrap();
    assert_eq!(&greeting[..count], b"web 192.0.2.9\n");
    first.kill();
    // The packet filter goes on without us.
    assert_eq!(
        ask_tcp(Some(&outside), &format!("{HOST4}:8080")).unwrap(),
        "web 192.0.2.9"
    );
    let mut net = node.open();
    assert!(net.on_ready().is_empty());
    stream.write_all(b"still there?").unwrap();
    let count = stream.read(&mut greeting).unwrap();
    assert_eq!(&greeting[..count], b"still there?");
    assert_eq!(addresses(&node.netns("cli"), "web"), ["10.201.4.2"]);
    assert_eq!(ask_tcp(None, "127.0.0.1:8080").unwrap(), "web 10.201.4.1");
    let dump = net.dump().unwrap();
    assert_eq!(
        (
            dump.networks.len(),
            dump.attachments.len(),
            dump.owners.len()
        ),
        (1, 2, 1)
    );
    assert!(!dump.owners[0].digest.is_empty());
    attach(&mut net, "web", &["shop_default"]);
    assert_eq!(our_links().len(), 3);
    // Again and again, at once.
    for _ in 0..3 {
        drop(net);
        net = node.open();
        assert_eq!(ask_tcp(None, "[::1]:8080").unwrap(), "web 10.201.4.1");
    }
    detach(&mut net, "web");
    net.shutdown().unwrap();
    drop(_server);
    assert_nothing_left(&node);
}

/// The journal is written ahead of the kernel: every prefix of it, met with any state of the kernel, must do.
fn crash_points() {
    let node = Node::new();
    let first = predecessor(&node);
    let whole = std::fs::read(node.journal()).unwrap();
    first.kill();
    let mut ends = vec![0];
    while let Some(length) = whole
        .get(ends[ends.len() - 1]..)
        .and_then(|rest| rest.first_chunk::<4>())
    {
        ends.push(ends[ends.len() - 1] + 8 + usize::try_from(u32::from_be_bytes(*length)).unwrap());
    }
    assert!(ends.len() > 6, "{ends:?}");
    for (index, end) in ends.iter().enumerate() {
        // The kernel as it was at the crash, and once with nothing in it.
        for is_bare in [false, true] {
            if is_bare {
                node.open().shutdown().unwrap();
                assert_nothing_left(&node);
                std::fs::create_dir_all(node.journal().parent().unwrap()).unwrap();
            } else {
                predecessor(&node).kill();
            }
            // Torn in the middle of the next record.
            std::fs::write(node.journal(), &whole[..(end + 5).min(whole.len())]).unwrap();
            let mut net = node.open();
            // What the daemon does: it wants the container, and repeats what it asked for.
            let nothing = SweepParams {
                containers: vec![container("web")],
                networks: vec![network("shop_default")],
            };
            net.sweep(nothing).unwrap();
            ensure(&mut net, "shop_default", "10.201.4.0/24");
            let web = attach_one(&mut net, "web", "shop_default");
            switch_ports(
                &mut net,
                "shop/web",
                vec![port(Protocol::Tcp, 8080, &[at(web, 80)])],
            );
            let server = serve_tcp(&node.netns("web"), "0.0.0.0:80", "web");
            let said = ask_tcp(None, "127.0.0.1:8080");
            assert_eq!(
                said,
                Ok("web 10.201.4.1".to_owned()),
                "record {index}, bare {is_bare}"
            );
            drop(server);
            net.shutdown().unwrap();
            assert_nothing_left(&node);
        }
    }
}

fn removed_meanwhile() {
    let node = Node::new();
    predecessor(&node).kill();
    let _server = serve_tcp(&node.netns("web"), "0.0.0.0:80", "web");
    let bridge = our_links()
        .into_iter()
        .find(|name| name.starts_with("ts-"))
        .unwrap();
    command(&format!("ip link delete {bridge}"));
    command("nft flush ruleset");
    command(&format!("umount {}", node.netns("cli").display()));
    eventually("the client's interface is gone", || our_links().len() == 1);
    let mut net = node.open();
    let dump = net.dump().unwrap();
    let left: Vec<&str> = dump.attachments.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(left, ["web"]);
    assert_eq!(ask_tcp(None, "127.0.0.1:8080").unwrap(), "web 10.201.4.1");
    attach_one(&mut net, "cli2", "shop_default");
    let client = node.netns("cli2");
    assert!(ask_tcp(Some(&client), "10.201.4.2:80").is_ok());
    net.shutdown().unwrap();
    drop(_server);
    assert_nothing_left(&node);
}

fn lost_port() {
    let node = Node::new();
    predecessor(&node).kill();
    eventually("the worker is gone", || {
        TcpListener::bind("[::]:8080").is_ok()
    });
    let thief = TcpListener::bind("127.0.0.1:8080").unwrap();
    let mut net = node.open();
    let events = net.on_ready();
    assert!(
        matches!(events.as_slice(), [NetworkEvent::PortLost { .. }]),
        "{events:?}"
    );
    assert_eq!(net.dump().unwrap().owners[0].digest, "");
    let ports = vec![port(
        Protocol::Tcp,
        8080,
        &["10.201.4.2:80".parse().unwrap()],
    )];
    let error = net
        .switch(switch_params("shop/web", Vec::new(), ports.clone()))
        .unwrap_err();
    assert_eq!(error.code().as_str(), "network.port-in-use");
    drop(thief);
    net.switch(switch_params("shop/web", Vec::new(), ports))
        .unwrap();
    assert!(!net.dump().unwrap().owners[0].digest.is_empty());
    net.shutdown().unwrap();
}

fn sweep() {
    let node = Node::new();
    let mut net = node.open();
    ensure(&mut net, "keep", "10.201.4.0/24");
    ensure(&mut net, "drop", "10.201.5.0/24");
    attach_one(&mut net, "kept", "keep");
    attach(&mut net, "dropped", &["keep", "drop"]);
    for (text, id, number) in [
        ("shop/kept", "kept", 8080),
        ("shop/dropped", "dropped", 8081),
    ] {
        let ports = vec![port(
            Protocol::Tcp,
            number,
            &["10.201.4.2:80".parse().unwrap()],
        )];
        let ready = vec![container(id)];
        net.switch(SwitchParams {
            ready,
            ..switch_params(text, Vec::new(), ports)
        })
        .unwrap();
    }
    drop(net);
    // A crash that lost the journal altogether, as far as one container goes.
    let stray = node.netns("stray");
    std::fs::File::create(&stray).unwrap();
    command(&format!("unshare --net={} true", stray.display()));
    let mut net = node.open();
    let wanted = SweepParams {
        containers: vec![container("kept")],
        networks: vec![network("keep")],
    };
    let removed = net.sweep(wanted.clone()).unwrap();
    assert_eq!(removed.len(), 4, "{removed:?}");
    eventually("one bridge, one interface", || our_links().len() == 2);
    assert_eq!(net.sweep(wanted).unwrap(), Vec::<String>::new());
    assert!(node.netns("kept").exists() && !stray.exists());
    assert!(TcpListener::bind("0.0.0.0:8081").is_ok());
    assert!(TcpListener::bind("0.0.0.0:8080").is_err());
    net.shutdown().unwrap();
    assert_nothing_left(&node);
}
