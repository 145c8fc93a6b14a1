//! What each verification costs above the bare check, as a machine that does other things too can tell it: everybody takes short turns, and
//! of all turns of each the median and the lower quartile are printed. Figures are compared by the quartile, which others disturb less.

use std::io::{Write as _, stdout};
use std::time::Instant;

use cloakroom_bench_jwt::{Scheme, contenders};

const TURNS: usize = 501;
/// A turn lasts about as long for every scheme.
const NANOSECONDS_PER_TURN: f64 = 250_000.0;

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
        for times in &mut times {
            times.sort_by(f64::total_cmp);
        }
        writeln!(
            out,
            "{}\n{:<28}{:>12}{:>12}{:>14}{:>12}",
            scheme.name(),
            "ns",
            "median",
            "quartile",
            "above bare",
            "times bare"
        )?;
        for (one, times_of_one) in all.iter().zip(&times) {
            let (median, quartile, bare) = (times_of_one[TURNS / 2], times_of_one[TURNS / 4], times[0][TURNS / 4]);
            let (above, ratio) = (quartile - bare, quartile / bare);
            writeln!(out, "{:<28}{median:>12.0}{quartile:>12.0}{above:>14.0}{ratio:>12.2}", one.name)?;
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
