/** Nothing on these pages runs or loads anything. */
export const PAGE_HEADERS = {
  'content-security-policy': "default-src 'none'; style-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

export function signedInPage(displayName: string): string {
  return page('Signed in', [`You are signed in as ${displayName}.`, 'You can close this page.']);
}

export function signInFailedPage(problem: { readonly detail: string; readonly next: string | undefined }): string {
  return page('The sign-in did not succeed', problem.next === undefined ? [problem.detail] : [problem.detail, problem.next]);
}

function page(title: string, paragraphs: readonly string[]): string {
  const body = paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`).join('\n');
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title></head>
<body>
<h1>${escapeHtml(title)}</h1>
${body}
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
