/** Holds a document against the schema of its variant: every fault with line and path, the first of them listed, all counted. */
import { localName, scanXml, XmlError, type XmlAttribute } from '../normalize/xml.ts';
import { EXCHANGE_VARIANTS, type ExchangeVariant } from './av-report.ts';
import { DOCUMENT_RULES, type ElementRule } from './document-rules.ts';
import { SIGNATURE_NAMESPACE, SOAP_NAMESPACE } from './namespaces.ts';

export const DOCUMENT_LIMITS = {
  bytesMax: 256 * 1_048_576,
  elementsMax: 4_000_000,
  faultsListedMax: 100,
} as const;

export type DocumentFaultCode =
  | 'not-xml'
  | 'unknown-document'
  | 'unknown-element'
  | 'wrong-namespace'
  | 'missing-element'
  | 'too-often'
  | 'unknown-attribute'
  | 'missing-attribute'
  | 'bad-attribute'
  | 'bad-text';

export interface DocumentFault {
  /** From 1. */
  line: number;
  /** e.g. `edXMLEnvelope/edXMLBody/AVReport/OS/Machine[3]/@ip` */
  path: string;
  code: DocumentFaultCode;
  /** What stands there, or is missing; at most 80 characters. */
  what: string;
}

export interface DocumentReport {
  variant: ExchangeVariant | undefined;
  machines: number;
  isSigned: boolean;
  faults: readonly DocumentFault[];
  faultCount: number;
}

export interface DocumentNames {
  /** Of the prefix edXML. */
  namespace: string;
  /** Names of elements, by the name that the schema gives them. */
  names: Readonly<Record<string, string>>;
}

interface Frame {
  rule: ElementRule | undefined;
  path: string;
  line: number;
  prefixes: ReadonlyMap<string, string>;
  seen: Map<string, number>;
  isOpaque: boolean;
}

const WHAT_CHARS_MAX = 80;

class Reading {
  variant: ExchangeVariant | undefined;
  machines = new Set<string>();
  isSigned = false;
  faults: DocumentFault[] = [];
  faultCount = 0;
  readonly #text: string;
  readonly #asked: DocumentNames;
  readonly #ownNames: ReadonlyMap<string, string>;
  readonly #frames: Frame[] = [];
  #line = 1;
  #nextBreak: number;

  constructor(text: string, asked: DocumentNames) {
    this.#text = text;
    this.#asked = asked;
    this.#nextBreak = text.indexOf('\n');
    this.#ownNames = new Map(Object.entries(asked.names).map(([own, other]) => [other, own]));
  }

  fault(code: DocumentFaultCode, path: string, what: string, line = this.#line): void {
    this.faultCount += 1;
    if (this.faults.length < DOCUMENT_LIMITS.faultsListedMax)
      this.faults.push({ line, path, code, what: what.slice(0, WHAT_CHARS_MAX) });
  }

  open(written: string, attributes: readonly XmlAttribute[], at: number): void {
    this.#moveTo(at);
    const above = this.#frames.at(-1);
    const local = localName(written);
    const name = this.#ownNames.get(local) ?? local;
    const prefixes = declaredIn(attributes, above?.prefixes ?? new Map());
    const count = (above?.seen.get(name) ?? 0) + 1;
    above?.seen.set(name, count);
    const path = above === undefined ? name : `${above.path}/${name}${count > 1 ? `[${count}]` : ''}`;
    const isOpaque = above?.isOpaque === true;
    const rule = isOpaque ? undefined : this.#ruleOf(name, above, path);
    this.#frames.push({
      rule,
      path,
      line: this.#line,
      prefixes,
      seen: new Map(),
      isOpaque: isOpaque || rule === undefined || rule.isOpaque === true,
    });
    if (rule === undefined) return;
    if (name === 'Signature') this.isSigned = true;
    if (name === 'Machine') this.machines.add(attributes.map(([key, value]) => `${key} ${value}`).join('\n'));
    this.#checkNamespace(rule, written, prefixes, path);
    if (count > rule.times[1]) this.fault('too-often', path, written);
    if (rule.isOpaque !== true) this.#checkAttributes(rule, attributes, path);
  }

  close(_name: string, text: string): void {
    const frame = this.#frames.pop();
    if (frame?.rule === undefined || frame.isOpaque) return;
    const { rule, path, line, seen } = frame;
    for (const [name, { times }] of Object.entries(rule.children ?? {}))
      if ((seen.get(name) ?? 0) < times[0]) this.fault('missing-element', path, name, line);
    if (rule.text === undefined ? text.trim() !== '' : !rule.text.test(text))
      this.fault('bad-text', path, text.trim(), line);
  }

  /** The next line break is looked for once, however many elements stand before it. */
  #moveTo(at: number): void {
    while (this.#nextBreak !== -1 && this.#nextBreak < at) {
      this.#line += 1;
      this.#nextBreak = this.#text.indexOf('\n', this.#nextBreak + 1);
    }
  }

  #ruleOf(name: string, above: Frame | undefined, path: string): ElementRule | undefined {
    if (above !== undefined) {
      const children = above.rule?.children ?? {};
      if (Object.hasOwn(children, name)) return children[name];
      this.fault('unknown-element', path, name);
      return undefined;
    }
    this.variant = EXCHANGE_VARIANTS.find((one) => Object.hasOwn(DOCUMENT_RULES[one], name));
    if (this.variant !== undefined) return DOCUMENT_RULES[this.variant][name];
    this.fault('unknown-document', path, name);
    return undefined;
  }

  #checkNamespace(
    { space }: ElementRule,
    written: string,
    prefixes: ReadonlyMap<string, string>,
    path: string,
  ): void {
    const colon = written.indexOf(':');
    const is = prefixes.get(colon === -1 ? '' : written.slice(0, colon)) ?? '';
    const spaces = { edXML: this.#asked.namespace, soapenv: SOAP_NAMESPACE, ds: SIGNATURE_NAMESPACE };
    if (is !== (space === undefined ? '' : spaces[space])) this.fault('wrong-namespace', path, is);
  }

  #checkAttributes(
    { attributes: rules = {} }: ElementRule,
    given: readonly XmlAttribute[],
    path: string,
  ): void {
    const told = given.filter(([name]) => name !== 'xmlns' && !name.startsWith('xmlns:'));
    for (const [name, value] of told) {
      const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
      if (rule === undefined) this.fault('unknown-attribute', `${path}/@${name}`, value);
      else if (!rule.test(value)) this.fault('bad-attribute', `${path}/@${name}`, value);
    }
    for (const name of Object.keys(rules))
      if (!told.some(([one]) => one === name)) this.fault('missing-attribute', path, name);
  }
}

function declaredIn(
  attributes: readonly XmlAttribute[],
  above: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const own = attributes.filter(([name]) => name === 'xmlns' || name.startsWith('xmlns:'));
  if (own.length === 0) return above;
  return new Map([...above, ...own.map(([name, value]) => [name.slice('xmlns:'.length), value] as const)]);
}

/** Never throws, whatever it is given. It does not say whether a signature is right. */
export function validateDocument(text: string, asked: DocumentNames): DocumentReport {
  const reading = new Reading(text, asked);
  try {
    scanXml(text, reading, DOCUMENT_LIMITS.elementsMax);
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    reading.fault('not-xml', '', error.message);
  }
  const { variant, machines, isSigned, faults, faultCount } = reading;
  return { variant, machines: machines.size, isSigned, faults, faultCount };
}
