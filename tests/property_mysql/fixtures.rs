//! Objects that are not tables: each has a few forms, and any of them can become any other.

/// An object with its forms.
pub(crate) struct Fixture {
    pub(crate) key: &'static str,
    /// Whether only MariaDB has such objects.
    pub(crate) only_maria: bool,
    pub(crate) variants: &'static [&'static str],
}

const fn fixture(key: &'static str, variants: &'static [&'static str]) -> Fixture {
    Fixture { key, only_maria: false, variants }
}

/// What is behind the name of `CREATE …`.
pub(crate) const FIXTURES: &[Fixture] = &[
    fixture(
        "twice",
        &[
            "CREATE FUNCTION twice(value int) RETURNS int DETERMINISTIC NO SQL RETURN value * 2",
            "CREATE FUNCTION twice(value bigint) RETURNS bigint DETERMINISTIC RETURN value * 2",
            "CREATE FUNCTION `twice`(amount int) RETURNS int DETERMINISTIC SQL SECURITY INVOKER COMMENT 'doubles; it''s'\n\
             BEGIN\n  DECLARE result int DEFAULT 0;\n  SET result = amount + amount;\n  RETURN result;\nEND",
        ],
    ),
    fixture(
        "Label of",
        &[
            "CREATE FUNCTION `Label of`(t varchar(20)) RETURNS varchar(40) CHARSET utf8mb4 DETERMINISTIC \
             RETURN concat('<', t, '>')",
            "CREATE FUNCTION `Label of`(t varchar(20) CHARSET latin1) RETURNS varchar(40) CHARSET latin1 \
             DETERMINISTIC RETURN concat(t, '\\'\\\\;')",
        ],
    ),
    fixture(
        "cleanup",
        &[
            "CREATE PROCEDURE cleanup() SET @cleaned = 1",
            "CREATE PROCEDURE cleanup(IN days int, OUT n bigint, INOUT x decimal(10,2)) READS SQL DATA\n\
             BEGIN\n  /* counts; */ SELECT count(*) INTO n FROM information_schema.tables WHERE days > 0; -- all\nEND",
            "create procedure cleanup(days int unsigned) modifies sql data comment 'weekly' begin \
             if days > 7 then set @d = days; else set @d = 7; end if; end",
        ],
    ),
    fixture(
        "nightly",
        &[
            "CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 03:00:00' DO SET @n = 1",
            "CREATE EVENT nightly ON SCHEDULE EVERY 2 HOUR STARTS '2030-01-01 03:00:00' ON COMPLETION PRESERVE DISABLE \
             COMMENT 'off' DO SET @n = 2",
            "CREATE EVENT nightly ON SCHEDULE AT '2035-05-05 05:05:05' DO BEGIN SET @n = 3; SET @m = 'a;b'; END",
        ],
    ),
    Fixture {
        key: "numbers",
        only_maria: true,
        variants: &[
            "CREATE SEQUENCE numbers",
            "CREATE SEQUENCE numbers START WITH 10 INCREMENT BY 5 MINVALUE 1 MAXVALUE 100000 CACHE 20 CYCLE",
            "CREATE SEQUENCE numbers INCREMENT BY -1 NOCACHE",
        ],
    },
];
