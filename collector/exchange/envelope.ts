/** A report in its envelope, signed or not. Both envelopes are as public implementations tell them: to be confirmed by the annex. */
import type { CanonicalXml, Namespaces, XmlElement } from './canonical-xml.ts';
import { writeCanonical } from './canonical-xml.ts';
import type { DocumentSettings } from './exchange-settings.ts';
import { SOAP_NAMESPACE } from './namespaces.ts';
import { signatureOver, type Signer } from './xml-signature.ts';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** Elements under the names that settings give them; prefixes stay. */
function renamed(element: XmlElement, names: Readonly<Record<string, string>>): XmlElement {
  const at = element.name.indexOf(':') + 1;
  const local = element.name.slice(at);
  const name = element.name.slice(0, at) + (Object.hasOwn(names, local) ? names[local] : local);
  const { content } = element;
  return {
    ...element,
    name,
    content:
      typeof content === 'object'
        ? content.map((one) => ('canonical' in one ? one : renamed(one, names)))
        : content,
  };
}

/** The document as text, ready for a file or the wire. */
export function writeEnvelope(
  report: XmlElement,
  settings: DocumentSettings,
  signer: Signer | undefined,
): string {
  const namespaces: Namespaces = { edXML: settings.namespace, soapenv: SOAP_NAMESPACE };
  const write = (signature: readonly CanonicalXml[]): string =>
    writeCanonical(renamed(envelope(report, settings, signature), settings.names), namespaces);
  if (signer === undefined) return `${DECLARATION}${write([])}\n`;
  // The place of the signature is a line of its own: without it that line is empty, which the digest counts.
  const signature = signatureOver(write([{ canonical: '' }]), signer);
  return `${DECLARATION}${write([{ canonical: signature }])}\n`;
}

function envelope(
  report: XmlElement,
  { variant, organisation, subject }: DocumentSettings,
  signature: readonly CanonicalXml[],
): XmlElement {
  const from: XmlElement = {
    name: 'edXML:From',
    content: [
      { name: 'edXML:OrganId', content: organisation.id },
      { name: 'edXML:OrganName', content: organisation.name },
      { name: 'edXML:OrganAdd', content: organisation.address },
      { name: 'edXML:Email', content: organisation.email },
      { name: 'edXML:Telephone', content: organisation.telephone },
      { name: 'edXML:Fax', content: organisation.fax },
      { name: 'edXML:Website', content: organisation.website },
    ],
  };
  const header: XmlElement = {
    name: 'edXML:MessageHeader',
    content: [from, { name: 'edXML:Subject', content: subject }],
  };
  if (variant === 'edxml-2018')
    return {
      name: 'edXML:edXMLEnvelope',
      content: [
        { name: 'edXML:edXMLHeader', content: [header, ...signature] },
        { name: 'edXML:edXMLBody', content: [report] },
      ],
    };
  return {
    name: 'soapenv:Envelope',
    content: [
      { name: 'soapenv:Header', content: [header, ...signature] },
      { name: 'soapenv:Body', content: [report] },
    ],
  };
}
