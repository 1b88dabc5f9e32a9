-- Minimum version: MariaDB 10.6. The spatial reference systems of columns, which SHOW CREATE TABLE does not say.
SELECT G_TABLE_NAME, G_GEOMETRY_COLUMN, SRID
FROM information_schema.GEOMETRY_COLUMNS
WHERE G_TABLE_SCHEMA = DATABASE() AND SRID <> 0
