//! The lab by its command line: every scenario comes out as its table says, nothing is left behind, nobody is disturbed.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[expect(dead_code, reason = "this file needs a part of the house")]
mod house;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use house::{BINARY, House};
use serde_json::Value;

/// Runs the lab with a temporary folder of its own.
fn lab(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    command.arg("lab").args(arguments).env("TMPDIR", folder).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn json(output: &Output) -> Value {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {errors}"))
}

/// What stands in the lab's table: scenario, who judges, the case, and the verdicts in `cookie`, `token`, `jwt_cookie` and `jwt`.
const TABLE: &[(&str, &str, &str, [&str; 4])] = &[
    ("sign_in", "", "", ["accepted", "accepted", "accepted", "accepted"]),
    ("next_request", "", "", ["accepted", "accepted", "accepted", "accepted"]),
    ("come_back", "", "remembered", ["accepted", "", "accepted", ""]),
    ("come_back", "", "not_remembered", ["lost", "", "lost", ""]),
    ("come_back", "", "stored", ["", "accepted", "", "accepted"]),
    ("come_back", "", "in_memory", ["", "lost", "", "lost"]),
    ("plain_cookie", "", "", ["refused", "not_applicable", "refused", "not_applicable"]),
    ("tamper", "", "", ["refused", "refused", "refused", "refused"]),
    ("sign_out", "cloakroom", "", ["refused", "refused", "refused", "refused"]),
    ("sign_out", "alone", "", ["", "", "accepted_until", "accepted_until"]),
    ("sign_out", "asks", "", ["refused", "refused", "refused", "refused"]),
    ("sign_out", "feed", "", ["", "", "not_applicable", "not_applicable"]),
    ("end_elsewhere", "cloakroom", "", ["refused", "refused", "refused", "refused"]),
    ("end_elsewhere", "alone", "", ["", "", "accepted_until", "accepted_until"]),
    ("end_elsewhere", "asks", "", ["refused", "refused", "refused", "refused"]),
    ("end_elsewhere", "feed", "", ["", "", "not_applicable", "not_applicable"]),
    ("stolen", "cloakroom", "unnoticed", ["accepted_until", "accepted_until", "accepted_until", "accepted_until"]),
    ("stolen", "alone", "unnoticed", ["", "", "accepted_until", "accepted_until"]),
    ("stolen", "cloakroom", "ended", ["refused", "refused", "refused", "refused"]),
    ("stolen", "alone", "ended", ["", "", "accepted_until", "accepted_until"]),
    ("stolen_refresh", "", "", ["not_applicable", "not_applicable", "", ""]),
    ("stolen_refresh", "cloakroom", "", ["", "", "refused", "refused"]),
    ("stolen_refresh", "alone", "", ["", "", "accepted_until", "accepted_until"]),
    ("script", "", "takes_away", ["refused", "accepted", "refused", "accepted"]),
    ("script", "", "acts", ["accepted", "accepted", "accepted", "accepted"]),
    ("cross_site", "", "", ["refused", "refused", "refused", "refused"]),
    ("two_tabs", "", "", ["not_applicable", "not_applicable", "", ""]),
    ("two_tabs", "", "window", ["", "", "accepted", "accepted"]),
    ("two_tabs", "", "no_window", ["", "", "refused", "refused"]),
    ("lost_answer", "", "", ["not_applicable", "not_applicable", "", ""]),
    ("lost_answer", "", "in_time", ["", "", "accepted", "accepted"]),
    ("lost_answer", "", "late", ["", "", "refused", "refused"]),
    ("restart", "", "", ["accepted", "accepted", "accepted", "accepted"]),
    ("store_down", "", "known", ["accepted", "accepted", "accepted_until", "accepted_until"]),
    ("store_down", "", "unknown", ["unavailable", "unavailable", "accepted", "accepted"]),
    ("store_down", "", "change", ["unavailable", "unavailable", "unavailable", "unavailable"]),
    ("key_rotation", "", "", ["accepted", "accepted", "", ""]),
    ("key_rotation", "cloakroom", "", ["", "", "accepted_until", "accepted_until"]),
    ("key_rotation", "alone", "", ["", "", "accepted_until", "accepted_until"]),
    ("key_distrusted", "", "", ["accepted", "accepted", "", ""]),
    ("key_distrusted", "cloakroom", "", ["", "", "refused", "refused"]),
    ("key_distrusted", "alone", "", ["", "", "accepted_until", "accepted_until"]),
    ("clock_wrong", "", "ahead", ["accepted", "accepted", "refused", "refused"]),
    ("clock_wrong", "", "behind", ["accepted", "accepted", "accepted_until", "accepted_until"]),
    ("role_changed", "", "", ["refused", "refused", "", ""]),
    ("role_changed", "cloakroom", "", ["", "", "accepted_until", "accepted_until"]),
    ("role_changed", "alone", "", ["", "", "accepted_until", "accepted_until"]),
    ("too_big", "", "", ["accepted", "accepted", "lost", "refused"]),
    ("many", "", "", ["not_applicable", "not_applicable", "not_applicable", "not_applicable"]),
];

const CELLS: [&str; 4] = ["cookie", "token", "jwt_cookie", "jwt"];

type Key = (String, String, String, String);

fn expected() -> BTreeMap<Key, String> {
    let rows = TABLE.iter().flat_map(|(scenario, verifier, case, verdicts)| {
        CELLS.iter().zip(verdicts).filter(|(_, verdict)| !verdict.is_empty()).map(move |(cell, verdict)| {
            let key: Key = [scenario, cell, verifier, case].map(|word| (*word).to_owned()).into();
            (key, (*verdict).to_owned())
        })
    });
    rows.collect()
}

fn came_out(report: &Value) -> BTreeMap<Key, String> {
    let runs = report["runs"].as_array().unwrap().iter().map(|run| {
        let text = |name: &str| run[name].as_str().unwrap_or_default().to_owned();
        ((text("scenario"), text("cell"), text("verifier"), text("case")), text("verdict"))
    });
    runs.collect()
}

#[test]
fn every_scenario_comes_out_as_the_table_says_and_nothing_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let output = lab(folder.path(), &["--run", "all", "--json"]);
    let report = json(&output);
    assert_eq!(came_out(&report), expected());
    let runs = report["runs"].as_array().unwrap();
    assert_eq!(runs.len(), expected().len(), "each answer is given once");
    for run in runs {
        assert_eq!(run["as_expected"], true, "{run}");
        assert_eq!(run["until"].is_string(), run["verdict"] == "accepted_until", "{run}");
        assert!(run["sentence"].as_str().unwrap().len() > 20, "{run}");
        let measured = &run["measured"];
        assert!(measured["cpu_us"].as_f64().unwrap() > 0.0, "{run}");
        let reads = u64::from(!run["cell"].as_str().unwrap().starts_with("jwt"));
        assert_eq!((&measured["store_reads"], &measured["store_writes"]), (&reads.into(), &0.into()), "{run}");
    }
    assert!(report["version"].is_string() && report["machine"]["cpus"].as_u64() > Some(0));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "no data is left behind");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn no_secret_is_in_what_a_run_prints() {
    let folder = tempfile::tempdir().unwrap();
    let report = json(&lab(folder.path(), &["--run", "sign_in", "--json"]));
    let text = report.to_string();
    for (kind, length) in [("crs_", 70), ("crr_", 81)] {
        let mut found = 0;
        for (at, _) in text.match_indices(kind) {
            let run =
                text[at + kind.len()..].bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte)).count();
            assert!(run < length - 40, "{}", &text[at..at + 20]);
            found += 1;
        }
        assert!(found > 0, "{kind}");
    }
    for (at, _) in text.match_indices("eyJ") {
        let token = text[at..].split(|letter: char| !letter.is_ascii_alphanumeric() && !"-_.[".contains(letter)).next().unwrap();
        let seal = token.split('.').nth(2).unwrap_or_default();
        assert!(seal.is_empty() || seal.starts_with('['), "{token}");
    }
    assert!(!text.contains("a coat on a numbered hook"));
}

#[test]
fn two_labs_at_once_do_not_disturb_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let start = || command(folder.path(), &["--run", "store_down", "--json"]).spawn().unwrap();
    let both = [start(), start()];
    for lab in both {
        let report = json(&lab.wait_with_output().unwrap());
        assert!(report["runs"].as_array().unwrap().iter().all(|run| run["as_expected"] == true));
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_run_touches_nothing_of_a_server_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let house = House::open(&data);
    house.register("ada@example.org");
    let mine = house.sign_in("ada@example.org", "cookie");
    let before = house.sessions_of("ada@example.org");
    let temporary = folder.path().join("tmp");
    std::fs::create_dir(&temporary).unwrap();
    let output = command(&temporary, &["--run", "key_distrusted", "--cell", "jwt", "--json"])
        .env("CLOAKROOM_DATA", &data)
        .env("CLOAKROOM_COOKIES_NAME", "another")
        .output()
        .unwrap();
    json(&output);
    assert!(mine.is_taken(&house));
    assert_eq!(house.sessions_of("ada@example.org"), before);
    let users = house.operator(&["users", "list"]);
    assert_eq!(users["users"].as_array().unwrap().len(), 1);
}

#[test]
fn a_run_that_is_interrupted_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let lab = command(folder.path(), &["--run", "all"]).spawn().unwrap();
    let has_begun = || std::fs::read_dir(folder.path()).unwrap().count() > 0;
    for _ in 0..600 {
        if has_begun() {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(has_begun());
    let signalled = Command::new("kill").args(["-TERM", &lab.id().to_string()]).status().unwrap();
    assert!(signalled.success());
    let output = lab.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "the run was interrupted\n");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_saved_run_needs_no_server() {
    let folder = tempfile::tempdir().unwrap();
    let (temporary, file) = (folder.path().join("tmp"), folder.path().join("run.html"));
    std::fs::create_dir(&temporary).unwrap();
    let output = lab(&temporary, &["--run", "tamper", "--cell", "token", "--save", file.to_str().unwrap()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("tamper"));
    let page = std::fs::read_to_string(file).unwrap();
    assert!(page.starts_with("<!doctype html>"));
    for outside in ["src=\"http", "href=\"http", "<script src", "<link rel=\"stylesheet\""] {
        assert!(!page.contains(outside), "{outside}");
    }
}

#[test]
fn what_is_not_there_cannot_be_run() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&["--run", "sign_ot"][..], &["--run", "all", "--cell", "header"], &["--json"], &["--listen", "192.0.2.1:0"]]
    {
        let output = lab(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
    let output = lab(folder.path(), &["--run", "sign_ot"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("sign_out"));
}
