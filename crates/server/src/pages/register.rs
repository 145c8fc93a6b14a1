//! `/register`: makes an account and signs in, through the same function as `/login`.

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use cloakroom::{ProblemCode, RequestContext};
use http::{HeaderMap, StatusCode};
use serde::Serialize;

use super::login::{LoginDoor, browser_cell, way_in, way_query};
use super::page::{Field, comes_back, error_of, form_error_of, see_other, shown_as, with_cookies};
use crate::accounts::{DisplayName, NewAccount, Password, Roles, Wish};
use crate::api::from_of;
use crate::api::users::email_in;
use crate::config::Registration;
use crate::error::ApiError;
use crate::fields::Fields;
use crate::texts::en;

const ACTION: &str = "register";

#[derive(Serialize)]
struct Register {
    form: String,
    form_error: Option<String>,
    going: Option<String>,
    way_query: String,
    cell: &'static str,
    fields: RegisterFields,
}

#[derive(Serialize, Default)]
struct RegisterFields {
    email: Field,
    name: Field,
    password: Field,
}

/// `GET /register`.
pub(crate) async fn show(
    State(door): State<LoginDoor>,
    RawQuery(query): RawQuery,
    context: RequestContext,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let way = way_in(query.as_deref(), &door.pages.urls().account);
    let status = if door.pages.registration() == Registration::Open { StatusCode::OK } else { StatusCode::FORBIDDEN };
    page(&door, status, &way, RegisterFields::default(), None, &context, &headers).await
}

async fn page(
    door: &LoginDoor,
    status: StatusCode,
    way: &str,
    fields: RegisterFields,
    form_error: Option<String>,
    context: &RequestContext,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    door.pages.has_accounts().await?;
    let viewer = door.pages.visitor(context).await?;
    let (owner, cookie) = door.forms.flow(headers);
    let of_page = Register {
        form: door.forms.seal(ACTION, owner, way, context.now()),
        form_error,
        going: (way != door.pages.urls().account).then(|| en::on_the_way_to(way)),
        way_query: way_query(way, &door.pages.urls().account),
        cell: if browser_cell(&door.starter) == Some(cloakroom::session::Cell::JwtCookie) { "jwt_cookie" } else { "cookie" },
        fields,
    };
    Ok(with_cookies(door.pages.show(status, "register.html", "register", viewer.as_deref(), of_page)?, cookie.as_slice()))
}

/// `POST /register`.
pub(crate) async fn submit(
    State(door): State<LoginDoor>,
    context: RequestContext,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let mut fields = Fields::of_form(&headers, &body)?;
    let sealed = fields.optional_text("form").unwrap_or_default();
    let typed_email = fields.peek_text("email");
    let typed_name = fields.peek_text("name");
    let email = email_in(&mut fields);
    let name = fields.optional_text("name").and_then(|text| {
        DisplayName::parse(&text).unwrap_or_else(|too_long| {
            fields.wrong("name", "too_long", &too_long.to_string());
            None
        })
    });
    let typed_password = fields.text("password");
    let shown = |error: Option<&ApiError>| RegisterFields {
        email: Field { value: typed_email.clone(), error: error.and_then(|error| error_of(error, "email")) },
        name: Field { value: typed_name.clone(), error: error.and_then(|error| error_of(error, "name")) },
        password: Field { value: String::new(), error: error.and_then(|error| error_of(error, "password")) },
    };
    let home = door.pages.urls().account.clone();
    let Some(way) = door.forms.open(ACTION, door.forms.flow_in(&headers), &sealed, context.now()) else {
        return page(&door, StatusCode::BAD_REQUEST, &home, shown(None), Some(en::STALE_FORM.to_owned()), &context, &headers)
            .await;
    };
    if door.pages.registration() == Registration::Closed {
        return Err(ProblemCode::RegistrationClosed.into());
    }
    let tried = async {
        let password = Password::new(&typed_password);
        if let Err(too_long) = &password {
            fields.wrong("password", "password_too_long", &too_long.to_string());
        }
        fields.finish()?;
        let (email, password) = email.zip(password.ok()).ok_or(ProblemCode::Internal)?;
        let new = NewAccount { email, name, password, roles: Roles::default() };
        // Whoever has just set the password need not be asked for it, and failures that others had on this address do not count.
        let verified = door.starter.accounts.register(new, from_of(&context), context.now()).await?;
        let user = verified.user().id.clone();
        let wish = Wish { cell: browser_cell(&door.starter), ..Wish::default() };
        let mut cookies = door.starter.start(verified, wish, &context).await.map_err(ApiError::from)?.cookies;
        let known = door.devices.read(&headers, context.now());
        cookies.push(door.devices.issue(known, &user, context.now()).map_err(|_| ProblemCode::Internal)?);
        Ok::<_, ApiError>(cookies)
    };
    match tried.await {
        Ok(cookies) => see_other(&way, &cookies),
        Err(error) if comes_back(&error) => {
            let status = cloakroom::status_of(error.0.code);
            let page = page(&door, status, &way, shown(Some(&error)), form_error_of(&error), &context, &headers).await?;
            Ok(shown_as(page, &error))
        }
        Err(error) => Err(error),
    }
}
