-- only: mysql
CREATE TABLE t (a int, b varchar(20), j json, KEY one ((a + 1)), UNIQUE KEY two ((lower(b))), KEY three (a, (b IS NULL) DESC));
-- after
CREATE TABLE t (a int, b varchar(20), j json, KEY one ((a + 2)), KEY two ((lower(b))),
  KEY four ((cast(j->'$.a' as unsigned array))));
