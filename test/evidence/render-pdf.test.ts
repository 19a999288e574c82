import { describe, expect, it } from '@jest/globals';
import { type Block, pageBlocks } from '../../src/evidence/page-blocks.ts';
import { renderPdf } from '../../src/evidence/render-pdf.ts';
import { reportPage } from '../../src/evidence/report-page.ts';
import type { ReportUnit } from '../../src/reconciliation/index.ts';
import { readPdf } from './read-pdf.ts';
import { onPaper } from './on-paper.ts';
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

function pageOf(units: readonly ReportUnit[], workspace?: string) {
  const sample = sampleReport(units);
  const report = workspace === undefined ? sample : { ...sample, workspace: { ...sample.workspace, name: workspace } };
  return { report, page: [...reportPage(report, new Map())].join('') };
}

const entities: Readonly<Record<string, string>> = { '&#60;': '<', '&#62;': '>', '&#38;': '&', '&#34;': '"', '&#39;': "'" };

/** What stands on a page between its tags, without any white space. */
function lettersOf(page: string): string {
  return onPaper(page)
    .replace(/^[^]*<body>/, '')
    .replaceAll(/<(title|desc)>[^<]*<\/\1>/g, '')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&#\d+;/g, (entity) => entities[entity] ?? entity)
    .replaceAll(/\s/g, '');
}

/** A page on which every step of a list that counts begins with its number. */
function numbered(page: string): string {
  return page.replaceAll(/<ol>[^]*?<\/ol>/g, (list) => {
    let step = 0;
    return list.replaceAll('<li>', () => `<li>${(step += 1)}.`);
  });
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

  it('begins a line of a cell where the page begins a paragraph, and another after it', () => {
    const table = '<table><tbody><tr><td>One<p>two</p><small>three</small><ul><li>four</li></ul>five</td></tr></tbody></table>';
    const [block] = pageBlocks(Buffer.from(table));
    expect(block).toMatchObject({ kind: 'table', rows: [['One\ntwo\nthree\nfour\nfive']] });
  });

  it('draws what the page draws', () => {
    const { page } = pageOf(leavers(3));
    const marks = [...pageBlocks(Buffer.from(page))].flatMap((block) => (block.kind === 'drawing' ? block.marks : []));
    expect(marks.filter(({ kind }) => kind === 'bar')).toHaveLength(onPaper(page).match(/<rect /g)?.length ?? 0);
    expect(marks.filter(({ kind }) => kind === 'text')).toHaveLength(onPaper(page).match(/<text /g)?.length ?? 0);
    expect(marks).toContainEqual(expect.objectContaining({ kind: 'bar', tone: 'deadline', width: expect.any(Number) }));
  });

  it('begins a sheet for each leaver, whom nothing but their introduction stands above, and for nothing else', () => {
    const { page } = pageOf(leavers(12));
    const blocks = [...pageBlocks(Buffer.from(page))];
    const begun = blocks.flatMap((block, index) => (block.kind === 'open' && block.beginsSheet ? [blocks[index + 1]] : []));
    expect(page.match(/<section id="remedy-/g)).not.toBeNull();
    expect(begun).toHaveLength(12);
    expect(begun[0]).toMatchObject({ kind: 'heading', text: 'Each leaver' });
    for (const heading of begun.slice(1)) expect(heading).toMatchObject({ kind: 'heading', level: 3 });
  });

  it('is the same bytes each time, with a sheet for each leaver', async () => {
    const { report, page } = pageOf(leavers(12));
    const pdf = await renderPdf(report, Buffer.from(page));
    expect(pdf.equals(await renderPdf(report, Buffer.from(page)))).toBe(true);
    const { sheets, createdAt } = await readPdf(pdf);
    expect(sheets).toBeGreaterThan(12);
    expect(createdAt).toBe(`D:${asOf.slice(0, 19).replaceAll(/\D/g, '')}Z`);
  });
});

describe('report.pdf, read out', () => {
  const { report, page } = pageOf(leavers(47));
  const read = renderPdf(report, Buffer.from(page)).then(readPdf);
  const blocks = [...pageBlocks(Buffer.from(page))];
  const has = async (...roles: readonly string[]) => (await read).elements.filter(({ role }) => roles.includes(role));

  it('says in the order of the page what the page says, each word once', async () => {
    const said = (await read).elements.map(({ words }) => words).join('');
    expect(squeezed(said).replaceAll(/[:•]/g, '')).toBe(squeezed(lettersOf(numbered(page))).replaceAll(/[:•]/g, ''));
  });

  it('has the headings of the page, by their levels', async () => {
    const headings = blocks.flatMap((block) => (block.kind === 'heading' ? [`H${block.level} ${block.text}`] : []));
    expect((await has('H1', 'H2', 'H3')).map(({ role, words }) => squeezed(`${role} ${words}`))).toEqual(headings.map(squeezed));
  });

  it('lists many leavers beside it by their groups', async () => {
    const many = pageOf(leavers(101));
    const { outline } = await readPdf(await renderPdf(many.report, Buffer.from(many.page)));
    const groups = outline.find(({ title }) => title === 'Each leaver')?.items ?? [];
    expect(groups.map(({ title }) => title.replace(/:.*\(/, ' ('))).toEqual(['FAIL (65)', 'INSUF (17)', 'PASS (19)']);
    expect(groups.map(({ items }) => items.length)).toEqual([65, 17, 19]);
  }, 60_000);

  it('lists its headings beside it, each leaver among them', async () => {
    const { outline } = await read;
    const headings = blocks.flatMap((block) => (block.kind === 'heading' ? [block] : []));
    expect(outline.map(({ title }) => title)).toEqual(headings.filter(({ level }) => level < 3).map(({ text }) => text));
    expect(outline.find(({ title }) => title === 'Each leaver')?.items).toHaveLength(47);
    const below = headings.filter(({ level }) => level > 2).map(({ text }) => text);
    expect(outline.flatMap(({ items }) => items).map(({ title }) => title)).toEqual(below);
  });

  it('has its tables, heading cells apart from others', async () => {
    const counted = (tag: string) => page.match(new RegExp(`<${tag}[ >]`, 'g'))?.length ?? 0;
    expect(await has('Table')).not.toHaveLength(0);
    for (const [role, tag] of [
      ['Table', 'table'],
      ['THead', 'thead'],
      ['TR', 'tr'],
      ['TH', 'th'],
      ['TD', 'td'],
    ] as const) {
      const roles = (await has(role)).length;
      // A table that goes on on another sheet is said of both.
      if (role === 'Table' || role === 'THead') expect(roles).toBeGreaterThanOrEqual(counted(tag));
      else expect({ role, roles }).toEqual({ role, roles: counted(tag) });
    }
  });

  it('says of each chart what it shows', async () => {
    const titles = blocks.flatMap((block) => (block.kind === 'drawing' ? [block.title] : []));
    expect((await has('Figure')).map(({ alt }) => alt)).toEqual(titles);
    expect(titles.every((title) => title.length > 20)).toBe(true);
  });

  it('leads from its contents to every section, with the number of the sheet', async () => {
    const { artifacts, elements, links, outline, pieces } = await read;
    const sections = outline.map(({ title }) => title).slice(1);
    const listed = links.filter(({ says }) => sections.includes(says.replace('• ', '')));
    expect(listed.map(({ says }) => says.replace('• ', ''))).toEqual(sections.filter((title) => listedIn(page, title)));
    // In the letters of a heading.
    const headed = new Map(pieces.flatMap(({ height, sheet, words }) => (height > 12 ? [[squeezed(words), sheet]] : [])));
    for (const { says, to } of listed) expect({ says, to }).toEqual({ says, to: headed.get(squeezed(says.replace('• ', ''))) });
    const numbers = links.filter(({ says, sheet }) => sheet === 1 && listedIn(page, says)).map(({ to }) => to);
    expect(squeezed(artifacts[0] ?? '')).toMatch(new RegExp(`^${numbers.join('')}INTERIM`));
    expect(elements.filter(({ role }) => role === 'Link')).toHaveLength(links.length);
  });

  it('leads from each leaver’s row to the sheet that begins with them', async () => {
    const { links, pieces } = await read;
    const leaving = links.filter(({ says }) => says.startsWith('Zoë'));
    expect(leaving).toHaveLength(47);
    for (const { says, to } of leaving) {
      const [name = ''] = says.split('\n');
      const words = squeezed(
        pieces
          .filter(({ sheet }) => sheet === to)
          .map((piece) => piece.words)
          .join(''),
      );
      expect(words).toContain(squeezed(`${name}:`));
    }
  });

  it('sets the conclusion apart from what follows', async () => {
    const { pieces } = await read;
    const height = (words: string) => pieces.find((piece) => piece.words.startsWith(words))?.height ?? 0;
    expect(height('Conclusion so far')).toBeGreaterThan(1.2 * height('47 leavers in the period'));
    expect(height('47 leavers in the period')).toBeGreaterThan(height('Period:'));
  });

  it('counts the steps of a list that counts them, and no others', async () => {
    const lists = [...page.matchAll(/<ol>([^]*?)<\/ol>/g)].map(([, list = '']) => list.split('<li>').slice(1));
    const steps = lists.flatMap((list) => list.map((step, index) => squeezed(`${index + 1}.${lettersOf(step)}`)));
    expect(steps.length).toBeGreaterThan(lists.length);
    const items = (await has('LBody')).map(({ words }) => squeezed(words));
    expect(items.filter((words) => /^\d+\./.test(words))).toEqual(steps);
  });

  it('has its lists, item by item', async () => {
    const items = blocks.filter((block) => block.kind === 'text' && block.isListed);
    expect(await has('LI')).toHaveLength(items.length);
    expect(await has('LBody')).toHaveLength(items.length);
  });

  it('leaves nothing unmarked, and reads out no foot and no head that a sheet repeats', async () => {
    const { unmarked, artifacts, sheets } = await read;
    expect(unmarked).toEqual([]);
    for (const [index, words] of artifacts.entries()) expect(words).toContain(`page ${index + 1} of ${sheets}`);
    expect(artifacts.filter((words) => words.includes('What was observed'))).not.toHaveLength(0);
  });

  it('names its language and its title', async () => {
    const { report: named, page: itsPage } = pageOf(leavers(1), 'Müller & <Söhne>');
    expect(await readPdf(await renderPdf(named, Buffer.from(itsPage)))).toMatchObject({
      isMarked: true,
      language: 'en',
      showsTitle: true,
      title: 'INTERIM deprovisioning evidence, Müller & <Söhne>',
      metadataTitle: 'INTERIM deprovisioning evidence, Müller & <Söhne>',
    });
  });
});

function listedIn(page: string, title: string): boolean {
  return /<nav [^]*?<\/nav>/.exec(page)?.[0].includes(`>${title}<`) === true;
}

function squeezed(text: string): string {
  return text.normalize('NFKC').replaceAll(/\s/g, '');
}
