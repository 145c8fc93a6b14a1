//! `/openapi.json`: the API described from the code. Paths come from `urls.rs`, shapes from the types that are answered, problems from their
//! codes; the table below says what belongs together.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use cloakroom::{Auth, ProblemCode, status_of};
use serde_json::Value;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, Parameter, ParameterBuilder, ParameterIn, PathItem, PathsBuilder};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::response::{ResponseBuilder, ResponsesBuilder};
use utoipa::openapi::schema::{AdditionalProperties, Object, ObjectBuilder, Schema, Type};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, Required, ServerBuilder};
use utoipa::{PartialSchema, ToSchema};

use super::advise::CapabilitiesShape;
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
    /// What else it answers that is no problem.
    also: &'static [(u16, &'static str)],
    /// What may stand in the query.
    query: &'static [Member],
    problems: &'static [ProblemCode],
    voice: Voice,
}

/// In whose words it refuses.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Voice {
    /// In ours: RFC 9457.
    Api,
    /// In those of RFC 6749.
    Oauth,
    /// It refuses nobody.
    Public,
}

/// RFC 6749 §5.1.
const TOKENS: &[Member] = &[
    ("access_token", true, "A JWT."),
    ("refresh_token", true, "The one refresh token that may be spent now."),
    ("token_type", true, "Bearer"),
    ("expires_in", true, "Seconds until the access token expires."),
    ("scope", false, "Words with single spaces between."),
];

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
    let path = path.to_owned();
    Operation { method, path, about, body, answer, also: &[], query: &[], problems, voice: Voice::Api }
}

impl Operation {
    const fn also(mut self, also: &'static [(u16, &'static str)]) -> Self {
        self.also = also;
        self
    }

    const fn query(mut self, query: &'static [Member]) -> Self {
        self.query = query;
        self
    }

    const fn in_the_words_of(mut self, voice: Voice) -> Self {
        self.voice = voice;
        self
    }
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
        )
        .also(&[(204, "In cookie cells: done, with new cookies.")]),
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
        )
        .query(&[("keep", false, "`current`: all but the caller's own.")]),
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
            (200, Some("Refreshed")),
            &[P::NotSignedIn, P::CrossOrigin],
        ),
        op(
            HttpMethod::Get,
            &below_session("/resume"),
            "Rotates the two cookies of `jwt_cookie` on the way to a page (307 to `return_to`); for navigations alone, as POST too.",
            None,
            (307, None),
            &[P::TokenExpired, P::CrossOrigin],
        ).also(&[(303, "Refused: a GET goes back signed out, a POST to the sign-in page.")]).query(&[("return_to", false, "A path of this server.")]),
        op(
            HttpMethod::Post,
            &below_session("/resume"),
            "Rotates the two cookies of `jwt_cookie` on the way to a page (307 to `return_to`); for navigations alone, as POST too.",
            None,
            (307, None),
            &[P::TokenExpired, P::CrossOrigin],
        ).also(&[(303, "Refused: a GET goes back signed out, a POST to the sign-in page.")]).query(&[("return_to", false, "A path of this server.")]),
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
            (200, Some("Tokens")),
            &[],
        )
        .in_the_words_of(Voice::Oauth),
        op(
            HttpMethod::Post,
            &urls.oauth_revoke,
            "Ends the session of a session or refresh token (RFC 7009).",
            Some((FORM, &[("token", true, "The token."), ("client_id", false, "The client; the built-in one without.")])),
            (200, None),
            &[],
        )
        .in_the_words_of(Voice::Oauth),
        op(HttpMethod::Get, &urls.jwks, "The public keys (RFC 7517).", None, (200, None), &[]).in_the_words_of(Voice::Public),
        op(HttpMethod::Get, &urls.metadata, "The endpoints (RFC 8414).", None, (200, None), &[]).in_the_words_of(Voice::Public),
        op(HttpMethod::Get, &urls.health, "Whether the process lives.", None, (200, None), &[]).in_the_words_of(Voice::Public),
        op(HttpMethod::Get, &urls.ready, "Whether it can do its work.", None, (200, None), &[])
            .also(&[(503, "It cannot.")])
            .in_the_words_of(Voice::Public),
    ]
}

/// What the adviser answers; nobody need be signed in.
fn of_advice(urls: &Urls) -> Vec<Operation> {
    use ProblemCode as P;
    vec![
        op(HttpMethod::Get, &urls.api_advise_questions, "The adviser's questions, with their answers.", None, (200, None), &[]),
        op(
            HttpMethod::Post,
            &urls.api_advise,
            "Says what fits a system. The answers stand in the body by the ids of the questions.",
            Some((
                JSON,
                &[
                    (
                        "apps",
                        true,
                        "Every kind of program that signs in: objects with `id`, `kind`, ticks and answers of their own.",
                    ),
                    ("place", false, "An answer, as every other question has one."),
                    ("accept", false, "Rules that are set aside by name."),
                    ("measures", false, "What `cloakroom measure --save` has written."),
                    ("want", false, "Which of `costs`, `flips`, `config`, `snippets` and `record` are wanted; all without."),
                ],
            )),
            (200, None),
            &[P::InvalidField, P::TooManyAttempts],
        ),
        op(HttpMethod::Get, &urls.api_capabilities, "What this build has.", None, (200, Some("Capabilities")), &[]),
    ]
}

/// What anybody may ask.
fn of_explaining(urls: &Urls) -> Vec<Operation> {
    use ProblemCode as P;
    vec![op(
        HttpMethod::Post,
        &urls.api_explain,
        "Says what a pasted cookie, token or message is. Nothing of it is kept; what is this server's own is judged for its holder alone.",
        Some((
            JSON,
            &[
                ("text", true, "What was pasted, at most 256 KiB of it are read."),
                ("assume", false, "What the text does not say: `origin`, `now` (RFC 3339), `read_as` (the name of a format)."),
                ("observed", false, "What was seen before secrets were blanked: a list of `at`, `fact`, `value`."),
                ("lang", false, "The language of the answer: en."),
            ],
        )),
        (200, Some("Explanation")),
        &[P::InvalidField, P::TooManyAttempts, P::Busy],
    )]
}

/// Describes the API.
pub(crate) fn describe(origin: &str, urls: &Urls) -> OpenApi {
    let mut paths = PathsBuilder::new();
    let operations =
        [of_accounts(urls), of_sessions(urls), of_refreshing(urls), of_explaining(urls), of_advice(urls), of_machines(urls)];
    for operation in operations.into_iter().flatten() {
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
        let mut responses = ResponsesBuilder::new().response(self.answer.0.to_string(), answered("Done.", JSON, self.answer.1));
        for (status, about) in self.also {
            responses = responses.response(status.to_string(), answered(about, JSON, None));
        }
        for (status, about) in self.refusals() {
            let (media_type, shape) = match self.voice {
                Voice::Oauth => (JSON, "OAuthError"),
                Voice::Api | Voice::Public => ("application/problem+json", "Problem"),
            };
            responses = responses.response(status.to_string(), answered(&about, media_type, Some(shape)));
        }
        let mut operation = OperationBuilder::new().summary(Some(self.about)).responses(responses.build());
        if self.path.contains("{id}") {
            operation = operation.parameter(parameter("id", ParameterIn::Path, true, "A session id."));
        }
        for (name, needed, about) in self.query {
            operation = operation.parameter(parameter(name, ParameterIn::Query, *needed, about));
        }
        if let Some((media_type, members)) = self.body {
            let content = ContentBuilder::new().schema(Some(object_of(members, self.voice == Voice::Oauth))).build();
            operation = operation.request_body(Some(RequestBodyBuilder::new().content(media_type, content).build()));
        }
        PathItem::new(self.method.clone(), operation.build())
    }

    /// Each status it refuses with, and the codes.
    fn refusals(&self) -> BTreeMap<u16, String> {
        match self.voice {
            Voice::Public => BTreeMap::new(),
            Voice::Oauth => [
                (400, "invalid_request, invalid_grant, invalid_scope, invalid_target, unsupported_grant_type, unsupported_token_type"),
                (401, "invalid_client"),
                (503, "temporarily_unavailable"),
            ]
            .map(|(status, about)| (status, about.to_owned()))
            .into(),
            Voice::Api => {
                let mut refusals: BTreeMap<u16, String> = BTreeMap::new();
                for code in self.problems.iter().copied().chain(self.implied()) {
                    let about = refusals.entry(status_of(code).as_u16()).or_default();
                    if !about.split(", ").any(|known| known == code.word()) {
                        let comma = if about.is_empty() { "" } else { ", " };
                        *about = format!("{about}{comma}{}", code.word());
                    }
                }
                refusals
            }
        }
    }

    /// What every operation of its kind may refuse with.
    fn implied(&self) -> impl Iterator<Item = ProblemCode> {
        use ProblemCode as P;
        let unsafe_method = !matches!(self.method, HttpMethod::Get);
        let knows_callers = self.problems.contains(&P::NotSignedIn);
        let of_body: &[P] = if self.body.is_some() { &[P::MalformedRequest, P::TooLarge, P::UnsupportedMediaType] } else { &[] };
        let of_method: &[P] = if unsafe_method { &[P::CrossOrigin] } else { &[] };
        let of_caller: &[P] = match (knows_callers, unsafe_method) {
            (true, true) => &[P::TokenExpired, P::SessionRotated],
            (true, false) => &[P::TokenExpired],
            (false, _) => &[],
        };
        [of_body, of_method, of_caller, &[P::WrongHost, P::StoreUnavailable]].concat().into_iter()
    }
}

fn answered(about: &str, media_type: &str, shape: Option<&str>) -> utoipa::openapi::Response {
    let response = ResponseBuilder::new().description(about);
    match shape {
        Some(shape) => {
            response.content(media_type, ContentBuilder::new().schema(Some(Ref::from_schema_name(shape))).build()).build()
        }
        None => response.build(),
    }
}

fn parameter(name: &str, place: ParameterIn, needed: bool, about: &str) -> Parameter {
    let required = if needed { Required::True } else { Required::False };
    ParameterBuilder::new().name(name).parameter_in(place).required(required).schema(Some(text(about))).build()
}

fn text(about: &str) -> Object {
    ObjectBuilder::new().schema_type(Type::String).description(Some(about)).build()
}

/// An object with these members; `open` says that others are ignored.
fn object_of(members: &[Member], open: bool) -> Schema {
    let mut object = ObjectBuilder::new().additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(open)));
    for (name, needed, about) in members {
        let kind = match *name {
            "remember" => Type::Boolean,
            "expires_in" => Type::Integer,
            "apps" | "accept" | "want" | "observed" => Type::Array,
            "measures" | "assume" => Type::Object,
            _ => Type::String,
        };
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
        shape::<CapabilitiesShape>(),
        ("Problem".to_owned(), RefOr::T(problem())),
        ("Explanation".to_owned(), RefOr::T(explanation())),
        (
            "Refreshed".to_owned(),
            RefOr::T(object_of(&[("expires_in", true, "Seconds until the new access token expires.")], false)),
        ),
        ("Tokens".to_owned(), RefOr::T(object_of(TOKENS, false))),
        ("OAuthError".to_owned(), RefOr::T(object_of(&[("error", true, "A word of RFC 6749, 7009 or 8707.")], false))),
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

/// What the explainer answers. It grows by adding, so its members are named and no more.
fn explanation() -> Schema {
    let number = || ObjectBuilder::new().schema_type(Type::Integer).build();
    let object = |about: &str| ObjectBuilder::new().schema_type(Type::Object).description(Some(about)).build();
    let list = |about: &str| ObjectBuilder::new().schema_type(Type::Array).description(Some(about)).build();
    let shape = ObjectBuilder::new()
        .property("explain", number())
        .property("now", text("The moment everything was judged at."))
        .property("input", object("What was pasted."))
        .property("summary", text("One sentence."))
        .property("counts", object("Findings by severity."))
        .property("messages", list("Requests and responses, in order."))
        .property("items", list("What was found, in order."))
        .property("findings", list("What there is to say, the worst first."))
        .property("ours", object("Whether this server issued it, and whether it would take it."));
    let required = ["explain", "now", "input", "summary", "counts", "messages", "items", "findings", "ours"];
    Schema::Object(required.into_iter().fold(shape, ObjectBuilder::required).build())
}

/// `GET /openapi.json`: for a loopback origin alone.
pub(crate) async fn show(State(auth): State<Auth>, State(urls): State<Arc<Urls>>) -> Result<Response, ApiError> {
    if !auth.origin().is_loopback() {
        return Err(ProblemCode::NotFound.into());
    }
    let mut described = serde_json::to_value(describe(auth.origin().as_str(), &urls)).map_err(|_| ProblemCode::Internal)?;
    leave_out_null(&mut described);
    Ok(no_store(Json(described)))
}

/// A member that does not apply is left out, never null: so no type is "or null".
fn leave_out_null(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if let Some(Value::Array(types)) = members.get_mut("type") {
                types.retain(|kind| kind != "null");
                if let [only] = types.as_slice() {
                    let only = only.clone();
                    members.insert("type".to_owned(), only);
                }
            }
            if let Some(Value::Array(kinds)) = members.get_mut("oneOf") {
                kinds.retain(|kind| kind["type"] != "null");
                if let [Value::Object(only)] = kinds.as_slice() {
                    let only = only.clone();
                    members.remove("oneOf");
                    members.extend(only);
                }
            }
            members.values_mut().for_each(leave_out_null);
        }
        Value::Array(values) => values.iter_mut().for_each(leave_out_null),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_leads_to_a_shape() {
        let mut described = serde_json::to_value(describe("http://localhost:8080", &Urls::below(""))).unwrap();
        leave_out_null(&mut described);
        let text = described.to_string();
        assert!(!text.contains("\"null\""));
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
