/** What all sigma commands read: rules, pipelines, placeholders. A fault is told in the user's language and ends the command. */
import { readFile } from 'node:fs/promises';
import { builtInPipelines } from '../../../rules/pipelines/index.ts';
import {
  formatError,
  parsePipelines,
  parsePlaceholders,
  parseRules,
  type CompileOptions,
  type LogSource,
  type ParsedRules,
  type Pipeline,
  type SigmaError,
} from '../../../rules/sigma/index.ts';
import { readAhead, ruleFiles } from '../../detect/rule-files.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Messages } from '../messages/en.ts';

/** Options that several sigma commands take. */
export interface CompileFlags {
  /** User's pipelines, in addition to the built-in ones. */
  pipeline?: readonly string[];
  builtinPipelines?: boolean;
  placeholders?: string;
}

/** Ends a command: the message is for the user. */
export class SigmaInputError extends Error {
  override readonly name = 'SigmaInputError';
  readonly exitCode: ExitCode;
  constructor(message: string, exitCode: ExitCode, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** Runs a command; what its input does wrong is said and becomes its exit code. */
export async function withInput(
  complain: (line: string) => void,
  work: () => Promise<ExitCode>,
): Promise<ExitCode> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SigmaInputError)) throw error;
    complain(error.message);
    return error.exitCode;
  }
}

/** @returns undefined when `text` is not product/category/service. */
export function parseLogsource(text: string): LogSource | undefined {
  const parts = text.split('/').map((part) => part.trim());
  if (parts.length !== 3 || parts.every((part) => part === '' || part === '-')) return undefined;
  const [product, category, service] = parts.map((part) => (part === '' || part === '-' ? undefined : part));
  return { product, category, service };
}

/** The log source an option names. @throws SigmaInputError */
export function logsourceFlag(text: string | undefined, m: Messages['sigma']): LogSource | undefined {
  if (text === undefined) return undefined;
  const logsource = parseLogsource(text);
  if (logsource === undefined) throw new SigmaInputError(m.badLogsource(text), EXIT.usage);
  return logsource;
}

/** @throws SigmaInputError */
export async function readText(file: string, m: Messages['sigma']): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw cannotRead(file, error, m);
  }
}

function cannotRead(place: string, error: unknown, m: Messages['sigma']): Error {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string') return error instanceof Error ? error : new Error(String(error));
  return new SigmaInputError(m.cannotRead(place, code), EXIT.failure, { cause: error });
}

/** Every rule of files and folders, in their order; a file named twice is read once. @throws SigmaInputError */
export async function readRules(places: readonly string[], m: Messages['sigma']): Promise<ParsedRules[]> {
  const files = new Set<string>();
  for (const place of places) {
    try {
      for (const file of await ruleFiles(place)) files.add(file);
    } catch (error) {
      throw cannotRead(place, error, m);
    }
  }
  if (files.size === 0) throw new SigmaInputError(m.noRules(places.join(', ')), EXIT.failure);
  const parsed: ParsedRules[] = [];
  const texts = readAhead([...files], async (file) => ({ source: file, text: await readText(file, m) }));
  for await (const { source, text } of texts) parsed.push(parseRules(text, { source }));
  return parsed;
}

export interface Compiling {
  options: CompileOptions;
  pipelines: readonly Pipeline[];
}

/**
 * What rules are compiled with; the built-in pipelines only where `isRouted`, since they name fields as the routed
 * event has them. A wrong pipeline or table ends the command: with half of it the answers would be wrong in silence.
 * @throws SigmaInputError
 */
export async function readCompiling(
  flags: CompileFlags,
  isRouted: boolean,
  m: Messages['sigma'],
): Promise<Compiling> {
  const pipelines: Pipeline[] = isRouted && flags.builtinPipelines !== false ? [...builtInPipelines()] : [];
  for (const file of flags.pipeline ?? []) {
    const parsed = parsePipelines(await readText(file, m), { source: file });
    refuse(parsed.errors);
    pipelines.push(...parsed.pipelines);
  }
  const file = flags.placeholders;
  if (file === undefined) return { options: { pipelines }, pipelines };
  const { placeholders, errors } = parsePlaceholders(await readText(file, m), { source: file });
  refuse(errors);
  return { options: { pipelines, placeholders }, pipelines };
}

function refuse(errors: readonly SigmaError[]): void {
  if (errors.length > 0) throw new SigmaInputError(errors.map(formatError).join('\n'), EXIT.failure);
}
