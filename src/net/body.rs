//! Bodies, read piece by piece against a limit on decompressed bytes.

use bytes::{Bytes, BytesMut};
use reqwest::StatusCode;

/// What happens to a body that is larger than allowed, in bytes after decompression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyLimit {
    /// The request fails with [`TooLarge`](super::NetError::TooLarge).
    Refuse(usize),
    /// The rest is not read.
    Truncate(usize),
}

/// Enough of the body of a failure to tell it by.
const FAILURE_BODY: usize = 8 * 1024;

impl BodyLimit {
    /// The limit on the body of an answer with this status.
    pub(super) fn for_status(self, status: StatusCode) -> Self {
        let (Self::Refuse(limit) | Self::Truncate(limit)) = self;
        if status.is_success() { self } else { Self::Truncate(limit.min(FAILURE_BODY)) }
    }
}

/// Why a body could not be read.
pub(super) enum BodyError {
    TooLarge(usize),
    Http(reqwest::Error),
}

/// Reads a body. Holds at most the limit and one piece, whatever the length that the server states or
/// the bytes decompress to.
pub(super) async fn read(response: &mut reqwest::Response, limit: BodyLimit) -> Result<Bytes, BodyError> {
    let mut body = BytesMut::new();
    while let Some(piece) = response.chunk().await.map_err(BodyError::Http)? {
        match limit {
            BodyLimit::Refuse(limit) if piece.len() > limit - body.len() => {
                return Err(BodyError::TooLarge(limit));
            }
            BodyLimit::Truncate(limit) if piece.len() >= limit - body.len() => {
                body.extend_from_slice(&piece[..limit - body.len()]);
                break;
            }
            BodyLimit::Refuse(_) | BodyLimit::Truncate(_) => body.extend_from_slice(&piece),
        }
    }
    Ok(body.freeze())
}
