/** What a disk says of its own health, by smartctl's JSON. One that sleeps is left asleep, and is as it was when it last spoke. */
import { z } from 'zod';
import type { Disk } from './disks.ts';
import type { Host } from './host.ts';
import { whyNot } from './run-program.ts';

const TIMEOUT_MS = 15_000;
/** Attribute 5 of ATA counts sectors that had to be replaced. */
const REALLOCATED = 5;
/** Bits of smartctl's exit status (smartctl(8)): it did not understand, or could not open the device. */
const NOT_ASKED = 0b11;
const ASLEEP = /\bin (STANDBY|SLEEP|IDLE\w*)\b.* mode/i;

const smartSchema = z.object({
  smartctl: z
    .object({
      exit_status: z.number().optional(),
      messages: z.array(z.object({ string: z.string() })).optional(),
    })
    .optional(),
  model_name: z.string().optional(),
  scsi_model_name: z.string().optional(),
  serial_number: z.string().optional(),
  firmware_version: z.string().optional(),
  scsi_revision: z.string().optional(),
  smart_status: z.object({ passed: z.boolean() }).optional(),
  power_on_time: z.object({ hours: z.number() }).optional(),
  nvme_smart_health_information_log: z.object({ percentage_used: z.number().optional() }).optional(),
  scsi_percentage_used_endurance_indicator: z.number().optional(),
  scsi_grown_defect_list: z.number().optional(),
  ata_smart_attributes: z
    .object({ table: z.array(z.object({ id: z.number(), raw: z.object({ value: z.number() }) })) })
    .optional(),
});

export interface SmartAnswer {
  facts: Partial<Disk>;
  asleep: boolean;
  /** Why it told nothing. */
  unread: string | undefined;
}

/** @param text of `smartctl --json -n standby -H -i -A` (smartctl(8), 7.0 and later) */
export function parseSmart(text: string): SmartAnswer {
  const nothing = { facts: {}, asleep: false };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ...nothing, unread: 'this smartctl speaks no JSON: 7.0 or later is needed' };
  }
  const parsed = smartSchema.safeParse(json);
  if (!parsed.success) return { ...nothing, unread: 'smartctl gave an answer of another kind' };
  const { data } = parsed;
  const words = (data.smartctl?.messages ?? []).map(({ string }) => string).join('; ');
  if (ASLEEP.test(words)) return { ...nothing, asleep: true, unread: undefined };
  if (((data.smartctl?.exit_status ?? 0) & NOT_ASKED) !== 0)
    return { ...nothing, unread: words === '' ? 'smartctl could not ask it' : words.slice(0, 300) };
  const facts: Partial<Disk> = {
    model: data.model_name ?? data.scsi_model_name,
    serial: data.serial_number,
    firmware: data.firmware_version ?? data.scsi_revision,
    health: data.smart_status === undefined ? undefined : data.smart_status.passed ? 'passed' : 'failing',
    powerOnHours: data.power_on_time?.hours,
    wearPercent:
      data.nvme_smart_health_information_log?.percentage_used ??
      data.scsi_percentage_used_endurance_indicator,
    reallocatedSectors:
      data.ata_smart_attributes?.table.find(({ id }) => id === REALLOCATED)?.raw.value ??
      data.scsi_grown_defect_list,
  };
  return { facts, asleep: false, unread: undefined };
}

export class DiskHealth {
  readonly #last = new Map<string, Partial<Disk>>();

  /** @param device e.g. `/dev/sda` */
  async ask(
    host: Host,
    device: string,
    signal: AbortSignal | undefined,
  ): Promise<Pick<SmartAnswer, 'facts' | 'unread'>> {
    const args = ['--json', '-n', 'standby', '-H', '-i', '-A', device];
    const result = await host.run('smartctl', args, { signal, timeoutMs: TIMEOUT_MS });
    if (result.kind === 'absent') return { facts: {}, unread: undefined };
    if (result.kind === 'failed') return { facts: {}, unread: whyNot('smartctl', result) };
    const { facts, asleep, unread } = parseSmart(result.stdout);
    if (asleep) return { facts: this.#last.get(device) ?? {}, unread: undefined };
    this.#last.set(device, facts);
    return { facts, unread };
  }
}
