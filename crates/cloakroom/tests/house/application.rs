//! The application in the house: who is calling, signing in, stepping up, exchanging and refreshing.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use cloakroom::session::{AuthMethod, Cell, ClientId, Scopes, UserId};
use cloakroom::{
    Auth, Delivery, IssuedToken, Principal, ProblemCode, RefreshRequest, Refreshed, RequestContext, Requirement, Secret, SignIn,
    SignedIn,
};
use serde::Deserialize;
use serde_json::{Value, json};

pub(crate) fn router(auth: &Auth) -> Router {
    let needs = |requirement: Requirement| get(me).post(me).layer(auth.require(requirement));
    let five_minutes = Duration::from_mins(5);
    Router::new()
        .route("/me", get(me).post(me).put(me).patch(me).delete(me))
        .route("/maybe", get(maybe).post(maybe))
        .route("/where", get(whence))
        .route("/page", get(page).post(submitted))
        .route("/open-page", get(maybe).post(maybe))
        .route("/login", get(maybe).post(maybe))
        .route("/sign-in", post(sign_in))
        .route("/step-up", post(step_up))
        .route("/api/v1/session/tokens", post(exchange))
        .route("/token", post(refresh))
        .route("/needs/anybody", needs(Requirement::signed_in()))
        .route("/needs/session", needs(Requirement::session()))
        .route("/needs/scope", needs(Requirement::scope("orders:read")))
        .route("/needs/recent", needs(Requirement::authenticated_within(five_minutes)))
        .route("/needs/row", needs(Requirement::authoritative()))
        .route("/needs/all", needs(all()))
        .merge(auth.routes())
        .layer(auth.layer())
        .route("/machines", get(maybe).post(maybe).layer(auth.machine_layer()))
        .route("/without-layer", get(me))
        .route("/require-without-layer", get(me).layer(auth.require(Requirement::signed_in())))
        .with_state(auth.clone())
}

fn all() -> Requirement {
    Requirement::session()
        .and(Requirement::scope("orders:read"))
        .and(Requirement::authenticated_within(Duration::from_mins(5)))
        .and(Requirement::authoritative())
}

async fn me(caller: Principal) -> Json<Value> {
    Json(json!({
        "user": caller.user,
        "session": caller.session,
        "client": caller.client,
        "cell": caller.cell().map(Cell::word),
        "scopes": caller.scopes,
        "authenticated_at": caller.authenticated_at.as_millis(),
    }))
}

async fn maybe(caller: Option<Principal>) -> Json<Value> {
    Json(json!({ "user": caller.map(|caller| caller.user) }))
}

async fn page(caller: Principal) -> String {
    format!("a page for {}", caller.user)
}

async fn submitted(caller: Principal, form: String) -> String {
    format!("{} sent {form}", caller.user)
}

async fn whence(context: RequestContext) -> Json<Value> {
    Json(json!({ "now": context.now().as_millis(), "client": context.client_address(), "agent": context.user_agent() }))
}

#[derive(Deserialize)]
struct SignInOrder {
    user: Option<String>,
    cell: Option<String>,
    client: Option<String>,
    scopes: Option<String>,
    #[serde(default)]
    remember: bool,
}

impl SignInOrder {
    fn sign_in(self) -> SignIn {
        let user = UserId::new(self.user.unwrap_or_else(|| "ada".to_owned())).unwrap();
        let mut sign_in = SignIn::new(user, AuthMethod::Password).remember(self.remember);
        if let Some(cell) = self.cell {
            sign_in = sign_in.cell(Cell::parse(&cell).unwrap());
        }
        if let Some(client) = self.client {
            sign_in = sign_in.client(ClientId::new(client).unwrap());
        }
        if let Some(scopes) = self.scopes {
            sign_in = sign_in.scopes(Scopes::parse(&scopes).unwrap());
        }
        sign_in
    }
}

async fn sign_in(State(auth): State<Auth>, context: RequestContext, Query(order): Query<SignInOrder>) -> Response {
    match auth.sign_in(order.sign_in(), context).await {
        Ok(signed_in) => delivered(signed_in),
        Err(error) => auth.fail(&error),
    }
}

async fn step_up(State(auth): State<Auth>, caller: Principal, context: RequestContext) -> Response {
    let Some(session) = caller.session else { return auth.refuse(ProblemCode::NotSignedIn) };
    match auth.step_up(session, &context).await {
        Ok(stepped_up) => delivered(stepped_up),
        Err(error) => auth.fail(&error),
    }
}

fn delivered(signed_in: SignedIn) -> Response {
    let session = signed_in.session.as_ref().map(|session| session.id);
    let ended: Vec<_> = signed_in.ended.iter().map(|ended| (ended.id, ended.ending.cause.word())).collect();
    let mut body = json!({ "session": session, "ended": ended });
    match &signed_in.delivery {
        Delivery::Token { session_token } => body["session_token"] = json!(session_token.expose()),
        Delivery::Jwt { access, refresh } => {
            body["access_token"] = json!(access.token.expose());
            body["refresh_token"] = json!(refresh.as_ref().map(Secret::expose));
        }
        Delivery::Cookie | Delivery::JwtCookie { .. } => {}
    }
    (signed_in, Json(body)).into_response()
}

#[derive(Deserialize)]
struct ExchangeOrder {
    audience: Option<String>,
    scopes: Option<String>,
}

async fn exchange(
    State(auth): State<Auth>,
    caller: Principal,
    context: RequestContext,
    Query(order): Query<ExchangeOrder>,
) -> Response {
    let scopes = order.scopes.map(|text| Scopes::parse(&text).unwrap());
    match auth.exchange(&caller, order.audience.as_deref(), scopes.as_ref(), &context).await {
        Ok(issued) => Json(json!({ "access_token": access(&issued) })).into_response(),
        Err(error) => auth.fail(&error),
    }
}

fn access(issued: &Arc<IssuedToken>) -> &str {
    issued.token.expose()
}

#[derive(Deserialize)]
struct RefreshOrder {
    refresh_token: String,
    client: Option<String>,
    audience: Option<String>,
    scopes: Option<String>,
    #[serde(default)]
    passive: bool,
}

async fn refresh(State(auth): State<Auth>, context: RequestContext, Query(order): Query<RefreshOrder>) -> Response {
    let client = order.client.map_or(auth.clients().built_in().id.clone(), |client| ClientId::new(client).unwrap());
    let scopes = order.scopes.map(|text| Scopes::parse(&text).unwrap());
    let request = RefreshRequest {
        token: &order.refresh_token,
        client: &client,
        audience: order.audience.as_deref(),
        scopes: scopes.as_ref(),
        usage: if order.passive { cloakroom::session::Usage::Passive } else { context.usage() },
    };
    match auth.refresh(request, &context).await {
        Ok(Refreshed::Yes(pair)) => Json(json!({
            "session": pair.session.session().id,
            "access_token": pair.access.token.expose(),
            "refresh_token": pair.refresh.expose(),
        }))
        .into_response(),
        Ok(Refreshed::Refused) => auth.refuse(ProblemCode::NotSignedIn),
        Err(error) => auth.fail(&error),
    }
}
