//! The steps of a run as scenes of a drawing.
//!
//! 1. Whoever sends or gets something has a lane: clients on the left, then Cloakroom, then whoever stands behind it.
//! 2. The lab and the operator have none: what they do cuts the story in two.
//! 3. A credential that goes along is drawn on the arrow that carries it. The carrier's colour is the cell's for the client whose
//!    credential it is; whoever shows a copy shows it in the same way.

use cloakroom_session::{Carrier, Proof};
use http::StatusCode;

use super::drawing::{Look, Scene};
use crate::lab::report::{Party, Run, Step};
use crate::texts::en::lab as say;

/// Those that have a lane, from left to right.
const LANES: [Party; 10] = [
    Party::OtherSite,
    Party::Thief,
    Party::Script,
    Party::Phone,
    Party::Browser,
    Party::App,
    Party::CarelessApp,
    Party::Proxy,
    Party::Cloakroom,
    Party::Orders,
];

/// Who takes part in some steps, from left to right.
pub(super) fn parties(steps: &[Step]) -> Vec<Party> {
    LANES
        .into_iter()
        .filter(|party| steps.iter().any(|step| !is_cut(step) && (step.from == *party || step.to == *party)))
        .collect()
}

/// The names over the lanes.
pub(super) fn names(parties: &[Party]) -> Vec<String> {
    parties.iter().map(|party| say::party(party.word()).to_owned()).collect()
}

/// What is drawn of a run.
pub(super) fn scenes(run: &Run, parties: &[Party]) -> Vec<Scene> {
    let lane = |party: Party| parties.iter().position(|one| *one == party);
    let mut scenes = Vec::new();
    for step in &run.steps {
        let words = if step.label.is_empty() { step.note.clone() } else { step.label.clone() };
        let (Some(from), Some(to), false) = (lane(step.from), lane(step.to), is_cut(step)) else {
            scenes.push(Scene::Cut { words });
            continue;
        };
        scenes.push(Scene::Message { from, to, words, look: look(run, step) });
        if let Some(status) = step.status {
            let look = if status >= 400 { Look::Refuses } else { Look::Answers };
            scenes.push(Scene::Message { from: to, to: from, words: status_line(status), look });
        }
    }
    scenes
}

fn status_line(status: u16) -> String {
    let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or_default();
    format!("{status} {reason}").trim_end().to_owned()
}

fn is_cut(step: &Step) -> bool {
    let acts = |party| matches!(party, Party::Lab | Party::Operator);
    acts(step.from) || acts(step.to)
}

fn look(run: &Run, step: &Step) -> Look {
    let Some(proof) = step.carries else { return Look::Asks };
    let carrier = match run.cell.carrier() {
        Carrier::Cookie => "cookie",
        Carrier::Header => "header",
    };
    match proof {
        Proof::Session => Look::Carries { carrier, proof: "session", icon: "i-ticket" },
        Proof::Jwt => Look::Carries { carrier, proof: "jwt", icon: "i-jwt" },
    }
}
