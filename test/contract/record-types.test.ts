import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readDocument } from './api-description.ts';

const source = join(import.meta.dirname, '../../src');

/** `'a' | \`b.${'c' | 'd'}\`` as the list that it stands for: a, b.c, b.d. */
export function typesIn(text: string): readonly string[] {
  const plain = [...text.replaceAll(/`[^`]*`/g, '').matchAll(/\| '([^']+)'/g)].map(([, type = '']) => type);
  const templates = [...text.matchAll(/`([^`$]*)\$\{([^}]+)\}`/g)].flatMap(([, stem = '', ends = '']) =>
    [...ends.matchAll(/'([^']+)'/g)].map(([, end = '']) => `${stem}${end}`),
  );
  return [...plain, ...templates].toSorted();
}

/** `a.{b,c}` as a.b and a.c. */
function expanded(name: string): readonly string[] {
  const [, stem = '', ends] = /^([^{]*)\{([^}]+)\}$/.exec(name) ?? [];
  return ends === undefined ? [name] : ends.split(',').map((end) => `${stem}${end}`);
}

const types = typesIn(readFileSync(join(source, 'ledger/record-type.ts'), 'utf8'));
const described = ((readDocument().components.schemas['RecordType']?.['enum'] ?? []) as readonly string[]).toSorted();

describe('the closed list of record types', () => {
  it('is the same in the code and in openapi.yaml', () => {
    expect(types).toEqual(described);
  });

  it('is the same in docs/evidence-format.md', () => {
    const [, section = ''] = /\n### Types of records\n([^]*?)\n### /.exec(readFileSync('docs/evidence-format.md', 'utf8')) ?? [];
    const cells = section.split('\n').flatMap((line) => (line.startsWith('| ') ? [line.split(' | ')[1] ?? ''] : []));
    const named = cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, name = '']) => expanded(name)));
    expect(named.toSorted()).toEqual(types);
  });

  it('holds nothing that no room ever writes', () => {
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && !file.endsWith('record-type.ts'),
    );
    const written = files.map((file) => readFileSync(join(source, file), 'utf8')).join('\n');
    // A type that is put together says its stem: `finding.${kind}`.
    const isWritten = (type: string) =>
      written.includes(`'${type}'`) || written.includes(`\`${type.slice(0, type.lastIndexOf('.') + 1)}\${`);
    expect(types.filter((type) => !isWritten(type))).toEqual([]);
  });

  it('would show a type that is missing on either side', () => {
    expect(typesIn("type T =\n  | `a.${'b' | 'c.d'}`\n  | 'e.f';")).toEqual(['a.b', 'a.c.d', 'e.f']);
    expect(types.length).toBeGreaterThan(100);
  });
});
