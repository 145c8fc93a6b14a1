//! `/login`.

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use cloakroom::{ProblemCode, RequestContext};
use http::{HeaderMap, StatusCode};
use serde::Serialize;

use super::page::{Field, Pages, comes_back, error_of, form_error_of, see_other, shown_as, value_in, with_cookies};
use crate::accounts::{Attempt, EmailAddress, Starter, Wish};
use crate::api::from_of;
use crate::device_cookie::DeviceCookie;
use crate::error::ApiError;
use crate::fields::Fields;
use crate::form::{SealedForm, return_to};
use crate::texts::en;

const ACTION: &str = "login";
const WAY: &str = "return_to";

/// Where a person was going, by the query; home when that is nowhere of ours.
pub(super) fn way_in(query: Option<&str>, home: &str) -> String {
    let asked = value_in(query, WAY);
    without_mark(return_to(asked.as_deref(), home))
}

/// The mark of a JWT that could not be resumed means nothing once somebody has signed in.
fn without_mark(path: &str) -> String {
    let Some((path, query)) = path.split_once('?') else { return path.to_owned() };
    let kept: Vec<_> = query.split('&').filter(|pair| !pair.starts_with("resumed=")).collect();
    if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) }
}

/// The query that takes the way along from one of the two doors to the other; empty when it leads home.
pub(super) fn way_query(way: &str, home: &str) -> String {
    if way == home {
        return String::new();
    }
    format!("?{}", url::form_urlencoded::Serializer::new(String::new()).append_pair(WAY, way).finish())
}

#[derive(Serialize)]
struct Login {
    form: String,
    form_error: Option<String>,
    already: Option<String>,
    going: Option<String>,
    way_query: String,
    cell: &'static str,
    remember_hint: String,
    fields: LoginFields,
}

#[derive(Serialize, Default)]
struct LoginFields {
    email: Field,
    password: Field,
    remember: bool,
}

/// A sign-in as it was typed.
struct Typed {
    email: String,
    remember: bool,
}

/// `GET /login`.
pub(crate) async fn show(
    State(door): State<LoginDoor>,
    RawQuery(query): RawQuery,
    context: RequestContext,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let way = way_in(query.as_deref(), &door.pages.urls().account);
    door.page(StatusCode::OK, &way, LoginFields::default(), None, &context, &headers).await
}

/// What the page needs.
#[derive(Clone, axum::extract::FromRef)]
pub(crate) struct LoginDoor {
    pub(crate) pages: Pages,
    pub(crate) forms: SealedForm,
    pub(crate) starter: Starter,
    pub(crate) devices: DeviceCookie,
}

impl LoginDoor {
    async fn page(
        &self,
        status: StatusCode,
        way: &str,
        fields: LoginFields,
        form_error: Option<String>,
        context: &RequestContext,
        headers: &HeaderMap,
    ) -> Result<Response, ApiError> {
        self.pages.has_accounts().await?;
        let viewer = self.pages.visitor(context).await?;
        let (owner, cookie) = self.forms.flow(headers);
        let client = self.starter.auth.clients().built_in();
        let of_page = Login {
            form: self.forms.seal(ACTION, owner, way, context.now()),
            form_error,
            already: viewer.as_ref().map(|account| en::already_signed_in(account.shown_name())),
            going: (way != self.pages.urls().account).then(|| en::on_the_way_to(way)),
            way_query: way_query(way, &self.pages.urls().account),
            cell: if client.default_cell == cloakroom::session::Cell::JwtCookie { "jwt_cookie" } else { "cookie" },
            remember_hint: en::remember_hint(client.sessions.remembered.idle, client.sessions.remembered.absolute),
            fields,
        };
        let response = self.pages.show(status, "login.html", "login", viewer.as_deref(), of_page)?;
        Ok(with_cookies(response, cookie.as_slice()))
    }
}

/// `POST /login`.
pub(crate) async fn submit(
    State(door): State<LoginDoor>,
    context: RequestContext,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let mut fields = Fields::of_form(&headers, &body)?;
    let sealed = fields.optional_text("form").unwrap_or_default();
    let typed = Typed {
        email: fields.text("email"),
        remember: fields.optional_text("remember").is_some_and(|ticked| !ticked.is_empty()),
    };
    let password = crate::api::user::password_in(&mut fields, "password");
    let home = door.pages.urls().account.clone();
    let Some(way) = door.forms.open(ACTION, door.forms.flow_in(&headers), &sealed, context.now()) else {
        let shown =
            LoginFields { email: Field { value: typed.email, error: None }, remember: typed.remember, ..LoginFields::default() };
        return door.page(StatusCode::BAD_REQUEST, &home, shown, Some(en::STALE_FORM.to_owned()), &context, &headers).await;
    };
    let tried = async {
        fields.finish()?;
        let email = EmailAddress::parse(&typed.email).map_err(|_| ProblemCode::InvalidCredentials)?;
        let known = door.devices.read(&headers, context.now());
        let attempt = Attempt { from: from_of(&context), device: known.clone(), now: context.now() };
        let verified = door.starter.accounts.verify_password(&email, password.ok_or(ProblemCode::Internal)?, attempt).await?;
        let user = verified.user().id.clone();
        let wish = Wish { cell: browser_cell(&door.starter), client: None, remember: typed.remember };
        let mut cookies = door.starter.start(verified, wish, &context).await.map_err(ApiError::from)?.cookies;
        cookies.push(door.devices.issue(known, &user, context.now()).map_err(|_| ProblemCode::Internal)?);
        Ok::<_, ApiError>(cookies)
    };
    match tried.await {
        Ok(cookies) => see_other(&way, &cookies),
        Err(error) if comes_back(&error) => {
            let wrong_pair = (error.0.code == ProblemCode::InvalidCredentials).then(|| en::EN.login.wrong_pair.to_owned());
            let shown = LoginFields {
                email: Field { value: typed.email, error: error_of(&error, "email") },
                password: Field { value: String::new(), error: wrong_pair.or_else(|| error_of(&error, "password")) },
                remember: typed.remember,
            };
            let status = cloakroom::status_of(error.0.code);
            let page = door.page(status, &way, shown, form_error_of(&error), &context, &headers).await?;
            Ok(shown_as(page, &error))
        }
        Err(error) => Err(error),
    }
}

/// A page delivers in a cookie: in the built-in client's default cell if that is one.
pub(super) fn browser_cell(starter: &Starter) -> Option<cloakroom::session::Cell> {
    use cloakroom::session::{Carrier, Cell};
    let client = starter.auth.clients().built_in();
    let is_cookie = |cell: &Cell| cell.carrier() == Carrier::Cookie;
    Some(client.default_cell).filter(is_cookie).or_else(|| client.cells.iter().copied().find(is_cookie)).or(Some(Cell::Cookie))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_is_a_path_of_ours_without_the_mark_of_a_resume() {
        for (query, way) in [
            (None, "/account"),
            (Some(""), "/account"),
            (Some("return_to=%2Faccount%2Fsessions"), "/account/sessions"),
            (Some("return_to=%2F%2Fevil.example"), "/account"),
            (Some("return_to=%2Fa%3Fx%3D1%26resumed%3DabC_-%26y%3D2"), "/a?x=1&y=2"),
            (Some("return_to=%2Fa%3Fresumed%3DabC"), "/a"),
            (Some("x=1&return_to=%2Fa&return_to=%2Fb"), "/a"),
        ] {
            assert_eq!(way_in(query, "/account"), way, "{query:?}");
        }
        assert_eq!(way_query("/account", "/account"), "");
        assert_eq!(way_query("/a?x=1", "/account"), "?return_to=%2Fa%3Fx%3D1");
    }
}
