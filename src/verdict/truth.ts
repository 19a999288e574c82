/** What can be said of a claim: that it holds, that it does not, or neither. */
export type Truth = 'yes' | 'no' | 'unknown';

export function not(claim: Truth): Truth {
  if (claim === 'unknown') return 'unknown';
  return claim === 'yes' ? 'no' : 'yes';
}

/** One `no` settles it, whatever is not known of the others. */
export function all(claims: readonly Truth[]): Truth {
  if (claims.includes('no')) return 'no';
  return claims.every((claim) => claim === 'yes') ? 'yes' : 'unknown';
}

/** One `yes` settles it, whatever is not known of the others. */
export function any(claims: readonly Truth[]): Truth {
  if (claims.includes('yes')) return 'yes';
  return claims.every((claim) => claim === 'no') ? 'no' : 'unknown';
}
