# Shortcuts for people who work on feedwatch; `.ci/run` is what must pass.

# A tour without network or files.
demo:
    cargo run --release -- demo

test:
    cargo test

# Everything that lands a change.
ci:
    bash .ci/run

# Review changed snapshots in place.
snapshots:
    INSTA_UPDATE=always cargo test

# Before a release: a thousand kills, at every step of the daemon's work.
kills:
    KILLS=1000 cargo test --test promises -- kills --nocapture
