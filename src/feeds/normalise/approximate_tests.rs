//! Addresses of many countries: doors and areas.

use proptest::prelude::*;

use super::*;

#[test]
fn a_street_is_a_door_and_a_town_is_not() {
    for exact in [
        "5881 Old Bascomb Rd, Acworth, GA 30102, USA",
        "123 Main St, Anytown, OK 12345, USA",
        "8318 104 St, Edmonton, Alberta, T6E 4E8, Canada",
        "#201 14567 118 Avenue NW, Edmonton, Alberta, T5L 2M7, Canada",
        "Broadway, Huntington Beach, CA 92649, USA",
        "Jacksol Dr & Barrett Ave, San Jose, CA 95124, USA",
        "Doheny State Beach, 25300 Dana Point Harbor Dr, Dana Point, CA 92629, USA",
        "51st & Wornall",
        "St Mary's Hall, High Street, Brighton BN1, UK",
        "Village Hall, Church Lane, Ambridge",
        "12 Rue de Rivoli, 75001 Paris, France",
        "Rue de Rivoli, 75001 Paris, France",
        "1234 Broadway, Salem, USA",
        "Keizersgracht 123, 1015 CJ Amsterdam, Netherlands",
        "Drottninggatan, Stockholm, Sweden",
        "Calle Mayor, Madrid",
        "1 Main St @ Elm",
        "東京都千代田区丸の内1丁目",
        "10 Downing St",
    ] {
        assert!(is_street(exact), "{exact}");
    }
    for area in [
        "Orange County, CA, USA",
        "Santa Ana, CA 92708, USA",
        "California, USA",
        "Edmonton, Alberta, Canada",
        "Edmonton, Alberta, T5B 0S5, Canada",
        "Anytown, OK 12345, USA",
        "St. Louis, MO, USA",
        "St. Albert, Alberta, Canada",
        "75001 Paris, France",
        "1012 AB Amsterdam, Netherlands",
        "111 22 Stockholm, Sweden",
        "Brighton BN1 1AA, UK",
        "London, UK",
        "Philadelphia, PA, USA",
        "19103",
        "Circle, MT, USA",
        "",
        " , ",
    ] {
        assert!(!is_street(area), "{area}");
    }
}

#[test]
fn yes_and_no_are_read() {
    assert_eq!(said(" Yes "), Some(true));
    assert_eq!(said("0"), Some(false));
    assert_eq!(said("maybe"), None);
}

proptest! {
    #[test]
    fn any_text_is_judged(text in "\\PC*|[A-Z0-9, ]{0,40}") {
        let _ = is_street(&text);
    }
}
