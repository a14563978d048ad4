/** Settings of the governor: what the agent may cost this machine, and when it holds its scans. */
import { z } from 'zod';

export const governorSchema = () =>
  z.strictObject({
    /** CPU of the agent and its children, percent of the whole machine (all cores together). */
    cpuPercentMax: z.number().min(0.1).max(100).default(2),
    /** Resident memory of the agent and its children, MiB. */
    rssMbMax: z.int().min(64).max(65_536).default(120),
    /** Scans, inventory and posture wait while the machine runs on its battery. */
    pauseOnBattery: z.boolean().default(true),
    /**
     * Priority of the agent's reads: `idle` gives way to everything, `low` comes last but always gets its turn. What is
     * written (the spool) is at most `low`.
     */
    ioPriority: z.enum(['normal', 'low', 'idle']).default('idle'),
    /** Unix niceness of the agent, 0 to 19; on Windows 1 and more is "below normal". */
    nice: z.int().min(0).max(19).default(5),
  });

export type GovernorConfig = Readonly<z.infer<ReturnType<typeof governorSchema>>>;
