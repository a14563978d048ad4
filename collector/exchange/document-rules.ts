/** What a document of each variant must look like: our own schema, to be confirmed by the official annex. */
import type { ExchangeVariant } from './av-report.ts';

export interface ElementRule {
  /** Prefix by which namespaces are named here; left out: in no namespace. */
  space?: 'edXML' | 'soapenv' | 'ds' | undefined;
  /** How often: least and most. */
  times: readonly [min: number, max: number];
  attributes?: Readonly<Record<string, RegExp>> | undefined;
  /** Of text, where there are no children. */
  text?: RegExp | undefined;
  children?: Readonly<Record<string, ElementRule>> | undefined;
  /** What is inside is not looked at. */
  isOpaque?: true | undefined;
}

const ONCE = [1, 1] as const;
const MAYBE = [0, 1] as const;
const MANY = [0, 1_000_000] as const;

const LINE = /^.{0,512}$/su;
const WORDS = /^(?=.*\S).{1,512}$/su;
const COUNT = /^\d{1,15}$/;
const EPOCH = /^(\d{9,11})?$/;
const FLAG = /^[01]$/;
const ADDRESS = /^[0-9A-Fa-f:.]{0,45}(%[\w.-]{1,32})?$/;
const HASH = /^([0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64})?$/;
const PORT = /^(\d{1,5})?$/;

const text = (pattern: RegExp, times: ElementRule['times'] = ONCE): ElementRule => ({ times, text: pattern });
const part = (
  children: NonNullable<ElementRule['children']>,
  times: ElementRule['times'] = ONCE,
): ElementRule => ({ times, children });
const machines = (children: NonNullable<ElementRule['children']>): ElementRule =>
  part({ Machine: { times: MANY, attributes: { ip: ADDRESS, name: WORDS }, children } });

function reportRule(variant: ExchangeVariant): ElementRule {
  const added = (children: Readonly<Record<string, ElementRule>>) =>
    variant === 'soap-2026' ? children : {};
  return {
    times: ONCE,
    attributes: { name: WORDS },
    children: {
      Datetime: text(/^\d{9,11}$/),
      Malware: machines({
        MalwareInfo: part(
          {
            MalwareName: text(WORDS),
            MalwareType: text(LINE),
            MalwareBehavior: text(LINE),
            TypeOfDevice: text(LINE),
            NumberFile: text(COUNT),
            ...added({ PathFile: text(LINE), HashFile: text(HASH) }),
          },
          MANY,
        ),
      }),
      Connection: machines({
        ConnectionInfo: part(
          {
            Program: text(LINE),
            md5: text(/^([0-9a-fA-F]{32})?$/),
            Sha2: text(/^([0-9a-fA-F]{64})?$/),
            TargetIP: text(WORDS),
            ...added({ TargetPort: text(PORT) }),
          },
          MANY,
        ),
      }),
      Vulnerability: machines({ VulnerabilityInfo: part({ Name: text(WORDS), OSName: text(LINE) }, MANY) }),
      OS: machines({ OSName: text(LINE), LastUpdate: text(EPOCH) }),
      Update: part({ NumberMachineNotUpdateOn15Day: text(COUNT) }),
      QualityFeature: machines({ AutoProtect: text(FLAG, MAYBE), EnableFirewall: text(FLAG, MAYBE) }),
    },
  };
}

const edxml = (rule: ElementRule): ElementRule => ({ ...rule, space: 'edXML' });

const HEADER: Readonly<Record<string, ElementRule>> = {
  MessageHeader: edxml(
    part({
      From: edxml(
        part({
          OrganId: edxml(text(/^\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}$/)),
          OrganName: edxml(text(WORDS)),
          OrganAdd: edxml(text(LINE)),
          Email: edxml(text(LINE)),
          Telephone: edxml(text(LINE)),
          Fax: edxml(text(LINE)),
          Website: edxml(text(LINE)),
        }),
      ),
      Subject: edxml(text(WORDS)),
    }),
  ),
  Signature: { space: 'ds', times: MAYBE, isOpaque: true },
};

/** By the name of the root element. */
export const DOCUMENT_RULES: Readonly<Record<ExchangeVariant, Readonly<Record<string, ElementRule>>>> = {
  'edxml-2018': {
    edXMLEnvelope: edxml(
      part({
        edXMLHeader: edxml(part(HEADER)),
        edXMLBody: edxml(part({ AVReport: reportRule('edxml-2018') })),
      }),
    ),
  },
  'soap-2026': {
    Envelope: {
      ...part({
        Header: { ...part(HEADER), space: 'soapenv' },
        Body: { ...part({ AVReport: reportRule('soap-2026') }), space: 'soapenv' },
      }),
      space: 'soapenv',
    },
  },
};
