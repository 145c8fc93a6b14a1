//! Asks of the caller what a route requires.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Request, Response};
use tower_layer::Layer;
use tower_service::Service;

use crate::auth::Auth;
use crate::context::RequestContext;
use crate::problem::{Problem, ProblemCode};
use crate::requirement::Requirement;
use crate::response::problem_response;

/// Refuses callers who do not meet a [`Requirement`]. It is made by [`Auth::require`] and stands inside [`Auth::layer`].
#[derive(Clone, Debug)]
pub struct RequireLayer {
    auth: Auth,
    requirement: Requirement,
}

impl Auth {
    /// A layer that asks `requirement` of whoever calls.
    pub fn require(&self, requirement: Requirement) -> RequireLayer {
        RequireLayer { auth: self.clone(), requirement }
    }
}

impl<S> Layer<S> for RequireLayer {
    type Service = RequireService<S>;

    fn layer(&self, inner: S) -> RequireService<S> {
        RequireService { auth: self.auth.clone(), requirement: self.requirement.clone(), inner }
    }
}

/// A service behind a [`RequireLayer`].
#[derive(Clone, Debug)]
pub struct RequireService<S> {
    auth: Auth,
    requirement: Requirement,
    inner: S,
}

impl<S, A, B> Service<Request<A>> for RequireService<S>
where
    S: Service<Request<A>, Response = Response<B>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send + 'static,
    A: Send + 'static,
    B: From<String> + Send + 'static,
{
    type Response = Response<B>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<B>, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<A>) -> Self::Future {
        let (auth, requirement) = (self.auth.clone(), self.requirement.clone());
        let context = request.extensions().get::<RequestContext>().cloned();
        let mut inner = self.inner.clone();
        std::mem::swap(&mut inner, &mut self.inner);
        Box::pin(async move {
            match allowed(&auth, &requirement, context).await {
                Ok(()) => inner.call(request).await,
                Err(problem) => Ok(problem_response(problem, auth.problems_page())),
            }
        })
    }
}

async fn allowed(auth: &Auth, requirement: &Requirement, context: Option<RequestContext>) -> Result<(), Problem> {
    // Without the layer around it nobody has been authenticated: nothing is allowed.
    let Some(context) = context else {
        tracing::error!("a route requires something of its caller, but `auth.layer()` is not around it");
        return Err(ProblemCode::Internal.into());
    };
    let caller = context.require_caller()?;
    auth.confirm(requirement, caller, context.now).await
}
