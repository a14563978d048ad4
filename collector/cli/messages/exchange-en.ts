/** `vonggac exchange` in English. */
import type { DocumentFaultCode } from '../../exchange/validate-document.ts';
import type { ExchangeOutcome, ExchangeState } from '../../registry/tables/exchange.ts';

const DOCUMENT_STATES: Readonly<Record<ExchangeState, string>> = {
  waiting: 'waiting',
  sending: 'sending',
  sent: 'sent',
  receipt: 'sent, with receipt',
  refused: 'REFUSED',
  failed: 'GIVEN UP',
  cancelled: 'cancelled',
};
const OUTCOMES: Readonly<Record<ExchangeOutcome, string>> = {
  accepted: 'accepted',
  refused: 'REFUSED',
  again: 'not accepted',
  interrupted: 'interrupted',
  carried: 'carried by hand',
};

export const exchangeEn = {
  toBeConfirmed:
    'To be confirmed: the official annex was not seen. Names, envelope and namespace are settings; ask the centre before the first delivery.',
  unreadable: (file: string, problem: string) => `${file} cannot be read (${problem})`,
  unwritable: (file: string, code: string) => `${file} cannot be written (${code})`,
  badPeriod: '--from must be before --to',
  unsigned: 'The settings name no key and certificate: the document is not signed.',
  halfSigner: 'the settings name a key or a certificate, and not both',
  made: (facts: { file: string; machines: number; bytes: number; sha256: string }) =>
    `${facts.file}: ${facts.machines} machines, ${facts.bytes} bytes, SHA-256 ${facts.sha256}`,
  wouldMake: (facts: { machines: number; bytes: number; sha256: string }) =>
    `It would be ${facts.machines} machines, ${facts.bytes} bytes, SHA-256 ${facts.sha256}. Nothing was written.`,
  contents: (of: {
    malware: number;
    connections: number;
    vulnerabilities: number;
    notUpdated: number;
    updateUnknown: number;
  }) =>
    `Malware ${of.malware}, connections ${of.connections}, weaknesses ${of.vulnerabilities}; not patched for 15 days ${of.notUpdated}, not known of ${of.updateUnknown}.`,
  cut: (machines: number, entries: number) =>
    `Left out by the limits: ${machines} machines, ${entries} entries of machines.`,
  valid: (variant: string, machines: number) => `A document as ${variant} says, with ${machines} machines.`,
  signature: (isSigned: boolean): string =>
    isSigned ? 'It carries a signature; xmlsec1 --verify says whether it holds.' : 'It carries no signature.',
  invalid: (count: number) => `${count} faults`,
  fault: (line: number, path: string, code: DocumentFaultCode, what: string) =>
    `line ${line} ${path}: ${FAULTS[code]}: ${what}`,
  more: (count: number) => `... and ${count} more`,
  entry: (state: 'as-written' | 'changed' | 'missing', file: string) => `${STATES[state]}  ${file}`,
  noneMade: 'No report lies there.',
  noAddress: 'the settings name no address to deliver to',
  wouldSend: (file: string, address: string) => `${file} would go to ${address}. Nothing was sent.`,
  accepted: (file: string, status: number) => `${file}: accepted (HTTP ${status})`,
  refused: (file: string, fault: string) => `${file}: not accepted (${fault}); it is tried again later`,
  queued: (state: keyof typeof QUEUE, attempts: number, due: string, file: string) =>
    `${QUEUE[state]}  ${attempts} attempts  ${due === '' ? '' : `from ${due}  `}${file}`,
  noReceipts: 'Nothing was sent from there.',
  outcome: (isAccepted: boolean): string => (isAccepted ? 'accepted' : 'NOT ACCEPTED'),
  noDocuments: 'No document was made yet; "vonggac exchange links" shows the links.',
  noLinks: 'There is no link to the centre; "vonggac exchange add" makes one.',
  columns: {
    id: 'ID',
    link: 'LINK',
    state: 'STATE',
    made: 'MADE',
    machines: 'MACHINES',
    attempts: 'ATTEMPTS',
    next: 'NEXT',
    problem: 'PROBLEM',
    address: 'ADDRESS',
    on: 'ON',
    accepted: 'ACCEPTED',
  },
  states: DOCUMENT_STATES,
  outcomes: OUTCOMES,
  underWay: 'under way',
  byHand: 'carried by hand',
  enabled: (isOn: boolean): string => (isOn ? 'yes' : 'no'),
  document: (of: { file: string; machines: number; bytes: number; sha256: string; isSigned: boolean }) =>
    `${of.file}: ${of.machines} machines, ${of.bytes} bytes, ${of.isSigned ? 'signed' : 'not signed'}, SHA-256 ${of.sha256}`,
  period: (from: string, to: string) => `of ${from} to ${to}`,
  nextTry: (at: string) => `It is tried next from ${at}.`,
  again: (id: string) => `Document ${id} is tried again.`,
  cancelled: (id: string) => `Document ${id} is not sent.`,
  carried: (id: string) => `Document ${id} counts as delivered by hand.`,
  saved: (file: string) => `${file} is written.`,
  linkAdded: (id: number, name: string) =>
    `Link ${id} (${name}) is there. Try it: vonggac exchange test ${id}`,
  linkChanged: (id: number, name: string) => `Link ${id} (${name}) was changed.`,
  linkRemoved: (id: number) => `Link ${id} is gone, with its documents.`,
  trusted: (protocol: string) => `A document would be sent there (${protocol}). Nothing was sent.`,
  notTrusted: (fault: string) => `Nothing would be sent there: ${fault}`,
  shown: (of: { subject: string; issuer: string; validTo: string; fingerprint: string }) =>
    `Certificate of ${of.subject}, issued by ${of.issuer}, until ${of.validTo}; for "pins": ${of.fingerprint}`,
  queuedAs: (id: string, machines: number) =>
    `Document ${id} with ${machines} machines is in the queue: vonggac exchange show ${id}`,
};

const FAULTS: Readonly<Record<DocumentFaultCode, string>> = {
  'not-xml': 'no XML',
  'unknown-document': 'a document of no variant',
  'unknown-element': 'no such element here',
  'wrong-namespace': 'wrong namespace',
  'missing-element': 'an element is missing',
  'too-often': 'too often',
  'unknown-attribute': 'no such attribute here',
  'missing-attribute': 'an attribute is missing',
  'bad-attribute': 'not of the form',
  'bad-text': 'not of the form',
};
const STATES = { 'as-written': 'as written', changed: 'CHANGED', missing: 'MISSING' } as const;

const QUEUE = {
  accepted: 'accepted',
  due: 'due',
  waiting: 'waiting',
  changed: 'CHANGED',
  missing: 'MISSING',
} as const;

export type ExchangeMessages = typeof exchangeEn;

export const exchangeHelpEn = {
  exchange: 'reports of machines to the national centre (to be confirmed by the official annex)',
  exchangeMake: 'make a report as a file that is carried there, signed where the settings name a key',
  exchangeValidate: 'hold a document against the schema of its variant; faults are told with line and path',
  exchangeList: 'documents that the collector sends; of a folder, whether each is as it was written',
  exchangeSettings: 'the settings: variant, organisation, names, key and certificate (JSON)',
  exchangeOut: 'folder for the report and its SHA256SUMS',
  exchangeFrom: 'beginning of the period (default: 7 days before its end)',
  exchangeTo: 'end of the period (default: now)',
  exchangeAgency: 'machines of this agency and all below it',
  exchangeDryRun: 'say what would be in it, and write nothing',
  exchangeListFolder: 'a folder of reports; left out: what the collector sends by itself',
  exchangeState: 'documents that stand so',
  exchangeLink: 'the link, by its number',
  exchangeDocument: 'the document, by its ID or how that begins',
  exchangeShow: 'one document that the collector sends, with each attempt',
  exchangeRetry: 'try a document again, at once and as often as a new one',
  exchangeCancel: 'send a document no more that waits',
  exchangeSave: 'write a document to a folder, with what the centre answered',
  exchangeCarried: 'say that a person took a document there',
  exchangeNote: 'who took it, to whom, under which number',
  exchangeLinks: 'links to the centre that the collector serves by itself',
  exchangeAdd: 'add a link: documents are made by its schedule and sent from a queue',
  exchangeChange: 'change a link',
  exchangeEnable: 'let a link make and send documents again',
  exchangeDisable: 'let a link rest',
  exchangeRemove: 'remove a link with its documents',
  exchangeTest: 'try the way to the centre by a handshake; nothing is sent',
  exchangeRun: 'make a document of a link now',
  exchangeLinkFile: 'the settings as of make and send, with schedule, pins and files of keys (JSON)',
  exchangeName: 'what the link is called',
  exchangeFile: 'the document',
  exchangeFolder: 'the folder',
  exchangeSend:
    'deliver what is due of a folder over HTTPS; one attempt each, with receipts (run it by a timer)',
  exchangeNow: 'those too that wait after a failure',
  exchangeSendDryRun: 'say what would be sent, and send nothing',
  exchangeQueue: 'how far each report of a folder is',
  exchangeReceipts: 'each delivery that was tried, with the answer and its hash',
};
