//! Random histories, compared step by step with a model that is as simple as can be.

use std::fmt::Debug;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use cloakroom_primitives::{SecretHash, Timestamp};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::sample::{START, change, ended, ending, family, seen, session, start};
use crate::{
    Cell, EndCause, EndedSession, FeedEntry, FeedRecord, Inserted, OnLimit, RefreshFamily, Replaced, Rotation, Session,
    SessionLimit, Start, Store, StoreError,
};

/// How many histories are tried.
const HISTORIES: u32 = 24;
/// How many steps a history has at most.
const STEPS: usize = 40;
/// How often a history that fails is made smaller.
const SMALLER: u32 = 200;
const NAMES: [&str; 2] = ["ada", "eve"];

/// One call. `which` picks among the sessions that there ever were.
#[derive(Clone, Debug)]
enum Step {
    Insert { name: usize, replaces: Option<u8>, most: u32, on_limit: OnLimit, cell: Cell },
    InsertAgain { which: u8 },
    Replace { which: u8, versions: u64, with_family: bool },
    Touch { which: u8, back: u64 },
    Remove { which: u8 },
    RemoveAll { name: usize, keep: Option<u8> },
    Rotate { which: u8, stale: bool },
    Sweep,
    Wait { minutes: u64 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (which, name) = (any::<u8>(), 0..NAMES.len());
    let cell = proptest::sample::select(Cell::ALL.to_vec());
    let on_limit = prop_oneof![4 => Just(OnLimit::OldestOut), 1 => Just(OnLimit::Refuse)];
    let step = prop_oneof![
        6 => (name.clone(), proptest::option::of(which), 1..6u32, on_limit, cell)
            .prop_map(|(name, replaces, most, on_limit, cell)| Step::Insert { name, replaces, most, on_limit, cell }),
        1 => which.prop_map(|which| Step::InsertAgain { which }),
        3 => (which, 0..3u64, any::<bool>())
            .prop_map(|(which, versions, with_family)| Step::Replace { which, versions, with_family }),
        4 => (which, 0..4_000u64).prop_map(|(which, back)| Step::Touch { which, back }),
        2 => which.prop_map(|which| Step::Remove { which }),
        1 => (name, proptest::option::of(which)).prop_map(|(name, keep)| Step::RemoveAll { name, keep }),
        4 => (which, any::<bool>()).prop_map(|(which, stale)| Step::Rotate { which, stale }),
        1 => Just(Step::Sweep),
        2 => (0..90u64).prop_map(|minutes| Step::Wait { minutes }),
    ];
    proptest::collection::vec(step, 1..STEPS)
}

pub(super) async fn random_histories_agree_with_a_model<F, Fut>(make: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = Arc<dyn Store>>,
{
    let mut runner = TestRunner::deterministic();
    for _ in 0..HISTORIES {
        let mut history = steps().new_tree(&mut runner).expect("no history is rejected");
        let Err(mut difference) = play(&*make().await, &history.current()).await else {
            continue;
        };
        let mut shortest = history.current();
        let mut smaller = history.simplify();
        for _ in 0..SMALLER {
            if !smaller {
                break;
            }
            smaller = match play(&*make().await, &history.current()).await {
                Ok(()) => history.complicate(),
                Err(still) => {
                    (difference, shortest) = (still, history.current());
                    history.simplify()
                }
            };
        }
        panic!("the store differs from the model: {difference}\nafter {shortest:#?}");
    }
}

/// What the store should hold.
#[derive(Default)]
struct Model {
    /// Every session that there ever was, with its families; `None` when it is gone.
    sessions: Vec<Option<(Session, Vec<RefreshFamily>)>>,
    feed: Vec<FeedRecord>,
    families_made: u8,
}

impl Model {
    fn at(&mut self, which: u8) -> Option<&mut (Session, Vec<RefreshFamily>)> {
        let count = self.sessions.len();
        self.sessions.get_mut(usize::from(which).checked_rem(count)?)?.as_mut()
    }

    /// The live sessions of a user, oldest first.
    fn live(&self, name: &str, now: Timestamp) -> Vec<Session> {
        let there = self.sessions.iter().flatten().map(|(session, _)| session);
        there.filter(|session| session.user.as_str() == name && session.is_live(now)).cloned().collect()
    }

    fn end(&mut self, gone: &Session, cause: EndCause, now: Timestamp) -> EndedSession {
        for slot in &mut self.sessions {
            slot.take_if(|(session, _)| session.id == gone.id);
        }
        let ended = ended(gone, cause, now);
        self.append(FeedEntry::SessionEnded(ended.clone()));
        ended
    }

    fn append(&mut self, entry: FeedEntry) {
        self.feed.push(FeedRecord { seq: self.feed.len() as u64 + 1, entry });
    }

    fn new_family(&mut self, session: &Session) -> RefreshFamily {
        self.families_made += 1;
        family(self.families_made, session)
    }
}

async fn play(store: &dyn Store, steps: &[Step]) -> Result<(), String> {
    let (mut model, mut now) = (Model::default(), START);
    for (index, step) in steps.iter().enumerate() {
        // No two sessions begin at the same moment.
        now = now.plus(Duration::from_millis(1));
        if let Step::Wait { minutes } = step {
            now = now.plus(Duration::from_secs(minutes * 60));
        }
        let played = match take(store, &mut model, step, now).await {
            Ok(()) => compare(store, &model).await,
            refused => refused,
        };
        played.map_err(|difference| format!("at step {index}: {difference}"))?;
    }
    Ok(())
}

async fn take(store: &dyn Store, model: &mut Model, step: &Step, now: Timestamp) -> Result<(), String> {
    match *step {
        Step::Insert { name, replaces, most, on_limit, cell } => {
            insert(store, model, NAMES[name], replaces, (most, on_limit), cell, now).await
        }
        Step::InsertAgain { which } => {
            let Some((old, _)) = model.at(which) else {
                return Ok(());
            };
            let answer = store.insert(&start(old)).await;
            if matches!(answer, Err(StoreError::Conflict)) { Ok(()) } else { Err(format!("insert again: {answer:?}")) }
        }
        Step::Replace { which, versions, with_family } => replace(store, model, which, versions, with_family, now).await,
        Step::Touch { which, back } => {
            let Some((session, _)) = model.at(which) else {
                return Ok(());
            };
            let seen = seen(session, now.minus(Duration::from_secs(back)), Some("203.0.113.7"));
            if seen.seen_at > session.seen_at {
                (session.seen_at, session.seen_from) = (seen.seen_at, seen.seen_from);
            }
            same("touch", store.touch(&[seen]).await, &())
        }
        Step::Remove { which } => {
            let Some((session, _)) = model.at(which).cloned() else {
                return Ok(());
            };
            let expected = model.end(&session, EndCause::SignedOut, now);
            same("remove", store.remove(session.id, ending(EndCause::SignedOut, now)).await, &Some(expected))
        }
        Step::RemoveAll { name, keep } => {
            let keep = keep.and_then(|which| model.at(which)).map(|(session, _)| session.id);
            let all = model.sessions.iter().flatten().map(|(session, _)| session.clone());
            let gone: Vec<_> = all.filter(|session| session.user.as_str() == NAMES[name] && Some(session.id) != keep).collect();
            let expected: Vec<_> = gone.iter().map(|session| model.end(session, EndCause::EndedElsewhere, now)).collect();
            let user = super::sample::user(NAMES[name]);
            same("remove_all", store.remove_all(&user, keep, ending(EndCause::EndedElsewhere, now)).await, &expected)
        }
        Step::Rotate { which, stale } => {
            let Some((_, families)) = model.at(which) else {
                return Ok(());
            };
            let Some(family) = families.first_mut() else {
                return Ok(());
            };
            let next = RefreshFamily {
                counter: family.counter.next(),
                rotation: Some(Rotation { at: now, from: None }),
                ..family.clone()
            };
            let (spent, expected) = if stale { (next.counter, Replaced::Stale) } else { (family.counter, Replaced::Yes) };
            let answer = store.replace_family(&next, spent).await;
            if !stale {
                *family = next;
            }
            same("replace_family", answer, &expected)
        }
        Step::Sweep => {
            let over = |slot: &mut Option<(Session, _)>| slot.take_if(|(session, _)| session.ends_at() < now).is_some();
            let swept = model.sessions.iter_mut().filter_map(|slot| over(slot).then_some(())).count();
            same("sweep", store.sweep(&[], now, 1_000).await, &(swept as u32))
        }
        Step::Wait { .. } => Ok(()),
    }
}

async fn insert(
    store: &dyn Store,
    model: &mut Model,
    name: &str,
    replaces: Option<u8>,
    (most, on_limit): (u32, OnLimit),
    cell: Cell,
    now: Timestamp,
) -> Result<(), String> {
    let session = session(model.sessions.len() as u8, name, cell, now);
    let family = session.secret.is_none().then(|| model.new_family(&session));
    let old = replaces.and_then(|which| model.at(which)).map(|(session, _)| session.clone());
    let limit = SessionLimit { most: NonZeroU32::new(most).expect("it is one at least"), on_limit };
    let new = Start { family: family.clone(), replaces: old.iter().map(|old| old.id).collect(), limit, ..start(&session) };
    let answer = store.insert(&new).await;

    let mut live = model.live(name, now);
    live.retain(|old| !new.replaces.contains(&old.id));
    let too_many = (live.len() + 1).saturating_sub(most as usize);
    if too_many > 0 && on_limit == OnLimit::Refuse {
        return same("insert", answer, &Inserted::LimitReached);
    }
    let mut ended: Vec<_> = old.iter().map(|old| model.end(old, EndCause::Replaced, now)).collect();
    ended.extend(live[..too_many].iter().map(|old| model.end(old, EndCause::Limit, now)));
    model.sessions.push(Some((session, family.into_iter().collect())));
    same("insert", answer, &Inserted::Yes { ended })
}

async fn replace(
    store: &dyn Store,
    model: &mut Model,
    which: u8,
    versions: u64,
    with_family: bool,
    now: Timestamp,
) -> Result<(), String> {
    let Some((old, _)) = model.at(which).cloned() else {
        return Ok(());
    };
    let secret = old.secret.map(|_| SecretHash::of(&now.as_millis().to_be_bytes()));
    let next = Session { version: old.version + versions, ..old.stepped_up(secret, now, now) };
    let family = (with_family && old.secret.is_none()).then(|| model.new_family(&old));
    let answer = store.replace(&next, change(now), family.as_ref()).await;
    if versions != 1 {
        return same("replace", answer, &Replaced::Stale);
    }
    model.append(FeedEntry::SessionChanged { session: old.id, user: old.user, change: change(now) });
    if let Some((session, families)) = model.at(which) {
        *session = next;
        if let Some(family) = family {
            *families = vec![family];
        }
    }
    same("replace", answer, &Replaced::Yes)
}

async fn compare(store: &dyn Store, model: &Model) -> Result<(), String> {
    for (number, slot) in (0..).zip(&model.sessions) {
        let id = super::sample::id(number);
        same("find", store.find(id).await, &slot.as_ref().map(|(session, _)| session.clone()))?;
        let families = slot.as_ref().map(|(_, families)| families.clone()).unwrap_or_default();
        same("list_families", store.list_families(id).await, &families)?;
    }
    for number in 1..=model.families_made {
        let id = crate::FamilyId::from_bytes([number; 16]);
        let there = model.sessions.iter().flatten();
        let expected = there.filter_map(|(session, families)| Some((families.iter().find(|family| family.id == id)?, session)));
        let expected = expected.map(|(family, session)| (family.clone(), session.clone())).next();
        same(
            "find_family",
            store.find_family(id).await.map(|found| found.map(|found| (found.family, found.session))),
            &expected,
        )?;
    }
    for name in NAMES {
        let there = model.sessions.iter().rev().flatten().map(|(session, _)| session.clone());
        let expected: Vec<_> = there.filter(|session| session.user.as_str() == name).collect();
        same("list", store.list(&super::sample::user(name)).await, &expected)?;
    }
    same("read", store.read(0, 1_000).await, &model.feed)
}

fn same<T: Debug + PartialEq>(what: &str, got: Result<T, StoreError>, expected: &T) -> Result<(), String> {
    match got {
        Ok(got) if got == *expected => Ok(()),
        got => Err(format!("{what} answers {got:?}, expected {expected:?}")),
    }
}
