//! Fetches feeds as their publishers ask: conditional requests, per-host gate, limits.
