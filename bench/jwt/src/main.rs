//! What each verification costs above the bare check, as a machine that does other things too can tell it: everybody takes turns, and what
//! is printed are medians over all turns, of the time itself and of its difference from the bare check's in the same turn.

use std::io::{Write as _, stdout};
use std::time::Instant;

use cloakroom_bench_jwt::{Scheme, contenders};

const TURNS: usize = 301;
/// A turn lasts about as long for every scheme.
const NANOSECONDS_PER_TURN: f64 = 400_000.0;

fn main() -> std::io::Result<()> {
    let only: Vec<String> = std::env::args().skip(1).collect();
    let mut out = stdout().lock();
    for scheme in Scheme::ALL.into_iter().filter(|scheme| only.is_empty() || only.iter().any(|name| name == scheme.name())) {
        let mut all = contenders(scheme);
        let calls: Vec<usize> = all.iter_mut().map(|one| calls_per_turn(&mut one.verify)).collect();
        let mut times = vec![Vec::with_capacity(TURNS); all.len()];
        for _ in 0..TURNS {
            for ((one, calls), times) in all.iter_mut().zip(&calls).zip(&mut times) {
                times.push(nanoseconds(&mut one.verify, *calls));
            }
        }
        writeln!(out, "{}\n{:<28}{:>12}{:>14}{:>12}", scheme.name(), "", "median ns", "above bare", "times bare")?;
        for (one, time) in all.iter().zip(&times) {
            let above: Vec<f64> = time.iter().zip(&times[0]).map(|(time, bare)| time - bare).collect();
            let (time, above, bare) = (median(time), median(&above), median(&times[0]));
            writeln!(out, "{:<28}{time:>12.0}{above:>14.0}{:>12.2}", one.name, time / bare)?;
        }
    }
    Ok(())
}

fn calls_per_turn(verify: &mut dyn FnMut()) -> usize {
    let once = nanoseconds(verify, 200);
    ((NANOSECONDS_PER_TURN / once) as usize).clamp(1, 10_000)
}

/// The time of one call, on average over so many.
fn nanoseconds(verify: &mut dyn FnMut(), calls: usize) -> f64 {
    let start = Instant::now();
    for _ in 0..calls {
        verify();
    }
    start.elapsed().as_nanos() as f64 / calls as f64
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}
