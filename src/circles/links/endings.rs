//! Endings of names, and the words among them.

/// Endings that are no words: a name ends with one wherever it stands.
pub(super) const ANYWHERE: &str = "
    com org net edu gov info biz io app dev xyz online site shop store club link chat blog wiki zone page рф онлайн";

/// Endings with which a clause may begin in a language that is much written:
/// alone they make no link of two words whose writer forgot a space.
pub(super) const WORDS: &str = "
    ad al am as at be by co do dm eg er es et hm id im in is it je la lt ma me mm mr ms my na ne ng ni no nu om pa pm
    ps re sa se si so st su to us va ve vi ye
    able academy africa art arte auto baby band bank bar beauty beer best bet bible bike bio black blue bom boo book
    box brother build business buy buzz cafe call camp capital car care cars casa case cash cat center cheap christmas
    church circle city claims cleaning click clinic coach coffee college community compare contact cooking cool country
    dad dance data date dating day deal deals degree delivery dental diet digital direct dish doctor dog dot drive
    earth eat education energy events express fail faith family fan fans farm fast feedback film final finance fire
    fish fishing fit fitness fly food football free fun fund futbol game games garden gay gift gifts gives giving glass
    gold golf got gratis green group guide hair haus health help here hiv hockey holiday homes horse hospital hot house
    how ice icu insurance ist jetzt jobs joy juegos kids kim kitchen land law lawyer legal life like living loan loans
    lol lotto love maison man market med meet memorial men mil mini mobile moda moi mom money monster mortgage movie
    music name new news next now one open orange parts party pay pet phone photo photos pics pink pizza place play plus
    poker porn post press pro progressive protection pub quest racing radio read red rehab reise rent repair report rest
    review rich rip rocks room run safe safety sale save school schule schwarz science search secure security seek
    select services seven sex sharp shoes show singles skin sky smart smile social song space sport star storage study
    style sucks support surf surgery talk target tax taxi team tennis today total town toys trade training travel trust
    uno vet video vin vision viva vivo vodka vote voto watch weather wedding win wine winners work works wow yoga
    you zero";

/// Names under such an ending that phones and people know as links.
pub(super) const KNOWN: &str = "
    about.me amzn.to fb.me join.me lnkd.in m.me paypal.me t.co t.me telegram.me wa.me youtu.be";

/// What an address may begin with that has no `//`, and is no word.
pub(super) const SCHEMES: &str = "
    http https ftp ftps sftp ssh ws wss rtsp mailto javascript vbscript tel sms mms callto sips xmpp irc ircs
    magnet tg whatsapp skype discord sgnl viber facetime zoommtg msteams itms itms-apps webcal geo bitcoin ethereum
    monero venmo cashapp paypal upi";

/// Those that are words as well.
pub(super) const WORDY_SCHEMES: &str = "
    about blob data feed file fb instagram intent lightning line maps market news signal sip slack snapchat spotify steam
    threema twitter weixin";

/// Whether a list has a word.
pub(super) fn has(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|one| one == word)
}
