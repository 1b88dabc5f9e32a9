//! The format as a JSON Schema (draft 2020-12), for editors.

use serde_json::{Map, Value, json};

use super::{
    form::{Form, Key},
    format,
};

/// The JSON Schema of a TOML file, for editors that complete and check while one writes.
pub fn json_schema() -> Value {
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.insert("title".to_owned(), json!("trueup schema"));
    schema.insert(
        "description".to_owned(),
        json!("A database schema as trueup declares it (docs/formats/schema-toml.md)"),
    );
    schema.extend(record(&[format::FILE]));
    // Kinds of which only a statement can be given are all alike.
    let stated = of(&format::STATED);
    let reference = json!({"$ref": "#/$defs/stated"});
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for value in properties.into_iter().flat_map(Map::values_mut) {
        if let Some(each) = value.get_mut("additionalProperties").filter(|each| **each == stated) {
            each.clone_from(&reference);
        }
    }
    schema.insert("$defs".to_owned(), json!({"stated": stated}));
    Value::Object(schema)
}

fn record(groups: &[&[Key]]) -> Map<String, Value> {
    let property = |key: &Key| {
        let mut value = of(&key.form);
        if let Value::Object(it) = &mut value {
            it.insert("description".to_owned(), json!(key.about));
        }
        (key.name.to_owned(), value)
    };
    let properties: Map<String, Value> = groups.iter().copied().flatten().map(property).collect();
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("properties".to_owned(), Value::Object(properties));
    schema.insert("additionalProperties".to_owned(), json!(false));
    schema
}

fn of(form: &Form) -> Value {
    match form {
        Form::Text => json!({"type": "string"}),
        Form::Flag => json!({"type": "boolean"}),
        Form::Number => json!({"type": "integer"}),
        Form::Word(words) => json!({"type": "string", "enum": words}),
        Form::List(form) => json!({"type": "array", "items": of(form)}),
        Form::Each(form) => json!({"type": "object", "additionalProperties": of(form)}),
        Form::Record(groups) => Value::Object(record(groups)),
        Form::Either(forms) => json!({"anyOf": forms.iter().map(of).collect::<Vec<_>>()}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_in_the_documentation_is_this_one() {
        let path = [env!("CARGO_MANIFEST_DIR"), "/../../docs/formats/schema.schema.json"].concat();
        let there: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        assert!(
            there == json_schema(),
            "write it anew: trueup validate --json-schema > docs/formats/schema.schema.json"
        );
    }
}
