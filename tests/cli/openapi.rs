//! `openchair openapi`

use super::Outcome;
use crate::support::{Folder, openchair};

fn run(arguments: &[&str]) -> Outcome {
    let mut command = openchair();
    Outcome::of(command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")), b"")
}

#[test]
fn the_committed_document_is_in_order_and_a_changed_copy_is_not() {
    assert_eq!(run(&["openapi", "--check"]).done(), "");
    let printed = run(&["openapi"]).done();
    let folder = Folder::new();
    let copy = folder.join("copy.json");
    let path = copy.to_str().unwrap();
    std::fs::write(&copy, &printed).unwrap();
    assert_eq!(run(&["openapi", "--check", path]).done(), "");
    let changed = printed.replacen("\"3.1.0\"", "\"3.0.0\"", 1);
    assert_ne!(changed, printed);
    std::fs::write(&copy, changed).unwrap();
    run(&["openapi", "--check", path]).failed_saying(&["differs from line 2", "openchair openapi"]);
    std::fs::write(&copy, &printed[..printed.len() / 2]).unwrap();
    run(&["openapi", "--check", path]).failed_saying(&["differs from line"]);
    std::fs::remove_file(&copy).unwrap();
    run(&["openapi", "--check", path]).failed_saying(&["cannot read", "copy.json"]);
}
