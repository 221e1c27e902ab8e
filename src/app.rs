//! Builds the parts and runs them until shutdown.
