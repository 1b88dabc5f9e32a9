-- Minimum version: PostgreSQL 14. What needs what, as far as neither is the system's; 16384 is the first OID that initdb
-- leaves free. Which namespace an object is in is known from its name, but for extensions (3079) and for publications of
-- all tables of one (6237).
SELECT classid, objid, objsubid, refclassid, refobjid, refobjsubid, deptype::text
FROM pg_depend
WHERE objid >= 16384 AND refobjid >= 16384 AND (refclassid <> 2615 OR classid IN (3079, 6237))
  AND deptype IN ('n', 'a', 'i', 'P', 'S', 'e')
