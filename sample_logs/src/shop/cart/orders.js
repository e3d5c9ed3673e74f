'use strict';

// The order API, seen from the cart.

const API = process.env.SHOP_API || 'http://api:8000';
const PATIENCE_MS = Number(process.env.SHOP_PATIENCE_MS || 8000);

class OrderApiError extends Error {
  name = 'OrderApiError';
}

async function confirmOrder(orderId, traceparent) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
  try {
    const answer = await fetch(`${API}/v1/orders/${orderId}/confirm`, {
      method: 'POST',
      headers: { traceparent },
      signal: stop.signal,
    });
    if (!answer.ok) {
      throw new OrderApiError(`order api answered ${answer.status}`);
    }
    return await answer.json();
  } finally {
    clearTimeout(timer);
  }
}

module.exports = { confirmOrder, OrderApiError };
