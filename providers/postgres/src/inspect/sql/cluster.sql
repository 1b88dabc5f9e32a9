-- Minimum version: PostgreSQL 14. Every role, with whether it is the connected one.
SELECT rolname, rolname = current_user FROM pg_roles ORDER BY rolname
