/** Calls the administration API as any client would: over HTTP, with a bearer token. */
export interface AdministrationClient {
  get<Answer>(path: string): Promise<Answer>;
  post<Answer>(path: string, body: unknown): Promise<Answer>;
  put<Answer>(path: string, body: unknown): Promise<Answer>;
  /** A body that is not JSON. */
  upload<Answer>(path: string, body: string, contentType: string): Promise<Answer>;
  download(path: string): Promise<Buffer>;
  /** The problem document of a call that is expected to be refused. Throws when it succeeds. */
  refusal(method: 'GET' | 'PUT' | 'POST', path: string, body?: unknown): Promise<Problem>;
}

export interface Problem {
  readonly status: number;
  readonly type: string;
  readonly title: string;
  readonly detail: string;
  readonly next?: string;
  readonly refusals?: readonly { readonly code: string; readonly detail: string; readonly next?: string }[];
}

/** `baseUrl` is `{public}/api/v1/workspaces/{id}`. Every method throws an Error with the problem's detail when refused. */
export function administrationClient(baseUrl: string, token: string): AdministrationClient {
  const send = (method: string, path: string, body?: string, contentType = 'application/json') =>
    fetch(`${baseUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': contentType }) },
      ...(body === undefined ? {} : { body }),
    });
  const json = async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await send(method, path, body === undefined ? undefined : JSON.stringify(body));
    return (await (await refusedAsError(response, `${method} ${path}`)).json()) as Answer;
  };
  return {
    get: (path) => json('GET', path),
    post: (path, body) => json('POST', path, body),
    put: (path, body) => json('PUT', path, body),
    upload: async <Answer>(path: string, body: string, contentType: string) => {
      const response = await send('POST', path, body, contentType);
      return (await (await refusedAsError(response, `POST ${path}`)).json()) as Answer;
    },
    download: async (path) => Buffer.from(await (await refusedAsError(await send('GET', path), `GET ${path}`)).arrayBuffer()),
    refusal: async (method, path, body) => {
      const response = await send(method, path, body === undefined ? undefined : JSON.stringify(body));
      if (response.ok) throw new Error(`${method} ${path} was accepted, but should have been refused`);
      return (await response.json()) as Problem;
    },
  };
}

async function refusedAsError(response: Response, what: string): Promise<Response> {
  if (response.ok) return response;
  const text = await response.text();
  throw new Error(`${what} answered ${response.status}: ${detailOf(text)}`);
}

function detailOf(text: string): string {
  try {
    const problem = JSON.parse(text) as Partial<Problem>;
    return [problem.detail, problem.next].filter((part) => part !== undefined).join(' ');
  } catch {
    return text.slice(0, 200);
  }
}
