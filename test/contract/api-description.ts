import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { parse } from 'yaml';

/** What of openapi.yaml the tests look at; everything below is JSON. */
export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
}

export interface Operation {
  readonly id: string;
  /** In capitals. */
  readonly method: string;
  /** With parameters in braces. */
  readonly path: string;
  /** The scope that it asks for; undefined where no credential is needed. */
  readonly scope: string | undefined;
  /** The statuses that it may answer with. */
  readonly statuses: readonly number[];
  /** Whether its parameter `limit` says how many at most. */
  readonly hasLimit: boolean;
  readonly takesJson: boolean;
  /** Of the query and the head. */
  readonly parameters: readonly string[];
  /** Those of the query alone. */
  readonly query: readonly string[];
}

/** One request and its answer, as the client saw them. */
export interface Exchange {
  readonly method: string;
  readonly url: URL;
  readonly requestType: string | null;
  readonly requestBody: string | null;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

export interface ApiDescription {
  readonly operations: readonly Operation[];
  operation(id: string): Operation;
  /** The operation that an address belongs to. */
  operationAt(method: string, pathname: string): Operation | undefined;
  /** In what an exchange differs from the description; empty when it holds. */
  violations(exchange: Exchange): readonly string[];
}

const methods = ['get', 'put', 'post', 'delete', 'patch'];

export function readDocument(): OpenApiDocument {
  return parse(readFileSync(join(import.meta.dirname, '../../openapi.yaml'), 'utf8')) as OpenApiDocument;
}

/** Throws when a schema of the document cannot be compiled. */
export function describeApi(document: OpenApiDocument): ApiDescription {
  const lookUp = pointersOf(document);
  const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true, allowUnionTypes: true });
  formats.default(ajv);
  ajv.addVocabulary(Object.keys(document)); // the document is the root that `$ref`s count from
  ajv.addSchema(document, 'openapi');
  const complaints = (pointer: string, value: unknown): readonly string[] => {
    const validate = ajv.getSchema(`openapi#${pointer}`) ?? fail(`there is no schema at ${pointer}`);
    return validate(value) === true ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
  };

  const parametersAt = (place: string) => {
    const list = `${place}/parameters`;
    return Object.keys(lookUp(list)?.value ?? {}).map((index) => lookUp(`${list}/${index}`)?.value ?? {});
  };
  const parameterNames = (place: string): readonly string[] => parametersAt(place).map((parameter) => String(parameter['name']));
  const operations = Object.keys(document.paths).flatMap((path) =>
    methods.flatMap((method): readonly Operation[] => {
      const place = `/paths/${escapePointer(path)}/${method}`;
      const operation = lookUp(place)?.value;
      if (operation === undefined) return [];
      return [
        {
          id: String(operation['operationId']),
          method: method.toUpperCase(),
          path,
          scope: operation['x-scope'] as string | undefined,
          statuses: Object.keys(lookUp(`${place}/responses`)?.value ?? {}).map(Number),
          hasLimit: parameterNames(place).includes('limit'),
          parameters: parameterNames(place),
          query: parametersAt(place).flatMap((parameter) => (parameter['in'] === 'query' ? [String(parameter['name'])] : [])),
          takesJson: lookUp(`${place}/requestBody/content/application~1json`) !== undefined,
        },
      ];
    }),
  );
  const operationAt = (method: string, pathname: string) =>
    operations
      .filter((operation) => operation.method === method && patternOf(operation.path).test(pathname))
      .sort((a, b) => a.path.split('{').length - b.path.split('{').length)[0];

  const violations = (exchange: Exchange): readonly string[] => {
    const operation = operationAt(exchange.method, exchange.url.pathname);
    if (operation === undefined) return [`no operation has this address`];
    const place = `/paths/${escapePointer(operation.path)}/${operation.method.toLowerCase()}`;
    const response = lookUp(`${place}/responses/${exchange.status}`);
    if (response === undefined) return [`the status ${exchange.status} is not described: ${exchange.body.slice(0, 300)}`];
    const asked = exchange.status < 400 ? requestViolations(place, exchange) : [];
    return [...asked, ...headerViolations(response.pointer, exchange), ...bodyViolations(response.pointer, exchange)];
  };

  /** A request that the server took must be one that the description allows. */
  const requestViolations = (place: string, exchange: Exchange): readonly string[] => {
    const stray = [...exchange.url.searchParams.keys()].filter((name) => !parameterNames(place).includes(name));
    const strayed = stray.map((name) => `the parameter "${name}" is not described`);
    if (exchange.requestBody === null) return strayed;
    const type = mediaType(exchange.requestType);
    const content = lookUp(`${place}/requestBody/content/${escapePointer(type)}`);
    if (content === undefined) return [...strayed, `a request body of type ${type} is not described`];
    if (type !== 'application/json') return strayed;
    const said = complaints(`${content.pointer}/schema`, JSON.parse(exchange.requestBody));
    return [...strayed, ...said.map((complaint) => `request body: ${complaint}`)];
  };

  const headerViolations = (pointer: string, { headers }: Exchange): readonly string[] =>
    Object.keys(lookUp(`${pointer}/headers`)?.value ?? {}).flatMap((name) => {
      const header = lookUp(`${pointer}/headers/${name}`) ?? fail(`the header ${name} is described nowhere`);
      const value = headers.get(name);
      if (value === null) return header.value['required'] === true ? [`the header ${name} is missing`] : [];
      return complaints(`${header.pointer}/schema`, value).map((complaint) => `header ${name} (${value}): ${complaint}`);
    });

  const bodyViolations = (pointer: string, { headers, body }: Exchange): readonly string[] => {
    const types = Object.keys(lookUp(`${pointer}/content`)?.value ?? {});
    if (types.length === 0) return body === '' ? [] : ['a body came where none is described'];
    const type = mediaType(headers.get('content-type'));
    if (!types.includes(type)) return [`a body of type "${type}" is not described`];
    const value: unknown = type.endsWith('json') ? JSON.parse(body) : body;
    return complaints(`${pointer}/content/${escapePointer(type)}/schema`, value);
  };

  const operation = (id: string) => operations.find((each) => each.id === id) ?? fail(`openapi.yaml has no operation ${id}`);
  return { operations, operation, operationAt, violations };
}

interface Located {
  /** Where it really stands, once references have been followed. */
  readonly pointer: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** Resolves JSON pointers (RFC 6901) into the document through `$ref`s. */
function pointersOf(document: unknown): (pointer: string) => Located | undefined {
  const lookUp = (pointer: string): Located | undefined => {
    let at = '';
    let value: unknown = document;
    for (const step of pointer.split('/').slice(1)) {
      value = (value as Record<string, unknown>)[step.replaceAll('~1', '/').replaceAll('~0', '~')];
      if (typeof value !== 'object' || value === null) return undefined;
      at = `${at}/${step}`;
      const reference = (value as Record<string, unknown>)['$ref'];
      if (typeof reference === 'string') {
        const target = lookUp(reference.slice(1)) ?? fail(`${reference} refers to nothing`);
        at = target.pointer;
        value = target.value;
      }
    }
    return { pointer: at, value: value as Record<string, unknown> };
  };
  return lookUp;
}

function escapePointer(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1');
}

function patternOf(path: string): RegExp {
  // A tile's path has slashes of its own.
  return new RegExp(`^${path.replace('{tilePath}', '.+').replaceAll(/\{[^}]+\}/g, '[^/]+')}$`);
}

function mediaType(header: string | null): string {
  return (header ?? '').split(';')[0]?.trim() ?? '';
}

function fail(message: string): never {
  throw new Error(message);
}
