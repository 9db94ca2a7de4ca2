//! How long things take, printed and never judged by the clock; and that nothing piles up.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};
use tsorch_network::Network;
use tsorch_network::api::Protocol;

use crate::Scenario;
use crate::dns::{A, client, question};
use crate::host::{Node, assert_nothing_left, eventually, our_links};
use crate::requests::{
    attach_one, detach, ensure, port, service_name, switch_params, switch_ports,
};

pub(crate) const SCENARIOS: &[Scenario] =
    &[("many containers come and go without a trace", come_and_go)];

const ROUNDS: usize = 100;

fn median(mut times: Vec<Duration>) -> u128 {
    times.sort();
    times[times.len() / 2].as_micros()
}

/// Processor time of this thread, kernel included: what others do at the same time does not count.
fn processor_time() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(
        now.tv_sec.unsigned_abs(),
        u32::try_from(now.tv_nsec).unwrap(),
    )
}

fn timed(times: &mut Vec<Duration>, work: impl FnOnce()) {
    let start = processor_time();
    work();
    times.push(processor_time() - start);
}

fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

fn come_and_go() {
    let node = Node::new();
    let mut net = node.open();
    ensure(&mut net, "shop_default", "10.201.0.0/20");
    attach_one(&mut net, "first", "shop_default");
    detach(&mut net, "first");
    let before = descriptors();
    let (mut attaches, mut switches, mut detaches) = (Vec::new(), Vec::new(), Vec::new());
    let mut addresses = Vec::new();
    for round in 0..ROUNDS {
        timed(&mut attaches, || {
            addresses.push(attach_one(&mut net, &format!("c{round}"), "shop_default"));
        });
    }
    for address in addresses {
        let target = std::net::SocketAddr::new(address, 80);
        let ports = vec![port(Protocol::Tcp, 8080, &[target])];
        timed(&mut switches, || switch_ports(&mut net, "shop/web", ports));
    }
    switch_ports(&mut net, "shop/web", Vec::new());
    let start = Instant::now();
    for round in 0..ROUNDS {
        timed(&mut detaches, || detach(&mut net, &format!("c{round}")));
    }
    eventually("only the bridge", || our_links().len() == 1);
    let clean = start.elapsed();
    println!(
        "  medians of processor time in us: attach {}, switch {}, detach {}; {ROUNDS} detached until the kernel is clean {} ms",
        median(attaches),
        median(switches),
        median(detaches),
        clean.as_millis()
    );
    names(&mut net, &node);
    crowd(&mut net);
    assert_eq!(descriptors(), before);
    net.shutdown().unwrap();
    assert_nothing_left(&node);
}

/// One client, one question at a time.
fn names(net: &mut Network, node: &Node) {
    let address = attach_one(net, "asked", "shop_default");
    let names = vec![service_name("shop_default", "web", &[address])];
    net.switch(switch_params("shop/names", names, Vec::new()))
        .unwrap();
    let socket = client(&node.netns("asked"));
    let (question, mut buffer) = (question("web", A), [0; 512]);
    let start = Instant::now();
    for _ in 0..ROUNDS * 50 {
        socket.send(&question).unwrap();
        socket.recv(&mut buffer).unwrap();
    }
    let each = start.elapsed().as_nanos() / (ROUNDS as u128 * 50);
    println!("  a name is answered in {each} ns, round trip");
    net.switch(switch_params("shop/names", Vec::new(), Vec::new()))
        .unwrap();
    detach(net, "asked");
}

/// Attaching and switching with many ports present.
fn crowd(net: &mut Network) {
    let target = "10.201.0.9:80".parse().unwrap();
    let ports = (10_000..12_000)
        .map(|number| port(Protocol::Tcp, number, &[target]))
        .collect();
    let start = Instant::now();
    switch_ports(net, "crowd/web", ports);
    let all = start.elapsed();
    let (mut attaches, mut switches) = (Vec::new(), Vec::new());
    for round in 0..20 {
        let id = format!("d{round}");
        timed(&mut attaches, || {
            attach_one(net, &id, "shop_default");
        });
        let ports = vec![port(Protocol::Tcp, 8080, &[target])];
        timed(&mut switches, || switch_ports(net, "shop/web", ports));
        detach(net, &id);
        switch_ports(net, "shop/web", Vec::new());
    }
    println!(
        "  2000 ports in one switch {} ms; with them: attach {} us, switch {} us",
        all.as_millis(),
        median(attaches),
        median(switches)
    );
    switch_ports(net, "crowd/web", Vec::new());
}
