/** `vonggac exchange make | validate | list` */
import { exchangeSettingsSchema, type ExchangeSettings } from '../../exchange/exchange-settings.ts';
import { makeDocument } from '../../exchange/make-document.ts';
import { EDXML_NAMESPACE } from '../../exchange/namespaces.ts';
import { listReports, putReport } from '../../exchange/report-folder.ts';
import { DOCUMENT_LIMITS, validateDocument } from '../../exchange/validate-document.ts';
import { readSigner, SignerError, type Signer } from '../../exchange/xml-signature.ts';
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { readJsonFile } from '../json-file.ts';
import { exchangeFacts } from '../operations/exchange.ts';
import { printable } from '../printable.ts';
import { UsageError } from '../usage-error.ts';
import { isFileFault, readNamedText } from '../named-file.ts';

const DAY_MS = 86_400_000;
const PERIOD_DAYS = 7;

export interface ExchangeMakeFlags {
  settings: string;
  out: string;
  agency?: number;
  from?: number;
  to?: number;
  dryRun?: boolean;
  json?: boolean;
}

export interface ExchangeValidateFlags {
  settings?: string;
  json?: boolean;
}

const settingsOf = (context: CommandContext, file: string): ExchangeSettings =>
  readJsonFile(context, file, exchangeSettingsSchema, context.m.exchange.unreadable);

const PEM_BYTES_MAX = 1_048_576;

/** A PEM file that settings name. @throws UsageError */
export const readPem = (context: CommandContext, file: string): string =>
  readNamedText(context, file, PEM_BYTES_MAX);

function signerOf(context: CommandContext, { key, certificate }: ExchangeSettings): Signer | undefined {
  const { m, complain } = context;
  if (key === undefined && certificate === undefined) {
    complain(m.exchange.unsigned);
    return undefined;
  }
  if (key === undefined || certificate === undefined) throw new UsageError(m.exchange.halfSigner);
  try {
    return readSigner(readPem(context, key), readPem(context, certificate), Date.now());
  } catch (error) {
    if (!(error instanceof SignerError)) throw error;
    throw new UsageError(error.message, { cause: error });
  }
}

export async function makeReportCommand(context: CommandContext, flags: ExchangeMakeFlags): Promise<void> {
  const { m, print, complain } = context;
  const settings = settingsOf(context, flags.settings);
  const signer = signerOf(context, settings);
  const { agency: agencyId, to: toMs = Date.now(), dryRun: isDryRun = false } = flags;
  const fromMs = flags.from ?? toMs - PERIOD_DAYS * DAY_MS;
  if (fromMs >= toMs) throw new UsageError(m.exchange.badPeriod);
  const facts = await call(context, exchangeFacts, { agencyId, fromMs, toMs, isDryRun });
  const { text, sha256, machines, cuts } = makeDocument(facts, settings, signer);
  const total = (of: (machine: (typeof facts.machines)[number]) => readonly unknown[]): number =>
    facts.machines.reduce((sum, machine) => sum + of(machine).length, 0);
  const made = {
    machines,
    bytes: Buffer.byteLength(text),
    sha256,
    malware: total(({ malware }) => malware),
    connections: total(({ connections }) => connections),
    vulnerabilities: total(({ vulnerabilities }) => vulnerabilities),
    notUpdated: facts.notUpdated,
    updateUnknown: facts.updateUnknown,
  };
  const file = isDryRun ? undefined : await put(context, flags.out, text, facts.madeMs);
  complain(m.exchange.toBeConfirmed);
  if (flags.json === true) {
    const { variant } = settings;
    return print(
      JSON.stringify({ variant, file: file ?? null, isSigned: signer !== undefined, ...made, cuts }),
    );
  }
  print(file === undefined ? m.exchange.wouldMake(made) : m.exchange.made({ file, ...made }));
  print(m.exchange.contents(made));
  if (cuts.machines + cuts.entries > 0) complain(m.exchange.cut(cuts.machines, cuts.entries));
}

async function put({ m }: CommandContext, folder: string, text: string, madeMs: number): Promise<string> {
  try {
    return await putReport(folder, text, madeMs);
  } catch (error) {
    if (!isFileFault(error)) throw error;
    throw new UsageError(m.exchange.unwritable(folder, error.code), { cause: error });
  }
}

/** Exit code 1 where there are faults. */
export async function validateReportCommand(
  context: CommandContext,
  file: string,
  flags: ExchangeValidateFlags,
): Promise<ExitCode> {
  const { m, print, complain } = context;
  const names =
    flags.settings === undefined
      ? { namespace: EDXML_NAMESPACE, names: {} }
      : settingsOf(context, flags.settings);
  const report = validateDocument(readNamedText(context, file, DOCUMENT_LIMITS.bytesMax), names);
  const code = report.faultCount === 0 ? EXIT.ok : EXIT.failure;
  if (flags.json === true) {
    print(JSON.stringify(report));
    return code;
  }
  if (report.faultCount === 0) {
    print(m.exchange.valid(report.variant ?? '', report.machines));
    print(m.exchange.signature(report.isSigned));
    complain(m.exchange.toBeConfirmed);
    return code;
  }
  for (const { line, path, code: fault, what } of report.faults)
    print(m.exchange.fault(line, printable(path), fault, printable(what)));
  const more = report.faultCount - report.faults.length;
  if (more > 0) print(m.exchange.more(more));
  complain(m.exchange.invalid(report.faultCount));
  return code;
}

/** Exit code 1 where one is missing or was changed. */
export async function listReportsCommand(
  { m, print }: CommandContext,
  folder: string,
  flags: { json?: boolean },
): Promise<ExitCode> {
  const reports = await listReports(folder);
  if (flags.json === true) print(JSON.stringify(reports));
  else if (reports.length === 0) print(m.exchange.noneMade);
  else for (const { state, file } of reports) print(m.exchange.entry(state, file));
  return reports.every(({ state }) => state === 'as-written') ? EXIT.ok : EXIT.failure;
}
