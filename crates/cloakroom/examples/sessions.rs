//! Sessions in cookies and nothing else: no key, no JWT. `POST /login?user=ada`, `GET /me`, `DELETE /api/v1/session`.
#![expect(clippy::print_stdout, reason = "the first line says where it listens")]

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use cloakroom::session::{AuthMethod, MemoryStore, UserId};
use cloakroom::{Auth, AuthError, Principal, RequestContext, SignIn};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind(std::env::args().nth(1).as_deref().unwrap_or("127.0.0.1:3000")).await?;
    let origin = format!("http://{}", listener.local_addr()?);
    println!("{origin}");
    Ok(axum::serve(listener, app(&origin)?).await?)
}

pub(crate) fn app(origin: &str) -> Result<Router, Box<dyn std::error::Error>> {
    let auth = Auth::builder(origin.parse()?).sessions(MemoryStore::new()).build()?;
    let app = Router::new().route("/me", get(me)).route("/login", post(login)).merge(auth.routes());
    Ok(app.layer(auth.layer()).with_state(auth))
}

#[derive(serde::Deserialize)]
struct Login {
    user: UserId, // and a password, in an application with users
}

async fn login(State(auth): State<Auth>, context: RequestContext, Query(form): Query<Login>) -> Result<Response, AuthError> {
    let signed_in = auth.sign_in(SignIn::new(form.user, AuthMethod::Password), context).await?;
    Ok((signed_in, StatusCode::NO_CONTENT).into_response()) // `SignedIn` sets the cookie
}

async fn me(caller: Principal) -> Json<UserId> {
    Json(caller.user)
}
