import { describe, expect, it } from '@jest/globals';
import { filterQuery, scimUrl } from '../../src/simulator/provisioning/scim-client.ts';

describe('scimUrl', () => {
  it.each([
    { tenantUrl: 'https://a.example/scim', query: undefined, url: 'https://a.example/scim/Users' },
    { tenantUrl: 'https://a.example/scim/', query: 'startIndex=1', url: 'https://a.example/scim/Users?startIndex=1' },
    { tenantUrl: 'https://a.example/scim?aadOptscim062020', query: undefined, url: 'https://a.example/scim/Users?aadOptscim062020' },
    {
      tenantUrl: 'https://a.example/scim/?aadOptscim062020',
      query: 'count=5',
      url: 'https://a.example/scim/Users?count=5&aadOptscim062020',
    },
  ])('addresses /Users under $tenantUrl', ({ tenantUrl, query, url }) => {
    expect(scimUrl(tenantUrl, '/Users', query)).toBe(url);
  });
});

describe('filterQuery', () => {
  it('writes spaces as + and quotes as %22', () => {
    expect(filterQuery(['userName', 'ada@contoso.example'])).toBe('filter=userName+eq+%22ada%40contoso.example%22');
  });

  it('escapes quotes within the value', () => {
    expect(new URLSearchParams(filterQuery(['displayName', 'the "A" team'])).get('filter')).toBe('displayName eq "the \\"A\\" team"');
  });

  it('joins terms with and', () => {
    expect(new URLSearchParams(filterQuery(['id', '1'], ['manager', '2'])).get('filter')).toBe('id eq "1" and manager eq "2"');
  });
});
