//! Text on paper: which glyph a letter is, how wide a text is, and where it is broken. Letters that the font lacks are told as a question mark.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider as _};

const REGULAR: &[u8] = include_bytes!("../../fonts/Roboto-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../fonts/Roboto-Bold.ttf");

/// How text looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    Regular,
    Bold,
}

/// One cut of the font.
pub struct Face {
    pub font: Font,
    letters: FontRef<'static>,
    units: f32,
}

impl Face {
    fn read(bytes: &'static [u8]) -> Option<Self> {
        let letters = FontRef::from_index(bytes, 0).ok()?;
        let units = f32::from(letters.metrics(Size::unscaled(), LocationRef::default()).units_per_em);
        Some(Self { font: Font::new(bytes.into(), 0)?, letters, units })
    }

    /// The glyphs of a text, each with its width as a part of the size.
    pub fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        let (map, metrics) = (self.letters.charmap(), self.letters.glyph_metrics(Size::unscaled(), LocationRef::default()));
        let unknown = map.map('?');
        let glyph = |(at, letter): (usize, char)| {
            let id = map.map(letter).or(unknown)?;
            let width = metrics.advance_width(id).unwrap_or_default() / self.units;
            Some(KrillaGlyph::new(GlyphId::new(id.to_u32()), width, 0.0, 0.0, 0.0, at..at + letter.len_utf8(), None))
        };
        text.char_indices().filter_map(glyph).collect()
    }
}

/// Both cuts.
pub struct Faces {
    regular: Face,
    bold: Face,
}

impl Faces {
    /// Reads the font that is part of the program.
    pub fn read() -> Option<Self> {
        Some(Self { regular: Face::read(REGULAR)?, bold: Face::read(BOLD)? })
    }

    /// One of them.
    pub fn of(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    /// How wide a text is. Unit: points, as the size.
    pub fn width(&self, text: &str, size: f32, weight: Weight) -> f32 {
        self.of(weight).glyphs(text).iter().map(|glyph| glyph.x_advance * size).sum()
    }

    /// Breaks a text into lines no wider than `most`: where it has line breaks, else between words, else within one.
    pub fn broken(&self, text: &str, size: f32, weight: Weight, most: f32) -> Vec<String> {
        let mut lines = Vec::new();
        for paragraph in text.lines() {
            let mut line = String::new();
            for word in paragraph.split_whitespace() {
                let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
                if self.width(&longer, size, weight) <= most {
                    line = longer;
                    continue;
                }
                if !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                }
                line = self.broken_word(word, size, weight, most, &mut lines);
            }
            lines.push(line);
        }
        lines
    }

    /// Puts all of a word but its end into lines of their own; gives the end.
    fn broken_word(&self, word: &str, size: f32, weight: Weight, most: f32, lines: &mut Vec<String>) -> String {
        let mut part = String::new();
        for letter in word.chars() {
            part.push(letter);
            if part.chars().count() > 1 && self.width(&part, size, weight) > most {
                part.pop();
                lines.push(std::mem::take(&mut part));
                part.push(letter);
            }
        }
        part
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_broken_between_words_and_within_long_ones() {
        let faces = Faces::read().unwrap();
        let broken = |text: &str, most: f32| faces.broken(text, 10.0, Weight::Regular, most);
        assert_eq!(broken("one two\n\nthree", 500.0), ["one two", "", "three"]);
        let narrow = broken("several words in a row", 50.0);
        assert!(narrow.len() > 1 && narrow.iter().all(|line| faces.width(line, 10.0, Weight::Regular) <= 50.0), "{narrow:?}");
        assert_eq!(narrow.join(" "), "several words in a row");
        let word = broken(&"x".repeat(100), 50.0);
        assert!(word.len() > 5 && word.concat().len() == 100);
        assert_eq!(broken("漢", 0.0), ["漢"], "one letter stays, however narrow");
    }

    #[test]
    fn a_letter_that_is_missing_is_a_question_mark() {
        let faces = Faces::read().unwrap();
        let ids = |text: &str| faces.of(Weight::Bold).glyphs(text).iter().map(|glyph| glyph.glyph_id).collect::<Vec<_>>();
        assert_eq!(ids("漢"), ids("?"));
        assert_ne!(ids("Ж"), ids("?"));
        assert_ne!(ids("€"), ids("?"));
    }
}
