//! Where "now" comes from. It is read once per request, at the door, and once per run of a job.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rustix::time::{ClockId, clock_gettime};

use crate::Timestamp;

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
    /// The present moment; never earlier than what an earlier call said.
    fn now(&self) -> Timestamp;
}

/// Whether the process's own time and the machine's wall clock tell the same story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockHealth {
    /// They agree, or are close enough to be drawn together.
    Agrees,
    /// The wall clock has jumped; the process's own time goes on alone.
    Apart {
        /// How far apart they are.
        by: Duration,
        /// Whether the wall clock is ahead of the process's own time.
        wall_is_ahead: bool,
    },
}

/// The process's own time: the wall clock at start plus `CLOCK_BOOTTIME` since (it counts sleep).
///
/// 1. It is drawn towards the wall clock by at most 1 % of the time that passed, so nothing jumps.
/// 2. It never goes backwards.
/// 3. When the two are more than 60 s apart it is not drawn at all: [`SystemClock::health`] says so until they agree again, or until
///    somebody who can look at a watch calls [`SystemClock::accept`].
#[derive(Clone, Debug)]
pub struct SystemClock(Arc<OwnTime>);

/// Beyond this the wall clock has jumped rather than drifted.
const APART: i64 = 60_000;
/// How much of the passed time a correction may be.
const DRAW_PERCENT: i64 = 1;
/// How often the wall clock is looked at.
const DRAW_EVERY: i64 = 1_000;

#[derive(Debug)]
struct OwnTime {
    /// Own time minus `CLOCK_BOOTTIME`, in milliseconds.
    offset: AtomicI64,
    /// `CLOCK_BOOTTIME` at the last look at the wall clock.
    drawn_at: AtomicI64,
    /// Wall clock minus own time at the last look, in milliseconds.
    gap: AtomicI64,
    last: AtomicU64,
    accept: AtomicBool,
    drawing: Mutex<()>,
}

impl SystemClock {
    /// Starts the process's own time at the wall clock's.
    pub fn new() -> Self {
        let (boot, wall) = (boot_millis(), wall_millis());
        Self(Arc::new(OwnTime {
            offset: AtomicI64::new(wall - boot),
            drawn_at: AtomicI64::new(boot),
            gap: AtomicI64::new(0),
            last: AtomicU64::new(0),
            accept: AtomicBool::new(false),
            drawing: Mutex::new(()),
        }))
    }

    /// Moves own time forward to `moment`, if it is behind: what one process has seen, the next must not see again. The wall clock draws it
    /// back at the ordinary pace.
    pub fn not_before(&self, moment: Timestamp) {
        let ahead = i64::try_from(moment.since(self.now()).as_millis()).unwrap_or(i64::MAX);
        self.0.offset.fetch_add(ahead, Ordering::Relaxed);
    }

    /// Whether the wall clock agrees with the process's own time.
    pub fn health(&self) -> ClockHealth {
        self.now();
        let gap = self.0.gap.load(Ordering::Relaxed);
        if gap.abs() <= APART {
            return ClockHealth::Agrees;
        }
        ClockHealth::Apart { by: Duration::from_millis(gap.unsigned_abs()), wall_is_ahead: gap > 0 }
    }

    /// Takes the wall clock's word: own time jumps forward to it, or, when the wall clock is behind, waits for it at the ordinary pace.
    pub fn accept(&self) {
        self.0.accept.store(true, Ordering::Relaxed);
        self.0.draw(boot_millis(), wall_millis());
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let boot = boot_millis();
        if boot - self.0.drawn_at.load(Ordering::Relaxed) >= DRAW_EVERY {
            self.0.draw(boot, wall_millis());
        }
        self.0.read(boot)
    }
}

impl OwnTime {
    fn read(&self, boot: i64) -> Timestamp {
        let own = boot.saturating_add(self.offset.load(Ordering::Relaxed)).max(0).unsigned_abs();
        // The common case only reads: two requests in one millisecond write nothing.
        let last = self.last.load(Ordering::Relaxed);
        if own <= last {
            return Timestamp::from_millis(last);
        }
        Timestamp::from_millis(self.last.fetch_max(own, Ordering::Relaxed).max(own))
    }

    fn draw(&self, boot: i64, wall: i64) {
        let _one_at_a_time = self.drawing.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = boot - self.drawn_at.load(Ordering::Relaxed);
        let offset = self.offset.load(Ordering::Relaxed);
        let gap = wall.saturating_sub(boot.saturating_add(offset));
        let step = if self.accept.swap(false, Ordering::Relaxed) { gap } else { correction(gap, passed) };
        self.offset.store(offset + step, Ordering::Relaxed);
        self.gap.store(gap - step, Ordering::Relaxed);
        self.drawn_at.store(boot, Ordering::Relaxed);
    }
}

/// How far own time moves towards the wall clock after `passed` milliseconds with a gap of `gap`.
fn correction(gap: i64, passed: i64) -> i64 {
    if gap.abs() > APART {
        return 0;
    }
    let most = passed.max(0) * DRAW_PERCENT / 100;
    gap.clamp(-most, most)
}

fn boot_millis() -> i64 {
    let now = clock_gettime(ClockId::Boottime);
    now.tv_sec * 1000 + now.tv_nsec / 1_000_000
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the wall clock")]
fn wall_millis() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Measures what a step costs, finer than a [`Timestamp`] can say. No decision may follow from it.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts to measure.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads a clock")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since the start.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// How long this thread has been at work, apart from all it has waited: for measuring what something costs.
pub fn cpu_time_of_this_thread() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap_or_default())
}

/// A clock that stands still until it is told to move: for tests. Clones show the same time.
#[derive(Clone, Debug)]
pub struct FixedClock(Arc<AtomicU64>);

impl FixedClock {
    /// A clock that says `now`.
    pub fn at(now: Timestamp) -> Self {
        Self(Arc::new(AtomicU64::new(now.as_millis())))
    }

    /// Moves forward.
    pub fn advance(&self, span: Duration) {
        self.0.store(self.now().plus(span).as_millis(), Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// Another clock, moved by a span that can be changed while it runs: for the lab, where five minutes pass in a millisecond.
#[derive(Clone)]
pub struct ShiftedClock {
    clock: Arc<dyn Clock>,
    ahead: Arc<AtomicU64>,
}

impl ShiftedClock {
    /// Shows what `clock` shows, until [`ShiftedClock::advance`].
    pub fn over(clock: Arc<dyn Clock>) -> Self {
        Self { clock, ahead: Arc::new(AtomicU64::new(0)) }
    }

    /// Moves forward, on top of earlier moves.
    pub fn advance(&self, span: Duration) {
        self.ahead.fetch_add(u64::try_from(span.as_millis()).unwrap_or(u64::MAX), Ordering::SeqCst);
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        self.clock.now().plus(Duration::from_millis(self.ahead.load(Ordering::SeqCst)))
    }
}

impl fmt::Debug for ShiftedClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShiftedClock").field("ahead_ms", &self.ahead).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own_time(offset: i64) -> OwnTime {
        OwnTime {
            offset: AtomicI64::new(offset),
            drawn_at: AtomicI64::new(0),
            gap: AtomicI64::new(0),
            last: AtomicU64::new(0),
            accept: AtomicBool::new(false),
            drawing: Mutex::new(()),
        }
    }

    #[test]
    fn a_drifting_wall_clock_draws_own_time_by_one_percent() {
        for (gap, passed, step) in [(0, 1_000, 0), (5, 1_000, 5), (500, 1_000, 10), (-500, 1_000, -10), (500, 60_000, 500)] {
            assert_eq!(correction(gap, passed), step, "gap {gap}, passed {passed}");
        }
    }

    #[test]
    fn a_wall_clock_that_jumped_draws_nothing_until_it_is_accepted() {
        let time = own_time(0);
        time.draw(1_000, 1_000 + 86_400_000);
        assert_eq!(time.read(1_000), Timestamp::from_millis(1_000));
        assert_eq!(time.gap.load(Ordering::Relaxed), 86_400_000);
        time.accept.store(true, Ordering::Relaxed);
        time.draw(2_000, 2_000 + 86_400_000);
        assert_eq!(time.read(2_000), Timestamp::from_millis(2_000 + 86_400_000));
        assert_eq!(time.gap.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn own_time_never_goes_backwards() {
        let time = own_time(10_000);
        assert_eq!(time.read(5_000), Timestamp::from_millis(15_000));
        time.accept.store(true, Ordering::Relaxed);
        time.draw(5_000, 0);
        assert_eq!(time.read(5_001), Timestamp::from_millis(15_000));
    }

    #[test]
    fn own_time_goes_on_where_another_process_left_it() {
        let clock = SystemClock::new();
        let seen = clock.now().plus(Duration::from_secs(40));
        clock.not_before(seen);
        assert!(clock.now() >= seen);
        clock.not_before(Timestamp::ZERO);
        assert!(clock.now() < seen.plus(Duration::from_secs(40)));
    }

    #[test]
    fn the_system_clock_shows_the_present() {
        let clock = SystemClock::new();
        let first = clock.now();
        assert!(first > Timestamp::from_seconds(1_700_000_000));
        assert!(clock.now() >= first);
        assert_eq!(clock.health(), ClockHealth::Agrees);
    }

    #[test]
    fn waiting_costs_no_cpu_time() {
        let before = cpu_time_of_this_thread();
        std::thread::sleep(Duration::from_millis(50));
        assert!(cpu_time_of_this_thread().saturating_sub(before) < Duration::from_millis(40));
        let mut sum = 0_u64;
        while cpu_time_of_this_thread().saturating_sub(before) < Duration::from_millis(1) {
            sum = sum.wrapping_add(1);
        }
        assert!(sum > 0);
    }

    #[test]
    fn a_shifted_clock_waits_five_minutes_in_no_time() {
        let base = FixedClock::at(Timestamp::from_seconds(100));
        let shifted = ShiftedClock::over(Arc::new(base.clone()));
        shifted.advance(Duration::from_mins(5));
        base.advance(Duration::from_secs(1));
        assert_eq!(shifted.now(), Timestamp::from_seconds(401));
    }
}
