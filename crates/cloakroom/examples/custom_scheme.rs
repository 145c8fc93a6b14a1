//! A scheme of one's own: programs show an API key in a header. `GET /orders` with `X-Api-Key`; the second line of output is a good key.

#![expect(clippy::print_stdout, reason = "the first line says where it listens, the second is the key to try it with")]

use axum::routing::get;
use axum::{Json, Router};
use cloakroom::session::{AuthMethod, AuthMethods, ClientId, Scopes, UserId};
use cloakroom::{
    Auth, Authentication, Form, OsRandom, Principal, Random as _, Rejection, RequestHead, Requirement, Scheme, SchemeName,
    SecretHash, Timestamp, Unavailable,
};
use tokio::net::TcpListener;

/// The API keys that count: of each only the hash is kept, and whose it is.
struct ApiKeys(Vec<(SecretHash, UserId)>);

#[async_trait::async_trait]
impl Scheme for ApiKeys {
    fn name(&self) -> SchemeName {
        SchemeName("api_key")
    }

    async fn authenticate(&self, head: &RequestHead<'_>, now: Timestamp) -> Result<Authentication, Unavailable> {
        let Some(key) = head.headers.get("x-api-key") else { return Ok(Authentication::Absent) };
        // Equality of hashes takes the same time whatever differs.
        let presented = SecretHash::of(key.as_bytes());
        let Some((_, owner)) = self.0.iter().find(|(hash, _)| *hash == presented) else {
            return Ok(Authentication::Rejected(Rejection::Header { form: Form::Junk }));
        };
        let client = ClientId::new("reports").expect("a name of our own is well-formed");
        let scopes = Scopes::of(["orders:read"]).expect("a scope of our own is well-formed");
        let methods = AuthMethods::of([AuthMethod::SoftwareKey]);
        Ok(Authentication::Verified(Principal::of_scheme(owner.clone(), client, scopes, methods, now)))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind(std::env::args().nth(1).as_deref().unwrap_or("127.0.0.1:3000")).await?;
    let origin = format!("http://{}", listener.local_addr()?);
    let key = new_key();
    println!("{origin}\n{key}");

    let keys = ApiKeys(vec![(SecretHash::of(key.as_bytes()), UserId::new("ada")?)]);
    let auth = Auth::builder(origin.parse()?).scheme(keys).build()?;
    let app = Router::new()
        .route("/orders", get(orders).layer(auth.require(Requirement::scope("orders:read"))))
        .route("/refunds", get(orders).layer(auth.require(Requirement::scope("refunds:write"))))
        .layer(auth.layer());
    axum::serve(listener, app).await?;
    Ok(())
}

/// A key that nobody can guess.
fn new_key() -> String {
    let mut bytes = [0; 32];
    OsRandom.fill(&mut bytes);
    bytes.iter().fold("app_".to_owned(), |key, byte| format!("{key}{byte:02x}"))
}

async fn orders(caller: Principal) -> Json<UserId> {
    Json(caller.user)
}
