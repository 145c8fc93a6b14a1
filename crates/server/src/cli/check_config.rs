//! `cloakroom check-config`.

use super::failure::Failure;
use super::run::Setting;
use crate::config::{Flags, Loaded};

const HEAD: &str = "# The effective configuration. A lifetime or retry window that is left out is the default of each cell.\n";

pub(super) fn run(setting: &mut Setting<'_, '_>, flags: &Flags) -> Result<(), Failure> {
    let Loaded { config, warnings } = setting.load(flags)?;
    for warning in warnings {
        setting.terminal.remark(&format!("warning: {warning}"))?;
    }
    Ok(setting.terminal.print(&format!("{HEAD}{}", config.to_toml()))?)
}
