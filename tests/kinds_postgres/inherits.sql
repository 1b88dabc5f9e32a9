CREATE TABLE base (id int PRIMARY KEY, name text NOT NULL, CHECK (id > 0), CONSTRAINT own CHECK (name <> '') NO INHERIT); CREATE TABLE other (extra int);
CREATE TABLE child (more text) INHERITS (base); CREATE TABLE grandchild (extra int) INHERITS (child, other); CREATE TABLE apart (id int NOT NULL, name text NOT NULL, CONSTRAINT base_id_check CHECK (id > 0));
-- after
CREATE TABLE base (id bigint PRIMARY KEY, name text, born date, CHECK (id > 0)); CREATE TABLE other (extra int);
CREATE TABLE child (more text, CHECK (more <> '')) INHERITS (base); ALTER TABLE child ALTER name SET DEFAULT 'n'; CREATE TABLE grandchild (extra int) INHERITS (child); CREATE TABLE apart (id bigint NOT NULL, name text, born date, CONSTRAINT base_id_check CHECK (id > 0)) INHERITS (base);
