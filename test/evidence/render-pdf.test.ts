import { describe, expect, it } from '@jest/globals';
import { type Block, pageBlocks } from '../../src/evidence/page-blocks.ts';
import { renderPdf } from '../../src/evidence/render-pdf.ts';
import { reportPage } from '../../src/evidence/report-page.ts';
import type { ReportUnit } from '../../src/reconciliation/index.ts';
import { asOf, sampleLeaver, sampleReport } from './sample-population.ts';

const leavers = (n: number) =>
  Array.from({ length: n }, (_, index) =>
    sampleLeaver({
      name: `Zoë <${index}> Żółć & Ελλάς`,
      employeeId: `${index}`,
      lastUsable: index % 7 === 0 ? null : index,
      unusable: index % 5 === 0 ? null : index + 1,
      evidence: [],
    }),
  );

function pageOf(units: readonly ReportUnit[]) {
  const report = sampleReport(units);
  return { report, page: [...reportPage(report, new Map())].join('') };
}

const entities: Readonly<Record<string, string>> = { '&#60;': '<', '&#62;': '>', '&#38;': '&', '&#34;': '"', '&#39;': "'" };

/** What stands on a page between its tags, without any white space. */
function lettersOf(page: string): string {
  return page
    .replace(/^[^]*<body>/, '')
    .replaceAll(/<title>[^<]*<\/title>/g, '')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&#\d+;/g, (entity) => entities[entity] ?? entity)
    .replaceAll(/\s/g, '');
}

function wordsOf(block: Block): readonly string[] {
  if (block.kind === 'heading' || block.kind === 'text') return [block.text];
  if (block.kind === 'table') return [...block.head, ...block.rows.flat()];
  return block.kind === 'drawing' ? block.marks.flatMap((mark) => (mark.kind === 'text' ? [mark.text] : [])) : [];
}

describe('report.pdf', () => {
  it.each([0, 1, 47])('says word for word what the page says, with %d leavers', (n) => {
    const { page } = pageOf(leavers(n));
    const said = [...pageBlocks(Buffer.from(page))].flatMap(wordsOf).join('').replaceAll(/\s/g, '');
    // Where a term meets its meaning, a colon takes the place of the form.
    expect(said.replaceAll(':', '')).toBe(lettersOf(page).replaceAll(':', ''));
  });

  it('draws what the page draws', () => {
    const { page } = pageOf(leavers(3));
    const marks = [...pageBlocks(Buffer.from(page))].flatMap((block) => (block.kind === 'drawing' ? block.marks : []));
    expect(marks.filter(({ kind }) => kind === 'bar')).toHaveLength(page.match(/<rect /g)?.length ?? 0);
    expect(marks.filter(({ kind }) => kind === 'text')).toHaveLength(page.match(/<text /g)?.length ?? 0);
    expect(marks).toContainEqual(expect.objectContaining({ kind: 'bar', tone: 'deadline', width: expect.any(Number) }));
  });

  it('is the same bytes each time, with a sheet for each leaver', async () => {
    const { report, page } = pageOf(leavers(12));
    const pdf = await renderPdf(report, Buffer.from(page));
    expect(pdf.equals(await renderPdf(report, Buffer.from(page)))).toBe(true);
    expect(pdf.subarray(0, 5).toString('latin1')).toBe('%PDF-');
    const sheets = pdf.toString('latin1').match(/\/Type \/Page\n/g)?.length ?? 0;
    expect(sheets).toBeGreaterThan(12);
    expect(pdf.toString('latin1').match(/\(D:\d{4}/g)).toEqual([`(D:${asOf.slice(0, 4)}`, `(D:${asOf.slice(0, 4)}`]);
  });
});
