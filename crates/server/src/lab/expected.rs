//! The lab's table: how each scenario must come out in this version.
//!
//! A row is one question put in one way; its columns are the cells in the order A, B, C, D. `None`: it is not put in that cell.

use cloakroom_session::Cell;

use super::hosts::CELLS;
use super::report::Verifier;
use super::scenario::Scenario;

type Word = Option<&'static str>;

struct Expected {
    scenario: Scenario,
    verifier: Option<Verifier>,
    case: Option<&'static str>,
    cells: [Word; 4],
}

const ACCEPTED: Word = Some("accepted");
const REFUSED: Word = Some("refused");
const UNTIL: Word = Some("accepted_until");
const UNAVAILABLE: Word = Some("unavailable");
const LOST: Word = Some("lost");
const NOT_APPLICABLE: Word = Some("not_applicable");

const fn row(scenario: Scenario, cells: [Word; 4]) -> Expected {
    Expected { scenario, verifier: None, case: None, cells }
}

impl Expected {
    const fn by(self, verifier: Verifier) -> Self {
        Self { verifier: Some(verifier), ..self }
    }

    const fn case(self, case: &'static str) -> Self {
        Self { case: Some(case), ..self }
    }
}

const TABLE: &[Expected] = &{
    use Scenario as S;
    use Verifier::{Alone, Asks, Cloakroom, Feed};
    [
        row(S::SignIn, [ACCEPTED, ACCEPTED, ACCEPTED, ACCEPTED]),
        row(S::NextRequest, [ACCEPTED, ACCEPTED, ACCEPTED, ACCEPTED]),
        row(S::ComeBack, [ACCEPTED, None, ACCEPTED, None]).case("remembered"),
        row(S::ComeBack, [LOST, None, LOST, None]).case("not_remembered"),
        row(S::ComeBack, [None, ACCEPTED, None, ACCEPTED]).case("stored"),
        row(S::ComeBack, [None, LOST, None, LOST]).case("in_memory"),
        row(S::SignOut, [REFUSED, REFUSED, REFUSED, REFUSED]).by(Cloakroom),
        row(S::SignOut, [None, None, UNTIL, UNTIL]).by(Alone),
        row(S::SignOut, [REFUSED, REFUSED, REFUSED, REFUSED]).by(Asks),
        row(S::SignOut, [None, None, NOT_APPLICABLE, NOT_APPLICABLE]).by(Feed),
        row(S::EndElsewhere, [REFUSED, REFUSED, REFUSED, REFUSED]).by(Cloakroom),
        row(S::EndElsewhere, [None, None, UNTIL, UNTIL]).by(Alone),
        row(S::EndElsewhere, [REFUSED, REFUSED, REFUSED, REFUSED]).by(Asks),
        row(S::EndElsewhere, [None, None, NOT_APPLICABLE, NOT_APPLICABLE]).by(Feed),
        row(S::RoleChanged, [REFUSED, REFUSED, None, None]),
        row(S::RoleChanged, [None, None, UNTIL, UNTIL]).by(Cloakroom),
        row(S::RoleChanged, [None, None, UNTIL, UNTIL]).by(Alone),
        row(S::PlainCookie, [REFUSED, NOT_APPLICABLE, REFUSED, NOT_APPLICABLE]),
        row(S::Tamper, [REFUSED, REFUSED, REFUSED, REFUSED]),
        row(S::Stolen, [UNTIL, UNTIL, UNTIL, UNTIL]).by(Cloakroom).case("unnoticed"),
        row(S::Stolen, [None, None, UNTIL, UNTIL]).by(Alone).case("unnoticed"),
        row(S::Stolen, [REFUSED, REFUSED, REFUSED, REFUSED]).by(Cloakroom).case("ended"),
        row(S::Stolen, [None, None, UNTIL, UNTIL]).by(Alone).case("ended"),
        row(S::StolenRefresh, [NOT_APPLICABLE, NOT_APPLICABLE, None, None]),
        row(S::StolenRefresh, [None, None, REFUSED, REFUSED]).by(Cloakroom),
        row(S::StolenRefresh, [None, None, UNTIL, UNTIL]).by(Alone),
        row(S::Script, [REFUSED, ACCEPTED, REFUSED, ACCEPTED]).case("takes_away"),
        row(S::Script, [ACCEPTED, ACCEPTED, ACCEPTED, ACCEPTED]).case("acts"),
        row(S::CrossSite, [REFUSED, REFUSED, REFUSED, REFUSED]),
        row(S::TwoTabs, [NOT_APPLICABLE, NOT_APPLICABLE, None, None]),
        row(S::TwoTabs, [None, None, ACCEPTED, ACCEPTED]).case("window"),
        row(S::TwoTabs, [None, None, REFUSED, REFUSED]).case("no_window"),
        row(S::LostAnswer, [NOT_APPLICABLE, NOT_APPLICABLE, None, None]),
        row(S::LostAnswer, [None, None, ACCEPTED, ACCEPTED]).case("in_time"),
        row(S::LostAnswer, [None, None, REFUSED, REFUSED]).case("late"),
        row(S::Restart, [ACCEPTED, ACCEPTED, ACCEPTED, ACCEPTED]),
        row(S::StoreDown, [ACCEPTED, ACCEPTED, UNTIL, UNTIL]).case("known"),
        row(S::StoreDown, [UNAVAILABLE, UNAVAILABLE, ACCEPTED, ACCEPTED]).case("unknown"),
        row(S::StoreDown, [UNAVAILABLE, UNAVAILABLE, UNAVAILABLE, UNAVAILABLE]).case("change"),
        row(S::ClockWrong, [ACCEPTED, ACCEPTED, REFUSED, REFUSED]).case("ahead"),
        row(S::ClockWrong, [ACCEPTED, ACCEPTED, UNTIL, UNTIL]).case("behind"),
        row(S::KeyRotation, [ACCEPTED, ACCEPTED, None, None]),
        row(S::KeyRotation, [None, None, UNTIL, UNTIL]).by(Cloakroom),
        row(S::KeyRotation, [None, None, UNTIL, UNTIL]).by(Alone),
        row(S::KeyDistrusted, [ACCEPTED, ACCEPTED, None, None]),
        row(S::KeyDistrusted, [None, None, REFUSED, REFUSED]).by(Cloakroom),
        row(S::KeyDistrusted, [None, None, UNTIL, UNTIL]).by(Alone),
        row(S::TooBig, [ACCEPTED, ACCEPTED, LOST, REFUSED]),
        row(S::Many, [NOT_APPLICABLE, NOT_APPLICABLE, NOT_APPLICABLE, NOT_APPLICABLE]),
    ]
};

fn column(cell: Cell) -> usize {
    CELLS.iter().position(|own| *own == cell).unwrap_or_default()
}

/// What the table says; `None` where it says nothing.
pub(super) fn verdict_of(
    scenario: Scenario,
    cell: Cell,
    verifier: Option<Verifier>,
    case: Option<&'static str>,
) -> Option<&'static str> {
    let row = TABLE.iter().find(|row| (row.scenario, row.verifier, row.case) == (scenario, verifier, case));
    row.and_then(|row| row.cells[column(cell)])
}

/// Every way in which the question is put in that cell.
pub(super) fn outcomes_of(scenario: Scenario, cell: Cell) -> Vec<(Option<Verifier>, Option<&'static str>)> {
    let rows = TABLE.iter().filter(|row| row.scenario == scenario && row.cells[column(cell)].is_some());
    rows.map(|row| (row.verifier, row.case)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_is_asked_in_every_cell() {
        for scenario in Scenario::ALL {
            for cell in CELLS {
                assert!(!outcomes_of(scenario, cell).is_empty(), "{scenario:?} {cell:?}");
            }
        }
    }
}
