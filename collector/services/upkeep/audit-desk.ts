/** Wires the audit trail's heads into the running collector: they go to where they are kept, and an alert says when not. */
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { type HeadPlace, HeadSender } from '../../audit/head-sender.ts';
import { type HeadTarget, sendHead } from '../../audit/head-target.ts';
import { houseFacts } from '../../liveness/house-rules.ts';
import { rootAgencyId } from '../../registry/agencies.ts';
import { readAuditHead } from '../../registry/audit.ts';
import type { Registry } from '../../registry/database.ts';
import { applyConditions } from '../../registry/house-conditions.ts';
import type { Logger } from '../../telemetry/log.ts';

const LOOK_MS = 60_000;
const TIMEOUT_MS = 10_000;
/** An alert is raised when a place was out of reach for so long. */
const PATIENCE_MS = 3_600_000;
const REACHED = 'Tự đóng: đã gửi được trở lại. / Closed by itself: it is reached again.';

export interface AuditDeskOptions {
  registry: Registry;
  targets: readonly HeadTarget[];
  everyMs: number;
  /** PEM file of the authorities of syslog servers over TLS. */
  caFile: string | undefined;
  log: Logger;
  onAlerts: (ids: readonly string[]) => void;
}

export interface AuditDesk {
  readonly places: readonly HeadPlace[];
  /** Sends the head to every place now. */
  send: () => Promise<readonly HeadPlace[]>;
  stop: () => Promise<void>;
}

export function startAuditDesk({ registry, log, ...options }: AuditDeskOptions): AuditDesk {
  const hostname = os.hostname();
  const sender = new HeadSender({
    targets: options.targets,
    everyMs: options.everyMs,
    lookMs: LOOK_MS,
    now: registry.now,
    head: async () => {
      const { trailId, seq, hash } = await readAuditHead(registry.db);
      return { trailId, seq, hash, atMs: registry.now() };
    },
    send: async (target, line) =>
      sendHead(target, line, {
        hostname,
        atMs: registry.now(),
        timeoutMs: TIMEOUT_MS,
        caPem: options.caFile === undefined ? undefined : await readFile(options.caFile, 'utf8'),
      }),
    onSent: (place) => {
      const { target, sentSeq, problem } = place;
      if (problem === null) log.debug({ target, seq: sentSeq }, "the audit trail's head was sent");
      else log.warn({ target, problem }, "the audit trail's head could not be sent");
      void tell(place).catch((error: unknown) =>
        log.warn({ err: error }, "what became of the audit trail's head could not be written"),
      );
    },
    onProblem: (error) => log.warn({ err: error }, "the audit trail's head could not be read"),
  });

  async function tell({ target, failingSinceMs, problem }: HeadPlace): Promise<void> {
    const nowMs = registry.now();
    const ids = await applyConditions(
      registry.db,
      [
        {
          holds: failingSinceMs !== null && nowMs - failingSinceMs >= PATIENCE_MS,
          about: {
            rule: houseFacts('vonggac:audit-head-unsent', 'high', { en: target, vi: target }),
            entity: { 'audit.target': target },
            agencyId: await rootAgencyId(registry.db),
            agentId: null,
            hostname: null,
            message: `${target}: ${problem ?? ''}`,
            matched: { target },
          },
        },
      ],
      REACHED,
      nowMs,
    );
    if (ids.length > 0) options.onAlerts(ids);
  }

  sender.start();
  return {
    get places() {
      return sender.places;
    },
    send: () => sender.look(true),
    stop: () => sender.stop(),
  };
}
