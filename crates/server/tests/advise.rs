//! The adviser for programs and at a terminal: the API as other programs use it, and the exit codes that scripts rely on.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[expect(dead_code, reason = "this file needs a part of the house")]
mod house;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use house::{BINARY, House};
use serde_json::{Value, json};

fn run(folder: &Path, arguments: &[&str], input: &str) -> (i32, String, String) {
    let mut command = Command::new(BINARY);
    command.args(arguments).current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // Whoever has its answers in a file does not read this.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

#[test]
fn nobody_need_be_signed_in_and_nothing_may_be_kept() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(folder.path());
    let questions = house.send("GET", "/api/v1/advise/questions", &[], "");
    let capabilities = house.send("GET", "/api/v1/capabilities", &[], "");
    let body = json!({ "apps": [{ "id": "web", "kind": "pages" }], "apis": "one_app" });
    let advice = house.send_json("POST", "/api/v1/advise", &[], &body);
    for answer in [&questions, &capabilities, &advice] {
        assert_eq!((answer.status, answer.all("cache-control")), (200, vec!["no-store"]), "{answer:?}");
    }
    assert_eq!(questions.json()["questions"].as_array().unwrap().len(), 12);
    assert_eq!(capabilities.json()["capabilities"], json!(["sqlite"]));
    let advice = advice.json();
    assert_eq!((&advice["api"], &advice["apps"][0]["outcome"]), (&json!("cloakroom.advise/1"), &json!("cookie")));
    assert!(advice["system"]["config"].as_str().unwrap().contains(&format!("http://localhost:{}", house.port)));
}

#[test]
fn what_is_wrong_with_answers_is_said_by_member_with_the_nearest_that_is_right() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(folder.path());
    for (body, member, needle) in [
        (json!({ "apps": [{ "kind": "spa" }] }), "apps[0].place", "where the page gets its data from"),
        (json!({ "apps": [{ "kind": "page" }] }), "apps[0].kind", "`pages`"),
        (json!({ "apps": [{ "kind": "pages" }], "revokation": "expiry" }), "revokation", "`revocation`"),
        (json!({ "apps": [{ "kind": "pages" }], "measures": { "http": 1 } }), "measures.http", "`http_us`"),
        (json!({}), "apps", "at least one"),
    ] {
        let answer = house.send_json("POST", "/api/v1/advise", &[], &body);
        assert_eq!((answer.status, answer.code()), (400, "invalid_field".to_owned()), "{body}");
        let message = answer.json()["errors"][member][0]["message"].as_str().unwrap_or_default().to_owned();
        assert!(message.contains(needle), "{body}: {answer:?}");
    }
    let twice = house.send("POST", "/api/v1/advise", &[("Content-Type", "application/json")], "{\"apps\":[],\"apps\":[]}");
    assert_eq!(twice.status, 400);
}

#[test]
fn the_exit_code_of_advice_says_whether_it_can_be_followed() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let file = |name: &str, answers: Value| std::fs::write(here.join(name), answers.to_string()).unwrap();
    file("good.json", json!({ "apps": [{ "id": "phone", "kind": "mobile" }], "offline": "outages" }));
    file("bad.json", json!({ "apps": [{ "kind": "spa" }] }));
    file("torn.json", json!({ "apps": [{ "kind": "mobile" }], "offline": "always", "revocation": "next_request" }));
    let (code, output, errors) = run(here, &["advise", "--json", "--record", "DECISION.md", "good.json"], "");
    assert_eq!(code, 0, "{errors}");
    assert_eq!(serde_json::from_str::<Value>(&output).unwrap()["apps"][0]["cell"], "jwt");
    assert!(std::fs::read_to_string(here.join("DECISION.md")).unwrap().starts_with("# Decision"));
    let (code, output, errors) = run(here, &["advise", "bad.json"], "");
    assert_eq!((code, output.as_str()), (2, ""));
    assert!(errors.contains("apps[0].place"), "{errors}");
    assert_eq!(run(here, &["advise", "torn.json"], "").0, 3);
    assert_eq!(run(here, &["advise", "--json", "-"], "{\"apps\":[{\"kind\":\"pages\"}]}").0, 0);
    let (code, output, errors) = run(here, &["advise"], "mobile\n\n2\nn\n");
    assert_eq!(code, 0, "{errors}");
    assert!(output.contains("mobile") && errors.contains("What signs in?"), "{output}");
}

#[test]
fn measures_that_were_saved_are_the_numbers_of_the_advice() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let (code, _, errors) = run(here, &["measure", "--save", "here.json"], "");
    assert_eq!(code, 0, "{errors}");
    std::fs::write(here.join("answers.json"), "{\"apps\":[{\"kind\":\"mobile\"}],\"offline\":\"outages\"}").unwrap();
    let (code, output, errors) = run(here, &["advise", "--json", "--measures", "here.json", "answers.json"], "");
    assert_eq!(code, 0, "{errors}");
    assert!(output.contains("\"from\": \"measured\"") && output.contains("CPUs, "), "{output}");
}

#[test]
fn the_exit_code_of_lint_says_how_bad_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let client = "[[clients]]\nid = \"phone\"\ncells = [\"jwt\"]\naudiences = [\"https://api.example.com\"]\n";
    for (text, code, needle) in [
        (client.to_owned(), 0, "Nothing to complain about."),
        (format!("{client}lifetimes = {{ access = \"20m\" }}\n"), 1, "c.toml:5: warning T01"),
        (format!("{client}default_cell = \"cookie\"\n"), 3, "c.toml:5: error C01"),
        ("orgin = \"https://id.example.com\"\n".to_owned(), 3, "did you mean `origin`?"),
    ] {
        std::fs::write(here.join("c.toml"), &text).unwrap();
        for arguments in [&["lint", "c.toml"][..], &["lint", "--config", "c.toml"]] {
            let (found, output, errors) = run(here, arguments, "");
            assert_eq!(found, code, "{text}\n{output}{errors}");
            assert!(output.contains(needle), "{text}\n{output}");
        }
        let (_, output, _) = run(here, &["lint", "--json", "c.toml"], "");
        let json: Value = serde_json::from_str(&output).unwrap();
        let whole = |finding: &Value| ["id", "severity", "key", "say", "source"].iter().all(|member| !finding[member].is_null());
        assert!(json["findings"].as_array().unwrap().iter().all(whole), "{output}");
    }
}
