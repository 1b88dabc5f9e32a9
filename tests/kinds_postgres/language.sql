CREATE LANGUAGE mine HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator; COMMENT ON LANGUAGE mine IS 'one'; CREATE FUNCTION f() RETURNS int LANGUAGE mine AS 'BEGIN RETURN 1; END';
-- after
CREATE LANGUAGE mine HANDLER plpgsql_call_handler VALIDATOR plpgsql_validator; COMMENT ON LANGUAGE mine IS 'two'; CREATE FUNCTION f() RETURNS int LANGUAGE mine AS 'BEGIN RETURN 1; END';
