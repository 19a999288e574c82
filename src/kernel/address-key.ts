/**
 * The form in which sign-in names are compared, wherever they come from (RFC 7643 §4.1.1: `userName` is not caseExact): composed (NFC), in lower case as Unicode
 * has it, whatever the locale. The database never folds them: its `lower` knows ASCII alone in one locale, and in another a dotless i.
 */
export function caseFolded(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/** The form in which mail addresses are compared: as sign-in names, without blanks around them, and with the domain as it goes over the wire. */
export function addressKey(address: string): string {
  return asciiDomain(caseFolded(address.trim()));
}

const PLAIN = /^[a-z0-9.-]*$/;

/** But for what a URL would read as something else, or pass over. `ascii_domain` in SQL has the same. */
const DOMAIN =
  /^[a-z0-9.\-\u{a1}-\u{ac}\u{ae}-\u{200a}\u{2070}-\u{3001}\u{3003}-\u{fdff}\u{fe10}-\u{fefe}\u{ff00}-\u{ff0d}\u{ff0f}-\u{ff60}\u{ff62}-\u{10ffff}]+$/u;

/**
 * A folded address with its domain for the wire (RFC 3490): `bücher.example` and `xn--bcher-kva.example` are one. What is no domain stays as it is.
 * A browser and Node.js spell it alike (UTS #46, as URLs have it).
 */
export function asciiDomain(key: string): string {
  const begin = key.lastIndexOf('@') + 1;
  const domain = key.slice(begin);
  if (begin === 0 || PLAIN.test(domain) || !DOMAIN.test(domain)) return key;
  const address = `http://${domain}`;
  return URL.canParse(address) ? key.slice(0, begin) + new URL(address).hostname : key;
}
