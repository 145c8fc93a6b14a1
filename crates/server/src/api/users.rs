//! `/api/v1/users`: registration.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use cloakroom::{ProblemCode, RequestContext};
use http::{HeaderMap, StatusCode};

use super::shapes::{self, RegistrationShape, from_of, no_store};
use crate::accounts::{Accounts, DisplayName, EmailAddress, NewAccount, Roles};
use crate::config::Registration;
use crate::error::ApiError;
use crate::fields::Fields;

/// `POST`: makes an account. It does not sign in.
pub(crate) async fn register(
    State(accounts): State<Accounts>,
    State(registration): State<Registration>,
    context: RequestContext,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    if registration == Registration::Closed {
        return Err(ProblemCode::RegistrationClosed.into());
    }
    let mut fields = Fields::of_json(&headers, &body)?;
    let email = email_in(&mut fields);
    let password = super::user::password_in(&mut fields, "password");
    let name = fields.parsed("name", "A name of at most 200 characters.", |text| DisplayName::parse(text).ok()).flatten();
    fields.finish()?;
    let (email, password) = email.zip(password).ok_or(ProblemCode::Internal)?;
    let new = NewAccount { email, name, password, roles: Roles::default() };
    let made = accounts.register(new, from_of(&context), context.now()).await?;
    Ok(no_store((StatusCode::CREATED, Json(RegistrationShape { user: shapes::user(made.user()) }))))
}

/// An address from a request; noted as invalid where it is.
pub(crate) fn email_in(fields: &mut Fields) -> Option<EmailAddress> {
    let is_there = fields.has("email");
    let text = fields.text("email");
    if !is_there {
        return None;
    }
    match EmailAddress::parse(&text) {
        Ok(email) => Some(email),
        Err(invalid) => {
            fields.wrong("email", "invalid_email", &invalid.to_string());
            None
        }
    }
}
