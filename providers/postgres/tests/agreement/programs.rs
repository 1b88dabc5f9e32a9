//! Views, routines, triggers, rules and policies.

use crate::check;

#[test]
fn a_view_is_read_as_it_is() {
    check(&[
        "CREATE TABLE t (a int, b text); CREATE VIEW v AS SELECT a, b FROM t WHERE a > 0; \
         CREATE VIEW w (x) WITH (security_barrier) AS SELECT v.a FROM v",
        "CREATE TABLE t (a int, b text); CREATE VIEW v AS SELECT a, b FROM t WHERE a > 0 WITH LOCAL CHECK OPTION; \
         ALTER VIEW v ALTER COLUMN b SET DEFAULT 'x'",
        "CREATE TABLE t (a int, b text); CREATE MATERIALIZED VIEW m AS SELECT a, count(*) AS n FROM t GROUP BY a; \
         CREATE UNIQUE INDEX i ON m (a); CREATE MATERIALIZED VIEW n WITH (fillfactor = 70) AS SELECT 1 AS x WITH NO DATA",
        "-- since: 15\nCREATE TABLE t (a int); CREATE VIEW v WITH (security_invoker = true) AS SELECT a FROM t",
    ]);
}

#[test]
fn a_routine_is_read_as_it_is() {
    check(&[
        "CREATE FUNCTION f(a int, b text DEFAULT 'x', VARIADIC c int[] DEFAULT '{}') RETURNS SETOF int LANGUAGE sql \
         STABLE STRICT SECURITY DEFINER PARALLEL SAFE COST 5 ROWS 7 SET search_path = public, pg_temp AS $$ SELECT 1 $$",
        "CREATE FUNCTION f(IN a int, OUT b int, INOUT c text) LANGUAGE plpgsql IMMUTABLE LEAKPROOF AS $f$\nBEGIN\n  b := a;\nEND\n$f$; \
         CREATE FUNCTION g() RETURNS TABLE (x int, y text) LANGUAGE sql AS 'SELECT 1, ''a'''; \
         CREATE OR REPLACE FUNCTION g(int) RETURNS void LANGUAGE sql AS ''",
        "CREATE PROCEDURE p(a int, INOUT b int) LANGUAGE plpgsql AS $$ BEGIN b := a; END $$",
        "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql RETURN a + 1; CREATE TABLE t (a int DEFAULT f(1))",
    ]);
}

#[test]
fn a_trigger_is_read_as_it_is() {
    check(&[
        "CREATE TABLE t (a int, b int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; \
         CREATE TRIGGER one BEFORE INSERT OR UPDATE OF a, b ON t FOR EACH ROW WHEN (NEW.a > 0) EXECUTE FUNCTION f('x', 'y'); \
         CREATE TRIGGER two AFTER DELETE ON t EXECUTE PROCEDURE f(); ALTER TABLE t DISABLE TRIGGER two; \
         CREATE CONSTRAINT TRIGGER three AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION f(); \
         CREATE TRIGGER four AFTER UPDATE ON t REFERENCING OLD TABLE AS o NEW TABLE AS n EXECUTE FUNCTION f()",
        "CREATE VIEW v AS SELECT 1 AS a; CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; \
         CREATE TRIGGER i INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION f()",
        "CREATE TABLE t (a int) PARTITION BY LIST (a); CREATE TABLE t1 PARTITION OF t DEFAULT; \
         CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; \
         CREATE TRIGGER i AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
    ]);
}

#[test]
fn a_rule_is_read_as_it_is() {
    check(&["CREATE TABLE t (a int); CREATE RULE r AS ON INSERT TO t DO INSTEAD NOTHING; \
             CREATE RULE q AS ON DELETE TO t WHERE old.a > 5 DO INSTEAD NOTHING; ALTER TABLE t DISABLE RULE q"]);
}

#[test]
fn a_policy_is_read_as_it_is() {
    check(&["CREATE TABLE t (a int, owner text); ALTER TABLE t ENABLE ROW LEVEL SECURITY; \
             CREATE POLICY p ON t; CREATE POLICY q ON t AS RESTRICTIVE FOR UPDATE TO pg_monitor, PUBLIC USING (a > 0) \
             WITH CHECK (a > 1); CREATE POLICY r ON t FOR SELECT TO pg_monitor USING (owner = current_user)"]);
}
