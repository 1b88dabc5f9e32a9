CREATE TABLE t (a int, b int, CONSTRAINT positive CHECK (a > 0), CONSTRAINT pair CHECK (a < b or b is null), CHECK (b <> 7));
-- after
CREATE TABLE t (a int, b int, CONSTRAINT positive CHECK (a >= 0), CHECK (b between 1 and 9));
