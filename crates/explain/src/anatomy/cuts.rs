//! How a segment is cut out of a value, and the words that say what it is.

use std::ops::Range;

use crate::classified::{Classified, Segment};
use crate::classify::specimen::Specimen;

/// Takes a value of one format apart.
pub(crate) type Anatomy = fn(&Specimen<'_>, &mut Classified);

/// Whether a segment is worth something to a thief.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Worth {
    Harmless,
    Secret,
}

/// Words for segments: id, label, sentence.
const WORDS: &[(&str, &str, &str)] = &[
    ("armour", "frame", "The lines that say what kind of key this is."),
    ("body", "content", "What was signed. Anyone who holds it can read it."),
    ("checksum", "check digits", "They show typing errors, and nothing more."),
    ("ciphertext", "locked content", "Only the server has the key to it."),
    ("client", "client", "Which application it is for."),
    ("code", "code", "Good once, and for a short time."),
    ("cost", "cost", "Which function was used, and how much work it is."),
    ("disclosure", "disclosure", "One detail that its holder chose to show."),
    ("end", "end", "From this moment on it counts no more."),
    ("footer", "footer", "Readable by everyone; often it names a key."),
    ("header", "header", "Says how it is signed or locked."),
    ("id", "id", "The number under which a server keeps the rest."),
    ("iv", "start value", "A random start for the lock. It opens nothing."),
    ("key", "key", "The key itself, or the key in a locked box."),
    ("key_id", "key id", "Which key the server must take."),
    ("mac", "seal", "Proves that nothing was changed."),
    ("name", "name", "What this is the value of."),
    ("parameters", "parameters", "How it is meant to be used."),
    ("password", "password", "Whoever has it is you."),
    ("payload", "claims", "What it says. Anyone who holds it can read it."),
    ("prefix", "prefix", "Says who made it, so that scanners find it when it leaks."),
    ("proof", "proof", "The holder's signature for one verifier."),
    ("secret", "secret", "Whoever has it can use it."),
    ("signature", "signature", "Proves that nothing was changed."),
    ("tag", "tag", "Proves that the locked content was not changed."),
    ("time", "time of making", "When it was made."),
    ("user", "user", "Whom it is about."),
    ("value", "value", "What it holds."),
    ("version", "version", "Which layout follows."),
];

/// Cuts out the bytes of the value at that range.
pub(crate) fn cut(classified: &mut Classified, id: &'static str, range: Range<usize>, worth: Worth) {
    if range.is_empty() {
        return;
    }
    let (label, says) = WORDS.iter().find(|(word, ..)| *word == id).map_or((id, ""), |(_, label, says)| (*label, *says));
    classified.segments.push(Segment { id, label, range, secret: worth == Worth::Secret, says, shown: None });
}

/// Cuts out a piece that was split off the value; pieces of anything else are passed over.
pub(crate) fn piece(specimen: &Specimen<'_>, classified: &mut Classified, id: &'static str, piece: &str, worth: Worth) {
    if let Some(range) = range_of(specimen.value, piece) {
        cut(classified, id, range, worth);
    }
}

/// Where a piece stands in the text that it was split off.
pub(crate) fn range_of(whole: &str, piece: &str) -> Option<Range<usize>> {
    let start = (piece.as_ptr() as usize).checked_sub(whole.as_ptr() as usize)?;
    let end = start.checked_add(piece.len())?;
    (end <= whole.len()).then_some(start..end)
}

/// Shows the segment that was cut last in another spelling of the same length.
pub(crate) fn show_last_as(classified: &mut Classified, shown: Option<String>) {
    if let (Some(segment), Some(shown)) = (classified.segments.last_mut(), shown)
        && shown.len() == segment.range.len()
    {
        segment.shown = Some(shown);
    }
}

/// The last `characters` of a piece, the rest before them.
pub(crate) fn split_head(text: &str, characters: usize) -> (&str, &str) {
    text.split_at_checked(characters.min(text.len())).unwrap_or((text, ""))
}
