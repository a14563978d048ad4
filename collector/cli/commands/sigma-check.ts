/**
 * `vonggac sigma check`: lints rules. One finding a line, `file:line:column: severity [code] text`, which editors and
 * terminals understand; exit 1 with errors (with `--strict`: or warnings).
 */
import {
  lint,
  LINT_CODES,
  severityOf,
  type Finding,
  type LintCode,
  type ParsedRules,
  type Severity,
} from '../../../rules/sigma/index.ts';
import { OWN_LOG_SOURCES } from '../../detect/log-sources.ts';
import type { CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Messages } from '../messages/en.ts';
import { printable, printableJson } from '../printable.ts';
import { paint, type Paint } from './paint.ts';
import { readCompiling, readRules, SigmaInputError, withInput, type CompileFlags } from './sigma-input.ts';

export interface SigmaCheckOptions extends CompileFlags {
  json?: boolean;
  /** Codes, separated by commas; may be given several times. */
  only?: readonly string[];
  skip?: readonly string[];
  strict?: boolean;
}

const COLOURS = { error: 'red', warning: 'yellow', hint: 'dim' } as const;

export function sigmaCheckCommand(
  context: Pick<CommandContext, 'm' | 'print' | 'complain'>,
  paths: readonly string[],
  options: SigmaCheckOptions,
  isColoured = false,
): Promise<ExitCode> {
  return withInput(context.complain, async () => {
    const { m, print } = context;
    const wanted = wantedCodes(options, m);
    const { options: compiling } = await readCompiling(options, true, m.sigma);
    const parsed = await readRules(paths, m.sigma);
    const findings = lint(parsed, { ...compiling, logsources: OWN_LOG_SOURCES }).filter(({ code }) =>
      wanted.has(code),
    );
    const counts: Record<Severity, number> = { error: 0, warning: 0, hint: 0 };
    const style = paint(isColoured);
    for (const finding of findings) {
      counts[finding.severity] += 1;
      print(options.json === true ? toJson(finding, m) : toLine(finding, m, style));
    }
    if (options.json !== true) print(m.sigma.checked(countRules(parsed), parsed.length, counts));
    return counts.error > 0 || (options.strict === true && counts.warning > 0) ? EXIT.failure : EXIT.ok;
  });
}

/** @throws SigmaInputError for a code that is none */
function wantedCodes({ only, skip }: SigmaCheckOptions, m: Messages): ReadonlySet<LintCode> {
  const read = (texts: readonly string[]): LintCode[] =>
    texts
      .flatMap((text) => text.split(','))
      .map((text) => {
        const code = LINT_CODES.find((known) => known === text.trim());
        if (code === undefined)
          throw new SigmaInputError(m.sigma.unknownCode(printable(text), LINT_CODES.join(', ')), EXIT.usage);
        return code;
      });
  const skipped = new Set(read(skip ?? []));
  return new Set((only === undefined ? LINT_CODES : read(only)).filter((code) => !skipped.has(code)));
}

function countRules(parsed: readonly ParsedRules[]): number {
  const accepted = parsed.flatMap(({ rules, correlations, filters }) => [
    ...rules,
    ...correlations,
    ...filters,
  ]);
  return accepted.length + parsed.reduce((sum, { errors }) => sum + errors.length, 0);
}

function toLine(finding: Finding, m: Messages, style: Paint): string {
  const { source, line, column, code, severity } = finding;
  const place = `${printable(source)}:${String(line)}:${String(column)}`;
  const label = style(COLOURS[severity], `${m.sigma.severities[severity]} [${code}]`);
  return `${place}: ${label} ${printable(m.sigma.finding(finding))}`;
}

function toJson(finding: Finding, m: Messages): string {
  const { code, source, line, column, ruleId, title } = finding;
  const severity = severityOf(code);
  return printableJson({
    code,
    severity,
    file: source,
    line,
    column,
    rule: ruleId,
    title,
    message: m.sigma.finding(finding),
  });
}
