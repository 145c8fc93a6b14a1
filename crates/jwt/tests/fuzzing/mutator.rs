//! Bends input in the ways that have broken parsers: bits, bytes, runs, numbers and words of the format, and parts of other seeds.

use cloakroom_primitives::{Random, SeededRandom};

pub(crate) struct Mutator<'a> {
    random: SeededRandom,
    seeds: &'a [Vec<u8>],
    words: &'a [&'a [u8]],
}

impl<'a> Mutator<'a> {
    /// The same inputs in every run.
    pub(crate) fn new(seeds: &'a [Vec<u8>], words: &'a [&'a [u8]]) -> Self {
        Self { random: SeededRandom::new(42), seeds, words }
    }

    /// The next input: a seed with one to eight changes, mostly few.
    pub(crate) fn next(&mut self) -> Vec<u8> {
        let mut input = self.seeds[self.below(self.seeds.len())].clone();
        for _ in 0..1 << self.below(4).min(self.below(4)) {
            self.change(&mut input);
        }
        input
    }

    /// A number below `bound`, which is not zero.
    fn below(&self, bound: usize) -> usize {
        let mut bytes = [0; 8];
        self.random.fill(&mut bytes);
        (u64::from_le_bytes(bytes) % bound as u64) as usize
    }

    fn change(&self, input: &mut Vec<u8>) {
        const BYTES: &[u8] =
            b"\0\x01\x1f\x20\"\\/.{}[]:,=-_+%0123456789eEAZaznulltruefalse\x7f\x80\xc0\xed\xf4\xff\x30\x02\x03\x04\x82";
        if input.is_empty() {
            input.push(BYTES[self.below(BYTES.len())]);
        }
        let at = self.below(input.len());
        let end = (at + 1 + self.below(16)).min(input.len());
        match self.below(10) {
            0 => input[at] ^= 1 << self.below(8),
            1 => input[at] = BYTES[self.below(BYTES.len())],
            2 => input.insert(at, BYTES[self.below(BYTES.len())]),
            3 => drop(input.drain(at..end)),
            4 => {
                let run = input[at..end].to_vec();
                input.splice(at..at, run);
            }
            5 => input.swap(at, end - 1),
            6 => input.truncate(at),
            7 => input[at] = input[at].wrapping_add(if self.below(2) == 0 { 1 } else { 0xff }),
            8 => {
                let word = self.words[self.below(self.words.len())];
                input.splice(at..end, word.iter().copied());
            }
            _ => {
                let other = &self.seeds[self.below(self.seeds.len())];
                let from = self.below(other.len());
                let to = (from + 1 + self.below(64)).min(other.len());
                input.splice(at..at, other[from..to].iter().copied());
            }
        }
    }
}
