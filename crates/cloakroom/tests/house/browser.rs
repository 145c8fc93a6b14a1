//! A browser: it keeps cookies, sends them by path, and follows redirects as Chromium does.

use http::Method;

use super::{Answer, House};

/// More redirects than any way here has: a circle is longer.
const MOST_REDIRECTS: usize = 6;

pub(crate) struct Browser<'a> {
    house: &'a House,
    /// Name, path and value.
    cookies: Vec<(String, String, String)>,
    /// Each request of the last way, as method and path.
    pub(crate) way: Vec<String>,
}

impl<'a> Browser<'a> {
    pub(crate) fn of(house: &'a House) -> Self {
        Self { house, cookies: Vec::new(), way: Vec::new() }
    }

    /// Takes the cookies of an answer.
    pub(crate) fn keep(&mut self, answer: &Answer) {
        for line in answer.set_cookies() {
            let mut parts = line.split("; ");
            let (name, value) = parts.next().unwrap().split_once('=').unwrap();
            let path = parts.find_map(|part| part.strip_prefix("Path=")).unwrap_or("/");
            self.cookies.retain(|(own, own_path, _)| (&**own, &**own_path) != (name, path));
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), path.to_owned(), value.to_owned()));
            }
        }
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.iter().find(|(own, ..)| own == name).map(|(.., value)| &**value)
    }

    /// Goes somewhere.
    pub(crate) async fn go(&mut self, path: &str) -> Answer {
        self.travel(Method::GET, path, "").await
    }

    /// Sends a form of ours.
    pub(crate) async fn submit(&mut self, path: &str, form: &str) -> Answer {
        self.travel(Method::POST, path, form).await
    }

    async fn travel(&mut self, mut method: Method, path: &str, form: &str) -> Answer {
        self.way.clear();
        let mut path = path.to_owned();
        for _ in 0..MOST_REDIRECTS {
            self.way.push(format!("{method} {path}"));
            let answer = self.ask(&method, &path, form).await;
            self.keep(&answer);
            match (answer.status, answer.header("location")) {
                (303, Some(target)) => (method, path) = (Method::GET, target.to_owned()),
                (307, Some(target)) => target.clone_into(&mut path),
                _ => return answer,
            }
        }
        panic!("a circle: {:?}", self.way);
    }

    async fn ask(&self, method: &Method, path: &str, form: &str) -> Answer {
        let mut ask = self.house.ask(method.clone(), path).ours().navigating();
        for (name, below, value) in &self.cookies {
            if path.starts_with(below) {
                ask = ask.cookie(name, value);
            }
        }
        if *method == Method::POST { ask.body(form).send().await } else { ask.send().await }
    }
}
