-- Minimum version: PostgreSQL 14. Nobody shall wait long for a question, and no question for others.
SET LOCAL lock_timeout = '300ms';
SET LOCAL statement_timeout = '60s';
SET LOCAL check_function_bodies = off;
