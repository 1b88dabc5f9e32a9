CREATE VIEW order_totals AS
SELECT o.id, o.customer_id, o.status, count(i.line) AS items, coalesce(sum(i.quantity * i.price), 0) AS total
FROM orders AS o
LEFT JOIN order_items AS i ON i.order_id = o.id
GROUP BY o.id;

CREATE VIEW customer_sales AS
SELECT c.id, c.name, count(t.id) AS orders, coalesce(sum(t.total), 0) AS total
FROM customers AS c
LEFT JOIN order_totals AS t ON t.customer_id = c.id AND t.status <> 'cancelled'
WHERE c.deleted_at IS NULL
GROUP BY c.id;
