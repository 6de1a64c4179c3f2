//! How a list is to be printed.

use utoipa::{IntoParams, OpenApi, ToSchema};

use crate::{
    http::{QueryString, Refusal},
    kernel::Invalid,
};

/// What meetings stand under. The enum of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ToSchema)]
#[schema(as = PrintGroupBy, rename_all = "snake_case")]
pub enum GroupBy {
    /// The day, Sunday first.
    #[default]
    Day,
    /// The region, and in it the day.
    Region,
}

/// The paper. The enum of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ToSchema)]
#[schema(as = PrintSize, rename_all = "snake_case")]
pub enum Size {
    /// 8.5 by 11 inches, two columns.
    #[default]
    Letter,
    /// 210 by 297 mm, two columns.
    A4,
    /// A quarter of a letter or A4 sheet, for folding.
    Pocket,
}

impl GroupBy {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Day, Self::Region];

    /// As the parameter has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Region => "region",
        }
    }
}

impl Size {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Letter, Self::A4, Self::Pocket];

    /// As the parameter has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Letter => "letter",
            Self::A4 => "a4",
            Self::Pocket => "pocket",
        }
    }
}

/// What a page is asked for with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PrintQuery {
    /// What meetings stand under.
    pub group_by: GroupBy,
    /// The paper.
    pub size: Size,
    /// Large print.
    pub large: bool,
}

impl PrintQuery {
    /// Reads the query of a page.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(mut query: QueryString) -> Result<Self, Vec<Invalid>> {
        let group_by = query.take_one("group_by", |text| {
            let found = GroupBy::ALL.into_iter().find(|one| one.as_str() == text);
            found.ok_or_else(|| Refusal::new("invalid", "must be day or region"))
        });
        let size = query.take_one("size", |text| {
            let found = Size::ALL.into_iter().find(|one| one.as_str() == text);
            found.ok_or_else(|| Refusal::new("invalid", "must be letter, a4 or pocket"))
        });
        let large = query.take_one("large", |text| match text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(Refusal::new("invalid", "must be true or false")),
        });
        query.finish()?;
        Ok(Self {
            group_by: group_by.unwrap_or_default(),
            size: size.unwrap_or_default(),
            large: large.unwrap_or_default(),
        })
    }

    /// As the query of an address.
    pub(super) fn to_query(self) -> String {
        let large = if self.large { "&large=true" } else { "" };
        format!("?group_by={}&size={}{large}", self.group_by.as_str(), self.size.as_str())
    }
}

/// The enums of parameters, which the document names once.
#[derive(Debug, OpenApi)]
#[openapi(components(schemas(GroupBy, Size)))]
pub struct ParameterSchemas;

/// How a list is to be printed.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub struct PrintParameters {
    /// What meetings stand under: `day`, or `region` and in it the day; `day` where it is not said.
    group_by: Option<GroupBy>,
    /// The paper: `letter`, `a4`, or `pocket` for folding; `letter` where it is not said.
    size: Option<Size>,
    /// Large print: 18 points, one column.
    #[param(default = false)]
    large: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(raw: &str) -> Result<PrintQuery, Vec<(String, &'static str)>> {
        let read = QueryString::parse(raw).and_then(PrintQuery::parse);
        read.map_err(|refused| refused.into_iter().map(|one| (one.name.into_owned(), one.code)).collect())
    }

    #[test]
    fn what_a_query_says_is_what_its_address_says() {
        for group_by in GroupBy::ALL {
            for size in Size::ALL {
                for large in [false, true] {
                    let query = PrintQuery { group_by, size, large };
                    assert_eq!(parse(query.to_query().trim_start_matches('?')), Ok(query));
                }
            }
        }
        assert_eq!(parse(""), Ok(PrintQuery::default()));
    }

    #[test]
    fn every_mistake_is_told_by_name() {
        let refused = |name: &str, code| Err(vec![(name.to_owned(), code)]);
        assert_eq!(parse("group_by=week"), refused("group_by", "invalid"));
        assert_eq!(parse("size=A4"), refused("size", "invalid"));
        assert_eq!(parse("large=1"), refused("large", "invalid"));
        assert_eq!(parse("large=true&large=true"), refused("large", "repeated"));
        assert_eq!(parse("grup_by=day"), refused("grup_by", "unknown_parameter"));
        assert_eq!(parse("size=&large=x").unwrap_err().len(), 2);
    }
}
