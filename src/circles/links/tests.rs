use proptest::prelude::*;

use super::*;

/// What a phone makes a link of, or a browser takes for one.
const LINKS: &[&str] = &[
    "https://example.org",
    "see HTTP://Example.org/a",
    "x://y",
    "https:\\\\example",
    "https:\\example",
    "http:/example",
    "https:example",
    "see:https://example",
    "//example.world",
    "\\\\example.world\\share",
    "(//example.world)",
    "www.example.fun",
    "WWW.Example.Fun",
    "go to example.com now",
    "(example.com)",
    "Example.Com",
    "example.co.uk,",
    "example.com.and more",
    "münchen.de",
    "пример.рф",
    "ｅｘａｍｐｌｅ．ｃｏｍ",
    "example。com",
    "example.top",
    "example.live.",
    "example.world",
    "linktr.ee",
    "linktr.ee/me",
    "example.health/x",
    "example.group/x",
    "example.life/~me",
    "example.today:8080",
    "t.me",
    "t.me/somebody",
    "T.me/Somebody",
    "youtu.be",
    "youtu.be/abc",
    "bit.ly/abc",
    "example.com:8080/x",
    "xn--80ak6aa92e.zzz",
    "例え.みんな/x",
    "1.2.3.4/x",
    "192.0.2.1:8080",
    "me@example.org",
    "me.and+you@a.museum!",
    "mailto:me",
    "see:mailto:x@y",
    "a:b:mailto:me",
    "x-mailto:me",
    "tel:+13125550100",
    "javascript:alert(1)",
    "ftp:example",
    "discord:somebody",
    "signal:+13125550100",
    "signal://x",
    "intent:#Intent;scheme=x;end",
    "data:text/html,x",
    "Data:text/html;base64,eA==",
    "data:,x",
    // As good as `youtu.be/go`; a space after the full stop helps.
    "step.to/go",
];

/// What people write.
const SENTENCES: &[&str] = &[
    "I was tired.So I slept.",
    "i was tired.so i slept",
    "ok.so",
    "fine.today was hard",
    "today.I'm fine",
    "made it.im ok",
    "thanks.you too",
    "Done.Work/life balance is next",
    "so good.love you all",
    "got through it.one day at a time",
    "slept.help came",
    "8.am meeting,7.pm meeting",
    "Good day.It went well.In the end.",
    "At 7.30 p.m. I called, e.g. my sponsor (A.A.)...",
    "and so...com what may",
    "well..top",
    "He/she, and/or them: 24/7",
    "tel: ask me",
    "Data:5",
    "the data:5 of it",
    "signal:green, intent:good, news:none",
    "ratio 1:2, at 10:30, Step:11",
    "meh :\\ :\\\\ :/ ://",
    "tired // but ok, and//or, //then",
    "steps 1.2.3.4 and 1.2.3",
    "3 of 4 @ home, @friend",
    "90% done. No.1!",
    "Note: call J.R. at 10:30",
    "Great.Info was good.Online too",
    "gut.ist so",
    "bien.je vais",
    "谢谢。我爱你",
    "今日は。みんな",
    "one day at a time...",
    ".",
    "-.-",
    "//",
    ":",
];

#[test]
fn links_and_mail_addresses_are_found() {
    for link in LINKS {
        assert!(has_link(link), "{link}");
        for (before, after) in [("(", ")"), ("\"", "\"!"), ("a text,\n", "\nand more"), ("*", "*")] {
            assert!(has_link(&format!("{before}{link}{after}")), "{before}{link}{after}");
        }
    }
}

#[test]
fn sentences_are_no_links() {
    for sentence in SENTENCES {
        assert!(!has_link(sentence), "{sentence}");
        assert!(!has_link(&format!("({sentence})")), "{sentence}");
    }
}

#[test]
fn every_word_of_the_list_is_an_ending_and_may_begin_a_clause() {
    for word in WORDS.split_ascii_whitespace() {
        assert!(exists(word), "{word}");
        assert!(!has_link(&format!("well.{word} then")), "{word}");
        assert!(has_link(&format!("example.{word}/then")), "{word}");
        assert!(!has(ANYWHERE, word), "{word}");
    }
    for name in KNOWN.split_ascii_whitespace() {
        assert!(has_link(name) && has(WORDS, name.rsplit('.').next().unwrap()), "{name}");
    }
    for scheme in SCHEMES.split_ascii_whitespace().chain(WORDY_SCHEMES.split_ascii_whitespace()) {
        assert!(has_link(&format!("see {scheme}:/x")) && !has_link(&format!("{scheme}: x")), "{scheme}");
    }
}

proptest! {
    /// Whatever the name: with a scheme, slashes, `www.`, or a path behind an
    /// ending that there is.
    #[test]
    fn a_name_that_is_led_to_is_found(
        name in "[a-z][a-z0-9-]{0,8}[a-z0-9]",
        ending in proptest::sample::select(vec!["top", "health", "today", "ee", "me", "museum", "co.uk", "com"]),
        path in "[a-z0-9@][a-zA-Z0-9/_-]{0,8}",
        scheme in "[a-z][a-z0-9+.-]{0,6}",
    ) {
        for link in [
            format!("{scheme}://{name}"), format!("{scheme}:\\\\{name}"), format!("www.{name}.{ending}"),
            format!("//{name}.{ending}"), format!("{name}.{ending}/{path}"), format!("{name}.{ending}:443/{path}"),
            format!("me@{name}.{ending}"),
        ] {
            prop_assert!(has_link(&link), "{}", link);
        }
    }

    /// Words with a full stop and no space between them, the second with a
    /// capital or one that clauses begin with.
    #[test]
    fn sentences_run_together_are_left_alone(
        words in proptest::collection::vec("[a-z]{1,9}", 2..6),
        begins in proptest::sample::select(WORDS.split_ascii_whitespace().collect::<Vec<_>>()),
        ends in "[,!?]?",
    ) {
        prop_assume!(!words.iter().any(|word| ["www", "com", "org", "net"].contains(&&**word)));
        let capital = |word: &String| format!("{}{}", word[..1].to_uppercase(), &word[1..]);
        let capitals: Vec<String> = words.iter().map(capital).collect();
        let capitals = format!("{}{ends}", capitals.join("."));
        prop_assert!(!has_link(&capitals), "{}", capitals);
        let clause = format!("{}.{begins} {}{ends}", words[0], words[1]);
        prop_assume!(!has(KNOWN, &format!("{}.{begins}", words[0])));
        prop_assert!(!has_link(&clause), "{}", clause);
    }

    #[test]
    fn any_text_is_read(text in "\\PC{0,60}|[a-z.@:/\\\\-]{0,30}") {
        let _ = has_link(&text);
    }
}
