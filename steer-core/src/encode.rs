//! What the encoders of protocols are written with: the members that a request itself wants in the body, the ids of
//! tool calls and the pairing of calls with results, the limit of the answer, and the account of what a long
//! conversation loses.
//! Nothing here knows a wire format.

mod book;
mod counted;
mod ids;
mod joined;
mod losses;
mod media;
mod names;
mod object;
mod options;
mod output_limit;
mod rare;
mod schema;
mod tool_names;

pub use book::CallBook;
pub use counted::Counted;
pub use ids::{CallIds, IdRule};
pub use joined::Joined;
pub use losses::Losses;
pub use media::{Data, MediaAddress, inline_media, is_text};
pub use names::{is_plain, plain};
pub use object::Object;
pub use options::{BodyOptions, BodyWriter};
pub use output_limit::output_limit;
pub use rare::refuse_rare;
pub use schema::report_lowering;
pub use tool_names::{RenamedTools, tool_name};
