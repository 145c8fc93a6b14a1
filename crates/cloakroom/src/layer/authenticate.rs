//! Learns once who is calling, and refuses what is plainly foreign.
//!
//! 1. A `Host` that is not one of ours is 421.
//! 2. An unsafe request that comes from another origin is 403, signed in or not.
//! 3. The clock is read, once; the client's address is resolved; the caller is authenticated.
//! 4. A navigation with an expired JWT cookie is sent to be resumed, once for each token.
//! 5. All of it goes to the handler as a [`RequestContext`].

use std::convert::Infallible;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};

use cloakroom_session::{Carrier, SessionId, Usage};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tower_layer::Layer;
use tower_service::Service;

use crate::auth::Auth;
use crate::authentication::{Authentication, Rejection, Unavailable};
use crate::context::{PresentedCookies, RequestContext};
use crate::cross_origin::CrossOrigin;
use crate::head::RequestHead;
use crate::navigation::is_navigation;
use crate::problem::ProblemCode;
use crate::response::problem_response;

/// Authenticates every request that passes. It is made by [`Auth::layer`].
#[derive(Clone, Debug)]
pub struct AuthLayer {
    auth: Auth,
    door: Door,
}

/// Who comes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Door {
    /// Browsers and programs, with whatever credential they have.
    Front,
    /// Programs alone, at endpoints where no cookie counts: neither host nor origin is asked, and nobody is authenticated.
    Machines,
}

impl<S> Layer<S> for AuthLayer {
    type Service = AuthService<S>;

    fn layer(&self, inner: S) -> AuthService<S> {
        AuthService { auth: self.auth.clone(), door: self.door, inner }
    }
}

/// A service behind an [`AuthLayer`].
#[derive(Clone, Debug)]
pub struct AuthService<S> {
    auth: Auth,
    door: Door,
    inner: S,
}

type Answer<B> = Pin<Box<dyn Future<Output = Result<Response<B>, Infallible>> + Send>>;

impl<S, A, B> Service<Request<A>> for AuthService<S>
where
    S: Service<Request<A>, Response = Response<B>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send + 'static,
    A: Send + 'static,
    B: From<String> + Send + 'static,
{
    type Response = Response<B>;
    type Error = Infallible;
    type Future = Answer<B>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<A>) -> Self::Future {
        let admitted = match self.door {
            Door::Front => self.auth.admit(&request),
            Door::Machines => Ok(self.auth.admit_machine(&request)),
        };
        let admitted = match admitted {
            Ok(admitted) => admitted,
            Err(refused) => return Box::pin(std::future::ready(Ok(*refused))),
        };
        if let Some(caller) = admitted.known {
            return match self.auth.proceed(&mut request, Ok(caller), Ok(Vec::new()), &admitted.seen) {
                Some(redirect) => Box::pin(std::future::ready(Ok(redirect))),
                None => Box::pin(self.inner.call(request)),
            };
        }
        let (auth, mut inner) = (self.auth.clone(), self.inner.clone());
        // The clone that is ready is the one that `poll_ready` was called on.
        std::mem::swap(&mut inner, &mut self.inner);
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let head = RequestHead {
                method: &parts.method,
                headers: &parts.headers,
                host: auth.own_host(&parts.headers, parts.uri.authority().map(http::uri::Authority::as_str)),
                client: admitted.seen.client,
            };
            let caller = auth.authenticate(&head, admitted.seen.usage, admitted.seen.now).await;
            let beside = if admitted.several { auth.sessions_in_cookies(&head, admitted.seen.now).await } else { Ok(Vec::new()) };
            let mut request = Request::from_parts(parts, body);
            match auth.proceed(&mut request, caller, beside, &admitted.seen) {
                Some(redirect) => Ok(redirect),
                None => inner.call(request).await,
            }
        })
    }
}

/// What is known of a request before anyone is authenticated.
struct Seen {
    now: cloakroom_primitives::Timestamp,
    client: Option<IpAddr>,
    usage: Usage,
    presented: PresentedCookies,
    cross_origin: CrossOrigin,
}

struct Admitted {
    seen: Seen,
    /// The caller, where memory can tell.
    known: Option<Authentication>,
    /// Whether more than one credential came.
    several: bool,
}

/// The mark of a token that resuming has not helped, in the query of the way back.
pub(crate) const RESUMED: &str = "resumed";

const QUERY_VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/');

impl Auth {
    /// The layer that goes around the routes.
    pub fn layer(&self) -> AuthLayer {
        AuthLayer { auth: self.clone(), door: Door::Front }
    }

    /// The layer around endpoints that machines reach by internal names and where no cookie counts, such as those of OAuth.
    ///
    /// It tells the time and where the request came from, and authenticates nobody.
    pub fn machine_layer(&self) -> AuthLayer {
        AuthLayer { auth: self.clone(), door: Door::Machines }
    }

    /// Who is calling and when, where the request is admitted, memory alone can tell, and the credential is good. Whatever else comes is
    /// `None`: the layer has the whole answer.
    pub fn peek_caller<A>(&self, request: &Request<A>) -> Option<(crate::principal::Principal, cloakroom_primitives::Timestamp)> {
        let (method, headers) = (request.method(), request.headers());
        let host = self.own_host(headers, request.uri().authority().map(http::uri::Authority::as_str));
        if self.0.hosts.is_some() && host.is_none() {
            return None;
        }
        let client = peer_of(request).map(|peer| self.0.proxies.resolve(peer, headers));
        let head = RequestHead { method, headers, host, client };
        if CrossOrigin::check(&head) == CrossOrigin::Foreign {
            return None;
        }
        let (now, usage) = (self.0.clock.now(), self.usage_of(method, request.uri().path(), headers));
        Some((self.known_caller(&head, usage, now)?, now))
    }

    fn admit_machine<A>(&self, request: &Request<A>) -> Admitted {
        let client = peer_of(request).map(|peer| self.0.proxies.resolve(peer, request.headers()));
        let seen = Seen {
            now: self.0.clock.now(),
            client,
            usage: Usage::Active,
            presented: PresentedCookies::default(),
            cross_origin: CrossOrigin::NotAsked,
        };
        Admitted { seen, known: Some(Authentication::Absent), several: false }
    }

    pub(crate) fn own_host(&self, headers: &HeaderMap, authority: Option<&str>) -> Option<&crate::cross_origin::OwnHost> {
        let hosts = self.0.hosts.as_ref()?;
        let mut named = headers.get_all(header::HOST).iter();
        let host = match (named.next(), named.next()) {
            (Some(host), None) => host.as_bytes(),
            (None, _) => authority?.as_bytes(),
            _ => return None,
        };
        // RFC 9112 §3.2.2: a target that names an authority wins over the header, so both must be ours.
        if authority.is_some_and(|authority| hosts.find(authority.as_bytes()).is_none()) {
            return None;
        }
        hosts.find(host)
    }

    fn admit<A, B: From<String>>(&self, request: &Request<A>) -> Result<Admitted, Box<Response<B>>> {
        let (method, headers) = (request.method(), request.headers());
        let host = self.own_host(headers, request.uri().authority().map(http::uri::Authority::as_str));
        if self.0.hosts.is_some() && host.is_none() {
            return Err(Box::new(problem_response(ProblemCode::WrongHost.into(), &self.0.problems)));
        }
        let client = peer_of(request).map(|peer| self.0.proxies.resolve(peer, headers));
        let head = RequestHead { method, headers, host, client };
        let cross_origin = CrossOrigin::check(&head);
        if cross_origin == CrossOrigin::Foreign {
            return Err(Box::new(problem_response(ProblemCode::CrossOrigin.into(), &self.0.problems)));
        }
        let (now, usage) = (self.0.clock.now(), self.usage_of(method, request.uri().path(), headers));
        let presented = PresentedCookies {
            session: Self::presented(&head, self.0.cookies.session().name()),
            jwt: Self::presented(&head, self.0.cookies.jwt().name()),
        };
        let several = presented.session + presented.jwt + usize::from(head.has_bearer()) > 1;
        let known = if several { None } else { self.authenticate_now(&head, usage, now) };
        Ok(Admitted { seen: Seen { now, client, usage, presented, cross_origin }, known, several })
    }

    fn presented(head: &RequestHead<'_>, name: &cloakroom_cookie::CookieName) -> usize {
        cloakroom_cookie::header::values(head.cookie_headers(), name).count()
    }

    /// A passive request authenticates without counting as use: on a safe method, an exchange or a refresh.
    fn usage_of(&self, method: &Method, path: &str, headers: &HeaderMap) -> Usage {
        let asked = asks_to_be_passive(headers);
        let below = path.strip_prefix(self.0.paths.session.as_str());
        let may = method.is_safe() || matches!(below, Some("/tokens" | "/refresh"));
        if asked && may { Usage::Passive } else { Usage::Active }
    }

    /// Hands the request its context, or the caller to be resumed.
    fn proceed<A, B: From<String>>(
        &self,
        request: &mut Request<A>,
        caller: Result<Authentication, Unavailable>,
        beside: Result<Vec<SessionId>, Unavailable>,
        seen: &Seen,
    ) -> Option<Response<B>> {
        if let Ok(Authentication::Rejected(Rejection::TokenExpired { carrier: Carrier::Cookie, claims })) = &caller
            && self.is_to_be_resumed(request, seen, &claims.jti)
        {
            return Some(self.to_resume(request));
        }
        let user_agent = request.headers().get(header::USER_AGENT).cloned();
        request.extensions_mut().insert(RequestContext {
            now: seen.now,
            client: seen.client,
            user_agent,
            caller,
            usage: seen.usage,
            presented: seen.presented,
            beside,
            problems: self.0.problems.clone(),
        });
        None
    }

    fn is_to_be_resumed<A>(&self, request: &Request<A>, seen: &Seen, jti: &str) -> bool {
        let path = request.uri().path();
        let asks =
            *request.method() == Method::GET || *request.method() == Method::POST && seen.cross_origin == CrossOrigin::Ours;
        let is_session_route = |below: &str| below.is_empty() || below.starts_with('/');
        let reads_itself = path.strip_prefix(self.0.paths.session.as_str()).is_some_and(is_session_route)
            || self.0.paths.not_resumed.contains(path);
        asks && !reads_itself
            && self.refresh_tokens().is_ok()
            && is_navigation(request.method(), request.headers())
            // A token that has been tried is not tried again: that would be a circle.
            && mark_in(request.uri().query()) != Some(jti)
    }

    fn to_resume<A, B: From<String>>(&self, request: &Request<A>) -> Response<B> {
        let here = request.uri().path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        let target = format!("{}/resume?return_to={}", self.0.paths.session, utf8_percent_encode(here, QUERY_VALUE));
        redirect(StatusCode::TEMPORARY_REDIRECT, &target)
    }
}

/// Whether a request asks not to count as use. Where it may, the caller knows.
pub fn asks_to_be_passive(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all("cloakroom-passive").iter();
    values.next().is_some_and(|value| value == "1") && values.next().is_none()
}

/// The `jti` that resuming has been tried for.
pub(crate) fn mark_in(query: Option<&str>) -> Option<&str> {
    query?.split('&').find_map(|pair| pair.strip_prefix(RESUMED)?.strip_prefix('='))
}

/// A redirect that nobody may keep.
pub(crate) fn redirect<B: From<String>>(status: StatusCode, target: &str) -> Response<B> {
    let mut response = Response::new(B::from(String::new()));
    *response.status_mut() = status;
    let location = HeaderValue::from_str(target).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(header::LOCATION, location);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(feature = "axum")]
fn peer_of<A>(request: &Request<A>) -> Option<IpAddr> {
    request.extensions().get::<axum::extract::ConnectInfo<SocketAddr>>().map(|info| info.0.ip())
}

#[cfg(not(feature = "axum"))]
fn peer_of<A>(request: &Request<A>) -> Option<IpAddr> {
    request.extensions().get::<SocketAddr>().map(SocketAddr::ip)
}
