import { describe, expect, it } from '@jest/globals';
import { refusals } from '../../src/kernel/index.ts';
import { microsoftClouds, scopes } from '../../src/platform/index.ts';
import { roleSources } from '../../src/scim-protocol/index.ts';
import { ruleTable, timingOutcomes } from '../../src/verdict/index.ts';
import { describeApi, readDocument } from './api-description.ts';
import { routeOf, routesIn, routesInSource } from './routes-in-source.ts';

const document = readDocument();
const description = describeApi(document);
const { operations } = description;
const changing = operations.filter(({ method, scope }) => scope !== undefined && method !== 'GET');
const PROBLEMS = 'https://rollcall.example/problems/';

describe('openapi.yaml beside the code', () => {
  const described = (paths: readonly { readonly method: string; readonly path: string }[]) =>
    paths.map(({ method, path }) => routeOf(method, path)).sort();

  it('describes every route that the code declares, and no other', () => {
    expect(routesInSource().length).toBeGreaterThan(40);
    expect(described(operations)).toEqual([...routesInSource()].sort());
  });

  it('misses a route that is new in the code', () => {
    const planted = routesIn('roster-routes.ts', "  router.post(\n    '/roster/imports/:id/undo',\n    undo);");
    expect(planted).toEqual(['POST /api/v1/workspaces/{}/roster/imports/{}/undo']);
    expect(described(operations)).not.toContain(planted[0]);
  });

  it.each(['Idempotency-Key', 'Rollcall-Reason'])('describes %s for every change, and for nothing else', (header) => {
    expect(operations.filter(({ parameters }) => parameters.includes(header))).toEqual(changing);
  });

  it.each([
    { schema: 'PrincipalScope', list: scopes },
    { schema: 'MicrosoftCloud', list: microsoftClouds },
    { schema: 'RoleSource', list: roleSources },
    { schema: 'RuleId', list: ruleTable.map(({ rule }) => rule) },
    { schema: 'Verdict', list: ruleTable.map(({ verdict }) => verdict) },
    { schema: 'TimingOutcome', list: timingOutcomes },
  ])('lists in $schema what the code lists', ({ schema, list }) => {
    expect(document.components.schemas[schema]?.['enum']).toEqual([...list]);
  });

  it('closes every object, so that a member too many shows', () => {
    const isOpen = (schema: Readonly<Record<string, unknown>>) =>
      schema['properties'] !== undefined && schema['additionalProperties'] === undefined && schema['unevaluatedProperties'] === undefined;
    const open = Object.entries(document.components.schemas).filter(([, schema]) => objectsIn(schema).some(isOpen));
    // Four are closed by the schemas that build on them; the identity provider may add to its answer what it likes.
    expect(open.map(([name]) => name).sort()).toEqual([
      'AuthorizationAnswer',
      'DirectoryRunShown',
      'Problem',
      'RosterImportShown',
      'RosterSummary',
    ]);
  });

  it.each(Object.entries(document.components.schemas).filter(([name]) => name.endsWith('Problem') && name !== 'Problem'))(
    'gives %s codes of its status',
    (_name, schema) => {
      const { type, status } = schema['properties'] as Record<string, { readonly const?: unknown; readonly enum?: readonly unknown[] }>;
      const codes = (type?.enum ?? [type?.const]).map((text) => String(text).slice(PROBLEMS.length));
      for (const code of codes) expect(refusals).toHaveProperty(code, expect.objectContaining({ status: status?.const }));
    },
  );
});

describe('the comparison', () => {
  it('tells an answer from one that is described otherwise', () => {
    const changed = structuredClone<unknown>(document) as {
      components: { schemas: { Healthy: { properties: { status: { const: string } } } } };
    };
    changed.components.schemas.Healthy.properties.status.const = 'fine';
    const exchange = {
      method: 'GET',
      url: new URL('http://127.0.0.1/healthz'),
      requestType: null,
      requestBody: null,
      status: 200,
      headers: new Headers({ 'content-type': 'application/json' }),
      body: '{"status":"ok"}',
    };
    expect(description.violations(exchange)).toEqual([]);
    expect(describeApi(changed as never).violations(exchange)).toEqual(['/status must be equal to constant']);
    expect(description.violations({ ...exchange, body: '{"status":"ok","load":1}' })).toEqual([' must NOT have additional properties']);
    expect(description.violations({ ...exchange, status: 418 })).toEqual([expect.stringContaining('418 is not described')]);
    expect(description.violations({ ...exchange, url: new URL('http://127.0.0.1/heal') })).toEqual(['no operation has this address']);
    expect(description.violations({ ...exchange, url: new URL('http://127.0.0.1/healthz?deep=1') })).toEqual([
      'the parameter "deep" is not described',
    ]);
  });
});

/** Every schema within a schema, itself included. */
function objectsIn(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value as Readonly<Record<string, unknown>>, ...Object.values(value).flatMap(objectsIn)];
}
