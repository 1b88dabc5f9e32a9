-- only: mariadb
CREATE TABLE t (a int, b int, KEY one (a), KEY two (b) IGNORED);
-- after
CREATE TABLE t (a int, b int, KEY one (a) IGNORED, KEY two (b));
