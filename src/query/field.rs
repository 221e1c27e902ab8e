//! The fields of an article that a query can name.

/// What `field:` restricts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// The headline.
    Title,
    /// The short text.
    Summary,
    /// The full text.
    Body,
    /// The authors.
    Author,
    /// The outlet's name.
    Source,
    /// The host of the article's address, with its subdomains.
    Site,
    /// Any part of the article's address.
    Url,
    /// The identified language.
    Lang,
    /// The outlet's country.
    Country,
    /// The owner's tags of the feed and the entry's categories.
    Tag,
    /// Every text field, with recurring boilerplate that is otherwise left out.
    All,
}

impl Field {
    /// Every field, in the order of the documentation.
    pub const EVERY: [Self; 11] = [
        Self::Title,
        Self::Summary,
        Self::Body,
        Self::Author,
        Self::All,
        Self::Source,
        Self::Site,
        Self::Url,
        Self::Lang,
        Self::Country,
        Self::Tag,
    ];

    /// The name in queries, without the colon.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Summary => "summary",
            Self::Body => "body",
            Self::Author => "author",
            Self::Source => "source",
            Self::Site => "site",
            Self::Url => "url",
            Self::Lang => "lang",
            Self::Country => "country",
            Self::Tag => "tag",
            Self::All => "all",
        }
    }

    /// Reads a name in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::EVERY.into_iter().find(|field| field.name().eq_ignore_ascii_case(name))
    }

    /// Whether the field holds whole values (an address, a code, a name) instead of running text.
    pub const fn is_metadata(self) -> bool {
        matches!(self, Self::Source | Self::Site | Self::Url | Self::Lang | Self::Country | Self::Tag)
    }

    /// The field that someone who wrote `name` most likely meant: another tool's name for it, or a
    /// slip of the keyboard.
    pub(super) fn guess(name: &str) -> Option<Self> {
        let name = name.to_lowercase();
        let known = match name.as_str() {
            "intitle" | "allintitle" | "headline" | "titel" | "subject" => Some(Self::Title),
            "description" | "lead" | "abstract" => Some(Self::Summary),
            "content" | "text" | "intext" | "fulltext" => Some(Self::Body),
            "by" | "byline" => Some(Self::Author),
            "outlet" | "publisher" | "publication" | "feed" | "sourcename" => Some(Self::Source),
            "domain" | "host" | "insite" => Some(Self::Site),
            "inurl" | "link" | "address" => Some(Self::Url),
            "language" | "lng" => Some(Self::Lang),
            "location" | "region" | "sourcecountry" => Some(Self::Country),
            "tags" | "category" | "categories" | "label" => Some(Self::Tag),
            "any" | "everywhere" => Some(Self::All),
            _ => None,
        };
        known.or_else(|| {
            Self::EVERY
                .into_iter()
                .filter(|field| field.name().len().abs_diff(name.len()) <= 2)
                .map(|field| (strsim::damerau_levenshtein(&name, field.name()), field))
                .filter(|&(distance, field)| distance <= 1 + usize::from(field.name().len() > 4))
                .min_by_key(|&(distance, _)| distance)
                .map(|(_, field)| field)
        })
    }
}
