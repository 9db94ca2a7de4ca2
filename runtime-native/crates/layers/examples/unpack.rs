//! Unpacks one blob as hostd does: `unpack BLOB DIRECTORY`, with DIRECTORY an empty one. For measuring and for looking at
//! what a layer becomes.
#![forbid(unsafe_code)]

use rustix::io::{FdFlags, fcntl_setfd};
use std::error::Error;
use std::fs::File;
use std::io::{Write, stdin, stdout};
use std::os::fd::AsRawFd;
use std::process::{Command, Stdio};
use tsorch_layers::worker::{self, WorkerInput};
use tsorch_layers::{Digest, Limits, UnpackRequest};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [name] if name == "worker" => Ok(worker::run(stdin(), stdout())?),
        [blob, directory] => unpack(blob, directory, None),
        [blob, directory, digest] => unpack(blob, directory, Some(digest)),
        _ => Err("usage: unpack BLOB DIRECTORY [DIGEST]".into()),
    }
}

fn unpack(blob: &str, directory: &str, digest: Option<&String>) -> Result<(), Box<dyn Error>> {
    let digest = match digest {
        Some(digest) => digest.parse()?,
        None => Digest::of(&std::fs::read(blob)?),
    };
    let (blob, root) = (File::open(blob)?, File::open(directory)?);
    for file in [&blob, &root] {
        fcntl_setfd(file, FdFlags::empty())?;
    }
    let request = UnpackRequest {
        blob: digest,
        size: blob.metadata()?.len(),
        media_type: String::new(),
        diff_id: None,
        limits: Limits::default(),
    };
    let input = WorkerInput {
        blob_fd: blob.as_raw_fd(),
        root_fd: root.as_raw_fd(),
        request,
    };
    let mut child = Command::new(std::env::current_exe()?)
        .arg("worker")
        .stdin(Stdio::piped())
        .spawn()?;
    let mut pipe = child.stdin.take().ok_or("no pipe")?;
    pipe.write_all(&serde_json::to_vec(&input)?)?;
    drop(pipe);
    let status = child.wait()?;
    writeln!(stdout(), "\n{status}")?;
    Ok(())
}
