import { describe, expect, it } from '@jest/globals';
import {
  formatCheckpoint,
  formatTlogProof,
  leafHash,
  noteSigner,
  parseCheckpoint,
  parseNote,
  parseTlogProof,
  parseVkey,
  signNote,
  verifyNote,
} from '../../src/tlog/index.ts';
import { freshEd25519Keys, freshRsaKeys } from '../support/fresh-keys.ts';

const published = [
  {
    source: 'C2SP signed-note',
    name: 'example.com/foo',
    vkey: 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
    note: 'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n',
  },
  {
    source: 'golang.org/x/mod/sumdb/note',
    name: 'PeterNeumann',
    vkey: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    note: [
      'If you think cryptography is the answer to your problem,',
      "then you don't know what your problem is.",
      '',
      '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=',
      '',
    ].join('\n'),
  },
];
const publishedVkey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';

const origin = 'rollcall/workspaces/0198c0de-7b1a-7c3d-9abc-0123456789ab';
const { privateKey } = freshEd25519Keys();
const signer = noteSigner(origin, privateKey);
const root = leafHash(Buffer.from('leaf'));
const text = formatCheckpoint({ origin, size: 1, root });

function must<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('expected a value');
  return value;
}

describe('signed notes (C2SP signed-note)', () => {
  it.each(published)('accept the note that $source publishes, under the published key', ({ name, vkey, note }) => {
    expect(verifyNote(must(parseNote(note)), [must(parseVkey(vkey))])).toMatchObject({ kind: 'verified', by: [{ name }] });
  });

  it.each(published)('reject the note of $source when one letter of its text is another', ({ name, vkey, note }) => {
    const changed = note.replace('m', 'M');
    expect(verifyNote(must(parseNote(changed)), [must(parseVkey(vkey))])).toEqual({ kind: 'bad-signature', name });
  });

  it('verify what we sign, under the vkey that the signer shows', () => {
    expect(verifyNote(must(parseNote(signNote(text, [signer]))), [must(parseVkey(signer.vkey))]).kind).toBe('verified');
  });

  it('ignore a signature of a key that the verifier does not know, so that keys rotate and witnesses cosign', () => {
    const witness = noteSigner('witness.example', freshEd25519Keys().privateKey);
    const note = must(parseNote(signNote(text, [witness, signer])));
    expect(verifyNote(note, [must(parseVkey(signer.vkey))])).toMatchObject({ kind: 'verified', by: [{ name: origin }] });
    expect(verifyNote(must(parseNote(signNote(text, [witness]))), [must(parseVkey(signer.vkey))])).toEqual({ kind: 'unknown-keys' });
  });

  it.each([
    { what: 'no signature', note: text },
    { what: 'no final newline', note: signNote(text, [signer]).slice(0, -1) },
    { what: 'a control character', note: signNote(text, [signer]).replace('rollcall', 'roll\u0007call') },
    { what: 'a signature that is no Base64', note: `${text}\n— ${origin} ???\n` },
    { what: 'too many signatures', note: `${text}\n${`— a AAAAAAAA\n`.repeat(200)}` },
  ])('cannot be parsed with $what', ({ note }) => {
    expect(parseNote(note)).toBeUndefined();
  });

  it.each([
    { what: 'the id of another key', vkey: publishedVkey.replace('c74f20a3', 'c74f20a4') },
    { what: 'no key', vkey: 'PeterNeumann+c74f20a3+' },
    { what: 'a key of another kind', vkey: publishedVkey.replace('+AR', '+AB') },
    { what: 'nothing', vkey: '' },
  ])('a vkey with $what is refused', ({ vkey }) => {
    expect(parseVkey(vkey)).toBeUndefined();
  });

  it('are not signed by a key of another kind, nor over a text that a note cannot hold', () => {
    const rsa = freshRsaKeys().privateKey;
    expect(() => noteSigner(origin, rsa)).toThrow(TypeError);
    expect(() => noteSigner('two words', privateKey)).toThrow(TypeError);
    expect(() => signNote('no newline', [signer])).toThrow(TypeError);
  });
});

describe('checkpoints (C2SP tlog-checkpoint)', () => {
  it('read back what was written', () => {
    expect(parseCheckpoint(text)).toEqual({ origin, size: 1, root });
  });

  it.each([
    { what: 'a leading zero', given: text.replace('\n1\n', '\n01\n') },
    { what: 'a size that no number carries', given: text.replace('\n1\n', '\n9007199254740993\n') },
    { what: 'a short root', given: `${origin}\n1\nAAAA\n` },
    { what: 'no origin', given: text.slice(origin.length) },
    { what: 'an empty extension line', given: `${text}\nmore\n` },
  ])('with $what are none', ({ given }) => {
    expect(parseCheckpoint(given)).toBeUndefined();
  });
});

describe('proof files (C2SP tlog-proof)', () => {
  const proof = { index: 3, hashes: [root, leafHash(Buffer.from('b'))], checkpoint: signNote(text, [signer]) };

  it('read back what was written', () => {
    expect(parseTlogProof(formatTlogProof(proof))).toEqual(proof);
    expect(parseTlogProof(formatTlogProof({ ...proof, hashes: [] }))).toEqual({ ...proof, hashes: [] });
  });

  it('carry data along that they prove nothing of', () => {
    const more = { ...proof, extra: Buffer.from('data') };
    expect(formatTlogProof(more)).toContain('\nextra ZGF0YQ==\nindex 3\n');
    expect(parseTlogProof(formatTlogProof(more))).toEqual(more);
  });

  it.each([
    { what: 'another head', given: formatTlogProof(proof).replace('@v1', '@v2') },
    { what: 'no index', given: formatTlogProof(proof).replace('index 3\n', '') },
    { what: 'a hash that is none', given: formatTlogProof(proof).replace(/\n[^\n]*=\n/, '\nAAAA\n') },
    { what: 'no checkpoint', given: 'c2sp.org/tlog-proof@v1\nindex 3' },
  ])('with $what are none', ({ given }) => {
    expect(parseTlogProof(given)).toBeUndefined();
  });
});
