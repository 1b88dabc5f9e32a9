-- Every object that has a statement of its own, in order of creation. Minimum version: 3.33 (the name sqlite_schema).
-- Left out: SQLite's own tables (sqlite_sequence, sqlite_stat*) and trueup's.
SELECT type, name, sql
FROM main.sqlite_schema
WHERE sql IS NOT NULL
  AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
  AND tbl_name NOT LIKE 'sqlite\_%' ESCAPE '\'
  AND tbl_name <> 'trueup_state'
  AND tbl_name NOT GLOB 'trueup_rebuild_[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]'
ORDER BY rowid
