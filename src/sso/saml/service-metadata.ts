import { escapeMarkup } from '../escape-markup.ts';
import { HTTP_POST, METADATA, PROTOCOL } from './saml-names.ts';

/** What this side says of itself, to be uploaded at the identity provider (SAML metadata §2.4.4). */
export function serviceMetadata(service: { readonly entityId: string; readonly acsUrl: string }): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<EntityDescriptor xmlns="${METADATA}" entityID="${escapeMarkup(service.entityId)}">
  <SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true" protocolSupportEnumeration="${PROTOCOL}">
    <AssertionConsumerService Binding="${HTTP_POST}" Location="${escapeMarkup(service.acsUrl)}" index="0" isDefault="true"/>
  </SPSSODescriptor>
</EntityDescriptor>
`;
}
