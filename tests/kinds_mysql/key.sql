CREATE TABLE t (a int NOT NULL, b varchar(40), c text, d int, PRIMARY KEY (a), UNIQUE KEY one (b), KEY two (c(10)), KEY three (d DESC, a),
  FULLTEXT KEY words (b, c), KEY (d));
-- after
CREATE TABLE t (a int NOT NULL, b varchar(40), c text, d int NOT NULL, PRIMARY KEY (d, a), UNIQUE KEY one (b, d), KEY two (c(20)) COMMENT 'longer',
  KEY three (d, a), FULLTEXT KEY words (c), KEY (b(5)));
