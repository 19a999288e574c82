import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoopbackServer, serve } from './loopback.ts';

/** A time-stamping authority of openssl's (RFC 3161), over HTTP: shares nothing with what it is asked by. */
export interface OpensslAuthority extends LoopbackServer {
  /** What it answers instead of what it should, for the tests of what is refused; undefined: what it should. */
  lie: ((query: Buffer, answer: Buffer) => { readonly status?: number; readonly body: Buffer }) | undefined;
  /** Answers a query. */
  stamp(query: Buffer): Buffer;
  /** What `openssl ts -verify` says of an answer over these bytes, under the authority's root or another one. Throws when it does not verify. */
  verify(data: string, answer: Buffer, root?: string): string;
  /** The certificate that signs, in PEM. */
  readonly signer: string;
  /** Its root certificate, in PEM. */
  readonly root: string;
}

/** How an authority differs from a good one. */
export interface AuthorityMake {
  /** The signer's key, as `openssl req` takes it; left out: P-256. */
  readonly key?: readonly string[];
  /** Extensions of the signer's certificate. */
  readonly stamper?: string;
  /** Extensions of a certificate that stands between root and signer; left out: none does. */
  readonly between?: string;
  /** From when to when the signer's certificate is valid, as `openssl ca` takes it. */
  readonly validity?: readonly [string, string];
  /** Lines of the authority's configuration that are others. */
  readonly settings?: Readonly<Record<string, string>>;
}

const STAMPER = `basicConstraints = CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping`;

export const goodBetween = `basicConstraints = critical,CA:true,pathlen:0
keyUsage = critical,keyCertSign`;

function configOf({ between = '', settings = {}, stamper = STAMPER }: AuthorityMake): string {
  const authority = {
    serial: 'serial',
    crypto_device: 'builtin',
    signer_cert: 'stamper.pem',
    certs: 'chain.pem',
    signer_key: 'stamper.key',
    signer_digest: 'sha256',
    default_policy: '1.2.3.4.1',
    digests: 'sha256',
    accuracy: 'secs:1',
    ordering: 'no',
    tsa_name: 'yes',
    ess_cert_id_chain: 'no',
    ...settings,
  };
  const lines = Object.entries(authority).map(([name, value]) => `${name} = ${value}`);
  return `[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign
[between]
${between}
[stamper]
${stamper}
[ca]
default_ca = issuing
[issuing]
database = issued.txt
new_certs_dir = .
serial = ca-serial
default_md = sha256
policy = anything
[anything]
commonName = supplied
[tsa]
default_tsa = default
[default]
${lines.join('\n')}
`;
}

const P256 = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];

/** Makes the certificates in the folder. */
function certify(openssl: (...args: readonly string[]) => string, folder: string, make: AuthorityMake): void {
  const { between, key = P256, validity } = make;
  writeFileSync(join(folder, 'tsa.cnf'), configOf(make));
  writeFileSync(join(folder, 'issued.txt'), '');
  writeFileSync(join(folder, 'ca-serial'), '1000\n');
  writeFileSync(join(folder, 'serial'), '01\n');
  const certificate = (name: string, newKey: readonly string[], more: readonly string[]) =>
    openssl('req', '-config', 'tsa.cnf', '-newkey', ...newKey, '-nodes', '-keyout', `${name}.key`, '-out', `${name}.pem`, ...more);
  const signedBy = (issuer: string) => ['-x509', '-days', '2', '-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`];
  certificate('root', P256, ['-x509', '-days', '2', '-subj', '/CN=Test root', '-extensions', 'root']);
  if (between !== undefined) certificate('between', P256, [...signedBy('root'), '-subj', '/CN=Test between', '-extensions', 'between']);
  const issuer = between === undefined ? 'root' : 'between';
  if (validity === undefined) {
    certificate('stamper', key, [...signedBy(issuer), '-subj', '/CN=Test time stamps', '-extensions', 'stamper']);
  } else {
    certificate('stamper', key, ['-subj', '/CN=Test time stamps']);
    const [from, to] = validity;
    const issue = ['-batch', '-config', 'tsa.cnf', '-cert', `${issuer}.pem`, '-keyfile', `${issuer}.key`, '-extensions', 'stamper'];
    openssl('ca', ...issue, '-in', 'stamper.pem', '-out', 'stamper.pem', '-startdate', from, '-enddate', to, '-notext');
  }
  copyFileSync(join(folder, `${issuer}.pem`), join(folder, 'chain.pem'));
}

export async function opensslAuthority(make: AuthorityMake = {}): Promise<OpensslAuthority> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-tsa-'));
  const openssl = (...args: readonly string[]) =>
    execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  certify(openssl, folder, make);
  let count = 0;
  const stamp = (query: Buffer) => {
    count += 1;
    const [asked, answered] = [`${count}.tsq`, `${count}.tsr`];
    writeFileSync(join(folder, asked), query);
    openssl('ts', '-reply', '-config', 'tsa.cnf', '-queryfile', asked, '-out', answered);
    return readFileSync(join(folder, answered));
  };
  const server = await serve((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const query = Buffer.concat(chunks);
      const answer = stamp(query);
      const { status = 200, body } = authority.lie?.(query, answer) ?? { body: answer };
      response.writeHead(status, { 'content-type': 'application/timestamp-reply' }).end(body);
    });
  });
  const authority: OpensslAuthority = {
    url: server.url,
    lie: undefined,
    stamp,
    signer: readFileSync(join(folder, 'stamper.pem'), 'utf8'),
    root: readFileSync(join(folder, 'root.pem'), 'utf8'),
    verify: (data, answer, root) => {
      writeFileSync(join(folder, 'data'), data);
      writeFileSync(join(folder, 'answer.tsr'), answer);
      writeFileSync(join(folder, 'trusted.pem'), root ?? readFileSync(join(folder, 'root.pem')));
      return openssl('ts', '-verify', '-data', 'data', '-in', 'answer.tsr', '-CAfile', 'trusted.pem');
    },
    close: async () => {
      await server.close();
      rmSync(folder, { recursive: true });
    },
  };
  return authority;
}
