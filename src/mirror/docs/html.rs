//! The same pages as one page in HTML that needs no other file, no network and no script.

use std::path::Path;

use pulldown_cmark::{Event, Options, Parser, Tag, html::push_html};
use trueup_contract::Dialect;
use trueup_state::Schema;

use super::{Book, FRONT};
use crate::mirror::files::slashed;

const HEAD: &str = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Database schema</title>\n\
<style>\n\
body { font-family: sans-serif; line-height: 1.4; margin: 2em auto; max-width: 70em; padding: 0 1em }\n\
section { border-bottom: 1px solid #ccc; padding-bottom: 1em }\n\
table { border-collapse: collapse }\n\
th, td { border: 1px solid #ccc; padding: 0.2em 0.6em; text-align: left }\n\
pre { background: #f6f6f6; overflow-x: auto; padding: 0.8em }\n\
</style>\n</head>\n<body>\n";

/// The page. Diagrams are in it as the text that Mermaid draws.
pub(in crate::mirror) fn html(schema: &Schema, dialect: &dyn Dialect) -> String {
    let pages = Book::of(schema, &dialect.declare(schema)).pages(Path::new(""), "");
    let front = Path::new(FRONT);
    let others = pages.iter().filter(|(path, _)| *path != front);
    let mut out = HEAD.to_owned();
    for (path, text) in pages.get_key_value(front).into_iter().chain(others) {
        let id = slashed(path).replace('&', "&amp;").replace('"', "&quot;");
        out.extend(["<section id=\"", &id, "\">\n"]);
        push_html(&mut out, Parser::new_ext(text, Options::ENABLE_TABLES).map(|event| within(event, path)));
        out.push_str("</section>\n");
    }
    out + "</body>\n</html>\n"
}

/// A link to another page leads to its section.
fn within<'a>(event: Event<'a>, page: &Path) -> Event<'a> {
    match event {
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let folder = page.parent().map(slashed).filter(|it| !it.is_empty());
            let target = match (dest_url.strip_prefix("../"), folder) {
                (Some(above), _) => ["#", above].concat(),
                (None, Some(folder)) => ["#", &folder, "/", &dest_url].concat(),
                (None, None) => ["#", &dest_url].concat(),
            };
            Event::Start(Tag::Link { link_type, dest_url: target.into(), title, id })
        }
        other => other,
    }
}
