//! Who is told what and when: payloads, rendering, retries. Pure; it never sends.
