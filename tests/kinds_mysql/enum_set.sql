CREATE TABLE t (a enum('x','y') NOT NULL DEFAULT 'x', b set('r','w') DEFAULT 'r', c enum('it''s','b;') CHARACTER SET latin1);
-- after
CREATE TABLE t (a enum('x','y','z') NOT NULL DEFAULT 'z', b set('r','w','x') DEFAULT 'r,w', c enum('b;','it''s','c') CHARACTER SET latin1);
