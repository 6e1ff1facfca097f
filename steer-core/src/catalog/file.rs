use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use super::near::{did_you_mean, shown};
use super::place::Lines;
use super::problem::CatalogProblems;
use super::provider::Places;
use super::read::read;
use super::tree::{Node, Table, Value};
use super::{CatalogEntry, CatalogModel, CatalogProblem, CatalogProvider, DialectTable, Place, Trust, check};
use crate::error::ApiError;
use crate::model::{ModelId, ProviderId};

/// `Catalog` is one TOML file of `[[providers]]` and `[[models]]`.
///
/// A misspelt key is a problem, never a setting that does nothing, and an entry with a problem is no entry.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Catalog {
    /// The file, or what else it is called.
    pub name: Arc<str>,
    /// How far it is trusted.
    pub trust: Trust,
    /// Its providers.
    pub providers: Vec<CatalogProvider>,
    /// Its models.
    pub models: Vec<CatalogModel>,
    /// What is wrong in it.
    pub problems: Vec<CatalogProblem>,
    /// The other names of models whose entries have problems.
    pub(crate) lost_aliases: Vec<(String, ModelId)>,
}

/// A catalog is written by hand; a longer file is something else.
const LONGEST: u64 = 4 << 20;

impl Catalog {
    /// Reads a catalog from a file.
    ///
    /// # Errors
    /// The file cannot be read, is longer than 4 MiB, or something in it is wrong; the error tells all that is
    /// ([`CatalogProblems`]).
    pub fn load(path: &Path) -> Result<Self, ApiError> {
        Self::parse(&Self::text(path)?, &path.display().to_string())
    }

    /// Reads a catalog; `name` says where it is from, for messages.
    ///
    /// # Errors
    /// Something in it is wrong; the error tells all that is ([`CatalogProblems`]).
    pub fn parse(text: &str, name: &str) -> Result<Self, ApiError> {
        let catalog = Self::parse_leniently(text, name)?;
        if catalog.problems.is_empty() {
            return Ok(catalog);
        }
        Err(CatalogProblems::into_error(catalog.problems))
    }

    /// Reads the entries that have no problem, and lists the problems of the others.
    ///
    /// # Errors
    /// The text is no TOML, so that it cannot be known what its entries are.
    pub fn parse_leniently(text: &str, name: &str) -> Result<Self, ApiError> {
        let name: Arc<str> = name.into();
        // Some editors begin a file with a mark of its encoding.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let (root, problems) = Node::parse(&Lines::new(&name, text), text);
        if !problems.is_empty() {
            return Err(CatalogProblems::into_error(problems));
        }
        let catalog = Self {
            name: Arc::clone(&name),
            trust: Trust::User,
            providers: Vec::new(),
            models: Vec::new(),
            problems: Vec::new(),
            lost_aliases: Vec::new(),
        };
        let mut reading = Reading { catalog, seen: BTreeMap::new() };
        if let Value::Table(members) = root.value {
            reading.root(members);
        }
        let mut catalog = reading.catalog;
        catalog.problems.sort_by(|a, b| a.place.cmp(&b.place));
        Ok(catalog)
    }

    /// The text of a file.
    pub(super) fn text(path: &Path) -> Result<String, ApiError> {
        let wrong = |why: &str| ApiError::configuration(format!("the catalog `{}` {why}", path.display()));
        let unread = |error: std::io::Error| wrong(&format!("cannot be read: {error}")).with_source(error);
        let file = File::open(path).map_err(unread)?;
        let mut text = String::new();
        // A link may lead to what has no end.
        let read = file.take(LONGEST.saturating_add(1)).read_to_string(&mut text).map_err(unread)?;
        if u64::try_from(read).is_ok_and(|read| read <= LONGEST) {
            return Ok(text);
        }
        Err(wrong("is longer than 4 MiB"))
    }
}

struct Reading {
    catalog: Catalog,
    /// Where each entry stands, since none may stand twice.
    seen: BTreeMap<CatalogEntry, Place>,
}

impl Reading {
    fn root(&mut self, members: Table) {
        for (key, (place, node)) in members {
            let entries = match (key.as_str(), node.value) {
                ("providers" | "models", Value::List(entries)) => entries,
                (known @ ("providers" | "models"), _) => {
                    self.tell(place, format!("`{known}` is a list; write `[[{known}]]` before each entry"));
                    continue;
                }
                (other, _) => {
                    let advice = did_you_mean(other, ["providers", "models"], "the keys are");
                    self.tell(place, format!("unknown key `{}`{advice}", shown(other)));
                    continue;
                }
            };
            for entry in entries {
                if key == "models" { self.model(&entry) } else { self.provider(&entry) }
            }
        }
    }

    fn provider(&mut self, node: &Node) {
        let mut problems = Vec::new();
        let places = places(node);
        // With its places, which reading it as a type would lose.
        let dialect = match &node.value {
            Value::Table(members) => members.get("dialect").map(|(_, dialect)| dialect.clone()),
            _ => None,
        };
        let name = text(node, "id").map(|id| CatalogEntry::Provider(ProviderId::new(id)));
        let entry = read::<CatalogProvider>(node, &mut problems).map(|entry| CatalogProvider {
            dialect: dialect.map_or_else(DialectTable::default, DialectTable::new),
            places: places.clone(),
            ..entry
        });
        if let Some(entry) = &entry {
            let wrong = check::provider(entry);
            problems.extend(wrong.into_iter().map(|(key, what)| CatalogProblem::new(places.of(key), what)));
            if !entry.dialect.is_table() {
                let what = "`dialect` is a table; write `[providers.dialect]` before its fields";
                problems.push(CatalogProblem::new(places.of("dialect"), what));
            }
        }
        self.once(name.as_ref(), &places, &mut problems);
        match entry.filter(|_| problems.is_empty()) {
            Some(entry) => self.catalog.providers.push(entry),
            None => self.keep(name, problems),
        }
    }

    fn model(&mut self, node: &Node) {
        let mut problems = Vec::new();
        let places = places(node);
        let id =
            text(node, "provider").zip(text(node, "id")).map(|(provider, id)| ModelId::new(provider, id));
        let name = id.clone().map(CatalogEntry::Model);
        let entry = read::<CatalogModel>(node, &mut problems)
            .map(|entry| CatalogModel { places: places.clone(), ..entry });
        if let Some(entry) = &entry {
            let wrong = check::model(entry);
            problems.extend(wrong.into_iter().map(|(key, what)| CatalogProblem::new(places.of(key), what)));
        }
        self.once(name.as_ref(), &places, &mut problems);
        if problems.is_empty() {
            self.catalog.models.extend(entry);
            return;
        }
        if let Some(id) = id {
            let aliases = entry.and_then(|entry| entry.aliases).into_iter().flatten();
            self.catalog.lost_aliases.extend(aliases.map(|alias| (alias, id.clone())));
        }
        self.keep(name, problems);
    }

    fn once(&mut self, name: Option<&CatalogEntry>, places: &Places, problems: &mut Vec<CatalogProblem>) {
        let Some(name) = name else { return };
        if let Some(first) = self.seen.get(name) {
            let what = match name {
                CatalogEntry::Provider(id) => format!("the provider `{id}`"),
                CatalogEntry::Model(id) => format!("the model `{id}`"),
            };
            let message = format!("{what} stands here twice, first at {first}; join the two entries");
            problems.push(CatalogProblem::new(places.entry(), message));
        } else {
            self.seen.insert(name.clone(), places.entry());
        }
    }

    fn keep(&mut self, name: Option<CatalogEntry>, problems: Vec<CatalogProblem>) {
        self.catalog.problems.extend(problems.into_iter().map(|problem| match &name {
            Some(name) => problem.of(name.clone()),
            None => problem,
        }));
    }

    fn tell(&mut self, place: Option<Place>, message: String) {
        let place = place.unwrap_or_else(|| Place::file(&self.catalog.name));
        self.catalog.problems.push(CatalogProblem::new(place, message));
    }
}

/// The text of a key, where it has one.
fn text<'a>(node: &'a Node, key: &str) -> Option<&'a str> {
    let Value::Table(members) = &node.value else { return None };
    match &members.get(key)?.1.value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

fn places(node: &Node) -> Places {
    let mut places = Places { entry: node.place.clone(), keys: BTreeMap::new() };
    if let Value::Table(members) = &node.value {
        let placed = members.iter().filter_map(|(key, (_, node))| Some((key.clone(), node.place.clone()?)));
        places.keys.extend(placed);
    }
    places
}
