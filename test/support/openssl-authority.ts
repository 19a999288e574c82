import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoopbackServer, serve } from './loopback.ts';

/** A time-stamping authority of openssl's (RFC 3161), over HTTP: shares nothing with what it is asked by. */
export interface OpensslAuthority extends LoopbackServer {
  /** What it answers instead of what it should, for the tests of what is refused; undefined: what it should. */
  lie: ((query: Buffer, answer: Buffer) => { readonly status?: number; readonly body: Buffer }) | undefined;
  /** Answers a query. */
  stamp(query: Buffer): Buffer;
  /** What `openssl ts -verify` says of an answer over these bytes, under the authority's root. Throws when it does not verify. */
  verify(data: string, answer: Buffer): string;
}

const CONFIG = `[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign
[stamper]
basicConstraints = CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = default
[default]
serial = serial
crypto_device = builtin
signer_cert = stamper.pem
certs = root.pem
signer_key = stamper.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = no
tsa_name = yes
ess_cert_id_chain = no
`;

export async function opensslAuthority(): Promise<OpensslAuthority> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-tsa-'));
  const openssl = (...args: readonly string[]) =>
    execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  writeFileSync(join(folder, 'tsa.cnf'), CONFIG);
  writeFileSync(join(folder, 'serial'), '01\n');
  const request = ['req', '-config', 'tsa.cnf', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-x509', '-days', '2'];
  openssl(...request, '-subj', '/CN=Test root', '-extensions', 'authority', '-keyout', 'root.key', '-out', 'root.pem');
  const signed = ['-CA', 'root.pem', '-CAkey', 'root.key', '-extensions', 'stamper'];
  openssl(...request, ...signed, '-subj', '/CN=Test time stamps', '-keyout', 'stamper.key', '-out', 'stamper.pem');
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
    verify: (data, answer) => {
      writeFileSync(join(folder, 'data'), data);
      writeFileSync(join(folder, 'answer.tsr'), answer);
      return openssl('ts', '-verify', '-data', 'data', '-in', 'answer.tsr', '-CAfile', 'root.pem');
    },
    close: async () => {
      await server.close();
      rmSync(folder, { recursive: true });
    },
  };
  return authority;
}
