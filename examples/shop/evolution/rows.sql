-- A few rows, so that there is something to keep and something to lose.
PRAGMA foreign_keys = ON;

INSERT INTO customers (id, email, name, phone) VALUES
  (1, 'ada@example.org', 'Ada', NULL),
  (2, 'bo@example.org', 'Bo', '030 1234');

INSERT INTO addresses (id, customer_id, street, city) VALUES (1, 1, 'Linden 1', 'Berlin'), (2, 2, 'Ufer 2', 'Hamburg');

INSERT INTO categories (id, name, parent) VALUES (1, 'Kitchen', NULL), (2, 'Cups', 1);

INSERT INTO products (id, sku, title, description, price, stock) VALUES
  (1, 'CUP-1', 'Blue cup', 'A cup, glazed', 1190, 10),
  (2, 'POT-1', 'Tea pot', 'Holds one litre', 4760, 3);

INSERT INTO product_categories (product_id, category_id) VALUES (1, 2), (2, 1);

INSERT INTO orders (id, customer_id, address_id, status, note) VALUES
  (1, 1, 1, 'paid', 'ring twice'),
  (2, 2, 2, 'open', NULL);

INSERT INTO order_items (order_id, line, product_id, quantity, price) VALUES (1, 1, 1, 4, 1190), (2, 1, 2, 1, 4760);
