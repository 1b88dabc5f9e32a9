-- People who buy, and where their parcels go.
CREATE TABLE customers (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  email      TEXT NOT NULL COLLATE NOCASE,
  full_name  TEXT NOT NULL, -- @moved from=name
  phone      TEXT,
  created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  deleted_at TEXT,
  newsletter INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT customers_email_form CHECK (email LIKE '%_@_%')
) STRICT;

-- An address may be used again once its owner has left.
CREATE UNIQUE INDEX customers_email ON customers (email) WHERE deleted_at IS NULL;

CREATE TABLE addresses (
  id          INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  street      TEXT NOT NULL,
  city        TEXT NOT NULL,
  country     TEXT NOT NULL DEFAULT 'DE' CHECK (length(country) = 2)
) STRICT;

CREATE INDEX addresses_customer ON addresses (customer_id);
