-- only: mysql
CREATE TABLE t (a int, b int, KEY one (a), KEY two (b) INVISIBLE);
-- after
CREATE TABLE t (a int, b int, KEY one (a) INVISIBLE, KEY two (b));
