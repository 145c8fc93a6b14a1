//! Runs every promise, each on a fresh store.

use std::future::Future;
use std::sync::Arc;

use super::{families, feed, model, sessions, sinks};
use crate::Store;

/// Checks that a store keeps every promise. `make` makes a fresh, empty store; run it in a tokio runtime, best one with several threads.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use cloakroom_session::{MemoryStore, conformance};
///
/// conformance::check(async || MemoryStore::new()).await;
/// # }
/// ```
///
/// # Panics
///
/// When a promise is broken; the message names it.
pub async fn check<S, F, Fut>(make: F)
where
    S: Store,
    F: Fn() -> Fut,
    Fut: Future<Output = S>,
{
    macro_rules! keeps {
        ($($section:ident: $($promise:ident,)+;)+) => {
            $($({
                let store: Arc<dyn Store> = Arc::new(make().await);
                named(stringify!($promise), $section::$promise(store)).await;
            })+)+
        };
    }
    keeps! {
        sessions:
            find_sees_every_field_of_what_was_inserted,
            an_unknown_id_is_no_error,
            an_id_that_exists_is_a_conflict_and_is_not_overwritten,
            of_concurrent_inserts_of_one_id_one_wins,
            an_insertion_ends_what_it_replaces,
            beyond_the_limit_the_oldest_sessions_end,
            concurrent_insertions_do_not_go_beyond_the_limit,
            a_limit_that_refuses_changes_nothing,
            expired_sessions_do_not_count_against_the_limit_and_are_not_ended_by_it,
            a_replacement_compares_versions,
            a_replacement_never_brings_a_session_back,
            a_replacement_never_moves_last_seen_back,
            a_replacement_with_a_family_takes_the_place_of_all_families,
            of_concurrent_replacements_one_wins,
            touch_moves_forward_and_never_back,
            touch_ignores_what_it_does_not_know_and_never_revives,
            concurrent_touches_end_at_the_newest,
            removal_leaves_no_family,
            of_concurrent_removals_one_answers,
            remove_all_spares_the_kept_session_and_other_users,
            list_is_newest_first_with_expired_ones,
            sweep_removes_only_what_ended_before_with_its_families,
            sweep_honours_its_limit,
            sweep_writes_last_seen_first,;
        families:
            find_family_gives_every_field_and_the_session,
            a_family_is_replaced_only_at_the_counter_it_was_read_at,
            of_concurrent_rotations_one_wins,
            a_rotation_never_brings_a_family_back,
            list_families_lists_those_of_one_session,;
        feed:
            every_end_and_change_has_a_number_without_gaps,
            concurrent_ends_have_numbers_without_gaps,
            what_changed_nothing_has_no_record,
            read_starts_after_a_number_and_honours_its_limit,
            a_snapshot_has_only_what_matters,
            prune_removes_only_what_has_ceased_to_matter,
            an_end_is_found_while_it_is_on_file,
            the_longest_access_lifetime_only_grows,;
        sinks:
            sinks_are_called_before_the_answer_and_in_order,
            a_caller_that_does_not_wait_changes_nothing_about_the_sinks,
            what_changed_nothing_calls_no_sink,;
    }
    model::random_histories_agree_with_a_model(async || Arc::new(make().await) as Arc<dyn Store>).await;
}

async fn named(promise: &str, kept: impl Future<Output = ()> + Send + 'static) {
    if let Err(broken) = tokio::spawn(kept).await {
        let message = broken.try_into_panic().ok().and_then(|panic| {
            let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
            text.or_else(|| panic.downcast_ref::<String>().cloned())
        });
        panic!("the store breaks the promise `{promise}`: {}", message.unwrap_or_default());
    }
}
