/**
 * A compiled hunt: of a query, of a Sigma rule given as text, or of a rule that is loaded. Whatever it was, one id of
 * one engine answers it.
 */
import { dump } from 'js-yaml';
import { compile, type Engine, parseRules, type RuleInfo } from '../../rules/sigma/index.ts';
import { parseHunt } from './parse-hunt.ts';
import { type FieldAliases, toSigmaDetection } from './to-sigma.ts';

/** The text is no hunt; the message says why, for people. */
export class HuntRuleError extends Error {
  override readonly name = 'HuntRuleError';
}

export interface HuntRule {
  engine: Engine;
  ruleId: string;
  info: RuleInfo;
}

const HUNT_ID = 'hunt';
const RULE_CHARS_MAX = 65_536;

/** The query as a Sigma rule, to be saved, changed and turned on. @throws HuntQueryError */
export function ruleTextOf(
  query: string,
  aliases: FieldAliases,
  head: { title: string; id?: string | undefined; level?: string | undefined },
): string {
  const { title, id, level = 'medium' } = head;
  const document = {
    title,
    ...(id === undefined ? {} : { id }),
    status: 'experimental',
    logsource: {},
    detection: toSigmaDetection(parseHunt(query), aliases),
    level,
  };
  return dump(document, { lineWidth: 120, noRefs: true });
}

/** @throws HuntQueryError, HuntRuleError (a regular expression that is none, say) */
export function compileQuery(query: string, aliases: FieldAliases): HuntRule {
  const detection = toSigmaDetection(parseHunt(query), aliases);
  // JSON is YAML: the values reach the parser as they are.
  return compileText(JSON.stringify({ title: HUNT_ID, id: HUNT_ID, detection }));
}

/** One Sigma rule as it stands in a file. @throws HuntRuleError */
export function compileText(text: string): HuntRule {
  if (text.length > RULE_CHARS_MAX)
    throw new HuntRuleError(`the rule has more than ${RULE_CHARS_MAX} characters`);
  const parsed = parseRules(text, { source: HUNT_ID });
  const engine = compile([parsed]);
  const [error] = [...parsed.errors, ...engine.errors];
  if (error !== undefined) throw new HuntRuleError(`line ${error.line}: ${error.message}`);
  const [info, second] = engine.rules.filter(({ kind }) => kind === 'rule');
  if (info === undefined || second !== undefined) throw new HuntRuleError('one Sigma rule is expected');
  return { engine, ruleId: info.id, info };
}
