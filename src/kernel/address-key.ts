/**
 * The form in which mail addresses and sign-in names are compared, wherever they come from: without blanks around them, composed (NFC), in lower case as
 * Unicode has it, whatever the locale. The database never folds them: its `lower` knows ASCII alone in one locale, and in another a dotless i.
 */
export function addressKey(address: string): string {
  return address.trim().normalize('NFC').toLowerCase();
}
