//! True or false? What people say of sessions, cookies and JWTs, and what is true of it, in two sentences each.

pub(crate) const SAME_THING: &str = "Cookies and sessions are the same thing.";
pub(crate) const SAME_THING_BECAUSE: [&str; 2] = [
    "A cookie is a way to carry something, a session is something that the server remembers.",
    "Here one session travels in a header, and one cookie holds a JWT: each goes without the other.",
];

pub(crate) const COOKIES_OR_JWT: &str = "We use cookie auth, so we cannot use JWT.";
pub(crate) const COOKIES_OR_JWT_BECAUSE: [&str; 2] = [
    "“Cookie” answers how a credential travels, “JWT” answers what it is, so you can have both.",
    "In cell C the browser carries a JWT in a cookie, and no script can read it.",
];

pub(crate) const COOKIES_ARE_INSECURE: &str = "Cookies are insecure.";
pub(crate) const COOKIES_ARE_INSECURE_BECAUSE: [&str; 2] = [
    "A cookie that says “user=ada” proves nothing, because anybody can write it.",
    "A cookie that holds a secret or a seal is as good as what it holds, and HttpOnly keeps it from every script.",
];

pub(crate) const STATELESS_STORES_NOTHING: &str = "Stateless means the server stores nothing.";
pub(crate) const STATELESS_STORES_NOTHING_BECAUSE: [&str; 2] = [
    "It means that one request is checked without looking anything up.",
    "For the JWTs here the server keeps a session, a refresh family, its keys, and a list of the sessions that have ended.",
];

pub(crate) const JWTS_ARE_ENCRYPTED: &str = "JWTs are encrypted.";
pub(crate) const JWTS_ARE_ENCRYPTED_BECAUSE: [&str; 2] = [
    "The usual JWT is signed (JWS, RFC 7515): everybody who holds it can read it, and nobody can change it unnoticed.",
    "An encrypted one is called JWE (RFC 7516) and has five parts instead of three.",
];

pub(crate) const JWT_LOGOUT: &str = "A JWT can be logged out.";
pub(crate) const JWT_LOGOUT_BECAUSE: [&str; 2] = [
    "Where the verifier asks, or keeps a list of what has ended, it is refused at the next request.",
    "Where it is verified alone, it is good until it runs out, whatever anybody clicks.",
];

pub(crate) const JWT_REPLACES_SESSIONS: &str = "JWT replaces sessions.";
pub(crate) const JWT_REPLACES_SESSIONS_BECAUSE: [&str; 2] = [
    "Somebody must still remember who is signed in, since a short JWT has to be renewed and a stolen one to be stopped.",
    "Here the session behind the JWT ended when its refresh token was used twice, and everything under it died.",
];

pub(crate) const JWTS_ARE_FASTER: &str = "JWTs are faster.";
pub(crate) const JWTS_ARE_FASTER_BECAUSE: [&str; 2] = [
    "A JWT saves a look-up and costs a signature check; a session costs a look-up, which mostly ends in memory.",
    "Which of the two is quicker depends on where the store is, so look at both figures, measured on this machine.",
];

pub(crate) const SESSIONS_DO_NOT_SCALE: &str = "Sessions do not scale.";
pub(crate) const SESSIONS_DO_NOT_SCALE_BECAUSE: [&str; 2] = [
    "Ten million of them fit on one disk, as the figures computed from this machine show.",
    "JWTs that can be renewed keep a row for each sign-in too, and write to it every few minutes.",
];

pub(crate) const LOCAL_STORAGE_IS_SAFER: &str = "localStorage is safer than cookies.";
pub(crate) const LOCAL_STORAGE_IS_SAFER_BECAUSE: [&str; 2] = [
    "Every script in the page reads localStorage and can carry the token away, and none reads an HttpOnly cookie.",
    "Neither helps against a script that acts while the page is open, so keep foreign scripts out first.",
];

pub(crate) const SAME_SITE_ENDS_CSRF: &str = "SameSite makes CSRF go away.";
pub(crate) const SAME_SITE_ENDS_CSRF_BECAUSE: [&str; 2] = [
    "Strict and Lax keep a cookie out of a form that another site posts and out of a background fetch, but a sibling subdomain is the \
     same site, and an old browser knows neither.",
    "Cloakroom also asks where each changing request comes from, and refused the form even where the cookie came along.",
];

pub(crate) const ONE_IS_BETTER: &str = "One of them is simply better.";
pub(crate) const ONE_IS_BETTER_BECAUSE: [&str; 2] = [
    "When the store is gone, a JWT that nobody has met is still checked and a ticket is not; when you sign out, it is the other way round.",
    "What fits follows from your system: ask the adviser.",
];
