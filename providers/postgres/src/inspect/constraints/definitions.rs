//! From a row of `pg_constraint` to what it says.

use trueup_state::{
    Check, Deferral, Definition, Exclude, ForeignKey, Ident, KeyExtra, Part, PostgresCheck, PostgresForeignKey,
    PostgresKey, PostgresObject, PrimaryKey, ReferentialAction, Unique,
};

use super::Row;
use crate::{canonical::plain, inspect::catalogue::Catalogue};

impl Row {
    /// What it says. `None`: it speaks of something unknown.
    pub(super) fn definition(&self, catalogue: &Catalogue) -> Option<Definition> {
        let name = Some(self.name.clone());
        Some(match self.kind {
            'p' => {
                let (parts, extra) = self.key(catalogue)?;
                Definition::PrimaryKey(PrimaryKey { name, parts, extra })
            }
            'u' => {
                let (parts, extra) = self.key(catalogue)?;
                Definition::Unique(Unique { name, parts, extra })
            }
            'x' => Definition::Postgres(Box::new(PostgresObject::Exclude(self.exclude()?))),
            'c' => Definition::Check(self.check()?),
            'f' => Definition::ForeignKey(self.foreign_key(catalogue)?),
            _ => return None,
        })
    }

    fn deferral(&self) -> Deferral {
        match (self.is_deferrable, self.is_deferred) {
            (_, true) => Deferral::InitiallyDeferred,
            (true, false) => Deferral::InitiallyImmediate,
            (false, false) => Deferral::NotDeferrable,
        }
    }

    fn key(&self, catalogue: &Catalogue) -> Option<(Vec<Part>, KeyExtra)> {
        let columns = |numbers: &[i16]| catalogue.column_names(self.table, numbers);
        let extra = PostgresKey {
            include: columns(self.index_columns.get(self.key_length..)?)?,
            nulls_not_distinct: self.nulls_not_distinct,
            without_overlaps: self.is_temporal,
            deferral: self.deferral(),
            options: self.options.clone(),
            only: self.only,
        };
        Some((columns(&self.columns)?.into_iter().map(Part::column).collect(), extra.into()))
    }

    fn check(&self) -> Option<Check> {
        let extra = PostgresCheck {
            not_valid: self.is_enforced && !self.is_valid,
            no_inherit: self.no_inherit,
            not_enforced: !self.is_enforced,
        };
        Some(Check { name: Some(self.name.clone()), expression: plain(self.text.as_deref()?), extra: extra.into() })
    }

    /// What stands between `EXCLUDE` and `DEFERRABLE`.
    fn exclude(&self) -> Option<Exclude> {
        let deferral = self.deferral();
        let suffix = match deferral {
            Deferral::NotDeferrable => "",
            Deferral::InitiallyImmediate => " DEFERRABLE",
            Deferral::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
        };
        let text = self.text.as_deref()?.strip_prefix("EXCLUDE ")?.strip_suffix(suffix)?;
        Some(Exclude { definition: plain(text), deferral })
    }

    fn foreign_key(&self, catalogue: &Catalogue) -> Option<ForeignKey> {
        let references = self.references?;
        let extra = PostgresForeignKey {
            match_full: self.matches == 'f',
            delete_columns: catalogue.column_names(self.table, &self.delete_columns)?,
            not_valid: self.is_enforced && !self.is_valid,
            not_enforced: !self.is_enforced,
            period: self.is_temporal,
        };
        Some(ForeignKey {
            name: Some(self.name.clone()),
            columns: catalogue.column_names(self.table, &self.columns)?,
            references: catalogue.known.get(&references)?.name.clone(),
            referenced_columns: catalogue.column_names(references, &self.referenced_columns)?,
            on_delete: action(self.on_delete)?,
            on_update: action(self.on_update)?,
            deferral: self.deferral(),
            extra: extra.into(),
        })
    }

    /// The only column of a NOT NULL constraint.
    pub(super) fn column(&self, catalogue: &Catalogue) -> Option<Ident> {
        catalogue.columns.get(&(self.table, *self.columns.first()?)).cloned()
    }
}

/// The letters of `confupdtype` and `confdeltype`.
fn action(letter: char) -> Option<ReferentialAction> {
    Some(match letter {
        'a' => ReferentialAction::NoAction,
        'r' => ReferentialAction::Restrict,
        'c' => ReferentialAction::Cascade,
        'n' => ReferentialAction::SetNull,
        'd' => ReferentialAction::SetDefault,
        _ => return None,
    })
}
