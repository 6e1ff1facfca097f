//! `cargo xtask catalogs`: the prices in the catalogs are those of a pinned package of price lists.

mod clause;
mod date;
mod fetch;
mod list;
mod python;
mod rates;
mod rewrite;
mod vendor;

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use crate::verdict::{Obstacle, Verdict};
use crate::workspace::Workspace;
use list::PriceList;
use vendor::Vendor;

/// `Options` say what to do with the catalogs.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Options {
    /// Changes nothing, and fails where a catalog is not what it would be changed to
    #[arg(long)]
    pub check: bool,
    /// The package: a version of it, its wheel, or its `data.py`; by default the pinned version
    #[arg(long, value_name = "FILE_OR_VERSION", default_value = fetch::VERSION)]
    pub genai_prices: String,
    /// The day whose prices are taken, `YYYY-MM-DD`; by default the one on which the pinned version was read
    #[arg(long, value_name = "DAY", default_value = fetch::READ_ON)]
    pub as_of: String,
    /// The folder with one folder for each provider; by default the workspace's
    #[arg(long, value_name = "FOLDER")]
    pub providers: Option<PathBuf>,
}

/// Writes the prices into the catalogs, or checks that they are there.
///
/// # Errors
/// The package cannot be had or read, or a catalog cannot.
pub fn run(options: &Options, out: &mut dyn Write) -> Result<Verdict, Obstacle> {
    let root = Workspace::read()?.workspace_root;
    let package = fetch::data(&options.genai_prices, &root.join("target/genai-prices"))?;
    let day = date::day(&options.as_of)?;
    let providers = options.providers.clone().unwrap_or_else(|| root.join("providers"));
    let mut passed = true;
    for vendor in Vendor::all(&providers)? {
        let path = providers.join(&*vendor.folder).join("catalog.toml");
        let Ok(text) = fs::read_to_string(&path) else {
            writeln!(out, "absent  {}", vendor.folder)?;
            continue;
        };
        let list = PriceList::read(&package.text, vendor.clone())?;
        let version = format!("genai-prices {}", package.version);
        let changed = rewrite::catalog(&text, |model| list.price(model, day, &version))
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let said = if changed.text == text {
            "ok"
        } else if options.check {
            passed = false;
            "differs"
        } else {
            fs::write(&path, &changed.text)?;
            "written"
        };
        writeln!(out, "{said:7} {}: {} models have a price", vendor.folder, changed.priced.len())?;
        for (model, why) in &changed.unpriced {
            writeln!(out, "        {model}: {why}")?;
        }
    }
    if !passed {
        writeln!(out, "run `cargo xtask catalogs`")?;
    }
    Ok(Verdict::of(passed))
}
