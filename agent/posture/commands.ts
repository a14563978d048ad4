/**
 * The commands that tests may ask: each a program that only tells, with arguments that stand here. A policy chooses
 * among their names; it can add nothing.
 */
import type { PostureCommand } from '#protocol/posture-tests.ts';

export interface FixedCommand {
  program: string;
  args: readonly string[];
  /** Its answer counts whatever code it ends with. */
  anyCode?: true;
}

export const COMMANDS: Readonly<Record<PostureCommand, FixedCommand>> = {
  'aa-status': { program: 'aa-status', args: [] },
  'apt-config': { program: 'apt-config', args: ['dump'] },
  'auditctl-rules': { program: 'auditctl', args: ['-l'] },
  'auditctl-status': { program: 'auditctl', args: ['-s'] },
  'crypto-policy': { program: 'update-crypto-policies', args: ['--show'] },
  'firewall-cmd-state': { program: 'firewall-cmd', args: ['--state'], anyCode: true },
  getenforce: { program: 'getenforce', args: [] },
  'iptables-rules': { program: 'iptables', args: ['-S'] },
  'nft-ruleset': { program: 'nft', args: ['list', 'ruleset'] },
  'sshd-effective': { program: 'sshd', args: ['-T'] },
  'ufw-status': { program: 'ufw', args: ['status', 'verbose'] },
};
