//! Markup put together as text, for what a page has so much of that views would take too long: on the server to write, in the
//! browser to take over.

/// Markup. What is not written in this program is escaped, everywhere alike, so that it may stand in a text or between the quotes
/// of an attribute.
#[derive(Clone, Debug, Default)]
pub struct Html(String);

impl Html {
    /// Empty, with room for so many bytes.
    #[must_use]
    pub fn with_capacity(bytes: usize) -> Self {
        Self(String::with_capacity(bytes))
    }

    /// Appends markup as it stands in the program.
    pub fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Appends a text, escaped.
    pub fn text(&mut self, text: &str) -> &mut Self {
        let mut rest = text;
        while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
            self.0.push_str(&rest[..at]);
            self.0.push_str(match rest.as_bytes()[at] {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                b'"' => "&quot;",
                _ => "&#39;",
            });
            rest = &rest[at + 1..];
        }
        self.0.push_str(rest);
        self
    }

    /// Appends a whole number.
    pub fn number(&mut self, number: i64) -> &mut Self {
        self.0.push_str(&number.to_string());
        self
    }

    /// Appends an attribute.
    pub fn attr(&mut self, name: &'static str, value: &str) -> &mut Self {
        self.raw(" ").raw(name).raw("=\"").text(value).raw("\"")
    }

    /// Appends markup that was put together elsewhere.
    pub fn html(&mut self, html: &Self) -> &mut Self {
        self.0.push_str(&html.0);
        self
    }

    /// Appends a symbol of the icon sprite; `name` is without `i-`.
    pub fn icon(&mut self, name: &'static str) -> &mut Self {
        self.raw("<svg class=\"icon\" aria-hidden=\"true\"><use href=\"/static/icons.svg#i-").raw(name).raw("\"></use></svg>")
    }

    /// The markup.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::Html;

    #[test]
    fn what_people_typed_stays_text() {
        let mut html = Html::default();
        html.raw("<a").attr("title", "\" onclick='steal()' <&>").raw(">").text("Zoë & <b>Søn</b>").raw("</a>");
        let expected = "<a title=\"&quot; onclick=&#39;steal()&#39; &lt;&amp;&gt;\">Zoë &amp; &lt;b&gt;Søn&lt;/b&gt;</a>";
        assert_eq!(html.into_string(), expected);
    }
}
