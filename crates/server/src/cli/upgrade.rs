//! `cloakroom upgrade --plan`.

use super::arguments::SharedFlags;
use super::failure::Failure;
use super::run::Setting;

pub(super) fn run(setting: &mut Setting<'_, '_>, shared: SharedFlags) -> Result<(), Failure> {
    let json = shared.json;
    let config = setting.load(&shared.into())?.config;
    let plan = setting.product.upgrade_plan(&config)?;
    let text = if json {
        format!("{}\n", serde_json::json!({ "changes": plan }))
    } else if plan.is_empty() {
        "The database is up to date.\n".to_owned()
    } else {
        format!("{}\n", plan.join("\n"))
    };
    Ok(setting.terminal.print(&text)?)
}
