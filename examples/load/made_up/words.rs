//! What names, places and notes are made of, by language. All of it is made up
//! or the common stock of languages; no real group has its name from here.

use super::dice::Dice;

/// The words of a language.
#[derive(Debug)]
pub struct Words {
    first: &'static [&'static str],
    second: &'static [&'static str],
    kinds: &'static [&'static str],
    buildings: &'static [&'static str],
    rooms: &'static [&'static str],
    streets: &'static [&'static str],
    ways: &'static [&'static str],
    notes: &'static [&'static str],
    /// Writes an address of a street, what sort of way it is, and a number.
    address: fn(&str, &str, usize) -> String,
}

const ENGLISH: Words = Words {
    first: &[
        "Quiet",
        "Early",
        "Open",
        "Gentle",
        "Steady",
        "Bright",
        "Second",
        "Patient",
        "Willing",
        "Northern",
        "Copper",
        "Silver",
        "Hidden",
        "Plain",
        "Thankful",
        "Wandering",
        "Crooked",
        "Blue",
        "Red",
        "Golden",
        "Happy",
        "Winding",
        "Rolling",
        "Little",
        "Broken",
        "Mended",
        "Rusty",
        "Cedar",
        "Maple",
        "Juniper",
        "Harbor",
        "Prairie",
        "Canyon",
        "Hilltop",
        "Riverside",
        "Lakeview",
        "Midtown",
        "Uptown",
        "Downtown",
        "Eastside",
        "Westside",
        "Southside",
    ],
    second: &[
        "Lantern",
        "Harbor",
        "Table",
        "Kettle",
        "Sparrow",
        "Bridge",
        "Window",
        "Garden",
        "Anchor",
        "Compass",
        "Lighthouse",
        "Orchard",
        "Meadow",
        "Ferry",
        "Candle",
        "Teapot",
        "Ladder",
        "Umbrella",
        "Bicycle",
        "Heron",
        "Firefly",
        "Blanket",
        "Doorstep",
        "Staircase",
        "Stepping Stones",
        "Mittens",
        "Porch",
        "Workshop",
        "Bookends",
        "Turning Point",
        "Daybreak",
        "Sunrise",
        "Twilight",
        "Rainbow",
        "Pathway",
        "Crossroads",
        "Fellowship",
        "Circle",
    ],
    kinds: &[
        "Group",
        "Meeting",
        "Nooners",
        "Beginners",
        "Discussion",
        "Speakers",
        "Step Study",
        "Women",
        "Men",
        "Young People",
        "Early Birds",
        "Night Owls",
        "Candlelight",
        "Book Study",
        "Big Table",
        "Weekenders",
    ],
    buildings: &[
        "Candlewick School",
        "Harborside Library",
        "Juniper Chapel",
        "Old Mill Hall",
        "Saint Brannock Church",
        "First Orchard Church",
        "Grace Meadow Church",
        "Union Ferry House",
        "Maplewood Community Center",
        "Fellowship House",
        "Riverbend Hospital",
        "Firehouse Seven",
        "Cedar Street Club",
        "Trinity Lantern Church",
        "Good Kettle Church",
        "Veterans Hall",
        "Hilltop Synagogue",
        "The Alcove",
        "Pilgrim Bridge Church",
        "Grange Hall",
    ],
    rooms: &["cafeteria", "lower hall", "room 12", "second floor", "annex", "library", "fellowship hall", "basement"],
    streets: &[
        "Main",
        "Oak",
        "Juniper",
        "Candlewick",
        "Mill",
        "River",
        "Orchard",
        "Prospect",
        "Church",
        "Lantern",
        "Ferry",
        "Second",
        "Third",
        "Fourteenth",
        "Lakeshore",
        "Garden",
        "Bridge",
        "Sycamore",
        "Willow",
        "Franklin",
        "Hollow",
    ],
    ways: &["Street", "Avenue", "Road", "Lane", "Boulevard", "Drive", "Court", "Way"],
    notes: &[
        "Enter through the back door and go downstairs.",
        "Parking behind the building.",
        "Ring the bell twice.",
        "The elevator is to the left of the entrance.",
        "Please bring your own mug.",
        "Coffee is ready at half past.",
        "Speaker meeting on the last week of the month.",
        "Chairs are set up twenty minutes before the start.",
        "Children are welcome; there is a play corner.",
        "No meeting on public holidays.",
        "Masks are up to you.",
        "The door on the alley is locked after the start, so please be on time.",
        "Street parking is free after six.",
        "We read a page, then share around the table.",
        "Newcomers are asked to stay for a few words afterwards.",
    ],
    address: |street, way, number| format!("{number} {street} {way}"),
};

const SPANISH: Words = Words {
    first: &["Nueva", "Segunda", "Buena", "Clara", "Serena", "Alta", "Antigua", "Pequeña", "Valiente", "Tranquila"],
    second: &["Mañana", "Lámpara", "Orilla", "Ventana", "Esperanza", "Senda", "Jornada", "Fuente", "Luz", "Montaña"],
    kinds: &["Grupo", "Reunión", "Principiantes", "Mujeres", "Jóvenes", "Mediodía", "Estudio de Pasos"],
    buildings: &[
        "Parroquia del Colibrí",
        "Centro Vecinal",
        "Escuela Las Lomas",
        "Casa de la Colina",
        "Salón Jacaranda",
    ],
    rooms: &["salón 2", "planta baja", "patio", "primer piso", "biblioteca"],
    streets: &[
        "Colibrí",
        "Jacaranda",
        "Molino",
        "Reforma",
        "Juárez",
        "Hidalgo",
        "del Puente",
        "de la Fuente",
        "Olivos",
    ],
    ways: &["Calle", "Avenida", "Calzada", "Callejón"],
    notes: &["Se entra por el patio.", "Hay café.", "Toque el timbre dos veces.", "Cerrado los días festivos."],
    address: |street, way, number| format!("{way} {street} {number}"),
};

const FRENCH: Words = Words {
    first: &["Nouvelle", "Douce", "Claire", "Première", "Bonne", "Petite", "Paisible", "Ancienne"],
    second: &["Aurore", "Lanterne", "Rive", "Étape", "Fenêtre", "Boussole", "Clairière", "Passerelle", "Journée"],
    kinds: &["Groupe", "Réunion", "Débutants", "Midi", "Femmes", "Jeunes", "Étude des Étapes"],
    buildings: &["Maison des Lanternes", "Église du Moulin", "Salle Paroissiale", "Centre Social", "École du Pont"],
    rooms: &["salle 2", "sous-sol", "premier étage", "au fond de la cour"],
    streets: &["du Moulin", "de la Fontaine", "des Lilas", "du Pont", "de l'Église", "Saint-Jacques", "des Écoles"],
    ways: &["rue", "avenue", "boulevard", "impasse"],
    notes: &["Entrée par la cour.", "Sonnez deux fois.", "Pas de réunion les jours fériés.", "Le café est offert."],
    address: |street, way, number| format!("{number} {way} {street}"),
};

const GERMAN: Words = Words {
    first: &["Neuer", "Stiller", "Heller", "Guter", "Kleiner", "Offener", "Ruhiger", "Früher"],
    second: &["Morgen", "Leuchtturm", "Kompass", "Garten", "Anker", "Laternenkreis", "Brückenschlag", "Feierabend"],
    kinds: &["Gruppe", "Treffen", "Anfänger", "Mittagsrunde", "Frauen", "Jugend", "Schritte"],
    buildings: &["Gemeindehaus", "Haus am Mühlbach", "Bürgerzentrum", "Alte Schule", "Kirche am Markt"],
    rooms: &["Raum 3", "Erdgeschoss", "Kellergeschoss", "Hinterhaus"],
    streets: &["Mühlen", "Kirch", "Garten", "Linden", "Brücken", "Schul", "Bahnhof", "Berg"],
    ways: &["straße", "weg", "gasse", "platz"],
    notes: &["Eingang über den Hof.", "Bitte zweimal klingeln.", "An Feiertagen kein Treffen.", "Es gibt Kaffee."],
    address: |street, way, number| format!("{street}{way} {number}"),
};

const JAPANESE: Words = Words {
    first: &["新しい", "静かな", "明るい", "小さな", "青い"],
    second: &["朝", "灯台", "橋", "庭", "道", "窓", "港", "森"],
    kinds: &["グループ", "ミーティング", "初心者", "女性", "夜の会"],
    buildings: &["市民会館", "丘の教会", "コミュニティセンター", "橋の家"],
    rooms: &["二階", "会議室", "地下", "和室"],
    streets: &["中央", "本町", "緑町", "桜木", "若葉"],
    ways: &["一丁目", "二丁目", "三丁目"],
    notes: &["裏口からお入りください。", "祝日は休みです。", "コーヒーがあります。"],
    address: |street, way, number| format!("{street}{way}{number}番"),
};

impl Words {
    /// Those of what is spoken, by its type code.
    pub fn of(language: Option<&str>) -> &'static Self {
        match language {
            Some("S" | "POR" | "ITA") => &SPANISH,
            Some("FR") => &FRENCH,
            Some("DE" | "NL" | "DA" | "SV" | "NO") => &GERMAN,
            Some("JA") => &JAPANESE,
            _ => &ENGLISH,
        }
    }

    /// What a group calls itself.
    pub fn name(&self, dice: &mut Dice) -> String {
        format!("{} {}", dice.pick(self.first), dice.pick(self.second))
    }

    /// What sort of meeting it is, for the end of its name.
    pub fn kind(&self, dice: &mut Dice) -> &'static str {
        dice.pick(self.kinds)
    }

    /// A building, sometimes with the room.
    pub fn building(&self, dice: &mut Dice) -> String {
        let building = dice.pick(self.buildings);
        if dice.chance(400) { format!("{building}, {}", dice.pick(self.rooms)) } else { building.to_owned() }
    }

    /// Street and number.
    pub fn address(&self, dice: &mut Dice) -> String {
        (self.address)(dice.pick(self.streets), dice.pick(self.ways), 1 + dice.below(2_400))
    }

    /// Two words of a name or the second alone, which is typed with a slip.
    pub fn slipped(&self, dice: &mut Dice) -> String {
        let typed = slip(dice.pick(self.second), dice);
        if dice.chance(667) { format!("{} {typed}", dice.pick(self.first)) } else { typed }
    }

    /// One to three sentences.
    pub fn notes(&self, dice: &mut Dice) -> String {
        let sentences: Vec<&str> = (0..=dice.below(3)).map(|_| dice.pick(self.notes)).collect();
        sentences.join(" ")
    }
}

/// Two letters in the wrong order, or one too few; short words are as they are.
fn slip(word: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    if letters.len() < 5 {
        return word.to_owned();
    }
    let at = 1 + dice.below(letters.len() - 2);
    if letters[at] == letters[at + 1] || dice.chance(300) {
        letters.remove(at);
    } else {
        letters.swap(at, at + 1);
    }
    letters.into_iter().collect()
}
