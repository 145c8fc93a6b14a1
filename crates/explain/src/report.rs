//! The answer, made from what was found and what was raised, with every secret veiled.

use cloakroom_primitives::Timestamp;
use serde_json::{Map, Value};

use crate::blank;
use crate::clean::Repair;
use crate::cookie_date::rfc3339;
use crate::cookie_words::{attribute_says, name_says};
use crate::explanation::{
    Alternative, Counts, Explanation, FindingReport, Input, ItemReport, Message, Ours, PartReport, Size, Source, VERSION,
};
use crate::formats::by_id;
use crate::item::{Carrier, Item, MessageRef, Side};
use crate::judge::{Case, Raised};
use crate::lifetime::lifetime;
use crate::limits;
use crate::message::{Address, Exchange};
use crate::part::Confidence;
use crate::set_cookie::{Attribute, SetCookie, Setting};
use crate::sniff::{Content, Document};
use crate::source::source_address;
use crate::summary::summary;
use crate::veil::{Veil, shown, stars};
use crate::who::who;

/// Makes the answer.
pub(crate) struct Report<'a> {
    case: &'a Case<'a>,
    document: &'a Document<'a>,
    veil: Veil,
}

impl<'a> Report<'a> {
    /// Learns what must be veiled.
    pub(crate) fn new(case: &'a Case<'a>, document: &'a Document<'a>) -> Self {
        Self { case, document, veil: Veil::over(case.items) }
    }

    /// Judges, and reports.
    pub(crate) fn finish(&self) -> Explanation {
        let raised = self.case.judge();
        let references: Vec<String> = (1..=raised.len()).map(|number| format!("f{number}")).collect();
        let findings: Vec<FindingReport> =
            raised.iter().zip(&references).map(|(one, reference)| self.finding(one, reference)).collect();
        let mut counts = Counts::default();
        for one in &raised {
            counts.add(one.finding.severity);
        }
        let items: Vec<ItemReport> =
            self.case.items.iter().enumerate().map(|(index, item)| self.item(index, item, &findings)).collect();
        let input = self.input(&findings);
        let summary = summary(&input, &items, &findings, counts);
        Explanation {
            explain: VERSION,
            now: rfc3339(self.case.paste.now),
            input,
            summary,
            counts,
            messages: self.messages(),
            items,
            findings,
            ours: self.ours(),
        }
    }

    fn input(&self, findings: &[FindingReport]) -> Input {
        let confidence = match &self.document.content {
            Content::Value(bare) => bare.classified.confidence,
            Content::Nothing | Content::Json(_) | Content::Lines(_) | Content::Words(_) => Confidence::Weak,
            Content::Messages(_) | Content::Cookies(_) => Confidence::Certain,
        };
        let mut alternatives = match &self.document.content {
            Content::Value(bare) => self.alternatives(&bare.classified.alternatives),
            _ => Vec::new(),
        };
        let readings = self.document.alternatives.iter().filter_map(|(id, because)| {
            by_id(id).map(|format| Alternative { format: format.id, name: format.name, because: (*because).to_owned() })
        });
        alternatives.extend(readings);
        alternatives.truncate(3);
        Input {
            container: self.case.format.map_or("unknown", |format| format.id),
            confidence,
            bytes: self.case.paste.text.len(),
            blanked: findings.iter().any(|finding| finding.id == "input.blanked"),
            cut_at: self.case.cleaned.cut_at,
            repairs: self.case.repairs.iter().copied().map(Repair::word).collect(),
            alternatives,
        }
    }

    fn alternatives(&self, found: &[(&'static crate::format::Format, String)]) -> Vec<Alternative> {
        let one = |(format, because): &(&'static crate::format::Format, String)| Alternative {
            format: format.id,
            name: format.name,
            because: self.veil.hide(because).into_owned(),
        };
        found.iter().take(3).map(one).collect()
    }

    /// Something of ours is told by its format alone; whether it would be taken, only the server itself can add.
    fn ours(&self) -> Ours {
        let is_ours = |item: &Item<'_>| item.format().group == crate::format::FormatGroup::Cloakroom;
        if self.case.items.iter().any(is_ours) { Ours::UNTOLD } else { Ours::FOREIGN }
    }

    fn finding(&self, raised: &Raised, reference: &str) -> FindingReport {
        FindingReport {
            reference: reference.to_owned(),
            id: raised.finding.id,
            severity: raised.finding.severity,
            item: raised.item.map(item_id),
            message: raised.message.and_then(|message| self.message_id(message)),
            part: raised.finding.part(&raised.fill).map(|part| self.veil.hide_in_name(part).into_owned()),
            text: self.veil.hide_in_name(&raised.finding.text_with(&raised.fill)).into_owned(),
            remedy: raised.finding.remedy,
            sources: raised.finding.sources.iter().map(|label| Source { label, url: source_address(label) }).collect(),
        }
    }

    fn item(&self, index: usize, item: &Item<'_>, findings: &[FindingReport]) -> ItemReport {
        let id = item_id(index);
        let own = findings
            .iter()
            .filter(|finding| finding.item.as_deref() == Some(&id))
            .map(|finding| finding.reference.clone())
            .collect();
        ItemReport { findings: own, ..self.describe(id, item) }
    }

    /// An item without its findings; nested ones carry the number of their holder in front of their own.
    fn describe(&self, id: String, item: &Item<'_>) -> ItemReport {
        let classified = &item.classified;
        let format = classified.format;
        let setting = self.setting(item);
        let nested =
            item.nested.iter().enumerate().map(|(at, (_, inner))| self.describe(format!("{id}.{}", at + 1), inner)).collect();
        ItemReport {
            at: self.veil.hide_in_name(&item.at).into_owned(),
            message: item.message.and_then(|message| self.message_id(message)),
            span: self.span(item),
            format: format.id,
            name: format.name,
            confidence: classified.confidence,
            because: classified.because.iter().map(|because| self.veil.hide(because).into_owned()).collect(),
            alternatives: self.alternatives(&classified.alternatives),
            part: format.part,
            carrier: item.carrier.word(),
            says: format.says,
            pitfall: format.pitfall,
            shown: printable(&self.veil.hide(&shown(item))),
            parts: self.parts(item),
            decoded: blank::decoded(classified).map(|decoded| with_dates(self.veil.hide_inside(&decoded))),
            nested,
            readable_by_holder: format.readable.answer.as_str(),
            server_remembers: format.remembered.answer.as_str(),
            lifetime: lifetime(item, self.case.paste.now),
            who: who(item, setting),
            size: size(item),
            findings: Vec::new(),
            id,
        }
    }

    fn setting(&self, item: &Item<'_>) -> Setting<'_> {
        item.message
            .and_then(|message| self.case.routes.get(message.exchange))
            .map(crate::judge::Route::setting)
            .unwrap_or_default()
    }

    /// Where the item stands: name and value of a cookie, else the value.
    fn span(&self, item: &Item<'_>) -> Option<[usize; 2]> {
        let value = self.piece(&item.raw)?;
        match self.piece(&item.name).filter(|name| item.carrier == Carrier::Cookie && name[1] <= value[0]) {
            Some(name) => Some([name[0], value[1]]),
            None => Some(value),
        }
    }

    /// Where a piece of text stands in the paste; a copy is looked for when it is long enough to be found nowhere else.
    fn piece(&self, text: &str) -> Option<[usize; 2]> {
        const LONG_ENOUGH: usize = 16;
        let cleaned = self.case.cleaned;
        let range = cleaned.span(text).filter(|_| !text.is_empty()).or_else(|| {
            let at = (text.len() >= LONG_ENOUGH).then(|| cleaned.text().find(text)).flatten()?;
            cleaned.span(&cleaned.text()[at..at + text.len()])
        })?;
        Some([range.start, range.end])
    }

    fn parts(&self, item: &Item<'_>) -> Vec<PartReport> {
        let mut parts = Vec::new();
        if item.carrier == Carrier::Cookie {
            parts.push(PartReport {
                id: "name".to_owned(),
                label: "name".to_owned(),
                span: self.piece(&item.name),
                secret: false,
                value: Some(printable(&self.veil.hide_in_name(&item.name))),
                says: name_says(&item.name).to_owned(),
            });
        }
        self.value_parts(item, &mut parts);
        if let Some(cookie) = &item.cookie {
            let left = limits::PARTS.saturating_sub(parts.len());
            parts.extend(cookie.attributes.iter().take(left).map(|attribute| self.attribute(cookie, attribute)));
        }
        parts
    }

    fn attribute(&self, cookie: &SetCookie<'_>, attribute: &Attribute<'_>) -> PartReport {
        // What browsers know is harmless; anything else may hold what it should not.
        let shown = |text: &str| {
            let hidden = self.veil.hide(text);
            printable(&if attribute.known.is_some() { hidden.into_owned() } else { without_long_words(&hidden) })
        };
        PartReport {
            id: attribute.part_id(),
            label: shown(attribute.name),
            span: self.attribute_span(attribute.name, attribute.value),
            secret: false,
            value: attribute.value.map(shown),
            says: attribute_says(cookie, attribute.known).to_owned(),
        }
    }

    fn attribute_span(&self, name: &str, value: Option<&str>) -> Option<[usize; 2]> {
        let start = self.case.cleaned.span(name)?.start;
        let end = self.case.cleaned.span(value.unwrap_or(name))?.end;
        Some([start, end])
    }

    /// The segments of the value; the value as a whole where it has none.
    fn value_parts(&self, item: &Item<'_>, parts: &mut Vec<PartReport>) {
        let classified = &item.classified;
        let whole = self.piece(&item.raw);
        // Positions inside hold only where the value stands in the paste as it was recognised.
        let start = whole.filter(|span| {
            span[1] - span[0] == classified.value.len() && !classified.is_percent_decoded && !classified.is_unquoted
        });
        let shown = shown(item);
        if classified.segments.is_empty() {
            parts.push(PartReport {
                id: "value".to_owned(),
                label: "value".to_owned(),
                span: whole,
                secret: shown.contains('*'),
                value: (!shown.contains('*')).then(|| printable(&self.veil.hide(&shown))),
                says: classified.format.says.to_owned(),
            });
        }
        for segment in classified.segments.iter().take(limits::PARTS - parts.len()) {
            let text = classified.value.get(segment.range.clone()).unwrap_or("");
            let hidden = self.veil.hide(text);
            parts.push(PartReport {
                id: segment.id.to_owned(),
                label: segment.label.to_owned(),
                span: start.map(|span| [span[0] + segment.range.start, span[0] + segment.range.end]),
                secret: segment.secret,
                value: (!segment.secret).then(|| printable(&hidden)),
                says: segment.says.to_owned(),
            });
        }
    }

    fn messages(&self) -> Vec<Message> {
        let mut messages = Vec::new();
        for (index, exchange) in self.case.exchanges.iter().enumerate() {
            for side in [Side::Request, Side::Response] {
                let message = MessageRef { exchange: index, side };
                if let Some(id) = self.message_id(message) {
                    messages.push(self.message(id, message, exchange));
                }
            }
        }
        messages
    }

    fn message(&self, id: String, at: MessageRef, exchange: &Exchange<'_>) -> Message {
        let route = &self.case.routes[at.exchange];
        let request = exchange.request.as_ref().filter(|_| at.side == Side::Request);
        Message {
            id,
            kind: match at.side {
                Side::Request => "request",
                Side::Response => "response",
            },
            status: exchange.response.as_ref().filter(|_| at.side == Side::Response).and_then(|response| response.status),
            method: request.and_then(|request| request.method.as_deref()).map(printable),
            target: request.and_then(|request| request.target.as_deref()).map(|target| self.target(target)),
            scheme: route.scheme.map(crate::message::Scheme::word),
            host: route.host.as_deref().map(|host| printable(&self.veil.hide_in_name(host))),
        }
    }

    /// Path and the names of parameters; what looks random in the path and every longer value is blanked.
    fn target(&self, target: &str) -> String {
        let address = Address::split(target);
        let path: Vec<String> = address.path.split('/').map(without_long_words).collect();
        let parameters: Vec<String> = address
            .query_parameters()
            .iter()
            .map(|one| format!("{}={}", one.name, if one.raw.len() > HARMLESS { stars(one.raw) } else { one.raw.to_owned() }))
            .collect();
        let query = if parameters.is_empty() { String::new() } else { format!("?{}", parameters.join("&")) };
        let short = self
            .case
            .items
            .iter()
            .filter(|item| item.carrier == Carrier::Url)
            .fold(format!("{}{query}", path.join("/")), |text, item| {
                text.replace(&format!("{}={}", item.name, item.raw), &format!("{}={}", item.name, shown(item)))
            });
        printable(&self.veil.hide(&short))
    }

    /// `m1` is the first message that was pasted.
    fn message_id(&self, message: MessageRef) -> Option<String> {
        let sides = |exchange: &Exchange<'_>| [exchange.request.is_some(), exchange.response.is_some()];
        let before: usize = self
            .case
            .exchanges
            .iter()
            .take(message.exchange)
            .map(|exchange| sides(exchange).into_iter().filter(|is| *is).count())
            .sum();
        let [has_request, has_response] = sides(self.case.exchanges.get(message.exchange)?);
        match message.side {
            Side::Request => has_request.then(|| format!("m{}", before + 1)),
            Side::Response => has_response.then(|| format!("m{}", before + 1 + usize::from(has_request))),
        }
    }
}

/// Numeric dates (RFC 7519 §2) with the same moment in words beside them.
fn with_dates(value: Value) -> Value {
    const NAMES: &[&str] = &["exp", "iat", "nbf", "auth_time", "updated_at"];
    const PLAUSIBLE: std::ops::Range<f64> = 1e8..1e11;
    let Value::Object(members) = value else { return value };
    let mut dated = Map::new();
    for (name, member) in members {
        let seconds = member.as_f64().filter(|seconds| NAMES.contains(&name.as_str()) && PLAUSIBLE.contains(seconds));
        if let Some(seconds) = seconds {
            let moment = Timestamp::from_millis(std::time::Duration::from_secs_f64(seconds).as_millis() as u64);
            dated.insert(format!("{name}_utc"), Value::String(rfc3339(moment)));
        }
        dated.insert(name, with_dates(member));
    }
    Value::Object(dated)
}

fn item_id(index: usize) -> String {
    format!("i{}", index + 1)
}

fn size(item: &Item<'_>) -> Size {
    match item.carrier {
        Carrier::Cookie => Size { bytes: item.name.len() + item.raw.len(), limit: Some(limits::COOKIE_BYTES) },
        Carrier::Header => Size { bytes: item.raw.len(), limit: Some(limits::COOKIE_HEADER_BYTES) },
        Carrier::Url | Carrier::Body | Carrier::Alone => Size { bytes: item.raw.len(), limit: None },
    }
}

/// Longer texts may be a key.
const HARMLESS: usize = 16;

/// The text, unless it is long and not made of words.
fn without_long_words(text: &str) -> String {
    if text.len() > HARMLESS && !is_words(text) { stars(text) } else { text.to_owned() }
}

/// Whether it is made of words and short numbers, as paths are.
fn is_words(text: &str) -> bool {
    text.split(['-', '_', '.'])
        .all(|word| word.len() <= 12 && (word.chars().all(char::is_alphabetic) || word.chars().all(|char| char.is_ascii_digit())))
}

/// Control characters become visible, so that nothing moves the reader's cursor.
fn printable(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { '\u{fffd}' } else { char }).collect()
}
