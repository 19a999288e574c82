/** What a browser does in a sign-in: keeps cookies by name, follows no redirect by itself, fills in forms. */
export interface Browser {
  readonly cookies: Map<string, string>;
  /** GET; answers with the status, the address it was sent on to, and the page. */
  open(url: string): Promise<Visit>;
  submit(url: string, fields: Readonly<Record<string, string>>): Promise<Visit>;
}

export interface Visit {
  readonly status: number;
  readonly location: string;
  readonly page: string;
  readonly setCookie: readonly string[];
}

export function browser(): Browser {
  const cookies = new Map<string, string>();
  const visit = async (url: string, init: RequestInit): Promise<Visit> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { accept: 'text/html', ...(cookie === '' ? {} : { cookie }) };
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    const setCookie = response.headers.getSetCookie();
    for (const line of setCookie) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    return { status: response.status, location: response.headers.get('location') ?? '', page: await response.text(), setCookie };
  };
  return {
    cookies,
    open: (url) => visit(url, {}),
    submit: (url, fields) => visit(url, { method: 'POST', body: new URLSearchParams(fields) }),
  };
}

/** The hidden and text fields of the page's form, and where it goes. */
export function formOf(page: string): { readonly action: string; readonly fields: Record<string, string> } {
  const unescape = (text: string) =>
    text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  const action = /<form[^>]* action="([^"]*)"/.exec(page)?.[1] ?? '';
  const inputs = [...page.matchAll(/<input[^>]* name="([^"]*)" value="([^"]*)"/g)];
  return { action: unescape(action), fields: Object.fromEntries(inputs.map(([, name = '', value = '']) => [name, unescape(value)])) };
}

/** Answers the identity provider's form; where it sends the browser afterwards is in `location` (or in the page's form). */
export async function answerProvider(person: Browser, location: string, fields: Readonly<Record<string, string>>): Promise<Visit> {
  const { page } = await person.open(location);
  const form = formOf(page);
  return person.submit(new URL(form.action, location).href, { request: form.fields['request'] ?? '', ...fields });
}
