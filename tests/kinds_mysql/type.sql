CREATE TABLE t (a tinyint, b smallint unsigned, c mediumint zerofill, d int, e bigint unsigned, f decimal(10,2), g float, h double,
  i bit(3), j char(5), k varchar(10), l tinytext, m text, n mediumtext, o longtext, p binary(4), q varbinary(9), r blob,
  s longblob, t date, u time(3), v datetime(6), w timestamp NULL, x year, y enum('a','b'), z set('a','b'), za json, zb boolean);
-- after
CREATE TABLE t (a smallint, b int unsigned, c int zerofill, d bigint, e decimal(20,0), f decimal(12,4), g double, h float,
  i bit(8), j char(9), k varchar(300), l text, m mediumtext, n longtext, o text, p binary(8), q varbinary(90), r mediumblob,
  s blob, t datetime, u time(6), v datetime, w timestamp(2) NULL, x smallint, y enum('a','b','c'), z set('a','b','c'), za longtext,
  zb int);
