//! Mount options: the words of config.md's table and what each means to the kernel.

use tsorch_sys::mount_attributes::{
    ATIME, Depth, NOATIME, NODEV, NODIRATIME, NOEXEC, NOSUID, NOSYMFOLLOW, Propagation, RDONLY,
    STRICTATIME,
};

/// What one option does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Sets attribute bits and clears others, of the mount or of it and all below it.
    Attribute { set: u64, clear: u64, depth: Depth },
    /// A flag of the filesystem itself.
    Filesystem(&'static str),
    /// How mount events travel.
    Propagate(Propagation, Depth),
    /// A bind mount, of a mount or of it and all below it.
    Bind(Depth),
    /// Change a mount that is there.
    Remount,
    /// Owners are shown through mappings of ids, of the mount or of it and all below it.
    MapIds(Depth),
    /// A tmpfs begins with what its place holds.
    CopyUp,
    /// A link that is bound is meant itself.
    LinkAsSource,
    /// A link that something is bound over is meant itself.
    LinkAsTarget,
    /// Carries no meaning here: a default, or a matter of the kernel's log (`silent`).
    Nothing,
}

/// The attribute options: name, bits set, bits cleared. Each also exists with a leading `r` for "recursive".
const ATTRIBUTES: [(&str, u64, u64); 18] = [
    ("ro", RDONLY, 0),
    ("rw", 0, RDONLY),
    ("nosuid", NOSUID, 0),
    ("suid", 0, NOSUID),
    ("nodev", NODEV, 0),
    ("dev", 0, NODEV),
    ("noexec", NOEXEC, 0),
    ("exec", 0, NOEXEC),
    ("nosymfollow", NOSYMFOLLOW, 0),
    ("symfollow", 0, NOSYMFOLLOW),
    ("nodiratime", NODIRATIME, 0),
    ("diratime", 0, NODIRATIME),
    ("relatime", 0, ATIME),
    ("norelatime", STRICTATIME, ATIME),
    ("noatime", NOATIME, ATIME),
    ("atime", 0, ATIME),
    ("strictatime", STRICTATIME, ATIME),
    ("nostrictatime", 0, ATIME),
];

/// What `option` does; `None` = it is for the filesystem's own parser.
pub(crate) fn effect(option: &str) -> Option<Effect> {
    if let Some(found) = attribute(option, Depth::One) {
        return Some(found);
    }
    if let Some((kind, depth)) = propagation(option) {
        return Some(Effect::Propagate(kind, depth));
    }
    let found = match option {
        "bind" => Effect::Bind(Depth::One),
        "rbind" => Effect::Bind(Depth::Recursive),
        "remount" => Effect::Remount,
        "sync" => Effect::Filesystem("sync"),
        "dirsync" => Effect::Filesystem("dirsync"),
        "lazytime" => Effect::Filesystem("lazytime"),
        "mand" => Effect::Filesystem("mand"),
        "idmap" => Effect::MapIds(Depth::One),
        "ridmap" => Effect::MapIds(Depth::Recursive),
        "tmpcopyup" => Effect::CopyUp,
        "src-nofollow" => Effect::LinkAsSource,
        "dest-nofollow" => Effect::LinkAsTarget,
        "async" | "nolazytime" | "nomand" | "silent" | "loud" | "noiversion" | "iversion"
        | "defaults" | "" => Effect::Nothing,
        other => return attribute(other.strip_prefix('r')?, Depth::Recursive),
    };
    Some(found)
}

fn attribute(name: &str, depth: Depth) -> Option<Effect> {
    let (_, set, clear) = ATTRIBUTES.iter().find(|(known, ..)| *known == name)?;
    Some(Effect::Attribute {
        set: *set,
        clear: *clear,
        depth,
    })
}

/// Every option with a meaning of its own, sorted.
pub(crate) fn known() -> Vec<String> {
    const PLAIN: [&str; 19] = [
        "async",
        "bind",
        "defaults",
        "dest-nofollow",
        "dirsync",
        "idmap",
        "iversion",
        "lazytime",
        "loud",
        "mand",
        "noiversion",
        "nolazytime",
        "nomand",
        "rbind",
        "remount",
        "ridmap",
        "silent",
        "src-nofollow",
        "tmpcopyup",
    ];
    let mut all: Vec<String> = PLAIN.iter().map(|name| (*name).to_owned()).collect();
    all.push("sync".to_owned());
    let attributes = ATTRIBUTES.iter().map(|(name, ..)| *name);
    let twice = attributes.chain(["shared", "slave", "private", "unbindable"]);
    all.extend(twice.flat_map(|name| [name.to_owned(), format!("r{name}")]));
    all.sort();
    all
}

/// Reads a propagation word: `rslave`, `private`, ...
pub(crate) fn propagation(word: &str) -> Option<(Propagation, Depth)> {
    let (kind, depth) = match word.strip_prefix('r') {
        Some(rest) => (rest, Depth::Recursive),
        None => (word, Depth::One),
    };
    let kind = match kind {
        "shared" => Propagation::Shared,
        "slave" => Propagation::Slave,
        "private" => Propagation::Private,
        "unbindable" => Propagation::Unbindable,
        _ => return None,
    };
    Some((kind, depth))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_a_leading_r_of_recursion_from_one_of_the_word() {
        let set = |option| match effect(option) {
            Some(Effect::Attribute { set, depth, .. }) => Some((set, depth)),
            _ => None,
        };
        assert_eq!(set("ro"), Some((RDONLY, Depth::One)));
        assert_eq!(set("rro"), Some((RDONLY, Depth::Recursive)));
        assert_eq!(set("rnosuid"), Some((NOSUID, Depth::Recursive)));
        assert_eq!(set("relatime"), Some((0, Depth::One)));
        assert_eq!(set("rrelatime"), Some((0, Depth::Recursive)));
        assert_eq!(
            effect("rprivate"),
            Some(Effect::Propagate(Propagation::Private, Depth::Recursive))
        );
    }

    #[test]
    fn knows_every_option_of_the_table_that_must_be_supported() {
        let table = "async atime bind defaults dev diratime dirsync exec iversion lazytime loud mand noatime nodev \
                     nodiratime noexec noiversion nolazytime nomand norelatime nostrictatime nosuid private rbind \
                     relatime remount ro rprivate rshared rslave runbindable rw shared silent slave strictatime suid \
                     sync unbindable ratime rdev rdiratime rexec rnoatime rnodev rnodiratime rnoexec rnorelatime \
                     rnostrictatime rnosuid rnosymfollow rrelatime rro rrw rstrictatime rsuid rsymfollow nosymfollow";
        for option in table.split_whitespace() {
            assert!(effect(option).is_some(), "{option}");
        }
    }

    #[test]
    fn leaves_the_rest_to_the_filesystem() {
        for option in [
            "size=64k",
            "mode=755",
            "newinstance",
            "gid=5",
            "rsize=1",
            "r",
        ] {
            assert_eq!(effect(option), None, "{option}");
        }
    }
}
