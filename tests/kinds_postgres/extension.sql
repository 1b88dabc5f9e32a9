CREATE EXTENSION pg_trgm; CREATE EXTENSION hstore;
-- after
CREATE SCHEMA ext; CREATE EXTENSION pg_trgm SCHEMA ext; CREATE EXTENSION hstore VERSION '1.8'; CREATE EXTENSION citext WITH SCHEMA ext;
CREATE TABLE t (a ext.citext, b hstore, c text); CREATE INDEX ON t USING gin (c ext.gin_trgm_ops);
