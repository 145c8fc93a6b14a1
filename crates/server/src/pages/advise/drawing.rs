//! The drawing of an outcome: who holds what, who asks whom.
//!
//! 1. A row is an app, the servers that must know who is calling, and the house. What a row looks like follows from the outcome alone.
//! 2. A solid line is a credential that travels: the line has the carrier's colour, the thing on it the proof's. A dashed line is
//!    programs talking among themselves.
//! 3. There are two pictures of the same thing: one wide with all apps, and for narrow screens one for each app.
//! 4. What is drawn is also said in words.

use serde::Serialize;

use crate::texts::en::advise::{self as en, DrawnPart as Part};

/// The drawing of one system.
#[derive(Serialize)]
pub(super) struct Drawing {
    wide: Picture,
    narrow: Vec<Picture>,
    words: Vec<String>,
}

/// An app and what was found for it.
pub(super) struct Drawn<'a> {
    pub(super) name: &'a str,
    pub(super) kind: &'a str,
    /// The outcome's word; `None` where the answers contradict each other.
    pub(super) outcome: Option<&'a str>,
    /// Whether the servers that check JWTs follow the feed.
    pub(super) follows_feed: bool,
}

#[derive(Serialize)]
struct Picture {
    width: u32,
    height: u32,
    label: String,
    boxes: Vec<Shape>,
    arrows: Vec<Arrow>,
    /// What the house shows of itself.
    inside: Vec<Inside>,
}

#[derive(Serialize)]
struct Shape {
    x: u32,
    y: u32,
    width: u32,
    height: u32,
    is_house: bool,
    /// The picture of the cell, if there is one.
    cell: Option<&'static str>,
    title: String,
    /// The title in full, where it is cut.
    whole: Option<String>,
    more: String,
    text_x: u32,
    text_y: u32,
    picture_y: u32,
}

#[derive(Serialize)]
struct Inside {
    hue: &'static str,
    icon: &'static str,
    y: u32,
    title: &'static str,
    more: &'static str,
}

#[derive(Serialize)]
struct Arrow {
    hue: &'static str,
    is_dashed: bool,
    line: String,
    head: String,
    mark: Option<Mark>,
    words: &'static str,
    words_x: u32,
    words_y: u32,
    anchor: &'static str,
}

#[derive(Serialize)]
struct Mark {
    hue: &'static str,
    icon: &'static str,
    x: u32,
    y: u32,
}

/// Who carries what to whom, for one outcome.
struct Plan {
    cell: &'static str,
    /// The servers, from the first that is reached.
    servers: &'static [Part],
    /// What the app sends, and to which server.
    sent: &'static [(usize, Credential)],
    /// Whether the first server hands a JWT on to the second.
    handed_on: Option<Part>,
    /// Which server talks with the house, and about what.
    talks: &'static [(usize, Talk)],
    /// Whether servers check JWTs by themselves, and so may follow the feed.
    checks_alone: Option<usize>,
}

#[derive(Clone, Copy)]
struct Credential {
    carrier: &'static str,
    proof: &'static str,
    words: Part,
}

#[derive(Clone, Copy, PartialEq)]
enum Talk {
    /// It asks who is calling.
    Asks(Part),
    /// It fetches the keys.
    Keys,
    /// It follows the feed.
    Feed,
}

const TICKET_IN_COOKIE: Credential = Credential { carrier: "cookie", proof: "session", words: Part::TicketInCookie };
const TICKET_IN_HEADER: Credential = Credential { carrier: "header", proof: "session", words: Part::TicketInHeader };
const LETTER_IN_COOKIE: Credential = Credential { carrier: "cookie", proof: "jwt", words: Part::LetterInCookie };
const LETTER_IN_HEADER: Credential = Credential { carrier: "header", proof: "jwt", words: Part::LetterInHeader };

const ONE_SERVER: &[Part] = &[Part::YourServer];
const MANY_SERVERS: &[Part] = &[Part::YourServers];
const EDGE: &[Part] = &[Part::Edge, Part::Behind];
const ASKS: &[(usize, Talk)] = &[(0, Talk::Asks(Part::WhoIsThis))];
const SWAPS: &[(usize, Talk)] = &[(0, Talk::Asks(Part::Swaps)), (1, Talk::Keys)];
const KEYS: &[(usize, Talk)] = &[(0, Talk::Keys)];

impl Plan {
    fn of(outcome: &str) -> Option<Self> {
        let plan = |cell, servers, sent, talks| Self { cell, servers, sent, handed_on: None, talks, checks_alone: None };
        Some(match outcome {
            "cookie" => plan("cookie", ONE_SERVER, &[(0, TICKET_IN_COOKIE)], ASKS),
            "token" => plan("token", ONE_SERVER, &[(0, TICKET_IN_HEADER)], ASKS),
            "token+introspect" => plan("token", MANY_SERVERS, &[(0, TICKET_IN_HEADER)], &[(0, Talk::Asks(Part::EachTime))]),
            "jwt" => Self { checks_alone: Some(0), ..plan("jwt", MANY_SERVERS, &[(0, LETTER_IN_HEADER)], KEYS) },
            "jwt_cookie" => Self { checks_alone: Some(0), ..plan("jwt_cookie", MANY_SERVERS, &[(0, LETTER_IN_COOKIE)], KEYS) },
            "cookie+exchange" => {
                Self { handed_on: Some(Part::ShortLetter), ..plan("cookie", EDGE, &[(0, TICKET_IN_COOKIE)], SWAPS) }
            }
            "token+exchange" => {
                Self { handed_on: Some(Part::ShortLetter), ..plan("token", EDGE, &[(0, TICKET_IN_HEADER)], SWAPS) }
            }
            "cookie+page_token" => Self {
                checks_alone: Some(1),
                ..plan(
                    "cookie",
                    &[Part::PageServer, Part::OtherServers],
                    &[(0, TICKET_IN_COOKIE), (1, LETTER_IN_HEADER)],
                    &[(0, Talk::Asks(Part::FetchesLetters)), (1, Talk::Keys)],
                )
            },
            "jwt+introspect" => Self {
                handed_on: Some(Part::SameLetter),
                ..plan(
                    "jwt",
                    &[Part::Gate, Part::ServerBehind],
                    &[(0, LETTER_IN_HEADER)],
                    &[(0, Talk::Keys), (1, Talk::Asks(Part::EachTime))],
                )
            },
            _ => return None,
        })
    }

    fn talks_with(&self, follows_feed: bool) -> Vec<(usize, Talk)> {
        let feed = self.checks_alone.filter(|_| follows_feed).map(|server| (server, Talk::Feed));
        self.talks.iter().copied().chain(feed).collect()
    }
}

impl Talk {
    fn hue(self) -> &'static str {
        match self {
            Self::Asks(_) => "plain",
            Self::Keys => "jwt",
            Self::Feed => "ended",
        }
    }

    fn words(self) -> &'static str {
        en::drawn(match self {
            Self::Asks(words) => words,
            Self::Keys => Part::Keys,
            Self::Feed => Part::Feed,
        })
        .title
    }
}

impl Drawing {
    /// Draws a system.
    pub(super) fn of(apps: &[Drawn<'_>]) -> Self {
        Self { wide: wide(apps), narrow: apps.iter().map(narrow).collect(), words: apps.iter().map(in_words).collect() }
    }
}

fn in_words(app: &Drawn<'_>) -> String {
    let Some(plan) = app.outcome.and_then(Plan::of) else { return en::drawn_nothing(app.name, app.outcome.is_none()) };
    let server = |index: usize| en::drawn(plan.servers[index]).title;
    let sent = plan.sent.iter().map(|(to, credential)| en::drawn_sends(en::drawn(credential.words).title, server(*to)));
    let handed_on = plan.handed_on.map(|letter| en::drawn_hands_on(server(0), en::drawn(letter).title, server(1)));
    let talks = plan.talks_with(app.follows_feed).into_iter().map(|(from, talk)| en::drawn_talks(server(from), talk.words()));
    en::drawn_in_words(app.name, sent.chain(handed_on).chain(talks))
}

/// The longest name that fits beside a picture, in characters.
const LONGEST: usize = 15;

fn shape(x: u32, y: u32, width: u32, height: u32) -> Shape {
    let (text_x, text_y) = (x + 16, y + height / 2);
    let (title, more) = (String::new(), String::new());
    Shape { x, y, width, height, is_house: false, cell: None, title, whole: None, more, text_x, text_y, picture_y: text_y - 26 }
}

fn app_shape(app: &Drawn<'_>, cell: Option<&'static str>, (x, y): (u32, u32), (width, height): (u32, u32)) -> Shape {
    let is_cut = app.name.chars().count() > LONGEST;
    let title = if is_cut { app.name.chars().take(LONGEST - 1).chain(['…']).collect() } else { app.name.to_owned() };
    let whole = is_cut.then(|| app.name.to_owned());
    let base = shape(x, y, width, height);
    Shape { cell, title, whole, more: app.kind.to_owned(), text_x: x + if cell.is_some() { 74 } else { 16 }, ..base }
}

fn server_shape(server: Part, (x, y): (u32, u32), (width, height): (u32, u32)) -> Shape {
    let words = en::drawn(server);
    let more = if width < 180 && words.more.len() > 16 { "" } else { words.more };
    Shape { title: words.title.to_owned(), more: more.to_owned(), ..shape(x, y, width, height) }
}

fn house(x: u32, y: u32, width: u32, height: u32) -> Shape {
    let words = en::drawn(Part::House);
    Shape { is_house: true, title: words.title.to_owned(), ..shape(x, y, width, height) }
}

fn across(hue: &'static str, is_dashed: bool, (from, to): (u32, u32), y: u32, words: &'static str) -> Arrow {
    let back = if to > from { to - 8 } else { to + 8 };
    Arrow {
        hue,
        is_dashed,
        line: format!("M{from} {y}H{to}"),
        head: format!("M{back} {}L{to} {y}L{back} {}", y - 4, y + 4),
        mark: None,
        words,
        words_x: u32::midpoint(from, to),
        words_y: y - 10,
        anchor: "middle",
    }
}

fn down(hue: &'static str, is_dashed: bool, x: u32, (from, to): (u32, u32), words: &'static str) -> Arrow {
    let back = if to > from { to - 8 } else { to + 8 };
    Arrow {
        hue,
        is_dashed,
        line: format!("M{x} {from}V{to}"),
        head: format!("M{} {back}L{x} {to}L{} {back}", x - 4, x + 4),
        mark: None,
        words,
        words_x: x + 22,
        words_y: u32::midpoint(from, to) + 5,
        anchor: "start",
    }
}

fn icon_of(proof: &str) -> &'static str {
    if proof == "session" { "i-ticket" } else { "i-jwt" }
}

const APP: (u32, u32) = (0, 240);
const SERVER: (u32, u32) = (446, 200);
const HOUSE: (u32, u32) = (862, 200);
const GAP: u32 = 28;

/// All apps, one below the other, and the house beside them.
fn wide(apps: &[Drawn<'_>]) -> Picture {
    let (mut boxes, mut arrows, mut talked) = (Vec::new(), Vec::new(), Vec::new());
    let mut top = 8;
    for app in apps {
        let plan = app.outcome.and_then(Plan::of);
        let height = if plan.as_ref().is_some_and(|plan| plan.servers.len() > 1) { 196 } else { 96 };
        boxes.push(app_shape(app, plan.as_ref().map(|plan| plan.cell), (APP.0, top), (APP.1, height)));
        if let Some(plan) = plan {
            talked.extend(plan.talks_with(app.follows_feed).into_iter().map(|(_, talk)| talk));
            wide_row(&plan, app.follows_feed, top, height, &mut boxes, &mut arrows);
        }
        top += height + GAP;
    }
    let height = (top - GAP + 8).max(if talked.is_empty() { 0 } else { 224 });
    let mut inside = Vec::new();
    if !talked.is_empty() {
        boxes.push(Shape { text_x: HOUSE.0 + 20, text_y: 36, ..house(HOUSE.0, 8, HOUSE.1, height - 16) });
        inside = house_inside(&talked, height);
    }
    Picture { width: 1062, height, label: apps.iter().map(in_words).collect::<Vec<_>>().join(" "), boxes, arrows, inside }
}

fn wide_row(plan: &Plan, follows_feed: bool, top: u32, height: u32, boxes: &mut Vec<Shape>, arrows: &mut Vec<Arrow>) {
    let place = |server: usize| match plan.servers.len() {
        1 => (top + 8, height - 16),
        _ => (top + u32::try_from(server).unwrap_or(0) * 124, 72),
    };
    for (index, server) in plan.servers.iter().enumerate() {
        let (y, tall) = place(index);
        boxes.push(server_shape(*server, (SERVER.0, y), (SERVER.1, tall)));
    }
    for (to, credential) in plan.sent {
        let (y, tall) = place(*to);
        let middle = y + tall / 2;
        let arrow = across(credential.carrier, false, (APP.1, SERVER.0 - 4), middle, en::drawn(credential.words).title);
        let mark = Mark { hue: credential.proof, icon: icon_of(credential.proof), x: APP.1 + 14, y: middle - 12 };
        arrows.push(Arrow { mark: Some(mark), words_x: arrow.words_x + 12, ..arrow });
    }
    if let Some(letter) = plan.handed_on {
        let ((above, tall), (below, _)) = (place(0), place(1));
        let x = SERVER.0 + 40;
        let arrow = down("header", false, x, (above + tall, below - 4), en::drawn(letter).title);
        let mark = Mark { hue: "jwt", icon: "i-jwt", x: x - 12, y: above + tall + 10 };
        arrows.push(Arrow { mark: Some(mark), ..arrow });
    }
    let talks = plan.talks_with(follows_feed);
    for (index, (server, talk)) in talks.iter().enumerate() {
        let (y, tall) = place(*server);
        let of_server = talks.iter().filter(|(other, _)| other == server).count();
        let before = talks[..index].iter().filter(|(other, _)| other == server).count();
        let share = |number: usize| u32::try_from(number).unwrap_or(1);
        let line = y + tall * (share(before) * 2 + 1) / (share(of_server) * 2) + if of_server > 1 { 6 } else { 0 };
        let (left, right) = (SERVER.0 + SERVER.1, HOUSE.0);
        let ends = if matches!(talk, Talk::Asks(_)) { (left, right - 4) } else { (right, left + 4) };
        arrows.push(across(talk.hue(), true, ends, line, talk.words()));
    }
}

fn house_inside(talked: &[Talk], height: u32) -> Vec<Inside> {
    let part = |hue, icon, part: Part| {
        let words = en::drawn(part);
        Inside { hue, icon, y: 0, title: words.title, more: words.more }
    };
    let mut parts = vec![part("session", "i-session", Part::Sessions)];
    if talked.contains(&Talk::Keys) {
        parts.push(part("jwt", "i-key", Part::SigningKeys));
    }
    if talked.contains(&Talk::Feed) {
        parts.push(part("ended", "i-ended", Part::EndedList));
    }
    let step = ((height - 88) / u32::try_from(parts.len()).unwrap_or(1)).min(96);
    let mut y = 60;
    for part in &mut parts {
        part.y = y;
        y += step;
    }
    parts
}

const WHOLE: u32 = 320;
const HALF: u32 = 154;

/// One app, from top to bottom.
fn narrow(app: &Drawn<'_>) -> Picture {
    let plan = app.outcome.and_then(Plan::of);
    let mut boxes = vec![app_shape(app, plan.as_ref().map(|plan| plan.cell), (0, 0), (WHOLE, 76))];
    let mut arrows = Vec::new();
    let mut bottom = 76;
    if let Some(plan) = &plan {
        let talks = plan.talks_with(app.follows_feed);
        bottom = match (plan.servers, plan.handed_on) {
            ([first, second], Some(letter)) => narrow_chain(plan, [*first, *second], letter, &talks, &mut boxes, &mut arrows),
            (servers, _) => narrow_fan(plan, servers, &talks, &mut boxes, &mut arrows),
        };
    }
    Picture { width: WHOLE, height: bottom + 2, label: in_words(app), boxes, arrows, inside: Vec::new() }
}

fn sends_down(credential: Credential, x: u32, (from, to): (u32, u32), with_words: bool) -> Arrow {
    let words = if with_words { en::drawn(credential.words).title } else { "" };
    let mark = Mark { hue: credential.proof, icon: icon_of(credential.proof), x: x - 12, y: from + 14 };
    Arrow { mark: Some(mark), ..down(credential.carrier, false, x, (from, to), words) }
}

/// The app, its server or its two servers side by side, the house.
fn narrow_fan(plan: &Plan, servers: &[Part], talks: &[(usize, Talk)], boxes: &mut Vec<Shape>, arrows: &mut Vec<Arrow>) -> u32 {
    let is_one = servers.len() == 1;
    let (top, tall) = (136, 56);
    for (index, server) in servers.iter().enumerate() {
        let x = if index == 0 { 0 } else { WHOLE - HALF };
        boxes.push(server_shape(*server, (x, top), (if is_one { WHOLE } else { HALF }, tall)));
        if let Some((_, credential)) = plan.sent.iter().find(|(to, _)| *to == index) {
            arrows.push(sends_down(*credential, x + 40, (76, top - 4), true));
        }
    }
    if let Some(second) = arrows.get_mut(1) {
        second.words = en::drawn(Part::LetterShort).title;
    }
    if !is_one && let Some(first) = arrows.first_mut() {
        first.words = en::drawn(Part::TicketShort).title;
    }
    let below = top + tall + 60;
    for (index, (server, talk)) in talks.iter().enumerate() {
        let x =
            if is_one { 40 + u32::try_from(index).unwrap_or(0) * 160 } else { [40, WHOLE - HALF + 20, WHOLE - 24][index.min(2)] };
        let ends = if matches!(talk, Talk::Asks(_)) { (top + tall, below - 4) } else { (below, top + tall + 4) };
        let arrow = down(talk.hue(), true, x, ends, if is_one || *server == 0 { talk.words() } else { "" });
        arrows.push(Arrow { words_x: x + 10, ..arrow });
    }
    boxes.push(house(0, below, WHOLE, 52));
    below + 52
}

/// The app, the edge, what stands behind it, the house.
fn narrow_chain(
    plan: &Plan,
    [first, second]: [Part; 2],
    letter: Part,
    talks: &[(usize, Talk)],
    boxes: &mut Vec<Shape>,
    arrows: &mut Vec<Arrow>,
) -> u32 {
    if let Some((_, credential)) = plan.sent.first() {
        arrows.push(sends_down(*credential, 40, (76, 132), true));
    }
    boxes.push(server_shape(first, (0, 136), (WHOLE, 56)));
    let mark = Mark { hue: "jwt", icon: "i-jwt", x: 28, y: 206 };
    arrows.push(Arrow { mark: Some(mark), ..down("header", false, 40, (192, 248), en::drawn(letter).title) });
    boxes.push(server_shape(second, (0, 252), (HALF + 26, 56)));
    boxes.push(house(WHOLE - 122, 252, 122, 56));
    let asks_first = talks.iter().any(|(server, talk)| *server == 0 && matches!(talk, Talk::Asks(_)));
    if asks_first {
        arrows.push(down("plain", true, WHOLE - 40, (192, 248), ""));
        arrows.push(across("jwt", true, (WHOLE - 122, HALF + 30), 280, ""));
    } else {
        arrows.push(across("plain", true, (HALF + 26, WHOLE - 126), 280, ""));
    }
    308
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTCOMES: [&str; 9] = [
        "cookie",
        "token",
        "cookie+exchange",
        "token+exchange",
        "cookie+page_token",
        "jwt",
        "jwt_cookie",
        "token+introspect",
        "jwt+introspect",
    ];

    fn drawn(outcome: &str) -> Drawn<'_> {
        Drawn { name: "web", kind: "a web app", outcome: Some(outcome), follows_feed: true }
    }

    #[test]
    fn every_outcome_but_none_is_drawn_and_said() {
        for outcome in OUTCOMES {
            let drawing = Drawing::of(&[drawn(outcome)]);
            assert!(drawing.wide.arrows.len() >= 2, "{outcome}");
            assert!(drawing.words[0].starts_with("web"), "{outcome}: {}", drawing.words[0]);
        }
        let nothing = Drawing::of(&[drawn("none")]);
        assert!(nothing.wide.arrows.is_empty() && nothing.wide.boxes.len() == 1);
    }

    #[test]
    fn nothing_is_drawn_outside_the_picture() {
        for outcome in OUTCOMES {
            for picture in [wide(&[drawn(outcome), drawn("none"), drawn(outcome)]), narrow(&drawn(outcome))] {
                for shape in &picture.boxes {
                    let inside = shape.x + shape.width <= picture.width && shape.y + shape.height <= picture.height;
                    assert!(inside, "{outcome}: {} at {}", shape.title, shape.y);
                }
                assert!(picture.inside.iter().all(|part| part.y + 40 <= picture.height), "{outcome}");
            }
        }
    }

    #[test]
    fn a_long_name_is_cut_in_the_drawing_and_whole_in_words() {
        let name = "x".repeat(40);
        let app = Drawn { name: &name, ..drawn("cookie") };
        let shape = &wide(&[app]).boxes[0];
        assert_eq!((shape.title.chars().count(), shape.whole.as_deref()), (LONGEST, Some(name.as_str())));
    }
}
