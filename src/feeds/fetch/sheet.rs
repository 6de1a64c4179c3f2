//! Google Sheets: from the address that a browser shows to that of the table.
//!
//! An office copies what stands in its browser: the sheet itself, or the page
//! that "Publish to the web" gives. Both have the same table as CSV at an
//! address beside them. What is an export already stays as it is.

use reqwest::Url;

const HOST: &str = "docs.google.com";

/// The address of the table that a sheet's address stands for; any other
/// address as it is.
pub(super) fn export(url: Url) -> Url {
    if url.host_str() != Some(HOST) {
        return url;
    }
    let path: Vec<&str> = url.path_segments().map(Iterator::collect).unwrap_or_default();
    let (last, export) = match path.as_slice() {
        // Published: /spreadsheets/d/e/{key}/pubhtml
        ["spreadsheets", "d", "e", key, rest @ ..] => (rest.first().copied(), format!("/spreadsheets/d/e/{key}/pub")),
        // Shared: /spreadsheets/d/{id}/edit#gid=0, below an account at times.
        ["spreadsheets", "d", id, rest @ ..] | ["spreadsheets", "u", _, "d", id, rest @ ..] => {
            (rest.first().copied(), format!("/spreadsheets/d/{id}/export"))
        }
        _ => return url,
    };
    let is_published = export.ends_with("/pub");
    let says = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    let is_export = match last {
        Some("pub") => says("output").is_some(),
        Some("export" | "gviz") => true,
        _ => false,
    };
    if is_export {
        return url;
    }
    // The tab that is being looked at.
    let fragment = url.fragment().and_then(|fragment| fragment.split('&').find_map(|part| part.strip_prefix("gid=")));
    let tab = fragment.map(str::to_owned).or_else(|| says("gid"));
    let mut table = url.clone();
    table.set_path(&export);
    table.set_fragment(None);
    table.set_query(None);
    {
        let mut query = table.query_pairs_mut();
        query.append_pair(if is_published { "output" } else { "format" }, "csv");
        if let Some(tab) = tab {
            query.append_pair("gid", &tab);
            if is_published {
                query.append_pair("single", "true");
            }
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_browser_shows_becomes_the_table() {
        for (shown, table) in [
            (
                "https://docs.google.com/spreadsheets/d/1aB-c_9/edit?usp=sharing#gid=17",
                "https://docs.google.com/spreadsheets/d/1aB-c_9/export?format=csv&gid=17",
            ),
            (
                "https://docs.google.com/spreadsheets/d/1aB-c_9",
                "https://docs.google.com/spreadsheets/d/1aB-c_9/export?format=csv",
            ),
            (
                "https://docs.google.com/spreadsheets/u/1/d/1aB-c_9/htmlview?gid=4",
                "https://docs.google.com/spreadsheets/d/1aB-c_9/export?format=csv&gid=4",
            ),
            (
                "https://docs.google.com/spreadsheets/d/e/2PACX-1v/pubhtml?gid=5&single=true",
                "https://docs.google.com/spreadsheets/d/e/2PACX-1v/pub?output=csv&gid=5&single=true",
            ),
            (
                "https://docs.google.com/spreadsheets/d/e/2PACX-1v/pub",
                "https://docs.google.com/spreadsheets/d/e/2PACX-1v/pub?output=csv",
            ),
        ] {
            assert_eq!(export(shown.parse().unwrap()).as_str(), table);
            assert_eq!(export(table.parse().unwrap()).as_str(), table);
        }
    }

    #[test]
    fn any_other_address_stays() {
        for address in [
            "https://docs.google.com/spreadsheets/d/1aB/export?format=tsv",
            "https://docs.google.com/spreadsheets/d/e/2PACX/pub?output=tsv",
            "https://docs.google.com/document/d/1aB/edit",
            "https://docs.google.com/spreadsheets/",
            "https://example.org/spreadsheets/d/1aB/edit#gid=0",
        ] {
            assert_eq!(export(address.parse().unwrap()).as_str(), address);
        }
    }
}
