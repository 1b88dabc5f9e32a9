CREATE TABLE parent (id int PRIMARY KEY, code varchar(9) NOT NULL UNIQUE);
CREATE TABLE child (id int PRIMARY KEY, parent_id int, code varchar(9), above int,
  CONSTRAINT to_parent FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE CASCADE,
  FOREIGN KEY (above) REFERENCES child (id));
-- after
CREATE TABLE parent (id int PRIMARY KEY, code varchar(9) NOT NULL UNIQUE);
CREATE TABLE child (id int PRIMARY KEY, parent_id int, code varchar(9), above int,
  CONSTRAINT to_parent FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE SET NULL ON UPDATE CASCADE,
  CONSTRAINT by_code FOREIGN KEY (code) REFERENCES parent (code));
