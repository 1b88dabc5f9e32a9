CREATE TABLE users (id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, name varchar(40) NOT NULL, born date)
  ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='who';
CREATE TABLE gone (id int);
-- after
CREATE TABLE users (id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, name varchar(80) NOT NULL DEFAULT '',
  mail varchar(100) COMMENT 'where to') ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 ROW_FORMAT=COMPACT COMMENT='who''s who';
CREATE TABLE fresh (id int, KEY (id));
