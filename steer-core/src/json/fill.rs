use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};

use super::JsonText;

/// `Fill` takes the members of an object one by one, in one pass over it, so that some are taken apart further at once
/// and the others are kept as they came.
pub trait Fill<'de> {
    /// Takes a member: reads its value from the map, and nothing else.
    ///
    /// # Errors
    /// The value is not as it must be.
    fn member<A: MapAccess<'de>>(&mut self, name: JsonText<'de>, map: &mut A) -> Result<(), A::Error>;
}

/// Reads an object into what stands ready for it.
pub fn fill<T>(into: &mut T) -> Filling<'_, T> {
    Filling { into, or_null: false }
}

/// The same where null may stand in place of the object; then nothing is taken.
pub fn fill_or_null<T>(into: &mut T) -> Filling<'_, T> {
    Filling { into, or_null: true }
}

/// `Filling` is an object that is about to be read into a [`Fill`].
#[derive(Debug)]
pub struct Filling<'t, T> {
    into: &'t mut T,
    or_null: bool,
}

impl<'de, T: Fill<'de>> DeserializeSeed<'de> for Filling<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.or_null { deserializer.deserialize_option(self) } else { deserializer.deserialize_map(self) }
    }
}

impl<'de, T: Fill<'de>> Visitor<'de> for Filling<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.or_null { "an object or null" } else { "an object" })
    }

    fn visit_none<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key()? {
            self.into.member(name, &mut map)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq)]
    struct Sum(u64, Vec<String>);

    impl<'de> Fill<'de> for Sum {
        fn member<A: MapAccess<'de>>(&mut self, name: JsonText<'de>, map: &mut A) -> Result<(), A::Error> {
            self.0 = self.0.saturating_add(map.next_value()?);
            self.1.push(name.to_string());
            Ok(())
        }
    }

    fn read(json: &str, or_null: bool) -> Option<Sum> {
        let mut sum = Sum::default();
        let mut parser = serde_json::Deserializer::from_str(json);
        let filling = if or_null { fill_or_null(&mut sum) } else { fill(&mut sum) };
        filling.deserialize(&mut parser).and_then(|()| parser.end()).ok().map(|()| sum)
    }

    #[test]
    fn members_come_in_their_order_and_as_often_as_they_stand_there() {
        let names = ["a", "b\n", "a"].map(str::to_owned).to_vec();
        assert_eq!(read(r#"{"a":1,"b\n":2,"a":3}"#, false), Some(Sum(6, names)));
    }

    #[test]
    fn null_is_an_object_only_where_it_may_be() {
        assert_eq!(read("null", true), Some(Sum::default()));
        for (json, or_null) in
            [("null", false), ("[]", true), ("7", false), (r#"{"a":"x"}"#, true), ("{}x", true)]
        {
            assert_eq!(read(json, or_null), None, "{json}");
        }
    }
}
