CREATE TABLE t (a int, b int DEFAULT 3 INVISIBLE, c int);
-- after
CREATE TABLE t (a int, b int DEFAULT 3, c int INVISIBLE DEFAULT 1);
