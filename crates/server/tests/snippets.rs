//! The adviser's short programs, run as they are given out: this server advises them, and they tell this server's people from strangers.
//!
//! What a program runs in is installed by `cargo xtask test`. Where it is missing, a visible line says which one was not run.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[expect(dead_code, reason = "this file needs a part of the house")]
mod house;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use house::{Answer, Door, House};
use serde_json::{Value, json};

const ADA: &str = "ada@example.org";
const TARGET: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target");
/// The client of the programs that check JWTs, as the adviser writes it.
const PHONE: &str = "
    [[clients]]
    id = \"phone\"
    cells = [\"jwt\"]
    default_cell = \"jwt\"
    audiences = [\"https://api.example.com\"]
    first_party = true
";

/// A program under test. Dropping it kills it.
struct Program {
    child: Child,
    door: Door,
    _folder: Folder,
}

/// A folder that goes when the test is done.
struct Folder(PathBuf);

impl Folder {
    fn below(parent: &Path, name: &str) -> Self {
        // Tests of one process run side by side.
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let path = parent.join(format!("snippet-{name}-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)));
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn say(line: &str) {
    // As the harness captures what is printed, it goes to standard error itself.
    let _ = writeln!(std::io::stderr(), "{line}");
}

fn works(program: &str, arguments: &[&str]) -> bool {
    let run = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
    run.is_ok_and(|status| status.success())
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

impl Program {
    fn start(mut command: Command, port: u16, folder: Folder) -> Self {
        let mut child = command.env("PORT", port.to_string()).stdout(Stdio::null()).stderr(Stdio::inherit()).spawn().unwrap();
        for _ in 0..600 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Self { child, door: Door(port), _folder: folder };
            }
            assert!(child.try_wait().unwrap().is_none(), "the program has ended");
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("the program does not listen");
    }

    fn ask(&self, headers: &[(&str, &str)]) -> Answer {
        self.door.send("GET", "/me", headers, "").unwrap()
    }
}

fn express(text: &str) -> Option<Program> {
    let node = Path::new(TARGET).join("node");
    if !node.join("node_modules/express").is_dir() || !works("node", &["--version"]) {
        say("not run: the snippet for Express (npm install --prefix target/node express jose)");
        return None;
    }
    let folder = Folder::below(&node, "express");
    std::fs::write(folder.0.join("app.mjs"), text).unwrap();
    let mut command = Command::new("node");
    command.arg("app.mjs").current_dir(&folder.0);
    Some(Program::start(command, free_port(), folder))
}

fn fastapi(text: &str) -> Option<Program> {
    let python = std::fs::canonicalize(TARGET).unwrap_or_default().join("python/bin/python");
    if !works(&python.to_string_lossy(), &["-c", "import fastapi, httpx, jwt, uvicorn"]) {
        say("not run: the snippet for FastAPI (pip install fastapi uvicorn httpx pyjwt[crypto] in target/python)");
        return None;
    }
    let folder = Folder::below(&std::env::temp_dir(), "fastapi");
    std::fs::write(folder.0.join("app.py"), text).unwrap();
    let port = free_port();
    let mut command = Command::new(python);
    command.args(["-m", "uvicorn", "app:app", "--log-level", "warning", "--port", &port.to_string()]).current_dir(&folder.0);
    Some(Program::start(command, port, folder))
}

fn go(text: &str) -> Option<Program> {
    if !works("go", &["version"]) {
        say("not run: the snippet for Go (apt-get install golang-go)");
        return None;
    }
    let folder = Folder::below(&std::env::temp_dir(), "go");
    std::fs::write(folder.0.join("app.go"), text).unwrap();
    let built = Command::new("go").args(["build", "-o", "app", "app.go"]).current_dir(&folder.0).status().unwrap();
    assert!(built.success(), "it does not build");
    Some(Program::start(Command::new(folder.0.join("app")), free_port(), folder))
}

/// A package of its own: what it depends on is no part of this workspace.
fn axum(name: &str, text: &str) -> Option<Program> {
    let package = std::fs::canonicalize(TARGET).unwrap_or_else(|_| TARGET.into()).join("snippets").join(name);
    std::fs::create_dir_all(package.join("src")).unwrap();
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\naxum = \"0.8\"\n\
         reqwest = {{ version = \"0.13\", default-features = false, features = [\"json\"] }}\n\
         jsonwebtoken = {{ version = \"11\", features = [\"aws_lc_rs\"] }}\nserde = {{ version = \"1\", features = [\"derive\"] }}\n\
         serde_json = \"1\"\ntokio = {{ version = \"1\", features = [\"full\"] }}\n"
    );
    std::fs::write(package.join("Cargo.toml"), manifest).unwrap();
    std::fs::write(package.join("src/main.rs"), text).unwrap();
    let cargo = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO"));
        command.args(arguments).current_dir(&package).env("CARGO_TARGET_DIR", package.join("../target"));
        command.status().is_ok_and(|status| status.success())
    };
    if !cargo(&["fetch", "--quiet"]) {
        say("not run: the snippet for axum (cargo fetch cannot reach a registry)");
        return None;
    }
    assert!(cargo(&["build", "--quiet"]), "it does not build");
    let binary = package.join("../target/debug").join(name);
    Some(Program::start(Command::new(binary), free_port(), Folder::below(&std::env::temp_dir(), name)))
}

/// What a server advises for a system: the snippets of its only app.
fn advised(house: &House, answers: &Value, outcome: &str) -> Value {
    let answer = house.send_json("POST", "/api/v1/advise", &[], answers);
    assert_eq!(answer.status, 200, "{answer:?}");
    let app = answer.json()["apps"][0].clone();
    assert_eq!(app["outcome"], outcome);
    app["snippets"].clone()
}

fn text<'a>(snippets: &'a Value, name: &str) -> &'a str {
    snippets[name].as_str().unwrap_or_else(|| panic!("no snippet for {name}"))
}

/// Starts a server with the client `phone` and with Ada.
fn house() -> (tempfile::TempDir, House) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cloakroom.toml");
    std::fs::write(&file, PHONE).unwrap();
    let mut command = Command::new(house::BINARY);
    command.env("CLOAKROOM_CONFIG", file);
    let house = House::open_by(command, &folder.path().join("data"), 0);
    house.register(ADA);
    (folder, house)
}

/// A program that asks lets Ada in by cookie and by token, and nobody once she has signed out.
fn asks_well(program: &Program, house: &House) {
    assert_eq!(program.ask(&[]).status, 401);
    assert_eq!(program.ask(&[("Authorization", "Bearer crs_junk")]).status, 401);
    for cell in ["cookie", "token"] {
        let ada = house.sign_in(ADA, cell);
        let headers = ada.headers();
        let shown: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = program.ask(&shown);
        assert_eq!(answer.status, 200, "{cell}: {answer:?}");
        assert_eq!(answer.json()["email"], ADA, "{cell}");
        assert_eq!(ada.send(house, "DELETE", "/api/v1/session", &Value::Null).status, 204);
        assert_eq!(program.ask(&shown).status, 401, "{cell}: signed out");
    }
}

/// A program that checks takes a JWT that is made out to it, and no other.
fn checks_well(program: &Program, house: &House) {
    let sign_in = |client: &str| {
        let body = json!({ "email": ADA, "password": house::PASSWORD, "deliver": "jwt", "client_id": client });
        let answer = house.send_json("POST", "/api/v1/sessions", &[], &body);
        assert_eq!(answer.status, 201, "{answer:?}");
        (answer.json()["access_token"].as_str().unwrap().to_owned(), answer.json()["user"]["id"].as_str().unwrap().to_owned())
    };
    let ask = |token: &str| program.ask(&[("Authorization", &format!("Bearer {token}"))]);
    let (token, ada) = sign_in("phone");
    let answer = ask(&token);
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.json()["sub"], ada.as_str());
    assert_eq!(program.ask(&[]).status, 401, "without a token");
    assert_eq!(ask("junk").status, 401, "junk");
    let (head, seal) = token.rsplit_once('.').unwrap();
    let other = if seal.starts_with('A') { 'B' } else { 'A' };
    assert_eq!(ask(&format!("{head}.{other}{}", &seal[1..])).status, 401, "another seal");
    assert_eq!(ask(&sign_in("cloakroom").0).status, 401, "made out to somebody else");
}

fn asking(house: &House) -> Value {
    advised(house, &json!({ "apps": [{ "id": "web", "kind": "pages" }], "apis": "one_app", "want": ["snippets"] }), "cookie")
}

fn checking(house: &House) -> Value {
    let answers = json!({ "apps": [{ "id": "phone", "kind": "mobile" }], "offline": "outages", "apis": "several_teams", "want": ["snippets"] });
    advised(house, &answers, "jwt")
}

#[test]
fn the_programs_that_ask_tell_ada_from_strangers() {
    let (_folder, house) = house();
    let snippets = asking(&house);
    let programs = [express(text(&snippets, "express")), fastapi(text(&snippets, "fastapi")), go(text(&snippets, "go"))];
    for program in programs.into_iter().flatten() {
        asks_well(&program, &house);
    }
}

#[test]
fn the_programs_that_check_take_a_jwt_that_is_made_out_to_them_and_no_other() {
    let (_folder, house) = house();
    let snippets = checking(&house);
    let programs = [express(text(&snippets, "express")), fastapi(text(&snippets, "fastapi")), go(text(&snippets, "go"))];
    for program in programs.into_iter().flatten() {
        checks_well(&program, &house);
    }
}

#[test]
fn the_programs_for_axum_build_and_do_the_same() {
    let (_folder, house) = house();
    if let Some(program) = axum("axum-asks", text(&asking(&house), "axum")) {
        asks_well(&program, &house);
    }
    if let Some(program) = axum("axum-checks", text(&checking(&house), "axum")) {
        checks_well(&program, &house);
    }
}

/// Answers everybody with one word, as an app behind nginx that trusts who comes through.
fn app_behind() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nbehind");
        }
    });
    port
}

#[test]
fn nginx_lets_in_whom_this_server_knows() {
    if !works("nginx", &["-v"]) {
        return say("not run: the snippet for nginx (apt-get install nginx-light)");
    }
    let (_folder, house) = house();
    let (port, behind) = (free_port(), app_behind());
    let snippet = text(&asking(&house), "nginx").replace("127.0.0.1:8000", &format!("127.0.0.1:{port}"));
    let snippet = snippet.replace("127.0.0.1:3000", &format!("127.0.0.1:{behind}"));
    let folder = Folder::below(&std::env::temp_dir(), "nginx");
    let here = folder.0.display().to_string();
    let temporary =
        ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|kind| format!("{kind}_temp_path {here}/{kind};")).concat();
    let config = format!(
        "daemon off;\nworker_processes 1;\npid {here}/nginx.pid;\nerror_log {here}/error.log;\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}\n{snippet}\n}}\n"
    );
    std::fs::write(folder.0.join("nginx.conf"), config).unwrap();
    let mut command = Command::new("nginx");
    command.args(["-e", &format!("{here}/error.log"), "-c", &format!("{here}/nginx.conf")]);
    let program = Program::start(command, port, folder);
    assert_eq!(program.ask(&[]).status, 401);
    let ada = house.sign_in(ADA, "cookie");
    let headers = ada.headers();
    let shown: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = program.ask(&shown);
    assert_eq!((answer.status, answer.body.as_str()), (200, "behind"));
    let session = program.door.send("GET", "/api/v1/session", &shown, "").unwrap();
    assert_eq!(session.status, 200, "the API of Cloakroom stands under the same host: {session:?}");
    assert_eq!(ada.send(&house, "DELETE", "/api/v1/session", &Value::Null).status, 204);
    assert_eq!(program.ask(&shown).status, 401, "signed out");
}
