/** The pages that a person sees at the identity provider; plain HTML that a test or a demo can also read. */
export function signInPage(page: { action: string; requestId: string; applicationName: string; loginHint: string }): string {
  return document(
    'Sign in to your account',
    `<form method="post" action="${escape(page.action)}">
<p>to continue to ${escape(page.applicationName)}</p>
<input type="hidden" name="request" value="${escape(page.requestId)}">
<label for="username">Sign-in name, such as somebody@example.com:</label>
<input type="text" id="username" name="username" value="${escape(page.loginHint)}" autofocus autocomplete="username">
<button type="submit">Sign in</button>
<button type="submit" name="cancel" value="true">Cancel</button>
</form>`,
  );
}

export function errorPage(message: string): string {
  return document('Sorry, but we’re having trouble signing you in.', `<p>${escape(message)}</p>`);
}

/** OAuth 2.0 Form Post Response Mode: the browser posts the answer to the application. */
export function formPostPage(action: string, fields: Readonly<Record<string, string>>): string {
  const inputs = Object.entries(fields).map(([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`);
  return document(
    'Working...',
    `<form method="post" action="${escape(action)}">
${inputs.join('\n')}
<noscript><button type="submit">Continue</button></noscript>
</form>
<script>document.forms[0].submit();</script>`,
  );
}

function document(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title></head>
<body>
<h1>${escape(title)}</h1>
${body}
</body>
</html>
`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
