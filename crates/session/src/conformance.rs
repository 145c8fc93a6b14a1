//! The contract of a store as tests that any store can run.
use crate::Store;
use std::future::Future;
/// Checks a store.
pub async fn check<S, F, Fut>(make: F)
where
    S: Store,
    F: Fn() -> Fut,
    Fut: Future<Output = S>,
{
    let _ = make().await;
}
