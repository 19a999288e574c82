/** What a person's browser does at a sign-in: follows redirects, keeps cookies, fills in a form, posts for a page's script. Nothing more. */
export interface ScriptedBrowser {
  /** Opens an address and follows redirects to the page at the end. */
  open(url: string): Promise<Page>;
  /** Fills in the page's only form and sends it. */
  submit(page: Page, fields: Readonly<Record<string, string>>): Promise<Page>;
  /** What a script of a page of that origin does: posts JSON with the cookies. Answers the body; throws when it is refused. */
  post<Answer>(url: string, body: unknown): Promise<Answer>;
}

export interface Page {
  readonly url: string;
  readonly status: number;
  readonly html: string;
}

const MAX_REDIRECTS = 10;

/** A new browser with an empty cookie jar; cookies are kept per origin. */
export function scriptedBrowser(): ScriptedBrowser {
  const jar = new Map<string, Map<string, string>>();

  const load = async (url: string, form?: URLSearchParams): Promise<Page> => {
    let at = url;
    let body = form;
    for (let hop = 0; hop < MAX_REDIRECTS; hop++) {
      const response = await fetch(at, {
        method: body === undefined ? 'GET' : 'POST',
        redirect: 'manual',
        headers: { cookie: cookiesFor(at), accept: 'text/html' },
        ...(body === undefined ? {} : { body }),
      });
      keepCookies(at, response);
      const location = response.headers.get('location');
      if (location === null || response.status < 300 || response.status >= 400)
        return { url: at, status: response.status, html: await response.text() };
      at = new URL(location, at).href;
      body = undefined;
    }
    throw new Error(`${url} redirects without end`);
  };

  const cookiesFor = (url: string): string =>
    [...(jar.get(new URL(url).origin) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');

  const keepCookies = (url: string, response: Response): void => {
    const { origin } = new URL(url);
    const cookies = jar.get(origin) ?? new Map<string, string>();
    jar.set(origin, cookies);
    for (const header of response.headers.getSetCookie()) {
      const [pair = ''] = header.split(';');
      const name = pair.slice(0, pair.indexOf('='));
      const value = pair.slice(pair.indexOf('=') + 1);
      if (value === '' || /max-age=0/i.test(header)) cookies.delete(name);
      else cookies.set(name, value);
    }
  };

  return {
    open: (url) => load(url),
    post: async <Answer>(url: string, body: unknown) => {
      const headers = { cookie: cookiesFor(url), origin: new URL(url).origin, 'content-type': 'application/json' };
      const response = await fetch(url, { method: 'POST', redirect: 'manual', headers, body: JSON.stringify(body) });
      if (!response.ok) throw new Error(`POST ${url} answered ${response.status}`);
      return (await response.json()) as Answer;
    },
    submit: (page, fields) => {
      const action = /<form[^>]*\baction="([^"]*)"/i.exec(page.html)?.[1];
      if (action === undefined) throw new Error(`the page at ${page.url} has no form`);
      const form = new URLSearchParams({ ...hiddenFields(page.html), ...fields });
      return load(new URL(unescapeHtml(action), page.url).href, form);
    },
  };
}

function hiddenFields(html: string): Record<string, string> {
  const inputs = [...html.matchAll(/<input[^>]*type="hidden"[^>]*>/gi)].map(([input]) => input);
  return Object.fromEntries(inputs.map((input) => [attribute(input, 'name'), attribute(input, 'value')]));
}

function attribute(tag: string, name: string): string {
  return unescapeHtml(new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(tag)?.[1] ?? '');
}

function unescapeHtml(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
