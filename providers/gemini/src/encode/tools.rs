use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::ser::{Serialize, SerializeSeq, Serializer};
use serde_json::Value;
use steer_core::encode::Object;
use steer_core::json::{Members, Record};
use steer_core::protocol::{FeatureArea, Ledger};
use steer_core::request::FunctionTool;
use steer_core::{ApiError, RawJson, Tool};

use super::{invalid, schema};
use crate::names::Names;
use crate::{API, SchemaForm};

/// `Tools` is what the model may call: functions of the program's, which are one entry of the list, and the vendor's own
/// tools, each an entry as the vendor documents it. <https://ai.google.dev/api/caching#Tool>
#[derive(Debug, Default)]
pub(super) struct Tools<'a> {
    pub(super) functions: Vec<Function<'a>>,
    pub(super) vendors: Vec<&'a RawJson>,
    /// How many of the vendor's own tools come before the functions.
    before: usize,
}

/// `Function` is a function of the program's: <https://ai.google.dev/api/caching#FunctionDeclaration>.
#[derive(Debug)]
pub(super) struct Function<'a> {
    tool: &'a FunctionTool,
    declaration: Declaration<'a>,
}

#[derive(Debug)]
enum Declaration<'a> {
    Typed {
        name: Cow<'a, str>,
        schema: Value,
        form: SchemaForm,
        extra: Members<'a>,
    },
    /// As it stood in the body that the request was read from.
    Kept(&'a RawJson),
}

impl<'a> Tools<'a> {
    /// Reads the tools of a request.
    pub(super) fn of(
        tools: &'a [Tool],
        names: &Names,
        form: SchemaForm,
        ledger: &mut Ledger,
    ) -> Result<Self, ApiError> {
        let mut read = Self::default();
        let mut seen = BTreeSet::new();
        for tool in tools {
            match tool {
                Tool::Function(tool) => {
                    if !seen.insert(tool.schema.name.as_str()) {
                        let name = tool.schema.name.escape_debug();
                        return Err(invalid(format!("there are two tools named `{name}`; rename one")));
                    }
                    if read.functions.is_empty() {
                        read.before = read.vendors.len();
                    }
                    read.functions.push(Function::of(tool, names, form, ledger)?);
                }
                Tool::Provider(tool) if tool.api == API => {
                    if Record::read(tool.json.get()).is_err() {
                        return Err(invalid(
                            "a provider's tool is not a JSON object; give the entry as the vendor documents it",
                        ));
                    }
                    report_cache(tool.cache.is_some(), ledger)?;
                    read.vendors.push(&tool.json);
                }
                Tool::Provider(tool) => {
                    let why = format!("it is a tool of `{}`, not of this API", tool.api);
                    ledger.unsupported(FeatureArea::Tools, "provider tool", &why)?;
                }
                Tool::Custom(tool) => {
                    let why = "the API has no tools with free text; make it a function of one string";
                    ledger.unsupported(FeatureArea::Tools, &format!("custom tool {}", tool.name), why)?;
                }
                _ => ledger.unsupported(FeatureArea::Tools, "tool", "the API has none of its kind")?,
            }
        }
        Ok(read)
    }

    /// An empty list is refused, so there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.functions.is_empty() && self.vendors.is_empty()
    }

    /// Whether a tool asks for calls that fit its schema for sure.
    pub(super) fn is_strict(&self) -> bool {
        self.functions.iter().any(|function| function.tool.schema.strict == Some(true))
    }

    /// About how many bytes they take.
    pub(super) fn size(&self) -> usize {
        let functions = self.functions.iter().map(|function| {
            function.tool.schema.description.as_ref().map_or(0, String::len).saturating_add(512)
        });
        functions.chain(self.vendors.iter().map(|raw| raw.get().len())).sum()
    }
}

impl<'a> Function<'a> {
    fn of(
        tool: &'a FunctionTool,
        names: &Names,
        form: SchemaForm,
        ledger: &mut Ledger,
    ) -> Result<Self, ApiError> {
        if let Some(raw) = tool.kept(API) {
            return Ok(Self { tool, declaration: Declaration::Kept(raw) });
        }
        let name = names.sent(&tool.schema.name);
        let subject = format!("tool {}", tool.schema.name);
        if name != tool.schema.name {
            ledger.adjusted(
                &subject,
                format!("the API does not take the name; `{name}` was sent in its place"),
            );
        }
        if tool.deferred {
            ledger.unsupported(
                FeatureArea::Tools,
                &subject,
                "the API has no tools that are found by a search",
            )?;
        }
        if !tool.schema.input_examples.is_empty() {
            ledger.converted(&subject, "the API has no examples of inputs; they were left out");
        }
        report_cache(tool.cache.is_some(), ledger)?;
        let extra = tool.extra_for(API).and_then(|raw| Members::read(raw.get()).ok()).unwrap_or_default();
        let schema = schema::lower(tool.schema.input_schema.as_value(), form, &subject, ledger)?;
        Ok(Self { tool, declaration: Declaration::Typed { name, schema, form, extra } })
    }
}

fn report_cache(is_set: bool, ledger: &mut Ledger) -> Result<(), ApiError> {
    if is_set {
        let why = "the API has no cache points; name a cached content instead";
        ledger.unsupported(FeatureArea::Settings, "cache_control", why)?;
    }
    Ok(())
}

/// `WireTools` writes the list of tools.
pub(super) struct WireTools<'p, 'a>(pub(super) &'p Tools<'a>);

impl Serialize for WireTools<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        let (before, after) = self.0.vendors.split_at_checked(self.0.before).unwrap_or_default();
        for raw in before {
            list.serialize_element(raw.nested())?;
        }
        if !self.0.functions.is_empty() {
            list.serialize_element(&Functions { function_declarations: &self.0.functions })?;
        }
        for raw in after {
            list.serialize_element(raw.nested())?;
        }
        list.end()
    }
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Functions<'p, 'a> {
    function_declarations: &'p [Function<'a>],
}

impl Serialize for Function<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (name, schema, form, extra) = match &self.declaration {
            Declaration::Kept(raw) => return raw.nested().serialize(serializer),
            Declaration::Typed { name, schema, form, extra } => (name, schema, form, extra),
        };
        let mut object = Object::new(serializer.serialize_map(None)?);
        object.member("name", name)?;
        object.optional("description", self.tool.schema.description.as_ref())?;
        // A function without arguments has no schema in this form, since an object without properties is refused.
        let has_properties =
            schema.get("properties").and_then(Value::as_object).is_some_and(|o| !o.is_empty());
        match form {
            // What the request itself says of the schema wins.
            _ if extra.get("parameters").is_some() || extra.get("parametersJsonSchema").is_some() => {}
            SchemaForm::JsonSchema => object.member("parametersJsonSchema", schema)?,
            SchemaForm::OpenApi if has_properties => object.member("parameters", schema)?,
            SchemaForm::OpenApi => {}
        }
        object.end(extra, &[])
    }
}
