//! The templates of pages that stand alone: the apps on their own hosts, the other site, the page that is saved.

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior};

macro_rules! sheets {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("../../../templates/", $name)))),+]
    };
}

/// Compiles them. Fails on one that cannot be read, which is a mistake of whoever wrote it.
pub(super) fn sheets() -> Result<Environment<'static>, minijinja::Error> {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    for (name, source) in sheets![
        "icons.html",
        "lab-app.html",
        "lab-attacker.html",
        "lab-door.html",
        "lab-icons.html",
        "lab-macros.html",
        "lab-run.html",
        "lab-saved.html",
        "lab-switch.html",
        "macros.html",
    ] {
        templates.add_template(name, source)?;
    }
    Ok(templates)
}
