//! The scenarios, each a story that is played in one cell at a time.
//!
//! Owns what happens in each story and which sentence is true of how it came out. Must never decide what *should* come out: that is the
//! table's, in `expected.rs`.

mod careless_app;
mod clocks_and_keys;
mod coming_and_going;
mod copies;
mod endings;
mod foreign_pages;
mod outages;
mod refreshing;
mod roles;
mod sizes;

use super::error::LabError;
use super::scenario::Scenario;
use super::scene::Scene;

/// Plays a scenario to its end.
pub(super) async fn play(scenario: Scenario, scene: &mut Scene, cost: &super::report::Measured) -> Result<(), LabError> {
    match scenario {
        Scenario::SignIn => coming_and_going::sign_in(scene).await,
        Scenario::NextRequest => coming_and_going::next_request(scene).await,
        Scenario::ComeBack => coming_and_going::come_back(scene).await,
        Scenario::SignOut => endings::sign_out(scene).await,
        Scenario::EndElsewhere => endings::end_elsewhere(scene).await,
        Scenario::RoleChanged => roles::role_changed(scene).await,
        Scenario::PlainCookie => careless_app::plain_cookie(scene).await,
        Scenario::Tamper => roles::tamper(scene).await,
        Scenario::Stolen => copies::stolen(scene).await,
        Scenario::StolenRefresh => copies::stolen_refresh(scene).await,
        Scenario::Script => foreign_pages::script(scene).await,
        Scenario::CrossSite => foreign_pages::cross_site(scene).await,
        Scenario::TwoTabs => refreshing::two_tabs(scene).await,
        Scenario::LostAnswer => refreshing::lost_answer(scene).await,
        Scenario::Restart => outages::restart(scene).await,
        Scenario::StoreDown => outages::store_down(scene).await,
        Scenario::ClockWrong => clocks_and_keys::clock_wrong(scene).await,
        Scenario::KeyRotation => clocks_and_keys::key_rotation(scene).await,
        Scenario::KeyDistrusted => clocks_and_keys::key_distrusted(scene).await,
        Scenario::TooBig => sizes::too_big(scene).await,
        Scenario::Many => sizes::many(scene, cost).await,
    }
}
