CREATE FUNCTION twice(x int) RETURNS int DETERMINISTIC RETURN x * 2;
CREATE FUNCTION label(x varchar(9)) RETURNS varchar(20) CHARSET utf8mb4 NO SQL RETURN concat(x, '!');
CREATE TABLE t (id int);
CREATE VIEW v AS SELECT twice(id) AS n FROM t;
-- after
DELIMITER $$
CREATE FUNCTION twice(x int) RETURNS int DETERMINISTIC COMMENT 'doubles' BEGIN
  DECLARE r int;
  SET r = x + x;
  RETURN r;
END$$
DELIMITER ;
CREATE FUNCTION label(x varchar(9)) RETURNS varchar(20) CHARSET utf8mb4 NO SQL SQL SECURITY INVOKER RETURN concat(x, '!');
CREATE TABLE t (id int);
CREATE VIEW v AS SELECT twice(id) AS n FROM t;
