//! `cloakroom measure`.

use std::path::Path;

use super::arguments::SharedFlags;
use super::failure::Failure;
use super::run::Setting;
use super::table::table;
use crate::measure::Measured;

const BEGINS: &str = "Measuring on a store of its own in the data folder; this takes about ten seconds.";

pub(super) async fn run(setting: &mut Setting<'_, '_>, shared: SharedFlags, save: Option<&Path>) -> Result<(), Failure> {
    let json = shared.json;
    let config = setting.load(&shared.into())?.config;
    if !json {
        setting.terminal.remark(BEGINS)?;
    }
    let measured = setting.product.measure(&config).await.map_err(|error| Failure::refused(&error))?;
    let text = serde_json::to_string_pretty(&measured).expect("figures and texts are JSON") + "\n";
    if let Some(path) = save {
        std::fs::write(path, &text)
            .map_err(|error| Failure::Refused(format!("{} cannot be written: {error}", path.display())))?;
    }
    let said = if json { text } else { in_words(&measured) };
    Ok(setting.terminal.print(&said)?)
}

fn in_words(measured: &Measured) -> String {
    let rows =
        measured.figures.rows().map(|(name, value, unit, from)| [name.to_owned(), format!("{value} {unit}"), from.to_owned()]);
    let Measured { at, machine, cloakroom, .. } = measured;
    format!(
        "{}\nMeasured at {at} on {machine}, version {cloakroom}. Each measured figure is the median of several samples.\n",
        table(["WHAT", "HERE", "HOW"], rows)
    )
}
