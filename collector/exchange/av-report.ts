/**
 * The report of machines to the national centre, as two public implementations tell it; the official annex was not seen, so names,
 * envelope and namespace are settings. Pure: facts in, elements out. Invariant: nothing here is longer or more than its limit, and
 * what was cut is counted.
 */
import type { XmlElement } from './canonical-xml.ts';

export const EXCHANGE_VARIANTS = ['edxml-2018', 'soap-2026'] as const;
export type ExchangeVariant = (typeof EXCHANGE_VARIANTS)[number];

export const REPORT_LIMITS = {
  machinesMax: 20_000,
  entriesPerMachineMax: 200,
  textCharsMax: 512,
} as const;

export interface ReportedMalware {
  name: string;
  type: string;
  behaviour: string;
  files: number;
  path: string;
  hash: string;
}

export interface ReportedConnection {
  program: string;
  md5: string;
  sha256: string;
  targetAddress: string;
  targetPort: string;
}

export interface ReportedMachine {
  hostname: string;
  address: string;
  osName: string;
  /** When it was last patched: milliseconds since 1970; null: not known. */
  patchedMs: number | null;
  malware: readonly ReportedMalware[];
  connections: readonly ReportedConnection[];
  /** Names of weaknesses that are open. */
  vulnerabilities: readonly string[];
  /** Null: not known. */
  antivirusOn: boolean | null;
  firewallOn: boolean | null;
}

export interface ReportFacts {
  /** The period, and when the facts were read: milliseconds since 1970. */
  fromMs: number;
  toMs: number;
  madeMs: number;
  machines: readonly ReportedMachine[];
  /** Machines that were not patched for 15 days, of those of which it is known. */
  notUpdated: number;
  /** Machines of which it is not known. */
  updateUnknown: number;
}

/** What the limits left out. */
export interface ReportCuts {
  machines: number;
  entries: number;
}

const cut = (text: string): string => text.slice(0, REPORT_LIMITS.textCharsMax);
/** The annex is said to know 1 and 0; what is not known is left out. */
const flag = (name: string, value: boolean | null): XmlElement[] =>
  value === null ? [] : [{ name, content: value ? 1 : 0 }];

/** @param name of an element, which settings may replace */
export function reportElement(
  facts: ReportFacts,
  variant: ExchangeVariant,
  reportName: string,
): { element: XmlElement; cuts: ReportCuts } {
  const { machinesMax, entriesPerMachineMax } = REPORT_LIMITS;
  const machines = facts.machines.slice(0, machinesMax);
  const cuts: ReportCuts = { machines: facts.machines.length - machines.length, entries: 0 };
  const isNew = variant === 'soap-2026';
  const some = <T>(entries: readonly T[]): readonly T[] => {
    cuts.entries += Math.max(0, entries.length - entriesPerMachineMax);
    return entries.slice(0, entriesPerMachineMax);
  };
  /** A section of machines that have something to tell. */
  const section = (name: string, tell: (machine: ReportedMachine) => readonly XmlElement[]): XmlElement => ({
    name,
    content: machines.flatMap((machine): XmlElement[] => {
      const content = tell(machine);
      const attributes = { ip: cut(machine.address), name: cut(machine.hostname) };
      return content.length === 0 ? [] : [{ name: 'Machine', attributes, content }];
    }),
  });
  const leaf = (name: string, text: string): XmlElement => ({ name, content: cut(text) });
  const content: XmlElement[] = [
    { name: 'Datetime', content: Math.trunc(facts.madeMs / 1_000) },
    section('Malware', ({ malware }) =>
      some(malware).map((one) => ({
        name: 'MalwareInfo',
        content: [
          leaf('MalwareName', one.name),
          leaf('MalwareType', one.type),
          leaf('MalwareBehavior', one.behaviour),
          leaf('TypeOfDevice', ''),
          { name: 'NumberFile', content: one.files },
          ...(isNew ? [leaf('PathFile', one.path), leaf('HashFile', one.hash)] : []),
        ],
      })),
    ),
    section('Connection', ({ connections }) =>
      some(connections).map((one) => ({
        name: 'ConnectionInfo',
        content: [
          leaf('Program', one.program),
          leaf('md5', one.md5),
          leaf('Sha2', one.sha256),
          leaf('TargetIP', one.targetAddress),
          ...(isNew ? [leaf('TargetPort', one.targetPort)] : []),
        ],
      })),
    ),
    section('Vulnerability', ({ vulnerabilities, osName }) =>
      some(vulnerabilities).map((name) => ({
        name: 'VulnerabilityInfo',
        content: [leaf('Name', name), leaf('OSName', osName)],
      })),
    ),
    section('OS', ({ osName, patchedMs }) => [
      leaf('OSName', osName),
      { name: 'LastUpdate', content: patchedMs === null ? '' : Math.trunc(patchedMs / 1_000) },
    ]),
    { name: 'Update', content: [{ name: 'NumberMachineNotUpdateOn15Day', content: facts.notUpdated }] },
    section('QualityFeature', ({ antivirusOn, firewallOn }) => [
      ...flag('AutoProtect', antivirusOn),
      ...flag('EnableFirewall', firewallOn),
    ]),
  ];
  return { element: { name: 'AVReport', attributes: { name: reportName }, content }, cuts };
}
