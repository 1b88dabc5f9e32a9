-- What SQLite itself understood of every ordinary table, one row a table. Minimum version: 3.33.
SELECT name,
       (SELECT json_group_array(json_array(c.name, c.type, c."notnull", c.pk, c.hidden))
        FROM pragma_table_xinfo(t.name, 'main') AS c)
FROM main.sqlite_schema AS t
WHERE type = 'table'
  AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
  AND sql NOT LIKE 'create virtual %'
