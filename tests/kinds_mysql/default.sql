CREATE TABLE t (a int DEFAULT 1, b varchar(9) DEFAULT 'it''s', c decimal(5,2) DEFAULT 1.50, d datetime DEFAULT CURRENT_TIMESTAMP,
  e timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3), f bit(2) DEFAULT b'10',
  g varchar(40) DEFAULT (uuid()), h int DEFAULT (1 + 2), i varchar(9) DEFAULT NULL, j text DEFAULT ('x'));
-- after
CREATE TABLE t (a int DEFAULT 2, b varchar(9) DEFAULT '', c decimal(5,2), d datetime DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  e timestamp(3) NOT NULL DEFAULT '2020-01-01 00:00:00', f bit(2) DEFAULT b'11',
  g varchar(40) DEFAULT (concat('a', 'b')), h int DEFAULT (2 * 3), i varchar(9) DEFAULT 'NULL', j text);
