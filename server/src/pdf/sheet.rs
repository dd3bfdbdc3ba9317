//! Sheets of paper that are filled from the top: first what stands where, then, when it is known how many there are, drawn.

use krilla::Document;
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect, Size, Transform};
use krilla::image::Image;
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;

use super::text::{Faces, Weight};

/// A4, in points.
const WIDTH: f32 = 595.28;
const HEIGHT: f32 = 841.89;
/// Left and right of what is set.
pub const LEFT: f32 = 56.0;
pub const RIGHT: f32 = WIDTH - 56.0;
const TOP: f32 = 56.0;
/// What is set ends here; below stands the number of the page.
const BOTTOM: f32 = HEIGHT - 72.0;

/// How text is printed.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    pub size: f32,
    pub weight: Weight,
    pub is_pale: bool,
}

impl Look {
    pub const PLAIN: Look = Look { size: 9.5, weight: Weight::Regular, is_pale: false };
    pub const STRONG: Look = Look { weight: Weight::Bold, ..Self::PLAIN };
    pub const PALE: Look = Look { size: 8.5, is_pale: true, ..Self::PLAIN };
    pub const HEADING: Look = Look { size: 18.0, weight: Weight::Bold, is_pale: false };

    /// From one line to the next.
    pub fn leading(self) -> f32 {
        self.size * 1.4
    }
}

enum Item {
    Text { x: f32, y: f32, text: String, look: Look },
    Rule { y: f32 },
    Picture { x: f32, y: f32, size: Size },
}

/// The sheets, and how far the last one is filled.
pub struct Sheets<'f> {
    pub faces: &'f Faces,
    sheets: Vec<Vec<Item>>,
    /// The upper edge of what comes next.
    pub y: f32,
}

impl<'f> Sheets<'f> {
    pub fn new(faces: &'f Faces) -> Self {
        Self { faces, sheets: vec![Vec::new()], y: TOP }
    }

    /// How many there are.
    #[cfg(test)]
    pub fn count(&self) -> usize {
        self.sheets.len()
    }

    /// Goes to the next sheet where so much does not fit on this one any more; says whether it did.
    pub fn make_room(&mut self, height: f32) -> bool {
        let is_full = self.y + height > BOTTOM && self.y > TOP;
        if is_full {
            self.sheets.push(Vec::new());
            self.y = TOP;
        }
        is_full
    }

    fn put(&mut self, item: Item) {
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.push(item);
        }
    }

    /// A line of text that begins at `x`, below `y`.
    pub fn text_at(&mut self, x: f32, y: f32, text: &str, look: Look) {
        // What is below the line that letters stand on belongs to the leading.
        self.put(Item::Text { x, y: y + look.size, text: text.to_owned(), look });
    }

    /// A line of text that ends at `x`, below `y`.
    pub fn text_to(&mut self, x: f32, y: f32, text: &str, look: Look) {
        let width = self.faces.width(text, look.size, look.weight);
        self.text_at(x - width, y, text, look);
    }

    /// A text over the whole width, over as many lines and sheets as it needs.
    pub fn paragraph(&mut self, text: &str, look: Look) {
        for line in self.faces.broken(text, look.size, look.weight, RIGHT - LEFT) {
            self.make_room(look.leading());
            let y = self.y;
            self.text_at(LEFT, y, &line, look);
            self.y += look.leading();
        }
    }

    /// A hairline over the whole width.
    pub fn rule(&mut self) {
        let y = self.y;
        self.put(Item::Rule { y });
    }

    /// The picture, so large, below `y`.
    pub fn picture(&mut self, x: f32, y: f32, size: Size) {
        self.put(Item::Picture { x, y, size });
    }

    /// Draws all of them, each with its number.
    pub fn draw(self, document: &mut Document, picture: Option<&Image>) {
        let count = self.sheets.len();
        for (nth, items) in self.sheets.iter().enumerate() {
            let Some(settings) = PageSettings::from_wh(WIDTH, HEIGHT) else { return };
            let mut page = document.start_page_with(settings);
            let mut surface = page.surface();
            for item in items {
                match item {
                    Item::Text { x, y, text, look } => draw_text(&mut surface, self.faces, Point::from_xy(*x, *y), text, *look),
                    Item::Rule { y } => draw_rule(&mut surface, *y),
                    Item::Picture { x, y, size } => {
                        if let Some(picture) = picture {
                            surface.push_transform(&Transform::from_translate(*x, *y));
                            surface.draw_image(picture.clone(), *size);
                            surface.pop();
                        }
                    }
                }
            }
            let number = format!("{} / {count}", nth + 1);
            let width = self.faces.width(&number, Look::PALE.size, Look::PALE.weight);
            draw_text(&mut surface, self.faces, Point::from_xy(RIGHT - width, HEIGHT - 40.0), &number, Look::PALE);
            surface.finish();
            page.finish();
        }
    }
}

fn ink(is_pale: bool) -> Fill {
    let color = if is_pale { rgb::Color::new(90, 96, 104) } else { rgb::Color::new(20, 24, 30) };
    Fill { paint: color.into(), opacity: NormalizedF32::ONE, rule: krilla::paint::FillRule::NonZero }
}

fn draw_text(surface: &mut Surface<'_>, faces: &Faces, at: Point, text: &str, look: Look) {
    let face = faces.of(look.weight);
    let glyphs = face.glyphs(text);
    if glyphs.is_empty() {
        return;
    }
    surface.set_fill(Some(ink(look.is_pale)));
    surface.draw_glyphs(at, &glyphs, face.font.clone(), text, look.size, false);
}

fn draw_rule(surface: &mut Surface<'_>, y: f32) {
    let Some(rect) = Rect::from_xywh(LEFT, y, RIGHT - LEFT, 0.5) else { return };
    let mut path = PathBuilder::new();
    path.push_rect(rect);
    if let Some(path) = path.finish() {
        surface.set_fill(Some(ink(true)));
        surface.draw_path(&path);
    }
}
