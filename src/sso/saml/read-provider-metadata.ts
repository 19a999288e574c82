import { refuse } from '../../kernel/index.ts';
import { readCertificate, type SigningCertificate } from './certificate.ts';
import { readXml, type XmlElement, XmlError } from './read-xml.ts';
import { HTTP_REDIRECT, METADATA, XMLDSIG } from './saml-names.ts';
import { childrenOf, onlyChild } from './xml-element.ts';

/** What an identity provider says of itself (SAML metadata §2.4.3). */
export interface ProviderMetadata {
  readonly entityId: string;
  /** Where a browser is redirected to with a request. */
  readonly ssoUrl: string;
  readonly certificates: readonly SigningCertificate[];
}

/**
 * Reads an identity provider's metadata: "Federation Metadata XML" in Entra. Its own signature is not looked at: whoever brings it
 * vouches for it, or the login host that it was read from. Throws DomainError `invalid-request` with what is wrong.
 */
export function readProviderMetadata(xml: string): ProviderMetadata {
  const root = readRoot(xml);
  const provider =
    onlyChild(root, METADATA, 'IDPSSODescriptor') ?? refuseMetadata('it describes no identity provider for single sign-on, or several');
  const services = childrenOf(provider, METADATA, 'SingleSignOnService').filter(
    ({ attributes }) => attributes.get('Binding') === HTTP_REDIRECT,
  );
  const ssoUrl = services[0]?.attributes.get('Location') ?? refuseMetadata('it has no address for sign-ins by redirect');
  const entityId = root.attributes.get('entityID') ?? refuseMetadata('it has no entity id');
  return { entityId, ssoUrl, certificates: certificatesOf(provider) };
}

function readRoot(xml: string): XmlElement {
  try {
    const root = readXml(xml);
    if (root.namespace === METADATA && root.name === 'EntityDescriptor') return root;
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    refuseMetadata(error.message);
  }
  return refuseMetadata('it is not the description of one entity');
}

function certificatesOf(provider: XmlElement): readonly SigningCertificate[] {
  const keys = childrenOf(provider, METADATA, 'KeyDescriptor').filter(
    ({ attributes }) => (attributes.get('use') ?? 'signing') === 'signing',
  );
  const texts = keys
    .flatMap((key) => childrenOf(key, XMLDSIG, 'KeyInfo'))
    .flatMap((info) => childrenOf(info, XMLDSIG, 'X509Data'))
    .flatMap((data) => childrenOf(data, XMLDSIG, 'X509Certificate'))
    .map(({ text }) => text.replaceAll(/\s/g, ''));
  const certificates = [...new Set(texts)].map(
    (text) =>
      readCertificate(Buffer.from(text, 'base64')) ??
      refuseMetadata('a signing certificate cannot be read, or its key is no RSA key of 2048 bits or more'),
  );
  if (certificates.length === 0) refuseMetadata('it has no signing certificate');
  return certificates;
}

function refuseMetadata(because: string): never {
  return refuse('invalid-request', {
    detail: `The metadata cannot be used: ${because}.`,
    next: 'Take the Federation Metadata XML of the enterprise application (Single sign-on, SAML Certificates).',
  });
}
