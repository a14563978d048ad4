/** The stamp of one line of auditd's log: what kind of record it is, and which event it belongs to. */

export interface AuditStamp {
  /** e.g. `SYSCALL`; what libaudit has no name for is written as `UNKNOWN[1334]`. */
  type: string;
  /** Records of one event share it: host (where auditd writes one), time and serial. */
  eventId: string;
  /** When the event began, by the kernel's clock: milliseconds since 1970. */
  timeMs: number;
}

const STAMP = /^(?:node=(\S{1,255}) )?type=([A-Z0-9_[\]]{1,64}) msg=audit\((\d{1,11})\.(\d{3}):(\d{1,20})\):/;

/** @returns undefined for a line that is none of auditd's. */
export function auditStamp(line: string): AuditStamp | undefined {
  const match = STAMP.exec(line);
  if (match === null) return undefined;
  const [, node = '', type = '', seconds = '', fraction = '', serial = ''] = match;
  return {
    type,
    eventId: `${node}/${seconds}.${fraction}:${serial}`,
    timeMs: Number(seconds) * 1_000 + Number(fraction),
  };
}

/**
 * Written by programs, not by the kernel: such a message is an event of its own. `LOGIN`, `CONFIG_CHANGE` and `AVC` come
 * with the system call that caused them, and `ANOM_ABEND`, `ANOM_PROMISCUOUS`, `ANOM_LINK` and `ANOM_CREAT` are the kernel's.
 */
const SINGLE =
  /^(?:(?:USER|CRED|ACCT|ADD|DEL|GRP|CHGRP|CHUSER|DAEMON|SERVICE|SYSTEM|SOFTWARE|CRYPTO|VIRT|ROLE|LABEL|RESP|DEV|FS|TRUSTED|TEST|INTEGRITY_PCR|INTEGRITY_STATUS)(?:_|$)|ANOM_(?!(?:ABEND|PROMISCUOUS|LINK|CREAT)$)|KERNEL$)/;

/** Nothing more belongs to the event once such a record has come. */
export function endsEvent(type: string): boolean {
  return type === 'PROCTITLE' || type === 'EOE' || SINGLE.test(type);
}
