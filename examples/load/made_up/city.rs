//! The cities that there are meetings in.

use anyhow::Context;
use chrono_tz::Tz;
use openchair::kernel::parse_zone;
use serde::Deserialize;

const CITIES: &str = include_str!("cities.csv");

/// A city or what grew around it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct City {
    /// As people there write it.
    pub name: String,
    /// State, province or the like; empty where addresses have none.
    pub state: String,
    /// ISO 3166-1 code.
    pub country: String,
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    zone: String,
    /// In ten thousands.
    people: u32,
}

/// All of them, neighbours by neighbours.
///
/// # Errors
/// When the list is none, or a zone of it is unknown.
pub fn read() -> anyhow::Result<Vec<City>> {
    let mut reader = csv::Reader::from_reader(CITIES.as_bytes());
    let cities: Vec<City> = reader.deserialize().collect::<Result<_, _>>().context("the list of cities")?;
    for city in &cities {
        city.zone().with_context(|| city.name.clone())?;
    }
    Ok(cities)
}

impl City {
    /// Its time zone.
    ///
    /// # Errors
    /// When it is unknown; [`read`] has looked.
    pub fn zone(&self) -> anyhow::Result<Tz> {
        Ok(parse_zone(&self.zone)?)
    }

    /// How many meetings there are here, in comparison with other cities.
    pub fn weight(&self) -> f64 {
        // More than half of all groups are in the United States and Canada.
        let a_head = match &*self.country {
            "US" => 1.0,
            "CA" => 0.8,
            "IE" | "IS" => 0.7,
            "GB" | "AU" | "NZ" | "FI" => 0.4,
            "MX" | "SV" | "CR" | "GT" => 0.3,
            "BR" => 0.1,
            "IN" | "KE" | "TR" | "PH" | "KR" | "JP" => 0.02,
            _ => 0.12,
        };
        f64::from(self.people) * a_head
    }

    /// How far from the middle people meet, in metres: one standard deviation.
    pub fn spread_m(&self) -> f64 {
        1_500.0 + f64::from(self.people).sqrt() * 450.0
    }

    /// The type codes of the languages spoken: of most meetings (none where it
    /// is English, which goes without saying), and of some.
    pub fn languages(&self) -> (Option<&'static str>, Option<&'static str>) {
        match &*self.country {
            "US" => (None, Some("S")),
            "CA" if self.state == "QC" => (Some("FR"), Some("EN")),
            "CA" => (None, Some("FR")),
            "MX" | "GT" | "SV" | "CR" | "CO" | "PE" | "EC" | "CL" | "AR" | "UY" | "ES" => (Some("S"), Some("EN")),
            "BR" | "PT" => (Some("POR"), Some("EN")),
            "FR" => (Some("FR"), Some("EN")),
            "BE" => (Some("FR"), Some("NL")),
            "NL" => (Some("NL"), Some("EN")),
            "DE" | "AT" | "CH" => (Some("DE"), Some("EN")),
            "IT" => (Some("ITA"), Some("EN")),
            "DK" => (Some("DA"), Some("EN")),
            "SE" => (Some("SV"), Some("EN")),
            "NO" => (Some("NO"), Some("EN")),
            "FI" => (Some("FI"), Some("SV")),
            "IS" => (Some("IS"), Some("EN")),
            "PL" => (Some("POL"), Some("EN")),
            "SK" => (Some("SK"), Some("EN")),
            "HU" => (Some("HU"), Some("EN")),
            "HR" => (Some("HR"), Some("EN")),
            "GR" => (Some("EL"), Some("EN")),
            "LT" => (Some("LT"), Some("EN")),
            "TR" => (Some("TUR"), Some("EN")),
            "IL" => (Some("HE"), Some("EN")),
            "IN" => (Some("EN"), Some("HI")),
            "TH" => (Some("TH"), Some("EN")),
            "KR" => (Some("KOR"), Some("EN")),
            "JP" => (Some("JA"), Some("EN")),
            "GB" | "IE" | "AU" | "NZ" => (None, Some("POL")),
            _ => (None, None),
        }
    }
}
