-- What is sold. Prices are cents, so that sums are exact.
CREATE TABLE products (
  id          INTEGER PRIMARY KEY,
  sku         TEXT NOT NULL UNIQUE,
  title       TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  price       INTEGER NOT NULL,
  vat_percent INTEGER NOT NULL DEFAULT 19,
  price_net   INTEGER GENERATED ALWAYS AS (price * 100 / (100 + vat_percent)) VIRTUAL,
  stock       INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT products_price_positive CHECK (price > 0),
  CONSTRAINT products_stock_not_negative CHECK (stock >= 0),
  CONSTRAINT products_vat_known CHECK (vat_percent IN (0, 7, 19))
) STRICT;

CREATE INDEX products_title ON products (lower(title));
CREATE INDEX products_sold_out ON products (sku) WHERE stock = 0;

CREATE TABLE categories (
  id     INTEGER PRIMARY KEY,
  name   TEXT NOT NULL UNIQUE,
  parent INTEGER REFERENCES categories (id) ON DELETE SET NULL
) STRICT;

CREATE TABLE product_categories (
  product_id  INTEGER NOT NULL REFERENCES products (id) ON DELETE CASCADE,
  category_id INTEGER NOT NULL REFERENCES categories (id) ON DELETE CASCADE,
  PRIMARY KEY (product_id, category_id)
) STRICT, WITHOUT ROWID;

-- Full-text search; its rows are the products', kept in step by the triggers in triggers.sql.
CREATE VIRTUAL TABLE product_search USING fts5 (title, description, content = 'products', content_rowid = 'id');
