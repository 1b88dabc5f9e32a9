CREATE TABLE t (id int PRIMARY KEY, place point NOT NULL, area polygon, SPATIAL KEY near (place));
-- after
CREATE TABLE t (id int PRIMARY KEY, place geometry NOT NULL, way linestring);
