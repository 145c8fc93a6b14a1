//! `/account/sessions`: where you are signed in, what lives under each session, and its end.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use cloakroom::session::{Carrier, Cell, EndCause, EndedSession, Session, SessionId};
use cloakroom::{
    AfterEnd, Auth, Client, CredentialKind, LiveCredential, Principal, ProblemCode, Reach, RequestContext, Requirement,
    Timestamp, reach_of_ended, reach_of_live,
};
use http::{HeaderMap, StatusCode};
use serde::Serialize;

use super::login::LoginDoor;
use super::page::{caller_of, see_other, value_in};
use crate::device::Device;
use crate::error::ApiError;
use crate::fields::Fields;
use crate::form::Owner;
use crate::texts::en::{self, EndText, Piece, TimeText};

const END: &str = "end_session";
const OTHERS: &str = "end_others";
/// Where the query says, after an end, until when letters live on, in seconds since 1970.
pub(super) const UNTIL: &str = "elsewhere_until";

#[derive(Serialize)]
struct SessionsPage {
    session_count: String,
    sessions: Vec<Shown>,
    ask_others: Option<Ask>,
    forms: Forms,
    form_error: Option<&'static str>,
    receipt: Option<Receipt>,
}

#[derive(Serialize)]
struct Forms {
    end: String,
    others: String,
}

#[derive(Serialize)]
struct Receipt {
    title: String,
    text: &'static str,
    letters: Vec<Letter>,
    at: TimeText,
}

#[derive(Serialize)]
struct Letter {
    name: String,
    until: TimeText,
}

#[derive(Serialize)]
struct Ask {
    title: String,
    text: &'static str,
    letters: Vec<Letter>,
}

#[derive(Serialize)]
struct Shown {
    id: String,
    current: bool,
    device: String,
    cell: &'static str,
    place: Option<String>,
    signed_in: TimeText,
    used: TimeText,
    ask: Ask,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    kind: &'static str,
    carrier: &'static str,
    name: String,
    hint: &'static str,
    percent: f64,
    most_percent: Option<f64>,
    after_percent: Option<f64>,
    until: Option<TimeText>,
    left: Option<String>,
    most: Option<TimeText>,
    after: String,
    elsewhere: Option<TimeText>,
}

/// `GET /account/sessions`.
pub(crate) async fn show(
    State(door): State<LoginDoor>,
    RawQuery(query): RawQuery,
    context: RequestContext,
) -> Result<Response, ApiError> {
    page(&door, StatusCode::OK, Ended::read(query.as_deref()), None, &context).await
}

async fn page(
    door: &LoginDoor,
    status: StatusCode,
    ended: Option<Ended>,
    form_error: Option<&'static str>,
    context: &RequestContext,
) -> Result<Response, ApiError> {
    let caller = caller_of(context)?;
    let viewer = door.pages.viewer(Some(caller)).await?.ok_or(ProblemCode::NotSignedIn)?;
    let (auth, now) = (&door.starter.auth, context.now());
    let own = Owner::Session(caller.session.ok_or(ProblemCode::NotSignedIn)?);
    let (mut shown, mut outlives) = (Vec::new(), Duration::ZERO);
    for session in auth.sessions().ok_or(ProblemCode::Internal)?.list(&caller.user).await? {
        if session.is_live(now) {
            let under_it = credentials_under(auth, &session, now).await?;
            let current = caller.session == Some(session.id);
            if !current {
                outlives = outlives.max(outlasting(&under_it));
            }
            shown.push(shown_session(&session, &under_it, current, now));
        }
    }
    let others = shown.iter().filter(|session| !session.current).count();
    let here = &door.pages.urls().sessions;
    let receipt = match ended {
        Some(ended) => receipt(auth, caller, ended, now).await?,
        None => None,
    };
    let of_page = SessionsPage {
        session_count: en::session_count(shown.len()),
        sessions: shown,
        ask_others: (others > 0).then(|| {
            let EndText { title, text } = en::ask_end_others(others, !outlives.is_zero());
            Ask { title, text, letters: last_letter(now.plus(outlives), now) }
        }),
        forms: Forms { end: door.forms.seal(END, own, here, now), others: door.forms.seal(OTHERS, own, here, now) },
        form_error,
        receipt,
    };
    door.pages.show(status, "sessions.html", "sessions", Some(&viewer), of_page)
}

/// What lives under a session that is alive.
pub(super) async fn credentials_under(auth: &Auth, session: &Session, now: Timestamp) -> Result<Vec<LiveCredential>, ApiError> {
    let families = auth.store().ok_or(ProblemCode::Internal)?.list_families(session.id).await?;
    let reach = reach_of_live(session, &families, client_of(auth, &session.client), auth.origin(), now);
    Ok(credentials_of(reach))
}

fn credentials_of(reach: Reach) -> Vec<LiveCredential> {
    match reach {
        Reach::Live { credentials, .. } | Reach::Ended { credentials, .. } => credentials,
    }
}

fn client_of<'a>(auth: &'a Auth, id: &cloakroom::session::ClientId) -> &'a Client {
    auth.clients().find(id).unwrap_or_else(|| auth.clients().built_in())
}

fn shown_session(session: &Session, credentials: &[LiveCredential], current: bool, now: Timestamp) -> Shown {
    let device =
        session.user_agent.as_deref().map_or_else(|| en::UNKNOWN_DEVICE.to_owned(), |agent| Device::of(agent).to_string());
    let letters = letters(credentials, now);
    let EndText { title, text } = en::ask_end(&device, !letters.is_empty());
    let rows = std::iter::once(row_of_session(session, now)).chain(credentials.iter().map(|row| row_of(row, now)));
    Shown {
        id: session.id.to_string(),
        current,
        cell: session.cell.word(),
        place: session.seen_from.map(|address| address.to_string()),
        signed_in: en::past(session.created_at, now),
        used: en::past(session.seen_at, now),
        ask: Ask { title, text, letters },
        rows: rows.collect(),
        device: en::device_heading(&device),
    }
}

/// What somebody else takes for a while after the end.
fn letters(credentials: &[LiveCredential], now: Timestamp) -> Vec<Letter> {
    let outlive = credentials.iter().filter(|row| matches!(row.after_end, AfterEnd::Feed(_)));
    outlive
        .map(|row| Letter {
            name: row.audience.as_deref().unwrap_or_default().to_owned(),
            until: en::future(now.plus(row.after_end.lasts()), now),
        })
        .collect()
}

/// How long after its end the last piece of a session is taken somewhere.
pub(super) fn outlasting(credentials: &[LiveCredential]) -> Duration {
    credentials.iter().map(|row| row.after_end.lasts()).max().unwrap_or_default()
}

/// The letters of several sessions in one line, while any of them is good.
fn last_letter(until: Timestamp, now: Timestamp) -> Vec<Letter> {
    let lives = now < until;
    lives.then(|| Letter { name: en::LETTERS_ELSEWHERE.to_owned(), until: en::future(until, now) }).into_iter().collect()
}

/// How far along the time axis a moment lies: each step is several times the one before, up to 30 days.
fn percent(until: Timestamp, now: Timestamp) -> f64 {
    let share = 100.0 * (1.0 + until.since(now).as_secs_f64() / 20.0).ln() / 129_601_f64.ln();
    (share.min(100.0) * 10.0).round() / 10.0
}

fn row_of_session(session: &Session, now: Timestamp) -> Row {
    let text = en::piece(Piece::Session);
    let (until, most) = (session.ends_at(), session.absolute_ends_at);
    Row {
        kind: "session",
        carrier: "",
        name: text.name,
        hint: text.hint,
        percent: percent(until, now),
        most_percent: Some(percent(most, now)),
        after_percent: None,
        until: Some(en::future(until, now)),
        left: Some(en::ahead(until, now)),
        most: Some(en::future(most, now)),
        after: en::after_end(en::AfterEnd::AtOnce),
        elsewhere: None,
    }
}

fn row_of(row: &LiveCredential, now: Timestamp) -> Row {
    let audience = row.audience.as_deref().unwrap_or_default();
    let piece = match (row.kind, row.carrier) {
        (CredentialKind::SessionToken, Some(Carrier::Cookie)) => Piece::TicketInCookie,
        (CredentialKind::SessionToken, _) => Piece::TicketInHeader,
        (CredentialKind::RefreshToken, Some(Carrier::Cookie)) => Piece::RefreshInCookie,
        (CredentialKind::RefreshToken, _) => Piece::RefreshInClient,
        // Only the letter for this server lies in the cookie; whoever checks others need not ask.
        (CredentialKind::AccessToken, Some(Carrier::Cookie)) if row.after_end == AfterEnd::NextRequest => Piece::LetterInCookie,
        (CredentialKind::AccessToken, _) => Piece::Letters { audience },
    };
    let text = en::piece(piece);
    let is_letter = row.kind == CredentialKind::AccessToken;
    let (after, elsewhere) = match row.after_end {
        AfterEnd::AtOnce => (en::AfterEnd::AtOnce, None),
        AfterEnd::NextRequest => (en::AfterEnd::NextRequest, None),
        AfterEnd::Feed(span) => (en::AfterEnd::WhereAsked, Some(now.plus(span))),
    };
    Row {
        kind: row.kind.word(),
        carrier: row.carrier.map_or("", |carrier| if carrier == Carrier::Cookie { "cookie" } else { "header" }),
        name: text.name,
        hint: text.hint,
        percent: percent(row.dies_at, now),
        most_percent: None,
        after_percent: elsewhere.map(|until| percent(until, now)),
        until: is_letter.then(|| en::future(row.dies_at, now)),
        left: is_letter.then(|| en::ahead(row.dies_at, now)),
        most: None,
        after: en::after_end(after),
        elsewhere: elsewhere.map(|until| en::future(until, now)),
    }
}

/// More sessions than anybody has.
const MOST_SESSIONS: usize = 10_000;

/// What was ended just now, as the query says it.
#[derive(Clone, Copy)]
enum Ended {
    One(SessionId),
    Others { count: usize, elsewhere_until: Timestamp },
}

impl Ended {
    fn read(query: Option<&str>) -> Option<Self> {
        let one = value_in(query, "ended").and_then(|value| value.parse().ok()).map(Self::One);
        let number = |name| value_in(query, name)?.parse().ok();
        one.or_else(|| {
            let elsewhere_until = Timestamp::from_seconds(number(UNTIL).unwrap_or_default());
            // A link can say anything: more than anybody has is not repeated.
            let count = usize::try_from(number("others")?).ok().filter(|count| *count <= MOST_SESSIONS)?;
            Some(Self::Others { count, elsewhere_until })
        })
    }
}

/// What the page says about it: of one session, what the feed's record knows, if it was the caller's.
async fn receipt(auth: &Auth, caller: &Principal, ended: Ended, now: Timestamp) -> Result<Option<Receipt>, ApiError> {
    match ended {
        Ended::One(id) => {
            let found = auth.store().ok_or(ProblemCode::Internal)?.find_ended(id).await?;
            Ok(found.filter(|ended| ended.user == caller.user).map(|ended| receipt_of(auth, &ended, now)))
        }
        Ended::Others { count, elsewhere_until } => {
            let letters = last_letter(elsewhere_until, now);
            let EndText { title, text } = en::ended_others(count, !letters.is_empty());
            Ok(Some(Receipt { title, text, letters, at: en::past(now, now) }))
        }
    }
}

fn receipt_of(auth: &Auth, ended: &EndedSession, now: Timestamp) -> Receipt {
    let reach = reach_of_ended(ended, client_of(auth, &ended.client), auth.origin(), now);
    let letters = letters(&credentials_of(reach), now);
    let EndText { title, text } = en::ended(cell_in_words(ended.cell), !letters.is_empty());
    Receipt { title, text, letters, at: en::past(ended.ending.at, now) }
}

/// A device's name is gone with its row; its cell is what the record still knows.
fn cell_in_words(cell: Cell) -> &'static str {
    match cell {
        Cell::Cookie | Cell::JwtCookie => en::A_BROWSER,
        Cell::Token | Cell::Jwt => en::AN_APP,
    }
}

/// `POST /account/sessions/end`. The session one is in ends by signing out, which clears the cookies too.
pub(crate) async fn end_one(
    State(door): State<LoginDoor>,
    context: RequestContext,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let mut fields = Fields::of_form(&headers, &body)?;
    let caller = caller_of(&context)?;
    if !is_fresh(&door, &mut fields, END, caller, &context) {
        return page(&door, StatusCode::BAD_REQUEST, None, Some(en::STALE_QUESTION), &context).await;
    }
    let id: SessionId = fields.text("session").parse().map_err(|_| ProblemCode::NotFound)?;
    fields.finish()?;
    if caller.session == Some(id) {
        return see_other(&door.pages.urls().logout, &[]);
    }
    let auth = &door.starter.auth;
    auth.confirm(&Requirement::authoritative(), caller, context.now()).await?;
    let found = auth.sessions().ok_or(ProblemCode::Internal)?.find(id).await?;
    if found.is_some_and(|session| session.session().user == caller.user) {
        auth.end_session(id, EndCause::EndedElsewhere).await?;
    }
    see_other(&format!("{}?ended={id}", door.pages.urls().sessions), &[])
}

/// `POST /account/sessions/end-others`.
pub(crate) async fn end_others(
    State(door): State<LoginDoor>,
    context: RequestContext,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let mut fields = Fields::of_form(&headers, &body)?;
    let caller = caller_of(&context)?;
    if !is_fresh(&door, &mut fields, OTHERS, caller, &context) {
        return page(&door, StatusCode::BAD_REQUEST, None, Some(en::STALE_QUESTION), &context).await;
    }
    fields.finish()?;
    let (auth, now) = (&door.starter.auth, context.now());
    auth.confirm(&Requirement::authoritative(), caller, now).await?;
    let ended = auth.end_all_sessions(&caller.user, caller.session, EndCause::EndedElsewhere).await?;
    let outlive = ended.iter().map(|ended| {
        let reach = reach_of_ended(ended, client_of(auth, &ended.client), auth.origin(), now);
        outlasting(&credentials_of(reach))
    });
    let until = now.plus(outlive.max().unwrap_or_default());
    let said = if now < until { format!("&{UNTIL}={}", until.as_seconds()) } else { String::new() };
    see_other(&format!("{}?others={}{said}", door.pages.urls().sessions, ended.len()), &[])
}

/// Whether the form was made for this caller and this action, and is still good.
fn is_fresh(door: &LoginDoor, fields: &mut Fields, action: &str, caller: &Principal, context: &RequestContext) -> bool {
    let sealed = fields.optional_text("form").unwrap_or_default();
    door.forms.open(action, caller.session.map(Owner::Session), &sealed, context.now()).is_some()
}
