/**
 * How the baseline of watched files stands, from what hosts told. Conditions are constants: no value of theirs comes from outside.
 * Invariant: what a person accepted on the host counts as changed when that comparison was told, so that it is not told twice.
 */
const action = (...names: readonly string[]): string =>
  `event_action IN (${names.map((name) => `'${name}'`).join(', ')})`;
const detail = (name: string): string => `other_fields['agent.detail.${name}']`;

const SCAN = `(event_action = 'agent_scan_completed' AND other_fields['agent.subject'] = 'integrity')`;
const ACCEPTED = `(${SCAN} AND ${detail('trigger')} = 'accepted')`;
const MADE = action('integrity_baseline_made');
const TAMPERED = action('integrity_baseline_tampered');
const CHANGED = `(${action(
  'file_created',
  'file_modified',
  'file_attributes_changed',
  'file_deleted',
  'file_unverified',
)} AND channel = 'integrity'
  OR (event_action = 'integrity_reconciled' AND NOT startsWith(other_fields['integrity.reason'], 'accepted by ')))`;

const lastMs = (condition: string): string => `maxIf(toUnixTimestamp64Milli(time), ${condition})`;
const DIGEST = detail('baselineDigest');
const WORD = `(${DIGEST}, toUInt64OrZero(${detail('paths')}), toUnixTimestamp64Milli(time))`;
const OF_BASELINE = `(${SCAN} OR ${MADE} OR ${TAMPERED})`;

export const BASELINE_SQL = {
  select: `argMaxIf(${WORD}, (batch, row), ${SCAN} AND ${DIGEST} != '') AS word,
    ${lastMs(OF_BASELINE)} AS saidMs, ${lastMs(MADE)} AS madeMs, ${lastMs(TAMPERED)} AS tamperedMs,
    ${lastMs(ACCEPTED)} AS acceptedMs, ${lastMs(`(${CHANGED} OR ${MADE} OR ${TAMPERED} OR ${ACCEPTED})`)} AS changedMs`,
  where: `(${OF_BASELINE} OR ${CHANGED})`,
  /** Hosts that told of changes alone have no baseline to show. */
  having: `countIf(${OF_BASELINE}) > 0`,
};
