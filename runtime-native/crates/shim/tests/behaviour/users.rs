//! Containers with a user namespace.

use std::fs;
use std::os::unix::fs::MetadataExt;

use serde_json::{Value, json};

use crate::container::{Bundle, Runtime, eventually};
use crate::runner::Test;
use crate::stream::Stream;

pub(crate) const TESTS: &[Test] = &[(
    "root of a user namespace owns its root, and is nobody on the host",
    maps_the_root,
)];

/// The users of the container, on the host.
const FIRST: u32 = 200_000;

fn with_users(bundle: Bundle) -> Bundle {
    let mappings = json!([{"containerID": 0, "hostID": FIRST, "size": 65_536}]);
    let kinds = ["pid", "ipc", "uts", "mount", "network", "cgroup", "user"];
    let namespaces: Vec<Value> = kinds.iter().map(|kind| json!({"type": kind})).collect();
    bundle
        .config("/linux/uidMappings", mappings.clone())
        .config("/linux/gidMappings", mappings)
        .config("/linux/namespaces", json!(namespaces))
}

fn maps_the_root(runtime: Runtime) {
    let script = "touch /made; echo changed > /etc/group; id -u; read x; echo got $x; exit 6";
    let bundle = Bundle::script(runtime, script).shim("stdin", json!(true));
    let mut container = with_users(bundle).start();
    eventually("the program waits for a word", || {
        (container.log_text() == "0\n").then_some(())
    });
    let made = fs::metadata(container.upper().join("made")).unwrap();
    assert_eq!((made.uid(), made.gid()), (FIRST, FIRST));
    let pid = container.state()["pid"].as_u64().unwrap();
    assert_eq!(fs::metadata(format!("/proc/{pid}")).unwrap().uid(), FIRST);

    let script = "cat /etc/group; ls -ln /etc/passwd; touch /beside && ls -ln /beside";
    let (output, errors, code) = container.exec_script(script);
    assert_eq!((errors.as_str(), code), ("", 0));
    assert!(output.starts_with("changed\n"), "{output}");
    let owners = output.lines().skip(1);
    let is_roots = |line: &str| line.split_whitespace().nth(2) == Some("0");
    assert!(
        owners.clone().count() == 2 && owners.into_iter().all(is_roots),
        "{output}"
    );

    let mut stream = Stream::open(container.connect(), &json!(null));
    stream.write(b"word\n");
    assert_eq!(stream.read_to_end().stdout(), "got word\n");
    assert_eq!(container.wait(1)["code"], json!(6));
}
