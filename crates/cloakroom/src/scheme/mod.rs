//! Ways to prove who is calling. The four built-in ones are called directly; an application's own are boxed and asked first.

mod cookie_credential;
mod jwt_bearer;
mod jwt_cookie;
mod own;
mod session_bearer;
mod session_cookie;
mod step;

pub use cookie_credential::CookieCredential;
pub use own::{Scheme, SchemeName};

pub(crate) use jwt_bearer::{JwtBearer, JwtCheck};
pub(crate) use jwt_cookie::JwtCookie;
pub(crate) use session_bearer::{SessionBearer, judged};
pub(crate) use session_cookie::SessionCookie;
pub(crate) use step::{SessionLookUp, Step};
