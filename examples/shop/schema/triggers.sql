-- The stock follows the orders.
CREATE TRIGGER order_items_take_stock AFTER INSERT ON order_items BEGIN
  UPDATE products SET stock = stock - new.quantity WHERE id = new.product_id;
END;

CREATE TRIGGER order_items_give_stock_back AFTER DELETE ON order_items BEGIN
  UPDATE products SET stock = stock + old.quantity WHERE id = old.product_id;
END;

-- The search index follows the products.
CREATE TRIGGER products_search_insert AFTER INSERT ON products BEGIN
  INSERT INTO product_search (rowid, title, description) VALUES (new.id, new.title, new.description);
END;

CREATE TRIGGER products_search_delete AFTER DELETE ON products BEGIN
  INSERT INTO product_search (product_search, rowid, title, description)
  VALUES ('delete', old.id, old.title, old.description);
END;

CREATE TRIGGER products_search_update AFTER UPDATE OF title, description ON products BEGIN
  INSERT INTO product_search (product_search, rowid, title, description)
  VALUES ('delete', old.id, old.title, old.description);
  INSERT INTO product_search (rowid, title, description) VALUES (new.id, new.title, new.description);
END;
