/** Capabilities of a program file (linux/capability.h, struct vfs_cap_data), in the words of getcap. */

const NAMES = [
  'chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable net_bind_service',
  'net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct',
  'sys_admin sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap',
  'mac_override mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore',
]
  .join(' ')
  .split(' ');
const REVISION_MASK = 0xff_00_00_00;
const REVISION_1 = 0x01_00_00_00;
const EFFECTIVE = 1;

/** E.g. `cap_net_raw=ep`; undefined for what is none. */
export function formatCapability(value: Buffer): string | undefined {
  if (value.length < 12) return undefined;
  const magic = value.readUInt32LE(0);
  const words = (magic & REVISION_MASK) >>> 0 === REVISION_1 ? 1 : 2;
  if (value.length < 4 + words * 8) return undefined;
  const flags = new Map<string, string[]>();
  for (let bit = 0; bit < words * 32; bit += 1) {
    const at = 4 + Math.floor(bit / 32) * 8;
    const has = (offset: number): boolean => ((value.readUInt32LE(at + offset) >>> (bit % 32)) & 1) === 1;
    const permitted = has(0);
    const inheritable = has(4);
    if (!permitted && !inheritable) continue;
    const effective = (magic & EFFECTIVE) !== 0 && permitted;
    const flag = `${effective ? 'e' : ''}${inheritable ? 'i' : ''}${permitted ? 'p' : ''}`;
    flags.set(flag, [...(flags.get(flag) ?? []), `cap_${NAMES[bit] ?? bit}`]);
  }
  return [...flags].map(([flag, names]) => `${names.join(',')}=${flag}`).join(' ');
}
