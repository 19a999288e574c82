import { createHash, sign } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import {
  type Cosigner,
  type ParsedNote,
  parseCosigner,
  parseNote,
  parseVkey,
  verifyCosignature,
  verifyNote,
} from '../../src/tlog/index.ts';
import { freshEd25519Keys } from '../support/fresh-keys.ts';

/** A checkpoint of a public Certificate Transparency log of 2026, as its log served it, and two of the public witnesses that cosigned it. */
const published = {
  note: `arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=
— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
— transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2rhIgcqoXHAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==
— witness1.smartit.nu/witness1 pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/iEcxZ75W3u5hNI7TOQtmJbqmNWVuE0tgh0XwzdZsDsUAQ==
— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==
— witness.stagemole.eu Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr+AJmIY/2TUFucgKi7lI7cUiOvKFYe/TmN9DAg==
`,
  log: 'arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f',
  at: 0x6a122120 * 1000,
  witnesses: [
    'remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2',
    'witness1.smartit.nu/witness1+a48c820f+BPSFWg9G6KPiO7QPryYO5Xq4oYJJ+kAvLKLSimDhoxMO',
  ],
};
/** The example of C2SP tlog-cosignature: of its witness no key is published, of its cosignature the time. */
const example = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
`;

function must<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('expected a value');
  return value;
}

const noteOf = (text: string): ParsedNote => must(parseNote(text));
const [remora = '', smartit = ''] = published.witnesses;

const { privateKey, publicKey } = freshEd25519Keys();
const raw = Buffer.from(must(publicKey.export({ format: 'jwk' }).x), 'base64url');

/** A vkey of our own making, and the signature line that its key makes. */
function witness(
  type: number,
  name = 'w.example',
): { readonly vkey: string; readonly line: (text: string, time: bigint, as?: string) => string } {
  const keyed = Buffer.concat([Buffer.of(type), raw]);
  const id = createHash('sha256').update(`${name}\n`).update(keyed).digest().subarray(0, 4);
  return {
    vkey: `${name}+${id.toString('hex')}+${keyed.toString('base64')}`,
    line: (text, time, as = 'cosignature/v1') => {
      const stamp = Buffer.alloc(8);
      stamp.writeBigUInt64BE(time);
      const signature = sign(null, Buffer.from(`${as}\ntime ${time}\n${text}`), privateKey);
      return `— ${name} ${Buffer.concat([id, stamp, signature]).toString('base64')}\n`;
    },
  };
}

const text = 'log.example\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
const own = witness(4);
const cosigner: Cosigner = must(parseCosigner(own.vkey));

describe('cosignatures (C2SP tlog-cosignature)', () => {
  it.each(published.witnesses)(
    'of a public witness are verified over the checkpoint of a public log, among those of others: %s',
    (vkey) => {
      const verdict = verifyCosignature(noteOf(published.note), must(parseCosigner(vkey)));
      expect(verdict).toMatchObject({ kind: 'cosigned', atMs: published.at });
      expect(published.note).toContain(verdict.kind === 'cosigned' ? verdict.line : 'none');
    },
  );

  it('leave the log’s own signature as it was, which ignores them', () => {
    expect(verifyNote(noteOf(published.note), [must(parseVkey(published.log))]).kind).toBe('verified');
  });

  it.each([
    { what: 'another size', change: (note: string) => note.replace('1432088532', '1432088533') },
    { what: 'another root', change: (note: string) => note.replace('U7WM', 'U7WN') },
    { what: 'another log', change: (note: string) => note.replace(/^arche2025h1/, 'arche2025h2') },
    { what: 'an extension line', change: (note: string) => note.replace('\n\n', '\nmore\n\n') },
    { what: 'another time', change: (note: string) => note.replace('2net5wAAAABqEiEg', '2net5wAAAABqEiEh') },
  ])('do not fit a checkpoint with $what', ({ change }) => {
    expect(verifyCosignature(noteOf(change(published.note)), must(parseCosigner(remora)))).toEqual({ kind: 'bad' });
  });

  it('do not survive a bit that is turned, in the time or in the signature', () => {
    const whole = Buffer.from(must(/remora\.n621\.de (\S+)\n/.exec(published.note)?.[1]), 'base64');
    const verdicts = Array.from({ length: (whole.length - 4) * 8 }, (_, bit) => {
      const turned = Buffer.from(whole);
      turned[4 + (bit >> 3)] = (turned[4 + (bit >> 3)] ?? 0) ^ (1 << (bit & 7));
      const note = published.note.replace(whole.toString('base64'), turned.toString('base64'));
      return verifyCosignature(noteOf(note), must(parseCosigner(remora))).kind;
    });
    expect(new Set(verdicts)).toEqual(new Set(['bad']));
  });

  it('of a witness under another name, or by another key id, are those of a stranger', () => {
    const renamed = published.note.replace('— remora.n621.de ', '— remora.n621.eu ');
    const otherId = published.note.replace('remora.n621.de 2net5w', 'remora.n621.de 2net6w');
    for (const note of [renamed, otherId]) expect(verifyCosignature(noteOf(note), must(parseCosigner(remora)))).toEqual({ kind: 'none' });
  });

  it('tell the latest time where a witness cosigned twice', () => {
    const note = noteOf(`${text}\n${own.line(text, 20n)}${own.line(text, 30n)}${own.line(text, 10n)}`);
    expect(verifyCosignature(note, cosigner)).toEqual({ kind: 'cosigned', atMs: 30_000, line: own.line(text, 30n) });
  });

  it.each([
    { what: 'the time zero, which no checkpoint has', line: own.line(text, 0n) },
    { what: 'a time beyond every instant', line: own.line(text, 2n ** 62n) },
    { what: 'another head line, of another version', line: own.line(text, 7n, 'cosignature/v2') },
    {
      what: 'a byte too many',
      line: own
        .line(text, 7n)
        .replace(/(\S+)\n$/, (_, it: string) => `${Buffer.concat([Buffer.from(it, 'base64'), Buffer.of(1)]).toString('base64')}\n`),
    },
  ])('are none with $what', ({ line }) => {
    expect(verifyCosignature(noteOf(`${text}\n${line}`), cosigner)).toEqual({ kind: 'bad' });
  });

  it('are not what a log signs, nor the other way round: the types keep them apart', () => {
    const log = witness(1);
    expect(parseCosigner(log.vkey)).toBeUndefined();
    expect(parseVkey(own.vkey)).toBeUndefined();
    expect(verifyCosignature(noteOf(`${text}\n${log.line(text, 7n)}`), cosigner)).toEqual({ kind: 'none' });
  });

  it('have the form of the specification’s example, down to its time', () => {
    const { signature, keyId } = must(noteOf(example).signatures[1]);
    expect([keyId.toString('hex'), Number(signature.readBigUInt64BE()), signature.length]).toEqual(['8d66cf3f', 1_679_315_147, 72]);
    expect(verifyCosignature(noteOf(example), must(parseCosigner(smartit)))).toEqual({ kind: 'none' });
  });

  it.each([
    { what: 'the id of another key', vkey: remora.replace('da77ade7', 'da77ade8') },
    { what: 'a key of another length', vkey: `${remora}AAAA` },
    { what: 'nothing', vkey: '' },
  ])('a witness’s key with $what is refused', ({ vkey }) => {
    expect(parseCosigner(vkey)).toBeUndefined();
  });
});
