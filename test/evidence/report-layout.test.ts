import { describe, expect, it } from '@jest/globals';
import { reportPage } from '../../src/evidence/report-page.ts';
import { sampleLeaver, sampleReport } from './sample-population.ts';

/** So many leavers, a twentieth of them late. */
function pageOf(count: number): string {
  const units = Array.from({ length: count }, (_, n) =>
    sampleLeaver({
      name: `Person ${String(n).padStart(4, '0')}`,
      employeeId: `${n}`,
      lastUsable: n % 20 === 0 ? 30 : 1,
      unusable: n % 20 === 0 ? 31 : 2,
      evidence: [],
    }),
  );
  return [...reportPage(sampleReport(units), new Map())].join('');
}

const pages = new Map([0, 1, 47, 100, 101, 5_000].map((count) => [count, pageOf(count)]));
const counts = [...pages.keys()];

function page(count: number): string {
  return pages.get(count) ?? '';
}

function all(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([, found = '']) => found);
}

const style = /<style>([^]*?)<\/style>/.exec(page(1))?.[1] ?? '';

describe('the layout of report.html', () => {
  it.each(counts)('leads from its contents to every section, and nowhere else, with %d leavers', (count) => {
    const contents = /<nav [^]*?<\/nav>/.exec(page(count))?.[0] ?? '';
    const sections = all(page(count), /<h2 id="([^"]+)"/g);
    expect(page(count).match(/<h2/g)).toHaveLength(sections.length);
    expect(sections.length).toBeGreaterThan(10);
    expect(all(contents, /href="#([a-z-]+)"/g)).toEqual(['main', ...sections]);
  });

  it.each(counts)('has no link to nowhere, and no name twice, with %d leavers', (count) => {
    const names = all(page(count), / id="([^"]+)"/g);
    const named = new Set(names);
    expect(named.size).toBe(names.length);
    expect(all(page(count), /href="#([^"]+)"/g).filter((name) => !named.has(name))).toEqual([]);
  });

  it.each(counts)('leads from each leaver’s row to their page and back, with %d leavers', (count) => {
    const rows = [...page(count).matchAll(/<tr id="r(\d+)">[^]*?<a href="#l(\d+)">(?:<bdi>)?([^<]*)/g)].map(([, ...found]) => found);
    const sections = [...page(count).matchAll(/<section class="leaver" id="l(\d+)">\n<h\d>(?:<bdi>)?([^<]*)[^]*?href="#r(\d+)"/g)];
    expect(sections).toHaveLength(count);
    expect(rows).toEqual(sections.map(([, number, name, back]) => [back, number, name]));
  });

  it.each(counts)('has headings that skip no level, with %d leavers', (count) => {
    const levels = all(page(count), /<h([1-6])[ >]/g).map(Number);
    expect(levels[0]).toBe(1);
    expect(levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1)).toEqual([]);
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
  });

  it.each([
    { count: 100, groups: [] },
    { count: 101, groups: ['FAIL (6)', 'PASS (95)'] },
    { count: 5_000, groups: ['FAIL (100)', 'FAIL (100)', 'FAIL (50)', ...Array.from({ length: 47 }, () => 'PASS (100)'), 'PASS (50)'] },
  ])('puts $count leavers into groups of at most a hundred, what is no pass first', ({ count, groups }) => {
    const said = (name: string) => name.replaceAll(/<[^>]*>/g, '').replace(/:[^(]*/, ' ');
    const within = (section: string) => all(page(count), new RegExp(`<h3 id="${section}-\\d+">(.*?)</h3>`, 'g')).map(said);
    expect(within('leavers')).toEqual(groups);
    expect(within('timelines')).toEqual(groups);
    expect(all(page(count), /<li><a href="#leavers-\d+">(.*?)<\/a>/g).map(said)).toEqual(groups);
  });

  it('says of a leaver in 2,600 bytes of a large page what is to be said', () => {
    expect(Buffer.byteLength(page(5_000)) / 5_000).toBeLessThan(2_600);
  });

  it.each(counts)('gives every heading cell what it is the heading of, with %d leavers', (count) => {
    expect(page(count).match(/<th(?!ead)(?! scope="(?:col|row)")[^>]*>/g) ?? []).toEqual([]);
  });

  it('draws each chart a second time for a narrow screen, with letters that are as large as others there', () => {
    const drawings = [
      ...page(47).matchAll(/<div class="(wide|screen narrow)"><svg role="img" aria-label="([^"]+)" viewBox="0 0 (\d+) (\d+)"/g),
    ];
    const wide = drawings.filter(([, breadth]) => breadth === 'wide');
    const narrow = drawings.filter(([, breadth]) => breadth !== 'wide');
    expect(wide.length).toBeGreaterThan(2);
    expect(narrow.map(([, , title]) => title)).toEqual(wide.map(([, , title]) => title));
    // Of 320 pixels the page's own margin leaves 294 (WCAG 2.2 §1.4.10), and a letter of 13 is then one of 12.7.
    for (const [, , , width] of narrow) expect(Number(width)).toBeLessThanOrEqual(300);
    expect(style).toContain('.narrow .chart { font-size: 13px; }');
    expect(page(47).match(/<svg /g)).toHaveLength(drawings.length);
  });

  it('leaves room on the first sheet for its drawing below the conclusion', () => {
    const bars = all(page(47), /aria-label="When access ended[^"]*: leavers (\d+ to \d+) of/g).filter((_, index) => index % 2 === 0);
    expect(bars).toEqual(['1 to 14', '15 to 44', '45 to 47']);
  });

  it('keeps the words of a narrow drawing within it', () => {
    for (const drawing of all(page(47), /<div class="screen narrow">(<svg [^]*?<\/svg>)/g)) {
      for (const [, anchor, x, text = ''] of drawing.matchAll(/<text class="(\w+)[^"]*" x="([\d.]+)" y="[\d.]+">([^<]*)</g)) {
        const width = text.length * 7.5;
        const left = Number(x) - { start: 0, middle: width / 2, end: width }[String(anchor) as 'start' | 'middle' | 'end'];
        expect({ text, isWithin: left >= 0 && left + width <= 300 }).toEqual({ text, isWithin: true });
      }
    }
  });

  it('says beside each chart where the same stands in figures', () => {
    for (const name of ['how-long', 'together', 'coverage']) {
      expect(page(47)).toMatch(new RegExp(`</figure>\\n(?:[^]*?)<a href="#figures-${name}">`));
      expect(page(47)).toMatch(new RegExp(`id="figures-${name}">[^]{0,200}<table|id="figures-${name}"><p>None`));
    }
  });

  it('takes tables apart where the page is narrow, each cell under its heading', () => {
    const [, narrow = ''] = /@media screen and \(max-width: 45rem\) \{([^]*?)\n {2}\}/.exec(style) ?? [];
    expect(narrow).toMatch(/dl \{ grid-template-columns: 1fr/);
    expect(narrow).toMatch(/:is\(\.units, \.timeline, \.rows\) :is\(tbody, tr, td, tbody th\) \{ display: block; \}/);
    expect(narrow).toMatch(/\.rows td\[data-label\]::before \{ content: attr\(data-label\)/);
    for (const table of all(page(47), /<table class="rows">([^]*?)<\/table>/g)) {
      const [, ...headings] = all(table, /<th scope="col">([^<]*)</g);
      const rows = all(table, /<tbody>([^]*)<\/tbody>/g).flatMap((body) => body.split('</tr>').filter((row) => row.includes('<td')));
      for (const row of rows) expect(all(row, /<td data-label="([^"]*)"/g)).toEqual(headings);
    }
  });

  it('has a language, one main part, and a way past the contents that is the first to come to', () => {
    expect(page(47)).toContain('<html lang="en">');
    expect(page(47).match(/<main /g)).toHaveLength(1);
    expect(/<a [^>]*>/.exec(page(47))?.[0]).toBe('<a class="screen skip" href="#main">');
    expect(page(47)).not.toMatch(/tabindex="[1-9]/);
  });

  it('lays what is out of sight of a long page out later, and all of it on paper', () => {
    expect(style).toMatch(/@media screen \{ \.group \{ content-visibility: auto/);
    expect(style.replace(/@media screen \{[^]*?\}[^}]*\}/, '')).not.toContain('content-visibility');
  });

  it.each(all(style, /([^{}]*\{[^{}]*?(?<![-\w])color: #[0-9a-f]{3,6}[^{}]*\})/g).map((rule) => rule.trim()))(
    'is read on its ground: %s',
    (rule) => {
      const colour = /(?<![-\w])color: (#[0-9a-f]{3,6})/.exec(rule)?.[1] ?? '';
      const ground = /background: (#[0-9a-f]{3,6})/.exec(rule)?.[1] ?? '#fff';
      expect(contrast(colour, ground)).toBeGreaterThanOrEqual(4.5);
    },
  );
});

/** Of WCAG 2.2, which looks at luminance alone: what it grants holds in greys. */
function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const digits = colour.slice(1);
  const whole = digits.length === 3 ? digits.replaceAll(/./g, '$&$&') : digits;
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => {
    const share = Number.parseInt(whole.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
