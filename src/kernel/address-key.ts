/**
 * The form in which sign-in names are compared, wherever they come from (RFC 7643 §4.1.1: `userName` is not caseExact): composed (NFC), in lower case as Unicode
 * has it, whatever the locale. The database never folds them: its `lower` knows ASCII alone in one locale, and in another a dotless i.
 */
export function caseFolded(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/** The form in which mail addresses are compared: as sign-in names, without blanks around them. */
export function addressKey(address: string): string {
  return caseFolded(address.trim());
}
