//! `tsorch-rt`: one static binary that answers to several names (`tsorch-hostd`, `tsorch-runtime`, ...).
#![forbid(unsafe_code)]

fn main() -> anyhow::Result<()> {
    Ok(())
}
