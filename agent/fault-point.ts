/**
 * Named points at which a test kills this process as hard as a power cut would: VONGGAC_FAULT=name or name:N
 * (the Nth passing). Unset, a fault point is an empty function.
 */
export const FAULT_POINTS = [
  'agent.before-spool-commit',
  'agent.after-spool-commit',
  'agent.after-send',
  'agent.before-ack-delete',
  'agent.after-ack-delete',
  'agent.command-begun',
  'agent.update-loading',
  'agent.update-laid-aside',
  'agent.update-laid',
  'agent.update-trial-noted',
  'agent.update-trial-written',
  'agent.update-well',
  'agent.update-current-written',
] as const;

export type FaultPoint = (typeof FAULT_POINTS)[number];

function arm(setting: string): (name: FaultPoint) => void {
  const [armedName = '', passing = '1'] = setting.split(':');
  let passingsLeft = Number.parseInt(passing, 10);
  return (name) => {
    if (name !== armedName) return;
    passingsLeft -= 1;
    if (passingsLeft > 0) return;
    process.kill(process.pid, 'SIGKILL');
    // The signal is on its way; nothing may happen in between.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  };
}

const setting = process.env['VONGGAC_FAULT'];

export const faultPoint: (name: FaultPoint) => void =
  setting === undefined || setting === '' ? () => undefined : arm(setting);
