//! A new migration rebuilds the program, which carries them all.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
