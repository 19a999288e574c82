import { createHash, createSign } from 'node:crypto';
import type { SamlKey } from './saml-key.ts';

const XMLDSIG = 'http://www.w3.org/2000/09/xmldsig#';
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';

/**
 * An assertion with an enveloped signature behind its issuer, where SAML wants it. The assertion has to come in exclusive canonical form,
 * with `ID` as given: what is digested is then its very text, and no reader of XML is needed.
 */
export function signAssertion(assertion: string, id: string, key: SamlKey): string {
  const digest = createHash('sha256').update(assertion, 'utf8').digest('base64');
  const parts = [
    `<CanonicalizationMethod Algorithm="${EXCLUSIVE}"></CanonicalizationMethod>`,
    '<SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></SignatureMethod>',
    `<Reference URI="#${id}"><Transforms><Transform Algorithm="${XMLDSIG}enveloped-signature"></Transform>`,
    `<Transform Algorithm="${EXCLUSIVE}"></Transform></Transforms>`,
    `<DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></DigestMethod><DigestValue>${digest}</DigestValue></Reference>`,
  ].join('');
  const value = createSign('RSA-SHA256')
    .update(`<SignedInfo xmlns="${XMLDSIG}">${parts}</SignedInfo>`, 'utf8')
    .sign(key.privateKey, 'base64');
  const keyInfo = `<KeyInfo><X509Data><X509Certificate>${key.certificate.toString('base64')}</X509Certificate></X509Data></KeyInfo>`;
  const signature = `<Signature xmlns="${XMLDSIG}"><SignedInfo>${parts}</SignedInfo><SignatureValue>${value}</SignatureValue>${keyInfo}</Signature>`;
  return assertion.replace('</Issuer>', () => `</Issuer>${signature}`);
}
