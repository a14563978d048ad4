/**
 * What both ends check of a policy's text before anything else: JSON of a bounded depth, and nothing that is the host's
 * own affair. The settings themselves are the agent's schema: it alone knows what its version understands.
 */
import { LIMITS } from './limits.ts';

/**
 * Settings that only the host's own file may have: what a stolen collector must not be able to change. A dotted name is
 * a setting inside a section.
 */
export const LOCAL_ONLY_SETTINGS: readonly string[] = [
  'stateDir',
  'enrolment',
  'integrity.tripwire.action',
  'integrity.tripwire.spare',
  'policy',
  'proxy',
  'commands.allow',
  'response',
  'updates.enabled',
  'updates.rootsFile',
  'updates.wellMsMax',
  'windowsEventLog.program',
];

export type PolicyFault =
  | { kind: 'too-large'; chars: number }
  | { kind: 'not-json'; message: string }
  | { kind: 'not-object' }
  | { kind: 'too-deep' }
  | { kind: 'local-only'; setting: string };

export type PolicyCheck = { document: Record<string, unknown> } | { fault: PolicyFault };

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

function has(document: Record<string, unknown>, path: string): boolean {
  let value: unknown = document;
  for (const name of path.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return false;
    value = value[name];
  }
  return true;
}

/** Never throws, whatever the text is. */
export function checkPolicyText(text: string): PolicyCheck {
  if (text.length > LIMITS.policyCharsMax) return { fault: { kind: 'too-large', chars: text.length } };
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return { fault: { kind: 'not-json', message: error instanceof Error ? error.message : String(error) } };
  }
  if (!isObject(document)) return { fault: { kind: 'not-object' } };
  if (isDeeper(document, LIMITS.policyDepthMax)) return { fault: { kind: 'too-deep' } };
  const found = document;
  const setting = LOCAL_ONLY_SETTINGS.find((name) => has(found, name));
  return setting === undefined ? { document } : { fault: { kind: 'local-only', setting } };
}

/** In English, for logs, reports and the API. */
export function describePolicyFault(fault: PolicyFault): string {
  switch (fault.kind) {
    case 'too-large':
      return `${fault.chars} characters; at most ${LIMITS.policyCharsMax}`;
    case 'not-json':
      return `not JSON: ${fault.message}`.slice(0, 500);
    case 'not-object':
      return 'a policy is a JSON object of settings';
    case 'too-deep':
      return `nested more than ${LIMITS.policyDepthMax} levels deep`;
    case 'local-only':
      return `${fault.setting}: only the host's own settings may say this`;
  }
}
