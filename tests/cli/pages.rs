//! What the pages for offices tell them to write is taken without a word.

use super::{
    outcome::{contents, office},
    run,
};
use crate::support::Folder;

/// The first block of a page that begins so.
fn block(page: &str, begin: &str) -> String {
    let text = std::fs::read_to_string(format!("{}/docs/{page}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let at = text.find(begin).unwrap_or_else(|| panic!("docs/{page} lacks {begin}"));
    let from = at + begin.find('\n').unwrap() + 1;
    text[from..from + text[from..].find("```").unwrap()].to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_and_the_sheet_of_the_pages_have_no_problems() {
    let list = block("own-database.md", "```json\n[");
    let names = block("google-sheet.md", "```\nslug,");
    let row = block("google-sheet.md", "```\nearly-bus,");
    let database = office().await;
    let folder = Folder::new();
    for (name, text, rows) in [("list.json", list, 2), ("sheet.csv", format!("{names}{row}"), 1)] {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        let before = contents(&database).await;
        let arguments = ["import", path.to_str().unwrap(), "--intergroup", "lantern", "--plan", "--json"];
        let planned = run(&database, &arguments).json();
        assert_eq!((&planned["created"], &planned["problem_count"]), (&rows.into(), &0.into()), "{planned:#}");
        assert_eq!(contents(&database).await, before);
    }
}
