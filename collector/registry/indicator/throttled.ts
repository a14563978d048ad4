/** An indicator that showed too much: marked in the register, and said by an alert that people have to decide on. */
import { INDICATOR_THROTTLED_RULE, indicatorRule } from '../../alert/indicator-rules.ts';
import { THROTTLE } from '../../indicator/match-throttle.ts';
import { rootAgencyId } from '../agencies.ts';
import { writeAudit } from '../audit.ts';
import type { Registry } from '../database.ts';
import { raiseHouseAlert } from '../house-alerts.ts';
import { nextChangeNo } from './changes.ts';
import { STORED_COLUMNS, toStored } from './stored.ts';

/** @returns id of the alert when it is new; undefined when it was marked before, or is not there */
export async function throttleIndicator(
  registry: Registry,
  id: number,
  hourMax: number = THROTTLE.hourMax,
): Promise<string | undefined> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('indicator')
      .select(STORED_COLUMNS)
      .where('id', '=', id)
      .where('state', '=', 'active')
      .where('throttled_ms', 'is', null)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const { kind, value, source, confidence, version } = toStored(row);
    await trx
      .updateTable('indicator')
      .set({
        throttled_ms: nowMs,
        updated_ms: nowMs,
        change_no: await nextChangeNo(trx),
        version: version + 1,
      })
      .where('id', '=', id)
      .execute();
    await writeAudit(trx, nowMs, {
      actor: 'system',
      action: 'indicator.throttle',
      target: `indicator:${id}`,
      detail: { kind, value, source, hourMax },
    });
    const message = `${value} (${kind}, ${source}): more than ${hourMax} events in an hour show it; each host is told once a day from now on`;
    return raiseHouseAlert(
      trx,
      {
        rule: indicatorRule(INDICATOR_THROTTLED_RULE),
        finding: `${id}/${nowMs}`,
        entity: { 'threat.indicator.name': value },
        agencyId: await rootAgencyId(trx),
        agentId: null,
        hostname: null,
        timeMs: nowMs,
        message,
        matched: { 'threat.indicator.id': id, 'threat.indicator.provider': source, confidence },
      },
      nowMs,
    );
  });
}
