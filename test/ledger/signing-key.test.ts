import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createSigningKey, loadSigningKey, signerFrom } from '../../src/ledger/index.ts';
import { freshEcKeys } from '../support/fresh-keys.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-key-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the signing key', () => {
  it('is written for its owner alone and read back', () => {
    const path = join(folder, 'new.pem');
    const created = createSigningKey(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const origin = 'rollcall/workspaces/x';
    expect(signerFrom(loadSigningKey(path)).forOrigin(origin).vkey).toBe(signerFrom(created).forOrigin(origin).vkey);
  });

  it('is never written over', () => {
    const path = join(folder, 'kept.pem');
    createSigningKey(path);
    expect(() => createSigningKey(path)).toThrow(/EEXIST/);
  });

  it.each([0o640, 0o604, 0o644, 0o660])('is refused when its file has mode %o', (mode) => {
    const path = join(folder, `open-${mode}.pem`);
    createSigningKey(path);
    chmodSync(path, mode);
    expect(() => loadSigningKey(path)).toThrow(/chmod 600/);
  });

  it.each([
    { name: 'that is not there', make: () => undefined, says: /ENOENT.*rollcall ledger key create/ },
    { name: 'that is a directory', make: (path: string) => mkdirSync(path, { mode: 0o700 }), says: /is no file/ },
    { name: 'that holds something else', make: (path: string) => writeFileSync(path, 'secret', { mode: 0o600 }), says: /Ed25519/ },
  ])('is refused from a file $name', ({ make, name, says }) => {
    const path = join(folder, `${name}.pem`);
    make(path);
    expect(() => loadSigningKey(path)).toThrow(says);
  });

  it('is refused when it is of another kind', () => {
    const path = join(folder, 'ec.pem');
    const { privateKey } = freshEcKeys();
    writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    expect(() => loadSigningKey(path)).toThrow(/Ed25519/);
    expect(() => signerFrom(privateKey)).toThrow(TypeError);
  });
});
