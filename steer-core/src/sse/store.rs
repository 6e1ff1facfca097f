/// A value that waits for the end of its event.
#[derive(Default)]
pub(super) struct Label {
    value: Vec<u8>,
    set: bool,
}

impl Label {
    #[inline]
    pub(super) fn is_set(&self) -> bool {
        self.set
    }

    /// An id with a NUL in it is no id: whatever was set before stays.
    pub(super) fn set_unless_nul(&mut self, value: &[u8]) {
        if memchr::memchr(0, value).is_none() {
            self.value.clear();
            self.value.extend_from_slice(value);
            self.set = true;
        }
    }

    pub(super) fn move_into(&mut self, target: &mut Vec<u8>) {
        std::mem::swap(&mut self.value, target);
        self.clear();
    }

    pub(super) fn reserved(&self) -> usize {
        self.value.capacity()
    }

    pub(super) fn clear(&mut self) {
        self.value.clear();
        self.set = false;
    }
}

/// Appends, never reserving more than `limit`: doubling a buffer near its limit would use twice what
/// the limit promises. The caller has checked that the bytes fit.
#[inline]
pub(crate) fn grow(buffer: &mut Vec<u8>, bytes: &[u8], limit: usize) {
    if buffer.capacity().saturating_sub(buffer.len()) < bytes.len() {
        make_room(buffer, bytes.len(), limit);
    }
    buffer.extend_from_slice(bytes);
}

/// Empties a buffer for its next use; one that a giant has stretched gives its memory back.
pub(crate) fn recycle(buffer: &mut Vec<u8>) {
    buffer.clear();
    if buffer.capacity() > KEPT {
        *buffer = Vec::new();
    }
}

#[cold]
fn make_room(buffer: &mut Vec<u8>, more: usize, limit: usize) {
    let needed = buffer.len().saturating_add(more);
    let wanted = buffer.capacity().saturating_mul(2).max(SMALLEST).min(limit).max(needed);
    buffer.reserve_exact(wanted.saturating_sub(buffer.len()));
}

const SMALLEST: usize = 512;
const KEPT: usize = 1 << 20;
