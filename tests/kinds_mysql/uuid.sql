-- only: mariadb
CREATE TABLE t (id uuid NOT NULL DEFAULT uuid() PRIMARY KEY, ip inet6, k inet6 DEFAULT '::1');
-- after
CREATE TABLE t (id uuid NOT NULL PRIMARY KEY, ip inet6 NOT NULL, more uuid, KEY (ip));
