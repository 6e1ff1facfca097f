//! `cargo xtask catalogs` with a price list of our own, in the form of the package's `data.py`.
#![allow(clippy::unwrap_used, reason = "only tests call it")]

use std::fs;
use std::path::PathBuf;

use xtask::catalogs::{Options, run};
use xtask::verdict::Verdict;

const DATA: &str = r#""""A price list."""
from .types import *

providers: list[Provider] = [
    Provider(
        id='anthropic',
        models=[
            ModelInfo(
                id='one',
                match=ClauseEquals(equals='one'),
                prices=[
                    ConditionalPrice(prices=ModelPrice(input_mtok=Decimal('9'), output_mtok=Decimal('9'))),
                    ConditionalPrice(
                        constraint=StartDateConstraint(start_date=datetime.date(2026, 1, 2)),
                        prices=ModelPrice(
                            input_mtok=TieredPrices(base=Decimal('2'), tiers=[Tier(start=200000, price=Decimal('4'))]),
                            cache_write_mtok=Decimal('2.5'),
                            output_mtok=Decimal('10'),
                            web_searches_kcount=Decimal('10'),
                        ),
                    ),
                    ConditionalPrice(
                        constraint=StartDateConstraint(start_date=datetime.date(2027, 1, 1)),
                        prices=ModelPrice(input_mtok=Decimal('1'), output_mtok=Decimal('1')),
                    ),
                ],
                price_variants=[
                    PriceVariant(when={'processing': 'batch'}, prices=ModelPrice(output_mtok=Decimal('5'))),
                    PriceVariant(
                        when={'speed': 'fast'},
                        prices=ModelPrice(output_mtok=Decimal('50')),
                        constraint=StartDateConstraint(start_date=datetime.date(2027, 1, 1)),
                    ),
                ],
            ),
            ModelInfo(
                id='by-night',
                match=ClauseStartsWith(starts_with='by-night'),
                prices=[
                    ConditionalPrice(
                        constraint=TimeOfDateConstraint(
                            start_time=datetime.time(0, 30, tzinfo=datetime.timezone.utc),
                            end_time=datetime.time(16, 30, tzinfo=datetime.timezone.utc),
                        ),
                        prices=ModelPrice(input_mtok=Decimal('1'), output_mtok=Decimal('1')),
                    ),
                ],
            ),
            ModelInfo(id='by-page', match=ClauseEquals(equals='by-page'), prices=ModelPrice(pages_kcount=Decimal('1'))),
        ],
    ),
]
"#;

const CATALOG: &str = "# By hand.\n[[models]]\nprovider = \"anthropic\"\nid = \"one\" # the first\nmax_output_tokens = 7\n\n[[models]]\nid = \"by-night-2\"\n\n[[models]]\nid = \"by-page\"\n\n[[models]]\nid = \"else\"\n";

fn options(name: &str) -> (PathBuf, Options) {
    let folder = std::env::temp_dir().join(format!("xtask-catalogs-{name}-{}", std::process::id()));
    fs::create_dir_all(folder.join("anthropic")).unwrap();
    fs::write(folder.join("data.py"), DATA).unwrap();
    fs::write(folder.join("anthropic/catalog.toml"), CATALOG).unwrap();
    let options = Options {
        check: false,
        genai_prices: folder.join("data.py").to_str().unwrap().to_owned(),
        as_of: "2026-11-25".to_owned(),
        providers: Some(folder.clone()),
    };
    (folder, options)
}

fn said(options: &Options) -> (Verdict, String) {
    let mut out = Vec::new();
    let verdict = run(options, &mut out).unwrap();
    (verdict, String::from_utf8(out).unwrap())
}

#[test]
fn the_prices_of_the_day_are_written_once_and_what_stands_by_hand_stays() {
    let (folder, mut options) = options("written");
    options.check = true;
    let (verdict, out) = said(&options);
    assert_eq!(verdict, Verdict::Failed, "{out}");
    assert!(out.contains("differs anthropic") && out.contains("run `cargo xtask catalogs`"), "{out}");
    let path = folder.join("anthropic/catalog.toml");
    assert_eq!(fs::read_to_string(&path).unwrap(), CATALOG, "a check changes nothing");

    options.check = false;
    let (verdict, out) = said(&options);
    assert_eq!(verdict, Verdict::Passed, "{out}");
    for why in [
        "by-night-2: its price depends on more than the day",
        "by-page: it has a price by `pages_kcount`, which catalogs do not know",
        "else: the price list does not have it",
    ] {
        assert!(out.contains(why), "{why}: {out}");
    }
    let text = fs::read_to_string(&path).unwrap();
    let price = "\n[models.price]\nversion = \"genai-prices 0.2.3\"\nas_of = \"2026-11-25\"\nuntil = \"2027-01-01\"\n\
                 input = { base = \"2\", steps = [{ above = 200000, price = \"4\" }] }\ncache_write = \"2.5\"\noutput = \"10\"\n\
                 uses = { web_search_requests = \"10\" }\nstandard = [\"global\", \"not_available\"]\nvariants.batch = { output = \"5\" }\n";
    let expected = CATALOG.replacen("max_output_tokens = 7\n", &format!("max_output_tokens = 7\n{price}"), 1);
    assert_eq!(text, expected);

    options.check = true;
    assert_eq!(said(&options).0, Verdict::Passed, "written once, nothing is to be done");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_list_that_is_not_there_or_has_another_form_stops_the_task() {
    let (folder, mut options) = options("broken");
    fs::write(folder.join("data.py"), "providers: dict = {}").unwrap();
    assert!(run(&options, &mut Vec::new()).unwrap_err().to_string().contains("genai-prices"));
    options.genai_prices = folder.join("nowhere.whl").to_str().unwrap().to_owned();
    assert!(run(&options, &mut Vec::new()).unwrap_err().to_string().contains("nowhere.whl"));
    options.genai_prices = folder.join("data.py").to_str().unwrap().to_owned();
    options.as_of = "today".to_owned();
    assert!(run(&options, &mut Vec::new()).unwrap_err().to_string().contains("YYYY-MM-DD"));
    fs::remove_dir_all(folder).unwrap();
}
