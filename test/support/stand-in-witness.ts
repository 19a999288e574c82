import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { Clock } from '../../src/platform/index.ts';
import { freshEd25519Keys } from './fresh-keys.ts';
import { type LoopbackServer, serve } from './loopback.ts';

/**
 * A witness as C2SP tlog-witness wants it, over HTTP. It shares nothing with what it looks at: notes, keys, trees and proofs are read and
 * checked here from the words of the specifications alone, proofs by the recursion of RFC 6962 §2.1.2.
 */
export interface StandInWitness extends LoopbackServer {
  readonly vkey: string;
  /** Takes checkpoints of that log, signed by that key (its name is the origin). */
  know(logVkey: string): void;
  /** What it answers instead of what it should; undefined: what it should. */
  lie: ((answer: Answer, asked: string) => Answer) | undefined;
  /** Bodies of `add-checkpoint`, as they came. */
  readonly asked: string[];
  /** The line by which it would cosign a text. */
  cosign(text: string, seconds?: number): string;
  /** The size of what it cosigned last. */
  sizeOf(origin: string): number;
}

export interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly body: string;
}

interface Seen {
  readonly size: number;
  readonly root: Buffer;
  /** The checkpoint with the log's signatures and the cosignature. */
  readonly cosigned: string;
}

interface Log {
  readonly id: string;
  readonly key: KeyObject;
}

const LOG_KEY = 1;
const COSIGNER_KEY = 4;
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

export async function standInWitness({
  clock,
  name = 'witness.example/w1',
}: {
  readonly clock: Clock;
  readonly name?: string;
}): Promise<StandInWitness> {
  const { privateKey, publicKey } = freshEd25519Keys();
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(SPKI.length);
  const keyed = Buffer.concat([Buffer.of(COSIGNER_KEY), raw]);
  const id = keyId(name, keyed);
  const logs = new Map<string, Log[]>();
  const seen = new Map<string, Seen>();
  const cosign = (text: string, seconds = Math.floor(Date.parse(clock.now()) / 1000)) => {
    const time = Buffer.alloc(8);
    time.writeBigUInt64BE(BigInt(seconds));
    const signature = sign(null, Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`), privateKey);
    return `— ${name} ${Buffer.concat([id, time, signature]).toString('base64')}\n`;
  };
  const asked: string[] = [];
  const server = await serve((incoming, response) => {
    let body = '';
    incoming.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    incoming.on('end', () => {
      const answer = incoming.method === 'POST' && incoming.url === '/add-checkpoint' ? taken(body) : shown(incoming.url ?? '');
      response.writeHead(answer.status, { 'content-type': answer.type ?? 'text/plain' }).end(answer.body);
    });
  });
  const taken = (body: string) => {
    asked.push(body);
    const answer = addCheckpoint(body, { logs, seen, cosign });
    return witness.lie?.(answer, body) ?? answer;
  };
  const shown = (path: string): Answer => {
    const found = [...seen].find(([origin]) => path === `/${createHash('sha256').update(origin).digest('hex')}/checkpoint`);
    return found === undefined ? { status: 404, body: '' } : { status: 200, body: found[1].cosigned };
  };
  const witness: StandInWitness = {
    ...server,
    vkey: `${name}+${id.toString('hex')}+${keyed.toString('base64')}`,
    lie: undefined,
    asked,
    cosign,
    know: (logVkey) => {
      const [, origin = '', hexId = '', key = ''] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(logVkey) ?? [];
      const bytes = Buffer.from(key, 'base64');
      if (bytes[0] !== LOG_KEY) throw new Error('no key of a log');
      const log = { id: hexId, key: createPublicKey({ key: Buffer.concat([SPKI, bytes.subarray(1)]), type: 'spki', format: 'der' }) };
      logs.set(origin, [...(logs.get(origin) ?? []), log]);
    },
    sizeOf: (origin) => seen.get(origin)?.size ?? 0,
  };
  return witness;
}

interface State {
  readonly logs: ReadonlyMap<string, readonly Log[]>;
  readonly seen: Map<string, Seen>;
  readonly cosign: (text: string) => string;
}

interface Asked {
  readonly old: number;
  readonly proof: readonly Buffer[];
  /** The checkpoint, whole. */
  readonly note: string;
  readonly text: string;
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
  readonly signatures: readonly string[];
}

const BODY =
  /^old (?<old>0|[1-9]\d*)\n(?<proof>(?:[A-Za-z0-9+/]{43}=\n){0,63})\n(?<note>(?<text>(?<origin>[^\n]+)\n(?<size>0|[1-9]\d*)\n(?<root>[A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*)\n(?<signatures>(?:— \S+ \S+\n)+))$/;

function readAsked(body: string): Asked | undefined {
  const part = BODY.exec(body)?.groups as Readonly<Record<keyof Asked, string>> | undefined;
  return (
    part && {
      ...part,
      old: Number(part.old),
      proof: linesOf(part.proof).map((line) => Buffer.from(line, 'base64')),
      size: Number(part.size),
      root: Buffer.from(part.root, 'base64'),
      signatures: linesOf(part.signatures),
    }
  );
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').slice(0, -1);
}

/** In the order of the specification; checked and kept in one turn, so that no two requests can interleave. */
function addCheckpoint(body: string, { cosign, logs, seen }: State): Answer {
  const asked = readAsked(body);
  if (asked === undefined) return { status: 400, body: 'no checkpoint\n' };
  const known = logs.get(asked.origin);
  if (known === undefined) return { status: 404, body: 'unknown log\n' };
  if (!isSigned(asked, known)) return { status: 403, body: 'no trusted signature\n' };
  if (asked.old > asked.size) return { status: 400, body: 'old is larger\n' };
  const last = seen.get(asked.origin);
  const lastSize = last?.size ?? 0;
  if (asked.old !== lastSize) return { status: 409, type: 'text/x.tlog.size', body: `${lastSize}\n` };
  if (!goesOn(last, asked)) return { status: 422, body: 'inconsistent\n' };
  const line = cosign(asked.text);
  seen.set(asked.origin, { size: asked.size, root: asked.root, cosigned: asked.note + line });
  return { status: 200, body: line };
}

/** By one of the known keys; a signature that names one and does not fit spoils the note. */
function isSigned({ origin, signatures, text }: Asked, known: readonly Log[]): boolean {
  const fits = signatures.flatMap((line) => {
    const [, name = '', encoded = ''] = line.split(' ');
    const bytes = Buffer.from(encoded, 'base64');
    const log = known.find(({ id }) => name === origin && id === bytes.subarray(0, 4).toString('hex'));
    return log === undefined ? [] : [verify(null, Buffer.from(text), log.key, bytes.subarray(4))];
  });
  return fits.length > 0 && !fits.includes(false);
}

function goesOn(last: Seen | undefined, { proof, root, size }: Asked): boolean {
  if (size === 0) return root.equals(createHash('sha256').digest()) && proof.length === 0;
  if (last === undefined || last.size === 0) return proof.length === 0;
  if (last.size === size) return proof.length === 0 && last.root.equals(root);
  const rest = [...proof];
  const roots = subproof({ m: last.size, n: size, whole: true }, last.root, rest);
  return roots !== undefined && rest.length === 0 && roots.older.equals(last.root) && roots.newer.equals(root);
}

/** The two roots that `SUBPROOF(m, D[n], b)` stands for, taking hashes off the proof's end as the recursion put them on. */
function subproof(
  { m, n, whole }: { readonly m: number; readonly n: number; readonly whole: boolean },
  olderRoot: Buffer,
  proof: Buffer[],
): { readonly older: Buffer; readonly newer: Buffer } | undefined {
  if (m === n) {
    const root = whole ? olderRoot : proof.pop();
    return root && { older: root, newer: root };
  }
  let k = 1;
  while (k * 2 < n) k *= 2;
  const beside = proof.pop();
  if (beside === undefined) return undefined;
  if (m <= k) {
    const left = subproof({ m, n: k, whole }, olderRoot, proof);
    return left && { older: left.older, newer: node(left.newer, beside) };
  }
  const right = subproof({ m: m - k, n: n - k, whole: false }, olderRoot, proof);
  return right && { older: node(beside, right.older), newer: node(beside, right.newer) };
}

function node(left: Buffer, right: Buffer): Buffer {
  return createHash('sha256').update(Buffer.of(1)).update(left).update(right).digest();
}

function keyId(name: string, typed: Buffer): Buffer {
  return createHash('sha256').update(`${name}\n`).update(typed).digest().subarray(0, 4);
}
