CREATE TABLE `select` (`group` int, `order` varchar(9), `a b` int, `back``quote` int, KEY `key` (`group`));
CREATE VIEW `table` AS SELECT `group` AS `from` FROM `select`;
-- after
CREATE TABLE `select` (`group` bigint, `order` varchar(19), `where` int, `back``quote` bigint, KEY `key` (`order`), KEY `index` (`group`));
CREATE VIEW `table` AS SELECT `order` AS `from`, `back``quote` AS `it's` FROM `select`;
