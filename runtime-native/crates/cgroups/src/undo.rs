//! How a control file gets its old value back: most are written as they are read, some are tables with a line per device.

use crate::limits::Write;

/// The value that brings back what `write` is about to change, given the file's present text.
pub(crate) fn undo(write: &Write, text: &str) -> Option<Write> {
    let value = match write.value.split_once(' ') {
        Some((device, setting)) if is_table(&write.file) => line_of(text, device)
            .map(|rest| format!("{device} {}", old_setting(rest, setting)))
            .unwrap_or_else(|| format!("{device} {}", nothing(&write.file, setting))),
        // `default 100`, and the devices below it.
        _ if write.file.ends_with("weight") => {
            let default = line_of(text, "default").unwrap_or_else(|| text.trim());
            default.lines().next()?.to_owned()
        }
        _ if write.file == "memory.oom_control" => line_of(text, "oom_kill_disable")?.to_owned(),
        _ => text.trim().to_owned(),
    };
    Some(Write {
        value,
        otherwise: None,
        ..write.clone()
    })
}

/// Files with a line per device or interface.
fn is_table(file: &str) -> bool {
    file.ends_with("_device")
        || file.ends_with("weight")
        || matches!(file, "io.max" | "rdma.max" | "net_prio.ifpriomap")
}

fn line_of<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let mut lines = text.lines();
    lines.find_map(|line| line.strip_prefix(key)?.strip_prefix(' '))
}

/// Of `rbps=1 wbps=max` the part that a setting like `wbps=5` changes; else all.
fn old_setting<'a>(old: &'a str, setting: &str) -> &'a str {
    let key = setting.split_once('=').map(|(key, _)| key);
    let mut words = old.split(' ');
    let found = key.filter(|_| !setting.contains(' ')).and_then(|key| {
        words.find(|word| word.split_once('=').is_some_and(|(name, _)| name == key))
    });
    found.unwrap_or(old)
}

/// What stands for no line at all.
fn nothing(file: &str, setting: &str) -> String {
    if matches!(file, "io.max" | "rdma.max") {
        let unlimited = |word: &str| {
            let key = word.split_once('=').map_or(word, |(key, _)| key);
            format!("{key}=max")
        };
        let words: Vec<String> = setting.split(' ').map(unlimited).collect();
        words.join(" ")
    } else if file.starts_with("io.") {
        "default".to_owned()
    } else {
        "0".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::undo;
    use crate::limits::write;

    fn undone(file: &str, value: &str, text: &str) -> Option<String> {
        undo(&write(("x", "x"), file, value), text).map(|write| write.value)
    }

    #[test]
    fn plain_files_are_written_as_they_were_read() {
        assert_eq!(undone("pids.max", "5", "max\n").as_deref(), Some("max"));
        assert_eq!(
            undone("cpu.max", "5 10", "max 100000\n").as_deref(),
            Some("max 100000")
        );
    }

    #[test]
    fn tables_get_the_line_of_their_device_back() {
        let io = "8:16 rbps=1 wbps=max riops=max wiops=7\n8:1 rbps=9 wbps=9 riops=9 wiops=9\n";
        assert_eq!(
            undone("io.max", "8:16 wiops=5", io).as_deref(),
            Some("8:16 wiops=7")
        );
        assert_eq!(
            undone("io.max", "8:3 wbps=5", io).as_deref(),
            Some("8:3 wbps=max")
        );
        let file = "blkio.throttle.read_bps_device";
        assert_eq!(
            undone(file, "8:0 5", "8:0 1024\n").as_deref(),
            Some("8:0 1024")
        );
        assert_eq!(undone(file, "8:0 5", "").as_deref(), Some("8:0 0"));
        assert_eq!(
            undone("net_prio.ifpriomap", "lo 5", "lo 0\neth0 3\n").as_deref(),
            Some("lo 0")
        );
        let rdma = undone("rdma.max", "mlx hca_handle=1 hca_object=2", "");
        assert_eq!(rdma.as_deref(), Some("mlx hca_handle=max hca_object=max"));
    }

    #[test]
    fn weights_have_a_default_beside_their_devices() {
        let text = "default 100\n8:0 50\n";
        assert_eq!(undone("io.weight", "200", text).as_deref(), Some("100"));
        assert_eq!(
            undone("io.weight", "8:0 200", text).as_deref(),
            Some("8:0 50")
        );
        assert_eq!(
            undone("io.weight", "8:5 200", text).as_deref(),
            Some("8:5 default")
        );
        assert_eq!(undone("cpu.weight", "200", "100\n").as_deref(), Some("100"));
    }
}
