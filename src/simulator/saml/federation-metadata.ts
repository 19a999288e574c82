import { canonicalAttribute } from './canonical-xml.ts';
import type { SamlContext } from './saml-context.ts';
import { samlIssuer } from './saml-response.ts';

/** What the identity provider says of itself: "Federation Metadata XML", without the parts for WS-Federation. */
export function federationMetadata({ key, tenant, url }: SamlContext): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<EntityDescriptor ID="_${tenant.id}" entityID="${samlIssuer(tenant.id)}" xmlns="urn:oasis:names:tc:SAML:2.0:metadata">
  <IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <KeyDescriptor use="signing">
      <KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#">
        <X509Data><X509Certificate>${key().certificate.toString('base64')}</X509Certificate></X509Data>
      </KeyInfo>
    </KeyDescriptor>
    <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${canonicalAttribute(`${url}/${tenant.id}/saml2`)}"/>
    <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${canonicalAttribute(`${url}/${tenant.id}/saml2`)}"/>
  </IDPSSODescriptor>
</EntityDescriptor>
`;
}
