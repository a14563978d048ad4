/** A network namespace that stands for a host of its own, joined to this machine by one line. Needs root and `ip`. */
import { spawnSync } from 'node:child_process';
import type { Host } from '../../../agent/host/host.ts';
import { findProgram, runProgram } from '../../../agent/host/run-program.ts';

const ip = (...args: string[]): boolean => spawnSync('ip', args, { stdio: 'ignore' }).status === 0;

export class NetworkSpace {
  readonly name: string;
  /** This machine's end of the line, and the host's. */
  readonly outside: string;
  readonly inside: string;
  /** Programs run inside. */
  readonly host: Host;

  /** Whether this process may make some, and the firewall's program is there. */
  static isPossible(): boolean {
    if (process.getuid?.() !== 0 || findProgram('nft') === undefined || findProgram('ip') === undefined)
      return false;
    const made = ip('netns', 'add', `vgt${process.pid}`);
    if (made) ip('netns', 'del', `vgt${process.pid}`);
    return made;
  }

  /** @param number tells apart those of this process, 0 to 3 */
  constructor(number: number) {
    this.name = `vg${process.pid}-${number}`;
    // Four addresses of its own: what a killed run left behind is in nobody's way.
    const net = ((process.pid * 4 + number) % 16_384) * 4;
    this.outside = `10.213.${net >> 8}.${(net & 255) + 1}`;
    this.inside = `10.213.${net >> 8}.${(net & 255) + 2}`;
    this.host = {
      root: '/',
      run: (name, args, options) => runProgram('ip', [...this.enter, name, ...args], options),
    };
    const [one, other] = [`vo${process.pid}${number}`.slice(-15), `vi${process.pid}${number}`.slice(-15)];
    const steps = [
      ['netns', 'add', this.name],
      ['link', 'add', one, 'type', 'veth', 'peer', 'name', other, 'netns', this.name],
      ['addr', 'add', `${this.outside}/30`, 'dev', one],
      ['link', 'set', one, 'up'],
      ['-n', this.name, 'addr', 'add', `${this.inside}/30`, 'dev', other],
      ['-n', this.name, 'link', 'set', other, 'up'],
      ['-n', this.name, 'link', 'set', 'lo', 'up'],
    ];
    for (const step of steps) if (!ip(...step)) throw new Error(`ip ${step.join(' ')} failed`);
  }

  /** Arguments of `ip` before a program that is to run inside. */
  get enter(): string[] {
    return ['netns', 'exec', this.name];
  }

  /** Whether a connection opens, seen from inside or from outside. */
  async reaches(from: 'inside' | 'outside', address: string, port: number): Promise<boolean> {
    const script = `const s=require('net').connect({host:'${address}',port:${port}});s.setTimeout(700,()=>process.exit(1));s.on('error',()=>process.exit(1));s.on('connect',()=>process.exit(0))`;
    const args = ['-e', script];
    const run = from === 'inside' ? this.host.run : runProgram;
    const result = await run(process.execPath, args);
    return result.kind === 'ended' && result.code === 0;
  }

  remove(): void {
    ip('netns', 'del', this.name);
  }
}
