-- Minimum version: PostgreSQL 14. Nobody shall wait long for a question, and no question for others. What is made here
-- outlives the subtransactions of the questions: the namespace of temporary objects, whose name is told with the answers.
SET LOCAL lock_timeout = '300ms';
SET LOCAL statement_timeout = '60s';
SET LOCAL check_function_bodies = off;
CREATE TEMPORARY TABLE pg_temp.trueup_first ();
DROP TABLE pg_temp.trueup_first;
