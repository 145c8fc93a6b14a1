//! An application with sessions in cookies, JWTs for programs, and refresh tokens.
//!
//! `cargo run -p cloakroom --example embedded -- [ADDRESS [SIGNING.PEM MASTER.KEY]]`, then
//!
//! ```sh
//! curl -i -d 'user=ada&password=correct horse battery staple' http://127.0.0.1:3000/login
//! ```
//!
//! Without the two files it makes keys that a restart forgets.

#![expect(clippy::print_stdout, reason = "the first line says where it listens")]

use std::error::Error;
use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use cloakroom::jwt::{Algorithm, SigningKey};
use cloakroom::session::{AuthMethod, EndCause, MemoryStore, Scopes, UserId};
use cloakroom::{Auth, AuthError, MasterKey, MasterKeys, OsRandom, Principal, RequestContext, Requirement, SignIn};
use serde::Deserialize;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let listener = TcpListener::bind(arguments.next().as_deref().unwrap_or("127.0.0.1:3000")).await?;
    let origin = format!("http://{}", listener.local_addr()?);

    let auth = Auth::builder(origin.parse()?)
        .sessions(MemoryStore::new())
        .signing_key(signing_key(arguments.next())?)
        .master_key(master_keys(arguments.next())?)
        .build()?;
    let recently = Requirement::session().and(Requirement::authenticated_within(Duration::from_mins(5)));

    let app = Router::new()
        .route("/me", get(me))
        .route("/orders", get(orders).layer(auth.require(Requirement::scope("orders:read"))))
        .route("/token", post(token))
        .route("/password", post(change_password).layer(auth.require(recently)))
        .route("/login", post(login))
        .merge(auth.routes())
        .layer(auth.layer())
        .with_state(auth);

    println!("{origin}");
    axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).await?;
    Ok(())
}

/// Session cookie or bearer JWT: the handler need not know which.
async fn me(caller: Principal) -> Json<UserId> {
    Json(caller.user)
}

async fn orders(caller: Principal) -> String {
    format!("{} has no orders", caller.user)
}

async fn login(
    State(auth): State<Auth>,
    context: RequestContext,
    Form(form): Form<LoginForm>,
) -> Result<impl IntoResponse, AuthError> {
    let user = check_password(&form)?;
    let scopes = Scopes::of(["orders:read"]).expect("a scope of our own is well-formed");
    let signed_in = auth.sign_in(SignIn::new(user, AuthMethod::Password).scopes(scopes), context).await?;
    Ok((signed_in, Redirect::to("/me"))) // `SignedIn` sets the cookie
}

/// A JWT for a program that acts for this session.
async fn token(State(auth): State<Auth>, context: RequestContext, caller: Principal) -> Result<String, AuthError> {
    let issued = auth.exchange(&caller, None, None, &context).await?;
    Ok(issued.token.expose().clone())
}

/// The new hash would be written here. Every session ends with the old password, this one too.
async fn change_password(
    State(auth): State<Auth>,
    context: RequestContext,
    caller: Principal,
) -> Result<impl IntoResponse, AuthError> {
    auth.end_all_sessions(&caller.user, None, EndCause::PasswordChanged).await?;
    let signed_in = auth.sign_in(SignIn::new(caller.user, AuthMethod::Password), context).await?;
    Ok((signed_in, StatusCode::NO_CONTENT))
}

#[derive(Deserialize)]
struct LoginForm {
    user: String,
    password: String,
}

/// Stands for your users and your table of password hashes.
fn check_password(form: &LoginForm) -> Result<UserId, AuthError> {
    let known = form.user == "ada" && form.password == "correct horse battery staple";
    UserId::new(&*form.user).ok().filter(|_| known).ok_or(AuthError::NotSignedIn)
}

fn signing_key(file: Option<String>) -> Result<SigningKey, Box<dyn Error>> {
    Ok(match file {
        Some(path) => SigningKey::from_pem(&std::fs::read(path)?)?,
        None => SigningKey::generate(Algorithm::EdDsa, &OsRandom)?,
    })
}

fn master_keys(file: Option<String>) -> Result<MasterKeys, Box<dyn Error>> {
    Ok(match file {
        Some(path) => MasterKeys::parse(&std::fs::read_to_string(path)?)?,
        None => MasterKeys::of(MasterKey::generate(&OsRandom)),
    })
}
