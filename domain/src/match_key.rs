//! Keys by which companies and places are compared: texts that are alike for people have the same key. They are kept
//! beside the accounts (`store/src/account_keys.rs`), so a rule that changes here needs a migration that empties them.
//!
//! Nobody reads a key: it may be a word that does not exist.

use crate::Address;

/// Legal forms as they stand at the end of a name, in the words that are left of them without signs.
const LEGAL_FORMS: &[&[&str]] = &[
    &["inc"],
    &["incorporated"],
    &["ltd"],
    &["limited"],
    &["llc"],
    &["l", "l", "c"],
    &["llp"],
    &["lp"],
    &["pllc"],
    &["plc"],
    &["co"],
    &["corp"],
    &["corporation"],
    &["company"],
    &["pty"],
    &["pte"],
    &["pvt"],
    &["proprietary"],
    &["private"],
    &["gmbh"],
    &["mbh"],
    &["ggmbh"],
    &["haftungsbeschrankt"],
    &["ug"],
    &["ag"],
    &["kg"],
    &["kgaa"],
    &["ohg"],
    &["gbr"],
    &["ek"],
    &["e", "k"],
    &["ev"],
    &["e", "v"],
    &["eg"],
    &["se"],
    &["sa"],
    &["s", "a"],
    &["sas"],
    &["s", "a", "s"],
    &["sasu"],
    &["sarl"],
    &["s", "a", "r", "l"],
    &["eurl"],
    &["snc"],
    &["sci"],
    &["sl"],
    &["s", "l"],
    &["slu"],
    &["sa", "de", "cv"],
    &["s", "a", "de", "c", "v"],
    &["spa"],
    &["s", "p", "a"],
    &["srl"],
    &["s", "r", "l"],
    &["lda"],
    &["ltda"],
    &["bv"],
    &["b", "v"],
    &["nv"],
    &["n", "v"],
    &["vof"],
    &["bvba"],
    &["ab"],
    &["hb"],
    &["as"],
    &["a", "s"],
    &["asa"],
    &["aps"],
    &["ivs"],
    &["oy"],
    &["oyj"],
    &["abp"],
    &["ehf"],
    &["hf"],
    &["sro"],
    &["s", "r", "o"],
    &["kft"],
    &["zrt"],
    &["doo"],
    &["d", "o", "o"],
    &["sp", "zoo"],
    &["sp", "z", "oo"],
    &["sp", "z", "o", "o"],
    &["sp", "j"],
    &["ooo"],
    &["ооо"],
    &["оао"],
    &["зао"],
    &["bhd"],
    &["sdn"],
    &["kk"],
    &["k", "k"],
    &["gk"],
];

/// Legal forms that are written without a space, at either end.
const JOINED_FORMS: [&str; 7] = ["株式会社", "有限会社", "合同会社", "股份有限公司", "有限责任公司", "有限公司", "주식회사"];

/// Words that join two names and mean the same.
const JOINING: [&str; 4] = ["and", "und", "et", "+"];

/// Words of a street with what they are shortened to.
const STREET_WORDS: [(&str, &str); 19] = [
    ("street", "st"),
    ("saint", "st"),
    ("road", "rd"),
    ("avenue", "ave"),
    ("av", "ave"),
    ("boulevard", "blvd"),
    ("drive", "dr"),
    ("lane", "ln"),
    ("court", "ct"),
    ("square", "sq"),
    ("place", "pl"),
    ("terrace", "ter"),
    ("parkway", "pkwy"),
    ("highway", "hwy"),
    ("strasse", "str"),
    ("north", "n"),
    ("south", "s"),
    ("east", "e"),
    ("west", "w"),
];

/// Countries by their two letters, with other names that people type.
const COUNTRIES: [(&str, &[&str]); 40] = [
    ("gb", &["uk", "united kingdom", "great britain", "england", "scotland", "wales", "northern ireland"]),
    ("us", &["usa", "united states", "united states of america", "america"]),
    ("ie", &["ireland", "republic of ireland", "eire"]),
    ("de", &["germany", "deutschland", "d"]),
    ("at", &["austria", "osterreich"]),
    ("ch", &["switzerland", "schweiz", "suisse", "svizzera"]),
    ("li", &["liechtenstein"]),
    ("fr", &["france"]),
    ("be", &["belgium", "belgie", "belgique", "belgien"]),
    ("nl", &["netherlands", "the netherlands", "nederland", "holland"]),
    ("lu", &["luxembourg", "luxemburg"]),
    ("it", &["italy", "italia"]),
    ("es", &["spain", "espana"]),
    ("pt", &["portugal"]),
    ("dk", &["denmark", "danmark"]),
    ("se", &["sweden", "sverige"]),
    ("no", &["norway", "norge"]),
    ("fi", &["finland", "suomi"]),
    ("is", &["iceland", "island"]),
    ("pl", &["poland", "polska"]),
    ("cz", &["czechia", "czech republic", "cesko"]),
    ("sk", &["slovakia", "slovensko"]),
    ("hu", &["hungary", "magyarorszag"]),
    ("si", &["slovenia", "slovenija"]),
    ("hr", &["croatia", "hrvatska"]),
    ("ro", &["romania"]),
    ("bg", &["bulgaria"]),
    ("gr", &["greece", "hellas"]),
    ("tr", &["turkey", "turkiye"]),
    ("ca", &["canada"]),
    ("mx", &["mexico"]),
    ("br", &["brazil", "brasil"]),
    ("au", &["australia"]),
    ("nz", &["new zealand"]),
    ("za", &["south africa"]),
    ("in", &["india"]),
    ("jp", &["japan"]),
    ("cn", &["china"]),
    ("sg", &["singapore"]),
    ("ae", &["united arab emirates", "uae"]),
];

/// A company's name for comparing: lower case, without accents, signs, a leading "the" and the legal form; "&" is "and",
/// and umlauts are like their spelling with an e. Something is left of every name but an empty one.
#[must_use]
pub fn name_key(company: &str) -> String {
    let text = loose(&company.replace('&', " & "));
    let mut words = words(&without_joined_form(&text));
    if words.len() > 1 && words[0] == "the" {
        words.remove(0);
    }
    while let Some(form) = LEGAL_FORMS.iter().filter(|form| form.len() < words.len() && ends_with(&words, form)).max_by_key(|form| form.len()) {
        words.truncate(words.len() - form.len());
        // "& Co" goes as a whole.
        if words.len() > 1 && words.last().is_some_and(|word| word == "and") {
            words.pop();
        }
    }
    let key = words.join(" ");
    if key.is_empty() { text.split_whitespace().collect::<Vec<_>>().join(" ") } else { key }
}

/// A place by its postcode: country, a bar, the postcode without signs. Empty without a postcode; without a country
/// nothing stands before the bar.
#[must_use]
pub fn postcode_key(address: &Address) -> String {
    let country = country_key(&address.country);
    let postcode = plain(&address.postcode);
    // "D-10115" says the country once more.
    let local = match postcode.trim().split_once('-') {
        Some((before, rest)) if before.len() <= 2 && before.chars().all(char::is_alphabetic) && starts_with_digit(rest) => rest,
        _ => postcode.as_str(),
    };
    let mut code: String = local.chars().filter(|c| c.is_alphanumeric()).collect();
    // The four digits that may follow lead to one door.
    if country == "us" && code.len() == 9 && code.bytes().all(|byte| byte.is_ascii_digit()) {
        code.truncate(5);
    }
    if code.is_empty() { code } else { format!("{country}|{code}") }
}

/// The postcode keys under which a place may be kept, when an address without a country is one in `home` (two letters).
#[must_use]
pub fn postcode_keys(address: &Address, home: &str) -> Vec<String> {
    let key = postcode_key(address);
    let Some((country, code)) = key.split_once('|') else { return Vec::new() };
    let home = home.to_lowercase();
    if country.is_empty() {
        return vec![format!("{home}|{code}"), key];
    }
    if country == home { vec![key.clone(), format!("|{code}")] } else { vec![key] }
}

/// A place by city, street and house number, in whatever order the street has them. Empty without a city or a number:
/// half a town may live in one street.
#[must_use]
pub fn street_key(address: &Address) -> String {
    let city = words(&loose(&address.city)).join(" ");
    let mut street: Vec<String> = words(&plain(&address.street)).into_iter().map(|word| with_umlauts(&short_street_word(&word))).collect();
    let has_number = street.iter().any(|word| starts_with_digit(word));
    if city.is_empty() || !has_number || street.len() < 2 {
        return String::new();
    }
    street.sort();
    format!("{city}|{}", street.join(" "))
}

/// A country's two letters where its name is known, else the name in lower case.
#[must_use]
pub fn country_key(country: &str) -> String {
    let name = words(&plain(country)).join(" ");
    let known = COUNTRIES.iter().find(|(code, names)| *code == name || names.contains(&name.as_str()));
    known.map_or(name, |(code, _)| (*code).to_owned())
}

/// A state, province or county for comparing: lower case, without accents and signs.
#[must_use]
pub fn state_key(state: &str) -> String {
    words(&plain(state)).join(" ")
}

/// Lower case without accents.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match base_of(letter) {
            Some(base) => plain.push_str(base),
            None => plain.push(letter),
        }
    }
    plain
}

/// The same, where "ä", "ae" and "a" are one, and so on: whoever has no umlaut on the keyboard writes either.
fn loose(text: &str) -> String {
    with_umlauts(&plain(text))
}

fn with_umlauts(plain: &str) -> String {
    plain.replace("ae", "a").replace("oe", "o").replace("ue", "u")
}

/// The letters under a lower-case letter's accents; nothing for an accent that stands alone; `None` for all others.
fn base_of(letter: char) -> Option<&'static str> {
    Some(match letter {
        '\u{300}'..='\u{36F}' => "",
        'à'..='å' | 'ā'..='ą' | 'ǎ' | 'ạ'..='ặ' => "a",
        'æ' => "ae",
        'ç' | 'ć'..='č' => "c",
        'ð' | 'ď'..='đ' => "d",
        'è'..='ë' | 'ē'..='ě' | 'ẹ'..='ệ' => "e",
        'ĝ'..='ģ' => "g",
        'ĥ'..='ħ' => "h",
        'ì'..='ï' | 'ĩ'..='ı' | 'ỉ'..='ị' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ'..='ł' => "l",
        'ñ' | 'ń'..='ň' => "n",
        'ò'..='ö' | 'ø' | 'ō'..='ő' | 'ơ' | 'ọ'..='ợ' => "o",
        'œ' => "oe",
        'ŕ'..='ř' => "r",
        'ß' => "ss",
        'ś'..='š' | 'ș' => "s",
        'ţ'..='ŧ' | 'ț' => "t",
        'þ' => "th",
        'ù'..='ü' | 'ũ'..='ų' | 'ư' | 'ụ'..='ự' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' | 'ỳ'..='ỹ' => "y",
        'ź'..='ž' => "z",
        _ => return None,
    })
}

/// Words of letters and digits. Dots and apostrophes within one are dropped, other signs part words.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for part in text.split_whitespace() {
        if part == "&" || JOINING.contains(&part) {
            words.push("and".to_owned());
            continue;
        }
        let joined: String = part.chars().filter(|c| !".'’‘`´".contains(*c)).collect();
        words.extend(joined.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned));
    }
    words
}

fn without_joined_form(text: &str) -> String {
    let text = text.trim();
    let stripped = JOINED_FORMS.iter().find_map(|form| text.strip_suffix(form).or_else(|| text.strip_prefix(form)));
    stripped.map(str::trim).filter(|rest| !rest.is_empty()).unwrap_or(text).to_owned()
}

fn ends_with(words: &[String], form: &[&str]) -> bool {
    words.iter().rev().zip(form.iter().rev()).all(|(word, part)| word == part)
}

fn short_street_word(word: &str) -> String {
    match STREET_WORDS.iter().find(|(long, _)| *long == word) {
        Some((_, short)) => (*short).to_owned(),
        // "Hauptstraße" is one word.
        None => word.strip_suffix("strasse").map_or_else(|| word.to_owned(), |name| format!("{name}str")),
    }
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_company_has_one_key_however_it_is_written() {
        for alike in [
            &["Harbour Dental", "HARBOUR  DENTAL LTD.", "Harbour Dental, Limited", "The Harbour Dental Co. Ltd", "harbour-dental"][..],
            &["Smith & Sons", "Smith and Sons Inc", "Smith&Sons", "smith + sons", "SMITH UND SONS GMBH"],
            &["Müller GmbH & Co. KG", "Mueller", "MULLER AG", "Mu\u{308}ller e.K."],
            &["Société Générale S.A.", "Societe Generale", "SOCIÉTÉ GÉNÉRALE SA"],
            &["Ørsted A/S", "Oersted", "Orsted a/s"],
            &["O’Neill's Bakery", "ONeills Bakery LLC", "O'Neills Bakery, L.L.C."],
            &["Straßenbau Weiß", "Strassenbau Weiss"],
            &["Żabka Polska Sp. z o.o.", "Zabka Polska"],
            &["株式会社東芝", "東芝株式会社", "東芝"],
            &["A.C.M.E. Pty Ltd", "ACME", "acme pty. limited"],
            &["Telefónica S. A.", "Telefonica"],
            &["Cemex S.A. de C.V.", "CEMEX"],
            &["Phở Việt", "Pho Viet"],
        ] {
            for name in alike {
                assert_eq!(name_key(name), name_key(alike[0]), "{name}");
            }
        }
    }

    #[test]
    fn other_companies_have_other_keys() {
        let names = [
            "Harbour Dental",
            "Harbour",
            "Harbour Dental Lab",
            "Co-op",
            "Coop Bank",
            "Smith",
            "Smith and Sons",
            "東芝",
            "東京",
            "Company Seven",
            "!",
        ];
        for (nth, name) in names.iter().enumerate() {
            for other in &names[..nth] {
                assert_ne!(name_key(name), name_key(other), "{name} and {other}");
            }
        }
    }

    #[test]
    fn something_is_left_of_every_name() {
        for (name, key) in [
            ("Limited", "limited"),
            ("Co.", "co"),
            ("A/S", "a s"),
            ("The Company", "company"),
            ("The The", "the"),
            ("Ltd Inc", "ltd"),
            ("& Co", "and"),
            ("株式会社", "株式会社"),
            ("!!!", "!!!"),
            ("", ""),
            ("  ", ""),
        ] {
            assert_eq!(name_key(name), key, "{name}");
        }
    }

    #[test]
    fn what_is_being_typed_stays_a_beginning_of_the_key() {
        let key = name_key("Smith & Sons Building");
        for typed in ["Sm", "Smith", "Smith &", "smith and s", "Smith & Sons Bui"] {
            assert!(key.starts_with(&name_key(typed)), "{typed}");
        }
    }

    fn address(street: &str, city: &str, postcode: &str, country: &str) -> Address {
        let [street, city, postcode, country] = [street, city, postcode, country].map(str::to_owned);
        Address { street, city, postcode, state: String::new(), country }
    }

    #[test]
    fn postcodes_are_compared_within_their_country() {
        let key = |postcode: &str, country: &str| postcode_key(&address("", "", postcode, country));
        assert_eq!(key("LS1 4AP", "United Kingdom"), "gb|ls14ap");
        assert_eq!(key("ls14ap", "GB"), "gb|ls14ap");
        assert_eq!(key("D-10115", "Deutschland"), "de|10115");
        assert_eq!((key("10001-1234", "USA"), key("10001", "u.s.a.")), ("us|10001".to_owned(), "us|10001".to_owned()));
        assert_eq!((key("1000", ""), key("", "GB"), key(" - ", "GB")), ("|1000".to_owned(), String::new(), String::new()));
        let keys = |postcode: &str, country: &str| postcode_keys(&address("", "", postcode, country), "GB");
        assert_eq!(keys("LS1 4AP", ""), ["gb|ls14ap", "|ls14ap"]);
        assert_eq!(keys("LS1 4AP", "England"), ["gb|ls14ap", "|ls14ap"]);
        assert_eq!(keys("10115", "Germany"), ["de|10115"]);
        assert_eq!(keys("", "Germany"), Vec::<String>::new());
    }

    #[test]
    fn a_street_is_one_however_it_is_written() {
        let key = |street: &str, city: &str| street_key(&address(street, city, "", ""));
        assert_eq!(key("1 Quay Street", "Leeds"), key("1, Quay St.", "LEEDS"));
        assert_eq!(key("Hauptstraße 12", "Köln"), key("12 Hauptstr.", "Koeln"));
        assert_ne!(key("1 Quay Street", "Leeds"), key("2 Quay Street", "Leeds"));
        for (street, city) in [("Quay Street", "Leeds"), ("1 Quay Street", ""), ("12", "Leeds"), ("", "Leeds")] {
            assert_eq!(key(street, city), "", "{street}, {city}");
        }
    }

    proptest! {
        #[test]
        fn a_key_is_never_lost_and_needs_no_second_look(name in "\\PC{0,40}") {
            let key = name_key(&name);
            prop_assert_eq!(key.is_empty(), plain(&name).trim().is_empty());
            prop_assert!(!key.contains("  ") && key.trim() == key);
        }

        #[test]
        fn case_spacing_and_a_legal_form_do_not_count(name in "[b-s]{3,9}( [b-z]{4,9}){0,2}", form in prop::sample::select(vec!["Ltd", "Inc.", "GmbH", "S.A.", "LLC", "A/S"])) {
            prop_assert_eq!(name_key(&format!("  {} {form}", name.to_uppercase().replace(' ', "  "))), name_key(&name));
        }
    }
}
