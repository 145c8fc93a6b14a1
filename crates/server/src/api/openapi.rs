//! `/openapi.json`: the API described from the code. Paths come from `urls.rs`, shapes from the types that are answered, problems from their
//! codes; the table below says what belongs together.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use cloakroom::{Auth, ProblemCode, status_of};
use std::sync::Arc;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn, PathItem, PathsBuilder};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::response::{ResponseBuilder, ResponsesBuilder};
use utoipa::openapi::schema::{AdditionalProperties, Object, ObjectBuilder, Schema, Type};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, Required, ServerBuilder};
use utoipa::{PartialSchema, ToSchema};

use super::shapes::{
    ClaimedSession, CredentialShape, ReachShape, ReachedCredential, ReachedSession, RegistrationShape, SessionList, SessionSeen,
    SessionShape, SignInShape, TokenShape, UserOrId, UserShape, WhoAmI, no_store,
};
use crate::error::ApiError;
use crate::urls::Urls;

/// A member of a request: its name, whether it is needed, and what it is.
type Member = (&'static str, bool, &'static str);

/// One operation.
struct Operation {
    method: HttpMethod,
    path: String,
    about: &'static str,
    /// The media type of the body, and its members.
    body: Option<(&'static str, &'static [Member])>,
    /// The status of success, and the shape of its body.
    answer: (u16, Option<&'static str>),
    problems: &'static [ProblemCode],
}

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

fn op(
    method: HttpMethod,
    path: &str,
    about: &'static str,
    body: Option<(&'static str, &'static [Member])>,
    answer: (u16, Option<&'static str>),
    problems: &'static [ProblemCode],
) -> Operation {
    Operation { method, path: path.to_owned(), about, body, answer, problems }
}

/// Accounts and their passwords.
fn of_accounts(urls: &Urls) -> Vec<Operation> {
    use ProblemCode as P;
    let below_session = |below: &str| format!("{}{below}", urls.api_session);
    vec![
        op(
            HttpMethod::Post,
            &urls.api_users,
            "Makes an account. It does not sign in.",
            Some((
                JSON,
                &[("email", true, "An address."), ("password", true, "15 characters or more."), ("name", false, "A name.")],
            )),
            (201, Some("Registration")),
            &[P::InvalidField, P::RegistrationClosed, P::EmailTaken, P::TooManyAttempts, P::Busy],
        ),
        op(
            HttpMethod::Post,
            &below_session("/reauthenticate"),
            "Proves again who is calling: the same session, a new `authenticated_at`.",
            Some((JSON, &[("password", true, "The password.")])),
            (200, Some("SignIn")),
            &[P::InvalidField, P::InvalidCredentials, P::NotSignedIn, P::TooManyAttempts, P::Busy],
        ),
        op(
            HttpMethod::Put,
            &urls.api_password,
            "Sets a new password; every session ends, and the caller gets a fresh one (in cookie cells 204 with new cookies).",
            Some((
                JSON,
                &[("current_password", true, "The password until now."), ("new_password", true, "15 characters or more.")],
            )),
            (200, Some("SignIn")),
            &[P::InvalidField, P::InvalidCredentials, P::NotSignedIn, P::TooManyAttempts, P::Busy],
        ),
    ]
}

/// Sign-in and sessions.
fn of_sessions(urls: &Urls) -> Vec<Operation> {
    use ProblemCode as P;
    let sessions = |below: &str| format!("{}{below}", urls.api_sessions);
    vec![
        op(
            HttpMethod::Post,
            &urls.api_sessions,
            "Signs in; `deliver` chooses the cell.",
            Some((
                JSON,
                &[
                    ("email", true, "The address."),
                    ("password", true, "The password."),
                    ("remember", false, "Whether the browser is to be remembered: true or false."),
                    ("client_id", false, "The client; the built-in one without."),
                    ("deliver", false, "One of cookie, token, jwt, jwt_cookie; the client's default without."),
                ],
            )),
            (201, Some("SignIn")),
            &[
                P::InvalidField,
                P::UnknownClient,
                P::InvalidCredentials,
                P::CellNotAllowed,
                P::ClientNotAllowed,
                P::SessionLimit,
                P::TooManyAttempts,
                P::Busy,
            ],
        ),
        op(
            HttpMethod::Get,
            &urls.api_session,
            "Says who is calling, proven how and until when.",
            None,
            (200, Some("WhoAmI")),
            &[P::NotSignedIn, P::TokenExpired],
        ),
        op(
            HttpMethod::Delete,
            &urls.api_session,
            "Ends the session; asked by cookie, clears the cookies.",
            None,
            (204, None),
            &[P::NotSignedIn, P::CrossOrigin],
        ),
        op(
            HttpMethod::Get,
            &urls.api_sessions,
            "Lists the caller's sessions, newest first.",
            None,
            (200, Some("Sessions")),
            &[P::NotSignedIn],
        ),
        op(
            HttpMethod::Delete,
            &urls.api_sessions,
            "Ends the caller's sessions; with `?keep=current` all others.",
            None,
            (204, None),
            &[P::InvalidField, P::NotSignedIn],
        ),
        op(
            HttpMethod::Delete,
            &sessions("/{id}"),
            "Ends one of the caller's sessions.",
            None,
            (204, None),
            &[P::NotSignedIn, P::NotFound],
        ),
        op(
            HttpMethod::Get,
            &sessions("/{id}/reach"),
            "Lists what lives under a session, and when it is truly dead.",
            None,
            (200, Some("Reach")),
            &[P::NotSignedIn, P::NotFound],
        ),
    ]
}

/// New credentials for a session that is there.
fn of_refreshing(urls: &Urls) -> Vec<Operation> {
    use ProblemCode as P;
    let below_session = |below: &str| format!("{}{below}", urls.api_session);
    vec![
        op(
            HttpMethod::Post,
            &below_session("/refresh"),
            "Rotates the two cookies of `jwt_cookie`.",
            None,
            (200, None),
            &[P::NotSignedIn, P::CrossOrigin],
        ),
        op(
            HttpMethod::Get,
            &below_session("/resume"),
            "Rotates the two cookies of `jwt_cookie` on the way to a page (307 to `return_to`); for navigations alone, as POST too.",
            None,
            (307, None),
            &[P::TokenExpired, P::CrossOrigin],
        ),
        op(
            HttpMethod::Post,
            &below_session("/tokens"),
            "Gives a JWT for this session.",
            Some((
                JSON,
                &[("audience", false, "One of the client's audiences."), ("scope", false, "Words with single spaces between.")],
            )),
            (201, Some("AccessToken")),
            &[P::InvalidField, P::InvalidTarget, P::NotSignedIn],
        ),
    ]
}

/// What programs ask that have no session of their own.
fn of_machines(urls: &Urls) -> Vec<Operation> {
    vec![
        op(
            HttpMethod::Post,
            &urls.oauth_token,
            "Exchanges a refresh token (RFC 6749 §6). It answers in the words of RFC 6749.",
            Some((
                FORM,
                &[
                    ("grant_type", true, "refresh_token"),
                    ("refresh_token", true, "The token."),
                    ("client_id", false, "The client; the built-in one without."),
                    ("resource", false, "One of the client's audiences (RFC 8707)."),
                    ("scope", false, "Words with single spaces between."),
                ],
            )),
            (200, None),
            &[],
        ),
        op(
            HttpMethod::Post,
            &urls.oauth_revoke,
            "Ends the session of a session or refresh token (RFC 7009).",
            Some((FORM, &[("token", true, "The token."), ("client_id", false, "The client; the built-in one without.")])),
            (200, None),
            &[],
        ),
        op(HttpMethod::Get, &urls.jwks, "The public keys (RFC 7517).", None, (200, None), &[]),
        op(HttpMethod::Get, &urls.metadata, "The endpoints (RFC 8414).", None, (200, None), &[]),
        op(HttpMethod::Get, &urls.health, "Whether the process lives.", None, (200, None), &[]),
        op(HttpMethod::Get, &urls.ready, "Whether it can do its work.", None, (200, None), &[]),
    ]
}

/// Describes the API.
pub(crate) fn describe(origin: &str, urls: &Urls) -> OpenApi {
    let mut paths = PathsBuilder::new();
    for operation in [of_accounts(urls), of_sessions(urls), of_refreshing(urls), of_machines(urls)].into_iter().flatten() {
        paths = paths.path(operation.path.clone(), operation.item());
    }
    OpenApiBuilder::new()
        .info(InfoBuilder::new().title("Cloakroom").version(env!("CARGO_PKG_VERSION")).build())
        .servers(Some([ServerBuilder::new().url(origin).build()]))
        .paths(paths.build())
        .components(Some(components()))
        .build()
}

impl Operation {
    fn item(&self) -> PathItem {
        let mut responses = ResponsesBuilder::new().response(self.answer.0.to_string(), self.success());
        let mut statuses: Vec<u16> = self.problems.iter().map(|code| status_of(*code).as_u16()).collect();
        statuses.extend(self.body.map(|_| 400));
        statuses.push(503);
        statuses.sort_unstable();
        statuses.dedup();
        for status in statuses {
            let codes: Vec<&str> =
                self.problems.iter().filter(|code| status_of(**code).as_u16() == status).map(|code| code.word()).collect();
            let about = if codes.is_empty() { "A problem.".to_owned() } else { codes.join(", ") };
            let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
            let response = ResponseBuilder::new().description(about).content("application/problem+json", content).build();
            responses = responses.response(status.to_string(), response);
        }
        let mut operation = OperationBuilder::new().summary(Some(self.about)).responses(responses.build());
        if self.path.contains("{id}") {
            let id = ParameterBuilder::new()
                .name("id")
                .parameter_in(ParameterIn::Path)
                .required(Required::True)
                .schema(Some(text("A session id.")));
            operation = operation.parameter(id.build());
        }
        if let Some((media_type, members)) = self.body {
            let content = ContentBuilder::new().schema(Some(object_of(members))).build();
            operation = operation.request_body(Some(RequestBodyBuilder::new().content(media_type, content).build()));
        }
        PathItem::new(self.method.clone(), operation.build())
    }

    fn success(&self) -> utoipa::openapi::Response {
        let response = ResponseBuilder::new().description("Done.");
        match self.answer.1 {
            Some(shape) => {
                response.content(JSON, ContentBuilder::new().schema(Some(Ref::from_schema_name(shape))).build()).build()
            }
            None => response.build(),
        }
    }
}

fn text(about: &str) -> Object {
    ObjectBuilder::new().schema_type(Type::String).description(Some(about)).build()
}

fn object_of(members: &[Member]) -> Schema {
    let mut object = ObjectBuilder::new().additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)));
    for (name, needed, about) in members {
        let kind = if *name == "remember" { Type::Boolean } else { Type::String };
        object = object.property(*name, ObjectBuilder::new().schema_type(kind).description(Some(*about)).build());
        if *needed {
            object = object.required(*name);
        }
    }
    Schema::Object(object.build())
}

fn components() -> utoipa::openapi::Components {
    fn shape<S: PartialSchema + ToSchema>() -> (String, RefOr<Schema>) {
        (S::name().into_owned(), S::schema())
    }
    let shapes = [
        shape::<UserShape<'_>>(),
        shape::<UserOrId<'_>>(),
        shape::<SessionShape<'_>>(),
        shape::<ClaimedSession<'_>>(),
        shape::<SessionSeen<'_>>(),
        shape::<CredentialShape<'_>>(),
        shape::<WhoAmI<'_>>(),
        shape::<SignInShape<'_>>(),
        shape::<TokenShape<'_>>(),
        shape::<SessionList<'_>>(),
        shape::<RegistrationShape<'_>>(),
        shape::<ReachShape<'_>>(),
        shape::<ReachedSession<'_>>(),
        shape::<ReachedCredential<'_>>(),
        ("Problem".to_owned(), RefOr::T(problem())),
    ];
    ComponentsBuilder::new().schemas_from_iter(shapes).build()
}

/// RFC 9457, with our members.
fn problem() -> Schema {
    let codes = ProblemCode::ALL.iter().map(|code| code.word());
    let code = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(codes)).build();
    let next = ["retry", "refresh", "sign_in", "step_up", "correct", "denied"];
    let next = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(next)).build();
    let object = ObjectBuilder::new()
        .property("type", text("A page that explains."))
        .property("title", text("One sentence."))
        .property("status", ObjectBuilder::new().schema_type(Type::Integer).build())
        .property("code", code)
        .property("next", next)
        .property(
            "errors",
            ObjectBuilder::new().schema_type(Type::Object).description(Some("By field, where a form was wrong.")).build(),
        );
    let required = ["type", "title", "status", "code", "next"];
    Schema::Object(required.into_iter().fold(object, ObjectBuilder::required).build())
}

/// `GET /openapi.json`: for a loopback origin alone.
pub(crate) async fn show(State(auth): State<Auth>, State(urls): State<Arc<Urls>>) -> Result<Response, ApiError> {
    if !auth.origin().is_loopback() {
        return Err(ProblemCode::NotFound.into());
    }
    Ok(no_store(Json(describe(auth.origin().as_str(), &urls))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_leads_to_a_shape() {
        let text = serde_json::to_string(&describe("http://localhost:8080", &Urls::below(""))).unwrap();
        let names: Vec<_> = components().schemas.keys().cloned().collect();
        let mut found = 0;
        for reference in text.split("\"$ref\":\"#/components/schemas/").skip(1) {
            let name = reference.split('"').next().unwrap();
            assert!(names.iter().any(|known| known == name), "{name}");
            found += 1;
        }
        assert!(found > 20, "{found}");
    }

    #[test]
    fn paths_stand_below_the_base() {
        let described = describe("http://localhost:8080", &Urls::below("/auth"));
        assert!(described.paths.paths.keys().all(|path| path.starts_with("/auth/")));
        assert!(described.paths.paths["/auth/api/v1/session"].get.is_some());
        assert!(described.paths.paths["/auth/api/v1/session"].delete.is_some());
    }
}
