//! docs/runtime-checklist.md names tests; each must be there, so that the table cannot lie.

use std::path::{Path, PathBuf};

use crate::sandbox::Sandbox;

fn native() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn checklist() -> String {
    let path = native().join("../docs/runtime-checklist.md");
    std::fs::read_to_string(path).expect("docs/runtime-checklist.md")
}

/// Rows of the tables: their cells.
fn rows(text: &str) -> Vec<Vec<&str>> {
    let is_row = |line: &&str| line.starts_with("| ") && !line.starts_with("| what");
    let rows = text.lines().filter(is_row);
    rows.map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect()
}

/// The tests that a cell names, `FILE::FUNCTION`: a file of these tests, or one of a crate like `oci/config`.
fn named(cell: &str) -> Vec<(&str, &str)> {
    let words = cell.split('`').skip(1).step_by(2);
    words
        .map(|word| word.rsplit_once("::").unwrap_or((word, "")))
        .collect()
}

fn source_of(file: &str) -> PathBuf {
    match file.split_once('/') {
        None => native().join(format!("bin/tsorch-rt/tests/runtime/{file}.rs")),
        Some((krate, rest)) => native().join(format!("crates/{krate}/src/{rest}.rs")),
    }
}

#[test]
fn every_row_names_tests_that_exist() {
    let text = checklist();
    let rows = rows(&text);
    assert!(rows.len() > 60, "{} rows", rows.len());
    for row in rows {
        let tests = named(row.last().expect("a cell"));
        assert!(!tests.is_empty(), "{row:?} names no test");
        for (file, function) in tests {
            let path = source_of(file);
            let source =
                std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("{file}: {row:?}"));
            let is_there = source.contains(&format!("fn {function}("));
            assert!(is_there, "{file} has no test {function}: {row:?}");
        }
    }
}

#[test]
fn every_verb_has_a_row() {
    let answer = Sandbox::new("true").call(&["--help"]);
    let verbs = answer
        .stdout
        .lines()
        .find_map(|line| line.strip_prefix("verbs: "));
    let text = checklist();
    for verb in verbs.expect("a list of verbs").split(' ') {
        let has_row = rows(&text).iter().any(|row| {
            row[0]
                .split('`')
                .any(|word| word.split(' ').next() == Some(verb))
        });
        assert!(has_row, "{verb} has no row");
    }
}
