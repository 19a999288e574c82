import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { nameMarks } from '../../src/evidence/name-marks.ts';
import { pageBlocks } from '../../src/evidence/page-blocks.ts';
import { reportPage } from '../../src/evidence/report-page.ts';
import { findingsCsv, populationCsv } from '../../src/evidence/report-tables.ts';
import { visibleText } from '../../src/evidence/visible-text.ts';
import { sampleLeaver, sampleReport } from './sample-population.ts';

const mixed = 'Аnna Smith'; // the first letter is Cyrillic
const turned = 'Eve\u202Egpj.exe';

describe('a name from outside', () => {
  it.each([
    { name: 'Anna Smith', marks: [] },
    { name: 'Zoë Müller-Østergård', marks: [] },
    { name: 'Анна Иванова', marks: [] },
    { name: 'Анна (Anna) Иванова', marks: [] },
    { name: '田中さくらカナ', marks: [] },
    { name: '김金민수', marks: [] },
    { name: 'Παπαδόπουλος', marks: [] },
    { name: 'می\u200Cخواهم', marks: [] },
    { name: mixed, marks: ['Cyrillic and Latin letters in one word'] },
    { name: 'Smіth', marks: ['Latin and Cyrillic letters in one word'] },
    { name: 'Ноrа Сооk', marks: ['Cyrillic and Latin letters in one word'] },
    { name: 'Сара', marks: ['Cyrillic letters that pass for Latin ones'] },
    { name: 'ΝΙΚΗ', marks: ['Greek letters that pass for Latin ones'] },
    { name: 'a.ѕmith@contoso.example', marks: ['Cyrillic and Latin letters in one word'] },
    { name: 'Ann\u200Ba', marks: ['characters that cannot be seen'] },
    { name: turned, marks: ['characters that cannot be seen'] },
    { name: 'Ann\u3164a', marks: ['characters that cannot be seen', 'Latin and Hangul letters in one word'] },
    { name: 'Ada\u2067Аnna', marks: ['characters that cannot be seen', 'Cyrillic and Latin letters in one word'] },
  ])('$name carries $marks', ({ name, marks }) => {
    expect(nameMarks(name)).toEqual(marks);
  });

  it.each([
    { text: 'Eve\u202Egpj', shown: 'Eve[U+202E]gpj' },
    { text: 'a\u200Bb\u00ADc\uFEFFd', shown: 'a[U+200B]b[U+00AD]c[U+FEFF]d' },
    { text: 'tag\u{E0041}', shown: 'tag[U+E0041]' },
    { text: 'bell\u0007', shown: 'bell[U+0007]' },
    { text: 'two\nlines\tand more', shown: 'two\nlines\tand more' },
    { text: 'می\u200Cخواهم', shown: 'می\u200Cخواهم' },
    { text: 'a\u200Cb', shown: 'a[U+200C]b' },
    { text: 'Zoë 李 😀', shown: 'Zoë 李 😀' },
  ])('shows what is hidden in $shown, and nothing else', ({ text, shown }) => {
    expect(visibleText(text)).toBe(shown);
  });
});

describe('a report on people with such names', () => {
  const leavers = [mixed, turned].map((name, n) => sampleLeaver({ name, employeeId: `000${n}`, lastUsable: 1, unusable: 2, evidence: [] }));
  const report = sampleReport(leavers);
  const page = [...reportPage(report, new Map())].join('');

  it('says so beside each name, and hides nothing in the page or the PDF that is made of it', () => {
    expect(page).toContain('<bdi>Аnna Smith</bdi> <strong>(Cyrillic and Latin letters in one word)</strong>');
    expect(page).toContain('Eve[U+202E]gpj.exe');
    expect(page).not.toMatch(/[\u202A-\u202E\u2066-\u2069\u200B]/);
    const words = [...pageBlocks(Buffer.from(page))].flatMap((block) => (block.kind === 'table' ? block.rows.flat() : []));
    expect(words.some((cell) => cell.includes('Eve[U+202E]gpj.exe (characters that cannot be seen)'))).toBe(true);
  });

  it('keeps the cells of the tables as they came, with the marks beside them', () => {
    for (const csv of [populationCsv(report, new Map()), findingsCsv(report, new Map())]) {
      const rows = parse([...csv].join(''), { columns: true }) as { name: string; name_marks: string }[];
      expect(rows.find(({ name }) => name === turned)?.name_marks).toBe('characters that cannot be seen');
      expect(rows.find(({ name }) => name === mixed)?.name_marks).toBe('Cyrillic and Latin letters in one word');
    }
  });
});
