import { execFileSync } from 'node:child_process';
import { constants, createHash, sign, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readDer } from '../../src/tlog/der.ts';
import { isSignedBy } from '../../src/tlog/verify-signature.ts';
import { readCertificates, readTimestampAnswer, timestampRequest, type TimestampVerdict, verifyTimestamp } from '../../src/tlog/index.ts';
import { importForBrowser } from '../support/browser-realm.ts';
import { freshEcKeys, freshEd25519Keys, freshRsaKeys } from '../support/fresh-keys.ts';
import { type AuthorityMake, goodBetween, opensslAuthority, type OpensslAuthority } from '../support/openssl-authority.ts';

const DATA = 'a checkpoint';
const request = timestampRequest(createHash('sha256').update(DATA).digest(), Buffer.from('4123456789abcdef', 'hex'));

let good: OpensslAuthority;
let answer: Buffer;
beforeAll(async () => {
  good = await opensslAuthority();
  answer = good.stamp(request);
});
afterAll(() => good.close());

/** What time-stamps-in-browser.browser.ts exports. */
interface InBrowser {
  verdictOn(stamp: Uint8Array, roots: string): TimestampVerdict | 'no stamp';
  subjectsOf(pem: string): readonly string[];
  isSigned(signed: object): boolean;
}
const browser = await importForBrowser<InBrowser>('test/tlog/time-stamps-in-browser.browser.ts');

function verdictHere(stamp: Buffer, root: string) {
  const read = readTimestampAnswer(stamp);
  return read?.kind === 'granted' ? verifyTimestamp(read, readCertificates(root)) : 'no stamp';
}

/** The verdict on a stamp, once a browser has come to the same. */
function verdictOn(stamp: Buffer, root: string) {
  const verdict = verdictHere(stamp, root);
  expect(browser.verdictOn(stamp, root)).toEqual(verdict);
  return verdict;
}

/** Whether openssl, which shares no line with us, believes the same stamp. */
function opensslBelieves(authority: OpensslAuthority, stamp: Buffer, root: string): boolean {
  try {
    return authority.verify(DATA, stamp, root).includes('Verification: OK');
  } catch {
    return false;
  }
}

const stamper = (...lines: readonly string[]) => ({ stamper: lines.join('\n') });
const forStamps = 'extendedKeyUsage = critical,timeStamping';

describe('the signature of a time stamp (RFC 3161 §2.3, RFC 5652)', () => {
  it.each<{ readonly what: string; readonly make: AuthorityMake }>([
    { what: 'an ECDSA key on P-256', make: {} },
    {
      what: 'an ECDSA key on P-384, over SHA-512',
      make: { key: ['ec', '-pkeyopt', 'ec_paramgen_curve:P-384'], settings: { signer_digest: 'sha512' } },
    },
    { what: 'an ECDSA key on P-521', make: { key: ['ec', '-pkeyopt', 'ec_paramgen_curve:P-521'] } },
    { what: 'an RSA key', make: { key: ['rsa:2048'], settings: { signer_digest: 'sha384' } } },
    { what: 'a certificate between it and the root', make: { between: goodBetween } },
    { what: 'its certificate named by SHA-1, as old ones do', make: { settings: { ess_cert_id_alg: 'sha1' } } },
    { what: 'its certificate named by SHA-512', make: { settings: { ess_cert_id_alg: 'sha512' } } },
    { what: 'a chain named whole', make: { between: goodBetween, settings: { ess_cert_id_chain: 'yes' } } },
  ])('is verified of an authority with $what', async ({ make }) => {
    const authority = await opensslAuthority(make);
    const stamp = authority.stamp(request);
    expect(verdictOn(stamp, authority.root)).toEqual({ kind: 'verified', authority: 'CN=Test time stamps' });
    expect(opensslBelieves(authority, stamp, authority.root)).toBe(true);
    await authority.close();
  });

  it.each<{ readonly what: string; readonly make: AuthorityMake; readonly because: RegExp; readonly opensslAgrees?: false }>([
    { what: 'was out of date', make: { validity: ['20200101000000Z', '20210101000000Z'] }, because: /no chain/ },
    { what: 'is not valid yet', make: { validity: ['20900101000000Z', '20910101000000Z'] }, because: /no chain/ },
    { what: 'has a critical extension that nobody knows', make: stamper(forStamps, '1.2.3.4 = critical,ASN1:NULL'), because: /no chain/ },
    {
      what: 'comes from one that is no authority',
      make: { between: 'basicConstraints = critical,CA:false' },
      because: /no chain/,
    },
    {
      what: 'comes from one that may not sign certificates',
      make: { between: 'basicConstraints = critical,CA:true\nkeyUsage = critical,cRLSign' },
      because: /no chain/,
    },
    {
      what: 'comes from an authority for other things',
      make: { between: `${goodBetween}\nextendedKeyUsage = serverAuth` },
      because: /no chain/,
      opensslAgrees: false,
    },
    { what: 'has a short key', make: { key: ['rsa:1024'] }, because: /not believed/, opensslAgrees: false },
    { what: 'signs over SHA-1', make: { settings: { signer_digest: 'sha1' } }, because: /digest that is not/, opensslAgrees: false },
  ])('is refuted where the certificate that signs $what', async ({ make, because, opensslAgrees = true }) => {
    const authority = await opensslAuthority(make);
    const stamp = authority.stamp(request);
    expect(verdictOn(stamp, authority.root)).toEqual({ kind: 'refuted', because: expect.stringMatching(because) });
    expect(opensslBelieves(authority, stamp, authority.root)).toBe(!opensslAgrees);
    await authority.close();
  });

  it('is not called forged in a browser where a browser cannot compute with its key', async () => {
    const authority = await opensslAuthority({ key: ['ec', '-pkeyopt', 'ec_paramgen_curve:secp256k1'] });
    const stamp = authority.stamp(request);
    expect(verdictHere(stamp, authority.root)).toMatchObject({ kind: 'verified' });
    expect(browser.verdictOn(stamp, authority.root)).toEqual({
      kind: 'refuted',
      because:
        'a key on another curve than P-256, P-384 and P-521 is in it, which no browser computes with: rollcall verify and verify.mjs do',
    });
    await authority.close();
  });

  it('is refuted under the root of another authority of the same name', async () => {
    const other = await opensslAuthority();
    expect(verdictOn(answer, other.root)).toMatchObject({ kind: 'refuted', because: expect.stringMatching(/no chain/) });
    expect(opensslBelieves(good, answer, other.root)).toBe(false);
    expect(verdictOn(answer, `${other.root}\n${good.root}`)).toMatchObject({ kind: 'verified' });
    await other.close();
  });

  it('is refuted under no root at all, and under the signer’s own certificate', () => {
    expect(verdictOn(answer, '')).toMatchObject({ kind: 'refuted' });
    expect(verdictOn(answer, good.signer)).toMatchObject({ kind: 'refuted' });
    expect(opensslBelieves(good, answer, good.signer)).toBe(false);
  });

  it('covers the stamp: with one bit changed anywhere, it is refuted, or what it says is the same', () => {
    const said = readTimestampAnswer(answer);
    if (said?.kind !== 'granted') throw new Error('it was not granted');
    for (let at = 0; at < answer.length; at += 2) {
      const changed = Buffer.from(answer);
      changed.writeUInt8((changed[at] ?? 0) ^ 1, at);
      const verdicts = [verdictHere(changed, good.root), ...(at % 16 === 0 ? [browser.verdictOn(changed, good.root)] : [])];
      if (verdicts.every((verdict) => typeof verdict === 'string' || verdict.kind === 'refuted')) continue;
      expect(readTimestampAnswer(changed)).toMatchObject({ signedData: { content: said.signedData.content } });
    }
  });

  it('says nothing of what follows from a content that was never signed', () => {
    const at = answer.indexOf(readTime(answer));
    const later = Buffer.from(answer)
      .fill('2', at, at + 1)
      .fill('3', at + 1, at + 2);
    expect(verdictOn(later, good.root)).toEqual({ kind: 'refuted', because: 'what is signed is not the time stamp' });
    expect(opensslBelieves(good, later, good.root)).toBe(false);
  });
});

function readTime(stamp: Buffer): string {
  return /\d{14}(?:\.\d+)?Z/.exec(stamp.toString('latin1'))?.[0] ?? '';
}

describe('a certificate', () => {
  it.each([
    '/C=DE/ST=Berlin/L=Berlin/O=Zeit & Co, KG/OU=#1/CN= spaced ',
    '/DC=example/DC=contoso/UID=7/CN=a+b="c";<d>\\\\e/emailAddress=time@contoso.example',
    '/businessCategory=Private/serialNumber=HRB 1/street=Weg 1/postalCode=10115/2.5.4.97=VATDE-1/1.3.6.1.4.1.311.60.2.1.3=DE',
    '/CN=Zeitstempel Zürich – 時刻',
    '/GN=Ada/SN=Example/title=Dr/initials=AE/pseudonym=none/dnQualifier=q/name=n/description=text',
    '/CN=one+OU=two/O=three',
  ])('of %s has the name in a browser that it has in Node.js', (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-name-'));
    try {
      const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-utf8', '-multivalue-rdn'];
      const args = [...made, '-subj', name, '-keyout', join(folder, 'key.pem')];
      const pem = execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
      expect(browser.subjectsOf(pem)).toEqual([new X509Certificate(pem).subject]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a signature that an authority may use', () => {
  const data = Buffer.from('signed attributes');
  const pss = (hash: string) => ({
    oid: '2a864886f70d01010a',
    parameters: readDer(Buffer.from(hash === '' ? '3000' : `3011a00f300d0609${hash}0500`, 'hex')),
  });
  const SHA256 = '608648016503040201';
  const rsa = freshRsaKeys();
  const oddRsa = freshRsaKeys(2049);
  const ec = freshEcKeys();
  const ed25519 = freshEd25519Keys();
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  const signedWithPss = sign('sha256', data, { key: rsa.privateKey, ...padding });

  it.each([
    { what: 'RSASSA-PSS', key: rsa.publicKey, algorithm: pss(SHA256), signature: signedWithPss, holds: true },
    {
      what: 'RSASSA-PSS with another salt and a modulus of odd length',
      key: oddRsa.publicKey,
      algorithm: pss(SHA256),
      signature: sign('sha256', data, { key: oddRsa.privateKey, ...padding, saltLength: 0 }),
      holds: true,
    },
    {
      what: 'RSASSA-PSS over another digest than it says',
      key: rsa.publicKey,
      algorithm: pss(SHA256),
      signature: sign('sha384', data, { key: rsa.privateKey, ...padding }),
      holds: false,
    },
    {
      what: 'RSASSA-PKCS1-v1_5 over SHA-512',
      key: oddRsa.publicKey,
      algorithm: { oid: '2a864886f70d01010d', parameters: undefined },
      signature: sign('sha512', data, oddRsa.privateKey),
      holds: true,
    },
    {
      what: 'RSASSA-PKCS1-v1_5 of a length that is not the key’s',
      key: rsa.publicKey,
      algorithm: { oid: '2a864886f70d01010b', parameters: undefined },
      signature: Buffer.concat([Buffer.of(0), sign('sha256', data, rsa.privateKey)]),
      holds: false,
    },
    {
      what: 'ECDSA in another form than DER',
      key: ec.publicKey,
      algorithm: { oid: '2a8648ce3d040302', parameters: undefined },
      signature: sign('sha256', data, { key: ec.privateKey, dsaEncoding: 'ieee-p1363' }),
      holds: false,
    },
    {
      what: 'ECDSA on P-256 over SHA-512',
      key: ec.publicKey,
      algorithm: { oid: '2a8648ce3d040304', parameters: undefined },
      signature: sign('sha512', data, ec.privateKey),
      holds: true,
    },
    {
      what: 'Ed25519 of another length',
      key: ed25519.publicKey,
      algorithm: { oid: '2b6570', parameters: undefined },
      signature: Buffer.alloc(63),
      holds: false,
    },
    {
      what: 'RSASSA-PSS that leaves its hash out, which is SHA-1',
      key: rsa.publicKey,
      algorithm: pss(''),
      signature: signedWithPss,
      holds: false,
    },
    {
      what: 'RSASSA-PSS under a key of another kind',
      key: ed25519.publicKey,
      algorithm: pss(SHA256),
      signature: signedWithPss,
      holds: false,
    },
    {
      what: 'Ed25519',
      key: ed25519.publicKey,
      algorithm: { oid: '2b6570', parameters: undefined },
      signature: sign(null, data, ed25519.privateKey),
      holds: true,
    },
    {
      what: 'an algorithm that is not known',
      key: rsa.publicKey,
      algorithm: { oid: '2a864886f70d010105', parameters: undefined },
      signature: sign('sha1', data, rsa.privateKey),
      holds: false,
    },
  ])('is $what: $holds', ({ key, algorithm, signature, holds }) => {
    const keyInfo = key.export({ type: 'spki', format: 'der' });
    for (const [signed, expected] of [
      [data, holds],
      [Buffer.from('others'), false],
    ] as const) {
      expect(isSignedBy(key, { data: signed, signature, algorithm, digest: 'sha256' })).toBe(expected);
      const { oid, parameters } = algorithm;
      expect(browser.isSigned({ keyInfo, data: signed, signature, oid, parameters: parameters?.whole, digest: 'sha256' })).toBe(expected);
    }
  });
});
