//! Where passwords are hashed: a few threads, each with one block of memory that it uses again and again.
//!
//! 1. At most threads × 19 MiB are in use, whatever arrives. A block is taken at the first hash, and wiped and given back when its thread
//!    has had nothing to do for 30 s.
//! 2. The queue is bounded. Sources take turns, so that a flood from one does not keep the others waiting. When the queue is full, the
//!    last in the longest line is refused in favour of a source whose line is shorter; otherwise the newcomer is.
//! 3. Work whose caller has gone is skipped before hashing.

use std::collections::{HashMap, VecDeque};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use argon2::Block;
use tokio::sync::oneshot;
use zeroize::Zeroize;

use super::password::{HashOutput, HashWork};
use crate::limits::{RetryAfter, Source};

/// How large a pool is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PoolSize {
    /// How many hash at once; more than there are cores gains nothing.
    pub(crate) threads: NonZeroUsize,
    /// How many may wait.
    pub(crate) queue: usize,
    /// After how long without work a thread gives its memory back.
    pub(crate) give_back_after: Duration,
}

impl PoolSize {
    /// Two threads, or one where there is but one core; 256 may wait; memory goes back after 30 s.
    pub(crate) fn of_this_machine() -> Self {
        const TWO: NonZeroUsize = NonZeroUsize::new(2).expect("two is not zero");
        let cores = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        Self { threads: cores.min(TWO), queue: 256, give_back_after: Duration::from_secs(30) }
    }
}

/// Why nothing was hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotHashed {
    /// Too many wait already; the same call may succeed in a moment.
    #[error("too many passwords wait to be checked")]
    Busy(RetryAfter),
    /// Whoever asked has gone, or the pool is closing.
    #[error("nobody waits for the answer any more")]
    Abandoned,
}

/// What a caller holds for as long as it waits.
#[derive(Debug, Default)]
pub(crate) struct Caller(Arc<()>);

impl Caller {
    /// What work is given to learn whether the caller still waits.
    pub(crate) fn presence(&self) -> Presence {
        Presence(Arc::downgrade(&self.0))
    }
}

/// Whether a caller still waits.
#[derive(Clone, Debug)]
pub(crate) struct Presence(Weak<()>);

impl Presence {
    fn lasts(&self) -> bool {
        self.0.strong_count() > 0
    }
}

/// The threads that hash, and the queue before them. Cloning shares them; they end with the last clone.
#[derive(Clone)]
pub(crate) struct PasswordPool(Arc<Door>);

struct Door(Arc<Shared>);

impl Drop for Door {
    fn drop(&mut self) {
        self.0.lock().closing = true;
        self.0.arrived.notify_all();
    }
}

struct Shared {
    queue: Mutex<Queue>,
    arrived: Condvar,
    give_back_after: Duration,
    /// Blocks of memory held now.
    held: AtomicUsize,
    /// Blocks of memory taken so far.
    taken: AtomicUsize,
    /// Hashes done so far.
    done: AtomicUsize,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a full queue tells those it refuses: by then it has moved on by dozens.
const TRY_AGAIN: RetryAfter = RetryAfter::new(Duration::from_secs(1));

impl PasswordPool {
    /// Starts the threads. Fails when the system gives none.
    pub(crate) fn start(size: PoolSize) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            queue: Mutex::new(Queue::new(size.queue)),
            arrived: Condvar::new(),
            give_back_after: size.give_back_after,
            held: AtomicUsize::new(0),
            taken: AtomicUsize::new(0),
            done: AtomicUsize::new(0),
        });
        let door = Arc::new(Door(Arc::clone(&shared)));
        for number in 0..size.threads.get() {
            let shared = Arc::clone(&shared);
            thread::Builder::new().name(format!("password-{number}")).spawn(move || hash_until_closed(&shared))?;
        }
        Ok(Self(door))
    }

    /// Hashes when the source's turn comes. Fails with [`NotHashed::Busy`] when the queue is full.
    pub(crate) async fn hash(&self, source: Source, work: HashWork, presence: Presence) -> Result<HashOutput, NotHashed> {
        let shared = &self.0.0;
        let (answer, answered) = oneshot::channel();
        let refused = shared.lock().push(source, Job { work, presence, answer });
        shared.arrived.notify_one();
        if let Some(refused) = refused {
            refused.answer(Err(NotHashed::Busy(TRY_AGAIN)));
        }
        answered.await.unwrap_or(Err(NotHashed::Abandoned))
    }

    /// How many blocks of memory are held now.
    #[cfg(test)]
    pub(crate) fn blocks_held(&self) -> usize {
        self.0.0.held.load(Ordering::Relaxed)
    }
}

struct Job {
    work: HashWork,
    presence: Presence,
    answer: oneshot::Sender<Result<HashOutput, NotHashed>>,
}

impl Job {
    fn is_wanted(&self) -> bool {
        self.presence.lasts() && !self.answer.is_closed()
    }

    fn answer(self, answer: Result<HashOutput, NotHashed>) {
        // Nobody may be there to take it, which is no concern of the pool.
        let _ = self.answer.send(answer);
    }
}

/// One line for each source, and the order in which the sources take turns.
struct Queue {
    lines: HashMap<Source, VecDeque<Job>>,
    turns: VecDeque<Source>,
    waiting: usize,
    capacity: usize,
    closing: bool,
}

impl Queue {
    fn new(capacity: usize) -> Self {
        Self { lines: HashMap::new(), turns: VecDeque::new(), waiting: 0, capacity, closing: false }
    }

    /// Takes a job; returns the one that must be refused for it, which may be itself.
    fn push(&mut self, source: Source, job: Job) -> Option<Job> {
        let mut refused = None;
        if self.waiting >= self.capacity {
            self.drop_unwanted();
        }
        if self.waiting >= self.capacity {
            let own = self.lines.get(&source).map_or(0, VecDeque::len);
            match self.lines.iter().max_by_key(|(_, line)| line.len()).map(|(longest, line)| (*longest, line.len())) {
                Some((longest, length)) if length > own + 1 => {
                    refused = self.lines.get_mut(&longest).and_then(VecDeque::pop_back);
                    self.waiting -= 1;
                }
                _ => return Some(job),
            }
        }
        let line = self.lines.entry(source).or_default();
        if line.is_empty() {
            self.turns.push_back(source);
        }
        line.push_back(job);
        self.waiting += 1;
        refused
    }

    /// The next job that somebody waits for.
    fn pop(&mut self) -> Option<Job> {
        while let Some(source) = self.turns.pop_front() {
            let Some(line) = self.lines.get_mut(&source) else { continue };
            let Some(job) = line.pop_front() else { continue };
            self.waiting -= 1;
            if line.is_empty() {
                self.lines.remove(&source);
            } else {
                self.turns.push_back(source);
            }
            if job.is_wanted() {
                return Some(job);
            }
        }
        None
    }

    fn drop_unwanted(&mut self) {
        self.lines.retain(|_, line| {
            line.retain(Job::is_wanted);
            !line.is_empty()
        });
        self.turns.retain(|source| self.lines.contains_key(source));
        self.waiting = self.lines.values().map(VecDeque::len).sum();
    }
}

fn hash_until_closed(shared: &Shared) {
    let mut memory = Memory::new(shared);
    while let Some(next) = wait_for_job(shared, memory.is_held()) {
        match next {
            Next::Job(job) => {
                let output = job.work.run(memory.blocks(job.work.parameters().blocks()));
                shared.done.fetch_add(1, Ordering::Relaxed);
                job.answer(Ok(output));
            }
            Next::Idle => memory.give_back(),
        }
    }
}

enum Next {
    Job(Job),
    Idle,
}

/// The next job, or that there has been none for long enough; `None` when the pool closes.
fn wait_for_job(shared: &Shared, holds_memory: bool) -> Option<Next> {
    let mut queue = shared.lock();
    loop {
        if let Some(job) = queue.pop() {
            return Some(Next::Job(job));
        }
        if queue.closing {
            return None;
        }
        if holds_memory {
            let (guard, waited) =
                shared.arrived.wait_timeout(queue, shared.give_back_after).unwrap_or_else(PoisonError::into_inner);
            queue = guard;
            if waited.timed_out() {
                return Some(queue.pop().map_or(Next::Idle, Next::Job));
            }
        } else {
            queue = shared.arrived.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// The memory of one thread.
struct Memory<'a> {
    blocks: Vec<Block>,
    shared: &'a Shared,
}

/// How many blocks are asked for at once, of which only those in use become real.
///
/// glibc keeps what was freed for later, unless it is more than 32 MiB: then it was a mapping of its own and goes back to the system.
const RESERVED: usize = 33 * 1024;

impl<'a> Memory<'a> {
    fn new(shared: &'a Shared) -> Self {
        Self { blocks: Vec::new(), shared }
    }

    fn is_held(&self) -> bool {
        self.blocks.capacity() > 0
    }

    fn blocks(&mut self, count: usize) -> &mut [Block] {
        if self.blocks.capacity() < count {
            // Growing in place could move what is in it and leave a copy behind.
            self.give_back();
            self.blocks.reserve_exact(count.max(RESERVED));
            self.shared.held.fetch_add(1, Ordering::Relaxed);
            self.shared.taken.fetch_add(1, Ordering::Relaxed);
        }
        if self.blocks.len() < count {
            self.blocks.resize(count, Block::new());
        }
        &mut self.blocks[..count]
    }

    fn give_back(&mut self) {
        if self.is_held() {
            // Not the whole vector: wiping what was never used would make it real.
            self.blocks.iter_mut().zeroize();
            self.blocks = Vec::new();
            self.shared.held.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Drop for Memory<'_> {
    fn drop(&mut self) {
        self.give_back();
    }
}

#[cfg(test)]
mod tests {
    use cloakroom_primitives::{MasterKey, MasterKeys, SeededRandom};

    use super::*;
    use crate::accounts::password::{HashParameters, Password, PasswordHasher};

    fn work(parameters: HashParameters) -> HashWork {
        let keys = MasterKeys::of(MasterKey::generate(&SeededRandom::new(1)));
        let random = SeededRandom::new(2);
        PasswordHasher::new(keys, parameters, &random).prepare(&Password::new("quiet lamp on 7").unwrap(), &random).0
    }

    fn source(number: u8) -> Source {
        Source::of([192, 0, 2, number].into())
    }

    fn pool(threads: usize, queue: usize, give_back_after: Duration) -> PasswordPool {
        PasswordPool::start(PoolSize { threads: NonZeroUsize::new(threads).unwrap(), queue, give_back_after }).unwrap()
    }

    /// A job, what its caller holds, and where its answer arrives.
    fn job() -> (Job, Caller, oneshot::Receiver<Result<HashOutput, NotHashed>>) {
        let (caller, (answer, answered)) = (Caller::default(), oneshot::channel());
        (Job { work: work(HashParameters::CHEAPEST), presence: caller.presence(), answer }, caller, answered)
    }

    #[test]
    fn sources_take_turns() {
        let mut queue = Queue::new(100);
        let mut waiting = Vec::new();
        for number in [1, 1, 1, 1, 2, 3, 3] {
            let (job, caller, answered) = job();
            assert!(queue.push(source(number), job).is_none());
            waiting.push((number, caller, answered));
        }
        let mut order = Vec::new();
        while let Some(job) = queue.pop() {
            drop(job);
            let at = waiting
                .iter_mut()
                .position(|(.., answered)| matches!(answered.try_recv(), Err(oneshot::error::TryRecvError::Closed)));
            order.push(waiting.remove(at.unwrap()).0);
        }
        assert_eq!(order, [1, 2, 3, 1, 3, 1, 1]);
    }

    #[test]
    fn a_full_queue_refuses_the_source_that_fills_it() {
        let mut queue = Queue::new(4);
        let mut keep = Vec::new();
        let mut push = |queue: &mut Queue, number| {
            let (job, caller, answered) = job();
            keep.push((caller, answered));
            queue.push(source(number), job).is_some()
        };
        for _ in 0..4 {
            assert!(!push(&mut queue, 1));
        }
        assert!(push(&mut queue, 1));
        assert!(push(&mut queue, 2), "a job of the longest line went");
        let lengths = |queue: &Queue| [1, 2, 3].map(|number| queue.lines.get(&source(number)).map_or(0, VecDeque::len));
        assert_eq!(lengths(&queue), [3, 1, 0]);
        push(&mut queue, 3);
        assert_eq!(lengths(&queue), [2, 1, 1]);
        push(&mut queue, 2);
        assert_eq!((lengths(&queue), queue.waiting), ([2, 1, 1], 4));
    }

    #[test]
    fn work_whose_caller_has_gone_is_skipped_and_makes_room() {
        let mut queue = Queue::new(2);
        let ((gone, gone_caller, _gone_answer), (deaf, _deaf_caller, deaf_answer)) = (job(), job());
        queue.push(source(1), gone);
        queue.push(source(1), deaf);
        drop((gone_caller, deaf_answer));
        let (wanted, _caller, _answered) = job();
        assert!(queue.push(source(1), wanted).is_none());
        assert_eq!(queue.waiting, 1);
        assert!(queue.pop().is_some());
        assert!(queue.pop().is_none());
    }

    #[tokio::test]
    async fn memory_is_taken_once_used_again_and_given_back() {
        let pool = pool(1, 100, Duration::from_millis(50));
        assert_eq!(pool.blocks_held(), 0);
        let caller = Caller::default();
        for _ in 0..20 {
            pool.hash(source(1), work(HashParameters::CHEAPEST), caller.presence()).await.unwrap();
        }
        let shared = &pool.0.0;
        assert_eq!((shared.held.load(Ordering::Relaxed), shared.taken.load(Ordering::Relaxed)), (1, 1));
        while pool.blocks_held() > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        pool.hash(source(1), work(HashParameters::CHEAPEST), caller.presence()).await.unwrap();
        assert_eq!(shared.taken.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn a_flood_is_refused_and_takes_no_more_memory() {
        let pool = pool(2, 8, Duration::from_secs(30));
        let caller = Caller::default();
        let flood: Vec<_> = (0..200_u8)
            .map(|number| {
                let (pool, presence) = (pool.clone(), caller.presence());
                tokio::spawn(async move { pool.hash(source(number), work(HashParameters::DEFAULT), presence).await })
            })
            .collect();
        let (mut hashed, mut busy) = (0, 0);
        for answer in flood {
            match answer.await.unwrap() {
                Ok(_) => hashed += 1,
                Err(NotHashed::Busy(after)) => {
                    assert!(after.seconds() >= 1);
                    busy += 1;
                }
                Err(NotHashed::Abandoned) => panic!("all wait"),
            }
        }
        assert!(hashed >= 8 && busy > 0, "{hashed} hashed, {busy} refused");
        assert!(pool.blocks_held() <= 2);
    }

    #[tokio::test]
    async fn a_caller_that_leaves_the_line_costs_no_hash() {
        let pool = pool(1, 1_000, Duration::from_secs(30));
        let caller = Caller::default();
        let first = pool.hash(source(1), work(HashParameters::DEFAULT), caller.presence());
        let leavers: Vec<_> = (0..100)
            .map(|_| {
                let (pool, presence) = (pool.clone(), Caller::default().presence());
                tokio::spawn(async move { pool.hash(source(2), work(HashParameters::DEFAULT), presence).await })
            })
            .collect();
        first.await.unwrap();
        for leaver in leavers {
            assert_eq!(leaver.await.unwrap().unwrap_err(), NotHashed::Abandoned);
        }
        assert_eq!(pool.0.0.done.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn memory_grows_for_a_hash_that_needs_more() {
        let pool = pool(1, 10, Duration::from_secs(30));
        let caller = Caller::default();
        for memory_kib in [8, 40 * 1024, 8] {
            let parameters = HashParameters::new(memory_kib, 1, 1).unwrap();
            assert!(pool.hash(source(1), work(parameters), caller.presence()).await.is_ok());
        }
        assert_eq!(pool.blocks_held(), 1);
    }
}
