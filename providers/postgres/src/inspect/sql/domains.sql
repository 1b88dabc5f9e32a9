-- Minimum version: PostgreSQL 14. Domains, with the types they are made of.
SELECT oid, typbasetype FROM pg_type WHERE typbasetype <> 0
