//! Where everything stands in a sequence drawing. Pure: from who said what to whom, to lines and texts with coordinates.
//!
//! 1. Each party has a lane. With more than three, every other head stands a step lower, so that no name is cut off.
//! 2. What happened is drawn from top to bottom, and each mark is as high as its words need.
//! 3. Words are broken at spaces and after slashes, to what the way between two lanes can hold, and never leave the drawing.
//! 4. A drawing says nothing that the list in words beside it does not say.

use serde::Serialize;

/// The drawing's own width; on the page it is scaled.
const WIDTH: i32 = 300;
/// How far the outer lanes stand from the edge.
const MARGIN: i32 = 36;
const HEAD_HEIGHT: i32 = 22;
const LINE_HEIGHT: i32 = 13;
/// What a letter of the drawing's type takes on average, in tenths.
const LETTER_TENTHS: usize = 58;
/// More lines than this hide the drawing behind its words.
const MOST_LINES: usize = 4;

/// What happened, as far as a drawing shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Scene {
    /// Somebody says something to somebody; to oneself, it is a note of what one does.
    Message { from: usize, to: usize, words: String, look: Look },
    /// Time passes, or another part begins.
    Cut { words: String },
}

/// How a message looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// It asks, and shows nothing.
    Asks,
    /// It asks, and a credential goes along: by which carrier, and the icon of what it is.
    Carries { carrier: &'static str, proof: &'static str, icon: &'static str },
    /// An answer.
    Answers,
    /// An answer that says no.
    Refuses,
}

/// A drawing with coordinates.
#[derive(Debug, Serialize)]
pub(super) struct Drawing {
    width: i32,
    height: i32,
    lanes: Vec<Lane>,
    marks: Vec<Mark>,
}

#[derive(Debug, Serialize)]
struct Lane {
    name: String,
    x: i32,
    head: Block,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Block {
    x: i32,
    y: i32,
    width: i32,
    height: i32,
}

#[derive(Debug, Serialize)]
struct Line {
    y: i32,
    words: String,
}

#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Mark {
    Arrow {
        from: i32,
        to: i32,
        y: i32,
        /// The two strokes of the point.
        point: String,
        middle: i32,
        lines: Vec<Line>,
        hue: &'static str,
        is_answer: bool,
        icon: Option<Icon>,
    },
    Box {
        block: Block,
        middle: i32,
        lines: Vec<Line>,
    },
    Cut {
        y: i32,
        lines: Vec<Line>,
    },
}

#[derive(Debug, Serialize)]
struct Icon {
    hue: &'static str,
    name: &'static str,
    x: i32,
    leftward: bool,
}

/// Draws what happened between the parties of these names.
pub(super) fn draw(names: &[String], scenes: &[Scene]) -> Drawing {
    let xs = lanes_of(names.len());
    let is_staggered = names.len() > 3;
    let lanes = names.iter().zip(&xs).enumerate().map(|(at, (name, x))| {
        let width = (text_width(name) + 14).max(44);
        let y = if is_staggered && at % 2 == 1 { 2 + HEAD_HEIGHT + 3 } else { 2 };
        Lane {
            name: name.clone(),
            x: *x,
            head: Block { x: (x - width / 2).clamp(0, WIDTH - width), y, width, height: HEAD_HEIGHT },
        }
    });
    let lanes: Vec<_> = lanes.collect();
    let mut pen = Pen { y: if is_staggered { 2 * HEAD_HEIGHT + 8 } else { HEAD_HEIGHT + 6 }, xs };
    let marks: Vec<_> = scenes.iter().filter_map(|scene| pen.place(scene)).collect();
    Drawing { width: WIDTH, height: pen.y + 10, lanes, marks }
}

fn lanes_of(count: usize) -> Vec<i32> {
    let count = i32::try_from(count).unwrap_or(1).max(1);
    let way = WIDTH - 2 * MARGIN;
    (0..count).map(|at| if count == 1 { WIDTH / 2 } else { MARGIN + way * at / (count - 1) }).collect()
}

/// How far down the drawing has come.
struct Pen {
    y: i32,
    xs: Vec<i32>,
}

impl Pen {
    fn place(&mut self, scene: &Scene) -> Option<Mark> {
        match scene {
            Scene::Message { from, to, words, look } if from != to => {
                let (from, to) = (*self.xs.get(*from)?, *self.xs.get(*to)?);
                Some(self.arrow(from, to, words, *look))
            }
            Scene::Message { to: at, words, .. } => {
                let x = *self.xs.get(*at)?;
                Some(self.block(x, words))
            }
            Scene::Cut { words } => {
                self.y += 10;
                let y = self.y;
                self.y += 2;
                Some(Mark::Cut { y, lines: self.lines(words, WIDTH - 12) })
            }
        }
    }

    fn arrow(&mut self, from: i32, to: i32, words: &str, look: Look) -> Mark {
        self.y += 9;
        let lines = self.lines(words, ((to - from).abs() - 26).max(120));
        self.y += 7;
        let widest = lines.iter().map(|line| text_width(&line.words)).max().unwrap_or_default();
        let toward = (to - from).signum();
        let (start, end) = (from + 3 * toward, to - 3 * toward);
        // The icon stands at the start of the way, and the words stand beside it.
        let (hue, icon) = match look {
            Look::Asks | Look::Answers => ("plain", None),
            Look::Refuses => ("ended", Some(Icon { hue: "ended", name: "i-ended", x: start + 2 * toward, leftward: toward < 0 })),
            Look::Carries { carrier, proof, icon } => {
                (carrier, Some(Icon { hue: proof, name: icon, x: start + 2 * toward, leftward: toward < 0 }))
            }
        };
        let icon = icon.map(|icon| Icon { x: if icon.leftward { icon.x - 16 } else { icon.x }, ..icon });
        let middle = between(i32::midpoint(from, to), widest);
        let back = end - 6 * toward;
        Mark::Arrow {
            from: start,
            to: end,
            y: self.y,
            point: format!("M{back} {} L{end} {} L{back} {}", self.y - 4, self.y, self.y + 4),
            middle,
            lines,
            hue,
            is_answer: matches!(look, Look::Answers | Look::Refuses),
            icon,
        }
    }

    fn block(&mut self, x: i32, words: &str) -> Mark {
        self.y += 8;
        let top = self.y;
        self.y += 3;
        let lines = self.lines(words, 150);
        let width = lines.iter().map(|line| text_width(&line.words)).max().unwrap_or_default() + 14;
        self.y += 6;
        let middle = between(x, width);
        Mark::Box { block: Block { x: middle - width / 2, y: top, width, height: self.y - top }, middle, lines }
    }

    /// Breaks words into lines and moves down by their height.
    fn lines(&mut self, words: &str, width: i32) -> Vec<Line> {
        let broken = broken(words, width).into_iter().map(|words| {
            self.y += LINE_HEIGHT;
            Line { y: self.y - 1, words }
        });
        broken.collect()
    }
}

/// The middle nearest to `x` at which something of that width stays inside.
fn between(x: i32, width: i32) -> i32 {
    let half = (width / 2 + 1).min(WIDTH / 2);
    x.clamp(half, WIDTH - half)
}

fn text_width(words: &str) -> i32 {
    i32::try_from(words.chars().count() * LETTER_TENTHS / 10).unwrap_or(WIDTH)
}

/// Words in lines of at most that width.
fn broken(words: &str, width: i32) -> Vec<String> {
    let mut lines = vec![String::new()];
    for piece in words.split_inclusive([' ', '/']) {
        let is_full = |line: &String| !line.is_empty() && text_width(line) + text_width(piece.trim_end()) > width;
        if lines.last().is_some_and(is_full) {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(piece);
        }
    }
    if lines.len() > MOST_LINES {
        lines.truncate(MOST_LINES);
        if let Some(last) = lines.last_mut() {
            last.push('…');
        }
    }
    lines.iter().map(|line| line.trim_end().to_owned()).filter(|line| !line.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(count: usize) -> Vec<String> {
        ["Browser", "Cloakroom", "Orders", "Thief", "Second tab"].map(str::to_owned).into_iter().take(count).collect()
    }

    fn says(from: usize, to: usize, words: &str) -> Scene {
        Scene::Message { from, to, words: words.to_owned(), look: Look::Asks }
    }

    #[test]
    fn whatever_is_drawn_stays_inside() {
        let long = "a sentence that is much longer than the way between two lanes could ever hold, and goes on";
        for count in 1..=5 {
            let scenes: Vec<_> = (0..count).flat_map(|at| [says(at, (at + 1) % count, long), says(at, at, long)]).collect();
            let drawing = draw(&names(count), &scenes);
            let mut last = 0;
            for mark in &drawing.marks {
                let (middle, lines) = match mark {
                    Mark::Arrow { middle, lines, .. } | Mark::Box { middle, lines, .. } => (*middle, lines),
                    Mark::Cut { lines, .. } => (WIDTH / 2, lines),
                };
                for line in lines {
                    let half = text_width(&line.words) / 2;
                    assert!(middle - half >= 0 && middle + half <= WIDTH, "{count}: {mark:?}");
                    assert!(line.y > last && line.y < drawing.height, "{count}: {mark:?}");
                    last = line.y;
                }
            }
            assert!(drawing.lanes.iter().all(|lane| lane.head.x >= 0 && lane.head.x + lane.head.width <= WIDTH), "{count}");
        }
    }

    #[test]
    fn heads_of_many_lanes_do_not_touch() {
        for count in 1..=5 {
            let lanes = draw(&names(count), &[]).lanes;
            for one in 0..lanes.len() {
                for other in one + 1..lanes.len() {
                    let (a, b) = (lanes[one].head, lanes[other].head);
                    assert!(a.y != b.y || a.x + a.width <= b.x, "{count}: {a:?} {b:?}");
                }
            }
        }
    }

    #[test]
    fn words_are_broken_where_one_would_break_them() {
        assert_eq!(broken("POST /api/v1/session/tokens", 90), ["POST /api/v1/", "session/tokens"]);
        assert_eq!(broken("", 90), Vec::<String>::new());
        assert_eq!(broken(&"word ".repeat(80), 90).len(), MOST_LINES);
        assert!(broken(&"word ".repeat(80), 90)[3].ends_with('…'));
    }

    #[test]
    fn a_message_to_oneself_is_a_note() {
        let drawing = draw(&names(2), &[says(1, 1, "removes the row"), says(0, 7, "to nobody")]);
        assert!(matches!(drawing.marks[..], [Mark::Box { .. }]));
    }
}
