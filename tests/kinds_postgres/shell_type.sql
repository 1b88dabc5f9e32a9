CREATE TYPE shell; COMMENT ON TYPE shell IS 'one';
-- after
CREATE TYPE shell; COMMENT ON TYPE shell IS 'two';
