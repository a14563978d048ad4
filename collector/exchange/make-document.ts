/** A document ready to be sent, of facts and settings. Pure. */
import { reportElement, type ReportCuts, type ReportFacts } from './av-report.ts';
import { writeEnvelope } from './envelope.ts';
import type { DocumentSettings } from './exchange-settings.ts';
import { reportName, sha256 } from './report-folder.ts';
import type { Signer } from './xml-signature.ts';

export interface MadeDocument {
  text: string;
  sha256: string;
  /** Of its file. */
  name: string;
  machines: number;
  cuts: ReportCuts;
}

export function makeDocument(
  facts: ReportFacts,
  settings: DocumentSettings,
  signer: Signer | undefined,
): MadeDocument {
  const { element, cuts } = reportElement(facts, settings.variant, settings.reportName);
  const text = writeEnvelope(element, settings, signer);
  return {
    text,
    sha256: sha256(text),
    name: reportName(text, facts.madeMs),
    machines: facts.machines.length - cuts.machines,
    cuts,
  };
}
