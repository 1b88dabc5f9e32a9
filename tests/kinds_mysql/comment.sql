CREATE TABLE t (a int COMMENT 'it''s', KEY k (a) COMMENT 'a \\ key') COMMENT='two
lines';
-- after
CREATE TABLE t (a int COMMENT "it's ""it""", KEY k (a)) COMMENT='one; line';
