/** A row of a list of machines as people write it: what its cells mean, and what is wrong with them. */
import type { CsvColumn, TableRow } from '../../agency/csv-columns.ts';
import { readMac } from '../../rollout/machine-name.ts';

/** What export writes beside them is passed over, so that an exported file can be imported again. */
export const MACHINE_COLUMNS: readonly CsvColumn[] = [
  {
    field: 'agency',
    vi: 'Cơ quan',
    en: 'Agency',
    also: ['Mã cơ quan', 'Mã định danh', 'Tên cơ quan', 'Đơn vị', 'Agency code'],
  },
  { field: 'hostname', vi: 'Tên máy', en: 'Host name', also: ['Máy', 'Hostname', 'Computer name', 'Host'] },
  {
    field: 'serial',
    vi: 'Số sê-ri',
    en: 'Serial number',
    also: ['Sê-ri', 'Serial', 'Số seri', 'Số serial', 'Số máy', 'Service tag'],
  },
  { field: 'macs', vi: 'Địa chỉ MAC', en: 'MAC addresses', also: ['MAC', 'MAC address'] },
  { field: 'label', vi: 'Mã tài sản', en: 'Asset tag', also: ['Nhãn', 'Mã thiết bị', 'Label'] },
  { field: 'place', vi: 'Vị trí', en: 'Place', also: ['Phòng', 'Phòng ban', 'Room'] },
  { field: 'person', vi: 'Người dùng', en: 'Person', also: ['Cán bộ', 'Người sử dụng', 'User'] },
  { field: 'system', vi: 'Hệ thống', en: 'System', also: ['Mã hệ thống', 'HTTT', 'System code'] },
  {
    field: 'forwardsTo',
    vi: 'Chuyển sự kiện tới',
    en: 'Forwards events to',
    also: ['Chuyển tới', 'Forwards to'],
  },
  { field: 'state', vi: 'Trạng thái', en: 'State' },
  { field: 'reason', vi: 'Lý do', en: 'Reason' },
  { field: 'since', vi: 'Từ lúc', en: 'Since' },
  { field: 'version', vi: 'Phiên bản tác nhân', en: 'Agent version' },
  { field: 'runs', vi: 'Hệ điều hành', en: 'Operating system' },
  { field: 'agentId', vi: 'Tác nhân', en: 'Agent' },
];

export type Fault = (field: string, message: string, vi: string) => void;

export interface WrittenMachine {
  hostname: string;
  serial: string;
  macs: string[];
  label: string;
  place: string;
  person: string;
  forwardsTo: string;
}

const TEXT_MAX = { hostname: 255, serial: 128, label: 64, place: 256, person: 256, forwardsTo: 255 } as const;
const MACS_MAX = 8;
const FIELDS = ['hostname', 'serial', 'label', 'place', 'person', 'forwardsTo'] as const;
const HOSTNAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u;

/** @returns undefined when something is wrong, which `fault` was told */
export function readMachine(row: TableRow, fault: Fault): WrittenMachine | undefined {
  let isBad = false;
  const refuse: Fault = (field, message, vi) => {
    isBad = true;
    fault(field, message, vi);
  };
  for (const field of FIELDS) {
    const max = TEXT_MAX[field];
    if (row.get(field).length > max) refuse(field, `more than ${max} characters`, `dài hơn ${max} ký tự`);
    // eslint-disable-next-line no-control-regex -- control characters are what is looked for
    if (/[\u0000-\u001f\u007f]/.test(row.get(field)))
      refuse(field, 'control characters are not allowed', 'không được có ký tự điều khiển');
  }
  for (const field of ['hostname', 'forwardsTo'] as const) {
    const name = row.get(field);
    if (name === '' || HOSTNAME.test(name)) continue;
    const asked = name.slice(0, 64);
    refuse(
      field,
      `"${asked}" is no host name: letters, digits and . _ - only`,
      `"${asked}" không phải tên máy: chỉ gồm chữ, số và . _ -`,
    );
  }
  const written = row
    .get('macs')
    .split(/[\s,;/|]+/)
    .filter((text) => text !== '');
  const macs = new Set<string>();
  for (const text of written) {
    const mac = readMac(text);
    if (mac !== undefined) macs.add(mac);
    else {
      const asked = text.slice(0, 32);
      refuse(
        'macs',
        `"${asked}" is no MAC address: write AA-BB-CC-11-22-33`,
        `"${asked}" không phải địa chỉ MAC: hãy viết AA-BB-CC-11-22-33`,
      );
    }
  }
  if (macs.size > MACS_MAX)
    refuse('macs', `more than ${MACS_MAX} addresses`, `nhiều hơn ${MACS_MAX} địa chỉ`);
  const [hostname, serial] = [row.get('hostname'), row.get('serial')];
  if (hostname === '' && serial === '' && macs.size === 0)
    refuse(
      'hostname',
      'a machine needs a host name, a serial number or a MAC address',
      'mỗi máy cần tên máy, số sê-ri hoặc địa chỉ MAC',
    );
  if (isBad) return undefined;
  const { get } = row;
  return {
    hostname,
    serial,
    macs: [...macs].toSorted(),
    label: get('label'),
    place: get('place'),
    person: get('person'),
    forwardsTo: get('forwardsTo'),
  };
}
