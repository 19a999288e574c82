import { describe, expect, it } from '@jest/globals';
import { DAY_MS, MINUTE_MS, plusMs, SECOND_MS } from '../../../src/kernel/index.ts';
import { type Craft, OBJECT_ID, type Signer, sha512, TENANT_ID } from './crafted-response.ts';
import { change, next, samlStage, START } from './saml-stage.ts';

const OTHER = '7f3c1e52-0000-4000-8000-00000000dddd';
const stage = samlStage();

it.each<{ name: string; craft: Craft; key?: Signer }>([
  { name: 'is as Entra makes it', craft: {} },
  { name: 'is signed by the next certificate', craft: {}, key: next },
  { name: 'is signed with SHA-512', craft: { algorithms: sha512 } },
  { name: 'has its response signed too', craft: { signsResponse: true } },
  { name: 'came with line ends of another system', craft: { document: change('<samlp:Status>', '\r\n<samlp:Status>') } },
  { name: 'comes from a clock that is 59 seconds ahead', craft: { laterMs: 59 * SECOND_MS } },
  { name: 'ended 59 seconds ago', craft: { laterMs: -60 * MINUTE_MS - 59 * SECOND_MS } },
])('an answer is taken when it $name: what is refused below is refused for its fault', async ({ craft, key }) => {
  expect(await stage.comeBack(craft, key)).toMatchObject({ status: 200 });
  expect(await stage.sessions()).toBe(1);
});

it('asks for what it will take: by redirect, with its own name and address, for no special kind of sign-in', async () => {
  const asked = await stage.begin();
  const base = `${stage.server().url}/sign-in/${stage.workspaceId()}/saml`;
  expect(asked).toMatchObject({ acsUrl: base, entityId: `${base}/metadata`, id: expect.stringMatching(/^_[0-9a-f]{40}$/) });
  expect(asked.xml).not.toMatch(/RequestedAuthnContext|Format=/);
});

describe('a document', () => {
  it.each<{ name: string; document: (xml: string) => string }>([
    { name: 'has a document type', document: (xml) => `<!DOCTYPE x>${xml}` },
    { name: 'has an entity', document: (xml) => `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${xml.replace('Ada', '&e;')}` },
    { name: 'has a comment within a name', document: change('ada@contoso.example', 'ada@contoso.example<!-- -->.evil.example') },
    { name: 'has CDATA within a name', document: change('ada@contoso.example', '<![CDATA[ada@contoso.example]]>') },
    { name: 'has a processing instruction', document: change('<samlp:Status>', '<?x y?><samlp:Status>') },
    { name: 'is not well-formed', document: (xml) => `${xml}</x>` },
    { name: 'is no response', document: (xml) => xml.replaceAll('samlp:Response', 'samlp:LogoutResponse') },
    { name: 'is a response in another namespace', document: change('SAML:2.0:protocol', 'SAML:1.0:protocol') },
    { name: 'is empty', document: () => '<a/>' },
  ])('is refused when it $name', async ({ document }) => {
    await stage.expectRefusal(stage.comeBack({ document }), /does not hold/);
  });

  it.each([
    { name: 'no Base64', response: '<a/>' },
    { name: 'nothing', response: '' },
    { name: 'no UTF-8', response: Buffer.from([0x3c, 0xff]).toString('base64') },
    { name: 'larger than any answer', response: 'A'.repeat(300_000) },
    { name: 'mostly space', response: `A${' '.repeat(250_000)}!` },
  ])('is refused when it is $name', async ({ response }) => {
    await stage.expectRefusal(
      stage.answerWith(() => response),
      /does not hold/,
    );
  });

  it("is not read when it is far larger: that is the provider's page in the browser, not ours", async () => {
    expect((await stage.answerWith(() => 'A'.repeat(400_000))).status).toBe(413);
  });
});

describe('an assertion that is signed as it should be', () => {
  it.each<{ name: string; assertion: (xml: string) => string; because: RegExp }>([
    { name: 'is by another issuer', assertion: change(/<Issuer>[^<]*/, '<Issuer>https://sts.windows.net/x/'), because: /another issuer/ },
    { name: 'names no issuer', assertion: change(/<Issuer>[^<]*/, '<Issuer>'), because: /another issuer/ },
    { name: 'is of another tenant by its claim', assertion: change(`>${TENANT_ID}<`, `>${OTHER}<`), because: /another tenant/ },
    { name: 'names no tenant', assertion: change('claims/tenantid', 'claims/x'), because: /another tenant/ },
    {
      name: 'names two tenants',
      assertion: change(`>${TENANT_ID}<`, `>${TENANT_ID}</AttributeValue><AttributeValue>${OTHER}<`),
      because: /another tenant/,
    },
    { name: 'names no object of the directory', assertion: change('claims/objectidentifier', 'claims/x'), because: /which object/ },
    { name: 'names an object that is none', assertion: change(OBJECT_ID, 'ada'), because: /which object/ },
    {
      name: 'names the person twice',
      assertion: change(
        /<Attribute Name="[^"]*objectidentifier">/,
        `<Attribute Name="http://schemas.microsoft.com/identity/claims/objectidentifier"><AttributeValue>${OTHER}</AttributeValue></Attribute><Attribute Name="http://schemas.microsoft.com/identity/claims/objectidentifier">`,
      ),
      because: /which object/,
    },
    {
      name: 'is for another application',
      assertion: change(/<Audience>[^<]*/, '<Audience>https://other.example'),
      because: /audience|another application/,
    },
    {
      name: 'is for nobody in particular',
      assertion: change(/<AudienceRestriction>.*<\/AudienceRestriction>/, ''),
      because: /udience|another application/,
    },
    {
      name: 'is for us and, in a second restriction, for another',
      assertion: change(
        '</Conditions>',
        '<AudienceRestriction><Audience>https://other.example</Audience></AudienceRestriction></Conditions>',
      ),
      because: /audience|another application/,
    },
    { name: 'has no conditions', assertion: change(/<Conditions .*<\/Conditions>/, ''), because: /does not hold/ },
    {
      name: 'has a condition that nobody knows',
      assertion: change('</Conditions>', '<Condition></Condition></Conditions>'),
      because: /condition that is not known/,
    },
    {
      name: 'never ends',
      assertion: change(/(<Conditions NotBefore="[^"]*") NotOnOrAfter="[^"]*"/, '<Conditions'),
      because: /does not hold/,
    },
    {
      name: 'counts for longer than a day',
      assertion: change(/NotOnOrAfter="[^"]*"><AudienceR/, `NotOnOrAfter="${plusMs(START, DAY_MS + 61 * SECOND_MS)}"><AudienceR`),
      because: /longer than a day/,
    },
    {
      name: 'counts to the end of time',
      assertion: change(/NotOnOrAfter="[^"]*"><AudienceR/, 'NotOnOrAfter="9999-12-31T23:59:59.999Z"><AudienceR'),
      because: /longer than a day/,
    },
    {
      name: 'is confirmed to the end of time',
      assertion: change(/NotOnOrAfter="[^"]*" R/, 'NotOnOrAfter="9999-12-31T23:59:59.999Z" R'),
      because: /nothing confirms/,
    },
    { name: 'says times that are none', assertion: change(/NotBefore="[^"]*"/, 'NotBefore="yesterday"'), because: /does not hold/ },
    { name: 'was to be confirmed otherwise', assertion: change('cm:bearer', 'cm:holder-of-key'), because: /nothing confirms/ },
    {
      name: 'was sent to another address',
      assertion: change(/Recipient="[^"]*"/, 'Recipient="https://other.example"'),
      because: /nothing confirms/,
    },
    {
      name: 'confirms another request',
      assertion: change(/InResponseTo="[^"]*"/, 'InResponseTo="_other"'),
      because: /InResponseTo|nothing confirms/,
    },
    { name: 'confirms no request', assertion: change(/InResponseTo="[^"]*" /, ''), because: /nothing confirms/ },
    {
      name: 'is confirmed without an end',
      assertion: change(/(InResponseTo="[^"]*") NotOnOrAfter="[^"]*"/, 'InResponseTo="x"'),
      because: /does not hold/,
    },
    {
      name: 'is confirmed no longer',
      assertion: (xml) => xml.replace(/( NotOnOrAfter=")[^"]*(" Recipient)/, `$1${plusMs(START, -MINUTE_MS)}$2`),
      because: /confirm/,
    },
    { name: 'is of an older version', assertion: change('Version="2.0"', 'Version="1.1"'), because: /not SAML 2.0/ },
    { name: 'says of no sign-in', assertion: change(/<AuthnStatement.*<\/AuthnStatement>/, ''), because: /nobody has signed in/ },
    {
      name: 'takes an invitation by the mail claim and the name id',
      assertion: change(
        'claims/name"><AttributeValue>ada@contoso.example',
        'claims/name"><AttributeValue>mallory@contoso.example</AttributeValue></Attribute><Attribute Name="http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"><AttributeValue>ada@contoso.example',
      ),
      because: /open invitation|bound|nobody/i,
    },
  ])('is refused when it $name', async ({ assertion, because, name }) => {
    if (name.startsWith('takes an invitation'))
      await stage.db().owner.query('update administrator set tenant_id = null, object_id = null, bound_at = null');
    await stage.expectRefusal(stage.comeBack({ assertion }), because);
  });

  it.each<{ name: string; document: (xml: string) => string; because: RegExp }>([
    {
      name: 'answers another request',
      document: change(/ InResponseTo="[^"]*"/, ' InResponseTo="_other"'),
      because: /another request, or none/,
    },
    { name: 'answers none', document: change(/ InResponseTo="[^"]*"/, ''), because: /another request, or none/ },
    {
      name: 'was sent to another address',
      document: change(/ Destination="[^"]*"/, ' Destination="https://other.example"'),
      because: /another address/,
    },
    { name: 'names no address', document: change(/ Destination="[^"]*"/, ''), because: /another address/ },
    {
      name: 'is by another issuer',
      document: change(/<Issuer xmlns="[^"]*">[^<]*/, '<Issuer xmlns="urn:oasis:names:tc:SAML:2.0:assertion">x'),
      because: /another issuer/,
    },
    { name: 'is of an older version', document: change('Version="2.0"', 'Version="1.1"'), because: /not SAML 2.0/ },
    {
      name: 'says no, with the code to look up',
      document: (xml) =>
        xml
          .replace(
            'status:Success"></samlp:StatusCode>',
            'status:Responder"></samlp:StatusCode><samlp:StatusMessage>AADSTS50105: not assigned</samlp:StatusMessage>',
          )
          .replace(/<Assertion .*<\/Assertion>/, ''),
      because: /refused \(Responder, AADSTS50105\)/,
    },
    { name: 'has no status', document: change(/<samlp:Status>.*<\/samlp:Status>/, ''), because: /refused/ },
  ])('is refused when the response around it $name', async ({ because, document }) => {
    await stage.expectRefusal(stage.comeBack({ document }), because);
  });

  it.each([
    { name: 'from a clock that is a minute and a second ahead', laterMs: 61 * SECOND_MS, because: /not yet valid|does not count yet/ },
    { name: 'that ended a minute ago', laterMs: -61 * MINUTE_MS, because: /expired|confirm/ },
  ])('is refused $name', async ({ because, laterMs }) => {
    await stage.expectRefusal(stage.comeBack({ laterMs }), because);
  });

  it('counts once by its id, until it has expired', async () => {
    const assertionId = '_the-same';
    expect(await stage.comeBack({ assertionId })).toMatchObject({ status: 200 });
    await stage.db().owner.query('delete from session');
    await stage.expectRefusal(stage.comeBack({ assertionId }), /assertion has been used before/);
    stage.clock.advance(61 * MINUTE_MS);
    expect(await stage.comeBack({ assertionId })).toMatchObject({ status: 200 });
    expect((await stage.db().owner.query('select 1 from sso_assertion')).count).toBe(1);
  });
});
