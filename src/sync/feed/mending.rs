//! What a volunteer does about a source that cannot be read, in a sentence or
//! three; `docs/mending.md` says more.

/// How to mend what a code stands for.
pub(super) fn mending(code: &str) -> &'static str {
    match code {
        "unreachable" => {
            "The website where the list is kept did not answer. Open the list's address in a private window of your \
             browser: if it does not open, takes long, or your browser warns of it, tell whoever hosts that website."
        }
        "refused_address" => {
            "The list's address, or one that it leads to, is not one that everybody can open: it points into a private \
             network or to this very machine, or is not https. Give the source the address that the whole world sees, \
             beginning with https://."
        }
        "bad_status" => {
            "The website where the list is kept answered with an error instead of the list. 401 or 403: it does not \
             let us in, because the sharing key was deleted or a security plugin blocks us. 404 or 410: the list has \
             another address now; give the source that one. 429: let it be read less often. 500 and above: the website \
             itself is broken; tell whoever hosts it."
        }
        "too_many_redirects" => {
            "The list's address leads to another, and that one on, in a circle. Open it in your browser, and give the \
             source the address that the browser shows when the list is open; often it is www. that is missing or too \
             much."
        }
        "not_a_feed" => {
            "A web page came in place of the list: a log-in, an error page, or one that checks your browser. Open the \
             list's address in a private window of your browser and you see the same page. Whoever keeps that website \
             has to let us past it; a sheet has to be shared with everybody who has the link."
        }
        "empty_body" => {
            "The website where the list is kept answered with nothing at all. Open the list's address in your browser: \
             if the page is white and empty, a plugin has crashed; tell whoever keeps that website."
        }
        "unreadable" => {
            "What came begins like a list and is none: it was cut off in the middle, or a comma or quotation mark is \
             wrong. Nothing of it was used, because nobody knows what is missing. In a table look for a quotation mark \
             that is not closed; otherwise tell whoever keeps that website."
        }
        "too_large" => {
            "What came is far larger than any list of meetings. Look whether the address is that of another file."
        }
        "interrupted" => "Nothing of yours is wrong: our own work on it broke off. Tell whoever runs this service.",
        _ => "Open the list's address in a private window of your browser, and tell whoever keeps that website.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_a_remedy_of_its_own() {
        let codes = [
            "unreachable",
            "refused_address",
            "bad_status",
            "too_many_redirects",
            "not_a_feed",
            "empty_body",
            "unreadable",
            "too_large",
            "interrupted",
        ];
        let remedies: std::collections::BTreeSet<&str> = codes.into_iter().chain(["another"]).map(mending).collect();
        assert_eq!(remedies.len(), codes.len() + 1);
    }
}
