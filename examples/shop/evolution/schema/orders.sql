CREATE TABLE orders (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE RESTRICT,
  address_id  INTEGER REFERENCES addresses (id) ON DELETE SET NULL,
  status      TEXT NOT NULL DEFAULT 'open',
  placed_at   TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT orders_status_known CHECK (status IN ('open', 'paid', 'sent', 'cancelled'))
) STRICT;

CREATE INDEX orders_customer ON orders (customer_id, placed_at DESC);
CREATE INDEX orders_to_send ON orders (placed_at) WHERE status = 'paid';

CREATE TABLE order_items (
  order_id   INTEGER NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  line       INTEGER NOT NULL,
  product_id INTEGER NOT NULL REFERENCES products (id) ON UPDATE CASCADE ON DELETE RESTRICT,
  quantity   INTEGER NOT NULL DEFAULT 1 CHECK (quantity > 0),
  price      INTEGER NOT NULL,
  PRIMARY KEY (order_id, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE payments (
  id       INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL REFERENCES orders (id) ON DELETE RESTRICT,
  amount   INTEGER NOT NULL CHECK (amount > 0),
  paid_at  TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
) STRICT;

CREATE INDEX payments_order ON payments (order_id);

CREATE INDEX order_items_product ON order_items (product_id);
