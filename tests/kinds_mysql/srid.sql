-- only: mysql
CREATE TABLE t (id int PRIMARY KEY, place point NOT NULL SRID 4326, SPATIAL KEY near (place));
-- after
CREATE TABLE t (id int PRIMARY KEY, place point NOT NULL SRID 0, area polygon SRID 4326);
