// Requests with what they must be answered with: a status, and where it is named a text that the answer must hold
// (`text`) and how many bytes it must have at the least (`atLeast`).

export function get(path, { text, atLeast = 0 } = {}) {
  return { method: 'GET', path, status: 200, text, atLeast };
}

export function post(body) {
  return { method: 'POST', path: '/Users', body, status: 201, atLeast: 0 };
}

export function put(path, body) {
  return { method: 'PUT', path, body, status: 200, atLeast: 0 };
}

export function patch(path, body, status = 200) {
  return { method: 'PATCH', path, body, status, atLeast: 0 };
}
