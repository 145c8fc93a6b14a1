//! What the lab can be asked: the scenarios, in the order in which a reader meets them, and where each belongs.

/// A question that the lab answers by running it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Scenario {
    /// What do I get, who keeps what?
    SignIn,
    /// What travels, what is looked up?
    NextRequest,
    /// The browser is closed and opened again.
    ComeBack,
    /// I sign out here.
    SignOut,
    /// I end it from my phone.
    EndElsewhere,
    /// My role is taken away.
    RoleChanged,
    /// Is a cookie a proof?
    PlainCookie,
    /// I change my role.
    Tamper,
    /// A thief copies what travels with a request.
    Stolen,
    /// A thief copies the refresh token too.
    StolenRefresh,
    /// A bad script runs in the page.
    Script,
    /// Another site posts a form.
    CrossSite,
    /// Two tabs refresh at once.
    TwoTabs,
    /// The refresh answer is lost.
    LostAnswer,
    /// The server restarts.
    Restart,
    /// The database stops.
    StoreDown,
    /// Orders' clock is ten minutes off.
    ClockWrong,
    /// The signing key changes.
    KeyRotation,
    /// The signing key was stolen.
    KeyDistrusted,
    /// Claims grow.
    TooBig,
    /// Ten million users, 50,000 requests a second.
    Many,
}

/// Where a scenario stands among the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// What happens every day.
    EveryDay,
    /// Somebody means harm.
    Attack,
    /// Something breaks.
    Failure,
    /// Something grows.
    Size,
}

impl Scenario {
    /// All of them, in reading order; the groups follow one another.
    pub(crate) const ALL: [Self; 21] = [
        Self::SignIn,
        Self::NextRequest,
        Self::ComeBack,
        Self::SignOut,
        Self::EndElsewhere,
        Self::RoleChanged,
        Self::PlainCookie,
        Self::Tamper,
        Self::Stolen,
        Self::StolenRefresh,
        Self::Script,
        Self::CrossSite,
        Self::TwoTabs,
        Self::LostAnswer,
        Self::Restart,
        Self::StoreDown,
        Self::ClockWrong,
        Self::KeyRotation,
        Self::KeyDistrusted,
        Self::TooBig,
        Self::Many,
    ];

    /// The name on the command line, in addresses and in JSON.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::NextRequest => "next_request",
            Self::ComeBack => "come_back",
            Self::SignOut => "sign_out",
            Self::EndElsewhere => "end_elsewhere",
            Self::RoleChanged => "role_changed",
            Self::PlainCookie => "plain_cookie",
            Self::Tamper => "tamper",
            Self::Stolen => "stolen",
            Self::StolenRefresh => "stolen_refresh",
            Self::Script => "script",
            Self::CrossSite => "cross_site",
            Self::TwoTabs => "two_tabs",
            Self::LostAnswer => "lost_answer",
            Self::Restart => "restart",
            Self::StoreDown => "store_down",
            Self::ClockWrong => "clock_wrong",
            Self::KeyRotation => "key_rotation",
            Self::KeyDistrusted => "key_distrusted",
            Self::TooBig => "too_big",
            Self::Many => "many",
        }
    }

    /// The scenario of that name.
    pub(crate) fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scenario| scenario.word() == word)
    }

    /// Where it stands.
    pub(crate) const fn group(self) -> Group {
        match self {
            Self::SignIn | Self::NextRequest | Self::ComeBack | Self::SignOut | Self::EndElsewhere | Self::RoleChanged => {
                Group::EveryDay
            }
            Self::PlainCookie | Self::Tamper | Self::Stolen | Self::StolenRefresh | Self::Script | Self::CrossSite => {
                Group::Attack
            }
            Self::TwoTabs
            | Self::LostAnswer
            | Self::Restart
            | Self::StoreDown
            | Self::ClockWrong
            | Self::KeyRotation
            | Self::KeyDistrusted => Group::Failure,
            Self::TooBig | Self::Many => Group::Size,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_has_a_name_of_its_own() {
        for scenario in Scenario::ALL {
            assert_eq!(Scenario::named(scenario.word()), Some(scenario));
        }
        assert_eq!(Scenario::named("Sign_In"), None);
    }

    #[test]
    fn the_groups_follow_one_another() {
        let mut groups: Vec<_> = Scenario::ALL.map(Scenario::group).to_vec();
        groups.dedup();
        assert_eq!(groups, [Group::EveryDay, Group::Attack, Group::Failure, Group::Size]);
    }
}
