/** Programs against malware: there and running, kept fresh, managed from one place. */
import { z } from 'zod';
import type { FleetItem } from '../../../store/fleet-store.ts';
import { periodBefore, periodSchema } from '../../iso-period.ts';
import type { AnyEvidenceKind } from '../evidence-kind.ts';
import { ANTIVIRUS_MANAGER, SERVICE_LOOK } from '../service-names.ts';
import { showTime } from '../host-findings.ts';
import { defineFleetKind, judgedAs, some, unreadPart, type Told } from '../fleet-kind.ts';

type Own =
  | 'running'
  | 'none'
  | 'stopped'
  | 'state-unknown'
  | 'fresh'
  | 'old'
  | 'age-unknown'
  | 'no-real-time'
  | 'managed'
  | 'not-managed'
  | 'management-unknown';
type Judgement = ReturnType<typeof judgedAs<Own>>;

const schema = z.strictObject({
  check: z.enum(['installed', 'up-to-date', 'central']).default('installed'),
  /** Of `up-to-date`: older signatures are too old. */
  signatures: periodSchema.prefault('P7D'),
});
type Asked = z.infer<typeof schema>;

/** It looks for what hides on a host once in a while, and guards nothing. */
const NO_GUARD = /^rkhunter$/i;
const nameOf = ({ key }: FleetItem): string => key;

export const antivirusKind: AnyEvidenceKind = defineFleetKind<Asked, Own>({
  kind: 'antivirus',
  schema,
  looks: [{ category: 'antivirus', facts: ['running', 'realTime', 'signaturesAt', 'managed'] }, SERVICE_LOOK],
  partialIsDoubt: false,
  events: { names: ['signatures-updated'], within: ({ signatures }) => signatures },
  reasons: {
    running: { vi: 'Đang chạy: {names}', en: 'Running: {names}' },
    none: { vi: 'Không thấy phần mềm chống mã độc', en: 'No software against malware was found' },
    stopped: { vi: 'Có cài nhưng không chạy: {names}', en: 'Installed and not running: {names}' },
    'state-unknown': {
      vi: 'Có cài, không rõ có chạy hay không: {names}',
      en: 'Installed; whether it runs is not known: {names}',
    },
    fresh: { vi: 'Mẫu nhận diện cập nhật lúc {at}', en: 'Signatures are of {at}' },
    old: { vi: 'Mẫu nhận diện từ {at}, quá {most}', en: 'Signatures are of {at}, older than {most}' },
    'age-unknown': {
      vi: 'Không rõ mẫu nhận diện cập nhật khi nào: {names}',
      en: 'When signatures were updated is not known: {names}',
    },
    'no-real-time': {
      vi: 'Bảo vệ thời gian thực đang tắt: {names}',
      en: 'Real-time protection is off: {names}',
    },
    managed: { vi: 'Được quản lý tập trung: {names}', en: 'Managed from one place: {names}' },
    'not-managed': { vi: 'Không được quản lý tập trung: {names}', en: 'Not managed from one place: {names}' },
    'management-unknown': {
      vi: 'Không rõ có được quản lý tập trung hay không: {names}',
      en: 'Whether it is managed from one place is not known: {names}',
    },
  },
  explain({ check, signatures }) {
    const vi = {
      installed: 'có và đang chạy',
      'up-to-date': `bảo vệ thời gian thực, mẫu nhận diện không quá ${signatures.iso}`,
      central: 'được quản lý tập trung',
    };
    const en = {
      installed: 'there and running',
      'up-to-date': `with real-time protection and signatures not older than ${signatures.iso}`,
      central: 'managed from one place',
    };
    return {
      vi: `Phần mềm chống mã độc trên từng máy: ${vi[check]} (vonggac inventory find --category antivirus --key '*')`,
      en: `Software against malware on each host: ${en[check]} (vonggac inventory find --category antivirus --key '*')`,
    };
  },
  judge(asked, told, picture) {
    const products = picture.items.filter(({ key }) => !NO_GUARD.test(key));
    const names = some(products.map(nameOf));
    const of = (
      result: Judgement['result'],
      code: Own,
      args: Judgement['reason']['args'] = { names },
    ): Judgement => judgedAs<Own>(result, code, args, picture.toldMs);
    if (products.length === 0) return unreadPart<Own>(picture) ?? of('not-met', 'none', {});
    const running = products.filter(({ facts }) => facts['running'] === 'true');
    if (running.length === 0) {
      return products.some(({ facts }) => facts['running'] === '')
        ? of('not-assessed', 'state-unknown')
        : of('not-met', 'stopped');
    }
    if (asked.check === 'installed') return of('met', 'running', { names: some(running.map(nameOf)) });
    return asked.check === 'central' ? judgeManaged(running, told, of) : judgeFresh(running, asked, told, of);
  },
});

type Of = (result: Judgement['result'], code: Own, args?: Judgement['reason']['args']) => Judgement;

function judgeManaged(running: readonly FleetItem[], { picture }: Told<never>, of: Of): Judgement {
  const manager = picture('service')?.items.find(({ key }) => ANTIVIRUS_MANAGER.test(key));
  if (manager !== undefined) return of('met', 'managed', { names: manager.key });
  const says = (value: string): boolean => running.some(({ facts }) => facts['managed'] === value);
  if (says('true')) return of('met', 'managed');
  return says('false') || picture('service') !== undefined
    ? of('not-met', 'not-managed')
    : of('not-assessed', 'management-unknown');
}

function judgeFresh(
  running: readonly FleetItem[],
  { signatures }: Asked,
  { atMs, count }: Told<never>,
  of: Of,
): Judgement {
  const bare = running.find(({ facts }) => facts['realTime'] === 'false');
  if (bare !== undefined) return of('not-met', 'no-real-time', { names: bare.key });
  const times = running
    .map(({ facts }) => Date.parse(facts['signaturesAt'] ?? ''))
    .filter((ms) => !Number.isNaN(ms));
  const updated = count('signatures-updated')?.lastMs;
  const lastMs = Math.max(...times, updated ?? -Infinity);
  if (!Number.isFinite(lastMs)) return of('not-assessed', 'age-unknown');
  return lastMs >= periodBefore(atMs, signatures)
    ? of('met', 'fresh', { at: showTime(lastMs) })
    : of('not-met', 'old', { at: showTime(lastMs), most: signatures.iso });
}
