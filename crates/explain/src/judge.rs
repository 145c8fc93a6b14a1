//! Asks every row of the table of findings about everything that was found.

use cloakroom_primitives::Timestamp;

use crate::authorization::Authorization;
use crate::clean::Cleaned;
use crate::cookie_date::cookie_date;
use crate::cookie_header::CookieHeader;
use crate::finding::{Fill, Finding, Rule};
use crate::findings::all_findings;
use crate::format::Format;
use crate::item::{Item, MessageRef, Side};
use crate::message::{Address, Exchange, Scheme, split_port};
use crate::observed::Observed;
use crate::paste::Paste;
use crate::set_cookie::{SetCookie, Setting};
use crate::subject::{
    AuthorizationSubject, Beside, CookieHeaderSubject, ExchangeSubject, InputSubject, RequestSubject, ResponseSubject,
    SetCookieSubject, TokenSubject,
};

/// A row that fired.
#[derive(Debug)]
pub(crate) struct Raised {
    /// The row.
    pub(crate) finding: &'static Finding,
    /// What fills its sentence.
    pub(crate) fill: Fill,
    /// The item it is about.
    pub(crate) item: Option<usize>,
    /// The message it is about.
    pub(crate) message: Option<MessageRef>,
}

/// Where an exchange went, as far as it or its reader says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Route {
    /// Host, in lower case.
    pub(crate) host: Option<String>,
    /// How.
    pub(crate) scheme: Option<Scheme>,
}

impl Route {
    /// What the exchange says, then what its start line and headers say, then what is assumed.
    pub(crate) fn of(exchange: &Exchange<'_>, assumed: &Address<'_>) -> Self {
        let request = exchange.request.as_ref();
        let header = |name: &str| request.and_then(|request| request.headers.first(name));
        let target = request.and_then(|request| request.target.as_deref()).map(Address::split).unwrap_or_default();
        let authority = header("host").or_else(|| header(":authority"));
        let named = authority.map(|authority| split_port(authority.trim()).0.to_ascii_lowercase());
        let host = exchange.host.clone().or(named).or_else(|| target.host_lower()).or_else(|| assumed.host_lower());
        let scheme = exchange.scheme.or_else(|| header(":scheme").and_then(Scheme::parse)).or(target.scheme).or(assumed.scheme);
        Self { host: host.filter(|host| !host.is_empty()), scheme }
    }

    /// The same as rules take it.
    pub(crate) fn setting(&self) -> Setting<'_> {
        Setting { host: self.host.as_deref(), scheme: self.scheme }
    }
}

/// Everything that is judged.
pub(crate) struct Case<'a> {
    pub(crate) paste: &'a Paste,
    pub(crate) cleaned: &'a Cleaned,
    pub(crate) repairs: &'a [crate::clean::Repair],
    pub(crate) is_too_large: bool,
    pub(crate) format: Option<&'static Format>,
    pub(crate) exchanges: &'a [Exchange<'a>],
    pub(crate) routes: &'a [Route],
    pub(crate) items: &'a [Item<'a>],
    /// Per item, the public secret that its signature verifies with.
    pub(crate) guessed: &'a [Option<String>],
}

impl<'a> Case<'a> {
    /// Everything there is to say, the worst first; within one severity in the order of appearance.
    pub(crate) fn judge(&self) -> Vec<Raised> {
        let mut raised = Vec::new();
        self.tokens(&mut raised);
        self.set_cookies(&mut raised);
        for index in 0..self.exchanges.len() {
            self.exchange(index, &mut raised);
        }
        self.input(&mut raised);
        raised.sort_by_key(|one| std::cmp::Reverse(one.finding.severity));
        raised
    }

    fn tokens(&self, raised: &mut Vec<Raised>) {
        let user_names = self.user_names();
        let nothing = Observed::default();
        for (index, item) in self.items.iter().enumerate().filter(|(_, item)| is_judged_by_value(item)) {
            let beside = self.beside(index);
            let subject = TokenSubject {
                value: &item.classified.value,
                classified: &item.classified,
                place: &item.place,
                now: self.paste.now,
                guessed: self.guessed[index].as_deref(),
                observed: self.paste.observed.get(&item.at).unwrap_or(&nothing),
                beside: &beside,
                user_names: &user_names,
            };
            for finding in all_findings() {
                if let Rule::Token(rule) = finding.rule
                    && let Some(fill) = rule(&subject)
                {
                    raised.push(Raised { finding, fill, item: Some(index), message: item.message });
                }
            }
        }
    }

    /// The other credentials of the same message; of the whole paste, where there are no messages.
    fn beside(&self, index: usize) -> Vec<Beside<'a>> {
        let message = self.items[index].message;
        let others = self.items.iter().enumerate().filter(|(other, item)| *other != index && item.message == message);
        others.map(|(_, item)| Beside { value: &item.classified.value, format: item.format() }).collect()
    }

    fn user_names(&self) -> Vec<&'a str> {
        const NAMES: &[&str] = &["user", "username", "user_name", "login", "email", "uid", "user_id"];
        let is_user = |item: &&Item<'_>| {
            NAMES.iter().any(|name| name.eq_ignore_ascii_case(&item.name)) && item.classified.value.len() <= 254
        };
        let named = self.items.iter().filter(is_user).map(|item| item.classified.value.as_str());
        let basic = self.items.iter().filter_map(|item| match &item.classified.inside {
            crate::inside::Inside::Basic(basic) => Some(basic.user.as_str()),
            _ => None,
        });
        named.chain(basic).collect()
    }

    fn set_cookies(&self, raised: &mut Vec<Raised>) {
        let mut in_paste: Vec<&SetCookie<'_>> = Vec::new();
        let mut in_response: Vec<&SetCookie<'_>> = Vec::new();
        let mut response = None;
        for (index, item) in self.items.iter().enumerate() {
            let Some(cookie) = &item.cookie else { continue };
            if item.message.is_none() || item.message != response {
                response = item.message;
                in_response.clear();
            }
            let setting = self.setting(item);
            let refusals = cookie.refusals(setting);
            let sent_at = self.sent_at(item).unwrap_or(self.paste.now);
            let subject = SetCookieSubject {
                cookie,
                item,
                setting,
                refusals: &refusals,
                before: &in_response,
                before_in_paste: &in_paste,
                now: self.paste.now,
                sent_at,
            };
            for finding in all_findings() {
                if let Rule::SetCookie(rule) = finding.rule
                    && let Some(fill) = rule(&subject)
                {
                    raised.push(Raised { finding, fill, item: Some(index), message: item.message });
                }
            }
            in_response.push(cookie);
            in_paste.push(cookie);
        }
    }

    fn setting(&self, item: &Item<'_>) -> Setting<'_> {
        item.message.and_then(|message| self.routes.get(message.exchange)).map(Route::setting).unwrap_or_default()
    }

    /// What `Date` says.
    fn sent_at(&self, item: &Item<'_>) -> Option<Timestamp> {
        let response = self.exchanges.get(item.message?.exchange)?.response.as_ref()?;
        cookie_date(response.headers.first("date")?)
    }

    fn exchange(&self, index: usize, raised: &mut Vec<Raised>) {
        let exchange = &self.exchanges[index];
        let setting = self.routes[index].setting();
        let request_items = self.items_of(index, Side::Request);
        let response_items = self.items_of(index, Side::Response);
        let request = exchange.request.as_ref().map(|request| RequestSubject {
            request,
            address: request.target.as_deref().map(Address::split).unwrap_or_default(),
            setting,
            items: &request_items,
        });
        let response = exchange.response.as_ref().map(|response| ResponseSubject {
            response,
            request: exchange.request.as_ref(),
            setting,
            items: &response_items,
        });
        let at = |side| Some(MessageRef { exchange: index, side });
        if let Some(request) = &request {
            self.request(request, index, raised);
        }
        for finding in all_findings() {
            let fill = match (finding.rule, &request, &response) {
                (Rule::Response(rule), _, Some(response)) => rule(response),
                (Rule::Exchange(rule), Some(request), Some(response)) => rule(&ExchangeSubject { request, response }),
                _ => None,
            };
            if let Some(fill) = fill {
                raised.push(Raised { finding, fill, item: None, message: at(Side::Response) });
            }
        }
    }

    fn request(&self, subject: &RequestSubject<'_>, index: usize, raised: &mut Vec<Raised>) {
        let message = Some(MessageRef { exchange: index, side: Side::Request });
        for finding in all_findings() {
            if let Rule::Request(rule) = finding.rule
                && let Some(fill) = rule(subject)
            {
                raised.push(Raised { finding, fill, item: None, message });
            }
        }
        let cookies: Vec<&Item<'_>> = subject.items.iter().copied().filter(|item| item.is_request_cookie()).collect();
        if subject.request.headers.has("cookie") {
            let header = CookieHeader::read(subject.request.headers.all("cookie"));
            let subject = CookieHeaderSubject { header: &header, items: &cookies };
            for finding in all_findings() {
                if let Rule::CookieHeader(rule) = finding.rule
                    && let Some(fill) = rule(&subject)
                {
                    raised.push(Raised { finding, fill, item: None, message });
                }
            }
        }
        self.authorizations(subject, message, raised);
    }

    fn authorizations(&self, subject: &RequestSubject<'_>, message: Option<MessageRef>, raised: &mut Vec<Raised>) {
        for name in ["authorization", "proxy-authorization"] {
            let headers: Vec<&str> = subject.request.headers.all(name).collect();
            let items = self.items.iter().enumerate().filter(|(_, item)| item.message == message && item.at == name);
            let proof = subject.items.iter().copied().find(|item| item.at == "dpop");
            for (value, (index, item)) in headers.iter().copied().zip(items) {
                let subject = AuthorizationSubject {
                    is_proxy: name == "proxy-authorization",
                    authorization: Authorization::read(value),
                    item,
                    proof,
                    count: headers.len(),
                    request: subject.request,
                    setting: subject.setting,
                };
                for finding in all_findings() {
                    if let Rule::Authorization(rule) = finding.rule
                        && let Some(fill) = rule(&subject)
                    {
                        raised.push(Raised { finding, fill, item: Some(index), message });
                    }
                }
            }
        }
    }

    fn items_of(&self, exchange: usize, side: Side) -> Vec<&'a Item<'a>> {
        let message = Some(MessageRef { exchange, side });
        self.items.iter().filter(|item| item.message == message).collect()
    }

    fn input(&self, raised: &mut Vec<Raised>) {
        let subject = InputSubject {
            repairs: self.repairs,
            text: self.cleaned.text(),
            has_control: self.cleaned.has_control,
            is_too_large: self.is_too_large,
            has_host: self.routes.iter().any(|route| route.host.is_some()),
            format: self.format,
            items: self.items,
        };
        for finding in all_findings() {
            if let Rule::Input(rule) = finding.rule
                && let Some(fill) = rule(&subject)
            {
                raised.push(Raised { finding, fill, item: None, message: None });
            }
        }
    }
}

/// The word for a scheme is no value, and the value of a line that deletes means nothing.
fn is_judged_by_value(item: &Item<'_>) -> bool {
    !item.at.ends_with(".scheme") && !item.cookie.as_ref().is_some_and(SetCookie::deletes)
}

impl std::fmt::Debug for Case<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Case").field("items", &self.items.len()).finish_non_exhaustive()
    }
}
