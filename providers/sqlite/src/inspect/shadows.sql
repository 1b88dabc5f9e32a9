-- The tables in which virtual tables keep their content. Minimum version: 3.37 (pragma table_list).
SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'
