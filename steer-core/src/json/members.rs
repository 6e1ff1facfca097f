use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use super::{Json, JsonText, RawJson, Scanner};
use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use smallvec::SmallVec;

/// `Members` are the members of one JSON object, in their order and unread. Those that are taken are known; the rest
/// is what the vendor added since.
///
/// The first `INLINE` of them take no memory of their own. What is read and let go again is a [`Record`]; what is kept,
/// and mostly empty, has none inline.
///
/// Its `Debug` hides the values.
#[derive(Default)]
pub struct Members<'a, const INLINE: usize = 0>(SmallVec<[Member<'a>; INLINE]>);

/// Its name and, until it is taken, its value.
type Member<'a> = (JsonText<'a>, Option<Json<'a>>);

/// `Record` is the members of an object while a decoder reads it: as many inline as most objects have.
pub type Record<'a> = Members<'a, 12>;

impl<const INLINE: usize> fmt::Debug for Members<'_, INLINE> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| &*name.0)).finish()
    }
}

impl<'a, const INLINE: usize> Members<'a, INLINE> {
    /// Reads an object.
    ///
    /// # Errors
    /// The text is no JSON object.
    pub fn read(json: &'a str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// Reads an object whose members are taken as [`Json`], which costs less.
    ///
    /// # Errors
    /// The text is no JSON object.
    pub fn scan(json: &'a str) -> Result<Self, serde_json::Error> {
        let mut members = Self::default();
        match members.add(json) {
            Some(()) => Ok(members),
            None => Self::read(json),
        }
    }

    /// Adds the members of an object; `None` leaves some of them out.
    fn add(&mut self, json: &'a str) -> Option<()> {
        let mut scanner = Scanner::new(json);
        scanner.object(|scanner, name| {
            self.push(JsonText(Cow::Borrowed(name)), scanner.value()?);
            Some(())
        })?;
        scanner.end()
    }

    /// Adds a member behind the others, for whoever reads an object on its own.
    pub fn push(&mut self, name: JsonText<'a>, value: impl Into<Json<'a>>) {
        self.0.push((name, Some(value.into())));
    }

    /// Takes a member, unless it is missing or null, as a value of the parser, which looks at a scanned one again.
    pub fn take(&mut self, key: &str) -> Option<&'a RawValue> {
        self.take_json(key)?.parsed()
    }

    /// Takes a member, unless it is missing or null.
    pub fn take_json(&mut self, key: &str) -> Option<Json<'a>> {
        self.place(key)?.take().filter(|json| !json.is_null())
    }

    /// Takes a member that is a string; one of another type is left where it is, so that it is kept as unknown.
    pub fn text(&mut self, key: &str) -> Option<String> {
        self.borrowed_text(key).map(Cow::into_owned)
    }

    /// Takes a member that is a string, and borrows it where it has no escapes; one of another type is left where it
    /// is, so that it is kept as unknown.
    pub fn borrowed_text(&mut self, key: &str) -> Option<Cow<'a, str>> {
        let place = self.place(key)?;
        let json = place.filter(|json| json.get().starts_with('"'))?;
        let JsonText(text) = JsonText::read(json).ok()?;
        *place = None;
        Some(text)
    }

    /// Takes a member of a type; one of another type is left where it is, so that it is kept as unknown.
    pub fn lenient<T: DeserializeOwned>(&mut self, key: &str) -> Option<T> {
        let place = self.place(key)?;
        // To have a parser refuse what is often there costs more than to read it.
        let json = place.filter(|json| !json.is_null())?;
        let value = serde_json::from_str(json.get()).ok()?;
        *place = None;
        Some(value)
    }

    /// Takes a member that is a whole number from 0, written without a fraction or an exponent; any other is left where
    /// it is, so that it is kept as unknown.
    pub fn whole<T: FromStr>(&mut self, key: &str) -> Option<T> {
        let place = self.place(key)?;
        let digits = place.map(Json::get).filter(|json| json.bytes().all(|byte| byte.is_ascii_digit()))?;
        let number = digits.parse().ok()?;
        *place = None;
        Some(number)
    }

    /// Looks at a member that stays, as a value of the parser, which looks at a scanned one again.
    pub fn get(&self, key: &str) -> Option<&'a RawValue> {
        self.get_json(key)?.parsed()
    }

    /// Looks at a member that stays.
    pub fn get_json(&self, key: &str) -> Option<Json<'a>> {
        let (_, json) = self.0.iter().find(|(name, json)| json.is_some() && &**name == key)?;
        json.filter(|json| !json.is_null())
    }

    /// What is left and not null, as values of the parser, which looks at scanned ones again.
    pub fn rest(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.rest_json().filter_map(|(name, json)| Some((name, json.parsed()?)))
    }

    /// What is left and not null.
    pub fn rest_json(&self) -> impl Iterator<Item = (&str, Json<'a>)> {
        self.0.iter().filter_map(|(name, json)| Some((&**name, json.filter(|json| !json.is_null())?)))
    }

    /// Whether nothing is left that is not null.
    pub fn is_spent(&self) -> bool {
        self.rest_json().next().is_none()
    }

    /// The first member of this name that was not taken.
    fn place(&mut self, key: &str) -> Option<&mut Option<Json<'a>>> {
        self.0.iter_mut().find(|(name, json)| json.is_some() && &**name == key).map(|(_, json)| json)
    }

    /// How many members the object has, taken or not, null or not.
    #[allow(clippy::len_without_is_empty, reason = "whether anything is left is another question")]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// What is left and not null, as one JSON object.
    pub fn into_extra(self) -> Option<RawJson> {
        self.rest_json().next()?;
        let rest: serde_json::Map<String, serde_json::Value> = self
            .rest_json()
            .filter_map(|(name, json)| Some((name.to_owned(), serde_json::from_str(json.get()).ok()?)))
            .collect();
        RawJson::of(&rest).ok()
    }
}

impl<'de: 'a, 'a, const INLINE: usize> Deserialize<'de> for Members<'a, INLINE> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Object(PhantomData))
    }
}

struct Object<'a, const INLINE: usize>(PhantomData<&'a ()>);

impl<'de: 'a, 'a, const INLINE: usize> Visitor<'de> for Object<'a, INLINE> {
    type Value = Members<'a, INLINE>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = SmallVec::new();
        while let Some((name, raw)) = map.next_entry::<_, &'a RawValue>()? {
            members.push((name, Some(Json::from(raw))));
        }
        Ok(Members(members))
    }
}

#[cfg(test)]
impl<const INLINE: usize> Members<'_, INLINE> {
    /// The members that a parser finds.
    pub(super) fn parsed(json: &str) -> Result<Vec<(String, String)>, serde_json::Error> {
        let Members(members) = serde_json::from_str::<Members<'_>>(json)?;
        Ok(members
            .into_iter()
            .map(|(name, json)| (name.to_string(), json.map_or("", Json::get).to_owned()))
            .collect())
    }
}
