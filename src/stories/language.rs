//! The languages that a story can be in.

use serde::{Deserialize, Deserializer, Serialize, de::Error};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

/// ISO 639-1, whole; then of ISO 639-3 spoken and signed languages that have no
/// code of two letters. More may follow, none may go.
const CODES: &str = "\
    aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en \
    eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja \
    jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb \
    nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq \
    sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu \
    ace ase asf ast ban bfi bzs ceb chr ckb cmn csl csn dsb fil fsl fur gsg gsw hak haw hmn hsb ilo ise jam jsl kab \
    kmr kok lus mai mfe mfs mni nan nap nds nso pap pdc prs rom sat scn sco shi srn ssp syr tet tpi tzm vec war wuu \
    yue zgh";

/// The text is no code of a language that we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an ISO 639 code such as en, of three letters only where a language has none of two")]
pub struct LanguageError;

/// An ISO 639 code of a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Language(&'static str);

impl Language {
    pub(super) fn parse(text: &str) -> Result<Self, LanguageError> {
        CODES.split(' ').find(|code| *code == text).map(Self).ok_or(LanguageError)
    }

    pub(super) fn as_str(self) -> &'static str {
        self.0
    }
}

impl<'de> Deserialize<'de> for Language {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl From<Language> for String {
    fn from(language: Language) -> Self {
        language.0.to_owned()
    }
}

impl PartialSchema for Language {
    fn schema() -> RefOr<Schema> {
        let codes = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(CODES.split(' ')));
        codes.description(Some("The language, by its ISO 639 code: of three letters where it has none of two.")).into()
    }
}

impl ToSchema for Language {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_one_that_there_is() {
        for right in ["en", "aa", "zu", "haw", "ase", "zgh"] {
            assert_eq!(Language::parse(right).unwrap().as_str(), right);
        }
        for wrong in ["", " ", "e", "EN", "eng", "engl", "e1", "é", "xx", "qq", "zz", "qaa", "en es", "en "] {
            assert!(Language::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn each_is_there_once_in_its_order() {
        let codes: Vec<&str> = CODES.split(' ').collect();
        assert!(codes.iter().all(|code| matches!(code.len(), 2 | 3) && code.bytes().all(|b| b.is_ascii_lowercase())));
        assert!(codes.is_sorted_by(|a, b| (a.len(), a) < (b.len(), b)));
        assert_eq!(codes.iter().filter(|code| code.len() == 2).count(), 183);
    }
}
