/// Whether anybody is told of what happens on the way of several calls.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Told,
    Silent,
}
