//! From a freshly forked process to a listening shim.

use std::os::fd::OwnedFd;

use rustix::io::Errno;
use serde_json::json;
use tsorch_cgroups::Hierarchies;
use tsorch_oci::ContainerId;
use tsorch_protocol::ErrorBody;
use tsorch_protocol::shim_files::ShimHandover;
use tsorch_sys::poller::Poller;

use crate::event_log::EventLog;
use crate::exec::Execs;
use crate::failure::{bad_request, busy, host_failed, rootfs_failed};
use crate::foreign::command::Commands;
use crate::keeper::Keeper;
use crate::log::log_writer::LogWriter;
use crate::mount_namespace::{drop_foreign_namespaces, enter_own_namespace};
use crate::paths::Paths;
use crate::peers::Peers;
use crate::process_setup::set_up_process;
use crate::records::Records;
use crate::reply::ReplyTo;
use crate::rootfs::mount_root;
use crate::shim::{SCRATCH_BYTES, Shim};
use crate::shim_dir::{EXIT_RECORD, ShimDir};
use crate::task::Task;
use crate::task_start::read_shim_config;
use crate::timers::Timers;

/// Is the shim of one container until it is released. Called in a forked process with one thread, which holds nothing
/// but `keeper`, `kept` and descriptors that it may keep; see [`ShimHandover`] for what is said on `keeper`. `kept` are the
/// descriptors of the task that is to be adopted, `hierarchies` those in which hostd looks for control groups.
///
/// Returns the process's exit status: 0 after `release`, 1 when the shim could not begin or its event loop failed.
#[must_use]
pub fn run(
    handover: ShimHandover,
    hierarchies: &Hierarchies,
    keeper: OwnedFd,
    kept: Vec<OwnedFd>,
) -> u8 {
    tsorch_sys::heap::stay_small();
    let mut keeper = Keeper::new(keeper);
    match set_up(&handover, hierarchies) {
        Ok(mut shim) => {
            keeper.watch(&shim.poller);
            shim.keeper = keeper;
            live(&mut shim, handover, kept)
        }
        Err(error) => {
            keeper.answer(Err(error));
            1
        }
    }
}

fn live(shim: &mut Shim, handover: ShimHandover, kept: Vec<OwnedFd>) -> u8 {
    match (handover.adopt, handover.task) {
        (Some(task), _) => {
            let adopted = shim.adopt_task(&task, kept);
            let has_failed = adopted.is_err();
            shim.reply(ReplyTo::Ready, adopted.map(|()| json!({})));
            if has_failed {
                return 1;
            }
        }
        (None, Some(task)) => shim.start_task(task, ReplyTo::Ready),
        (None, None) => shim.reply(ReplyTo::Ready, Ok(json!({}))),
    }
    drop_foreign_namespaces(&shim.paths.network_namespaces, shim.id.as_str());
    tsorch_sys::heap::give_back();
    let ended = shim.run_loop();
    let _ = shim.dir.remove_socket();
    u8::from(ended.is_err())
}

/// In the order in which failing leaves least behind: the mounts vanish with the process, and before the lock is ours
/// nothing is touched.
fn set_up(handover: &ShimHandover, hierarchies: &Hierarchies) -> Result<Shim, ErrorBody> {
    let failed = |step: &'static str| move |errno: Errno| host_failed(step, errno);
    let id = ContainerId::parse(&handover.id).map_err(|error| bad_request(error.to_string()))?;
    let paths = Paths::new(handover, &id);
    let poller = Poller::new().map_err(failed("make an epoll instance"))?;
    let process = set_up_process(&poller).map_err(failed("set up the shim's process"))?;
    let dir = ShimDir::acquire(&paths.shim).map_err(|errno| match errno {
        Errno::AGAIN => busy(format!("a shim of container {id} lives")),
        errno => host_failed("lock the shim's directory", errno),
    })?;
    let config = read_shim_config(&paths.shim_config())?;
    enter_own_namespace().map_err(failed("make a mount namespace"))?;
    let is_root_mounted = handover.adopt.is_none();
    if is_root_mounted {
        mount_root(&paths, &config).map_err(|error| rootfs_failed(&error))?;
    }
    let log = LogWriter::open(&paths.log(), config.log_settings())
        .map_err(failed("open the container's log"))?;
    let listener = dir
        .listen()
        .map_err(failed("listen on the shim's socket"))?;
    let peers = Peers::new(&poller, listener).map_err(failed("watch the shim's socket"))?;
    Ok(Shim {
        records: Records::new(id.as_str(), &paths.bundle),
        task: Task::new(dir.read(EXIT_RECORD)),
        id,
        paths,
        dir,
        hierarchies: hierarchies.clone(),
        config,
        process,
        poller,
        timers: Timers::default(),
        peers,
        keeper: Keeper::default(),
        events: EventLog::default(),
        log,
        execs: Execs::default(),
        commands: Commands::default(),
        hooks: None,
        orphans: std::collections::BTreeMap::new(),
        unremoved_cgroup: None,
        scratch: vec![0; SCRATCH_BYTES],
        ready: Vec::new(),
        is_root_mounted,
        is_released: false,
    })
}
