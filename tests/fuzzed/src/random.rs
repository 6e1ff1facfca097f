/// `Random` takes its choices from an input, so that what changes the input changes them one by one. Where the input ends,
/// every choice is the first one.
#[derive(Debug)]
pub(crate) struct Random(std::vec::IntoIter<u8>);

impl Random {
    pub(crate) fn new(input: &[u8]) -> Self {
        Self(Vec::from(input).into_iter())
    }

    /// A number below `limit`, which is at most 256.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::from(self.0.next().unwrap_or_default()) % limit.max(1)
    }

    /// True once in so many times.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub(crate) fn of<'c, T: ?Sized>(&mut self, choices: &[&'c T]) -> &'c T {
        choices[self.below(choices.len())]
    }
}
