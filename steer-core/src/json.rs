//! JSON as it was received: kept byte for byte, borrowed from its frame, or read member by member. What the decoders
//! of protocols are written with; and JSON that is still coming.

mod fill;
mod halves;
mod list;
mod members;
mod partial;
mod raw;
mod scan;
mod template;
mod text;
mod unescape;
mod value;

pub use fill::{Fill, Filling, fill, fill_or_null};
pub use halves::without_half_characters;
pub use list::List;
pub use members::{Members, Record};
pub use partial::PartialJson;
pub use raw::RawJson;
pub use scan::Scanner;
pub use template::{Found, Template};
pub use text::JsonText;
pub use value::Json;
