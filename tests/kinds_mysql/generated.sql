CREATE TABLE t (a int, b int AS (a + 1) VIRTUAL, c int GENERATED ALWAYS AS (a * 2) STORED, d varchar(20), KEY by_b (b));
-- after
CREATE TABLE t (a int, b int AS (a + 2) VIRTUAL, c int GENERATED ALWAYS AS (a * 3) STORED, d varchar(20),
  e varchar(40) AS (concat(d, 'x')) VIRTUAL, KEY by_b (b));
