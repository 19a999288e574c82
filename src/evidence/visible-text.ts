/**
 * Control and format characters, separators of lines, private and unassigned code points, variation selectors, and letters that are blank: what cannot be
 * seen, or turns the direction of reading (Unicode Technical Report 36, section 2.5).
 */
const unseen = /(?![\t\n\r])(?:[\p{C}\p{Zl}\p{Zp}\u034F\u115F\u1160\u17B4\u17B5\u180B-\u180F\u3164\uFFA0]|\p{Variation_Selector})/gu;

/** Scripts that are written with joiners (U+200C, U+200D) between their letters. */
const joining =
  /[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Malayalam}\p{Script=Kannada}\p{Script=Sinhala}]/u;

/** A text from outside in which nothing is hidden: what cannot be seen stands there as its code, such as `[U+202E]`. */
export function visibleText(text: string): string {
  return text.replaceAll(unseen, (character, at: number) =>
    /[\u200C\u200D]/.test(character) && joining.test(text[at - 1] ?? '') ? character : `[U+${codeOf(character)}]`,
  );
}

function codeOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}

/** Whether `visibleText` shows something that cannot be seen otherwise. */
export function hidesSomething(text: string): boolean {
  return visibleText(text) !== text;
}
