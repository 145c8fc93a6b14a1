//! `/account`: who you are, and a new password.

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use cloakroom::{ProblemCode, RequestContext};
use http::{HeaderMap, StatusCode};
use serde::Serialize;

use super::login::LoginDoor;
use super::page::{Field, caller_of, comes_back, error_of, form_error_of, see_other, shown_as, value_in};
use crate::accounts::{Account, Attempt};
use crate::api::from_of;
use crate::api::user::set_password;
use crate::error::ApiError;
use crate::fields::Fields;
use crate::form::Owner;
use crate::texts::en::{self, TimeText};

const ACTION: &str = "password";
/// What the query says after a password change.
const CHANGED: (&str, &str) = ("password", "changed");

#[derive(Serialize)]
struct AccountPage {
    user: UserFacts,
    signed_in_at: String,
    password_changed: bool,
    form: String,
    form_error: Option<String>,
    fields: PasswordFields,
}

#[derive(Serialize)]
struct UserFacts {
    id: String,
    name: Option<String>,
    email: String,
    email_verified: bool,
    created_at: TimeText,
    password_changed_at: TimeText,
    roles: Vec<String>,
}

#[derive(Serialize, Default)]
struct PasswordFields {
    current_password: Field,
    new_password: Field,
}

/// `GET /account`.
pub(crate) async fn show(
    State(door): State<LoginDoor>,
    RawQuery(query): RawQuery,
    context: RequestContext,
) -> Result<Response, ApiError> {
    let changed = value_in(query.as_deref(), CHANGED.0).as_deref() == Some(CHANGED.1);
    page(&door, StatusCode::OK, changed, PasswordFields::default(), None, &context).await
}

async fn page(
    door: &LoginDoor,
    status: StatusCode,
    password_changed: bool,
    fields: PasswordFields,
    form_error: Option<String>,
    context: &RequestContext,
) -> Result<Response, ApiError> {
    let caller = caller_of(context)?;
    let account = door.pages.viewer(Some(caller)).await?.ok_or(ProblemCode::NotSignedIn)?;
    let now = context.now();
    let sessions = door.starter.auth.sessions().ok_or(ProblemCode::Internal)?.list(&caller.user).await?;
    let owner = Owner::Session(caller.session.ok_or(ProblemCode::NotSignedIn)?);
    let of_page = AccountPage {
        user: facts(&account, context),
        signed_in_at: en::signed_in_at(sessions.iter().filter(|session| session.is_live(now)).count()),
        password_changed,
        form: door.forms.seal(ACTION, owner, &door.pages.urls().account, now),
        form_error,
        fields,
    };
    door.pages.show(status, "account.html", "account", Some(&account), of_page)
}

fn facts(account: &Account, context: &RequestContext) -> UserFacts {
    UserFacts {
        id: account.id.to_string(),
        name: account.name.as_ref().map(|name| name.as_str().to_owned()),
        email: account.email.as_str().to_owned(),
        email_verified: account.email_verified,
        created_at: en::day(account.created_at),
        password_changed_at: en::past(account.password_changed_at.unwrap_or(account.created_at), context.now()),
        roles: account.roles.iter().map(str::to_owned).collect(),
    }
}

/// `POST /account/password`.
pub(crate) async fn change_password(
    State(door): State<LoginDoor>,
    context: RequestContext,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let caller = caller_of(&context)?;
    let id = caller.session.ok_or(ProblemCode::NotSignedIn)?;
    let mut fields = Fields::of_form(&headers, &body)?;
    let sealed = fields.optional_text("form").unwrap_or_default();
    if door.forms.open(ACTION, Some(Owner::Session(id)), &sealed, context.now()).is_none() {
        let stale = Some(en::STALE_FORM.to_owned());
        return page(&door, StatusCode::BAD_REQUEST, false, PasswordFields::default(), stale, &context).await;
    }
    let current = crate::api::user::password_in(&mut fields, "current_password");
    let new = crate::api::user::password_in(&mut fields, "new_password");
    let tried = async {
        fields.finish()?;
        let (current, new) = current.zip(new).ok_or(ProblemCode::Internal)?;
        let device = door.devices.read(&headers, context.now());
        let attempt = Attempt { from: from_of(&context), device, now: context.now() };
        let (signed_in, _) = set_password(&door.starter, caller, (current, new), attempt, &context).await?;
        Ok::<_, ApiError>(signed_in.cookies)
    };
    match tried.await {
        Ok(cookies) => see_other(&format!("{}?{}={}", door.pages.urls().account, CHANGED.0, CHANGED.1), &cookies),
        Err(error) if comes_back(&error) => {
            let mismatch = (error.0.code == ProblemCode::InvalidCredentials).then(|| en::field_error("mismatch").to_owned());
            let shown = PasswordFields {
                current_password: Field { error: mismatch.or_else(|| error_of(&error, "current_password")), ..Field::default() },
                new_password: Field { error: error_of(&error, "new_password"), ..Field::default() },
            };
            let page = page(&door, cloakroom::status_of(error.0.code), false, shown, form_error_of(&error), &context).await?;
            Ok(shown_as(page, &error))
        }
        Err(error) => Err(error),
    }
}
