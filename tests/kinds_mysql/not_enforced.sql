-- only: mysql
CREATE TABLE t (a int, CONSTRAINT one CHECK (a > 0) NOT ENFORCED, CONSTRAINT two CHECK (a < 9));
-- after
CREATE TABLE t (a int, CONSTRAINT one CHECK (a > 0), CONSTRAINT two CHECK (a < 9) NOT ENFORCED);
