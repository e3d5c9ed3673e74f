'use strict';

// What a cart costs, in cents.

function lineTotal(line, catalog) {
  const product = catalog.products.get(line.productId);
  const [variant] = product.variants;
  return catalog.prices.get(variant.sku) * line.quantity;
}

function cartTotal(cart, catalog) {
  return cart.lines.reduce((sum, line) => sum + lineTotal(line, catalog), 0);
}

module.exports = { cartTotal, lineTotal };
