//! That nothing of the host gets in: descriptors, capabilities, environment, processes, directories, mounts. The same
//! survey is made by a first process, by an exec with and without a terminal and by a hook that runs inside.

use std::collections::BTreeSet;
use std::fs;

use serde_json::json;

use crate::sandbox::{Sandbox, runtimes};

const SURVEY: &str = "\
    echo fds; ls -1 /proc/$$/fd; echo end of fds; \
    grep -E '^(Cap|NoNewPrivs|PPid|NSpid|TracerPid)' /proc/$$/status | tr -d '\\t'; \
    echo session $(cut -d' ' -f6 /proc/$$/stat) terminal $(cut -d' ' -f7 /proc/$$/stat); \
    echo self $$; echo cwd $(readlink /proc/$$/cwd) root $(readlink /proc/$$/root); \
    echo env $(env | cut -d= -f1); echo pids /proc/[0-9]*; \
    echo sockets $(cat /proc/net/unix | wc -l); \
    while read line; do echo mount $line; done < /proc/self/mountinfo; echo end";

/// CAP_CHOWN, CAP_KILL and CAP_NET_BIND_SERVICE, as the configuration says.
const GIVEN: &str = "0000000000000421";
const NONE: &str = "0000000000000000";

/// Who has looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    First,
    Entered { terminal: bool },
    Hook,
}

fn line<'t>(survey: &'t str, word: &str) -> &'t str {
    let found = survey.lines().find_map(|line| line.strip_prefix(word));
    found
        .unwrap_or_else(|| panic!("no {word:?} in {survey}"))
        .trim()
}

fn assert_nothing_leaks(survey: &str, who: Who) {
    let survey = survey.replace('\r', "");
    assert!(survey.ends_with("end\n"), "{who:?}: {survey}");
    let terminal = who == Who::Entered { terminal: true };
    assert!(
        survey.starts_with("fds\n0\n1\n2\nend of fds\n"),
        "{who:?}: {survey}"
    );
    for (set, bits) in [
        ("CapInh:", NONE),
        ("CapPrm:", GIVEN),
        ("CapEff:", GIVEN),
        ("CapBnd:", GIVEN),
        ("CapAmb:", NONE),
        ("NoNewPrivs:", "1"),
        ("TracerPid:", "0"),
    ] {
        assert_eq!(line(&survey, set), bits, "{who:?} {set}");
    }
    // The parent is outside, except of a hook.
    let parent = if who == Who::Hook { "1" } else { "0" };
    assert_eq!(line(&survey, "PPid:"), parent, "{who:?}");
    assert_eq!(line(&survey, "NSpid:"), line(&survey, "self "), "{who:?}");
    assert_eq!(line(&survey, "cwd "), "/ root /", "{who:?}");
    // A terminal that was the runtime's could be typed into (TIOCSTI).
    let own = line(&survey, "self ");
    let session = line(&survey, "session ");
    match who {
        Who::Hook => assert_eq!(session, "1 terminal 0"),
        _ if terminal => {
            assert!(session.starts_with(&format!("{own} terminal ")) && !session.ends_with(" 0"));
        }
        _ => assert_eq!(session, format!("{own} terminal 0")),
    }
    let known = BTreeSet::from(["PATH", "HOME", "TERM", "PWD", "OLDPWD", "SHLVL", "_"]);
    let names: BTreeSet<&str> = line(&survey, "env ").split(' ').collect();
    assert!(names.is_subset(&known), "{who:?}: {names:?}");
    assert!(line(&survey, "pids ").split(' ').count() <= 2, "{survey}");
    // The head line only: nobody listens in the container's own network.
    assert_eq!(line(&survey, "sockets "), "1", "{who:?}");
    let mounts = survey
        .lines()
        .filter_map(|line| line.strip_prefix("mount "));
    mounts.for_each(assert_mount_is_harmless);
}

/// `ID PARENT MAJOR:MINOR ROOT PLACE OPTIONS [TAG]... - KIND SOURCE OPTIONS`, proc_pid_mountinfo(5)
fn assert_mount_is_harmless(line: &str) {
    let (mount, filesystem) = line.split_once(" - ").expect("both halves");
    let fields: Vec<&str> = mount.split(' ').collect();
    let (root, place, options) = (fields[3], fields[4], fields[5]);
    assert_eq!(fields.len(), 6, "it travels: {line}");
    if place == "/" {
        return;
    }
    let kind = filesystem.split(' ').next().expect("a kind");
    let is_null = root == "/null" || root == "/dev/null";
    let own = [
        "proc", "tmpfs", "devpts", "mqueue", "sysfs", "cgroup", "cgroup2",
    ];
    assert!(is_null || own.contains(&kind), "of the host: {line}");
    assert!(!line.contains("/tsorch-test-"), "of the host: {line}");
    let writable = ["/proc", "/dev", "/dev/pts", "/dev/shm", "/dev/mqueue"];
    if options.split(',').any(|option| option == "rw") {
        assert!(is_null || writable.contains(&place), "writable: {line}");
    }
}

#[test]
fn nothing_leaks_into_a_first_process() {
    let answer = Sandbox::new(SURVEY).run();
    assert_nothing_leaks(&answer.stdout, Who::First);
}

#[test]
fn nothing_leaks_into_an_exec() {
    let sandbox = Sandbox::new("sleep 1000");
    sandbox.start();
    let answer = sandbox.call(&["exec", &sandbox.id, "/bin/sh", "-c", SURVEY]);
    assert_nothing_leaks(&answer.stdout, Who::Entered { terminal: false });
    let answer = sandbox.call(&["exec", "--tty", &sandbox.id, "/bin/sh", "-c", SURVEY]);
    assert_nothing_leaks(&answer.stdout, Who::Entered { terminal: true });
}

/// Its program is the image's: it must not have the rights of the runtime.
#[test]
fn nothing_leaks_into_a_hook_inside() {
    let mut sandbox = Sandbox::new("cat /tmp/survey");
    let script = format!("({SURVEY}) > /tmp/survey");
    let hook = json!({"path": "/bin/sh", "args": ["sh", "-c", script], "env": ["PATH=/bin"]});
    sandbox.config["hooks"] = json!({"startContainer": [hook]});
    let answer = sandbox.run();
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert_nothing_leaks(&answer.stdout, Who::Hook);
}

#[test]
fn a_hook_inside_has_the_rights_of_the_program() {
    for runtime in runtimes() {
        let mut sandbox = Sandbox::with(runtime, "cat /tmp/rights");
        let script = "(id -u; grep -E '^Cap(Inh|Prm|Eff|Amb)' /proc/self/status) > /tmp/rights";
        let hook = json!({"path": "/bin/sh", "args": ["sh", "-c", script], "env": ["PATH=/bin"]});
        sandbox.config["hooks"] = json!({"startContainer": [hook]});
        sandbox.config["process"]["user"] = json!({"uid": 33, "gid": 33});
        let tmp = sandbox.rootfs().join("tmp");
        fs::set_permissions(tmp, std::os::unix::fs::PermissionsExt::from_mode(0o1777))
            .expect("set");
        let answer = sandbox.run();
        let rights = answer.stdout.replace('\t', "");
        let none = "CapInh:0000000000000000\nCapPrm:0000000000000000\nCapEff:0000000000000000\n\
                    CapAmb:0000000000000000\n";
        assert_eq!(rights, format!("33\n{none}"), "{runtime:?} {answer:?}");
    }
}

/// Its parent is the host's root, which must not be above the container's.
#[test]
fn nothing_is_above_the_root() {
    let script = "cd /../../..; pwd; ls | tr '\\n' ' '; readlink /proc/1/root; ls -d /proc/1/root/../oldroot 2>&1 | wc -l";
    for arguments in [&[][..], &["--no-pivot"]] {
        let sandbox = Sandbox::new(script);
        sandbox.write_config();
        let mut words = vec!["run"];
        words.extend(arguments);
        words.extend(["--bundle", sandbox.bundle(), &sandbox.id]);
        let answer = sandbox.call(&words);
        assert_eq!(
            answer.stdout, "/\nbin dev etc proc sys tmp /\n1\n",
            "{answer:?}"
        );
    }
}
