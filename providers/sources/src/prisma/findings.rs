//! What is no error, and yet seldom what a person means.

use trueup_contract::SourceFinding;

use super::{
    datamodel::{Column, Datamodel, Default, Kind, Model},
    native::{Provider, Scalar},
    syntax::File,
};

/// Columns of SQLite that ask for numbers and get none, as with Prisma Migrate (sqlite.org/autoinc.html: only a column that
/// is declared `INTEGER PRIMARY KEY` counts).
pub(super) fn findings(data: &Datamodel, files: &[File]) -> Vec<SourceFinding> {
    if data.datasource.provider != Provider::Sqlite {
        return Vec::new();
    }
    let is_vain = |model: &Model, column: &Column| {
        let is_counted = model.is_whole_key(column) && column.kind == Kind::Scalar(Scalar::Int);
        column.default == Some(Default::Autoincrement) && !is_counted
    };
    let of_model = |model: &'_ Model| -> Vec<SourceFinding> {
        let vain = model.columns.iter().filter(|column| !model.is_view && is_vain(model, column));
        vain.filter_map(|column| {
            let message = [
                "SQLite gives `",
                &column.field,
                "` no numbers in spite of `autoincrement()`: it counts only an `Int` that alone is the `@id`. ",
                "Make it one, or give a value with every row",
            ];
            let file = files.get(column.spot.file)?;
            Some(SourceFinding { place: file.place(column.spot.span.start), message: message.concat() })
        })
        .collect()
    };
    data.models.iter().flat_map(of_model).collect()
}
