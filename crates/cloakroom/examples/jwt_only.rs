//! JWTs in headers and nothing else: no store, so nothing can end a token before it expires. `POST /login?user=ada`, `GET /me`.
#![expect(clippy::print_stdout, reason = "the first line says where it listens")]

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use cloakroom::jwt::{Algorithm, SigningKey};
use cloakroom::session::{AuthMethod, UserId};
use cloakroom::{Auth, AuthError, Delivery, OsRandom, Principal, RequestContext, SignIn};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind(std::env::args().nth(1).as_deref().unwrap_or("127.0.0.1:3000")).await?;
    let origin = format!("http://{}", listener.local_addr()?);
    println!("{origin}");
    Ok(axum::serve(listener, app(&origin)?).await?)
}

pub(crate) fn app(origin: &str) -> Result<Router, Box<dyn std::error::Error>> {
    let auth = Auth::builder(origin.parse()?).signing_key(SigningKey::generate(Algorithm::EdDsa, &OsRandom)?).build()?;
    Ok(Router::new().route("/me", get(me)).route("/login", post(login)).layer(auth.layer()).with_state(auth))
}

async fn login(State(auth): State<Auth>, context: RequestContext, Query(form): Query<Login>) -> Result<Response, AuthError> {
    let signed_in = auth.sign_in(SignIn::new(form.user, AuthMethod::Password), context).await?;
    let Delivery::Jwt { access, .. } = signed_in.delivery else { return Err(AuthError::CellNotAllowed) };
    Ok(access.token.expose().clone().into_response())
}

#[derive(serde::Deserialize)]
struct Login {
    user: UserId, // and a password, in an application with users
}

async fn me(caller: Principal) -> Json<UserId> {
    Json(caller.user)
}
