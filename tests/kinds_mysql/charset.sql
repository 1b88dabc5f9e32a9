CREATE TABLE t (a varchar(20), b varchar(20) CHARACTER SET latin1, c text COLLATE utf8mb4_bin, d char(3) CHARACTER SET ascii)
  DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
CREATE TABLE u (a varchar(20), b text) DEFAULT CHARSET=latin1;
-- after
CREATE TABLE t (a varchar(20) CHARACTER SET latin1 COLLATE latin1_bin, b varchar(20), c text, d char(3) CHARACTER SET utf8mb4)
  DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE u (a varchar(20), b text) DEFAULT CHARSET=utf8mb4;
