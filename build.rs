//! Rebuilds when a migration is added: they are embedded by a macro that does not watch the folder.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
