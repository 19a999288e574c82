import { hidesSomething } from './visible-text.ts';

/** Scripts that names are written in, told apart by name; the letters of others are of "another script". */
const scripts = [
  'Latin',
  'Cyrillic',
  'Greek',
  'Armenian',
  'Cherokee',
  'Hebrew',
  'Arabic',
  'Devanagari',
  'Bengali',
  'Thai',
  'Georgian',
  'Han',
  'Hiragana',
  'Katakana',
  'Hangul',
  'Bopomofo',
] as const;
const patterns = scripts.map((script) => ({ script, pattern: new RegExp(`\\p{Script=${script}}`, 'u') }));

/** Scripts that one word may mix (Unicode Technical Standard 39, section 5.1): Japanese, Korean and Chinese do. */
const written: readonly (readonly string[])[] = [
  ['Han', 'Hiragana', 'Katakana'],
  ['Han', 'Hangul'],
  ['Han', 'Bopomofo'],
];

/** Letters of other scripts that pass for Latin ones in common typefaces (after the confusables of the same standard). */
const passing = {
  Cyrillic: 'асеорхуіјѕһԁԛԝӏАВЕЅЗІЈКМНОРСТУХҮԚԜ',
  Greek: 'αγικνορυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ',
  Armenian: 'ոսօհցզյ',
  Cherokee: 'ᎪᎬᎳᎷᎻᏃᏒᏔᏚᏟᏢᏦ',
} as const;

/**
 * What a reader cannot tell by looking at a name or an address from outside, in words; nothing of most. It is said beside the name, and decides nothing: letters
 * of two scripts in one word, a word of another script that could be taken for a Latin one, what cannot be seen.
 */
export function nameMarks(text: string): readonly string[] {
  const words = text.match(/[\p{L}\p{M}]+/gu) ?? [];
  const marks = [...(hidesSomething(text) ? ['characters that cannot be seen'] : []), ...words.flatMap((word) => markOf(word) ?? [])];
  return [...new Set(marks)];
}

function markOf(word: string): string | undefined {
  const used = scriptsOf(word);
  const [first, second] = used;
  if (first === undefined) return undefined;
  if (second === undefined) return passes(first, word) ? `${first} letters that pass for Latin ones` : undefined;
  const isWritten = written.some((together) => used.every((script) => together.includes(script)));
  return isWritten ? undefined : `${used.slice(0, -1).join(', ')} and ${used.at(-1)} letters in one word`;
}

function scriptsOf(word: string): readonly string[] {
  const letters = Array.from(word).filter(
    (character) => /\p{L}/u.test(character) && !/[\p{Script=Common}\p{Script=Inherited}]/u.test(character),
  );
  return [...new Set(letters.map((letter) => patterns.find(({ pattern }) => pattern.test(letter))?.script ?? 'other'))];
}

function passes(script: string, word: string): boolean {
  const letters: string = Object.entries(passing).find(([name]) => name === script)?.[1] ?? '';
  return letters !== '' && Array.from(word.replaceAll(/\p{M}/gu, '')).every((letter) => letters.includes(letter));
}
