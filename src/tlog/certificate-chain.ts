import { type Certificate, extensionIds, mayUseKeyTo, pathLengthOf, purposesOf } from './certificate.ts';
import { isStrong } from './verify-signature.ts';
import { isAuthority, isSignedByKey, isValidAt, keyIn, namesIssuer } from './x509.ts';

const TIME_STAMPING = '2b06010505070308';
const ANY_PURPOSE = '551d2500';

/** Bits of the key usage. */
const DIGITAL_SIGNATURE = 0;
const NON_REPUDIATION = 1;
const KEY_CERT_SIGN = 5;

/** Certificates between a root and a signer; more is a loop or an attack. */
const MAX_BETWEEN = 8;

export interface ChainQuestion {
  /** Certificates that came along: any of them may be of the chain, none is trusted. */
  readonly among: readonly Certificate[];
  /** What the reader trusts. Those that sign themselves are roots; the others may stand between. */
  readonly trusted: readonly Certificate[];
  /** When all of it must have been valid, in milliseconds since 1970. */
  readonly atMs: number;
}

/**
 * The certificates from a signer of time stamps to a root that the reader trusts, the signer first; undefined when there is no such chain. What RFC 5280
 * §6 asks of a chain, but for names and policies, which nobody restricts here: a critical extension that is not understood breaks it. Whether one was revoked is not asked.
 */
export function chainToRoot(signer: Certificate, question: ChainQuestion): readonly Certificate[] | undefined {
  return isUsable(signer, question.atMs) ? continueChain([signer], question, new Set([signer])) : undefined;
}

/** Each certificate is tried once, so that a crafted tangle of them costs no more than their number. */
function continueChain(
  chain: readonly Certificate[],
  question: ChainQuestion,
  tried: Set<Certificate>,
): readonly Certificate[] | undefined {
  const last = chain.at(-1);
  if (last === undefined || chain.length > MAX_BETWEEN + 1) return undefined;
  const roots = question.trusted.filter(isSelfIssued);
  const root = roots.find((each) => isIssuer(each, last, chain, question));
  if (root !== undefined) return [...chain, root];
  for (const between of [...question.among, ...question.trusted]) {
    if (tried.has(between) || isSelfIssued(between) || !isIssuer(between, last, chain, question)) continue;
    tried.add(between);
    const found = continueChain([...chain, between], question, tried);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isIssuer(issuer: Certificate, issued: Certificate, below: readonly Certificate[], { atMs }: ChainQuestion): boolean {
  const purposes = purposesOf(issuer);
  const authoritiesBelow = below.length - 1;
  return (
    isAuthority(issuer.x509) &&
    isUsable(issuer, atMs) &&
    mayUseKeyTo(issuer, KEY_CERT_SIGN) &&
    (pathLengthOf(issuer) ?? Number.POSITIVE_INFINITY) >= authoritiesBelow &&
    (purposes === undefined || purposes.includes(TIME_STAMPING) || purposes.includes(ANY_PURPOSE)) &&
    isStrong(issued.signatureAlgorithm) &&
    namesIssuer(issued.x509, issuer.x509) &&
    isSignedByKey(issued.x509, keyIn(issuer.x509))
  );
}

function isSelfIssued({ x509 }: Certificate): boolean {
  return x509.subject === x509.issuer && namesIssuer(x509, x509);
}

/** Valid at that time, and without a critical extension that is not understood here. */
function isUsable({ extensions, x509 }: Certificate, atMs: number): boolean {
  const understood: readonly string[] = Object.values(extensionIds);
  const isUnderstood = [...extensions].every(([id, { isCritical }]) => !isCritical || understood.includes(id));
  return isUnderstood && isValidAt(x509, atMs);
}

/** Whether a key is for time stamps and nothing else, critically so, as an authority's must be (RFC 3161 §2.3). */
export function isForTimeStamping(certificate: Certificate): boolean {
  const purposes = purposesOf(certificate) ?? [];
  const mayStamp = mayUseKeyTo(certificate, DIGITAL_SIGNATURE) || mayUseKeyTo(certificate, NON_REPUDIATION);
  const isCritical = certificate.extensions.get(extensionIds.extendedKeyUsage)?.isCritical === true;
  return mayStamp && isCritical && purposes.length === 1 && purposes[0] === TIME_STAMPING;
}
